//! What came of an import: the records, and for every value of the input what became of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::{Catalogue, FieldIx, Finding, Lang, Place, Record, Text};

/// What became of one value of the input. Every value has exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// It is in the record, in these fields; none when it only said what another value is.
    Taken(Vec<FieldIx>),
    /// Some of it is in these fields, and the rest is not, for the reason of that id.
    Part(Vec<FieldIx>, String),
    /// It is not in the record, for the reason of that id.
    Lost(String),
    /// It is blank.
    Blank,
}

/// One value of the input.
#[derive(Debug, Clone)]
pub struct Fate {
    /// Path in the names of the file.
    pub path: String,
    /// The path without numbers, by which values of one kind are gathered.
    pub kind: String,
    /// Where it stands.
    pub at: Place,
    /// The value as it was.
    pub text: String,
    /// What became of it.
    pub disposition: Disposition,
}

/// One trial that was read, or, with a blank id, what a file says outside of its trials.
#[derive(Debug, Clone, Default)]
pub struct TrialReport {
    /// Our id of the trial.
    pub trial: String,
    /// Every value, in the order of the file.
    pub values: Vec<Fate>,
}

/// How many values had each fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Whole.
    pub taken: usize,
    /// In part.
    pub part: usize,
    /// Not.
    pub lost: usize,
    /// Blank ones.
    pub blank: usize,
}

impl TrialReport {
    /// Counts the values by what became of them.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for value in &self.values {
            match value.disposition {
                Disposition::Taken(_) => tally.taken += 1,
                Disposition::Part(..) => tally.part += 1,
                Disposition::Lost(_) => tally.lost += 1,
                Disposition::Blank => tally.blank += 1,
            }
        }
        tally
    }
}

/// What an import gives.
#[derive(Debug, Default)]
pub struct Imported {
    /// Id of the format that was read, empty when the file is none that is known.
    pub format: String,
    /// The trials in the order of the file.
    pub records: Vec<Record>,
    /// A report for each record, in the same order, and one for what stands outside of them when there is any.
    pub reports: Vec<TrialReport>,
    /// What is wrong with the input, or needs a look.
    pub findings: Vec<Finding>,
    /// Why values are not taken, by id.
    pub reasons: BTreeMap<String, Text>,
}

impl Imported {
    /// Says for people what was taken and what was not. Values of one kind and one fate share a line; blank ones have none.
    pub fn text(&self, catalogue: &Catalogue, lang: Lang) -> String {
        let mut text = String::new();
        for report in &self.reports {
            let Tally { taken, part, lost, blank } = report.tally();
            let name = if report.trial.is_empty() {
                lang.pick("（試験の外）", "(outside of the trials)")
            } else {
                &report.trial
            };
            text.push_str(&match lang {
                Lang::Ja => format!("■ {name}：取り込み {taken}、一部 {part}、取り込まず {lost}、空欄 {blank}\n"),
                Lang::En => format!("# {name}: taken {taken}, in part {part}, not taken {lost}, blank {blank}\n"),
            });
            let mut lines: BTreeMap<(u8, String, String), usize> = BTreeMap::new();
            for value in &report.values {
                let (order, what) = match &value.disposition {
                    Disposition::Blank => continue,
                    Disposition::Taken(fields) => (0, labels(fields, catalogue, lang)),
                    Disposition::Part(fields, why) => {
                        (1, format!("{} — {}", labels(fields, catalogue, lang), self.reason(why, lang)))
                    }
                    Disposition::Lost(why) => (2, self.reason(why, lang)),
                };
                *lines.entry((order, what, value.kind.clone())).or_default() += 1;
            }
            let heads = [
                lang.pick("取り込んだもの", "taken"),
                lang.pick("一部だけ取り込んだもの", "taken in part"),
                lang.pick("取り込まなかったもの", "not taken"),
            ];
            for (order, head) in (0_u8..).zip(heads) {
                let of: Vec<_> = lines.iter().filter(|((at, _, _), _)| *at == order).collect();
                if of.is_empty() {
                    continue;
                }
                text.push_str(&format!("  {head}\n"));
                for ((what, kind), count) in gathered(&of) {
                    let times = if count > 1 { format!(" ×{count}") } else { String::new() };
                    text.push_str(&format!("    {kind}{times} → {what}\n"));
                }
            }
            text.push('\n');
        }
        text
    }

    /// Gives every value with what became of it, for programs.
    pub fn json(&self, catalogue: &Catalogue) -> Value {
        let ids = |fields: &[FieldIx]| fields.iter().map(|field| catalogue.field(*field).id.clone()).collect::<Vec<_>>();
        let value = |fate: &Fate| {
            let (word, fields, why) = match &fate.disposition {
                Disposition::Taken(fields) => ("taken", ids(fields), None),
                Disposition::Part(fields, why) => ("part", ids(fields), Some(why)),
                Disposition::Lost(why) => ("lost", Vec::new(), Some(why)),
                Disposition::Blank => ("blank", Vec::new(), None),
            };
            json!({ "path": fate.path, "at": fate.at, "value": fate.text, "fate": word, "fields": fields, "reason": why })
        };
        let report = |report: &TrialReport| json!({ "trial": report.trial, "values": report.values.iter().map(value).collect::<Vec<_>>() });
        json!({
            "format": self.format,
            "trials": self.reports.iter().map(report).collect::<Vec<_>>(),
            "reasons": self.reasons,
            "findings": self.findings,
        })
    }

    fn reason(&self, id: &str, lang: Lang) -> String {
        self.reasons.get(id).map_or(id, |text| text.get(lang)).to_owned()
    }
}

/// Gathers values by what became of them and by kind. Where one fate has very many kinds, those of one part of the file
/// share a line; `json` has them all.
fn gathered(lines: &[(&(u8, String, String), &usize)]) -> BTreeMap<(String, String), usize> {
    const MANY: usize = 40;
    const NAMES: usize = 4;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for ((_, what, _), _) in lines {
        *kinds.entry(what).or_default() += 1;
    }
    let mut gathered = BTreeMap::new();
    for ((_, what, kind), count) in lines {
        let names: Vec<&str> = kind.split('/').collect();
        let many = kinds.get(what.as_str()).is_some_and(|count| *count > MANY) && names.len() > NAMES;
        let kind = match names.get(..NAMES) {
            Some(first) if many => format!("{}/…", first.join("/")),
            _ => kind.clone(),
        };
        *gathered.entry((what.clone(), kind)).or_default() += **count;
    }
    gathered
}

fn labels(fields: &[FieldIx], catalogue: &Catalogue, lang: Lang) -> String {
    if fields.is_empty() {
        return lang.pick("ほかの値の意味", "what another value means").to_owned();
    }
    let label = |field: &FieldIx| catalogue.field(*field).label.get(lang).to_owned();
    fields.iter().map(label).collect::<Vec<_>>().join(lang.pick("、", ", "))
}
