//! One file for each command.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod deadlines;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod docx;
pub(crate) mod explain;
pub(crate) mod import;
pub(crate) mod ledger;
mod natives;
pub(crate) mod plugin;
pub(crate) mod plugin_host;
mod printer;
pub(crate) mod schema;
pub(crate) mod status;
pub(crate) mod template;

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use todokede_core::author::Program;
use todokede_core::code::Equipment;
use todokede_core::model::{Lang, Severity, Status};
use todokede_core::run::{Engine, Job, Outcome, Stage, WordOptions, run};
use todokede_core::settings::Settings;
use todokede_core::waivers::Waivers;

use crate::args::{FormatArg, RunArgs};
use crate::output::{Exit, Output, UsageError};
use crate::progress::Bar;
use crate::report;

/// Returns today's date in Japan: the one place where the clock is read.
fn today() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let japan = since.as_secs() + 9 * 60 * 60;
    let days = i64::try_from(japan / (24 * 60 * 60)).unwrap_or(0);
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days));
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// Refuses to write over a file that is there, unless told to.
fn not_there(path: &Path, force: bool, lang: Lang) -> Result<()> {
    if force || !path.exists() {
        return Ok(());
    }
    let shown = path.display();
    let ja = format!("{shown} は既にあります。置き換えるときは --force を付けてください。");
    let en = format!("{shown} is there already; add --force to replace it");
    Err(UsageError(lang.pick(&ja, &en).to_owned()).into())
}

/// Returns how many threads to use.
fn threads(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Makes the job that checking and building share.
fn job(args: &RunArgs, engine: &Engine, until: Stage, now: Option<&String>) -> Result<Job> {
    let now = now.cloned().unwrap_or_else(today);
    Ok(Job {
        inputs: args.inputs.clone(),
        plugins: args.plugin.clone(),
        until: args.stop_after.map_or(until, |stop| stop.min(until)),
        out: None,
        ledger: args.ledger.as_deref().map(ledger::place),
        jobs: threads(args.jobs),
        draft: false,
        previous: args.previous.clone(),
        waivers: args.waivers.as_deref().map(|path| waivers(path, &now)).transpose()?,
        now,
        xsd: args.xsd.clone(),
        word: WordOptions::default(),
        settings: settings(args.settings.as_deref(), engine)?,
        keep: args.stop_after.is_some(),
    })
}

/// Loads the engine with the code that is linked into this program.
fn engine(plugin_dirs: &[PathBuf]) -> Result<Engine> {
    let program = program();
    let mut engine = Engine::with(plugin_dirs, program.natives)?;
    engine.equip(&program.equipment);
    Ok(engine)
}

/// Returns what this program gives to the code of plugins.
fn program() -> Program {
    Program { natives: natives::NATIVES, equipment: Equipment { host: std::env::current_exe().ok(), log: None } }
}

/// Loads the engine for a run, which may keep what plugins write to standard error.
fn run_engine(args: &RunArgs) -> Result<Engine> {
    let mut engine = engine(&args.plugins.plugin_dir)?;
    if let Some(folder) = &args.plugin_log {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        engine.equip(&Equipment { host: std::env::current_exe().ok(), log: Some(folder.clone()) });
    }
    Ok(engine)
}

/// Reads a file of settings; what is wrong in it is for whoever gave it to mend.
fn settings(path: Option<&Path>, engine: &Engine) -> Result<Settings> {
    let Some(path) = path else { return Ok(Settings::default()) };
    Settings::read(path, &engine.plugins).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        UsageError(problems.join("\n")).into()
    })
}

/// Reads a file of waivers; what is wrong in it is for whoever gave it to mend.
fn waivers(path: &Path, now: &str) -> Result<Waivers> {
    let day = now.parse().with_context(|| now.to_owned())?;
    Waivers::read(path, day).map_err(|error| UsageError(error.to_string()).into())
}

/// Runs a job under a progress bar and reports it.
fn run_and_report(engine: &Engine, job: &Job, args: &RunArgs, output: &mut Output) -> Result<(Outcome, Exit)> {
    let bar = Bar::new();
    let outcome = run(engine, job, &bar);
    bar.finish();
    let outcome = outcome?;
    if job.keep {
        output.print(&format!("{:#}\n", serde_json::Value::from(outcome.kept.clone())))?;
    } else {
        match args.format {
            FormatArg::Text => output.print(&report::text(&outcome, output.lang))?,
            FormatArg::Json => report::json(&outcome, &mut io::BufWriter::new(io::stdout().lock()))?,
        }
    }
    let exit = exit(&outcome, args.fail_on.severity());
    Ok((outcome, exit))
}

/// Rules that say that the system, and not the data, is at fault: a file that cannot be opened or written.
const FAULTS: [&str; 5] = ["IN-0001", "XS-0002", "PK-0001", "LG-0001", "LG-0002"];

/// Returns the exit code of an outcome.
fn exit(outcome: &Outcome, threshold: Severity) -> Exit {
    let fault = |finding: &todokede_core::model::Finding| {
        matches!(finding.status, Status::EngineError(_)) || FAULTS.contains(&finding.rule.as_str())
    };
    if outcome.findings.iter().any(fault) {
        Exit::Fault
    } else if outcome.count(threshold) > 0 {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
