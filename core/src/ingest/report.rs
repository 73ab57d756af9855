//! Where the readers of one input put what they find.

use crate::limits::{FINDING_VALUE_CHARS, FINDINGS_PER_TRIAL};
use crate::model::{Finding, Origin, Place, RuleBook, Sources, Text};

/// The findings about one input file, and the sheets they point into.
pub(super) struct Report<'a> {
    book: &'a RuleBook,
    file: String,
    /// The file's sheets, in the order in which they were met.
    pub(super) sources: Sources,
    findings: Vec<Finding>,
    over: usize,
    /// How many times it is still worded what was probably meant.
    suggestions: usize,
}

/// Why a file or a sheet could not be read: a rule and what fills its holes.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Id of the rule.
    pub(crate) rule: &'static str,
    /// Texts for the rule's holes.
    pub(crate) values: Vec<(&'static str, Text)>,
    /// Line and column of a text file, empty when there is none.
    pub(crate) line: String,
}

impl Problem {
    /// Makes a problem without a line.
    pub(crate) fn new(rule: &'static str, values: Vec<(&'static str, Text)>) -> Problem {
        Problem { rule, values, line: String::new() }
    }

    /// A limit was passed; `what` says of what.
    pub(crate) fn limit(what: Text, limit: impl ToString) -> Problem {
        Problem::new("IN-0005", vec![("what", what), ("limit", limit.to_string().into())])
    }

    /// The file breaks its own format.
    pub(crate) fn broken(format: &str, problem: impl ToString) -> Problem {
        Problem::new("IN-0006", vec![("format", format.into()), ("problem", clip(&problem.to_string()))])
    }
}

impl<'a> Report<'a> {
    /// Starts the report on one file, by the name that findings use for it.
    pub(super) fn new(book: &'a RuleBook, file: &str) -> Report<'a> {
        Report { book, file: file.to_owned(), sources: Sources::default(), findings: Vec::new(), over: 0, suggestions: 100 }
    }

    /// Registers a sheet (empty name: the file itself) and returns its index.
    pub(super) fn add_sheet(&mut self, sheet: &str) -> u16 {
        self.sources.add(&self.file, sheet)
    }

    /// Words what was probably meant. Comparing with every label takes time, so after many such findings it is left out.
    pub(super) fn suggest(&mut self, word: impl FnOnce() -> Text) -> Text {
        match self.suggestions.checked_sub(1) {
            Some(left) => {
                self.suggestions = left;
                word()
            }
            None => Text::default(),
        }
    }

    /// Reports something at a place of the file.
    pub(super) fn say(&mut self, trial: &str, rule: &str, at: &Origin, values: &[(&str, Text)]) {
        let place = self.sources.place(at);
        self.keep(trial, rule, place, values, ("", ""));
    }

    /// Reports something about a value; `found` is the value and the id of its field.
    pub(super) fn say_found(&mut self, trial: &str, rule: &str, at: &Origin, found: (&str, &str), values: &[(&str, Text)]) {
        let place = self.sources.place(at);
        self.keep(trial, rule, place, values, found);
    }

    /// Reports why the file, or one of its sheets, could not be read.
    pub(super) fn problem(&mut self, sheet: Option<u16>, problem: &Problem) {
        let mut place = sheet.map_or_else(|| Place::file(&self.file), |sheet| self.sources.place(&Origin::Sheet { sheet }));
        place.line.clone_from(&problem.line);
        self.keep("", problem.rule, place, &problem.values, ("", ""));
    }

    fn keep(&mut self, trial: &str, rule: &str, place: Place, values: &[(&str, Text)], (value, field): (&str, &str)) {
        if self.findings.len() >= FINDINGS_PER_TRIAL {
            self.over += 1;
            return;
        }
        let mut finding = self.book.finding(rule, place, values).found(value, field);
        trial.clone_into(&mut finding.trial);
        self.findings.push(finding);
    }

    /// Ends the report; findings that were not kept are counted in a last one.
    pub(super) fn finish(mut self) -> (Sources, Vec<Finding>) {
        if self.over > 0 {
            let values = [("count", self.over.to_string().into()), ("kept", self.findings.len().to_string().into())];
            self.findings.push(self.book.finding("IN-0070", Place::file(&self.file), &values));
        }
        (self.sources, self.findings)
    }
}

/// Shortens a text from an input to what a message can carry, on one line.
pub(crate) fn clip(text: &str) -> Text {
    let mut short: String = text.chars().take(FINDING_VALUE_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(FINDING_VALUE_CHARS).is_some() {
        short.push('…');
    }
    short.into()
}
