//! Writes input workbooks from the catalogue: empty ones to fill in, and ones that hold records.
//!
//! What is on which sheet is decided once, in `plan.rs`; the sheets are then written from that plan, and so is the
//! map of cells. Every value is written as text, because a spreadsheet that sees a number drops leading zeros and one
//! that sees a date shifts it.

mod cells;
mod choices;
mod error;
mod fill;
mod guide;
mod looks;
mod page;
mod plan;
#[cfg(test)]
pub(crate) mod sample;
mod sheet_name;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use crate::model::form::Need;
use crate::model::{Catalogue, FieldIx, Lang, Record, Text};
use fill::Filled;
use looks::Looks;
use plan::Plan;

pub use cells::CellMap;
pub use error::WorkbookError;
pub(crate) use looks::{FONT, height, lines, width};
pub(crate) use sheet_name::sheet_name;
pub(crate) use value::put;

/// Which of the two layouts a workbook has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One trial down the page, and a sheet for each repeat group.
    Trial,
    /// One trial a row, and a sheet for each repeat group, keyed by trial id.
    List,
}

/// How one destination uses a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Title of the plugin.
    pub plugin: Text,
    /// When it must be there.
    pub need: Need,
}

/// What to write: the fields in `uses`, and with them always the trial's id and the keys that rows refer to.
#[derive(Debug, Clone, Copy)]
pub struct Spec<'a> {
    /// All fields.
    pub catalogue: &'a Catalogue,
    /// Who uses each field; one that is not here does not appear.
    pub uses: &'a BTreeMap<FieldIx, Vec<Use>>,
    /// Which layout.
    pub layout: Layout,
    /// The language of labels and sheet names.
    pub lang: Lang,
}

/// A workbook that was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The file; the same input gives the same bytes.
    pub bytes: Vec<u8>,
    /// Where each value is.
    pub cells: CellMap,
    /// Fields that hold a value in a record but have no place in the workbook, because nobody uses them.
    pub left_out: BTreeSet<FieldIx>,
}

/// Writes a workbook holding the records; with none, an empty template.
///
/// # Errors
/// Returns the first value that would not read back as it is: too long, or rows that cannot be told apart by key.
pub fn write(spec: &Spec, records: &[Record]) -> Result<Written, WorkbookError> {
    if spec.layout == Layout::Trial && records.len() > 1 {
        return Err(WorkbookError::ManyTrials { trials: records.len() });
    }
    let plan = Plan::new(spec)?;
    let looks = Looks::new();
    let mut book = Workbook::new();
    let (font, row_height, column_width) = looks.default_font();
    book.set_default_format(&font, row_height, column_width)?;
    book.set_properties(&properties(spec.lang)?);
    let choices = choices::Choices::new(&plan, spec);
    guide::write(book.add_worksheet(), &plan, spec, &looks)?;
    for sheet in &plan.sheets {
        let worksheet = book.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        if plan.is_page(sheet) {
            page::write(worksheet, sheet, spec, &looks)?;
        } else {
            table::write(worksheet, sheet, spec, &looks)?;
        }
    }
    let Filled { cells, ends, left_out } = fill::fill(&mut book, &plan, spec, &looks, records)?;
    for (at, sheet) in plan.sheets.iter().enumerate() {
        choices.offer(book.worksheet_from_index(at + 1)?, sheet, &plan, &ends)?;
    }
    choices.write(book.add_worksheet())?;
    Ok(Written { bytes: book.save_to_buffer()?, cells, left_out })
}

/// Returns properties with a fixed time, so that the same input gives the same bytes.
fn properties(lang: Lang) -> Result<DocProperties, WorkbookError> {
    let made = ExcelDateTime::from_ymd(1980, 1, 1)?;
    Ok(DocProperties::new().set_title(words::title(lang)).set_author(words::AUTHOR).set_creation_datetime(&made))
}
