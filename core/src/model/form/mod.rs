//! A form: what an authority asks for, item by item, in one effective version.
//!
//! `form.toml` says what the form is, how its documents look and where each citation points; `items.csv` has a row
//! for each item in document order. Everything that depends on an item (the XML skeleton, length, code and shape
//! checks, when it is required) is read from here and stands nowhere else.

mod changes;
mod condition;
mod letters;
mod paper;
mod table;
mod timing;

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

use crate::files::Files;
use crate::model::{Catalogue, CodeList, DataError, Lang, Text, TomlFile};
use crate::text::Repertoire;

use paper::{Known, PaperFile};
use table::ItemTable;
use timing::{Cell, TimingFile};

pub use timing::{Change, Occasion, Timeliness, Timing, Window};

pub use changes::{ChangeStyle, Demand, KindChanges};
pub use condition::Condition;
pub use letters::Reading;
pub use paper::{MarkWords, PaperStyle};

/// Index of an item in its form; the root is 0.
pub type ItemIx = usize;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// Holds other items.
    Group,
    /// Holds a value.
    Value,
    /// The number that starts each row of a repeating group.
    Serial,
}

/// How an item takes part in change marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Carries no mark of its own (groups).
    Group,
    /// Marked when its value changes.
    Leaf,
    /// Marked when its row is added or deleted.
    Row,
    /// A value that is written without a mark.
    Unmarked,
}

/// What an item says about which row of its group is which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Nothing.
    None,
    /// It names the row; the name may change.
    Name,
    /// It is the row: with another value it is another one.
    Row,
}

/// When an item must be there, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Required.
    Required,
    /// Required under conditions that rules state.
    Conditional,
    /// May be left blank.
    Optional,
    /// Must be blank.
    Blank,
    /// Filled in by the authority's system.
    System,
    /// Not asked: whatever the record holds for others is left out.
    Absent,
}

/// One item of a form.
#[derive(Debug, Clone)]
pub struct Item {
    /// Path below the root, `/`-separated; the root's own name for the root.
    pub path: String,
    /// Last part of the path.
    pub element: String,
    /// Number in the authority's list, `B.3.12.1`.
    pub number: String,
    /// What it is.
    pub kind: ItemKind,
    /// Label as the form prints it.
    pub label: String,
    /// Its label in English, of a form that has both.
    pub label_en: String,
    /// Longest text, in half-width units.
    pub limit: Option<usize>,
    /// Shape of the value, a key of [`Form::formats`].
    pub format: Option<String>,
    /// Code list of the value.
    pub codes: Option<String>,
    /// What separates the codes of an item that holds several.
    pub multi: Option<String>,
    /// The text the item always has.
    pub fixed: Option<String>,
    /// How it takes part in change marks.
    pub mark: Mark,
    /// Whether it says in an attribute that it has no value.
    pub novalue: bool,
    /// What it says about which row is which.
    pub identity: Identity,
    /// Whether its mark stays unchanged although its value changes.
    pub exempt: bool,
    /// When it is asked at all.
    pub when: Option<Condition>,
    /// Whether its condition reads an item of the row it stands in.
    pub when_in_row: bool,
    /// Whether a source says that it is required; else a blank one is only a warning.
    pub confirmed: bool,
    /// Whether the authority publishes it: `Y`, `N`, `?` unknown; empty when the form does not say.
    pub public: String,
    /// Numbers of the WHO data set items it answers.
    pub who: String,
    /// Citation.
    pub source: String,
    /// Items before the rows (of a group without rows, all).
    pub head: Vec<ItemIx>,
    /// The serial and the items of one row.
    pub row: Vec<ItemIx>,
    /// The group it stands in.
    pub parent: Option<ItemIx>,
    needs: Vec<Need>,
    variants: Vec<Option<Need>>,
    timings: Vec<Option<Cell>>,
}

impl Item {
    /// Returns its label; in English the Japanese one where the form has no other.
    pub fn label_text(&self) -> Text {
        let en = if self.label_en.is_empty() { &self.label } else { &self.label_en };
        Text::new(self.label.clone(), en.clone())
    }
}

/// The shape of a value.
#[derive(Debug, Clone)]
pub struct Format {
    /// Matched against the whole value.
    pub pattern: Regex,
    /// The kind of value it is written from, such as a date.
    pub from: Option<String>,
    /// How that is written, `yyyy/mm/dd`; eight digits when the form does not say.
    pub write: Option<String>,
    /// What is wanted, in words.
    pub wanted: Text,
    /// Citation.
    pub source: String,
}

/// Which characters the texts of a form may hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Characters {
    /// The repertoire.
    pub repertoire: Repertoire,
    /// Characters beyond it that are taken all the same.
    pub also: String,
    /// Citation.
    pub source: String,
}

/// How the XML of a form is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XmlStyle {
    /// Root element.
    pub root: String,
    /// Element that carries an item's label.
    pub label_element: String,
    /// Whether the file starts with a byte order mark.
    pub bom: bool,
    /// Line end.
    pub newline: String,
    /// One step of indentation.
    pub indent: String,
    /// Attributes of the root, in order.
    pub attributes: Vec<(String, String)>,
    /// File name of the schema.
    pub schema: String,
    /// Elements that carry the date and the reason of a change.
    pub change_elements: Vec<String>,
    /// Attribute that carries a change mark.
    pub status_attribute: String,
    /// Its value for unchanged items.
    pub status_unchanged: String,
    /// Attribute that says whether there is a value.
    pub novalue_attribute: String,
    /// Its value when there is none.
    pub novalue_true: String,
    /// Its value when there is one.
    pub novalue_false: String,
}

/// A form in one version.
#[derive(Debug, Clone)]
pub struct Form {
    /// Stable id, `pmda-ctn`.
    pub id: String,
    /// Version, `3.0.0`.
    pub version: String,
    /// Title.
    pub title: Text,
    /// Date from which it holds, ISO.
    pub effective: String,
    /// How its XML is written; without a root when it has none.
    pub xml: XmlStyle,
    /// Shapes of values by name.
    pub formats: BTreeMap<String, Format>,
    /// Which characters its texts may hold.
    pub characters: Characters,
    /// How it shows changes.
    pub changes: ChangeStyle,
    /// The item that says what kind of filing this is.
    pub kind_item: ItemIx,
    /// How it looks on paper; nothing when it has no paper form.
    pub paper: Option<PaperStyle>,
    kinds: Vec<(String, String)>,
    variants: Vec<Variant>,
    /// The item that picks the column of timings, and its value for each column.
    timing_by: Option<(ItemIx, Vec<String>)>,
    timings: BTreeMap<String, Timing>,
    sources: BTreeMap<String, Text>,
    items: Vec<Item>,
    paths: BTreeMap<String, ItemIx>,
}

#[derive(Debug, Clone)]
struct Variant {
    item: ItemIx,
    value: String,
    not_for: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFile {
    id: String,
    version: String,
    title: Text,
    effective: String,
    source: String,
    kind: KindFile,
    #[serde(default)]
    variant: Vec<VariantFile>,
    xml: Option<XmlStyle>,
    changes: ChangeStyle,
    sources: BTreeMap<String, Text>,
    formats: BTreeMap<String, FormatFile>,
    characters: Characters,
    timing: Option<TimingFile>,
    paper: Option<PaperFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    item: String,
    columns: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantFile {
    item: String,
    value: String,
    column: String,
    not_for: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormatFile {
    pattern: String,
    from: Option<String>,
    write: Option<String>,
    ja: String,
    en: String,
    source: String,
}

impl Form {
    /// Reads `form.toml` and `items.csv` of one version.
    ///
    /// # Errors
    /// Returns every place that breaks the format or names something unknown.
    pub fn load(files: &Files, catalogue: &Catalogue) -> Result<Form, Vec<DataError>> {
        let file = TomlFile::read(files, "form.toml").map_err(|error| vec![error])?;
        let (raw, mut problems) = file.parse_all::<FormFile>();
        let Some(raw) = raw else { return Err(problems) };
        let mut formats = BTreeMap::new();
        for (name, format) in raw.formats {
            let pattern = match Regex::new(&format!("^(?:{})$", format.pattern)) {
                Ok(pattern) => pattern,
                Err(error) => {
                    problems.push(file.error(file.at(&format!("formats.{name}.pattern")), &error.to_string()));
                    continue;
                }
            };
            let wanted = Text::new(format.ja, format.en);
            formats.insert(name, Format { pattern, from: format.from, write: format.write, wanted, source: format.source });
        }
        let columns: Vec<String> = raw.kind.columns.iter().map(|(_, column)| column.clone()).collect();
        let variant_columns: Vec<String> = raw.variant.iter().map(|variant| variant.column.clone()).collect();
        let timing_columns = raw.timing.iter().flat_map(|timing| timing.columns.iter().map(|(_, column)| column.clone()));
        let timing_columns: Vec<String> = timing_columns.collect();
        let table = ItemTable {
            files,
            root: raw.xml.as_ref().map(|xml| xml.root.as_str()),
            columns: &columns,
            variants: &variant_columns,
            timings: &timing_columns,
        };
        let (mut items, rows, found) = match table.read() {
            Ok(read) => read,
            Err(more) => {
                problems.extend(more);
                return Err(problems);
            }
        };
        problems.extend(found);
        let bad = |path: &str, problem: String| file.error(file.at(path), &problem);
        let paths: BTreeMap<String, ItemIx> = items.iter().enumerate().map(|(at, item)| (item.path.clone(), at)).collect();
        let mut find = |place: &str, path: &str| {
            let found = paths.get(path).copied();
            if found.is_none() {
                problems.push(bad(place, format!("no item `{path}`")));
            }
            found.unwrap_or(0)
        };
        let kind_item = find("kind.item", &raw.kind.item);
        let mut variants = Vec::new();
        for (at, variant) in raw.variant.into_iter().enumerate() {
            let item = find(&format!("variant.{at}.item"), &variant.item);
            variants.push(Variant { item, value: variant.value, not_for: variant.not_for });
        }
        let timing_by = raw.timing.as_ref().map(|timing| {
            (find("timing.item", &timing.item), timing.columns.iter().map(|(value, _)| value.clone()).collect::<Vec<_>>())
        });
        let timings = raw.timing.map_or_else(|| Ok(BTreeMap::new()), TimingFile::codes).unwrap_or_else(|problem| {
            problems.push(bad("timing", problem));
            BTreeMap::new()
        });
        problems.extend(table.conditions(&mut items, &rows, &paths));
        for (at, item) in items.iter().enumerate() {
            let mut codes = item.timings.iter().flatten().flat_map(Cell::codes);
            if let Some(code) = codes.find(|code| !timings.contains_key(*code)) {
                problems.push(rows.error(at, "timing1", &format!("no timing `{code}`")));
            }
            // A format whose pattern does not compile was told already.
            if let Some(format) = &item.format
                && !formats.contains_key(format)
                && file.at(&format!("formats.{format}")) == file.at("formats")
            {
                problems.push(rows.error(at, "format", &format!("form.toml has no `[formats.{format}]`")));
            }
            if let Some(codes) = &item.codes
                && catalogue.codes.get(codes).is_none()
            {
                problems.push(rows.error(at, "codes", &format!("no code list `{codes}`")));
            }
        }
        let paper_sources: Vec<String> = raw.paper.iter().flat_map(PaperFile::sources).cloned().collect();
        let kind = |item: ItemIx| items.get(item).map(|item: &Item| item.kind);
        let known = Known { find: &|path| paths.get(path).copied(), kind: &kind, kinds: &raw.kind.columns };
        let paper = raw.paper.map(|paper| paper.check(&known)).transpose().unwrap_or_else(|problem| {
            problems.push(bad("paper", problem));
            None
        });
        let mut form = Form {
            id: raw.id,
            version: raw.version,
            title: raw.title,
            effective: raw.effective,
            xml: raw.xml.unwrap_or_default(),
            formats,
            characters: raw.characters,
            changes: raw.changes,
            kind_item,
            paper,
            kinds: raw.kind.columns,
            variants,
            timing_by,
            timings,
            sources: raw.sources,
            items,
            paths,
        };
        for (at, item) in form.items.iter().enumerate() {
            problems.extend(form.check_source(&item.source).err().map(|problem| rows.error(at, "source", &problem)));
        }
        let named = form.formats.iter().map(|(name, format)| (format!("formats.{name}.source"), &format.source));
        let timed = form.timings.values().map(|timing| ("timing".to_owned(), &timing.source));
        let single =
            [("source", &raw.source), ("characters.source", &form.characters.source), ("changes.source", &form.changes.source)];
        let single = single.into_iter().map(|(place, source)| (place.to_owned(), source));
        let paper = paper_sources.iter().map(|source| ("paper".to_owned(), source));
        for (place, source) in named.chain(timed).chain(single).chain(paper) {
            problems.extend(form.check_source(source).err().map(|problem| bad(&place, problem)));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        form.check_changes().map_err(|problem| vec![bad("changes", problem)])?;
        form.condition_of_changes().map_err(|problem| vec![bad("changes.wanted_when", problem)])?;
        Ok(form)
    }

    /// Returns whether it is filed as XML.
    pub fn has_xml(&self) -> bool {
        !self.xml.root.is_empty()
    }

    /// Returns whether it says until when changes are filed.
    pub fn has_timing(&self) -> bool {
        !self.timings.is_empty()
    }

    /// Returns an item.
    pub fn item(&self, index: ItemIx) -> &Item {
        #[expect(clippy::indexing_slicing, reason = "an index is only ever made by this form")]
        &self.items[index]
    }

    /// Returns all items in document order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Reads the date of an item as the form writes it; nothing when it is none.
    pub fn read_date(&self, index: ItemIx, text: &str) -> Option<jiff::civil::Date> {
        let format = self.item(index).format.as_ref().and_then(|format| self.formats.get(format));
        let style = format.and_then(|format| format.write.as_deref()).unwrap_or("yyyymmdd");
        let style = style.replace("yyyy", "%Y").replace("mm", "%m").replace("dd", "%d");
        jiff::civil::Date::strptime(style, text).ok()
    }

    /// Finds an item by path.
    pub fn find(&self, path: &str) -> Option<ItemIx> {
        self.paths.get(path).copied()
    }

    /// Returns the column of a kind of filing, given its code; nothing for an unknown kind.
    pub fn kind_column(&self, kind: &str) -> Option<&str> {
        self.kinds.iter().find(|(code, _)| code == kind).map(|(_, column)| column.as_str())
    }

    /// Spells out a citation: `S p15(4); X` becomes the documents' short titles with their pages.
    pub fn citation(&self, source: &str, lang: Lang) -> String {
        let spell = |part: &str| {
            let (key, page) = part.trim().split_once(' ').unwrap_or((part.trim(), ""));
            let title = self.sources.get(key).map_or(key, |title| title.get(lang));
            if page.is_empty() { title.to_owned() } else { format!("{title} {page}") }
        };
        source.split(';').map(spell).collect::<Vec<_>>().join(lang.pick("、", "; "))
    }

    /// Checks that every document a citation names is known.
    ///
    /// # Errors
    /// Returns which one is not.
    pub fn check_source(&self, source: &str) -> Result<(), String> {
        for part in source.split(';') {
            let key = part.trim().split(' ').next().unwrap_or_default();
            if !self.sources.contains_key(key) {
                return Err(format!("no source `{key}`"));
            }
        }
        Ok(())
    }

    /// Returns the code list of an item.
    pub fn codes<'a>(&self, item: &Item, catalogue: &'a Catalogue) -> Option<&'a CodeList> {
        item.codes.as_ref().and_then(|codes| catalogue.codes.get(codes))
    }
}

#[cfg(test)]
mod tests;
