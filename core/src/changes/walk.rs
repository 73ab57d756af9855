//! Where a node stands: the rows on the way to it, with their numbers and names.

use super::Declared;
use crate::model::form::Identity;
use crate::model::{ItemIx, ItemRow, Node, ScopeIx};
use crate::plugin::Source;

/// One row on the way to a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowAt {
    /// The repeat group.
    pub list: ScopeIx,
    /// Its number, where it is known for sure.
    pub serial: Option<u32>,
    /// What people call it; empty when nothing names it.
    pub name: String,
}

impl Declared<'_> {
    /// Returns the repeat group whose rows an item has.
    pub(super) fn list_of(&self, group: ItemIx) -> Option<ScopeIx> {
        match self.mapping.source(group) {
            Source::Rows { list, .. } => Some(*list),
            _ => None,
        }
    }

    /// Describes a row; `sure` says whether its number may be referred to.
    pub(super) fn row_at(&self, list: ScopeIx, row: &ItemRow, sure: bool) -> RowAt {
        let mut name = String::new();
        self.name_of(&row.nodes, &mut name);
        RowAt { list, serial: row.serial.filter(|_| sure), name }
    }

    fn name_of(&self, nodes: &[Node], name: &mut String) {
        for node in nodes {
            match node {
                Node::Value(value) if self.form.item(value.item).identity != Identity::None && !value.text.is_empty() => {
                    if !name.is_empty() {
                        name.push(' ');
                    }
                    name.push_str(&value.text);
                }
                Node::Value(_) => {}
                // What names the rows of an inner group does not name this one.
                Node::Group { head, .. } => self.name_of(head, name),
            }
        }
    }

    /// Returns the strongest identity that the items of a group's rows declare.
    pub(super) fn identity_of(&self, group: ItemIx) -> Identity {
        let mut strongest = Identity::None;
        let mut open: Vec<ItemIx> = self.form.item(group).row.clone();
        while let Some(item) = open.pop() {
            let item = self.form.item(item);
            match item.identity {
                Identity::Row => return Identity::Row,
                Identity::Name => strongest = Identity::Name,
                Identity::None => {}
            }
            open.extend(item.head.iter().copied());
        }
        strongest
    }
}

/// Writes a name so that spaces do not tell two apart.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}
