//! `todokede plugins`: which destinations there are.

use anyhow::Result;

use crate::args::PluginsArgs;
use crate::output::{Exit, Output};

pub(crate) fn run(args: &PluginsArgs, output: &mut Output) -> Result<Exit> {
    let engine = super::engine(&args.plugin_dir)?;
    let lang = output.lang;
    for plugin in engine.plugins.values() {
        let manifest = &plugin.manifest;
        let rules = plugin.rules.texts().count();
        let counted = match lang {
            todokede_core::model::Lang::Ja => {
                format!("様式 {} {}（{}から）、規則{rules}件", plugin.form.id, plugin.form.version, plugin.form.effective)
            }
            todokede_core::model::Lang::En => {
                format!("form {} {} (from {}), {rules} rules", plugin.form.id, plugin.form.version, plugin.form.effective)
            }
        };
        output.print(&format!("{} {}  {}\n  {counted}\n", manifest.id, manifest.version, manifest.title.get(lang)))?;
    }
    Ok(Exit::Clean)
}
