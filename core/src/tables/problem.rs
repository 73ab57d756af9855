//! What is wrong with a table, and where: never what stands there.

use todokede_abi::Table;

use crate::model::origin::column_name;
use crate::model::{Place, Text};

/// Spells out a place in a table that was handed on: a cell, a row (no column), or the whole sheet (row 0).
///
/// In a text table the row is also the line of the file, which is said beside the cell.
pub fn place(table: &Table, row: u64, column: Option<u32>) -> Place {
    let mut place = Place { file: table.file.clone(), sheet: table.sheet.clone(), ..Place::default() };
    if row > 0 {
        place.cell = cell(row, column);
        if table.sheet.is_empty() {
            place.line = row.to_string();
        }
    }
    place
}

/// Names a cell as spreadsheets do; without a column the row alone.
pub(super) fn cell(row: u64, column: Option<u32>) -> String {
    let letters = column.map(|column| column_name(u16::try_from(column).unwrap_or(u16::MAX))).unwrap_or_default();
    format!("{letters}{row}")
}
