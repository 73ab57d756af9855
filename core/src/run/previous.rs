//! The filings that came before those of a run, and what changed since.

use std::path::{Path, PathBuf};

use super::Engine;
use super::series::{Before, is_undone};
use crate::changes::{Changed, Computed, Declared, Entries, Numbers, apply_given, compare, compute, list, without_deleted};
use crate::ingest::ingest;
use crate::map::map;
use crate::map::replace::replace;
use crate::model::{Filing, Finding, Lang, Place, Record, Severity, Text};
use crate::normalise::normalise;
use crate::plugin::Plugin;
use crate::read_back::{read_back, recognise};
use crate::render::facts::Facts;
use crate::render::templates::Position;
use crate::validate::changes::Known;

/// A filing that came before.
#[derive(Debug, Clone)]
pub(super) struct Previous {
    pub(super) plugin: String,
    pub(super) trial: String,
    /// Its place among the filings of its trial; empty where its names cannot be made.
    pub(super) position: Position,
    /// Where it was found.
    pub(super) from: From,
    /// Without the rows it deleted and without marks.
    pub(super) filing: Filing,
    pub(super) numbers: Numbers,
    /// Its marks.
    pub(super) marks: Vec<Said>,
}

/// Where a filing that came before was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    /// Somebody gave its file to compare with.
    Given(String),
    /// It is made by the same run.
    Run,
    /// A line of the ledger.
    Ledger(u64),
}

/// What a mark says: target, row, date and reason.
pub(super) type Said = [String; 4];

fn said(changed: &Changed) -> Said {
    [changed.target.clone(), changed.names(), changed.change.date.clone(), changed.change.reason.clone()]
}

impl Previous {
    /// Takes a record as the filing that came before.
    pub(super) fn new(record: &Record, plugin: &Plugin, engine: &Engine) -> Previous {
        let (mut filing, _) = map(record, plugin, &engine.catalogue);
        // What was replaced in the last filing is what it said.
        replace(&mut filing, record, plugin, &engine.catalogue, &engine.book);
        apply_given(&mut filing, &Entries::read(record, &engine.catalogue), Declared::of(plugin, &engine.catalogue));
        let position = plugin.templates.position(&Facts::new(&engine.catalogue, &record.root)).unwrap_or_default();
        let id = record.id(&engine.catalogue).to_owned();
        let (file, _) = record.sources.sheet(0);
        let from = From::Given(file.to_owned());
        Previous { from, ..Previous::made(filing, plugin, id, position, engine) }
    }

    /// Takes a record of this run as a filing that others may follow.
    pub(super) fn of_run(record: &Record, plugin: &Plugin, engine: &Engine) -> Previous {
        Previous { from: From::Run, ..Previous::new(record, plugin, engine) }
    }

    /// Returns whether it is of the same series as a place.
    pub(super) fn is_of(&self, plugin: &Plugin, position: &Position) -> bool {
        self.plugin == plugin.id() && !position.series.is_empty() && self.position.series == position.series
    }

    /// Returns the filing, without the rows it deleted and without marks.
    pub(super) fn filing(&self) -> &Filing {
        &self.filing
    }

    /// Names it for people: its kind and its day.
    pub(super) fn name(&self, plugin: &Plugin) -> String {
        let form = &plugin.form;
        let filed = form.find(&form.changes.filed).map_or("", |item| self.filing.text(item));
        format!("{}（{filed}）", self.filing.text(form.kind_item))
    }

    /// Says where it was found.
    pub(super) fn place(&self) -> Text {
        match &self.from {
            From::Given(file) => file.as_str().into(),
            From::Run => Text::new("今回の入力", "this run"),
            From::Ledger(line) => Text::new(format!("台帳の{line}行目"), format!("line {line} of the ledger")),
        }
    }

    /// Takes a filing of this run, with its marks, as the one that came before.
    pub(super) fn made(mut filing: Filing, plugin: &Plugin, trial: String, position: Position, engine: &Engine) -> Previous {
        let marks = list(&filing, Declared::of(plugin, &engine.catalogue)).iter().map(said).collect();
        let mut numbers = Numbers::default();
        numbers.note(&filing);
        without_deleted(&mut filing);
        Previous { plugin: plugin.id().to_owned(), trial, position, from: From::Run, filing, numbers, marks }
    }
}

/// Reads the filings that came before.
pub(super) fn load(engine: &Engine, paths: &[PathBuf], plugins: &[&Plugin]) -> (Vec<Previous>, Vec<Finding>) {
    let (mut all, mut findings) = (Vec::new(), Vec::new());
    for path in paths {
        for plugin in plugins {
            let (records, problem) = records(engine, path, plugin);
            all.extend(records.iter().map(|record| Previous::new(record, plugin, engine)));
            findings.extend(problem);
        }
    }
    (all, findings)
}

/// Reads one file as filings of a plugin's form; a finding says why it cannot be used.
pub(super) fn records(engine: &Engine, path: &Path, plugin: &Plugin) -> (Vec<Record>, Option<Finding>) {
    let file = path.display().to_string();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bad = |problem: Text| {
        let values = [("file", Text::from(file.as_str())), ("problem", problem)];
        engine.book.finding("CG-0005", Place::file(&name), &values)
    };
    let is_xml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
    let (mut records, mut findings) = if is_xml {
        let Ok(bytes) = std::fs::read(path) else {
            return (Vec::new(), Some(bad(Text::new("開けません", "cannot be opened"))));
        };
        if recognise(&bytes, [plugin]).is_none() {
            return (Vec::new(), Some(bad(Text::new("この様式の届出ではありません", "is no filing of this form"))));
        }
        let back = read_back(&name, &bytes, plugin, &engine.catalogue, &engine.book);
        (vec![back.record], back.findings)
    } else {
        let read = ingest(&[path.to_path_buf()], &engine.catalogue, &engine.book);
        (read.records, read.findings)
    };
    for record in &mut records {
        findings.extend(normalise(record, &engine.catalogue, &engine.book));
    }
    // What the last filing said wrongly is not mended here, but what could not be read of it would look deleted.
    let unread = findings.iter().find(|finding| finding.severity == Severity::Error && is_loss(finding));
    match unread {
        Some(finding) => (Vec::new(), Some(bad(finding.message.clone()))),
        None if records.is_empty() => (Vec::new(), Some(bad(Text::new("届出がありません", "holds no filing")))),
        None => (records, None),
    }
}

/// Returns whether a finding of reading says that something was not read.
fn is_loss(finding: &Finding) -> bool {
    finding.rule.starts_with("IN-") || ["RB-0001", "RB-0002"].contains(&finding.rule.as_str())
}

/// Works out what changed since the filing that came before.
pub(super) fn changed(
    engine: &Engine,
    plugin: &Plugin,
    record: &Record,
    mut filing: Filing,
    entries: Entries,
    filings: &Before,
) -> (Filing, Known) {
    let declared = Declared::of(plugin, &engine.catalogue);
    let Some(before) = &filings.last else {
        apply_given(&mut filing, &entries, declared);
        let refused = filings.findings.iter().any(|finding| finding.severity == Severity::Error);
        return (filing, Known { entries, refused, ..Known::default() });
    };
    let computed = compute(&before.filing, &before.numbers, filing.clone(), &entries, declared, record.filed);
    if !record.filed {
        // The sheet of changes starts anew with each filing; what the last one said of its own change is a slip of copying.
        let marks = list(&computed.filing, declared);
        let repeated = marks.iter().filter(|changed| before.marks.contains(&said(changed)));
        let repeated = repeated.map(|changed| changed.change.origin.clone()).collect();
        let undone = filings.earlier.as_ref().map(|earlier| marks.iter().filter(|mark| is_undone(mark, earlier)));
        let undone = undone.into_iter().flatten().map(|mark| mark.target_label(declared, Lang::Ja)).collect();
        let (renamed, long_gone) = (computed.renamed, computed.long_gone);
        let known = Known { entries, compared: true, renamed, long_gone, repeated, undone, ..Known::default() };
        return (computed.filing, known);
    }
    // A filing that somebody made is judged by the marks it carries.
    apply_given(&mut filing, &entries, declared);
    let differences = compare(&filing, &computed.filing);
    (filing, Known { entries, compared: true, differences, ..Known::default() })
}

impl Engine {
    /// Compares two filings of one trial: the current one with its marks, whatever kind it says it is.
    pub fn difference(&self, last: &Record, current: &Record, plugin: &Plugin) -> Computed {
        let declared = Declared::of(plugin, &self.catalogue);
        let before = Previous::new(last, plugin, self);
        let (mut filing, _) = map(current, plugin, &self.catalogue);
        replace(&mut filing, current, plugin, &self.catalogue, &self.book);
        let entries = Entries::read(current, &self.catalogue);
        compute(&before.filing, &before.numbers, filing, &entries, declared, current.filed)
    }
}
