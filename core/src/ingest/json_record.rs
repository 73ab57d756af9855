//! From a JSON tree to records: keys are the ids of the catalogue, nested at their dots.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::assemble::{Trial, id_of};
use super::headers::did_you_mean;
use super::json::{self, Node};
use super::leaf::split;
use super::report::{Problem, Report, clip};
use super::sheet::key_text;
use crate::limits::TEXT_CHARS;
use crate::model::{Catalogue, FieldIx, Leaf, Origin, Row, Scalar, ScopeIx, Spot, Text};

/// Reads the trials of a JSON text: one object, an array of them, or an object whose `trials` is one.
///
/// # Errors
/// Returns where the text breaks the format, or the limit that is passed.
pub(super) fn read(input: &Input<'_>, report: &mut Report<'_>, bytes: &[u8]) -> Result<Vec<Trial>, Problem> {
    let root = json::parse(bytes)?;
    let sheet = report.add_sheet("");
    let mut reader = JsonReader { input, report, sheet, trial: String::new() };
    match root {
        Node::List(items) => Ok(reader.trials(items, "")),
        Node::Object(mut entries) => {
            let is_list = |(key, node): &(Box<str>, Node)| key.as_ref() == "trials" && matches!(node, Node::List(_));
            let Some(at) = entries.iter().position(is_list) else { return Ok(vec![reader.trial(entries, "")]) };
            let (_, list) = entries.swap_remove(at);
            for (key, _) in entries.iter().filter(|(key, _)| !is_comment(key)) {
                reader.say("IN-0061", &child("", key), &[("key", clip(key)), ("suggestion", Text::default())]);
            }
            Ok(if let Node::List(items) = list { reader.trials(items, "/trials") } else { Vec::new() })
        }
        other => {
            reader.wrong_type("", &OBJECT, &other);
            Ok(Vec::new())
        }
    }
}

/// For each scope, which keys an object of it may have.
pub(super) struct Shapes {
    scopes: Vec<Shape>,
}

type Shape = BTreeMap<String, Child>;

enum Child {
    Field(FieldIx),
    Inline(ScopeIx, FieldIx),
    List(ScopeIx),
    Object(Shape),
}

impl Shapes {
    /// Lays out the keys of a catalogue.
    pub(super) fn new(catalogue: &Catalogue) -> Shapes {
        let shape = |index: ScopeIx| {
            let scope = catalogue.scope(index);
            let mut shape = Shape::new();
            for field in &scope.fields {
                insert(&mut shape, &catalogue.field(*field).name, Child::Field(*field));
            }
            for list in &scope.lists {
                let child = match catalogue.inline_field(*list) {
                    Some(field) => Child::Inline(*list, field),
                    None => Child::List(*list),
                };
                insert(&mut shape, &catalogue.scope(*list).name, child);
            }
            shape
        };
        Shapes { scopes: catalogue.scopes().map(|(index, _)| shape(index)).collect() }
    }
}

fn insert(shape: &mut Shape, path: &str, child: Child) {
    match path.split_once('.') {
        None => {
            shape.insert(path.to_owned(), child);
        }
        Some((first, rest)) => {
            let inner = shape.entry(first.to_owned()).or_insert_with(|| Child::Object(Shape::new()));
            if let Child::Object(inner) = inner {
                insert(inner, rest, child);
            }
        }
    }
}

struct JsonReader<'a, 'b, 'c> {
    input: &'a Input<'a>,
    report: &'b mut Report<'c>,
    sheet: u16,
    trial: String,
}

const OBJECT: (&str, &str) = ("オブジェクト", "an object");
const LIST: (&str, &str) = ("配列", "an array");
const VALUE: (&str, &str) = ("文字列又は数値", "a text or number");

impl<'a> JsonReader<'a, '_, '_> {
    fn trials(&mut self, items: Vec<Node>, pointer: &str) -> Vec<Trial> {
        let mut trials = Vec::new();
        for (at, item) in items.into_iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            match item {
                Node::Object(entries) => trials.push(self.trial(entries, &pointer)),
                other => self.wrong_type(&pointer, &OBJECT, &other),
            }
        }
        if trials.is_empty() {
            self.say("IN-0009", pointer, &[]);
        }
        trials
    }

    fn trial(&mut self, entries: Vec<(Box<str>, Node)>, pointer: &str) -> Trial {
        self.trial = self.find_id(&entries);
        let root = self.row(ScopeIx::ROOT, entries, pointer);
        let id = id_of(self.input, &root);
        if id.is_empty()
            && let Some(key) = self.input.root_key
        {
            let at = root.origin(key, self.input.catalogue);
            self.report.say_found("", "IN-0050", &at, ("", &self.input.catalogue.field(key).id), &[]);
        }
        self.trial.clear();
        Trial { id, root }
    }

    /// Finds the trial's id before the rest, so that every finding carries it.
    fn find_id(&self, entries: &[(Box<str>, Node)]) -> String {
        let Some(key) = self.input.root_key else { return String::new() };
        let mut entries = entries;
        let mut found = None;
        for part in self.input.catalogue.field(key).name.split('.') {
            found = entries.iter().find(|(name, _)| name.as_ref() == part).map(|(_, node)| node);
            entries = if let Some(Node::Object(inner)) = found { inner } else { &[] };
        }
        match found {
            Some(Node::Text(text)) => key_text(&Scalar::Text(text.clone())),
            Some(Node::Number(value)) => key_text(&Scalar::Number { value: *value, padded: 0 }),
            _ => String::new(),
        }
    }

    fn row(&mut self, scope: ScopeIx, entries: Vec<(Box<str>, Node)>, pointer: &str) -> Row {
        let mut row = Row { spot: Spot::Json { sheet: self.sheet, pointer: pointer.into() }, ..Row::default() };
        let input = self.input;
        if let Some(shape) = input.shapes.scopes.get(usize::from(scope.0)) {
            self.fill(&mut row, shape, entries, pointer);
        }
        row
    }

    fn fill(&mut self, row: &mut Row, shape: &'a Shape, entries: Vec<(Box<str>, Node)>, pointer: &str) {
        let mut seen: BTreeSet<Box<str>> = BTreeSet::new();
        for (key, node) in entries {
            if is_comment(&key) {
                continue;
            }
            let at = child(pointer, &key);
            let Some(known) = shape.get(key.as_ref()) else {
                self.unknown(shape, &key, &at);
                continue;
            };
            if !seen.insert(key.clone()) {
                self.say("IN-0063", &at, &[("key", clip(&key))]);
                continue;
            }
            match (known, node) {
                (_, Node::Null) => {}
                (Child::Object(inner), Node::Object(entries)) => self.fill(row, inner, entries, &at),
                (Child::Object(_), other) => self.wrong_type(&at, &OBJECT, &other),
                (Child::Field(field), node) => {
                    if let Some(leaf) = self.leaf(*field, node, &at) {
                        row.put(*field, leaf);
                    }
                }
                (Child::Inline(list, field), node) => self.inline(row, *list, *field, node, &at),
                (Child::List(list), Node::List(items)) => self.list(row, *list, items, &at),
                (Child::List(_), other) => self.wrong_type(&at, &LIST, &other),
            }
        }
    }

    fn list(&mut self, row: &mut Row, list: ScopeIx, items: Vec<Node>, pointer: &str) {
        for (at, item) in items.into_iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            match item {
                Node::Null => {}
                Node::Object(entries) => {
                    let inner = self.row(list, entries, &pointer);
                    row.rows_mut(list).push(inner);
                }
                other => self.wrong_type(&pointer, &OBJECT, &other),
            }
        }
    }

    /// Reads an inline group: an array of values or of objects, or one text as it would stand in a cell.
    fn inline(&mut self, row: &mut Row, list: ScopeIx, field: FieldIx, node: Node, pointer: &str) {
        let items = match node {
            Node::List(items) => items,
            Node::Object(_) => return self.wrong_type(pointer, &LIST, &node),
            single => {
                let Some(leaf) = self.leaf(field, single, pointer) else { return };
                for value in split(leaf.value) {
                    let leaf = Leaf { value, origin: leaf.origin.clone() };
                    row.rows_mut(list).push(Row {
                        spot: Spot::In(leaf.origin.clone()),
                        leaves: vec![(field, leaf)],
                        lists: vec![],
                    });
                }
                return;
            }
        };
        for (at, item) in items.into_iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            if let Node::Object(entries) = item {
                let inner = self.row(list, entries, &pointer);
                row.rows_mut(list).push(inner);
            } else if let Some(leaf) = self.leaf(field, item, &pointer) {
                row.rows_mut(list).push(Row {
                    spot: Spot::In(leaf.origin.clone()),
                    leaves: vec![(field, leaf)],
                    lists: vec![],
                });
            }
        }
    }

    fn leaf(&mut self, field: FieldIx, node: Node, pointer: &str) -> Option<Leaf> {
        let known = self.input.catalogue.field(field);
        let origin = Origin::Json { sheet: self.sheet, pointer: pointer.into() };
        let value = match node {
            Node::Null => return None,
            Node::Text(text) if text.trim().is_empty() => return None,
            Node::Text(text) if text.len() > TEXT_CHARS && text.chars().count() > TEXT_CHARS => {
                let count = text.chars().count().to_string();
                let values =
                    [("label", known.label.clone()), ("count", count.into()), ("limit", TEXT_CHARS.to_string().into())];
                self.report.say_found(&self.trial, "IN-0011", &origin, ("", &known.id), &values);
                return None;
            }
            Node::Text(text) => Scalar::Text(text),
            Node::Number(value) => Scalar::Number { value, padded: 0 },
            Node::Bool(value) => Scalar::Bool(value),
            Node::Huge(value) => {
                self.report.say_found(
                    &self.trial,
                    "IN-0065",
                    &origin,
                    (&value.to_string(), &known.id),
                    &[("label", known.label.clone())],
                );
                return None;
            }
            Node::List(_) | Node::Object(_) => {
                self.wrong_type(pointer, &VALUE, &node);
                return None;
            }
        };
        Some(Leaf { value, origin })
    }

    fn unknown(&mut self, shape: &Shape, key: &str, pointer: &str) {
        let names = || shape.keys().map(|name| name.as_str().into()).collect::<Vec<Text>>();
        let suggestion = self.report.suggest(|| did_you_mean(key, names().iter()));
        self.say("IN-0061", pointer, &[("key", clip(key)), ("suggestion", suggestion)]);
    }

    fn wrong_type(&mut self, pointer: &str, wanted: &(&str, &str), found: &Node) {
        let found = match found {
            Node::Null => ("null", "null"),
            Node::Bool(_) => ("真偽値", "a truth value"),
            Node::Number(_) | Node::Huge(_) => ("数値", "a number"),
            Node::Text(_) => ("文字列", "a text"),
            Node::List(_) => LIST,
            Node::Object(_) => OBJECT,
        };
        let values = [("wanted", Text::new(wanted.0, wanted.1)), ("found", Text::new(found.0, found.1))];
        self.say("IN-0062", pointer, &values);
    }

    fn say(&mut self, rule: &str, pointer: &str, values: &[(&str, Text)]) {
        let at = Origin::Json { sheet: self.sheet, pointer: pointer.into() };
        self.report.say(&self.trial, rule, &at, values);
    }
}

/// Returns the pointer to a key of the object at `pointer` (RFC 6901); a very long key is cut.
fn child(pointer: &str, key: &str) -> String {
    let key: String = key.chars().take(crate::limits::FINDING_VALUE_CHARS).collect();
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Keys that are for people and tools.
fn is_comment(key: &str) -> bool {
    key.starts_with('$') || key.starts_with("_comment")
}
