//! What is found wrong: so many of each kind, the rest counted.

use std::collections::BTreeMap;

use todokede_abi::{At, Finding, Text};

/// The id of the rule that counts what was left out.
const MORE: &str = "RS-0199";

/// Gathers findings. A cell of a patient is named and never repeated.
#[derive(Debug)]
pub(crate) struct Findings {
    most: usize,
    kinds: BTreeMap<&'static str, Kind>,
}

#[derive(Debug, Default)]
struct Kind {
    kept: Vec<Finding>,
    /// How many there were beyond those, and where the first of them was.
    more: u64,
    next: At,
}

/// Where a table of rows comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source {
    /// Id of the table.
    pub(crate) table: &'static str,
    /// Number of its file or sheet.
    pub(crate) number: u32,
}

impl Source {
    /// A cell of it.
    pub(crate) fn cell(self, row: u64, column: usize) -> At {
        At::Table { table: self.table.to_owned(), source: self.number, row, column: u32::try_from(column).ok() }
    }

    /// A row of it.
    pub(crate) fn row(self, row: u64) -> At {
        At::Table { table: self.table.to_owned(), source: self.number, row, column: None }
    }
}

impl Findings {
    /// Keeps `most` of each kind.
    pub(crate) fn new(most: usize) -> Findings {
        Findings { most, kinds: BTreeMap::new() }
    }

    /// Adds one without values.
    pub(crate) fn add(&mut self, rule: &'static str, at: At) {
        self.add_with(rule, at, []);
    }

    /// Adds one; `values` fill the holes of its words.
    pub(crate) fn add_with<const N: usize>(&mut self, rule: &'static str, at: At, values: [(&str, Text); N]) {
        let kind = self.kinds.entry(rule).or_default();
        if kind.kept.len() < self.most {
            let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            kind.kept.push(Finding { rule: rule.to_owned(), at, found: String::new(), values });
            return;
        }
        if kind.more == 0 {
            kind.next = at;
        }
        kind.more += 1;
    }

    /// All of them, by rule, each kind that was cut with a word on the rest.
    pub(crate) fn list(&self) -> Vec<Finding> {
        let mut list = Vec::new();
        for (rule, kind) in &self.kinds {
            list.extend(kind.kept.iter().cloned());
            if kind.more > 0 {
                let values = [("rule", (*rule).to_owned()), ("count", kind.more.to_string())];
                let values = values.map(|(name, value)| (name.to_owned(), Text::from(value)));
                list.push(Finding {
                    rule: MORE.to_owned(),
                    at: kind.next.clone(),
                    found: String::new(),
                    values: values.into(),
                });
            }
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_the_cap_findings_are_counted() {
        let mut findings = Findings::new(2);
        let source = Source { table: "patients", number: 0 };
        for row in 2..=6 {
            findings.add("RS-0110", source.row(row));
        }
        let list = findings.list();
        assert_eq!(list.len(), 3);
        assert_eq!(list[2].rule, MORE);
        assert_eq!(list[2].values["count"], Text::from("3"));
        assert_eq!(list[2].at, source.row(4));
    }

    #[test]
    fn at_the_cap_nothing_is_said_of_more() {
        let mut findings = Findings::new(2);
        findings.add("RS-0110", At::Filing);
        findings.add("RS-0110", At::Filing);
        assert_eq!(findings.list().len(), 2);
    }
}
