//! Checks the names of an expression against the catalogue, so that a typo shows when a plugin is loaded.

use cel::common::ast::{EntryExpr, Expr};
use cel::parser::Expression;

use super::ExprError;
use crate::model::{Catalogue, FieldIx, ScopeIx};

/// Walks an expression with what its names may be.
pub(super) struct Names<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) scope: ScopeIx,
    /// Variables bound by `all`, `map` and the like, with the group whose rows they run over.
    pub(super) bound: Vec<(String, Option<ScopeIx>)>,
    /// The fields that were named.
    pub(super) read: Vec<FieldIx>,
}

/// CEL's own functions and operators that rules may call; operators are spelled with signs and always known.
const STANDARD: &[&str] =
    &["size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bool", "type", "max", "min"];

impl Names<'_> {
    pub(super) fn check(&mut self, expr: &Expression) -> Result<(), ExprError> {
        match &expr.expr {
            Expr::Ident(_) | Expr::Select(_) => {
                if let Some(path) = path(expr) {
                    return self.known(&path);
                }
                match &expr.expr {
                    Expr::Select(select) => self.check(&select.operand),
                    _ => Ok(()),
                }
            }
            Expr::Call(call) => {
                let name = call.func_name.as_str();
                let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
                if is_name && !STANDARD.contains(&name) && !super::functions::NAMES.contains(&name) {
                    let known = STANDARD.iter().chain(super::functions::NAMES).copied();
                    return Err(ExprError::UnknownName { name: name.to_owned(), suggestion: nearest(name, known) });
                }
                call.target.iter().map(AsRef::as_ref).chain(&call.args).try_for_each(|part| self.check(part))
            }
            Expr::Comprehension(comprehension) => {
                self.check(&comprehension.iter_range)?;
                let rows = path(&comprehension.iter_range).and_then(|path| self.list(&path));
                self.check(&comprehension.accu_init)?;
                let depth = self.bound.len();
                self.bound.push((comprehension.iter_var.clone(), rows));
                self.bound.push((comprehension.accu_var.clone(), None));
                let parts = [&comprehension.loop_cond, &comprehension.loop_step, &comprehension.result];
                let checked = parts.into_iter().try_for_each(|part| self.check(part));
                self.bound.truncate(depth);
                checked
            }
            Expr::List(list) => list.elements.iter().try_for_each(|element| self.check(element)),
            Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => self.check(&entry.key).and_then(|()| self.check(&entry.value)),
                EntryExpr::StructField(field) => self.check(&field.value),
            }),
            Expr::Struct(_) | Expr::Literal(_) | Expr::Unspecified => Ok(()),
        }
    }

    /// Returns the group a path lists, if it lists one.
    fn list(&self, path: &[&str]) -> Option<ScopeIx> {
        let (first, rest) = path.split_first()?;
        let base = match self.base(first) {
            Some(scope) => scope?,
            None => return self.catalogue.scope_ix(&path.join(".")),
        };
        let id = &self.catalogue.scope(base).id;
        self.catalogue.scope_ix(&format!("{id}.{}", rest.join(".")))
    }

    /// Returns the scope of `row`, `parent` or a bound variable; the inner nothing for a variable of unknown content.
    fn base(&self, name: &str) -> Option<Option<ScopeIx>> {
        if let Some((_, scope)) = self.bound.iter().rev().find(|(bound, _)| bound == name) {
            return Some(*scope);
        }
        match name {
            "row" if self.scope != ScopeIx::ROOT => Some(Some(self.scope)),
            "parent" if self.scope != ScopeIx::ROOT => Some(self.catalogue.scope(self.scope).parent),
            _ => None,
        }
    }

    fn known(&mut self, path: &[&str]) -> Result<(), ExprError> {
        let Some((first, rest)) = path.split_first() else { return Ok(()) };
        let id = match self.base(first) {
            Some(None) => return Ok(()),
            Some(Some(_)) if rest.is_empty() => return Ok(()),
            Some(Some(ScopeIx::ROOT)) => rest.join("."),
            Some(Some(scope)) => format!("{}.{}", self.catalogue.scope(scope).id, rest.join(".")),
            None => path.join("."),
        };
        self.read.extend(self.catalogue.field_ix(&id));
        let list = self.catalogue.scope_ix(&id).filter(|scope| *scope != ScopeIx::ROOT);
        self.read.extend(list.and_then(|list| self.catalogue.inline_field(list)));
        check_path(&id, self.catalogue)
    }
}

/// Checks that an id names a field or a repeat group.
///
/// # Errors
/// Returns the unknown name with the nearest known one.
pub fn check_path(id: &str, catalogue: &Catalogue) -> Result<(), ExprError> {
    if catalogue.field_ix(id).is_some() || catalogue.scope_ix(id).is_some_and(|scope| scope != ScopeIx::ROOT) {
        return Ok(());
    }
    let fields = catalogue.fields().map(|(_, field)| field.id.as_str());
    let scopes = catalogue.scopes().map(|(_, scope)| scope.id.as_str());
    Err(ExprError::UnknownName { name: id.to_owned(), suggestion: nearest(id, fields.chain(scopes)) })
}

/// Returns the names of a chain of selections on an identifier, first to last.
pub(super) fn path(expr: &Expression) -> Option<Vec<&str>> {
    match &expr.expr {
        Expr::Ident(name) => Some(vec![name.as_str()]),
        Expr::Select(select) => {
            let mut names = path(&select.operand)?;
            names.push(&select.field);
            Some(names)
        }
        _ => None,
    }
}

/// Returns the known name that is closest, when one is close.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let scored = known.map(|known| (strsim::damerau_levenshtein(name, known), known));
    scored.min().filter(|(distance, known)| *distance * 3 <= known.len().max(name.len())).map(|(_, known)| known.to_owned())
}
