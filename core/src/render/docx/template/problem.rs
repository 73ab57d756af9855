//! What can be wrong with a template or its data. The words are in `forms/engine/docx.toml`.

use crate::model::{self, Finding, RuleBook, Text};
use crate::render::docx::view::Place;

/// The file cannot be used as a template.
pub const FILE: &str = "DX-0001";
/// A tag is not closed.
pub const UNCLOSED_TAG: &str = "DX-0002";
/// A tag is closed that was not opened.
pub const UNOPENED_TAG: &str = "DX-0003";
/// Braces of full width.
pub const FULL_WIDTH: &str = "DX-0004";
/// What is typed in a tag cannot be read.
pub const SYNTAX: &str = "DX-0005";
/// It is Jinja that Tera writes in another way.
pub const JINJA: &str = "DX-0006";
/// A statement that is not known.
pub const STATEMENT: &str = "DX-0007";
/// A filter that is not known.
pub const FILTER: &str = "DX-0008";
/// A function that is not known.
pub const FUNCTION: &str = "DX-0009";
/// A test that is not known.
pub const TEST: &str = "DX-0010";
/// A field that is not known.
pub const FIELD: &str = "DX-0011";
/// A block is not closed.
pub const UNCLOSED_BLOCK: &str = "DX-0012";
/// An end without its start.
pub const UNOPENED_BLOCK: &str = "DX-0013";
/// A block ends before one that stands in it.
pub const MISNESTED: &str = "DX-0014";
/// A block does not end where it starts: in another cell, or with another kind of tag.
pub const OTHER_PLACE: &str = "DX-0015";
/// A tag stands where what it takes the place of is not.
pub const NO_TARGET: &str = "DX-0016";
/// What stands beside a tag that takes its place would be lost.
pub const LOST: &str = "DX-0017";
/// A value is not there.
pub const UNDEFINED: &str = "DX-0018";
/// A value is there that cannot be printed.
pub const UNPRINTABLE: &str = "DX-0019";
/// A value has a character that no Word file can hold.
pub const CHARACTER: &str = "DX-0020";
/// A value is too long.
pub const TOO_LONG: &str = "DX-0021";
/// Something that is no list is gone through.
pub const NO_LIST: &str = "DX-0022";
/// A filter, function or operator failed.
pub const FAILED: &str = "DX-0023";
/// An image cannot be used.
pub const IMAGE: &str = "DX-0024";
/// A text cannot be turned into paragraphs.
pub const BLOCKS: &str = "DX-0025";
/// Formatting is asked for where there can be none.
pub const FORMATTING: &str = "DX-0026";
/// A block alone in its paragraphs leaves blank ones.
pub const BLANK_LEFT: &str = "DX-0027";
/// The document is too large.
pub const TOO_LARGE: &str = "DX-0028";
/// A tag of tables is used where it cannot be.
pub const CELL: &str = "DX-0029";

/// The data cannot be read.
pub const DATA: &str = "DX-0030";

/// The problems that do not keep a document from being made.
const MILD: [&str; 2] = [LOST, BLANK_LEFT];

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// Stable id.
    pub code: &'static str,
    /// The tag as it is typed; empty when it is about the file.
    pub tag: String,
    /// What fills the holes of its words.
    pub values: Vec<(&'static str, Text)>,
}

impl Problem {
    /// Makes a problem of a tag.
    pub fn new(code: &'static str, place: &Place, tag: &str) -> Problem {
        Problem { place: place.clone(), code, tag: tag.to_owned(), values: Vec::new() }
    }

    /// Fills a hole of its words.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Text>) -> Problem {
        self.values.push((name, value.into()));
        self
    }

    /// Returns whether the document can be made all the same.
    pub fn is_mild(&self) -> bool {
        MILD.contains(&self.code)
    }

    /// Makes a finding of it; `file` is the template.
    pub fn finding(&self, book: &RuleBook, file: &str) -> Finding {
        let at = model::Place { file: file.to_owned(), within: self.place.text(), ..model::Place::default() };
        // The tag comes last: `{{path}}` in it is no hole.
        let mut values = self.values.clone();
        values.push(("tag", Text::from(self.tag.as_str())));
        book.finding(self.code, at, &values).found(&self.tag, "")
    }
}

/// Sorts problems by the order of the document and drops those that are said twice.
pub fn sort(problems: &mut Vec<Problem>, order: &[Place]) {
    let rank = |place: &Place| order.iter().position(|known| known == place).unwrap_or(usize::MAX);
    let mut ranked: Vec<(usize, Problem)> = Vec::with_capacity(problems.len());
    for problem in problems.drain(..) {
        if !ranked.iter().any(|(_, known)| known == &problem) {
            ranked.push((rank(&problem.place), problem));
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    problems.extend(ranked.into_iter().map(|(_, problem)| problem));
}
