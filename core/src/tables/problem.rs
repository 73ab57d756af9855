//! What is wrong with a table, and where: never what stands there.

use todokede_abi::Table;

use crate::model::origin::column_name;
use crate::model::{Place, Text};

/// Why a file or sheet is not read on.
pub(super) enum Halt {
    /// Something is wrong.
    Problem(Box<Problem>),
    /// The receiver wants no more.
    Stopped,
    /// The sheet is not one of the table.
    OtherSheet,
}

/// A rule of `forms/engine/tables.toml`, what fills its holes, and where in the sheet.
pub(super) struct Problem {
    pub(super) rule: &'static str,
    pub(super) values: Vec<(&'static str, Text)>,
    /// Row as a spreadsheet counts it; 0 for the whole sheet.
    pub(super) row: u64,
    pub(super) column: Option<u32>,
}

impl Problem {
    /// Makes a problem of the whole file or sheet.
    pub(super) fn new(rule: &'static str, values: Vec<(&'static str, Text)>) -> Problem {
        Problem { rule, values, row: 0, column: None }
    }

    /// A limit is passed; `what` says of what.
    pub(super) fn limit(what: Text, limit: impl ToString) -> Problem {
        Problem::new("TB-0004", vec![("what", what), ("limit", limit.to_string().into())])
    }

    /// The file breaks its own format. `problem` is said by us and never by a reader of another project, who might repeat a value.
    pub(super) fn broken(format: &str, ja: &str, en: &str) -> Problem {
        Problem::new("TB-0005", vec![("format", format.into()), ("problem", Text::new(ja, en))])
    }

    /// Says in which row.
    pub(super) fn at(self, row: u64) -> Problem {
        Problem { row, ..self }
    }
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Halt {
        Halt::Problem(Box::new(problem))
    }
}

/// Spells out a place in a table that was handed on: a cell, a row (no column), or the whole sheet (row 0).
///
/// In a text table the row is also the line of the file, which is said beside the cell.
pub fn place(table: &Table, row: u64, column: Option<u32>) -> Place {
    spell(&table.file, &table.sheet, row, column)
}

/// Spells out a place by the names of file and sheet.
pub(super) fn spell(file: &str, sheet: &str, row: u64, column: Option<u32>) -> Place {
    let mut place = Place { file: file.to_owned(), sheet: sheet.to_owned(), ..Place::default() };
    if row > 0 {
        if let Some(column) = column {
            place.cell = format!("{}{row}", column_name(u16::try_from(column).unwrap_or(u16::MAX)));
        }
        match column {
            None if !sheet.is_empty() => place.cell = row.to_string(),
            _ if sheet.is_empty() => place.line = row.to_string(),
            _ => {}
        }
    }
    place
}
