//! `todokede docx`: Word documents by themselves.

mod compare;
mod lint;
mod template;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use todokede_core::limits::DOCX_BYTES;
use todokede_core::render::docx::package::Package;
use todokede_core::run::Engine;

use crate::args::{DocxArgs, DocxCommand};
use crate::output::{Exit, Output, UsageError};

pub(crate) use self::compare::CompareArgs;
pub(crate) use self::lint::LintArgs;

pub(crate) fn run(args: &DocxArgs, output: &mut Output) -> Result<Exit> {
    let engine = || Engine::load(&args.plugins.plugin_dir);
    match &args.command {
        DocxCommand::Compare(args) => compare::run(args, output),
        DocxCommand::Lint(args) => lint::run(args, output),
        DocxCommand::Check { docx, plugin, data } => {
            template::check(&engine()?, docx, (plugin.as_deref(), data.as_deref()), output)
        }
        DocxCommand::Fields { docx, json } => template::fields(&engine()?, docx, *json, output),
        DocxCommand::Render { docx, data, output: out, force } => template::fill(&engine()?, docx, data, (out, *force), output),
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
