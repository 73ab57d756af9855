//! Checks a rendered XML file against the authority's schema.

use uppsala::XsdValidator;

use crate::model::{Finding, Place, RuleBook, Text};

/// A schema, parsed once for a run.
pub struct Schema {
    validator: XsdValidator,
}

/// Why a schema cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It is not UTF-8.
    #[error("is not UTF-8")]
    Encoding,
    /// It is no schema that the validator can read.
    #[error("{0}")]
    Unreadable(String),
    /// It limits the length of texts, which the validator counts in bytes and not in characters.
    #[error("has a facet `{0}`, which this validator does not count in characters")]
    LengthFacet(&'static str),
}

/// One violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Line in the XML file, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What the validator said.
    pub message: String,
}

impl Violation {
    /// Makes a finding of it; `file` is the XML file.
    pub fn finding(self, book: &RuleBook, file: &str) -> Finding {
        let line = format!("{}:{}", self.line, self.column);
        let place = Place { file: file.to_owned(), line, ..Place::default() };
        book.finding("XS-0001", place, &[("line", self.line.to_string().into()), ("problem", Text::from(self.message))])
    }
}

impl Schema {
    /// Parses a schema.
    ///
    /// # Errors
    /// Returns why it cannot be used.
    pub fn parse(bytes: &[u8]) -> Result<Schema, SchemaError> {
        let text = std::str::from_utf8(bytes).map_err(|_| SchemaError::Encoding)?.trim_start_matches('\u{feff}');
        for facet in ["maxLength", "minLength", "length"] {
            if text.contains(&format!(":{facet} ")) || text.contains(&format!("<{facet} ")) {
                return Err(SchemaError::LengthFacet(facet));
            }
        }
        let document = uppsala::parse(text).map_err(|error| SchemaError::Unreadable(error.to_string()))?;
        let validator = XsdValidator::from_schema(&document).map_err(|error| SchemaError::Unreadable(error.to_string()))?;
        Ok(Schema { validator })
    }

    /// Returns every violation of a file; a file that does not parse is one violation.
    pub fn violations(&self, xml: &[u8]) -> Vec<Violation> {
        let text = String::from_utf8_lossy(xml);
        let document = match uppsala::parse(text.trim_start_matches('\u{feff}')) {
            Ok(document) => document,
            Err(error) => return vec![Violation { line: 1, column: 1, message: error.to_string() }],
        };
        let violation = |error: uppsala::ValidationError| Violation {
            line: error.line.unwrap_or(1),
            column: error.column.unwrap_or(1),
            message: error.message,
        };
        self.validator.validate(&document).into_iter().map(violation).collect()
    }
}
