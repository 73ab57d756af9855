//! The whole way, and the only place that knows all of it: inputs in, findings and packages out.

mod code;
mod deadlines;
pub mod engine;
mod filing;
mod last;
mod missing;
mod outcome;
mod packing;
mod previous;
mod rendering;
mod series;
mod word;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde_json::Value;

use crate::as_filed::forget_respelled;
use crate::ingest::{Ingested, ingest};
use crate::ledger::{Entry, Ledger, broken, torn};
use crate::limits;
use crate::model::finding::sort;
use crate::model::{Finding, Lang, Place, Record, RuleBook, ScopeIx, Severity, Text};
use crate::normalise::normalise;
use crate::package::FileEntry;
use crate::plugin::{Plugin, Renderer};
use crate::read_back::{decode, read_back, recognise};
use crate::render::docx::office::Office;
use crate::render::docx::template::Template;
use crate::render::facts::Facts;
use crate::render::printer::NoPrinter;
use crate::settings::Settings;
use crate::validate::schema::Schema;
use crate::waivers::Waivers;

pub use deadlines::{DueList, due_list};
pub use engine::{Engine, EngineError};
pub use missing::{Missing, missing};
pub use outcome::{Built, Checked, Outcome};

/// The stages of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Cells, each with its origin.
    Ingest,
    /// Canonical texts.
    Normalise,
    /// Items of the form.
    Map,
    /// Findings.
    Validate,
    /// Files.
    Render,
    /// Files on disk.
    Package,
}

impl Stage {
    /// All stages with the names that the command takes.
    pub const NAMES: [(&'static str, Stage); 6] = [
        ("ingest", Stage::Ingest),
        ("normalise", Stage::Normalise),
        ("map", Stage::Map),
        ("validate", Stage::Validate),
        ("render", Stage::Render),
        ("package", Stage::Package),
    ];
}

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct Job {
    /// Files to read.
    pub inputs: Vec<PathBuf>,
    /// Ids of the plugins to run; empty for those that each record asks for.
    pub plugins: Vec<String>,
    /// The last stage to run; outputs are written only by [`Stage::Package`].
    pub until: Stage,
    /// Where packages go; needed for [`Stage::Package`].
    pub out: Option<PathBuf>,
    /// The ledger: blank fields are filled from it, and what is packaged is entered in it; without one neither is done.
    pub ledger: Option<PathBuf>,
    /// The day of the run, ISO: the engine never asks the clock.
    pub now: String,
    /// Threads.
    pub jobs: usize,
    /// Whether filings with open errors are packaged, marked as drafts.
    pub draft: bool,
    /// Filings that came before, to compare with: XML, JSON or workbooks.
    pub previous: Vec<PathBuf>,
    /// Findings that someone accepts.
    pub waivers: Option<Waivers>,
    /// The authority's schema; without it one that lies beside the form is used.
    pub xsd: Option<PathBuf>,
    /// Whether the outcome keeps what the last stage made, for `--stop-after`.
    pub keep: bool,
    /// What is asked of Word documents.
    pub word: WordOptions,
    /// What is set for plugins.
    pub settings: Settings,
}

/// What is asked of Word documents.
#[derive(Debug, Clone, Default)]
pub struct WordOptions {
    /// Templates that stand for a plugin's own, by their names without `.docx`.
    pub templates: BTreeMap<String, Arc<Template>>,
    /// Whether a check leaves the documents out and judges the data alone.
    pub left_out: bool,
    /// LibreOffice, which makes a PDF of each document and says on which page its headings stand.
    pub office: Option<Office>,
}

/// Trials whose entries are added to the ledger in one write; their item values are held in memory until then.
const BATCH: usize = 1_000;

/// Told of progress; a terminal draws it.
pub trait Progress: Sync {
    /// `done` of `total` filings are done.
    fn step(&self, done: usize, total: usize);
}

/// No progress.
#[derive(Debug, Clone, Copy)]
pub struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: usize, _: usize) {}
}

/// Runs a job. Everything that is wrong with the inputs comes back as findings.
///
/// # Errors
/// Returns what stops the run as a whole: an unknown plugin or threads that cannot be had.
pub fn run(engine: &Engine, job: &Job, progress: &dyn Progress) -> Result<Outcome, EngineError> {
    let mut plugins = engine.select(&job.plugins)?;
    let _resting = engine.resting();
    let told = !job.plugins.is_empty();
    let (filings, inputs) = engine.split(&job.inputs, &plugins);
    let Ingested { mut records, mut findings } = ingest(&inputs, &engine.catalogue, &engine.book);
    for filing in filings {
        let back = read_back(&filing.name, &filing.bytes, filing.plugin, &engine.catalogue, &engine.book);
        findings.extend(back.findings);
        findings.extend(engine.foreign_schema(&filing, job.xsd.as_deref()));
        records.push(back.record);
    }
    let mut outcome = Outcome { trials: records.len(), ..Outcome::default() };
    if job.until == Stage::Ingest {
        outcome.keep_records(job, &records, &engine.catalogue);
        return Ok(outcome.finish(findings, engine, job));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(job.jobs.max(1)).build().map_err(EngineError::threads)?;
    let share = share(records.len());
    let normalised: Vec<Vec<Finding>> =
        pool.install(|| records.par_iter_mut().map(|record| engine.normalised(record, share)).collect());
    if job.until == Stage::Normalise {
        outcome.keep_records(job, &records, &engine.catalogue);
        findings.extend(normalised.into_iter().flatten());
        return Ok(outcome.finish(findings, engine, job));
    }
    // What no record goes to has nothing to say of this run.
    let goes: BTreeSet<&str> =
        records.iter().flat_map(|record| engine.wanted(&plugins, told, record)).map(Plugin::id).collect();
    plugins.retain(|plugin| records.is_empty() || goes.contains(plugin.id()));
    let mut schemas = Vec::new();
    for plugin in &plugins {
        let (schema, finding) = engine.schema(plugin, job.xsd.as_deref());
        findings.extend(finding.map(|finding| Finding { plugin: plugin.id().to_owned(), ..finding }));
        schemas.push(schema);
    }
    let mut job = job.clone();
    let (mut ledger, said) = engine.ledger(&job);
    // Nothing is packaged that could not be entered; the inputs are checked all the same.
    if said.iter().any(|finding| finding.severity == Severity::Error) {
        job.until = job.until.min(Stage::Validate);
    }
    findings.extend(said);
    findings.extend(engine.no_printer(&plugins, job.until));
    // Only a manifest names the inputs' hashes.
    let named: &[PathBuf] = if job.until == Stage::Package { &job.inputs } else { &[] };
    let inputs = named.iter().filter_map(|input| hashed(input)).collect::<Vec<_>>();
    let (mut previous, problems) = previous::load(engine, &job.previous, &plugins);
    findings.extend(problems);
    engine.waive(&mut findings, &job);
    let (done, total) = (AtomicUsize::new(0), records.len());
    let mut found = Vec::new();
    let alone = records.len() == 1;
    let (turns, clashes) = engine.turns(&plugins, told, &records);
    findings.extend(clashes);
    let chained = turns.iter().any(|turn| *turn > 0);
    let mut queue: Vec<(usize, (Record, Vec<Finding>))> = turns.into_iter().zip(records.into_iter().zip(normalised)).collect();
    queue.sort_by_key(|(turn, _)| *turn);
    let mut queue = queue.into_iter().peekable();
    while let Some((turn, _)) = queue.peek() {
        let turn = *turn;
        let batch = std::iter::from_fn(|| queue.next_if(|(next, _)| *next == turn)).take(BATCH);
        let batch: Vec<(Record, Vec<Finding>)> = batch.map(|(_, pair)| pair).collect();
        let shared = filing::Shared {
            engine,
            job: &job,
            plugins: &plugins,
            named: told,
            schemas: &schemas,
            inputs: &inputs,
            ingested: &findings,
            share,
            ledger: ledger.as_ref(),
            previous: &previous,
            alone,
            chained,
        };
        let trials: Vec<filing::Trial> = pool.install(|| {
            let trial = |(record, findings)| {
                let trial = shared.trial(record, findings);
                progress.step(done.fetch_add(1, Ordering::Relaxed) + 1, total);
                trial
            };
            batch.into_par_iter().map(trial).collect()
        });
        let mut entries: Vec<Entry> = Vec::new();
        for trial in trials {
            found.extend(trial.findings);
            outcome.checked.extend(trial.checked);
            outcome.built.extend(trial.built);
            outcome.kept.extend(trial.kept);
            entries.extend(trial.entries);
            previous.extend(trial.filings);
        }
        // The packages are on disk by now. If their entries cannot be added, the next run finds both and adds them.
        if let Some(ledger) = &mut ledger
            && let Err(error) = ledger.append(&entries)
        {
            found.extend(broken(&error, &engine.book));
            job.until = job.until.min(Stage::Validate);
        }
    }
    findings.extend(found);
    Ok(outcome.finish(findings, engine, &job))
}

impl Engine {
    /// Works out which filings of a run follow others of it: 0 for the first of a series, 1 for the next, and so on.
    ///
    /// Two records that are the same filing of one trial are findings: one would be written over the other.
    fn turns(&self, plugins: &[&Plugin], named: bool, records: &[Record]) -> (Vec<usize>, Vec<Finding>) {
        let mut turns = vec![0; records.len()];
        let mut clashes = Vec::new();
        for plugin in plugins.iter().filter(|plugin| plugin.manifest.ledger.is_some()) {
            let goes = |record: &Record| self.wanted(plugins, named, record).iter().any(|known| known.id() == plugin.id());
            let position = |record: &Record| plugin.templates.position(&Facts::new(&self.catalogue, &record.root)).ok();
            let mut series: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
            for (at, record) in records.iter().enumerate().filter(|(_, record)| goes(record)) {
                if let Some(position) = position(record) {
                    series.entry(position.series).or_default().push((position.order, at));
                }
            }
            for mut filings in series.into_values().filter(|filings| filings.len() > 1) {
                filings.sort();
                for pair in filings.windows(2) {
                    if let [(one, first), (other, second)] = pair
                        && one == other
                        && let (Some(first), Some(second)) = (records.get(*first), records.get(*second))
                    {
                        clashes.extend(self.clash(first, second));
                    }
                }
                let mut orders: Vec<String> = filings.iter().map(|(order, _)| order.clone()).collect();
                orders.dedup();
                for (order, at) in filings {
                    let turn = orders.iter().position(|known| *known == order).unwrap_or(0);
                    if let Some(slot) = turns.get_mut(at) {
                        *slot = turn.max(*slot);
                    }
                }
            }
        }
        (turns, clashes)
    }

    /// Reports two records that are the same filing of one trial, at both places.
    fn clash(&self, first: &Record, second: &Record) -> Vec<Finding> {
        let id = first.id(&self.catalogue);
        let Some(key) = self.catalogue.scope(ScopeIx::ROOT).key.filter(|_| id == second.id(&self.catalogue)) else {
            return Vec::new();
        };
        let place = |record: &Record| record.sources.place(&record.root.origin(key, &self.catalogue));
        let finding = |at: &Record, other: &Record| {
            let other = place(other);
            let others = Text::new(other.display(Lang::Ja), other.display(Lang::En));
            let finding = self.book.finding("IN-0051", place(at), &[("id", id.into()), ("others", others)]);
            let mut finding = finding.found(id, &self.catalogue.field(key).id);
            id.clone_into(&mut finding.trial);
            finding
        };
        vec![finding(first, second), finding(second, first)]
    }

    /// Settles the findings that are waived.
    fn waive(&self, findings: &mut [Finding], job: &Job) {
        if let Some(waivers) = &job.waivers {
            waivers.apply(findings, &self.book, |finding| self.may_waive(finding));
        }
    }

    /// Normalises one record; its findings carry its id.
    fn normalised(&self, record: &mut Record, share: usize) -> Vec<Finding> {
        for plugin in self.plugins.values() {
            forget_respelled(record, plugin, &self.catalogue);
        }
        let mut findings = bounded(normalise(record, &self.catalogue, &self.book), share, &self.book);
        let id = record.id(&self.catalogue);
        for finding in &mut findings {
            id.clone_into(&mut finding.trial);
        }
        findings
    }

    /// Reads the ledger of a job; findings say that it is damaged or cannot be read.
    fn ledger(&self, job: &Job) -> (Option<Ledger>, Vec<Finding>) {
        let Some(path) = job.ledger.as_deref() else { return (None, Vec::new()) };
        match Ledger::open(path) {
            Ok(ledger) => {
                let torn = ledger.torn().map(|line| torn(path, line, &self.book));
                (Some(ledger), torn.into_iter().collect())
            }
            Err(error) => (None, broken(&error, &self.book)),
        }
    }

    /// Says once for a run that PDF files were wanted and could not be drawn.
    fn no_printer(&self, plugins: &[&Plugin], until: Stage) -> Option<Finding> {
        let wants = |plugin: &&Plugin| plugin.manifest.outputs.iter().any(|output| output.renderer == Renderer::FormPdf);
        let printed: Vec<&&Plugin> = plugins.iter().filter(|plugin| wants(plugin)).collect();
        let of = match printed.as_slice() {
            [] => return None,
            [plugin] => plugin.id().to_owned(),
            _ => String::new(),
        };
        if until < Stage::Render {
            return None;
        }
        let finding = |id: &str, values: &[(&str, Text)]| Finding {
            plugin: of.clone(),
            ..self.book.finding(id, Place::default(), values)
        };
        match self.printer().err()? {
            NoPrinter::NotBuilt => Some(finding("PD-0001", &[])),
            NoPrinter::NoFont { looked } => {
                let looked = Text::new(looked.join("、"), looked.join(", "));
                Some(finding("PD-0002", &[("looked", looked)]))
            }
        }
    }

    /// Finds and parses the schema of a plugin's form; a finding says that there is none or that it cannot be used.
    fn schema(&self, plugin: &Plugin, given: Option<&Path>) -> (Option<Schema>, Option<Finding>) {
        if !plugin.form.has_xml() {
            return (None, None);
        }
        let name = plugin.form.xml.schema.as_str();
        let (bytes, shown) = match given {
            Some(path) => (std::fs::read(path).ok().map(Into::into), path.display().to_string()),
            None => (plugin.form_files.read(name), plugin.form_files.display(name)),
        };
        // These findings name no file, so that they hold for every trial: a check that was asked for and cannot be made
        // lets nothing pass.
        let unusable = |problem: Text| {
            let problem = Text::new(format!("{shown}：{}", problem.ja), format!("{shown}: {}", problem.en));
            self.book.finding("XS-0002", Place::default(), &[("problem", problem)])
        };
        let read = match bytes {
            Some(bytes) => Schema::parse(&bytes).map_err(|error| unusable(error.to_string().into())),
            None if given.is_some() => Err(unusable(Text::new("開けません", "cannot be opened"))),
            None => Err(self.book.finding("XS-0003", Place::default(), &[("schema", name.into())])),
        };
        match read {
            Ok(schema) => (Some(schema), None),
            Err(mut finding) => {
                plugin.id().clone_into(&mut finding.plugin);
                (None, Some(finding))
            }
        }
    }
}

/// An input that is a filing made before.
struct OldFiling<'a> {
    name: String,
    bytes: Vec<u8>,
    plugin: &'a Plugin,
}

impl Engine {
    /// Tells filings made before from other inputs.
    fn split<'a>(&self, inputs: &[PathBuf], plugins: &[&'a Plugin]) -> (Vec<OldFiling<'a>>, Vec<PathBuf>) {
        let (mut filings, mut others) = (Vec::new(), Vec::new());
        for input in inputs {
            let is_small = std::fs::metadata(input).is_ok_and(|about| about.is_file() && about.len() <= limits::INPUT_BYTES);
            let is_xml = input.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
            let bytes = if is_small && is_xml { std::fs::read(input).unwrap_or_default() } else { Vec::new() };
            match recognise(&bytes, plugins.iter().copied()) {
                Some(plugin) => {
                    let name = input.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    filings.push(OldFiling { name, bytes, plugin });
                }
                None => others.push(input.clone()),
            }
        }
        (filings, others)
    }

    /// Checks a filing made before against its schema, as it is and not as we would write it.
    fn foreign_schema(&self, filing: &OldFiling, given: Option<&Path>) -> Vec<Finding> {
        let (Some(schema), _) = self.schema(filing.plugin, given) else { return Vec::new() };
        let decoded = decode(&filing.bytes);
        // The validator reads UTF-8; a declaration of another encoding would no longer be true.
        let bytes = match decoded.as_deref().filter(|_| std::str::from_utf8(&filing.bytes).is_err()) {
            Some(text) => text.split_once("?>").map_or(text, |(_, rest)| rest).as_bytes(),
            None => &filing.bytes,
        };
        schema.violations(bytes).into_iter().map(|violation| violation.finding(&self.book, &filing.name)).collect()
    }
}

/// Describes an input file by its name and hash, without its path.
fn hashed(input: &Path) -> Option<FileEntry> {
    let bytes = std::fs::read(input).ok()?;
    let name = input.file_name().unwrap_or_default().to_string_lossy();
    Some(FileEntry::of(&name, &bytes, false))
}

/// Keeps findings of one trial within its share, the gravest first; how many were left out is a finding itself.
fn bounded(mut findings: Vec<Finding>, share: usize, book: &RuleBook) -> Vec<Finding> {
    let over = findings.len().saturating_sub(share);
    if over > 0 {
        findings.sort_by_key(|finding| finding.severity);
        findings.truncate(share);
        findings.push(book.finding("RL-0003", Place::default(), &[("count", over.to_string().into())]));
    }
    findings
}

/// Shares out the findings of a run: the same for each trial, whatever the threads do.
fn share(trials: usize) -> usize {
    (limits::FINDINGS_PER_RUN / trials.max(1)).clamp(1, limits::FINDINGS_PER_TRIAL)
}

/// The places that findings point to.
fn places(findings: &[Finding]) -> BTreeSet<Place> {
    findings.iter().filter(|finding| finding.severity == Severity::Error).map(|finding| finding.at.clone()).collect()
}

impl Outcome {
    fn keep_records(&mut self, job: &Job, records: &[Record], catalogue: &crate::model::Catalogue) {
        if job.keep {
            self.kept.extend(records.iter().map(|record| record.to_traced_json(catalogue)));
        }
    }

    fn finish(mut self, mut findings: Vec<Finding>, engine: &Engine, job: &Job) -> Outcome {
        engine.waive(&mut findings, job);
        // Before the whole way is gone, what a waiver is for may not have been found yet.
        if let Some(waivers) = job.waivers.as_ref().filter(|_| job.until >= Stage::Validate) {
            findings.extend(waivers.idle(&findings, &engine.book));
        }
        sort(&mut findings);
        self.findings = findings;
        self
    }
}

/// What a stage made, for `--stop-after`.
type Kept = Value;
