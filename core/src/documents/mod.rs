//! Documents that people read: sections with their texts, as a plugin has them below `documents/`, and the legal items
//! that they must hold, as the form has them.
//!
//! Each document is a folder with `sections.csv` (one row a section, in order) and a text for each, `<id>.md`: a Tera
//! template that gives Markdown. What comes out is put into a Word template by `render::docx`.

mod blocks;
mod cited;
pub mod copies;
mod facts;
pub mod finished;
pub mod kanji;
mod legal;
pub mod locked;
mod order;
mod prose;
pub mod reading;
mod ruby;
mod sections;
mod texts;

use std::collections::BTreeMap;

use tera::Context;

use crate::expr::Scope;
use crate::files::Files;
use crate::model::{Catalogue, DataError};

pub use blocks::MarkdownBlocks;
pub use facts::schema;
pub use legal::{Legal, LegalItem};
pub use prose::{ProseFiles, is_named};
pub use sections::{Outline, SectionRow};
pub use texts::{Texts, filters};

/// The documents of a plugin.
#[derive(Debug, Default)]
pub struct Documents {
    outlines: BTreeMap<String, Outline>,
    texts: Texts,
    /// What the law wants in them.
    pub legal: Legal,
}

/// A section that is there, with its text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Section {
    /// Its id.
    pub id: String,
    /// 0 of a heading without a number, else the level of its heading, from 1.
    pub level: u8,
    /// Heading.
    pub title: String,
    /// Its text in Markdown.
    pub body: String,
    /// Ids of the legal items that it answers.
    pub covers: Vec<String>,
    /// Whether its text is not to be changed.
    pub locked: bool,
}

/// Why a section could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritten {
    /// The document.
    pub document: String,
    /// The section.
    pub section: String,
    /// What went wrong.
    pub problem: String,
}

impl Documents {
    /// Reads the documents of a plugin, and the legal items of its form; a plugin may have neither.
    ///
    /// # Errors
    /// Returns every place that breaks the format or names something unknown.
    pub fn load(files: &Files, form_files: &Files, catalogue: &Catalogue) -> Result<Documents, Vec<DataError>> {
        let mut problems = Vec::new();
        let legal = Legal::load(form_files, catalogue).unwrap_or_else(|more| {
            problems.extend(more);
            Legal::default()
        });
        let folder = files.below("documents");
        let mut outlines = BTreeMap::new();
        let mut texts = Texts::new(catalogue);
        for id in folder.folders() {
            let folder = folder.below(&id);
            if folder.read(sections::FILE).is_none() {
                continue;
            }
            match Outline::load(&folder, catalogue, &legal) {
                Ok(outline) => {
                    problems.extend(texts.add(&id, &outline, &folder));
                    outlines.insert(id, outline);
                }
                Err(more) => problems.extend(more),
            }
        }
        if problems.is_empty() { Ok(Documents { outlines, texts, legal }) } else { Err(problems) }
    }

    /// Returns the sections of a document, those that do not apply included.
    pub fn outline(&self, document: &str) -> Option<&Outline> {
        self.outlines.get(document)
    }

    /// Writes the sections that apply; `context` is what their texts see.
    ///
    /// # Errors
    /// Returns every section that cannot be written.
    pub fn write(&self, document: &str, scope: Scope, context: &Context) -> Result<Vec<Section>, Vec<Unwritten>> {
        let unwritten =
            |section: &str, problem: String| Unwritten { document: document.to_owned(), section: section.to_owned(), problem };
        let Some(outline) = self.outline(document) else {
            return Err(vec![unwritten("", format!("there is no document `{document}`"))]);
        };
        let (mut written, mut problems) = (Vec::new(), Vec::new());
        // Below a section that does not apply nothing does.
        let mut left_out: Option<u8> = None;
        for (at, row) in outline.rows.iter().enumerate() {
            if left_out.is_some_and(|level| row.level > level) {
                continue;
            }
            left_out = None;
            match row.when.as_ref().map_or(Ok(true), |when| when.truth(scope)) {
                Ok(true) => {}
                Ok(false) => {
                    left_out = Some(row.level);
                    continue;
                }
                Err(problem) => {
                    problems.push(unwritten(&row.id, problem));
                    continue;
                }
            }
            let value = row.field.map(|field| scope.root.text(field)).unwrap_or_default();
            match self.texts.write(document, at, row, value, context) {
                Ok((title, body)) => written.push(Section {
                    id: row.id.clone(),
                    level: row.level,
                    title,
                    body,
                    covers: row.covers.clone(),
                    locked: row.locked.is_some(),
                }),
                Err(problem) => problems.push(unwritten(&row.id, problem)),
            }
        }
        if problems.is_empty() { Ok(written) } else { Err(problems) }
    }
}

#[cfg(test)]
mod tests;
