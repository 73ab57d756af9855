//! Changes between two filings of one trial, for any form that declares change marks.
//!
//! The last filing and the current one are compared item by item: another value marks the leaf, a row that came or went
//! marks its number, exempt items are never marked. Rows are matched by what they are (name, symbol, role) before their
//! numbers and their order; numbers are kept and never used again. Date and reason of each change come from the sheet of
//! changes ([`Entries`]), as does a mark that somebody gave by hand.

mod compare;
mod compute;
mod entries;
mod given;
mod list;
mod matching;
#[cfg(test)]
mod tests;
mod walk;

use crate::model::{Catalogue, Form};
use crate::plugin::{Mapping, Plugin};

pub use compare::{Difference, compare};
pub use compute::{Computed, Numbers, Renamed, compute};
pub use entries::{CHANGES, Entries, Entry, word};
pub use given::{apply_given, without_deleted};
pub use list::{Changed, list};
pub use walk::RowAt;

/// What the comparison of filings reads besides them.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'a> {
    /// The form.
    pub form: &'a Form,
    /// Which field fills which item.
    pub mapping: &'a Mapping,
    /// All fields.
    pub catalogue: &'a Catalogue,
}

impl<'a> Declared<'a> {
    /// Takes what a plugin declares.
    pub fn of(plugin: &'a Plugin, catalogue: &'a Catalogue) -> Declared<'a> {
        Declared { form: &plugin.form, mapping: &plugin.mapping, catalogue }
    }
}
