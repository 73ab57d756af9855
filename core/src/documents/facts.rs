//! What the templates of a plugin's documents may name.

use serde_json::{Map, Value};

use crate::model::{Catalogue, Form, ItemIx, ScopeIx};
use crate::plugin::Plugin;

/// Returns an example of what a Word template of a plugin sees: every name there is, each list with one row.
pub fn schema(plugin: &Plugin, catalogue: &Catalogue) -> Value {
    let mut root = Map::new();
    root.insert("record".to_owned(), scope(catalogue, ScopeIx::ROOT));
    root.insert("form".to_owned(), items(&plugin.form, &plugin.form.item(0).head));
    for (name, _) in &plugin.manifest.names {
        root.insert(name.clone(), text());
    }
    let each = plugin.manifest.outputs.iter().find_map(|output| output.each.as_ref());
    if let Some(list) = each.and_then(|list| catalogue.scope_ix(list)) {
        root.insert("row".to_owned(), scope(catalogue, list));
    }
    root.insert("built".to_owned(), text());
    root.insert("trial".to_owned(), text());
    root.insert("submission".to_owned(), text());
    root.insert("draft".to_owned(), Value::Bool(false));
    let documents: Vec<&String> = plugin.manifest.outputs.iter().filter_map(|output| output.document.as_ref()).collect();
    let mut by_id = Map::new();
    for row in documents.iter().filter_map(|id| plugin.documents.outline(id)).flat_map(|outline| &outline.rows) {
        by_id.insert(row.id.replace('-', "_"), section());
    }
    root.insert("sections".to_owned(), Value::Array(vec![section()]));
    root.insert("section".to_owned(), Value::Object(by_id));
    let mut legal = object(&["id", "number", "text", "text_en", "source"]);
    legal.insert("sections".to_owned(), Value::Array(vec![made_section()]));
    root.insert("legal".to_owned(), Value::Array(vec![Value::Object(legal)]));
    let made = documents.iter().map(|id| {
        let mut made = object(&["name", "sha256"]);
        made.insert("sections".to_owned(), Value::Array(vec![made_section()]));
        (id.replace('-', "_"), Value::Object(made))
    });
    root.insert("made".to_owned(), Value::Object(made.collect()));
    Value::Object(root)
}

fn text() -> Value {
    Value::String(String::new())
}

fn object(names: &[&str]) -> Map<String, Value> {
    names.iter().map(|name| ((*name).to_owned(), text())).collect()
}

fn section() -> Value {
    let mut section = object(&["id", "title", "body"]);
    section.insert("level".to_owned(), Value::from(1));
    section.insert("covers".to_owned(), Value::Array(vec![text()]));
    section.insert("locked".to_owned(), Value::Bool(false));
    Value::Object(section)
}

fn made_section() -> Value {
    let mut section = object(&["id", "number", "title", "page", "sha256"]);
    section.insert("level".to_owned(), Value::from(1));
    section.insert("locked".to_owned(), Value::Bool(false));
    Value::Object(section)
}

/// Returns every field of a scope, nested by the parts of its id.
fn scope(catalogue: &Catalogue, index: ScopeIx) -> Value {
    let mut root = Map::new();
    let scope_of = catalogue.scope(index);
    for field in &scope_of.fields {
        put(&mut root, &catalogue.field(*field).name, text());
    }
    for list in &scope_of.lists {
        let row = if catalogue.inline_field(*list).is_some() { text() } else { scope(catalogue, *list) };
        put(&mut root, &catalogue.scope(*list).name, Value::Array(vec![row]));
    }
    Value::Object(root)
}

fn put(map: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => drop(map.insert(name.to_owned(), value)),
        Some((first, rest)) => {
            let inner = map.entry(first.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

fn items(form: &Form, below: &[ItemIx]) -> Value {
    let mut map = Map::new();
    for at in below {
        let item = form.item(*at);
        let value = if !item.row.is_empty() {
            Value::Array(vec![items(form, &item.row)])
        } else if item.head.is_empty() {
            text()
        } else {
            items(form, &item.head)
        };
        map.insert(item.element.clone(), value);
    }
    Value::Object(map)
}
