//! `todokede template`: an empty workbook to fill.

use std::path::Path;

use anyhow::Result;
use todokede_core::model::Record;
use todokede_core::package::store::write_whole;
use todokede_core::plugin::Plugin;
use todokede_core::run::{Engine, Outcome};
use todokede_core::workbook::{Layout, Spec, write};

use crate::args::{LayoutArg, TemplateArgs};
use crate::output::{Exit, Output, UsageError};
use crate::report;

pub(crate) fn run(args: &TemplateArgs, output: &mut Output) -> Result<Exit> {
    let engine = super::engine(&args.plugins.plugin_dir)?;
    super::not_there(&args.output, args.force, output.lang)?;
    let shown = args.output.display();
    let plugins = engine.select(&args.plugin)?;
    let start = start(args, &engine, &plugins, output)?;
    let uses = engine.uses_of(&plugins, start.as_slice(), start.is_some());
    let layout = match args.layout {
        LayoutArg::Trial => Layout::Trial,
        LayoutArg::List => Layout::List,
    };
    let written = write(&Spec { catalogue: &engine.catalogue, uses: &uses, layout, lang: output.lang }, start.as_slice())?;
    anyhow::ensure!(written.left_out.is_empty(), "a value has no place in the workbook");
    let folder = args.output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let name = args.output.file_name().unwrap_or_default().to_string_lossy();
    write_whole(folder, &name, &written.bytes)?;
    output.say(&format!("{shown} を作りました。"), &format!("wrote {shown}"))?;
    Ok(Exit::Clean)
}

/// Reads the last filing and makes of it what the next one starts from.
fn start(args: &TemplateArgs, engine: &Engine, plugins: &[&Plugin], output: &mut Output) -> Result<Option<Record>> {
    let (Some(from), Some(kind)) = (&args.from, &args.next) else { return Ok(None) };
    let able: Vec<&&Plugin> = plugins.iter().filter(|plugin| plugin.next.names().any(|name| name == kind)).collect();
    let [plugin] = able.as_slice() else {
        let known = plugins.iter().flat_map(|plugin| plugin.next.names()).collect::<Vec<_>>().join(", ");
        let problem = if known.is_empty() {
            output.lang.pick(
                "この届出先には次の届出のひな形がありません。前のワークブックの届出の区分と届出日を直して使ってください。",
                "these destinations have no start for the next filing: edit the last workbook, its kind of report and its date",
            )
        } else {
            known.as_str()
        };
        return Err(UsageError(format!("--for {kind}: {problem}")).into());
    };
    let last = match engine.filing(from, plugin) {
        Ok(last) => last,
        Err(finding) => {
            let outcome = Outcome { findings: vec![*finding], ..Outcome::default() };
            output.print(&report::text(&outcome, output.lang))?;
            return Err(UsageError(format!("--from {}", from.display())).into());
        }
    };
    let next = engine.next_filing(&last, kind, plugin).transpose().map_err(anyhow::Error::msg)?;
    Ok(next)
}
