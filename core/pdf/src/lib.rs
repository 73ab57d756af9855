//! Draws a filing on paper as PDF: A4, the text as text, fonts embedded, bookmarks, the same bytes every time.
//!
//! The page is set by Typst, which is heavy to build; so this is a crate of its own, and the engine knows only the
//! [`Printer`] that it implements.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod fonts;
mod values;
mod world;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use todokede_core::limits::PAPER_LINES;
use todokede_core::render::paper::Paper;
use todokede_core::render::printer::{NoPrinter, PrintError, Printer};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};

use values::Values;
use world::{Desk, OnDesk};

/// Minutes from UTC in Japan, where the day of a run is counted.
const JAPAN: i32 = 9 * 60;

/// Draws papers with the Japanese font of the system or of a folder.
pub struct PdfPrinter {
    desk: Desk,
}

impl fmt::Debug for PdfPrinter {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("PdfPrinter").field("fonts", &self.families()).finish()
    }
}

impl PdfPrinter {
    /// Looks for a font in the folders given; in those of the system when none is given.
    ///
    /// # Errors
    /// Returns where it looked when there is none.
    pub fn find(font_dirs: &[PathBuf]) -> Result<PdfPrinter, NoPrinter> {
        let (fonts, looked) = fonts::find(font_dirs);
        let none = || NoPrinter::NoFont { looked: looked.iter().map(|folder| folder.display().to_string()).collect() };
        if fonts.is_empty() {
            return Err(none());
        }
        Desk::new(fonts).map(|desk| PdfPrinter { desk }).ok_or_else(none)
    }

    /// Returns the font families that are used, the first before the others.
    pub fn families(&self) -> Vec<&str> {
        self.desk.fonts().iter().map(|font| font.info().family.as_str()).collect()
    }

    /// Refuses a paper with a character that no font has: an empty box would look like a filing and not be one.
    fn check_glyphs(&self, paper: &Paper) -> Result<(), PrintError> {
        let wanted: BTreeSet<char> = paper.texts().flat_map(str::chars).collect();
        let has = |c: char| self.desk.fonts().iter().any(|font| font.info().coverage.contains(c.into()));
        let missing: Vec<String> =
            wanted.into_iter().filter(|c| !has(*c)).map(|c| format!("{c} (U+{:04X})", u32::from(c))).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(PrintError::NoGlyph { characters: missing.join(", "), font: self.families().join(", ") })
    }
}

impl Printer for PdfPrinter {
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, PrintError> {
        let lines = paper.lines.len();
        if lines > PAPER_LINES {
            return Err(PrintError::TooLong { lines, limit: PAPER_LINES });
        }
        self.check_glyphs(paper)?;
        let families = self.families();
        let values = serde_json::to_vec(&Values::of(paper, &families)).map_err(|error| failed(error.to_string()))?;
        let world = OnDesk { desk: &self.desk, values: Bytes::new(values) };
        let document = typst::compile::<PagedDocument>(&world).output.map_err(|problems| said(&problems))?;
        let options = PdfOptions {
            creator: Smart::Custom(Some("todokede".to_owned())),
            timestamp: Some(midnight(&paper.made).ok_or_else(|| failed(format!("`{}` is no day", paper.made)))?),
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|problems| said(&problems));
        // Typst remembers what it set in case it comes again. The next filing is another one, and would only add to it.
        typst::comemo::evict(0);
        bytes
    }
}

/// Returns the first moment of an ISO day in Japan.
fn midnight(day: &str) -> Option<Timestamp> {
    let day: jiff::civil::Date = day.parse().ok()?;
    let at = Datetime::from_ymd_hms(day.year().into(), day.month().try_into().ok()?, day.day().try_into().ok()?, 0, 0, 0)?;
    Timestamp::new_local(at, JAPAN)
}

fn said(problems: &[SourceDiagnostic]) -> PrintError {
    failed(problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; "))
}

fn failed(problem: String) -> PrintError {
    PrintError::Failed { problem }
}
