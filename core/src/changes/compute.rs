//! The last filing and the current one → the current one with its marks.

use std::collections::BTreeMap;

use super::given::change;
use super::list::texts_of;
use super::matching::match_rows;
use super::walk::RowAt;
use super::{Declared, Entries};
use crate::model::form::{Identity, Mark};
use crate::model::{ChangeStatus, Filing, ItemIx, ItemRow, ItemValue, Node, Origin, ScopeIx};

/// The highest number that each series of rows has ever used, by its group and the rows above it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers {
    used: BTreeMap<(ItemIx, Vec<u32>), u32>,
}

impl Numbers {
    /// Notes the numbers of a filing, deleted rows included.
    pub fn note(&mut self, filing: &Filing) {
        self.node(&filing.root, &mut Vec::new());
    }

    /// Takes over the numbers that other filings of the series used.
    pub fn join(&mut self, other: Numbers) {
        for (series, serial) in other.used {
            let highest = self.used.entry(series).or_default();
            *highest = (*highest).max(serial);
        }
    }

    fn node(&mut self, node: &Node, way: &mut Vec<u32>) {
        let Node::Group { item, head, rows } = node else { return };
        head.iter().for_each(|node| self.node(node, way));
        for row in rows {
            let Some(serial) = row.serial else { continue };
            let highest = self.used.entry((*item, way.clone())).or_default();
            *highest = (*highest).max(serial);
            way.push(serial);
            row.nodes.iter().for_each(|node| self.node(node, way));
            way.pop();
        }
    }

    fn highest(&self, group: ItemIx, way: &[u32]) -> u32 {
        self.used.get(&(group, way.to_vec())).copied().unwrap_or(0)
    }
}

/// A row that kept its number under another name: a person who changed names, or another person.
#[derive(Debug, Clone, PartialEq)]
pub struct Renamed {
    /// The group.
    pub group: ItemIx,
    /// The name before.
    pub old: String,
    /// The name now.
    pub new: String,
    /// Where the row is.
    pub origin: Origin,
}

/// Stands for the last filing where a value comes from it.
const LAST: &str = "last filing";

/// The current filing with its marks.
#[derive(Debug)]
pub struct Computed {
    /// The filing.
    pub filing: Filing,
    /// Rows of which it is not sure what they are.
    pub renamed: Vec<Renamed>,
    /// Where rows stand that an earlier filing deleted; they are no part of this one.
    pub long_gone: Vec<Origin>,
    /// Items that are never marked and differ: item, value before, value now.
    pub unmarked: Vec<(ItemIx, String, String)>,
}

/// Marks what changed since `old`, a filing without marks; `numbers` says which row numbers the series has used.
///
/// With `as_numbered` rows keep the numbers they have, as in a filing that somebody else numbered.
pub fn compute(
    old: &Filing,
    numbers: &Numbers,
    new: Filing,
    entries: &Entries,
    declared: Declared,
    as_numbered: bool,
) -> Computed {
    let (way, serials, renamed, long_gone) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let unmarked = Vec::new();
    let mut marker = Marker { entries, declared, numbers, as_numbered, way, serials, renamed, long_gone, unmarked };
    let root = marker.node(&old.root, new.root);
    Computed { filing: Filing { root }, renamed: marker.renamed, long_gone: marker.long_gone, unmarked: marker.unmarked }
}

struct Marker<'a> {
    entries: &'a Entries,
    declared: Declared<'a>,
    numbers: &'a Numbers,
    as_numbered: bool,
    way: Vec<RowAt>,
    /// The numbers that the rows on the way had in the last filing.
    serials: Vec<u32>,
    renamed: Vec<Renamed>,
    long_gone: Vec<Origin>,
    unmarked: Vec<(ItemIx, String, String)>,
}

impl Marker<'_> {
    fn node(&mut self, old: &Node, new: Node) -> Node {
        match (old, new) {
            (Node::Value(old), Node::Value(new)) => Node::Value(self.value(old, new)),
            (Node::Group { head: old_head, rows: old_rows, .. }, Node::Group { item, head, rows }) => {
                let head = self.nodes(old_head, head);
                let rows = self.rows(item, old_rows, rows);
                Node::Group { item, head, rows }
            }
            (_, new) => new,
        }
    }

    fn nodes(&mut self, old: &[Node], new: Vec<Node>) -> Vec<Node> {
        // Both are filled from the same form, so they stand side by side.
        new.into_iter()
            .enumerate()
            .map(|(at, new)| match old.get(at) {
                Some(old) if old.item() == new.item() => self.node(old, new),
                _ => new,
            })
            .collect()
    }

    fn value(&mut self, old: &ItemValue, mut new: ItemValue) -> ItemValue {
        let item = self.declared.form.item(new.item);
        new.change = None;
        if old.text != new.text && item.exempt {
            self.unmarked.push((new.item, old.text.clone(), new.text.clone()));
        }
        if old.text != new.text && !item.exempt && matches!(item.mark, Mark::Leaf | Mark::Unmarked) {
            let entry = self.entries.words(&new.field, &self.way, ChangeStatus::Update);
            new.change = Some(change(ChangeStatus::Update, entry, &old.text));
        }
        new
    }

    fn rows(&mut self, group: ItemIx, old: &[ItemRow], new: Vec<ItemRow>) -> Vec<ItemRow> {
        let declared = self.declared;
        let Some(list) = declared.list_of(group) else { return new };
        let exempt = declared.form.item(group).row.first().is_some_and(|serial| declared.form.item(*serial).exempt);
        if exempt {
            let texts = |rows: &[ItemRow]| {
                let mut texts = Vec::new();
                rows.iter().flat_map(|row| &row.nodes).for_each(|node| texts_of(node, &mut texts));
                texts.join("、")
            };
            let (before, now) = (texts(old), texts(&new));
            if before != now {
                self.unmarked.push((group, before, now));
            }
            return new;
        }
        let id = declared.catalogue.scope(list).id.clone();
        let old: Vec<&ItemRow> = old.iter().filter(|row| !row.is_blank()).collect();
        let (new, blank): (Vec<ItemRow>, Vec<ItemRow>) = new.into_iter().partition(|row| !row.is_blank());
        let matched = match_rows(declared, group, list, &old, &new.iter().collect::<Vec<_>>());
        let mut highest =
            self.numbers.highest(group, &self.serials).max(old.iter().filter_map(|row| row.serial).max().unwrap_or(0));
        let mut kept: Vec<Option<ItemRow>> = old.iter().map(|_| None).collect();
        let mut fresh = Vec::new();
        for (at, row) in new.into_iter().enumerate() {
            let before = matched.before.get(at).copied().flatten();
            let before = before.and_then(|index| Some((index, *old.get(index)?)));
            // The record may say itself that a row goes.
            let sure = row.numbered || declared.catalogue.inline_field(list).is_some();
            self.way.push(declared.row_at(list, &row, sure));
            let goes = self.entries.mark(&id, &self.way, ChangeStatus::Delete).is_some();
            self.way.pop();
            match before {
                Some((index, before)) if goes => {
                    let serial = if self.as_numbered { row.serial } else { before.serial };
                    let row = ItemRow { serial, origin: row.origin.clone(), ..from_before(before) };
                    let row = self.marked(list, &id, row, ChangeStatus::Delete);
                    if let Some(slot) = kept.get_mut(index) {
                        *slot = Some(row);
                    }
                }
                Some((index, before)) => {
                    if matched.renamed.contains(&at) {
                        self.rename(group, list, before, &row);
                    }
                    let row = self.kept(list, before, row);
                    if let Some(slot) = kept.get_mut(index) {
                        *slot = Some(row);
                    }
                }
                None => fresh.push((row, goes)),
            }
        }
        let mut rows = Vec::with_capacity(old.len() + fresh.len());
        for (before, row) in old.iter().zip(kept) {
            rows.push(row.unwrap_or_else(|| self.marked(list, &id, from_before(before), ChangeStatus::Delete)));
        }
        let stays: Vec<String> = fresh.iter().filter(|(_, goes)| !goes).map(|(row, _)| self.name(list, row)).collect();
        let used = highest;
        for (mut row, goes) in fresh {
            // A number of the series that the last filing does not show any more was deleted before it.
            if goes && row.numbered && !self.as_numbered && row.serial.is_some_and(|serial| serial <= used) {
                self.long_gone.push(row.origin);
                continue;
            }
            // Of one that came and went a filing that was read back shows both rows already.
            let shown = goes && !self.added(list, &id, &row) && (self.as_numbered || stays.contains(&self.name(list, &row)));
            if shown {
                highest = highest.max(row.serial.unwrap_or(0));
                rows.push(self.marked(list, &id, row, ChangeStatus::Delete));
                continue;
            }
            if !self.as_numbered && !row.serial.is_some_and(|serial| row.numbered && serial > highest) {
                row.serial = Some(highest.saturating_add(1));
            }
            highest = highest.max(row.serial.unwrap_or(0));
            let gone = goes.then(|| {
                highest = highest.saturating_add(1);
                ItemRow { serial: Some(highest), ..row.clone() }
            });
            rows.push(self.marked(list, &id, row, ChangeStatus::Append));
            rows.extend(gone.map(|gone| self.marked(list, &id, gone, ChangeStatus::Delete)));
        }
        if rows.is_empty() { blank } else { rows }
    }

    /// Compares a row with what it was; it keeps its number.
    fn kept(&mut self, list: ScopeIx, before: &ItemRow, mut row: ItemRow) -> ItemRow {
        if !self.as_numbered {
            row.serial = before.serial;
        }
        row.change = None;
        self.way.push(self.declared.row_at(list, &row, true));
        self.serials.push(before.serial.unwrap_or(0));
        let nodes = std::mem::take(&mut row.nodes);
        row.nodes = self.nodes(&before.nodes, nodes);
        self.serials.pop();
        self.way.pop();
        row
    }

    /// Returns whether the sheet of changes says that exactly this row came.
    fn added(&mut self, list: ScopeIx, id: &str, row: &ItemRow) -> bool {
        self.way.push(self.declared.row_at(list, row, row.numbered));
        let added = self.entries.mark(id, &self.way, ChangeStatus::Append).is_some();
        self.way.pop();
        added
    }

    fn name(&self, list: ScopeIx, row: &ItemRow) -> String {
        self.declared.row_at(list, row, false).name
    }

    /// Marks the number of a row; nothing inside it carries a mark.
    fn marked(&mut self, list: ScopeIx, id: &str, mut row: ItemRow, status: ChangeStatus) -> ItemRow {
        self.way.push(self.declared.row_at(list, &row, true));
        let entry = self.entries.words(id, &self.way, status);
        row.change = Some(change(status, entry, ""));
        self.way.pop();
        row
    }

    /// Returns where a row is named.
    fn named_at(&self, row: &ItemRow) -> Origin {
        let name = row.nodes.iter().find_map(|node| match node {
            Node::Value(value) if self.declared.form.item(value.item).identity != Identity::None => Some(value.origin.clone()),
            _ => None,
        });
        name.unwrap_or_else(|| row.origin.clone())
    }

    /// Notes a row whose name is another under the same number, unless the record says that the name changed.
    fn rename(&mut self, group: ItemIx, list: ScopeIx, before: &ItemRow, row: &ItemRow) {
        let (old, new) = (self.declared.row_at(list, before, true), self.declared.row_at(list, row, true));
        let id = &self.declared.catalogue.scope(list).id;
        self.way.push(new.clone());
        let said = self.entries.iter().any(|entry| {
            let target = entry.target.as_deref().unwrap_or_default();
            entry.status == Some(ChangeStatus::Update)
                && target.strip_prefix(id.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                && self.entries.mark(target, &self.way, ChangeStatus::Update).is_some()
        });
        self.way.pop();
        if !said {
            self.renamed.push(Renamed { group, old: old.name, new: new.name, origin: self.named_at(row) });
        }
    }
}

/// Takes a row of the last filing over; its places are in files that this record does not know.
fn from_before(before: &ItemRow) -> ItemRow {
    fn moved(node: &mut Node) {
        match node {
            Node::Value(value) => value.origin = Origin::Derived(LAST.into()),
            Node::Group { head, rows, .. } => {
                head.iter_mut().for_each(moved);
                rows.iter_mut().for_each(row);
            }
        }
    }
    fn row(row: &mut ItemRow) {
        row.origin = Origin::Derived(LAST.into());
        row.nodes.iter_mut().for_each(moved);
    }
    let mut taken = before.clone();
    row(&mut taken);
    taken
}
