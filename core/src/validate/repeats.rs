//! Rows that say the same twice: nearly always a slip of copying, and it would be filed twice.

use std::collections::BTreeSet;

use crate::model::{Catalogue, Finding, Row};

use super::Subject;
use super::unfiled::Unfiled;

/// Reports every row that repeats one above it in the same group, when the group is filed.
pub(super) fn check(subject: Subject, unfiled: &Unfiled) -> Vec<Finding> {
    let mut findings = Vec::new();
    below(subject, unfiled, &subject.record.root, &mut findings);
    findings
}

fn below(subject: Subject, unfiled: &Unfiled, row: &Row, findings: &mut Vec<Finding>) {
    for (list, rows) in row.lists.iter().filter(|(list, _)| !unfiled.has_list(*list)) {
        let mut seen = BTreeSet::new();
        for row in rows {
            if rows.len() > 1 && !seen.insert(content(row, subject.catalogue)) {
                let place = subject.record.sources.place(&row.here());
                let label = subject.catalogue.scope(*list).label.clone();
                findings.push(subject.book.finding("MP-0002", place, &[("list", label)]));
            }
            below(subject, unfiled, row, findings);
        }
    }
}

/// Writes all that a row holds as one text, so that rows can be compared whatever cells they came from.
fn content(row: &Row, catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for (field, leaf) in &row.leaves {
        let known = catalogue.field(*field);
        // Two rows that differ in nothing but their numbers say the same twice.
        if catalogue.scope(known.scope).serial == Some(*field) {
            continue;
        }
        text.extend([known.name.as_str(), "\u{1}", leaf.text(), "\u{2}"]);
    }
    for (list, rows) in &row.lists {
        text.extend([catalogue.scope(*list).name.as_str(), "\u{3}"]);
        for row in rows {
            text.push_str(&content(row, catalogue));
            text.push('\u{4}');
        }
    }
    text
}
