//! One file from its opening to what came of it.

use std::path::Path;

use super::kind::{self, Kind};
use super::problem::Halt;
use super::rows::Rows;
use super::{Event, Flow, Names, Read, Sink, TableSpec, delimited, old, xlsx};
use crate::model::RuleBook;

/// Reads one file, see [`super::read`].
pub(super) fn read<E>(
    path: &Path,
    spec: &TableSpec,
    names: Option<Names<'_>>,
    book: &RuleBook,
    sink: Sink<'_, E>,
) -> Result<Read, E> {
    // The readers need not know what the receiver's errors are: his error waits here until they have returned.
    let mut failed = None;
    let mut send = |event: Event<'_>| match sink(event) {
        Ok(flow) => flow == Flow::On,
        Err(error) => {
            failed = Some(error);
            false
        }
    };
    let mut rows = Rows::new(spec, names, book, &mut send);
    let result = read_kind(path, &mut rows);
    if let Err(halt) = result {
        rows.halted(&halt);
    }
    let read = rows.finish();
    failed.map_or(Ok(read), Err)
}

fn read_kind(path: &Path, rows: &mut Rows<'_>) -> Result<(), Halt> {
    let (file, kind) = kind::open(path)?;
    match kind {
        Kind::Delimited => delimited::read(file, rows),
        Kind::Archive => match xlsx::open(file)? {
            Some(archive) => xlsx::read(archive, rows),
            None => old::read(path, "ods", rows),
        },
        Kind::Old => old::read(path, "xls", rows),
    }
}
