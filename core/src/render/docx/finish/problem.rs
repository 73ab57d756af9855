//! What a finished document can lack. The words are in `forms/engine/docx-finish.toml`.

use crate::model::{self, Finding, RuleBook, Text};
use crate::render::docx::view::Place;

/// A reference names a section that is not in the document.
pub const REFERENCE: &str = "DX-0101";
/// Two headings have the same anchor.
pub const ANCHOR_TWICE: &str = "DX-0102";
/// An anchor is too long for a bookmark.
pub const ANCHOR_LONG: &str = "DX-0103";
/// A field of the template points to a bookmark that is not in the document.
pub const BOOKMARK: &str = "DX-0104";
/// A citation has no entry in the list of references.
pub const CITATION: &str = "DX-0105";
/// Two entries of the list of references have the same key.
pub const ENTRY_TWICE: &str = "DX-0106";
/// An entry of the list of references is never cited.
pub const UNCITED: &str = "DX-0107";
/// A reading stands over nothing, or text has a blank reading.
pub const READING: &str = "DX-0108";

/// What does not keep a document from being made.
const MILD: [&str; 1] = [UNCITED];

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable id.
    pub code: &'static str,
    /// Where it is.
    pub place: Place,
    /// What fills the holes of its words.
    pub values: Vec<(&'static str, Text)>,
}

impl Problem {
    /// Notes something that is wrong at a place.
    pub(super) fn new(code: &'static str, place: &Place, name: &'static str, value: &str) -> Problem {
        Problem { code, place: place.clone(), values: vec![(name, Text::from(value))] }
    }

    /// Returns whether the document can be made all the same.
    pub fn is_mild(&self) -> bool {
        MILD.contains(&self.code)
    }

    /// Makes a finding of it; `file` is the document.
    pub fn finding(&self, book: &RuleBook, file: &str) -> Finding {
        let at = model::Place { file: file.to_owned(), within: self.place.text(), ..model::Place::default() };
        let found = self.values.first().map(|(_, value)| value.ja.clone()).unwrap_or_default();
        book.finding(self.code, at, &self.values).found(&found, "")
    }
}
