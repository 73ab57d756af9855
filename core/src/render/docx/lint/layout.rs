//! How a document is made: telephone, size of the text, fonts, table of contents, levels of headings.

use std::collections::BTreeMap;

use super::data::Linter;
use super::document::{Document, Part};
use super::{Expected, Profile, Report};

/// Least size of text that patients read, half points.
const LEAST: u32 = 24;

/// From this many headings on a document has a table of contents.
const HEADINGS: usize = 8;

pub(super) fn check<'d>(linter: &Linter, document: &'d Document, expected: &Expected, found: &mut Vec<Report<'d>>) {
    let patients = expected.profile.is_some_and(Profile::is_for_patients);
    let has_phone =
        || document.lines.iter().any(|line| line.part != Part::Comment && linter.patterns.phone.is_match(&line.folded));
    // A form of one page need not repeat whom to call.
    let is_explanation = expected.is_whole.unwrap_or(document.outline.headings.len() >= HEADINGS);
    if patients && is_explanation && !has_phone() {
        found.push(Report::file("DL-0170", ""));
    }
    if patients {
        let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
        for line in document.lines.iter().filter(|line| line.is_prose()) {
            *sizes.entry(line.size).or_default() += line.text.chars().count();
        }
        // What most of the text has: small print beside it is not the body.
        let most = sizes.iter().max_by_key(|(size, count)| (**count, **size)).map(|(size, _)| *size);
        if let Some(size) = most.filter(|size| *size < LEAST) {
            let points = if size % 2 == 0 { (size / 2).to_string() } else { format!("{}.5", size / 2) };
            found.push(Report::file("DL-0171", &points));
        }
    }
    if !document.names_japanese_font {
        found.push(Report::file("DL-0172", ""));
    }
    // A table of contents is of no use to a child, and only in the way.
    if is_explanation && !expected.is_for_children && !document.has_contents {
        found.push(Report::file("DL-0173", ""));
    }
    let mut before = 0;
    for line in &document.lines {
        if let Some(level) = line.heading.filter(|_| line.part == Part::Body) {
            if level > before + 1 {
                found.push(Report::at("DL-0174", line, &line.text));
            }
            before = level;
        }
    }
}
