//! Reading inputs: workbooks, text tables and JSON become records in which every value knows its cell.
//!
//! An input is recognised by its content, checked against the limits before any reader sees it, read as a stream of
//! cells, and matched to the catalogue by its labels. Values are not changed here; that is the next stage's work.
//! Whatever the input is, the worst that comes of it is a finding.

mod assemble;
pub(crate) mod cells;
pub(crate) mod delimited;
mod guard;
mod headers;
pub(crate) mod json;
mod json_record;
mod layout;
mod leaf;
mod ods;
mod ole;
mod page;
pub(crate) mod recognise;
pub(crate) mod report;
mod serial;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod workbook;
mod xls;
mod xlsx;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assemble::{Trial, id_of};
use headers::Labels;
use json_record::Shapes;
use recognise::{Format, recognise};
use report::{Problem, Report, clip};
use workbook::Workbook;

use crate::limits::{FINDINGS_PER_TRIAL, INPUT_BYTES, TRIALS};
use crate::model::{Catalogue, FieldIx, Finding, Place, Record, RuleBook, ScopeIx, Text};

/// What was read from all inputs.
#[derive(Debug, Default)]
pub struct Ingested {
    /// The trials, in the order of the inputs and within one of its rows.
    pub records: Vec<Record>,
    /// What was wrong on the way, in no particular order.
    pub findings: Vec<Finding>,
}

/// Reads every input; one `Sources` for each input file, shared by its records.
///
/// A file that cannot be read, and a value that cannot be taken, are findings and never errors.
pub fn ingest(inputs: &[PathBuf], catalogue: &Catalogue, book: &RuleBook) -> Ingested {
    let input = Input::new(catalogue);
    let mut all = Ingested::default();
    for (path, name) in inputs.iter().zip(names(inputs)) {
        let mut report = Report::new(book, &name);
        let room = TRIALS.saturating_sub(all.records.len());
        let trials = read_file(&input, &mut report, path).and_then(|trials| match trials.len() <= room {
            true => Ok(trials),
            false => Err(Problem::limit(Text::new("試験の数", "trials"), TRIALS)),
        });
        all.add(report, trials, path.parent().unwrap_or(Path::new("")));
    }
    check_ids(&input, book, &mut all);
    all
}

/// Reads a JSON text that is at hand, such as an example the binary carries; `name` stands for the file in findings.
pub fn ingest_json(name: &str, bytes: &[u8], catalogue: &Catalogue, book: &RuleBook) -> Ingested {
    let input = Input::new(catalogue);
    let mut all = Ingested::default();
    let mut report = Report::new(book, name);
    let trials = json_record::read(&input, &mut report, bytes);
    all.add(report, trials, Path::new(""));
    check_ids(&input, book, &mut all);
    all
}

impl Ingested {
    /// Takes over what one input gave.
    fn add(&mut self, mut report: Report<'_>, trials: Result<Vec<Trial>, Problem>, folder: &Path) {
        let trials = trials.unwrap_or_else(|problem| {
            report.problem(None, &problem);
            Vec::new()
        });
        let (sources, findings) = report.finish();
        let sources = Arc::new(sources.within(folder));
        self.findings.extend(findings);
        self.records.extend(trials.into_iter().map(|trial| Record {
            sources: Arc::clone(&sources),
            root: trial.root,
            filed: false,
        }));
    }
}

/// What every reader needs to know.
struct Input<'a> {
    catalogue: &'a Catalogue,
    labels: Labels,
    shapes: Shapes,
    /// The field by which trials are told apart.
    root_key: Option<FieldIx>,
}

impl<'a> Input<'a> {
    fn new(catalogue: &'a Catalogue) -> Input<'a> {
        Input {
            catalogue,
            labels: Labels::new(catalogue),
            shapes: Shapes::new(catalogue),
            root_key: catalogue.scope(ScopeIx::ROOT).key,
        }
    }
}

fn read_file(input: &Input<'_>, report: &mut Report<'_>, path: &Path) -> Result<Vec<Trial>, Problem> {
    let bytes = read_bytes(path)?;
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let recognised = recognise(&bytes, &extension)?;
    let format = recognised.format;
    if recognised.misnamed {
        report.problem(None, &Problem::new("IN-0004", vec![("extension", clip(&extension)), ("found", format.name().into())]));
    }
    if format == Format::Json {
        return json_record::read(input, report, &bytes);
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let workbook = Workbook::open(&bytes, format)?;
    Ok(layout::read_workbook(input, report, workbook, &stem))
}

/// Reads a file up to the limit on inputs.
///
/// # Errors
/// Returns what the system said, or that the limit is passed.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Problem> {
    let cannot = |error: std::io::Error| Problem::new("IN-0001", vec![("problem", clip(&error.to_string()))]);
    let file = File::open(path).map_err(cannot)?;
    let about = file.metadata().map_err(cannot)?;
    if !about.is_file() {
        // A folder, and also a pipe or device, from which reading might never end.
        return Err(Problem::new(
            "IN-0001",
            vec![("problem", Text::new("通常のファイルではありません", "not a regular file"))],
        ));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed, so that a file that grows meanwhile is noticed.
    file.take(INPUT_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > INPUT_BYTES {
        return Err(Problem::limit(Text::new("ファイルのバイト数", "bytes of the file"), INPUT_BYTES));
    }
    Ok(bytes)
}

/// Names inputs in findings by file name, or by path as given where two share a name.
fn names(inputs: &[PathBuf]) -> Vec<String> {
    let short = |path: &PathBuf| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for path in inputs {
        *count.entry(short(path)).or_default() += 1;
    }
    let is_shared = |name: &String| count.get(name).is_some_and(|count| *count > 1);
    inputs
        .iter()
        .map(|path| Some(short(path)).filter(|name| !is_shared(name)).unwrap_or_else(|| path.display().to_string()))
        .collect()
}

/// What tells the filings of one trial apart: its plan, each of its changes, its end.
const FILING: [&str; 3] = ["filing.kind", "filing.plan_count", "filing.change_count"];

/// Returns whether two records of one id are the same filing: in one file an id stands once, for its other sheets refer to
/// it; in two files it may stand for two filings of the trial.
fn same_filing(one: &Record, other: &Record, catalogue: &Catalogue) -> bool {
    let file = |record: &Record| record.sources.sheet(0).0.to_owned();
    let value = |record: &Record, id| catalogue.field_ix(id).and_then(|field| Some(record.root.leaf(field)?.value.clone()));
    file(one) == file(other) || FILING.iter().all(|id| value(one, id) == value(other, id))
}

/// Reports trials that share an id, over all inputs, at each of their places.
fn check_ids(input: &Input<'_>, book: &RuleBook, all: &mut Ingested) {
    let Some(key) = input.root_key else { return };
    let mut by_id: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in &all.records {
        let id = id_of(input, &record.root);
        if !id.is_empty() {
            by_id.entry(id).or_default().push(record);
        }
    }
    let place = |record: &Record| -> Place { record.sources.place(&record.root.origin(key, input.catalogue)) };
    let mut told = 0_usize;
    for (id, records) in by_id.iter().filter(|(_, records)| records.len() > 1) {
        for (at, record) in records.iter().enumerate() {
            let others = records.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<&&Record> =
                others.map(|(_, other)| other).filter(|other| same_filing(record, other, input.catalogue)).collect();
            if others.is_empty() {
                continue;
            }
            told += 1;
            if told > FINDINGS_PER_TRIAL {
                continue;
            }
            let others: Vec<Place> = others.into_iter().take(5).map(|other| place(other)).collect();
            let list = |lang| others.iter().map(|other| other.display(lang)).collect::<Vec<_>>().join(" / ");
            let others = Text::new(list(crate::model::Lang::Ja), list(crate::model::Lang::En));
            let mut finding = book.finding("IN-0051", place(record), &[("id", clip(id)), ("others", others)]);
            finding.trial.clone_from(id);
            all.findings.push(finding.found(id, &input.catalogue.field(key).id));
        }
    }
    if let Some(over) = told.checked_sub(FINDINGS_PER_TRIAL).filter(|over| *over > 0) {
        let values = [("count", over.to_string().into()), ("kept", FINDINGS_PER_TRIAL.to_string().into())];
        all.findings.push(book.finding("IN-0070", Place::default(), &values));
    }
}
