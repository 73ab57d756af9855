//! Writes the hash of a plugin's library into its manifest: from then on no other library is run.

use std::path::{Path, PathBuf};

use crate::files::Files;
use crate::model::{DataError, TomlFile};
use crate::package::hash_file;
use crate::package::store::write_whole;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// The manifest cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The plugin has no library.
    #[error("plugin.toml names no library")]
    NoLibrary,
    /// The library is not there, or the manifest could not be written.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Hashes the library of a plugin's folder and writes the hash into `plugin.toml`. Returns the library and its hash.
///
/// # Errors
/// Returns that there is no library, or what could not be read or written.
pub fn pin(folder: &Path) -> Result<(String, String), PinError> {
    let files = Files::Folder(folder.to_path_buf());
    let file = TomlFile::read(&files, "plugin.toml")?;
    file.parse::<toml::Table>()?;
    let (_, library) = file.text("code.library").ok_or(PinError::NoLibrary)?;
    let path = folder.join(&library);
    let (_, hash) = hash_file(&path).map_err(|source| PinError::Io { path, source })?;
    let text = file.with_text("code.sha256", &hash).ok_or(PinError::NoLibrary)?;
    let io = |source| PinError::Io { path: folder.join("plugin.toml"), source };
    write_whole(folder, "plugin.toml", text.as_bytes()).map_err(|error| io(std::io::Error::other(error.to_string())))?;
    Ok((library, hash))
}
