//! The marks of a filing as a list for people.

use super::Declared;
use super::walk::RowAt;
use crate::model::{Change, ChangeStatus, Filing, ItemIx, ItemRow, Lang, Node};

/// One change of a filing.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The leaf, or the group of the row.
    pub item: ItemIx,
    /// The rows on the way, the marked one last when it is a row.
    pub way: Vec<RowAt>,
    /// Id of the field or repeat group: what the sheet of changes calls the target.
    pub target: String,
    /// The value before; of a row, what it holds.
    pub old: String,
    /// The value now; of a row, what it holds.
    pub new: String,
    /// The mark.
    pub change: Change,
}

impl Changed {
    /// Writes the rows on the way as the sheet of changes takes them: numbers, outermost first.
    pub fn row(&self) -> String {
        let number = |at: &RowAt| at.serial.map_or_else(|| at.name.clone(), |serial| serial.to_string());
        self.way.iter().map(number).collect::<Vec<_>>().join("/")
    }

    /// Writes the names of the rows on the way.
    pub fn names(&self) -> String {
        let name = |at: &RowAt| match (at.name.as_str(), at.serial) {
            ("", Some(serial)) => serial.to_string(),
            (name, _) => name.to_owned(),
        };
        self.way.iter().map(name).collect::<Vec<_>>().join(" / ")
    }

    /// Writes the target as the sheet of changes takes it, in words.
    pub fn target_label(&self, declared: Declared, lang: Lang) -> String {
        let catalogue = declared.catalogue;
        match (catalogue.field_ix(&self.target), catalogue.scope_ix(&self.target)) {
            (Some(field), _) => {
                let field = catalogue.field(field);
                let section = field.section.and_then(|at| catalogue.sections.get(at)).map(|section| &section.label);
                let above = section.unwrap_or(&catalogue.scope(field.scope).label);
                // A value that shares a cell of its parent row is called by the cell.
                match catalogue.inline_field(field.scope) {
                    Some(_) => catalogue.scope(field.scope).label.get(lang).to_owned(),
                    None => format!("{} › {}", above.get(lang), field.label.get(lang)),
                }
            }
            (None, Some(scope)) => catalogue.scope(scope).label.get(lang).to_owned(),
            (None, None) => declared.form.item(self.item).label.clone(),
        }
    }
}

/// Lists the marks of a filing in document order.
pub fn list(filing: &Filing, declared: Declared) -> Vec<Changed> {
    let mut lister = Lister { declared, way: Vec::new(), out: Vec::new() };
    lister.node(&filing.root);
    lister.out
}

struct Lister<'a> {
    declared: Declared<'a>,
    way: Vec<RowAt>,
    out: Vec<Changed>,
}

impl Lister<'_> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Value(value) => {
                if let Some(change) = value.change.as_deref() {
                    self.out.push(Changed {
                        item: value.item,
                        way: self.way.clone(),
                        target: value.field.clone(),
                        old: change.old.clone(),
                        new: value.text.clone(),
                        change: change.clone(),
                    });
                }
            }
            Node::Group { item, head, rows } => {
                head.iter().for_each(|node| self.node(node));
                rows.iter().filter(|row| !row.is_blank()).for_each(|row| self.row(*item, row));
            }
        }
    }

    fn row(&mut self, group: ItemIx, row: &ItemRow) {
        let Some(list) = self.declared.list_of(group) else { return };
        self.way.push(self.declared.row_at(list, row, true));
        if let Some(change) = row.change.as_deref() {
            let mut texts = Vec::new();
            row.nodes.iter().for_each(|node| texts_of(node, &mut texts));
            let said = texts.join("、");
            let (old, new) = if change.status == ChangeStatus::Delete { (said, String::new()) } else { (String::new(), said) };
            let target = self.declared.catalogue.scope(list).id.clone();
            self.out.push(Changed { item: group, way: self.way.clone(), target, old, new, change: change.clone() });
        }
        row.nodes.iter().for_each(|node| self.node(node));
        self.way.pop();
    }
}

/// Collects what a row says.
pub(super) fn texts_of(node: &Node, texts: &mut Vec<String>) {
    match node {
        Node::Value(value) if value.text.is_empty() => {}
        Node::Value(value) => texts.push(value.text.clone()),
        Node::Group { head, rows, .. } => {
            head.iter().for_each(|node| texts_of(node, texts));
            rows.iter().flat_map(|row| &row.nodes).for_each(|node| texts_of(node, texts));
        }
    }
}
