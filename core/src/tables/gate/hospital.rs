//! Ids of another list that was supplied.

use std::collections::HashSet;

use super::fold;

/// The ids of another list that was supplied, of a hospital: hashed, eight bytes each. No `Debug`.
#[derive(Default)]
pub struct HospitalIds {
    hashes: HashSet<u64>,
}

impl HospitalIds {
    /// Adds an id.
    pub fn add(&mut self, id: &str) {
        self.hashes.insert(fold::hash(&fold::value(id)));
    }

    /// Returns whether the list has an id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.hashes.contains(&fold::hash(&fold::value(id)))
    }
}
