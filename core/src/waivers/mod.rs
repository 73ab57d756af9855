//! Waivers: findings that someone accepts with a reason, for the value that was found and until a day.
//!
//! A file of waivers is TOML: `[[waiver]]` with `rule`, `trial` (left out for a finding about a whole file), `at` or `field`
//! (or both), `value`, `reason`, `by` and `until`. A finding that fits is no longer open; one whose value is another by now,
//! or whose day has passed, is open again and says so.

mod never;
mod write;

use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use crate::files::Files;
use crate::model::{DataError, Finding, Lang, Place, RuleBook, Status, Text, TomlFile, Waived};

pub use never::Never;
pub use write::drafts;

/// The waivers of a run.
#[derive(Debug, Clone)]
pub struct Waivers {
    /// Name of the file, as findings show it.
    file: String,
    /// The day of the run.
    now: Date,
    list: Vec<Waiver>,
}

/// One of them.
#[derive(Debug, Clone)]
struct Waiver {
    /// `line:column` of its table.
    line: String,
    said: WaiverFile,
    until: Date,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiversFile {
    #[serde(default)]
    waiver: Vec<toml::Spanned<WaiverFile>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiverFile {
    rule: String,
    #[serde(default)]
    trial: String,
    at: Option<String>,
    field: Option<String>,
    value: String,
    reason: String,
    by: String,
    until: toml::Spanned<String>,
}

impl Waivers {
    /// Reads a file for a run on a day.
    ///
    /// # Errors
    /// Returns the first place that breaks the format, leaves out what a waiver must say, or says it twice.
    pub fn read(path: &Path, now: Date) -> Result<Waivers, DataError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = TomlFile::read(&Files::Folder(folder.to_owned()), &name)?;
        let raw: WaiversFile = file.parse()?;
        let mut list: Vec<Waiver> = Vec::new();
        for spanned in raw.waiver {
            let start = spanned.span().start;
            let said = spanned.into_inner();
            let blank = [("rule", &said.rule), ("reason", &said.reason), ("by", &said.by)];
            if let Some((key, _)) = blank.iter().find(|(_, text)| text.trim().is_empty()) {
                return Err(file.error(start, &format!("`{key}` is blank")));
            }
            if said.at.is_none() && said.field.is_none() {
                return Err(file.error(start, "wants `at` or `field`"));
            }
            let until = said.until.get_ref().parse::<Date>().ok().filter(|_| said.until.get_ref().len() == 10);
            let until = until.ok_or_else(|| file.error(said.until.span().start, "`until` wants YYYY-MM-DD"))?;
            if list.iter().any(|known| known.said.is_of(&said) && known.said.value == said.value) {
                return Err(file.error(start, "the same finding is waived above"));
            }
            list.push(Waiver { line: file.line_column(start), said, until });
        }
        Ok(Waivers { file: name, now, list })
    }

    /// Settles findings that are waived, and says of others why a waiver does not hold. Findings that were looked at
    /// before stay as they are.
    pub fn apply(&self, findings: &mut [Finding], book: &RuleBook, may_waive: impl Fn(&Finding) -> bool) {
        for finding in findings.iter_mut().filter(|finding| finding.status == Status::Open) {
            let of: Vec<&Waiver> = self.list.iter().filter(|waiver| waiver.said.is_about(finding)).collect();
            let Some(first) = of.first() else { continue };
            let fits = |waiver: &&&Waiver| waiver.said.value == finding.found.value;
            let note = |rule: &str, waiver: &Waiver| {
                let place = self.place(waiver);
                let values = [
                    ("until", Text::from(waiver.until.to_string())),
                    ("at", Text::new(place.display(Lang::Ja), place.display(Lang::En))),
                    ("value", Text::from(waiver.said.value.as_str())),
                ];
                book.finding(rule, Place::default(), &values).message
            };
            let said = if !may_waive(finding) {
                note("WV-0004", first)
            } else if let Some(waiver) = of.iter().filter(fits).find(|waiver| self.now <= waiver.until) {
                finding.status = Status::Waived(Waived {
                    reason: waiver.said.reason.clone(),
                    by: waiver.said.by.clone(),
                    until: waiver.until.to_string(),
                });
                continue;
            } else if let Some(waiver) = of.iter().find(fits) {
                note("WV-0003", waiver)
            } else {
                note("WV-0002", first)
            };
            if !finding.message.ja.ends_with(&said.ja) {
                finding.message =
                    Text::new(format!("{}{}", finding.message.ja, said.ja), format!("{} {}", finding.message.en, said.en));
            }
        }
    }

    /// Reports each waiver that is for none of all findings of a run.
    pub fn idle(&self, findings: &[Finding], book: &RuleBook) -> Vec<Finding> {
        let idle = self.list.iter().filter(|waiver| !findings.iter().any(|finding| waiver.said.is_about(finding)));
        idle.map(|waiver| {
            let said = &waiver.said;
            let at = said.at.as_deref().or(said.field.as_deref()).unwrap_or_default();
            let values = [("rule", Text::from(said.rule.as_str())), ("at", Text::from(at))];
            let field = said.field.as_deref().unwrap_or_default();
            let mut finding = book.finding("WV-0001", self.place(waiver), &values).found(&said.value, field);
            finding.trial.clone_from(&said.trial);
            finding
        })
        .collect()
    }

    fn place(&self, waiver: &Waiver) -> Place {
        Place { file: self.file.clone(), line: waiver.line.clone(), ..Place::default() }
    }
}

impl WaiverFile {
    /// Returns whether it is for a finding, whatever its value.
    fn is_about(&self, finding: &Finding) -> bool {
        let here = |at: &String| [Lang::Ja, Lang::En].into_iter().any(|lang| finding.at.display(lang) == *at);
        self.rule.eq_ignore_ascii_case(&finding.rule)
            && self.trial == finding.trial
            && self.at.as_ref().is_none_or(here)
            && self.field.as_ref().is_none_or(|field| *field == finding.found.field)
    }

    /// Returns whether another one is for the same findings.
    fn is_of(&self, other: &WaiverFile) -> bool {
        self.rule.eq_ignore_ascii_case(&other.rule)
            && (&self.trial, &self.at, &self.field) == (&other.trial, &other.at, &other.field)
    }
}
