//! `todokede plugin test`: the cases of a plugin's rules, and what it makes against what is expected.

use std::path::{Path, PathBuf};

use anyhow::Result;
use todokede_core::author::golden::{self, Golden};
use todokede_core::author::test::{Report, test};
use todokede_core::author::{Loaded, check, load};
use todokede_core::model::{Lang, Severity};
use todokede_core::run::EngineError;

use super::{folders, others};
use crate::commands::program;
use crate::output::{Exit, Output};
use crate::report;

pub(super) fn run(dir: &Path, update: bool, named: &[PathBuf], output: &mut Output) -> Result<Exit> {
    let all = folders(dir, output)?;
    let mut passed = true;
    for folder in &all {
        let others = others(folder, &all, named);
        let loaded = match load(folder, &others, &program()) {
            Ok(loaded) => loaded,
            // What does not load is told as `plugin check` tells it.
            Err(EngineError::Load { .. }) => {
                let findings = check::check(folder, &others, &program())?;
                let errors: Vec<_> = findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
                output.print(&report::findings(&errors, output.lang))?;
                passed = false;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if update {
            passed &= write(&loaded, output)?;
        }
        let report = test(&loaded);
        output.print(&told(&loaded.id, &report, output.lang))?;
        passed &= report.passed();
    }
    Ok(if passed { Exit::Clean } else { Exit::Findings })
}

/// Writes what is made in the place of what was expected.
fn write(loaded: &Loaded, output: &mut Output) -> Result<bool> {
    let mut written = true;
    for name in golden::names(&loaded.folder) {
        match golden::update(loaded, &name) {
            Ok(files) => {
                let ja = format!("cases/{name}/expected に{files}個のファイルを書きました。");
                output.say(&ja, &format!("wrote {files} files to cases/{name}/expected"))?;
            }
            Err(problem) => {
                output.say(&format!("cases/{name}：{}", problem.ja), &format!("cases/{name}: {}", problem.en))?;
                written = false;
            }
        }
    }
    Ok(written)
}

/// Words what became of the cases.
fn told(id: &str, report: &Report, lang: Lang) -> String {
    let mut text = String::new();
    let mut failed = 0_usize;
    let mut line = |ja: String, en: String| {
        text.push_str(&format!("{} {}\n", lang.pick("不合格", "FAILED"), lang.pick(&ja, &en)));
        failed += 1;
    };
    for problem in &report.problems {
        line(problem.clone(), problem.clone());
    }
    for name in &report.strangers {
        line(format!("cases/{name}：この番号の規則はありません"), format!("cases/{name}: there is no such rule"));
    }
    for rule in report.rules.iter().filter(|rule| !rule.is_covered()) {
        let (ja, en) = match (rule.fails, rule.passes) {
            (0, 0) => ("事例がありません", "has no case"),
            (0, _) => ("指摘される事例がありません", "has no failing case"),
            _ => ("指摘されない事例がありません", "has no passing case"),
        };
        line(format!("{}：{ja}", rule.rule), format!("{} {en}", rule.rule));
    }
    for golden in report.goldens.iter().filter(|golden| !golden.passed()) {
        let (ja, en) = (differences(golden, Lang::Ja), differences(golden, Lang::En));
        line(format!("cases/{}：{ja}", golden.name), format!("cases/{}: {en}", golden.name));
    }
    let (rules, cases) = (report.rules.len(), report.cases());
    let covered = report.rules.iter().filter(|rule| rule.is_covered()).count();
    let files: usize = report.goldens.iter().map(|golden| golden.files).sum();
    let verdict = match (lang, failed) {
        (Lang::Ja, 0) => "すべて合格".to_owned(),
        (Lang::Ja, failed) => format!("不合格{failed}件"),
        (Lang::En, 0) => "all passed".to_owned(),
        (Lang::En, failed) => format!("{failed} failed"),
    };
    text.push_str(&match lang {
        Lang::Ja => format!(
            "{id}：{verdict}（規則{rules}件のうち{covered}件に両方の事例、事例{cases}件、手本と比べたファイル{files}個）\n"
        ),
        Lang::En => {
            format!("{id}: {verdict} ({covered} of {rules} rules shown both ways, {cases} cases, {files} files compared)\n")
        }
    });
    text
}

/// Words where a golden output differs.
fn differences(golden: &Golden, lang: Lang) -> String {
    if let Some(problem) = &golden.problem {
        return problem.get(lang).to_owned();
    }
    let mut text = lang.pick("手本と違います", "differs from what is expected").to_owned();
    for (file, difference) in &golden.differences {
        let place = [file].into_iter().chain(&difference.within).cloned().collect::<Vec<_>>().join(" › ");
        text.push_str(&format!("\n  {place}{}{}", lang.pick("：", ": "), difference.what.get(lang)));
        for line in &difference.lines {
            text.push_str(&format!("\n    {line}"));
        }
    }
    text
}
