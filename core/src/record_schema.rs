//! The JSON Schema of a trial record, made from the catalogue: for editors, and for whoever writes records as JSON.
//!
//! It describes the nested form that [`Record::to_json`](crate::model::Record::to_json) writes. It is as wide as the
//! reader where that is harmless: whole numbers may be numbers or text, and a code of digits without a leading zero may
//! be a number. It is narrow where a number would lose something: whatever may start with a zero is text. It does not
//! say which fields are required, because each destination has its own answer.

use serde_json::{Map, Value, json};

use crate::model::{Catalogue, Field, Kind, Lang, Scope, ScopeIx, ScopeKind, Text};

/// Makes the JSON Schema (2020-12) of a record, its titles and descriptions in one language.
pub fn record_schema(catalogue: &Catalogue, lang: Lang) -> Value {
    let root = catalogue.scope(ScopeIx::ROOT);
    let mut schema = Map::new();
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    describe(&mut schema, root.label.get(lang), root.note.get(lang));
    schema.extend(object(catalogue, root, lang));
    if let Some(Value::Object(sections)) = schema.get_mut("properties") {
        for section in &catalogue.sections {
            if let Some(Value::Object(inner)) = sections.get_mut(&section.id) {
                inner.insert("title".into(), section.label.get(lang).into());
            }
        }
    }
    Value::Object(schema)
}

/// Returns the schema of a row: its fields and repeat groups, nested as their dotted names say.
fn object(catalogue: &Catalogue, scope: &Scope, lang: Lang) -> Map<String, Value> {
    let mut schema = closed_object();
    for index in &scope.fields {
        let field = catalogue.field(*index);
        put_nested(&mut schema, &field.name, Value::Object(leaf(catalogue, field, lang)));
    }
    for index in &scope.lists {
        let list = catalogue.scope(*index);
        put_nested(&mut schema, &list.name, Value::Object(array(catalogue, *index, list, lang)));
    }
    schema
}

fn array(catalogue: &Catalogue, index: ScopeIx, list: &Scope, lang: Lang) -> Map<String, Value> {
    let mut schema = Map::new();
    describe(&mut schema, list.label.get(lang), list.note.get(lang));
    schema.insert("type".into(), "array".into());
    let items = match (list.kind, catalogue.inline_field(index)) {
        (ScopeKind::Inline, Some(field)) => or_null(leaf(catalogue, catalogue.field(field), lang)),
        _ => object(catalogue, list, lang),
    };
    schema.insert("items".into(), Value::Object(items));
    schema
}

fn leaf(catalogue: &Catalogue, field: &Field, lang: Lang) -> Map<String, Value> {
    let mut schema = Map::new();
    describe(&mut schema, field.label.get(lang), field.note.get(lang));
    let types = match &field.kind {
        Kind::Int | Kind::Year => json!(["integer", "string"]),
        Kind::Key => json!(["string", "integer"]),
        Kind::Text => json!(["string", "number"]),
        Kind::Code(list) => {
            let types = if numbers(catalogue, list).is_empty() { json!("string") } else { json!(["string", "integer"]) };
            codes(&mut schema, catalogue, list, lang);
            types
        }
        Kind::Digits(_) | Kind::Symbol | Kind::Receipt | Kind::Phone | Kind::Contact | Kind::Kana | Kind::Date => {
            json!("string")
        }
    };
    schema.insert("type".into(), types);
    schema.insert("x-kind".into(), kind_name(&field.kind).into());
    if !field.example.is_empty() {
        let number = matches!(field.kind, Kind::Int | Kind::Year).then(|| field.example.parse::<u64>().ok()).flatten();
        schema.insert("examples".into(), json!([number.map_or_else(|| json!(field.example), |number| json!(number))]));
    }
    schema
}

/// Lets a value be null: so a blank row of a group without names of its own is written.
fn or_null(mut schema: Map<String, Value>) -> Map<String, Value> {
    if let Some(types) = schema.get_mut("type") {
        let mut wider = types.as_array().cloned().unwrap_or_else(|| vec![types.clone()]);
        wider.push("null".into());
        *types = Value::Array(wider);
    }
    if let Some(Value::Array(codes)) = schema.get_mut("enum") {
        codes.push(Value::Null);
    }
    schema
}

/// Adds what the codes are: a closed list as `enum`, and for every list what its codes mean.
fn codes(schema: &mut Map<String, Value>, catalogue: &Catalogue, list: &str, lang: Lang) {
    let Some(list) = catalogue.codes.get(list) else { return };
    if list.closed {
        let texts = list.entries.iter().map(|(code, _)| Value::from(code.as_str()));
        schema.insert("enum".into(), texts.chain(numbers(catalogue, &list.id)).collect());
    }
    // A Japanese code without a Japanese meaning is its own; the English gloss would be no help.
    let meaning = |means: &Text| if lang == Lang::Ja { means.ja.clone() } else { means.get(lang).to_owned() };
    let named = list.entries.iter().map(|(code, means)| (code.clone(), Value::from(meaning(means))));
    let named: Map<String, Value> = named.filter(|(_, means)| means != "").collect();
    if !named.is_empty() {
        schema.insert("x-meanings".into(), Value::Object(named));
    }
}

/// Returns the codes of a list that a JSON number can stand for without losing a digit.
fn numbers(catalogue: &Catalogue, list: &str) -> Vec<Value> {
    let entries = catalogue.codes.get(list).map(|list| list.entries.as_slice()).unwrap_or_default();
    let number = |(code, _): &(String, Text)| {
        let number: u32 = code.parse().ok()?;
        (number.to_string() == *code).then(|| Value::from(number))
    };
    entries.iter().filter_map(number).collect()
}

/// Returns the kind as the catalogue writes it.
fn kind_name(kind: &Kind) -> String {
    match kind {
        Kind::Code(list) => format!("code:{list}"),
        Kind::Digits(width) => format!("digits:{width}"),
        Kind::Text => "text".into(),
        Kind::Key => "key".into(),
        Kind::Int => "int".into(),
        Kind::Date => "date".into(),
        Kind::Year => "year".into(),
        Kind::Symbol => "symbol".into(),
        Kind::Receipt => "receipt".into(),
        Kind::Phone => "phone".into(),
        Kind::Contact => "contact".into(),
        Kind::Kana => "kana".into(),
    }
}

fn describe(schema: &mut Map<String, Value>, title: &str, note: &str) {
    schema.insert("title".into(), title.into());
    if !note.is_empty() {
        schema.insert("description".into(), note.into());
    }
}

fn closed_object() -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), Value::Object(Map::new()));
    schema.insert("additionalProperties".into(), Value::Bool(false));
    schema
}

/// Puts a schema at a dotted path, making the objects on the way.
fn put_nested(object: &mut Map<String, Value>, path: &str, schema: Value) {
    let Some(Value::Object(properties)) = object.get_mut("properties") else { return };
    match path.split_once('.') {
        None => {
            properties.insert(path.to_owned(), schema);
        }
        Some((first, rest)) => {
            let inner = properties.entry(first).or_insert_with(|| Value::Object(closed_object()));
            if let Value::Object(inner) = inner {
                put_nested(inner, rest, schema);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::workbook::sample;

    fn catalogue() -> Catalogue {
        Catalogue::load(&Files::embedded("forms")).unwrap()
    }

    /// Says why a value does not fit, knowing the few keywords the schema uses.
    fn misfit(schema: &Value, value: &Value, at: &str) -> Option<String> {
        let is = |name: &str| match name {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64(),
            "number" => value.is_number(),
            "null" => value.is_null(),
            other => panic!("unknown type {other}"),
        };
        let types = match &schema["type"] {
            Value::Array(types) => types.clone(),
            one => vec![one.clone()],
        };
        if !types.iter().any(|name| is(name.as_str().unwrap())) {
            return Some(format!("{at}: {value} is no {types:?}"));
        }
        if let Some(Value::Array(codes)) = schema.get("enum")
            && !codes.contains(value)
        {
            return Some(format!("{at}: {value} is not in the list"));
        }
        match value {
            Value::Object(object) => object.iter().find_map(|(name, inner)| match schema["properties"].get(name) {
                Some(below) => misfit(below, inner, &format!("{at}/{name}")),
                None => Some(format!("{at}/{name}: unknown")),
            }),
            Value::Array(rows) => rows.iter().find_map(|row| misfit(&schema["items"], row, at)),
            _ => None,
        }
    }

    #[test]
    fn a_record_with_every_field_fits() {
        let catalogue = catalogue();
        let record = sample::full(&catalogue, "DEMO-001", 2);
        assert_eq!(misfit(&record_schema(&catalogue, Lang::Ja), &record.to_json(&catalogue), ""), None);
    }

    #[test]
    fn an_unknown_key_and_a_code_outside_a_closed_list_do_not_fit() {
        let schema = record_schema(&catalogue(), Lang::Ja);
        assert!(misfit(&schema, &json!({"trial": {"idd": "x"}}), "").unwrap().contains("/trial/idd: unknown"));
        assert!(misfit(&schema, &json!({"trial": {"phase": "8"}}), "").unwrap().contains("not in the list"));
        assert_eq!(
            misfit(&schema, &json!({"trial": {"phase": 1}, "main_drug": {"routes": ["99", null], "dosage_forms": [null]}}), ""),
            None
        );
    }

    #[test]
    fn a_code_with_a_leading_zero_is_never_a_number() {
        let schema = record_schema(&catalogue(), Lang::Ja);
        let university =
            &schema["properties"]["sites"]["items"]["properties"]["investigators"]["items"]["properties"]["university"];
        let codes = university["enum"].as_array().unwrap();
        assert!(codes.contains(&json!("010")) && !codes.contains(&json!(10)));
        assert_eq!(university["x-meanings"]["010"], "愛知医科大学");
    }

    #[test]
    fn every_field_is_named_once_in_both_languages() {
        let catalogue = catalogue();
        for lang in [Lang::Ja, Lang::En] {
            let schema = record_schema(&catalogue, lang);
            let mut leaves = Vec::new();
            collect(&schema, "", &mut leaves);
            let mut wanted: Vec<String> = catalogue.fields().map(|(_, field)| field.id.clone()).collect();
            // The rows of an inline group have no name of their own.
            for (index, scope) in catalogue.scopes() {
                if let Some(field) = catalogue.inline_field(index) {
                    let id = &catalogue.field(field).id;
                    wanted.iter_mut().filter(|known| *known == id).for_each(|known| scope.id.clone_into(known));
                }
            }
            wanted.sort();
            leaves.sort();
            assert_eq!(leaves, wanted);
        }
    }

    fn collect(schema: &Value, at: &str, leaves: &mut Vec<String>) {
        let items = schema.get("items").unwrap_or(schema);
        match items.get("properties") {
            Some(Value::Object(properties)) => {
                assert_eq!(items["additionalProperties"], json!(false), "{at}");
                for (name, below) in properties {
                    let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                    assert!(below.get("title").is_some(), "{path} has no title");
                    collect(below, &path, leaves);
                }
            }
            _ => leaves.push(at.to_owned()),
        }
    }
}
