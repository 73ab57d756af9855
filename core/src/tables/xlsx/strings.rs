//! The texts that cells share: all of them must be at hand, so they stand in large pieces, each behind its length.

use std::io::BufRead;

use super::archive::Archive;
use super::book::Book;
use super::xml::{Tag, Token, Xml, text};
use crate::limits::{TABLE_STRINGS_BYTES, XML_TOKEN_BYTES};
use crate::model::Text;
use crate::tables::problem::Problem;

/// Bytes of a piece; a text does not go over its end.
const PIECE: usize = 1 << 20;
/// Places of texts in a piece of the index.
const INDEX_PIECE: usize = 1 << 16;
/// Longest text that is kept; a longer one is cut, and still over the limit on a cell.
const LONGEST: usize = 1 << 18;

/// The texts by number. No `Debug`: they are values of cells.
#[derive(Default)]
pub(super) struct Strings {
    pieces: Vec<String>,
    /// For each text the number of its piece in the upper 12 bits and its start there in the lower 20, and its length.
    index: Vec<Vec<(u32, u32)>>,
    bytes: usize,
}

impl Strings {
    /// Returns a text.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let (place, length) = *self.index.get(number / INDEX_PIECE)?.get(number % INDEX_PIECE)?;
        let start = usize::try_from(place & 0xF_FFFF).ok()?;
        let piece = self.pieces.get(usize::try_from(place >> 20).ok()?)?;
        piece.get(start..start + usize::try_from(length).ok()?)
    }

    fn push(&mut self, text: &str) -> Result<(), Problem> {
        let text = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
        self.bytes = self.bytes.saturating_add(text.len() + size_of::<(u32, u32)>());
        if self.bytes > TABLE_STRINGS_BYTES {
            let what = Text::new(
                "ブックの文字列のバイト数（これより大きい表はCSVで保存してください）",
                "bytes of texts in a workbook (save a larger table as CSV)",
            );
            return Err(Problem::limit(what, TABLE_STRINGS_BYTES));
        }
        if self.pieces.last().is_none_or(|piece| piece.len() + text.len() > PIECE) {
            self.pieces.push(String::with_capacity(PIECE));
        }
        if self.index.last().is_none_or(|piece| piece.len() == INDEX_PIECE) {
            self.index.push(Vec::with_capacity(INDEX_PIECE));
        }
        let number = u32::try_from(self.pieces.len() - 1).unwrap_or(u32::MAX);
        if let (Some(piece), Some(index)) = (self.pieces.last_mut(), self.index.last_mut()) {
            let start = u32::try_from(piece.len()).unwrap_or(u32::MAX);
            piece.push_str(text);
            index.push((number << 20 | start, u32::try_from(text.len()).unwrap_or(u32::MAX)));
        }
        Ok(())
    }
}

/// Reads the shared texts of a workbook.
///
/// # Errors
/// Returns the limit that is passed, or what is broken.
pub(super) fn read(archive: &mut Archive, book: &Book) -> Result<Strings, Problem> {
    match book.strings.as_deref().filter(|part| archive.has(part)) {
        Some(part) => read_part(archive.part(part)?),
        None => Ok(Strings::default()),
    }
}

fn read_part(source: impl BufRead) -> Result<Strings, Problem> {
    let mut strings = Strings::default();
    let mut xml = Xml::new(source);
    let mut rich = RichText::default();
    loop {
        match xml.next()? {
            Token::End => return Ok(strings),
            Token::Open(tag) if tag.name() == b"si" => {
                rich.clear();
                if tag.empty {
                    strings.push("")?;
                }
            }
            Token::Open(tag) => rich.open(&tag),
            Token::Text(bytes) => rich.text(bytes)?,
            Token::Close(b"si") => strings.push(&rich.value)?,
            Token::Close(name) => rich.close(name),
        }
    }
}

/// A text of runs, its readings left out.
#[derive(Default)]
pub(super) struct RichText {
    pub(super) value: String,
    in_text: bool,
    in_reading: bool,
}

impl RichText {
    /// Begins another text.
    pub(super) fn clear(&mut self) {
        self.value.clear();
        (self.in_text, self.in_reading) = (false, false);
    }

    /// An element opens.
    pub(super) fn open(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            b"t" => self.in_text = !tag.empty,
            b"rPh" => self.in_reading = !tag.empty,
            _ => {}
        }
    }

    /// An element closes.
    pub(super) fn close(&mut self, name: &[u8]) {
        match name {
            b"t" => self.in_text = false,
            b"rPh" => self.in_reading = false,
            _ => {}
        }
    }

    /// Text stands in an element.
    pub(super) fn text(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if self.in_text && !self.in_reading {
            self.value.push_str(&text(bytes)?);
            if self.value.len() > XML_TOKEN_BYTES {
                let what = Text::new("一つの文字列のバイト数", "bytes of one text");
                return Err(Problem::limit(what, XML_TOKEN_BYTES));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_joined_and_readings_left_out() {
        let xml = "<sst><si><t>登録 </t></si><si><r><t>発</t></r><r><t>熱</t></r><rPh><t>ハツネツ</t></rPh></si><si/><si><t/></si></sst>";
        let strings = read_part(xml.as_bytes()).ok().unwrap();
        let all: Vec<Option<&str>> = (0..5).map(|at| strings.get(at)).collect();
        assert_eq!(all, [Some("登録 "), Some("発熱"), Some(""), Some(""), None]);
    }

    #[test]
    fn texts_keep_their_numbers_over_many_pieces() {
        let mut strings = Strings::default();
        for number in 0..200_000 {
            strings.push(&format!("例示{number}")).ok().unwrap();
        }
        assert!(strings.pieces.len() > 2 && strings.index.len() > 2);
        assert!((0..200_000).all(|number| strings.get(number) == Some(&format!("例示{number}"))));
    }

    #[test]
    fn more_texts_than_the_memory_for_them_are_refused() {
        let mut strings = Strings::default();
        let text = "x".repeat(LONGEST);
        let room = TABLE_STRINGS_BYTES / (LONGEST + 8);
        assert!((0..room).all(|_| strings.push(&text).is_ok()));
        assert_eq!(strings.push(&text).err().map(|problem| problem.rule), Some("TB-0004"));
    }
}
