//! `map.toml`: which canonical field fills which item of the form.
//!
//! `[items]` maps items to fields, `[rows]` repeating groups to repeat groups. Every value item that has no fixed
//! text must be mapped, and a field must lie in the row its item stands in, or above it; `first` and `lines` gather from a
//! list that lies below, `derive` works a text out.

mod entry;

use std::collections::BTreeSet;

use toml::de::DeValue;

use crate::expr::{Expr, check_path};
use crate::files::Files;
use crate::model::toml_file::Entry;
use crate::model::{Catalogue, DataError, FieldIx, Form, ItemIx, ItemKind, Kind, Lang, ScopeIx, TomlFile};

use entry::ItemEntry;

/// Where an item's content comes from.
#[derive(Debug)]
pub enum Source {
    /// A group that does not repeat, or a serial: nothing of its own.
    Structure,
    /// The text the form fixes.
    Fixed,
    /// A field; when it is blank, what the default gives.
    Field {
        /// The field.
        field: FieldIx,
        /// Evaluated when the field is blank.
        default: Option<Expr>,
        /// A coded field of the same row, whose meaning in a language fills in when this one is blank.
        label_of: Option<(FieldIx, Lang)>,
        /// What the destination calls the code that the field has.
        word: Option<Word>,
    },
    /// A field of a list below the row that the item stands in: of its first row, or of all, joined.
    Gathered {
        /// The field.
        field: FieldIx,
        /// The list it lies in.
        list: ScopeIx,
        /// Whether only the first row counts.
        first: bool,
        /// Rows that are left out before it.
        skip: usize,
        /// Which rows count.
        when: Option<Expr>,
        /// What the destination calls the code that the field has.
        word: Option<Word>,
    },
    /// A text that is worked out from the record.
    Derived {
        /// The field that a finding points to.
        from: FieldIx,
        /// Gives the text.
        expr: Expr,
        /// The fields it reads, gathered once.
        reads: Vec<FieldIx>,
    },
    /// A repeat group, one row of the item for each of its rows.
    Rows {
        /// The repeat group.
        list: ScopeIx,
        /// Which rows count.
        when: Option<Expr>,
    },
}

/// What a destination calls a code.
#[derive(Debug, Clone)]
pub enum Word {
    /// The word of a vocabulary.
    Of {
        /// Its code list.
        list: String,
        /// Its column.
        destination: String,
    },
    /// What the code list itself says the code means.
    Meaning(String, Lang),
}

impl Source {
    /// Returns the field that fills an item.
    pub fn field(&self) -> Option<FieldIx> {
        match self {
            Source::Field { field, .. } | Source::Gathered { field, .. } => Some(*field),
            Source::Derived { from, .. } => Some(*from),
            Source::Structure | Source::Fixed | Source::Rows { .. } => None,
        }
    }
}

/// The compiled mapping.
#[derive(Debug)]
pub struct Mapping {
    sources: Vec<Source>,
}

impl Mapping {
    /// Reads `map.toml`.
    ///
    /// # Errors
    /// Returns every unknown or missing name with its place.
    pub fn load(files: &Files, form: &Form, catalogue: &Catalogue) -> Result<Mapping, Vec<DataError>> {
        let file = TomlFile::read(files, "map.toml").map_err(|error| vec![error])?;
        let rows = file.entries("rows").map_err(|error| vec![error])?;
        let items = file.entries("items").map_err(|error| vec![error])?;
        let mut loader =
            Loader { file: &file, form, catalogue, problems: Vec::new(), sources: Vec::new(), tried: BTreeSet::new() };
        loader.sources.extend(form.items().iter().map(|item| match (item.kind, &item.fixed) {
            (ItemKind::Value, Some(_)) => Some(Source::Fixed),
            (ItemKind::Value, None) => None,
            (ItemKind::Group, _) if !item.row.is_empty() => None,
            _ => Some(Source::Structure),
        }));
        for entry in rows {
            loader.rows(&entry);
        }
        for entry in items {
            loader.item(&entry);
        }
        loader.finish()
    }

    /// Returns whether a default fills an item whose field is blank.
    pub fn has_default(&self, item: ItemIx) -> bool {
        match self.source(item) {
            Source::Field { default, label_of, .. } => default.is_some() || label_of.is_some(),
            Source::Derived { .. } => true,
            _ => false,
        }
    }

    /// Returns where an item's content comes from.
    pub fn source(&self, item: ItemIx) -> &Source {
        self.sources.get(item).unwrap_or(&Source::Structure)
    }
}

struct Loader<'a> {
    file: &'a TomlFile,
    form: &'a Form,
    catalogue: &'a Catalogue,
    problems: Vec<DataError>,
    sources: Vec<Option<Source>>,
    /// Items that have an entry, right or wrong.
    tried: BTreeSet<ItemIx>,
}

impl Loader<'_> {
    fn problem(&mut self, offset: usize, problem: &str) {
        self.problems.push(self.file.error(offset, problem));
    }

    /// Finds the item of an entry that is still open to be mapped.
    fn open_item(&mut self, entry: &Entry, wanted: ItemKind) -> Option<ItemIx> {
        let Some(item) = self.form.find(&entry.key) else {
            self.problem(entry.offset, &format!("the form has no item `{}`", entry.key));
            return None;
        };
        if self.form.item(item).kind != wanted || !matches!(self.sources.get(item), Some(None)) {
            self.problem(entry.offset, &format!("`{}` cannot be mapped here", entry.key));
            return None;
        }
        self.tried.insert(item);
        Some(item)
    }

    fn rows(&mut self, entry: &Entry) {
        let Some(item) = self.open_item(entry, ItemKind::Group) else { return };
        let start = entry.value.span().start;
        let (id, when) = match entry.value.get_ref() {
            DeValue::String(id) => (id.to_string(), None),
            DeValue::Table(table) => {
                if let Some(unknown) = table.keys().find(|key| !["list", "when"].contains(&key.get_ref().as_ref())) {
                    return self.problem(unknown.span().start, "unknown key; known are `list` and `when`");
                }
                let text = |name: &str| table.get(name).and_then(|value| value.get_ref().as_str()).map(str::to_owned);
                let Some(id) = text("list") else { return self.problem(start, "`list` is missing") };
                (id, text("when"))
            }
            _ => return self.problem(start, "wants the id of a repeat group"),
        };
        let Some(list) = self.catalogue.scope_ix(&id).filter(|list| *list != ScopeIx::ROOT) else {
            let problem =
                check_path(&id, self.catalogue).err().map_or(format!("`{id}` does not repeat"), |error| error.to_string());
            return self.problem(start, &problem);
        };
        let parent = self.catalogue.scope(list).parent.unwrap_or(ScopeIx::ROOT);
        if !self.scopes_at(item).contains(&parent) {
            return self.problem(start, &format!("`{id}` does not lie in the row `{}` stands in", entry.key));
        }
        match when.map(|text| Expr::compile(&text, self.catalogue, list)).transpose() {
            Ok(when) => self.set(item, Source::Rows { list, when }),
            Err(error) => self.problem(start, &format!("when: {error}")),
        }
    }

    fn item(&mut self, entry: &Entry) {
        let Some(item) = self.open_item(entry, ItemKind::Value) else { return };
        let start = entry.value.span().start;
        match ItemEntry::read(entry.value.get_ref(), start) {
            Ok(read) => match self.source(item, entry, &read) {
                Ok(source) => self.set(item, source),
                Err(problem) => self.problem(start, &problem),
            },
            Err((at, problem)) => self.problem(at, &problem),
        }
    }

    /// Looks up the names of an entry.
    fn source(&self, item: ItemIx, entry: &Entry, read: &ItemEntry) -> Result<Source, String> {
        let scopes = self.scopes_at(item);
        let scope = scopes.last().copied().unwrap_or(ScopeIx::ROOT);
        if let Some(text) = &read.derive {
            let from = read.from.as_deref().ok_or("`from` is missing")?;
            let expr = Expr::compile(text, self.catalogue, scope).map_err(|error| format!("derive: {error}"))?;
            let reads = expr.fields(self.catalogue);
            return Ok(Source::Derived { from: self.field(from)?, expr, reads });
        }
        if let Some(id) = read.first.as_ref().or(read.lines.as_ref()) {
            let field = self.field(id)?;
            let list = self.catalogue.field(field).scope;
            let parent = self.catalogue.scope(list).parent.unwrap_or(ScopeIx::ROOT);
            if list == ScopeIx::ROOT || !scopes.contains(&parent) {
                return Err(format!("`{id}` does not lie in a list below the row `{}` stands in", entry.key));
            }
            let word = read.word.as_ref().map(|text| entry::word(text, field, self.catalogue)).transpose()?;
            let when = read.condition(self.catalogue, list)?;
            return Ok(Source::Gathered { field, list, first: read.first.is_some(), skip: read.skip, when, word });
        }
        let id = read.field.as_deref().unwrap_or_default();
        let field = self.field(id)?;
        let own = self.catalogue.field(field).scope;
        if !scopes.contains(&own) {
            return Err(format!("`{id}` does not lie in the row `{}` stands in, or above it", entry.key));
        }
        let coded = |name: &str, label: &Option<String>, lang: Lang| match label {
            None => Ok(None),
            Some(label) => {
                let coded = self.catalogue.field_ix(label).map(|coded| (coded, self.catalogue.field(coded)));
                let coded = coded.filter(|(_, known)| known.scope == own && matches!(known.kind, Kind::Code(_)));
                let coded = coded.ok_or_else(|| format!("{name}: `{label}` is no coded field of the same row"));
                coded.map(|(coded, _)| Some((coded, lang)))
            }
        };
        let label_of = match coded("label_of", &read.label_of, Lang::Ja)? {
            Some(found) => Some(found),
            None => coded("label_en_of", &read.label_en_of, Lang::En)?,
        };
        let word = read.word.as_ref().map(|text| entry::word(text, field, self.catalogue)).transpose()?;
        let compile = |text: &String| Expr::compile(text, self.catalogue, scope).map_err(|error| format!("default: {error}"));
        Ok(Source::Field { field, default: read.default.as_ref().map(compile).transpose()?, label_of, word })
    }

    fn field(&self, id: &str) -> Result<FieldIx, String> {
        let unknown = || check_path(id, self.catalogue).err().map_or(format!("`{id}` is no field"), |error| error.to_string());
        self.catalogue.field_ix(id).ok_or_else(unknown)
    }

    fn set(&mut self, item: ItemIx, source: Source) {
        if let Some(slot) = self.sources.get_mut(item) {
            *slot = Some(source);
        }
    }

    /// Returns the scopes whose rows are at hand where an item stands, outermost first.
    fn scopes_at(&self, item: ItemIx) -> Vec<ScopeIx> {
        let mut scopes = Vec::new();
        let mut child = item;
        while let Some(group) = self.form.item(child).parent {
            // Only what stands in the row part repeats; the head of the group does not.
            if self.form.item(group).row.contains(&child)
                && let Some(Some(Source::Rows { list, .. })) = self.sources.get(group)
            {
                scopes.push(*list);
            }
            child = group;
        }
        scopes.push(ScopeIx::ROOT);
        scopes.reverse();
        scopes
    }

    fn finish(mut self) -> Result<Mapping, Vec<DataError>> {
        let mut sources = Vec::with_capacity(self.sources.len());
        for (at, source) in std::mem::take(&mut self.sources).into_iter().enumerate() {
            match source {
                Some(source) => sources.push(source),
                None if self.tried.contains(&at) => {}
                None => self.problem(0, &format!("item `{}` is not mapped", self.form.item(at).path)),
            }
        }
        if self.problems.is_empty() { Ok(Mapping { sources }) } else { Err(self.problems) }
    }
}
