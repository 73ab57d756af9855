//! Plugins: one destination each, declared in files and compiled when they are loaded.
//!
//! A plugin is a folder: `plugin.toml` says what it is and what it puts out, `map.toml` which field fills which item,
//! `rules.toml` what is checked, `deadlines.toml` (where there is one) what is due when, `shared.toml` (where there is one)
//! which facts it shares with other destinations, `templates/` what is rendered. A built-in plugin comes through this same
//! loader.

pub mod deadlines;
pub mod ledger;
pub mod manifest;
pub mod mapping;
pub mod next;
pub mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::attachments::Fields;
use crate::code::{Code, Natives};
use crate::consistency::Shared;
use crate::documents::kanji::Learnt;
use crate::documents::{self, Documents};
use crate::expr::Expr;
use crate::files::Files;
use crate::map::replace;
use crate::model::{Catalogue, DataError, Form, ItemKind, Lang, Record, RuleBook, ScopeIx, TomlFile};
use crate::render::docx::template::problem::Problem;
use crate::render::docx::template::{Options, Template};
use crate::render::templates::Templates;

pub use deadlines::{Deadline, DeadlineKind, Deadlines};
use manifest::misspelt;
pub use manifest::{Manifest, Output, Renderer};
pub use mapping::{Mapping, Source, Word};
pub use next::Next;
pub use rules::{Assertion, Check, ItemRule, Rules};

/// The version of the contract between the engine and a plugin.
pub const API: u32 = 1;

/// A loaded plugin: everything in it is checked and compiled.
#[derive(Debug)]
pub struct Plugin {
    /// What it is and what it puts out.
    pub manifest: Manifest,
    /// Its own files.
    pub files: Files,
    /// The form it fills.
    pub form: Arc<Form>,
    /// The files of the form, where a user may have put its schema.
    pub form_files: Files,
    /// Which field fills which item.
    pub mapping: Mapping,
    /// What the next filing takes over from the last one.
    pub next: Next,
    /// What is checked.
    pub rules: Rules,
    /// What is due when.
    pub deadlines: Deadlines,
    /// Which shared facts it shows.
    pub shared: Shared,
    /// File names and documents that are rendered.
    pub templates: Templates,
    /// Its Word templates, by file.
    pub word: BTreeMap<String, Template>,
    /// The documents that people read, section by section.
    pub documents: Documents,
    /// What is filled in from the ledger.
    pub fills: Vec<ledger::Fill>,
    /// The fields that list replaced characters.
    pub replaced: Option<replace::Fields>,
    /// When each output is put out, in the order of the manifest.
    pub conditions: Vec<Option<Expr>>,
    /// The fields that list attached documents.
    pub attached: Option<Fields>,
    /// Code that does what data cannot say.
    pub code: Option<Code>,
}

impl Plugin {
    /// Loads a plugin from its folder.
    ///
    /// # Errors
    /// Returns every problem found, each with file, line and column.
    pub fn load(files: &Files, forms: &Files, catalogue: &Catalogue, natives: Natives) -> Result<Plugin, Vec<DataError>> {
        let file = TomlFile::read(files, "plugin.toml").map_err(|error| vec![error])?;
        let (manifest, mut problems) = Manifest::read(&file);
        let Some(manifest) = manifest else {
            problems.extend(Rules::shape(files));
            return Err(problems);
        };
        problems.extend(unknown_readers(&file, forms, &manifest));
        let bad = |path: &str, problem: String| file.error(file.at(path), &problem);
        let form_files = match form_files(files, forms, &manifest) {
            Some(form_files) => form_files,
            None => {
                let (form, version) = (&manifest.form, &manifest.form_version);
                problems.push(bad(
                    "form",
                    format!("no form `{form}` of version `{version}`: neither below forms/ of the plugin nor in the product"),
                ));
                problems.extend(Rules::shape(files));
                return Err(problems);
            }
        };
        let form = match Form::load(&form_files, catalogue) {
            Ok(form) => form,
            Err(more) => {
                problems.extend(more);
                problems.extend(Rules::shape(files));
                return Err(problems);
            }
        };
        problems.extend(manifest.check_names(&file, &form, catalogue));
        let attached = manifest.attachments.as_ref().map(|named| Fields::find(named, catalogue)).transpose();
        let attached = attached.unwrap_or_else(|problem| {
            problems.push(bad("attachments", problem));
            None
        });
        let replaced = manifest.replacements.as_ref().map(|named| replace::Fields::find(named, catalogue)).transpose();
        let replaced = replaced.unwrap_or_else(|problem| {
            problems.push(bad("replacements", problem));
            None
        });
        let code = manifest.code.as_ref().map(|table| Code::load(table, &manifest, files, natives)).transpose();
        let code = code.unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let mut conditions = Vec::new();
        for (at, output) in manifest.outputs.iter().enumerate() {
            let compile = |when: &String| Expr::compile(when, catalogue, ScopeIx::ROOT);
            match output.when.as_ref().map(compile).transpose() {
                Ok(condition) => conditions.push(condition),
                Err(error) => {
                    let problem = format!("output `{}`: `when`: {error}", output.name);
                    problems.push(bad(&format!("output.{at}.when"), problem));
                }
            }
        }
        let mapping = collect(Mapping::load(files, &form, catalogue), &mut problems);
        let rules = collect(Rules::load(files, &form, catalogue, &manifest.kinds), &mut problems);
        let deadlines = collect(Deadlines::load(files, &form, catalogue), &mut problems);
        let documents = collect(Documents::load(files, &form_files, catalogue), &mut problems).unwrap_or_default();
        for (at, output) in manifest.outputs.iter().enumerate() {
            if let Some(document) = output.document.as_ref().filter(|id| documents.outline(id).is_none()) {
                let problem = format!("output `{}`: no document `{document}`", output.name);
                problems.push(bad(&format!("output.{at}.document"), problem));
            }
        }
        let word =
            collect(word_templates(files, forms, &manifest, &word_options(catalogue)), &mut problems).unwrap_or_default();
        let templates = collect(Templates::load(files, &manifest), &mut problems);
        let shared = collect(Shared::load(files, forms, &form, catalogue), &mut problems).unwrap_or_default();
        let next = collect(Next::load(manifest.next.as_ref(), files, &form, catalogue), &mut problems);
        let fills = manifest.ledger.as_ref().map_or(Ok(Vec::new()), |table| table.fills(files, &form, catalogue));
        let fills = collect(fills, &mut problems).unwrap_or_default();
        match (mapping, next, rules, deadlines, templates) {
            (Some(mapping), Some(next), Some(rules), Some(deadlines), Some(templates)) if problems.is_empty() => Ok(Plugin {
                manifest,
                files: files.clone(),
                form: Arc::new(form),
                form_files,
                mapping,
                next,
                rules,
                deadlines,
                shared,
                templates,
                word,
                documents,
                fills,
                replaced,
                conditions,
                attached,
                code,
            }),
            _ => Err(problems),
        }
    }

    /// Returns the id.
    pub fn id(&self) -> &str {
        &self.manifest.id
    }

    /// Returns the names of its Word templates, by which others stand for them.
    pub fn word_names(&self) -> impl Iterator<Item = &str> {
        self.word.keys().map(|name| name.strip_suffix(".docx").unwrap_or(name))
    }

    /// Returns whether a record says that its trial goes to this destination.
    pub fn is_wanted(&self, record: &Record, catalogue: &Catalogue) -> bool {
        let Some(wanted_by) = &self.manifest.wanted_by else { return true };
        let mut fields = wanted_by.iter().filter_map(|id| catalogue.field_ix(id));
        fields.any(|field| !record.root.text(field).is_empty())
    }

    /// Returns the value items with the field that fills each, in document order.
    pub fn filled_items(&self) -> impl Iterator<Item = (crate::model::ItemIx, crate::model::FieldIx)> {
        let values = self.form.items().iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Value);
        values.filter_map(|(at, _)| self.mapping.source(at).field().map(|field| (at, field)))
    }

    /// Returns the fields that only the expressions of the mapping read.
    pub fn read_fields(&self, catalogue: &Catalogue) -> std::collections::BTreeSet<crate::model::FieldIx> {
        let items = 0..self.form.items().len();
        let mut fields = std::collections::BTreeSet::new();
        for item in items {
            match self.mapping.source(item) {
                Source::Derived { expr, .. } => fields.extend(expr.fields(catalogue)),
                Source::Gathered { when: Some(when), .. } | Source::Rows { when: Some(when), .. } => {
                    fields.extend(when.fields(catalogue));
                }
                Source::Field { default, label_of, .. } => {
                    fields.extend(default.iter().flat_map(|default| default.fields(catalogue)));
                    fields.extend(label_of.map(|(coded, _)| coded));
                }
                _ => {}
            }
        }
        fields
    }
}

/// Finds the files of a plugin's form: those of its own folder, else those of the product.
pub(crate) fn form_files(files: &Files, forms: &Files, manifest: &Manifest) -> Option<Files> {
    let below = |forms: &Files| forms.below(&manifest.form).below(&manifest.form_version);
    [below(&files.below("forms")), below(forms)].into_iter().find(|form| form.read("form.toml").is_some())
}

/// Says which outputs are for readers that there are none of: nobody would see that their kanji are not checked.
fn unknown_readers(file: &TomlFile, forms: &Files, manifest: &Manifest) -> Vec<DataError> {
    let named = |output: &&Output| output.readers.is_some();
    if !manifest.outputs.iter().any(|output| named(&output)) {
        return Vec::new();
    }
    let learnt = match Learnt::load(forms) {
        Ok(learnt) => learnt,
        Err(error) => return vec![error],
    };
    let known: Vec<&str> = learnt.tiers().collect();
    let mut problems = Vec::new();
    for (at, output) in manifest.outputs.iter().enumerate() {
        if let Some(readers) = output.readers.as_deref().filter(|readers| !known.contains(readers)) {
            let problem = format!("output `{}`: {}", output.name, misspelt("readers", readers, &known));
            problems.push(file.error(file.at(&format!("output.{at}.readers")), &problem));
        }
    }
    problems
}

/// Returns what Word templates are compiled with.
pub fn word_options(catalogue: &Catalogue) -> Options {
    Options { base: Some(Arc::new(documents::filters(catalogue))) }
}

/// Compiles the Word templates of a plugin.
fn word_templates(
    files: &Files,
    forms: &Files,
    manifest: &Manifest,
    options: &Options,
) -> Result<BTreeMap<String, Template>, Vec<DataError>> {
    let (mut templates, mut problems) = (BTreeMap::new(), Vec::new());
    let wanted = manifest.outputs.iter().filter(|output| output.renderer == Renderer::Docx);
    for name in wanted.filter_map(|output| output.template.as_ref()) {
        let path = format!("templates/{name}");
        let shown = files.display(&path);
        match files.read(&path).map(|bytes| Template::compile(bytes.into_owned(), options)) {
            None => problems.push(DataError::Missing { file: shown }),
            Some(Ok(template)) => drop(templates.insert(name.clone(), template)),
            Some(Err(found)) => {
                let book = RuleBook::load(forms).map_err(|error| vec![error])?;
                let words = |problem: &Problem| {
                    let finding = problem.finding(&book, name);
                    format!("{} {}: {}", finding.rule, finding.at.display(Lang::En), finding.message.en)
                };
                problems.extend(found.iter().map(|problem| DataError::bad(&shown, "", words(problem))));
            }
        }
    }
    if problems.is_empty() { Ok(templates) } else { Err(problems) }
}

fn collect<T>(loaded: Result<T, Vec<DataError>>, problems: &mut Vec<DataError>) -> Option<T> {
    loaded.map_err(|more| problems.extend(more)).ok()
}
