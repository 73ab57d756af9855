//! The gate before tables of patients: a table that carries identifiers is refused.
//!
//! The gate is fed with the events of a table, and says at the end, or as soon as it is sure, which columns carry what: one
//! finding for each column and kind, with the first cell and how many. It names cells and never repeats what stands in them.

use todokede_abi::{Batch, Table};

use crate::files::Files;
use crate::model::{DataError, Finding, RuleBook};
use crate::tables::Flow;

/// What identifies a person: titles of columns, shapes of values, names; the data of `forms/identifiers`.
pub struct Identifiers {}

impl Identifiers {
    /// Reads the folder `identifiers` of the folder `forms`.
    ///
    /// # Errors
    /// Returns the first place that breaks the format.
    pub fn load(forms: &Files) -> Result<Identifiers, DataError>;
}

/// The ids of another list that was supplied, of a hospital: hashed, eight bytes each.
#[derive(Default)]
pub struct HospitalIds {}

impl HospitalIds {
    /// Adds an id.
    pub fn add(&mut self, id: &str);
}

/// The gate of one table, over all its files.
pub struct Gate<'a> {}

impl<'a> Gate<'a> {
    /// Makes a gate.
    pub fn new(identifiers: &'a Identifiers) -> Gate<'a>;

    /// Also refuses ids that another list has.
    #[must_use]
    pub fn against(self, ids: &'a HospitalIds) -> Gate<'a>;

    /// A file or sheet begins; its titles are looked at.
    pub fn table(&mut self, table: &Table);

    /// Looks at rows. `Stop`: the table is refused, and what the first rows hold is known; more need not be read.
    pub fn rows(&mut self, batch: &Batch<'_>) -> Flow;

    /// Judges the columns and says what they carry; empty when the table may pass.
    pub fn finish(self, book: &RuleBook) -> Vec<Finding>;
}
