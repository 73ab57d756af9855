//! A sheet as a list of its filled cells, the same for every spreadsheet format and for CSV.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::report::Problem;
use crate::limits::{SHEET_CELLS, SHEET_COLUMNS, SHEET_EMPTY_CELLS, SHEET_MERGES, SHEET_ROWS, TEXT_CHARS};
use crate::model::{Scalar, Text};

/// The filled cells of one sheet, by row and column.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Cells with something in them, sorted by row and column, no two at one place.
    pub(super) cells: Vec<Cell>,
    /// Merged areas.
    pub(super) merges: Vec<Area>,
    /// What went wrong on the way.
    pub(super) troubles: Vec<Trouble>,
}

/// One filled cell.
#[derive(Debug)]
pub(super) struct Cell {
    /// Row, from 0.
    pub(super) row: u32,
    /// Column, from 0.
    pub(super) col: u16,
    /// What is in it.
    pub(super) value: CellValue,
}

/// What is in a cell.
#[derive(Debug)]
pub(super) enum CellValue {
    /// A value.
    Value(Scalar),
    /// An error such as `#REF!`.
    Error(Box<str>),
    /// A formula whose result was not saved.
    Uncached,
    /// A text over the limit, of that many characters.
    TooLong(u32),
}

/// A rectangle of cells, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    /// First row.
    pub(super) top: u32,
    /// First column.
    pub(super) left: u16,
    /// Last row.
    pub(super) bottom: u32,
    /// Last column.
    pub(super) right: u16,
}

/// Something wrong at a cell or on the whole sheet, whatever the sheet is used for.
#[derive(Debug)]
pub(super) struct Trouble {
    /// The cell.
    pub(super) at: Option<(u32, u16)>,
    /// What is wrong.
    pub(super) problem: Problem,
}

impl CellValue {
    /// Makes a value of a text; nothing when it is blank.
    pub(super) fn text(text: &str) -> Option<CellValue> {
        if text.trim().is_empty() {
            return None;
        }
        // Bytes bound characters, so the count is made only where it can matter.
        if text.len() > TEXT_CHARS {
            let count = text.chars().count();
            if count > TEXT_CHARS {
                return Some(CellValue::TooLong(u32::try_from(count).unwrap_or(u32::MAX)));
            }
        }
        Some(CellValue::Value(Scalar::Text(text.into())))
    }

    /// Makes a value of a number whose format pads it with zeros to `padded` digits (0 for none).
    pub(super) fn number(value: f64, padded: u8) -> Option<CellValue> {
        Some(CellValue::Value(Scalar::Number { value, padded }))
    }

    /// Returns the value as a label or key reads; empty when it is none.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        match self {
            CellValue::Value(Scalar::Text(text)) => Cow::Borrowed(text),
            CellValue::Value(scalar) => Cow::Owned(key_text(scalar)),
            CellValue::Error(text) => Cow::Borrowed(text),
            CellValue::Uncached | CellValue::TooLong(_) => Cow::Borrowed(""),
        }
    }
}

/// Writes a value as a key: trimmed, full-width letters and digits as half-width ones, whole numbers without a point.
pub(super) fn key_text(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) | Scalar::Date(text) => fold_width(text).trim().to_owned(),
        Scalar::Number { value, padded } if value.fract() == 0.0 && value.abs() < 1e15 => {
            format!("{value:0>width$.0}", width = usize::from(*padded))
        }
        Scalar::Number { value, .. } => value.to_string(),
        Scalar::Bool(value) => value.to_string(),
    }
}

/// Writes full-width ASCII as half-width and half-width kana as full-width, and touches nothing else.
pub(super) fn fold_width(text: &str) -> Cow<'_, str> {
    let is_other_width = |c: char| matches!(c, '\u{3000}' | '\u{FF01}'..='\u{FF5E}' | '\u{FF61}'..='\u{FF9F}');
    if !text.contains(is_other_width) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_other_width) {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let end = tail.find(|c| !is_other_width(c)).unwrap_or(tail.len());
        let (wide, after) = tail.split_at_checked(end).unwrap_or((tail, ""));
        folded.push_str(plain);
        folded.extend(wide.nfkc());
        rest = after;
    }
    folded.push_str(rest);
    Cow::Owned(folded)
}

/// Gathers the cells of a sheet within the limits.
#[derive(Debug, Default)]
pub(super) struct SheetBuilder {
    sheet: Sheet,
    seen: usize,
    empty: usize,
    outside: bool,
}

impl SheetBuilder {
    /// Adds a cell; `None` counts as an empty one.
    ///
    /// # Errors
    /// Returns the limit when the sheet has too many cells.
    pub(super) fn add(&mut self, row: u32, col: u32, value: Option<CellValue>) -> Result<(), Problem> {
        self.seen += 1;
        if self.seen > SHEET_CELLS {
            return Err(Problem::limit(Text::new("シートのセル数", "cells of a sheet"), SHEET_CELLS));
        }
        let Some(value) = value else {
            self.empty += 1;
            return if self.empty > SHEET_EMPTY_CELLS {
                Err(Problem::limit(
                    Text::new("書式だけが付いた空のセルの数", "empty cells that only have a format"),
                    SHEET_EMPTY_CELLS,
                ))
            } else {
                Ok(())
            };
        };
        match u16::try_from(col) {
            Ok(col) if row <= SHEET_ROWS && u32::from(col) <= SHEET_COLUMNS => self.sheet.cells.push(Cell { row, col, value }),
            col if !self.outside => {
                self.outside = true;
                let values = vec![
                    ("rows", (u64::from(SHEET_ROWS) + 1).to_string().into()),
                    ("columns", (u64::from(SHEET_COLUMNS) + 1).to_string().into()),
                ];
                self.trouble(col.ok().map(|col| (row, col)), Problem::new("IN-0010", values));
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes a merged area; one cell alone is none.
    ///
    /// # Errors
    /// Returns the limit when the sheet has too many.
    pub(super) fn merge(&mut self, (top, left): (u32, u32), (bottom, right): (u32, u32)) -> Result<(), Problem> {
        let col = |col: u32| u16::try_from(col).unwrap_or(u16::MAX);
        if (bottom, right) != (top, left) {
            if self.sheet.merges.len() >= SHEET_MERGES {
                return Err(Problem::limit(Text::new("結合されたセルの数", "merged areas of a sheet"), SHEET_MERGES));
            }
            self.sheet.merges.push(Area { top, left: col(left), bottom, right: col(right) });
        }
        Ok(())
    }

    /// Notes that something is wrong.
    pub(super) fn trouble(&mut self, at: Option<(u32, u16)>, problem: Problem) {
        if self.sheet.troubles.len() < crate::limits::FINDINGS_PER_TRIAL {
            self.sheet.troubles.push(Trouble { at, problem });
        }
    }

    /// Returns where the last filled cell stands.
    pub(super) fn last(&self) -> Option<(u32, u16)> {
        self.sheet.cells.last().map(|cell| (cell.row, cell.col))
    }

    /// Returns the sheet; of two cells at one place the first stays and is reported.
    pub(super) fn finish(mut self) -> Sheet {
        let place = |cell: &Cell| (cell.row, cell.col);
        if !self.sheet.cells.is_sorted_by_key(place) {
            self.sheet.cells.sort_by_key(place);
        }
        let mut twice = Vec::new();
        self.sheet.cells.dedup_by(|second, first| {
            let same = place(first) == place(second);
            if same {
                twice.push(place(second));
            }
            same
        });
        for at in twice {
            self.trouble(Some(at), Problem::new("IN-0044", vec![]));
        }
        self.sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_texts_are_the_same_key() {
        let keys = ["1", "１", " 1\u{3000}"].map(|text| key_text(&Scalar::Text(text.into())));
        assert_eq!(keys, ["1", "1", "1"]);
        assert_eq!(key_text(&Scalar::Number { value: 1.0, padded: 0 }), "1");
        assert_eq!(key_text(&Scalar::Number { value: 1.0, padded: 3 }), "001");
        assert_eq!(key_text(&Scalar::Number { value: 1.5, padded: 0 }), "1.5");
    }

    #[test]
    fn folding_width_leaves_other_characters_alone() {
        assert_eq!(fold_width("㈱ＡＢＣ　ｶﾞ①神"), "㈱ABC ガ①神");
    }

    #[test]
    fn of_two_cells_at_one_place_the_first_stays_and_is_reported() {
        let mut builder = SheetBuilder::default();
        builder.add(1, 0, CellValue::text("b")).unwrap();
        builder.add(0, 0, CellValue::text("a")).unwrap();
        builder.add(0, 0, CellValue::text("c")).unwrap();
        let sheet = builder.finish();
        let shown: Vec<_> = sheet.cells.iter().map(|cell| cell.value.shown().into_owned()).collect();
        assert_eq!(shown, ["a", "b"]);
        assert_eq!(sheet.troubles[0].at, Some((0, 0)));
    }

    #[test]
    fn merged_areas_over_the_limit_are_refused() {
        let mut builder = SheetBuilder::default();
        for _ in 0..SHEET_MERGES {
            builder.merge((0, 0), (1, 1)).unwrap();
        }
        assert!(builder.merge((0, 0), (0, 0)).is_ok());
        assert_eq!(builder.merge((0, 0), (1, 1)).unwrap_err().rule, "IN-0005");
    }

    #[test]
    fn a_text_over_the_limit_is_not_kept() {
        assert!(matches!(CellValue::text(&"あ".repeat(TEXT_CHARS)), Some(CellValue::Value(_))));
        assert!(matches!(CellValue::text(&"あ".repeat(TEXT_CHARS + 1)), Some(CellValue::TooLong(_))));
        assert!(CellValue::text(" \u{3000}\n").is_none());
    }
}
