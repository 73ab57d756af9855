//! Which format an input has: by its content first, by its extension second.

use std::io::Cursor;

use zip::ZipArchive;

use super::guard;
use super::ole;
use super::report::Problem;
use crate::model::Text;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Excel workbook (xlsx, xlsm).
    Xlsx,
    /// Excel 97-2003 workbook.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// Text with commas or tabs.
    Csv,
    /// JSON.
    Json,
}

impl Format {
    /// Returns how the format is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Xls => "xls",
            Format::Ods => "ods",
            Format::Csv => "CSV",
            Format::Json => "JSON",
        }
    }

    fn has_extension(self, extension: &str) -> bool {
        match self {
            Format::Xlsx => matches!(extension, "xlsx" | "xlsm"),
            Format::Xls => extension == "xls",
            Format::Ods => extension == "ods",
            Format::Csv => matches!(extension, "csv" | "tsv" | "txt"),
            Format::Json => extension == "json",
        }
    }
}

/// What was recognised, and whether the extension says something else.
#[derive(Debug)]
pub(super) struct Recognised {
    /// The format of the content.
    pub(super) format: Format,
    /// Whether the extension promises another format.
    pub(super) misnamed: bool,
}

/// Recognises the format of a file's bytes; `extension` is in lower case.
///
/// # Errors
/// Returns a problem that says what the file is when it is nothing that can be read.
pub(super) fn recognise(bytes: &[u8], extension: &str) -> Result<Recognised, Problem> {
    let format = by_content(bytes, extension)?;
    Ok(Recognised { format, misnamed: !extension.is_empty() && !format.has_extension(extension) })
}

fn by_content(bytes: &[u8], extension: &str) -> Result<Format, Problem> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return in_archive(bytes);
    }
    if bytes.starts_with(ole::MAGIC) {
        return in_container(bytes);
    }
    for (magic, ja, en) in FOREIGN {
        if bytes.starts_with(magic) {
            return Err(unsupported(Text::new(*ja, *en)));
        }
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Ok(Format::Csv);
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = text.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    match first {
        None => Err(Problem::new("IN-0009", vec![])),
        Some(b'{' | b'[') => Ok(Format::Json),
        Some(b'<') => Err(unsupported(Text::new("HTML又はXMLの文書", "an HTML or XML document"))),
        Some(_) if text.contains(&0) => {
            Err(unsupported(Text::new("種類の分からないバイナリ", "binary data of an unknown kind")))
        }
        Some(_) if extension == "json" => Ok(Format::Json),
        Some(_) => Ok(Format::Csv),
    }
}

/// How files begin that hold no table, with what they are in Japanese and English.
pub(crate) const FOREIGN: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "PDF", "a PDF"),
    (b"{\\rtf", "リッチテキスト", "rich text"),
    (b"\x1F\x8B", "gzip圧縮ファイル", "a gzip file"),
    (b"7z\xBC\xAF", "7z書庫", "a 7z archive"),
    (b"Rar!", "RAR書庫", "a RAR archive"),
    (b"ARROW1", "Arrow形式のファイル", "an Arrow file"),
    (b"\x89PNG", "画像", "an image"),
    (b"\xFF\xD8\xFF", "画像", "an image"),
];

fn in_archive(bytes: &[u8]) -> Result<Format, Problem> {
    // Before the archive is opened: its directory is held in memory.
    guard::check_directory(bytes)?;
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| Problem::broken("zip", error))?;
    let mut found = None;
    for name in archive.file_names_raw() {
        let name = name.to_ascii_lowercase();
        match name.as_slice() {
            b"xl/workbook.bin" => return Err(unsupported(Text::new("xlsb形式のブック", "an xlsb workbook"))),
            b"word/document.xml" => return Err(unsupported(Text::new("Word文書", "a Word document"))),
            b"ppt/presentation.xml" => return Err(unsupported(Text::new("PowerPoint文書", "a presentation"))),
            b"content.xml" => found = found.or(Some(Format::Ods)),
            b"[content_types].xml" => found = Some(Format::Xlsx),
            _ => {}
        }
    }
    found.ok_or_else(|| unsupported(Text::new("表計算のブックではないzip書庫", "a zip archive that is no workbook")))
}

fn in_container(bytes: &[u8]) -> Result<Format, Problem> {
    let container = ole::Container::read(bytes).map_err(|problem| Problem::broken("OLE", problem))?;
    if container.has("EncryptedPackage") {
        return Err(Problem::new("IN-0007", vec![]));
    }
    if container.has("Workbook") || container.has("Book") {
        return Ok(Format::Xls);
    }
    Err(unsupported(Text::new("表計算のブックではないOffice文書", "an Office document that is no workbook")))
}

fn unsupported(found: Text) -> Problem {
    Problem::new("IN-0003", vec![("found", found)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_wins_over_the_extension() {
        let json = recognise(b"\xEF\xBB\xBF {\"trial\":{}}", "csv").unwrap();
        assert_eq!((json.format, json.misnamed), (Format::Json, true));
        let csv = recognise("試験ID\n".as_bytes(), "csv").unwrap();
        assert_eq!((csv.format, csv.misnamed), (Format::Csv, false));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (bytes, extension, wanted) in
            [(&b"%PDF-1.7"[..], "xlsx", "a PDF"), (b"<html>", "xls", "HTML"), (b"ab\0cd", "csv", "binary")]
        {
            let problem = recognise(bytes, extension).unwrap_err();
            assert_eq!(problem.rule, "IN-0003");
            assert!(problem.values[0].1.en.contains(wanted), "{:?}", problem.values);
        }
    }

    #[test]
    fn an_empty_file_is_said_to_be_empty() {
        assert_eq!(recognise(b" \n", "csv").unwrap_err().rule, "IN-0009");
    }
}
