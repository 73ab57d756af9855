//! A value that somebody spelled anew is theirs, even where it means what the other filing meant.

use super::tree::parse;
use super::{AS_FILED, part, read};
use crate::map::map_as_typed;
use crate::model::{Catalogue, ItemKind, Record};
use crate::plugin::{Plugin, Source};
use crate::render::xml;

/// Takes away the lines about texts of values that the record, not normalised yet, spells otherwise than they were filed.
pub fn forget_respelled(record: &mut Record, plugin: &Plugin, catalogue: &Catalogue) {
    let Some(list) = catalogue.scope_ix(AS_FILED) else { return };
    let lines = read(record, catalogue);
    if !lines.iter().any(|line| line.part == part::TEXT) {
        return;
    }
    let typed = map_as_typed(record, plugin, catalogue);
    let tree = xml::write(&typed, &plugin.form).ok().and_then(|bytes| parse(&String::from_utf8_lossy(&bytes)));
    let Some(tree) = tree else { return };
    let is_respelled = |at: usize| {
        let Some(line) = lines.get(at).filter(|line| line.part == part::TEXT) else { return false };
        let plain: Vec<&str> = line.path.split('/').map(|part| part.split('[').next().unwrap_or_default()).collect();
        let Some(item) = plugin.form.find(&plain.join("/")) else { return false };
        let Source::Field { field, .. } = plugin.mapping.source(item) else { return false };
        // Values that share a cell are told apart by the cell, and one that is written in has no spelling of its own.
        if plugin.form.item(item).kind != ItemKind::Value || catalogue.inline_field(catalogue.field(*field).scope).is_some() {
            return false;
        }
        // A row whose name is blank was given one by its number; that is nobody's spelling.
        line.theirs != ":"
            && tree.find(&line.path).is_some_and(|element| Some(element.text.as_str()) != line.theirs.strip_prefix(':'))
    };
    let rows = record.root.rows_mut(list);
    let mut at = 0;
    rows.retain(|_| {
        at += 1;
        !is_respelled(at - 1)
    });
}
