//! What the next filing of a trial takes over from the last one, and what it starts anew.

use serde::Deserialize;

use crate::expr::{Expr, Scope};
use crate::files::Files;
use crate::model::{Catalogue, DataError, FieldIx, Form, Leaf, Origin, Record, Scalar, ScopeIx};

/// `[next]` of `plugin.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextFile {
    /// Kinds of filing that can follow: the name on the command line, and the code.
    pub kinds: Vec<(String, String)>,
    /// Fields and repeat groups that are blank again.
    pub clear: Vec<String>,
    /// Fields that get a value worked out from the last filing: kind (empty for all), field, expression.
    #[serde(default)]
    pub set: Vec<(String, String, String)>,
}

/// `[next]`, compiled.
#[derive(Debug, Default)]
pub struct Next {
    kinds: Vec<(String, String)>,
    fields: Vec<FieldIx>,
    lists: Vec<ScopeIx>,
    set: Vec<(String, FieldIx, Expr)>,
}

impl Next {
    /// Compiles what a plugin says.
    pub fn load(raw: Option<&NextFile>, files: &Files, form: &Form, catalogue: &Catalogue) -> Result<Next, Vec<DataError>> {
        let Some(raw) = raw else { return Ok(Next::default()) };
        let mut problems = Vec::new();
        let mut bad = |problem: String| problems.push(DataError::bad(&files.display("plugin.toml"), "next", problem));
        let mut next = Next { kinds: raw.kinds.clone(), ..Next::default() };
        for (_, kind) in &raw.kinds {
            if !form.needs(form.kind_item).any(|(known, _)| known == kind) {
                bad(format!("the form has no kind `{kind}`"));
            }
        }
        for id in &raw.clear {
            match (catalogue.field_ix(id), catalogue.scope_ix(id)) {
                (Some(field), _) if catalogue.field(field).scope == ScopeIx::ROOT => next.fields.push(field),
                (_, Some(list)) if catalogue.scope(list).parent == Some(ScopeIx::ROOT) => next.lists.push(list),
                _ => bad(format!("`{id}` is no field and no repeat group of the trial")),
            }
        }
        for (kind, id, text) in &raw.set {
            let field = catalogue.field_ix(id).filter(|field| catalogue.field(*field).scope == ScopeIx::ROOT);
            match (field, Expr::compile(text, catalogue, ScopeIx::ROOT)) {
                (Some(field), Ok(expr)) => next.set.push((kind.clone(), field, expr)),
                (None, _) => bad(format!("`{id}` is no field of the trial")),
                (_, Err(error)) => bad(format!("`{id}`: {error}")),
            }
        }
        if problems.is_empty() { Ok(next) } else { Err(problems) }
    }

    /// Returns the names of the kinds that can follow.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().map(|(name, _)| name.as_str())
    }

    /// Turns the record of the last filing into what the next one starts from; nothing for a kind that cannot follow.
    ///
    /// # Errors
    /// Returns what an expression met that it could not work with.
    pub fn start(
        &self,
        last: &Record,
        kind: &str,
        kind_field: FieldIx,
        catalogue: &Catalogue,
    ) -> Option<Result<Record, String>> {
        let (name, code) = self.kinds.iter().find(|(name, _)| name == kind)?;
        let mut record = last.clone();
        record.filed = false;
        record.root.leaves.retain(|(field, _)| !self.fields.contains(field));
        record.root.lists.retain(|(list, _)| !self.lists.contains(list));
        let scope = Scope { catalogue, root: &last.root, rows: &[] };
        let mut put = |field: FieldIx, text: String| {
            let origin = Origin::Derived(catalogue.field(field).id.as_str().into());
            record.root.put(field, Leaf { value: Scalar::Text(text.into()), origin });
        };
        for (for_kind, field, expr) in &self.set {
            if !for_kind.is_empty() && for_kind != name {
                continue;
            }
            match expr.string(scope) {
                Ok(text) if text.is_empty() => {}
                Ok(text) => put(*field, text),
                Err(problem) => return Some(Err(problem)),
            }
        }
        put(kind_field, code.clone());
        Some(Ok(record))
    }
}
