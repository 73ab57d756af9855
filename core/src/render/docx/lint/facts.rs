//! Numbers that do not agree with the trial record, where they were typed and not taken from a field.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Report;
use super::data::{FactKind, Linter};
use super::document::Document;
use crate::model::Text;
use crate::text::fold;

/// One thing the trial record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What kind it is: a `kind` of `forms/documents/facts.csv`.
    pub kind: String,
    /// What people call it.
    pub label: Text,
    /// Its value, as the record has it.
    pub value: String,
}

/// The kind whose values are days.
const DATE: &str = "date";

/// The kind whose values are telephone numbers: whichever the record has somewhere is one of its own.
const PHONE: &str = "phone";

/// Longest text that is a contact and no prose, in characters.
const SHORT: usize = 60;

/// Farthest a number stands from the words that say what it is, in characters.
const NEAR: usize = 40;

impl Linter {
    /// Returns what a record in its canonical JSON says of the facts that are known.
    pub fn facts(&self, record: &Value) -> Vec<Fact> {
        let mut facts = Vec::new();
        for kind in &self.facts {
            for field in &kind.fields {
                let mut values = Vec::new();
                gather(record, &field.split('.').collect::<Vec<_>>(), &mut values);
                let fact = |value| Fact { kind: kind.kind.clone(), label: kind.label.clone(), value };
                facts.extend(values.into_iter().map(fact));
            }
            if kind.kind == PHONE {
                let fact = |value| Fact { kind: kind.kind.clone(), label: kind.label.clone(), value };
                let mut phones = BTreeSet::new();
                everywhere(record, false, &mut |is_contact, text| {
                    let found = self.patterns.phone.find_iter(text);
                    // A number in a field of contacts, or alone in its field; one inside a sentence proves nothing.
                    phones.extend(
                        found
                            .filter(|found| is_contact || found.as_str() == text.trim())
                            .map(|found| found.as_str().to_owned()),
                    );
                });
                facts.extend(phones.into_iter().map(fact));
            }
            if kind.kind == "sites"
                && let Some(sites) = record.get("sites").and_then(Value::as_array)
            {
                let fact = Fact { kind: kind.kind.clone(), label: kind.label.clone(), value: sites.len().to_string() };
                facts.push(fact);
            }
        }
        facts
    }
}

/// Gives every short text of a record to a function, and whether its field is one of contacts by its name.
fn everywhere(value: &Value, is_contact: bool, seen: &mut impl FnMut(bool, &str)) {
    match value {
        Value::Array(rows) => rows.iter().for_each(|row| everywhere(row, is_contact, seen)),
        Value::Object(map) => {
            let names = ["phone", "fax", "contact"];
            map.iter().for_each(|(name, value)| everywhere(value, names.iter().any(|known| name.contains(known)), seen));
        }
        Value::String(text) if text.chars().count() <= SHORT => seen(is_contact, text),
        _ => {}
    }
}

fn gather(value: &Value, path: &[&str], found: &mut Vec<String>) {
    match (value, path.split_first()) {
        (Value::Array(rows), _) => rows.iter().for_each(|row| gather(row, path, found)),
        (Value::Object(_), Some((name, rest))) => {
            if let Some(inner) = value.get(*name) {
                gather(inner, rest, found);
            }
        }
        (Value::String(text), None) if !text.trim().is_empty() => found.push(text.trim().to_owned()),
        (Value::Number(number), None) => found.push(number.to_string()),
        _ => {}
    }
}

pub(super) fn check<'d>(linter: &Linter, document: &'d Document, facts: &[Fact], found: &mut Vec<Report<'d>>) {
    for kind in &linter.facts {
        let known: Vec<&Fact> = facts.iter().filter(|fact| fact.kind == kind.kind).collect();
        if known.is_empty() {
            continue;
        }
        let wanted: BTreeSet<String> = known.iter().filter_map(|fact| canonical(kind, &fact.value)).collect();
        for line in document.text() {
            for sentence in line.folded.split(['。', '\n']) {
                let Some(words) = kind.words.find(sentence) else { continue };
                // What stands before the words is another number.
                let rest = sentence.get(words.end()..).unwrap_or_default();
                let values = kind.value.captures_iter(rest).filter_map(|groups| groups.get(1));
                let near =
                    |value: &regex::Match| rest.get(..value.start()).is_some_and(|before| before.chars().count() <= NEAR);
                let mut values = values.filter(near);
                // Of numbers only the first is what the words are about; a period has two ends, and both are held.
                let several = kind.kind != "subjects" && kind.kind != "sites";
                let first = values.next();
                for value in first.into_iter().chain(values.filter(|_| several)) {
                    let Some(said) = canonical(kind, value.as_str()) else { continue };
                    let agrees =
                        wanted.iter().any(|wanted| *wanted == said || (kind.kind == DATE && wanted.starts_with(&said)));
                    if !agrees {
                        let shown: Vec<String> =
                            known.iter().map(|fact| fact.value.clone()).collect::<BTreeSet<_>>().into_iter().collect();
                        let report = Report::at("DL-0150", line, value.as_str());
                        found.push(report.with("label", kind.label.clone()).with("wanted", shown.join(" / ")));
                    }
                }
            }
        }
    }
}

/// Spells a value so that two that mean the same are the same.
fn canonical(kind: &FactKind, value: &str) -> Option<String> {
    let folded = fold::ascii(value).replace(',', "");
    match kind.kind.as_str() {
        DATE => {
            let pattern = regex::Regex::new(DAY).ok()?;
            iso(&pattern.captures(&folded)?)
        }
        PHONE => {
            let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
            (digits.len() >= 9).then_some(digits)
        }
        _ => {
            let digits: String = folded.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u64>().ok().map(|number| number.to_string())
        }
    }
}

/// A day, or a month, in the ways they are written.
pub(super) const DAY: &str = r"((?:19|20)[0-9]{2})[年/.\-]\s?([0-9]{1,2})[月/.\-]\s?([0-9]{1,2})日?|(令和|平成)([0-9]{1,2}|元)年\s?([0-9]{1,2})月\s?([0-9]{1,2})日|((?:19|20)[0-9]{2})年\s?([0-9]{1,2})月|(令和|平成)([0-9]{1,2}|元)年\s?([0-9]{1,2})月";

/// Returns the ISO day, or month, of what the pattern of days matched.
pub(super) fn iso(groups: &regex::Captures) -> Option<String> {
    let text = |at: usize| groups.get(at).map(|group| group.as_str());
    let number = |at: usize| text(at).and_then(|text| text.parse::<u32>().ok());
    let of_era = |era: usize, year: usize| {
        let base = if text(era)? == "令和" { 2018 } else { 1988 };
        let year = if text(year)? == "元" { 1 } else { number(year)? };
        Some(base + year)
    };
    let (year, month, day) = match (number(1), of_era(4, 5), number(8), of_era(10, 11)) {
        (Some(year), ..) => (year, number(2)?, number(3)),
        (_, Some(year), ..) => (year, number(6)?, number(7)),
        (_, _, Some(year), _) => (year, number(9)?, None),
        (.., Some(year)) => (year, number(12)?, None),
        _ => return None,
    };
    Some(match day {
        Some(day) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("{year:04}-{month:02}"),
    })
}
