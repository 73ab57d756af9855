//! What attached files are called: fields and templates of the plugin, never code.

use serde::Serialize;

use super::Subject;
use crate::model::{Catalogue, FieldIx, ScopeIx};
use crate::plugin::manifest::AttachedFields;
use crate::render::RenderError;

/// The fields of the list of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    /// The list.
    pub list: ScopeIx,
    /// Kind.
    pub kind: FieldIx,
    /// File.
    pub file: FieldIx,
    /// Series letter.
    pub series: FieldIx,
    /// Replacement number.
    pub replacement: FieldIx,
}

impl Fields {
    /// Finds the fields that a plugin names.
    ///
    /// # Errors
    /// Returns what does not fit.
    pub fn find(named: &AttachedFields, catalogue: &Catalogue) -> Result<Fields, String> {
        let field = |id: &str| catalogue.field_ix(id).ok_or_else(|| format!("attachments: no field `{id}`"));
        let (kind, file) = (field(&named.kind)?, field(&named.file)?);
        let (series, replacement) = (field(&named.series)?, field(&named.replacement)?);
        let list = catalogue.field(file).scope;
        let is_there = [kind, series, replacement].iter().all(|field| catalogue.field(*field).scope == list);
        if !is_there || catalogue.scope(list).parent != Some(ScopeIx::ROOT) {
            return Err("attachments: the fields do not lie in one list of the trial".to_owned());
        }
        Ok(Fields { list, kind, file, series, replacement })
    }

    /// Returns the fields.
    pub fn all(&self) -> [FieldIx; 4] {
        [self.kind, self.file, self.series, self.replacement]
    }
}

/// What a name is made from, beside the names of the filing.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Values<'a> {
    pub(super) kind: &'a str,
    pub(super) series: &'a str,
    pub(super) replacement: &'a str,
    pub(super) extension: &'a str,
}

/// Names a document's file.
pub(super) fn name(subject: Subject, values: &Values) -> Result<String, RenderError> {
    subject.plugin.templates.attached("name", subject.names, values, "")
}

/// Names a file inside a document that is several.
pub(super) fn member(subject: Subject, values: &Values, stem: &str) -> Result<String, RenderError> {
    subject.plugin.templates.attached("member", subject.names, values, stem)
}
