//! One trial on its way through the stages after normalising, for each plugin.

use std::borrow::Cow;
use std::path::PathBuf;

use serde_json::json;
use serde_json::value::to_raw_value;

use super::code::{Coded, Told};
use super::previous::{Previous, changed};
use super::series::{Before, Search};
use super::word::Word;
use super::{Built, Checked, Engine, Job, Kept, Stage, bounded, places};
use crate::as_filed;
use crate::attachments::{self, gather};
use crate::changes::Entries;
use crate::consistency::{self, Showing};
use crate::expr::Scope;
use crate::ledger::{self, Entry, Ledger, Version, items::Items};
use crate::limits;
use crate::map::replace::{Replaced, replace};
use crate::map::{Fault, map};
use crate::model::{Attachment, Content, Filing, Finding, Lang, Place, Record, ScopeIx, Severity, Status, Text};
use crate::package::manifest::Versioned;
use crate::package::store::MANIFEST;
use crate::package::{ArchiveError, FileEntry, Made, OutputFile, PackageManifest, StoreError, assemble, sha256, store};
use crate::plugin::{Plugin, Renderer};
use crate::render::facts::Facts;
use crate::render::filled::Filled;
use crate::render::page::{Page, PageFinding};
use crate::render::paper::{Paper, Sheet};
use crate::render::printer::PrintError;
use crate::render::templates::{DRAFT, Names, Position, path_part};
use crate::render::{RenderError, entry, xml};
use crate::validate::changes::Known;
use crate::validate::schema::Schema;
use crate::validate::{Subject, validate};

/// What all trials of a run share.
pub(super) struct Shared<'a> {
    pub(super) engine: &'a Engine,
    pub(super) job: &'a Job,
    pub(super) plugins: &'a [&'a Plugin],
    /// Whether the job named them.
    pub(super) named: bool,
    pub(super) schemas: &'a [Option<Schema>],
    pub(super) inputs: &'a [FileEntry],
    /// Findings about whole files, and about trials while they were read.
    pub(super) ingested: &'a [Finding],
    /// Most findings kept for one trial.
    pub(super) share: usize,
    /// Filings that came before.
    pub(super) previous: &'a [Previous],
    /// Whether the run has one trial only.
    pub(super) alone: bool,
    /// Whether filings of the run follow others of it.
    pub(super) chained: bool,
    /// What was built and received before.
    pub(super) ledger: Option<&'a Ledger>,
}

/// What became of one trial.
#[derive(Default)]
pub(super) struct Trial {
    pub(super) findings: Vec<Finding>,
    pub(super) checked: Vec<Checked>,
    pub(super) built: Vec<Built>,
    pub(super) kept: Vec<Kept>,
    /// What is to be entered in the ledger.
    pub(super) entries: Vec<Entry>,
    /// Its filings, for those that follow them.
    pub(super) filings: Vec<Previous>,
}

/// A filing before it is checked.
struct Ready<'r> {
    plugin: &'r Plugin,
    schema: Option<&'r Schema>,
    /// What it was made from, with what the ledger filled in.
    record: Cow<'r, Record>,
    filing: Filing,
    faults: Vec<Fault>,
    replaced: Vec<Replaced>,
    changes: Known,
    /// What was found while it was made.
    noted: Vec<Finding>,
    position: Position,
}

/// The files of a package with their hashes.
struct Packed {
    archive: FileEntry,
    files: Vec<FileEntry>,
}

/// A filing with what stands beside it when it is written.
#[derive(Clone, Copy)]
struct Whole<'a> {
    filing: &'a Filing,
    /// Characters that were replaced in it.
    replaced: &'a [Replaced],
    /// Where the filing it was read from is another one.
    as_filed: &'a [as_filed::Line],
    /// Whether it was compared with one before it.
    compared: bool,
}

/// The files of one filing and its names.
struct Rendered {
    names: Names,
    files: Vec<OutputFile>,
    /// How each file was made.
    renderers: Vec<Renderer>,
}

impl Shared<'_> {
    /// Takes one trial through every plugin.
    pub(super) fn trial(&self, record: Record, normalised: Vec<Finding>) -> Trial {
        let id = record.id(&self.engine.catalogue).to_owned();
        let mut earlier: Vec<Finding> =
            self.ingested.iter().filter(|finding| concerns(finding, &id, &record)).cloned().collect();
        earlier.extend(normalised.iter().cloned());
        let mut trial = Trial { findings: normalised, ..Trial::default() };
        if let Some(finding) = self.unusable_id(&record, &id) {
            earlier.push(finding.clone());
            trial.findings.push(finding);
        }
        let wanted = self.engine.wanted(self.plugins, self.named, &record);
        let goes = |plugin: &Plugin| wanted.iter().any(|known| known.id() == plugin.id());
        let plugins = self.plugins.iter().zip(self.schemas).filter(|(plugin, _)| goes(plugin));
        let ready: Vec<Ready> = plugins.map(|(plugin, schema)| self.ready(plugin, schema.as_ref(), &record, &id)).collect();
        let mut differences = self.differences(&ready, &earlier);
        for finding in &mut differences {
            id.clone_into(&mut finding.trial);
        }
        self.engine.waive(&mut earlier, self.job);
        self.engine.waive(&mut differences, self.job);
        for ready in ready {
            let plugin = ready.plugin;
            // What is said of another destination is no matter of this one.
            let of_plugin = |finding: &&Finding| finding.plugin.is_empty() || finding.plugin == plugin.id();
            let earlier: Vec<Finding> = earlier.iter().filter(of_plugin).cloned().collect();
            let findings = self.filing(ready, &id, (&earlier, &differences), &mut trial);
            let mut findings = bounded(findings, self.share, &self.engine.book);
            self.settle(&mut findings, &id, plugin);
            trial.findings.extend(findings);
            trial.checked.push(Checked { trial: id.clone(), plugin: plugin.id().to_owned() });
        }
        trial.findings.extend(differences);
        trial
    }

    /// Holds the filings of one trial against each other.
    fn differences<'s>(&self, ready: &'s [Ready<'s>], earlier: &[Finding]) -> Vec<Finding> {
        if ready.len() < 2 || self.job.until < Stage::Validate {
            return Vec::new();
        }
        let engine = self.engine;
        let shown = |ready: &'s Ready<'s>| Showing { plugin: ready.plugin, record: &ready.record, filing: &ready.filing };
        let shown: Vec<Showing> = ready.iter().map(shown).collect();
        let mut differences = consistency::compare(&shown, &engine.concepts, &engine.catalogue, &engine.book);
        // What cannot be judged because a value could not be read waits until that is mended.
        if !places(earlier).is_empty() {
            for finding in &mut differences {
                if matches!(finding.status, Status::EngineError(_)) {
                    finding.severity = Severity::Info;
                    finding.status = Status::Skipped(finding.found.item.clone());
                }
            }
        }
        differences
    }

    /// Says what findings are about, and settles those that are waived.
    fn settle(&self, findings: &mut [Finding], id: &str, plugin: &Plugin) {
        for finding in findings.iter_mut() {
            id.clone_into(&mut finding.trial);
            plugin.id().clone_into(&mut finding.plugin);
        }
        self.engine.waive(findings, self.job);
    }

    /// Reports an id that cannot name the trial's folder, at its cell.
    fn unusable_id(&self, record: &Record, id: &str) -> Option<Finding> {
        let catalogue = &self.engine.catalogue;
        let key = catalogue.scope(ScopeIx::ROOT).key.filter(|_| !id.is_empty())?;
        let error = path_part(id).err()?;
        let place = record.sources.place(&record.root.origin(key, catalogue));
        let values = [("id", id.into()), ("problem", error.to_string().into())];
        let mut finding = self.engine.book.finding("PK-0003", place, &values).found(id, &catalogue.field(key).id);
        id.clone_into(&mut finding.trial);
        Some(finding)
    }

    /// Says that a package of an earlier run is still there although this run made none.
    fn left_over(&self, plugin: &Plugin, id: &str, names: &Names) -> Option<Finding> {
        let folder = self.job.out.as_ref()?.join(path_part(id).ok()?).join(plugin.id()).join(&names.folder);
        let there = folder.join(MANIFEST).is_file();
        let values = [("folder", Text::from(folder.display().to_string()))];
        there.then(|| self.engine.book.finding("PK-0005", Place::default(), &values))
    }

    /// Fills the form of a plugin and works out what changed since the last filing.
    fn ready<'r>(&self, plugin: &'r Plugin, schema: Option<&'r Schema>, record: &'r Record, id: &str) -> Ready<'r> {
        let engine = self.engine;
        let (record, mut noted) = self.with_ledger(plugin, record);
        let (mut filing, faults) = map(&record, plugin, &engine.catalogue);
        let (replaced, unreplaced) = replace(&mut filing, &record, plugin, &engine.catalogue, &engine.book);
        noted.extend(unreplaced);
        let position = plugin.templates.position(&Facts::new(&engine.catalogue, &record.root)).unwrap_or_default();
        let search = Search { engine, plugin, all: self.previous, ledger: self.ledger, trial: id, alone: self.alone };
        let entries = Entries::read(&record, &engine.catalogue);
        let marks = plugin.form.kind_changes(filing.text(plugin.form.kind_item)).marks;
        let before = if marks { search.before(&position, &entries) } else { Ok(Before::default()) };
        let before = before.unwrap_or_else(|error| {
            noted.extend(ledger::broken(&error, &engine.book));
            Before::default()
        });
        noted.extend(before.findings.iter().cloned());
        let (filing, changes) = changed(engine, plugin, &record, filing, entries, &before);
        match search.against(&position, &filing) {
            Ok(against) => {
                noted.extend(against.findings);
                // What was filled in to make a filing again is no matter when it is the same again.
                noted.retain(|finding| finding.rule != "LG-0007" || !against.made);
            }
            Err(error) => noted.extend(ledger::broken(&error, &engine.book)),
        }
        Ready { plugin, schema, record, filing, faults, replaced, changes, noted, position }
    }

    /// Checks a filing that is ready and makes what it puts out; `known` is what earlier stages found, and where it differs
    /// from the other filings of the trial.
    fn filing(&self, ready: Ready, id: &str, known: (&[Finding], &[Finding]), trial: &mut Trial) -> Vec<Finding> {
        let engine = self.engine;
        let Ready { plugin, schema, record, filing, faults, replaced, changes, noted, position } = ready;
        let record = record.as_ref();
        let (earlier, differences) = known;
        let flagged = places(earlier);
        let differences = differences.iter().filter(|finding| consistency::concerned(finding).contains(plugin.id()));
        let earlier: Vec<Finding> = earlier.iter().chain(differences).cloned().collect();
        let earlier = earlier.as_slice();
        if self.chained {
            trial.filings.push(Previous::made(filing.clone(), plugin, id.to_owned(), position.clone(), engine));
        }
        if self.job.until == Stage::Map {
            self.keep(
                trial,
                || json!({"trial": id, "plugin": plugin.id(), "items": filing.lines(&plugin.form, &record.sources, Lang::Ja)}),
            );
            return Vec::new();
        }
        // A row that the filing shows for the last time is no part of the trial any more.
        let now = changes.entries.without_deleted(record, &engine.catalogue);
        let subject = Subject {
            record: now.as_ref().unwrap_or(record),
            filing: &filing,
            plugin,
            catalogue: &engine.catalogue,
            book: &engine.book,
            flagged: &flagged,
            changes: &changes,
        };
        let mut findings = validate(subject, &faults);
        let as_filed = as_filed::read(record, &engine.catalogue);
        findings.extend(noted);
        let told =
            Told { job: self.job, ledger: self.ledger, plugin, catalogue: &engine.catalogue, book: &engine.book, record };
        let mut coded = Coded::begin(told, &filing, &position);
        findings.extend(coded.iter_mut().flat_map(Coded::validate));
        if record.filed {
            // What only a file's name shows is no fault of a filing that was renamed.
            let shown = |field: &str| plugin.manifest.from_file_name.iter().any(|(id, _)| id == field);
            findings
                .iter_mut()
                .filter(|finding| shown(&finding.found.field))
                .for_each(|finding| finding.severity = Severity::Info);
        }
        self.settle(&mut findings, id, plugin);
        let blocked = |findings: &[Finding]| earlier.iter().chain(findings).any(|finding| finding.counts(Severity::Error));
        let facts = Facts::new(&engine.catalogue, &record.root);
        let names = match plugin.templates.names(&facts, &plugin.manifest.outputs) {
            Ok(names) => names,
            Err(error) => {
                // A name that cannot be made for want of a value that has a finding needs no second one.
                if !blocked(&findings) || self.job.draft {
                    findings.push(self.not_rendered(&error));
                }
                return findings;
            }
        };
        let (mut attachments, unfit) =
            gather(attachments::Subject { record, plugin, catalogue: &engine.catalogue, book: &engine.book, names: &names });
        findings.extend(unfit);
        self.settle(&mut findings, id, plugin);
        // Without a schema there is nothing to learn from rendering before the packages are wanted.
        // Documents are judged once their data are right: what is missing would be found in them again.
        let judged = !plugin.word.is_empty() && !self.job.word.left_out && !blocked(&findings);
        if self.job.until == Stage::Validate && schema.is_none() && !judged {
            self.keep(trial, || json!({"trial": id, "plugin": plugin.id(), "findings": findings}));
            return findings;
        }
        let mut draft = self.job.draft && blocked(&findings);
        if self.job.until == Stage::Package && blocked(&findings) && !draft {
            findings.extend(self.left_over(plugin, id, &names));
        }
        let whole = Whole { filing: &filing, replaced: &replaced, as_filed: &as_filed, compared: changes.compared };
        let mut rendered = self.render(plugin, record, whole, id, draft, names.clone(), earlier, &mut findings, &mut coded);
        if self.job.draft && !draft && rendered.is_ok() && blocked(&findings) {
            // What was found while the files were made makes drafts of them: they are made again, marked.
            draft = true;
            rendered = self.render(plugin, record, whole, id, draft, names, earlier, &mut findings.clone(), &mut coded);
        }
        let rendered = match rendered {
            Ok(rendered) => rendered,
            Err(error) => {
                if !blocked(&findings) || self.job.draft {
                    findings.push(self.not_rendered(&error));
                }
                return findings;
            }
        };
        if draft {
            attachments.iter_mut().for_each(|attachment| attachment.name.insert_str(0, DRAFT));
        }
        // A filing that somebody else made is held against the schema as it is.
        if !(record.filed && self.job.until == Stage::Validate) {
            findings.extend(self.schema_findings(schema, &rendered));
        }
        self.settle(&mut findings, id, plugin);
        match self.job.until {
            Stage::Validate => self.keep(trial, || json!({"trial": id, "plugin": plugin.id(), "findings": findings})),
            Stage::Render => {
                let files: Vec<_> = rendered.renderers.iter().zip(&rendered.files).map(shown).collect();
                self.keep(trial, || json!({"trial": id, "plugin": plugin.id(), "files": files}));
            }
            _ if blocked(&findings) && !self.job.draft => {}
            _ => {
                let all: Vec<Finding> = earlier.iter().chain(&findings).cloned().collect();
                match self.package(plugin, schema.is_some(), id, &rendered, &attachments, &all, draft || blocked(&findings)) {
                    Ok((built, files)) => {
                        if self.ledger.is_some() {
                            let remembered = coded.as_ref().and_then(Coded::remembered);
                            let entry = self.entry(plugin, record, &filing, &rendered.names, &built, files);
                            trial.entries.push(Entry::Built(Box::new(entry.remembering(remembered).hashed())));
                        }
                        trial.built.push(built);
                    }
                    Err(finding) => findings.push(*finding),
                }
            }
        }
        findings
    }

    /// Fills what is blank and known from the filings before this one.
    fn with_ledger<'r>(&self, plugin: &Plugin, record: &'r Record) -> (Cow<'r, Record>, Vec<Finding>) {
        let Some(ledger) = self.ledger else { return (Cow::Borrowed(record), Vec::new()) };
        match ledger::fill::fill(ledger, plugin, record, &self.engine.catalogue, &self.engine.book) {
            Ok(filled) => (filled.record.map_or(Cow::Borrowed(record), Cow::Owned), filled.findings),
            Err(error) => (Cow::Borrowed(record), ledger::broken(&error, &self.engine.book)),
        }
    }

    /// Makes the entry of a filing that was packaged.
    fn entry(
        &self,
        plugin: &Plugin,
        record: &Record,
        filing: &Filing,
        names: &Names,
        built: &Built,
        packed: Packed,
    ) -> ledger::Built {
        let version = |id: &str, version: &str| Version { id: id.to_owned(), version: version.to_owned() };
        let out = self.job.out.as_deref().unwrap_or(std::path::Path::new("."));
        let folder = built.folder.strip_prefix(out).unwrap_or(&built.folder);
        let folder: Vec<_> = folder.iter().map(|part| part.to_string_lossy()).collect();
        let is_read = |input: &&FileEntry| record.sources.files().any(|file| file.ends_with(&input.name));
        ledger::Built {
            trial: built.trial.clone(),
            plugin: version(plugin.id(), &plugin.manifest.version),
            form: version(&plugin.form.id, &plugin.form.version),
            series: names.position.series.clone(),
            order: names.position.order.clone(),
            submission: names.submission.clone(),
            folder: folder.join("/"),
            draft: built.draft,
            built: self.job.now.clone(),
            inputs: self.inputs.iter().filter(is_read).cloned().collect(),
            archive: packed.archive,
            files: packed.files,
            content: String::new(),
            items: to_raw_value(&Items { filing, form: &plugin.form }).ok(),
            remembered: None,
        }
    }

    fn not_rendered(&self, error: &RenderError) -> Finding {
        self.engine.book.finding("RN-0001", Place::default(), &[("problem", error.to_string().into())])
    }

    fn keep(&self, trial: &mut Trial, made: impl FnOnce() -> Kept) {
        if self.job.keep {
            trial.kept.push(made());
        }
    }

    /// Writes the XML; a filing that was read back comes out as it went in.
    fn xml(
        &self,
        plugin: &Plugin,
        filing: &Filing,
        as_filed: &[as_filed::Line],
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<u8>, RenderError> {
        let built = xml::write(filing, &plugin.form)?;
        let tree = if as_filed.is_empty() { None } else { as_filed::parse(&String::from_utf8_lossy(&built)) };
        let Some(tree) = tree else { return Ok(built) };
        let (tree, stale) = as_filed::patched(&tree, as_filed);
        for line in stale {
            let values = [("path", Text::from(line.path.as_str())), ("part", line.part.as_str().into())];
            findings.push(self.engine.book.finding("RB-0008", Place::default(), &values));
        }
        Ok(as_filed::write(&tree, &plugin.form.xml))
    }

    #[expect(clippy::too_many_arguments, reason = "each is one thing a page shows")]
    fn render(
        &self,
        plugin: &Plugin,
        record: &Record,
        Whole { filing, replaced, as_filed, compared }: Whole,
        id: &str,
        draft: bool,
        mut names: Names,
        earlier: &[Finding],
        findings: &mut Vec<Finding>,
        coded: &mut Option<Coded>,
    ) -> Result<Rendered, RenderError> {
        if draft {
            names.mark_draft();
        }
        let (mut files, mut renderers) = (Vec::new(), Vec::new());
        let scope = Scope { catalogue: &self.engine.catalogue, root: &record.root, rows: &[] };
        let said = earlier.iter().chain(findings.iter()).map(|finding| finding.rule.clone()).collect();
        let blocked = earlier.iter().chain(findings.iter()).any(|finding| finding.counts(Severity::Error));
        // A destination without Word documents pays nothing for them.
        let mut word =
            (!plugin.word.is_empty()).then(|| Word::new(self, plugin, (record, filing), &names, (id, draft), (said, blocked)));
        findings.extend(coded.iter_mut().flat_map(|coded| coded.render(draft)));
        let outputs = plugin.manifest.outputs.iter().zip(&names.outputs).zip(&plugin.conditions);
        for (at, ((output, name), when)) in outputs.enumerate() {
            let applies = when.as_ref().map_or(Ok(true), |when| when.truth(scope));
            if !applies.map_err(|problem| RenderError::Condition { name: name.clone(), problem })? {
                continue;
            }
            let bytes = match (output.renderer, &output.template) {
                (Renderer::Docx, _) => {
                    let made = word.as_mut().map(|word| word.output(at, output, name)).transpose()?;
                    for file in made.into_iter().flatten() {
                        renderers.push(output.renderer);
                        files.push(file);
                    }
                    continue;
                }
                (renderer, _) if renderer.is_coded() => {
                    let Some(coded) = coded else { continue };
                    for file in coded.output(output, name)? {
                        renderers.push(output.renderer);
                        files.push(file);
                    }
                    findings.extend(coded.said());
                    continue;
                }
                (Renderer::FormXml, _) => self.xml(plugin, filing, as_filed, findings)?,
                (Renderer::FormPdf, _) => {
                    // Drawing costs more than all the rest, so nothing is drawn that no one will see.
                    let open = earlier.iter().chain(findings.iter()).any(|finding| finding.counts(Severity::Error));
                    if self.job.until < Stage::Render || (self.job.until == Stage::Package && open && !draft) {
                        continue;
                    }
                    let sheet = Sheet { title: &names.submission, made: &self.job.now, draft };
                    match self.printed(filing, plugin, sheet) {
                        Ok(Some(bytes)) => bytes,
                        // Without a printer the run has said so, once; everything else is made all the same.
                        Ok(None) => continue,
                        Err(finding) => {
                            findings.push(*finding);
                            continue;
                        }
                    }
                }
                (Renderer::EntryHtml | Renderer::EntryXlsx | Renderer::EntryJson, _) => {
                    let all: Vec<Finding> = earlier.iter().chain(findings.iter()).cloned().collect();
                    let sheet = entry::Sheet::build(&entry::Given {
                        plugin,
                        filing,
                        sources: &record.sources,
                        catalogue: &self.engine.catalogue,
                        trial: id,
                        submission: &names.submission,
                        built: &self.job.now,
                        draft,
                        compared,
                        findings: &all,
                    });
                    match output.renderer {
                        Renderer::EntryXlsx => entry::xlsx(&sheet)?,
                        Renderer::EntryJson => entry::json(&sheet)?.into_bytes(),
                        _ => entry::html(&sheet).into_bytes(),
                    }
                }
                (_, template) => {
                    let page = Page {
                        trial: id,
                        title: &plugin.form.title,
                        form_version: &plugin.form.version,
                        built: &self.job.now,
                        draft,
                        submission: &names.submission,
                        lines: filing.lines(&plugin.form, &record.sources, Lang::Ja),
                        findings: earlier
                            .iter()
                            .chain(findings.iter())
                            .map(|finding| PageFinding::new(finding, Lang::Ja))
                            .collect(),
                        replacements: replaced,
                    };
                    let (template, form) = (template.as_deref().unwrap_or_default(), Filled::new(filing, &plugin.form));
                    match output.renderer {
                        Renderer::Table => plugin.templates.table(template, &names, &page, &form)?,
                        _ => plugin.templates.document(template, &names, &page, &form)?.into_bytes(),
                    }
                }
            };
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if bytes.len() > limits::OUTPUT_BYTES {
                return Err(RenderError::TooLarge { name: name.clone(), limit: limits::OUTPUT_BYTES });
            }
            renderers.push(output.renderer);
            files.push(OutputFile { name: name.clone(), bytes, packed: output.packed });
        }
        findings.extend(word.into_iter().flat_map(Word::findings));
        Ok(Rendered { names, files, renderers })
    }

    /// Draws a filing as PDF; nothing when there is no printer or the form has no paper.
    fn printed(&self, filing: &Filing, plugin: &Plugin, sheet: Sheet) -> Result<Option<Vec<u8>>, Box<Finding>> {
        let Ok(printer) = self.engine.printer() else { return Ok(None) };
        let Some(paper) = Paper::of(filing, &plugin.form, sheet) else { return Ok(None) };
        printer.print(&paper).map(Some).map_err(|error| {
            let finding = |id: &str, values: &[(&str, Text)]| Box::new(self.engine.book.finding(id, Place::default(), values));
            match error {
                PrintError::NoGlyph { characters, font } => {
                    finding("PD-0003", &[("characters", characters.into()), ("font", font.into())])
                }
                PrintError::TooLong { lines, limit } => {
                    finding("PD-0005", &[("lines", lines.to_string().into()), ("limit", limit.to_string().into())])
                }
                PrintError::Failed { problem } => finding("PD-0004", &[("problem", problem.into())]),
            }
        })
    }

    fn schema_findings(&self, schema: Option<&Schema>, rendered: &Rendered) -> Vec<Finding> {
        let Some(schema) = schema else { return Vec::new() };
        let mut findings = Vec::new();
        let made = rendered.renderers.iter().zip(&rendered.files);
        for (_, file) in made.filter(|(renderer, _)| **renderer == Renderer::FormXml) {
            let violations = schema.violations(&file.bytes).into_iter();
            findings.extend(violations.map(|violation| violation.finding(&self.engine.book, &file.name)));
        }
        findings
    }

    #[expect(clippy::too_many_arguments, reason = "each is one thing a package holds or says")]
    fn package(
        &self,
        plugin: &Plugin,
        schema: bool,
        id: &str,
        rendered: &Rendered,
        attachments: &[Attachment],
        findings: &[Finding],
        draft: bool,
    ) -> Result<(Built, Packed), Box<Finding>> {
        let book = &self.engine.book;
        let fail = |rule: &str, values: &[(&str, Text)]| Box::new(book.finding(rule, Place::default(), values));
        let io = |problem: String| fail("PK-0001", &[("problem", problem.into())]);
        let trial_folder =
            path_part(id).map_err(|error| fail("PK-0003", &[("id", id.into()), ("problem", error.to_string().into())]))?;
        let names = &rendered.names;
        for file in rendered.files.iter().filter(|file| file.packed) {
            if file.name.chars().count() > limits::ARCHIVE_PATH_CHARS {
                let limit = limits::ARCHIVE_PATH_CHARS.to_string();
                return Err(fail("PK-0004", &[("name", file.name.as_str().into()), ("limit", limit.into())]));
            }
        }
        let out = self.job.out.clone().unwrap_or_else(|| PathBuf::from("."));
        let folder = out.join(trial_folder).join(plugin.id()).join(&names.folder);
        let (zip, inside) = assemble(&folder, &rendered.files, attachments).map_err(|error| match error {
            ArchiveError::Write(error) => io(error.to_string()),
            ArchiveError::Changed { name } => {
                let at = attachments.iter().find(|attachment| holds(attachment, &name)).map(|attachment| attachment.at.clone());
                Box::new(book.finding("AT-0018", at.unwrap_or_default(), &[("name", name.into())]))
            }
        })?;
        let manifest = PackageManifest {
            todokede: env!("CARGO_PKG_VERSION"),
            draft,
            built: &self.job.now,
            trial: id,
            submission: &names.submission,
            plugin: Versioned { id: plugin.id(), version: &plugin.manifest.version, effective: "" },
            form: Versioned { id: &plugin.form.id, version: &plugin.form.version, effective: &plugin.form.effective },
            schema: if schema { "checked" } else { "not checked" },
            inputs: self.inputs,
            archive: zip.entry(&names.archive),
            files: rendered
                .files
                .iter()
                .map(|file| FileEntry::of(&file.name, &file.bytes, file.packed))
                .chain(inside)
                .collect(),
            findings,
        };
        let mut files: Vec<(&str, &[u8])> =
            rendered.files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
        let mut listed: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
        listed.extend([names.archive.clone(), MANIFEST.to_owned()]);
        let written = manifest.to_bytes();
        let (bytes, staged) = match zip {
            Made::Bytes(bytes) => (Some(bytes), None),
            Made::Staged(staged) => (None, Some((names.archive.as_str(), staged))),
        };
        files.extend(bytes.as_deref().map(|bytes| (names.archive.as_str(), bytes)));
        store(&folder, &files, staged, &written).map_err(|error| match error {
            StoreError::Io { .. } => io(error.to_string()),
            StoreError::Foreign { .. } => fail("PK-0002", &[("problem", error.to_string().into())]),
        })?;
        let built = Built { trial: id.to_owned(), plugin: plugin.id().to_owned(), folder, files: listed, draft };
        Ok((built, Packed { archive: manifest.archive, files: manifest.files }))
    }
}

/// Returns whether an attachment has a name, or a file of that name in it.
fn holds(attachment: &Attachment, name: &str) -> bool {
    attachment.name == name
        || matches!(&attachment.content, Content::Bundle(members) if members.iter().any(|(member, _)| member == name))
}

/// Returns whether a finding of the reading stage stands in the way of a trial: its own, or one of its whole file.
fn concerns(finding: &Finding, id: &str, record: &Record) -> bool {
    if !finding.trial.is_empty() {
        return finding.trial == id;
    }
    let (file, _) = record.sources.sheet(0);
    finding.at.file.is_empty() || finding.at.file == file || finding.at.file.ends_with(file)
}

/// Shows a file for `--stop-after render`: its text, or of one that is no text its hash.
fn shown((renderer, file): (&Renderer, &OutputFile)) -> Kept {
    let is_text = match renderer {
        Renderer::FormPdf | Renderer::EntryXlsx | Renderer::Docx | Renderer::ReportXlsx | Renderer::ReportDocx => false,
        Renderer::Code => std::str::from_utf8(&file.bytes).is_ok(),
        Renderer::FormXml
        | Renderer::Template
        | Renderer::Table
        | Renderer::EntryHtml
        | Renderer::EntryJson
        | Renderer::ReportCsv
        | Renderer::ReportHtml
        | Renderer::ReportJson => true,
    };
    let content =
        if is_text { ("text", String::from_utf8_lossy(&file.bytes).into_owned()) } else { ("sha256", sha256(&file.bytes)) };
    json!({"name": file.name, "packed": file.packed, content.0: content.1})
}
