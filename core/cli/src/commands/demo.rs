//! `todokede demo`: the main job on an example that the binary carries.

use std::path::Path;

use anyhow::{Context, Result};
use todokede_core::files::Files;
use todokede_core::ingest::ingest_json;
use todokede_core::ledger::LEDGER;
use todokede_core::package::store::write_whole;
use todokede_core::run::{self, Engine, Job, Stage, WordOptions};
use todokede_core::workbook::{Layout, Spec, write};

use super::{build, exit, printer, threads, today};
use crate::args::DemoArgs;
use crate::output::{Exit, Output};
use crate::report;

const WORKBOOK: &str = "demo.xlsx";

pub(crate) fn run(args: &DemoArgs, output: &mut Output) -> Result<Exit> {
    let mut engine = super::engine(&[])?;
    engine.set_printer(printer::find(&args.fonts.font_dir));
    std::fs::create_dir_all(&args.out).with_context(|| args.out.display().to_string())?;
    let workbook = args.out.join(WORKBOOK);
    if workbook.exists() {
        output.say("前からある demo.xlsx を使います。", "using the demo.xlsx that is there")?;
    } else {
        write_workbook(&engine, &args.out, output)?;
    }
    let job = Job {
        inputs: vec![workbook.clone()],
        plugins: Vec::new(),
        until: Stage::Package,
        out: Some(args.out.clone()),
        ledger: Some(args.out.join(LEDGER)),
        now: args.now.clone().unwrap_or_else(today),
        jobs: threads(None),
        draft: false,
        previous: Vec::new(),
        waivers: None,
        xsd: args.xsd.clone(),
        word: WordOptions::default(),
        settings: Default::default(),
        keep: false,
    };
    let outcome = run::run(&engine, &job, &run::Quiet)?;
    output.print(&format!("{}\n", workbook.display()))?;
    build::tell(&outcome, output)?;
    output.print("\n")?;
    output.print(&report::text(&outcome, output.lang))?;
    Ok(exit(&outcome, todokede_core::model::Severity::Error))
}

/// Writes the example, kept as JSON in the binary, as the workbook that a user would have filled.
fn write_workbook(engine: &Engine, out: &Path, output: &Output) -> Result<()> {
    let text = Files::embedded("fixtures").read("sponsor.json").context("sponsor.json")?;
    let read = ingest_json("sponsor.json", &text, &engine.catalogue, &engine.book);
    let mut plugins = engine.select(&[])?;
    plugins.retain(|plugin| read.records.iter().any(|record| plugin.is_wanted(record, &engine.catalogue)));
    let uses = engine.uses(&plugins);
    let spec = Spec { catalogue: &engine.catalogue, uses: &uses, layout: Layout::Trial, lang: output.lang };
    let written = write(&spec, &read.records)?;
    write_whole(out, WORKBOOK, &written.bytes)?;
    Ok(())
}
