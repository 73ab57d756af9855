//! Marks that a filing carries against those that the last filing asks for.

use crate::model::{Change, ChangeStatus, Filing, ItemIx, ItemRow, Node, Origin};

/// Where a filing's marks are not what the last filing asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The item: a leaf, or the group of a row.
    pub item: ItemIx,
    /// Number of the row, when it is about one.
    pub serial: Option<u32>,
    /// The mark that is missing; nothing where a mark stands that nothing asks for.
    pub wanted: Option<ChangeStatus>,
    /// The value before.
    pub old: String,
    /// The value now.
    pub new: String,
    /// Where.
    pub at: Origin,
    /// Where the mark was given, when one was.
    pub given: Option<Origin>,
}

/// Lists where the marks of `given` are not those of `computed`, the same filing with its marks worked out.
pub fn compare(given: &Filing, computed: &Filing) -> Vec<Difference> {
    let mut found = Vec::new();
    node(&given.root, &computed.root, &mut found);
    found
}

fn node(given: &Node, computed: &Node, found: &mut Vec<Difference>) {
    match (given, computed) {
        (Node::Value(given), Node::Value(computed)) => {
            let (mark, wanted) = (given.change.as_deref(), computed.change.as_deref());
            if mark.map(|mark| mark.status) != wanted.map(|wanted| wanted.status) {
                found.push(Difference {
                    item: given.item,
                    serial: None,
                    wanted: wanted.map(|wanted| wanted.status),
                    old: wanted.map(|wanted| wanted.old.clone()).unwrap_or_default(),
                    new: given.text.clone(),
                    at: given.origin.clone(),
                    given: mark.map(|mark| mark.origin.clone()),
                });
            }
        }
        (Node::Group { item, head, rows }, Node::Group { head: other_head, rows: other_rows, .. }) => {
            for (one, other) in head.iter().zip(other_head) {
                node(one, other, found);
            }
            self::rows(*item, rows, other_rows, found);
        }
        _ => {}
    }
}

fn rows(group: ItemIx, given: &[ItemRow], computed: &[ItemRow], found: &mut Vec<Difference>) {
    let status = |row: &ItemRow| row.change.as_ref().map(|change| change.status);
    let is_deleted = |row: &ItemRow| status(row) == Some(ChangeStatus::Delete);
    for row in given.iter().filter(|row| !row.is_blank()) {
        let same = |other: &&ItemRow| other.serial == row.serial && is_deleted(other) == is_deleted(row);
        let other = computed.iter().find(same);
        let wanted = other.and_then(status);
        if other.is_none() || wanted != status(row) {
            let mark = row.change.as_deref().map(|mark: &Change| mark.origin.clone());
            found.push(difference(group, row, wanted, &row.origin, mark));
        }
        // Nothing inside a row that came or went is marked.
        if let Some(other) = other.filter(|_| wanted.is_none()) {
            for (one, other) in row.nodes.iter().zip(&other.nodes) {
                node(one, other, found);
            }
        }
    }
    let at = given.first().map_or(Origin::Nowhere, |row| row.origin.clone());
    for row in computed.iter().filter(|row| is_deleted(row)) {
        if !given.iter().any(|other| is_deleted(other) && other.serial == row.serial) {
            found.push(difference(group, row, Some(ChangeStatus::Delete), &at, None));
        }
    }
}

fn difference(group: ItemIx, row: &ItemRow, wanted: Option<ChangeStatus>, at: &Origin, given: Option<Origin>) -> Difference {
    let first = row.nodes.iter().find_map(|node| match node {
        Node::Value(value) if !value.text.is_empty() => Some(value.text.clone()),
        _ => None,
    });
    let (old, new) = match wanted {
        Some(ChangeStatus::Delete) => (first.unwrap_or_default(), String::new()),
        _ => (String::new(), first.unwrap_or_default()),
    };
    Difference { item: group, serial: row.serial, wanted, old, new, at: at.clone(), given }
}
