//! Abbreviations: spelled out at their first use, once, and in the table where there is one.

use std::collections::BTreeMap;

use super::Report;
use super::data::Linter;
use super::document::{Document, Line};

/// Where an abbreviation stands: number of the line and byte in it.
type Spot = (usize, usize);

pub(super) fn check<'d>(linter: &Linter, document: &'d Document, found: &mut Vec<Report<'d>>) {
    let table = table(linter, document);
    // Without headings nothing is a cover.
    let has_cover = !document.outline.headings.is_empty();
    let lines: Vec<&Line> =
        document.text().filter(|line| (!has_cover || !line.is_cover) && !in_table_of_abbreviations(line)).collect();
    let mut defined: BTreeMap<String, Vec<Spot>> = BTreeMap::new();
    let mut used: BTreeMap<String, Vec<Spot>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        let mut definitions = Vec::new();
        for groups in linter.patterns.definition.captures_iter(&line.folded) {
            if let Some(word) = groups.get(1) {
                definitions.push(word.range());
                // A heading that names it is read, but the text explains it again.
                if line.heading.is_none() {
                    defined.entry(word.as_str().to_owned()).or_default().push((at, word.start()));
                }
            }
        }
        if line.heading.is_some() {
            continue;
        }
        for word in words(linter, &line.folded) {
            if !definitions.contains(&word) {
                let text = line.folded.get(word.clone()).unwrap_or_default();
                used.entry(text.to_owned()).or_default().push((at, word.start));
            }
        }
    }
    let report = |rule: &'static str, spot: Spot, word: &str| lines.get(spot.0).map(|line| Report::at(rule, line, word));
    for (word, spots) in &defined {
        let Some(first) = spots.first() else { continue };
        let uses = used.get(word).map(Vec::as_slice).unwrap_or_default();
        // The table at the front explains it too.
        if let Some(early) = uses.iter().find(|spot| *spot < first).filter(|_| !table.contains_key(word)) {
            found.extend(report("DL-0140", *early, word));
        }
        if let Some(second) = spots.get(1) {
            found.extend(report("DL-0141", *second, word));
        }
        if uses.is_empty() && spots.len() == 1 && !table.contains_key(word) {
            found.extend(report("DL-0142", *first, word));
        }
        if !table.is_empty() && !table.contains_key(word) {
            found.extend(report("DL-0143", *first, word));
        }
    }
    if table.is_empty() {
        return;
    }
    for (word, line) in &table {
        if !used.contains_key(word) && !defined.contains_key(word) {
            found.push(Report::at("DL-0142", line, word));
        }
    }
    for (word, uses) in &used {
        let is_known = defined.contains_key(word) || table.contains_key(word) || linter.common.contains(word);
        if let Some(first) = uses.first().filter(|_| !is_known) {
            found.extend(report("DL-0143", *first, word));
        }
    }
}

fn in_table_of_abbreviations(line: &Line) -> bool {
    let heading = line.place.heading.as_deref().unwrap_or_default();
    ["略号", "略語"].iter().any(|word| heading.contains(word)) && line.in_table()
}

/// Returns the abbreviations of the table, each with its line.
fn table<'d>(linter: &Linter, document: &'d Document) -> BTreeMap<String, &'d Line> {
    let first = |line: &&Line| line.place.cells.first().is_some_and(|cell| cell.column == 1);
    let rows = document.text().filter(|line| in_table_of_abbreviations(line)).filter(first);
    rows.filter_map(|line| {
        let word = words(linter, &line.folded).into_iter().next()?;
        Some((line.folded.get(word)?.to_owned(), line))
    })
    .collect()
}

/// Returns the abbreviations in a text: two capitals at least, and no part of a longer word or code such as `DEMO-001`.
fn words(linter: &Linter, text: &str) -> Vec<std::ops::Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '@' | '.' | ':');
    let stands_alone = |range: &std::ops::Range<usize>| {
        let before = text.get(..range.start).and_then(|text| text.chars().next_back());
        let mut after = text.get(range.end..).unwrap_or_default().chars();
        let after = match after.next() {
            // A full stop ends a sentence, and a stroke between two abbreviations joins them.
            Some('.' | ':' | '/') => after.next().filter(char::is_ascii_alphanumeric),
            other => other,
        };
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    };
    linter.patterns.abbreviation.find_iter(text).map(|hit| hit.range()).filter(stands_alone).collect()
}
