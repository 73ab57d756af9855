//! `todokede template`: an empty workbook to fill.

use std::path::Path;

use anyhow::Result;
use todokede_core::package::store::write_whole;
use todokede_core::run::Engine;
use todokede_core::workbook::{Layout, Spec, write};

use crate::args::{LayoutArg, TemplateArgs};
use crate::output::{Exit, Output};

pub(crate) fn run(args: &TemplateArgs, output: &mut Output) -> Result<Exit> {
    let engine = Engine::load(&args.plugins.plugin_dir)?;
    super::not_there(&args.output, args.force, output.lang)?;
    let shown = args.output.display();
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
