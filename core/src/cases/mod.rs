//! Runs the cases of a plugin: each rule shown to fire where it should and nowhere else.
//!
//! `cases/<rule>/case.toml` names a base record and changes to it; a case may name another base. A changed record is
//! written into a real workbook and read back, so that what is compared is the cell a user would be sent to.

mod change;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::as_filed;
use crate::author::golden::INPUT;
use crate::files::Files;
use crate::ingest::ingest_json;
use crate::model::{DataError, Finding, Lang, TomlFile};
use crate::run::{Engine, Job, Quiet, Stage, WordOptions, due_list, run};
use crate::settings::Settings;
use crate::workbook::{Layout, Spec, Written, write};

/// What became of the cases of a plugin.
#[derive(Debug, Default)]
pub struct Report {
    /// How often each rule was shown to fire and to stay silent.
    pub shown: BTreeMap<String, (usize, usize)>,
    /// What did not come out as the case says, one text each.
    pub problems: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    base: String,
    /// Settings and tables, a file of the case's folder.
    settings: Option<String>,
    /// The day of the run, for plugins whose code asks for it.
    #[serde(default)]
    now: String,
    /// Whether the cases are about what is due, not about what is wrong; `at` is then the day.
    #[serde(default)]
    due: bool,
    #[serde(default)]
    fail: Vec<Case>,
    #[serde(default)]
    pass: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Another base than the file's.
    base: Option<String>,
    /// Other settings than the file's.
    settings: Option<String>,
    #[serde(default)]
    set: Vec<(String, String)>,
    #[serde(default)]
    remove: Vec<String>,
    /// The base that is the filing before it.
    previous: Option<String>,
    /// Whether its filing is checked as somebody else's, instead of its workbook.
    #[serde(default)]
    filing: bool,
    at: Option<String>,
    #[serde(default)]
    also: Vec<String>,
}

impl CaseFile {
    fn read(files: &Files, name: &str) -> Result<CaseFile, DataError> {
        TomlFile::read(files, name)?.parse()
    }
}

/// Runs every case below `folder` (`plugins/<id>/cases`) with the plugin of that id.
pub fn run_all(engine: &Engine, plugin: &str, folder: &Path) -> Report {
    let files = Files::Folder(folder.to_path_buf());
    let mut report = Report::default();
    for rule in rules(&files) {
        match CaseFile::read(&files, &format!("{rule}/case.toml")) {
            Ok(file) => Runner { engine, plugin, rule: &rule, files: &files, report: &mut report }.file(&file),
            Err(error) => report.problems.push(error.to_string()),
        }
    }
    report
}

/// Returns the folders that are cases of rules: all but those of golden outputs.
fn rules(files: &Files) -> Vec<String> {
    files.folders().into_iter().filter(|name| files.read(&format!("{name}/{INPUT}")).is_none()).collect()
}

/// Counts the cases below `cases/` of a plugin's folder without running them: how many fail and pass, by rule; and what is
/// wrong with their files.
pub fn count(plugin: &Files) -> (BTreeMap<String, (usize, usize)>, Vec<DataError>) {
    let files = plugin.below("cases");
    let (mut shown, mut problems) = (BTreeMap::new(), Vec::new());
    for rule in rules(&files) {
        let name = format!("{rule}/case.toml");
        let file = match TomlFile::read(&files, &name) {
            Ok(file) => file,
            Err(error) => {
                problems.push(error);
                continue;
            }
        };
        let (cases, found) = file.parse_all::<CaseFile>();
        problems.extend(found);
        let Some(cases) = cases else { continue };
        let named = cases.fail.iter().chain(&cases.pass).filter_map(|case| case.base.as_ref()).chain([&cases.base]);
        let mut bases: Vec<&String> = named.collect();
        bases.sort_unstable();
        bases.dedup();
        for base in bases.into_iter().filter(|base| base_of(&files, base).is_none()) {
            problems.push(file.error(file.find(base), &format!("no base `{base}`: it is `cases/{base}.json`")));
        }
        shown.insert(rule, (cases.fail.len(), cases.pass.len()));
    }
    (shown, problems)
}

/// Reads a base record: the plugin's own `cases/<base>.json`, else the one of that name among the fixtures.
fn base_of(cases: &Files, base: &str) -> Option<std::borrow::Cow<'static, [u8]>> {
    let name = format!("{base}.json");
    cases.read(&name).or_else(|| Files::embedded("fixtures").read(&name))
}

/// One example of a rule: the values that a case sets, by path.
pub type Example = Vec<(String, String)>;

/// Returns the first case of a rule that fails and the first that passes, from the plugin's own files.
pub fn examples(plugin: &Files, rule: &str) -> (Option<Example>, Option<Example>) {
    let Ok(file) = CaseFile::read(&plugin.below("cases"), &format!("{rule}/case.toml")) else { return (None, None) };
    let first = |cases: Vec<Case>| cases.into_iter().map(|case| case.set).find(|set| !set.is_empty() && set.len() <= 6);
    (first(file.fail), first(file.pass))
}

struct Runner<'a> {
    engine: &'a Engine,
    plugin: &'a str,
    rule: &'a str,
    files: &'a Files,
    report: &'a mut Report,
}

impl Runner<'_> {
    fn file(&mut self, file: &CaseFile) {
        for (cases, fails) in [(&file.fail, true), (&file.pass, false)] {
            for case in cases {
                let shown = self.report.shown.entry(self.rule.to_owned()).or_default();
                if fails {
                    shown.0 += 1;
                } else {
                    shown.1 += 1;
                }
                if let Err(problem) = self.case(file, case, fails) {
                    self.report.problems.push(format!("{}: {}: {problem}", self.rule, case.name));
                }
            }
        }
    }

    fn case(&self, file: &CaseFile, case: &Case, fails: bool) -> Result<(), String> {
        let mut record = self.base(case.base.as_ref().unwrap_or(&file.base))?;
        let settings = self.settings(case.settings.as_ref().or(file.settings.as_ref()))?;
        for (path, value) in &case.set {
            change::set(&mut record, path, value)?;
        }
        for path in &case.remove {
            change::remove(&mut record, path)?;
        }
        let input = if case.filing { Input::Filing(self.filing(&record)?) } else { Input::Workbook(self.workbook(&record)?) };
        if file.due {
            return self.due(&input, file, case, fails, settings);
        }
        let findings = self.findings(&input, case.previous.as_deref(), settings, &file.now)?;
        let mut wrong = Vec::new();
        let (own, others): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| finding.rule == self.rule);
        let other = others.into_iter().filter(|finding| !case.also.contains(&finding.rule));
        wrong.extend(other.map(|finding| format!("also found: {}", describe(finding))));
        for also in case.also.iter().filter(|also| !findings.iter().any(|finding| finding.rule == **also)) {
            wrong.push(format!("not found: {also}, which the case says comes too"));
        }
        match (fails, own.as_slice()) {
            (true, [finding]) => wrong.extend(input.misplaced(finding, case.at.as_deref())),
            (true, found) => {
                let unused = self.unused(case, &input);
                let why = if unused.is_empty() {
                    String::new()
                } else {
                    format!("; not in the workbook, for nothing of the plugin uses it: {}", unused.join(", "))
                };
                wrong.push(format!("found {} times, not once{why}", found.len()));
            }
            (false, found) => wrong.extend(found.iter().map(|finding| format!("found: {}", describe(finding)))),
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n  ")) }
    }

    /// Reads a base record.
    fn base(&self, base: &str) -> Result<Value, String> {
        let bytes = base_of(self.files, base).ok_or_else(|| format!("no base `{base}`"))?;
        serde_json::from_slice(&bytes).map_err(|error| format!("{base}.json: {error}"))
    }

    /// Reads the settings of a case.
    fn settings(&self, name: Option<&String>) -> Result<Settings, String> {
        let Some(name) = name else { return Ok(Settings::default()) };
        let path = PathBuf::from(self.files.display(&format!("{}/{name}", self.rule)));
        let words = |problems: Vec<DataError>| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  ");
        Settings::read(&path, &self.engine.plugins).map_err(words)
    }

    fn workbook(&self, record: &Value) -> Result<Written, String> {
        let engine = self.engine;
        let read = ingest_json("case.json", record.to_string().as_bytes(), &engine.catalogue, &engine.book);
        if let Some(finding) = read.findings.first() {
            return Err(format!("the changed record does not read: {}", describe(finding)));
        }
        let plugins = engine.select(&[self.plugin.to_owned()]).map_err(|error| error.to_string())?;
        let mut uses = engine.uses_of(&plugins, &read.records, false);
        // A rule may read what only other destinations show.
        for field in plugins.iter().flat_map(|plugin| plugin.rules.read_fields(&engine.catalogue)) {
            uses.entry(field).or_default();
        }
        let spec = Spec { catalogue: &engine.catalogue, uses: &uses, layout: Layout::Trial, lang: Lang::Ja };
        write(&spec, &read.records).map_err(|error| error.to_string())
    }

    /// Lists what a case sets and no workbook of the plugin has: it is lost on the way.
    fn unused(&self, case: &Case, input: &Input) -> Vec<String> {
        let Input::Workbook(written) = input else { return Vec::new() };
        let lost: Vec<&str> = written.left_out.iter().map(|field| self.engine.catalogue.field(*field).id.as_str()).collect();
        let plain =
            |path: &str| path.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect::<String>();
        case.set.iter().map(|(path, _)| plain(path)).filter(|path| lost.contains(&path.as_str())).collect()
    }

    /// Writes the filing of a record as somebody else could have made it.
    fn filing(&self, record: &Value) -> Result<Vec<u8>, String> {
        let engine = self.engine;
        let plugin = engine.plugins.get(self.plugin).ok_or("no such plugin")?;
        let mut read = ingest_json("case.json", record.to_string().as_bytes(), &engine.catalogue, &engine.book);
        let record = read.records.pop().filter(|_| read.findings.is_empty()).ok_or("the changed record does not read")?;
        let tree = as_filed::rebuild(&record, plugin, &engine.catalogue, &engine.book, true).ok_or("it cannot be written")?;
        Ok(as_filed::write(&tree, &plugin.form.xml))
    }

    /// Looks at what is due instead of at what is wrong.
    fn due(&self, input: &Input, file: &CaseFile, case: &Case, fails: bool, settings: Settings) -> Result<(), String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let job = self.job(input, folder.path(), case.previous.as_deref(), settings, &file.now)?;
        let now = file.now.parse().map_err(|error| format!("now: {error}"))?;
        let dues = due_list(self.engine, &job, now).map_err(|error| error.to_string())?.dues;
        let days: Vec<String> =
            dues.iter().filter(|due| due.rule == self.rule).flat_map(|due| &due.dates).map(ToString::to_string).collect();
        let wanted: Vec<&str> = if fails { vec![case.at.as_deref().unwrap_or_default()] } else { Vec::new() };
        if days == wanted { Ok(()) } else { Err(format!("is due on {days:?}, not on {wanted:?}")) }
    }

    fn findings(&self, input: &Input, previous: Option<&str>, settings: Settings, now: &str) -> Result<Vec<Finding>, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let job = self.job(input, folder.path(), previous, settings, now)?;
        let outcome = run(self.engine, &job, &Quiet).map_err(|error| error.to_string())?;
        // That no schema and no earlier filing were given is not what a case is about.
        let noted = |finding: &Finding| matches!(finding.rule.as_str(), "XS-0003" | "CG-0006" | "CG-0010");
        Ok(outcome.findings.into_iter().filter(|finding| !noted(finding)).collect())
    }

    /// Writes the input into a folder and makes the job of checking it.
    fn job(&self, input: &Input, folder: &Path, previous: Option<&str>, settings: Settings, now: &str) -> Result<Job, String> {
        let (name, bytes) = match input {
            Input::Workbook(written) => ("case.xlsx", &written.bytes),
            // A name that tells what the content does not.
            Input::Filing(bytes) => ("CASE_CASE_01.xml", bytes),
        };
        let path: PathBuf = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| error.to_string())?;
        let mut before = Vec::new();
        if let Some(base) = previous {
            let path = folder.join("previous.json");
            std::fs::write(&path, self.base(base)?.to_string()).map_err(|error| error.to_string())?;
            before.push(path);
        }
        Ok(Job {
            inputs: vec![path],
            plugins: vec![self.plugin.to_owned()],
            until: Stage::Validate,
            out: None,
            ledger: None,
            now: now.to_owned(),
            jobs: 1,
            draft: false,
            previous: before,
            waivers: None,
            xsd: None,
            word: WordOptions { left_out: true, ..WordOptions::default() },
            settings,
            keep: false,
        })
    }
}

/// What a case is checked as.
enum Input {
    Workbook(Written),
    Filing(Vec<u8>),
}

impl Input {
    /// Says how a finding's place differs from the one the case names.
    fn misplaced(&self, finding: &Finding, at: Option<&str>) -> Option<String> {
        match self {
            Input::Workbook(written) => misplaced(finding, at, written),
            Input::Filing(bytes) => {
                let at = at.unwrap_or_default();
                let text = String::from_utf8_lossy(bytes);
                let place = as_filed::parse(&text).and_then(|tree| tree.find(at).map(|element| element.at));
                match place {
                    Some((line, _)) if finding.at.line.split(':').next() == Some(line.to_string().as_str()) => None,
                    Some((line, _)) => Some(format!("is at {}, not at line {line}", describe(finding))),
                    None => Some(format!("the filing has no element `{at}`")),
                }
            }
        }
    }
}

/// Says how a finding's place differs from the one the case names.
fn misplaced(finding: &Finding, at: Option<&str>, written: &Written) -> Option<String> {
    let at = at.unwrap_or("sheet");
    // What is wrong in a table that the case brings is told by its file and cell.
    if finding.at.file != "case.xlsx" && !finding.at.file.is_empty() {
        let found = finding.at.display(Lang::En);
        return (found != at).then(|| format!("is at {}, not at {at}", describe(finding)));
    }
    if at == "sheet" {
        return (!finding.at.cell.is_empty()).then(|| format!("is at {}, not at a whole sheet", describe(finding)));
    }
    match written.cells.cell(0, at) {
        Some((sheet, cell)) if finding.at.sheet == sheet && finding.at.cell == cell => None,
        Some((sheet, cell)) => Some(format!("is at {}, not at {sheet} › {cell}", describe(finding))),
        None => Some(format!("the workbook has no place for `{at}`")),
    }
}

fn describe(finding: &Finding) -> String {
    format!("{} {} {} 「{}」", finding.rule, finding.at.display(Lang::Ja), finding.message.ja, finding.found.value)
}
