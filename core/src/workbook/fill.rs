//! Writes the records into the sheets and remembers where each value went.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::Workbook;

use super::cells::{CellMap, Node, SheetCells};
use super::looks::{Looks, height};
use super::plan::{Content, Entry, Plan, Sheet};
use super::value::{plain, put, shown};
use super::{Layout, Spec, WorkbookError, page, table};
use crate::model::{FieldIx, Record, Row, ScopeIx, ScopeKind};

/// What became of the records.
pub(super) struct Filled {
    pub(super) cells: CellMap,
    /// The row after the last data of each sheet.
    pub(super) ends: BTreeMap<ScopeIx, u32>,
    pub(super) left_out: BTreeSet<FieldIx>,
}

/// Writes the records.
pub(super) fn fill(
    book: &mut Workbook,
    plan: &Plan,
    spec: &Spec,
    looks: &Looks,
    records: &[Record],
) -> Result<Filled, WorkbookError> {
    let ends = plan.sheets.iter().map(|sheet| (sheet.scope, table::FIRST)).collect();
    let placed = plan.sheets.iter().flat_map(|sheet| &sheet.entries).map(|entry| entry.index).collect();
    let filled = Filled { cells: cell_map(plan), ends, left_out: BTreeSet::new() };
    let mut filler = Filler { book, plan, spec, looks, placed, trial: String::new(), filled };
    let mut ids = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        record.id(spec.catalogue).clone_into(&mut filler.trial);
        if spec.layout == Layout::List {
            filler.check_key(ScopeIx::ROOT, at, &record.root, &mut ids)?;
        }
        let node = filler.row(ScopeIx::ROOT, &record.root, &mut Vec::new())?;
        filler.filled.cells.trials.push(node);
    }
    if records.is_empty() && spec.layout == Layout::Trial {
        filler.filled.cells.trials.push(Node::default());
    }
    Ok(filler.filled)
}

fn cell_map(plan: &Plan) -> CellMap {
    let mut cells = CellMap::default();
    for sheet in &plan.sheets {
        let on_page = plan.is_page(sheet);
        cells.sheets.insert(sheet.scope, SheetCells { name: sheet.name.clone(), page: on_page.then_some(page::VALUE) });
        let first = if on_page { page::FIRST } else { 0 };
        for (entry, line) in sheet.entries.iter().zip(first..) {
            if !matches!(entry.content, Content::Link(_)) {
                cells.lines.insert(entry.id.to_owned(), (sheet.scope, line));
                cells.lines.insert(entry.field.id.clone(), (sheet.scope, line));
            }
        }
    }
    cells
}

struct Filler<'a, 'p> {
    book: &'a mut Workbook,
    plan: &'a Plan<'p>,
    spec: &'a Spec<'p>,
    looks: &'a Looks,
    placed: BTreeSet<FieldIx>,
    trial: String,
    filled: Filled,
}

impl Filler<'_, '_> {
    /// Writes a row and all below it; `keys` are the keys of the rows above, outermost first.
    fn row(&mut self, scope: ScopeIx, row: &Row, keys: &mut Vec<(ScopeIx, String)>) -> Result<Node, WorkbookError> {
        let (plan, spec) = (self.plan, self.spec);
        for (field, _) in &row.leaves {
            self.note_left_out(*field);
        }
        let mut node = Node::default();
        if let Some(at) = plan.position(scope)
            && let Some(sheet) = plan.sheets.get(at)
        {
            node.row = self.write_row(at, sheet, row, keys)?;
        }
        let key = spec.catalogue.scope(scope).key;
        let key = key.and_then(|key| row.leaf(key)).map_or(String::new(), |leaf| plain(leaf).into_owned());
        keys.push((scope, key));
        for (list, rows) in &row.lists {
            if spec.catalogue.scope(*list).kind == ScopeKind::Inline {
                rows.iter().flat_map(|row| &row.leaves).for_each(|(field, _)| self.note_left_out(*field));
                continue;
            }
            let mut nodes = Vec::with_capacity(rows.len());
            let mut taken = BTreeMap::new();
            let shown = plan.position(*list).is_some();
            for (at, below) in rows.iter().enumerate() {
                if shown {
                    self.check_key(*list, at, below, &mut taken)?;
                }
                nodes.push(self.row(*list, below, keys)?);
            }
            if shown {
                self.filled.cells.lists.insert(spec.catalogue.scope(*list).id.clone(), *list);
                node.lists.insert(*list, nodes);
            }
        }
        keys.pop();
        Ok(node)
    }

    fn note_left_out(&mut self, field: FieldIx) {
        if !self.placed.contains(&field) {
            self.filled.left_out.insert(field);
        }
    }

    fn write_row(&mut self, at: usize, sheet: &Sheet, row: &Row, keys: &[(ScopeIx, String)]) -> Result<u32, WorkbookError> {
        let on_page = self.plan.is_page(sheet);
        let end = self.filled.ends.entry(sheet.scope).or_insert(table::FIRST);
        let line = *end;
        if !on_page {
            *end += 1;
        }
        // The guide is the first sheet.
        let worksheet = self.book.worksheet_from_index(at + 1)?;
        for (entry, position) in sheet.entries.iter().zip(0u16..) {
            let text = match entry.content {
                Content::Link(scope) => keys.iter().find(|(known, _)| *known == scope).map(|(_, key)| key.clone()),
                Content::Field => {
                    let leaf = row.leaf(entry.index);
                    leaf.map(|leaf| shown(self.spec.catalogue, entry.field, leaf, self.spec.lang).into_owned())
                }
                Content::Inline(list) => Some(joined(row.rows(list), entry)?),
            };
            let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
            if on_page {
                let format = self.looks.page_value(entry.need);
                let (row, lines) = (page::FIRST + u32::from(position), page::value_lines(&text));
                if lines > 1 {
                    worksheet.set_row_height(row, height(lines))?;
                }
                put(worksheet, (row, page::VALUE), &text, Some(format), entry.id)?;
            } else {
                put(worksheet, (line, position), &text, None, entry.id)?;
            }
        }
        Ok(line)
    }

    /// Checks that the rows below a row can refer to it; `taken` has the keys so far and whether rows refer to them.
    fn check_key(&self, scope: ScopeIx, at: usize, row: &Row, taken: &mut BTreeMap<String, bool>) -> Result<(), WorkbookError> {
        let about = self.spec.catalogue.scope(scope);
        let Some(key) = about.key else { return Ok(()) };
        let referred = about.lists.iter().any(|list| self.plan.position(*list).is_some() && !row.rows(*list).is_empty());
        let value = row.leaf(key).map_or(String::new(), |leaf| plain(leaf).into_owned());
        let (trial, number, key) = (self.trial.clone(), at + 1, self.spec.catalogue.field(key).id.clone());
        if value.is_empty() {
            return match referred {
                true => Err(WorkbookError::KeyMissing { trial, scope: about.id.clone(), row: number, key }),
                false => Ok(()),
            };
        }
        // Two rows may share a key as long as nothing refers to either.
        let seen = taken.get(&value).copied();
        if seen.is_some_and(|before| before || referred) {
            return Err(WorkbookError::KeyTwice { trial, scope: about.id.clone(), row: number, key, value });
        }
        taken.insert(value, referred);
        Ok(())
    }
}

/// Where a reader splits the values of a shared cell.
const SEPARATORS: [char; 9] = ['、', ',', '，', ';', '；', '/', '／', '\n', '\r'];

/// Writes the values of a repeat group for one cell.
fn joined(rows: &[Row], entry: &Entry) -> Result<String, WorkbookError> {
    let mut texts = Vec::new();
    for row in rows {
        let Some(leaf) = row.leaf(entry.index) else { continue };
        let text = plain(leaf);
        if text.contains(SEPARATORS) {
            return Err(WorkbookError::Separator { field: entry.field.id.clone(), value: text.into_owned() });
        }
        texts.push(text);
    }
    Ok(texts.join("、"))
}
