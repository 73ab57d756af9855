//! Filing → files: the form's own XML, its paper for a printer, and documents from the plugin's templates.

pub mod comparison;
pub mod docx;
pub mod entry;
pub mod facts;
pub mod filled;
mod filters;
pub mod page;
pub mod paper;
pub mod printer;
pub mod table;
pub mod templates;
pub mod xml;

/// Why a filing could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template failed.
    #[error("{template}: {problem}")]
    Template {
        /// The template.
        template: String,
        /// What Tera said, with line and column.
        problem: String,
    },
    /// The XML could not be written or does not read back.
    #[error("XML: {problem}")]
    Xml {
        /// What went wrong.
        problem: String,
    },
    /// A file name that a template made cannot be used.
    #[error("file name `{name}`: {problem}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Whether a file is put out could not be told.
    #[error("{name}: {problem}")]
    Condition {
        /// The file.
        name: String,
        /// What went wrong.
        problem: String,
    },
    /// A workbook could not be written.
    #[error("workbook: {problem}")]
    Workbook {
        /// What went wrong.
        problem: String,
    },
    /// JSON could not be written.
    #[error("JSON: {problem}")]
    Json {
        /// What went wrong.
        problem: String,
    },
    /// A file is over the limit.
    #[error("{name}: over the limit of {limit} bytes")]
    TooLarge {
        /// The file.
        name: String,
        /// The limit.
        limit: usize,
    },
}
