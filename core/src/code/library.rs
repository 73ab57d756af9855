//! Code in a library that is loaded into the engine's process. It is never unloaded.

use std::path::{Path, PathBuf};

use super::{Channel, Fault, Host, Terms};

/// A library with the C ABI.
#[derive(Debug)]
pub(super) struct Library {
    path: PathBuf,
    sha256: String,
    terms: Terms,
}

impl Library {
    /// Names a library of a plugin's folder and the hash that it must have.
    pub(super) fn new(folder: &Path, name: &str, sha256: &str, terms: Terms) -> Library {
        Library { path: folder.join(name), sha256: sha256.to_owned(), terms }
    }
}

impl Host for Library {
    fn channel(&self) -> Result<Box<dyn Channel>, Fault> {
        let _ = (&self.path, &self.sha256, &self.terms);
        Err(Fault::Absent)
    }
}
