//! `manifest.json`: what a package holds and what it was made from. It stands beside the archive, never in it.

use serde::{Deserialize, Serialize};

use crate::model::{Finding, Seen};

/// A file with its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of the content.
    pub sha256: String,
    /// Whether it is in the archive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub packed: bool,
    /// Whether it is in the archive only, and not beside it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inside: bool,
}

impl FileEntry {
    /// Describes some bytes.
    pub fn of(name: &str, bytes: &[u8], packed: bool) -> FileEntry {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        FileEntry { packed, ..FileEntry::known(name, size, &super::sha256(bytes)) }
    }

    /// Describes a file whose size and hash are known.
    pub fn known(name: &str, size: u64, sha256: &str) -> FileEntry {
        FileEntry { name: name.to_owned(), size, sha256: sha256.to_owned(), packed: false, inside: false }
    }

    /// Describes a file that is in the archive only.
    pub fn inside(name: &str, seen: &Seen) -> FileEntry {
        FileEntry { packed: true, inside: true, ..FileEntry::known(name, seen.size, &seen.sha256) }
    }
}

/// An id with its version.
#[derive(Debug, Clone, Serialize)]
pub struct Versioned<'a> {
    /// Id.
    pub id: &'a str,
    /// Version.
    pub version: &'a str,
    /// Date from which it holds.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub effective: &'a str,
}

/// What a package holds and what it was made from.
#[derive(Debug, Serialize)]
pub struct PackageManifest<'a> {
    /// Version of the engine.
    pub todokede: &'a str,
    /// Whether it was built although errors are open.
    pub draft: bool,
    /// The day it was built, as given to the run.
    pub built: &'a str,
    /// Trial id.
    pub trial: &'a str,
    /// What the filing is called when it is submitted.
    pub submission: &'a str,
    /// The plugin.
    pub plugin: Versioned<'a>,
    /// The form.
    pub form: Versioned<'a>,
    /// Whether the XML was checked against the authority's schema.
    pub schema: &'a str,
    /// The files it was made from.
    pub inputs: &'a [FileEntry],
    /// The archive.
    pub archive: FileEntry,
    /// Its files, and those that stand beside it.
    pub files: Vec<FileEntry>,
    /// What the checks said.
    pub findings: &'a [Finding],
}

impl PackageManifest<'_> {
    /// Writes the manifest.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// What an older manifest says of the files beside it; anything unreadable counts as no manifest.
#[derive(Debug, Default, Deserialize)]
pub struct OldManifest {
    /// The archive.
    pub archive: Option<FileEntry>,
    /// The files.
    #[serde(default)]
    pub files: Vec<FileEntry>,
}

impl OldManifest {
    /// Reads an older manifest.
    pub fn read(bytes: &[u8]) -> OldManifest {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    /// Returns every file beside it that it names.
    pub fn entries(&self) -> impl Iterator<Item = &FileEntry> {
        self.files.iter().filter(|file| !file.inside).chain(&self.archive)
    }
}
