//! 新旧対照表: the changes of a filing side by side, as one page.

use serde::Serialize;
use tera::{Context, Tera};

use super::RenderError;
use crate::changes::{Changed, Declared, word};
use crate::model::Lang;

/// What the page says of itself.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Page<'a> {
    /// Title of the form.
    pub title: &'a str,
    /// File of the last filing.
    pub previous: &'a str,
    /// File of the current one.
    pub current: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    mark: &'a str,
    number: &'a str,
    label: String,
    names: String,
    old: &'a str,
    new: &'a str,
    date: &'a str,
    reason: &'a str,
}

/// The page that both tables of old and new are in, that of a form and that of documents.
pub(crate) const FRAME: (&str, &str) = ("old_and_new.html", include_str!("old_and_new.html"));

const NAME: &str = "comparison.html";
const TEMPLATE: &str = include_str!("comparison.html");

/// Writes the changes as a page of old and new.
///
/// # Errors
/// Returns what the template met.
pub fn html(page: &Page, changes: &[Changed], declared: Declared, lang: Lang) -> Result<String, RenderError> {
    let line = |changed| line(changed, declared, lang);
    let lines: Vec<Line> = changes.iter().map(line).collect();
    let problem = |error: tera::Error| RenderError::Template { template: NAME.to_owned(), problem: error.to_string() };
    let mut tera = Tera::default();
    tera.add_raw_templates([FRAME, (NAME, TEMPLATE)]).map_err(problem)?;
    let mut context = Context::new();
    context.insert("page", page);
    context.insert("lines", &lines);
    context.insert("ja", &(lang == Lang::Ja));
    tera.render(NAME, &context).map_err(problem)
}

fn line<'a>(changed: &'a Changed, declared: Declared<'a>, lang: Lang) -> Line<'a> {
    Line {
        mark: word(changed.change.status),
        number: declared.form.item(changed.item).number.as_str(),
        label: changed.target_label(declared, lang),
        names: changed.names(),
        old: &changed.old,
        new: &changed.new,
        date: &changed.change.date,
        reason: &changed.change.reason,
    }
}
