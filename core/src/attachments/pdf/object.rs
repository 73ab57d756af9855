//! The values a PDF is written with, read from bytes that may say anything.

use crate::limits::PDF_DEPTH;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    /// `null`, and whatever is of no use here: truth values, fractions.
    Other,
    /// A text, as its bytes.
    Text(Vec<u8>),
    /// A whole number.
    Int(i64),
    /// A name without its slash.
    Name(Vec<u8>),
    /// A list.
    Array(Vec<Object>),
    /// Names with their values.
    Dict(Dict),
    /// Number of another object.
    Ref(u32),
}

/// Names with their values, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dict(Vec<(Vec<u8>, Object)>);

impl Dict {
    /// Returns the value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Object> {
        self.0.iter().find(|(known, _)| known == name.as_bytes()).map(|(_, value)| value)
    }

    /// Returns the whole number of a name.
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Some(Object::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// Returns whether a name stands for a given name.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        matches!(self.get(name), Some(Object::Name(found)) if found == value.as_bytes())
    }
}

/// Why no value could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// The bytes end inside it: more of them may help.
    End,
    /// It is none.
    Bad,
}

/// Reads values from bytes.
pub(super) struct Parser<'a> {
    bytes: &'a [u8],
    /// How many bytes were read.
    pub(super) at: usize,
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

pub(super) fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Parser<'a> {
    /// Starts at the first byte.
    pub(super) fn new(bytes: &'a [u8]) -> Parser<'a> {
        Parser { bytes, at: 0 }
    }

    /// Reads the next value.
    ///
    /// # Errors
    /// Returns whether the bytes end or say something else.
    pub(super) fn object(&mut self) -> Result<Object, Broken> {
        self.value(0)
    }

    /// Reads a whole number.
    ///
    /// # Errors
    /// Returns whether the bytes end or say something else.
    pub(super) fn int(&mut self) -> Result<i64, Broken> {
        self.skip_space();
        match self.number()? {
            Object::Int(number) => Ok(number),
            _ => Err(Broken::Bad),
        }
    }

    /// Takes a word that must come next.
    ///
    /// # Errors
    /// Returns whether the bytes end or say something else.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Broken> {
        self.skip_space();
        let rest = self.rest();
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        Err(if word.as_bytes().starts_with(rest) { Broken::End } else { Broken::Bad })
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Result<u8, Broken> {
        self.bytes.get(self.at).copied().ok_or(Broken::End)
    }

    fn next(&mut self) -> Result<u8, Broken> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    /// Skips white space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Ok(byte) = self.peek() {
            if byte == b'%' {
                while self.next().is_ok_and(|byte| byte != b'\n' && byte != b'\r') {}
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Object, Broken> {
        if depth > PDF_DEPTH {
            return Err(Broken::Bad);
        }
        self.skip_space();
        match self.peek()? {
            b'/' => Ok(Object::Name(self.name()?)),
            b'(' => self.text(),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => self.dict(depth),
            b'<' => self.hex(),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.skip_space();
                    if self.peek()? == b']' {
                        self.at += 1;
                        return Ok(Object::Array(items));
                    }
                    items.push(self.value(depth + 1)?);
                }
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => self.number_or_ref(),
            _ => ["true", "false", "null"].iter().find_map(|word| self.word(word).ok()).map(|()| Object::Other).ok_or_else(
                || {
                    if self.rest().len() < 5 { Broken::End } else { Broken::Bad }
                },
            ),
        }
    }

    fn dict(&mut self, depth: usize) -> Result<Object, Broken> {
        self.at += 2;
        let mut entries = Vec::new();
        loop {
            self.skip_space();
            match self.peek()? {
                b'>' => {
                    self.word(">>")?;
                    return Ok(Object::Dict(Dict(entries)));
                }
                b'/' => {
                    let name = self.name()?;
                    entries.push((name, self.value(depth + 1)?));
                }
                _ => return Err(Broken::Bad),
            }
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, Broken> {
        self.at += 1;
        let mut name = Vec::new();
        loop {
            let byte = self.peek()?;
            if is_space(byte) || is_delimiter(byte) {
                return Ok(name);
            }
            self.at += 1;
            let hex = |at: usize| self.bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
            match (byte, hex(self.at), hex(self.at + 1)) {
                (b'#', Some(high), Some(low)) => {
                    self.at += 2;
                    name.push(u8::try_from(high * 16 + low).unwrap_or_default());
                }
                _ => name.push(byte),
            }
        }
    }

    /// Reads `<FEFF…>`; a digit that is missing at the end is 0.
    fn hex(&mut self) -> Result<Object, Broken> {
        self.at += 1;
        let mut digits = Vec::new();
        loop {
            match self.next()? {
                b'>' => break,
                byte => digits.extend(char::from(byte).to_digit(16)),
            }
        }
        let byte = |pair: &[u32]| match pair {
            [high, low] => high * 16 + low,
            [high] => high * 16,
            _ => 0,
        };
        Ok(Object::Text(digits.chunks(2).map(|pair| u8::try_from(byte(pair)).unwrap_or_default()).collect()))
    }

    /// Reads `(…)` with its escapes.
    fn text(&mut self) -> Result<Object, Broken> {
        let mut open = 0_usize;
        let mut text = Vec::new();
        loop {
            match self.next()? {
                b'\\' => self.escape(&mut text)?,
                b'(' => {
                    if open > 0 {
                        text.push(b'(');
                    }
                    open += 1;
                }
                b')' if open == 1 => return Ok(Object::Text(text)),
                b')' => {
                    open -= 1;
                    text.push(b')');
                }
                byte => text.push(byte),
            }
        }
    }

    /// Reads what stands behind a backslash.
    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Broken> {
        match self.next()? {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            // A line that goes on.
            b'\n' => {}
            b'\r' => {
                if self.peek()? == b'\n' {
                    self.at += 1;
                }
            }
            first @ b'0'..=b'7' => {
                let mut code = u32::from(first - b'0');
                for _ in 0..2 {
                    let byte = self.peek()?;
                    if !matches!(byte, b'0'..=b'7') {
                        break;
                    }
                    code = code * 8 + u32::from(byte - b'0');
                    self.at += 1;
                }
                text.push(u8::try_from(code & 0xFF).unwrap_or_default());
            }
            byte => text.push(byte),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Object, Broken> {
        let start = self.at;
        while matches!(self.peek()?, b'0'..=b'9' | b'+' | b'-' | b'.') {
            self.at += 1;
        }
        let digits = self.bytes.get(start..self.at).unwrap_or_default();
        if digits.is_empty() {
            return Err(Broken::Bad);
        }
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
        Ok(number.map_or(Object::Other, Object::Int))
    }

    /// Reads a number, or the number, generation and `R` of a reference.
    fn number_or_ref(&mut self) -> Result<Object, Broken> {
        let number = self.number()?;
        let Object::Int(first) = number else { return Ok(number) };
        let after = self.at;
        self.skip_space();
        if !self.peek()?.is_ascii_digit() {
            self.at = after;
            return Ok(number);
        }
        self.number()?;
        self.skip_space();
        let is_ref =
            self.peek()? == b'R' && self.bytes.get(self.at + 1).is_none_or(|byte| is_space(*byte) || is_delimiter(*byte));
        match u32::try_from(first) {
            Ok(number) if is_ref => {
                self.at += 1;
                Ok(Object::Ref(number))
            }
            _ => {
                self.at = after;
                Ok(number)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Object, Broken> {
        Parser::new(text.as_bytes()).object()
    }

    #[test]
    fn values_of_every_kind_are_read() {
        let Ok(Object::Dict(dict)) =
            read("<< /Type /Page /A#42 [1 2 0 R -3 (a\\)(b)) <0a> true] % note\n /Next 7 0 R /N null >> ")
        else {
            panic!("no dictionary")
        };
        assert!(dict.is("Type", "Page"));
        assert_eq!(dict.get("Next"), Some(&Object::Ref(7)));
        let Some(Object::Array(items)) = dict.get("AB") else { panic!("no list") };
        assert_eq!(items[..3], [Object::Int(1), Object::Ref(2), Object::Int(-3)]);
        assert_eq!(items.len(), 6);
    }

    #[test]
    fn nesting_over_the_limit_is_refused_without_a_stack_overflow() {
        assert_eq!(read(&"[".repeat(1_000_000)), Err(Broken::Bad));
        assert_eq!(read(&"<</a ".repeat(1_000_000)), Err(Broken::Bad));
        let fits = format!("{}{}", "[".repeat(PDF_DEPTH), "]".repeat(PDF_DEPTH));
        assert!(read(&fits).is_ok());
    }

    #[test]
    fn a_cut_value_asks_for_more_and_nonsense_does_not() {
        for cut in ["<< /A", "[1 2", "(abc", "<0a", "12", "nul"] {
            assert_eq!(read(cut), Err(Broken::End), "{cut}");
        }
        for bad in ["<< 1 >> ", ")     ", "nothing ", "}{     "] {
            assert_eq!(read(bad), Err(Broken::Bad), "{bad}");
        }
    }
}
