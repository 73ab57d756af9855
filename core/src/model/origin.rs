//! Where a value came from: every leaf of a record knows it, and every finding says it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::model::{Lang, Text};

/// The place one value was read from. Small, because a record holds one for each leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A cell: index of the file and the sheet in [`Sources`], row and column counted from 0.
    Cell {
        /// Index of the sheet in [`Sources`].
        sheet: u16,
        /// Row, from 0.
        row: u32,
        /// Column, from 0.
        col: u16,
    },
    /// A JSON pointer (RFC 6901) in the file of that index.
    Json {
        /// Index of the file in [`Sources`].
        sheet: u16,
        /// The pointer.
        pointer: Box<str>,
    },
    /// A line and column of a text file, both from 1.
    Line {
        /// Index of the file in [`Sources`].
        sheet: u16,
        /// Line.
        line: u32,
        /// Column, in characters.
        col: u32,
    },
    /// A value the product worked out, with the fields it was made from.
    Derived(Box<str>),
    /// A whole file or sheet.
    Sheet {
        /// Index of the sheet in [`Sources`].
        sheet: u16,
    },
    /// No place can be named.
    Nowhere,
}

/// Starts what is written in [`Origin::Derived`] of a value that was filled in from the ledger; its line follows.
const LEDGER: &str = "ledger:";

impl Origin {
    /// A value that was filled in from a line of the ledger.
    pub fn ledger(line: u64) -> Origin {
        Origin::Derived(format!("{LEDGER}{line}").into())
    }
}

/// The files and sheets that a run reads, named once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    sheets: Vec<(String, String)>,
    /// The folder of the input, from which the files it names are looked for.
    folder: PathBuf,
}

impl Sources {
    /// Adds a sheet (empty name for a file without sheets) and returns its index.
    pub fn add(&mut self, file: &str, sheet: &str) -> u16 {
        self.sheets.push((file.to_owned(), sheet.to_owned()));
        u16::try_from(self.sheets.len() - 1).unwrap_or(u16::MAX)
    }

    /// Says in which folder the input lies.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Sources {
        self.folder = folder.to_owned();
        self
    }

    /// Returns the folder in which the input lies; empty when it does not lie in one.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the file and sheet name of an index.
    pub fn sheet(&self, index: u16) -> (&str, &str) {
        self.sheets.get(usize::from(index)).map_or(("", ""), |(file, sheet)| (file.as_str(), sheet.as_str()))
    }

    /// Returns the names of the files, each once for each of its sheets.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(file, _)| file.as_str())
    }

    /// Spells out an origin.
    pub fn place(&self, origin: &Origin) -> Place {
        let of = |index: u16| {
            let (file, sheet) = self.sheet(index);
            Place { file: file.to_owned(), sheet: sheet.to_owned(), ..Place::default() }
        };
        match origin {
            Origin::Cell { sheet, row, col } => Place { cell: cell_name(*row, *col), ..of(*sheet) },
            Origin::Line { sheet, line, col } => Place { line: format!("{line}:{col}"), ..of(*sheet) },
            Origin::Json { sheet, pointer } => Place { pointer: pointer.to_string(), ..of(*sheet) },
            Origin::Derived(from) => Place { derived: from.to_string(), ..Place::default() },
            Origin::Sheet { sheet } => of(*sheet),
            Origin::Nowhere => Place::default(),
        }
    }

    /// Writes an origin as [`Place::display`] does, without spelling it out first.
    pub fn describe(&self, origin: &Origin, lang: Lang, text: &mut String) {
        let add = |text: &mut String, part: &str| {
            if !part.is_empty() && !text.is_empty() {
                text.push_str(SEPARATOR);
            }
            text.push_str(part);
        };
        match origin {
            Origin::Cell { sheet, .. } | Origin::Line { sheet, .. } | Origin::Json { sheet, .. } | Origin::Sheet { sheet } => {
                let (file, sheet) = self.sheet(*sheet);
                add(text, file);
                add(text, sheet);
            }
            Origin::Derived(_) | Origin::Nowhere => {}
        }
        match origin {
            Origin::Cell { row, col, .. } => add(text, &cell_name(*row, *col)),
            Origin::Json { pointer, .. } => add(text, pointer),
            Origin::Line { line, col, .. } => add(text, &format!("{line}:{col}")),
            Origin::Derived(from) if !from.is_empty() => text.push_str(&derived(from, lang)),
            Origin::Derived(_) | Origin::Sheet { .. } | Origin::Nowhere => {}
        }
    }
}

/// Stands between the parts of a place.
const SEPARATOR: &str = " › ";

/// What is said of a computed value, Japanese and English.
const DERIVED: (&str, &str) = ("自動入力", "filled in automatically");

/// Says where a computed value comes from.
fn derived(from: &str, lang: Lang) -> Cow<'static, str> {
    match from.strip_prefix(LEDGER) {
        Some(line) => lang
            .pick(&format!("台帳の{line}行目から入力"), &format!("filled in from line {line} of the ledger"))
            .to_owned()
            .into(),
        None => lang.pick(DERIVED.0, DERIVED.1).into(),
    }
}

/// A place spelled out for people and for JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// File name as it was given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// Sheet name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sheet: String,
    /// Cell such as `C7`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cell: String,
    /// JSON pointer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pointer: String,
    /// Line and column of a text file, `12:5`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub line: String,
    /// What a computed value was made from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub derived: String,
    /// Heading, table, cell and paragraph of a Word file.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub within: Text,
}

impl Place {
    /// Names a whole file.
    pub fn file(name: &str) -> Place {
        Place { file: name.to_owned(), ..Place::default() }
    }

    /// Writes the place as `file › sheet › cell`.
    pub fn display(&self, lang: Lang) -> String {
        let derived = if self.derived.is_empty() { Cow::Borrowed("") } else { derived(&self.derived, lang) };
        let within = self.within.get(lang);
        let parts: [&str; 7] = [&self.file, &self.sheet, &self.cell, &self.pointer, &self.line, &derived, within];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(SEPARATOR)
    }
}

/// Returns the spreadsheet name of a cell, `A1` for row 0 and column 0.
pub fn cell_name(row: u32, col: u16) -> String {
    use std::fmt::Write;
    let mut name = column_name(col);
    let _ = write!(name, "{}", u64::from(row) + 1);
    name
}

/// Returns the spreadsheet name of a column, `A` for 0.
pub fn column_name(col: u16) -> String {
    let digit = |rest: u16| char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0));
    // There is no zero among the letters: each further one takes its turn one later.
    let mut name = match col / 26 {
        0 => String::with_capacity(8),
        more => column_name(more - 1),
    };
    name.push(digit(col));
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_like_a_spreadsheet() {
        let names: Vec<String> = [0, 25, 26, 701, 702, 16383].into_iter().map(column_name).collect();
        assert_eq!(names, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn a_place_reads_from_the_file_to_the_cell() {
        let mut sources = Sources::default();
        let sheet = sources.add("a.xlsx", "施設");
        let place = sources.place(&Origin::Cell { sheet, row: 6, col: 2 });
        assert_eq!(place.display(Lang::Ja), "a.xlsx › 施設 › C7");
    }

    #[test]
    fn an_origin_is_described_as_its_place_is_displayed() {
        let mut sources = Sources::default();
        let (sheet, file) = (sources.add("a.xlsx", "施設"), sources.add("b.json", ""));
        for origin in [
            Origin::Cell { sheet, row: 6, col: 2 },
            Origin::Cell { sheet: file, row: 0, col: 0 },
            Origin::Cell { sheet: 9, row: 0, col: 0 },
            Origin::Sheet { sheet },
            Origin::Json { sheet: file, pointer: "/sites/0".into() },
            Origin::Json { sheet: file, pointer: "".into() },
            Origin::Derived("filing.date".into()),
            Origin::ledger(12),
            Origin::Derived("".into()),
            Origin::Nowhere,
        ] {
            for lang in [Lang::Ja, Lang::En] {
                let mut text = String::new();
                sources.describe(&origin, lang, &mut text);
                assert_eq!(text, sources.place(&origin).display(lang), "{origin:?}");
            }
        }
    }
}
