//! Files → package: the deterministic archive, its manifest, and whole files or none on disk.

pub mod archive;
pub mod manifest;
pub mod store;

pub use archive::archive;
pub use manifest::{FileEntry, PackageManifest};
pub use store::{StoreError, store};

use sha2::{Digest, Sha256};

/// A rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// File name.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
    /// Whether it goes into the archive that is submitted.
    pub packed: bool,
}

/// Returns the SHA-256 of some bytes as hexadecimal text.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
