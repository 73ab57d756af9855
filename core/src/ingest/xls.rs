//! Excel 97-2003 workbooks (xls).

use std::io::Cursor;

use calamine::{Data, Reader as _, SheetType, SheetVisible, XlsError};

use super::ole;
use super::report::Problem;
use super::serial::{date_value, iso_value};
use super::sheet::{CellValue, Sheet, SheetBuilder};
use super::workbook::Tab;
use crate::model::Scalar;

/// An open workbook; the reader holds all of its sheets.
pub(super) struct Xls<'a> {
    reader: calamine::Xls<Cursor<&'a [u8]>>,
}

impl<'a> Xls<'a> {
    /// Opens a workbook after its sheets were measured.
    ///
    /// # Errors
    /// Returns the limit that is passed, or why the file cannot be read.
    pub(super) fn open(bytes: &'a [u8]) -> Result<(Vec<Tab>, Xls<'a>), Problem> {
        ole::check_xls(bytes)?;
        let reader = calamine::Xls::new(Cursor::new(bytes)).map_err(problem)?;
        let tabs = reader
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| Tab { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible })
            .collect();
        Ok((tabs, Xls { reader }))
    }

    /// Reads a sheet's cells and merged areas.
    ///
    /// # Errors
    /// Returns the limit that is passed, or why the sheet cannot be read.
    pub(super) fn sheet(&mut self, name: &str) -> Result<Sheet, Problem> {
        let range = self.reader.worksheet_range(name).map_err(problem)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut builder = SheetBuilder::default();
        for (row, col, data) in range.used_cells() {
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            builder.add(top.saturating_add(offset(row)), left.saturating_add(offset(col)), value(data))?;
        }
        for area in self.reader.merge_cells_by_sheet_name(name).map_err(problem)? {
            builder.merge(area.start, area.end)?;
        }
        Ok(builder.finish())
    }
}

fn value(data: &Data) -> Option<CellValue> {
    match data {
        Data::Empty => None,
        Data::String(text) | Data::DurationIso(text) => CellValue::text(text),
        Data::Float(number) => CellValue::number(*number, 0),
        #[expect(clippy::cast_precision_loss, reason = "this format stores 30-bit integers")]
        Data::Int(number) => CellValue::number(*number as f64, 0),
        Data::Bool(truth) => Some(CellValue::Value(Scalar::Bool(*truth))),
        Data::DateTime(serial) => date_value(serial),
        Data::DateTimeIso(text) => iso_value(text),
        Data::Error(error) => Some(CellValue::Error(error.to_string().into())),
    }
}

fn problem(error: XlsError) -> Problem {
    match error {
        XlsError::Password => Problem::new("IN-0007", vec![]),
        error => Problem::broken("xls", error),
    }
}
