//! The Word documents of one filing: sections and facts into templates, then what must be true of what came out.

mod checks;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tera::Context;

use super::filing::Shared;
use crate::documents::copies::{self, Copy};
use crate::documents::finished::FinishedText;
use crate::documents::{LegalItem, MarkdownBlocks, ProseFiles, Section, Texts};
use crate::expr::Scope;
use crate::model::catalogue::Kind;
use crate::model::{Catalogue, Filing, Finding, Place, Record, Row, ScopeIx, Text};
use crate::package::{OutputFile, sha256};
use crate::plugin::{Output, Plugin};
use crate::render::RenderError;
use crate::render::docx::DocxError;
use crate::render::docx::finish::{Finished, finish};
use crate::render::docx::lint::Fact;
use crate::render::docx::office::LaidOut;
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
    /// Whether something is wrong with the data.
    blocked: bool,
    /// What the record says that texts may say otherwise.
    facts: Vec<Fact>,
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
        (said, blocked): (Vec<String>, bool),
    ) -> Word<'a> {
        let mut context = names.context().clone();
        context.insert("form", &Filled::new(filing, &plugin.form));
        context.insert("built", &shared.job.now);
        context.insert("draft", &draft);
        context.insert("trial", trial);
        context.insert("submission", &names.submission);
        let mut word = Word {
            shared,
            plugin,
            record,
            names,
            context,
            made: Map::new(),
            asked: Vec::new(),
            said,
            blocked,
            facts: Vec::new(),
            findings: Vec::new(),
        };
        if plugin.manifest.outputs.iter().any(|output| output.lint.is_some()) {
            word.facts = shared.engine.linter.facts(&record.to_json(&shared.engine.catalogue));
        }
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
            let profile = self.plugin.templates.lint(at, &self.context)?;
            let made = self.keep(&whole, output, (profile.as_deref(), name))?;
            return Ok(files_of(name, made, output.packed).collect());
        };
        let (mut files, mut copies) = (Vec::new(), Vec::new());
        for row in self.record.root.rows(each) {
            let mut context = self.context.clone();
            context.insert("row", &Facts::of_row(&self.shared.engine.catalogue, each, row));
            let name = self.names.marked(self.plugin.templates.output_name(at, &context)?);
            let Some(whole) = self.document(template, output, context.clone())? else { continue };
            let profile = self.plugin.templates.lint(at, &context)?;
            let made = self.keep(&whole, output, (profile.as_deref(), &name))?;
            context.insert("row", &self.marked(each, row));
            // What is found in the copy with marks was found in the copy.
            let known = self.findings.len();
            let marked = self.document(template, output, context)?;
            self.findings.truncate(known);
            match marked {
                Some(marked) => {
                    let (text, marked) = (text_of(&whole.package, &name)?, text_of(&marked.package, &name)?);
                    copies.push(Copy { name: name.clone(), text, marked });
                }
                None => self.say("DC-0007", Place::file(&name), &[("name", name.as_str().into())]),
            }
            files.extend(files_of(&name, made, output.packed));
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

    /// Checks a document, remembers what it became and packs it; with its PDF where one was asked for.
    fn keep(
        &mut self,
        whole: &Whole,
        output: &Output,
        (profile, name): (Option<&str>, &str),
    ) -> Result<(Vec<u8>, Option<Vec<u8>>), RenderError> {
        let bytes = whole.package.write().map_err(|error| unreadable(name, &error))?;
        let text = text_of(&whole.package, name)?;
        self.check(whole, &text, output, (profile, name))?;
        let laid_out = self.lay_out(whole, name);
        let Some(document) = &output.document else { return Ok((bytes, laid_out.map(|made| made.pdf))) };
        let page = |section: &Section| {
            let at = whole.finished.headings.iter().position(|heading| heading.is_of(&section.id))?;
            laid_out.as_ref()?.pages.get(at).copied().flatten()
        };
        let sections = whole.sections.iter().map(|section| {
            let heading = whole.finished.heading(&section.id);
            let number = heading.and_then(|heading| heading.number.as_deref()).unwrap_or_default();
            let title = section.title.as_str();
            let below = text.below(&section.id).unwrap_or_default();
            json!({
                "id": section.id, "level": section.level, "number": number, "title": title,
                "page": page(section).map(|page| page.to_string()).unwrap_or_default(),
                "locked": section.locked, "sha256": sha256(below.as_bytes()), "covers": section.covers,
            })
        });
        let made = json!({"name": name, "sha256": sha256(&bytes), "sections": sections.collect::<Vec<_>>()});
        // Of several copies the first stands for all: that they are the same is proved.
        self.made.entry(document.replace('-', "_")).or_insert(made);
        Ok((bytes, laid_out.map(|made| made.pdf)))
    }

    /// Lays a document out as PDF where that was asked for; that it failed is said.
    fn lay_out(&mut self, whole: &Whole, name: &str) -> Option<LaidOut> {
        let office = self.shared.job.word.office.as_ref()?;
        match office.lay_out(&whole.package, &whole.finished) {
            Ok(made) => Some(made),
            Err(error) => {
                self.say("DC-0009", Place::file(name), &[("problem", error.to_string().into())]);
                None
            }
        }
    }

    /// Proves that copies differ only in the values of their rows.
    fn compare(&mut self, output: &Output, copies: &[Copy]) {
        // Where a value of a site is missing, what is said instead differs; that it is missing was said.
        if copies.len() < 2 || self.blocked {
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

/// Returns the files of one document: itself, and its PDF.
fn files_of(name: &str, (bytes, pdf): (Vec<u8>, Option<Vec<u8>>), packed: bool) -> impl Iterator<Item = OutputFile> + use<> {
    let stem = name.strip_suffix(".docx").unwrap_or(name);
    let pdf = pdf.map(|bytes| OutputFile { name: format!("{stem}.pdf"), bytes, packed });
    std::iter::once(OutputFile { name: name.to_owned(), bytes, packed }).chain(pdf)
}

fn text_of(package: &Package, name: &str) -> Result<FinishedText, RenderError> {
    FinishedText::read(package).map_err(|error| unreadable(name, &error))
}

fn unreadable(name: &str, error: &DocxError) -> RenderError {
    RenderError::Template { template: name.to_owned(), problem: error.to_string() }
}
