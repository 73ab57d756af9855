//! The gate before tables of patients: a table that carries identifiers is refused.
//!
//! The gate is fed with the events of a table, and says at the end, or as soon as it is sure, which columns carry what: one
//! finding for each column and kind, with the first cell and how many. It names cells and never repeats what stands in them:
//! values are counted, hashed or compared as they pass, none is kept, and no type that holds one can be printed.

mod check_digit;
mod column;
mod data;
mod dates;
mod fold;
mod hospital;
mod judge;
mod sheet;
#[cfg(test)]
mod tests;
mod titles;
mod values;

use todokede_abi::{Batch, Table};

use crate::model::{Finding, RuleBook};
use crate::tables::Flow;
use sheet::Sheet;

pub use data::Identifiers;
pub use hospital::HospitalIds;

/// The gate of one table, over all its files.
pub struct Gate<'a> {
    identifiers: &'a Identifiers,
    hospital: Option<&'a HospitalIds>,
    sheets: Vec<Sheet>,
}

impl<'a> Gate<'a> {
    /// Makes a gate.
    pub fn new(identifiers: &'a Identifiers) -> Gate<'a> {
        Gate { identifiers, hospital: None, sheets: Vec::new() }
    }

    /// Also refuses ids that another list has.
    #[must_use]
    pub fn against(self, ids: &'a HospitalIds) -> Gate<'a> {
        Gate { hospital: Some(ids), ..self }
    }

    /// A file or sheet begins; its titles are looked at.
    pub fn table(&mut self, table: &Table) {
        self.sheets.push(Sheet::new(self.identifiers, table));
    }

    /// Looks at a cell above the header.
    pub fn above(&mut self, row: u64, column: u32, text: &str) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.above(self.identifiers, row, column, text);
        }
    }

    /// Looks at rows. `Stop`: the table is refused, and what the rows so far hold is known; more need not be read.
    pub fn rows(&mut self, batch: &Batch<'_>) -> Flow {
        let Some(sheet) = self.sheets.last_mut() else { return Flow::On };
        for row in &batch.rows {
            sheet.row(self.identifiers, self.hospital, row);
        }
        if sheet.is_refused(self.identifiers) { Flow::Stop } else { Flow::On }
    }

    /// Judges the columns and says what they carry; empty when the table may pass.
    pub fn finish(self, book: &RuleBook) -> Vec<Finding> {
        self.sheets.iter().flat_map(|sheet| judge::findings(sheet, self.identifiers, book)).collect()
    }
}
