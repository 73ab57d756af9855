//! `todokede docx lint`: checks on finished documents.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;
use todokede_core::files::Files;
use todokede_core::limits::INPUT_BYTES;
use todokede_core::model::{RuleBook, Severity};
use todokede_core::render::docx::lint::{Expected, Linter, Profile};

use super::{name, package};
use crate::args::{FailOn, FormatArg, date};
use crate::output::{Exit, Output, UsageError};
use crate::report;

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// Word documents; of several, also whether they agree with each other
    #[arg(required = true, value_name = "FILE.docx")]
    pub(crate) documents: Vec<PathBuf>,
    /// Whom they are for: clinical-trials-act, gcp, ethical-guidelines (documents for patients), protocol
    #[arg(long, value_name = "PROFILE", value_parser = profile)]
    pub(crate) profile: Option<Profile>,
    /// Children read them
    #[arg(long)]
    pub(crate) children: bool,
    /// Trial record (JSON) that their numbers are held against
    #[arg(long, value_name = "FILE.json")]
    pub(crate) record: Option<PathBuf>,
    /// Their version, such as 1.2
    #[arg(id = "document_version", long = "document-version", value_name = "V")]
    pub(crate) version: Option<String>,
    /// Day of their version, YYYY-MM-DD
    #[arg(id = "version_date", long = "version-date", value_name = "DATE", value_parser = date)]
    pub(crate) date: Option<String>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub(crate) format: FormatArg,
    /// Least severity of findings that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub(crate) fail_on: FailOn,
}

pub(crate) fn run(args: &LintArgs, output: &mut Output) -> Result<Exit> {
    let forms = Files::embedded("forms");
    let (linter, book) = (Linter::load(&forms)?, RuleBook::load(&forms)?);
    let facts = match &args.record {
        Some(path) => {
            let shown = || path.display().to_string();
            if fs::metadata(path).with_context(shown)?.len() > INPUT_BYTES {
                return Err(UsageError(format!("{}: > {INPUT_BYTES} bytes", shown())).into());
            }
            let text = fs::read(path).with_context(shown)?;
            let record: Value = serde_json::from_slice(&text).map_err(|error| UsageError(format!("{}: {error}", shown())))?;
            linter.facts(&record)
        }
        None => Vec::new(),
    };
    let expected = Expected {
        profile: args.profile,
        is_for_children: args.children,
        is_whole: None,
        version: args.version.clone(),
        date: args.date.clone(),
        facts,
    };
    let mut packages = Vec::new();
    for path in &args.documents {
        packages.push((name(path), package(path)?));
    }
    let mut findings = Vec::new();
    for (file, package) in &packages {
        findings.extend(linter.lint(file, package, &expected, &book)?);
    }
    let set: Vec<_> = packages.iter().map(|(file, package)| (file.as_str(), package)).collect();
    if set.len() > 1 {
        findings.extend(linter.lint_set(&set, &book)?);
    }
    match args.format {
        FormatArg::Text => {
            output.print(&report::findings(&findings, output.lang))?;
            let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
            let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
            output.say(
                &format!("エラー{errors}件、警告{warnings}件、参考{notes}件"),
                &format!("{errors} error(s), {warnings} warning(s), {notes} note(s)"),
            )?;
        }
        FormatArg::Json => output.print(&format!("{:#}\n", serde_json::to_value(&findings)?))?,
    }
    let counts = findings.iter().any(|finding| finding.counts(args.fail_on.severity()));
    Ok(if counts { Exit::Findings } else { Exit::Clean })
}

fn profile(text: &str) -> Result<Profile, String> {
    let known = || Profile::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    Profile::NAMES.iter().find(|(name, _)| *name == text).map(|(_, profile)| *profile).ok_or_else(known)
}
