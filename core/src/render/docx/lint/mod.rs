//! Checks on a finished document: what was left in it, what does not agree in it, and what its readers should not meet.
//!
//! A check that cries wolf is switched off by whoever uses it: each is written to be silent where it cannot be sure.

mod abbreviations;
mod data;
mod document;
mod facts;
mod layout;
mod leftovers;
mod placeholders;
mod references;
mod register;
mod set;
mod typography;
mod versions;
mod wording;

use crate::model::{self, Finding, RuleBook, Text};

use super::DocxError;
use super::package::Package;
use super::view;
pub use data::Linter;
use document::{Document, Line};
pub use facts::Fact;

/// Whom a document is for; some words are only wrong in front of patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// Consent under 臨床研究法.
    Act,
    /// Consent under GCP省令.
    Gcp,
    /// Consent under 生命・医学系指針.
    Guidelines,
    /// A protocol.
    Protocol,
}

/// What is known of a document before it is looked at.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Whom it is for.
    pub profile: Option<Profile>,
    /// Whether children read it.
    pub is_for_children: bool,
    /// Whether it has a table of contents and says whom to call; else that is told by how many headings it has.
    pub is_whole: Option<bool>,
    /// Its version, `1.2`; else its own places are held against each other.
    pub version: Option<String>,
    /// The day of that version, ISO.
    pub date: Option<String>,
    /// What the trial record says.
    pub facts: Vec<Fact>,
}

impl Profile {
    /// All of them by name: the codes of the legal basis of a consent, and a protocol.
    pub const NAMES: [(&'static str, Profile); 4] = [
        ("clinical-trials-act", Profile::Act),
        ("gcp", Profile::Gcp),
        ("ethical-guidelines", Profile::Guidelines),
        ("protocol", Profile::Protocol),
    ];

    /// Finds a profile by its name.
    pub fn named(name: &str) -> Option<Profile> {
        Profile::NAMES.iter().find(|(known, _)| *known == name).map(|(_, profile)| *profile)
    }

    /// Returns whether patients read it.
    pub fn is_for_patients(self) -> bool {
        self != Profile::Protocol
    }

    /// Returns whether a row of a table of words is for it.
    fn takes(self, profile: &str) -> bool {
        let name = Profile::NAMES.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name);
        profile.is_empty() || profile == name || (profile == "consent" && self.is_for_patients())
    }
}

/// One thing a check found.
struct Report<'d> {
    rule: &'static str,
    /// The paragraph; nothing for the whole file.
    place: Option<&'d view::Place>,
    found: String,
    values: Vec<(&'static str, Text)>,
}

impl<'d> Report<'d> {
    fn at(rule: &'static str, line: &'d Line, found: &str) -> Report<'d> {
        Report { rule, place: Some(&line.place), found: found.to_owned(), values: Vec::new() }
    }

    fn file(rule: &'static str, found: &str) -> Report<'d> {
        Report { rule, place: None, found: found.to_owned(), values: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<Text>) -> Report<'d> {
        self.values.push((name, value.into()));
        self
    }

    fn finding(self, file: &str, book: &RuleBook) -> Finding {
        let within = self.place.map(view::Place::text).unwrap_or_default();
        let at = model::Place { file: file.to_owned(), within, ..model::Place::default() };
        let mut values = self.values;
        values.push(("found", Text::from(shortened(&self.found))));
        book.finding(self.rule, at, &values).found(&self.found, "")
    }
}

/// A message shows enough of a text to find it.
fn shortened(text: &str) -> String {
    const CHARACTERS: usize = 60;
    let line = text.trim().replace(['\n', '\t'], " ");
    if line.chars().count() <= CHARACTERS { line } else { line.chars().take(CHARACTERS).chain(['…']).collect() }
}

impl Linter {
    /// Checks a document and returns findings in the order of the document, those of the whole file last.
    ///
    /// # Errors
    /// Returns what cannot be read.
    pub fn lint(&self, file: &str, package: &Package, expected: &Expected, book: &RuleBook) -> Result<Vec<Finding>, DocxError> {
        let document = Document::read(package)?;
        let mut found: Vec<Report> = Vec::new();
        versions::check(self, &document, file, expected, &mut found);
        placeholders::check(self, &document, &mut found);
        leftovers::check(&document, &mut found);
        wording::check(self, &document, expected, &mut found);
        register::check(&document, expected.profile, &mut found);
        typography::check(&document, &mut found);
        abbreviations::check(self, &document, &mut found);
        facts::check(self, &document, &expected.facts, &mut found);
        references::check(self, &document, expected, &mut found);
        layout::check(self, &document, expected, &mut found);
        let rank = |report: &Report| {
            report
                .place
                .map_or(usize::MAX, |place| document.lines.iter().position(|line| line.place == *place).unwrap_or(usize::MAX))
        };
        let mut ranked: Vec<(usize, Report)> = found.into_iter().map(|report| (rank(&report), report)).collect();
        ranked.sort_by(|(one, a), (other, b)| one.cmp(other).then(a.rule.cmp(b.rule)));
        let mut findings: Vec<Finding> = ranked.into_iter().map(|(_, report)| report.finding(file, book)).collect();
        findings.dedup();
        Ok(findings)
    }
}

#[cfg(test)]
mod tests;
