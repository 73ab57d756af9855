//! Dropdowns: the code lists on a sheet that is out of sight, and the ranges that the cells take their choices from.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, Formula, Worksheet};

use super::plan::{Content, Entry, Plan, Sheet};
use super::{Spec, WorkbookError, page, table, value, words};
use crate::model::origin::column_name;
use crate::model::{Kind, Lang, ScopeIx};

/// Rows of a table that have dropdowns, in a template.
const ROWS: u32 = 1_000;
/// Last row, from 1, of the keys a row may refer to, in a template.
const LAST_KEY: u32 = 500;

/// The code lists of a workbook, a column each.
pub(super) struct Choices {
    columns: BTreeMap<String, List>,
    lang: Lang,
}

struct List {
    col: u16,
    heading: String,
    items: Vec<String>,
    closed: bool,
}

impl Choices {
    /// Gathers the lists that a cell of the plan takes its value from.
    pub(super) fn new(plan: &Plan, spec: &Spec) -> Choices {
        let mut columns = BTreeMap::new();
        for entry in plan.sheets.iter().flat_map(|sheet| &sheet.entries) {
            if let (Content::Field, Kind::Code(id)) = (entry.content, &entry.field.kind)
                && let Some(list) = spec.catalogue.codes.get(id)
            {
                columns.entry(id.clone()).or_insert_with(|| List {
                    col: 0,
                    heading: list.label.get(spec.lang).to_owned(),
                    items: value::choices(list, spec.lang).collect(),
                    closed: list.closed,
                });
            }
        }
        for (list, col) in columns.values_mut().zip(0u16..) {
            list.col = col;
        }
        Choices { columns, lang: spec.lang }
    }

    /// Puts dropdowns on a sheet; `ends` has the row after the last data of each sheet.
    pub(super) fn offer(
        &self,
        sheet: &mut Worksheet,
        at: &Sheet,
        plan: &Plan,
        ends: &BTreeMap<ScopeIx, u32>,
    ) -> Result<(), WorkbookError> {
        let end = |scope: ScopeIx| ends.get(&scope).copied().unwrap_or(table::FIRST);
        for (entry, line) in at.entries.iter().zip(0u16..) {
            let Some(rule) = self.rule(entry, plan, &end) else { continue };
            if plan.is_page(at) {
                let row = page::FIRST + u32::from(line);
                sheet.add_data_validation(row, page::VALUE, row, page::VALUE, &rule)?;
            } else {
                let last = end(at.scope).max(table::FIRST + ROWS) - 1;
                sheet.add_data_validation(table::FIRST, line, last, line, &rule)?;
            }
        }
        Ok(())
    }

    fn rule(&self, entry: &Entry, plan: &Plan, end: &dyn Fn(ScopeIx) -> u32) -> Option<DataValidation> {
        let (range, closed) = match entry.content {
            Content::Inline(_) => return None,
            Content::Link(scope) => {
                let target = plan.sheets.get(plan.position(scope)?)?;
                let is_key = |other: &Entry| other.content == Content::Field && other.index == entry.index;
                let col = column_name(u16::try_from(target.entries.iter().position(is_key)?).ok()?);
                let name = target.name.replace('\'', "''");
                (format!("='{name}'!${col}${}:${col}${}", table::FIRST + 1, end(scope).max(LAST_KEY)), false)
            }
            Content::Field => {
                let Kind::Code(id) = &entry.field.kind else { return None };
                let list = self.columns.get(id)?;
                let col = column_name(list.col);
                (format!("={}!${col}$2:${col}${}", words::CODES_SHEET, list.items.len() + 1), list.closed)
            }
        };
        let rule = DataValidation::new().allow_list_formula(Formula::new(range));
        // An open list only offers; what it does not know is looked at when the workbook is read.
        if !closed {
            return Some(rule.show_error_message(false));
        }
        let (title, message) = match self.lang {
            Lang::Ja => ("一覧にない値です", "一覧から選んでください。空欄に戻すには Esc キーを押します。"),
            Lang::En => ("Not in the list", "Pick one from the list. Press Esc to undo."),
        };
        rule.set_error_style(DataValidationErrorStyle::Stop).set_error_title(title).ok()?.set_error_message(message).ok()
    }

    /// Writes the sheet of the lists.
    pub(super) fn write(&self, sheet: &mut Worksheet) -> Result<(), WorkbookError> {
        sheet.set_name(words::CODES_SHEET)?.set_very_hidden(true);
        for list in self.columns.values() {
            sheet.write_string(0, list.col, &list.heading)?;
            for (item, row) in list.items.iter().zip(1u32..) {
                sheet.write_string(row, list.col, item)?;
            }
        }
        Ok(())
    }
}
