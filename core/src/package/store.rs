//! Puts the files of a filing on disk: each is whole or not there, and what someone else wrote is never replaced.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::manifest::OldManifest;
use super::sha256;

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

/// Writes files into a folder and the manifest last; files that only an older manifest names are removed.
///
/// # Errors
/// Returns a file that cannot be written, or one that must not be replaced; then nothing was replaced.
pub fn store(folder: &Path, files: &[(&str, &[u8])], manifest: &[u8]) -> Result<(), StoreError> {
    fs::create_dir_all(folder).map_err(|source| StoreError::Io { path: folder.to_path_buf(), source })?;
    let old = fs::read(folder.join(MANIFEST)).map(|bytes| OldManifest::read(&bytes)).unwrap_or_default();
    let mut wanted = Vec::new();
    for (name, bytes) in files {
        if needs_writing(folder, name, bytes, &old)? {
            wanted.push((*name, *bytes));
        }
    }
    for (name, bytes) in wanted {
        write_whole(folder, name, bytes)?;
    }
    for stale in old.entries().filter(|entry| !files.iter().any(|(name, _)| *name == entry.name)) {
        let path = folder.join(&stale.name);
        if fs::read(&path).is_ok_and(|bytes| sha256(&bytes) == stale.sha256) {
            fs::remove_file(&path).map_err(|source| StoreError::Io { path, source })?;
        }
    }
    if fs::read(folder.join(MANIFEST)).ok().as_deref() != Some(manifest) {
        write_whole(folder, MANIFEST, manifest)?;
    }
    Ok(())
}

/// Returns whether a file must be written: not when it is there with the same content.
fn needs_writing(folder: &Path, name: &str, bytes: &[u8], old: &OldManifest) -> Result<bool, StoreError> {
    let path = folder.join(name);
    match fs::read(&path) {
        Ok(there) if there == bytes => Ok(false),
        Ok(there) => {
            let hash = sha256(&there);
            let ours = old.entries().any(|entry| entry.name == name && entry.sha256 == hash);
            if ours { Ok(true) } else { Err(StoreError::Foreign { path }) }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(source) => Err(StoreError::Io { path, source }),
    }
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
        store(folder.path(), &first, &manifest(&first)).unwrap();
        let second: [(&str, &[u8]); 1] = [("a.xml", b"3")];
        store(folder.path(), &second, &manifest(&second)).unwrap();
        assert_eq!(fs::read(folder.path().join("a.xml")).unwrap(), b"3");
        assert!(!folder.path().join("b.xml").exists());
    }

    #[test]
    fn a_file_that_someone_changed_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let first: [(&str, &[u8]); 2] = [("a.xml", b"1"), ("b.xml", b"2")];
        store(folder.path(), &first, &manifest(&first)).unwrap();
        fs::write(folder.path().join("b.xml"), b"edited by hand").unwrap();
        let second: [(&str, &[u8]); 2] = [("a.xml", b"3"), ("b.xml", b"4")];
        let error = store(folder.path(), &second, &manifest(&second)).unwrap_err();
        assert!(matches!(error, StoreError::Foreign { .. }));
        assert_eq!(fs::read(folder.path().join("a.xml")).unwrap(), b"1", "nothing was replaced");
    }
}
