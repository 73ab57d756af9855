//! Excel workbooks (xlsx, xlsm), read as a stream of cells.
//!
//! Never as a range: a range is dense, and one cell at XFD1048576 makes it ask for 512 GiB.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, XlsxError};

use super::guard::{self, Facts};
use super::report::{Problem, clip};
use super::serial::{date_value, iso_value};
use super::sheet::{CellValue, Sheet, SheetBuilder};
use super::workbook::Tab;

/// An open workbook.
pub(super) struct Xlsx<'a> {
    reader: calamine::Xlsx<Cursor<&'a [u8]>>,
    facts: Facts,
    /// For each cell format, the digits to which it pads with zeros.
    padding: Vec<u8>,
}

impl<'a> Xlsx<'a> {
    /// Opens a workbook after its archive was checked.
    ///
    /// # Errors
    /// Returns the limit that is passed, or why the file cannot be read.
    pub(super) fn open(bytes: &'a [u8]) -> Result<(Vec<Tab>, Xlsx<'a>), Problem> {
        let facts = guard::check_archive(bytes)?;
        let mut reader = calamine::Xlsx::new(Cursor::new(bytes)).map_err(problem)?;
        let tabs: Vec<Tab> = reader
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| Tab { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible })
            .collect();
        // The formats of the workbook are reached through a reader of any of its sheets.
        let first = tabs.first().map(|tab| tab.name.clone()).unwrap_or_default();
        let padding = match reader.worksheet_cells_reader(&first) {
            Ok(cells) => {
                cells.styles().iter().map(|style| style.number_format.as_ref().map_or(0, |f| zeros(&f.format_code))).collect()
            }
            Err(_) => Vec::new(),
        };
        Ok((tabs, Xlsx { reader, facts, padding }))
    }

    /// Reads a sheet's cells, the formulas without a saved result, and the merged areas.
    ///
    /// # Errors
    /// Returns the limit that is passed, or why the sheet cannot be read.
    pub(super) fn sheet(&mut self, name: &str) -> Result<Sheet, Problem> {
        let mut builder = SheetBuilder::default();
        let uncached = if self.facts.formulas { self.uncached(name)? } else { BTreeSet::new() };
        let mut cells = self.reader.worksheet_cells_reader(name).map_err(problem)?;
        loop {
            let (cell, style) = match cells.next_cell_with_style_id() {
                Ok(None) => break,
                Ok(Some(cell)) => cell,
                // An error value that the reader does not know (`#SPILL!`); it reads on after the cell.
                Err(XlsxError::CellError(text)) => {
                    builder.trouble(builder.last(), Problem::new("IN-0045", vec![("error", clip(&text))]));
                    continue;
                }
                Err(error) => return Err(problem(error)),
            };
            let (row, col) = cell.get_position();
            let value = if uncached.contains(&(row, col)) {
                Some(CellValue::Uncached)
            } else {
                value(cell.get_value(), self.padding.get(style).copied().unwrap_or(0))
            };
            builder.add(row, col, value)?;
        }
        drop(cells);
        if self.facts.merges {
            for area in self.reader.merge_cells_by_sheet_name(name).map_err(problem)? {
                builder.merge(area.start, area.end)?;
            }
        }
        Ok(builder.finish())
    }

    /// Finds the formulas that stand without a result; the stream of values shows them as empty cells.
    fn uncached(&mut self, name: &str) -> Result<BTreeSet<(u32, u32)>, Problem> {
        let mut found = BTreeSet::new();
        let mut cells = self.reader.worksheet_cells_reader(name).map_err(problem)?;
        loop {
            match cells.next_cell_with_formula_metadata() {
                Ok(None) => return Ok(found),
                Ok(Some(cell)) if cell.formula.is_some() && cell.value == DataRef::Empty => {
                    found.insert(cell.pos);
                }
                Ok(Some(_)) | Err(XlsxError::CellError(_)) => {}
                Err(error) => return Err(problem(error)),
            }
        }
    }
}

fn value(value: &DataRef<'_>, padded: u8) -> Option<CellValue> {
    match value {
        DataRef::Empty => None,
        DataRef::SharedString(text) => CellValue::text(text),
        DataRef::String(text) | DataRef::DurationIso(text) => CellValue::text(text),
        DataRef::Float(number) => CellValue::number(*number, padded),
        #[expect(clippy::cast_precision_loss, reason = "this format has no integers: every number is a double")]
        DataRef::Int(number) => CellValue::number(*number as f64, padded),
        DataRef::Bool(truth) => Some(CellValue::Value(crate::model::Scalar::Bool(*truth))),
        DataRef::DateTime(serial) => date_value(serial),
        DataRef::DateTimeIso(text) => iso_value(text),
        DataRef::Error(error) => Some(CellValue::Error(error.to_string().into())),
    }
}

/// Returns how many digits a number format such as `000` shows at least; 0 when it is any other format.
fn zeros(format: &str) -> u8 {
    let all_zeros = format.len() > 1 && format.bytes().all(|byte| byte == b'0');
    if all_zeros { u8::try_from(format.len()).unwrap_or(0) } else { 0 }
}

fn problem(error: XlsxError) -> Problem {
    match error {
        XlsxError::Password => Problem::new("IN-0007", vec![]),
        error => Problem::broken("xlsx", error),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_a_format_of_zeros_pads() {
        let padded = ["000", "0", "0.00", "General", "000000000"].map(super::zeros);
        assert_eq!(padded, [3, 0, 0, 0, 9]);
    }
}
