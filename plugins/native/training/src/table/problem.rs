//! What is wrong in the tables, kept until someone asks.

use std::collections::BTreeMap;

use todokede_abi::{At, Finding, Text};

/// Something wrong in a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problem {
    pub(crate) rule: &'static str,
    pub(crate) at: At,
    pub(crate) found: String,
    pub(crate) values: BTreeMap<String, Text>,
    /// The people of the staff list that it is about.
    pub(crate) people: Vec<usize>,
    /// Folded names that it is about.
    pub(crate) names: Vec<String>,
}

impl Problem {
    /// Makes one.
    pub(crate) fn new(rule: &'static str, at: At) -> Problem {
        Problem { rule, at, ..Problem::default() }
    }

    /// Says what was found.
    pub(crate) fn found(mut self, found: impl Into<String>) -> Problem {
        self.found = found.into();
        self
    }

    /// Fills a hole in the words.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Text>) -> Problem {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Says whom it is about.
    pub(crate) fn about(mut self, people: impl IntoIterator<Item = usize>, names: &[String]) -> Problem {
        self.people.extend(people);
        self.names.extend_from_slice(names);
        self
    }
}

impl From<Problem> for Finding {
    fn from(problem: Problem) -> Finding {
        let mut values = problem.values;
        values.entry("found".to_owned()).or_insert_with(|| problem.found.clone().into());
        Finding { rule: problem.rule.to_owned(), at: problem.at, found: problem.found, values }
    }
}

/// All of them, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problems {
    all: Vec<Problem>,
}

impl Problems {
    /// Adds one.
    pub(crate) fn add(&mut self, problem: Problem) {
        self.all.push(problem);
    }

    /// Returns all of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.all.iter()
    }
}

/// Returns the first `shown` of each rule as findings, and how many more there are of each.
pub(crate) fn capped<'a>(
    all: impl Iterator<Item = &'a Problem>,
    shown: usize,
) -> (Vec<Finding>, BTreeMap<&'static str, usize>) {
    let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for problem in all {
        let count = seen.entry(problem.rule).or_default();
        *count += 1;
        if *count <= shown {
            findings.push(problem.clone().into());
        }
    }
    let rest = seen.into_iter().map(|(rule, count)| (rule, count.saturating_sub(shown))).filter(|(_, rest)| *rest > 0);
    (findings, rest.collect())
}
