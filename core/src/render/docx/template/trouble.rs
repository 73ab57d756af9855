//! What filters and functions complain of, carried through the errors of Tera.

use super::problem::{BLOCKS, CHARACTER, FAILED, FORMATTING, IMAGE, TOO_LONG, UNDEFINED, UNPRINTABLE};
use crate::model::Text;

/// A complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// Id of the problem.
    pub(super) code: &'static str,
    /// What fills the holes of its words.
    pub(super) values: Vec<(&'static str, Text)>,
}

/// Parts what is carried.
const PART: char = '\u{1F}';

impl Trouble {
    /// Complains.
    pub(super) fn new(code: &'static str) -> Trouble {
        Trouble { code, values: Vec::new() }
    }

    /// Says that something failed, and why.
    pub(super) fn failed(ja: impl Into<String>, en: impl Into<String>) -> Trouble {
        Trouble::new(FAILED).with("problem", Text::new(ja, en))
    }

    /// Fills a hole.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Text>) -> Trouble {
        self.values.push((name, value.into()));
        self
    }

    /// Puts it into an error of Tera.
    pub(super) fn carried(&self) -> tera::Error {
        let mut text = format!("{PART}{}", self.code);
        for (name, value) in &self.values {
            text.extend([PART.to_string().as_str(), name, &PART.to_string(), &value.ja, &PART.to_string(), &value.en]);
        }
        tera::Error::message(text)
    }

    /// Takes it out of what an error of Tera says; what is Tera's own becomes a failure.
    pub(super) fn read(message: &str) -> Trouble {
        let Some(carried) = message.strip_prefix(PART) else {
            return Trouble::failed(message, message);
        };
        let mut parts = carried.split(PART);
        let code = parts.next().unwrap_or_default();
        let mut trouble = Trouble::new(CODES.iter().find(|known| **known == code).copied().unwrap_or(FAILED));
        while let (Some(name), Some(ja), Some(en)) = (parts.next(), parts.next(), parts.next()) {
            if let Some(name) = HOLES.iter().find(|known| **known == name) {
                trouble.values.push((name, Text::new(ja, en)));
            }
        }
        trouble
    }
}

const CODES: [&str; 8] = [BLOCKS, CHARACTER, FAILED, FORMATTING, IMAGE, TOO_LONG, UNDEFINED, UNPRINTABLE];
const HOLES: [&str; 8] = ["problem", "character", "value", "kind", "instead", "limit", "path", "fields"];
