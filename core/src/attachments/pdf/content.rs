//! What a page draws, as far as it matters here: whether it shows text, and which forms it draws.

use std::io::Read;

use super::object::{is_delimiter, is_space};
use crate::limits::PDF_FORMS;

/// What a page's content does.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Drawn {
    /// It shows a text that is not empty.
    pub(super) text: bool,
    /// Names of what else it draws: pictures, and forms that may show text.
    pub(super) names: Vec<Vec<u8>>,
}

/// Reads a content stream up to its first text.
///
/// # Errors
/// Returns what the stream said; content that ends early is read as far as it goes.
pub(super) fn drawn(stream: impl Read) -> std::io::Result<Drawn> {
    let mut reader = Bytes { stream, buffer: Vec::new(), at: 0 };
    let mut drawn = Drawn::default();
    let (mut word, mut name) = (Vec::new(), Vec::new());
    let mut has_text = false;
    while let Some(byte) = reader.next()? {
        match byte {
            b'%' => while reader.next()?.is_some_and(|byte| byte != b'\n' && byte != b'\r') {},
            b'(' => has_text |= reader.text()?,
            b'<' if reader.peek()? == Some(b'<') => reader.at += 1,
            b'<' => {
                while let Some(byte) = reader.next()?.filter(|byte| *byte != b'>') {
                    has_text |= byte.is_ascii_hexdigit();
                }
            }
            b'/' => reader.word(&mut name)?,
            _ if is_space(byte) || is_delimiter(byte) => {}
            _ => {
                word.clear();
                word.push(byte);
                reader.word_after(&mut word)?;
                match word.as_slice() {
                    b"Tj" | b"TJ" | b"'" | b"\"" if has_text => {
                        drawn.text = true;
                        return Ok(drawn);
                    }
                    b"Do" if drawn.names.len() < PDF_FORMS => drawn.names.push(name.clone()),
                    b"ID" => reader.skip_image()?,
                    _ => {}
                }
                // Numbers between the texts of one operator do not end it.
                if !word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.')) {
                    has_text = false;
                }
            }
        }
    }
    Ok(drawn)
}

/// Longest word or name that is kept, bytes.
const WORD: usize = 256;

/// Bytes of a stream, one at a time with one ahead.
struct Bytes<R> {
    stream: R,
    buffer: Vec<u8>,
    at: usize,
}

impl<R: Read> Bytes<R> {
    fn peek(&mut self) -> std::io::Result<Option<u8>> {
        if self.at >= self.buffer.len() {
            self.buffer.resize(16 << 10, 0);
            let read = self.stream.read(&mut self.buffer)?;
            self.buffer.truncate(read);
            self.at = 0;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    fn next(&mut self) -> std::io::Result<Option<u8>> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    fn word(&mut self, word: &mut Vec<u8>) -> std::io::Result<()> {
        word.clear();
        self.word_after(word)
    }

    fn word_after(&mut self, word: &mut Vec<u8>) -> std::io::Result<()> {
        while let Some(byte) = self.peek()?.filter(|byte| !is_space(*byte) && !is_delimiter(*byte)) {
            if word.len() < WORD {
                word.push(byte);
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Skips the rest of a text in brackets; returns whether anything is in it.
    fn text(&mut self) -> std::io::Result<bool> {
        let (mut open, mut any) = (1_usize, false);
        while let Some(byte) = self.next()? {
            match byte {
                b'\\' => {
                    self.next()?;
                }
                b'(' => open += 1,
                b')' if open == 1 => return Ok(any),
                b')' => open -= 1,
                _ => {}
            }
            any = true;
        }
        Ok(any)
    }

    /// Skips the bytes of a picture that stands in the content itself.
    fn skip_image(&mut self) -> std::io::Result<()> {
        let mut last = [b' '; 3];
        while let Some(byte) = self.next()? {
            let [_, second, third] = last;
            let ends = is_space(second) && third == b'E' && byte == b'I';
            last = [second, third, byte];
            if ends && self.peek()?.is_none_or(is_space) {
                return Ok(());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(content: &str) -> bool {
        drawn(content.as_bytes()).unwrap().text
    }

    #[test]
    fn every_way_to_show_a_text_counts_and_an_empty_one_does_not() {
        for shows in ["BT (a) Tj ET", "[(a) -20 (b)] TJ", "(a)'", "1 2 (a) \"", "<0041> Tj", "[<00> 3 <41>]TJ"] {
            assert!(text(shows), "{shows}");
        }
        for silent in ["() Tj", "<> Tj", "(a) pop Q", "% (a) Tj", "q 1 0 0 1 0 0 cm /Im0 Do Q", "/Tj (", ""] {
            assert!(!text(silent), "{silent}");
        }
    }

    #[test]
    fn a_picture_in_the_content_is_no_text() {
        assert!(!text("BI /W 1 ID (x) Tj EI Q"));
        assert!(text("BI /W 1 ID xEIx\nEI Q (a) Tj"));
        assert!(text("/Span << /MCID 0 >> BDC (a) Tj"));
    }

    #[test]
    fn forms_over_the_limit_are_not_followed() {
        let content = "/Fm0 Do ".repeat(PDF_FORMS + 1);
        assert_eq!(drawn(content.as_bytes()).unwrap().names.len(), PDF_FORMS);
    }

    #[test]
    fn what_is_drawn_is_named() {
        assert_eq!(drawn(&b"q /Fm0 Do Q /Im1 Do"[..]).unwrap().names, [b"Fm0".to_vec(), b"Im1".to_vec()]);
    }
}
