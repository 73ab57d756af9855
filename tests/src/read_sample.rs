//! Reads the values of a published filing into a JSON record, by the plugin's own map turned round.

use serde_json::{Map, Value};
use todokede_core::model::ItemKind;
use todokede_core::plugin::{Plugin, Source};

use crate::flat_xml::Element;

/// A value found in the filing: catalogue path with row indices, and text.
pub fn record(elements: &[Element], plugin: &Plugin) -> Value {
    let engine = crate::engine();
    let catalogue = &engine.catalogue;
    let mut record = Value::Object(Map::new());
    // How many rows each repeat group has so far, innermost last; a group's counts start again in each parent row.
    let mut rows: Vec<(usize, usize)> = Vec::new();
    for element in elements {
        let Some((_, path)) = element.path.split_once('/') else { continue };
        let Some(item) = plugin.form.find(path) else { continue };
        let definition = plugin.form.item(item);
        let group = definition.parent.unwrap_or(0);
        match definition.kind {
            ItemKind::Serial => {
                let inside = |other: usize| path.starts_with(&format!("{}/", plugin.form.item(other).path));
                rows.retain(|(other, _)| inside(*other));
                match rows.iter_mut().find(|(other, _)| *other == group) {
                    Some((_, count)) => *count += 1,
                    None => rows.push((group, 0)),
                }
                // Groups inside this row begin anew.
                let prefix = format!("{}/", plugin.form.item(group).path);
                rows.retain(|(other, _)| *other == group || !plugin.form.item(*other).path.starts_with(&prefix));
            }
            ItemKind::Value if !element.text.is_empty() => {
                let Source::Field { field, .. } = plugin.mapping.source(item) else { continue };
                let field = catalogue.field(*field);
                let mut indices = Vec::new();
                for (group, count) in &rows {
                    if path.starts_with(&format!("{}/", plugin.form.item(*group).path))
                        && let Source::Rows { list } = plugin.mapping.source(*group)
                    {
                        indices.push((catalogue.scope(*list).id.clone(), *count));
                    }
                }
                put(&mut record, &field.id, &indices, &element.text);
            }
            _ => {}
        }
    }
    record
}

/// Puts a text at a field id, stepping into row N wherever the id so far names a repeat group.
fn put(record: &mut Value, id: &str, indices: &[(String, usize)], text: &str) {
    let catalogue = &crate::engine().catalogue;
    let mut here = record;
    let mut so_far = String::new();
    for part in id.split('.') {
        if !so_far.is_empty() {
            so_far.push('.');
        }
        so_far.push_str(part);
        if here.is_null() {
            *here = Value::Object(Map::new());
        }
        if here.is_array() {
            // An inline group: its rows are plain texts.
            break;
        }
        here = here.as_object_mut().unwrap().entry(part).or_insert(Value::Null);
        if let Some((list, row)) = indices.iter().find(|(list, _)| *list == so_far) {
            if here.is_null() {
                *here = Value::Array(Vec::new());
            }
            let rows = here.as_array_mut().unwrap();
            while rows.len() <= *row {
                rows.push(Value::Null);
            }
            here = &mut rows[*row];
            if catalogue.scope_ix(list).and_then(|list| catalogue.inline_field(list)).is_some() {
                break;
            }
        }
    }
    *here = Value::from(text);
}
