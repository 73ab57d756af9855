//! Record → filing: fills a form's items from a record, in document order.

pub mod replace;

use crate::expr::{Expr, Scope};
use crate::model::{Catalogue, FieldIx, Filing, ItemIx, ItemRow, ItemValue, Node, Origin, Record, Row, ScopeIx, Spot};
use crate::plugin::{Plugin, Source};

/// A default that could not be worked out: the rule engine's fault, reported and never guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultFault {
    /// The item.
    pub item: ItemIx,
    /// What went wrong.
    pub problem: String,
}

/// Fills the form of a plugin from a record.
pub fn map(record: &Record, plugin: &Plugin, catalogue: &Catalogue) -> (Filing, Vec<DefaultFault>) {
    let mut mapper = Mapper { plugin, catalogue, root: &record.root, rows: Vec::new(), faults: Vec::new(), typed: false };
    let root = mapper.node(0);
    (Filing { root }, mapper.faults)
}

/// Fills the form with the values as they were typed: nothing folded, joined or rewritten.
pub(crate) fn map_as_typed(record: &Record, plugin: &Plugin, catalogue: &Catalogue) -> Filing {
    let mut mapper = Mapper { plugin, catalogue, root: &record.root, rows: Vec::new(), faults: Vec::new(), typed: true };
    Filing { root: mapper.node(0) }
}

struct Mapper<'a> {
    plugin: &'a Plugin,
    catalogue: &'a Catalogue,
    root: &'a Row,
    /// The rows that the current items stand in, outermost first.
    rows: Vec<(ScopeIx, &'a Row)>,
    faults: Vec<DefaultFault>,
    /// Whether values stay as they were typed.
    typed: bool,
}

impl<'a> Mapper<'a> {
    fn node(&mut self, at: ItemIx) -> Node {
        let plugin = self.plugin;
        let item = plugin.form.item(at);
        match plugin.mapping.source(at) {
            Source::Fixed => {
                let text = item.fixed.clone().unwrap_or_default();
                Node::Value(ItemValue {
                    item: at,
                    text,
                    origin: Origin::Derived(Box::from("")),
                    field: String::new(),
                    joined: false,
                    change: None,
                })
            }
            Source::Field { field, default, label_of } => Node::Value(self.value(at, *field, default.as_ref(), *label_of)),
            Source::Structure => Node::Group { item: at, head: self.nodes(&item.head), rows: Vec::new() },
            Source::Rows { list } => Node::Group { item: at, head: self.nodes(&item.head), rows: self.item_rows(at, *list) },
        }
    }

    fn nodes(&mut self, items: &[ItemIx]) -> Vec<Node> {
        items.iter().map(|item| self.node(*item)).collect()
    }

    fn value(&mut self, at: ItemIx, field: FieldIx, default: Option<&Expr>, label_of: Option<FieldIx>) -> ItemValue {
        let form = &self.plugin.form;
        let definition = self.catalogue.field(field);
        let row = self.row(definition.scope);
        let mut origin = row.origin(field, self.catalogue);
        let mut text = row.text(field).to_owned();
        if text.is_empty()
            && let Some(default) = default
        {
            let scope = Scope { catalogue: self.catalogue, root: self.root, rows: &self.rows };
            match default.string(scope) {
                Ok(derived) if !derived.is_empty() => {
                    text = derived;
                    origin = Origin::Derived(definition.id.as_str().into());
                }
                Ok(_) => {}
                Err(problem) => self.faults.push(DefaultFault { item: at, problem }),
            }
        }
        if text.is_empty()
            && let Some(meaning) = label_of.and_then(|coded| self.meaning(coded))
        {
            meaning.clone_into(&mut text);
            origin = Origin::Derived(definition.id.as_str().into());
        }
        if self.typed {
            return ItemValue { item: at, text, origin, field: definition.id.clone(), joined: false, change: None };
        }
        let format = form.item(at).format.as_ref().and_then(|format| form.formats.get(format));
        if format.is_some_and(|format| format.from.as_deref() == Some("date")) {
            text = compact_date(text);
        }
        let joined = text.contains('\n');
        if joined {
            text = text.replace('\n', &self.plugin.manifest.line_break);
        }
        ItemValue { item: at, text, origin, field: definition.id.clone(), joined, change: None }
    }

    /// Returns what the code of a field means, as the form says it.
    fn meaning(&self, coded: FieldIx) -> Option<&'a str> {
        let definition = self.catalogue.field(coded);
        let crate::model::Kind::Code(list) = &definition.kind else { return None };
        let meaning = self.catalogue.codes.get(list)?.meaning(self.row(definition.scope).text(coded));
        meaning.map(|meaning| meaning.ja.as_str()).filter(|meaning| !meaning.is_empty())
    }

    /// Returns the row of a scope that the current item stands in.
    fn row(&self, scope: ScopeIx) -> &'a Row {
        self.rows.iter().rev().find(|(known, _)| *known == scope).map_or(self.root, |(_, row)| row)
    }

    fn item_rows(&mut self, at: ItemIx, list: ScopeIx) -> Vec<ItemRow> {
        let plugin = self.plugin;
        let items = plugin.form.item(at).row.get(1..).unwrap_or_default();
        let parent = self.row(self.catalogue.scope(list).parent.unwrap_or(ScopeIx::ROOT));
        let rows = parent.rows(list);
        if rows.is_empty() {
            // A group without rows keeps one blank row: the schema asks for it, and so does the published form.
            return vec![self.blank_row(items, list, parent)];
        }
        let mut filled = Vec::with_capacity(rows.len());
        for (row, (serial, numbered)) in rows.iter().zip(numbers(rows, list, self.catalogue)) {
            self.rows.push((list, row));
            let nodes = self.nodes(items);
            self.rows.pop();
            filled.push(ItemRow { serial: Some(serial), numbered, origin: row.here(), nodes, change: None });
        }
        filled
    }

    fn blank_row(&mut self, items: &[ItemIx], list: ScopeIx, parent: &Row) -> ItemRow {
        // The origin of what is not there is the place of the list: its column in the parent's row, or that row.
        let origin = match self.catalogue.inline_field(list) {
            Some(field) => parent.origin(field, self.catalogue),
            None => parent.here(),
        };
        let blank = Row { spot: Spot::In(origin.clone()), ..Row::default() };
        let mut mapper = Mapper {
            plugin: self.plugin,
            catalogue: self.catalogue,
            root: self.root,
            rows: Vec::new(),
            faults: Vec::new(),
            typed: self.typed,
        };
        mapper.rows.extend(self.rows.iter().copied());
        mapper.rows.push((list, &blank));
        let nodes = mapper.nodes(items);
        let faults = mapper.faults;
        self.faults.extend(faults);
        ItemRow { serial: None, numbered: false, origin, nodes, change: None }
    }
}

/// Returns the number of each row of a repeat group and whether the record says it. A row that has none yet gets the next
/// after all that have; a number that cannot be read has a finding of its own.
pub(crate) fn numbers(rows: &[Row], list: ScopeIx, catalogue: &Catalogue) -> Vec<(u32, bool)> {
    let field = catalogue.scope(list).serial;
    let given = |row: &Row| field.and_then(|field| row.text(field).parse::<u32>().ok());
    let mut highest = rows.iter().filter_map(given).max().unwrap_or(0);
    let mut next = || {
        highest = highest.saturating_add(1);
        highest
    };
    rows.iter().map(|row| given(row).map_or_else(|| (next(), false), |serial| (serial, true))).collect()
}

/// Writes an ISO date as eight digits; anything else stays as it is, for the checks to report.
pub(crate) fn compact_date(text: String) -> String {
    match text.parse::<jiff::civil::Date>() {
        Ok(date) if text.len() == 10 => format!("{:04}{:02}{:02}", date.year(), date.month(), date.day()),
        _ => text,
    }
}
