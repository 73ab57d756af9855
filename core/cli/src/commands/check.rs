//! `todokede check`: everything that is to be mended, in one pass.

use anyhow::Result;
use todokede_core::run::{Engine, Stage};

use super::{job, ledger, printer, run_and_report};
use crate::args::CheckArgs;
use crate::output::{Exit, Output};

pub(crate) fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit> {
    // A build begins a ledger that is not there; a check against one is a slip.
    if let Some(ledger) = &args.run.ledger {
        ledger::existing(ledger, output.lang)?;
    }
    let mut engine = Engine::load(&args.run.plugins.plugin_dir)?;
    // Rendering is possible here too, but only when it is asked for by name.
    let until = match args.run.stop_after {
        Some(Stage::Render) => {
            engine.set_printer(printer::find(&[]));
            Stage::Render
        }
        _ => Stage::Validate,
    };
    Ok(run_and_report(&engine, &job(&args.run, until), &args.run, output)?.1)
}
