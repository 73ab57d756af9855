//! `deadlines.toml`: what is due when, in dates that are worked out from the record.
//!
//! `[[deadline]]` gives a day (`due`, and `also` where a notice can be read in two ways), what does it (`done`, or a
//! filing of `settled_by`) and its words. `[change]` gives the words for changes, whose days the form itself knows.

use serde::Deserialize;
use toml::Spanned;

use super::ledger::known_kinds;
use super::rules::{groups, rule_text};
use crate::expr::Expr;
use crate::files::Files;
use crate::model::{Catalogue, DataError, Form, ItemIx, RuleText, ScopeIx, Severity, Text, TomlFile};

const FILE: &str = "deadlines.toml";

/// How a day limits what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeadlineKind {
    /// It may be done on that day or after it.
    NotBefore,
    /// It is to be done on that day or before it.
    NoLaterThan,
    /// It is to be done without delay from that day on: no number of days is set.
    WithoutDelay,
}

/// One deadline.
#[derive(Debug)]
pub struct Deadline {
    /// Its words; the message is why.
    pub text: RuleText,
    /// What is due, in a few words.
    pub title: Text,
    /// How the day limits it.
    pub kind: DeadlineKind,
    /// The repeat groups, outermost first, over whose rows it runs; empty for the trial.
    pub each: Vec<ScopeIx>,
    /// When it applies.
    pub when: Option<Expr>,
    /// The day.
    pub due: Expr,
    /// The day by another reading.
    pub also: Option<Expr>,
    /// The day on which it is done or planned to be; blank when that is open.
    pub done: Option<Expr>,
    /// Kinds of filing that do it.
    pub settled_by: Vec<String>,
    /// Texts to fill into the words, by name.
    pub values: Vec<(String, Expr)>,
}

/// The words for changes that are to be filed.
#[derive(Debug)]
pub struct ChangeWords {
    /// Its words, with holes for what the form knows of the change.
    pub text: RuleText,
    /// What is due, in a few words.
    pub title: Text,
    /// What is added when a window holds under a condition only.
    pub conditional: Text,
    /// Kinds of filing that file a change.
    pub settled_by: Vec<String>,
}

/// All deadlines of a plugin.
#[derive(Debug, Default)]
pub struct Deadlines {
    /// The deadlines.
    pub list: Vec<Deadline>,
    /// The words for changes.
    pub change: Option<ChangeWords>,
    /// The kind and the day of the filing itself.
    pub filing: Option<(Expr, Expr)>,
    /// The item that says the kind of a filing made before; nothing for the form's kind item.
    pub item: Option<ItemIx>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlinesFile {
    filing: FilingFile,
    change: Option<Spanned<ChangeFile>>,
    #[serde(default)]
    deadline: Vec<Spanned<DeadlineFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilingFile {
    kind: Spanned<String>,
    date: Spanned<String>,
    /// The item whose text `kind` gives, where it is not the form's kind item.
    item: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlineFile {
    id: String,
    kind: DeadlineKind,
    each: Option<String>,
    when: Option<String>,
    due: String,
    also: Option<String>,
    done: Option<String>,
    #[serde(default)]
    settled_by: Vec<String>,
    #[serde(default)]
    values: Vec<(String, String)>,
    title: Text,
    message: Text,
    fix: Text,
    #[serde(default)]
    why: Text,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeFile {
    id: String,
    settled_by: Vec<String>,
    title: Text,
    message: Text,
    conditional: Text,
    fix: Text,
    #[serde(default)]
    why: Text,
    source: String,
}

impl Deadlines {
    /// Reads and compiles `deadlines.toml`; a plugin without one has no deadlines.
    ///
    /// # Errors
    /// Returns every deadline that does not compile.
    pub fn load(files: &Files, form: &Form, catalogue: &Catalogue) -> Result<Deadlines, Vec<DataError>> {
        if files.read(FILE).is_none() {
            return Ok(Deadlines::default());
        }
        let file = TomlFile::read(files, FILE).map_err(|error| vec![error])?;
        let raw: DeadlinesFile = file.parse().map_err(|error| vec![error])?;
        let mut problems = Vec::new();
        let mut deadlines = Deadlines::default();
        let mut compile = |text: &Spanned<String>| {
            let compiled = Expr::compile(text.get_ref(), catalogue, ScopeIx::ROOT);
            compiled.map_err(|error| problems.push(file.error(text.span().start, &error.to_string()))).ok()
        };
        deadlines.filing = compile(&raw.filing.kind).zip(compile(&raw.filing.date));
        let item = raw.filing.item.as_deref();
        deadlines.item = item.and_then(|path| form.find(path));
        let kinds =
            |kinds: &[String]| known_kinds(kinds, item, form, catalogue).map_err(|problem| format!("`settled_by`: {problem}"));
        for spanned in raw.deadline {
            let start = spanned.span().start;
            match kinds(&spanned.get_ref().settled_by).and_then(|()| deadline(spanned.into_inner(), form, catalogue)) {
                Ok(deadline) if deadlines.texts().any(|known| known.id == deadline.text.id) => {
                    problems.push(file.error(start, &format!("`{}` stands twice", deadline.text.id)));
                }
                Ok(deadline) => deadlines.list.push(deadline),
                Err(problem) => problems.push(file.error(start, &problem)),
            }
        }
        if let Some(spanned) = raw.change {
            let start = spanned.span().start;
            match kinds(&spanned.get_ref().settled_by).and_then(|()| change(spanned.into_inner(), form)) {
                Ok(change) => deadlines.change = Some(change),
                Err(problem) => problems.push(file.error(start, &problem)),
            }
        }
        if problems.is_empty() { Ok(deadlines) } else { Err(problems) }
    }

    /// Returns the words of all deadlines.
    pub fn texts(&self) -> impl Iterator<Item = &RuleText> {
        self.list.iter().map(|deadline| &deadline.text).chain(self.change.iter().map(|change| &change.text))
    }

    /// Returns every expression with the groups whose rows it runs over.
    pub fn expressions(&self) -> impl Iterator<Item = (&Expr, &[ScopeIx])> {
        let filing = self.filing.iter().flat_map(|(kind, date)| [(kind, [].as_slice()), (date, [].as_slice())]);
        filing.chain(self.list.iter().flat_map(Deadline::expressions))
    }
}

impl Deadline {
    fn expressions(&self) -> impl Iterator<Item = (&Expr, &[ScopeIx])> {
        let parts = self.when.iter().chain([&self.due]).chain(&self.also).chain(&self.done);
        parts.chain(self.values.iter().map(|(_, value)| value)).map(|expr| (expr, self.each.as_slice()))
    }
}

fn deadline(raw: DeadlineFile, form: &Form, catalogue: &Catalogue) -> Result<Deadline, String> {
    let each = raw.each.as_ref().map_or_else(|| Ok(Vec::new()), |id| groups(id, catalogue))?;
    let scope = each.last().copied().unwrap_or(ScopeIx::ROOT);
    let compile = |part: &str, text: &str| {
        Expr::compile(text, catalogue, scope).map_err(|error| format!("{}: `{part}`: {error}", raw.id))
    };
    let some = |part: &str, text: &Option<String>| text.as_deref().map(|text| compile(part, text)).transpose();
    if raw.done.is_some() && !raw.settled_by.is_empty() {
        return Err(format!("{}: `done` and `settled_by` do not go together", raw.id));
    }
    let mut values = Vec::new();
    for (name, text) in &raw.values {
        values.push((name.clone(), compile(name, text)?));
    }
    let (when, also, done) = (some("when", &raw.when)?, some("also", &raw.also)?, some("done", &raw.done)?);
    let due = compile("due", &raw.due)?;
    let text = rule_text(raw.id, Severity::Warning, raw.message, raw.fix, raw.why, &raw.source, form)?;
    Ok(Deadline { text, title: raw.title, kind: raw.kind, each, when, due, also, done, settled_by: raw.settled_by, values })
}

fn change(raw: ChangeFile, form: &Form) -> Result<ChangeWords, String> {
    let text = rule_text(raw.id, Severity::Warning, raw.message, raw.fix, raw.why, &raw.source, form)?;
    Ok(ChangeWords { text, title: raw.title, conditional: raw.conditional, settled_by: raw.settled_by })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Deadlines, String> {
        let forms = Files::embedded("forms");
        let catalogue = Catalogue::load(&forms).unwrap();
        let form = Form::load(&forms.below("pmda-ctn/3.0.0"), &catalogue).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        let loaded = Deadlines::load(&Files::Folder(folder.path().to_owned()), &form, &catalogue);
        loaded.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    const GOOD: &str = r#"[filing]
kind = "filing.kind"
date = "filing.date"

[[deadline]]
id = "X-D01"
kind = "no-later-than"
due = "add_days(trial.start_date, -30)"
settled_by = ["治験計画届"]
title = { ja = "題", en = "title" }
message = { ja = "文", en = "text" }
fix = { ja = "直", en = "fix" }
source = "S p6"
"#;

    #[test]
    fn mistakes_are_named_with_their_line() {
        assert_eq!(load(GOOD).unwrap().list.len(), 1);
        for (from, to, line, said) in [
            ("due = \"add_days", "due = \"add_dais", 5, "unknown name `add_dais`; did you mean `add_days`?"),
            ("trial.start_date", "trial.strt_date", 5, "did you mean `trial.start_date`?"),
            ("\"filing.date\"", "\"filing.dte\"", 3, "did you mean `filing.date`?"),
            ("治験計画届", "治験届", 5, "the form has no kind `治験届`"),
            ("kind = \"no-later-than\"", "kind = \"no-later\"", 7, "unknown variant `no-later`"),
            ("source = \"S p6\"", "source = \"ZZ p6\"", 5, "no source `ZZ`"),
            ("title =", "titel =", 10, "unknown field `titel`"),
            ("due =", "each = \"sits\"\ndue =", 5, "no repeat group `sits`"),
            ("settled_by =", "done = \"filing.date\"\nsettled_by =", 5, "do not go together"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let error = load(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(&format!("deadlines.toml:{line}:")) && error.contains(said), "{error}");
        }
    }

    #[test]
    fn an_id_stands_once() {
        let (head, one) = GOOD.split_at(GOOD.find("[[").unwrap());
        assert!(load(&format!("{head}{one}{one}")).unwrap_err().contains("`X-D01` stands twice"));
    }
}
