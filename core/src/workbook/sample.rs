//! Records for tests: from JSON, or with every field of the catalogue filled in.

use serde_json::{Map, Value};

use crate::files::Files;
use crate::model::{Catalogue, Kind, Leaf, Origin, Record, Row, Scalar, ScopeIx, ScopeKind};

/// Returns the catalogue of the product.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue::load(&Files::embedded("forms")).unwrap()
}

/// Makes a record from nested JSON whose leaves are texts.
pub(crate) fn record(catalogue: &Catalogue, json: &Value) -> Record {
    Record { root: row(catalogue, ScopeIx::ROOT, json), ..Record::default() }
}

fn row(catalogue: &Catalogue, scope: ScopeIx, json: &Value) -> Row {
    let find = |path: &str| path.split('.').try_fold(json, |json, name| json.get(name));
    let mut row = Row::default();
    for index in &catalogue.scope(scope).fields {
        if let Some(value) = find(&catalogue.field(*index).name) {
            row.put(*index, leaf(value));
        }
    }
    for list in &catalogue.scope(scope).lists {
        let Some(rows) = find(&catalogue.scope(*list).name).and_then(Value::as_array) else { continue };
        for json in rows {
            let below = match catalogue.inline_field(*list) {
                Some(field) => {
                    let mut below = Row::default();
                    below.put(field, leaf(json));
                    below
                }
                None => self::row(catalogue, *list, json),
            };
            row.rows_mut(*list).push(below);
        }
    }
    row
}

fn leaf(value: &Value) -> Leaf {
    Leaf { value: Scalar::Text(value.as_str().expect("leaves are texts").into()), origin: Origin::Nowhere }
}

/// Makes a record in which every field holds a value and every group has `rows` rows.
pub(crate) fn full(catalogue: &Catalogue, id: &str, rows: usize) -> Record {
    let mut record = record(catalogue, &full_row(catalogue, ScopeIx::ROOT, rows, 1));
    let key = catalogue.field_ix("trial.id").unwrap();
    record.root.put(key, leaf(&id.into()));
    record
}

fn full_row(catalogue: &Catalogue, scope: ScopeIx, rows: usize, number: usize) -> Value {
    let about = catalogue.scope(scope);
    let mut object = Map::new();
    for index in &about.fields {
        let field = catalogue.field(*index);
        let text = match &field.kind {
            Kind::Code(list) => catalogue.codes.get(list).unwrap().entries[0].0.clone(),
            Kind::Digits(width) => format!("{number:0width$}"),
            Kind::Date => format!("2026-04-{number:02}"),
            Kind::Int | Kind::Year | Kind::Key => (1990 + number).to_string(),
            _ => format!("{} {number}", field.label.ja),
        };
        put(&mut object, &field.name, text.into());
    }
    for list in &about.lists {
        let list_rows = (1..=rows).map(|number| match catalogue.inline_field(*list) {
            Some(field) => match &catalogue.field(field).kind {
                Kind::Code(codes) => Value::from(catalogue.codes.get(codes).unwrap().entries[number].0.clone()),
                _ => format!("V{number}").into(),
            },
            None => full_row(catalogue, *list, rows, number),
        });
        put(&mut object, &catalogue.scope(*list).name, list_rows.collect());
    }
    Value::Object(object)
}

fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            object.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
            put(inner.as_object_mut().unwrap(), rest, value);
        }
    }
}

/// Returns the path of every value of a record, in the words of [`CellMap`](super::CellMap), with the value.
pub(crate) fn paths(catalogue: &Catalogue, record: &Record) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    walk(catalogue, ScopeIx::ROOT, &record.root, "", &mut paths);
    paths
}

fn walk(catalogue: &Catalogue, scope: ScopeIx, row: &Row, at: &str, paths: &mut Vec<(String, String)>) {
    let join = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    for index in &catalogue.scope(scope).fields {
        paths.push((join(&catalogue.field(*index).name), row.text(*index).to_owned()));
    }
    for list in &catalogue.scope(scope).lists {
        for (number, below) in row.rows(*list).iter().enumerate() {
            let about = catalogue.scope(*list);
            assert!(about.kind != ScopeKind::Root);
            walk(catalogue, *list, below, &format!("{}[{number}]", join(&about.name)), paths);
        }
    }
}
