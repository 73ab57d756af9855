//! Puts an archive together: in memory when all is at hand, in a file beside its place when files on disk go into it.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::archive::{ArchiveError, Entry, archive, archive_into};
use super::hashing::hash_file;
use super::{FileEntry, OutputFile};
use crate::model::{Attachment, Content, Seen};

/// An archive that waits for its name.
#[derive(Debug)]
pub enum Made {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a temporary file in the folder where it is to be.
    Staged(Staged),
}

/// A whole file under a temporary name.
#[derive(Debug)]
pub struct Staged {
    /// The file; it goes away when it is dropped.
    pub file: NamedTempFile,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: String,
}

impl Made {
    /// Describes it under the name it will have.
    pub fn entry(&self, name: &str) -> FileEntry {
        match self {
            Made::Bytes(bytes) => FileEntry::of(name, bytes, false),
            Made::Staged(staged) => FileEntry::known(name, staged.size, &staged.sha256),
        }
    }
}

/// Packs rendered files and attachments; a temporary file is made in `folder`, which is made when it is not there.
///
/// Returns the archive and the entries of what it holds beside the rendered files.
///
/// # Errors
/// Returns what could not be written, or the attachment that changed since it was looked at.
pub fn assemble(
    folder: &Path,
    files: &[OutputFile],
    attachments: &[Attachment],
) -> Result<(Made, Vec<FileEntry>), ArchiveError> {
    if attachments.is_empty() {
        return Ok((Made::Bytes(archive(files)?), Vec::new()));
    }
    let missing: Vec<&Path> = folder.ancestors().take_while(|path| !path.exists()).collect();
    fs::create_dir_all(folder)?;
    let made = staged(folder, files, attachments);
    if made.is_err() {
        // Nothing was packaged, so nothing is to be seen; a folder that something else is in stays.
        for path in missing {
            let _ = fs::remove_dir(path);
        }
    }
    made
}

fn staged(folder: &Path, files: &[OutputFile], attachments: &[Attachment]) -> Result<(Made, Vec<FileEntry>), ArchiveError> {
    let mut listed = Vec::new();
    let mut bundles = Vec::new();
    for attachment in attachments {
        match &attachment.content {
            Content::File(seen) => listed.push(FileEntry::inside(&attachment.name, seen)),
            Content::Bundle(members) => {
                let entries = members.iter().map(|(name, seen)| (name.as_str(), Entry::File(seen))).collect();
                let bundle = stage(folder, entries)?;
                let seen = Seen { path: bundle.file.path().to_owned(), size: bundle.size, sha256: bundle.sha256.clone() };
                listed.push(FileEntry::inside(&attachment.name, &seen));
                let path = |name: &str| format!("{}/{name}", attachment.name);
                listed.extend(members.iter().map(|(name, seen)| FileEntry::inside(&path(name), seen)));
                bundles.push((attachment.name.as_str(), seen, bundle));
            }
        }
    }
    let mut entries: Vec<(&str, Entry)> =
        files.iter().filter(|file| file.packed).map(|file| (file.name.as_str(), Entry::Bytes(&file.bytes))).collect();
    for attachment in attachments {
        if let Content::File(seen) = &attachment.content {
            entries.push((&attachment.name, Entry::File(seen)));
        }
    }
    entries.extend(bundles.iter().map(|(name, seen, _)| (*name, Entry::File(seen))));
    Ok((Made::Staged(stage(folder, entries)?), listed))
}

/// Writes an archive under a temporary name and syncs it.
fn stage(folder: &Path, entries: Vec<(&str, Entry)>) -> Result<Staged, ArchiveError> {
    let file = NamedTempFile::new_in(folder)?;
    archive_into(BufWriter::with_capacity(256 << 10, file.as_file()), entries)?.flush()?;
    file.as_file().sync_data()?;
    let (size, sha256) = hash_file(file.path())?;
    Ok(Staged { file, size, sha256 })
}
