//! A sheet with one trial down the page: a label and its value on each line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Input;
use super::headers::{Column, fold};
use super::leaf::{Place, put};
use super::report::{Report, clip};
use super::sheet::{Cell, CellValue, Sheet, key_text};
use crate::model::origin::{cell_name, column_name};
use crate::model::{FieldIx, Origin, Row, ScopeIx, Spot};

/// Where the columns of a page are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageColumns {
    /// Row of the header, where there is one.
    header: Option<u32>,
    item: u16,
    value: u16,
    id: Option<u16>,
}

/// How many rows from the top labels are counted to tell a page from a list.
const PAGE_ROWS: u32 = 300;
const ITEM: [&str; 3] = ["項目", "Item", "項目名"];
const VALUE: [&str; 4] = ["値", "Value", "入力値", "入力"];
const ID: [&str; 3] = ["ID", "項目ID", "Field ID"];

impl PageColumns {
    /// Finds the header `項目 | 値` in the first 15 rows.
    pub(super) fn by_header(cells: &[Cell]) -> Option<PageColumns> {
        let is = |cell: &Cell, names: &[&str]| {
            let shown = fold(&cell.value.shown());
            names.iter().any(|name| fold(name) == shown)
        };
        for line in cells.chunk_by(|a, b| a.row == b.row) {
            let header = line.first().map(|cell| cell.row).filter(|row| *row < 15)?;
            let column = |names: &[&str]| line.iter().find(|cell| is(cell, names)).map(|cell| cell.col);
            if let (Some(item), Some(value)) = (column(&ITEM), column(&VALUE)) {
                return Some(PageColumns { header: Some(header), item, value, id: column(&ID) });
            }
        }
        None
    }

    /// Takes the column in which most labels stand, and how many; the values stand in the next.
    pub(super) fn by_labels(input: &Input<'_>, cells: &[Cell]) -> Option<(PageColumns, usize)> {
        let mut found: BTreeMap<u16, Vec<Column>> = BTreeMap::new();
        for cell in cells.iter().take_while(|cell| cell.row < PAGE_ROWS) {
            if let Some(column) = input.labels.column(ScopeIx::ROOT, &cell.value.shown()) {
                found.entry(cell.col).or_default().push(column);
            }
        }
        let mut best: Option<(u16, usize)> = None;
        for (col, mut columns) in found {
            columns.sort_unstable();
            columns.dedup();
            if best.is_none_or(|(_, most)| columns.len() > most) {
                best = Some((col, columns.len()));
            }
        }
        best.map(|(item, count)| (PageColumns { header: None, item, value: item.saturating_add(1), id: None }, count))
    }
}

/// Reads the trial of a page.
pub(super) fn read_page(input: &Input<'_>, report: &mut Report<'_>, columns: PageColumns, index: u16, mut sheet: Sheet) -> Row {
    let trial = trial_id(input, columns, &sheet.cells);
    check_merges(report, columns, index, &sheet, &trial);
    check_second_value(report, columns, index, &sheet.cells);
    check_beside(report, columns, index, &sheet.cells, &trial);
    let start = first_line(input, columns, &sheet.cells);
    let mut row = Row::default();
    let mut rows: BTreeMap<FieldIx, u32> = BTreeMap::new();
    for line in sheet.cells.chunk_by_mut(|a, b| a.row == b.row) {
        let at_row = line.first().map_or(0, |cell| cell.row);
        let value = line.iter_mut().find(|cell| cell.col == columns.value);
        let value = value.map(|cell| std::mem::replace(&mut cell.value, CellValue::Uncached));
        // Above the first label stand titles; without a header, a value there may still belong to a misspelt one.
        if at_row < start && (columns.header.is_some() || value.is_none()) {
            continue;
        }
        let Some(column) = line_field(input, report, columns, index, line, value.is_some(), &trial) else { continue };
        let at = Origin::Cell { sheet: index, row: at_row, col: columns.value };
        if let Some(first) = rows.get(&column.field()) {
            let values = [
                ("label", input.catalogue.field(column.field()).label.clone()),
                ("first", cell_name(*first, columns.item).into()),
                ("second", cell_name(at_row, columns.item).into()),
            ];
            report.say(&trial, "IN-0032", &at, &values);
            continue;
        }
        rows.insert(column.field(), at_row);
        if let Some(value) = value {
            put(input, report, &mut row, column, value, &Place { at, trial: &trial });
        }
    }
    row.spot = Spot::Page { sheet: index, col: columns.value, rows: Arc::new(rows) };
    row
}

/// Returns the first line below the header, or without one the first that has a known label.
fn first_line(input: &Input<'_>, columns: PageColumns, cells: &[Cell]) -> u32 {
    let is_label = |cell: &&Cell| cell.col == columns.item && input.labels.column(ScopeIx::ROOT, &cell.value.shown()).is_some();
    match columns.header {
        Some(header) => header + 1,
        None => cells.iter().find(is_label).map_or(0, |cell| cell.row),
    }
}

/// Finds the trial's id first, so that every finding of the page carries it.
fn trial_id(input: &Input<'_>, columns: PageColumns, cells: &[Cell]) -> String {
    let wanted = input.root_key.map(Column::Field);
    let is_id = |cell: &&Cell| {
        (cell.col == columns.item || Some(cell.col) == columns.id)
            && input.labels.column(ScopeIx::ROOT, &cell.value.shown()) == wanted
    };
    let row = cells.iter().find(is_id).map(|cell| cell.row);
    let cell = cells.iter().find(|cell| Some(cell.row) == row && cell.col == columns.value);
    match cell.map(|cell| &cell.value) {
        Some(CellValue::Value(value)) => key_text(value),
        _ => String::new(),
    }
}

/// Tells which field a line is for; reports a label that no field has.
fn line_field(
    input: &Input<'_>,
    report: &mut Report<'_>,
    columns: PageColumns,
    index: u16,
    line: &[Cell],
    filled: bool,
    trial: &str,
) -> Option<Column> {
    let row = line.first().map_or(0, |cell| cell.row);
    let shown = |col: u16| line.iter().find(|cell| cell.col == col).map(|cell| cell.value.shown()).unwrap_or_default();
    let label = shown(columns.item);
    let id = columns.id.map(shown).unwrap_or_default();
    let by_label = input.labels.column(ScopeIx::ROOT, &label);
    let by_id = input.labels.column(ScopeIx::ROOT, &id);
    let at = |col: u16| Origin::Cell { sheet: index, row, col };
    match (by_id, by_label) {
        (Some(by_id), Some(by_label)) => {
            if by_id != by_label {
                let meant = input.catalogue.field(by_id.field()).label.clone();
                report.say(
                    trial,
                    "IN-0038",
                    &at(columns.item),
                    &[("label", clip(&label)), ("id", clip(&id)), ("meant", meant)],
                );
            }
            Some(by_id)
        }
        (Some(by_id), None) => Some(by_id),
        (None, Some(by_label)) => {
            if !id.trim().is_empty() {
                report.say(trial, "IN-0039", &at(columns.id.unwrap_or(0)), &[("id", clip(&id)), ("label", clip(&label))]);
            }
            Some(by_label)
        }
        (None, None) if label.trim().is_empty() => {
            if filled {
                report.say(trial, "IN-0037", &at(columns.value), &[("item", cell_name(row, columns.item).into())]);
            }
            None
        }
        (None, None) => {
            let is_note =
                input.labels.is_heading(&label) || label.trim_start().starts_with(['※', '#', '＃', '＊', '*', '（', '(']);
            if filled || !(is_note || label.chars().count() > 40) {
                let rule = if filled { "IN-0035" } else { "IN-0036" };
                let suggestion = report.suggest(|| input.labels.suggest_column(ScopeIx::ROOT, &label));
                report.say(trial, rule, &at(columns.item), &[("label", clip(&label)), ("suggestion", suggestion)]);
            }
            None
        }
    }
}

/// A merge down the values makes one value of several lines; one across a line, as headings have, does no harm.
fn check_merges(report: &mut Report<'_>, columns: PageColumns, index: u16, sheet: &Sheet, trial: &str) {
    for area in &sheet.merges {
        let below = columns.header.is_none_or(|header| area.bottom > header);
        let covers = |col: u16| (area.left..=area.right).contains(&col);
        let down = area.bottom > area.top && (covers(columns.value) || covers(columns.item));
        let filled = sheet.cells.binary_search_by_key(&(area.top, area.left), |cell| (cell.row, cell.col)).is_ok();
        if below && filled && down {
            let range = format!("{}:{}", cell_name(area.top, area.left), cell_name(area.bottom, area.right));
            report.say(
                trial,
                "IN-0041",
                &Origin::Cell { sheet: index, row: area.top, col: area.left },
                &[("range", range.into())],
            );
        }
    }
}

/// A value beside the columns that the header names would be lost.
fn check_beside(report: &mut Report<'_>, columns: PageColumns, index: u16, cells: &[Cell], trial: &str) {
    let Some(header) = columns.header else { return };
    let named: BTreeSet<u16> = cells.iter().filter(|cell| cell.row == header).map(|cell| cell.col).collect();
    let mut told = BTreeSet::new();
    for cell in cells.iter().filter(|cell| cell.row > header && cell.col > columns.value && !named.contains(&cell.col)) {
        if told.insert(cell.col) {
            let values = [("column", column_name(cell.col).into()), ("header", cell_name(header, cell.col).into())];
            report.say(trial, "IN-0033", &Origin::Cell { sheet: index, row: cell.row, col: cell.col }, &values);
        }
    }
}

/// A second column of values would be a second trial, which a page does not hold.
fn check_second_value(report: &mut Report<'_>, columns: PageColumns, index: u16, cells: &[Cell]) {
    let Some(header) = columns.header else { return };
    let is_value = |cell: &&Cell| VALUE.iter().any(|name| fold(name) == fold(&cell.value.shown()));
    let again = cells.iter().filter(|cell| cell.row == header && cell.col != columns.value).find(is_value);
    if let Some(cell) = again {
        let at = Origin::Cell { sheet: index, row: header, col: cell.col };
        let values = [
            ("label", clip(&cell.value.shown())),
            ("first", cell_name(header, columns.value).into()),
            ("second", cell_name(header, cell.col).into()),
        ];
        report.say("", "IN-0032", &at, &values);
    }
}
