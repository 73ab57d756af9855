//! One trial on its way through the stages after normalising, for each plugin.

use std::borrow::Cow;

use serde_json::json;

use super::code::{Coded, Told};
use super::previous::{Previous, changed};
use super::rendering::{Whole, shown};
use super::series::{Before, Search};
use super::{Built, Checked, Engine, Job, Kept, Stage, bounded, places};
use crate::as_filed;
use crate::attachments::{self, gather};
use crate::changes::Entries;
use crate::consistency::{self, Showing};
use crate::ledger::{self, Entry, Ledger};
use crate::map::replace::{Replaced, replace};
use crate::map::{Fault, map};
use crate::model::{Filing, Finding, Lang, Record, ScopeIx, Severity, Status};
use crate::package::FileEntry;
use crate::plugin::Plugin;
use crate::render::facts::Facts;
use crate::render::templates::{DRAFT, Position, path_part};
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
        let told = Told { job: self.job, ledger: self.ledger, plugin, engine, record };
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

    fn keep(&self, trial: &mut Trial, made: impl FnOnce() -> Kept) {
        if self.job.keep {
            trial.kept.push(made());
        }
    }
}

/// Returns whether a finding of the reading stage stands in the way of a trial: its own, or one of its whole file.
fn concerns(finding: &Finding, id: &str, record: &Record) -> bool {
    if !finding.trial.is_empty() {
        return finding.trial == id;
    }
    let (file, _) = record.sources.sheet(0);
    finding.at.file.is_empty() || finding.at.file == file || finding.at.file.ends_with(file)
}
