//! Gives the values of a record to expressions, on demand and without copying texts.

use std::collections::HashMap;
use std::sync::Arc;

use cel::Value;
use cel::common::types::{CelInt, CelNull, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::objects::{Key, Map};

use super::Scope;
use crate::model::{Catalogue, FieldIx, Kind, Row, ScopeIx};

/// Looks up names in a record.
pub(super) struct Resolver<'a> {
    scope: Scope<'a>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Resolver<'a> {
        Resolver { scope }
    }

    /// Finds the row and the full id that a name means.
    fn place<'n>(&self, name: &'n str) -> Option<(&'a Row, std::borrow::Cow<'n, str>)> {
        let rows = self.scope.rows;
        let at = |back: usize| rows.len().checked_sub(back).and_then(|at| rows.get(at));
        let (row, rest) = if let Some(rest) = name.strip_prefix("row.") {
            (at(1), rest)
        } else if let Some(rest) = name.strip_prefix("parent.") {
            match at(2) {
                None if !rows.is_empty() => return Some((self.scope.root, rest.into())),
                row => (row, rest),
            }
        } else {
            return Some((self.scope.root, name.into()));
        };
        let (scope, row) = row?;
        Some((row, format!("{}.{rest}", self.scope.catalogue.scope(*scope).id).into()))
    }
}

impl VariableResolver for Resolver<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let catalogue = self.scope.catalogue;
        let (row, id) = self.place(variable)?;
        if let Some(field) = catalogue.field_ix(&id) {
            return match (&catalogue.field(field).kind, row.text(field)) {
                (Kind::Int, "") => Some(CowVal::owned(CelNull)),
                // A value that could not be normalised is unknown, so that no rule judges it: not blank, not a text.
                (Kind::Int, text) => whole(text).map(|number| CowVal::owned(CelInt::from(number))),
                (Kind::Date, text) if !text.is_empty() && text.parse::<jiff::civil::Date>().is_err() => None,
                (_, text) => Some(CowVal::owned(CelString::from(text))),
            };
        }
        let list = catalogue.scope_ix(&id).filter(|list| *list != ScopeIx::ROOT)?;
        let value: Result<Box<dyn Val>, _> = rows_value(row.rows(list), list, catalogue).try_into();
        value.ok().map(CowVal::Owned)
    }
}

fn rows_value(rows: &[Row], list: ScopeIx, catalogue: &Catalogue) -> Value {
    let inline = catalogue.inline_field(list);
    let one = |row: &Row| match inline {
        Some(field) => field_value(row, field, catalogue),
        None => row_value(row, list, catalogue),
    };
    Value::List(Arc::new(rows.iter().map(one).collect()))
}

fn row_value(row: &Row, list: ScopeIx, catalogue: &Catalogue) -> Value {
    let scope = catalogue.scope(list);
    let key = |name: &str| Key::String(Arc::new(name.to_owned()));
    let mut map = HashMap::with_capacity(scope.fields.len() + scope.lists.len());
    for field in &scope.fields {
        map.insert(key(&catalogue.field(*field).name), field_value(row, *field, catalogue));
    }
    for list in &scope.lists {
        map.insert(key(&catalogue.scope(*list).name), rows_value(row.rows(*list), *list, catalogue));
    }
    Value::Map(Map { map: Arc::new(map) })
}

fn field_value(row: &Row, field: FieldIx, catalogue: &Catalogue) -> Value {
    let text = row.text(field);
    match (&catalogue.field(field).kind, whole(text)) {
        (Kind::Int, Some(number)) => Value::Int(number),
        (Kind::Int, None) if text.is_empty() => Value::Null,
        // What is no number stays a text, on which every sum and comparison fails.
        _ => Value::String(Arc::new(text.to_owned())),
    }
}

/// Reads a normalised whole number; what could not be normalised, such as a negative one, is none.
pub(super) fn whole(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
