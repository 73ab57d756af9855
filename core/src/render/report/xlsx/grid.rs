//! A sheet with a table.

use rust_xlsxwriter::{ExcelDateTime, Worksheet};
use todokede_abi::report::{Emphasis, Kind};

use super::super::fair_copy::{FairCopy, Grid};
use super::super::value::Value;
use super::looks::Looks;
use super::{link, paper, top};
use crate::workbook::{WorkbookError, height, lines, put, width};

/// The row of the column titles.
pub(super) const HEAD: u32 = 3;
/// The widest a column of texts gets, in half-width letters, and the narrowest.
const WIDEST: usize = 48;
const NARROWEST: usize = 9;
/// How many half-width letters stand beside each other on a page that can still be read.
const PAGE: usize = 190;

/// Writes the sheet and returns the row below its last one.
pub(super) fn write(
    sheet: &mut Worksheet,
    copy: &FairCopy,
    grid: &Grid,
    overview: &str,
    looks: &mut Looks,
) -> Result<u32, WorkbookError> {
    top(sheet, copy, &grid.title, looks)?;
    link(sheet, (2, 0), overview, &copy.say("back"), looks)?;
    let widths = widths(grid);
    let mut tallest = 1;
    for ((title, _), (at, width)) in grid.columns.iter().zip((0u16..).zip(&widths)) {
        sheet.set_column_width(at, u16::try_from(*width).unwrap_or(u16::MAX))?;
        put(sheet, (HEAD, at), title, Some(&looks.head), "column")?;
        tallest = tallest.max(lines(title, width - 1));
    }
    sheet.set_row_height(HEAD, height(tallest))?;
    let mut at = HEAD + 1;
    for row in &grid.rows {
        let mut tallest = 1;
        for ((value, (_, kind)), (column, width)) in row.values.iter().zip(&grid.columns).zip((0u16..).zip(&widths)) {
            cell(sheet, (at, column), value, *kind, row.emphasis, looks)?;
            tallest = tallest.max(lines(value.text(), width - 1));
        }
        if tallest > 1 {
            sheet.set_row_height(at, height(tallest))?;
        }
        at += 1;
    }
    if grid.rows.is_empty() {
        put(sheet, (at, 0), &copy.say("no-rows"), Some(&looks.note.clone().unset_text_wrap()), "rows")?;
        at += 1;
    }
    for note in &grid.notes {
        put(sheet, (at, 0), note, Some(&looks.note.clone().unset_text_wrap()), "note")?;
        at += 1;
    }
    sheet.set_freeze_panes(HEAD + 1, 0)?;
    let total: usize = widths.iter().sum();
    paper(sheet, copy, u16::try_from(total.div_ceil(PAGE).max(1)).unwrap_or(1));
    sheet.set_repeat_rows(HEAD, HEAD)?;
    Ok(at)
}

fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    kind: Kind,
    emphasis: Emphasis,
    looks: &mut Looks,
) -> Result<(), WorkbookError> {
    match value {
        Value::Number(figure) if figure.fits_a_sheet() => {
            let format = looks.cell(value, true, kind, emphasis);
            sheet.write_number_with_format(row, column, figure.value, format)?;
        }
        Value::Day(day) if is_counted(day) => {
            let format = looks.cell(value, true, kind, emphasis);
            sheet.write_datetime_with_format(row, column, ExcelDateTime::parse_from_str(day)?, format)?;
        }
        Value::Blank => {
            let format = looks.cell(value, false, kind, emphasis);
            sheet.write_blank(row, column, format)?;
        }
        _ => {
            let format = looks.cell(value, false, kind, emphasis);
            put(sheet, (row, column), value.text(), Some(format), "cell")?;
        }
    }
    Ok(())
}

/// Returns whether a spreadsheet counts a day right: before March 1900 it counts one that there was not.
fn is_counted(day: &str) -> bool {
    ("1900-03-01"..="9999-12-31").contains(&day)
}

/// A column is as wide as what stands in it; a number or a day is never wider than its column, where it would be hidden.
fn widths(grid: &Grid) -> Vec<usize> {
    let column = |at: usize, title: &str| {
        let mut widest = width(title).min(20);
        for value in grid.rows.iter().filter_map(|row| row.values.get(at)) {
            let lines = value.text().split('\n').map(width);
            let width = lines.max().unwrap_or(0);
            widest = widest.max(match value {
                Value::Number(_) | Value::Day(_) => width,
                Value::Blank | Value::Text(_) | Value::Masked(_) => width.min(WIDEST),
            });
        }
        widest.max(NARROWEST) + 2
    };
    grid.columns.iter().enumerate().map(|(at, (title, _))| column(at, title)).collect()
}
