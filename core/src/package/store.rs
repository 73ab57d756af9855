//! Puts the files of a filing on disk: each is whole or not there, and what someone else wrote is never replaced.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::assemble::Staged;
use super::hash_file;
use super::manifest::OldManifest;

/// Name of the manifest, written last: a folder whose manifest is there is complete.
pub const MANIFEST: &str = "manifest.json";

/// Why files could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of that name is there that the engine did not write, or that was changed since.
    #[error("{path}: is there and was not made by this program, or was changed since", path = path.display())]
    Foreign {
        /// The path.
        path: PathBuf,
    },
}

/// Writes files into a folder and the manifest last; files that only an older manifest names are removed. `staged` is a
/// file that is whole already under a temporary name in the same folder.
///
/// # Errors
/// Returns a file that cannot be written, or one that must not be replaced; then nothing was replaced.
pub fn store(
    folder: &Path,
    files: &[(&str, &[u8])],
    staged: Option<(&str, Staged)>,
    manifest: &[u8],
) -> Result<(), StoreError> {
    fs::create_dir_all(folder).map_err(|source| StoreError::Io { path: folder.to_path_buf(), source })?;
    let old = fs::read(folder.join(MANIFEST)).map(|bytes| OldManifest::read(&bytes)).unwrap_or_default();
    let mut wanted = Vec::new();
    for (name, bytes) in files {
        if needs_writing(folder, name, &Whole::Bytes(bytes), &old)? {
            wanted.push((*name, *bytes));
        }
    }
    let is_new = match &staged {
        Some((name, staged)) => needs_writing(folder, name, &Whole::Staged(staged), &old)?,
        None => false,
    };
    for (name, bytes) in wanted {
        write_whole(folder, name, bytes)?;
    }
    let kept: Vec<&str> = files.iter().map(|(name, _)| *name).chain(staged.iter().map(|(name, _)| *name)).collect();
    if let Some((name, staged)) = staged.filter(|_| is_new) {
        let path = folder.join(name);
        let io = |source| StoreError::Io { path: path.clone(), source };
        readable(staged.file.as_file()).map_err(io)?;
        staged.file.persist(&path).map_err(|error| io(error.error))?;
    }
    for stale in old.entries().filter(|entry| !kept.contains(&entry.name.as_str())) {
        let path = folder.join(&stale.name);
        if is_same(&path, stale.size, &stale.sha256).unwrap_or(false) {
            fs::remove_file(&path).map_err(|source| StoreError::Io { path, source })?;
        }
    }
    if fs::read(folder.join(MANIFEST)).ok().as_deref() != Some(manifest) {
        write_whole(folder, MANIFEST, manifest)?;
    }
    Ok(())
}

/// A file to be put in its place.
enum Whole<'a> {
    Bytes(&'a [u8]),
    Staged(&'a Staged),
}

/// Returns whether a file must be written: not when it is there with the same content.
fn needs_writing(folder: &Path, name: &str, whole: &Whole, old: &OldManifest) -> Result<bool, StoreError> {
    let path = folder.join(name);
    let io = |source| StoreError::Io { path: path.clone(), source };
    let size = match fs::metadata(&path) {
        Ok(about) => about.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(source) => return Err(io(source)),
    };
    let is_there = match whole {
        Whole::Bytes(bytes) => size == bytes.len() as u64 && fs::read(&path).map_err(io)? == **bytes,
        Whole::Staged(staged) => is_same(&path, staged.size, &staged.sha256).map_err(io)?,
    };
    if is_there {
        return Ok(false);
    }
    let mut ours = old.entries().filter(|entry| entry.name == name);
    if ours.any(|entry| is_same(&path, entry.size, &entry.sha256).unwrap_or(false)) {
        return Ok(true);
    }
    Err(StoreError::Foreign { path })
}

/// Returns whether a file has a size and a hash.
fn is_same(path: &Path, size: u64, sha256: &str) -> std::io::Result<bool> {
    Ok(fs::metadata(path)?.len() == size && hash_file(path)?.1 == sha256)
}

/// Writes one file under a temporary name in the same folder, syncs it and renames it.
///
/// # Errors
/// Returns what the system said.
pub fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let path = folder.join(name);
    let io = |source| StoreError::Io { path: path.clone(), source };
    let mut file = NamedTempFile::new_in(folder).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.as_file().sync_data().map_err(io)?;
    readable(file.as_file()).map_err(io)?;
    file.persist(&path).map_err(|error| io(error.error))?;
    Ok(())
}

/// A temporary file is private to its owner; a filing is for the department.
#[cfg(unix)]
fn readable(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::FileEntry;
    use super::*;

    fn manifest(files: &[(&str, &[u8])]) -> Vec<u8> {
        let entries: Vec<FileEntry> = files.iter().map(|(name, bytes)| FileEntry::of(name, bytes, false)).collect();
        serde_json::to_vec(&serde_json::json!({ "files": entries })).unwrap()
    }

    #[test]
    fn a_rebuild_replaces_its_own_files_and_drops_stale_ones() {
        let folder = tempfile::tempdir().unwrap();
        let first: [(&str, &[u8]); 2] = [("a.xml", b"1"), ("b.xml", b"2")];
        store(folder.path(), &first, None, &manifest(&first)).unwrap();
        let second: [(&str, &[u8]); 1] = [("a.xml", b"3")];
        store(folder.path(), &second, None, &manifest(&second)).unwrap();
        assert_eq!(fs::read(folder.path().join("a.xml")).unwrap(), b"3");
        assert!(!folder.path().join("b.xml").exists());
    }

    #[test]
    fn a_file_that_someone_changed_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let first: [(&str, &[u8]); 2] = [("a.xml", b"1"), ("b.xml", b"2")];
        store(folder.path(), &first, None, &manifest(&first)).unwrap();
        fs::write(folder.path().join("b.xml"), b"edited by hand").unwrap();
        let second: [(&str, &[u8]); 2] = [("a.xml", b"3"), ("b.xml", b"4")];
        let error = store(folder.path(), &second, None, &manifest(&second)).unwrap_err();
        assert!(matches!(error, StoreError::Foreign { .. }));
        assert_eq!(fs::read(folder.path().join("a.xml")).unwrap(), b"1", "nothing was replaced");
    }
}
