//! What was left to be filled in, guidance of a template, tags.

use super::Report;
use super::data::{Linter, PlaceholderKind};
use super::document::{Document, Line, Part};

pub(super) fn check<'d>(linter: &Linter, document: &'d Document, found: &mut Vec<Report<'d>>) {
    for line in document.lines.iter().filter(|line| line.part != Part::Comment) {
        // What one pattern found, another one does not report again.
        let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
        for order in [PlaceholderKind::Tag, PlaceholderKind::Guidance, PlaceholderKind::Left, PlaceholderKind::Bracket] {
            for row in linter.placeholders.iter().filter(|row| row.kind == order) {
                for hit in row.pattern.find_iter(&line.text) {
                    let overlaps = taken.iter().any(|range| range.start < hit.end() && hit.start() < range.end);
                    if overlaps || (order == PlaceholderKind::Bracket && is_heading(linter, line, &hit)) {
                        continue;
                    }
                    taken.push(hit.range());
                    let rule = match order {
                        PlaceholderKind::Tag => "DL-0112",
                        PlaceholderKind::Guidance => "DL-0111",
                        _ => "DL-0110",
                    };
                    found.push(Report::at(rule, line, hit.as_str()));
                }
            }
        }
    }
}

/// 【…】 that opens a paragraph is a small heading when its words are those of headings; inside a sentence it is a blank.
fn is_heading(linter: &Linter, line: &Line, hit: &regex::Match) -> bool {
    let opens = line.text.get(..hit.start()).is_some_and(|before| before.trim().is_empty() || before.ends_with('\n'));
    let inner = hit.as_str().trim_matches(['【', '】']).trim();
    let asks = ["記載", "入力", "記入", "選択", "○", "〇", "●", "例："].iter().any(|word| inner.contains(word));
    let allowed =
        || linter.placeholders.iter().filter(|row| row.kind == PlaceholderKind::Allow).any(|row| row.pattern.is_match(inner));
    opens && !asks && allowed()
}
