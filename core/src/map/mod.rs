//! Record → filing: fills a form's items from a record, in document order.

mod leave_out;
pub mod replace;

use crate::expr::{Expr, Scope};
use crate::model::{Catalogue, FieldIx, Filing, ItemIx, ItemRow, ItemValue, Lang, Node, Origin, Record, Row, ScopeIx, Spot};
use crate::plugin::{Plugin, Source, Word};

pub(crate) use leave_out::reading;

/// What could not be put into an item as the record has it; reported and never guessed.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The item.
    pub item: ItemIx,
    /// Where the value stands.
    pub origin: Origin,
    /// What went wrong.
    pub what: Trouble,
}

/// Why a value is not what the record has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// A default could not be worked out, for this reason.
    Default(String),
    /// The destination has no word for the code of a field.
    NoWord {
        /// The code.
        code: String,
        /// The field.
        field: String,
    },
    /// The destination's word means other codes as well.
    Lossy {
        /// The code.
        code: String,
        /// The field.
        field: String,
        /// The word.
        word: String,
    },
}

/// Fills the form of a plugin from a record.
pub fn map(record: &Record, plugin: &Plugin, catalogue: &Catalogue) -> (Filing, Vec<Fault>) {
    let mut mapper = Mapper { plugin, catalogue, root: &record.root, rows: Vec::new(), faults: Vec::new(), typed: false };
    let root = mapper.node(0);
    let mut faults = mapper.faults;
    let filing = leave_out::leave_out(Filing { root }, &plugin.form, &plugin.manifest.kinds);
    // Nothing is said of what the filing does not show.
    if !faults.is_empty()
        && let Some(asked) = leave_out::asked(&filing, &plugin.form, &plugin.manifest.kinds)
    {
        faults.retain(|fault| asked.contains(&fault.item));
    }
    (filing, faults)
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
    faults: Vec<Fault>,
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
            Source::Field { field, default, label_of, word } => {
                Node::Value(self.value(at, *field, default.as_ref(), *label_of, word.as_ref()))
            }
            Source::Gathered { field, list, first, skip, when, word } => {
                let rows = self.rows_of(at, *list, when.as_ref());
                let count = if *first { 1 } else { rows.len() };
                let rows: Vec<&Row> = rows.into_iter().skip(*skip).take(count).collect();
                Node::Value(self.gathered(at, *field, *list, &rows, word.as_ref()))
            }
            Source::Derived { from, expr, reads } => Node::Value(self.derived(at, *from, expr, reads)),
            Source::Structure => Node::Group { item: at, head: self.nodes(&item.head), rows: Vec::new() },
            Source::Rows { list, when } => {
                Node::Group { item: at, head: self.nodes(&item.head), rows: self.item_rows(at, *list, when.as_ref()) }
            }
        }
    }

    fn nodes(&mut self, items: &[ItemIx]) -> Vec<Node> {
        items.iter().map(|item| self.node(*item)).collect()
    }

    /// Returns the rows of a list below the current row that count.
    fn rows_of(&mut self, at: ItemIx, list: ScopeIx, when: Option<&Expr>) -> Vec<&'a Row> {
        let parent = self.row(self.catalogue.scope(list).parent.unwrap_or(ScopeIx::ROOT));
        let mut kept = Vec::new();
        for row in parent.rows(list) {
            self.rows.push((list, row));
            let scope = Scope { catalogue: self.catalogue, root: self.root, rows: &self.rows };
            match when.map_or(Ok(true), |when| when.truth(scope)) {
                Ok(true) => kept.push(row),
                Ok(false) => {}
                Err(problem) => self.faults.push(Fault { item: at, origin: row.here(), what: Trouble::Default(problem) }),
            }
            self.rows.pop();
        }
        kept
    }

    /// Joins a field of several rows, each part once where the item holds choices.
    fn gathered(&mut self, at: ItemIx, field: FieldIx, list: ScopeIx, rows: &[&'a Row], word: Option<&Word>) -> ItemValue {
        let definition = self.catalogue.field(field);
        let multi = self.plugin.form.item(at).multi.clone();
        let mut parts: Vec<String> = Vec::new();
        for row in rows {
            let origin = row.origin(field, self.catalogue);
            let part = self.worded(at, row.text(field), &definition.id, &origin, word);
            if !part.is_empty() && (multi.is_none() || !parts.contains(&part)) {
                parts.push(part);
            }
        }
        let origin = rows.first().map_or_else(|| self.place_of(list), |row| row.origin(field, self.catalogue));
        let text = parts.join(multi.as_deref().unwrap_or("\n"));
        self.finished(at, text, origin, definition.id.clone())
    }

    fn derived(&mut self, at: ItemIx, from: FieldIx, expr: &Expr, reads: &[FieldIx]) -> ItemValue {
        let definition = self.catalogue.field(from);
        let origin = self.row(definition.scope).origin(from, self.catalogue);
        let scope = Scope { catalogue: self.catalogue, root: self.root, rows: &self.rows };
        let text = expr.string(scope).unwrap_or_else(|problem| {
            self.faults.push(Fault { item: at, origin: origin.clone(), what: Trouble::Default(problem) });
            String::new()
        });
        // Where the text is just that of a field it reads, it came from there.
        let source = reads
            .iter()
            .copied()
            .find(|field| !text.is_empty() && self.row(self.catalogue.field(*field).scope).text(*field) == text);
        let Some(field) = source else { return self.finished(at, text, origin, definition.id.clone()) };
        let definition = self.catalogue.field(field);
        let origin = self.row(definition.scope).origin(field, self.catalogue);
        self.finished(at, text, origin, definition.id.clone())
    }

    /// Says a code as the destination does; blank where it has no word for it.
    fn worded(&mut self, at: ItemIx, code: &str, field: &str, origin: &Origin, word: Option<&Word>) -> String {
        let Some(word) = word.filter(|_| !code.is_empty() && !self.typed) else { return code.to_owned() };
        let found = match word {
            Word::Of { list, destination } => {
                let words = &self.catalogue.vocabularies;
                let found = words.word(list, destination, code);
                if let Some(found) = found.filter(|_| words.is_lossy(list, destination, code)) {
                    let what = Trouble::Lossy { code: code.to_owned(), field: field.to_owned(), word: found.to_owned() };
                    self.faults.push(Fault { item: at, origin: origin.clone(), what });
                }
                found.map(str::to_owned)
            }
            Word::Meaning(list, lang) => {
                let list = self.catalogue.codes.get(list);
                // A list whose codes are the words themselves says no more in that language.
                list.filter(|list| list.contains(code)).map(|list| match list.meaning(code).map(|text| text.get(*lang)) {
                    Some(meaning) if !meaning.is_empty() => meaning.to_owned(),
                    _ => code.to_owned(),
                })
            }
        };
        found.unwrap_or_else(|| {
            // What is no code has a finding of its own.
            if !self.is_code(field, code) {
                return String::new();
            }
            let what = Trouble::NoWord { code: code.to_owned(), field: field.to_owned() };
            self.faults.push(Fault { item: at, origin: origin.clone(), what });
            String::new()
        })
    }

    /// Returns whether a value is a code of its field.
    fn is_code(&self, field: &str, code: &str) -> bool {
        let kind = self.catalogue.field_ix(field).map(|field| &self.catalogue.field(field).kind);
        let Some(crate::model::Kind::Code(list)) = kind else { return true };
        self.catalogue.codes.get(list).is_none_or(|list| list.contains(code))
    }

    /// Where something of a list that has no rows would stand.
    fn place_of(&self, list: ScopeIx) -> Origin {
        let parent = self.row(self.catalogue.scope(list).parent.unwrap_or(ScopeIx::ROOT));
        match self.catalogue.inline_field(list) {
            Some(field) => parent.origin(field, self.catalogue),
            None => parent.here(),
        }
    }

    fn value(
        &mut self,
        at: ItemIx,
        field: FieldIx,
        default: Option<&Expr>,
        label_of: Option<(FieldIx, Lang)>,
        word: Option<&Word>,
    ) -> ItemValue {
        let definition = self.catalogue.field(field);
        let row = self.row(definition.scope);
        let mut origin = row.origin(field, self.catalogue);
        let mut text = self.worded(at, row.text(field), &definition.id, &origin, word);
        if row.text(field).is_empty()
            && let Some(default) = default
        {
            let scope = Scope { catalogue: self.catalogue, root: self.root, rows: &self.rows };
            match default.string(scope) {
                Ok(derived) if !derived.is_empty() => {
                    text = derived;
                    origin = Origin::Derived(definition.id.as_str().into());
                }
                Ok(_) => {}
                Err(problem) => {
                    self.faults.push(Fault { item: at, origin: origin.clone(), what: Trouble::Default(problem) });
                }
            }
        }
        if text.is_empty()
            && let Some(meaning) = label_of.and_then(|(coded, lang)| self.meaning(coded, lang))
        {
            meaning.clone_into(&mut text);
            origin = Origin::Derived(definition.id.as_str().into());
        }
        self.finished(at, text, origin, definition.id.clone())
    }

    /// Writes a text as the form wants it.
    fn finished(&self, at: ItemIx, mut text: String, origin: Origin, field: String) -> ItemValue {
        if self.typed {
            return ItemValue { item: at, text, origin, field, joined: false, change: None };
        }
        // A draft is written although the reading stage refused such a character; no document could hold it.
        text.retain(|c| !crate::text::illegal::is_illegal(c));
        let form = &self.plugin.form;
        let format = form.item(at).format.as_ref().and_then(|format| form.formats.get(format));
        if let Some(format) = format.filter(|format| format.from.as_deref() == Some("date")) {
            text = written_date(text, format.write.as_deref());
        }
        let joined = text.contains('\n');
        if joined {
            text = text.replace('\n', &self.plugin.manifest.line_break);
        }
        ItemValue { item: at, text, origin, field, joined, change: None }
    }

    /// Returns what the code of a field means, as the form says it.
    fn meaning(&self, coded: FieldIx, lang: Lang) -> Option<&'a str> {
        let definition = self.catalogue.field(coded);
        let crate::model::Kind::Code(list) = &definition.kind else { return None };
        let meaning = self.catalogue.codes.get(list)?.meaning(self.row(definition.scope).text(coded));
        meaning.map(|meaning| meaning.get(lang)).filter(|meaning| !meaning.is_empty())
    }

    /// Returns the row of a scope that the current item stands in.
    fn row(&self, scope: ScopeIx) -> &'a Row {
        self.rows.iter().rev().find(|(known, _)| *known == scope).map_or(self.root, |(_, row)| row)
    }

    fn item_rows(&mut self, at: ItemIx, list: ScopeIx, when: Option<&Expr>) -> Vec<ItemRow> {
        let plugin = self.plugin;
        let items = plugin.form.item(at).row.get(1..).unwrap_or_default();
        let parent = self.row(self.catalogue.scope(list).parent.unwrap_or(ScopeIx::ROOT));
        let counted = self.rows_of(at, list, when);
        if counted.is_empty() {
            // A group without rows keeps one blank row: the schema asks for it, and so does the published form.
            return vec![self.blank_row(items, list, parent)];
        }
        let rows = parent.rows(list);
        let mut filled = Vec::with_capacity(rows.len());
        let mut counted = counted.into_iter().peekable();
        for (row, (serial, numbered)) in rows.iter().zip(numbers(rows, list, self.catalogue)) {
            // A row that does not count keeps its number all the same.
            if counted.next_if(|next| std::ptr::eq(*next, row)).is_none() {
                continue;
            }
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

/// Writes an ISO date as a form does; anything else stays as it is, for the checks to report.
fn written_date(text: String, style: Option<&str>) -> String {
    let Some(style) = style else { return compact_date(text) };
    match text.parse::<jiff::civil::Date>() {
        Ok(date) if text.len() == 10 => {
            let (year, month, day) =
                (format!("{:04}", date.year()), format!("{:02}", date.month()), format!("{:02}", date.day()));
            style.replace("yyyy", &year).replace("mm", &month).replace("dd", &day)
        }
        _ => text,
    }
}

/// Writes an ISO date as eight digits; anything else stays as it is, for the checks to report.
pub(crate) fn compact_date(text: String) -> String {
    match text.parse::<jiff::civil::Date>() {
        Ok(date) if text.len() == 10 => format!("{:04}{:02}{:02}", date.year(), date.month(), date.day()),
        _ => text,
    }
}

#[cfg(test)]
mod tests;
