//! Records of other registries and systems → trial records, with an account of every value.
//!
//! WHO ICTRP (search-portal XML, import XML, CSV, JSON), ClinicalTrials.gov (API JSON, PRS XML), CDISC USDM and FHIR
//! ResearchStudy are recognised by their content. A file becomes a tree, each of its trials a flat list of leaves, and the
//! tables in `forms/interchange` say which leaf fills which field and how. English values go to the English fields; a word
//! that stands for several of our codes is not decided; and every leaf ends up taken, taken in part, or not, with a reason.

mod checks;
mod dates;
mod fill;
mod format;
mod leaves;
mod outcome;
mod phrases;
mod reference;
mod table;
#[cfg(test)]
mod tests;
mod transform;
mod tree;
mod words;
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

pub use format::{FORMATS, Format};
pub use outcome::{Disposition, Fate, Imported, Tally, TrialReport};

use crate::files::Files;
use crate::ingest::read_bytes;
use crate::ingest::report::{Problem, clip};
use crate::limits::{INTERCHANGE_LEAVES, TEXT_CHARS, TRIALS};
use crate::model::{Catalogue, DataError, Place, Record, RuleBook, Scalar, Sources, Text};
use fill::{Fill, why};
use leaves::Leaves;
use reference::{Phrases, Registry};
use table::Rule;
use transform::{How, apply};
use words::Words;

/// The mapping tables and what else is known of other systems.
#[derive(Debug)]
pub struct Interchange {
    tables: BTreeMap<&'static str, Vec<Rule>>,
    words: Words,
    phrases: Phrases,
    registries: Vec<Registry>,
    reasons: BTreeMap<String, Text>,
}

/// A file that could not be read at all.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

impl Interchange {
    /// Reads the tables from the folder `forms`.
    ///
    /// # Errors
    /// Returns the first line that breaks its format or names what is not there.
    pub fn load(forms: &Files, catalogue: &Catalogue) -> Result<Interchange, DataError> {
        let files = forms.below("interchange");
        let reasons = reference::reasons(&files)?;
        let is_reason = |reason: &str| reasons.contains_key(reason);
        let mut tables = BTreeMap::new();
        for format in FORMATS {
            tables.insert(format.id, Rule::load(&files, &format!("{}.csv", format.id), catalogue, &is_reason)?);
        }
        Ok(Interchange {
            tables,
            words: Words::load(&files, catalogue)?,
            phrases: Phrases::load(&files, catalogue)?,
            registries: Registry::load(&files, catalogue)?,
            reasons,
        })
    }

    /// Reads a file from disk, within the limits on inputs.
    ///
    /// # Errors
    /// Returns why it cannot be opened, or that it is too large.
    pub fn read_file(path: &Path) -> Result<Vec<u8>, Unreadable> {
        read_bytes(path).map_err(|problem| {
            let said = problem.values.iter().map(|(_, text)| text.en.clone()).collect::<Vec<_>>().join(" ");
            Unreadable(said)
        })
    }

    /// Reads the trials of a file; `name` stands for it in findings, `from` says which format it is to be taken for.
    ///
    /// Whatever the file is, the worst that comes of it is a finding. A file that is of none of the formats gives a blank
    /// format, no record and no finding.
    pub fn import(&self, name: &str, bytes: &[u8], from: Option<Format>, catalogue: &Catalogue, book: &RuleBook) -> Imported {
        let mut imported = Imported { reasons: self.reasons.clone(), ..Imported::default() };
        let mut sources = Sources::default();
        let sheet = sources.add(name, "");
        let refuse = |problem: Problem, imported: &mut Imported| {
            let place = Place { line: problem.line.clone(), ..Place::file(name) };
            imported.findings.push(book.finding(problem.rule, place, &problem.values));
        };
        let (format, tree) = match format::read(bytes, from, sheet) {
            Ok(Some(read)) => read,
            Ok(None) => return imported,
            Err(problem) => {
                from.map_or("unknown", |format| format.id).clone_into(&mut imported.format);
                refuse(problem, &mut imported);
                return imported;
            }
        };
        format.id.clone_into(&mut imported.format);
        let (trials, rest) = format.split(tree);
        if trials.len() > TRIALS {
            refuse(Problem::limit(Text::new("試験の数", "trials"), TRIALS), &mut imported);
            return imported;
        }
        if trials.is_empty() {
            imported.findings.push(book.finding("IX-0002", Place::file(name), &[("format", format.id.into())]));
        }
        let sources = Arc::new(sources);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut room = INTERCHANGE_LEAVES;
        let mut names = BTreeSet::new();
        for (number, trial) in trials.iter().enumerate() {
            let Some(leaves) = Leaves::new(trial, room) else {
                refuse(tree::too_many(), &mut imported);
                return imported;
            };
            room -= leaves.list().len();
            let given = format!("{}-{}", transform::fitting(stem), number + 1);
            self.trial(&mut imported, format, (catalogue, book), &sources, &leaves, (&given, &mut names));
        }
        match Leaves::new(&rest, room) {
            Some(leaves) => self.outside(&mut imported, &sources, &leaves),
            None => refuse(tree::too_many(), &mut imported),
        }
        imported
    }

    /// Takes one trial.
    fn trial(
        &self,
        imported: &mut Imported,
        format: Format,
        (catalogue, book): (&Catalogue, &RuleBook),
        sources: &Arc<Sources>,
        leaves: &Leaves,
        (given, names): (&str, &mut BTreeSet<String>),
    ) {
        let mut fill = Fill::new(self, (catalogue, book), sources, leaves, format.words);
        let rules = self.tables.get(format.id).map(Vec::as_slice).unwrap_or_default();
        run(&mut fill, rules);
        fill.finish();
        transform::same_texts(&mut fill);
        checks::check(&mut fill);
        name_trial(&mut fill, given, names);
        let values = leaves.list().iter().zip(&fill.dispositions);
        let values = values.map(|(leaf, disposition)| fate(leaf, disposition.clone(), sources)).collect();
        for finding in &mut fill.findings {
            finding.trial.clone_from(&fill.trial);
        }
        imported.reports.push(TrialReport { trial: fill.trial, values });
        imported.findings.append(&mut fill.findings);
        imported.records.push(Record { sources: Arc::clone(sources), root: fill.root, filed: false });
    }

    /// Accounts for what stands outside of the trials.
    fn outside(&self, imported: &mut Imported, sources: &Sources, leaves: &Leaves) {
        let lost = |leaf: &leaves::Leaf| match leaf.text.trim().is_empty() {
            true => Disposition::Blank,
            false => Disposition::Lost(why::ADMINISTRATIVE.to_owned()),
        };
        let values: Vec<Fate> = leaves.list().iter().map(|leaf| fate(leaf, Some(lost(leaf)), sources)).collect();
        if !values.is_empty() {
            imported.reports.push(TrialReport { trial: String::new(), values });
        }
    }
}

fn fate(leaf: &leaves::Leaf, disposition: Option<Disposition>, sources: &Sources) -> Fate {
    Fate {
        path: leaf.shown.to_string(),
        kind: numberless(&leaf.shown),
        at: sources.place(&leaf.origin),
        text: leaf.text.to_string(),
        disposition: disposition.unwrap_or_else(|| Disposition::Lost(why::UNKNOWN_NAME.to_owned())),
    }
}

/// Drops the numbers of a path.
fn numberless(shown: &str) -> String {
    let part =
        |part: &str| part.rsplit_once('[').filter(|(_, rest)| rest.ends_with(']')).map_or(part, |(name, _)| name).to_owned();
    shown.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Runs the lines of a mapping table over the leaves of a trial.
fn run(fill: &mut Fill, rules: &[Rule]) {
    let leaves = fill.leaves;
    let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, leaf) in leaves.list().iter().enumerate() {
        if leaf.text.trim().is_empty() {
            fill.settle(at, Disposition::Blank);
        } else {
            by_path.entry(&leaf.path).or_default().push(at);
        }
    }
    let by_path: Vec<(Vec<&str>, Vec<usize>)> =
        by_path.into_iter().map(|(path, all)| (path.split('/').collect(), all)).collect();
    let mut beside = vec![false; leaves.list().len()];
    let of = |rule: &Rule| {
        by_path.iter().filter(|(path, _)| rule.matches(path)).flat_map(|(_, all)| all.clone()).collect::<Vec<_>>()
    };
    for rule in rules.iter().filter(|rule| matches!(rule.how, How::With)) {
        for at in of(rule) {
            if let Some(slot) = beside.get_mut(at) {
                *slot = true;
            }
        }
    }
    for rule in rules.iter().filter(|rule| !matches!(rule.how, How::With)) {
        for at in of(rule) {
            let is_open =
                fill.dispositions.get(at).is_some_and(Option::is_none) && !beside.get(at).is_some_and(|beside| *beside);
            if is_open && holds(fill, rule, at) {
                if too_long(fill, rule, at) {
                    continue;
                }
                apply(fill, rule, at);
                mark_conditions(fill, rule, at, &beside);
            }
        }
    }
    settle_rest(fill, &beside);
}

/// Refuses a value that no cell would hold before anything looks into it.
fn too_long(fill: &mut Fill, rule: &Rule, at: usize) -> bool {
    let text = &fill.leaf(at).text;
    let is_long = text.len() > TEXT_CHARS && text.chars().count() > TEXT_CHARS;
    if !is_long || matches!(rule.how, How::Lost) {
        return false;
    }
    let label = rule.field.map(|field| fill.catalogue.field(field).label.clone());
    let label = label.unwrap_or_else(|| fill.leaf(at).shown.to_string().into());
    fill.say("IX-0039", at, rule.field, &[("label", label), ("limit", TEXT_CHARS.to_string().into())]);
    fill.settle(at, Disposition::Lost(why::TOO_LONG.to_owned()));
    true
}

/// Returns whether the conditions of a line hold for a leaf.
fn holds(fill: &Fill, rule: &Rule, at: usize) -> bool {
    let parent = fill.leaf(at).parent();
    rule.when.iter().all(|condition| {
        condition.holds(|path| match path {
            "registry" => fill.registry.as_str(),
            "." => fill.leaf(at).text.trim(),
            path => fill.leaves.text(parent, path),
        })
    })
}

/// What a line asked before it took a value has said what the value is, and is no loss.
fn mark_conditions(fill: &mut Fill, rule: &Rule, at: usize, beside: &[bool]) {
    let taken = matches!(fill.dispositions.get(at), Some(Some(Disposition::Taken(_) | Disposition::Part(..))));
    if !taken {
        return;
    }
    let parent = fill.leaf(at).parent();
    for path in rule.when.iter().flat_map(|condition| &condition.paths) {
        // Of `scopeId>type/code` what refers, too, has said what it is.
        let refers = path.split('>').next().filter(|first| first.len() < path.len());
        for path in [Some(path.as_str()), refers].into_iter().flatten() {
            let asked = fill.leaves.find(parent, path).filter(|asked| beside.get(*asked).is_some_and(|beside| *beside));
            if let Some(asked) = asked {
                fill.settle(asked, Disposition::Taken(Vec::new()));
            }
        }
    }
}

/// Accounts for what no line took.
fn settle_rest(fill: &mut Fill, beside: &[bool]) {
    let mut unknown: Vec<usize> = Vec::new();
    for (at, of_another) in beside.iter().enumerate() {
        if fill.dispositions.get(at).is_none_or(Option::is_some) {
            continue;
        }
        let reason = if *of_another { why::ALONE } else { why::UNKNOWN_NAME };
        if !of_another {
            unknown.push(at);
        }
        fill.settle(at, Disposition::Lost(reason.to_owned()));
    }
    const SHOWN: usize = 8;
    let Some(first) = unknown.first().copied() else { return };
    let mut names: Vec<String> = unknown.iter().map(|at| numberless(&fill.leaf(*at).shown)).collect();
    names.sort_unstable();
    names.dedup();
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let values = [("names", clip(&shown)), ("count", names.len().to_string().into())];
    fill.say("IX-0059", first, None, &values);
}

/// Makes sure that the trial has a name of its own.
fn name_trial(fill: &mut Fill, given: &str, names: &mut BTreeSet<String>) {
    let wanted = if fill.trial.is_empty() { given.to_owned() } else { fill.trial.clone() };
    let mut name = wanted.clone();
    let mut number = 2;
    while !names.insert(name.clone()) {
        name = format!("{wanted}-{number}");
        number += 1;
    }
    if name == fill.trial {
        return;
    }
    let Some(field) = fill.catalogue.field_ix("trial.id") else { return };
    let origin = fill.root.leaf(field).map_or(crate::model::Origin::Derived("trial.id".into()), |leaf| leaf.origin.clone());
    let place = fill.sources.place(&origin);
    fill.trial.clone_from(&name);
    fill.root.put(field, crate::model::Leaf { value: Scalar::Text(name.as_str().into()), origin });
    fill.say_at("IX-0003", place, (&wanted, "trial.id"), &[("id", name.into())]);
}
