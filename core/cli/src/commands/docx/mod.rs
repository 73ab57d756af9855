//! `todokede docx`: Word documents by themselves.

mod compare;
mod lint;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use todokede_core::limits::DOCX_BYTES;
use todokede_core::render::docx::package::Package;

use crate::output::{Exit, Output, UsageError};

#[derive(Debug, Args)]
pub(crate) struct DocxArgs {
    #[command(subcommand)]
    pub(crate) command: DocxCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DocxCommand {
    /// Compare two documents: a table of old and new, and a copy with tracked changes
    Compare(compare::CompareArgs),
    /// Check finished documents for what was left in them and what does not agree
    Lint(lint::LintArgs),
}

pub(crate) fn run(args: &DocxArgs, output: &mut Output) -> Result<Exit> {
    match &args.command {
        DocxCommand::Compare(args) => compare::run(args, output),
        DocxCommand::Lint(args) => lint::run(args, output),
    }
}

/// Reads a Word file that was named on the command line.
fn package(path: &Path) -> Result<Package> {
    let shown = path.display();
    let size = fs::metadata(path).with_context(|| shown.to_string())?.len();
    if size > DOCX_BYTES {
        return Err(UsageError(format!("{shown}: > {DOCX_BYTES} bytes")).into());
    }
    let bytes = fs::read(path).with_context(|| shown.to_string())?;
    Package::read(bytes).map_err(|error| UsageError(format!("{shown}: {error}")).into())
}

/// Returns the name of a file without its folders.
fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
