//! `todokede plugin`: the author's kit.

mod check;
mod docs;
pub(crate) mod list;
mod new;
mod test;
mod word;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::args::{PluginArgs, PluginCommand};
use crate::output::{Exit, Output, UsageError};

pub(crate) fn run(args: &PluginArgs, output: &mut Output) -> Result<Exit> {
    match &args.command {
        PluginCommand::New(args) => new::run(args, output),
        PluginCommand::Check { plugin_folder, pin, format, plugins } => {
            check::run(plugin_folder, *pin, *format, &plugins.plugin_dir, output)
        }
        PluginCommand::Test { plugin_folder, update, plugins } => {
            test::run(plugin_folder, *update, &plugins.plugin_dir, output)
        }
        PluginCommand::List { plugins } => list::run(plugins, output),
        PluginCommand::Docs { plugin_or_folder, output: file, force, plugins } => {
            docs::run(plugin_or_folder, (file.as_deref(), *force), &plugins.plugin_dir, output)
        }
        PluginCommand::Word { plugin_folder, force, plugins } => word::run(plugin_folder, *force, &plugins.plugin_dir, output),
    }
}

/// Returns the folders of plugins that a folder is or holds.
fn folders(dir: &Path, output: &Output) -> Result<Vec<PathBuf>> {
    if dir.join("plugin.toml").is_file() {
        return Ok(vec![dir.to_path_buf()]);
    }
    let entries = std::fs::read_dir(dir).map(|entries| entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>());
    let mut found: Vec<PathBuf> =
        entries.unwrap_or_default().into_iter().filter(|path| path.join("plugin.toml").is_file()).collect();
    found.sort();
    if found.is_empty() {
        let shown = dir.display();
        let ja = format!("{shown} に plugin.toml がなく、それを持つフォルダもありません。");
        let en = format!("{shown}: holds no plugin.toml, and no folder that does");
        return Err(UsageError(output.lang.pick(&ja, &en).to_owned()).into());
    }
    Ok(found)
}

/// Returns the folders beside one whose plugins may lend it their fields: those that were named, and not itself.
fn others(folder: &Path, all: &[PathBuf], named: &[PathBuf]) -> Vec<PathBuf> {
    let beside = all.iter().filter(|other| other.as_path() != folder);
    named.iter().chain(beside).cloned().collect()
}
