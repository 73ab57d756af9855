//! What the suites share: an engine, trials in every form they can be given in, and XML made comparable.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]
#![allow(clippy::print_stderr, reason = "a test says what it skipped")]

pub mod flat_xml;
pub mod foreign;
#[path = "../../core/src/attachments/pdf/sample.rs"]
pub mod pdf;
pub mod plugins;
pub mod reference;
pub mod second;
pub mod trials;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use todokede_core::ingest::ingest_json;
use todokede_core::ledger::LEDGER;
use todokede_core::model::{Finding, Lang, Record};
use todokede_core::run::{Engine, Job, Outcome, Quiet, Stage, WordOptions, run};
use todokede_core::workbook::{Layout, Spec, WorkbookError, Written, write};

/// The day every test runs on.
pub const NOW: &str = "2026-04-01";

/// The plugin whose filings most suites are about.
pub const PLUGIN: &str = "pmda-ctn";

/// Returns the engine with its built-in plugins, loaded once.
pub fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::load(&[]).expect("the built-in plugins load"))
}

/// Returns the top folder of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace")
}

/// Reads a JSON record, which must read without a finding.
pub fn record(json: &Value) -> Record {
    let engine = engine();
    let mut read = ingest_json("record.json", json.to_string().as_bytes(), &engine.catalogue, &engine.book);
    assert_eq!(read.findings, [], "the record reads");
    assert_eq!(read.records.len(), 1);
    read.records.remove(0)
}

/// Writes records as a filled workbook of the plugin.
pub fn workbook(records: &[Record], layout: Layout) -> Written {
    try_workbook(records, layout).unwrap()
}

/// Writes records as a filled workbook of the plugin, or returns what a workbook cannot hold.
pub fn try_workbook(records: &[Record], layout: Layout) -> Result<Written, WorkbookError> {
    let engine = engine();
    let plugins = engine.select(&[PLUGIN.to_owned()]).unwrap();
    let uses = engine.uses_of(&plugins, records, false);
    write(&Spec { catalogue: &engine.catalogue, uses: &uses, layout, lang: Lang::Ja }, records)
}

/// Makes the job of building inputs with the plugin into a folder.
pub fn build_job(inputs: Vec<PathBuf>, out: &Path) -> Job {
    Job {
        inputs,
        plugins: vec![PLUGIN.to_owned()],
        until: Stage::Package,
        out: Some(out.to_path_buf()),
        ledger: Some(out.join(LEDGER)),
        now: NOW.to_owned(),
        jobs: 2,
        draft: false,
        previous: Vec::new(),
        waivers: None,
        xsd: reference::schema(),
        word: WordOptions::default(),
        settings: Default::default(),
        keep: false,
    }
}

/// Runs a job.
pub fn outcome(job: &Job) -> Outcome {
    run(engine(), job, &Quiet).unwrap()
}

/// Returns findings without the notes that no schema and no earlier filing were given and that nothing draws PDF.
pub fn judged(outcome: &Outcome) -> Vec<&Finding> {
    outcome
        .findings
        .iter()
        .filter(|finding| !["XS-0003", "CG-0006", "CG-0010", "PD-0001"].contains(&finding.rule.as_str()))
        .collect()
}

/// Writes one finding on a line.
pub fn line(finding: &Finding) -> String {
    format!("{} {} {} 「{}」", finding.rule, finding.at.display(Lang::Ja), finding.message.ja, finding.found.value)
}

/// Writes a JSON record as a workbook into a folder, builds it there, and returns the outcome.
pub fn build(json: &Value, folder: &Path) -> Outcome {
    let input = folder.join("input.xlsx");
    std::fs::write(&input, workbook(&[record(json)], Layout::Trial).bytes).unwrap();
    outcome(&build_job(vec![input], &folder.join("out")))
}

/// Returns the XML file of the only filing of an outcome.
pub fn only_xml(outcome: &Outcome) -> Vec<u8> {
    let findings: Vec<String> = judged(outcome).into_iter().map(line).collect();
    assert_eq!(outcome.built.len(), 1, "{findings:#?}");
    let built = &outcome.built[0];
    let name = built.files.iter().find(|name| name.ends_with(".xml")).expect("an XML file");
    std::fs::read(built.folder.join(name)).unwrap()
}
