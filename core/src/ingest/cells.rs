//! The sheets of a workbook as plain texts by row and column, for who wants rows and not records.

use std::path::Path;

use super::recognise::recognise;
use super::report::Problem;
use super::sheet::{CellValue, key_text};
use super::workbook::Workbook;
use crate::model::Scalar;

/// A sheet. No `Debug`, like what it holds: the values of cells.
pub(crate) struct CellSheet {
    /// Its name.
    pub(crate) name: String,
    /// Whether people do not see it.
    pub(crate) hidden: bool,
    /// The cells with something in them, by row and column.
    pub(crate) cells: Vec<TextCell>,
    /// First row and column and last row of each merged area.
    pub(crate) merges: Vec<(u32, u16, u32)>,
    /// What is wrong with it.
    pub(crate) problems: Vec<Problem>,
}

/// A cell, counted from 0.
pub(crate) struct TextCell {
    /// Row.
    pub(crate) row: u32,
    /// Column.
    pub(crate) column: u16,
    /// What is in it.
    pub(crate) text: CellText,
}

/// What is in a cell.
pub(crate) enum CellText {
    /// A value as it reads; a date in ISO 8601.
    Value(String),
    /// An error such as `#REF!`.
    Error,
    /// A formula whose result was not saved.
    Uncached,
    /// A text over the limit.
    TooLong,
}

/// Reads all sheets of a workbook into memory, within the limits on inputs.
///
/// # Errors
/// Returns the limit that is passed, or why the file cannot be read.
pub(crate) fn read(path: &Path, extension: &str) -> Result<Vec<CellSheet>, Problem> {
    let bytes = super::read_bytes(path)?;
    let format = recognise(&bytes, extension)?.format;
    let mut workbook = Workbook::open(&bytes, format)?;
    let tabs = workbook.tabs.clone();
    let mut sheets = Vec::with_capacity(tabs.len());
    for (at, tab) in tabs.into_iter().enumerate() {
        let sheet = workbook.sheet(at)?;
        let cells = sheet.cells.iter().map(|cell| TextCell { row: cell.row, column: cell.col, text: text(&cell.value) });
        sheets.push(CellSheet {
            name: tab.name,
            hidden: tab.hidden,
            cells: cells.collect(),
            merges: sheet.merges.iter().map(|area| (area.top, area.left, area.bottom)).collect(),
            problems: sheet.troubles.into_iter().map(|trouble| trouble.problem).collect(),
        });
    }
    Ok(sheets)
}

fn text(value: &CellValue) -> CellText {
    match value {
        CellValue::Value(Scalar::Text(text) | Scalar::Date(text)) => CellText::Value(text.to_string()),
        CellValue::Value(Scalar::Bool(truth)) => CellText::Value(if *truth { "TRUE" } else { "FALSE" }.to_owned()),
        CellValue::Value(number) => CellText::Value(key_text(number)),
        CellValue::Error(_) => CellText::Error,
        CellValue::Uncached => CellText::Uncached,
        CellValue::TooLong(_) => CellText::TooLong,
    }
}
