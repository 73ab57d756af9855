//! `map.toml`: which canonical field fills which item of the form.
//!
//! `[items]` maps items to fields, `[rows]` repeating groups to repeat groups. Every value item that has no fixed
//! text must be mapped, and a field must lie in the row its item stands in, or above it.

use toml::de::DeValue;

use crate::expr::{Expr, check_path};
use crate::files::Files;
use crate::model::toml_file::Entry;
use crate::model::{Catalogue, DataError, FieldIx, Form, ItemIx, ItemKind, Kind, ScopeIx, TomlFile};

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
        /// A coded field of the same row, whose meaning fills in when this one is blank.
        label_of: Option<FieldIx>,
    },
    /// A repeat group, one row of the item for each of its rows.
    Rows {
        /// The repeat group.
        list: ScopeIx,
    },
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
        let mut loader = Loader { file: &file, form, catalogue, problems: Vec::new(), sources: Vec::new() };
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
        matches!(self.source(item), Source::Field { default, label_of, .. } if default.is_some() || label_of.is_some())
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
        Some(item)
    }

    fn rows(&mut self, entry: &Entry) {
        let Some(item) = self.open_item(entry, ItemKind::Group) else { return };
        let start = entry.value.span().start;
        let DeValue::String(id) = entry.value.get_ref() else {
            return self.problem(start, "wants the id of a repeat group");
        };
        match self.catalogue.scope_ix(id).filter(|list| *list != ScopeIx::ROOT) {
            Some(list) => {
                let parent = self.catalogue.scope(list).parent.unwrap_or(ScopeIx::ROOT);
                if self.scopes_at(item).contains(&parent) {
                    self.set(item, Source::Rows { list });
                } else {
                    self.problem(start, &format!("`{id}` does not lie in the row `{}` stands in", entry.key));
                }
            }
            None => {
                let problem =
                    check_path(id, self.catalogue).err().map_or(format!("`{id}` does not repeat"), |error| error.to_string());
                self.problem(start, &problem);
            }
        }
    }

    fn item(&mut self, entry: &Entry) {
        let Some(item) = self.open_item(entry, ItemKind::Value) else { return };
        let start = entry.value.span().start;
        let (id, default, label_of) = match entry.value.get_ref() {
            DeValue::String(id) => (id.to_string(), None, None),
            DeValue::Table(table) => {
                let text = |name: &str| table.get(name).and_then(|value| value.get_ref().as_str()).map(str::to_owned);
                if let Some(unknown) =
                    table.keys().find(|key| !["field", "default", "label_of"].contains(&key.get_ref().as_ref()))
                {
                    return self.problem(unknown.span().start, "unknown key; known are `field`, `default` and `label_of`");
                }
                let Some(id) = text("field") else { return self.problem(start, "`field` is missing") };
                (id, text("default"), text("label_of"))
            }
            _ => return self.problem(start, "wants the id of a field"),
        };
        let Some(field) = self.catalogue.field_ix(&id) else {
            let problem =
                check_path(&id, self.catalogue).err().map_or(format!("`{id}` is no field"), |error| error.to_string());
            return self.problem(start, &problem);
        };
        let scopes = self.scopes_at(item);
        if !scopes.contains(&self.catalogue.field(field).scope) {
            return self.problem(start, &format!("`{id}` does not lie in the row `{}` stands in, or above it", entry.key));
        }
        let scope = scopes.last().copied().unwrap_or(ScopeIx::ROOT);
        let scope_of = self.catalogue.field(field).scope;
        let coded = |label: String| {
            let coded = self.catalogue.field_ix(&label).map(|coded| (coded, self.catalogue.field(coded)));
            let coded = coded.filter(|(_, known)| known.scope == scope_of && matches!(known.kind, Kind::Code(_)));
            coded.map(|(coded, _)| coded).ok_or(label)
        };
        let label_of = match label_of.map(coded).transpose() {
            Ok(label_of) => label_of,
            Err(label) => return self.problem(start, &format!("label_of: `{label}` is no coded field of the same row")),
        };
        match default.map(|text| Expr::compile(&text, self.catalogue, scope)).transpose() {
            Ok(default) => self.set(item, Source::Field { field, default, label_of }),
            Err(error) => self.problem(start, &format!("default: {error}")),
        }
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
                && let Some(Some(Source::Rows { list })) = self.sources.get(group)
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
                None => self.problem(0, &format!("item `{}` is not mapped", self.form.item(at).path)),
            }
        }
        if self.problems.is_empty() { Ok(Mapping { sources }) } else { Err(self.problems) }
    }
}
