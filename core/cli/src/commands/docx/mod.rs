//! `todokede docx`: Word documents by themselves.

mod compare;
mod lint;
mod template;

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use todokede_core::limits::DOCX_BYTES;
use todokede_core::model::Lang;
use todokede_core::render::docx::package::Package;

use crate::args::{DocxArgs, DocxCommand};
use crate::output::{Exit, Output, UsageError};

pub(crate) use self::compare::CompareArgs;
pub(crate) use self::lint::LintArgs;

pub(crate) fn run(args: &DocxArgs, output: &mut Output) -> Result<Exit> {
    let engine = || crate::commands::engine(&args.plugins.plugin_dir);
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

/// Writes a file whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(|| folder.display().to_string())?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).with_context(|| path.display().to_string())?;
    Ok(())
}

/// Refuses to write over an input, whatever was said about replacing files.
fn is_no_input(out: &Path, inputs: &[&Path], lang: Lang) -> Result<()> {
    let Ok(target) = out.canonicalize() else { return Ok(()) };
    if inputs.iter().any(|input| input.canonicalize().is_ok_and(|input| input == target)) {
        let shown = out.display();
        let ja = format!("{shown} は入力のファイルです。別の名前を指定してください。");
        return Err(UsageError(lang.pick(&ja, &format!("{shown} is an input; name another file")).to_owned()).into());
    }
    Ok(())
}
