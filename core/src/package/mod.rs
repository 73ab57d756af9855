//! Files → package: the deterministic archive, its manifest, and whole files or none on disk.

pub mod archive;
pub mod assemble;
pub mod hashing;
pub mod manifest;
pub mod store;

pub use archive::{ArchiveError, archive};
pub use assemble::{Made, assemble};
pub use hashing::{hash_file, sha256};
pub use manifest::{FileEntry, PackageManifest};
pub use store::{StoreError, store};

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
