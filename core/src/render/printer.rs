//! What draws a [`Paper`] as PDF. The engine knows what a page says and not how it is set: a printer is heavy to build,
//! needs a font, and is given to the engine from outside.

use std::fmt::Debug;

use super::paper::Paper;

/// Draws papers; the same paper gives the same bytes.
pub trait Printer: Debug + Send + Sync {
    /// Draws one paper as a PDF file.
    ///
    /// # Errors
    /// Returns what cannot be drawn.
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, PrintError>;
}

/// Why a paper could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The fonts have no picture of some characters.
    #[error("{font}: no glyph for {characters}")]
    NoGlyph {
        /// The characters, each with its code point.
        characters: String,
        /// The fonts that were looked in.
        font: String,
    },
    /// There is too much of it.
    #[error("{lines} lines, over the limit of {limit}")]
    TooLong {
        /// The lines there are.
        lines: usize,
        /// The limit.
        limit: usize,
    },
    /// The printer itself failed.
    #[error("{problem}")]
    Failed {
        /// What it said.
        problem: String,
    },
}

/// Why there is no printer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NoPrinter {
    /// The program was built without one.
    #[default]
    NotBuilt,
    /// No Japanese font was found.
    NoFont {
        /// The folders that were looked in.
        looked: Vec<String>,
    },
}
