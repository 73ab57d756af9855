//! What each destination still wants of a trial: one table of destinations, and what is missing value by value.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::consistency::concerned;
use crate::model::{Catalogue, Finding, Lang, Place, ScopeIx, Severity, Status, Text};
use crate::run::{Engine, Outcome};

/// How far the filings of one trial are.
#[derive(Debug, Serialize)]
pub struct TrialStatus {
    /// Trial id.
    pub trial: String,
    /// Its destinations, in the order in which they were asked for.
    pub destinations: Vec<Destination>,
    /// What is missing, each value once.
    pub missing: Vec<Missing>,
}

/// How far one filing is.
#[derive(Debug, Serialize)]
pub struct Destination {
    /// Plugin id.
    pub plugin: String,
    /// Its title.
    pub title: Text,
    /// Values that it wants and that are blank.
    pub missing: usize,
    /// Open errors, those about missing values among them.
    pub errors: usize,
    /// Open warnings.
    pub warnings: usize,
    /// Findings that someone accepted.
    pub waived: usize,
    /// Whether it can be packaged.
    pub ready: bool,
}

/// A value that is blank and wanted.
#[derive(Debug, Serialize)]
pub struct Missing {
    /// Field id; empty for a table without rows.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// Its label, after that of its table.
    pub label: Text,
    /// Where it belongs.
    pub at: Place,
    /// Who wants it.
    pub needed_by: Vec<Need>,
}

/// A destination that wants a value.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// Plugin id; empty when the engine itself wants it.
    pub plugin: String,
    /// Number and label of the form's item, where the rule is about one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// Id of the rule.
    pub rule: String,
    /// Whether it stands in the way.
    pub severity: Severity,
}

/// Works out how far each trial of an outcome is.
pub fn status(outcome: &Outcome, engine: &Engine) -> Vec<TrialStatus> {
    let mut trials: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for filing in &outcome.checked {
        let plugins = trials.entry(&filing.trial).or_default();
        if !plugins.contains(&filing.plugin.as_str()) {
            plugins.push(&filing.plugin);
        }
    }
    let mut all: Vec<TrialStatus> = Vec::new();
    for (trial, plugins) in trials {
        let found: Vec<&Finding> =
            outcome.findings.iter().filter(|finding| finding.trial == trial || finding.trial.is_empty()).collect();
        let destinations = plugins.iter().map(|plugin| destination(plugin, &found, engine)).collect();
        all.push(TrialStatus { trial: trial.to_owned(), destinations, missing: missing(&found, engine) });
    }
    all
}

fn destination(plugin: &str, found: &[&Finding], engine: &Engine) -> Destination {
    let of: Vec<&&Finding> = found.iter().filter(|finding| is_of(finding, plugin)).collect();
    let is_open = |finding: &Finding, severity| finding.counts(Severity::Info) && finding.severity == severity;
    let count = |severity| of.iter().filter(|finding| is_open(finding, severity)).count();
    let mut blanks: Vec<_> = of.iter().filter(|finding| is_missing(finding)).map(|finding| key(finding)).collect();
    blanks.sort();
    blanks.dedup();
    let errors = count(Severity::Error);
    Destination {
        plugin: plugin.to_owned(),
        title: engine.plugins.get(plugin).map(|plugin| plugin.manifest.title.clone()).unwrap_or_default(),
        missing: blanks.len(),
        errors,
        warnings: count(Severity::Warning),
        waived: of.iter().filter(|finding| matches!(finding.status, Status::Waived(_))).count(),
        ready: errors == 0,
    }
}

/// Returns whether a finding stands in the way of a destination: its own, one that it shares, or one of the whole trial.
fn is_of(finding: &Finding, plugin: &str) -> bool {
    finding.plugin.is_empty() || concerned(finding).contains(plugin)
}

/// Returns whether a finding says that a value is wanted and not there.
fn is_missing(finding: &Finding) -> bool {
    let about_a_value = !finding.found.field.is_empty() || !finding.found.item.is_empty();
    finding.counts(Severity::Warning) && finding.found.value.is_empty() && about_a_value
}

/// What tells one missing value from another: its field and place, or of a table without rows its item.
fn key(finding: &Finding) -> (&Place, &str, &str) {
    let (field, item) = (finding.found.field.as_str(), finding.found.item.as_str());
    (&finding.at, field, if field.is_empty() { item } else { "" })
}

fn missing(found: &[&Finding], engine: &Engine) -> Vec<Missing> {
    let mut all: Vec<((&Place, &str, &str), Missing)> = Vec::new();
    for finding in found.iter().filter(|finding| is_missing(finding)) {
        let need = Need {
            plugin: finding.plugin.clone(),
            item: finding.found.item.clone(),
            rule: finding.rule.clone(),
            severity: finding.severity,
        };
        let key = key(finding);
        match all.iter_mut().find(|(known, _)| *known == key) {
            // One rule may ask for the same value in several words; who wants it is said once.
            Some((_, known)) if known.needed_by.iter().any(|by| (&by.plugin, &by.item) == (&need.plugin, &need.item)) => {}
            Some((_, known)) => known.needed_by.push(need),
            None => {
                let missing = Missing {
                    field: finding.found.field.clone(),
                    label: label(finding, &engine.catalogue),
                    at: finding.at.clone(),
                    needed_by: vec![need],
                };
                all.push((key, missing));
            }
        }
    }
    all.into_iter().map(|(_, missing)| missing).collect()
}

/// Returns the label of the field that a finding is about, after that of its table; without a field that of the item.
fn label(finding: &Finding, catalogue: &Catalogue) -> Text {
    let Some(field) = catalogue.field_ix(&finding.found.field).map(|field| catalogue.field(field)) else {
        return finding.found.item.as_str().into();
    };
    if field.scope == ScopeIx::ROOT {
        return field.label.clone();
    }
    let table = &catalogue.scope(field.scope).label;
    let named = |lang: Lang| format!("{} › {}", table.get(lang), field.label.get(lang));
    Text::new(named(Lang::Ja), named(Lang::En))
}
