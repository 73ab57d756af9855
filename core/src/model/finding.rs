//! Findings: what is wrong, where, what is wanted, why, and how to mend it.

use serde::Serialize;

use crate::model::{Place, RuleText, Text};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The filing is not packaged while it is open.
    Error,
    /// To be looked at; the filing is packaged.
    Warning,
    /// Worth knowing.
    Info,
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// To be mended.
    Open,
    /// The check of this rule or item waits until the findings on the values it reads are mended.
    Skipped(String),
    /// The check itself failed, for this reason.
    EngineError(String),
    /// Accepted with a reason by someone, for a time.
    Waived(Waived),
}

/// Why a finding is accepted, who says so, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: String,
    /// The last day on which it holds, ISO.
    pub until: String,
}

/// The value a finding is about and the item of the form it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Found {
    /// The value as it was read.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Field id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// Number and label of the form's item.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub item: String,
}

/// Another place that a finding is about: what a second destination shows there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Other {
    /// Plugin id.
    pub plugin: String,
    /// Where.
    pub at: Place,
    /// What was found.
    #[serde(flatten)]
    pub found: Found,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable id of the rule; never changes its meaning.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Trial id, where known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub trial: String,
    /// Plugin id; empty for the engine's own.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub plugin: String,
    /// Where.
    pub at: Place,
    /// What was found.
    #[serde(flatten)]
    pub found: Found,
    /// The other places of a finding that is about several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Other>,
    /// What is wrong.
    pub message: Text,
    /// Why: the citation, spelled out.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub source: Text,
    /// How to mend it.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub fix: Text,
    /// What became of it.
    pub status: Status,
}

impl Finding {
    /// Makes a finding of a rule; `values` fill the holes of its texts.
    pub fn new(rule: &RuleText, at: Place, values: &[(&str, Text)]) -> Finding {
        Finding {
            rule: rule.id.clone(),
            severity: rule.severity,
            trial: String::new(),
            plugin: String::new(),
            at,
            found: Found::default(),
            others: Vec::new(),
            message: rule.message.fill(values),
            source: rule.source.clone(),
            fix: rule.fix.fill(values),
            status: Status::Open,
        }
    }

    /// Says what was found.
    #[must_use]
    pub fn found(mut self, value: &str, field: &str) -> Finding {
        self.found.value = value.chars().take(crate::limits::FINDING_VALUE_CHARS).collect();
        self.found.field = field.to_owned();
        self
    }

    /// Returns whether it is an open finding at or above a severity.
    pub fn counts(&self, threshold: Severity) -> bool {
        !matches!(self.status, Status::Skipped(_) | Status::Waived(_)) && self.severity <= threshold
    }
}

/// Sorts findings by trial, place, severity and rule, and drops exact repeats.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    findings.dedup();
}

/// What findings are sorted by; a cell sorts by row then column, not by its letters.
fn order(finding: &Finding) -> impl Ord + '_ {
    let at = &finding.at;
    let digits = at.cell.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let row: u64 = digits.parse().unwrap_or(0);
    let place = (&at.file, &at.sheet, row, at.cell.len(), &at.cell, &at.pointer, line_number(&at.line));
    (&finding.trial, place, finding.severity, &finding.plugin, &finding.rule)
}

/// Returns the line of `line:column`.
fn line_number(line: &str) -> u64 {
    line.split(':').next().and_then(|line| line.parse().ok()).unwrap_or(0)
}
