//! Where each value of a record was written.

use std::collections::BTreeMap;

use crate::model::ScopeIx;
use crate::model::origin::cell_name;

/// Where a value was written: a path of field ids and row indices leads to a sheet and a cell.
///
/// A path is a field id with a row index, from 0, after each repeat group: `sites[2].investigators[0].kana`. The rows
/// of a group that is written into one cell all lead to that cell. A blank field of a row leads to the cell where its
/// value would stand; `sites[2]` leads to the first cell of the row.
#[derive(Debug, Clone, Default)]
pub struct CellMap {
    pub(super) trials: Vec<Node>,
    pub(super) sheets: BTreeMap<ScopeIx, SheetCells>,
    /// Field ids, and ids of groups that share a cell: on whose sheet, and in which line of it.
    pub(super) lines: BTreeMap<String, (ScopeIx, u32)>,
    /// Ids of the repeat groups that have a sheet.
    pub(super) lists: BTreeMap<String, ScopeIx>,
}

/// The name of a sheet and which way its entries run.
#[derive(Debug, Clone)]
pub(super) struct SheetCells {
    pub(super) name: String,
    /// Column of the values on a page, on which each entry has a row; on a table each entry has a column.
    pub(super) page: Option<u16>,
}

/// A row of the record: in which row of its sheet it was written, and the rows below it.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) row: u32,
    pub(super) lists: BTreeMap<ScopeIx, Vec<Node>>,
}

impl CellMap {
    /// Returns the sheet and the cell of a path of a trial, trials counted from 0 in the order they were given.
    pub fn cell(&self, trial: usize, path: &str) -> Option<(&str, String)> {
        let mut node = self.trials.get(trial)?;
        let mut scope = ScopeIx::ROOT;
        let mut id = String::new();
        let mut row_itself = false;
        for part in path.split('.') {
            let (name, index) = step(part)?;
            if !id.is_empty() {
                id.push('.');
            }
            id.push_str(name);
            row_itself = false;
            if let Some(index) = index
                && let Some(list) = self.lists.get(&id)
            {
                node = node.lists.get(list)?.get(index)?;
                scope = *list;
                row_itself = true;
            }
        }
        let sheet = self.sheets.get(&scope)?;
        let line = if row_itself {
            0
        } else {
            let (owner, line) = self.lines.get(&id)?;
            (*owner == scope).then_some(*line)?
        };
        let cell = match sheet.page {
            Some(col) => cell_name(line, col),
            None => cell_name(node.row, u16::try_from(line).ok()?),
        };
        Some((&sheet.name, cell))
    }
}

/// Splits `sites[2]` into its name and its index.
fn step(part: &str) -> Option<(&str, Option<usize>)> {
    match part.split_once('[') {
        None => Some((part, None)),
        Some((name, rest)) => Some((name, Some(rest.strip_suffix(']')?.parse().ok()?))),
    }
}
