//! `todokede template`: an empty workbook to fill.

use std::path::Path;

use anyhow::Result;
use todokede_core::package::store::write_whole;
use todokede_core::run::Engine;
use todokede_core::workbook::{Layout, Spec, write};

use crate::args::{LayoutArg, TemplateArgs};
use crate::output::{Exit, Output, UsageError};

pub(crate) fn run(args: &TemplateArgs, output: &mut Output) -> Result<Exit> {
    let engine = Engine::load(&args.plugins.plugin_dir)?;
    let shown = args.output.display();
    if args.output.exists() && !args.force {
        let ja = format!("{shown} は既にあります。置き換えるときは --force を付けてください。");
        let en = format!("{shown} is there already; add --force to replace it");
        return Err(UsageError(output.lang.pick(&ja, &en).to_owned()).into());
    }
    let plugins = engine.select(&args.plugin)?;
    let uses = engine.uses(&plugins);
    let layout = match args.layout {
        LayoutArg::Trial => Layout::Trial,
        LayoutArg::List => Layout::List,
    };
    let written = write(&Spec { catalogue: &engine.catalogue, uses: &uses, layout, lang: output.lang }, &[])?;
    let folder = args.output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let name = args.output.file_name().unwrap_or_default().to_string_lossy();
    write_whole(folder, &name, &written.bytes)?;
    output.say(&format!("{shown} を作りました。"), &format!("wrote {shown}"))?;
    Ok(Exit::Clean)
}
