//! `sections.csv`: the sections of one document, in order.

use std::collections::BTreeMap;

use super::legal::Legal;
use crate::expr::Expr;
use crate::files::Files;
use crate::model::catalogue::read_csv;
use crate::model::{Catalogue, DataError, FieldIx, ScopeIx};
use crate::package::sha256;

/// Name of the file.
pub(super) const FILE: &str = "sections.csv";

/// Deepest numbered heading.
const LEVELS: u8 = 6;

/// The sections of one document.
#[derive(Debug)]
pub struct Outline {
    /// In the order they stand.
    pub rows: Vec<SectionRow>,
}

/// One row of the file.
#[derive(Debug)]
pub struct SectionRow {
    /// Its id, which cross references name.
    pub id: String,
    /// 0 of a heading without a number, else the level of its heading.
    pub level: u8,
    /// Heading, a Tera template.
    pub title: String,
    /// When it is there; always when there is none.
    pub when: Option<Expr>,
    /// The field of the user's own text.
    pub field: Option<FieldIx>,
    /// Ids of the legal items that it answers.
    pub covers: Vec<String>,
    /// SHA-256 of its text file, when the text is not to be changed.
    pub locked: Option<String>,
    /// Its text, a Tera template that gives Markdown.
    pub text: Option<String>,
}

impl Outline {
    pub(super) fn load(files: &Files, catalogue: &Catalogue, legal: &Legal) -> Result<Outline, Vec<DataError>> {
        let raw: Vec<BTreeMap<String, String>> = read_csv(files, FILE).map_err(|error| vec![error])?;
        let mut problems = Vec::new();
        let mut rows: Vec<SectionRow> = Vec::new();
        for (at, row) in raw.iter().enumerate() {
            let mut bad = |problem: String| problems.push(DataError::bad(&files.display(FILE), at + 2, problem));
            match section(row, files, catalogue, legal) {
                Ok(section) => {
                    if rows.iter().any(|known| known.id == section.id) {
                        bad(format!("the id `{}` stands twice", section.id));
                    }
                    let deepest = rows.last().map_or(0, |before| before.level) + 1;
                    if section.level > deepest {
                        bad(format!("level {} under level {}: one is left out", section.level, deepest - 1));
                    }
                    rows.push(section);
                }
                Err(more) => more.into_iter().for_each(bad),
            }
        }
        for name in files.names().iter().filter_map(|name| name.strip_suffix(".md")) {
            if !rows.iter().any(|row| row.id == name) {
                problems.push(DataError::bad(&files.display(&format!("{name}.md")), "", "belongs to no section"));
            }
        }
        if problems.is_empty() { Ok(Outline { rows }) } else { Err(problems) }
    }
}

fn section(
    row: &BTreeMap<String, String>,
    files: &Files,
    catalogue: &Catalogue,
    legal: &Legal,
) -> Result<SectionRow, Vec<String>> {
    let mut problems = Vec::new();
    let mut cell = |column: &str| match row.get(column) {
        Some(text) => text.trim().to_owned(),
        None => {
            problems.push(format!("no column `{column}`"));
            String::new()
        }
    };
    let (id, level, title) = (cell("id"), cell("level"), cell("title"));
    let (when, field, covers, locked) = (cell("when"), cell("field"), cell("covers"), cell("locked"));
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        problems.push(format!("`{id}` is no id: small letters, digits and `-`"));
    }
    let level = level.parse::<u8>().ok().filter(|level| *level <= LEVELS).unwrap_or_else(|| {
        problems.push(format!("`{level}` is no level: 0 to {LEVELS}"));
        0
    });
    if title.is_empty() {
        problems.push("has no title".to_owned());
    }
    let when = (!when.is_empty()).then(|| Expr::compile(&when, catalogue, ScopeIx::ROOT)).transpose().unwrap_or_else(|error| {
        problems.push(format!("`when`: {error}"));
        None
    });
    let known = catalogue.field_ix(&field).filter(|field| catalogue.field(*field).scope == ScopeIx::ROOT);
    if !field.is_empty() && known.is_none() {
        problems.push(format!("no field `{field}` of the trial itself"));
    }
    let covers: Vec<String> = covers.split(';').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
    for id in covers.iter().filter(|id| !legal.has(id)) {
        problems.push(format!("no legal item `{id}`"));
    }
    let text = files.read(&format!("{id}.md")).map(|bytes| String::from_utf8(bytes.into_owned()));
    let text = text.transpose().unwrap_or_else(|_| {
        problems.push(format!("{id}.md is not UTF-8"));
        None
    });
    let hash = text.as_ref().map(|text| sha256(text.as_bytes()));
    let locked = match locked.as_str() {
        "" => None,
        "yes" => hash,
        pinned => {
            if hash.as_deref() != Some(pinned) {
                problems.push(format!(
                    "the text of `{id}` is not to be changed, and is not what was locked (sha256 {})",
                    hash.unwrap_or_default()
                ));
            }
            Some(pinned.to_owned())
        }
    };
    if problems.is_empty() {
        Ok(SectionRow { id, level, title, when, field: known, covers, locked, text })
    } else {
        Err(problems)
    }
}
