//! Which sheet of a workbook holds what, and whether it is one trial down the page or many across.

use super::Input;
use super::assemble::{Trial, Trials};
use super::headers::Column;
use super::page::{PageColumns, read_page};
use super::report::{Problem, Report, clip};
use super::sheet::{Cell, Sheet};
use super::table::{header_row, read_table};
use super::workbook::Workbook;
use crate::model::{Origin, ScopeIx, Text};

/// Reads all trials of a workbook, or of one table when the file has no sheets.
pub(super) fn read_workbook(input: &Input<'_>, report: &mut Report<'_>, mut workbook: Workbook<'_>, stem: &str) -> Vec<Trial> {
    let Some(found) = find_sheets(input, report, &mut workbook, stem) else { return Vec::new() };
    let mut trials = Trials::default();
    let Some((root, tab)) = found.first().copied().filter(|(scope, _)| *scope == ScopeIx::ROOT) else {
        no_trial_sheet(input, report, &workbook);
        return Vec::new();
    };
    let (index, sheet) = open_sheet(report, &mut workbook, tab);
    if let Some(sheet) = sheet {
        read_root(input, report, &mut trials, index, sheet);
    }
    for (scope, tab) in found.into_iter().filter(|(scope, _)| *scope != root) {
        let (index, sheet) = open_sheet(report, &mut workbook, tab);
        let Some(sheet) = sheet.filter(|sheet| !sheet.cells.is_empty()) else { continue };
        let only = trials.only_id().to_owned();
        match read_table(input, report, scope, index, sheet, &only) {
            // Without a trial there is nothing to hang the rows on, and that has been said.
            Some(_) if trials.list.is_empty() => {}
            Some(table) => trials.attach(input, report, scope, index, table),
            None => report.say("", "IN-0026", &Origin::Sheet { sheet: index }, &[]),
        }
    }
    trials.list
}

fn read_root(input: &Input<'_>, report: &mut Report<'_>, trials: &mut Trials, index: u16, sheet: Sheet) {
    let whole = Origin::Sheet { sheet: index };
    match layout(input, &sheet.cells) {
        Some(Layout::Page(columns)) => {
            trials.page = true;
            let row = read_page(input, report, columns, index, sheet);
            trials.add(input, report, row);
        }
        Some(Layout::List { has_id }) => {
            if !has_id {
                let label = input.root_key.map_or_else(Text::default, |key| input.catalogue.field(key).label.clone());
                report.say("", "IN-0034", &whole, &[("label", label)]);
                return;
            }
            let table = read_table(input, report, ScopeIx::ROOT, index, sheet, "").unwrap_or_default();
            if table.rows.is_empty() {
                report.say("", "IN-0009", &whole, &[]);
            }
            for row in table.rows {
                trials.add(input, report, row.row);
            }
        }
        None if sheet.cells.is_empty() => report.say("", "IN-0009", &whole, &[]),
        None => report.say("", "IN-0026", &whole, &[]),
    }
}

enum Layout {
    Page(PageColumns),
    List { has_id: bool },
}

/// Tells the layouts apart: by the header of a page, else by where more labels stand, down a column or along a row.
fn layout(input: &Input<'_>, cells: &[Cell]) -> Option<Layout> {
    if let Some(columns) = PageColumns::by_header(cells) {
        return Some(Layout::Page(columns));
    }
    let (columns, down) = PageColumns::by_labels(input, cells)?;
    let across = header_row(input, ScopeIx::ROOT, cells);
    let Some((row, count)) = across.filter(|(_, count)| *count >= down) else { return Some(Layout::Page(columns)) };
    let mut header = cells.iter().filter(|cell| cell.row == row);
    let is_id = |cell: &Cell| input.labels.column(ScopeIx::ROOT, &cell.value.shown()) == input.root_key.map(Column::Field);
    let id = header.find(|cell| is_id(cell));
    if count == 1 && down == 1 {
        // One label alone: what stands below it and not beside it makes it a column.
        let label = id.or_else(|| cells.iter().find(|cell| cell.row == row))?;
        let beside = cells.iter().any(|cell| cell.row == row && cell.col == label.col.saturating_add(1));
        if beside {
            return Some(Layout::Page(columns));
        }
    }
    Some(Layout::List { has_id: id.is_some() })
}

/// Matches tabs to scopes, the trial first, and says what becomes of the others.
fn find_sheets(
    input: &Input<'_>,
    report: &mut Report<'_>,
    workbook: &mut Workbook<'_>,
    stem: &str,
) -> Option<Vec<(ScopeIx, usize)>> {
    if let [tab] = workbook.tabs.as_slice()
        && tab.name.is_empty()
    {
        return match input.labels.sheet(stem) {
            Some(scope) if scope != ScopeIx::ROOT => {
                let label = input.catalogue.scope(scope).label.clone();
                report.problem(None, &Problem::new("IN-0025", vec![("sheet", label)]));
                None
            }
            _ => {
                report.problem(None, &Problem::new("IN-0071", Vec::new()));
                Some(vec![(ScopeIx::ROOT, 0)])
            }
        };
    }
    let mut found: Vec<(ScopeIx, usize)> = Vec::new();
    for (at, tab) in workbook.tabs.clone().into_iter().enumerate() {
        let scope = input.labels.sheet(&tab.name);
        if is_for_people(&tab.name) || (tab.hidden && tab.name.starts_with('_')) {
            continue;
        }
        let is_taken = scope.and_then(|scope| found.iter().find(|(known, _)| *known == scope)).map(|(_, first)| *first);
        let rule = match (scope, tab.hidden, is_taken) {
            (Some(scope), false, None) => {
                found.push((scope, at));
                continue;
            }
            (Some(_), true, _) => "IN-0022",
            (Some(_), false, Some(_)) => "IN-0024",
            (None, true, _) => "IN-0023",
            (None, false, _) => "IN-0021",
        };
        let (index, sheet) = open_sheet(report, workbook, at);
        if sheet.is_none_or(|sheet| sheet.cells.is_empty()) {
            continue;
        }
        let first = is_taken.and_then(|first| workbook.tabs.get(first)).map(|tab| clip(&tab.name)).unwrap_or_default();
        let suggestion =
            if rule == "IN-0021" { report.suggest(|| input.labels.suggest_sheet(&tab.name)) } else { Text::default() };
        let values = [("sheet", clip(&tab.name)), ("first", first), ("suggestion", suggestion)];
        report.say("", rule, &Origin::Sheet { sheet: index }, &values);
    }
    found.sort_unstable();
    Some(found)
}

/// Sheets that explain the workbook and hold no data.
fn is_for_people(name: &str) -> bool {
    ["説明", "使い方", "記入要領", "guide", "readme"].contains(&super::headers::fold(name).as_str())
}

/// Reads a sheet's cells and reports what is wrong with it as a whole.
fn open_sheet(report: &mut Report<'_>, workbook: &mut Workbook<'_>, tab: usize) -> (u16, Option<Sheet>) {
    let name = workbook.tabs.get(tab).map(|tab| tab.name.clone()).unwrap_or_default();
    let index = report.add_sheet(&name);
    match workbook.sheet(tab) {
        Ok(mut sheet) => {
            for trouble in std::mem::take(&mut sheet.troubles) {
                let at = match trouble.at {
                    Some((row, col)) => Origin::Cell { sheet: index, row, col },
                    None => Origin::Sheet { sheet: index },
                };
                report.say("", trouble.problem.rule, &at, &trouble.problem.values);
            }
            (index, Some(sheet))
        }
        Err(problem) => {
            report.problem(Some(index), &problem);
            (index, None)
        }
    }
}

fn no_trial_sheet(input: &Input<'_>, report: &mut Report<'_>, workbook: &Workbook<'_>) {
    let names: Vec<&str> = workbook.tabs.iter().map(|tab| tab.name.as_str()).collect();
    let wanted = input.catalogue.scope(ScopeIx::ROOT).label.clone();
    report.problem(None, &Problem::new("IN-0020", vec![("wanted", wanted), ("sheets", clip(&names.join("、")))]));
}
