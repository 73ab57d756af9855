//! `todokede import`: a filing that was made before becomes a workbook or JSON to go on with.

use std::path::Path;

use anyhow::{Context, Result};
use todokede_core::model::Severity;
use todokede_core::normalise::normalise;
use todokede_core::package::store::write_whole;
use todokede_core::read_back::{read_back, recognise};
use todokede_core::run::{Engine, Outcome};
use todokede_core::workbook::{Layout, Spec, write};

use crate::args::ImportArgs;
use crate::output::{Exit, Output, UsageError};
use crate::report;

pub(crate) fn run(args: &ImportArgs, output: &mut Output) -> Result<Exit> {
    let engine = Engine::load(&args.plugins.plugin_dir)?;
    super::not_there(&args.output, args.force, output.lang)?;
    let shown = args.input.display().to_string();
    let bytes = std::fs::read(&args.input).with_context(|| shown.clone())?;
    let Some(plugin) = recognise(&bytes, engine.plugins.values()) else {
        let (ja, en) = ("知っている届出のXMLではありません", "is not the XML of a filing that any plugin knows");
        return Err(UsageError(format!("{shown}: {}", output.lang.pick(ja, en))).into());
    };
    let name = args.input.file_name().unwrap_or_default().to_string_lossy();
    let mut back = read_back(&name, &bytes, plugin, &engine.catalogue, &engine.book);
    back.findings.extend(normalise(&mut back.record, &engine.catalogue, &engine.book));
    let outcome = Outcome { trials: 1, findings: back.findings, ..Outcome::default() };
    output.print(&report::text(&outcome, output.lang))?;
    if outcome.count(Severity::Error) > 0 {
        // A record that lost something on the way would look whole.
        output.say(
            "残せないものがあるため、ファイルは作りませんでした。",
            "nothing was written, since not everything could be kept",
        )?;
        return Ok(Exit::Findings);
    }
    let content = match args.output.extension().and_then(|extension| extension.to_str()) {
        Some("json") => format!("{:#}\n", back.record.to_json(&engine.catalogue)).into_bytes(),
        Some("xlsx") => {
            let uses = engine.uses(&[plugin]);
            let spec = Spec { catalogue: &engine.catalogue, uses: &uses, layout: Layout::Trial, lang: output.lang };
            let written = write(&spec, std::slice::from_ref(&back.record))?;
            anyhow::ensure!(written.left_out.is_empty(), "a value has no place in the workbook");
            written.bytes
        }
        _ => return Err(UsageError("-o: FILE.xlsx / FILE.json".to_owned()).into()),
    };
    let folder = args.output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    write_whole(folder, &args.output.file_name().unwrap_or_default().to_string_lossy(), &content)?;
    let shown = args.output.display();
    output.say(&format!("{shown} を作りました。"), &format!("wrote {shown}"))?;
    Ok(Exit::Clean)
}
