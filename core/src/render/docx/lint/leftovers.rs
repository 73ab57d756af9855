//! What Word keeps from the making of a document: comments, highlights, hidden text, changes that nobody settled.

use super::Report;
use super::document::{Document, Part};

pub(super) fn check<'d>(document: &'d Document, found: &mut Vec<Report<'d>>) {
    for line in &document.lines {
        if line.part == Part::Comment {
            if !line.text.trim().is_empty() {
                found.push(Report::at("DL-0113", line, &line.text));
            }
            continue;
        }
        let looks = [("DL-0114", &line.highlighted), ("DL-0115", &line.hidden), ("DL-0116", &line.revised)];
        for (rule, text) in looks {
            // Word hides parts of a table of contents itself.
            if !text.trim().is_empty() && (rule != "DL-0115" || !line.is_entry) {
                found.push(Report::at(rule, line, text));
            }
        }
    }
}
