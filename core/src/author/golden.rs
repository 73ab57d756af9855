//! Golden outputs: `cases/<name>/input.json` and, below `expected/`, every file that it makes.
//!
//! Beside the input may stand `settings.toml` (settings and tables of plugins that are code), `previous.json` (the filing before
//! it) and `golden.toml` (the day of the run, and whether errors make a draft). The manifest of a package is not held against
//! anything: it says which version of the program made it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Loaded;
use super::compare::{Difference, compare};
use crate::files::Files;
use crate::model::{Finding, Lang, Severity, Text, TomlFile};
use crate::package::store::MANIFEST;
use crate::run::{Job, Quiet, Stage, WordOptions, run};
use crate::settings::Settings;

/// Input of a golden output.
pub const INPUT: &str = "input.json";
/// Folder of the files that must come out.
pub const EXPECTED: &str = "expected";

/// The day of a run that names none.
const DAY: &str = "2026-04-01";

/// Files by their path below the plugin's folder of a trial.
type Made = BTreeMap<String, Vec<u8>>;

/// What became of one golden output.
#[derive(Debug, Clone)]
pub struct Golden {
    /// Name of the case.
    pub name: String,
    /// How many files were held against each other.
    pub files: usize,
    /// What differs: the file, and how.
    pub differences: Vec<(String, Difference)>,
    /// Why nothing was made.
    pub problem: Option<Text>,
}

impl Golden {
    /// Returns whether everything came out as it should.
    pub fn passed(&self) -> bool {
        self.problem.is_none() && self.differences.is_empty()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoldenFile {
    now: Option<String>,
    #[serde(default)]
    draft: bool,
}

/// Returns the names of the golden cases of a plugin's folder.
pub fn names(folder: &Path) -> Vec<String> {
    let cases = Files::Folder(folder.join("cases"));
    cases.folders().into_iter().filter(|name| cases.read(&format!("{name}/{INPUT}")).is_some()).collect()
}

/// Makes a golden output and holds it against what is expected.
pub fn test(loaded: &Loaded, name: &str) -> Golden {
    let mut golden = Golden { name: name.to_owned(), files: 0, differences: Vec::new(), problem: None };
    let made = match make(loaded, name) {
        Ok(made) => made,
        Err(problem) => return Golden { problem: Some(problem), ..golden },
    };
    let wanted = files(&loaded.folder.join("cases").join(name).join(EXPECTED));
    if wanted.is_empty() {
        let ja = format!("{EXPECTED} フォルダがありません。出力を確かめてから --update で作ってください");
        let en = format!("there is no folder {EXPECTED}: look at what is made, then write it with --update");
        return Golden { problem: Some(Text::new(ja, en)), ..golden };
    }
    golden.files = made.len();
    let whole = |ja: &str, en: &str| Difference { within: Vec::new(), what: Text::new(ja, en), lines: Vec::new() };
    for (path, bytes) in &wanted {
        match made.get(path) {
            Some(made) => golden.differences.extend(compare(bytes, made).into_iter().map(|one| (path.clone(), one))),
            None => golden.differences.push((path.clone(), whole("作られませんでした", "was not made"))),
        }
    }
    for path in made.keys().filter(|path| !wanted.contains_key(*path)) {
        golden.differences.push((path.clone(), whole("増えました", "is new")));
    }
    golden
}

/// Writes what is made in the place of what was expected; all of it or nothing. Returns how many files there are.
///
/// # Errors
/// Returns why nothing was made, or what could not be written.
pub fn update(loaded: &Loaded, name: &str) -> Result<usize, Text> {
    let made = make(loaded, name)?;
    let folder = loaded.folder.join("cases").join(name);
    let said = |error: std::io::Error| Text::from(format!("{}: {error}", folder.display()));
    let staged = tempfile::Builder::new().prefix(".expected-").tempdir_in(&folder).map_err(said)?;
    for (path, bytes) in &made {
        let path = staged.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(&folder)).map_err(said)?;
        fs::write(path, bytes).map_err(said)?;
    }
    let expected = folder.join(EXPECTED);
    if expected.exists() {
        fs::remove_dir_all(&expected).map_err(said)?;
    }
    fs::rename(staged.path(), &expected).map_err(said)?;
    super::scaffold::open_up(&expected);
    Ok(made.len())
}

/// Makes the files of a golden case in a folder that goes away.
fn make(loaded: &Loaded, name: &str) -> Result<Made, Text> {
    let folder = loaded.folder.join("cases").join(name);
    let out = tempfile::tempdir().map_err(|error| Text::from(error.to_string()))?;
    let job = job(loaded, &folder, out.path())?;
    let outcome = run(&loaded.engine, &job, &Quiet).map_err(|error| Text::from(error.to_string()))?;
    if outcome.built.is_empty() {
        return Err(not_built(&outcome.findings));
    }
    let mut made = Made::new();
    for built in &outcome.built {
        let above = built.folder.parent().unwrap_or(&built.folder);
        let below = built.folder.strip_prefix(above).unwrap_or(&built.folder).display().to_string().replace('\\', "/");
        let files = files(&built.folder).into_iter().filter(|(path, _)| path != MANIFEST);
        made.extend(files.map(|(path, bytes)| (format!("{below}/{path}"), bytes)));
    }
    Ok(made)
}

fn job(loaded: &Loaded, folder: &Path, out: &Path) -> Result<Job, Text> {
    let files = Files::Folder(folder.to_path_buf());
    let about = match files.read("golden.toml") {
        Some(_) => TomlFile::read(&files, "golden.toml").and_then(|file| file.parse::<GoldenFile>()),
        None => Ok(GoldenFile { now: None, draft: false }),
    };
    let about = about.map_err(|error| Text::from(error.to_string()))?;
    let there = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
    let settings = match there("settings.toml") {
        Some(path) => Settings::read(&path, &loaded.engine.plugins)
            .map_err(|problems| Text::from(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?,
        None => Settings::default(),
    };
    Ok(Job {
        inputs: vec![folder.join(INPUT)],
        plugins: vec![loaded.id.clone()],
        until: Stage::Package,
        out: Some(out.to_path_buf()),
        ledger: None,
        now: about.now.unwrap_or_else(|| DAY.to_owned()),
        jobs: 1,
        draft: about.draft,
        previous: there("previous.json").into_iter().collect(),
        waivers: None,
        xsd: None,
        word: WordOptions::default(),
        settings,
        keep: false,
    })
}

/// Says why a filing was not made.
fn not_built(findings: &[Finding]) -> Text {
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.counts(Severity::Error)).collect();
    let said = |lang: Lang| {
        let each = errors.iter().map(|finding| {
            let place = finding.at.display(lang);
            let place = if place.is_empty() { String::new() } else { format!(" {place}") };
            format!("{}{place}: {}", finding.rule, finding.message.get(lang))
        });
        each.take(5).collect::<Vec<_>>().join(" / ")
    };
    Text::new(format!("届出が作られませんでした。{}", said(Lang::Ja)), format!("nothing was made. {}", said(Lang::En)))
}

/// Reads the files below a folder, by their paths; what the system hides is left out.
fn files(folder: &Path) -> Made {
    let tree = Files::Folder(PathBuf::from(folder));
    let names = tree.names().into_iter().filter(|name| !name.split('/').any(|part| part.starts_with('.')));
    names.filter_map(|name| Some((name.clone(), tree.read(&name)?.into_owned()))).collect()
}
