//! The item values of a filing as compact JSON, and back.
//!
//! A group is an object by the names of the form's elements, a value its text. The rows of a repeating group stand as an
//! array under the name of the serial that starts each of them, and each row has its number under that name. A change mark
//! stands beside the number of its row as `change`; a value that carries one is an object of `text` and `change`. Blank
//! values, and groups and rows that hold none, are left out.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::model::form::Item;
use crate::model::{Change, Filing, Form, ItemIx, ItemKind, ItemRow, ItemValue, Node, Origin};

/// The values of a filing; serialises to JSON.
#[derive(Debug, Clone, Copy)]
pub struct Items<'a> {
    /// The filing.
    pub filing: &'a Filing,
    /// Its form.
    pub form: &'a Form,
}

/// Values that do not fit a form.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ItemsError {
    /// The form has no such item.
    #[error("the form has no item `{path}`")]
    Unknown {
        /// Path of the element.
        path: String,
    },
    /// What stands there is not what the form has there.
    #[error("`{path}`: {wanted} wanted")]
    Shape {
        /// Path of the element.
        path: String,
        /// What is wanted.
        wanted: &'static str,
    },
}

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { node: &self.filing.root, form: self.form }.serialize(serializer)
    }
}

struct Written<'a> {
    node: &'a Node,
    form: &'a Form,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.node {
            Node::Value(ItemValue { text, change: None, .. }) => serializer.serialize_str(text),
            Node::Value(ItemValue { text, change: Some(change), .. }) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry(TEXT, text)?;
                map.serialize_entry(CHANGE, &self.mark(change))?;
                map.end()
            }
            Node::Group { item, head, rows } => {
                let mut map = serializer.serialize_map(None)?;
                nodes(&mut map, head, self.form)?;
                let serial = self.form.item(*item).row.first().map(|serial| self.form.item(*serial).element.as_str());
                if let Some(serial) = serial.filter(|_| !rows.iter().all(is_empty)) {
                    map.serialize_entry(serial, &Rows { rows, serial, form: self.form })?;
                }
                map.end()
            }
        }
    }
}

/// Names of what stands beside a value or a row's number; elements are written in capitals.
const TEXT: &str = "text";
const CHANGE: &str = "change";

impl Written<'_> {
    fn mark<'c>(&'c self, change: &'c Change) -> [&'c str; 3] {
        mark(change, self.form)
    }
}

/// Writes a mark: what changed as the form says it, the date, the reason.
fn mark<'a>(change: &'a Change, form: &'a Form) -> [&'a str; 3] {
    [form.changes.word(change.status), &change.date, &change.reason]
}

struct Rows<'a> {
    rows: &'a [ItemRow],
    serial: &'a str,
    form: &'a Form,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in self.rows {
            rows.serialize_element(&OneRow { row, serial: self.serial, form: self.form })?;
        }
        rows.end()
    }
}

struct OneRow<'a> {
    row: &'a ItemRow,
    serial: &'a str,
    form: &'a Form,
}

impl Serialize for OneRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(serial) = self.row.serial {
            map.serialize_entry(self.serial, &serial)?;
        }
        if let Some(change) = &self.row.change {
            map.serialize_entry(CHANGE, &mark(change, self.form))?;
        }
        nodes(&mut map, &self.row.nodes, self.form)?;
        map.end()
    }
}

fn nodes<M: SerializeMap>(map: &mut M, nodes: &[Node], form: &Form) -> Result<(), M::Error> {
    for node in nodes.iter().filter(|node| !is_left_out(node)) {
        map.serialize_entry(&form.item(node.item()).element, &Written { node, form })?;
    }
    Ok(())
}

/// Returns whether a node holds neither a text nor a numbered row.
fn is_left_out(node: &Node) -> bool {
    match node {
        Node::Value(value) => value.text.is_empty() && value.change.is_none(),
        Node::Group { head, rows, .. } => head.iter().all(is_left_out) && rows.iter().all(is_empty),
    }
}

fn is_empty(row: &ItemRow) -> bool {
    row.serial.is_none() && row.nodes.iter().all(is_left_out)
}

/// Reads the values of a filing; everything in it gets the given origin.
///
/// # Errors
/// Returns the first element that the form does not have, or that is not what the form has there.
pub fn filing(form: &Form, items: &Value, origin: &Origin) -> Result<Filing, ItemsError> {
    Ok(Filing { root: Reader { form, origin }.node(0, Some(items))? })
}

struct Reader<'a> {
    form: &'a Form,
    origin: &'a Origin,
}

impl Reader<'_> {
    fn node(&self, at: ItemIx, value: Option<&Value>) -> Result<Node, ItemsError> {
        let item = self.form.item(at);
        if item.kind != ItemKind::Group {
            return Ok(Node::Value(self.value(at, value)?));
        }
        let nothing = Map::new();
        let object = match value {
            Some(value) => value.as_object().ok_or_else(|| shape(item, "an object"))?,
            None => &nothing,
        };
        let serial = item.row.first().map(|serial| self.form.item(*serial));
        self.known(item, object, item.head.iter().map(|at| self.form.item(*at)).chain(serial))?;
        let rows = match serial {
            Some(serial) => self.rows(item, serial, object.get(&serial.element))?,
            None => Vec::new(),
        };
        Ok(Node::Group { item: at, head: self.nodes(&item.head, object)?, rows })
    }

    fn value(&self, at: ItemIx, value: Option<&Value>) -> Result<ItemValue, ItemsError> {
        let wrong = || shape(self.form.item(at), "a text");
        let (text, change) = match value {
            Some(Value::Object(marked)) if marked.len() == 2 => {
                let text = marked.get(TEXT).and_then(Value::as_str).ok_or_else(wrong)?;
                (text, self.mark(self.form.item(at), marked.get(CHANGE))?)
            }
            Some(value) => (value.as_str().ok_or_else(wrong)?, None),
            None => ("", None),
        };
        Ok(ItemValue {
            item: at,
            text: text.to_owned(),
            origin: self.origin.clone(),
            field: String::new(),
            joined: false,
            change,
        })
    }

    fn mark(&self, item: &Item, value: Option<&Value>) -> Result<Option<Box<Change>>, ItemsError> {
        let Some(value) = value else { return Ok(None) };
        let wrong = || shape(item, "a change mark");
        let [status, date, reason] = value.as_array().map(Vec::as_slice).ok_or_else(wrong)? else { return Err(wrong()) };
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(wrong);
        let status = self.form.changes.status(&text(status)?).ok_or_else(wrong)?;
        let (date, reason, old, origin) = (text(date)?, text(reason)?, String::new(), self.origin.clone());
        Ok(Some(Box::new(Change { status, date, reason, old, origin })))
    }

    fn nodes(&self, items: &[ItemIx], object: &Map<String, Value>) -> Result<Vec<Node>, ItemsError> {
        items.iter().map(|at| self.node(*at, object.get(&self.form.item(*at).element))).collect()
    }

    /// Reads rows; a group without any has the blank one that stands for none.
    fn rows(&self, group: &Item, serial: &Item, rows: Option<&Value>) -> Result<Vec<ItemRow>, ItemsError> {
        let nothing = vec![Value::Object(Map::new())];
        let rows = match rows {
            Some(rows) => rows.as_array().ok_or_else(|| shape(serial, "an array"))?,
            None => &nothing,
        };
        rows.iter().map(|row| self.row(group, serial, row)).collect()
    }

    fn row(&self, group: &Item, serial: &Item, row: &Value) -> Result<ItemRow, ItemsError> {
        let object = row.as_object().ok_or_else(|| shape(serial, "an object"))?;
        self.known(group, object, group.row.iter().map(|at| self.form.item(*at)))?;
        let number = match object.get(&serial.element) {
            Some(number) => {
                let number = number.as_u64().and_then(|number| u32::try_from(number).ok());
                Some(number.ok_or_else(|| shape(serial, "a row number"))?)
            }
            None => None,
        };
        let nodes = self.nodes(group.row.get(1..).unwrap_or_default(), object)?;
        let change = self.mark(serial, object.get(CHANGE))?;
        Ok(ItemRow { serial: number, numbered: true, origin: self.origin.clone(), nodes, change })
    }

    /// Checks that an object has nothing beside some items.
    fn known<'a>(
        &self,
        group: &Item,
        object: &Map<String, Value>,
        items: impl Iterator<Item = &'a Item> + Clone,
    ) -> Result<(), ItemsError> {
        match object.keys().find(|key| *key != CHANGE && !items.clone().any(|item| item.element == **key)) {
            Some(key) => Err(ItemsError::Unknown { path: format!("{}/{key}", group.path) }),
            None => Ok(()),
        }
    }
}

fn shape(item: &Item, wanted: &'static str) -> ItemsError {
    ItemsError::Shape { path: item.path.clone(), wanted }
}
