//! The sheet: sections, items and fields as the screens have them. This is also what the JSON says.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Severity, Text};

/// Names the layout of the JSON; it changes when a reader would have to.
pub const SCHEMA: &str = "todokede/entry-sheet/1";

/// An entry sheet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sheet {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Trial id.
    pub trial: String,
    /// What the filing is called.
    pub submission: String,
    /// The day it was made, ISO.
    pub built: String,
    /// The plugin.
    pub plugin: PluginOf,
    /// The form.
    pub form: FormOf,
    /// The category of the filing, as the form writes it.
    pub category: String,
    /// Whether errors are open.
    pub draft: bool,
    /// Whether it shows a change of something that was entered before.
    pub change: bool,
    /// The whole in numbers.
    pub counts: Counts,
    /// What is entered, in screen order.
    pub sections: Vec<Section>,
    /// What is not asked, in screen order.
    pub left_out: Vec<LeftOut>,
    /// What the checks said.
    pub findings: Vec<Note>,
    /// The lists of choices by id.
    pub lists: BTreeMap<String, List>,
}

/// The plugin that made a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PluginOf {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Text,
}

/// The form of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormOf {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Text,
}

/// What is in a sheet or a section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Things to do: fields to enter, of a change those that changed, and rows to delete.
    pub tasks: usize,
    /// Fields that hold a value.
    pub filled: usize,
    /// Fields and groups that must be filled in and are not.
    pub missing: usize,
    /// Fields that changed, and rows that came or go, each of these once.
    pub changed: usize,
    /// Open errors.
    pub errors: usize,
    /// Open warnings.
    pub warnings: usize,
    /// Items that are not asked.
    pub left_out: usize,
}

/// Whether the form asks for something in a filing of this category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Asked {
    /// It must be there.
    Required,
    /// It must be there where a condition holds.
    Conditional,
    /// It may be there.
    Optional,
    /// The authority's system fills it in.
    System,
    /// It is not asked.
    No,
}

/// What stands in a section, in screen order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// A part of a screen.
    Section(Section),
    /// An item.
    Item(Item),
    /// A group that repeats.
    Repeat(Repeat),
}

/// A section of the screens.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Path of its group.
    pub id: String,
    /// Number in the authority's list.
    pub number: String,
    /// Label.
    pub label: Text,
    /// What is in it.
    pub counts: Counts,
    /// Its content.
    pub blocks: Vec<Block>,
    /// Indices of the findings about the section itself.
    pub findings: Vec<usize>,
}

/// A group that repeats.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeat {
    /// Path of its group.
    pub id: String,
    /// Number in the authority's list.
    pub number: String,
    /// Label.
    pub label: Text,
    /// Whether a row must be there.
    pub asked: Asked,
    /// Whether no source was seen that requires it.
    pub unconfirmed: bool,
    /// Whether a row must be there and none is.
    pub missing: bool,
    /// What stands before the rows.
    pub head: Vec<Block>,
    /// The rows in order.
    pub rows: Vec<Row>,
    /// Indices of the findings about the group itself.
    pub findings: Vec<usize>,
}

/// A row of a group that repeats.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Path with its number.
    pub id: String,
    /// Its place on the screen, from 1.
    pub position: usize,
    /// Its number in the filing.
    pub serial: Option<u32>,
    /// What names it; may be empty.
    pub name: String,
    /// Whether it came or goes.
    pub change: Option<Changed>,
    /// Hash of what it is; the mark that it was deleted is kept under it.
    pub key: String,
    /// Its content.
    pub blocks: Vec<Block>,
    /// Indices of the findings about the row itself.
    pub findings: Vec<usize>,
}

/// An item of the authority's list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// Path with row numbers.
    pub id: String,
    /// Number in the authority's list.
    pub number: String,
    /// Label.
    pub label: Text,
    /// Whether it is asked.
    pub asked: Asked,
    /// Whether it is required but no source was seen that says so.
    pub unconfirmed: bool,
    /// Whether it is published: `Y`, `N`, `?`; empty when the form does not say.
    pub public: String,
    /// Numbers of the WHO data set items it answers.
    pub who: String,
    /// Its parts in order, each once or in both languages.
    pub parts: Vec<Part>,
    /// Indices of the findings about it and its fields.
    pub findings: Vec<usize>,
}

/// A part of an item: the whole of most, one of value, unit and bound, or of family and given name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// What it is; empty when the item has one part.
    pub label: Text,
    /// Its fields: one, or the Japanese and the English one.
    pub fields: Vec<Field>,
}

/// One field of a screen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Path with row numbers.
    pub id: String,
    /// `ja`, `en`, or empty for a field of no language.
    pub lang: &'static str,
    /// Its own label in the form.
    pub label: Text,
    /// Whether it is asked.
    pub asked: Asked,
    /// The text to enter, line breaks kept.
    pub value: String,
    /// Its length in characters.
    pub characters: usize,
    /// Its length in half-width units.
    pub units: usize,
    /// The longest text in half-width units.
    pub limit: Option<usize>,
    /// Characters that the form cannot take, each with what may stand for it.
    pub outside: Vec<(char, Option<String>)>,
    /// Id of its list of choices.
    pub list: String,
    /// The choices to pick.
    pub picks: Vec<Pick>,
    /// Whether it must be filled in and is not.
    pub missing: bool,
    /// Whether it is to be entered and counts as work.
    pub task: bool,
    /// Its change.
    pub change: Option<Changed>,
    /// Whether it is entered with every change, such as the day of it: the form never counts it as one.
    pub each_time: bool,
    /// Where the value stands in the input, or would stand.
    pub at: String,
    /// Hash of what it is and says; the mark that it was entered is kept under it.
    pub key: String,
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pick {
    /// As the filing holds it.
    pub code: String,
    /// As the screen shows it; the code where the list says no more.
    pub label: Text,
    /// Whether the list has it.
    pub known: bool,
}

/// A list of choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct List {
    /// What it is of.
    pub label: Text,
    /// Whether nothing else may be chosen.
    pub closed: bool,
    /// The choices in the order of the source.
    pub choices: Vec<Pick>,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// As the form calls it.
    pub word: String,
    /// `update`, `append` or `delete`.
    pub status: &'static str,
    /// The day it holds from, ISO; empty when nobody said.
    pub date: String,
    /// Why; empty when nobody said.
    pub reason: String,
    /// The value before.
    pub old: String,
}

/// Something the form does not ask in this filing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Path.
    pub id: String,
    /// Number in the authority's list.
    pub number: String,
    /// Label.
    pub label: Text,
    /// How many items it is.
    pub items: usize,
    /// `category` when its category is never asked it, else `condition`.
    pub why: &'static str,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Id of the rule.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Whether it waits for others to be mended.
    pub waits: bool,
    /// Number and label of the item it names.
    pub item: String,
    /// The value that was found.
    pub value: String,
    /// What is wrong.
    pub message: Text,
    /// How to mend it.
    pub fix: Text,
    /// Why.
    pub source: Text,
    /// Where in the input.
    pub at: Text,
    /// Ids of what it is about; none when it is about the whole.
    pub targets: Vec<String>,
}

impl Asked {
    /// Returns its name, as the JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Asked::Required => "required",
            Asked::Conditional => "conditional",
            Asked::Optional => "optional",
            Asked::System => "system",
            Asked::No => "no",
        }
    }
}

impl Item {
    /// Returns its fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parts.iter().flat_map(|part| &part.fields)
    }

    /// Returns whether one of its fields is entered with a change.
    pub fn is_changed(&self) -> bool {
        self.fields().any(Field::is_changed)
    }
}

impl Field {
    /// Returns whether it is entered with a change: it changed, or is entered each time.
    pub fn is_changed(&self) -> bool {
        self.change.is_some() || self.each_time
    }
}

impl Row {
    /// Returns whether it is to be deleted on the screen.
    pub fn is_deleted(&self) -> bool {
        self.change.as_ref().is_some_and(|change| change.status == "delete")
    }
}

impl Block {
    /// Returns whether something in it is entered with a change.
    pub fn is_changed(&self) -> bool {
        match self {
            Block::Section(section) => section.blocks.iter().any(Block::is_changed),
            Block::Item(item) => item.is_changed(),
            Block::Repeat(repeat) => {
                let in_row = |row: &Row| row.change.is_some() || row.blocks.iter().any(Block::is_changed);
                repeat.head.iter().any(Block::is_changed) || repeat.rows.iter().any(in_row)
            }
        }
    }
}
