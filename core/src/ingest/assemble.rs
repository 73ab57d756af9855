//! Rows of child sheets find the rows they hang on, by the keys people gave them.

use std::collections::BTreeMap;

use super::Input;
use super::report::{Report, clip};
use super::sheet::key_text;
use super::table::{Key, Table, TableRow};
use crate::model::{FieldIx, Origin, Row, ScopeIx, Text};

/// The trials of one workbook while its sheets are read.
#[derive(Debug, Default)]
pub(super) struct Trials {
    /// The trials in the order of the workbook.
    pub(super) list: Vec<Trial>,
    /// Whether the workbook is a page: one trial, which its other sheets need not name.
    pub(super) page: bool,
    by_id: BTreeMap<String, u32>,
    /// Where the row of a scope with that key is: below which trial, and which row of each list on the way.
    keys: BTreeMap<(ScopeIx, u32, String), (Vec<u32>, Origin)>,
}

/// One trial.
#[derive(Debug)]
pub(super) struct Trial {
    /// Its id as keys are compared, empty when it is blank.
    pub(super) id: String,
    /// Its values.
    pub(super) root: Row,
}

impl Trials {
    /// Adds a trial; its id is reported when it is blank.
    pub(super) fn add(&mut self, input: &Input<'_>, report: &mut Report<'_>, root: Row) {
        let id = id_of(input, &root);
        if id.is_empty() {
            let at = input.root_key.map_or_else(|| root.here(), |key| root.origin(key, input.catalogue));
            report.say_found("", "IN-0050", &at, ("", "trial.id"), &[]);
        } else {
            let index = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
            self.by_id.entry(id.clone()).or_insert(index);
        }
        self.list.push(Trial { id, root });
    }

    /// Returns the id of the only trial of a page, empty for a list.
    pub(super) fn only_id(&self) -> &str {
        self.list.first().filter(|_| self.page).map_or("", |trial| trial.id.as_str())
    }

    /// Hangs the rows of a child sheet on their parents.
    pub(super) fn attach(&mut self, input: &Input<'_>, report: &mut Report<'_>, scope: ScopeIx, sheet: u16, table: Table) {
        let Some(parent) = input.catalogue.scope(scope).parent else { return };
        let missing = |report: &mut Report<'_>, field: Option<FieldIx>| {
            let label = field.map_or_else(Text::default, |field| input.catalogue.field(field).label.clone());
            report.say("", "IN-0034", &Origin::Sheet { sheet }, &[("label", label)]);
        };
        if !table.rows.is_empty() && !self.page && !table.has_trial && self.list.len() != 1 {
            return missing(report, input.root_key);
        }
        let alone = self.list.len() == 1 && self.list.iter().all(|trial| rows_below(&trial.root, input, parent) == 1);
        if !table.rows.is_empty() && parent != ScopeIx::ROOT && !table.has_parent && !alone {
            return missing(report, input.catalogue.scope(parent).key);
        }
        for row in table.rows {
            self.attach_row(input, report, scope, parent, row, (table.has_trial, table.has_parent));
        }
        self.check_blank_keys(input, report, scope);
    }

    fn attach_row(
        &mut self,
        input: &Input<'_>,
        report: &mut Report<'_>,
        scope: ScopeIx,
        parent: ScopeIx,
        row: TableRow,
        (has_trial, has_parent): (bool, bool),
    ) {
        let Some(trial) = self.trial_of(input, report, &row.trial, has_trial) else { return };
        let Some(path) = self.parent_of(input, report, parent, trial, &row.parent, has_parent) else { return };
        let id = self.list.get(trial as usize).map(|trial| trial.id.clone()).unwrap_or_default();
        let Some(above) = self.row_at(input, parent, trial, &path) else { return };
        let rows = above.rows_mut(scope);
        if rows.is_empty() {
            // Most lists have one row; the usual growth would make room for four, in every site of every trial.
            rows.reserve_exact(1);
        }
        let position = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let key_field = input.catalogue.scope(scope).key;
        let key = key_field.and_then(|field| Some((field, row.row.leaf(field)?)));
        let key = key.map(|(field, leaf)| (field, key_text(&leaf.value), leaf.origin.clone()));
        rows.push(row.row);
        let Some((field, text, at)) = key else { return };
        let path: Vec<u32> = path.into_iter().chain([position]).collect();
        if let Some((_, first)) = self.keys.get(&(scope, trial, text.clone())) {
            let label = input.catalogue.field(field).label.clone();
            let values = [("label", label), ("key", clip(&text)), ("first", report.sources.place(first).cell.into())];
            report.say_found(&id, "IN-0054", &at, (&text, &input.catalogue.field(field).id), &values);
            return;
        }
        self.keys.insert((scope, trial, text), (path, at));
    }

    fn trial_of(&self, input: &Input<'_>, report: &mut Report<'_>, key: &Key, named: bool) -> Option<u32> {
        let label = || input.root_key.map_or_else(Text::default, |field| input.catalogue.field(field).label.clone());
        if self.page {
            let only = self.only_id();
            if !key.text.is_empty() && !only.is_empty() && key.text != only {
                let values = [("key", clip(&key.text)), ("trial", clip(only))];
                report.say(only, "IN-0055", &key.at, &values);
                return None;
            }
            return (!self.list.is_empty()).then_some(0);
        }
        if key.text.is_empty() {
            if !named && self.list.len() == 1 {
                return Some(0);
            }
            report.say("", "IN-0053", &key.at, &[("label", label())]);
            return None;
        }
        let found = self.by_id.get(&key.text).copied();
        if found.is_none() {
            let values = [("label", label()), ("key", clip(&key.text)), ("known", known(self.by_id.keys()))];
            report.say(&key.text, "IN-0052", &key.at, &values);
        }
        found
    }

    /// Finds the row that a child belongs to, as the rows of each list on the way down.
    fn parent_of(
        &self,
        input: &Input<'_>,
        report: &mut Report<'_>,
        parent: ScopeIx,
        trial: u32,
        key: &Key,
        named: bool,
    ) -> Option<Vec<u32>> {
        if parent == ScopeIx::ROOT {
            return Some(Vec::new());
        }
        let of = self.list.get(trial as usize)?;
        let label =
            input.catalogue.scope(parent).key.map_or_else(Text::default, |key| input.catalogue.field(key).label.clone());
        if key.text.is_empty() {
            let grandparent_is_root = input.catalogue.scope(parent).parent == Some(ScopeIx::ROOT);
            if (self.page || !named) && grandparent_is_root && of.root.rows(parent).len() == 1 {
                return Some(vec![0]);
            }
            report.say(&of.id, "IN-0053", &key.at, &[("label", label)]);
            return None;
        }
        let found = self.keys.get(&(parent, trial, key.text.clone())).map(|(path, _)| path.clone());
        if found.is_none() {
            let from = (parent, trial, String::new());
            let keys = self.keys.range(from..).take_while(|((scope, of, _), _)| (*scope, *of) == (parent, trial));
            let values = [("label", label), ("key", clip(&key.text)), ("known", known(keys.map(|((_, _, key), _)| key)))];
            report.say(&of.id, "IN-0052", &key.at, &values);
        }
        found
    }

    fn row_at(&mut self, input: &Input<'_>, scope: ScopeIx, trial: u32, path: &[u32]) -> Option<&mut Row> {
        let mut lists = Vec::new();
        let mut next = scope;
        while next != ScopeIx::ROOT {
            lists.push(next);
            next = input.catalogue.scope(next).parent?;
        }
        let mut row = &mut self.list.get_mut(trial as usize)?.root;
        for (list, at) in lists.into_iter().rev().zip(path) {
            row = row.rows_mut(list).get_mut(*at as usize)?;
        }
        Some(row)
    }

    /// A row that others refer to needs its key, unless it is the only one of a page.
    fn check_blank_keys(&self, input: &Input<'_>, report: &mut Report<'_>, scope: ScopeIx) {
        let known = input.catalogue.scope(scope);
        let (Some(key), Some(ScopeIx::ROOT)) = (known.key, known.parent) else { return };
        for trial in &self.list {
            let rows = trial.root.rows(scope);
            if self.page && rows.len() == 1 {
                continue;
            }
            for row in rows.iter().filter(|row| row.leaf(key).is_none()) {
                let field = input.catalogue.field(key);
                let at = row.origin(key, input.catalogue);
                report.say_found(&trial.id, "IN-0053", &at, ("", &field.id), &[("label", field.label.clone())]);
            }
        }
    }
}

/// Returns the id of a trial as keys are compared, empty when it is blank.
pub(super) fn id_of(input: &Input<'_>, root: &Row) -> String {
    input.root_key.and_then(|key| root.leaf(key)).map(|leaf| key_text(&leaf.value)).unwrap_or_default()
}

fn rows_below(root: &Row, input: &Input<'_>, scope: ScopeIx) -> usize {
    let direct = input.catalogue.scope(scope).parent == Some(ScopeIx::ROOT);
    if direct { root.rows(scope).len() } else { 0 }
}

/// Lists the first few keys there are.
fn known<'a>(keys: impl Iterator<Item = &'a String>) -> Text {
    const SHOWN: usize = 8;
    let mut keys: Vec<&str> = keys.take(SHOWN + 1).map(String::as_str).collect();
    if keys.is_empty() {
        return Text::new("（なし）", "(none)");
    }
    if keys.len() > SHOWN {
        keys.truncate(SHOWN);
        keys.push("…");
    }
    let list = |between: &str| clip(&keys.join(between)).ja;
    Text::new(list("、"), list(", "))
}
