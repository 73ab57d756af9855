//! The documents of two records held against each other, each with the one that took its place.

use std::path::{Path, PathBuf};

use anyhow::Result;
use todokede_core::model::Lang;
use todokede_core::render::docx::compare::page::About;
use todokede_core::render::docx::compare::tracked::{Author, tracked};
use todokede_core::render::docx::compare::{compare, docx};
use todokede_core::run::{Engine, Job, Quiet, Stage, WordOptions, run as build};

use super::{CompareArgs, tell, text};
use crate::commands::docx::{name, package, write};
use crate::commands::{not_there, today};
use crate::output::{Exit, Output, UsageError};

/// What the names of a draft start with.
const DRAFT: &str = "DRAFT_";

pub(super) fn run(args: &CompareArgs, plugin: &str, output: &mut Output) -> Result<Exit> {
    let lang = output.lang;
    let engine = crate::commands::engine(&[])?;
    let day = args.now.clone().unwrap_or_else(today);
    let folder = tempfile::tempdir()?;
    let made = |input: &Path, side: &str| documents(&engine, input, plugin, &day, &folder.path().join(side), lang);
    let (old, new) = (made(&args.old, "old")?, made(&args.new, "new")?);
    if old.len() != new.len() {
        let ja = format!("文書の数が違います（旧{}、新{}）。文書どうしを比べてください。", old.len(), new.len());
        let en = format!("the records make {} and {} documents; compare the documents one by one", old.len(), new.len());
        return Err(UsageError(lang.pick(&ja, &en).to_owned()).into());
    }
    let mut count = 0;
    for (old, new) in old.iter().zip(&new) {
        let (before, after) = (package(old)?, package(new)?);
        let found = compare(&before, &after)?;
        let shown = |path: &Path| name(path).trim_start_matches(DRAFT).to_owned();
        let (old_name, new_name) = (shown(old), shown(new));
        count += found.rows.len();
        match &args.table {
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                let about = About { title: "", old: &old_name, new: &new_name };
                let table = folder.join(format!("新旧対照表_{new_name}"));
                let marked = folder.join(format!("変更履歴_{new_name}"));
                for path in [&table, &marked] {
                    not_there(path, args.force, lang)?;
                }
                write(&table, &docx(&about, &found, lang)?.write()?)?;
                let author = Author { name: &args.author, date: &day };
                write(&marked, &tracked(&before, &after, author)?.write()?)?;
            }
            None => output.print(&format!("{new_name}\n{}", text(&found, lang)))?,
        }
    }
    tell(count, output)
}

/// Builds the documents of a record; what is found in it is a matter of `check`.
fn documents(engine: &Engine, input: &Path, plugin: &str, day: &str, out: &Path, lang: Lang) -> Result<Vec<PathBuf>> {
    let job = Job {
        inputs: vec![input.to_owned()],
        plugins: vec![plugin.to_owned()],
        until: Stage::Package,
        out: Some(out.to_owned()),
        ledger: None,
        now: day.to_owned(),
        jobs: 1,
        draft: true,
        previous: Vec::new(),
        waivers: None,
        xsd: None,
        keep: false,
        word: WordOptions::default(),
        settings: Default::default(),
    };
    let outcome = build(engine, &job, &Quiet)?;
    let Some(built) = outcome.built.first().filter(|_| outcome.built.len() == 1) else {
        let shown = input.display();
        let ja = format!("{shown}：1つの試験の文書を作れません。todokede check で確かめてください。");
        let en = format!("{shown}: the documents of one trial cannot be built; see todokede check");
        return Err(UsageError(lang.pick(&ja, &en).to_owned()).into());
    };
    Ok(built.files.iter().filter(|name| name.ends_with(".docx")).map(|name| built.folder.join(name)).collect())
}
