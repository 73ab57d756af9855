//! The tables of words and patterns below `forms/documents`, compiled.

use std::collections::BTreeSet;

use regex::Regex;
use serde::Deserialize;

use crate::files::Files;
use crate::model::catalogue::read_csv;
use crate::model::{DataError, Text};

/// Words and patterns of all checks.
#[derive(Debug, Clone)]
pub struct Linter {
    pub(super) wording: Vec<Wording>,
    pub(super) negations: Vec<Regex>,
    pub(super) placeholders: Vec<Placeholder>,
    pub(super) facts: Vec<FactKind>,
    /// Abbreviations that need no explanation.
    pub(super) common: BTreeSet<String>,
    pub(super) patterns: Patterns,
}

/// A word that does not belong into a document.
#[derive(Debug, Clone)]
pub(super) struct Wording {
    pub(super) id: String,
    pub(super) pattern: Regex,
    pub(super) instead: String,
    pub(super) profile: String,
    pub(super) reason: String,
    pub(super) source: String,
}

/// Something that was left to be filled in.
#[derive(Debug, Clone)]
pub(super) struct Placeholder {
    pub(super) kind: PlaceholderKind,
    pub(super) pattern: Regex,
}

/// What kind of leftover it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PlaceholderKind {
    /// A blank.
    Left,
    /// Guidance of a template.
    Guidance,
    /// A tag of a template.
    Tag,
    /// 【…】, which may be a heading of its own.
    Bracket,
    /// What may stand in 【…】 at the start of a paragraph.
    Allow,
}

/// A fact of the trial record and the words around it in a document.
#[derive(Debug, Clone)]
pub(super) struct FactKind {
    pub(super) kind: String,
    pub(super) label: Text,
    pub(super) fields: Vec<String>,
    pub(super) words: Regex,
    pub(super) value: Regex,
}

/// Patterns that are part of the checks and not of anybody's habits.
#[derive(Debug, Clone)]
pub(super) struct Patterns {
    pub(super) version: Regex,
    pub(super) file_version: Regex,
    pub(super) date: Regex,
    pub(super) other_document: Regex,
    pub(super) phone: Regex,
    pub(super) definition: Regex,
    pub(super) abbreviation: Regex,
    pub(super) section: Regex,
    pub(super) typed_number: Regex,
    pub(super) range: Regex,
    pub(super) figure: Regex,
    pub(super) caption: Regex,
    pub(super) bookmark: Regex,
    pub(super) study_name: Regex,
    pub(super) check_item: Regex,
}

#[derive(Deserialize)]
struct WordingRow {
    id: String,
    pattern: String,
    instead: String,
    profile: String,
    reason: String,
    source: String,
}

#[derive(Deserialize)]
struct PlaceholderRow {
    kind: PlaceholderKind,
    pattern: String,
}

#[derive(Deserialize)]
struct NegationRow {
    pattern: String,
}

#[derive(Deserialize)]
struct FactRow {
    kind: String,
    ja: String,
    en: String,
    fields: String,
    words: String,
    value: String,
}

#[derive(Deserialize)]
struct AbbreviationRow {
    word: String,
}

impl Linter {
    /// Reads the tables in `documents/` of the folder `forms`.
    ///
    /// # Errors
    /// Returns the first place that breaks the format, or a pattern that cannot be used.
    pub fn load(forms: &Files) -> Result<Linter, DataError> {
        let folder = forms.below("documents");
        let compiled = |file: &str, pattern: &str| {
            Regex::new(pattern).map_err(|error| DataError::bad(&folder.display(file), pattern, error.to_string()))
        };
        let mut wording = Vec::new();
        for name in folder.names().iter().filter(|name| *name == "wording.csv") {
            for row in read_csv::<WordingRow>(&folder, name)? {
                let WordingRow { id, pattern, instead, profile, reason, source } = row;
                wording.push(Wording { id, pattern: compiled(name, &pattern)?, instead, profile, reason, source });
            }
        }
        let mut placeholders = Vec::new();
        for row in read_csv::<PlaceholderRow>(&folder, PLACEHOLDERS)? {
            let whole = if row.kind == PlaceholderKind::Allow { format!("^(?:{})$", row.pattern) } else { row.pattern };
            placeholders.push(Placeholder { kind: row.kind, pattern: compiled(PLACEHOLDERS, &whole)? });
        }
        let mut negations = Vec::new();
        for row in read_csv::<NegationRow>(&folder, NEGATIONS)? {
            negations.push(compiled(NEGATIONS, &row.pattern)?);
        }
        let mut facts = Vec::new();
        for row in read_csv::<FactRow>(&folder, FACTS)? {
            facts.push(FactKind {
                kind: row.kind,
                label: Text::new(row.ja, row.en),
                fields: row.fields.split(';').map(str::to_owned).collect(),
                words: compiled(FACTS, &row.words)?,
                value: compiled(FACTS, &row.value)?,
            });
        }
        let common = read_csv::<AbbreviationRow>(&folder, "abbreviations.csv")?.into_iter().map(|row| row.word).collect();
        Ok(Linter { wording, negations, placeholders, facts, common, patterns: Patterns::compile()? })
    }
}

const PLACEHOLDERS: &str = "placeholders.csv";
const NEGATIONS: &str = "negations.csv";
const FACTS: &str = "facts.csv";

impl Patterns {
    fn compile() -> Result<Patterns, DataError> {
        let of = |pattern: &str| Regex::new(pattern).map_err(|error| DataError::bad("lint", pattern, error.to_string()));
        Ok(Patterns {
            version: of(
                r"第\s?([0-9]+(?:\.[0-9]+)*)\s?版|[Vv]er(?:sion|\.)?\s?([0-9]+(?:\.[0-9]+)*)|版(?:番号|数)\s?[:=]?\s?第?([0-9]+(?:\.[0-9]+)*)",
            )?,
            file_version: of(r"第\s?([0-9]+(?:\.[0-9]+)*)\s?版|(?:^|[_\-\s])[Vv](?:er)?[._]?([0-9]+(?:\.[0-9]+)+)")?,
            date: of(super::facts::DAY)?,
            other_document: of(
                r"(?:CTCAE|MedDRA|WHO|規準|基準|ガイドライン|指針|概要書|添付文書|手順書|計画書|プロトコール|プロトコル|説明文書|同意書)[^。]{0,12}$",
            )?,
            phone: of(r"0[0-9]{1,4}[-(][0-9]{1,4}[-)][0-9]{3,4}")?,
            definition: of(
                r"(?:[\p{Han}\p{Katakana}ー]|[A-Za-z]{2,})[\p{Han}\p{Katakana}ーA-Za-z・/\- ]{1,60}[（(](?:以下[、,，]?)?[「『]?(?:[A-Za-z][A-Za-z \-]{3,80}[:：;；,，、] ?)?([A-Z][A-Za-z0-9]{0,3}[A-Z][A-Za-z0-9\-]{0,6})[」』]?(?:と(?:いう|略す|呼ぶ|する|略します|いいます|呼びます)[。]?)?[）)]",
            )?,
            abbreviation: of(r"[A-Z][A-Za-z0-9]{0,3}[A-Z][A-Za-z0-9]{0,6}")?,
            section: of(r"([0-9]+(?:\.[0-9]+)*)\.?\s?(項|章|節)(?:[「『]([^」』]{1,80})[」』])?")?,
            typed_number: of(r"^([0-9]+(?:\.[0-9]+)*)[.．、]?[\s　]+(.+)$")?,
            range: of(r"[①-⑳]\s?[〜～~\-－―から]{1,2}\s?([①-⑳])")?,
            figure: of(r"(図|表|別紙|別添)\s?([0-9]+)")?,
            caption: of(r"^[\[【［]?(図|表|別紙|別添)\s?([0-9]+)(?:$|[\s　.．:：\]】］、）)])")?,
            bookmark: of(r"(?:^|\s)(?:REF|PAGEREF|NOTEREF)\s+([^\s\\]+)")?,
            study_name: of(r"^(?:臨床研究|研究|治験|試験)(?:課題)?(?:の)?(?:名称|課題名|題目|名)(?:$|\s*[:：　]\s*(.*)$)")?,
            check_item: of(r"^[□☐☑✓✔]\s*(?:[0-9]+[.．)）]?\s*)?(.+)$")?,
        })
    }
}
