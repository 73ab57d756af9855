//! A filing: one form filled from one record, item by item in document order.

use std::fmt::Write;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use crate::model::{Form, ItemIx, ItemKind, Lang, Origin, Sources};

/// What a change filing says of a leaf or a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeStatus {
    /// The value of a leaf is another one.
    Update,
    /// A row is new.
    Append,
    /// A row is gone; the filing shows it once more.
    Delete,
}

/// A change mark: what changed, from when, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What changed.
    pub status: ChangeStatus,
    /// The day the new content holds from, eight digits; empty when nobody said.
    pub date: String,
    /// Why; empty when nobody said.
    pub reason: String,
    /// The value before, of a leaf that was compared with the last filing.
    pub old: String,
    /// Where date and reason were written.
    pub origin: Origin,
}

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
    /// Its change mark.
    pub change: Option<Box<Change>>,
}

/// One row of a repeating group.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    /// Its number in the filing; nothing for the blank row that stands for none.
    pub serial: Option<u32>,
    /// Whether the record says the number; else it was counted.
    pub numbered: bool,
    /// Where it was written.
    pub origin: Origin,
    /// Its items after the serial.
    pub nodes: Vec<Node>,
    /// Its change mark.
    pub change: Option<Box<Change>>,
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

    /// Returns the first value in it that is not blank.
    pub fn first_value(&self) -> Option<&ItemValue> {
        match self {
            Node::Value(value) => (!value.text.is_empty()).then_some(value),
            Node::Group { head, rows, .. } => {
                head.iter().chain(rows.iter().flat_map(|row| &row.nodes)).find_map(Node::first_value)
            }
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
    /// Returns whether the filing shows the row for the last time.
    pub fn is_deleted(&self) -> bool {
        self.change.as_ref().is_some_and(|change| change.status == ChangeStatus::Delete)
    }

    /// Returns whether the row only stands for having none. A row that someone began, if only with its key, is a row:
    /// what is required in it is asked for.
    pub fn is_blank(&self) -> bool {
        self.serial.is_none()
    }
}

/// Returns the text of an item: of the innermost row that has it, else outside rows; empty when it is nowhere.
pub fn text_in<'a>(rows: &[&'a [Node]], filing: &'a Filing, item: ItemIx) -> &'a str {
    fn find(node: &Node, item: ItemIx) -> Option<&str> {
        match node {
            Node::Value(value) => (value.item == item).then_some(value.text.as_str()),
            Node::Group { head, .. } => head.iter().find_map(|node| find(node, item)),
        }
    }
    let in_row = rows.iter().rev().find_map(|nodes| nodes.iter().find_map(|node| find(node, item)));
    in_row.unwrap_or_else(|| filing.text(item))
}

/// One form filled from one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Filing {
    /// The filled form; its root group.
    pub root: Node,
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
    pub fn lines<'a>(&'a self, form: &'a Form, sources: &'a Sources, lang: Lang) -> Lines<'a> {
        Lines { filing: self, form, sources, lang }
    }
}

/// The lines of a filing. They are made one at a time while they are written: a page has hundreds of them.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'a> {
    filing: &'a Filing,
    form: &'a Form,
    sources: &'a Sources,
    lang: Lang,
}

/// One line of a filing for people and for JSON: the item, its row numbers, the value and where it came from.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Line<'a> {
    /// Number of the item, `B.3.1`.
    pub number: &'a str,
    /// Path with row numbers, `INFOMEDICALINSTITUT/INFOEACHMEDICALINSTITUT[1]/INSTITUTE_NAME`.
    pub path: &'a str,
    /// Label.
    pub label: &'a str,
    /// Label in English, of a form that has both.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub label_en: &'a str,
    /// How deep it stands.
    pub depth: usize,
    /// `group`, `value` or `serial`.
    pub kind: &'static str,
    /// The text that will be filed.
    pub value: &'a str,
    /// Where it came from.
    pub at: &'a str,
    /// Its change mark as the form writes it, with date and reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<LineChange<'a>>,
}

/// The change mark of a line.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct LineChange<'a> {
    /// The mark.
    pub mark: &'a str,
    /// The day the new content holds from, eight digits.
    pub date: &'a str,
    /// Why.
    pub reason: &'a str,
    /// The value before, where it is known.
    pub old: &'a str,
}

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut lines = serializer.serialize_seq(None)?;
        let put = |line: Line| lines.serialize_element(&line);
        Lister { of: *self, path: String::new(), at: String::new(), put }.node(&self.filing.root, 0)?;
        lines.end()
    }
}

/// Walks a filing and hands out its lines; `path` and `at` are written anew for each.
struct Lister<'a, P> {
    of: Lines<'a>,
    path: String,
    at: String,
    put: P,
}

impl<P: FnMut(Line) -> Result<(), E>, E> Lister<'_, P> {
    fn node(&mut self, node: &Node, depth: usize) -> Result<(), E> {
        let before = self.path.len();
        self.enter(node.item(), depth);
        match node {
            Node::Value(value) => self.line(value.item, depth, &value.text, Some((&value.origin, value.change.as_deref())))?,
            Node::Group { item, head, rows } => {
                self.line(*item, depth, "", None)?;
                // Paths start below the root, which is the same for all.
                if depth == 0 {
                    self.path.clear();
                }
                for node in head {
                    self.node(node, depth + 1)?;
                }
                let serial = self.of.form.item(*item).row.first().copied();
                for (at, row) in rows.iter().enumerate() {
                    self.row(row, at + 1, serial, depth)?;
                }
            }
        }
        self.path.truncate(before);
        Ok(())
    }

    fn row(&mut self, row: &ItemRow, position: usize, serial: Option<ItemIx>, depth: usize) -> Result<(), E> {
        let group = self.path.len();
        let _ = write!(self.path, "[{}]", row.serial.map_or(position, |serial| serial as usize));
        if let Some(serial) = serial {
            let row_path = self.path.len();
            self.enter(serial, depth + 1);
            let number = row.serial.map(|serial| serial.to_string()).unwrap_or_default();
            self.line(serial, depth + 1, &number, Some((&row.origin, row.change.as_deref())))?;
            self.path.truncate(row_path);
        }
        for node in &row.nodes {
            self.node(node, depth + 1)?;
        }
        self.path.truncate(group);
        Ok(())
    }

    fn enter(&mut self, item: ItemIx, depth: usize) {
        if depth > 1 {
            self.path.push('/');
        }
        self.path.push_str(&self.of.form.item(item).element);
    }

    fn line(&mut self, item: ItemIx, depth: usize, value: &str, of: Option<(&Origin, Option<&Change>)>) -> Result<(), E> {
        let item = self.of.form.item(item);
        let kind = match item.kind {
            ItemKind::Group => "group",
            ItemKind::Value => "value",
            ItemKind::Serial => "serial",
        };
        self.at.clear();
        if let Some((origin, _)) = of {
            self.of.sources.describe(origin, self.of.lang, &mut self.at);
        }
        let (number, path, label) = (item.number.as_str(), self.path.as_str(), item.label.as_str());
        let label_en = item.label_en.as_str();
        let change = of.and_then(|(_, change)| change).map(|change| LineChange {
            mark: self.of.form.changes.word(change.status),
            date: &change.date,
            reason: &change.reason,
            old: &change.old,
        });
        (self.put)(Line { number, path, label, label_en, depth, kind, value, at: &self.at, change })
    }
}
