//! Text tables: commas, tabs or semicolons, quoted values with line breaks, in the encodings of [`super::decode`].

use std::io::Read;

use super::decode::Decoded;
use super::problem::{Halt, Problem};
use super::rows::Rows;
use crate::limits::{TABLE_HEADER_ROWS, TABLE_ROW_BYTES};
use crate::model::Text;

/// Reads a text table. A row has the number of the line on which it starts.
///
/// # Errors
/// Returns why the table is not read on.
pub(super) fn read(source: impl Read, rows: &mut Rows<'_>) -> Result<(), Halt> {
    let mut text = Decoded::new(source);
    text.more()?;
    let delimiter = delimiter(text.rest(), text.ended());
    let mut fields = Vec::new();
    let mut scratch = String::new();
    let mut line = 1_u64;
    rows.begin("");
    loop {
        match scan(text.rest(), text.ended(), delimiter, &mut fields) {
            Scan::Row { bytes, lines } => {
                let all = text.rest();
                for (column, field) in fields.iter().enumerate() {
                    rows.cell(line, u32::try_from(column).unwrap_or(u32::MAX), field.value(all, &mut scratch));
                }
                rows.end_row(line)?;
                line += lines;
                text.consume(bytes);
            }
            Scan::More { .. } if text.rest().len() > TABLE_ROW_BYTES => {
                let what = Text::new(
                    "1行のバイト数（引用符の閉じ忘れも確かめてください）",
                    "bytes of one row (a quotation mark may be open)",
                );
                return Err(Problem::limit(what, TABLE_ROW_BYTES).at(line).into());
            }
            Scan::More { .. } if !text.ended() => text.more()?,
            Scan::More { .. } | Scan::End if text.broken().is_some() => {
                let at = line + lines_of(text.rest().as_bytes());
                let values = vec![("encoding", text.broken().unwrap_or_default().into())];
                return Err(Problem::new("TB-0008", values).at(at).into());
            }
            Scan::More { lines } => return Err(Problem::new("TB-0009", vec![]).at(line + lines).into()),
            Scan::End => return rows.end(),
        }
    }
}

/// What stands at the start of a window.
enum Scan {
    /// A row of so many bytes and lines.
    Row { bytes: usize, lines: u64 },
    /// The window ends inside a row; the value in which it ends starts so many lines further down.
    More { lines: u64 },
    /// Nothing.
    End,
}

/// A value as it stands in the window.
struct Field {
    start: usize,
    end: usize,
    /// It has quotation marks inside, or text after the closing one.
    marks: bool,
}

impl Field {
    fn value<'t>(&self, text: &'t str, scratch: &'t mut String) -> &'t str {
        let raw = text.get(self.start..self.end).unwrap_or_default();
        if !self.marks {
            return raw;
        }
        // As spreadsheets read it: two marks are one, and after the closing one everything is taken as it is.
        scratch.clear();
        let mut chars = raw.chars();
        let mut inside = true;
        while let Some(c) = chars.next() {
            if c == '"' && inside {
                match chars.next() {
                    Some('"') => scratch.push('"'),
                    Some(other) => {
                        inside = false;
                        scratch.push(other);
                    }
                    None => {}
                }
            } else {
                scratch.push(c);
            }
        }
        scratch
    }
}

/// Splits the first row of a window.
fn scan(text: &str, ended: bool, delimiter: u8, fields: &mut Vec<Field>) -> Scan {
    fields.clear();
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return if ended { Scan::End } else { Scan::More { lines: 0 } };
    }
    let mut at = 0;
    let mut lines = 0;
    loop {
        let quoted = bytes.get(at) == Some(&b'"');
        let (field, stop) = if quoted {
            match quoted_field(bytes, at + 1, ended, delimiter) {
                Some(found) => found,
                None => return Scan::More { lines },
            }
        } else {
            plain_field(bytes, at, delimiter)
        };
        if quoted {
            lines += lines_of(bytes.get(field.start..field.end).unwrap_or_default());
        }
        fields.push(field);
        match (bytes.get(stop), bytes.get(stop + 1)) {
            (None, _) if !ended => return Scan::More { lines },
            (None, _) => return Scan::Row { bytes: stop, lines: lines + 1 },
            (Some(byte), _) if *byte == delimiter => at = stop + 1,
            (Some(b'\r'), None) if !ended => return Scan::More { lines },
            (Some(b'\r'), Some(b'\n')) => return Scan::Row { bytes: stop + 2, lines: lines + 1 },
            _ => return Scan::Row { bytes: stop + 1, lines: lines + 1 },
        }
    }
}

fn plain_field(bytes: &[u8], start: usize, delimiter: u8) -> (Field, usize) {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest.iter().position(|byte| ends_field(*byte, delimiter)).unwrap_or(rest.len());
    (Field { start, end: start + length, marks: false }, start + length)
}

/// Finds the end of a value whose opening mark stands before `start`; nothing when the window ends before.
fn quoted_field(bytes: &[u8], start: usize, ended: bool, delimiter: u8) -> Option<(Field, usize)> {
    let mut at = start;
    let mut marks = false;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
        match bytes.get(at + 1) {
            Some(b'"') => {
                marks = true;
                at += 2;
            }
            Some(byte) if ends_field(*byte, delimiter) => return Some((Field { start, end: at, marks }, at + 1)),
            Some(_) => {
                let (rest, stop) = plain_field(bytes, at + 1, delimiter);
                return Some((Field { start, end: rest.end, marks: true }, stop));
            }
            None if ended => return Some((Field { start, end: at, marks }, at + 1)),
            None => return None,
        }
    }
}

fn ends_field(byte: u8, delimiter: u8) -> bool {
    byte == delimiter || byte == b'\n' || byte == b'\r'
}

/// Counts line ends; CR LF is one.
fn lines_of(bytes: &[u8]) -> u64 {
    let mut before = 0;
    let mut count = 0;
    for byte in bytes {
        count += u64::from(*byte == b'\r' || (*byte == b'\n' && before != b'\r'));
        before = *byte;
    }
    count
}

/// Tells the delimiter by the rows at the top: the one by which most rows below a header have as many values as it; where that is
/// equal, the one by which the header has more titles; then the comma.
fn delimiter(text: &str, ended: bool) -> u8 {
    let mut best = (0, 0, b',');
    for candidate in [b',', b'\t', b';'] {
        let (alike, titles) = shape(text, ended, candidate);
        if (alike, titles) > (best.0, best.1) {
            best = (alike, titles, candidate);
        }
    }
    best.2
}

/// Returns how many rows have as many values as the header, and how many titles that has.
fn shape(text: &str, ended: bool, delimiter: u8) -> (usize, usize) {
    let mut rest = text;
    let mut fields = Vec::new();
    let mut header: Option<(usize, usize)> = None;
    let mut alike = 0;
    for _ in 0..TABLE_HEADER_ROWS * 2 {
        let Scan::Row { bytes, .. } = scan(rest, ended, delimiter, &mut fields) else { break };
        let filled =
            fields.iter().filter(|field| !rest.get(field.start..field.end).unwrap_or_default().trim().is_empty()).count();
        match header {
            None if filled >= 2 => header = Some((fields.len(), filled)),
            Some((width, _)) if fields.len() == width => alike += 1,
            _ => {}
        }
        rest = rest.get(bytes..).unwrap_or_default();
    }
    (alike, header.map_or(0, |(_, filled)| filled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_told_by_the_header() {
        for (text, wanted) in [
            ("a,b,c\n1,2,3\n", b','),
            ("a\tb\tc\n1,5\t2\t3\n", b'\t'),
            ("a;b;c\n1,5;2,5;3,5\n", b';'),
            ("一覧, 2026年度, 例示病院\n\n登録番号\t性別\t年齢\tコメント\nR-1\t女\t50\t\n", b'\t'),
            ("A; B; C; D\nid,sex\n1,F\n2,M\n", b','),
            ("id\n1\n", b','),
            ("\"a;b\",\"c\"\n", b','),
        ] {
            assert_eq!(delimiter(text, true), wanted, "{text}");
        }
    }
}
