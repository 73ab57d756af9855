//! A filing as it stands on paper: every item of the form in document order with its value, filled or not.
//!
//! What a printer needs and nothing of how it prints: lines with a depth, a head, and which lines are bookmarks.

use serde::Serialize;

use crate::model::form::{Need, PaperStyle, Reading};
use crate::model::{Change, ChangeStatus, Filing, Form, ItemIx, ItemRow, ItemValue, Node};

/// One filing for a printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// What the document is called.
    pub title: String,
    /// The day it is made, ISO.
    pub made: String,
    /// What every page says; nothing for a filing that may be submitted.
    pub draft: Option<String>,
    /// The head of the first page.
    pub head: Head,
    /// The body.
    pub lines: Vec<PaperLine>,
}

/// The head of the first page; all of it stands in the body too, but for the addressee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The date of the filing.
    pub date: (String, String),
    /// To whom it is addressed.
    pub addressee: String,
    /// Those who file: label and value of each line.
    pub filers: Vec<Vec<(String, String)>>,
}

/// One line of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperLine {
    /// How deep it stands; the root is 0.
    pub depth: usize,
    /// Name of the item, or a mark.
    pub label: String,
    /// Its value, which may be blank; nothing for a group, whose name stands alone.
    pub value: Option<String>,
    /// Whether it is a bookmark; its level is the depth.
    pub bookmark: bool,
}

/// What is drawn beside the filing itself.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// What the document is called.
    pub title: &'a str,
    /// The day it is made, ISO.
    pub made: &'a str,
    /// Whether it is a draft.
    pub draft: bool,
}

impl Paper {
    /// Lays out a filing; nothing when its form has no paper.
    pub fn of(filing: &Filing, form: &Form, sheet: Sheet) -> Option<Paper> {
        let style = form.paper.as_ref()?;
        // What the document leaves out its paper does too.
        let left_out = form.kind_changes(filing.text(form.kind_item)).left_out;
        let reading = form.reading(|item| filing.text(item)).filter(|_| left_out);
        let mut body = Body { form, reading, style, lines: Vec::with_capacity(form.items().len()) };
        body.node(&filing.root, 0);
        Some(Paper {
            title: sheet.title.to_owned(),
            made: sheet.made.to_owned(),
            draft: sheet.draft.then(|| style.draft.clone()),
            head: head(filing, form, style),
            lines: body.lines,
        })
    }

    /// Returns every text that will be drawn.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let Head { date, addressee, filers } = &self.head;
        let pairs = filers.iter().flatten().chain([date]).flat_map(|(label, value)| [label.as_str(), value.as_str()]);
        let lines = self.lines.iter().flat_map(|line| [line.label.as_str(), line.value.as_deref().unwrap_or_default()]);
        pairs.chain(lines).chain([addressee.as_str()]).chain(self.draft.as_deref())
    }
}

fn head(filing: &Filing, form: &Form, style: &PaperStyle) -> Head {
    let date = filing.text(style.date);
    let kind = form.kind_column(filing.text(form.kind_item)).unwrap_or_default();
    Head {
        date: (form.item(style.date).label.clone(), date.to_owned()),
        addressee: style.addressee(kind, date).unwrap_or_default().to_owned(),
        filers: rows(&filing.root, style.filers)
            .unwrap_or_default()
            .iter()
            .filter(|row| !row.is_deleted())
            .map(|row| filer(row, style))
            .collect(),
    }
}

fn filer(row: &ItemRow, style: &PaperStyle) -> Vec<(String, String)> {
    let text = |item: ItemIx| {
        row.nodes.iter().find_map(|node| match node {
            Node::Value(value) if value.item == item => Some(value.text.clone()),
            _ => None,
        })
    };
    style.filer.iter().map(|(item, label)| (label.clone(), text(*item).unwrap_or_default())).collect()
}

/// Finds the rows of a group that does not stand inside rows itself.
fn rows(node: &Node, wanted: ItemIx) -> Option<&[ItemRow]> {
    match node {
        Node::Group { item, rows, .. } if *item == wanted => Some(rows),
        Node::Group { head, .. } => head.iter().find_map(|node| rows(node, wanted)),
        Node::Value(_) => None,
    }
}

struct Body<'a> {
    form: &'a Form,
    /// When items that must be blank are left out: how their letters are read.
    reading: Option<Reading>,
    style: &'a PaperStyle,
    lines: Vec<PaperLine>,
}

impl Body<'_> {
    fn node(&mut self, node: &Node, depth: usize) {
        let left_out = self.reading.as_ref().is_some_and(|reading| self.form.need(node.item(), reading) == Need::Blank);
        if left_out {
            return;
        }
        match node {
            Node::Value(value) => self.leaf(value, depth),
            Node::Group { item, head, rows } => {
                self.line(depth, *item, None, depth <= self.style.bookmark_depth);
                for node in head {
                    self.node(node, depth + 1);
                }
                let serial = self.form.item(*item).row.first().copied();
                for row in rows {
                    self.row(row, serial, depth + 1);
                }
            }
        }
    }

    fn leaf(&mut self, value: &ItemValue, depth: usize) {
        self.line(depth, value.item, Some(value.text.clone()), false);
        self.marks(value.change.as_deref(), depth);
    }

    fn row(&mut self, row: &ItemRow, serial: Option<ItemIx>, depth: usize) {
        if let Some(serial) = serial {
            let number = row.serial.map(|serial| serial.to_string()).unwrap_or_default();
            self.line(depth, serial, Some(number), false);
            self.marks(row.change.as_deref(), depth);
        }
        for node in &row.nodes {
            self.node(node, depth);
        }
    }

    fn line(&mut self, depth: usize, item: ItemIx, value: Option<String>, bookmark: bool) {
        self.lines.push(PaperLine { depth, label: self.form.item(item).label.clone(), value, bookmark });
    }

    /// Writes the mark of a change under what was changed.
    fn marks(&mut self, change: Option<&Change>, depth: usize) {
        let Some(change) = change else { return };
        let words = &self.style.marks;
        let (of_date, of_reason) = match change.status {
            ChangeStatus::Update => &words.update,
            ChangeStatus::Append => &words.append,
            ChangeStatus::Delete => &words.delete,
        };
        for (label, value) in [(of_date, &change.date), (of_reason, &change.reason)] {
            self.lines.push(PaperLine { depth, label: label.clone(), value: Some(value.clone()), bookmark: false });
        }
    }
}

#[cfg(test)]
mod tests;
