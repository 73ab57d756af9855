//! A filing that was made before → record: the way of the data walked backwards, by the plugin's own form and map.
//!
//! Elements are found by their path, never by their label; white space at the edges of values, full-width spaces
//! included, is padding. Row numbers and change marks become fields of the record; whatever else a filing says that its
//! record would not build is kept beside it ([`crate::as_filed`]). Every value knows its line.

mod decode;
mod oddities;
mod rows;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use regex::Regex;

use crate::as_filed;
use crate::limits;
use crate::model::{
    Catalogue, ChangeStatus, FieldIx, Finding, ItemIx, ItemKind, Leaf, Origin, Record, Row, RuleBook, Scalar, ScopeIx, Sources,
    Text,
};
use crate::plugin::{Plugin, Source};
use crate::render::xml::is_xml_char;
use crate::text::Lines;
pub use decode::decode;
use rows::{Marked, Rows};

/// What was read from one filing.
#[derive(Debug)]
pub struct ReadBack {
    /// The record; values that could not be read are missing from it and have findings.
    pub record: Record,
    /// What was wrong or could not be kept.
    pub findings: Vec<Finding>,
}

/// Returns the plugin whose form a file is, by its root element; nothing when it is no filing that any plugin knows.
pub fn recognise<'a>(bytes: &[u8], plugins: impl IntoIterator<Item = &'a Plugin>) -> Option<&'a Plugin> {
    let text = decode(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes));
    let text = text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                return plugins.into_iter().find(|plugin| plugin.form.xml.root == name);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Reads a filing of a plugin's form; `file` names it in findings.
pub fn read_back(file: &str, bytes: &[u8], plugin: &Plugin, catalogue: &Catalogue, book: &RuleBook) -> ReadBack {
    let mut sources = Sources::default();
    let sheet = sources.add(file, "");
    let decoded = decode(bytes);
    let is_decoded = decoded.is_some();
    let text = decoded.unwrap_or_else(|| String::from_utf8_lossy(bytes));
    let text = text.trim_start_matches('\u{feff}');
    let mut walk = Walk {
        plugin,
        book,
        sources,
        sheet,
        lines: Lines::new(text),
        open: Vec::new(),
        rows: Rows::new(catalogue),
        findings: Vec::new(),
    };
    walk.document(text);
    let mut root = walk.rows.finish();
    from_file_name(file, plugin, catalogue, &mut root);
    let mut record = Record { sources: walk.sources.into(), root, filed: true };
    let mut findings = walk.findings;
    let parsed = as_filed::parse(text);
    // What the walk took all the same may still be no XML: an attribute twice, a character that XML forbids, a wrong
    // encoding.
    let unreadable = match (is_decoded, parsed.is_none() || text.contains(|c| !is_xml_char(c))) {
        (false, _) => Some(Text::new("文字コードが宣言と違います", "its bytes are not of the encoding it declares")),
        (true, true) => Some(Text::new("整形式ではありません", "it is not well-formed")),
        _ => None,
    };
    if let Some(problem) = unreadable.filter(|_| !findings.iter().any(|finding| finding.rule == "RB-0001")) {
        let mut finding = book.finding("RB-0001", crate::model::Place::file(file), &[("problem", problem)]);
        plugin.id().clone_into(&mut finding.plugin);
        findings.push(finding);
    }
    let lines = parsed.map(|theirs| oddities::lines(&record, &theirs, plugin, catalogue, book));
    let lines = lines.unwrap_or_default();
    findings.extend(oddities::findings(&lines, &record, plugin, book));
    as_filed::keep(&mut record, catalogue, &lines, sheet);
    ReadBack { record, findings }
}

/// Fills in what a filing's content does not say: the trial's id, which is our own, and what the file's name shows.
fn from_file_name(file: &str, plugin: &Plugin, catalogue: &Catalogue, root: &mut Row) {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut put = |field: FieldIx, text: &str| {
        let origin = Origin::Derived(catalogue.field(field).id.as_str().into());
        root.put(field, Leaf { value: Scalar::Text(text.into()), origin });
    };
    if let Some(key) = catalogue.scope(ScopeIx::ROOT).key {
        put(key, stem);
    }
    for (id, pattern) in &plugin.manifest.from_file_name {
        let shown = Regex::new(pattern).ok().and_then(|pattern| pattern.captures(stem)?.get(1).map(|group| group.as_str()));
        if let (Some(field), Some(text)) = (catalogue.field_ix(id), shown) {
            put(field, text);
        }
    }
}

/// An element that is open.
struct Open {
    /// The item it is; nothing for labels and for what the form does not know.
    item: Option<ItemIx>,
    name: String,
    text: String,
    at: Origin,
    /// The change mark on it.
    status: Option<ChangeStatus>,
    /// Date and reason of the change.
    words: [String; 2],
}

struct Walk<'a> {
    plugin: &'a Plugin,
    book: &'a RuleBook,
    sources: Sources,
    sheet: u16,
    lines: Lines<'a>,
    open: Vec<Open>,
    rows: Rows<'a>,
    findings: Vec<Finding>,
}

impl Walk<'_> {
    fn document(&mut self, text: &str) {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        loop {
            let (line, col) = self.lines.at(usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX));
            let at = Origin::Line { sheet: self.sheet, line, col };
            match reader.read_event() {
                Ok(Event::Start(start)) if self.open.len() < limits::XML_DEPTH => self.start(&start, at),
                Ok(Event::Start(_)) => {
                    return self.say("RB-0001", &at, &[("problem", Text::new("要素が深すぎます", "elements nest too deep"))]);
                }
                Ok(Event::End(_)) => self.end(),
                Ok(Event::Text(text)) => self.text(&text),
                Ok(Event::CData(text)) => self.text(&text),
                Ok(Event::GeneralRef(name)) => match quick_xml::escape::unescape(&format!("&{};", &*name)) {
                    Ok(text) => self.text(&text),
                    Err(error) => self.say("RB-0001", &at, &[("problem", error.to_string().into())]),
                },
                Ok(Event::DocType(_)) => {
                    return self.say(
                        "RB-0001",
                        &at,
                        &[("problem", Text::new("文書型宣言は読みません", "document types are not read"))],
                    );
                }
                Ok(Event::Eof) if self.open.is_empty() => return,
                Ok(Event::Eof) => {
                    let problem = Text::new("途中で終わっています", "it ends in the middle");
                    return self.say("RB-0001", &at, &[("problem", problem)]);
                }
                Ok(_) => {}
                Err(error) => return self.say("RB-0001", &at, &[("problem", error.to_string().into())]),
            }
        }
    }

    fn start(&mut self, start: &BytesStart, at: Origin) {
        let form = &self.plugin.form;
        let name = start.name().as_ref().to_owned();
        let parent = self.open.last().and_then(|open| open.item);
        let item = match (self.open.is_empty(), parent) {
            (true, _) => Some(0),
            (false, Some(0)) => form.find(&name),
            (false, Some(parent)) => form.find(&format!("{}/{name}", form.item(parent).path)),
            (false, None) => None,
        };
        let known = item.is_some() || name == form.xml.label_element || form.xml.change_elements.contains(&name);
        if !known && parent.is_some() {
            self.say("RB-0002", &at, &[("element", name.as_str().into())]);
        }
        let mut mark = None;
        if let Some(item) = item {
            if form.item(item).kind == ItemKind::Serial {
                self.rows.begin(form.item(item).parent.unwrap_or(0), self.list_of(item), &at);
            }
            // A mark that the form does not know is left to the schema and to the comparison with what is built.
            let status = start.try_get_attribute(form.xml.status_attribute.as_str()).ok().flatten();
            mark = status.and_then(|status| form.changes.status(&status.value));
        }
        self.open.push(Open { item, name, text: String::new(), at, status: mark, words: Default::default() });
    }

    fn text(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut() {
            open.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let text = open.text.trim();
        let form = &self.plugin.form;
        let Some(item) = open.item else {
            let element = form.xml.change_elements.iter().position(|element| *element == open.name);
            if let (Some(at), Some(parent)) = (element, self.open.last_mut())
                && let Some(slot) = parent.words.get_mut(at)
            {
                text.clone_into(slot);
            }
            return;
        };
        match (form.item(item).kind, self.plugin.mapping.source(item)) {
            (ItemKind::Group, _) => {
                self.rows.end(item);
                if !text.is_empty() {
                    self.say("RB-0004", &open.at, &[("item", form.item(item).label.as_str().into()), ("value", text.into())]);
                }
            }
            (ItemKind::Serial, _) => {
                self.rows.number(text, &open.at);
                if let (Some(status), Some(list)) = (open.status, self.list_of(item)) {
                    let target = self.rows.catalogue.scope(list).id.clone();
                    self.rows.mark(Marked { target, status, words: open.words, at: open.at });
                }
            }
            (ItemKind::Value, Source::Fixed) => {
                let fixed = form.item(item).fixed.clone().unwrap_or_default();
                if text != fixed {
                    let holes =
                        [("item", form.item(item).label.as_str().into()), ("value", text.into()), ("fixed", fixed.into())];
                    self.say("RB-0006", &open.at, &holes);
                }
            }
            (ItemKind::Value, Source::Field { field, .. }) => {
                if let Some(status) = open.status {
                    let target = self.rows.catalogue.field(*field).id.clone();
                    self.rows.mark(Marked { target, status, words: open.words, at: open.at.clone() });
                }
                if !text.is_empty() {
                    self.rows.put(*field, Leaf { value: Scalar::Text(text.into()), origin: open.at });
                }
            }
            (ItemKind::Value, _) => {}
        }
    }

    /// Returns the repeat group that a serial's rows belong to.
    fn list_of(&self, serial: ItemIx) -> Option<ScopeIx> {
        let group = self.plugin.form.item(serial).parent?;
        match self.plugin.mapping.source(group) {
            Source::Rows { list, .. } => Some(*list),
            _ => None,
        }
    }

    fn say(&mut self, rule: &str, at: &Origin, values: &[(&str, Text)]) {
        let mut finding = self.book.finding(rule, self.sources.place(at), values);
        self.plugin.id().clone_into(&mut finding.plugin);
        self.findings.push(finding);
    }
}

#[cfg(test)]
mod tests;
