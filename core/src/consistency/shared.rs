//! `shared.toml` of a plugin: which of its items show which shared fact.
//!
//! `[shows]` maps the id of a fact to the path of an item, to a table, or to a list of these. A list of a single fact is
//! tried in its order until one is filled; of a fact that is a set, all are taken together. The keys of a table:
//!
//! - `item` or `items` (joined, such as family and given name): paths; below `rows` when that is given
//! - `rows`: the repeating group that they stand in
//! - `vocabulary = "list.destination"`: the words that the item holds, turned back into codes
//! - `when`: CEL over the record; without it the item always shows the fact

use toml::de::{DeTable, DeValue};

use super::concepts::{Compare, Concept, Concepts};
use crate::expr::Expr;
use crate::files::Files;
use crate::model::toml_file::Entry;
use crate::model::{Catalogue, DataError, Form, ItemIx, ItemKind, ScopeIx, TomlFile};

/// Name of the file, in the folder of the plugin.
const FILE: &str = "shared.toml";

/// What a plugin shows of the shared facts.
#[derive(Debug, Default)]
pub struct Shared {
    /// By the place of the fact.
    pub(super) shows: Vec<Show>,
}

/// One fact and where it is shown.
#[derive(Debug)]
pub(super) struct Show {
    /// Place of the fact.
    pub(super) concept: usize,
    pub(super) parts: Vec<Part>,
}

/// One place that shows it.
#[derive(Debug)]
pub(super) struct Part {
    /// Items that are read as one.
    pub(super) items: Vec<ItemIx>,
    /// The repeating group in whose rows they are looked for.
    pub(super) rows: Option<ItemIx>,
    /// Code list and column of the words.
    pub(super) vocabulary: Option<(String, String)>,
    /// Whether it counts.
    pub(super) when: Option<Expr>,
}

impl Shared {
    /// Reads the file; a plugin without one takes no part.
    ///
    /// # Errors
    /// Returns every fact, path or vocabulary that is not there, with line and column.
    pub fn load(files: &Files, forms: &Files, form: &Form, catalogue: &Catalogue) -> Result<Shared, Vec<DataError>> {
        if files.read(FILE).is_none() {
            return Ok(Shared::default());
        }
        let one = |error| vec![error];
        let concepts = Concepts::load(forms, &catalogue.codes).map_err(one)?;
        let file = TomlFile::read(files, FILE).map_err(one)?;
        let entries = file.entries("shows").map_err(one)?;
        let loader = Loader { form, catalogue };
        let (mut shows, mut problems) = (Vec::new(), Vec::new());
        for entry in &entries {
            match concepts.position(&entry.key).and_then(|at| Some((at, concepts.get(at)?))) {
                None => problems.push(file.error(entry.offset, &format!("no shared fact `{}`", entry.key))),
                Some((concept, known)) => match loader.parts(entry, known) {
                    Ok(parts) => shows.push(Show { concept, parts }),
                    Err((at, problem)) => problems.push(file.error(at, &problem)),
                },
            }
        }
        if entries.is_empty() {
            problems.push(file.error(0, "there is no table `shows`"));
        }
        if problems.is_empty() { Ok(Shared { shows }) } else { Err(problems) }
    }
}

struct Loader<'a> {
    form: &'a Form,
    catalogue: &'a Catalogue,
}

/// Where in the file something is wrong, and what.
type Problem = (usize, String);

impl Loader<'_> {
    fn parts(&self, entry: &Entry, concept: &Concept) -> Result<Vec<Part>, Problem> {
        let start = entry.value.span().start;
        match entry.value.get_ref() {
            DeValue::Array(list) => list.iter().map(|value| self.part(value.get_ref(), value.span().start, concept)).collect(),
            value => Ok(vec![self.part(value, start, concept)?]),
        }
    }

    fn part(&self, value: &DeValue, start: usize, concept: &Concept) -> Result<Part, Problem> {
        let at = |problem: String| (start, problem);
        match value {
            DeValue::String(path) => {
                let part = Part { items: vec![self.item(path).map_err(at)?], rows: None, vocabulary: None, when: None };
                Ok(part)
            }
            DeValue::Table(table) => self.table(table, start, concept),
            _ => Err(at("wants the path of an item, a table, or a list of these".to_owned())),
        }
    }

    fn table(&self, table: &DeTable, start: usize, concept: &Concept) -> Result<Part, Problem> {
        const KEYS: [&str; 5] = ["item", "items", "rows", "vocabulary", "when"];
        if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            return Err((unknown.span().start, format!("unknown key; known are {}", KEYS.join(", "))));
        }
        let text = |name: &str| match table.get(name) {
            None => Ok(None),
            Some(value) => match value.get_ref().as_str() {
                Some(text) => Ok(Some((text, value.span().start))),
                None => Err((value.span().start, format!("`{name}` wants a text"))),
            },
        };
        let rows = match text("rows")? {
            Some((path, at)) => Some((path, self.rows(path).map_err(|problem| (at, problem))?)),
            None => None,
        };
        let mut paths = Vec::new();
        paths.extend(text("item")?);
        if let Some(value) = table.get("items") {
            let wrong = || (value.span().start, "`items` wants a list of paths".to_owned());
            for path in value.get_ref().as_array().ok_or_else(wrong)?.iter() {
                paths.push((path.get_ref().as_str().ok_or_else(wrong)?, path.span().start));
            }
        }
        if paths.is_empty() {
            return Err((start, "wants `item` or `items`".to_owned()));
        }
        let mut items = Vec::new();
        for (path, at) in paths {
            let full = rows.map_or_else(|| path.to_owned(), |(group, _)| format!("{group}/{path}"));
            items.push(self.item(&full).map_err(|problem| (at, problem))?);
        }
        let vocabulary = match text("vocabulary")? {
            Some((name, at)) => Some(self.vocabulary(name, concept).map_err(|problem| (at, problem))?),
            None => None,
        };
        let when = match text("when")? {
            Some((when, at)) => {
                let compiled = Expr::compile(when, self.catalogue, ScopeIx::ROOT);
                Some(compiled.map_err(|error| (at, format!("when: {error}")))?)
            }
            None => None,
        };
        Ok(Part { items, rows: rows.map(|(_, group)| group), vocabulary, when })
    }

    fn item(&self, path: &str) -> Result<ItemIx, String> {
        let found = self.form.find(path).filter(|item| self.form.item(*item).kind == ItemKind::Value);
        found.ok_or_else(|| format!("the form has no item `{path}` that holds a value"))
    }

    fn rows(&self, path: &str) -> Result<ItemIx, String> {
        let found = self.form.find(path).filter(|item| !self.form.item(*item).row.is_empty());
        found.ok_or_else(|| format!("the form has no repeating group `{path}`"))
    }

    fn vocabulary(&self, name: &str, concept: &Concept) -> Result<(String, String), String> {
        if concept.compare != Compare::Word {
            return Err(format!("`{}` is not compared as a word", concept.id));
        }
        let (list, destination) = name.split_once('.').ok_or("wants `list.destination`")?;
        if concept.codes.as_deref() != Some(list) {
            return Err(format!("`{}` is about the codes of `{}`", concept.id, concept.codes.as_deref().unwrap_or_default()));
        }
        if !self.catalogue.vocabularies.has(list, destination) {
            return Err(format!("no vocabulary has the column `{name}`"));
        }
        Ok((list.to_owned(), destination.to_owned()))
    }
}
