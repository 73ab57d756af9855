//! Filing → findings: the checks that the form implies, assertions across fields, and the schema.

pub mod assertions;
pub mod changes;
pub mod items;
pub mod repeats;
pub mod schema;
mod unfiled;

use std::collections::BTreeSet;

use crate::map::{Fault, Trouble};
use crate::model::{Catalogue, Filing, Finding, Place, Record, RuleBook, Severity, Status, Text};
use crate::plugin::Plugin;

use self::unfiled::Unfiled;

/// What the checks of one filing read.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The record.
    pub record: &'a Record,
    /// The form filled from it.
    pub filing: &'a Filing,
    /// The plugin.
    pub plugin: &'a Plugin,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The engine's own rules.
    pub book: &'a RuleBook,
    /// Places that earlier stages found fault with; a value there is not judged a second time.
    pub flagged: &'a BTreeSet<Place>,
    /// What is known of the changes since the last filing.
    pub changes: &'a changes::Known,
}

/// Checks one filing against its form and its plugin's rules.
pub fn validate(subject: Subject, faults: &[Fault]) -> Vec<Finding> {
    let reading = unfiled::reading(subject);
    let mut findings = items::check(subject, faults, reading.as_ref());
    findings.extend(kind(subject));
    let unfiled = Unfiled::new(subject.plugin, reading.as_ref());
    findings.extend(repeats::check(subject, &unfiled));
    findings.extend(changes::check(subject));
    findings.extend(assertions::check(subject, &unfiled));
    for fault in faults {
        let item = subject.plugin.form.item(fault.item);
        let label = ("item", item.label_text());
        let problem = match &fault.what {
            Trouble::Default(problem) => problem,
            Trouble::NoWord { code, field } => {
                let place = subject.record.sources.place(&fault.origin);
                findings.push(
                    subject
                        .book
                        .finding("MP-0003", place, &[label, ("code", meaning(subject, field, code))])
                        .found(code, field),
                );
                continue;
            }
            Trouble::Lossy { code, field, word } => {
                let place = subject.record.sources.place(&fault.origin);
                let values = [label, ("code", meaning(subject, field, code)), ("word", word.as_str().into())];
                findings.push(subject.book.finding("MP-0004", place, &values).found(code, field));
                continue;
            }
        };
        let place = subject.record.sources.place(&subject.record.root.here());
        let values = [label, ("problem", Text::from(problem.as_str()))];
        let mut finding = subject.book.finding("RL-0002", place, &values);
        if !subject.flagged.is_empty() {
            finding.severity = Severity::Info;
            finding.status = Status::Skipped(item.label.clone());
        }
        findings.push(finding);
    }
    for finding in &mut findings {
        finding.plugin = subject.plugin.id().to_owned();
    }
    findings
}

/// Says what a code means; the code itself where its list says no more.
fn meaning(subject: Subject, field: &str, code: &str) -> Text {
    let kind = subject.catalogue.field_ix(field).map(|field| &subject.catalogue.field(field).kind);
    let Some(crate::model::Kind::Code(list)) = kind else { return code.into() };
    subject.catalogue.codes.get(list).and_then(|list| list.meaning(code)).cloned().unwrap_or_else(|| code.into())
}

/// Reports a kind of filing that the form has but the plugin does not build: a page that looked right and left out the
/// change marks would be worse than none.
fn kind(subject: Subject) -> Option<Finding> {
    let (plugin, filing) = (subject.plugin, subject.filing);
    let value = filing.value(plugin.form.kind_item)?;
    let known = plugin.form.needs(plugin.form.kind_item).any(|(kind, _)| kind == value.text);
    if !known || plugin.manifest.kinds.contains(&value.text) {
        return None;
    }
    let kinds = plugin.manifest.kinds.join("、");
    let values = [("kind", Text::from(value.text.as_str())), ("kinds", kinds.into())];
    let place = subject.record.sources.place(&value.origin);
    Some(subject.book.finding("MP-0001", place, &values).found(&value.text, &value.field))
}
