//! Reads a TOML file to its end although parts of it do not fit: each is noted and mended in memory, so that one pass tells
//! all of them.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

/// Most problems that are told of one file.
const MOST: usize = 100;

/// What stands in for something that was left out; nothing in a file has this place.
const STAND_IN: Range<usize> = usize::MAX..usize::MAX;

/// Offset and problem.
type Problem = (usize, String);

/// Reads a text into a type; with problems the value holds stand-ins.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> (Option<T>, Vec<Problem>) {
    let (tree, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // What follows from a bracket that was forgotten is no problem of its own.
        let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
        let mut problems: Vec<Problem> = errors.iter().map(|error| (start(error), error.message().to_owned())).collect();
        problems.sort();
        problems.dedup_by_key(|(offset, _)| line(text, *offset));
        return (None, problems);
    }
    let mut root = Spanned::new(tree.span(), DeValue::Table(tree.into_inner()));
    let mut problems = Vec::new();
    let value = loop {
        let table = match root.get_ref() {
            DeValue::Table(table) => Spanned::new(root.span(), table.clone()),
            _ => break None,
        };
        let error = match T::deserialize(Deserializer::from(table)) {
            Ok(value) => break Some(value),
            Err(error) => error,
        };
        let span = error.span().unwrap_or(0..0);
        if span != STAND_IN {
            problems.push((span.start, worded(error.message())));
        }
        if problems.len() >= MOST || !mend(&mut root, &span, error.message()) {
            break None;
        }
    };
    problems.sort();
    (value, problems)
}

fn line(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count()
}

/// Adds to a message about an unknown word which one was probably meant.
fn worded(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let is_unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let Some(word) = quoted.next().filter(|_| is_unknown) else { return message.to_owned() };
    let near = quoted.map(|known| (strsim::damerau_levenshtein(word, known), known)).min();
    let near = near.filter(|(distance, known)| *distance * 2 <= known.len().max(word.len()));
    near.map_or_else(|| message.to_owned(), |(_, known)| format!("{message}; did you mean `{known}`?"))
}

/// Takes away or puts in what the message is about; whether there was anything to do.
fn mend(root: &mut Spanned<DeValue>, span: &Range<usize>, message: &str) -> bool {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field") {
        return drop_key(root, span);
    }
    if let (true, Some(field)) = (message.starts_with("missing field"), quoted.first()) {
        return *span != STAND_IN && (drop_row(root, span) || put(root, span, field));
    }
    if *span == STAND_IN {
        return false;
    }
    let known = quoted.get(1).filter(|_| message.starts_with("unknown variant"));
    let stand_in = match known {
        Some(known) => DeValue::String((*known).to_owned().into()),
        None if message.contains("expected a string") => DeValue::String(String::new().into()),
        None if message.contains("expected a boolean") => DeValue::Boolean(false),
        None if message.contains("expected a sequence") => DeValue::Array(DeArray::new()),
        None => return drop_row(root, span),
    };
    replace(root, span, &stand_in) || drop_row(root, span)
}

/// Takes away the entry whose key stands at a place.
fn drop_key(here: &mut Spanned<DeValue>, span: &Range<usize>) -> bool {
    match here.get_mut() {
        DeValue::Table(table) => {
            let key = table.keys().find(|key| key.span() == *span).cloned();
            match key {
                Some(key) => table.remove(&key).is_some(),
                None => table.iter_mut().any(|(_, value)| drop_key(value, span)),
            }
        }
        DeValue::Array(rows) => rows.iter_mut().any(|row| drop_key(row, span)),
        _ => false,
    }
}

/// Takes away the row of a list that stands at a place or around it.
fn drop_row(here: &mut Spanned<DeValue>, span: &Range<usize>) -> bool {
    match here.get_mut() {
        DeValue::Table(table) => table.iter_mut().any(|(_, value)| drop_row(value, span)),
        DeValue::Array(rows) => {
            if rows.iter_mut().any(|row| drop_row(row, span)) {
                return true;
            }
            let Some(at) = rows.iter().position(|row| holds(row, span)) else { return false };
            let kept = std::mem::replace(rows, DeArray::new()).into_iter().enumerate().filter(|(row, _)| *row != at);
            kept.for_each(|(_, row)| rows.push(row));
            true
        }
        _ => false,
    }
}

/// Returns whether a value, or anything in it, stands at a place.
fn holds(here: &Spanned<DeValue>, span: &Range<usize>) -> bool {
    here.span() == *span
        || match here.get_ref() {
            DeValue::Table(table) => table.iter().any(|(key, value)| key.span() == *span || holds(value, span)),
            DeValue::Array(rows) => rows.iter().any(|row| holds(row, span)),
            _ => false,
        }
}

/// Puts an empty text into the table that stands at a place.
fn put(here: &mut Spanned<DeValue>, span: &Range<usize>, field: &str) -> bool {
    let is_here = here.span() == *span;
    match here.get_mut() {
        DeValue::Table(table) if is_here && !table.keys().any(|key| key.get_ref() == field) => {
            let value = Spanned::new(STAND_IN, DeValue::String(String::new().into()));
            table.insert(Spanned::new(STAND_IN, field.to_owned().into()), value);
            true
        }
        DeValue::Table(table) => table.iter_mut().any(|(_, value)| put(value, span, field)),
        DeValue::Array(rows) => rows.iter_mut().any(|row| put(row, span, field)),
        _ => false,
    }
}

/// Replaces the value that stands at a place.
fn replace<'i>(here: &mut Spanned<DeValue<'i>>, span: &Range<usize>, with: &DeValue<'i>) -> bool {
    if here.span() == *span {
        *here = Spanned::new(STAND_IN, with.clone());
        return true;
    }
    match here.get_mut() {
        DeValue::Table(table) => table.iter_mut().any(|(_, value)| replace(value, span, with)),
        DeValue::Array(rows) => rows.iter_mut().any(|row| replace(row, span, with)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct File {
        id: String,
        title: String,
        api: u32,
        #[serde(default)]
        rule: Vec<Spanned<Rule>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Rule {
        id: String,
        severity: Severity,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Severity {
        Error,
        Warning,
    }

    fn problems(text: &str) -> Vec<String> {
        let (_, problems) = parse::<File>(text);
        problems.into_iter().map(|(offset, problem)| format!("{} {problem}", line(text, offset) + 1)).collect()
    }

    #[test]
    fn everything_that_does_not_fit_is_told_in_one_pass() {
        let text = "id = 1\napi = 1\ntitel = \"a\"\n[[rule]]\nid = \"R1\"\nseverity = \"eror\"\n[[rule]]\nid = \"R2\"\nsevrity = \"error\"\n[[rule]]\nid = \"R3\"\nseverity = \"warning\"\nwen = \"\"\n";
        assert_eq!(
            problems(text),
            [
                "1 missing field `title`",
                "1 invalid type: integer `1`, expected a string",
                "3 unknown field `titel`, expected one of `id`, `title`, `api`, `rule`; did you mean `title`?",
                "6 unknown variant `eror`, expected `error` or `warning`; did you mean `error`?",
                "7 missing field `severity`",
                "9 unknown field `sevrity`, expected `id` or `severity`; did you mean `severity`?",
                "13 unknown field `wen`, expected `id` or `severity`",
            ]
        );
        assert!(problems("id = \"a\"\ntitle = \"b\"\napi = 1\n").is_empty());
    }

    #[test]
    fn what_is_no_toml_is_told_where_it_is_not() {
        let problems = problems("id = \"a\ntitle = \"b\"\napi = = 1\n");
        assert!(problems.len() == 2 && problems[0].starts_with('1') && problems[1].starts_with('3'), "{problems:?}");
    }
}
