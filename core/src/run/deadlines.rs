//! Inputs in, what is due out: the way to the deadlines, which need no form to be filled.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::code::{Coded, Told};
use super::previous::{Previous, changed, load};
use super::series::{Before, Search};
use super::{Engine, EngineError, Job};
use crate::changes::{Declared, Entries, list};
use crate::deadlines::{Due, ItemChange, Known, PastFiling, Subject, deadlines, of_code, sort};
use crate::ingest::{Ingested, ingest};
use crate::ledger::{LedgerError, broken};
use crate::map::map;
use crate::model::finding::sort as sort_findings;
use crate::model::form::Change;
use crate::model::{ChangeStatus, Finding, Lang, Record, Text};
use crate::plugin::Plugin;
use crate::read_back::read_back;
use crate::render::facts::Facts;
use crate::render::templates::Position;

/// What is due.
#[derive(Debug, Default)]
pub struct DueList {
    /// Trials that were read.
    pub trials: usize,
    /// Everything that is due, the earliest first.
    pub dues: Vec<Due>,
    /// What was wrong with the inputs, sorted.
    pub findings: Vec<Finding>,
}

/// Works out what is due for every trial of a job's inputs; what was filed before is known from the ledger, from the
/// filings given with the job, and from its other inputs.
///
/// # Errors
/// Returns the first plugin that is not there.
pub fn due_list(engine: &Engine, job: &Job, now: Date) -> Result<DueList, EngineError> {
    let plugins = engine.select(&job.plugins)?;
    let _resting = engine.resting();
    let (filings, inputs) = engine.split(&job.inputs, &plugins);
    let Ingested { mut records, mut findings } = ingest(&inputs, &engine.catalogue, &engine.book);
    for filing in filings {
        let back = read_back(&filing.name, &filing.bytes, filing.plugin, &engine.catalogue, &engine.book);
        findings.extend(back.findings);
        records.push(back.record);
    }
    let share = super::share(records.len());
    for record in &mut records {
        findings.extend(engine.normalised(record, share));
    }
    let named = !job.plugins.is_empty();
    let pairs = |record| engine.wanted(&plugins, named, record).into_iter().map(move |plugin| (record, plugin));
    let goes: Vec<(&Record, &Plugin)> = records.iter().flat_map(pairs).collect();
    let (mut previous, problems) = load(engine, &job.previous, &plugins);
    findings.extend(problems);
    let (ledger, said) = engine.ledger(job);
    findings.extend(said);
    for (record, plugin) in goes.iter().copied() {
        previous.push(Previous::of_run(record, plugin, engine));
    }
    let alone = records.len() == 1;
    let mut dues = Vec::new();
    // What an earlier filing of a series said is no longer so once a later one says it anew.
    let mut latest: BTreeMap<(String, String, String), (String, usize)> = BTreeMap::new();
    for (record, plugin) in goes.iter().copied() {
        let trial = record.id(&engine.catalogue);
        let search = Search { engine, plugin, all: &previous, ledger: ledger.as_ref(), trial, alone };
        let known = known(engine, record, search).unwrap_or_else(|error| {
            findings.extend(broken(&error, &engine.book));
            Known::default()
        });
        let order = position(engine, record, plugin).order;
        for due in deadlines(Subject { record, plugin, catalogue: &engine.catalogue, known: &known, now }) {
            let said = (known.series.clone(), due.rule.clone(), due.key.clone());
            match latest.get(&said).filter(|_| !known.series.is_empty()) {
                Some((known, _)) if *known > order => {}
                Some((_, at)) => {
                    if let Some(slot) = dues.get_mut(*at) {
                        *slot = due;
                    }
                }
                None => {
                    latest.insert(said, (order.clone(), dues.len()));
                    dues.push(due);
                }
            }
        }
    }
    for (record, plugin) in goes.iter().copied().filter(|(_, plugin)| plugin.code.is_some()) {
        let told = Told { job, ledger: ledger.as_ref(), plugin, engine, record };
        let (filing, _) = map(record, plugin, &engine.catalogue);
        let Some(mut coded) = Coded::begin(told, &filing, &position(engine, record, plugin)) else { continue };
        let (more, said) = coded.dues();
        let trial = record.id(&engine.catalogue);
        findings.extend(said.into_iter().map(|said| Finding {
            trial: trial.to_owned(),
            plugin: plugin.id().to_owned(),
            ..said
        }));
        dues.extend(more.iter().filter_map(|due| of_code(due, trial, plugin, now)));
    }
    sort(&mut dues);
    sort_findings(&mut findings);
    Ok(DueList { trials: records.len(), dues, findings })
}

/// Returns where a record's filing stands in its series; nowhere when its names cannot be made.
fn position(engine: &Engine, record: &Record, plugin: &Plugin) -> Position {
    plugin.templates.position(&Facts::new(&engine.catalogue, &record.root)).unwrap_or_default()
}

/// Gathers what is known of a trial beside its record: the other filings of its series, and what this one changes.
fn known(engine: &Engine, record: &Record, search: Search) -> Result<Known, LedgerError> {
    let (plugin, catalogue) = (search.plugin, &engine.catalogue);
    let form = &plugin.form;
    let position = position(engine, record, plugin);
    let filed = form.find(&form.changes.filed).unwrap_or_default();
    let kind_item = plugin.deadlines.item.unwrap_or(form.kind_item);
    let past = |filing: &crate::model::Filing, receipt: String| {
        let (series, kind) = (position.series.clone(), filing.text(kind_item).to_owned());
        Some(PastFiling { series, kind, date: form.read_date(filed, filing.text(filed))?, receipt })
    };
    let mut known = Known { series: position.series.clone(), ..Known::default() };
    if let Some(ledger) = search.ledger {
        let built = ledger.series(plugin, &position.series)?.into_iter();
        known.past.extend(built.filter_map(|built| past(&built.filing, built.receipt.unwrap_or_default())));
    }
    let others = search.all.iter().filter(|other| other.is_of(plugin, &position));
    known.past.extend(others.filter_map(|other| past(other.filing(), String::new())));
    let (filing, _) = map(record, plugin, catalogue);
    let entries = Entries::read(record, catalogue);
    let marks = form.kind_changes(filing.text(form.kind_item)).marks;
    let before = if marks { search.before(&position, &entries)? } else { Before::default() };
    let (filing, _) = changed(engine, plugin, record, filing, entries, &before);
    let declared = Declared::of(plugin, catalogue);
    known.changes = list(&filing, declared)
        .iter()
        .filter_map(|changed| {
            let change = match changed.change.status {
                ChangeStatus::Update => Change::Update,
                ChangeStatus::Append => Change::Append,
                ChangeStatus::Delete => Change::Delete,
            };
            // Of a row its number says when it is filed.
            let item = form.item(changed.item).row.first().copied().unwrap_or(changed.item);
            let names = changed.names();
            let named = |label: String| if names.is_empty() { label } else { format!("{label}（{names}）") };
            let target =
                Text::new(named(changed.target_label(declared, Lang::Ja)), named(changed.target_label(declared, Lang::En)));
            Some(ItemChange { item, change, date: Date::strptime("%Y%m%d", &changed.change.date).ok()?, target })
        })
        .collect();
    Ok(known)
}
