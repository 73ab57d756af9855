//! OpenDocument spreadsheets (ods).
//!
//! Read here and not by calamine: that one expands repeated rows into a dense grid of up to 100 million cells, and
//! does not tell merged cells or the zeros a number is shown with.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::guard;
use super::report::{Problem, clip};
use super::serial::iso_value;
use super::sheet::{CellValue, Sheet, SheetBuilder};
use super::workbook::Tab;
use crate::limits::{ARCHIVE_PART_BYTES, SHEET_COLUMNS, SHEETS, TEXT_CHARS, XML_TOKEN_BYTES};
use crate::model::{Scalar, Text};

/// Reads all sheets of a document.
///
/// # Errors
/// Returns the limit that is passed, or why the document cannot be read.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(Tab, Sheet)>, Problem> {
    guard::check_archive(bytes)?;
    let broken = |error: zip::result::ZipError| Problem::broken("ods", error);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if let Ok(manifest) = archive.by_name("META-INF/manifest.xml") {
        let mut reader = Reader::from_reader(BufReader::new(manifest));
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(xml)? {
                Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "encryption-data" => {
                    return Err(Problem::new("IN-0007", vec![]));
                }
                Event::Eof => break,
                _ => {}
            }
        }
    }
    let content = archive.by_name("content.xml").map_err(broken)?;
    Content { reader: Reader::from_reader(BufReader::new(content)), hidden: BTreeSet::new(), text_bytes: 0 }.sheets()
}

struct Content<R> {
    reader: Reader<R>,
    /// Table styles that are not shown.
    hidden: BTreeSet<String>,
    /// Bytes of all texts so far, repeats counted.
    text_bytes: u64,
}

impl<R: BufRead> Content<R> {
    fn sheets(mut self) -> Result<Vec<(Tab, Sheet)>, Problem> {
        let mut sheets = Vec::new();
        let mut style = String::new();
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match self.reader.read_event_into(&mut buffer).map_err(xml)? {
                Event::Eof => return Err(Problem::broken("ods", "content.xml ends early")),
                Event::End(tag) if tag.local_name().as_ref() == "document-content" => return Ok(sheets),
                Event::Start(tag) if tag.name().as_ref() == "style:style" => {
                    style = attribute(&tag, "style:name").unwrap_or_default()
                }
                Event::Start(tag) | Event::Empty(tag)
                    if tag.name().as_ref() == "style:table-properties"
                        && attribute(&tag, "table:display").is_some_and(|shown| shown == "false") =>
                {
                    self.hidden.insert(style.clone());
                }
                Event::Start(tag) if tag.name().as_ref() == "table:table" => {
                    if sheets.len() >= SHEETS {
                        return Err(Problem::limit(Text::new("シート数", "sheets"), SHEETS));
                    }
                    let style = attribute(&tag, "table:style-name").unwrap_or_default();
                    let name = attribute(&tag, "table:name").unwrap_or_default();
                    let tab = Tab { name, hidden: self.hidden.contains(&style) };
                    sheets.push((tab, self.table()?));
                }
                _ => {}
            }
        }
    }

    /// Reads a table up to its end; tables inside its cells and shapes are passed over.
    fn table(&mut self) -> Result<Sheet, Problem> {
        let mut builder = SheetBuilder::default();
        let mut buffer = Vec::new();
        let mut row = 0_u32;
        loop {
            buffer.clear();
            match self.reader.read_event_into(&mut buffer).map_err(xml)? {
                Event::Eof => return Err(Problem::broken("ods", "content.xml ends early")),
                Event::End(tag) if tag.name().as_ref() == "table:table" => return Ok(builder.finish()),
                Event::Start(tag) if tag.name().as_ref() == "table:shapes" => self.skip("table:shapes")?,
                Event::Start(tag) if tag.name().as_ref() == "table:table-row" => {
                    let repeated = count(&tag, "table:number-rows-repeated");
                    let cells = self.row()?;
                    if !cells.is_empty() {
                        self.place(&mut builder, row, repeated, &cells)?;
                    }
                    row = row.saturating_add(repeated);
                }
                Event::Empty(tag) if tag.name().as_ref() == "table:table-row" => {
                    row = row.saturating_add(count(&tag, "table:number-rows-repeated"));
                }
                _ => {}
            }
        }
    }

    fn place(&mut self, builder: &mut SheetBuilder, row: u32, repeated: u32, cells: &[OdsCell]) -> Result<(), Problem> {
        for down in 0..repeated {
            let row = row.saturating_add(down);
            for cell in cells {
                for along in 0..cell.repeated {
                    let col = cell.col.saturating_add(along);
                    self.text_bytes = self.text_bytes.saturating_add(cell.text.len() as u64);
                    if self.text_bytes > ARCHIVE_PART_BYTES {
                        return Err(Problem::limit(
                            Text::new("文字列のバイト数の合計", "bytes of all texts"),
                            ARCHIVE_PART_BYTES,
                        ));
                    }
                    builder.add(row, col, cell.value())?;
                    if cell.rows > 1 || cell.cols > 1 {
                        let end = (row.saturating_add(cell.rows - 1), col.saturating_add(cell.cols - 1));
                        builder.merge((row, col), end)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads the filled cells of a row.
    fn row(&mut self) -> Result<Vec<OdsCell>, Problem> {
        let mut cells = Vec::new();
        let mut buffer = Vec::new();
        let mut col = 0_u32;
        loop {
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer).map_err(xml)?;
            let (tag, open) = match event {
                Event::Eof => return Err(Problem::broken("ods", "content.xml ends early")),
                Event::End(tag) if tag.name().as_ref() == "table:table-row" => return Ok(cells),
                Event::Start(tag) => (tag, true),
                Event::Empty(tag) => (tag, false),
                _ => continue,
            };
            let name = tag.name();
            if !matches!(name.as_ref(), "table:table-cell" | "table:covered-table-cell") {
                continue;
            }
            let mut cell = OdsCell::of(&tag, col);
            let name = name.as_ref().to_owned();
            col = col.saturating_add(cell.repeated);
            if open {
                cell.text = self.text(&name)?;
            }
            // One beyond the last column that is read is kept, to be reported.
            if cell.value().is_some() && cells.len() <= SHEET_COLUMNS as usize + 1 {
                cells.push(cell);
            }
        }
    }

    /// Reads the paragraphs of a cell, one a line. Notes, shapes and furigana are no part of its text.
    fn text(&mut self, cell: &str) -> Result<String, Problem> {
        let (mut text, mut paragraphs) = (String::new(), 0);
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            if text.len() > XML_TOKEN_BYTES {
                return Err(Problem::limit(Text::new("一つのセルのバイト数", "bytes of one cell"), XML_TOKEN_BYTES));
            }
            match self.reader.read_event_into(&mut buffer).map_err(xml)? {
                Event::Eof => return Err(Problem::broken("ods", "content.xml ends early")),
                Event::End(tag) if tag.name().as_ref() == cell => return Ok(text),
                Event::Start(tag) => match tag.name().as_ref() {
                    "text:p" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "text:span" | "text:a" | "text:ruby" | "text:ruby-base" => {}
                    "text:s" => text.extend(std::iter::repeat_n(' ', spaces(&tag))),
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    other => {
                        let other = other.to_owned();
                        self.skip(&other)?;
                    }
                },
                Event::Empty(tag) => match tag.name().as_ref() {
                    "text:p" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "text:s" => text.extend(std::iter::repeat_n(' ', spaces(&tag))),
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    _ => {}
                },
                Event::Text(part) if paragraphs > 0 => text.push_str(&part.xml10_content()),
                Event::CData(part) if paragraphs > 0 => text.push_str(&part.xml10_content()),
                Event::GeneralRef(entity) => match entity.resolve_char_ref().map_err(xml)? {
                    Some(c) => text.push(c),
                    None => match quick_xml::escape::resolve_predefined_entity(&entity) {
                        Some(resolved) => text.push_str(resolved),
                        None => return Err(Problem::broken("XML", "an entity of its own")),
                    },
                },
                _ => {}
            }
        }
    }

    /// Passes over an element that was just opened, and all inside it.
    fn skip(&mut self, name: &str) -> Result<(), Problem> {
        let mut buffer = Vec::new();
        let mut depth = 1_u32;
        while depth > 0 {
            buffer.clear();
            match self.reader.read_event_into(&mut buffer).map_err(xml)? {
                Event::Eof => return Err(Problem::broken("ods", "content.xml ends early")),
                Event::Start(tag) if tag.name().as_ref() == name => depth = depth.saturating_add(1),
                Event::End(tag) if tag.name().as_ref() == name => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }
}

/// A cell as the document has it, before it is repeated.
struct OdsCell {
    col: u32,
    repeated: u32,
    rows: u32,
    cols: u32,
    kind: String,
    is_error: bool,
    /// The value attribute of its kind.
    exact: Option<String>,
    formula: bool,
    text: String,
}

impl OdsCell {
    fn of(tag: &BytesStart<'_>, col: u32) -> OdsCell {
        let kind = attribute(tag, "office:value-type").unwrap_or_default();
        let exact = match kind.as_str() {
            "float" | "percentage" | "currency" => attribute(tag, "office:value"),
            "date" => attribute(tag, "office:date-value"),
            "time" => attribute(tag, "office:time-value"),
            "boolean" => attribute(tag, "office:boolean-value"),
            _ => attribute(tag, "office:string-value"),
        };
        OdsCell {
            col,
            repeated: count(tag, "table:number-columns-repeated"),
            rows: count(tag, "table:number-rows-spanned"),
            cols: count(tag, "table:number-columns-spanned"),
            is_error: attribute(tag, "calcext:value-type").is_some_and(|kind| kind == "error"),
            formula: attribute(tag, "table:formula").is_some(),
            kind,
            exact,
            text: String::new(),
        }
    }

    fn value(&self) -> Option<CellValue> {
        if self.is_error {
            let shown: String = self.text.chars().take(TEXT_CHARS).collect();
            return Some(CellValue::Error(clip(&shown).ja.into()));
        }
        let exact = self.exact.as_deref().unwrap_or_default();
        match self.kind.as_str() {
            "" if self.formula && self.text.trim().is_empty() => Some(CellValue::Uncached),
            "float" | "percentage" | "currency" => match exact.parse::<f64>() {
                Ok(number) => CellValue::number(number, self.padded(number)),
                Err(_) => CellValue::text(exact),
            },
            "date" => iso_value(exact),
            "boolean" => Some(CellValue::Value(Scalar::Bool(exact == "true"))),
            "time" => CellValue::text(if self.text.is_empty() { exact } else { &self.text }),
            _ if self.text.is_empty() => CellValue::text(exact),
            _ => CellValue::text(&self.text),
        }
    }

    /// The zeros before a number are told by the text that is shown for it.
    fn padded(&self, number: f64) -> u8 {
        let padded = self.text.len() > 1 && self.text.starts_with('0') && self.text.bytes().all(|byte| byte.is_ascii_digit());
        let same = padded && self.text.parse::<f64>().is_ok_and(|shown| shown == number);
        if same { u8::try_from(self.text.len()).unwrap_or(0) } else { 0 }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn count(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).and_then(|count| count.parse().ok()).map_or(1, |count: u32| count.max(1))
}

fn spaces(tag: &BytesStart<'_>) -> usize {
    attribute(tag, "text:c").and_then(|count| count.parse::<usize>().ok()).unwrap_or(1).min(TEXT_CHARS)
}

fn xml(error: impl std::fmt::Display) -> Problem {
    Problem::broken("ods", error)
}
