//! Texts of sections in Markdown, and what Word makes of them: paragraphs, lists, tables, frames, with the template's own
//! styles.
//!
//! The dialect is small and our own, because Markdown's rule of what may open and close emphasis needs spaces that
//! Japanese does not have (`**「重要」**は`). It knows paragraphs, `**bold**`, `*italic*`, `^sup^`, `~sub~`, lists, pipe
//! tables, images, hard breaks, `---` for a new page, readings `{漢字|かんじ}`, references `[@id]`, citations `[^key]`
//! and the list of references (`[^key]: text`), and frames and small print between `::: box` or `::: small` and `:::`. HTML is text.

mod blocks;
mod escape;
mod inline;
mod runs;
mod tables;
#[cfg(test)]
mod tests;
mod write;

pub use escape::escape;
pub use write::{Surroundings, blocks};

use crate::model::Text;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A line that heads what follows, without a number and not in the contents.
    Heading(Vec<Inline>),
    /// A list.
    List {
        /// The number of the first item; nothing for bullets.
        start: Option<u32>,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// A table.
    Table(Table),
    /// An entry of the list of references, `[^key]: text`.
    Entry {
        /// The key by which it is cited.
        key: String,
        /// What it says.
        text: Vec<Inline>,
    },
    /// A new page.
    PageBreak,
    /// What stands in a frame.
    Boxed(Vec<Block>),
    /// What stands in small print.
    Small(Vec<Block>),
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// How each column is aligned.
    pub columns: Vec<Align>,
    /// How wide each column is beside the others, where the line of dashes says so.
    pub weights: Vec<usize>,
    /// The header.
    pub head: Vec<Vec<Inline>>,
    /// The rows below it.
    pub rows: Vec<Vec<Vec<Inline>>>,
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// As text is.
    #[default]
    Start,
    /// In the middle.
    Centre,
    /// To the right.
    End,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// Bold.
    Bold(Vec<Inline>),
    /// Italic.
    Italic(Vec<Inline>),
    /// Raised.
    Raised(Vec<Inline>),
    /// Lowered.
    Lowered(Vec<Inline>),
    /// Text with its reading.
    Ruby(String, String),
    /// A line break.
    Break,
    /// A reference to a section.
    Reference {
        /// The section.
        id: String,
        /// What of it is shown: `full`, `number`, `title` or `page`.
        show: String,
    },
    /// A citation.
    Citation(String),
    /// An image.
    Image {
        /// What it shows, for those who cannot see it.
        alt: String,
        /// The file.
        path: String,
        /// Its width, `120mm`.
        width: Option<String>,
        /// Its height.
        height: Option<String>,
    },
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkdownError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: Text,
}

impl std::fmt::Display for MarkdownError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let MarkdownError { line, problem } = self;
        write!(f, "{}（本文{line}行目） / {} (line {line} of the text)", problem.ja, problem.en)
    }
}

impl std::error::Error for MarkdownError {}

/// Reads a text.
///
/// # Errors
/// Returns a frame that is not closed or not known, and lists and frames that are nested too deeply.
pub fn read(source: &str) -> Result<Vec<Block>, MarkdownError> {
    blocks::read(source)
}
