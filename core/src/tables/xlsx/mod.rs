//! Workbooks of Excel (xlsx, xlsm), a sheet at a time and within it a tag at a time.
//!
//! Our own reader: the one that the engine reads records with holds the file, and every text of it as a value of its own.

mod archive;
mod book;
mod cell_ref;
mod number;
mod sheet;
mod strings;
mod styles;
mod xml;

use std::fs::File;

pub(super) use archive::Archive;

use super::problem::{Halt, Problem};
use super::rows::Rows;
use crate::limits::TABLE_SHEETS;
use crate::model::Text;

/// Opens an archive within the limits; nothing when it is an OpenDocument spreadsheet.
///
/// # Errors
/// Returns the limit that is passed, or what is wrong with it.
pub(super) fn open(file: File) -> Result<Option<Archive>, Problem> {
    let archive = Archive::open(file)?;
    Ok((!archive.has("content.xml")).then_some(archive))
}

/// Reads the first sheet that is shown and has something in it, and every further one with the same header.
///
/// # Errors
/// Returns why the workbook is not read on.
pub(super) fn read(mut archive: Archive, rows: &mut Rows<'_>) -> Result<(), Halt> {
    let book = book::read(&mut archive)?;
    if book.sheets.len() > TABLE_SHEETS {
        return Err(Problem::limit(Text::new("シート数", "sheets"), TABLE_SHEETS).into());
    }
    let looks = styles::read(&mut archive, &book)?;
    let strings = strings::read(&mut archive, &book)?;
    for sheet in &book.sheets {
        rows.begin(&sheet.name);
        if sheet.hidden {
            rows.say(&Problem::new("TB-0018", vec![]));
            continue;
        }
        let reader = sheet::Reader { strings: &strings, looks: &looks, is_1904: book.is_1904 };
        match reader.read(archive.part(&sheet.part)?, rows).and_then(|()| end(rows)) {
            Err(Halt::OtherSheet) => rows.say(&Problem::new("TB-0017", vec![])),
            other => other?,
        }
    }
    if rows.has_table() { Ok(()) } else { Err(Problem::new("TB-0020", vec![]).into()) }
}

/// Ends a sheet. An empty one is passed over, and one without a header only the first may not be.
pub(super) fn end(rows: &mut Rows<'_>) -> Result<(), Halt> {
    match rows.header_row() {
        None if !rows.has_cells() => Ok(()),
        None if rows.has_table() => Err(Halt::OtherSheet),
        _ => rows.end(),
    }
}
