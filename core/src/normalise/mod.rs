//! Turns what was read into canonical text, by the kind of each field.
//!
//! Nothing is guessed: a value that has more than one reading, or none, keeps the text people can recognise and gets an
//! error finding, one for each value. Characters that no document may hold ([`crate::text::illegal`]) are refused, not
//! dropped: a record with that finding is never rendered, not even as a draft. No text is ever normalised as a whole
//! (NFC, NFKC): that changes names.

pub mod era;

mod code;
mod date;
mod digits;
mod int;
mod kana;
mod number;
mod phone;
mod problem;
mod tidy;
mod year;

use std::borrow::Cow;

use crate::as_filed::AS_FILED;
use crate::model::{Catalogue, Field, Finding, Kind, Leaf, Origin, Record, Row, RuleBook, Scalar, Sources, Text};
use crate::text::{fold, illegal};
use problem::{Problem, Rule};
use tidy::Flaw;

/// Turns every leaf of a record into canonical text by its field's kind; findings name the cell. Idempotent.
///
/// Afterwards every value is [`Scalar::Text`], dates as `2026-04-01`; blank values and blank rows are gone.
pub fn normalise(record: &mut Record, catalogue: &Catalogue, book: &RuleBook) -> Vec<Finding> {
    let mut walk = Walk { catalogue, book, sources: &record.sources, findings: Vec::new() };
    walk.row(&mut record.root);
    let mut findings = walk.findings;
    let trial = record.id(catalogue);
    findings.iter_mut().for_each(|finding| trial.clone_into(&mut finding.trial));
    findings
}

struct Walk<'a> {
    catalogue: &'a Catalogue,
    book: &'a RuleBook,
    sources: &'a Sources,
    findings: Vec<Finding>,
}

impl Walk<'_> {
    fn row(&mut self, row: &mut Row) {
        row.leaves.retain_mut(|(field, leaf)| self.leaf(self.catalogue.field(*field), leaf));
        for (list, rows) in &mut row.lists {
            // What another filing says is kept to the letter.
            if self.catalogue.scope(*list).id == AS_FILED {
                continue;
            }
            rows.iter_mut().for_each(|row| self.row(row));
            rows.retain(|row| !row.is_blank());
        }
        row.lists.retain(|(_, rows)| !rows.is_empty());
    }

    /// Normalises one value and returns whether anything is left of it.
    fn leaf(&mut self, field: &Field, leaf: &mut Leaf) -> bool {
        let read = read(&leaf.value, &leaf.origin, &field.kind, self.catalogue);
        if let Some(problem) = &read.problem {
            let value = shown(&leaf.value);
            let mut holes = vec![("field", field.label.clone())];
            holes.extend(problem.holes.iter().cloned());
            holes.push(("value", Text::from(excerpt(&value))));
            let at = self.sources.place(&leaf.origin);
            self.findings.push(self.book.finding(problem.rule.id(), at, &holes).found(&value, &field.id));
        }
        let keep = !read.text.is_empty();
        // A borrowed text is a part of the value's own: of the same length it is the same.
        let same = matches!((&leaf.value, &read.text), (Scalar::Text(old), Cow::Borrowed(new)) if old.len() == new.len());
        if !same {
            leaf.value = Scalar::Text(read.text.into_owned().into_boxed_str());
        }
        keep
    }
}

/// What became of a value: its text, the value's own where nothing had to change, and at most one problem.
struct Read<'a> {
    text: Cow<'a, str>,
    problem: Option<Problem>,
}

impl<'a> Read<'a> {
    fn clean(text: Cow<'a, str>) -> Read<'a> {
        Read { text, problem: None }
    }

    fn bad(text: Cow<'a, str>, problem: Problem) -> Read<'a> {
        Read { text, problem: Some(problem) }
    }

    /// Takes the canonical text where there is one; beside a problem the text stays as it is.
    fn of(text: Cow<'a, str>, canonical: Result<Option<String>, Problem>) -> Read<'a> {
        match canonical {
            Ok(Some(canonical)) => Read::clean(Cow::Owned(canonical)),
            Ok(None) => Read::clean(text),
            Err(problem) => Read::bad(text, problem),
        }
    }
}

fn read<'a>(value: &'a Scalar, origin: &Origin, kind: &Kind, catalogue: &Catalogue) -> Read<'a> {
    match value {
        Scalar::Text(text) => read_tidied(text, |tidied| read_text(tidied, kind, catalogue)),
        Scalar::Date(text) => read_tidied(text, |tidied| read_date(tidied, kind)),
        Scalar::Number { value, padded } => read_number(*value, *padded, kind, catalogue, origin),
        Scalar::Bool(value) => Read::bad(Cow::Borrowed(truth(*value)), Problem::new(Rule::TickBox)),
    }
}

/// Does what all kinds share, then what one kind asks for. A flaw that stops comes before the kind's own problem, a
/// mere note after it.
fn read_tidied<'a>(raw: &'a str, by_kind: impl FnOnce(Cow<'a, str>) -> Read<'a>) -> Read<'a> {
    let (tidied, flaw) = tidy::tidy(raw);
    if tidied.is_empty() {
        return Read::clean(tidied);
    }
    match flaw {
        Some(Flaw::Stop(problem)) => Read::bad(tidied, problem),
        Some(Flaw::Note(note)) => {
            let read = by_kind(tidied);
            Read { problem: read.problem.or(Some(note)), text: read.text }
        }
        None => by_kind(tidied),
    }
}

fn read_text<'a>(text: Cow<'a, str>, kind: &Kind, catalogue: &Catalogue) -> Read<'a> {
    let canonical = match kind {
        Kind::Text | Kind::Symbol | Kind::Receipt => return Read::clean(text),
        Kind::Key => return Read::clean(folded(text, fold::alphanumeric)),
        Kind::Digits(_) => return Read::clean(folded(text, fold::ascii)),
        Kind::Phone | Kind::Contact => return Read::clean(folded(text, phone::fold)),
        Kind::Kana => return Read::clean(folded(text, kana::fold)),
        Kind::Int => int::read(&text),
        Kind::Date => date::read(&text),
        Kind::Year => year::read(&text),
        Kind::Code(list) => code::read(&text, list, catalogue),
    };
    Read::of(text, canonical)
}

/// Folds a text; what folding brings to the light (a full-width `＿x000D＿`) is tidied again.
fn folded<'a>(text: Cow<'a, str>, fold: fn(&str) -> Cow<'_, str>) -> Cow<'a, str> {
    let changed = match fold(&text) {
        Cow::Borrowed(same) if same.len() == text.len() => None,
        other => Some(tidy::tidy(&other).0.into_owned()),
    };
    changed.map_or(text, Cow::Owned)
}

fn read_date<'a>(text: Cow<'a, str>, kind: &Kind) -> Read<'a> {
    match kind {
        Kind::Date => {
            let canonical = date::read(&text);
            Read::of(text, canonical)
        }
        Kind::Text => Read::bad(text, Problem::new(Rule::DateInText)),
        _ => Read::bad(text, Problem::new(Rule::TurnedIntoDate)),
    }
}

/// Reads a number. Codes and names take it as its cell shows it, with zeros in front; quantities as it is.
fn read_number<'a>(value: f64, padded: u8, kind: &Kind, catalogue: &Catalogue, origin: &Origin) -> Read<'a> {
    let plain = number::print(value, 0);
    let seen = number::print(value, padded);
    if !matches!(kind, Kind::Date) && number::is_doubtful(&plain) {
        return Read::bad(Cow::Owned(plain), Problem::new(Rule::TooManyDigits));
    }
    // What a number cell shows is its format's affair, and a formula on a blank cell gives 0; a whole number in JSON has
    // one reading only.
    let exact = matches!(origin, Origin::Json { .. }) && value.fract() == 0.0;
    if matches!(kind, Kind::Text | Kind::Symbol | Kind::Receipt | Kind::Kana) && !exact {
        return Read::bad(Cow::Owned(seen), Problem::new(Rule::NumberInText));
    }
    let (text, canonical) = match kind {
        Kind::Text | Kind::Key | Kind::Symbol | Kind::Receipt | Kind::Kana => (seen, Ok(None)),
        Kind::Int => (plain.clone(), int::read(&plain)),
        Kind::Year => (plain.clone(), year::read(&plain)),
        Kind::Date => (plain.clone(), date::read_number(value, &plain)),
        Kind::Code(list) => (seen.clone(), code::read_number(&seen, list, catalogue)),
        Kind::Digits(width) => (seen.clone(), digits::read_number(&seen, *width)),
        Kind::Phone | Kind::Contact => (seen.clone(), phone::read_number(&seen)),
    };
    Read::of(Cow::Owned(text), canonical)
}

fn truth(value: bool) -> &'static str {
    if value { "TRUE" } else { "FALSE" }
}

/// Spells a value as it was read so that it can be shown.
fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) | Scalar::Date(text) => illegal::shown(text),
        Scalar::Number { value, padded } => number::print(*value, *padded),
        Scalar::Bool(value) => truth(*value).to_owned(),
    }
}

/// Most characters of a value that a message repeats.
const EXCERPT_CHARS: usize = 40;

fn excerpt(value: &str) -> String {
    let line = value.trim().replace('\n', " ");
    match line.char_indices().nth(EXCERPT_CHARS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Reads a whole date in any spelling that has one meaning.
pub(crate) fn full_date(text: &str) -> Option<jiff::civil::Date> {
    let canonical = date::read(text).ok()?;
    canonical.as_deref().unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests;
