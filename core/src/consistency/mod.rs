//! Filings of one trial, held against each other: where two destinations show the same fact, they must agree.
//!
//! The facts are declared once (`forms/consistency/concepts.toml`); each plugin says which of its items show them
//! (`shared.toml` in its folder), so that a new destination takes part without touching another. What two destinations take
//! from the same cell cannot differ and is not compared, and neither is what one of them leaves blank.

mod concepts;
mod gather;
mod shared;
mod spelling;

use std::collections::BTreeSet;

use crate::model::{Catalogue, Filing, Finding, Found, Lang, Other, Place, Record, RuleBook, Status, Text};
use crate::plugin::Plugin;

pub use concepts::{Compare, Concept, Concepts};
pub use shared::Shared;

use gather::Shown;

/// One filing of a trial.
#[derive(Debug, Clone, Copy)]
pub struct Showing<'a> {
    /// Where it goes.
    pub plugin: &'a Plugin,
    /// What it was made from.
    pub record: &'a Record,
    /// What it says.
    pub filing: &'a Filing,
}

/// Holds the filings of one trial against each other; a finding for each fact that they do not agree on names every place
/// that shows it. A fact of which it cannot be judged whether a filing shows it is a finding as well.
pub fn compare(filings: &[Showing], concepts: &Concepts, catalogue: &Catalogue, book: &RuleBook) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, concept) in concepts.iter().enumerate() {
        let mut shown: Vec<Shown> = Vec::new();
        for filing in filings {
            match gather::gather(*filing, at, concept, catalogue) {
                Ok(found) => shown.extend(found),
                Err(problem) => findings.push(unjudged(concept, filing, &problem, book)),
            }
        }
        let differ = |one: &Shown| shown.iter().any(|other| !one.agrees(other));
        if shown.iter().any(differ) {
            findings.extend(finding(concept, &shown));
        }
    }
    findings
}

/// Reports a fact of which it cannot be judged whether a filing shows it.
fn unjudged(concept: &Concept, of: &Showing, problem: &str, book: &RuleBook) -> Finding {
    let values = [("rule", Text::from(concept.text.id.as_str())), ("problem", problem.into())];
    let mut finding = book.finding("RL-0001", of.record.sources.place(&of.record.root.here()), &values);
    of.plugin.id().clone_into(&mut finding.plugin);
    concept.text.id.clone_into(&mut finding.found.item);
    finding.status = Status::EngineError(problem.to_owned());
    finding
}

/// Words a difference: each value once, with all that show it.
fn finding(concept: &Concept, shown: &[Shown]) -> Option<Finding> {
    let texts: Vec<&str> = shown.iter().map(|shown| shown.text.as_str()).collect();
    let named = |shown: &Shown, lang: Lang| {
        let (title, label) = (shown.plugin.manifest.title.get(lang), shown.label(lang));
        let (number, place) = (shown.number(), shown.place.display(lang));
        let value = spelling::excerpt(&shown.text, &texts);
        match lang {
            Lang::Ja => format!("{title}の{number}「{label}」は「{value}」（{place}）"),
            Lang::En => format!("{number} \"{label}\" of {title} is \"{value}\" ({place})"),
        }
    };
    let all = |lang: Lang| shown.iter().map(|shown| named(shown, lang)).collect::<Vec<_>>();
    let places = Text::new(all(Lang::Ja).join("、"), all(Lang::En).join("; "));
    let mut distinct: Vec<String> = Vec::new();
    for (at, one) in shown.iter().enumerate() {
        // Of values that are spelled differently and say the same, one is enough.
        if !shown.iter().take(at).any(|known| known.key == one.key) {
            distinct.push(spelling::excerpt(&one.text, &texts));
        }
    }
    let (first, rest) = shown.split_first()?;
    let mut finding = Finding::new(&concept.text, first.place.clone(), &[("places", places)]);
    let field = first.fields.first().cloned().unwrap_or_default();
    finding = finding.found(&distinct.join(" ≠ "), &field);
    finding.found.item = shown.iter().map(Shown::item).collect::<Vec<_>>().join(" ≠ ");
    first.plugin.id().clone_into(&mut finding.plugin);
    finding.others = rest
        .iter()
        .map(|other| Other {
            plugin: other.plugin.id().to_owned(),
            at: other.place.clone(),
            found: Found {
                value: other.text.chars().take(crate::limits::FINDING_VALUE_CHARS).collect(),
                field: other.fields.first().cloned().unwrap_or_default(),
                item: other.item(),
            },
        })
        .collect();
    Some(finding)
}

/// Returns the ids of the plugins that a finding is about.
pub fn concerned(finding: &Finding) -> BTreeSet<&str> {
    finding.others.iter().map(|other| other.plugin.as_str()).chain([finding.plugin.as_str()]).collect()
}

/// Returns every place that a finding is about.
pub fn places(finding: &Finding) -> impl Iterator<Item = &Place> {
    std::iter::once(&finding.at).chain(finding.others.iter().map(|other| &other.at))
}
