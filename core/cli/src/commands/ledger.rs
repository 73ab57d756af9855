//! `todokede ledger`: what was built and what was received.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use todokede_core::ledger::entry::Head;
use todokede_core::ledger::read::{Line, Step};
use todokede_core::ledger::{self, LEDGER, Ledger, Refusal, Submitted};
use todokede_core::model::{Filing, Finding, Lang, Severity, Sources};
use todokede_core::plugin::Plugin;
use todokede_core::run::{Engine, Outcome};
use todokede_core::text::units;

use crate::args::{LedgerArgs, LedgerCommand, RecordArgs};
use crate::output::{Exit, Output, UsageError};
use crate::report;

pub(crate) fn run(args: &LedgerArgs, output: &mut Output) -> Result<Exit> {
    let path = existing(&args.ledger, output.lang)?;
    let engine = super::engine(&args.plugins.plugin_dir)?;
    match &args.command {
        LedgerCommand::List => list(&engine, &path, output),
        LedgerCommand::Show { filing } => show(&engine, &path, filing, output),
        LedgerCommand::Verify => verify(&engine, &path, output),
        LedgerCommand::Record(record) => self::record(&engine, &path, record, output),
    }
}

/// Takes a folder for the ledger in it.
pub(super) fn place(given: &Path) -> PathBuf {
    if given.is_dir() { given.join(LEDGER) } else { given.to_path_buf() }
}

/// Finds a ledger that must be there.
pub(super) fn existing(given: &Path, lang: Lang) -> Result<PathBuf> {
    let path = place(given);
    if path.is_file() {
        return Ok(path);
    }
    let shown = path.display();
    let ja = format!("台帳 {shown} がありません。場所は --ledger で指定します。");
    let en = format!("there is no ledger {shown}; --ledger says where it is");
    Err(UsageError(lang.pick(&ja, &en).to_owned()).into())
}

/// Prints a row for each entry as it is read; damage is named at the end.
fn list(engine: &Engine, path: &Path, output: &mut Output) -> Result<Exit> {
    let lang = output.lang;
    let mut findings = Vec::new();
    let (none, headings) = (String::new(), ["行", "日付", "試験", "届出", "状態", "受付番号"]);
    let en = ["line", "date", "trial", "filing", "state", "receipt"];
    output.print(&row(if lang == Lang::Ja { headings } else { en }))?;
    let mut printed = Ok(());
    Ledger::each(path, |step| match step {
        Step::Line(line) if printed.is_ok() => {
            let n = line.link.n.to_string();
            let cells = match &line.head {
                Head { built: Some(built), .. } => {
                    let state = if built.draft { lang.pick("下書き", "draft") } else { lang.pick("作成", "built") };
                    [&n, &built.built, &built.trial, &built.submission, state, &none].map(String::from)
                }
                Head { received: Some(received), .. } => {
                    let state = lang.pick("受付", "received");
                    [&n, &received.date, &none, &received.submission, state, &received.receipt].map(String::from)
                }
                Head { .. } => [&n, &none, &none, &none, lang.pick("不明", "unknown"), &none].map(String::from),
            };
            printed = output.print(&row(cells.each_ref().map(String::as_str)));
        }
        step => findings.extend(said(engine, path, &step)),
    })?;
    printed?;
    tell(findings, output)
}

/// Writes one row of the table; columns line up where a character is as wide as its cells.
fn row(cells: [&str; 6]) -> String {
    let widths = [5, 10, 16, 44, 8, 0];
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let pad = usize::saturating_sub(width, units(cell));
        let _ = write!(text, "{cell}{:pad$}  ", "");
    }
    format!("{}\n", text.trim_end())
}

/// Prints an entry as JSON, its item values included.
fn show(engine: &Engine, path: &Path, filing: &str, output: &mut Output) -> Result<Exit> {
    let ledger = match Ledger::open(path) {
        Ok(ledger) => ledger,
        Err(error) => return tell(ledger::broken(&error, &engine.book), output),
    };
    let number: Option<u64> = filing.parse().ok();
    let mut found: Vec<Line> = Vec::new();
    Ledger::each(path, |step| {
        if let Step::Line(line) = step {
            let built = line.head.built.as_ref().is_some_and(|built| built.submission == filing);
            let received = line.head.received.as_ref().is_some_and(|received| received.submission == filing);
            if number.map_or(built || received, |number| line.link.n == number) {
                found.push(*line);
            }
        }
    })?;
    if found.is_empty() {
        return Err(UsageError(unknown(filing, output.lang)).into());
    }
    for line in found {
        output.print(&entry(engine, &ledger, &line, output.lang)?)?;
    }
    Ok(Exit::Clean)
}

/// Writes one entry for people.
fn entry(engine: &Engine, ledger: &Ledger, line: &Line, lang: Lang) -> Result<String> {
    let mut text = format!("{} {}\n", lang.pick("行", "line"), line.link.n);
    let mut put = |ja: &str, en: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {}{}{value}", lang.pick(ja, en), lang.pick("：", ": "));
        }
    };
    if let Some(received) = &line.head.received {
        put("届出", "filing", &received.submission);
        put("受付番号", "receipt", &received.receipt);
        put("受付日", "received", &received.date);
        put("作成の行", "line of the build", &received.built.to_string());
        put("訂正する行", "corrects line", &received.replaces.map(|line| line.to_string()).unwrap_or_default());
        put("備考", "note", &received.note);
    }
    if let Some(built) = &line.head.built {
        put("届出", "filing", &built.submission);
        put("試験", "trial", &built.trial);
        put("状態", "state", if built.draft { lang.pick("下書き", "draft") } else { lang.pick("作成", "built") });
        put("作成日", "built", &built.built);
        put("プラグイン", "plugin", &format!("{} {}", built.plugin.id, built.plugin.version));
        put("様式", "form", &format!("{} {}", built.form.id, built.form.version));
        put("フォルダ", "folder", &built.folder);
        for input in &built.inputs {
            put("入力", "input", &format!("{} {}", input.sha256, input.name));
        }
        for file in std::iter::once(&built.archive).chain(&built.files) {
            put("ファイル", "file", &format!("{} {}", file.sha256, file.name));
        }
        if let Some(plugin) = engine.plugins.get(&built.plugin.id)
            && let Some(filing) = ledger.filing(line.link.n, plugin)?
        {
            text.push_str(&items(&filing, plugin, lang)?);
        }
    }
    text.push('\n');
    Ok(text)
}

/// Writes the values of a filing, a line each.
fn items(filing: &Filing, plugin: &Plugin, lang: Lang) -> Result<String> {
    let lines = serde_json::to_value(filing.lines(&plugin.form, &Sources::default(), lang))?;
    let mut text = String::from("\n");
    for line in lines.as_array().into_iter().flatten() {
        let of = |key: &str| line.get(key).and_then(|value| value.as_str()).unwrap_or_default();
        if !of("value").is_empty() {
            let _ = writeln!(text, "  {} {}{}{}", of("number"), of("label"), lang.pick("：", ": "), of("value"));
        }
    }
    Ok(text)
}

fn verify(engine: &Engine, path: &Path, output: &mut Output) -> Result<Exit> {
    let (mut findings, mut lines) = (Vec::new(), 0_u64);
    Ledger::each(path, |step| {
        lines += u64::from(matches!(step, Step::Line(_)));
        findings.extend(said(engine, path, &step));
    })?;
    let is_whole = findings.iter().all(|finding: &Finding| finding.severity != Severity::Error);
    let exit = tell(findings, output)?;
    if is_whole {
        output.say(&format!("台帳は{lines}行あり、壊れた行はありません。"), &format!("{lines} line(s), none damaged"))?;
    }
    Ok(exit)
}

fn record(engine: &Engine, path: &Path, args: &RecordArgs, output: &mut Output) -> Result<Exit> {
    let submitted = Submitted {
        filing: args.filing.clone(),
        receipt: args.receipt.clone(),
        date: args.date.clone(),
        note: args.note.clone().unwrap_or_default(),
        replace: args.replace,
    };
    let recorded = Ledger::open(path).map_err(Refusal::from).and_then(|mut ledger| ledger.record(&submitted, &engine.plugins));
    let (ja, en) = match recorded {
        Ok(recorded) if recorded.known => {
            let (name, line) = (recorded.submission, recorded.line);
            (format!("{name} の受付は、既に{line}行目に記録されています。"), format!("{name}: recorded already, line {line}"))
        }
        Ok(recorded) => {
            let (name, line) = (recorded.submission, recorded.line);
            (format!("{name} の受付を{line}行目に記録しました。"), format!("{name}: recorded, line {line}"))
        }
        Err(Refusal::Ledger(error)) => return tell(ledger::broken(&error, &engine.book), output),
        Err(refusal) => return Err(UsageError(refused(&refusal, output.lang)).into()),
    };
    output.say(&ja, &en)?;
    Ok(Exit::Clean)
}

/// Says why a receipt was not recorded.
fn refused(refusal: &Refusal, lang: Lang) -> String {
    if lang == Lang::En {
        let hint = if matches!(refusal, Refusal::Other { .. }) { "; --replace corrects it" } else { "" };
        return format!("{refusal}{hint}");
    }
    match refusal {
        Refusal::Unknown { filing } => unknown(filing, lang),
        Refusal::Draft { filing } => format!("「{filing}」は下書きです。下書きは提出できません。"),
        Refusal::Ambiguous { filing, lines } => {
            format!("「{filing}」という届出が複数あります。行番号で指定してください：{lines}")
        }
        Refusal::Shape { receipt, wanted } => format!("「{receipt}」は受付番号の形ではありません：{}", wanted.ja),
        Refusal::Other { receipt, date, line } => {
            format!("{line}行目に「{receipt}」（{date}）が記録されています。訂正するときは --replace を付けてください。")
        }
        Refusal::Ledger(error) => error.to_string(),
    }
}

fn unknown(filing: &str, lang: Lang) -> String {
    let ja = format!("台帳に「{filing}」という届出はありません。todokede ledger list で確かめてください。");
    let en = format!("the ledger has no filing `{filing}`; todokede ledger list shows them");
    lang.pick(&ja, &en).to_owned()
}

/// Returns what is said about a step.
fn said(engine: &Engine, path: &Path, step: &Step) -> Option<Finding> {
    match step {
        Step::Line(line) if line.unended => Some(ledger::torn(path, line.link.n, &engine.book)),
        Step::Line(_) => None,
        Step::Damaged { line, damage } => Some(ledger::damaged(path, *line, *damage, &engine.book)),
        Step::Torn { line } => Some(ledger::torn(path, *line, &engine.book)),
    }
}

/// Prints findings, when there are any.
fn tell(findings: Vec<Finding>, output: &mut Output) -> Result<Exit> {
    let outcome = Outcome { findings, ..Outcome::default() };
    output.print(&report::findings(&outcome.findings, output.lang))?;
    Ok(super::exit(&outcome, Severity::Error))
}
