//! Records of other registries: read, accounted for value by value, and written to go on with.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use todokede_core::files::Files;
use todokede_core::ingest::{Ingested, ingest, ingest_json};
use todokede_core::interchange::{Format, Imported, Interchange};
use todokede_core::model::finding::sort;
use todokede_core::model::form::Need;
use todokede_core::model::{FieldIx, Lang, Record, Row, Severity, Text};
use todokede_core::normalise::normalise;
use todokede_core::plugin::Plugin;
use todokede_core::run::{Engine, Missing, Outcome, missing};
use todokede_core::workbook::{Layout, Spec, Use, write};

use crate::args::{FormatArg, ImportArgs};
use crate::output::{Exit, Output, UsageError};
use crate::report;

/// Reads the trials of a file.
pub(super) fn run(args: &ImportArgs, engine: &Engine, target: &Path, bytes: &[u8], output: &mut Output) -> Result<Exit> {
    let plugins = engine.select(&args.plugin)?;
    let interchange = Interchange::load(&Files::embedded("forms"), &engine.catalogue)?;
    let name = args.source.file_name().unwrap_or_default().to_string_lossy();
    let from = args.from.as_deref().and_then(Format::named);
    let mut imported = interchange.import(&name, bytes, from, &engine.catalogue, &engine.book);
    if imported.format.is_empty() {
        let place = todokede_core::model::Place::file(&name);
        let finding = engine.book.finding("IX-0001", place, &[("file", args.source.display().to_string().into())]);
        return Err(UsageError(finding.message.get(output.lang).to_owned()).into());
    }
    let records = normalised(engine, &mut imported);
    let lacking: Vec<Lacking> = records.iter().map(|record| Lacking::of(engine, record, &plugins)).collect();
    let outcome = Outcome { trials: records.len(), findings: std::mem::take(&mut imported.findings), ..Outcome::default() };
    let broken = imported.records.is_empty();
    let content = if broken { None } else { Some(content(engine, &plugins, target, &imported.records, output.lang)?) };
    match args.format {
        FormatArg::Text => {
            output.print(&imported.text(&engine.catalogue, output.lang))?;
            output.print(&lacking.iter().map(|lacking| lacking.text(output.lang)).collect::<String>())?;
            output.print(&report::text(&outcome, output.lang))?;
        }
        FormatArg::Json => {
            imported.findings.clone_from(&outcome.findings);
            let mut said = imported.json(&engine.catalogue);
            if let Value::Object(said) = &mut said {
                said.insert("missing".to_owned(), lacking.iter().map(Lacking::json).collect());
            }
            output.print(&format!("{said:#}\n"))?;
        }
    }
    if let Some(content) = content {
        super::put(args, target, &content, output)?;
    }
    // A file of which nothing could be read is a failure; what a record has wrong is for those who go on with it.
    Ok(if broken || outcome.count(Severity::Error) > 0 { Exit::Findings } else { Exit::Clean })
}

/// Returns the records as the next stages see them, and adds what is found on the way.
fn normalised(engine: &Engine, imported: &mut Imported) -> Vec<Record> {
    let mut records = imported.records.clone();
    for record in &mut records {
        let mut more = normalise(record, &engine.catalogue, &engine.book);
        let id = record.id(&engine.catalogue).to_owned();
        more.iter_mut().for_each(|finding| finding.trial.clone_from(&id));
        imported.findings.extend(more);
    }
    sort(&mut imported.findings);
    records
}

/// Writes the records; a value that would not read back stops it.
fn content(engine: &Engine, plugins: &[&Plugin], target: &Path, records: &[Record], lang: Lang) -> Result<Vec<u8>> {
    let (bytes, read) = match target.extension().and_then(|extension| extension.to_str()) {
        Some("json") => {
            let mut trials: Vec<Value> = records.iter().map(|record| record.to_json(&engine.catalogue)).collect();
            let value = if trials.len() == 1 { trials.remove(0) } else { Value::Array(trials) };
            let bytes = format!("{value:#}\n").into_bytes();
            let read = ingest_json("record.json", &bytes, &engine.catalogue, &engine.book);
            (bytes, read)
        }
        Some("xlsx") => workbook(engine, plugins, records, lang)?,
        _ => return Err(UsageError("-o: FILE.xlsx / FILE.json".to_owned()).into()),
    };
    anyhow::ensure!(same(engine, records, read), "what was read does not come back from the file that would be written");
    Ok(bytes)
}

fn workbook(engine: &Engine, plugins: &[&Plugin], records: &[Record], lang: Lang) -> Result<(Vec<u8>, Ingested)> {
    let mut uses = engine.uses_of(plugins, records, false);
    let mut held = Vec::new();
    records.iter().for_each(|record| held_by(&record.root, &mut held));
    for field in held {
        // What no plugin asks for was still read, and is kept.
        let read = || vec![Use { plugin: Text::new("取り込み", "imported"), need: Need::Optional }];
        uses.entry(field).or_insert_with(read);
    }
    let layout = if records.len() == 1 { Layout::Trial } else { Layout::List };
    let written = write(&Spec { catalogue: &engine.catalogue, uses: &uses, layout, lang }, records)?;
    anyhow::ensure!(written.left_out.is_empty(), "a value has no place in the workbook");
    let folder = tempfile::tempdir()?;
    let path: PathBuf = folder.path().join("record.xlsx");
    std::fs::write(&path, &written.bytes).context("the workbook cannot be checked")?;
    let read = ingest(&[path], &engine.catalogue, &engine.book);
    Ok((written.bytes, read))
}

/// Returns whether what is read from a file is what was put into it.
fn same(engine: &Engine, records: &[Record], read: Ingested) -> bool {
    let plain = |record: &Record| {
        let mut record = record.clone();
        normalise(&mut record, &engine.catalogue, &engine.book);
        record.to_json(&engine.catalogue)
    };
    records.len() == read.records.len() && records.iter().zip(&read.records).all(|(ours, theirs)| plain(ours) == plain(theirs))
}

fn held_by(row: &Row, held: &mut Vec<FieldIx>) {
    held.extend(row.leaves.iter().map(|(field, _)| *field));
    row.lists.iter().flat_map(|(_, rows)| rows).for_each(|row| held_by(row, held));
}

/// What one trial still lacks for each destination.
struct Lacking {
    trial: String,
    of: Vec<(Text, String, Vec<Missing>)>,
}

impl Lacking {
    fn of(engine: &Engine, record: &Record, plugins: &[&Plugin]) -> Lacking {
        let of = plugins
            .iter()
            .map(|plugin| (plugin.manifest.title.clone(), plugin.id().to_owned(), missing(engine, record, plugin)));
        Lacking { trial: record.id(&engine.catalogue).to_owned(), of: of.collect() }
    }

    fn text(&self, lang: Lang) -> String {
        let mut text = String::new();
        for (title, _, lacking) in &self.of {
            let count = lacking.len();
            // Writing to a String cannot fail.
            let _ = match lang {
                Lang::Ja => writeln!(text, "□ {}：{}に要る残り{count}項目", self.trial, title.get(lang)),
                Lang::En => writeln!(text, "[ ] {}: {count} item(s) still needed for {}", self.trial, title.get(lang)),
            };
            for missing in lacking {
                let _ = writeln!(text, "    {}", missing.item.trim());
            }
        }
        text.push('\n');
        text
    }

    fn json(&self) -> Value {
        let of = self.of.iter().map(|(_, plugin, missing)| json!({ "plugin": plugin, "items": missing }));
        json!({ "trial": self.trial, "destinations": of.collect::<Vec<_>>() })
    }
}
