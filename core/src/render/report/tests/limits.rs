//! Each limit is reached and not passed; what is no report is refused with its place.

use todokede_abi::report::{Block, Cell, Chart, Column, Kind, Row, Series, Table};

use super::*;
use crate::limits;

fn table(columns: usize, rows: usize, cell: &Cell) -> Table {
    let column = |at: usize| Column { title: format!("c{at}").into(), kind: Kind::Text };
    let row = Row { cells: vec![cell.clone(); columns], ..Row::default() };
    Table {
        name: "t".to_owned(),
        title: "t".into(),
        columns: (0..columns).map(column).collect(),
        rows: vec![row; rows],
        notes: Vec::new(),
    }
}

fn chart(series: usize, values: &[Cell]) -> Chart {
    let one = Series { name: "s".into(), values: values.to_vec() };
    Chart { categories: vec!["c".into(); values.len()], series: vec![one; series], ..Chart::default() }
}

fn of(blocks: Vec<Block>) -> Report {
    Report { title: "t".into(), facts: Vec::new(), blocks }
}

/// What is said of a report; nothing when it is written.
fn said(report: &Report) -> Option<String> {
    let title = title();
    json(report, &about(&title)).err().map(|error| error.to_string())
}

fn with(cell: Cell) -> Option<String> {
    said(&of(vec![Block::Table(table(1, 1, &cell))]))
}

#[test]
fn a_report_has_so_many_blocks_tables_and_cells() {
    let text = || Block::Paragraph("x".into());
    assert_eq!(said(&of(vec![text(); limits::REPORT_BLOCKS])), None);
    let one_more = of(vec![text(); limits::REPORT_BLOCKS + 1]);
    assert_eq!(said(&one_more).unwrap(), "report: 2001 blocks, facts and notes, at most 2000");
    let sheets = |count: usize| {
        let named = |at: usize| Block::Table(Table { name: format!("t{at}"), ..table(1, 0, &Cell::Blank) });
        of((0..count).map(named).collect())
    };
    assert_eq!(said(&sheets(limits::REPORT_SHEETS)), None);
    assert!(said(&sheets(limits::REPORT_SHEETS + 1)).unwrap().contains("200 tables and charts"));
    let title = title();
    assert_eq!(cells(&xlsx(&sheets(limits::REPORT_SHEETS), &about(&title)).unwrap()).len(), 200);
    let rows = |rows: usize| of(vec![Block::Table(table(3, rows, &Cell::Blank))]);
    assert_eq!(said(&rows(limits::REPORT_CELLS / 3)), None);
    assert!(said(&rows(limits::REPORT_CELLS / 3 + 1)).unwrap().contains("300003 cells"));
}

#[test]
fn a_table_has_so_many_columns_and_a_document_fewer() {
    let wide = |columns: usize| of(vec![Block::Table(table(columns, 1, &Cell::Whole(1)))]);
    assert_eq!(said(&wide(limits::REPORT_COLUMNS)), None);
    assert_eq!(said(&wide(limits::REPORT_COLUMNS + 1)).unwrap(), "table \"t\": 251 columns, from 1 to 250");
    assert_eq!(said(&wide(0)).unwrap(), "table \"t\": 0 columns, from 1 to 250");
    let title = title();
    assert!(xlsx(&wide(limits::REPORT_COLUMNS), &about(&title)).is_ok());
    assert!(docx(&wide(limits::REPORT_DOCX_COLUMNS), &about(&title)).is_ok());
    let refused = docx(&wide(limits::REPORT_DOCX_COLUMNS + 1), &about(&title)).unwrap_err().to_string();
    assert_eq!(refused, "table \"t\": 64 columns, Word takes 63");
    let long = |rows: usize| of(vec![Block::Table(table(50, rows, &Cell::Blank))]);
    let refused = docx(&long(limits::REPORT_DOCX_CELLS / 50 + 1), &about(&title)).unwrap_err().to_string();
    assert_eq!(refused, "report: 50050 cells in a Word document, at most 50000");
    assert!(docx(&long(limits::REPORT_DOCX_CELLS / 50), &about(&title)).is_ok());
}

#[test]
fn a_chart_has_so_many_categories_and_series() {
    let chart = |series: usize, categories: usize| of(vec![Block::Chart(chart(series, &vec![Cell::Whole(1); categories]))]);
    let title = title();
    let largest = chart(limits::REPORT_SERIES, limits::REPORT_CATEGORIES);
    assert!(html(&largest, &about(&title)).is_ok() && xlsx(&largest, &about(&title)).is_ok());
    assert_eq!(said(&chart(limits::REPORT_SERIES + 1, 1)).unwrap(), "chart 1: 9 series, at most 8");
    assert_eq!(said(&chart(1, limits::REPORT_CATEGORIES + 1)).unwrap(), "chart 1: 401 categories, at most 400");
}

#[test]
fn a_text_is_no_longer_than_a_cell_holds() {
    let long = "𠮷".repeat(limits::REPORT_TEXT_UNITS / 2);
    assert_eq!(with(Cell::Text(format!("{long}x"))), None);
    let refused = with(Cell::Text(format!("{long}xx"))).unwrap();
    assert_eq!(refused, "table \"t\", row 1, column 1: 32768 characters (UTF-16), at most 32767");
    let title = title();
    let longest = of(vec![Block::Table(table(1, 1, &Cell::Text(format!("{long}x")))), Block::Paragraph(long.into())]);
    assert!(every(&longest, &about(&title)).is_ok());
}

#[test]
fn numbers_are_rounded_and_within_what_keeps_its_digits() {
    assert_eq!(with(Cell::Number(limits::REPORT_NUMBER - 0.5)), None);
    assert!(with(Cell::Number(limits::REPORT_NUMBER)).unwrap().ends_with("is not below 1e15"));
    assert!(with(Cell::Number(f64::NAN)).unwrap().contains("NaN"));
    assert_eq!(with(Cell::Number(0.000_000_000_000_001)), None);
    let refused = with(Cell::Number(0.1 + 0.2)).unwrap();
    assert_eq!(refused, "table \"t\", row 1, column 1: 0.30000000000000004 is not rounded: more than 15 decimals");
}

#[test]
fn so_many_characters_that_do_not_fit_are_listed() {
    let title = title();
    let unfit = |count: usize| {
        let report = of(vec![Block::Table(table(1, 1, &Cell::Text("é".repeat(count))))]);
        match csv(&report, &about(&title), Encoding::ShiftJis) {
            Err(RenderError::Encoding { unfit, more, .. }) => (unfit.len(), more),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(unfit(limits::REPORT_UNFIT), (limits::REPORT_UNFIT, false));
    assert_eq!(unfit(limits::REPORT_UNFIT + 1), (limits::REPORT_UNFIT, true));
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let at = "table \"t\", row 1, column 1: ";
    for (cell, wanted) in [
        (Cell::Date { date: "2026-02-30".to_owned() }, "\"2026-02-30\" is not a day such as 2026-04-01"),
        (Cell::Date { date: "20260401".to_owned() }, "\"20260401\" is not a day such as 2026-04-01"),
        (Cell::Masked { masked: " ".into() }, "masked without a mark"),
        (Cell::Text("a\u{b}".to_owned()), "the character U+000B cannot be written"),
        (Cell::Words("\u{ffff}".into()), "the character U+FFFF cannot be written"),
    ] {
        assert_eq!(with(cell).unwrap(), format!("{at}{wanted}"));
    }
    for name in ["", "a b", "../x", "表", "_x", &"a".repeat(65)] {
        let named = Table { name: (*name).to_owned(), ..table(1, 0, &Cell::Blank) };
        assert!(said(&of(vec![Block::Table(named)])).unwrap().starts_with("block 1: the table is named"), "{name:?}");
    }
    let twice = [table(1, 0, &Cell::Blank), Table { name: "T".to_owned(), ..table(1, 0, &Cell::Blank) }];
    assert_eq!(said(&of(twice.map(Block::Table).to_vec())).unwrap(), "block 2: another table is named \"T\"");
    let mut short = table(2, 2, &Cell::Blank);
    short.rows[1].cells.pop();
    assert_eq!(said(&of(vec![Block::Table(short)])).unwrap(), "table \"t\", row 2: 1 cells for 2 columns");
    let words = chart(1, &[Cell::Text("1".to_owned())]);
    assert!(said(&of(vec![Block::Chart(words)])).unwrap().starts_with("chart 1, series 1, value 1: neither a number"));
    let uneven = Chart { categories: Vec::new(), ..chart(1, &[Cell::Whole(1)]) };
    assert_eq!(said(&of(vec![Block::Chart(uneven)])).unwrap(), "chart 1, series 1: 1 values for 0 categories");
    let title = title();
    let undated = About { built: "today", ..about(&title) };
    assert_eq!(json(&sample(), &undated).unwrap_err().to_string(), "built: \"today\" is not a day such as 2026-04-01");
}
