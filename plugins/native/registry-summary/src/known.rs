//! Which patients are registered: 24 bytes each, so that a million take 24 MB.

use std::hash::{DefaultHasher, Hasher};

use crate::day::Day;
use crate::findings::{Findings, Source};

/// The ids of patients by their 128-bit hash, each with where it stands, its product and the day of treatment.
#[derive(Debug, Default)]
pub(crate) struct Known {
    entries: Vec<Entry>,
    /// The column of the id in each source.
    columns: Vec<usize>,
    sealed: bool,
}

/// Sorted by hash, then by place: what stands first in the tables comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: [u64; 2],
    /// Source (8 bits), row (32), product (8), day of treatment (16, from 1970; 0 when it is not known).
    place: u64,
}

/// A patient who is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patient {
    /// Tells the patient from others.
    pub(crate) number: u32,
    /// The product; none when it was not known.
    pub(crate) product: Option<usize>,
    /// The day of treatment.
    pub(crate) treated: Option<Day>,
}

/// How many files and sheets of patients there may be.
pub(crate) const MOST_SOURCES: u32 = 256;
/// How many products there may be; the next number says that the product is not known.
pub(crate) const MOST_PRODUCTS: usize = 255;

impl Known {
    /// Says in which column of the source that follows the id stands.
    pub(crate) fn source(&mut self, column: usize) {
        self.columns.push(column);
    }

    /// Registers a patient of the last source.
    pub(crate) fn add(&mut self, id: &str, row: u64, product: Option<usize>, treated: Option<Day>) {
        let source = (self.columns.len().saturating_sub(1) as u64) & 0xff;
        let row = row.min(u64::from(u32::MAX));
        let product = product.unwrap_or(MOST_PRODUCTS) as u64 & 0xff;
        let day = treated.and_then(|day| u16::try_from(day.0).ok()).unwrap_or(0);
        let place = source << 56 | row << 24 | product << 16 | u64::from(day);
        self.entries.push(Entry { hash: hash(id), place });
    }

    /// Sorts them and finds those that stand twice, which are registered once.
    pub(crate) fn seal(&mut self, findings: &mut Findings) {
        if self.sealed {
            return;
        }
        self.sealed = true;
        self.entries.sort_unstable();
        let mut twice = Vec::new();
        self.entries.dedup_by(|later, first| {
            let same = later.hash == first.hash;
            if same {
                twice.push((later.place, first.place));
            }
            same
        });
        twice.sort_unstable();
        for (later, first) in twice {
            let at = |place: u64| (u32::try_from(place >> 56).unwrap_or(0), place >> 24 & 0xffff_ffff);
            let ((source, row), (_, first_row)) = (at(later), at(first));
            let column = self.columns.get(source as usize).copied().unwrap_or(0);
            let at = Source { table: "patients", number: source }.cell(row, column);
            findings.add_with("RS-0111", at, [("row", first_row.to_string().into())]);
        }
    }

    /// Finds a patient; asked when all are registered.
    pub(crate) fn find(&self, id: &str) -> Option<Patient> {
        let hash = hash(id);
        let number = self.entries.binary_search_by(|entry| entry.hash.cmp(&hash)).ok()?;
        let place = self.entries.get(number)?.place;
        let treated = i32::try_from(place & 0xffff).ok().filter(|day| *day != 0).map(Day);
        Some(Patient { number: u32::try_from(number).ok()?, product: product(place), treated })
    }

    /// The product of a patient.
    pub(crate) fn product(&self, number: u32) -> Option<usize> {
        self.entries.get(number as usize).and_then(|entry| product(entry.place))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

fn product(place: u64) -> Option<usize> {
    usize::try_from(place >> 16 & 0xff).ok().filter(|product| *product != MOST_PRODUCTS)
}

fn hash(id: &str) -> [u64; 2] {
    [0_u8, 1].map(|half| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(half);
        hasher.write(id.as_bytes());
        hasher.finish()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_is_found_with_product_and_day() {
        let (mut known, mut findings) = (Known::default(), Findings::new(9));
        known.source(0);
        let day = Day::new(2024, 5, 6);
        for number in 0..5_000 {
            known.add(&format!("R-{number:06}"), number + 2, Some((number % 255) as usize), day);
        }
        known.add("R-x", 6_000, None, None);
        known.seal(&mut findings);
        let patient = known.find("R-004711").expect("known");
        assert_eq!((patient.product, patient.treated), (Some(4711 % 255), day));
        let patient = known.find("R-x").expect("known");
        assert_eq!((patient.product, patient.treated), (None, None));
        assert_eq!(known.find("R-005000"), None);
        assert!(findings.list().is_empty());
    }

    #[test]
    fn an_id_that_stands_twice_is_named_where_it_stands_again() {
        let (mut known, mut findings) = (Known::default(), Findings::new(9));
        known.source(0);
        known.add("R-1", 2, Some(0), None);
        known.source(3);
        known.add("R-2", 2, Some(0), None);
        known.add("R-1", 9, Some(0), None);
        known.seal(&mut findings);
        known.seal(&mut findings);
        let list = findings.list();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].at, Source { table: "patients", number: 1 }.cell(9, 3));
        assert_eq!(list[0].values["row"].ja, "2");
        assert_eq!(known.len(), 2);
    }
}
