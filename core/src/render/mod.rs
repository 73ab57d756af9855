//! Filing → files: the form's own XML, its paper for a printer, and documents from the plugin's templates.

pub mod comparison;
pub mod docx;
pub mod entry;
pub mod facts;
pub mod filled;
mod filters;
pub(crate) mod html;
pub mod page;
pub mod paper;
pub mod printer;
pub mod report;
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
    /// A report of a plugin is not one.
    #[error("{at}: {problem}")]
    Report {
        /// Where in the report.
        at: String,
        /// What is wrong there.
        problem: String,
    },
    /// Characters of a report are not in the encoding that was asked for.
    #[error("not in {encoding}: {}{}", listed(unfit), if *more { " …" } else { "" })]
    Encoding {
        /// The encoding.
        encoding: &'static str,
        /// Where each stands, in the order of the report, and what it is.
        unfit: Vec<(String, char)>,
        /// Whether there are more than are listed.
        more: bool,
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

fn listed(unfit: &[(String, char)]) -> String {
    let one = |(at, letter): &(String, char)| format!("{letter} (U+{:04X}) in {at}", u32::from(*letter));
    unfit.iter().map(one).collect::<Vec<_>>().join("; ")
}
