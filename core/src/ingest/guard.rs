//! Limits on the archive of a workbook, looked at before a reader opens it.
//!
//! Sizes come from the archive's directory (a read beyond a declared size fails, so they bound what is unpacked).
//! Then every XML entry is run through once, byte by byte and without memory of its own, for what a reader would
//! choke on: document types, floods of tags, single texts or cells of many megabytes, counts that are only claimed.

use std::io::{BufRead, BufReader, Cursor, Read};

use zip::ZipArchive;

use super::report::Problem;
use crate::limits::{
    ARCHIVE_BYTES, ARCHIVE_ENTRIES, ARCHIVE_PART_BYTES, ARCHIVE_RATIO, ARCHIVE_RATIO_FROM, CELL_FORMAT_BYTES, CELL_FORMATS,
    SHARED_STRINGS, SHARED_STRINGS_BYTES, SHEET_CELLS, XML_TAGS, XML_TOKEN_BYTES,
};
use crate::model::Text;

/// What the sheets of an archive contain, so that a second pass is made only where it finds something.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Some sheet has a formula.
    pub(super) formulas: bool,
    /// Some sheet has merged cells.
    pub(super) merges: bool,
}

/// Checks a workbook's archive against the limits.
///
/// # Errors
/// Returns the limit that is passed, or what is broken.
pub(super) fn check_archive(bytes: &[u8]) -> Result<Facts, Problem> {
    check_directory(bytes)?;
    let broken = |error: zip::result::ZipError| Problem::broken("zip", error);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.has_duplicate_names() {
        return Err(Problem::broken("zip", "two entries of the same name"));
    }
    let mut parts = Vec::new();
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(broken)?;
        let part = Part::of(&entry.name_raw().to_ascii_lowercase());
        total = total.saturating_add(entry.size());
        if total > ARCHIVE_BYTES {
            return Err(Problem::limit(Text::new("展開後のバイト数の合計", "bytes when unpacked"), ARCHIVE_BYTES));
        }
        if entry.size() > part.most_bytes() {
            return Err(Problem::limit(
                Text::new("ブックの部品の展開後のバイト数", "bytes of one part when unpacked"),
                part.most_bytes(),
            ));
        }
        if entry.size() > ARCHIVE_RATIO_FROM && entry.size() / entry.compressed_size().max(1) > ARCHIVE_RATIO {
            return Err(Problem::limit(Text::new("圧縮率（倍）", "times its packed size"), ARCHIVE_RATIO));
        }
        if entry.encrypted() {
            return Err(Problem::new("IN-0007", vec![]));
        }
        parts.push(part);
    }
    let mut facts = Facts::default();
    for (index, part) in parts.into_iter().enumerate().filter(|(_, part)| *part != Part::Data) {
        let entry = archive.by_index(index).map_err(broken)?;
        Scan::new(part, &mut facts).run(&mut BufReader::with_capacity(1 << 16, entry))?;
    }
    Ok(facts)
}

/// Counts the entries of an archive's directory without opening it, by their signatures.
///
/// # Errors
/// Returns the limit when there are too many.
pub(super) fn check_directory(bytes: &[u8]) -> Result<(), Problem> {
    let count = bytes.windows(4).filter(|four| *four == b"PK\x01\x02").count();
    if count > ARCHIVE_ENTRIES {
        return Err(Problem::limit(Text::new("書庫の項目数", "entries of the archive"), ARCHIVE_ENTRIES));
    }
    Ok(())
}

/// What an entry holds, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Sheet,
    Strings,
    Styles,
    OtherXml,
    Data,
}

impl Part {
    fn of(name: &[u8]) -> Part {
        let is_xml = name.ends_with(b".xml") || name.ends_with(b".rels");
        if !is_xml {
            Part::Data
        } else if name.ends_with(b"sharedstrings.xml") {
            Part::Strings
        } else if name.ends_with(b"/styles.xml") {
            Part::Styles
        } else if name.windows(11).any(|part| part == b"worksheets/") || name == b"content.xml" {
            Part::Sheet
        } else {
            Part::OtherXml
        }
    }

    fn most_bytes(self) -> u64 {
        match self {
            Part::Sheet => ARCHIVE_BYTES,
            Part::Strings => SHARED_STRINGS_BYTES,
            Part::Styles | Part::OtherXml | Part::Data => ARCHIVE_PART_BYTES,
        }
    }
}

/// One run through an XML entry.
struct Scan<'a> {
    part: Part,
    facts: &'a mut Facts,
    tags: usize,
    cells: usize,
    strings: usize,
    formats: usize,
    longest: usize,
    /// Bytes since the cell began.
    cell: Option<usize>,
    /// The cell's value is text in which entities are resolved by the reader.
    text_value: bool,
    in_value: bool,
}

impl<'a> Scan<'a> {
    fn new(part: Part, facts: &'a mut Facts) -> Scan<'a> {
        Scan {
            part,
            facts,
            tags: 0,
            cells: 0,
            strings: 0,
            formats: 0,
            longest: 0,
            cell: None,
            text_value: false,
            in_value: false,
        }
    }

    fn run(mut self, reader: &mut impl BufRead) -> Result<(), Problem> {
        let start = reader.fill_buf().map_err(|error| Problem::broken("zip", error))?;
        if start.iter().take(4).any(|byte| *byte == 0 || *byte >= 0xFE) {
            return Err(Problem::broken("XML", "not UTF-8"));
        }
        let mut token = Vec::with_capacity(1 << 10);
        loop {
            let ended = upto(reader, b'<', &mut token)?;
            self.text(&token)?;
            if !ended {
                return Ok(());
            }
            if !upto(reader, b'>', &mut token)? {
                return Err(Problem::broken("XML", "ends inside a tag"));
            }
            self.whole_token(reader, &mut token)?;
            self.tag(&token)?;
        }
    }

    /// A comment or a character section ends at its own mark, not at the first `>`.
    fn whole_token(&self, reader: &mut impl BufRead, token: &mut Vec<u8>) -> Result<(), Problem> {
        let end: &[u8] = match token.as_slice() {
            [b'!', b'-', b'-', ..] => b"--",
            [b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => b"]]",
            _ => return Ok(()),
        };
        let mut more = Vec::new();
        while !token.ends_with(end) {
            token.push(b'>');
            if !upto(reader, b'>', &mut more)? {
                return Err(Problem::broken("XML", "ends inside a comment"));
            }
            token.extend_from_slice(&more);
            if token.len() > XML_TOKEN_BYTES {
                return Err(too_long());
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &[u8]) -> Result<(), Problem> {
        if self.in_value && !self.text_value && text.contains(&b'&') {
            // The reader takes such a value up to the entity: `1&#50;` would be 1 and not 12.
            return Err(Problem::broken("XML", "an entity inside a number"));
        }
        self.grow_cell(text.len())
    }

    fn grow_cell(&mut self, bytes: usize) -> Result<(), Problem> {
        if let Some(cell) = &mut self.cell {
            *cell = cell.saturating_add(bytes);
            if *cell > XML_TOKEN_BYTES {
                return Err(too_long());
            }
        }
        Ok(())
    }

    fn tag(&mut self, tag: &[u8]) -> Result<(), Problem> {
        self.tags += 1;
        self.longest = self.longest.max(tag.len());
        self.in_value = false;
        if self.tags > XML_TAGS {
            return Err(Problem::limit(Text::new("XMLのタグ数", "XML tags"), XML_TAGS));
        }
        match tag.first() {
            Some(b'?') if self.cell.is_none() => return declaration(tag),
            Some(b'?') => return Err(Problem::broken("XML", "a processing instruction inside a cell")),
            Some(b'!') if tag.starts_with(b"!--") || tag.starts_with(b"![CDATA[") => {
                // Inside a cell the reader would keep only what stands before it.
                return if self.cell.is_some() {
                    Err(Problem::broken("XML", "a comment or CDATA inside a cell"))
                } else {
                    Ok(())
                };
            }
            Some(b'!') => return Err(Problem::broken("XML", "a document type (DTD)")),
            _ => {}
        }
        self.grow_cell(tag.len())?;
        let (closing, rest) = tag.strip_prefix(b"/").map_or((false, tag), |rest| (true, rest));
        let name = rest.split(|byte| byte.is_ascii_whitespace() || *byte == b'/').next().unwrap_or_default();
        let name = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        match self.part {
            // A workbook may keep its sheets in any folder.
            Part::Sheet | Part::OtherXml => self.sheet_tag(name, closing, tag),
            Part::Strings => self.strings_tag(name, closing, tag),
            Part::Styles => self.styles_tag(name, closing),
            Part::Data => Ok(()),
        }
    }

    fn sheet_tag(&mut self, name: &[u8], closing: bool, tag: &[u8]) -> Result<(), Problem> {
        match (name, closing) {
            (b"c", true) => self.cell = None,
            (b"c", false) => {
                self.cells += 1;
                if self.cells > SHEET_CELLS {
                    return Err(Problem::limit(Text::new("シートのセル数", "cells of a sheet"), SHEET_CELLS));
                }
                self.cell = (!tag.ends_with(b"/")).then_some(0);
                self.text_value = tag.windows(5).any(|part| part == b"\"str\"" || part == b"'str'");
            }
            (b"v", false) => self.in_value = self.cell.is_some(),
            (b"f", false) => self.facts.formulas = true,
            (b"mergeCell", false) => self.facts.merges = true,
            _ => {}
        }
        Ok(())
    }

    fn strings_tag(&mut self, name: &[u8], closing: bool, tag: &[u8]) -> Result<(), Problem> {
        let claimed = if name == b"sst" { claimed_count(tag) } else { 0 };
        self.strings += usize::from(name == b"si" && !closing);
        if self.strings > SHARED_STRINGS || claimed > SHARED_STRINGS {
            return Err(Problem::limit(Text::new("文字列の数", "shared strings"), SHARED_STRINGS));
        }
        Ok(())
    }

    fn styles_tag(&mut self, name: &[u8], closing: bool) -> Result<(), Problem> {
        self.formats += usize::from(name == b"xf" && !closing);
        if self.formats > CELL_FORMATS || self.formats.saturating_mul(self.longest) > CELL_FORMAT_BYTES {
            return Err(Problem::limit(Text::new("セルの書式の数と大きさ", "number and size of cell formats"), CELL_FORMATS));
        }
        Ok(())
    }
}

/// Reads up to a byte and drops it; returns whether it was there.
fn upto(reader: &mut impl BufRead, end: u8, token: &mut Vec<u8>) -> Result<bool, Problem> {
    token.clear();
    let limit = XML_TOKEN_BYTES as u64 + 1;
    reader.by_ref().take(limit).read_until(end, token).map_err(|error| Problem::broken("zip", error))?;
    if token.last() == Some(&end) {
        token.pop();
        return Ok(true);
    }
    if token.len() > XML_TOKEN_BYTES { Err(too_long()) } else { Ok(false) }
}

/// An encoding in which `<` can be half a character would blind the scan.
fn declaration(tag: &[u8]) -> Result<(), Problem> {
    let tag = String::from_utf8_lossy(tag).to_ascii_lowercase();
    let encoding = tag.strip_prefix("?xml ").and_then(|rest| rest.split_once("encoding")).map(|(_, encoding)| encoding);
    match encoding {
        Some(encoding) if !encoding.contains("utf-8") && !encoding.contains("us-ascii") => {
            Err(Problem::broken("XML", "not UTF-8"))
        }
        _ => Ok(()),
    }
}

fn claimed_count(tag: &[u8]) -> usize {
    let tag = String::from_utf8_lossy(tag);
    let Some((_, rest)) = tag.split_once("uniqueCount") else { return 0 };
    let digits: String = rest.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(usize::MAX) }
}

fn too_long() -> Problem {
    Problem::limit(Text::new("一つの文字列又はタグのバイト数", "bytes of one text or tag"), XML_TOKEN_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_tags_is_refused() {
        let mut facts = Facts::default();
        for (before, wanted) in [(XML_TAGS - 2, true), (XML_TAGS - 1, false)] {
            let mut scan = Scan::new(Part::Sheet, &mut facts);
            scan.tags = before;
            assert_eq!(scan.run(&mut &b"<a></a>"[..]).is_ok(), wanted);
        }
    }

    #[test]
    fn comments_end_at_their_own_mark() {
        let mut facts = Facts::default();
        let xml = b"<a><!-- <f> > --><![CDATA[<f>]]><b/></a>";
        Scan::new(Part::Sheet, &mut facts).run(&mut &xml[..]).unwrap();
        assert!(!facts.formulas);
    }

    #[test]
    fn encodings_in_which_a_tag_could_hide_are_refused() {
        for xml in [&b"<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?><a/>"[..], b"\xFF\xFE<\0a\0", b"<\0a\0"] {
            assert!(Scan::new(Part::Sheet, &mut Facts::default()).run(&mut &xml[..]).is_err());
        }
        let xml = b"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>";
        assert!(Scan::new(Part::Sheet, &mut Facts::default()).run(&mut &xml[..]).is_ok());
    }
}
