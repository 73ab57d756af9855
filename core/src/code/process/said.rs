//! What a process writes to standard error: the end of it for a finding, all of it within a limit for a log.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::code::fault::printable;
use crate::limits;

/// What one process wrote.
pub(super) struct Said {
    tail: Vec<u8>,
    log: Option<Arc<Log>>,
}

impl Said {
    /// Nothing yet.
    pub(super) fn new(log: Option<Arc<Log>>) -> Said {
        Said { tail: Vec::new(), log }
    }

    /// Takes what was written.
    pub(super) fn hear(&mut self, bytes: &[u8]) {
        if let Some(log) = &self.log {
            log.write(bytes);
        }
        let kept = bytes.get(bytes.len().saturating_sub(limits::CODE_SAID_BYTES)..).unwrap_or(bytes);
        let over = (self.tail.len() + kept.len()).saturating_sub(limits::CODE_SAID_BYTES);
        self.tail.drain(..over.min(self.tail.len()));
        self.tail.extend_from_slice(kept);
    }

    /// Returns the end of it, fit for a finding.
    pub(super) fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.tail);
        // A letter that was cut in two is none.
        let is_cut = self.tail.len() >= limits::CODE_SAID_BYTES;
        printable(if is_cut { text.trim_start_matches('\u{fffd}') } else { &text })
    }
}

/// The log of a plugin, written by all its processes.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    /// The file, once something was written, and how much may still be.
    open: Mutex<(Option<File>, u64)>,
}

impl Log {
    /// Names the log of a plugin.
    pub(super) fn new(folder: &Path, id: &str) -> Log {
        Log { path: folder.join(format!("{id}.log")), open: Mutex::new((None, limits::CODE_LOG_BYTES)) }
    }

    /// Adds what was written; a log that cannot be written stops nothing.
    fn write(&self, bytes: &[u8]) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, left) = &mut *open;
        let most = usize::try_from(*left).unwrap_or(usize::MAX);
        let bytes = bytes.get(..most).unwrap_or(bytes);
        if bytes.is_empty() {
            return;
        }
        if file.is_none() {
            *file = File::create(&self.path).ok();
        }
        let written = file.as_mut().map(|file| file.write_all(bytes));
        *left = if matches!(written, Some(Ok(()))) { left.saturating_sub(bytes.len() as u64) } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_kept_within_the_limit_and_no_letter_cut() {
        let mut said = Said::new(None);
        said.hear("あ".repeat(10).as_bytes());
        assert_eq!(said.text(), "あ".repeat(10));
        for _ in 0..100 {
            said.hear("日本".repeat(100).as_bytes());
        }
        said.hear("終わり\n".as_bytes());
        let text = said.text();
        assert!(text.len() <= limits::CODE_SAID_BYTES && text.len() > limits::CODE_SAID_BYTES - 8, "{}", text.len());
        assert!(text.ends_with("終わり") && !text.contains('\u{fffd}'), "{text}");
        said.hear(&vec![b'x'; 3 * limits::CODE_SAID_BYTES]);
        assert_eq!(said.text(), "x".repeat(limits::CODE_SAID_BYTES));
    }

    #[test]
    fn a_log_holds_all_of_it_within_the_limit() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = Arc::new(Log::new(folder.path(), "ours"));
        let path = folder.path().join("ours.log");
        let mut said = [Said::new(Some(Arc::clone(&log))), Said::new(Some(log))];
        assert!(!path.exists(), "nothing was said");
        said.iter_mut().for_each(|said| said.hear(b"a line\n"));
        assert_eq!(std::fs::read(&path).ok().as_deref(), Some(&b"a line\na line\n"[..]));
        for _ in 0..20 {
            said.iter_mut().for_each(|said| said.hear(&[b'x'; 65_536]));
        }
        assert_eq!(std::fs::metadata(&path).ok().map(|about| about.len()), Some(limits::CODE_LOG_BYTES));
    }
}
