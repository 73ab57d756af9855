//! `todokede check`: everything that is to be mended, in one pass.

use anyhow::Result;
use todokede_core::run::{Engine, Job, Stage};

use super::{exit, job, ledger, printer, run_and_report};
use crate::args::CheckArgs;
use crate::output::{Exit, Output};

pub(crate) fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit> {
    // A build begins a ledger that is not there; a check against one is a slip.
    if let Some(ledger) = &args.run.ledger {
        ledger::existing(ledger, output.lang)?;
    }
    let mut engine = super::run_engine(&args.run)?;
    // Rendering is possible here too, but only when it is asked for by name.
    let until = match args.run.stop_after {
        Some(Stage::Render) => {
            engine.set_printer(printer::find(&[]));
            Stage::Render
        }
        _ => Stage::Validate,
    };
    let job = job(&args.run, &engine, until, args.now.as_ref())?;
    if args.waivers_template {
        return drafts(&engine, &job, args, output);
    }
    Ok(run_and_report(&engine, &job, &args.run, output)?.1)
}

/// Prints a waiver for each open finding that may be waived and makes the exit code 1.
fn drafts(engine: &Engine, job: &Job, args: &CheckArgs, output: &mut Output) -> Result<Exit> {
    let outcome = todokede_core::run::run(engine, job, &todokede_core::run::Quiet)?;
    let least = args.run.fail_on.severity();
    let open = outcome.findings.iter().filter(|finding| finding.counts(least) && engine.may_waive(finding));
    output.print(&todokede_core::waivers::drafts(open, output.lang))?;
    Ok(exit(&outcome, least))
}
