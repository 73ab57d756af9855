//! `todokede build`: checked inputs become packages.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use todokede_core::documents;
use todokede_core::ledger::LEDGER;
use todokede_core::model::Lang;
use todokede_core::plugin::word_options;
use todokede_core::render::docx::office::Office;
use todokede_core::render::docx::template::problem::{LOST, Problem};
use todokede_core::render::docx::template::{Schema, Template};
use todokede_core::run::{Engine, Job, Outcome, Stage, WordOptions};

use super::{UsageError, job, printer, run_and_report};
use crate::args::{BuildArgs, FormatArg};
use crate::output::{Exit, Output};

pub(crate) fn run(args: &BuildArgs, output: &mut Output) -> Result<Exit> {
    let mut engine = super::run_engine(&args.run)?;
    engine.set_printer(printer::find(&args.fonts.font_dir));
    let checked = job(&args.run, &engine, Stage::Package, args.now.as_ref())?;
    let office = args.pdf.then(|| Office::find(None)).flatten();
    if args.pdf && office.is_none() {
        output.say(
            "LibreOfficeが見つからないため、Word文書のPDFは作りません。ほかのファイルはすべて作ります。",
            "no PDF of Word documents is made, for there is no LibreOffice; everything else is made",
        )?;
    }
    let word = WordOptions { templates: templates(&args.templates, &engine, output.lang)?, office, ..WordOptions::default() };
    let job = Job {
        out: Some(args.out.clone()),
        ledger: checked.ledger.clone().or_else(|| Some(args.out.join(LEDGER))),
        draft: args.draft,
        word,
        ..checked
    };
    let (outcome, exit) = run_and_report(&engine, &job, &args.run, output)?;
    if !job.keep && matches!(args.run.format, FormatArg::Text) {
        tell(&outcome, output)?;
    }
    Ok(exit)
}

/// Reads the Word templates that stand for those of plugins.
fn templates(given: &[String], engine: &Engine, lang: Lang) -> Result<BTreeMap<String, Arc<Template>>> {
    let mut templates = BTreeMap::new();
    let options = word_options(&engine.catalogue);
    for text in given {
        let usage = |ja: String, en: String| UsageError(if lang == Lang::Ja { ja } else { en });
        let Some((name, file)) = text.split_once('=') else {
            let (ja, en) = (
                format!("--template {text}：名前=ファイル の形で書いてください。"),
                format!("--template {text}: write NAME=FILE"),
            );
            return Err(usage(ja, en).into());
        };
        let known: Vec<&str> = engine.plugins.values().flat_map(|plugin| plugin.word_names()).collect();
        if !known.contains(&name) {
            let known = known.join(", ");
            let ja = format!("「{name}」というテンプレートはありません。あるのは次のものです：{known}");
            return Err(usage(ja, format!("there is no template `{name}`; there are: {known}")).into());
        }
        let bytes = std::fs::read(file).with_context(|| file.to_owned())?;
        let plugin = engine.plugins.values().find(|plugin| plugin.word_names().any(|known| known == name));
        let schema = plugin.map(|plugin| Schema::of(&documents::schema(plugin, &engine.catalogue)));
        let read = Template::read(bytes, &options).map(|template| (template.check(schema.as_ref()), template));
        let (problems, template) = read.map_or_else(|problems| (problems, None), |(problems, made)| (problems, Some(made)));
        // What `docx check` only advises about is no reason to refuse; text that would be lost is.
        let grave: Vec<&Problem> = problems.iter().filter(|problem| !problem.is_mild() || problem.code == LOST).collect();
        let Some(template) = template.filter(|_| grave.is_empty()) else {
            let words = |problem: &&Problem| {
                let finding = problem.finding(&engine.book, file);
                let (message, fix) = (finding.message.get(lang), finding.fix.get(lang));
                format!("{} {}\n  {message}\n  {fix}", finding.rule, finding.at.display(lang))
            };
            return Err(UsageError(grave.iter().map(words).collect::<Vec<_>>().join("\n")).into());
        };
        templates.insert(name.to_owned(), Arc::new(template));
    }
    Ok(templates)
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
