//! Filing → sheet: walks the filled form and puts down what the screens have, in their order.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::model::{
    Asked, Block, Changed, Counts, Field, FormOf, Item, LeftOut, Note, Part, PluginOf, Repeat, Row, SCHEMA, Section, Sheet,
};
use super::notes::{self, Place, Stands};
use super::{Given, choices, labels};
use crate::model::filing::text_in;
use crate::model::form::{Identity, Mark, Need, Reading};
use crate::model::{self, ChangeStatus, Form, ItemIx, ItemKind, ItemRow, ItemValue, Lang, Node, Origin, Severity, Text};
use crate::text;

impl Sheet {
    /// Builds the sheet of a filing.
    pub fn build(given: &Given) -> Sheet {
        let plugin = given.plugin;
        let form = &*plugin.form;
        let reading = crate::map::reading(given.filing, form, &plugin.manifest.kinds);
        let marked = has_change(&given.filing.root);
        let mut builder = Builder {
            given,
            form,
            reading,
            change: given.compared || marked,
            rows: Vec::new(),
            path: String::new(),
            way: Way { system: false, deleted: false, appended: None },
            left_out: Vec::new(),
            lists: BTreeMap::new(),
            places: Vec::new(),
        };
        let sections = builder.root();
        let Builder { left_out, lists, places, change, .. } = builder;
        let (findings, about) = notes::place(given.findings, &places);
        let mut sheet = Sheet {
            schema: SCHEMA,
            trial: given.trial.to_owned(),
            submission: given.submission.to_owned(),
            built: given.built.to_owned(),
            plugin: PluginOf {
                id: plugin.id().to_owned(),
                version: plugin.manifest.version.clone(),
                title: plugin.manifest.title.clone(),
            },
            form: FormOf { id: form.id.clone(), version: form.version.clone(), title: form.title.clone() },
            category: given.filing.text(form.kind_item).to_owned(),
            draft: given.draft || findings.iter().any(|note| is_open(note, Severity::Error)),
            change,
            counts: Counts::default(),
            sections,
            left_out,
            findings,
            lists,
        };
        let mut finish = Finish { notes: &sheet.findings, about: &about };
        for section in &mut sheet.sections {
            finish.section(section);
        }
        let mut counts = Counts::default();
        sheet.sections.iter().for_each(|section| counts.add(&section.counts));
        // A finding on several fields is one finding, and one on the whole stands in no section.
        counts.errors = sheet.findings.iter().filter(|note| is_open(note, Severity::Error)).count();
        counts.warnings = sheet.findings.iter().filter(|note| is_open(note, Severity::Warning)).count();
        counts.left_out = sheet.left_out.iter().map(|left| left.items).sum();
        sheet.counts = counts;
        sheet
    }
}

fn is_open(note: &Note, severity: Severity) -> bool {
    !note.waits && note.severity == severity
}

/// What holds for all below a node.
#[derive(Debug, Clone, Default)]
struct Way {
    system: bool,
    deleted: bool,
    /// The change of a new row: all in it is new.
    appended: Option<Changed>,
}

struct Builder<'a> {
    given: &'a Given<'a>,
    form: &'a Form,
    reading: Option<Reading>,
    change: bool,
    /// The rows that the item stands in, outermost first.
    rows: Vec<&'a [Node]>,
    /// Path of the group with row numbers.
    path: String,
    way: Way,
    left_out: Vec<LeftOut>,
    lists: BTreeMap<String, super::List>,
    places: Vec<Place>,
}

/// A field of an item with its path below the item.
struct Leaf<'a> {
    way: Vec<String>,
    value: &'a ItemValue,
    asked: Asked,
    active: bool,
}

impl<'a> Builder<'a> {
    /// What stands at the root outside sections gets a section with the form's name.
    fn root(&mut self) -> Vec<Section> {
        let Node::Group { item, head, .. } = &self.given.filing.root else { return Vec::new() };
        let mut sections: Vec<Section> = Vec::new();
        let mut loose = false;
        for node in head {
            match self.block(node, true) {
                None => {}
                Some(Block::Section(section)) => {
                    sections.push(section);
                    loose = false;
                }
                Some(block) => {
                    if !loose {
                        let id = format!("{}:{}", self.form.item(*item).element, sections.len() + 1);
                        sections.push(self.section_of(*item, id, Vec::new()));
                        loose = true;
                    }
                    if let Some(section) = sections.last_mut() {
                        section.blocks.push(block);
                    }
                }
            }
        }
        sections
    }

    fn section_of(&self, item: ItemIx, id: String, blocks: Vec<Block>) -> Section {
        let item = self.form.item(item);
        let (number, label) = (item.number.clone(), label(item));
        Section { id, number, label, counts: Counts::default(), blocks, findings: Vec::new() }
    }

    fn block(&mut self, node: &'a Node, active: bool) -> Option<Block> {
        let index = node.item();
        let item = self.form.item(index);
        let need = self.need(index);
        if matches!(need, Need::Absent | Need::Blank) && is_blank_now(node) && !has_change(node) {
            self.leave_out(index);
            return None;
        }
        let active = match need {
            Need::Required => active,
            Need::Conditional | Need::Optional => active && !is_blank_now(node),
            Need::Blank | Need::System | Need::Absent => false,
        };
        let (before, way) = (self.path.len(), self.way.clone());
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(&item.element);
        self.way.system |= need == Need::System;
        let block = match node {
            Node::Value(value) => {
                // What a group asks is asked of a field when its own letter says so, even while the group is blank.
                let leaf = Leaf { way: Vec::new(), value, asked: self.asked(need), active: need == Need::Required && active };
                Block::Item(self.item(index, vec![leaf]))
            }
            Node::Group { head, rows, .. } if !item.row.is_empty() => Block::Repeat(self.repeat(index, head, rows, active)),
            Node::Group { head, .. } if is_item(self.form, index) => {
                let mut leaves = Vec::new();
                head.iter().for_each(|node| self.leaves(node, (active, need), &mut Vec::new(), &mut leaves));
                Block::Item(self.item(index, leaves))
            }
            Node::Group { head, .. } => {
                let blocks: Vec<Block> = head.iter().filter_map(|node| self.block(node, active)).collect();
                self.stands(index, None, "", Stands::Group, self.path.clone());
                let (id, empty) = (self.path.clone(), blocks.is_empty());
                let section = Block::Section(self.section_of(index, id, blocks));
                self.path.truncate(before);
                self.way = way;
                return (!empty).then_some(section);
            }
        };
        self.path.truncate(before);
        self.way = way;
        Some(block)
    }

    /// Collects the fields of an item.
    fn leaves(&mut self, node: &'a Node, (active, above): (bool, Need), way: &mut Vec<String>, leaves: &mut Vec<Leaf<'a>>) {
        let need = self.need(node.item());
        if matches!(need, Need::Absent | Need::Blank) && is_blank_now(node) && !has_change(node) {
            return self.leave_out(node.item());
        }
        let active = match need {
            Need::Required => active,
            Need::Conditional | Need::Optional => active && !is_blank_now(node),
            Need::Blank | Need::System | Need::Absent => false,
        };
        way.push(self.form.item(node.item()).element.clone());
        match node {
            Node::Value(value) => {
                // A part of what may stay blank is no more required than the whole, until something is in it.
                let asked = if active { need } else { need.max(above.min(Need::Optional)) };
                let active = active && need == Need::Required;
                leaves.push(Leaf { way: way.clone(), value, asked: self.asked(asked), active });
            }
            Node::Group { head, .. } => {
                head.iter().for_each(|node| self.leaves(node, (active, above.max(need)), way, leaves));
            }
        }
        way.pop();
    }

    fn item(&mut self, index: ItemIx, leaves: Vec<Leaf<'a>>) -> Item {
        let item = self.form.item(index);
        let id = self.path.clone();
        let mut parts: Vec<(String, Part)> = Vec::new();
        self.stands(index, None, "", Stands::Group, id.clone());
        for leaf in &leaves {
            let lang = leaf.way.iter().find_map(|name| ["ja", "en"].into_iter().find(|lang| lang == name)).unwrap_or("");
            let key: Vec<&str> = leaf.way.iter().map(String::as_str).filter(|name| *name != lang).collect();
            let key = key.join("/");
            let field = self.field(leaf, lang, &id);
            match parts.iter_mut().find(|(known, _)| *known == key) {
                Some((_, part)) => part.fields.push(field),
                None => parts.push((key, Part { label: field.label.clone(), fields: vec![field] })),
            }
        }
        let several = parts.len() > 1;
        let own = label(item);
        for (key, part) in &mut parts {
            // The fields of both languages stand side by side; nothing else does.
            part.fields.sort_by_key(|field| field.lang == "en");
            part.label = if several { labels::part(&own, &part.label, key) } else { Text::default() };
        }
        let asked = self.asked(self.need(index));
        let unconfirmed = asked == Asked::Required && !item.confirmed;
        Item {
            id,
            number: item.number.clone(),
            label: own,
            asked,
            unconfirmed,
            public: item.public.clone(),
            who: item.who.clone(),
            parts: parts.into_iter().map(|(_, part)| part).collect(),
            findings: Vec::new(),
        }
    }

    fn field(&mut self, leaf: &Leaf<'a>, lang: &'static str, item_id: &str) -> Field {
        let value = leaf.value;
        let item = self.form.item(value.item);
        let id = leaf.way.iter().fold(item_id.to_owned(), |path, name| path + "/" + name);
        self.stands(value.item, Some(&value.origin), &value.field, Stands::Field, id.clone());
        let list = self.form.codes(item, self.given.catalogue);
        if let Some(list) = list {
            self.lists.entry(list.id.clone()).or_insert_with(|| choices::list(list));
        }
        let change = match (&value.change, &self.way.appended) {
            (Some(change), _) => Some(self.changed(change)),
            (None, Some(row)) if !value.text.is_empty() => Some(Changed { old: String::new(), ..row.clone() }),
            _ => None,
        };
        let entered = !self.way.system && !self.way.deleted && leaf.asked != Asked::System;
        let each_time = self.change && item.exempt && entered && change.is_none() && !value.text.is_empty();
        let worth = if self.change { change.is_some() || each_time } else { !value.text.is_empty() };
        // Choices and texts of a set shape have checks of their own.
        let free = list.is_none() && item.format.is_none() && item.mark != Mark::Group;
        let old = change.as_ref().map_or("", |change| change.old.as_str());
        let mut at = String::new();
        self.given.sources.describe(&value.origin, Lang::Ja, &mut at);
        Field {
            lang,
            label: label(item),
            asked: leaf.asked,
            characters: value.text.chars().count(),
            units: text::units(&value.text),
            limit: item.limit,
            outside: if free { self.outside(&value.text) } else { Vec::new() },
            list: list.map_or(String::new(), |list| list.id.clone()),
            picks: list.map_or_else(Vec::new, |list| choices::picks(list, &value.text, item.multi.as_deref())),
            missing: leaf.active && value.text.is_empty() && item.fixed.is_none() && !self.way.deleted,
            task: entered && worth,
            each_time,
            key: hash(&[&id, old, &value.text]),
            value: value.text.clone(),
            change,
            at,
            id,
        }
    }

    fn outside(&self, value: &str) -> Vec<(char, Option<String>)> {
        let characters = &self.form.characters;
        let mut outside = text::outside(value, characters.repertoire);
        outside.retain(|(c, _)| !characters.also.contains(*c));
        outside
    }

    fn repeat(&mut self, index: ItemIx, head: &'a [Node], rows: &'a [ItemRow], active: bool) -> Repeat {
        let item = self.form.item(index);
        let id = self.path.clone();
        let head = head.iter().filter_map(|node| self.block(node, active)).collect();
        let serial = item.row.first().copied();
        let need = serial.map_or(Need::Optional, |serial| self.need(serial));
        let is_there = |row: &&ItemRow| !row.is_blank() && !row.is_deleted();
        let place = rows.iter().find(|row| !row.is_deleted()).map(|row| &row.origin);
        self.stands(index, place, "", Stands::Group, id.clone());
        let mut shown = Vec::new();
        for (at, row) in rows.iter().filter(|row| !row.is_blank()).enumerate() {
            shown.push(self.row(index, serial, row, at + 1, active));
        }
        self.path.clone_from(&id);
        let asked = if self.way.system { Asked::System } else { self.asked(self.need(index).max(need)) };
        Repeat {
            number: item.number.clone(),
            label: label(item),
            asked,
            unconfirmed: asked == Asked::Required && !item.confirmed,
            missing: active && need == Need::Required && !rows.iter().any(|row| is_there(&row)),
            head,
            rows: shown,
            findings: Vec::new(),
            id,
        }
    }

    fn row(&mut self, group: ItemIx, serial: Option<ItemIx>, row: &'a ItemRow, position: usize, active: bool) -> Row {
        let (before, way) = (self.path.len(), self.way.clone());
        self.path = format!("{}[{}]", self.path, row.serial.map_or(position, |serial| serial as usize));
        let id = self.path.clone();
        for item in [Some(group), serial].into_iter().flatten() {
            self.stands(item, Some(&row.origin), "", Stands::Row, id.clone());
        }
        let change = row.change.as_deref().map(|change| self.changed(change));
        let mut name = String::new();
        self.name_of(&row.nodes, &mut name);
        match row.change.as_deref().map(|change| change.status) {
            Some(ChangeStatus::Delete) => self.way.deleted = true,
            Some(ChangeStatus::Append) => self.way.appended.clone_from(&change),
            Some(ChangeStatus::Update) | None => {}
        }
        self.rows.push(&row.nodes);
        let active = active && !row.is_deleted();
        let blocks = row.nodes.iter().filter_map(|node| self.block(node, active)).collect();
        self.rows.pop();
        self.path.truncate(before);
        self.way = way;
        let mut said = Vec::new();
        row.nodes.iter().for_each(|node| texts_of(node, &mut said));
        said.insert(0, &id);
        let key = hash(&said);
        Row { position, serial: row.serial, name, change, key, blocks, findings: Vec::new(), id }
    }

    /// Names a row by the first item that says which it is, in Japanese where it has both.
    fn name_of(&self, nodes: &[Node], name: &mut String) {
        for node in nodes {
            match node {
                _ if !name.is_empty() => return,
                Node::Value(value) if self.form.item(value.item).identity != Identity::None => name.push_str(&value.text),
                Node::Value(_) => {}
                Node::Group { head, .. } => self.name_of(head, name),
            }
        }
    }

    fn changed(&self, change: &model::Change) -> Changed {
        let status = match change.status {
            ChangeStatus::Update => "update",
            ChangeStatus::Append => "append",
            ChangeStatus::Delete => "delete",
        };
        Changed {
            word: self.form.changes.word(change.status).to_owned(),
            status,
            date: iso(&change.date),
            reason: change.reason.clone(),
            old: change.old.clone(),
        }
    }

    fn need(&self, item: ItemIx) -> Need {
        let Some(reading) = &self.reading else { return Need::Optional };
        self.form.need_in_row(item, reading, |wanted| text_in(&self.rows, self.given.filing, wanted))
    }

    fn asked(&self, need: Need) -> Asked {
        match need {
            _ if self.way.system => Asked::System,
            Need::Required => Asked::Required,
            Need::Conditional => Asked::Conditional,
            Need::Optional => Asked::Optional,
            Need::System => Asked::System,
            Need::Blank | Need::Absent => Asked::No,
        }
    }

    fn leave_out(&mut self, index: ItemIx) {
        let item = self.form.item(index);
        // A group that repeats leaves the same out in each of its rows.
        if self.left_out.iter().any(|left| left.id == item.path) {
            return;
        }
        let kind = self.given.filing.text(self.form.kind_item);
        let by_category = self.form.needs(index).any(|(code, need)| code == kind && matches!(need, Need::Absent | Need::Blank));
        self.left_out.push(LeftOut {
            id: item.path.clone(),
            number: item.number.clone(),
            label: label(item),
            items: items_in(self.form, index),
            why: if by_category { "category" } else { "condition" },
        });
    }

    fn stands(&mut self, item: ItemIx, origin: Option<&Origin>, field: &str, what: Stands, id: String) {
        let item = self.form.item(item);
        let place = origin.map(|origin| self.given.sources.place(origin)).unwrap_or_default();
        let item = format!("{} {}", item.number, item.label);
        self.places.push(Place { id, what, item, field: field.to_owned(), place });
    }
}

/// Gives findings to what they are about, marks what they say is missing, and counts.
struct Finish<'a> {
    notes: &'a [Note],
    about: &'a BTreeMap<String, Vec<usize>>,
}

impl Finish<'_> {
    fn of(&self, id: &str) -> Vec<usize> {
        self.about.get(id).cloned().unwrap_or_default()
    }

    fn counted(&self, findings: &[usize]) -> Counts {
        let count = |severity| {
            let notes = findings.iter().filter_map(|at| self.notes.get(*at));
            notes.filter(|note| is_open(note, severity)).count()
        };
        Counts { errors: count(Severity::Error), warnings: count(Severity::Warning), ..Counts::default() }
    }

    fn section(&mut self, section: &mut Section) {
        section.findings = self.of(&section.id);
        section.counts = self.counted(&section.findings);
        let below = self.blocks(&mut section.blocks);
        section.counts.add(&below);
    }

    fn blocks(&mut self, blocks: &mut [Block]) -> Counts {
        let mut counts = Counts::default();
        for block in blocks {
            match block {
                Block::Section(section) => {
                    self.section(section);
                    counts.add(&section.counts);
                }
                Block::Item(item) => counts.add(&self.item(item)),
                Block::Repeat(repeat) => counts.add(&self.repeat(repeat)),
            }
        }
        counts
    }

    fn item(&mut self, item: &mut Item) -> Counts {
        let mut findings = self.of(&item.id);
        let mut counts = Counts::default();
        for field in item.parts.iter_mut().flat_map(|part| &mut part.fields) {
            let own = self.of(&field.id);
            let grave = own.iter().filter_map(|at| self.notes.get(*at));
            let grave = grave.filter(|note| is_open(note, Severity::Error) || is_open(note, Severity::Warning)).count() > 0;
            // A blank field that somebody finds fault with is one to fill in.
            field.missing |= field.value.is_empty() && grave && field.asked != Asked::System;
            findings.extend(own);
            counts.tasks += usize::from(field.task);
            counts.filled += usize::from(!field.value.is_empty());
            counts.missing += usize::from(field.missing);
            counts.changed += usize::from(field.change.is_some());
        }
        findings.sort_unstable();
        findings.dedup();
        counts.add(&self.counted(&findings));
        item.findings = findings;
        counts
    }

    fn repeat(&mut self, repeat: &mut Repeat) -> Counts {
        repeat.findings = self.of(&repeat.id);
        let mut counts = self.counted(&repeat.findings);
        counts.missing += usize::from(repeat.missing);
        counts.add(&self.blocks(&mut repeat.head));
        for row in &mut repeat.rows {
            row.findings = self.of(&row.id);
            let mut below = self.blocks(&mut row.blocks);
            if row.is_deleted() {
                below = Counts { tasks: 1, ..Counts::default() };
            }
            // A row that comes or goes is one change, whatever it holds.
            if row.change.is_some() {
                below.changed = 1;
            }
            below.add(&self.counted(&row.findings));
            counts.add(&below);
        }
        counts
    }
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.tasks += other.tasks;
        self.filled += other.filled;
        self.missing += other.missing;
        self.changed += other.changed;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.left_out += other.left_out;
    }
}

/// Returns whether a group is one item of the list, in parts: nothing in it repeats, and all of it has its number or is
/// the same in two languages.
fn is_item(form: &Form, group: ItemIx) -> bool {
    fn fits(form: &Form, at: ItemIx, fit: &impl Fn(&model::Item) -> bool) -> bool {
        let item = form.item(at);
        item.row.is_empty() && item.head.iter().all(|below| fit(form.item(*below)) && fits(form, *below, fit))
    }
    let own = form.item(group);
    let number = |item: &model::Item| item.number == own.number;
    let language = |item: &model::Item| matches!(item.element.as_str(), "ja" | "en");
    !own.head.is_empty()
        && ((!own.number.is_empty() && fits(form, group, &number))
            || own.head.iter().all(|below| language(form.item(*below)) && fits(form, *below, &|_| true)))
}

/// Counts the items of a group, each with its parts once.
fn items_in(form: &Form, index: ItemIx) -> usize {
    let item = form.item(index);
    match item.kind {
        ItemKind::Value => 1,
        ItemKind::Serial => 0,
        ItemKind::Group if is_item(form, index) => 1,
        ItemKind::Group => item.head.iter().chain(&item.row).map(|below| items_in(form, *below)).sum(),
    }
}

fn label(item: &model::Item) -> Text {
    Text::new(item.label.clone(), item.label_en.clone())
}

/// Returns whether nothing is in a node but rows that are shown for the last time.
fn is_blank_now(node: &Node) -> bool {
    match node {
        Node::Value(value) => value.text.is_empty(),
        Node::Group { head, rows, .. } => {
            head.iter().all(is_blank_now) && rows.iter().all(|row| row.is_blank() || row.is_deleted())
        }
    }
}

fn has_change(node: &Node) -> bool {
    match node {
        Node::Value(value) => value.change.is_some(),
        Node::Group { head, rows, .. } => {
            head.iter().any(has_change) || rows.iter().any(|row| row.change.is_some() || row.nodes.iter().any(has_change))
        }
    }
}

fn texts_of<'a>(node: &'a Node, texts: &mut Vec<&'a str>) {
    match node {
        Node::Value(value) => texts.push(&value.text),
        Node::Group { head, rows, .. } => {
            head.iter().chain(rows.iter().flat_map(|row| &row.nodes)).for_each(|node| texts_of(node, texts));
        }
    }
}

/// Hashes what makes a field what it is, short enough for a key.
fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or_default().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

/// Writes eight digits as an ISO date; anything else as it is.
fn iso(date: &str) -> String {
    match (date.get(..4), date.get(4..6), date.get(6..)) {
        (Some(year), Some(month), Some(day)) if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{year}-{month}-{day}")
        }
        _ => date.to_owned(),
    }
}
