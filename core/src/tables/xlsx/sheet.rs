//! The cells of one sheet.

use std::io::BufRead;

use super::cell_ref;
use super::number;
use super::strings::{RichText, Strings};
use super::styles::Look;
use super::xml::{Tag, Token, Xml, text};
use crate::limits::{TABLE_MERGES, XML_TOKEN_BYTES};
use crate::model::Text;
use crate::tables::problem::{Halt, Problem};
use crate::tables::rows::{Oddity, Rows};

/// What every sheet of a workbook needs.
pub(super) struct Reader<'a> {
    pub(super) strings: &'a Strings,
    pub(super) looks: &'a [Look],
    pub(super) is_1904: bool,
}

/// What a cell says it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Number,
    Shared,
    Inline,
    Text,
    Truth,
    Error,
    Iso,
}

/// The cell at work.
#[derive(Default)]
struct Cell {
    column: u32,
    style: usize,
    holds: Option<Holds>,
    formula: bool,
    valued: bool,
    in_value: bool,
    raw: Vec<u8>,
    rich: RichText,
    written: String,
}

impl Reader<'_> {
    /// Reads a sheet.
    ///
    /// # Errors
    /// Returns why it is not read on.
    pub(super) fn read(&self, source: impl BufRead, rows: &mut Rows<'_>) -> Result<(), Halt> {
        let mut xml = Xml::new(source);
        let mut cell = Cell::default();
        let (mut in_data, mut row, mut next_column, mut merges) = (false, 0_u64, 0_u32, 0_usize);
        loop {
            match xml.next()? {
                Token::End => return Err(Problem::broken("XML", "シートが途中で終わっています", "the sheet ends early").into()),
                Token::Close(b"worksheet") => return Ok(()),
                Token::Open(tag) if !in_data => match tag.name() {
                    b"sheetData" => in_data = !tag.empty,
                    b"mergeCell" => {
                        merges += 1;
                        merged(&tag, merges, rows)?;
                    }
                    _ => {}
                },
                Token::Close(b"sheetData") => in_data = false,
                _ if !in_data => {}
                Token::Open(tag) => match tag.name() {
                    b"row" => {
                        row = row_number(&tag, row)?;
                        next_column = 0;
                        if tag.empty {
                            rows.end_row(row)?;
                        }
                    }
                    b"c" => {
                        cell.begin(&tag, row, next_column)?;
                        next_column = cell.column + 1;
                    }
                    b"v" => cell.in_value = !tag.empty,
                    b"f" => cell.formula = true,
                    _ => cell.rich.open(&tag),
                },
                Token::Text(bytes) => cell.text(bytes)?,
                Token::Close(b"v") => cell.in_value = false,
                Token::Close(b"c") => self.cell(&mut cell, row, rows)?,
                Token::Close(b"row") => rows.end_row(row)?,
                Token::Close(name) => cell.rich.close(name),
            }
        }
    }

    fn cell(&self, cell: &mut Cell, row: u64, rows: &mut Rows<'_>) -> Result<(), Halt> {
        let column = cell.column;
        let bad = |ja, en| Halt::from(Problem { column: Some(column), ..Problem::broken("xlsx", ja, en).at(row) });
        let Some(holds) = cell.holds.take() else { return Ok(()) };
        if holds == Holds::Inline {
            rows.cell(row, column, &cell.rich.value);
            return Ok(());
        }
        if !cell.valued {
            // A text formula may well have nothing as its result; any other without one was never calculated.
            if cell.formula && holds != Holds::Text {
                rows.odd(Oddity::Uncached, row, column);
            }
            return Ok(());
        }
        let raw = text(&cell.raw)?;
        match holds {
            Holds::Number => {
                let look = self.looks.get(cell.style).copied().unwrap_or(Look::Number(0));
                number::write(&raw, look, self.is_1904, &mut cell.written)
                    .ok_or_else(|| bad("セルの数値が数値ではありません", "the number of a cell is none"))?;
                rows.cell(row, column, &cell.written);
            }
            Holds::Shared => {
                let shared = raw.trim().parse().ok().and_then(|number| self.strings.get(number));
                let shared = shared
                    .ok_or_else(|| bad("セルの文字列がブックにありません", "the text of a cell is not in the workbook"))?;
                rows.cell(row, column, shared);
            }
            Holds::Text | Holds::Inline => rows.cell(row, column, &raw),
            Holds::Truth => rows.cell(row, column, if raw.trim() == "1" || raw == "true" { "TRUE" } else { "FALSE" }),
            Holds::Error => rows.odd(Oddity::Error, row, column),
            Holds::Iso => rows.cell(row, column, number::iso(raw.trim())),
        }
        Ok(())
    }
}

impl Cell {
    fn begin(&mut self, tag: &Tag<'_>, row: u64, next_column: u32) -> Result<(), Problem> {
        (self.column, self.style, self.holds) = (next_column, 0, Some(Holds::Number));
        (self.formula, self.valued, self.in_value) = (false, false, false);
        self.raw.clear();
        self.rich.clear();
        for (name, value) in tag.attributes() {
            match name {
                b"r" => {
                    let place = cell_ref::read(value).filter(|(column, at)| *at == row && *column >= next_column);
                    let bad = || Problem::broken("xlsx", "セルの並び順が正しくありません", "cells are out of order").at(row);
                    self.column = place.ok_or_else(bad)?.0;
                }
                b"s" => self.style = std::str::from_utf8(value).ok().and_then(|style| style.parse().ok()).unwrap_or(0),
                b"t" => self.holds = Some(holds(value)),
                _ => {}
            }
        }
        if tag.empty {
            self.holds = None;
        }
        Ok(())
    }

    fn text(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if !self.in_value {
            return self.rich.text(bytes);
        }
        self.valued = true;
        self.raw.extend_from_slice(bytes);
        if self.raw.len() > XML_TOKEN_BYTES {
            return Err(Problem::limit(Text::new("一つの文字列のバイト数", "bytes of one text"), XML_TOKEN_BYTES));
        }
        Ok(())
    }
}

fn holds(kind: &[u8]) -> Holds {
    match kind {
        b"s" => Holds::Shared,
        b"inlineStr" => Holds::Inline,
        b"str" => Holds::Text,
        b"b" => Holds::Truth,
        b"e" => Holds::Error,
        b"d" => Holds::Iso,
        _ => Holds::Number,
    }
}

/// Rows come in order; one without a number follows the one before.
fn row_number(tag: &Tag<'_>, last: u64) -> Result<u64, Problem> {
    let row = match tag.attribute(b"r")? {
        Some(number) => number.parse().ok(),
        None => Some(last + 1),
    };
    row.filter(|row| *row > last && *row <= 1_048_576)
        .ok_or_else(|| Problem::broken("xlsx", "行の並び順が正しくありません", "rows are out of order").at(last.max(1)))
}

/// Of merged cells only the first has a value: harmless above and in the header, a row that lacks its value below.
fn merged(tag: &Tag<'_>, count: usize, rows: &mut Rows<'_>) -> Result<(), Problem> {
    if count > TABLE_MERGES {
        return Err(Problem::limit(Text::new("結合されたセルの数", "merged areas of a sheet"), TABLE_MERGES));
    }
    let area = tag.attribute(b"ref")?.and_then(|name| cell_ref::area(name.as_bytes()));
    if let (Some(((left, top), (right, bottom))), Some(header)) = (area, rows.header_row())
        && bottom > header
        && (left, top) != (right, bottom)
    {
        rows.odd(Oddity::Merged, top, left);
    }
    Ok(())
}
