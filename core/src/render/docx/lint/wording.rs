//! Words that do not belong into a document, and sentences that read as if rights were waived.

use super::data::Linter;
use super::document::Document;
use super::{Expected, Report};
use crate::model::Text;

/// What the ids of rows on rights and liability start with: these make errors.
const RIGHTS: &str = "CW-00";

pub(super) fn check<'d>(linter: &Linter, document: &'d Document, expected: &Expected, found: &mut Vec<Report<'d>>) {
    let Some(profile) = expected.profile else { return };
    for line in document.text() {
        let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
        for row in linter.wording.iter().filter(|row| profile.takes(&row.profile)) {
            let is_right = row.id.starts_with(RIGHTS);
            for hit in row.pattern.find_iter(&line.text) {
                let sentence = sentence(&line.text, hit.start());
                if (is_right && linter.negations.iter().any(|negation| negation.is_match(sentence)))
                    || taken.iter().any(|range| range.start < hit.end() && hit.start() < range.end)
                {
                    continue;
                }
                taken.push(hit.range());
                let rule = if is_right { "DL-0120" } else { "DL-0121" };
                let reason =
                    if row.source.is_empty() { row.reason.clone() } else { format!("{}（{}）", row.reason, row.source) };
                let report = Report::at(rule, line, hit.as_str()).with("reason", Text::from(reason));
                found.push(report.with("instead", Text::from(row.instead.as_str())));
            }
        }
    }
}

/// Returns what of a sentence stands from a place on.
fn sentence(text: &str, from: usize) -> &str {
    let rest = text.get(from..).unwrap_or_default();
    let end = rest.find(['。', '\n', '．']).unwrap_or(rest.len());
    rest.get(..end).unwrap_or(rest)
}
