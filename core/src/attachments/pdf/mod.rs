//! Looks at a PDF without trusting it: is it one, can everyone read it, has it text, has it bookmarks.
//!
//! Read here and not by a crate: those at hand hold the whole file in memory or unpack without a limit, and what is
//! asked of a PDF is little. Bytes are read from disk where they are needed; whatever the file says, memory and work
//! stay within [`limits`](crate::limits).

mod content;
mod document;
mod object;
mod outline;
mod pages;
#[cfg(test)]
pub mod sample;
#[cfg(test)]
mod tests;
mod xref;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use document::Document;
use object::Object;

/// What a PDF is like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// It asks for a password or restricts what may be done with it; then nothing else of it is known.
    pub is_encrypted: bool,
    /// It has bookmarks.
    pub has_bookmarks: bool,
    /// Pages.
    pub pages: usize,
    /// Pages on which no text is shown.
    pub without_text: usize,
    /// Pages of which that could not be told.
    pub unknown: usize,
}

/// A bookmark of a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookmark {
    /// What it says.
    pub title: String,
    /// The page it leads to, from 1.
    pub page: u32,
}

/// Why a file cannot be read as a PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// It does not start as one.
    #[error("not a PDF")]
    NotPdf,
    /// It starts as one and breaks its own format.
    #[error("{0}")]
    Damaged(&'static str),
    /// It would take too much to read it.
    #[error("over the limit on {0}")]
    Limit(&'static str),
    /// The system did not give its bytes.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Looks at a PDF.
///
/// # Errors
/// Returns why it cannot be read.
pub fn look(file: &File) -> Result<About, PdfError> {
    let mut document = open(file)?;
    if document.trailer.get("Encrypt").is_some() {
        return Ok(About { is_encrypted: true, ..About::default() });
    }
    let root = root(&mut document)?;
    let outlines = root.get("Outlines").cloned().map(|outlines| document.resolve(outlines)).transpose()?;
    let has_bookmarks = matches!(outlines, Some(Object::Dict(outlines)) if outlines.get("First").is_some());
    let counted = pages::count(&mut document, &root)?;
    Ok(About { has_bookmarks, ..counted })
}

/// Returns the bookmarks of a PDF with the pages they lead to; none of one that is encrypted.
///
/// # Errors
/// Returns why it cannot be read.
pub fn bookmarks(file: &File) -> Result<Vec<Bookmark>, PdfError> {
    let mut document = open(file)?;
    if document.trailer.get("Encrypt").is_some() {
        return Ok(Vec::new());
    }
    let root = root(&mut document)?;
    outline::read(&mut document, &root)
}

fn open(file: &File) -> Result<Document<'_>, PdfError> {
    let start = header(file)?;
    // Offsets count from the header; some writers count from the start of the file although something stands before.
    match Document::open(file, 0) {
        Err(PdfError::Damaged(_)) if start > 0 => Document::open(file, start),
        opened => opened,
    }
}

fn root(document: &mut Document) -> Result<object::Dict, PdfError> {
    let root = document.trailer.get("Root").cloned();
    match root.map(|root| document.resolve(root)).transpose()? {
        Some(Object::Dict(root)) => Ok(root),
        _ => Err(PdfError::Damaged("it has no catalogue of its contents")),
    }
}

/// Finds where the PDF starts: at the first byte, or close to it.
fn header(mut file: &File) -> Result<u64, PdfError> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(1024).read_to_end(&mut head)?;
    let at = head.windows(5).position(|bytes| bytes == b"%PDF-").ok_or(PdfError::NotPdf)?;
    Ok(at as u64)
}
