//! `todokede plugin docs`: the manual page of a plugin.

use std::path::{Path, PathBuf};

use anyhow::Result;
use todokede_core::author::manual::manual;
use todokede_core::author::{id_of, pages};
use todokede_core::package::store::write_whole;

use crate::commands::{engine, not_there};
use crate::output::{Exit, Output, UsageError};

pub(super) fn run(of: &str, (file, force): (Option<&Path>, bool), named: &[PathBuf], output: &mut Output) -> Result<Exit> {
    let mut dirs = named.to_vec();
    let folder = Path::new(of);
    let id = match id_of(folder) {
        Some(id) => {
            dirs.push(folder.to_path_buf());
            id
        }
        None => of.to_owned(),
    };
    let engine = engine(&dirs)?;
    let plugin = engine.select(&[id])?.into_iter().next();
    let Some(plugin) = plugin else { return Ok(Exit::Usage) };
    let blocks = manual(plugin, &engine.catalogue, output.lang);
    let Some(file) = file else {
        output.print(&pages::markdown(&blocks))?;
        return Ok(Exit::Clean);
    };
    not_there(file, force, output.lang)?;
    let text = match file.extension().and_then(|extension| extension.to_str()) {
        Some("html" | "htm") => pages::html(plugin.manifest.title.get(output.lang), &blocks, output.lang),
        Some("md") => pages::markdown(&blocks),
        _ => {
            let shown = file.display();
            let (ja, en) = (format!("{shown}：.md か .html にしてください。"), format!("{shown}: name a .md or .html file"));
            return Err(UsageError(output.lang.pick(&ja, &en).to_owned()).into());
        }
    };
    let above = file.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    write_whole(above, &file.file_name().unwrap_or_default().to_string_lossy(), text.as_bytes())?;
    let shown = file.display();
    output.say(&format!("{shown} を作りました。"), &format!("wrote {shown}"))?;
    Ok(Exit::Clean)
}
