//! Marks as somebody gave them: a filing that was read back, or a record that says them itself.

use super::walk::RowAt;
use super::{Declared, Entries, Entry};
use crate::model::{Change, ChangeStatus, Filing, ItemIx, ItemRow, Node};

/// Puts the marks of the sheet of changes on a filing.
pub fn apply_given(filing: &mut Filing, entries: &Entries, declared: Declared) {
    let mut rows = Vec::new();
    Giver { entries, declared }.node(&mut filing.root, &mut rows);
}

/// Takes the rows that a filing shows for the last time away, and every mark with them: what the next one builds on.
pub fn without_deleted(filing: &mut Filing) {
    fn strip(node: &mut Node) {
        match node {
            Node::Value(value) => value.change = None,
            Node::Group { head, rows, .. } => {
                head.iter_mut().for_each(strip);
                rows.retain(|row| row.change.as_ref().is_none_or(|change| change.status != ChangeStatus::Delete));
                for row in rows {
                    row.change = None;
                    row.nodes.iter_mut().for_each(strip);
                }
            }
        }
    }
    strip(&mut filing.root);
}

struct Giver<'a> {
    entries: &'a Entries,
    declared: Declared<'a>,
}

impl Giver<'_> {
    fn node(&self, node: &mut Node, way: &mut Vec<RowAt>) {
        match node {
            Node::Value(value) => {
                if !value.field.is_empty()
                    && let Some(entry) = self.entries.mark(&value.field, way, ChangeStatus::Update)
                {
                    value.change = Some(change(ChangeStatus::Update, Some(entry), ""));
                }
            }
            Node::Group { item, head, rows } => {
                head.iter_mut().for_each(|node| self.node(node, way));
                self.rows(*item, rows, way);
            }
        }
    }

    fn rows(&self, group: ItemIx, rows: &mut Vec<ItemRow>, way: &mut Vec<RowAt>) {
        let Some(list) = self.declared.list_of(group) else { return };
        let id = &self.declared.catalogue.scope(list).id;
        let mut highest = rows.iter().filter_map(|row| row.serial).max().unwrap_or(0);
        let mut out: Vec<ItemRow> = Vec::with_capacity(rows.len());
        for mut row in std::mem::take(rows) {
            way.push(self.declared.row_at(list, &row, true));
            row.nodes.iter_mut().for_each(|node| self.node(node, way));
            let given = |status| row.serial.and_then(|_| self.entries.mark(id, way, status));
            let (added, deleted) = (given(ChangeStatus::Append), given(ChangeStatus::Delete));
            row.change = added.map(|entry| change(ChangeStatus::Append, Some(entry), ""));
            let mut gone = None;
            if let Some(entry) = deleted {
                let change = change(ChangeStatus::Delete, Some(entry), "");
                if row.change.is_some() {
                    // Came and went since the last filing: the filing shows it twice.
                    highest = highest.saturating_add(1);
                    gone = Some(ItemRow { change: Some(change), serial: Some(highest), ..row.clone() });
                } else {
                    row.change = Some(change);
                }
            }
            way.pop();
            out.push(row);
            out.extend(gone);
        }
        *rows = out;
    }
}

/// Makes a mark with the words of an entry; without one they are missing.
pub(super) fn change(status: ChangeStatus, entry: Option<&Entry>, old: &str) -> Box<Change> {
    let (date, reason) = entry.map_or(("", ""), |entry| (entry.date.as_str(), entry.reason.as_str()));
    let origin = entry.map_or(crate::model::Origin::Nowhere, |entry| entry.at.clone());
    Box::new(Change { status, date: date.to_owned(), reason: reason.to_owned(), old: old.to_owned(), origin })
}
