//! The tables at the end of a PDF that say where its objects are, newest first.

use std::collections::{BTreeSet, VecDeque};
use std::io::BufRead;

use super::PdfError;
use super::document::{Document, Entry};
use super::object::{Dict, Object, Parser, is_space};
use crate::limits;

const BROKEN: PdfError = PdfError::Damaged("its table of objects is missing or broken");

impl Document<'_> {
    /// Reads every table, from the one named last to the oldest.
    pub(super) fn read_tables(&mut self) -> Result<(), PdfError> {
        let mut open = VecDeque::from([self.last_table()?]);
        let mut seen = BTreeSet::new();
        while let Some(offset) = open.pop_front() {
            if !seen.insert(offset) {
                continue;
            }
            let head = self.window(self.shifted(offset), 64)?;
            let mut parser = Parser::new(&head);
            let trailer = if parser.word("xref").is_ok() { self.table(offset, parser.at)? } else { self.table_stream(offset)? };
            for older in ["XRefStm", "Prev"] {
                open.extend(trailer.int(older).and_then(|offset| u64::try_from(offset).ok()));
            }
            if seen.len() == 1 {
                self.trailer = trailer;
            }
        }
        Ok(())
    }

    /// Finds the offset that the end of the file names.
    fn last_table(&mut self) -> Result<u64, PdfError> {
        const TAIL: u64 = 2048;
        const WORD: &[u8] = b"startxref";
        let tail = self.window(self.length.saturating_sub(TAIL), 2048)?;
        let at = tail.windows(WORD.len()).rposition(|bytes| bytes == WORD).ok_or(BROKEN)?;
        let mut rest = tail.get(at + WORD.len()..).unwrap_or_default().to_vec();
        rest.push(b' ');
        let offset = Parser::new(&rest).int().map_err(|_| BROKEN)?;
        u64::try_from(offset).map_err(|_| BROKEN)
    }

    fn add(&mut self, number: u64, entry: Entry) -> Result<(), PdfError> {
        if self.entries.len() >= limits::PDF_OBJECTS {
            return Err(PdfError::Limit("objects"));
        }
        if let Ok(number) = u32::try_from(number) {
            self.entries.entry(number).or_insert(entry);
        }
        Ok(())
    }

    /// Reads a table written as text; `skip` is the length of its first word.
    fn table(&mut self, offset: u64, skip: usize) -> Result<Dict, PdfError> {
        let start = self.shifted(offset).saturating_add(skip as u64);
        let mut words = Words { reader: self.reader(start)?, read: 0 };
        loop {
            let word = words.next()?;
            if word == b"trailer" {
                let after = start + words.read;
                let (trailer, _) = self.parse(after, |parser| parser.object())?;
                return match trailer {
                    Object::Dict(trailer) => Ok(trailer),
                    _ => Err(BROKEN),
                };
            }
            let first = number(&word)?;
            let count = number(&words.next()?)?;
            for at in 0..count {
                self.spend(20)?;
                let offset = number(&words.next()?)?;
                words.next()?;
                match words.next()?.as_slice() {
                    b"n" => self.add(first.saturating_add(at), Entry::At(offset))?,
                    b"f" => self.add(first.saturating_add(at), Entry::Free)?,
                    _ => return Err(BROKEN),
                }
            }
        }
    }

    /// Reads a table packed as a stream.
    fn table_stream(&mut self, offset: u64) -> Result<Dict, PdfError> {
        let stream = self.stream_at(offset, None)?.ok_or(BROKEN)?;
        let ints = |object: Option<&Object>| -> Option<Vec<u64>> {
            let Some(Object::Array(items)) = object else { return None };
            let int = |item: &Object| if let Object::Int(int) = item { u64::try_from(*int).ok() } else { None };
            items.iter().map(int).collect()
        };
        let widths = ints(stream.dict.get("W")).ok_or(BROKEN)?;
        let [kind, second, third] = widths.as_slice() else { return Err(BROKEN) };
        if widths.iter().any(|width| *width > 8) || kind + second + third == 0 {
            return Err(BROKEN);
        }
        let size = u64::try_from(stream.dict.int("Size").unwrap_or(0)).unwrap_or(0);
        let index = ints(stream.dict.get("Index")).unwrap_or_else(|| vec![0, size]);
        let bytes = self.unpacked(&stream)?;
        let mut rest = bytes.as_slice();
        let mut take = |width: u64, default: u64| -> Option<u64> {
            if width == 0 {
                return Some(default);
            }
            let (field, after) = rest.split_at_checked(usize::try_from(width).ok()?)?;
            rest = after;
            Some(field.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
        };
        for section in index.chunks(2) {
            let [first, count] = section else { return Err(BROKEN) };
            for at in 0..*count {
                let (Some(kind), Some(place), Some(inner)) = (take(*kind, 1), take(*second, 0), take(*third, 0)) else { break };
                let entry = match kind {
                    1 => Entry::At(place),
                    2 => Entry::In(u32::try_from(place).map_err(|_| BROKEN)?, usize::try_from(inner).map_err(|_| BROKEN)?),
                    _ => Entry::Free,
                };
                self.add(first.saturating_add(at), entry)?;
            }
        }
        Ok(stream.dict)
    }
}

fn number(word: &[u8]) -> Result<u64, PdfError> {
    std::str::from_utf8(word).ok().and_then(|word| word.parse().ok()).ok_or(BROKEN)
}

/// The words of a table.
struct Words<R> {
    reader: R,
    read: u64,
}

impl<R: BufRead> Words<R> {
    fn next(&mut self) -> Result<Vec<u8>, PdfError> {
        let mut word = Vec::new();
        let mut byte = [0_u8];
        while self.reader.read(&mut byte)? == 1 {
            let [byte] = byte;
            // What follows the last word starts right after it.
            if byte == b'<' {
                break;
            }
            self.read += 1;
            match (is_space(byte), word.is_empty()) {
                (true, true) => {}
                (true, false) => return Ok(word),
                (false, _) if word.len() < 32 => word.push(byte),
                (false, _) => return Err(BROKEN),
            }
        }
        if word.is_empty() { Err(BROKEN) } else { Ok(word) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_a_dictionary_starts() {
        let mut words = Words { reader: &b" 0 1\r\n trailer<</a 1>>"[..], read: 0 };
        assert_eq!([words.next().unwrap(), words.next().unwrap(), words.next().unwrap()], [&b"0"[..], b"1", b"trailer"]);
        assert_eq!(words.read, 14);
    }
}
