//! Inputs in, what is due out: the way to the deadlines, which need no form to be filled.

use jiff::civil::Date;

use super::{Engine, EngineError, Job};
use crate::deadlines::{Due, Known, Subject, deadlines, sort};
use crate::ingest::{Ingested, ingest};
use crate::model::finding::sort as sort_findings;
use crate::model::{Finding, Record};
use crate::plugin::Plugin;
use crate::read_back::read_back;

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

/// Works out what is due for every trial of a job's inputs; `known` says what is known of one beside its record.
///
/// # Errors
/// Returns the first plugin that is not there.
pub fn due_list(
    engine: &Engine,
    job: &Job,
    now: Date,
    known: &dyn Fn(&Record, &Plugin) -> Known,
) -> Result<DueList, EngineError> {
    let plugins = engine.select(&job.plugins)?;
    let (filings, inputs) = engine.split(&job.inputs, &plugins);
    let Ingested { mut records, mut findings } = ingest(&inputs, &engine.catalogue, &engine.book);
    for filing in filings {
        let back = read_back(&filing.name, &filing.bytes, filing.plugin, &engine.catalogue, &engine.book);
        findings.extend(back.findings);
        records.push(back.record);
    }
    let share = super::share(records.len());
    let mut dues = Vec::new();
    for record in &mut records {
        findings.extend(engine.normalised(record, share));
        for plugin in plugins.iter().copied() {
            let known = known(record, plugin);
            dues.extend(deadlines(Subject { record, plugin, catalogue: &engine.catalogue, known: &known, now }));
        }
    }
    sort(&mut dues);
    sort_findings(&mut findings);
    Ok(DueList { trials: records.len(), dues, findings })
}
