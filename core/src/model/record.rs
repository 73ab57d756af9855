//! The trial record: a tree of values in which every leaf knows where it came from.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::model::{Catalogue, FieldIx, Lang, Origin, ScopeIx, Sources};

/// A value as it was read, or as text after normalising.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// Text.
    Text(Box<str>),
    /// A number, with the zero-padding its cell format shows (0 for none).
    Number {
        /// The number.
        value: f64,
        /// Digits that the cell's format pads to with zeros.
        padded: u8,
    },
    /// A date as days and fraction, already turned into ISO text by the reader (`2026-04-01`).
    Date(Box<str>),
    /// A truth value.
    Bool(bool),
}

/// A value with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// The value.
    pub value: Scalar,
    /// Where it came from.
    pub origin: Origin,
}

impl Leaf {
    /// Returns the text; after normalising every value is text.
    pub fn text(&self) -> &str {
        match &self.value {
            Scalar::Text(text) | Scalar::Date(text) => text,
            Scalar::Number { .. } | Scalar::Bool(_) => "",
        }
    }
}

/// Where a row of the record was written, so that a value that is *not* there has a place too.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Spot {
    /// Values run down one column; `rows` says in which row each field stands.
    Page {
        /// Index of the sheet.
        sheet: u16,
        /// Column of the values.
        col: u16,
        /// Row of each field.
        rows: Arc<BTreeMap<FieldIx, u32>>,
    },
    /// Values run along one row; `cols` says in which column each field stands.
    Line {
        /// Index of the sheet.
        sheet: u16,
        /// The row.
        row: u32,
        /// Column of each field.
        cols: Arc<BTreeMap<FieldIx, u16>>,
    },
    /// An object of a JSON file.
    Json {
        /// Index of the file.
        sheet: u16,
        /// Pointer to the object.
        pointer: Box<str>,
    },
    /// Somewhere in one cell.
    In(Origin),
    /// Unknown.
    #[default]
    Nowhere,
}

/// One row of a scope: the trial itself, a site, an investigator.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Where it was written.
    pub spot: Spot,
    /// Its values in catalogue order; blank ones are absent.
    pub leaves: Vec<(FieldIx, Leaf)>,
    /// Its repeat groups in catalogue order; empty ones are absent.
    pub lists: Vec<(ScopeIx, Vec<Row>)>,
}

impl Row {
    /// Returns the value of a field.
    pub fn leaf(&self, field: FieldIx) -> Option<&Leaf> {
        let at = self.leaves.binary_search_by_key(&field, |(known, _)| *known).ok()?;
        self.leaves.get(at).map(|(_, leaf)| leaf)
    }

    /// Returns the text of a field, empty when it is blank.
    pub fn text(&self, field: FieldIx) -> &str {
        self.leaf(field).map_or("", Leaf::text)
    }

    /// Returns the rows of a repeat group.
    pub fn rows(&self, list: ScopeIx) -> &[Row] {
        self.lists.iter().find(|(known, _)| *known == list).map_or(&[], |(_, rows)| rows)
    }

    /// Returns the rows of a repeat group to add to, made when absent.
    pub fn rows_mut(&mut self, list: ScopeIx) -> &mut Vec<Row> {
        let at = self.lists.partition_point(|(known, _)| *known < list);
        if self.lists.get(at).is_none_or(|(known, _)| *known != list) {
            self.lists.insert(at, (list, Vec::new()));
        }
        #[expect(clippy::indexing_slicing, reason = "the entry was found or inserted above")]
        &mut self.lists[at].1
    }

    /// Puts a value, replacing one that is there.
    pub fn put(&mut self, field: FieldIx, leaf: Leaf) {
        let at = self.leaves.partition_point(|(known, _)| *known < field);
        match self.leaves.get_mut(at) {
            Some((known, old)) if *known == field => *old = leaf,
            _ => self.leaves.insert(at, (field, leaf)),
        }
    }

    /// Returns where a field's value is, or where it would be if it were there.
    pub fn origin(&self, field: FieldIx, catalogue: &Catalogue) -> Origin {
        if let Some(leaf) = self.leaf(field) {
            return leaf.origin.clone();
        }
        match &self.spot {
            Spot::Page { sheet, col, rows } => match rows.get(&field) {
                Some(row) => Origin::Cell { sheet: *sheet, row: *row, col: *col },
                None => Origin::Sheet { sheet: *sheet },
            },
            Spot::Line { sheet, row, cols } => match cols.get(&field) {
                Some(col) => Origin::Cell { sheet: *sheet, row: *row, col: *col },
                None => Origin::Cell { sheet: *sheet, row: *row, col: 0 },
            },
            Spot::Json { sheet, pointer } => {
                // The field of an inline group stands for the whole list, which is what a JSON writer sees.
                let scope = catalogue.field(field).scope;
                let name = match catalogue.inline_field(scope) {
                    Some(_) => &catalogue.scope(scope).name,
                    None => &catalogue.field(field).name,
                };
                let name = name.replace('.', "/");
                Origin::Json { sheet: *sheet, pointer: format!("{pointer}/{name}").into() }
            }
            Spot::In(origin) => origin.clone(),
            Spot::Nowhere => Origin::Nowhere,
        }
    }

    /// Returns where the row itself is.
    pub fn here(&self) -> Origin {
        match &self.spot {
            Spot::Page { sheet, .. } => Origin::Sheet { sheet: *sheet },
            Spot::Line { sheet, row, .. } => Origin::Cell { sheet: *sheet, row: *row, col: 0 },
            Spot::Json { sheet, pointer } => Origin::Json { sheet: *sheet, pointer: pointer.clone() },
            Spot::In(origin) => origin.clone(),
            Spot::Nowhere => Origin::Nowhere,
        }
    }

    /// Returns whether no value is in the row or below it.
    pub fn is_blank(&self) -> bool {
        self.leaves.is_empty() && self.lists.iter().all(|(_, rows)| rows.iter().all(Row::is_blank))
    }
}

/// One trial as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// The files and sheets its origins point into.
    pub sources: Arc<Sources>,
    /// The trial itself.
    pub root: Row,
    /// Whether it was read from a filing that was made before, whose marks are what it says.
    pub filed: bool,
}

impl Record {
    /// Returns the trial's id, empty when it is blank.
    pub fn id(&self, catalogue: &Catalogue) -> &str {
        catalogue.scope(ScopeIx::ROOT).key.map_or("", |key| self.root.text(key))
    }

    /// Writes the record as plain nested JSON, the form `build` reads back.
    pub fn to_json(&self, catalogue: &Catalogue) -> Value {
        row_json(&self.root, catalogue, &|leaf| scalar_json(&leaf.value))
    }

    /// Writes the record as nested JSON in which every leaf has `value` and `at`.
    pub fn to_traced_json(&self, catalogue: &Catalogue) -> Value {
        let trace =
            |leaf: &Leaf| json!({"value": scalar_json(&leaf.value), "at": self.sources.place(&leaf.origin).display(Lang::Ja)});
        row_json(&self.root, catalogue, &trace)
    }
}

fn scalar_json(value: &Scalar) -> Value {
    match value {
        Scalar::Text(text) | Scalar::Date(text) => Value::from(text.as_ref()),
        Scalar::Number { value, .. } => json!(value),
        Scalar::Bool(value) => Value::from(*value),
    }
}

fn row_json(row: &Row, catalogue: &Catalogue, leaf_json: &dyn Fn(&Leaf) -> Value) -> Value {
    let mut object = Map::new();
    for (field, leaf) in &row.leaves {
        put_nested(&mut object, &catalogue.field(*field).name, leaf_json(leaf));
    }
    for (list, rows) in &row.lists {
        let name = &catalogue.scope(*list).name;
        let inline = catalogue.inline_field(*list);
        let cell = |row: &Row| match inline {
            Some(field) => row.leaf(field).map_or(Value::Null, leaf_json),
            None => row_json(row, catalogue, leaf_json),
        };
        put_nested(&mut object, name, rows.iter().map(cell).collect());
    }
    Value::Object(object)
}

/// Puts a value at a dotted path, making the objects on the way.
fn put_nested(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            object.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put_nested(inner, rest, value);
            }
        }
    }
}
