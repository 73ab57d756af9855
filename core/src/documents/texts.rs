//! The texts of sections: Tera templates that give Markdown. What a record says is escaped, so that what was typed is what
//! is read.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

use super::cited;
use super::order;
use super::prose::{self, ProseFiles};
use super::ruby;
use super::sections::{Outline, SectionRow};
use crate::files::Files;
use crate::model::catalogue::Kind;
use crate::model::{Catalogue, DataError};
use crate::render::docx::markdown::escape;
use crate::render::templates;

/// Suffix of the templates in which values are escaped.
const MARKDOWN: &str = ".md";

/// The compiled texts and headings.
#[derive(Debug, Default)]
pub struct Texts {
    tera: Tera,
}

/// The words of codes, by field and code.
type Labels = BTreeMap<String, BTreeMap<String, String>>;

impl Texts {
    pub(super) fn new(catalogue: &Catalogue) -> Texts {
        let mut tera = filters(catalogue);
        tera.autoescape_on(vec![MARKDOWN]);
        tera.set_escape_fn(write_escaped);
        Texts { tera }
    }

    /// Compiles the texts of a document and returns what does not compile.
    pub(super) fn add(&mut self, document: &str, outline: &Outline, files: &Files) -> Vec<DataError> {
        let mut problems = Vec::new();
        for (at, row) in outline.rows.iter().enumerate() {
            if let Err(error) = self.tera.add_raw_template(&title_name(document, at), &row.title) {
                problems.push(DataError::bad(&files.display(super::sections::FILE), at + 2, format!("title: {error}")));
            }
            if let Some(text) = &row.text
                && let Err(error) = self.tera.add_raw_template(&text_name(document, at), text)
            {
                problems.push(DataError::bad(&files.display(&format!("{}.md", row.id)), "", error.to_string()));
            }
        }
        problems
    }

    /// Writes heading and text of a section; `value` is the user's own text.
    pub(super) fn write(
        &self,
        document: &str,
        at: usize,
        row: &SectionRow,
        value: &str,
        context: &Context,
    ) -> Result<(String, String), String> {
        let render = |name: &str| self.tera.render(name, context).map_err(|error| error.to_string());
        let title = render(&title_name(document, at))?;
        let body = match (&row.text, row.field) {
            (Some(_), _) => render(&text_name(document, at))?,
            (None, Some(_)) => {
                let files = context.get(prose::FILES);
                prose::markdown(value, escape, |name| content(files?, name))?
            }
            (None, None) => String::new(),
        };
        Ok((title.trim().to_owned(), body.trim().to_owned()))
    }

    /// Puts the contents of named files where the filter `prose` finds them.
    pub fn give(context: &mut Context, files: &ProseFiles) {
        context.insert(prose::FILES, &files.contents);
    }
}

/// Makes an engine with what texts and Word templates share: the words of codes, long texts, the order of words.
pub fn filters(catalogue: &Catalogue) -> Tera {
    let mut tera = Tera::new();
    templates::register(&mut tera);
    let labels = Arc::new(labels(catalogue));
    tera.register_filter("label", move |code: &str, kwargs: Kwargs, _: &State| label(&labels, code, &kwargs));
    tera.register_filter("prose", prose_filter);
    tera.register_filter("readings", |text: &str, _: Kwargs, _: &State| Value::safe_string(&ruby::escape_around(text)));
    tera.register_filter("in_order", order::in_order);
    tera
}

fn title_name(document: &str, at: usize) -> String {
    format!("{document}/{at}.title")
}

fn text_name(document: &str, at: usize) -> String {
    format!("{document}/{at}{MARKDOWN}")
}

fn write_escaped(text: &str, out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(escape(text).as_bytes())
}

/// Writes a user's long text as Markdown; with `readings=true` the readings typed into it are kept, with `cites=true` the
/// citations and cross references.
fn prose_filter(text: &str, kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    let files: Option<Value> = state.get(prose::FILES)?;
    let keeps = |what: &str| kwargs.get::<bool>(what).map(Option::unwrap_or_default);
    let escape = match (keeps("readings")?, keeps("cites")?) {
        (true, true) => return Err(tera::Error::message("`prose` keeps readings or citations, not both")),
        (true, false) => ruby::escape_around,
        (false, true) => cited::escape_around,
        (false, false) => escape,
    };
    let written = prose::markdown(text, escape, |name| content(files.as_ref()?, name)).map_err(tera::Error::message)?;
    Ok(Value::safe_string(&written))
}

/// Finds what is in a named file.
fn content(files: &Value, name: &str) -> Option<String> {
    let found = files.as_map()?.iter().find(|(key, _)| key.as_str() == Some(name))?;
    found.1.as_str().map(str::to_owned)
}

/// Returns what a code means in words; `of` names its field.
fn label(labels: &Labels, code: &str, kwargs: &Kwargs) -> TeraResult<String> {
    let field: &str = kwargs.must_get("of")?;
    let Some(words) = labels.get(field) else {
        return Err(tera::Error::message(format!("`{field}` is no field with codes")));
    };
    if code.is_empty() {
        return Ok(String::new());
    }
    words.get(code).cloned().ok_or_else(|| tera::Error::message(format!("`{field}` has no code `{code}`")))
}

fn labels(catalogue: &Catalogue) -> Labels {
    let mut labels = Labels::new();
    for (_, field) in catalogue.fields() {
        let Kind::Code(list) = &field.kind else { continue };
        let Some(list) = catalogue.codes.get(list) else { continue };
        let words = list
            .entries
            .iter()
            .map(|(code, meaning)| (code.clone(), if meaning.ja.is_empty() { code } else { &meaning.ja }.clone()));
        labels.insert(field.id.clone(), words.collect());
    }
    labels
}
