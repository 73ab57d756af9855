//! `todokede import`: a filing that was made before, or a record of another registry, becomes a workbook or JSON to go on
//! with.

mod records;

use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use todokede_core::as_filed;
use todokede_core::ingest::{ingest, ingest_json};
use todokede_core::interchange::Interchange;
use todokede_core::model::{Lang, Record};
use todokede_core::normalise::normalise;
use todokede_core::package::store::write_whole;
use todokede_core::plugin::Plugin;
use todokede_core::read_back::{decode, read_back, recognise};
use todokede_core::run::{Engine, Outcome};
use todokede_core::workbook::{Layout, Spec, WorkbookError, write};

use crate::args::{FILING, FormatArg, ImportArgs};
use crate::output::{Exit, Output, UsageError};
use crate::report;

pub(crate) fn run(args: &ImportArgs, output: &mut Output) -> Result<Exit> {
    let engine = super::engine(&args.plugins.plugin_dir)?;
    let target = args.output.clone().unwrap_or_else(|| args.source.with_extension("xlsx"));
    super::not_there(&target, args.force, output.lang)?;
    let shown = args.source.display().to_string();
    let bytes = Interchange::read_file(&args.source).with_context(|| shown.clone())?;
    let from = args.from.as_deref();
    let filing = from.is_none_or(|from| from == FILING).then(|| recognise(&bytes, engine.plugins.values())).flatten();
    if let Some(plugin) = filing {
        return filed(args, &engine, plugin, &target, &bytes, output);
    }
    if from == Some(FILING) {
        let (ja, en) = ("知っている届出のXMLではありません", "is not the XML of a filing that any plugin knows");
        return Err(UsageError(format!("{shown}: {}", output.lang.pick(ja, en))).into());
    }
    records::run(args, &engine, &target, &bytes, output)
}

/// Reads a filing that was made before.
fn filed(
    args: &ImportArgs,
    engine: &Engine,
    plugin: &Plugin,
    target: &Path,
    bytes: &[u8],
    output: &mut Output,
) -> Result<Exit> {
    let name = args.source.file_name().unwrap_or_default().to_string_lossy();
    let mut back = read_back(&name, bytes, plugin, &engine.catalogue, &engine.book);
    let content = match content(target, engine, plugin, &back.record, output.lang) {
        Ok(content) => content,
        Err(error) if error.downcast_ref::<WorkbookError>().is_some() => {
            let place = todokede_core::model::Place::file(&name);
            back.findings.push(engine.book.finding("RB-0014", place, &[("problem", error.to_string().as_str().into())]));
            let outcome = Outcome { trials: 1, findings: back.findings, ..Outcome::default() };
            say(args, &outcome, output)?;
            return Ok(Exit::Findings);
        }
        Err(error) => return Err(error),
    };
    if let Some(path) = lost(engine, plugin, &content.record, bytes) {
        let place = todokede_core::model::Place::file(&name);
        back.findings.push(engine.book.finding("RB-0009", place, &[("path", path.into())]));
    }
    let lossy = back.findings.iter().any(|finding| LOSSES.contains(&finding.rule.as_str()));
    back.findings.extend(normalise(&mut back.record, &engine.catalogue, &engine.book));
    let outcome = Outcome { trials: 1, findings: back.findings, ..Outcome::default() };
    say(args, &outcome, output)?;
    if lossy {
        // A record that lost something on the way would look whole.
        output.say(
            "残せないものがあるため、ファイルは作りませんでした。",
            "nothing was written, since not everything could be kept",
        )?;
        return Ok(Exit::Findings);
    }
    put(args, target, &content.bytes, output)?;
    Ok(Exit::Clean)
}

/// Reports findings in the form that is asked for.
fn say(args: &ImportArgs, outcome: &Outcome, output: &mut Output) -> Result<()> {
    match args.format {
        FormatArg::Text => output.print(&report::text(outcome, output.lang))?,
        FormatArg::Json => report::json(outcome, &mut io::BufWriter::new(io::stdout().lock()))?,
    }
    Ok(())
}

/// Writes the file, and says so to people.
fn put(args: &ImportArgs, target: &Path, content: &[u8], output: &mut Output) -> Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    write_whole(folder, &target.file_name().unwrap_or_default().to_string_lossy(), content)?;
    let shown = target.display();
    if matches!(args.format, FormatArg::Text) {
        output.say(&format!("{shown} を作りました。"), &format!("wrote {shown}"))?;
    }
    Ok(())
}

/// Rules that say that something of the filing is not in the record.
const LOSSES: [&str; 3] = ["RB-0001", "RB-0002", "RB-0009"];

/// What is written, and the record as it will be read from it.
struct Content {
    bytes: Vec<u8>,
    record: Record,
}

fn content(target: &Path, engine: &Engine, plugin: &Plugin, record: &Record, lang: Lang) -> Result<Content> {
    match target.extension().and_then(|extension| extension.to_str()) {
        Some("json") => {
            let bytes = format!("{:#}\n", record.to_json(&engine.catalogue)).into_bytes();
            let mut read = ingest_json("filing.json", &bytes, &engine.catalogue, &engine.book);
            let record = read.records.pop().context("the record does not read back")?;
            Ok(Content { bytes, record })
        }
        Some("xlsx") => {
            let uses = engine.uses_of(&[plugin], std::slice::from_ref(record), true);
            let spec = Spec { catalogue: &engine.catalogue, uses: &uses, layout: Layout::Trial, lang };
            let written = write(&spec, std::slice::from_ref(record))?;
            anyhow::ensure!(written.left_out.is_empty(), "a value has no place in the workbook");
            let folder = tempfile::tempdir()?;
            let path = folder.path().join("filing.xlsx");
            std::fs::write(&path, &written.bytes)?;
            let mut read = ingest(&[path], &engine.catalogue, &engine.book);
            let record = read.records.pop().context("the workbook does not read back")?;
            Ok(Content { bytes: written.bytes, record })
        }
        _ => Err(UsageError("-o: FILE.xlsx / FILE.json".to_owned()).into()),
    }
}

/// Builds the filing again from what will be written and returns the first place where it is another one.
fn lost(engine: &Engine, plugin: &Plugin, record: &Record, bytes: &[u8]) -> Option<String> {
    let theirs = as_filed::parse(&decode(bytes)?)?;
    let Some(ours) = as_filed::rebuild(record, plugin, &engine.catalogue, &engine.book, true) else {
        return Some(plugin.form.xml.root.clone());
    };
    as_filed::differences(&ours, &theirs).first().map(|line| format!("{} {}", line.path, line.part))
}
