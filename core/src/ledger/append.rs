//! Adds entries: all of them in one write, under an exclusive lock, after what others have written.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::line::{Link, seal};
use super::{Built, Entry, Filing, Ledger, LedgerError};
use crate::limits;

impl Ledger {
    /// Adds entries, but for builds that changed nothing since the last build of the same filing; returns the number of
    /// each line that was written. When it returns, they are on disk.
    ///
    /// # Errors
    /// Returns why nothing was added: the lock, damage, or what the system said.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Vec<u64>, LedgerError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(|source| self.io(source))?;
        }
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).clone();
        let file = options.open(&self.path).map_err(|source| self.io(source))?;
        lock(&file, &self.path)?;
        let len = file.metadata().map_err(|source| self.io(source))?.len();
        if len < self.end.offset {
            // What was read is no longer there: nothing that follows can be trusted.
            let damage = vec![(self.end.link.n, super::Damage::OutOfPlace)];
            return Err(LedgerError::Damaged { path: self.path.clone(), damage });
        }
        self.read_on(&file)?;
        self.write(&file, entries)
    }

    fn write(&mut self, mut file: &File, entries: &[Entry]) -> Result<Vec<u64>, LedgerError> {
        let mut after = self.end.link.clone();
        let (mut text, mut lines) = (String::new(), Vec::new());
        if self.end.unended {
            text.push('\n');
        }
        let mut made: BTreeMap<Filing, &str> = BTreeMap::new();
        for entry in entries {
            if let Entry::Built(built) = entry {
                let filing = Filing::of(built);
                let last = made.get(&filing).copied().or_else(|| self.last.get(&filing).map(String::as_str));
                if !built.content.is_empty() && last == Some(&built.content) {
                    continue;
                }
                made.insert(filing, &built.content);
            }
            let (line, link) = seal(&after, entry).map_err(|error| self.io(error.into()))?;
            self.room(&line, &link)?;
            text.push_str(&line);
            text.push('\n');
            lines.push(link.n);
            after = link;
        }
        if lines.is_empty() {
            return Ok(lines);
        }
        let start = self.end.clone();
        let wrote = (|| {
            file.set_len(start.offset)?;
            file.seek(SeekFrom::Start(start.offset))?;
            file.write_all(text.as_bytes())?;
            file.sync_data()?;
            if start.offset == 0 { sync_folder(&self.path) } else { Ok(()) }
        })();
        if let Err(source) = wrote {
            // A full disk must not leave half an entry that later ones would be chained to.
            let _ = file.set_len(start.offset);
            return Err(self.io(source));
        }
        self.read_on(file)?;
        Ok(lines)
    }

    /// Checks that a line will be read again.
    fn room(&self, line: &str, link: &Link) -> Result<(), LedgerError> {
        let over = |limit, unit| Err(LedgerError::TooLarge { path: self.path.clone(), limit, unit });
        if u64::try_from(line.len()).unwrap_or(u64::MAX) > limits::LEDGER_LINE_BYTES {
            over(limits::LEDGER_LINE_BYTES, "bytes a line")
        } else if link.n > limits::LEDGER_LINES {
            over(limits::LEDGER_LINES, "lines")
        } else {
            Ok(())
        }
    }
}

impl Filing {
    fn of(built: &Built) -> Filing {
        Filing { plugin: built.plugin.id.clone(), trial: built.trial.clone(), folder: built.folder.clone() }
    }
}

/// Makes the name of a new file last; only some systems can and need to.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) && !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Takes the lock that one writer holds at a time; waits for another to finish.
///
/// # Errors
/// Returns that another holds it for too long.
pub fn lock(file: &File, path: &Path) -> Result<(), LedgerError> {
    wait(path, || file.try_lock())
}

/// Takes the lock that readers share, so that nobody reads half a line.
pub(super) fn lock_shared(file: &File, path: &Path) -> Result<(), LedgerError> {
    wait(path, || file.try_lock_shared())
}

fn wait(path: &Path, take: impl Fn() -> Result<(), TryLockError>) -> Result<(), LedgerError> {
    let start = Instant::now();
    loop {
        match take() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(source)) => return Err(LedgerError::Io { path: path.to_path_buf(), source }),
            Err(TryLockError::WouldBlock) if start.elapsed() >= limits::LEDGER_LOCK => {
                return Err(LedgerError::Locked { path: path.to_path_buf() });
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
