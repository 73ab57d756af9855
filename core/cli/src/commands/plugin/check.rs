//! `todokede plugin check`: everything that is wrong in a plugin's folder.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use todokede_core::author::pin::{PinError, pin};
use todokede_core::author::{check, id_of};
use todokede_core::model::{Finding, Lang, Severity};

use super::{folders, others};
use crate::args::FormatArg;
use crate::commands::program;
use crate::output::{Exit, Output, UsageError};
use crate::report;

/// What is said of one folder, for programs.
#[derive(Serialize)]
struct Checked {
    plugin: String,
    folder: String,
    findings: Vec<Finding>,
}

pub(super) fn run(dir: &Path, pinned: bool, format: FormatArg, named: &[PathBuf], output: &mut Output) -> Result<Exit> {
    let all = folders(dir, output)?;
    if pinned {
        for folder in &all {
            write_hash(folder, matches!(format, FormatArg::Text), output)?;
        }
    }
    let mut checked = Vec::new();
    for folder in &all {
        let findings = check::check(folder, &others(folder, &all, named), &program())?;
        let plugin = id_of(folder).unwrap_or_default();
        checked.push(Checked { plugin, folder: folder.display().to_string(), findings });
    }
    match format {
        FormatArg::Json => output.print(&format!("{:#}\n", serde_json::to_value(&checked)?))?,
        FormatArg::Text => {
            for one in &checked {
                output.print(&report::findings(&one.findings, output.lang))?;
                output.print(&summary(one, output.lang))?;
            }
        }
    }
    let failed = checked.iter().flat_map(|one| &one.findings).any(|finding| finding.counts(Severity::Error));
    Ok(if failed { Exit::Findings } else { Exit::Clean })
}

fn summary(checked: &Checked, lang: Lang) -> String {
    let count = |severity| checked.findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let name = if checked.plugin.is_empty() { &checked.folder } else { &checked.plugin };
    match lang {
        Lang::Ja => format!("{name}：エラー{errors}件、警告{warnings}件\n"),
        Lang::En => format!("{name}: {errors} error(s), {warnings} warning(s)\n"),
    }
}

/// Writes the hash of the library; a plugin without one has nothing to be written.
fn write_hash(folder: &Path, is_text: bool, output: &mut Output) -> Result<()> {
    match pin(folder) {
        Ok((library, hash)) if is_text => {
            let ja = format!("{library} のSHA-256を plugin.toml に書き込みました：{hash}");
            output.say(&ja, &format!("wrote the SHA-256 of {library} into plugin.toml: {hash}"))?;
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(PinError::NoLibrary) => {
            let shown = folder.display();
            let ja = format!("{shown}/plugin.toml の [code] に library と sha256 がありません。");
            let en = format!("{shown}/plugin.toml has no library and sha256 in [code]");
            Err(UsageError(output.lang.pick(&ja, &en).to_owned()).into())
        }
        Err(error) => Err(UsageError(error.to_string()).into()),
    }
}
