//! `todokede deadlines`: what is due when, as a table, JSON or a calendar.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use todokede_core::deadlines::{Due, State, ics};
use todokede_core::model::{Finding, Lang, Severity, Status};
use todokede_core::package::store::write_whole;
use todokede_core::plugin::DeadlineKind;
use todokede_core::run::{DueList, Job, Outcome, Stage, WordOptions, due_list};
use todokede_core::text::units;

use super::{exit, ledger, today};
use crate::args::{DeadlinesArgs, FormatArg};
use crate::output::{Exit, Output, UsageError};
use crate::report;

pub(crate) fn run(args: &DeadlinesArgs, output: &mut Output) -> Result<Exit> {
    let engine = super::engine(&args.plugins.plugin_dir)?;
    let now = args.now.clone().unwrap_or_else(today);
    let day: jiff::civil::Date = now.parse().with_context(|| now.clone())?;
    let ledger = args.ledger.as_deref().map(|path| ledger::existing(path, output.lang)).transpose()?;
    let job = Job {
        inputs: args.inputs.clone(),
        plugins: args.plugin.clone(),
        until: Stage::Normalise,
        out: None,
        now,
        jobs: 1,
        draft: false,
        previous: args.previous.clone(),
        ledger: ledger.clone(),
        waivers: None,
        xsd: None,
        word: WordOptions::default(),
        settings: super::settings(args.settings.as_deref(), &engine)?,
        keep: false,
    };
    if let Some(file) = &args.ics {
        ours(file, output.lang)?;
    }
    let list = due_list(&engine, &job, day)?;
    let exit = exit_of(&list);
    // A calendar without the trials of a file that could not be opened would look as if they had nothing due.
    let calendar = args.ics.as_ref().filter(|_| exit != Exit::Fault);
    if let Some(file) = calendar {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        write_whole(folder, &name, ics::calendar(&list.dues, day, output.lang).as_bytes())?;
    }
    match args.format {
        FormatArg::Json => output.print(&format!("{}\n", serde_json::to_string_pretty(&json(&list, &job.now))?))?,
        FormatArg::Text => {
            output.print(&text(&list, output.lang))?;
            tell(args.ics.as_deref(), calendar.is_some(), &list, output)?;
        }
    }
    Ok(exit)
}

/// Says what became of the calendar.
fn tell(file: Option<&Path>, is_written: bool, list: &DueList, output: &mut Output) -> Result<()> {
    let Some(shown) = file.map(Path::display) else { return Ok(()) };
    if !is_written {
        output.say(&format!("{shown} は作りませんでした。"), &format!("{shown} was not written"))?;
        return Ok(());
    }
    output.say(&format!("{shown} を作りました。"), &format!("wrote {shown}"))?;
    let unknown = list.dues.iter().filter(|due| matches!(due.state, State::Unknown { .. })).count();
    if unknown > 0 {
        let ja = format!("計算できない期限{unknown}件は入っていません。");
        output.say(&ja, &format!("{unknown} deadline(s) that cannot be worked out are not in it"))?;
    }
    Ok(())
}

fn exit_of(list: &DueList) -> Exit {
    let unknown = list.dues.iter().any(|due| matches!(due.state, State::Unknown { .. }));
    let outcome = Outcome { trials: list.trials, findings: list.findings.clone(), ..Outcome::default() };
    match exit(&outcome, Severity::Error) {
        // A value that cannot be read has a finding; without one the deadline itself is at fault.
        Exit::Clean if unknown => Exit::Fault,
        Exit::Clean if list.dues.iter().any(|due| due.state.is_missed()) => Exit::Findings,
        exit => exit,
    }
}

/// Refuses to write over a file that this command did not make: a calendar is made anew each night, others are not.
fn ours(file: &Path, lang: Lang) -> Result<()> {
    let is_ours = match std::fs::read(file) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).lines().take(4).any(|line| line == ics::PRODUCT),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(error).with_context(|| file.display().to_string()),
    };
    if is_ours {
        return Ok(());
    }
    let (ja, en) =
        ("このコマンドで作ったカレンダーではないため、置き換えません", "is no calendar of this command and is not replaced");
    Err(UsageError(format!("{}: {}", file.display(), lang.pick(ja, en))).into())
}

#[derive(Serialize)]
struct Report<'a> {
    now: &'a str,
    trials: usize,
    deadlines: &'a [Due],
    findings: &'a [Finding],
}

fn json<'a>(list: &'a DueList, now: &'a str) -> Report<'a> {
    Report { now, trials: list.trials, deadlines: &list.dues, findings: &list.findings }
}

/// Writes the table, each line followed by why and what to do.
fn text(list: &DueList, lang: Lang) -> String {
    let mut text = String::new();
    if list.findings.iter().any(|finding| !matches!(finding.status, Status::Skipped(_))) {
        let outcome = Outcome { trials: list.trials, findings: list.findings.clone(), ..Outcome::default() };
        text.push_str(&report::text(&outcome, lang));
        text.push('\n');
    }
    let has_errors = list.findings.iter().any(|finding| finding.counts(Severity::Error));
    if list.dues.is_empty() {
        text.push_str(lang.pick(
            "期限はありません（届出分類、届出区分、開始日などが空欄だと計算できません）。\n",
            "nothing is due (a blank kind, category or start date leaves nothing to work out)\n",
        ));
        return text;
    }
    let rows: Vec<[String; 5]> = list.dues.iter().map(|due| row(due, lang)).collect();
    let head = match lang {
        Lang::Ja => ["期限", "状態", "試験", "内容", "番号"],
        Lang::En => ["date", "state", "trial", "what", "id"],
    };
    let head = head.map(str::to_owned);
    let widths: Vec<usize> = (0..head.len())
        .map(|at| rows.iter().chain([&head]).filter_map(|row| row.get(at)).map(|cell| units(cell)).max().unwrap_or(0))
        .collect();
    let aligned = |row: &[String; 5]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - units(cell))));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    text.push_str(&aligned(&head));
    for (due, row) in list.dues.iter().zip(&rows) {
        text.push_str(&aligned(row));
        let mut more = |ja: &str, en: &str, value: &str| {
            if !value.is_empty() {
                text.push_str(&format!("    {}{value}\n", lang.pick(ja, en)));
            }
        };
        more("", "", due.message.get(lang));
        match &due.state {
            State::Unknown { .. } if has_errors => {
                let ja = "計算に使う値に指摘があるため、直した後に計算します。";
                more("", "", lang.pick(ja, "to be worked out once the findings above are mended"));
            }
            State::Unknown { problem } => more("計算できません：", "cannot be worked out: ", problem),
            _ => {}
        }
        more("根拠：", "source: ", due.source.get(lang));
        if due.state != State::Met {
            more("対応：", "to do: ", due.fix.get(lang));
        }
    }
    let missed = list.dues.iter().filter(|due| due.state.is_missed()).count();
    let summary = match lang {
        Lang::Ja => format!("\n{}試験：期限{}件、うち期限に合わないもの{missed}件\n", list.trials, list.dues.len()),
        Lang::En => format!("\n{} trial(s): {} deadline(s), {missed} missed\n", list.trials, list.dues.len()),
    };
    text.push_str(&summary);
    text
}

fn row(due: &Due, lang: Lang) -> [String; 5] {
    let dates: Vec<String> = due.dates.iter().map(ToString::to_string).collect();
    let dates = if dates.is_empty() { "-".to_owned() } else { dates.join(" / ") };
    [dates, state(due, lang), due.trial.clone(), due.title.get(lang).to_owned(), due.rule.clone()]
}

/// Says where it stands.
fn state(due: &Due, lang: Lang) -> String {
    let (ja, en) = match &due.state {
        State::Due { days } => (format!("あと{days}日"), format!("in {days} day(s)")),
        State::Today => ("今日".to_owned(), "today".to_owned()),
        State::Late { days } => (format!("{days}日遅れ"), format!("{days} day(s) late")),
        State::Waiting { days } => (format!("{days}日後から可"), format!("from {days} day(s) on")),
        State::Early { days } => (format!("{days}日早い"), format!("{days} day(s) early")),
        State::Met => match due.done {
            // What may be done after a day need not be done yet once that day has passed.
            Some(done) if due.kind != DeadlineKind::NotBefore => (format!("済（{done}）"), format!("done ({done})")),
            _ => ("経過済み".to_owned(), "passed".to_owned()),
        },
        State::WithAnother => ("他の届出とともに".to_owned(), "with another".to_owned()),
        State::Unknown { .. } => ("計算できません".to_owned(), "unknown".to_owned()),
    };
    let unsure = if due.unsure { lang.pick("（読み方による）", " (by one reading)") } else { "" };
    format!("{}{unsure}", lang.pick(&ja, &en))
}
