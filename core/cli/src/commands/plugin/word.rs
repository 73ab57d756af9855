//! `todokede plugin word`: a Word template drafted from a plugin's form.

use std::path::{Path, PathBuf};

use anyhow::Result;
use todokede_core::author::word::draft;
use todokede_core::package::store::write_whole;

use crate::commands::{engine, not_there};
use crate::output::{Exit, Output, UsageError};

pub(super) fn run(folder: &Path, force: bool, named: &[PathBuf], output: &mut Output) -> Result<Exit> {
    let engine = engine(named)?;
    let draft = draft(folder, &engine).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        UsageError(problems.join("\n"))
    })?;
    let path = folder.join(&draft.name);
    not_there(&path, force, output.lang)?;
    let above = path.parent().unwrap_or(folder);
    std::fs::create_dir_all(above)?;
    write_whole(above, &path.file_name().unwrap_or_default().to_string_lossy(), &draft.bytes)?;
    let shown = path.display();
    output.say(
        &format!("{shown} を作りました。Wordで開いて体裁を整えてください。{{{{ }}}} の中は変えないでください。"),
        &format!("wrote {shown}; open it in Word and make it look well, but leave what stands in {{{{ }}}}"),
    )?;
    Ok(Exit::Clean)
}
