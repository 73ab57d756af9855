//! Text tables: CSV with commas or tabs, in UTF-8, UTF-16 or Windows-31J (CP932).

use std::borrow::Cow;

use encoding_rs::{SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use super::report::Problem;
use super::sheet::{CellValue, Sheet, SheetBuilder};
use crate::model::Text;

/// Reads a text table; rows count as a spreadsheet would count them, blank lines included.
///
/// # Errors
/// Returns a problem when the encoding is unknown, a quotation mark is never closed, or a limit is passed.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Problem> {
    let text = decode(bytes)?;
    check_shape(&text)?;
    let delimiter = delimiter(&text);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut builder = SheetBuilder::default();
    let mut record = csv::StringRecord::new();
    let mut blank = BlankLines::new(&text);
    let mut row = 0_u32;
    loop {
        let from = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(builder.finish()),
            Ok(true) => {}
            Err(error) => return Err(Problem::broken("CSV", error)),
        }
        row = row.saturating_add(blank.skipped(from));
        for (col, field) in record.iter().enumerate() {
            // A field that is blank is no cell with a format: it must not count against the limit on those.
            if let Some(value) = CellValue::text(field) {
                builder.add(row, u32::try_from(col).unwrap_or(u32::MAX), Some(value))?;
            }
        }
        row = row.saturating_add(1);
    }
}

/// Decodes the whole file before it is split: the second byte of 表 or ソ in CP932 is a backslash, of others a bar.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Problem> {
    let with_mark = [(UTF_8, &b"\xEF\xBB\xBF"[..]), (UTF_16LE, b"\xFF\xFE"), (UTF_16BE, b"\xFE\xFF")];
    let marked = with_mark.into_iter().find_map(|(encoding, mark)| Some((encoding, bytes.strip_prefix(mark)?)));
    let (encoding, body) = match marked {
        Some(marked) => marked,
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (SHIFT_JIS, bytes),
    };
    encoding.decode_without_bom_handling_and_without_replacement(body).ok_or_else(|| Problem::new("IN-0012", vec![]))
}

pub(crate) fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if first.contains('\t') && !first.contains(',') { b'\t' } else { b',' }
}

/// Most fields of a line, as many as a spreadsheet has columns; trailing blank ones are common and harmless.
const LINE_FIELDS: u32 = 16_384;

/// Refuses a line of endless fields, and a quotation mark that opens a field and is never closed: all rows after it
/// would become one value.
pub(crate) fn check_shape(text: &str) -> Result<(), Problem> {
    let (mut line, mut opened, mut inside, mut at_start, mut fields) = (1_u32, 0, false, true, 0_u32);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += u32::from(c == '\n');
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
            }
            '"' if inside => inside = false,
            '"' if at_start => (inside, opened) = (true, line),
            _ => {}
        }
        at_start = !inside && matches!(c, ',' | '\t' | '\n' | '\r');
        fields = match c {
            ',' | '\t' if at_start => fields + 1,
            '\n' | '\r' if at_start => 0,
            _ => fields,
        };
        if fields > LINE_FIELDS {
            let problem = Problem::limit(Text::new("1行の列数", "columns of one line"), LINE_FIELDS);
            return Err(Problem { line: line.to_string(), ..problem });
        }
    }
    if inside {
        return Err(Problem { line: opened.to_string(), ..Problem::new("IN-0013", vec![]) });
    }
    Ok(())
}

/// Counts the blank lines that the reader passes over without a word.
struct BlankLines<'a> {
    bytes: &'a [u8],
}

impl<'a> BlankLines<'a> {
    fn new(text: &'a str) -> BlankLines<'a> {
        BlankLines { bytes: text.as_bytes() }
    }

    /// Returns how many blank lines begin at that byte, where a record ended.
    fn skipped(&mut self, from: usize) -> u32 {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let lines = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let (mut count, mut before) = (0_u32, 0);
        for byte in lines {
            // The two bytes of one line end, also when the record ended between them.
            let second_half =
                *byte == b'\n' && (before == b'\r' || (before == 0 && from > 0 && self.bytes.get(from - 1) == Some(&b'\r')));
            count += u32::from(!second_half);
            before = *byte;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<(u32, u16, String)> {
        let sheet = read(bytes).unwrap();
        sheet.cells.iter().map(|cell| (cell.row, cell.col, cell.value.shown().into_owned())).collect()
    }

    #[test]
    fn characters_with_a_backslash_byte_survive_cp932() {
        let text = "試験ID,目的\nDEMO,表と能力、ソの検討\n";
        let (bytes, _, _) = SHIFT_JIS.encode(text);
        assert_eq!(cells(&bytes), cells(text.as_bytes()));
        assert_eq!(cells(&bytes)[3].2, "表と能力、ソの検討");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_label() {
        for bytes in ["\u{FEFF}試験ID\tA".as_bytes(), b"\xFF\xFE\x66\x8A\x13\x9AI\0D\0\t\0A\0"] {
            assert_eq!(cells(bytes), [(0, 0, "試験ID".to_owned()), (0, 1, "A".to_owned())]);
        }
    }

    #[test]
    fn rows_count_as_in_a_spreadsheet() {
        let wanted = [(0, "a"), (2, "b\nb"), (5, "c")];
        for end in ["\n", "\r\n"] {
            let text = format!("a{end}{end}\"b\nb\"{end}{end}{end}c{end}");
            let found = cells(text.as_bytes());
            let found: Vec<_> = found.iter().map(|(row, _, text)| (*row, text.as_str())).collect();
            assert_eq!(found, wanted, "{end:?}");
        }
    }

    #[test]
    fn a_quotation_mark_that_never_closes_names_its_line() {
        let problem = read(b"a,b\n1,\"x\n2,y\n").unwrap_err();
        assert_eq!((problem.rule, problem.line.as_str()), ("IN-0013", "2"));
        assert!(read(b"a,b\n1,5\"\n").is_ok());
    }

    #[test]
    fn a_line_of_endless_fields_is_refused() {
        let line = |count: u32| format!("a{}\nb\n", ",".repeat(count as usize));
        assert!(read(line(LINE_FIELDS).as_bytes()).is_ok());
        assert_eq!(read(line(LINE_FIELDS + 1).as_bytes()).unwrap_err().rule, "IN-0005");
    }

    #[test]
    fn bytes_of_no_known_encoding_are_refused() {
        assert_eq!(read(b"a,\xA0\xFF\xFE\n").unwrap_err().rule, "IN-0012");
    }
}
