//! `todokede docx compare`: 新旧対照表, and a copy of the new document with tracked changes.

mod records;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use todokede_core::model::Lang;
use todokede_core::render::docx::DOCUMENT;
use todokede_core::render::docx::compare::page::{About, html};
use todokede_core::render::docx::compare::tracked::{Author, tracked};
use todokede_core::render::docx::compare::{Comparison, Row, Span, compare, docx};

use super::{is_no_input, name, package, write};
use crate::args::date;
use crate::commands::{not_there, today};
use crate::output::{Exit, Output, UsageError};

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The old document, or the record it was built from
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The new document, or the record it is built from
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Plugin whose documents are built from two records and compared
    #[arg(id = "compare_plugin", long = "plugin", value_name = "ID")]
    pub(crate) plugin: Option<String>,
    /// Table of old and new to write, .docx or .html (default: the changes as text); of two records the folder for all tables
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
    if let Some(plugin) = &args.plugin {
        return records::run(args, plugin, output);
    }
    for path in [&args.table, &args.tracked].into_iter().flatten() {
        not_there(path, args.force, lang)?;
    }
    let is = |path: &Path, wanted: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted));
    if let Some(path) = args.table.as_deref().filter(|path| !is(path, "docx") && !is(path, "html")) {
        let shown = path.display();
        let ja = format!("{shown}：拡張子は .docx か .html にしてください。");
        return Err(UsageError(lang.pick(&ja, &format!("{shown}: end the name in .docx or .html")).to_owned()).into());
    }
    if args.table.is_some() && args.table == args.tracked {
        let (ja, en) =
            ("対照表と変更履歴付きの文書に、同じ名前は付けられません。", "the table and the tracked copy cannot be one file");
        return Err(UsageError(lang.pick(ja, en).to_owned()).into());
    }
    for path in [&args.table, &args.tracked].into_iter().flatten() {
        is_no_input(path, &[&args.old, &args.new], lang)?;
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
    if found.rows.is_empty() && old.part(DOCUMENT)? != new.part(DOCUMENT)? {
        output.say(
            "文字の変更はありませんが、書式、数式、ふりがな、番号の付け方など、文字以外に違いがあります（これらは比べません）。",
            "no text changed, but something else did: formatting, equations, readings or lists, which are not compared",
        )?;
    }
    tell(found.rows.len(), output)
}

fn tell(count: usize, output: &mut Output) -> Result<Exit> {
    output.say(&format!("変更{count}件"), &format!("{count} change(s)"))?;
    Ok(if count == 0 { Exit::Clean } else { Exit::Findings })
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
