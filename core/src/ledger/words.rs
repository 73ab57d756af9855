//! What is said about a ledger that cannot be used as it is.

use std::path::Path;

use super::LedgerError;
use super::read::Damage;
use crate::limits;
use crate::model::{Finding, Place, RuleBook};

/// Says why a ledger cannot be used: one finding for each damaged line, or one for the whole.
pub fn broken(error: &LedgerError, book: &RuleBook) -> Vec<Finding> {
    match error {
        LedgerError::Damaged { path, damage } => {
            damage.iter().map(|(line, damage)| damaged(path, *line, *damage, book)).collect()
        }
        LedgerError::Locked { path } => {
            vec![book.finding("LG-0002", Place::file(&name(path)), &[("file", path.display().to_string().into())])]
        }
        LedgerError::Items { path, line, .. } => {
            vec![book.finding("LG-0001", at(path, *line), &[("problem", error.to_string().into())])]
        }
        LedgerError::Io { path, .. } | LedgerError::TooLarge { path, .. } => {
            vec![book.finding("LG-0001", Place::file(&name(path)), &[("problem", error.to_string().into())])]
        }
    }
}

/// Names a damaged line.
pub fn damaged(path: &Path, line: u64, damage: Damage, book: &RuleBook) -> Finding {
    let number = ("line", line.to_string().into());
    match damage {
        Damage::Changed => book.finding("LG-0003", at(path, line), &[number]),
        Damage::OutOfPlace => book.finding("LG-0004", at(path, line), &[number]),
        Damage::TooLong => {
            book.finding("LG-0008", at(path, line), &[number, ("limit", limits::LEDGER_LINE_BYTES.to_string().into())])
        }
    }
}

/// Names a last line that was cut off while it was written.
pub fn torn(path: &Path, line: u64, book: &RuleBook) -> Finding {
    book.finding("LG-0005", at(path, line), &[("line", line.to_string().into())])
}

fn at(path: &Path, line: u64) -> Place {
    Place { line: format!("{line}:1"), ..Place::file(&name(path)) }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
