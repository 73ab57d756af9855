//! Documents that go with a filing: files on disk, looked at once and read again when they are packed.

use std::path::PathBuf;

use crate::model::Place;

/// One file that goes into the archive under a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name in the archive.
    pub name: String,
    /// What it holds.
    pub content: Content,
    /// Where the input names it.
    pub at: Place,
}

/// What an attachment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file as it is.
    File(Seen),
    /// Files that are put together into one zip, each under its name.
    Bundle(Vec<(String, Seen)>),
}

/// A file as it was when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Where it is.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: String,
}
