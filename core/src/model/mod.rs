//! The words every stage shares: records and where their values came from, forms, filings and findings.

pub mod attachment;
pub mod catalogue;
pub mod codes;
mod csv_file;
pub mod filing;
pub mod finding;
pub mod form;
pub mod lang;
pub mod origin;
pub mod record;
pub mod rulebook;
pub mod toml_file;
pub mod vocabulary;

pub use attachment::{Attachment, Content, Seen};
pub use catalogue::{Catalogue, Field, FieldIx, Kind, Scope, ScopeIx, ScopeKind};
pub use codes::{CodeList, CodeLists};
pub(crate) use csv_file::CsvFile;
pub use filing::{Change, ChangeStatus, Filing, ItemRow, ItemValue, Node};
pub use finding::{Finding, Found, Other, Severity, Status, Waived};
pub use form::{Form, Item, ItemIx, ItemKind, Mark};
pub use lang::{Lang, Text};
pub use origin::{Origin, Place, Sources, cell_name};
pub use record::{Leaf, Record, Row, Scalar, Spot};
pub use rulebook::{RuleBook, RuleText};
pub use toml_file::TomlFile;
pub use vocabulary::Vocabularies;

/// What is wrong with a file that the product itself brings: a catalogue, a form, a code list or a rule book.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file is not there.
    #[error("{file}: not found")]
    Missing {
        /// Its name.
        file: String,
    },
    /// The file breaks its own format; `at` is `line:column` or `row N`.
    #[error("{file}:{at}: {problem}")]
    Bad {
        /// Its name.
        file: String,
        /// Where in the file.
        at: String,
        /// What is wrong there.
        problem: String,
    },
}

impl DataError {
    /// Makes an error for a place in a file.
    pub fn bad(file: &str, at: impl ToString, problem: impl Into<String>) -> DataError {
        DataError::Bad { file: file.to_owned(), at: at.to_string(), problem: problem.into() }
    }
}
