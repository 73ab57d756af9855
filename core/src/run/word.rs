//! The Word documents of one filing: sections and facts into templates, then what must be true of what came out.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tera::Context;

use super::filing::Shared;
use crate::documents::copies::{self, Copy};
use crate::documents::finished::FinishedText;
use crate::documents::{LegalItem, MarkdownBlocks, ProseFiles, Section, Texts, locked};
use crate::expr::Scope;
use crate::model::catalogue::Kind;
use crate::model::{Catalogue, Filing, Finding, Place, Record, Row, ScopeIx, Text};
use crate::package::{OutputFile, sha256};
use crate::plugin::{Output, Plugin};
use crate::render::RenderError;
use crate::render::docx::DocxError;
use crate::render::docx::finish::{Finished, finish};
use crate::render::docx::package::Package;
use crate::render::docx::template::problem::Problem;
use crate::render::docx::template::{Resources, Template};
use crate::render::facts::Facts;
use crate::render::filled::Filled;
use crate::render::templates::Names;

/// Makes the documents of one filing, in the order of the plugin's outputs: later ones see what earlier ones became.
pub(super) struct Word<'a> {
    shared: &'a Shared<'a>,
    plugin: &'a Plugin,
    record: &'a Record,
    names: &'a Names,
    /// What every template sees.
    context: Context,
    /// What became of documents, by their id with `_` for `-`.
    made: Map<String, Value>,
    /// The legal items that are asked for.
    asked: Vec<&'a LegalItem>,
    /// Rules that found something already: what they say is not said twice.
    said: Vec<String>,
    findings: Vec<Finding>,
}

/// One document that was made.
struct Whole {
    package: Package,
    sections: Vec<Section>,
    finished: Finished,
}

impl<'a> Word<'a> {
    pub(super) fn new(
        shared: &'a Shared<'a>,
        plugin: &'a Plugin,
        (record, filing): (&'a Record, &Filing),
        names: &'a Names,
        (trial, draft): (&str, bool),
        said: Vec<String>,
    ) -> Word<'a> {
        let mut context = names.context().clone();
        context.insert("form", &Filled::new(filing, &plugin.form));
        context.insert("built", &shared.job.now);
        context.insert("draft", &draft);
        context.insert("trial", trial);
        context.insert("submission", &names.submission);
        let mut word =
            Word { shared, plugin, record, names, context, made: Map::new(), asked: Vec::new(), said, findings: Vec::new() };
        word.read_files();
        word.ask();
        word
    }

    /// Returns what was found.
    pub(super) fn findings(self) -> Vec<Finding> {
        self.findings
    }

    fn say(&mut self, rule: &str, at: Place, values: &[(&str, Text)]) {
        self.findings.push(self.shared.engine.book.finding(rule, at, values));
    }

    /// Reads the files in which long texts stand.
    fn read_files(&mut self) {
        let files = ProseFiles::read(self.record);
        for (name, problem) in &files.unread {
            let place = self.place_of(name);
            self.say("DC-0001", place, &[("file", name.as_str().into()), ("problem", problem.as_str().into())]);
        }
        Texts::give(&mut self.context, &files);
    }

    /// Returns the cell that names a file.
    fn place_of(&self, name: &str) -> Place {
        fn find<'r>(row: &'r Row, name: &str) -> Option<&'r crate::model::Leaf> {
            let named = |field| crate::documents::is_named(row.text(field)) == Some(name);
            let here = row.leaves.iter().find(|(field, _)| named(*field)).map(|(_, leaf)| leaf);
            here.or_else(|| row.lists.iter().flat_map(|(_, rows)| rows).find_map(|row| find(row, name)))
        }
        find(&self.record.root, name).map(|leaf| self.record.sources.place(&leaf.origin)).unwrap_or_default()
    }

    /// Works out which legal items are asked for.
    fn ask(&mut self) {
        let Some(fields) = &self.plugin.manifest.documents else { return };
        let catalogue = &self.shared.engine.catalogue;
        let text = |id: &str| catalogue.field_ix(id).map(|field| self.record.root.text(field)).unwrap_or_default();
        let (profile, day) = (text(&fields.profile), text(&fields.date));
        let day = if day.is_empty() { self.shared.job.now.as_str() } else { day };
        let scope = Scope { catalogue, root: &self.record.root, rows: &[] };
        match self.plugin.documents.legal.asked(profile, day, scope) {
            Ok(asked) => self.asked = asked,
            Err(problem) => self.say("DC-0002", Place::default(), &[("problem", problem.into())]),
        }
    }

    /// Makes the files of one output.
    ///
    /// # Errors
    /// Returns a document that cannot be made although nothing is wrong with the data.
    pub(super) fn output(&mut self, at: usize, output: &Output, name: &str) -> Result<Vec<OutputFile>, RenderError> {
        let Some(template) = output.template.as_deref().and_then(|name| self.template(name)) else { return Ok(Vec::new()) };
        let Some(each) = output.each.as_ref().and_then(|id| self.shared.engine.catalogue.scope_ix(id)) else {
            let context = self.context.clone();
            let Some(whole) = self.document(template, output, context)? else { return Ok(Vec::new()) };
            let bytes = self.keep(&whole, output, name)?;
            return Ok(vec![OutputFile { name: name.to_owned(), bytes, packed: output.packed }]);
        };
        let (mut files, mut copies) = (Vec::new(), Vec::new());
        for row in self.record.root.rows(each) {
            let mut context = self.context.clone();
            context.insert("row", &Facts::of_row(&self.shared.engine.catalogue, each, row));
            let name = self.names.marked(self.plugin.templates.output_name(at, &context)?);
            let Some(whole) = self.document(template, output, context.clone())? else { continue };
            let bytes = self.keep(&whole, output, &name)?;
            context.insert("row", &self.marked(each, row));
            // What is found in the copy with marks was found in the copy.
            let known = self.findings.len();
            let marked = self.document(template, output, context)?;
            self.findings.truncate(known);
            if let Some(marked) = marked {
                let (text, marked) = (text_of(&whole.package, &name)?, text_of(&marked.package, &name)?);
                copies.push(Copy { name: name.clone(), text, marked });
            }
            files.push(OutputFile { name, bytes, packed: output.packed });
        }
        self.compare(output, &copies);
        Ok(files)
    }

    /// Returns the template of an output: the institution's own where one was given.
    fn template(&self, name: &str) -> Option<&'a Template> {
        let stem = name.strip_suffix(".docx").unwrap_or(name);
        self.shared.job.word.templates.get(stem).map(AsRef::as_ref).or_else(|| self.plugin.word.get(name))
    }

    /// Returns a row as templates see it, with marks around its values and those of the rows below it. Codes stay as they
    /// are: what is said because of one is a difference of the text.
    fn marked(&self, list: ScopeIx, row: &Row) -> Value {
        let catalogue = &self.shared.engine.catalogue;
        let mut value = serde_json::to_value(Facts::of_row(catalogue, list, row)).unwrap_or_default();
        mark(catalogue, list, &mut value);
        value
    }

    /// Makes one document; nothing when it cannot be made, which is then said.
    fn document(&mut self, template: &Template, output: &Output, mut context: Context) -> Result<Option<Whole>, RenderError> {
        let scope = Scope { catalogue: &self.shared.engine.catalogue, root: &self.record.root, rows: &[] };
        let sections = match output.document.as_ref().map(|id| self.plugin.documents.write(id, scope, &context)) {
            None => Vec::new(),
            Some(Ok(sections)) => sections,
            Some(Err(unwritten)) => {
                for one in unwritten {
                    let values = [
                        ("document", Text::from(one.document)),
                        ("section", one.section.into()),
                        ("problem", one.problem.into()),
                    ];
                    self.say("DC-0003", Place::default(), &values);
                }
                return Ok(None);
            }
        };
        let by_id: BTreeMap<String, &Section> =
            sections.iter().map(|section| (section.id.replace('-', "_"), section)).collect();
        context.insert("section", &by_id);
        context.insert("sections", &sections);
        context.insert("made", &self.made);
        context.insert("legal", &self.legal());
        let resources = Resources {
            folder: Some(self.record.sources.folder().to_owned()),
            blocks: Some(Arc::new(MarkdownBlocks::default())),
            ..Resources::default()
        };
        match template.render(&context, &resources) {
            Ok(mut package) => {
                let name = output.template.as_deref().unwrap_or_default();
                let finished = finish(&mut package).map_err(|error| unreadable(name, &error))?;
                let book = &self.shared.engine.book;
                self.findings.extend(finished.problems.iter().map(|problem| problem.finding(book, name)));
                Ok(Some(Whole { package, sections, finished }))
            }
            Err(problems) => {
                problems.iter().for_each(|problem| self.problem(problem, output));
                Ok(None)
            }
        }
    }

    fn problem(&mut self, problem: &Problem, output: &Output) {
        let template = output.template.as_deref().unwrap_or_default();
        let finding = problem.finding(&self.shared.engine.book, template);
        self.findings.push(finding);
    }

    /// Checks a document, remembers what it became and packs it.
    fn keep(&mut self, whole: &Whole, output: &Output, name: &str) -> Result<Vec<u8>, RenderError> {
        let bytes = whole.package.write().map_err(|error| unreadable(name, &error))?;
        let Some(document) = &output.document else { return Ok(bytes) };
        let text = text_of(&whole.package, name)?;
        self.covered(document, whole, &text, name);
        self.locked(whole, &text, name);
        let sections = whole.sections.iter().map(|section| {
            let heading = whole.finished.heading(&section.id);
            let number = heading.and_then(|heading| heading.number.as_deref()).unwrap_or_default();
            let title = section.title.as_str();
            let below = text.below(&section.id).unwrap_or_default();
            json!({
                "id": section.id, "level": section.level, "number": number, "title": title, "page": "",
                "locked": section.locked, "sha256": sha256(below.as_bytes()), "covers": section.covers,
            })
        });
        let made = json!({"name": name, "sha256": sha256(&bytes), "sections": sections.collect::<Vec<_>>()});
        // Of several copies the first stands for all: that they are the same is proved.
        self.made.entry(document.replace('-', "_")).or_insert(made);
        Ok(bytes)
    }

    /// Checks that each legal item has a section that stands in the document.
    fn covered(&mut self, document: &str, whole: &Whole, text: &FinishedText, name: &str) {
        let answers = self
            .plugin
            .documents
            .outline(document)
            .is_some_and(|outline| outline.rows.iter().any(|row| !row.covers.is_empty()));
        if !answers {
            return;
        }
        for item in self.asked.clone() {
            let stands = |section: &&Section| section.covers.contains(&item.id) && text.has(&section.id);
            if whole.sections.iter().any(|section| stands(&section)) || self.said.contains(&item.id) {
                continue;
            }
            let values = [
                ("item", Text::from(item.id.as_str())),
                ("number", item.number.as_str().into()),
                ("text", item.text.clone()),
                ("name", name.into()),
            ];
            self.say("DC-0004", Place::file(name), &values);
        }
    }

    /// Checks that what is not to be changed stands in the document as it is.
    fn locked(&mut self, whole: &Whole, text: &FinishedText, name: &str) {
        for section in whole.sections.iter().filter(|section| section.locked) {
            let found = text.below(&section.id);
            if !found.is_some_and(|found| locked::stands(&section.body, &found) == Ok(true)) {
                let values = [("section", Text::from(section.title.as_str())), ("name", name.into())];
                self.say("DC-0005", Place::file(name), &values);
            }
        }
    }

    /// Proves that copies differ only in the values of their rows.
    fn compare(&mut self, output: &Output, copies: &[Copy]) {
        if copies.len() < 2 {
            return;
        }
        let proof = copies::prove(copies);
        for difference in &proof.differences {
            let values = [
                ("name", Text::from(difference.name.as_str())),
                ("place", difference.place.text()),
                ("first", difference.first.as_str().into()),
                ("other", difference.other.as_str().into()),
            ];
            self.say("DC-0006", Place::file(&difference.name), &values);
        }
        let Some(document) = &output.document else { return };
        if let Some(Value::Object(made)) = self.made.get_mut(&document.replace('-', "_")) {
            let values = |name: &str| proof.values.get(name).copied().unwrap_or(0);
            let copies = copies.iter().map(|copy| json!({"name": copy.name, "values": values(&copy.name)}));
            made.insert("copies".to_owned(), copies.collect());
            made.insert("shared_sha256".to_owned(), proof.shared.clone().into());
        }
    }

    /// Returns the legal items that are asked for, with the sections of the documents made so far that answer them.
    fn legal(&self) -> Value {
        let sections = |item: &LegalItem| {
            let all = self.made.values().filter_map(|made| made.get("sections")?.as_array()).flatten();
            let answers = |section: &&Value| {
                let covers = section.get("covers").and_then(Value::as_array);
                covers.is_some_and(|covers| covers.iter().any(|id| id.as_str() == Some(&item.id)))
            };
            all.filter(answers).cloned().collect::<Vec<_>>()
        };
        let items = self.asked.iter().map(|item| {
            json!({
                "id": item.id, "number": item.number, "text": item.text.ja, "text_en": item.text.en, "source": item.source,
                "sections": sections(item),
            })
        });
        items.collect()
    }
}

/// Puts marks around the values of a row.
fn mark(catalogue: &Catalogue, scope: ScopeIx, row: &mut Value) {
    fn at<'v>(row: &'v mut Value, name: &str) -> Option<&'v mut Value> {
        name.split('.').try_fold(row, |value, part| value.get_mut(part))
    }
    for field in &catalogue.scope(scope).fields {
        let field = catalogue.field(*field);
        if matches!(field.kind, Kind::Code(_)) {
            continue;
        }
        if let Some(Value::String(text)) = at(row, &field.name) {
            *text = copies::marked(text);
        }
    }
    for list in &catalogue.scope(scope).lists {
        if let Some(Value::Array(rows)) = at(row, &catalogue.scope(*list).name) {
            rows.iter_mut().for_each(|row| mark(catalogue, *list, row));
        }
    }
}

fn text_of(package: &Package, name: &str) -> Result<FinishedText, RenderError> {
    FinishedText::read(package).map_err(|error| unreadable(name, &error))
}

fn unreadable(name: &str, error: &DocxError) -> RenderError {
    RenderError::Template { template: name.to_owned(), problem: error.to_string() }
}
