//! Proof that the copies of one document differ in nothing but the values of the rows they were made for.
//!
//! Each copy is made twice: as it is, and with marks around every value of its row. Without its marks the second must be
//! the first, so the marks changed nothing; and with what stands between marks taken out, all copies must be the same.

use std::collections::BTreeMap;

use super::finished::{FinishedText, Paragraph};
use crate::package::sha256;
use crate::render::docx::view::Place;

/// Stands before a value of the row; private use, so that nothing else writes it.
pub const OPEN: char = '\u{F8E0}';
/// Stands after it.
pub const CLOSE: char = '\u{F8E1}';

/// One copy.
#[derive(Debug, Clone)]
pub struct Copy {
    /// File name.
    pub name: String,
    /// Its text.
    pub text: FinishedText,
    /// Its text with the marks.
    pub marked: FinishedText,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// SHA-256 of the text that all copies share; nothing when they do not.
    pub shared: Option<String>,
    /// Where copies differ.
    pub differences: Vec<Difference>,
    /// How many values of the row each copy shows, by file name.
    pub values: BTreeMap<String, usize>,
}

/// A place where a copy differs from the first one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// File name of the copy.
    pub name: String,
    /// Where it differs.
    pub place: Place,
    /// What the first copy says there.
    pub first: String,
    /// What this one says.
    pub other: String,
}

/// Puts marks around a value.
pub fn marked(value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{OPEN}{value}{CLOSE}") }
}

/// Takes the marks out of a text.
pub fn unmarked(text: &str) -> String {
    text.replace([OPEN, CLOSE], "")
}

/// Takes the marks out of a text with what stands between them, and counts the values.
fn masked(text: &str) -> (String, usize) {
    let (mut out, mut depth, mut count) = (String::new(), 0_usize, 0);
    for c in text.chars() {
        match c {
            OPEN => {
                if depth == 0 {
                    count += 1;
                    out.push('◇');
                }
                depth += 1;
            }
            CLOSE => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    (out, count)
}

/// Compares the copies of one document.
pub fn prove(copies: &[Copy]) -> Proof {
    let mut proof = Proof { shared: None, differences: Vec::new(), values: BTreeMap::new() };
    let Some(first) = copies.first() else { return proof };
    let shared: Vec<String> = first.marked.paragraphs.iter().map(|paragraph| masked(&paragraph.text).0).collect();
    for copy in copies {
        let count = copy.marked.paragraphs.iter().map(|paragraph| masked(&paragraph.text).1).sum();
        proof.values.insert(copy.name.clone(), count);
        let blank = |place: &Place| Paragraph { place: place.clone(), text: String::new(), sections: Vec::new() };
        let length = copy.marked.paragraphs.len().max(shared.len()).max(copy.text.paragraphs.len());
        for at in 0..length {
            let place = |text: &FinishedText| text.paragraphs.get(at).map(|paragraph| paragraph.place.clone());
            let place = place(&copy.text).or_else(|| place(&copy.marked)).or_else(|| place(&first.text)).unwrap_or_default();
            let get = |text: &FinishedText| text.paragraphs.get(at).cloned().unwrap_or_else(|| blank(&place)).text;
            let (plain, with_marks) = (get(&copy.text), get(&copy.marked));
            let (text, _) = masked(&with_marks);
            let wanted = shared.get(at).map(String::as_str).unwrap_or_default();
            if unmarked(&with_marks) != plain || text != wanted {
                let first = get(&first.text);
                proof.differences.push(Difference { name: copy.name.clone(), place, first, other: plain });
                // After the first difference the paragraphs no longer match up.
                if copy.marked.paragraphs.len() != shared.len() {
                    break;
                }
            }
        }
    }
    if proof.differences.is_empty() {
        proof.shared = Some(sha256(shared.join("\n").as_bytes()));
    }
    proof
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(name: &str, lines: &[&str]) -> Copy {
        let text = |lines: Vec<String>| FinishedText {
            paragraphs: lines
                .into_iter()
                .map(|text| Paragraph { place: Place::default(), text, sections: Vec::new() })
                .collect(),
        };
        let lines: Vec<String> =
            lines.iter().map(|line| line.replace('<', &OPEN.to_string()).replace('>', &CLOSE.to_string())).collect();
        Copy { name: name.to_owned(), text: text(lines.iter().map(|line| unmarked(line)).collect()), marked: text(lines) }
    }

    #[test]
    fn copies_may_differ_in_the_values_of_their_rows_only() {
        let proof = prove(&[copy("A", &["病院：<甲病院>", "電話 <03>"]), copy("B", &["病院：<乙>", "電話 <06>"])]);
        assert_eq!(proof.differences, []);
        assert!(proof.shared.is_some());
        assert_eq!(proof.values, BTreeMap::from([("A".to_owned(), 2), ("B".to_owned(), 2)]));
    }

    #[test]
    fn any_other_difference_is_found() {
        let base = copy("A", &["病院：<甲病院>", "費用はかかりません。"]);
        for other in [
            copy("B", &["病院：<乙>", "費用がかかります。"]),
            copy("B", &["病院：<乙>", "費用はかかりません。", "追加"]),
            copy("B", &["病院：<乙>"]),
            copy("B", &["病院：乙", "費用はかかりません。"]),
        ] {
            let proof = prove(&[base.clone(), other]);
            assert_eq!(proof.differences.len(), 1, "{proof:?}");
            assert_eq!((proof.shared, proof.differences[0].name.as_str()), (None, "B"));
        }
        // A mark that changed what is written proves nothing.
        let mut changed = copy("B", &["病院：<乙>", "費用はかかりません。"]);
        changed.text.paragraphs[1].text = "費用がかかります。".to_owned();
        assert_eq!(prove(&[base, changed]).differences.len(), 1);
    }
}
