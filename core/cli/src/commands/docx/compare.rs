//! `todokede docx compare`: 新旧対照表, and a copy of the new document with tracked changes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use todokede_core::model::Lang;
use todokede_core::render::docx::compare::page::{About, html};
use todokede_core::render::docx::compare::tracked::{Author, tracked};
use todokede_core::render::docx::compare::{Comparison, Row, Span, compare, docx};

use super::{name, package};
use crate::args::date;
use crate::commands::{not_there, today};
use crate::output::{Exit, Output, UsageError};

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The old document
    #[arg(value_name = "OLD.docx")]
    pub(crate) old: PathBuf,
    /// The new document
    #[arg(value_name = "NEW.docx")]
    pub(crate) new: PathBuf,
    /// Table of old and new to write, .docx or .html (default: the changes as text)
    #[arg(id = "table", short = 'o', long = "output", value_name = "FILE")]
    pub(crate) table: Option<PathBuf>,
    /// Copy of the new document to write, with Word's tracked changes against the old one
    #[arg(long, value_name = "FILE.docx")]
    pub(crate) tracked: Option<PathBuf>,
    /// Who is said to have made the tracked changes
    #[arg(long, value_name = "NAME", default_value = "todokede")]
    pub(crate) author: String,
    /// Day of the run, YYYY-MM-DD (default: today in Japan)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<String>,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

pub(crate) fn run(args: &CompareArgs, output: &mut Output) -> Result<Exit> {
    let lang = output.lang;
    for path in [&args.table, &args.tracked].into_iter().flatten() {
        not_there(path, args.force, lang)?;
    }
    let is = |path: &Path, wanted: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted));
    if let Some(path) = args.table.as_deref().filter(|path| !is(path, "docx") && !is(path, "html")) {
        let shown = path.display();
        let ja = format!("{shown}：拡張子は .docx か .html にしてください。");
        return Err(UsageError(lang.pick(&ja, &format!("{shown}: end the name in .docx or .html")).to_owned()).into());
    }
    let (old, new) = (package(&args.old)?, package(&args.new)?);
    let found = compare(&old, &new)?;
    let (old_name, new_name) = (name(&args.old), name(&args.new));
    let about = About { title: "", old: &old_name, new: &new_name };
    match &args.table {
        Some(path) if is(path, "docx") => write(path, &docx(&about, &found, lang)?.write()?)?,
        Some(path) => write(path, html(&about, &found, lang)?.as_bytes())?,
        None => output.print(&text(&found, lang))?,
    }
    if let Some(path) = &args.tracked {
        let date = args.now.clone().unwrap_or_else(today);
        let author = Author { name: &args.author, date: &date };
        write(path, &tracked(&old, &new, author)?.write()?)?;
    }
    let count = found.rows.len();
    output.say(&format!("変更{count}件"), &format!("{count} change(s)"))?;
    Ok(if count == 0 { Exit::Clean } else { Exit::Findings })
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| path.display().to_string())
}

fn text(found: &Comparison, lang: Lang) -> String {
    let mut text = String::new();
    for row in &found.rows {
        text.push_str(&format!("{}  {}\n", row.kind.word(lang), place(row, lang)));
        for (sign, spans) in [("-", &row.old), ("+", &row.new)] {
            if !spans.is_empty() {
                text.push_str(&format!("  {sign} {}\n", marked(spans)));
            }
        }
    }
    text
}

fn place(row: &Row, lang: Lang) -> &str {
    row.place().get(lang)
}

fn marked(spans: &[Span]) -> String {
    let one = |span: &Span| if span.changed { format!("[{}]", span.text) } else { span.text.clone() };
    spans.iter().map(one).collect::<String>().replace('\n', "⏎").replace('\t', " | ")
}
