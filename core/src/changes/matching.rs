//! Which row of the last filing a row of the current one is.
//!
//! What a row *is* comes first (its name, symbol or role), then the number the record gives it, and only where neither
//! tells, its likeness and its place.

use super::walk::plain;
use super::{Declared, RowAt};
use crate::model::form::Identity;
use crate::model::{ItemIx, ItemRow, Node, ScopeIx};

/// The pairs that were found.
#[derive(Debug, Default)]
pub(super) struct Matched {
    /// For each current row the one before it was.
    pub(super) before: Vec<Option<usize>>,
    /// Current rows that kept their number but are named otherwise, in a group where the name is the row.
    pub(super) renamed: Vec<usize>,
}

/// Matches rows; both sides without the blank row that stands for none.
pub(super) fn match_rows(declared: Declared, group: ItemIx, list: ScopeIx, old: &[&ItemRow], new: &[&ItemRow]) -> Matched {
    let side = |rows: &[&ItemRow]| rows.iter().map(|row| Known::new(declared, list, row)).collect::<Vec<_>>();
    let mut matcher = Matcher { old: side(old), new: side(new), taken: vec![false; old.len()], before: vec![None; new.len()] };
    let identity = declared.identity_of(group);
    let named = |old: &Known, new: &Known| !new.name.is_empty() && old.name == new.name;
    let numbered = |old: &Known, new: &Known| new.numbered && old.serial == new.serial;
    let mut renamed = Vec::new();
    if identity == Identity::None {
        matcher.pass(|old, new| old.content == new.content && numbered(old, new));
        matcher.pass(|old, new| old.content == new.content);
        matcher.pass(numbered);
        // A number that the last filing does not know is a new row's.
        matcher.pass(|_, new| !new.numbered);
    } else {
        matcher.pass(|old, new| named(old, new) && numbered(old, new));
        matcher.pass(|old, new| named(old, new) && old.content == new.content);
        matcher.pass(named);
        let open: Vec<usize> = (0..new.len()).filter(|at| matcher.before.get(*at) == Some(&None)).collect();
        matcher.pass(numbered);
        if identity == Identity::Row {
            renamed = open.into_iter().filter(|at| matcher.before.get(*at).is_some_and(Option::is_some)).collect();
        } else {
            matcher.pass(|old, new| !new.numbered && alike(old, new));
        }
    }
    Matched { before: matcher.before, renamed }
}

/// What is known of a row.
struct Known {
    name: String,
    serial: Option<u32>,
    numbered: bool,
    /// Its values in order, blank ones included.
    content: Vec<String>,
}

impl Known {
    fn new(declared: Declared, list: ScopeIx, row: &ItemRow) -> Known {
        let RowAt { name, .. } = declared.row_at(list, row, true);
        let mut content = Vec::new();
        row.nodes.iter().for_each(|node| values(declared, node, &mut content));
        Known { name: plain(&name), serial: row.serial, numbered: row.numbered, content }
    }
}

/// Collects the values of a row that changes are told of, those of its inner rows too.
fn values(declared: Declared, node: &Node, out: &mut Vec<String>) {
    match node {
        Node::Value(value) if declared.form.item(value.item).exempt => {}
        Node::Value(value) => out.push(value.text.clone()),
        Node::Group { head, rows, .. } => {
            head.iter().for_each(|node| values(declared, node, out));
            rows.iter().flat_map(|row| &row.nodes).for_each(|node| values(declared, node, out));
        }
    }
}

/// Returns whether two rows with other names say the same otherwise: at least half of what the shorter one says.
fn alike(old: &Known, new: &Known) -> bool {
    let filled = |row: &Known| row.content.iter().filter(|text| !text.is_empty()).count();
    let same = old.content.iter().zip(&new.content).filter(|(old, new)| old == new && !old.is_empty()).count();
    same > 0 && same * 2 >= filled(old).min(filled(new))
}

struct Matcher {
    old: Vec<Known>,
    new: Vec<Known>,
    taken: Vec<bool>,
    before: Vec<Option<usize>>,
}

impl Matcher {
    /// Pairs each row that is still alone with the first that fits.
    fn pass(&mut self, fits: impl Fn(&Known, &Known) -> bool) {
        for (new, before) in self.new.iter().zip(&mut self.before) {
            if before.is_some() {
                continue;
            }
            let found = self.old.iter().zip(&mut self.taken).enumerate().find(|(_, (old, taken))| !**taken && fits(old, new));
            if let Some((at, (_, taken))) = found {
                *taken = true;
                *before = Some(at);
            }
        }
    }
}
