//! `todokede status`: how far each destination of a trial is, and what is missing for which.

use anyhow::Result;
use serde::Serialize;
use todokede_core::model::{Finding, Lang, Severity};
use todokede_core::run::{self, Job, Outcome, Stage, WordOptions};
use todokede_core::status::{Destination, Missing, TrialStatus, status};
use todokede_core::text::units;

use super::{exit, ledger, threads, today, waivers};
use crate::args::{StatusArgs, StatusFormat};
use crate::output::{Exit, Output};
use crate::progress::Bar;
use crate::report;

pub(crate) fn run(args: &StatusArgs, output: &mut Output) -> Result<Exit> {
    let engine = super::engine(&args.plugins.plugin_dir)?;
    let now = args.now.clone().unwrap_or_else(today);
    let job = Job {
        inputs: args.inputs.clone(),
        plugins: args.plugin.clone(),
        until: Stage::Validate,
        out: None,
        ledger: args.ledger.as_deref().map(|path| ledger::existing(path, output.lang)).transpose()?,
        jobs: threads(None),
        draft: false,
        previous: args.previous.clone(),
        waivers: args.waivers.as_deref().map(|path| waivers(path, &now)).transpose()?,
        now,
        xsd: None,
        word: WordOptions::default(),
        settings: super::settings(args.settings.as_deref(), &engine)?,
        keep: false,
    };
    let bar = Bar::new();
    let outcome = run::run(&engine, &job, &bar);
    bar.finish();
    let outcome = outcome?;
    let trials = status(&outcome, &engine);
    let of_files: Vec<&Finding> =
        outcome.findings.iter().filter(|finding| finding.trial.is_empty() && finding.counts(Severity::Warning)).collect();
    match args.format {
        StatusFormat::Text => output.print(&text(&trials, &of_files, output.lang))?,
        StatusFormat::Json => {
            let report = Report { now: &job.now, trials: &trials, findings: &of_files };
            output.print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
        }
        StatusFormat::Csv => output.print(&csv(&trials, output.lang))?,
    }
    Ok(exit_of(&outcome, &trials))
}

fn exit_of(outcome: &Outcome, trials: &[TrialStatus]) -> Exit {
    match exit(outcome, Severity::Error) {
        Exit::Clean if trials.iter().any(|trial| !trial.missing.is_empty()) => Exit::Findings,
        exit => exit,
    }
}

#[derive(Serialize)]
struct Report<'a> {
    now: &'a str,
    trials: &'a [TrialStatus],
    /// Findings about whole files.
    findings: &'a [&'a Finding],
}

fn text(trials: &[TrialStatus], of_files: &[&Finding], lang: Lang) -> String {
    let mut text = report::findings(&of_files.iter().map(|finding| (*finding).clone()).collect::<Vec<_>>(), lang);
    for trial in trials {
        text.push_str(&format!("{}\n\n", trial.trial));
        text.push_str(&table(&trial.destinations, lang));
        if !trial.missing.is_empty() {
            let count = trial.missing.len();
            let head = lang.pick("足りない値", "missing values");
            text.push_str(&format!("\n  {head}{}\n", lang.pick(&format!("（{count}件）"), &format!(" ({count})"))));
        }
        for missing in &trial.missing {
            text.push_str(&wanted(missing, &trial.destinations, lang));
        }
        text.push('\n');
    }
    let ready = |trial: &&TrialStatus| trial.destinations.iter().all(|destination| destination.ready);
    let (all, done) = (trials.len(), trials.iter().filter(ready).count());
    text.push_str(&match lang {
        Lang::Ja => format!("{all}試験：すべての届出先に出せるもの{done}件\n"),
        Lang::En => format!("{all} trial(s): {done} ready for every destination\n"),
    });
    text
}

/// Writes the destinations of a trial, a line each; numbers stand to the right of their column.
fn table(destinations: &[Destination], lang: Lang) -> String {
    let head = match lang {
        Lang::Ja => ["届出先", "足りない値", "エラー", "警告", "免除", "提出できる"],
        Lang::En => ["destination", "missing", "errors", "warnings", "waived", "ready"],
    };
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(destinations.iter().map(|of| {
        let ready = if of.ready { lang.pick("はい", "yes") } else { lang.pick("いいえ", "no") };
        let counts = [of.missing, of.errors, of.warnings, of.waived].map(|count| count.to_string());
        let [missing, errors, warnings, waived] = counts;
        [of.title.get(lang).to_owned(), missing, errors, warnings, waived, ready.to_owned()]
    }));
    let widths: Vec<usize> = (0..head.len())
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|cell| units(cell)).max().unwrap_or(0))
        .collect();
    let last = head.len() - 1;
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            let space = " ".repeat(width - units(cell));
            if at == 0 || at == last { format!("{cell}{space}") } else { format!("{space}{cell}") }
        });
        format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// Writes a missing value: what it is, where it belongs, and who wants it as which item.
fn wanted(missing: &Missing, destinations: &[Destination], lang: Lang) -> String {
    let mut text = format!("  ・{}  {}\n", missing.label.get(lang), missing.at.display(lang)).trim_end().to_owned();
    text.push('\n');
    for need in &missing.needed_by {
        let title = destinations.iter().find(|of| of.plugin == need.plugin).map(|of| of.title.get(lang));
        let title = title.unwrap_or(lang.pick("共通", "engine"));
        let what = if need.item.is_empty() { &need.rule } else { &need.item };
        let only = match need.severity {
            Severity::Error => "",
            _ => lang.pick("（警告）", " (warning)"),
        };
        text.push_str(&format!("      {title}{}{what}{only}\n", lang.pick("：", ": ")));
    }
    text
}

/// Writes what is missing as a table for a spreadsheet: a line for each value, a column for each destination.
fn csv(trials: &[TrialStatus], lang: Lang) -> String {
    let mut plugins: Vec<(&str, &str)> = Vec::new();
    for of in trials.iter().flat_map(|trial| &trial.destinations) {
        if !plugins.iter().any(|(id, _)| *id == of.plugin) {
            plugins.push((&of.plugin, of.title.get(lang)));
        }
    }
    let mut head: Vec<String> = match lang {
        Lang::Ja => ["試験", "項目", "場所", "フィールド"],
        Lang::En => ["trial", "item", "place", "field"],
    }
    .map(str::to_owned)
    .to_vec();
    head.extend(plugins.iter().map(|(_, title)| (*title).to_owned()));
    let mut text = line(&head);
    for (trial, missing) in trials.iter().flat_map(|trial| trial.missing.iter().map(move |missing| (trial, missing))) {
        let mut row =
            vec![trial.trial.clone(), missing.label.get(lang).to_owned(), missing.at.display(lang), missing.field.clone()];
        row.extend(plugins.iter().map(|(id, _)| {
            let needs = missing.needed_by.iter().filter(|need| need.plugin == *id || need.plugin.is_empty());
            let what = needs.map(|need| if need.item.is_empty() { need.rule.as_str() } else { need.item.as_str() });
            what.collect::<Vec<_>>().join(lang.pick("、", ", "))
        }));
        text.push_str(&line(&row));
    }
    text
}

/// Writes a line of CSV (RFC 4180).
fn line(cells: &[String]) -> String {
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    };
    format!("{}\r\n", cells.iter().map(quoted).collect::<Vec<_>>().join(","))
}
