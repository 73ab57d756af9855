//! Workbooks of other formats (xls, ods), through the readers of records and within their limits.

use std::path::Path;

use super::problem::{Halt, Problem};
use super::rows::{Oddity, Rows};
use super::xlsx;
use crate::ingest::cells::{self, CellText};
use crate::ingest::report::Problem as IngestProblem;

/// Reads a workbook: the first sheet that is shown and has something in it, and every further one with the same header.
///
/// # Errors
/// Returns why it is not read on.
pub(super) fn read(path: &Path, extension: &str, rows: &mut Rows<'_>) -> Result<(), Halt> {
    for sheet in cells::read(path, extension).map_err(|problem| told(&problem))? {
        rows.begin(&sheet.name);
        if sheet.hidden {
            rows.say(&Problem::new("TB-0018", vec![]));
            continue;
        }
        match read_sheet(&sheet, rows) {
            Err(Halt::OtherSheet) => rows.say(&Problem::new("TB-0017", vec![])),
            other => other?,
        }
    }
    if rows.has_table() { Ok(()) } else { Err(Problem::new("TB-0020", vec![]).into()) }
}

fn read_sheet(sheet: &cells::CellSheet, rows: &mut Rows<'_>) -> Result<(), Halt> {
    for line in sheet.cells.chunk_by(|a, b| a.row == b.row) {
        let mut number = 0;
        for cell in line {
            number = u64::from(cell.row) + 1;
            let column = u32::from(cell.column);
            match &cell.text {
                CellText::Value(text) => rows.cell(number, column, text),
                CellText::Error => rows.odd(Oddity::Error, number, column),
                CellText::Uncached => rows.odd(Oddity::Uncached, number, column),
                CellText::TooLong => rows.odd(Oddity::TooLong, number, column),
            }
        }
        rows.end_row(number)?;
    }
    for (row, column, last_row) in &sheet.merges {
        if rows.header_row().is_some_and(|header| u64::from(*last_row) + 1 > header) {
            rows.odd(Oddity::Merged, u64::from(*row) + 1, u32::from(*column));
        }
    }
    for problem in &sheet.problems {
        rows.say(&told(problem));
    }
    xlsx::end(rows)
}

/// Says in the words of tables what those readers say; what they repeat of the file is left out.
fn told(problem: &IngestProblem) -> Problem {
    let keep = |names: &[&str]| problem.values.iter().filter(|(name, _)| names.contains(name)).cloned().collect();
    match problem.rule {
        "IN-0001" => Problem::new("TB-0001", keep(&["problem"])),
        "IN-0003" => Problem::new("TB-0002", keep(&["found"])),
        "IN-0005" => Problem::new("TB-0004", keep(&["what", "limit"])),
        "IN-0007" => Problem::new("TB-0006", vec![]),
        _ => Problem::broken("xls, ods", "読み込めない部分があります", "a part of it cannot be read"),
    }
}
