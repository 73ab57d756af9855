//! One file or sheet at the gate: its columns, and what only a whole row says.

use std::collections::BTreeMap;

use jiff::civil::Date;
use todokede_abi::{Row, Table};

use super::column::{Column, Count};
use super::data::Identifiers;
use super::hospital::HospitalIds;
use super::{dates, fold, judge};

/// A file or sheet.
pub(super) struct Sheet {
    /// Its names and numbers; the titles are not kept.
    pub(super) table: Table,
    pub(super) columns: Vec<Column>,
    /// Rows that were looked at.
    pub(super) rows: u64,
    /// What cells above the header carry, by column and kind.
    pub(super) above: BTreeMap<(u32, usize), Count>,
    /// The dates of the row at work, by column.
    day_of: Vec<(usize, Date)>,
}

impl Sheet {
    /// Makes a sheet and looks at its titles.
    pub(super) fn new(identifiers: &Identifiers, table: &Table) -> Sheet {
        let columns = table.columns.iter().map(|title| Column::new(identifiers, title, table.header)).collect();
        let table = Table { columns: Vec::new(), ..table.clone() };
        Sheet { table, columns, rows: 0, above: BTreeMap::new(), day_of: Vec::new() }
    }

    /// Looks at a cell above the header.
    pub(super) fn above(&mut self, identifiers: &Identifiers, row: u64, column: u32, text: &str) {
        let found = Column::line(identifiers, text, row);
        for (kind, _) in found.sure.iter().enumerate().filter(|(_, count)| count.count > 0) {
            self.above.entry((column, kind)).or_default().add(row);
        }
    }

    /// Looks at a row.
    pub(super) fn row(&mut self, identifiers: &Identifiers, hospital: Option<&HospitalIds>, row: &Row<'_>) {
        self.rows += 1;
        self.day_of.clear();
        let mut age = None;
        for (at, column) in self.columns.iter_mut().enumerate() {
            let text = fold::seen(row.text(at));
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            column.filled.add(row.0);
            if column.says.age {
                age = age.or_else(|| years_of_age(text));
            }
            match dates::read(text) {
                Some(day) => {
                    column.date(day, row.0);
                    self.day_of.push((at, day));
                }
                None => column.value(identifiers, text, row.0),
            }
            let least = identifiers.hospital_list.characters;
            if hospital.is_some_and(|ids| text.chars().nth(least.saturating_sub(1)).is_some() && ids.has(text)) {
                column.listed.add(row.0);
            }
        }
        // An infant's age is also the years between any two dates of its treatment.
        if let Some(age) = age.filter(|age| *age > 0) {
            self.ages(age);
        }
    }

    /// Returns whether the rows so far are enough to refuse the table.
    pub(super) fn is_refused(&self, identifiers: &Identifiers) -> bool {
        judge::is_sure(self, identifiers)
    }

    fn ages(&mut self, age: i16) {
        if self.day_of.len() < 2 {
            return;
        }
        for (at, day) in &self.day_of {
            let is_birth =
                self.day_of.iter().any(|(other, later)| other != at && later > day && dates::years(*day, *later) == age);
            if let Some(column) = self.columns.get_mut(*at) {
                column.aged.0 += 1;
                column.aged.1 += u64::from(is_birth);
            }
        }
    }
}

fn years_of_age(text: &str) -> Option<i16> {
    let text = fold::value(text);
    let number = text.strip_suffix('歳').or_else(|| text.strip_suffix('才')).unwrap_or(&text);
    number.trim().parse().ok().filter(|age| (0..=130).contains(age))
}
