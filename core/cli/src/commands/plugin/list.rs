//! `todokede plugin list`: which destinations there are.

use anyhow::Result;
use todokede_core::author::about;
use todokede_core::model::Lang;
use todokede_core::plugin::Plugin;

use crate::args::PluginsArgs;
use crate::output::{Exit, Output};

pub(crate) fn run(args: &PluginsArgs, output: &mut Output) -> Result<Exit> {
    let engine = crate::commands::engine(&args.plugin_dir)?;
    for plugin in engine.plugins.values() {
        output.print(&entry(plugin, output.lang))?;
    }
    Ok(Exit::Clean)
}

fn entry(plugin: &Plugin, lang: Lang) -> String {
    let (manifest, form) = (&plugin.manifest, &plugin.form);
    let rules = plugin.rules.texts().count();
    let counted = match lang {
        Lang::Ja => format!("様式 {} {}（{}から）、規則{rules}件", form.id, form.version, form.effective),
        Lang::En => format!("form {} {} (from {}), {rules} rules", form.id, form.version, form.effective),
    };
    let folder = about::folder(plugin).unwrap_or_else(|| lang.pick("内蔵", "in the program").to_owned());
    let hash: String = about::hash(plugin).chars().take(16).collect();
    let (id, version, title) = (&manifest.id, &manifest.version, manifest.title.get(lang));
    format!("{id} {version}  {title}\n  {counted}\n  {}  {folder}  sha256 {hash}…\n", about::kind(plugin))
}
