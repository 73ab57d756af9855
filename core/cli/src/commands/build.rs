//! `todokede build`: checked inputs become packages.

use anyhow::Result;
use todokede_core::ledger::LEDGER;
use todokede_core::run::{Engine, Job, Outcome, Stage};

use super::{job, printer, run_and_report};
use crate::args::{BuildArgs, FormatArg};
use crate::output::{Exit, Output};

pub(crate) fn run(args: &BuildArgs, output: &mut Output) -> Result<Exit> {
    let mut engine = Engine::load(&args.run.plugins.plugin_dir)?;
    engine.set_printer(printer::find(&args.fonts.font_dir));
    let checked = job(&args.run, Stage::Package, args.now.as_ref())?;
    let job = Job {
        out: Some(args.out.clone()),
        ledger: checked.ledger.clone().or_else(|| Some(args.out.join(LEDGER))),
        draft: args.draft,
        ..checked
    };
    let (outcome, exit) = run_and_report(&engine, &job, &args.run, output)?;
    if !job.keep && matches!(args.run.format, FormatArg::Text) {
        tell(&outcome, output)?;
    }
    Ok(exit)
}

/// Lists what was packaged, as a tree.
pub(super) fn tell(outcome: &Outcome, output: &mut Output) -> Result<()> {
    if outcome.built.is_empty() {
        output.say("作成した届出はありません。", "no filing was packaged")?;
        return Ok(());
    }
    for built in &outcome.built {
        let mark = if built.draft { output.lang.pick("（下書き）", " (draft)") } else { "" };
        output.print(&format!("{}{mark}\n", built.folder.display()))?;
        for (at, file) in built.files.iter().enumerate() {
            let branch = if at + 1 == built.files.len() { "└─" } else { "├─" };
            output.print(&format!("{branch} {file}\n"))?;
        }
    }
    Ok(())
}
