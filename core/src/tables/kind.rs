//! What a file is, by its first bytes.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::problem::Problem;
use crate::ingest::recognise::FOREIGN;
use crate::limits::TABLE_BYTES;
use crate::model::Text;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text table.
    Delimited,
    /// A zip archive: a workbook of Excel or OpenDocument.
    Archive,
    /// A workbook of Excel 97-2003.
    Old,
}

/// Opens a file and tells what it is.
///
/// # Errors
/// Returns why it cannot be opened, that it is too large, or that it is nothing that is read.
pub(super) fn open(path: &Path) -> Result<(File, Kind), Problem> {
    let mut file = File::open(path).map_err(|error| unreadable(&error))?;
    let about = file.metadata().map_err(|error| unreadable(&error))?;
    if !about.is_file() {
        let problem = Text::new("通常のファイルではありません", "not a regular file");
        return Err(Problem::new("TB-0001", vec![("problem", problem)]));
    }
    if about.len() > TABLE_BYTES {
        return Err(Problem::limit(Text::new("ファイルのバイト数", "bytes of the file"), TABLE_BYTES));
    }
    let mut start = Vec::new();
    file.by_ref().take(64).read_to_end(&mut start).map_err(|error| unreadable(&error))?;
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
    Ok((file, told(&start)?))
}

fn told(start: &[u8]) -> Result<Kind, Problem> {
    if start.starts_with(b"PAR1") {
        return Err(Problem::new("TB-0003", vec![]));
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Archive);
    }
    if start.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Ok(Kind::Old);
    }
    let foreign = FOREIGN.iter().find(|(magic, _, _)| start.starts_with(magic));
    if let Some((_, ja, en)) = foreign {
        return Err(unsupported(Text::new(*ja, *en)));
    }
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'<') => Err(unsupported(Text::new("HTML又はXMLの文書", "an HTML or XML document"))),
        Some(b'{' | b'[') => Err(unsupported(Text::new("JSON", "JSON"))),
        _ => Ok(Kind::Delimited),
    }
}

/// It is something that is not read.
pub(super) fn unsupported(found: Text) -> Problem {
    Problem::new("TB-0002", vec![("found", found)])
}

/// The system cannot read it.
pub(super) fn unreadable(error: &std::io::Error) -> Problem {
    Problem::new("TB-0001", vec![("problem", error.kind().to_string().into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_say_what_a_file_is() {
        let kind = |start: &[u8]| told(start).map_err(|problem| problem.rule);
        assert_eq!(kind(b"PK\x03\x04"), Ok(Kind::Archive));
        assert_eq!(kind(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Ok(Kind::Old));
        assert_eq!(kind("登録番号,性別".as_bytes()), Ok(Kind::Delimited));
        assert_eq!(kind(b"PAR1\x15\x04"), Err("TB-0003"));
        for foreign in [&b"%PDF-1.7"[..], b"<html>", b" {\"a\":1}", b"ARROW1\0\0", b"\x1F\x8B\x08"] {
            assert_eq!(kind(foreign), Err("TB-0002"));
        }
    }
}
