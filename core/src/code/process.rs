//! Code in a process of its own: a request a line in, an answer a line out.

use std::path::{Path, PathBuf};

use super::{Channel, Fault, Host, Terms};

/// A program that speaks over its standard input and output.
#[derive(Debug)]
pub(super) struct Process {
    folder: PathBuf,
    command: Vec<String>,
    terms: Terms,
}

impl Process {
    /// Names a program.
    pub(super) fn new(folder: &Path, command: &[String], terms: Terms) -> Process {
        Process { folder: folder.to_path_buf(), command: command.to_vec(), terms }
    }

    /// Names a library that is run in a process of its own.
    pub(super) fn of_library(folder: &Path, name: &str, sha256: &str, terms: Terms) -> Process {
        let _ = sha256;
        Process { folder: folder.to_path_buf(), command: vec![name.to_owned()], terms }
    }
}

impl Host for Process {
    fn channel(&self) -> Result<Box<dyn Channel>, Fault> {
        let _ = (&self.folder, &self.command, &self.terms);
        Err(Fault::Absent)
    }
}
