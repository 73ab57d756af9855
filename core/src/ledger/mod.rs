//! The ledger: what was built from what, and what the authority received, one JSON object a line.
//!
//! A line is `{"n":…,"previous":"…","entry":{"built":{…}},"sha256":"…"}`; an entry is either [`Built`] or [`Received`], an
//! object under its name. The whole file can be checked without this program: cut `,"sha256":"…"}` off a line, and the
//! SHA-256 of the rest is what stood there, and what the next line names as `previous`.
//!
//! Lines are only ever added, in one write under an exclusive lock. Each is numbered, names the hash of the line before,
//! and ends with its own: see [`line`]. Packages are written first and their entries after them: a run that is killed in
//! between leaves packages without entries, and the next run of the same inputs finds them as they are and adds what is
//! missing. A last line that was cut off while it was written was never acknowledged; the next write cuts it off. Any
//! other damage stops every build that would write here.

mod append;
pub mod entry;
pub mod fill;
pub mod items;
pub mod line;
mod past;
pub mod read;
mod receipt;
mod words;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::limits;

pub use append::lock;
pub use entry::{Built, Entry, Received, Version};
pub use past::Past;
pub use receipt::{Recorded, Refusal, Submitted};
pub use words::{broken, damaged, torn};

use line::Link;
use past::Filed;
use read::{Damage, Line, Step, Steps};

/// Name of the ledger in the output folder.
pub const LEDGER: &str = "ledger.jsonl";

/// A ledger that was read and is whole.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// Everything that stands in the file and is whole.
    end: End,
    /// The last line when it was opened: what a run adds is not what the same run looks back at.
    opened: u64,
    /// The line that was cut off while it was written.
    torn: Option<u64>,
    /// Builds by plugin and series, in the order of their lines.
    series: BTreeMap<(String, String), Vec<Filed>>,
    /// The content hash of the last build of each filing.
    last: BTreeMap<Filing, String>,
}

/// What tells filings apart: a draft and what is submitted are two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Filing {
    plugin: String,
    trial: String,
    folder: String,
}

/// Where the last whole line ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct End {
    link: Link,
    offset: u64,
    /// Whether the last line lacks its line end.
    unended: bool,
}

/// Why a ledger could not be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The ledger.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another run held the lock for longer than it takes to add entries.
    #[error("{path}: another run holds the lock", path = path.display())]
    Locked {
        /// The file that is locked.
        path: PathBuf,
    },
    /// Lines are damaged.
    #[error("{path}: {} damaged line(s), the first is line {}", damage.len(), damage.first().map_or(0, |(line, _)| *line), path = path.display())]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// Each damaged line.
        damage: Vec<(u64, Damage)>,
    },
    /// It holds more lines than are read, or an entry is over the limit of a line.
    #[error("{path}: over the limit of {limit} {unit}", path = path.display())]
    TooLarge {
        /// The ledger.
        path: PathBuf,
        /// The limit.
        limit: u64,
        /// Of what.
        unit: &'static str,
    },
    /// The item values of an entry do not read.
    #[error("{path}: line {line}: {problem}", path = path.display())]
    Items {
        /// The ledger.
        path: PathBuf,
        /// The line.
        line: u64,
        /// What is wrong.
        problem: String,
    },
}

impl Ledger {
    /// Reads a ledger; one that is not there is empty.
    ///
    /// # Errors
    /// Returns every damaged line, or why it could not be read.
    pub fn open(path: &Path) -> Result<Ledger, LedgerError> {
        let mut ledger = Ledger {
            path: path.to_path_buf(),
            end: End::default(),
            opened: 0,
            torn: None,
            series: BTreeMap::new(),
            last: BTreeMap::new(),
        };
        match File::open(path) {
            Ok(file) => {
                append::lock_shared(&file, path)?;
                ledger.read_on(&file)?;
                ledger.opened = ledger.end.link.n;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(ledger.io(source)),
        }
        Ok(ledger)
    }

    /// Hands each step of a ledger to `see`, damage and all, in bounded memory.
    ///
    /// # Errors
    /// Returns why it could not be read.
    pub fn each(path: &Path, mut see: impl FnMut(Step)) -> Result<(), LedgerError> {
        let io = |source| LedgerError::Io { path: path.to_path_buf(), source };
        let file = File::open(path).map_err(io)?;
        append::lock_shared(&file, path)?;
        let mut steps = Steps::new(BufReader::new(&file));
        while let Some(step) = steps.step().map_err(io)? {
            see(step);
        }
        Ok(())
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the last line when it was cut off while it was written.
    pub fn torn(&self) -> Option<u64> {
        self.torn
    }

    /// Reads what stands after the last line that is known.
    fn read_on(&mut self, mut file: &File) -> Result<(), LedgerError> {
        file.seek(SeekFrom::Start(self.end.offset)).map_err(|source| self.io(source))?;
        if self.end.unended {
            // Another run may have written the line end that was missing.
            let mut end = [0];
            if file.read(&mut end).map_err(|source| self.io(source))? == 1 && end == *b"\n" {
                self.end.offset = self.end.offset.saturating_add(1);
                self.end.unended = false;
            }
            file.seek(SeekFrom::Start(self.end.offset)).map_err(|source| self.io(source))?;
        }
        let mut steps = Steps::after(BufReader::new(file), self.end.link.clone(), self.end.offset);
        let mut damage = Vec::new();
        self.torn = None;
        loop {
            match steps.step() {
                Ok(Some(Step::Line(line))) if line.link.n > limits::LEDGER_LINES => {
                    let (limit, unit) = (limits::LEDGER_LINES, "lines");
                    return Err(LedgerError::TooLarge { path: self.path.clone(), limit, unit });
                }
                Ok(Some(Step::Line(line))) => self.take(*line),
                Ok(Some(Step::Damaged { line, damage: what })) if damage.len() < limits::FINDINGS_PER_TRIAL => {
                    damage.push((line, what));
                }
                Ok(Some(Step::Damaged { .. })) => {}
                Ok(Some(Step::Torn { line })) => self.torn = Some(line),
                Ok(None) => break,
                Err(source) => return Err(self.io(source)),
            }
        }
        if damage.is_empty() { Ok(()) } else { Err(LedgerError::Damaged { path: self.path.clone(), damage }) }
    }

    /// Takes a whole line into the index.
    fn take(&mut self, line: Line) {
        let offset = line.offset.saturating_add(line.len).saturating_add(u64::from(!line.unended));
        self.end = End { link: line.link.clone(), offset, unended: line.unended };
        if let Some(built) = line.head.built {
            let Built { trial, plugin, series, order, submission, folder, draft, content, .. } = *built;
            let filing = Filing { plugin: plugin.id.clone(), trial: trial.clone(), folder };
            self.last.insert(filing, content);
            let (offset, len) = (line.offset, line.len);
            let filed = Filed { n: line.link.n, trial, order, submission, draft, offset, len, received: None };
            self.series.entry((plugin.id, series)).or_default().push(filed);
        }
        if let Some(received) = line.head.received {
            self.receive(line.link.n, received);
        }
    }

    /// Returns whether a plugin has filings here.
    fn has_plugin(&self, plugin: &str) -> bool {
        self.series.keys().any(|(known, _)| known == plugin)
    }

    fn io(&self, source: std::io::Error) -> LedgerError {
        LedgerError::Io { path: self.path.clone(), source }
    }
}

#[cfg(test)]
mod tests;
