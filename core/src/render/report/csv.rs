//! A report as CSV: a file for each table and chart, because programs that read CSV take one table a file, and an overview
//! with all that is said around them. Lines end in CRLF; UTF-8 begins with a byte order mark, or Excel takes it for
//! Shift_JIS.
//!
//! A spreadsheet runs a text that begins like a formula. Such a text gets an apostrophe before it, and so does one that
//! begins with apostrophes followed by such a beginning: taking one apostrophe away from any value that [`unguarded`] says
//! has one gives the value back, so nothing is lost. Numbers, negative ones as well, are written as they are.

use super::fair_copy::{FairCopy, Grid, Part};
use super::value::Value;
use crate::limits;
use crate::render::RenderError;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvFile {
    /// Tells it from the others of the report, for its name: that of the table, `_overview`, or `_chart-` and a number.
    pub name: String,
    /// What is in it.
    pub holds: Holds,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Title, facts, headings, paragraphs and notes, and which tables there are; whether it is a draft.
    Overview,
    /// A table of the report.
    Table,
    /// The values of a chart.
    Chart,
}

/// How letters become bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 with a byte order mark.
    #[default]
    Utf8,
    /// Shift_JIS as Windows has it (CP932).
    ShiftJis,
}

/// Writes the files.
pub(super) fn write(copy: &FairCopy, encoding: Encoding) -> Result<Vec<CsvFile>, RenderError> {
    let mut files = vec![("_overview", Holds::Overview, overview(copy))];
    for part in &copy.parts {
        match part {
            Part::Table(grid) => files.push((&grid.name, Holds::Table, rows(grid))),
            Part::Chart(grid, _) => files.push((&grid.name, Holds::Chart, rows(grid))),
            Part::Heading(..) | Part::Paragraph(_) => {}
        }
    }
    let mut unfit = Unfit::default();
    let mut written = Vec::new();
    for (name, holds, rows) in files {
        if encoding == Encoding::ShiftJis {
            unfit.look(name, &rows);
        }
        written.push(CsvFile { name: name.to_owned(), holds, bytes: bytes(name, &rows, encoding)? });
    }
    if unfit.found.is_empty() {
        return Ok(written);
    }
    Err(RenderError::Encoding { encoding: "Shift_JIS", unfit: unfit.found, more: unfit.more })
}

type Rows = Vec<Vec<String>>;

fn rows(grid: &Grid) -> Rows {
    let mut rows = vec![grid.columns.iter().map(|(title, _)| guarded(title)).collect()];
    rows.extend(grid.rows.iter().map(|row| row.values.iter().map(value).collect()));
    rows
}

fn value(value: &Value) -> String {
    match value {
        Value::Number(figure) => figure.text.clone(),
        other => guarded(other.text()),
    }
}

/// Kind, label and content of everything that stands around the tables, in the order of the report.
fn overview(copy: &FairCopy) -> Rows {
    let mut rows = vec![["row", "label", "value"].map(|word| copy.say(word)).to_vec()];
    let mut say = |kind: &str, label: &str, value: &str| rows.push(vec![copy.say(kind), guarded(label), guarded(value)]);
    if let Some(draft) = &copy.draft {
        say("draft", &draft.word, &draft.note);
    }
    say("title", "", &copy.title);
    for (label, value) in &copy.facts {
        say("fact", label, value);
    }
    for (label, value) in &copy.about {
        say("about", label, value);
    }
    for part in &copy.parts {
        match part {
            Part::Heading(level, text) => say("heading", &level.to_string(), text),
            Part::Paragraph(text) => say("paragraph", "", text),
            Part::Table(grid) => {
                say("table", &grid.name, &grid.title);
                for note in &grid.notes {
                    say("note", &grid.name, note);
                }
            }
            Part::Chart(grid, _) => say("chart", &grid.name, &grid.title),
        }
    }
    rows
}

/// Returns a text that no spreadsheet runs.
fn guarded(text: &str) -> String {
    if is_formula(text.trim_start_matches('\'')) { format!("'{text}") } else { text.to_owned() }
}

/// Returns the value that a text in a file stands for, without the apostrophe that keeps it from being run.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

/// Returns whether a spreadsheet may take a text for a formula. A lone sign, which often stands for nothing, is none.
fn is_formula(text: &str) -> bool {
    let begins = text.trim_start();
    let mut letters = begins.chars();
    let first = letters.next();
    let is_begun = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
    is_begun && letters.next().is_some() && !is_number(begins)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()))
}

fn bytes(name: &str, rows: &Rows, encoding: Encoding) -> Result<Vec<u8>, RenderError> {
    let failed = |problem: String| RenderError::Report { at: format!("{name}.csv"), problem };
    let start = if encoding == Encoding::Utf8 { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(start);
    for row in rows {
        writer.write_record(row).map_err(|error| failed(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(error.to_string()))?;
    if encoding == Encoding::Utf8 {
        return Ok(bytes);
    }
    let text = String::from_utf8(bytes).map_err(|error| failed(error.to_string()))?;
    Ok(encoding_rs::SHIFT_JIS.encode(&text).0.into_owned())
}

/// The characters that have no place in Shift_JIS.
#[derive(Default)]
struct Unfit {
    found: Vec<(String, char)>,
    more: bool,
}

impl Unfit {
    fn look(&mut self, name: &str, rows: &Rows) {
        for (line, row) in (1..).zip(rows) {
            for (column, text) in (1..).zip(row).filter(|(_, text)| !text.is_ascii()) {
                for letter in text.chars().filter(|letter| !fits(*letter)) {
                    if self.found.len() == limits::REPORT_UNFIT {
                        self.more = true;
                        return;
                    }
                    self.found.push((format!("{name}.csv, line {line}, column {column}"), letter));
                }
            }
        }
    }
}

/// Returns whether a letter comes back as it was; the encoder makes others of some, such as a backslash of a yen sign.
fn fits(letter: char) -> bool {
    if letter.is_ascii() {
        return true;
    }
    let mut buffer = [0; 4];
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(letter.encode_utf8(&mut buffer));
    !lost && encoding_rs::SHIFT_JIS.decode_without_bom_handling(&bytes).0.chars().eq([letter])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_guarded_and_comes_back() {
        for text in ["=1+1", "+81-3", "-2+3", "@SUM(A1)", "＝1", "\t=1", " =cmd", "'=1", "''-x", "-a", "\n@x"] {
            let guarded = guarded(text);
            assert!(guarded.starts_with('\''), "{text:?}");
            assert_eq!(unguarded(&guarded), text);
        }
        for text in ["-", "+", "-5", "-5.25", "+3", "", "a=1", "'", "'abc", "－", "試験", "O'Neil"] {
            assert_eq!(guarded(text), text);
            assert_eq!(unguarded(text), text);
        }
    }

    #[test]
    fn a_letter_fits_when_it_comes_back_as_it_was() {
        assert!("髙﨑①㈱～－ｱ亜\u{2225}".chars().all(fits));
        for letter in ['𠮷', '¥', '−', '〜', '‾', 'é', '\u{a0}', '한'] {
            assert!(!fits(letter), "{letter}");
        }
    }
}
