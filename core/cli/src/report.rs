//! Findings as text for people and as JSON for programs.

use std::fmt::Write;
use std::io;

use serde::Serialize;
use todokede_core::model::{Finding, Lang, Severity, Status, Text};
use todokede_core::run::{Built, Outcome};

use crate::output::is_somewhere;

/// Writes findings the way a compiler does: what, where, why, and how to mend it.
pub(crate) fn text(outcome: &Outcome, lang: Lang) -> String {
    let mut text = findings(&outcome.findings, lang);
    let is_waived = |finding: &&Finding| matches!(finding.status, Status::Waived(_));
    let count = |severity| {
        let of = outcome.findings.iter().filter(|finding| finding.severity == severity && !is_waived(finding));
        of.count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let waived = match outcome.findings.iter().filter(is_waived).count() {
        0 => Text::default(),
        waived => Text::new(format!("、免除{waived}件"), format!(", {waived} waived")),
    };
    let summary = match lang {
        Lang::Ja => format!("{}試験：エラー{errors}件、警告{warnings}件{}\n", outcome.trials, waived.ja),
        Lang::En => format!("{} trial(s): {errors} error(s), {warnings} warning(s){}\n", outcome.trials, waived.en),
    };
    text.push_str(&summary);
    text
}

/// Writes findings without counting them.
pub(crate) fn findings(findings: &[Finding], lang: Lang) -> String {
    let mut text = String::new();
    let is_waiting = |finding: &&Finding| matches!(finding.status, Status::Skipped(_));
    for finding in findings.iter().filter(|finding| !is_waiting(finding)) {
        one(&mut text, finding, lang);
    }
    waiting(&mut text, findings.iter().filter(is_waiting), lang);
    text
}

/// Names in one line the checks that wait for other findings to be mended, so that nobody takes them for passed.
fn waiting<'a>(text: &mut String, findings: impl Iterator<Item = &'a Finding>, lang: Lang) {
    let names = findings.filter_map(|finding| match &finding.status {
        Status::Skipped(what) => Some(what.as_str()),
        _ => None,
    });
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        let first = lang.pick("上の指摘を直した後に判定する規則・項目：", "to be judged once the findings above are mended: ");
        text.push_str(&format!("{first}{}\n\n", names.join(lang.pick("、", ", "))));
    }
}

fn one(text: &mut String, finding: &Finding, lang: Lang) {
    let severity = match finding.severity {
        Severity::Error => lang.pick("エラー", "error"),
        Severity::Warning => lang.pick("警告", "warning"),
        Severity::Info => lang.pick("参考", "note"),
    };
    let severity = match finding.status {
        Status::Waived(_) => lang.pick("免除", "waived"),
        _ => severity,
    };
    // Writing to a String cannot fail.
    let _ = write!(text, "{severity} {}", finding.rule);
    if is_somewhere(&finding.at) {
        let _ = write!(text, "  {}", finding.at.display(lang));
    } else if !finding.trial.is_empty() {
        // What is about no cell is about a filing: which one is all there is to find it by.
        let plugin = match (finding.plugin.as_str(), lang) {
            ("", _) => String::new(),
            (plugin, Lang::Ja) => format!("（{plugin}）"),
            (plugin, Lang::En) => format!(" ({plugin})"),
        };
        let _ = write!(text, "  {}{plugin}", finding.trial);
    }
    let _ = writeln!(text, "\n  {}", finding.message.get(lang));
    let mut more = |ja: &str, en: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {}{value}", lang.pick(ja, en));
        }
    };
    more("見つかった値：", "found: ", &finding.found.value.replace('\n', "⏎"));
    more("項目：", "item: ", &finding.found.item);
    more("根拠：", "source: ", finding.source.get(lang));
    more("直し方：", "fix: ", finding.fix.get(lang));
    match &finding.status {
        Status::Open | Status::Skipped(_) => {}
        Status::Waived(waived) => {
            let (reason, by, until) = (&waived.reason, &waived.by, &waived.until);
            let ja = format!("{reason}（{by}、{until}まで）");
            more("免除の理由：", "waived: ", lang.pick(&ja, &format!("{reason} ({by}, until {until})")));
        }
        Status::EngineError(why) => more("判定できません：", "could not be judged: ", why),
    }
    text.push('\n');
}

/// The whole outcome for programs.
#[derive(Serialize)]
struct Report<'a> {
    trials: usize,
    findings: &'a [Finding],
    built: &'a [Built],
}

/// Writes the whole outcome as JSON, as it goes: it may be large.
pub(crate) fn json(outcome: &Outcome, output: &mut impl io::Write) -> io::Result<()> {
    let report = Report { trials: outcome.trials, findings: &outcome.findings, built: &outcome.built };
    serde_json::to_writer_pretty(&mut *output, &report)?;
    output.write_all(b"\n")
}
