//! The engine: catalogue, rule texts and plugins, loaded once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::last::kind_field;
use crate::as_filed::AS_FILED;
use crate::attachments::Fields;
use crate::changes::CHANGES;
use crate::code::{Equipment, Natives};
use crate::consistency::Concepts;
use crate::documents::kanji::Learnt;
use crate::files::Files;
use crate::map::replace;
use crate::model::catalogue::own::OWN_FIELDS;
use crate::model::form::Need;
use crate::model::{Catalogue, DataError, FieldIx, Finding, Record, Row, RuleBook, RuleText, Text, TomlFile};
use crate::plugin::{Plugin, Source};
use crate::render::docx::lint::Linter;
use crate::render::printer::{NoPrinter, Printer};
use crate::tables::gate::Identifiers;
use crate::waivers::Never;
use crate::workbook::Use;

/// Everything that runs share.
#[derive(Debug)]
pub struct Engine {
    /// The canonical fields.
    pub catalogue: Catalogue,
    /// The engine's own rules.
    pub book: RuleBook,
    /// The facts that destinations share.
    pub concepts: Concepts,
    /// Plugins by id.
    pub plugins: BTreeMap<String, Plugin>,
    /// Which kanji young readers have learnt.
    pub learnt: Learnt,
    /// Checks on finished documents.
    pub linter: Linter,
    /// What identifies a person in a table.
    pub identifiers: Identifiers,
    printer: Result<Arc<dyn Printer>, NoPrinter>,
    never: Never,
}

/// What stops a run as a whole.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Files of the product or of plugins that do not load.
    #[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Load {
        /// Every problem, each with file, line and column.
        problems: Vec<DataError>,
    },
    /// A plugin that is not there.
    #[error("no plugin `{id}`; there are: {known}")]
    UnknownPlugin {
        /// The id that was asked for.
        id: String,
        /// The ids there are.
        known: String,
    },
    /// A plugin folder that cannot be read.
    #[error("{path}: {source}", path = path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A plugin folder in which there is no plugin.
    #[error("{path}: holds no plugin.toml, and no folder that does", path = path.display())]
    NoPlugins {
        /// The folder.
        path: PathBuf,
    },
    /// Threads could not be had.
    #[error("cannot start threads: {problem}")]
    Threads {
        /// What the pool said.
        problem: String,
    },
}

impl EngineError {
    pub(super) fn threads(error: rayon::ThreadPoolBuildError) -> EngineError {
        EngineError::Threads { problem: error.to_string() }
    }
}

impl Engine {
    /// Loads the built-in plugins, then those in the folders below each of `plugin_dirs`, which replace built-in ones
    /// of the same id.
    ///
    /// # Errors
    /// Returns every problem of every file that does not load.
    pub fn load(plugin_dirs: &[PathBuf]) -> Result<Engine, EngineError> {
        Engine::with(plugin_dirs, Natives::default())
    }

    /// Loads as [`Engine::load`] does, with what the program gives to plugins that are code.
    ///
    /// # Errors
    /// Returns every problem of every file that does not load.
    pub fn with(plugin_dirs: &[PathBuf], natives: Natives) -> Result<Engine, EngineError> {
        let forms = Files::embedded("forms");
        let one = |error| EngineError::Load { problems: vec![error] };
        let mut catalogue = Catalogue::load(&forms).map_err(one)?;
        let book = RuleBook::load(&forms).map_err(one)?;
        let concepts = Concepts::load(&forms, &catalogue.codes).map_err(one)?;
        let never = Never::load(&forms).map_err(one)?;
        let learnt = Learnt::load(&forms).map_err(one)?;
        let linter = Linter::load(&forms).map_err(one)?;
        let identifiers = Identifiers::load(&forms).map_err(one)?;
        let built_in = Files::embedded("plugins");
        let built_in = built_in.folders().into_iter().map(|name| built_in.below(&name));
        let mut folders: Vec<Files> = built_in.filter(|folder| folder.read("plugin.toml").is_some()).collect();
        for dir in plugin_dirs {
            if dir.join("plugin.toml").is_file() {
                folders.push(Files::Folder(dir.clone()));
                continue;
            }
            let entries = std::fs::read_dir(dir).map_err(|source| EngineError::Folder { path: dir.clone(), source })?;
            let mut found: Vec<PathBuf> =
                entries.flatten().map(|entry| entry.path()).filter(|path| path.join("plugin.toml").is_file()).collect();
            if found.is_empty() {
                return Err(EngineError::NoPlugins { path: dir.clone() });
            }
            found.sort();
            folders.extend(found.into_iter().map(Files::Folder));
        }
        let mut plugins = BTreeMap::new();
        let mut problems = Vec::new();
        let folders = effective(folders);
        // A plugin may show what another one brings, so the catalogue is whole before any of them is compiled.
        for (folder, head) in folders.iter().filter_map(|(folder, head)| Some((folder, head.as_ref()?))) {
            problems.extend(catalogue.add_own(folder, &head.id, &head.title));
        }
        for (folder, _) in folders {
            match Plugin::load(&folder, &forms, &catalogue, natives) {
                Ok(plugin) => {
                    plugins.insert(plugin.id().to_owned(), plugin);
                }
                Err(more) => problems.extend(more),
            }
        }
        if !problems.is_empty() {
            return Err(EngineError::Load { problems });
        }
        Ok(Engine { catalogue, book, concepts, plugins, learnt, linter, identifiers, printer: Err(NoPrinter::NotBuilt), never })
    }

    /// Gives the engine what draws PDF, or why there is nothing that does; a run then says so once.
    pub fn set_printer(&mut self, printer: Result<Arc<dyn Printer>, NoPrinter>) {
        self.printer = printer;
    }

    /// Gives the code of plugins what the program has for it; to be done before the first run.
    pub fn equip(&mut self, equipment: &Equipment) {
        self.plugins.values_mut().filter_map(|plugin| plugin.code.as_mut()).for_each(|code| code.equip(equipment));
    }

    /// Returns what ends the processes of plugins when it is dropped: no run leaves one behind, however it ends.
    pub(super) fn resting(&self) -> Resting<'_> {
        Resting(self)
    }

    /// Returns what draws PDF.
    pub fn printer(&self) -> Result<&dyn Printer, &NoPrinter> {
        self.printer.as_deref()
    }

    /// Returns the plugins of the given ids, all when none is given.
    ///
    /// # Errors
    /// Returns the first id that no plugin has.
    pub fn select(&self, ids: &[String]) -> Result<Vec<&Plugin>, EngineError> {
        if ids.is_empty() {
            let never = |plugin: &&Plugin| plugin.manifest.wanted_by.as_ref().is_some_and(Vec::is_empty);
            return Ok(self.plugins.values().filter(|plugin| !never(plugin)).collect());
        }
        let known = || self.plugins.keys().cloned().collect::<Vec<_>>().join(", ");
        ids.iter()
            .map(|id| self.plugins.get(id).ok_or_else(|| EngineError::UnknownPlugin { id: id.clone(), known: known() }))
            .collect()
    }

    /// Returns the plugins of a job that a record goes to: those that were named, else those that the record asks for, else
    /// those that take what asks for none.
    pub fn wanted<'a>(&self, plugins: &[&'a Plugin], named: bool, record: &Record) -> Vec<&'a Plugin> {
        let asked: Vec<&Plugin> =
            plugins.iter().copied().filter(|plugin| named || plugin.is_wanted(record, &self.catalogue)).collect();
        if asked.is_empty() { plugins.iter().copied().filter(|plugin| plugin.manifest.default).collect() } else { asked }
    }

    /// Finds what a rule says, the engine's own or a plugin's, with the plugin that has it.
    pub fn rule(&self, id: &str) -> Option<(&RuleText, Option<&Plugin>)> {
        if let Some(rule) = self.book.get(id).or_else(|| self.concepts.rule(id)) {
            return Some((rule, None));
        }
        self.plugins.values().find_map(|plugin| {
            let rule = plugin.rules.texts().chain(plugin.deadlines.texts()).find(|rule| rule.id == id)?;
            Some((rule, Some(plugin)))
        })
    }

    /// Returns whether someone may accept a finding with a reason.
    pub fn may_waive(&self, finding: &Finding) -> bool {
        self.never.allows(finding, self.plugins.get(&finding.plugin))
    }

    /// Returns how the plugins use each field, strongest need over the kinds of filing first asked for.
    pub fn uses(&self, plugins: &[&Plugin]) -> BTreeMap<FieldIx, Vec<Use>> {
        self.uses_in(plugins, &|_| None)
    }

    /// Returns the uses in the kind of filing that `kind` tells for a plugin, the first of its form where it tells none.
    fn uses_in(&self, plugins: &[&Plugin], kind: &dyn Fn(&Plugin) -> Option<String>) -> BTreeMap<FieldIx, Vec<Use>> {
        let mut uses: BTreeMap<FieldIx, Vec<Use>> = BTreeMap::new();
        for plugin in plugins {
            for (item, field) in plugin.filled_items() {
                // The first kind of a form is the one a trial starts with: its letters make the marks of a template.
                let told = kind(plugin);
                let mut needs = plugin.form.needs(item);
                let letter = needs.find(|(code, _)| told.as_deref().is_none_or(|told| told == *code));
                let letter = letter.map_or(Need::Optional, |(_, need)| need);
                let letter = match letter {
                    // What only other categories are asked for, or what comes from the authority, may be filled in.
                    Need::Absent if told.is_some() => Need::Blank,
                    Need::Absent if plugin.form.may_need(item, Need::Required, &plugin.manifest.kinds) => Need::Conditional,
                    Need::Absent | Need::System => Need::Optional,
                    letter => letter,
                };
                // What a default fills in, or what stands in a part that may stay blank, is not asked of everyone.
                let excused = plugin.mapping.has_default(item)
                    || !plugin.form.always_asked(item)
                    || plugin.form.item(item).when.is_some();
                let need = if letter == Need::Required && excused { Need::Conditional } else { letter };
                let list = uses.entry(field).or_default();
                match list.iter_mut().find(|known| known.plugin == plugin.manifest.title) {
                    Some(known) if need < known.need => known.need = need,
                    Some(_) => {}
                    None => list.push(Use { plugin: plugin.manifest.title.clone(), need }),
                }
            }
            for field in
                plugin.attached.iter().flat_map(Fields::all).chain(plugin.replaced.iter().flat_map(replace::Fields::all))
            {
                uses.entry(field).or_default().push(Use { plugin: plugin.manifest.title.clone(), need: Need::Optional });
            }
            for field in plugin.read_fields(&self.catalogue) {
                let list = uses.entry(field).or_default();
                if !list.iter().any(|known| known.plugin == plugin.manifest.title) {
                    list.push(Use { plugin: plugin.manifest.title.clone(), need: Need::Conditional });
                }
            }
            for id in &plugin.manifest.needs {
                if let Some(field) = self.catalogue.field_ix(id) {
                    uses.entry(field).or_default().push(Use { plugin: plugin.manifest.title.clone(), need: Need::Required });
                }
            }
        }
        uses.values_mut().for_each(strongest);
        uses
    }

    /// Returns the uses with what only some records show: row numbers, the sheet of changes, and where a filing that was
    /// read differs from what is built. With `next` numbers and changes are shown whatever the records hold.
    pub fn uses_of(&self, plugins: &[&Plugin], records: &[Record], next: bool) -> BTreeMap<FieldIx, Vec<Use>> {
        let kind = |plugin: &Plugin| {
            let text = records.first()?.root.text(kind_field(plugin)?);
            plugin.form.needs(plugin.form.kind_item).any(|(code, _)| code == text).then(|| text.to_owned())
        };
        let mut uses = self.uses_in(plugins, &kind);
        let mut held = BTreeSet::new();
        records.iter().for_each(|record| fields_of(&record.root, &mut held));
        let sheet =
            |id: &str| self.catalogue.scope_ix(id).map(|list| self.catalogue.scope(list).fields.clone()).unwrap_or_default();
        let (changes, as_filed) = (sheet(CHANGES), sheet(AS_FILED));
        for plugin in plugins {
            let lists = plugin.form.items().iter().enumerate().filter_map(|(at, _)| match plugin.mapping.source(at) {
                Source::Rows { list, .. } => Some(*list),
                _ => None,
            });
            let numbers: Vec<FieldIx> = lists.filter_map(|list| self.catalogue.scope(list).serial).collect();
            // Where a first filing and a change are the same kind, nothing else tells when reasons are asked.
            let style = &plugin.form.changes;
            let reasons = style.may_be_first && !style.wanted.is_empty();
            let of_next = [(&numbers, next), (&changes, next || reasons), (&as_filed, false)];
            for (fields, asked) in of_next {
                // All columns of a sheet or none: a part of them would puzzle whoever fills it in.
                if asked || fields.iter().any(|field| held.contains(field)) {
                    let title = Use { plugin: plugin.manifest.title.clone(), need: Need::Optional };
                    fields.iter().for_each(|field| uses.entry(*field).or_default().push(title.clone()));
                }
            }
        }
        uses
    }
}

/// Lets the code of plugins rest when a run is over.
pub(super) struct Resting<'a>(&'a Engine);

impl Drop for Resting<'_> {
    fn drop(&mut self) {
        self.0.plugins.values().filter_map(|plugin| plugin.code.as_ref()).for_each(|code| code.rest());
    }
}

/// What the catalogue is told of a plugin before it is loaded.
struct Head {
    id: String,
    title: Text,
}

impl Head {
    /// Reads it; nothing where the manifest is too broken to tell, which is said when the plugin is loaded.
    fn read(folder: &Files) -> Option<Head> {
        let file = TomlFile::read(folder, "plugin.toml").ok()?;
        let id = file.text("id").map(|(_, id)| id)?;
        // Only a plugin with fields of its own is asked what it is called.
        let is_asked = folder.read(OWN_FIELDS).is_some();
        let text = |path: &str| is_asked.then(|| file.text(path)).flatten().map(|(_, text)| text);
        let title = Text::new(text("title.ja").unwrap_or_else(|| id.clone()), text("title.en").unwrap_or_else(|| id.clone()));
        Some(Head { id, title })
    }
}

/// Leaves of several folders with one id the last, which replaces the others.
fn effective(folders: Vec<Files>) -> Vec<(Files, Option<Head>)> {
    let heads: Vec<Option<Head>> = folders.iter().map(Head::read).collect();
    let ids: Vec<Option<String>> = heads.iter().map(|head| head.as_ref().map(|head| head.id.clone())).collect();
    let last = |at: usize| {
        let id = ids.get(at).and_then(Option::as_ref);
        id.is_none_or(|id| ids.iter().rposition(|known| known.as_ref() == Some(id)) == Some(at))
    };
    folders.into_iter().zip(heads).enumerate().filter(|(at, _)| last(*at)).map(|(_, pair)| pair).collect()
}

/// Leaves each destination once, with the strongest need it has of the field.
fn strongest(uses: &mut Vec<Use>) {
    let mut kept: Vec<Use> = Vec::with_capacity(uses.len());
    for one in uses.drain(..) {
        match kept.iter_mut().find(|known| known.plugin == one.plugin) {
            Some(known) => known.need = known.need.min(one.need),
            None => kept.push(one),
        }
    }
    *uses = kept;
}

/// Collects the fields that hold a value.
fn fields_of(row: &Row, held: &mut BTreeSet<FieldIx>) {
    held.extend(row.leaves.iter().map(|(field, _)| *field));
    row.lists.iter().flat_map(|(_, rows)| rows).for_each(|row| fields_of(row, held));
}
