//! A filing: one form filled from one record, item by item in document order.

use serde::Serialize;

use crate::model::{Form, ItemIx, ItemKind, Lang, Origin, Record};

/// The value of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemValue {
    /// The item.
    pub item: ItemIx,
    /// The text that will be filed; empty when there is none.
    pub text: String,
    /// Where it came from, or where it would be.
    pub origin: Origin,
    /// The catalogue field it came from; empty for fixed texts.
    pub field: String,
    /// Whether line breaks were replaced to make it one line.
    pub joined: bool,
}

/// One row of a repeating group.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    /// Its number in the filing; nothing for the blank row that stands for none.
    pub serial: Option<u32>,
    /// Where it was written.
    pub origin: Origin,
    /// Its items after the serial.
    pub nodes: Vec<Node>,
}

/// A group or a value, in document order.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A value.
    Value(ItemValue),
    /// A group with what stands before its rows, and the rows.
    Group {
        /// The item.
        item: ItemIx,
        /// Values and groups outside the rows.
        head: Vec<Node>,
        /// The rows; a group that repeats always has at least one.
        rows: Vec<ItemRow>,
    },
}

impl Node {
    /// Returns whether no value is in it.
    pub fn is_blank(&self) -> bool {
        match self {
            Node::Value(value) => value.text.is_empty(),
            Node::Group { head, rows, .. } => head.iter().all(Node::is_blank) && rows.iter().all(ItemRow::is_blank),
        }
    }

    /// Returns the item.
    pub fn item(&self) -> ItemIx {
        match self {
            Node::Value(value) => value.item,
            Node::Group { item, .. } => *item,
        }
    }
}

impl ItemRow {
    /// Returns whether the row only stands for having none. A row that someone began, if only with its key, is a row:
    /// what is required in it is asked for.
    pub fn is_blank(&self) -> bool {
        self.serial.is_none()
    }
}

/// One form filled from one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Filing {
    /// The filled form; its root group.
    pub root: Node,
}

/// One line of a filing for people and for JSON: the item, its row numbers, the value and where it came from.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Number of the item, `B.3.1`.
    pub number: String,
    /// Path with row numbers, `INFOMEDICALINSTITUT/INFOEACHMEDICALINSTITUT[1]/INSTITUTE_NAME`.
    pub path: String,
    /// Label.
    pub label: String,
    /// How deep it stands.
    pub depth: usize,
    /// `group`, `value` or `serial`.
    pub kind: &'static str,
    /// The text that will be filed.
    pub value: String,
    /// Where it came from.
    pub at: String,
}

impl Filing {
    /// Returns the value of an item that does not repeat; nothing when it is not in the filing.
    pub fn value(&self, item: ItemIx) -> Option<&ItemValue> {
        fn find(node: &Node, item: ItemIx) -> Option<&ItemValue> {
            match node {
                Node::Value(value) => (value.item == item).then_some(value),
                Node::Group { head, .. } => head.iter().find_map(|node| find(node, item)),
            }
        }
        find(&self.root, item)
    }

    /// Returns the text of an item that does not repeat; empty when it is not in the filing.
    pub fn text(&self, item: ItemIx) -> &str {
        self.value(item).map_or("", |value| value.text.as_str())
    }

    /// Lists the filing line by line in document order.
    pub fn lines(&self, form: &Form, record: &Record, lang: Lang) -> Vec<Line> {
        let mut lines = Vec::new();
        Lister { form, record, lang, lines: &mut lines }.node(&self.root, "", 0);
        lines
    }
}

struct Lister<'a> {
    form: &'a Form,
    record: &'a Record,
    lang: Lang,
    lines: &'a mut Vec<Line>,
}

impl Lister<'_> {
    fn push(&mut self, item: ItemIx, path: String, depth: usize, value: &str, origin: Option<&Origin>) {
        let item = self.form.item(item);
        let kind = match item.kind {
            ItemKind::Group => "group",
            ItemKind::Value => "value",
            ItemKind::Serial => "serial",
        };
        self.lines.push(Line {
            number: item.number.clone(),
            path,
            label: item.label.clone(),
            depth,
            kind,
            value: value.to_owned(),
            at: origin.map(|origin| self.record.sources.place(origin).display(self.lang)).unwrap_or_default(),
        });
    }

    fn node(&mut self, node: &Node, prefix: &str, depth: usize) {
        let path = |item: ItemIx| {
            let element = &self.form.item(item).element;
            if depth <= 1 { element.clone() } else { format!("{prefix}/{element}") }
        };
        match node {
            Node::Value(value) => self.push(value.item, path(value.item), depth, &value.text, Some(&value.origin)),
            Node::Group { item, head, rows } => {
                let path = path(*item);
                self.push(*item, path.clone(), depth, "", None);
                for node in head {
                    self.node(node, &path, depth + 1);
                }
                let serial = self.form.item(*item).row.first().copied();
                for (at, row) in rows.iter().enumerate() {
                    let path = format!("{path}[{}]", row.serial.map_or(at + 1, |serial| serial as usize));
                    if let Some(serial) = serial {
                        let element = &self.form.item(serial).element;
                        let number = row.serial.map(|serial| serial.to_string()).unwrap_or_default();
                        self.push(serial, format!("{path}/{element}"), depth + 1, &number, Some(&row.origin));
                    }
                    for node in &row.nodes {
                        self.node(node, &path, depth + 1);
                    }
                }
            }
        }
    }
}
