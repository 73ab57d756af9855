//! Word documents: templates with tags, the numbering and references of Word, documents made from nothing, checks and
//! comparisons of finished ones.

pub mod compare;
pub mod compose;
pub mod finish;
pub mod lint;
pub mod markdown;
pub mod office;
pub mod outline;
pub mod package;
pub mod sheet;
pub mod styles;
pub mod template;
#[cfg(test)]
pub(crate) mod testing;
pub mod tree;
pub mod view;

/// Namespace of WordprocessingML, which Word and LibreOffice bind to the prefix `w`.
pub const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// Name of the part that holds the body.
pub const DOCUMENT: &str = "word/document.xml";

/// Why a file is no Word document that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocxError {
    /// The archive cannot be read.
    #[error("not a Word file: {problem}")]
    Archive {
        /// What is wrong with it.
        problem: String,
    },
    /// It holds more than is taken.
    #[error("{what} is over the limit of {limit}")]
    TooLarge {
        /// What is too large.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A part that must be there is not.
    #[error("the part `{part}` is missing")]
    Missing {
        /// The part.
        part: String,
    },
    /// A part is not well-formed XML.
    #[error("{part}: {problem}")]
    Xml {
        /// The part.
        part: String,
        /// What is wrong, with its place.
        problem: String,
    },
}
