//! References that were typed and point at nothing, and fields whose bookmark is gone.

use std::collections::BTreeSet;

use super::data::Linter;
use super::document::{Document, Line, Part};
use super::{Expected, Profile, Report};

/// A heading by its number.
struct Numbered {
    number: String,
    title: String,
}

pub(super) fn check<'d>(linter: &Linter, document: &'d Document, expected: &Expected, found: &mut Vec<Report<'d>>) {
    sections(linter, document, expected, found);
    for line in &document.lines {
        for name in linter.patterns.bookmark.captures_iter(&line.instructions).filter_map(|groups| groups.get(1)) {
            if !document.bookmarks.contains(name.as_str()) {
                found.push(Report::at("DL-0162", line, name.as_str()));
            }
        }
    }
    ranges(linter, document, found);
    figures(linter, document, found);
}

fn headings(linter: &Linter, document: &Document) -> Vec<Numbered> {
    let of = |heading: &crate::render::docx::outline::Heading| {
        let title = crate::text::fold::ascii(&heading.title).into_owned();
        if !heading.number.is_empty() {
            return Some(Numbered { number: crate::text::fold::ascii(&heading.number).into_owned(), title });
        }
        let groups = linter.patterns.typed_number.captures(&title)?;
        Some(Numbered { number: groups.get(1)?.as_str().to_owned(), title: groups.get(2)?.as_str().to_owned() })
    };
    document.outline.headings.iter().filter_map(of).collect()
}

fn sections<'d>(linter: &Linter, document: &'d Document, expected: &Expected, found: &mut Vec<Report<'d>>) {
    let headings = headings(linter, document);
    if headings.is_empty() {
        return;
    }
    let is_protocol = expected.profile == Some(Profile::Protocol);
    for line in document.text().filter(|line| line.heading.is_none() && !line.in_history()) {
        for groups in linter.patterns.section.captures_iter(&line.folded) {
            let (Some(whole), Some(number)) = (groups.get(0), groups.get(1)) else { continue };
            let title = groups.get(3).map(|title| title.as_str());
            let before = line.folded.get(..whole.start()).unwrap_or_default();
            // 「第51条第2項」 is law, 「3.5章」 of another document is not ours, and a bare 「2項目」 counts things.
            let after = line.folded.get(whole.end()..).unwrap_or_default();
            let is_bare = title.is_none();
            let is_law = before.ends_with(['第', '条', '法', '則', '令']);
            let counts = is_bare && (!number.as_str().contains('.') || after.starts_with('目'));
            let tail: String = before.chars().rev().take(16).collect::<Vec<_>>().into_iter().rev().collect();
            let of_other =
                !is_protocol && ["計画書", "概要書", "プロトコール", "プロトコル"].iter().any(|word| tail.contains(word));
            let of_any = ["概要書", "添付文書", "規則", "省令", "指針", "ガイドライン", "手順書", "法第", "条"]
                .iter()
                .any(|word| tail.contains(word));
            if is_law || counts || of_other || of_any {
                continue;
            }
            let by_number = headings.iter().find(|heading| heading.number == number.as_str());
            let same = |heading: &&Numbered| title.is_some_and(|title| squeezed(&heading.title) == squeezed(title));
            match (by_number, title) {
                (Some(_), None) => {}
                (Some(heading), Some(_)) if same(&heading) => {}
                (known, _) => {
                    let by_title = headings.iter().find(same).or(known);
                    let unit = groups.get(2).map_or("項", |unit| unit.as_str());
                    match by_title.filter(|_| title.is_some()) {
                        Some(heading) => {
                            let wanted = format!("{}{unit}「{}」", heading.number, heading.title);
                            found.push(Report::at("DL-0161", line, whole.as_str()).with("wanted", wanted));
                        }
                        None => found.push(Report::at("DL-0160", line, whole.as_str())),
                    }
                }
            }
        }
    }
}

impl Line {
    /// Returns whether it tells what was changed once: those numbers are of the documents of then.
    fn in_history(&self) -> bool {
        self.place.heading.as_deref().is_some_and(|heading| heading.contains("履歴"))
    }
}

/// Returns a title without spaces: a line break in a heading is none in a reference.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// 「①〜⑩」 goes as far as there are circled items, those Word counts included.
fn ranges<'d>(linter: &Linter, document: &'d Document, found: &mut Vec<Report<'d>>) {
    let circled = |text: &str| text.trim_start().chars().next().filter(|c| ('①'..='⑳').contains(c));
    let of = |line: &Line| circled(&line.number).or_else(|| circled(&line.text));
    let Some(last) = document.text().filter_map(of).max() else { return };
    for line in document.text() {
        for end in linter.patterns.range.captures_iter(&line.text).filter_map(|groups| groups.get(1)) {
            if end.as_str().chars().next().is_some_and(|end| end > last) {
                found.push(Report::at("DL-0163", line, end.as_str()).with("wanted", last.to_string()));
            }
        }
    }
}

/// A figure or table that is named has a caption; an annex only when other annexes are in the document.
fn figures<'d>(linter: &Linter, document: &'d Document, found: &mut Vec<Report<'d>>) {
    let key = |groups: &regex::Captures| Some((groups.get(1)?.as_str().to_owned(), groups.get(2)?.as_str().to_owned()));
    let is_caption = |line: &Line| {
        let styled = line.style.contains("caption") || line.style.contains("図表番号");
        let groups = linter.patterns.caption.captures(line.folded.trim());
        let styled = styled.then(|| linter.patterns.figure.captures(&line.folded)).flatten();
        groups.or(styled).and_then(|groups| key(&groups))
    };
    let captions: BTreeSet<(String, String)> =
        document.lines.iter().filter(|line| line.part == Part::Body && !line.is_entry).filter_map(is_caption).collect();
    for line in document.text().filter(|line| line.heading.is_none() && !line.in_history()) {
        for groups in linter.patterns.figure.captures_iter(&line.folded) {
            let (Some(whole), Some(wanted)) = (groups.get(0), key(&groups)) else { continue };
            let before = line.folded.get(..whole.start()).and_then(|text| text.chars().next_back());
            let is_other_word =
                before.is_some_and(|c| matches!(c, '別' | '発' | '代' | '公' | '地' | '意' | '年' | '図' | '付'));
            let is_annex = wanted.0.starts_with('別');
            let has_kind = captions.iter().any(|(kind, _)| *kind == wanted.0);
            if !is_other_word && !captions.contains(&wanted) && (!is_annex || has_kind) {
                found.push(Report::at("DL-0164", line, whole.as_str()));
            }
        }
    }
}
