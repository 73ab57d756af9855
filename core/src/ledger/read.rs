//! Reads a ledger line by line, in bounded memory, and tells a torn end from damage.

use std::io::{self, BufRead, Read};

use super::line::{LineHead, Link, opening, unseal};
use crate::limits;

/// A whole line.
#[derive(Debug)]
pub struct Line {
    /// Number and hash.
    pub link: Link,
    /// The entry without its item values.
    pub head: super::entry::Head,
    /// Where it starts in the file.
    pub offset: u64,
    /// Its length without the line end.
    pub len: u64,
    /// Whether its line end is missing: the writer was stopped at the last byte.
    pub unended: bool,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// A byte of it was changed, or it is no line of a ledger.
    Changed,
    /// It is whole but does not follow the line before: lines are missing, repeated, moved or were written anew.
    OutOfPlace,
    /// It is over the limit of a line.
    TooLong,
}

/// What stands at one place of a ledger.
#[derive(Debug)]
pub enum Step {
    /// A line that follows the one before.
    Line(Box<Line>),
    /// A line that is damaged; `line` counts from 1 as an editor does.
    Damaged {
        /// The line in the file.
        line: u64,
        /// What is wrong with it.
        damage: Damage,
    },
    /// The end was cut off while it was written, and never acknowledged.
    Torn {
        /// The line in the file.
        line: u64,
    },
}

/// Reads steps.
#[derive(Debug)]
pub struct Steps<R> {
    input: R,
    limit: u64,
    /// The last line that was whole.
    last: Link,
    /// Whether a line since then was damaged: what comes next cannot be held against it.
    lost: bool,
    line: u64,
    offset: u64,
    done: bool,
}

impl<R: BufRead> Steps<R> {
    /// Reads from the start.
    pub fn new(input: R) -> Steps<R> {
        Steps::after(input, Link::default(), 0)
    }

    /// Reads on after a line that ends at `offset`.
    pub fn after(input: R, last: Link, offset: u64) -> Steps<R> {
        Steps { input, limit: limits::LEDGER_LINE_BYTES, line: last.n, last, lost: false, offset, done: false }
    }

    /// Reads the next step; nothing at the end.
    ///
    /// # Errors
    /// Returns what the system said.
    pub fn step(&mut self) -> io::Result<Option<Step>> {
        if self.done {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(self.limit + 1).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let (line, offset) = (self.line + 1, self.offset);
        self.line = line;
        self.offset = offset.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        let ended = bytes.last() == Some(&b'\n');
        if ended {
            bytes.pop();
        } else {
            // Only an end of the file, or a line that is over the limit, has no line end.
            self.done = true;
        }
        let damaged = |damage| Ok(Some(Step::Damaged { line, damage }));
        if !ended && u64::try_from(bytes.len()).unwrap_or(u64::MAX) > self.limit {
            return damaged(Damage::TooLong);
        }
        let head = unseal(&bytes).and_then(|sha256| Some((sha256, serde_json::from_slice::<LineHead>(&bytes).ok()?)));
        let Some((sha256, LineHead { n, previous, entry })) = head else {
            self.lost = true;
            return if !ended && is_start(&bytes, &self.last) {
                Ok(Some(Step::Torn { line }))
            } else {
                damaged(Damage::Changed)
            };
        };
        let follows = n == self.last.n.saturating_add(1) && previous == self.last.sha256;
        let lost = std::mem::replace(&mut self.lost, false);
        self.last = Link { n, sha256 };
        if !(follows || lost && n == line) {
            return damaged(Damage::OutOfPlace);
        }
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(Some(Step::Line(Box::new(Line { link: self.last.clone(), head: entry, offset, len, unended: !ended }))))
    }
}

/// Returns whether bytes are the start of the line that would come next, and no more; a system that lost its power may
/// leave zeros after it.
fn is_start(bytes: &[u8], last: &Link) -> bool {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
    let start = bytes.get(..end).unwrap_or_default();
    let expected = opening(last);
    let (known, bytes) = (expected.as_bytes(), start);
    if !known.starts_with(bytes) && !bytes.starts_with(known) {
        return false;
    }
    serde_json::from_slice::<serde::de::IgnoredAny>(start).is_err_and(|error| error.is_eof())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_over_the_limit_is_not_read() {
        let mut steps = Steps::new(&b"0123456789\n0123456789a\n"[..]);
        steps.limit = 10;
        assert!(matches!(steps.step(), Ok(Some(Step::Damaged { line: 1, damage: Damage::Changed }))), "it is read");
        assert!(matches!(steps.step(), Ok(Some(Step::Damaged { line: 2, damage: Damage::TooLong }))));
        assert!(matches!(steps.step(), Ok(None)));
    }
}
