//! Where forms and plugins are read from: inside the binary, or a folder on disk, through one door.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// A tree of read-only files with `/`-separated relative names.
#[derive(Debug, Clone)]
pub enum Files {
    /// The files compiled into the binary, below a prefix such as `plugins/pmda-ctn`.
    Embedded(String),
    /// A folder on disk.
    Folder(PathBuf),
}

impl Files {
    /// Returns the embedded files below `prefix` (empty for all).
    pub fn embedded(prefix: &str) -> Files {
        Files::Embedded(prefix.to_owned())
    }

    /// Returns the content of one file, or nothing when it does not exist or cannot be read.
    pub fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Files::Embedded(prefix) => {
                let wanted = join(prefix, name);
                let at = embedded::FILES.binary_search_by(|(known, _)| (*known).cmp(wanted.as_str()));
                at.ok().and_then(|at| embedded::FILES.get(at)).map(|(_, bytes)| Cow::Borrowed(*bytes))
            }
            Files::Folder(folder) => fs::read(folder.join(name)).ok().map(Cow::Owned),
        }
    }

    /// Returns the names of all files, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        match self {
            Files::Embedded(prefix) => {
                let start = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
                for (name, _) in embedded::FILES {
                    if let Some(rest) = name.strip_prefix(start.as_str()) {
                        names.push(rest.to_owned());
                    }
                }
            }
            Files::Folder(folder) => walk(folder, "", &mut names),
        }
        names.sort();
        names
    }

    /// Returns the names of the folders directly below this tree, sorted.
    pub fn folders(&self) -> Vec<String> {
        let mut folders: Vec<String> =
            self.names().iter().filter_map(|name| name.split_once('/').map(|(first, _)| first.to_owned())).collect();
        folders.dedup();
        folders
    }

    /// Returns the tree below one of its folders.
    pub fn below(&self, name: &str) -> Files {
        match self {
            Files::Embedded(prefix) => Files::Embedded(join(prefix, name)),
            Files::Folder(folder) => Files::Folder(folder.join(name)),
        }
    }

    /// Returns how a file of this tree is named in messages.
    pub fn display(&self, name: &str) -> String {
        match self {
            Files::Embedded(prefix) => join(prefix, name),
            Files::Folder(folder) => folder.join(name).display().to_string(),
        }
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") }
}

fn walk(folder: &std::path::Path, prefix: &str, names: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = join(prefix, &entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            walk(&entry.path(), &name, names);
        } else {
            names.push(name);
        }
    }
}
