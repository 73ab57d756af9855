//! 新旧対照表 as a page.

use serde::Serialize;
use tera::{Context, Tera};

use super::{Comparison, Kind, Span};
use crate::model::Lang;
use crate::render::RenderError;
use crate::render::comparison::FRAME;

/// What the table says of itself.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct About<'a> {
    /// Title of the document; may be empty.
    pub title: &'a str,
    /// Name of the old file.
    pub old: &'a str,
    /// Name of the new file.
    pub new: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    heading: &'a str,
    /// The heading it stood under, where that was another.
    was: &'a str,
    place: &'a str,
    old: &'a [Span],
    new: &'a [Span],
}

const NAME: &str = "documents.html";
const TEMPLATE: &str = include_str!("page.html");

/// Writes the differences as a page of old and new.
///
/// # Errors
/// Returns what the template met.
pub fn html(about: &About, comparison: &Comparison, lang: Lang) -> Result<String, RenderError> {
    let line = |row: &'_ super::Row| {
        let elsewhere = row.kind == Kind::Moved || row.kind == Kind::Changed;
        let was = if elsewhere && row.old_heading != row.new_heading { row.old_heading.clone() } else { String::new() };
        (row.kind.word(lang), was)
    };
    let words: Vec<(&'static str, String)> = comparison.rows.iter().map(line).collect();
    let lines: Vec<Line> = comparison
        .rows
        .iter()
        .zip(&words)
        .map(|(row, (kind, was))| Line {
            kind,
            heading: row.heading(),
            was,
            place: row.place().get(lang),
            old: &row.old,
            new: &row.new,
        })
        .collect();
    let problem = |error: tera::Error| RenderError::Template { template: NAME.to_owned(), problem: error.to_string() };
    let mut tera = Tera::default();
    tera.add_raw_templates([FRAME, (NAME, TEMPLATE)]).map_err(problem)?;
    let mut context = Context::new();
    context.insert("about", about);
    context.insert("lines", &lines);
    context.insert("ja", &(lang == Lang::Ja));
    tera.render(NAME, &context).map_err(problem)
}
