//! A sheet with labels across and one row of the record a line.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Input;
use super::headers::Column;
use super::leaf::{Place, put, scalar};
use super::report::{Report, clip};
use super::sheet::{Cell, CellValue, Sheet, key_text};
use crate::model::origin::{cell_name, column_name};
use crate::model::{FieldIx, Origin, Row, ScopeIx, Spot};

/// How many rows from the top the header is looked for.
const HEADER_ROWS: u32 = 15;

/// What a sheet of rows says.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Whether a column names the trial of each row.
    pub(super) has_trial: bool,
    /// Whether a column names the parent of each row.
    pub(super) has_parent: bool,
    /// Its rows.
    pub(super) rows: Vec<TableRow>,
}

/// One line of a table.
#[derive(Debug)]
pub(super) struct TableRow {
    /// The trial it belongs to.
    pub(super) trial: Key,
    /// The row of the parent's sheet it belongs to.
    pub(super) parent: Key,
    /// Its values.
    pub(super) row: Row,
}

/// A key of another row, empty when it is blank, and where it stands or would stand.
#[derive(Debug)]
pub(super) struct Key {
    /// The key as it is compared.
    pub(super) text: String,
    /// Its cell.
    pub(super) at: Origin,
}

/// Finds the header: of the first rows the one in which most labels of the scope stand, and how many.
pub(super) fn header_row(input: &Input<'_>, scope: ScopeIx, cells: &[Cell]) -> Option<(u32, usize)> {
    let mut best: Option<(u32, usize)> = None;
    for line in cells.chunk_by(|a, b| a.row == b.row) {
        let row = line.first().map_or(0, |cell| cell.row);
        if row >= HEADER_ROWS {
            break;
        }
        let mut known: Vec<Column> = line.iter().filter_map(|cell| input.labels.column(scope, &cell.value.shown())).collect();
        known.sort_unstable();
        known.dedup();
        if !known.is_empty() && best.is_none_or(|(_, most)| known.len() > most) {
            best = Some((row, known.len()));
        }
    }
    best
}

/// Reads a sheet of rows. `trial` is the trial that all rows belong to, where there is only one.
pub(super) fn read_table(
    input: &Input<'_>,
    report: &mut Report<'_>,
    scope: ScopeIx,
    index: u16,
    mut sheet: Sheet,
    trial: &str,
) -> Option<Table> {
    let (header, _) = header_row(input, scope, &sheet.cells)?;
    let columns = Columns::read(input, report, scope, index, header, &sheet.cells);
    columns.check_merges(report, index, &sheet);
    let mut table = Table {
        has_trial: columns.trial().is_some(),
        has_parent: columns.at(|column| matches!(column, Column::Parent(_))).is_some(),
        rows: Vec::new(),
    };
    let mut last = None;
    let mut gap_told = false;
    for line in sheet.cells.chunk_by_mut(|a, b| a.row == b.row) {
        let row = line.first().map_or(0, |cell| cell.row);
        if row <= header || !line.iter().any(|cell| columns.of(cell.col).is_some()) {
            continue;
        }
        if last.is_some_and(|last| row > last + 1) && !gap_told {
            gap_told = true;
            let values = [("row", (u64::from(row) + 1).to_string().into())];
            report.say("", "IN-0040", &Origin::Cell { sheet: index, row, col: 0 }, &values);
        }
        last = Some(row);
        if let Some(read) = columns.read_line(input, report, index, row, line, trial) {
            table.rows.push(read);
        }
    }
    Some(table)
}

/// What the columns of a table hold.
struct Columns {
    header: u32,
    by_col: Vec<Option<Column>>,
    /// Shared by the spots of all rows.
    fields: Arc<BTreeMap<FieldIx, u16>>,
}

impl Columns {
    fn read(input: &Input<'_>, report: &mut Report<'_>, scope: ScopeIx, index: u16, header: u32, cells: &[Cell]) -> Columns {
        let width = cells.iter().map(|cell| usize::from(cell.col) + 1).max().unwrap_or(0);
        let mut first_value: Vec<Option<u32>> = vec![None; width];
        for cell in cells.iter().filter(|cell| cell.row > header) {
            if let Some(slot) = first_value.get_mut(usize::from(cell.col)) {
                slot.get_or_insert(cell.row);
            }
        }
        let mut by_col: Vec<Option<Column>> = vec![None; width];
        let mut named = vec![false; width];
        let mut first: BTreeMap<Column, u16> = BTreeMap::new();
        for cell in cells.iter().filter(|cell| cell.row == header) {
            let at = Origin::Cell { sheet: index, row: header, col: cell.col };
            let label = cell.value.shown();
            let col = usize::from(cell.col);
            if let Some(named) = named.get_mut(col) {
                *named = true;
            }
            let Some(column) = input.labels.column(scope, &label) else {
                let filled = first_value.get(col).copied().flatten().is_some();
                unknown_header(input, report, scope, &at, &label, filled);
                continue;
            };
            if let Some(other) = first.get(&column) {
                let values = [
                    ("label", clip(&label)),
                    ("first", cell_name(header, *other).into()),
                    ("second", cell_name(header, cell.col).into()),
                ];
                report.say("", "IN-0032", &at, &values);
                continue;
            }
            first.insert(column, cell.col);
            if let Some(slot) = by_col.get_mut(col) {
                *slot = Some(column);
            }
        }
        for (col, row) in first_value.iter().enumerate().filter_map(|(col, row)| Some((u16::try_from(col).ok()?, (*row)?))) {
            if !named.get(usize::from(col)).copied().unwrap_or(false) {
                let values = [("column", column_name(col).into()), ("header", cell_name(header, col).into())];
                report.say("", "IN-0033", &Origin::Cell { sheet: index, row, col }, &values);
            }
        }
        let fields = first.iter().filter(|(column, _)| matches!(column, Column::Field(_) | Column::Inline(..)));
        Columns { header, by_col, fields: Arc::new(fields.map(|(column, col)| (column.field(), *col)).collect()) }
    }

    fn of(&self, col: u16) -> Option<Column> {
        self.by_col.get(usize::from(col)).copied().flatten()
    }

    fn at(&self, wanted: impl Fn(&Column) -> bool) -> Option<(u16, Column)> {
        let found = self.by_col.iter().enumerate().find_map(|(col, column)| column.filter(&wanted).map(|column| (col, column)));
        found.and_then(|(col, column)| Some((u16::try_from(col).ok()?, column)))
    }

    fn trial(&self) -> Option<(u16, Column)> {
        self.at(|column| matches!(column, Column::Trial(_)))
    }

    /// Reads a line; nothing when it has no values but keys.
    fn read_line(
        &self,
        input: &Input<'_>,
        report: &mut Report<'_>,
        sheet: u16,
        line: u32,
        cells: &mut [Cell],
        trial: &str,
    ) -> Option<TableRow> {
        let is_value = |column: Column| matches!(column, Column::Field(_) | Column::Inline(..));
        let key = |wanted: fn(&Column) -> bool| {
            let (col, _) = self.at(wanted).unzip();
            let found = cells.iter().find(|cell| Some(cell.col) == col);
            let text = found.map(|cell| match &cell.value {
                CellValue::Value(value) => key_text(value),
                _ => String::new(),
            });
            Key { text: text.unwrap_or_default(), at: Origin::Cell { sheet, row: line, col: col.unwrap_or(0) } }
        };
        let root = input.root_key.map(Column::Field);
        let own_id = root.and_then(|root| cells.iter().find(|cell| self.of(cell.col) == Some(root)));
        let own_id = own_id.map(|cell| cell.value.shown().trim().to_owned());
        let trial_key = key(|column| matches!(column, Column::Trial(_)));
        let parent = key(|column| matches!(column, Column::Parent(_)));
        let trial = own_id.as_deref().unwrap_or(if trial_key.text.is_empty() { trial } else { &trial_key.text });
        let mut row = Row {
            spot: Spot::Line { sheet, row: line, cols: Arc::clone(&self.fields) },
            leaves: Vec::with_capacity(cells.len()),
            ..Row::default()
        };
        let mut filled = false;
        for cell in cells.iter_mut() {
            let Some(column) = self.of(cell.col) else { continue };
            let place = Place { at: Origin::Cell { sheet, row: line, col: cell.col }, trial };
            let value = std::mem::replace(&mut cell.value, CellValue::Uncached);
            if is_value(column) {
                filled = true;
                put(input, report, &mut row, column, value, &place);
            } else {
                scalar(input, report, column.field(), value, &place);
            }
        }
        row.leaves.shrink_to_fit();
        filled.then_some(TableRow { trial: trial_key, parent, row })
    }

    /// Reports merged cells among the data: only their first cell holds the value, what the others mean is unclear.
    fn check_merges(&self, report: &mut Report<'_>, index: u16, sheet: &Sheet) {
        for area in &sheet.merges {
            let known = |col: u16| self.of(col).is_some();
            let top = area.top.max(self.header + 1);
            if area.bottom < top {
                continue;
            }
            let width = usize::from(area.right) + 1;
            let columns = (area.left..=area.right).take(self.by_col.len().min(width)).filter(|col| known(*col)).count();
            let rows = u64::from(area.bottom - top) + 1;
            let has_value = sheet.cells.binary_search_by_key(&(area.top, area.left), |cell| (cell.row, cell.col)).is_ok();
            if has_value && columns > 0 && (columns > 1 || rows > 1) {
                let range = format!("{}:{}", cell_name(area.top, area.left), cell_name(area.bottom, area.right));
                let at = Origin::Cell { sheet: index, row: area.top, col: area.left };
                report.say("", "IN-0041", &at, &[("range", range.into())]);
            }
        }
    }
}

fn unknown_header(input: &Input<'_>, report: &mut Report<'_>, scope: ScopeIx, at: &Origin, label: &str, filled: bool) {
    // A column of one's own notes is allowed, when it says so.
    if label.trim_start().starts_with(['#', '＃']) {
        return;
    }
    let suggestion = report.suggest(|| input.labels.suggest_column(scope, label));
    let rule = if filled { "IN-0030" } else { "IN-0031" };
    report.say("", rule, at, &[("header", clip(label)), ("suggestion", suggestion)]);
}
