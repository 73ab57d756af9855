//! Tables of rows beside the record, streamed: a text table or a workbook becomes [`todokede_abi::Table`]s and batches of rows.
//!
//! Nothing here holds a table: a text table is decoded, split and handed on by pieces, a sheet of a workbook is unpacked and read
//! tag by tag. What is kept is one batch, and of a workbook its texts, within [`crate::limits::TABLE_STRINGS_BYTES`].
//!
//! Rows may be of patients. No finding, error or `Debug` of this module repeats what stands in a cell; titles of columns are
//! not repeated either, because a table without a header has a patient where they should be.

mod batch;
mod decode;
mod delimited;
mod kind;
mod old;
mod problem;
mod reading;
mod rows;
#[cfg(test)]
mod tests;
mod xlsx;

pub mod gate;

use std::path::Path;

use todokede_abi::{Batch, Table};

use crate::model::{Finding, RuleBook};
use gate::Identifiers;

pub use problem::place;

/// Which table a file belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Id of the table in `plugin.toml`.
    pub id: String,
    /// How findings and [`Table::file`] name the file.
    pub file: String,
    /// Number of the file's first sheet among the sources of the table.
    pub source: u32,
}

/// What a reader hands on. It has no `Debug`, for it carries the values of cells.
pub enum Event<'a> {
    /// A sheet begins.
    Table(&'a Table),
    /// A cell above the header of the sheet that began last: its row as a spreadsheet counts it, its column from 0, its text.
    /// It is no part of the table, and may identify someone all the same.
    Above(u64, u32, &'a str),
    /// Rows of the sheet that began last: some 4,096, fewer where they are large.
    Rows(&'a Batch<'a>),
}

/// Whether the receiver wants more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Read on.
    On,
    /// Read no further; what is unread is not judged.
    Stop,
}

/// Who receives the events. His error ends the reading and comes back as it is.
pub type Sink<'s, E> = &'s mut dyn FnMut(Event<'_>) -> Result<Flow, E>;

/// What came of reading a file.
#[derive(Debug, Default)]
pub struct Read {
    /// What is wrong with the file, in order of what was met.
    pub findings: Vec<Finding>,
    /// How many sheets were handed on; the next file of the table takes `source + sources`.
    pub sources: u32,
    /// How many rows were handed on.
    pub rows: u64,
    /// Whether the receiver asked to stop before the end.
    pub stopped: bool,
}

/// Reads one file.
///
/// Rows are numbered as a spreadsheet counts them. A record of a text table whose values have line breaks takes several lines:
/// there the number is the line of the file on which the record starts, which is the same as long as no value has a line break.
///
/// A file that cannot be read is a finding. Rows that came before something broken have been handed on by then, so that whoever
/// receives them must drop them when a finding of severity error comes back.
///
/// # Errors
/// Returns the error of the sink.
pub fn read<E>(path: &Path, spec: &TableSpec, book: &RuleBook, sink: Sink<'_, E>) -> Result<Read, E> {
    reading::read(path, spec, None, book, sink)
}

/// How a table of persons is named: a file or sheet whose name identifies someone is refused, and called by its number.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// What identifies a person.
    pub identifiers: &'a Identifiers,
    /// The number of the file among those of the table, from 1.
    pub file: u32,
}

/// Reads one file of a table of persons: as [`read`], and no finding or table repeats a name that identifies someone.
///
/// # Errors
/// Returns the error of the sink.
pub fn read_persons<E>(path: &Path, spec: &TableSpec, names: Names<'_>, book: &RuleBook, sink: Sink<'_, E>) -> Result<Read, E> {
    reading::read(path, spec, Some(names), book, sink)
}
