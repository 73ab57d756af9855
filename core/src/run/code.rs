//! The code of a plugin on one filing: it is told the filing and its tables, asked what is wrong, and makes its outputs.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::PathBuf;

use serde_json::Value;
use todokede_abi as abi;

use super::{Engine, Job};
use crate::code::{Conversation, Fault};
use crate::ledger::{Ledger, items::Items};
use crate::limits;
use crate::model::{Catalogue, Filing, Finding, Place, Record, Row, ScopeIx, Severity, Status, Text, cell_name};
use crate::package::OutputFile;
use crate::plugin::manifest::{Letters, TableSpec};
use crate::plugin::{Output, Plugin, Renderer};
use crate::render::RenderError;
use crate::render::facts::Facts;
use crate::render::report::{self, About, CsvFile, Encoding, Holds};
use crate::render::templates::Position;
use crate::tables::gate::Gate;
use crate::tables::{self, Event, Flow};

/// What a filing is told to code with.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) job: &'a Job,
    pub(super) ledger: Option<&'a Ledger>,
    pub(super) plugin: &'a Plugin,
    pub(super) engine: &'a Engine,
    pub(super) record: &'a Record,
}

/// The code of a plugin, told one filing.
pub(super) struct Coded<'a> {
    told: Told<'a>,
    /// Nothing once something went wrong: what was said of it stands among the findings.
    talk: Option<Conversation>,
    /// File and sheet of each table's sources.
    sources: BTreeMap<(String, u32), (String, String)>,
    made: Option<abi::Made>,
    findings: Vec<Finding>,
}

impl<'a> Coded<'a> {
    /// Tells the code of a plugin a filing; nothing when the plugin has none.
    pub(super) fn begin(told: Told<'a>, filing: &Filing, position: &Position) -> Option<Coded<'a>> {
        let code = told.plugin.code.as_ref()?;
        let mut coded = Coded { told, talk: None, sources: BTreeMap::new(), made: None, findings: Vec::new() };
        match code.converse() {
            Ok(talk) => coded.talk = Some(talk),
            Err(fault) => coded.fail(&fault),
        }
        let set = told.job.settings.of(told.plugin.id());
        let form = &told.plugin.form;
        let filing = abi::Filing {
            trial: told.record.id(&told.engine.catalogue).to_owned(),
            plugin: told.plugin.id().to_owned(),
            now: told.job.now.clone(),
            record: value(&Facts::new(&told.engine.catalogue, &told.record.root)),
            items: value(&Items { filing, form }),
            settings: code.settings(set.map(|set| &set.values)),
            past: coded.past(position),
        };
        coded.ask(|talk| talk.open(filing));
        for table in &told.plugin.manifest.tables {
            coded.feed(table);
        }
        Some(coded)
    }

    /// Asks what is wrong; what went wrong before is among it.
    pub(super) fn validate(&mut self) -> Vec<Finding> {
        let found = self.ask(Conversation::validate).unwrap_or_default();
        let found: Vec<Finding> = found.into_iter().map(|found| self.finding(found)).collect();
        self.findings.extend(found);
        std::mem::take(&mut self.findings)
    }

    /// Asks what is due.
    pub(super) fn dues(&mut self) -> (Vec<abi::Due>, Vec<Finding>) {
        let dues = self.ask(Conversation::dues).unwrap_or_default();
        (dues, std::mem::take(&mut self.findings))
    }

    /// Has everything made that the outputs want; what it found on the way is returned.
    pub(super) fn render(&mut self, draft: bool) -> Vec<Finding> {
        let mut parts: Vec<String> =
            self.told.plugin.manifest.outputs.iter().filter_map(|output| output.part.clone()).collect();
        parts.sort();
        parts.dedup();
        let made = if parts.is_empty() { None } else { self.ask(|talk| talk.render(abi::Wanted { parts, draft })) };
        if let Some(mut made) = made {
            let found = std::mem::take(&mut made.findings);
            let found: Vec<Finding> = found.into_iter().map(|found| self.finding(found)).collect();
            self.findings.extend(found);
            if made.remembered.to_string().len() > limits::REMEMBERED_BYTES {
                let limit = limits::REMEMBERED_BYTES.to_string();
                self.say("PC-0015", &[("limit", limit.into())]);
            }
            self.made = Some(made);
        }
        std::mem::take(&mut self.findings)
    }

    /// Returns what the ledger is to remember.
    pub(super) fn remembered(&self) -> Option<&Value> {
        self.made.as_ref().map(|made| &made.remembered).filter(|remembered| !remembered.is_null())
    }

    /// Returns the files of one output; none where the code failed, which was said.
    pub(super) fn output(&mut self, output: &Output, name: &str, about: &About) -> Result<Vec<OutputFile>, RenderError> {
        let (Some(made), Some(part)) = (&self.made, &output.part) else { return Ok(Vec::new()) };
        let file = |name: &str, bytes: Vec<u8>| OutputFile { name: name.to_owned(), bytes, packed: output.packed };
        if output.renderer == Renderer::Code {
            let content = made.files.iter().find(|file| file.part == *part).map(|file| &file.content);
            let bytes = match content {
                Some(abi::Content::Text(text)) => Some(text.clone().into_bytes()),
                Some(abi::Content::Base64(text)) => abi::base64::decode(text),
                None => None,
            };
            let Some(bytes) = bytes else {
                self.say("PC-0013", &[("part", part.as_str().into())]);
                return Ok(Vec::new());
            };
            return Ok(vec![file(name, bytes)]);
        }
        let Some(report) = made.reports.get(part) else {
            self.say("PC-0013", &[("part", part.as_str().into())]);
            return Ok(Vec::new());
        };
        let written = match output.renderer {
            Renderer::ReportXlsx => report::xlsx(report, about)?,
            Renderer::ReportDocx => report::docx(report, about)?,
            Renderer::ReportJson => report::json(report, about)?,
            Renderer::ReportCsv => {
                let encoding = match output.encoding {
                    Letters::Utf8 => Encoding::Utf8,
                    Letters::ShiftJis => Encoding::ShiftJis,
                };
                let files = csv_files(report::csv(report, about, encoding)?, name, !report.facts.is_empty());
                return Ok(files.into_iter().map(|(name, bytes)| file(&name, bytes)).collect());
            }
            _ => report::html(report, about)?,
        };
        Ok(vec![file(name, written)])
    }

    /// Returns what was said since it was last asked for.
    pub(super) fn said(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Asks, unless something went wrong before.
    fn ask<T>(&mut self, ask: impl FnOnce(&mut Conversation) -> Result<T, Fault>) -> Option<T> {
        match ask(self.talk.as_mut()?) {
            Ok(answer) => Some(answer),
            Err(fault) => {
                self.fail(&fault);
                None
            }
        }
    }

    fn fail(&mut self, fault: &Fault) {
        self.talk = None;
        // What code that sees rows about persons writes when it fails may hold their values.
        let persons = self.told.plugin.manifest.tables.iter().any(|table| table.person);
        let fault = &if persons { fault.clone().silent() } else { fault.clone() };
        self.findings.push(fault.finding(&self.told.engine.book));
    }

    fn say(&mut self, rule: &str, values: &[(&str, Text)]) {
        self.findings.push(self.told.engine.book.finding(rule, Place::default(), values));
    }

    /// Returns the filings of the series before this one, with what was remembered of them.
    fn past(&mut self, position: &Position) -> Vec<abi::Past> {
        let Some(ledger) = self.told.ledger else { return Vec::new() };
        match ledger.remembered(self.told.plugin, &position.series, &position.order) {
            Ok(past) => past,
            Err(error) => {
                self.findings.extend(crate::ledger::broken(&error, &self.told.engine.book));
                Vec::new()
            }
        }
    }

    /// Tells the code the rows of a table.
    fn feed(&mut self, table: &TableSpec) {
        let files = self.files(table);
        if files.is_empty() && table.required {
            let title = Text::new(table.title.ja.clone(), table.title.en.clone());
            let values = [("title", title), ("table", table.id.as_str().into()), ("plugin", self.told.plugin.id().into())];
            let place = table.field.as_ref().map(|field| self.place_of(field)).unwrap_or_default();
            self.findings.push(self.told.engine.book.finding("PC-0014", place, &values));
        }
        let book = &self.told.engine.book;
        let specs = numbered(table, &files);
        // Rows about persons are looked at to the last before the code is handed the first.
        let mut findings = if table.person { self.gate(&specs) } else { Vec::new() };
        if findings.iter().all(|finding| finding.severity != Severity::Error) {
            let mut source = 0;
            for (path, spec) in &specs {
                let spec = tables::TableSpec { source, ..spec.clone() };
                let (sources, talk) = (&mut self.sources, &mut self.talk);
                match tables::read(path, &spec, book, &mut |event| hand_on(event, sources, talk.as_mut())) {
                    Ok(read) => {
                        source += read.sources;
                        // What the first reading said is not said again.
                        findings.extend(read.findings.into_iter().filter(|_| !table.person));
                    }
                    Err(fault) => self.fail(&fault),
                }
            }
        }
        // What cannot be read whole, or must not be read, is not worked with.
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            self.talk = None;
        }
        self.findings.extend(findings);
    }

    /// Reads tables of persons for the gate alone.
    fn gate(&self, specs: &[(PathBuf, tables::TableSpec)]) -> Vec<Finding> {
        let engine = self.told.engine;
        let (mut gate, mut findings, mut source) = (Gate::new(&engine.identifiers), Vec::new(), 0);
        for ((path, spec), file) in specs.iter().zip(1..) {
            let names = tables::Names { identifiers: &engine.identifiers, file };
            let spec = tables::TableSpec { source, ..spec.clone() };
            let look = &mut |event: Event| {
                Ok::<Flow, Infallible>(match event {
                    Event::Table(table) => {
                        gate.table(table);
                        Flow::On
                    }
                    Event::Above(row, column, text) => {
                        gate.above(row, column, text);
                        Flow::On
                    }
                    Event::Rows(batch) => gate.rows(batch),
                })
            };
            let Ok(read) = tables::read_persons(path, &spec, names, &engine.book, look);
            source += read.sources;
            findings.extend(read.findings);
        }
        findings.extend(gate.finish(&engine.book));
        findings
    }

    /// Returns the files of a table: those that the record names, then those of the settings.
    fn files(&self, table: &TableSpec) -> Vec<PathBuf> {
        let named = table.field.as_ref().and_then(|field| self.told.engine.catalogue.field_ix(field));
        let named = named.map_or("", |field| self.told.record.root.text(field));
        let folder = self.told.record.sources.folder();
        let named = named.lines().map(str::trim).filter(|name| !name.is_empty());
        let mut files: Vec<PathBuf> = named.map(|name| folder.join(name.replace('\\', "/"))).collect();
        let set = self.told.job.settings.of(self.told.plugin.id());
        files.extend(set.and_then(|set| set.tables.get(&table.id)).into_iter().flatten().cloned());
        files
    }

    fn place_of(&self, field: &str) -> Place {
        let record = self.told.record;
        let field = self.told.engine.catalogue.field_ix(field);
        field.map(|field| record.sources.place(&record.root.origin(field, &self.told.engine.catalogue))).unwrap_or_default()
    }

    /// Gives a finding of the code the words of its rule and its place.
    fn finding(&self, found: abi::Finding) -> Finding {
        let Some(rule) = self.told.plugin.rules.code.iter().find(|rule| rule.id == found.rule) else {
            let mut finding =
                self.told.engine.book.finding("PC-0012", Place::default(), &[("rule", found.rule.as_str().into())]);
            finding.status = Status::EngineError(found.rule);
            return finding;
        };
        let (place, field) = self.place(&found.at);
        let values: Vec<(&str, Text)> =
            found.values.iter().map(|(name, text)| (name.as_str(), Text::new(text.ja.clone(), text.en.clone()))).collect();
        let person = matches!(&found.at, abi::At::Table { table, .. }
            if self.told.plugin.manifest.tables.iter().any(|known| known.person && known.id == *table));
        Finding::new(rule, place, &values).found(if person { "" } else { &found.found }, field)
    }

    /// Spells out a place, with the field that stands there.
    fn place(&self, at: &abi::At) -> (Place, &'a str) {
        let Told { record, engine, .. } = self.told;
        let catalogue = &engine.catalogue;
        match at {
            abi::At::Filing => (Place::default(), ""),
            abi::At::Record(pointer) => {
                let parts: Vec<&str> = pointer.split('/').skip(1).collect();
                match find(&record.root, ScopeIx::ROOT, &parts, catalogue) {
                    Some((origin, field)) => (record.sources.place(&origin), field),
                    None => (Place { pointer: pointer.clone(), ..Place::default() }, ""),
                }
            }
            abi::At::Table { table, source, row, column } => {
                let named = self.sources.get(&(table.clone(), *source)).cloned();
                let (file, sheet) = named.unwrap_or_else(|| (table.clone(), String::new()));
                let row = u32::try_from(row.saturating_sub(1)).unwrap_or(u32::MAX - 1);
                let col = u16::try_from(column.unwrap_or(0)).unwrap_or(u16::MAX);
                (Place { file, sheet, cell: cell_name(row, col), ..Place::default() }, "")
            }
        }
    }
}

/// Names the files of a table as findings do.
fn numbered(table: &TableSpec, files: &[PathBuf]) -> Vec<(PathBuf, tables::TableSpec)> {
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    files.iter().map(|path| (path.clone(), tables::TableSpec { id: table.id.clone(), file: name(path), source: 0 })).collect()
}

/// Hands the rows of a table on; a code that failed hears nothing more.
fn hand_on(
    event: Event,
    sources: &mut BTreeMap<(String, u32), (String, String)>,
    talk: Option<&mut Conversation>,
) -> Result<Flow, Fault> {
    match event {
        Event::Table(table) => {
            sources.insert((table.id.clone(), table.source), (table.file.clone(), table.sheet.clone()));
            talk.map_or(Ok(()), |talk| talk.table(table.clone()))?;
        }
        Event::Above(..) => {}
        Event::Rows(batch) => talk.map_or(Ok(()), |talk| talk.rows(batch))?,
    }
    Ok(Flow::On)
}

/// Finds what a JSON pointer names below a row: a field, or a row of a list.
fn find<'c>(row: &Row, scope: ScopeIx, parts: &[&str], catalogue: &'c Catalogue) -> Option<(crate::model::Origin, &'c str)> {
    if parts.is_empty() {
        return Some((row.here(), ""));
    }
    for end in 1..=parts.len() {
        let (name, rest) = (parts.get(..end)?.join("."), parts.get(end..)?);
        let of = catalogue.scope(scope);
        if rest.is_empty()
            && let Some(field) = of.fields.iter().find(|field| catalogue.field(**field).name == name)
        {
            return Some((row.origin(*field, catalogue), &catalogue.field(*field).id));
        }
        if let Some(list) = of.lists.iter().find(|list| catalogue.scope(**list).name == name) {
            let Some((index, rest)) = rest.split_first() else { return Some((row.here(), "")) };
            let below = row.rows(*list).get(index.parse::<usize>().ok()?)?;
            return match catalogue.inline_field(*list) {
                Some(field) => Some((below.origin(field, catalogue), &catalogue.field(field).id)),
                None => find(below, *list, rest, catalogue),
            };
        }
    }
    None
}

/// Names the CSV files of a report: its tables, and what stands around them where it says facts about them. One file keeps the
/// name as it is. Values of charts stand in tables too.
fn csv_files(files: Vec<CsvFile>, name: &str, facts: bool) -> Vec<(String, Vec<u8>)> {
    let wanted: Vec<CsvFile> =
        files.into_iter().filter(|file| file.holds == Holds::Table || (facts && file.holds == Holds::Overview)).collect();
    let alone = wanted.len() == 1;
    let (stem, extension) = name.rsplit_once('.').map_or((name, String::new()), |(stem, rest)| (stem, format!(".{rest}")));
    let named = |file: &CsvFile| format!("{stem}_{}{extension}", file.name.trim_start_matches('_'));
    wanted.into_iter().map(|file| (if alone { name.to_owned() } else { named(&file) }, file.bytes)).collect()
}

/// Turns what serialises into a value; texts and numbers always do.
fn value(of: &impl serde::Serialize) -> Value {
    serde_json::to_value(of).unwrap_or(Value::Null)
}
