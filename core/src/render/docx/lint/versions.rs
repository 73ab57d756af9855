//! Versions and their days: cover, headers and footers, revision table, consent form and file name say the same.

use super::data::Linter;
use super::document::{Document, Line, Part};
use super::facts::iso;
use super::{Expected, Profile, Report};

/// A version where the document says its own.
struct Said<'d> {
    line: &'d Line,
    /// As it is written.
    shown: String,
    version: String,
    date: Option<(String, String)>,
}

pub(super) fn check<'d>(linter: &Linter, document: &'d Document, file: &str, expected: &Expected, found: &mut Vec<Report<'d>>) {
    let said: Vec<Said> =
        document.lines.iter().filter(|line| says_its_own(line, expected)).filter_map(|line| said(linter, line)).collect();
    let wanted = expected.version.clone().or_else(|| said.first().map(|said| said.version.clone()));
    let Some(wanted) = wanted else { return };
    for said in said.iter().filter(|said| said.version != wanted) {
        found.push(Report::at("DL-0101", said.line, &said.shown).with("wanted", wanted.as_str()));
    }
    let of_this = || {
        said.iter().filter(|said| said.version == wanted).filter_map(|said| said.date.as_ref().map(|date| (said.line, date)))
    };
    let day = expected.date.clone().or_else(|| of_this().next().map(|(_, (_, iso))| iso.clone()));
    if let Some(day) = day {
        for (line, (shown, _)) in of_this().filter(|(_, (_, iso))| *iso != day) {
            found.push(Report::at("DL-0102", line, shown).with("wanted", day.as_str()));
        }
    }
    revisions(linter, document, &wanted, found);
    let stem = crate::text::fold::ascii(file).into_owned();
    let named = linter.patterns.file_version.captures(&stem).and_then(|groups| first(&groups));
    if let Some(named) = named.filter(|named| *named != wanted) {
        found.push(Report::file("DL-0103", &named).with("wanted", wanted.as_str()));
    }
}

/// A document says its own version on its cover and in its margins; elsewhere it may speak of others.
fn says_its_own(line: &Line, expected: &Expected) -> bool {
    let is_margin = line.part == Part::Margin;
    let heading = line.place.heading.as_deref().unwrap_or_default();
    let is_form = ["同意書", "同意撤回書", "アセント"].iter().any(|word| heading.contains(word))
        && expected.profile != Some(Profile::Protocol);
    (is_margin || line.is_cover || is_form) && !line.is_entry
}

fn said<'d>(linter: &Linter, line: &'d Line) -> Option<Said<'d>> {
    for groups in linter.patterns.version.captures_iter(&line.folded) {
        let Some(whole) = groups.get(0) else { continue };
        let before = line.folded.get(..whole.start()).unwrap_or_default();
        // 「研究計画書 第2.0版」 on the cover of a consent form is the version of another document, and 「CTCAE 第5.0版」 of none.
        let other = ["CTCAE", "MedDRA", "規準", "基準", "ガイドライン", "概要書", "計画書", "手順書"];
        let own_title = line.is_cover && before.trim().is_empty();
        if !own_title && other.iter().any(|word| before.contains(word)) && !before.contains("説明文書") {
            continue;
        }
        let version = first(&groups)?;
        let after = line.folded.get(whole.end()..).unwrap_or_default();
        let date = linter.patterns.date.captures(after).and_then(|date| Some((date.get(0)?.as_str().to_owned(), iso(&date)?)));
        return Some(Said { line, shown: whole.as_str().to_owned(), version, date });
    }
    None
}

/// The last row of the table of revisions is this version.
fn revisions<'d>(linter: &Linter, document: &'d Document, wanted: &str, found: &mut Vec<Report<'d>>) {
    let is_version = |text: &str| {
        let text = text
            .trim()
            .trim_start_matches('第')
            .trim_end_matches('版')
            .trim_start_matches("Ver.")
            .trim_start_matches("v")
            .trim();
        let is = !text.is_empty()
            && text.contains('.')
            && text.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
        is.then(|| text.to_owned())
    };
    let is_history = |line: &&Line| {
        let heading = line.place.heading.as_deref().unwrap_or_default();
        ["改訂履歴", "改定履歴", "版の履歴", "変更履歴"].iter().any(|word| heading.contains(word))
    };
    let first_column = |line: &&Line| line.place.cells.first().is_some_and(|cell| cell.column == 1);
    let rows: Vec<(&Line, String)> = document
        .lines
        .iter()
        .filter(|line| line.part == Part::Body)
        .filter(is_history)
        .filter(first_column)
        .filter_map(|line| is_version(&line.folded).map(|version| (line, version)))
        .collect();
    // Newest first or last: it is enough that one of the ends is this version.
    let ends = [rows.first(), rows.last()];
    if let Some((line, version)) = rows.last()
        && ends.iter().flatten().all(|(_, version)| version != wanted)
    {
        found.push(Report::at("DL-0101", line, version).with("wanted", wanted));
    }
    let _ = linter;
}

fn first(groups: &regex::Captures) -> Option<String> {
    groups.iter().skip(1).flatten().next().map(|group| group.as_str().to_owned())
}
