//! The mapping tables, `forms/interchange/<format>.csv`: which value of the input fills which field, and how.

use serde::Deserialize;

use super::leaves::fold_name;
use super::transform::How;
use crate::files::Files;
use crate::model::catalogue::read_csv;
use crate::model::{Catalogue, DataError, FieldIx};

/// One line of a mapping table.
#[derive(Debug)]
pub(super) struct Rule {
    /// Folded names; the last one may be `**` for everything below.
    path: Vec<Vec<String>>,
    below: bool,
    /// What must hold for the line to be used.
    pub(super) when: Vec<Condition>,
    /// What makes a row of a list.
    pub(super) row: RowOf,
    /// The field that is filled; nothing when the line says why the value is not taken.
    pub(super) field: Option<FieldIx>,
    /// How the value becomes the field's.
    pub(super) how: How,
    /// Id of the reason why a value is not taken.
    pub(super) reason: Option<String>,
}

/// What makes a row of a list field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowOf {
    /// Every value its own.
    Value,
    /// The whole trial has one.
    Trial,
    /// The part of the path with so many names.
    Prefix(usize),
}

/// `PATH=VALUE|VALUE`, `PATH!=VALUE`, or `registry=NAME|NAME`.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    /// Paths relative to what the value stands in; one of them must have the value.
    pub(super) paths: Vec<String>,
    /// The values.
    pub(super) values: Vec<String>,
    /// Whether it must be another one.
    pub(super) not: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    path: String,
    when: String,
    row: String,
    field: String,
    how: String,
    reason: String,
}

impl Rule {
    /// Reads one mapping table.
    ///
    /// # Errors
    /// Returns the first line that breaks the format or names what is not there.
    pub(super) fn load(
        files: &Files,
        name: &str,
        catalogue: &Catalogue,
        is_reason: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Rule>, DataError> {
        let raw: Vec<RawRule> = read_csv(files, name)?;
        let parse = |(at, raw)| {
            Rule::parse(raw, catalogue, is_reason).map_err(|problem| DataError::bad(&files.display(name), at + 2, problem))
        };
        raw.into_iter().enumerate().map(parse).collect()
    }

    fn parse(raw: RawRule, catalogue: &Catalogue, is_reason: &dyn Fn(&str) -> bool) -> Result<Rule, String> {
        let mut names: Vec<&str> = raw.path.split('/').collect();
        let below = names.last() == Some(&"**");
        if below {
            names.pop();
        }
        let path: Vec<Vec<String>> = names.iter().map(|name| name.split('|').map(fold_name).collect::<Vec<String>>()).collect();
        let row = match raw.row.as_str() {
            "" => RowOf::Value,
            "." => RowOf::Trial,
            prefix => RowOf::Prefix(prefix.split('/').count()),
        };
        let field = match raw.field.as_str() {
            "" => None,
            id => Some(catalogue.field_ix(id).ok_or_else(|| format!("no field `{id}`"))?),
        };
        let how = How::parse(&raw.how).ok_or_else(|| format!("unknown way `{}`", raw.how))?;
        let reason = (!raw.reason.is_empty()).then_some(raw.reason);
        if let Some(reason) = reason.as_deref().filter(|reason| !is_reason(reason)) {
            return Err(format!("no reason `{reason}`"));
        }
        if field.is_none() && reason.is_none() && !how.names_its_fields() {
            return Err("neither a field nor a reason".to_owned());
        }
        let when = raw.when.split(" & ").filter(|part| !part.is_empty()).map(Condition::parse);
        let when = when.collect::<Option<Vec<Condition>>>().ok_or_else(|| format!("no condition `{}`", raw.when))?;
        Ok(Rule { path, below, when, row, field, how, reason })
    }

    /// Returns whether the line is about values of that folded path.
    pub(super) fn matches(&self, path: &[&str]) -> bool {
        let fits = if self.below { path.len() >= self.path.len() } else { path.len() == self.path.len() };
        fits && self.path.iter().zip(path).all(|(names, name)| names.iter().any(|known| known == name))
    }
}

impl Condition {
    fn parse(text: &str) -> Option<Condition> {
        let (paths, values) = text.split_once('=')?;
        let (paths, not) = paths.strip_suffix('!').map_or((paths, false), |paths| (paths, true));
        let split = |text: &str, at: char| text.split(at).map(|part| part.trim().to_owned()).collect::<Vec<_>>();
        Some(Condition { paths: split(paths, ','), values: split(values, '|'), not })
    }

    /// Returns whether one of the values is there.
    pub(super) fn holds<'a>(&'a self, value: impl Fn(&'a str) -> &'a str) -> bool {
        let is = |path: &'a String| {
            let found = value(path);
            self.values.iter().any(|wanted| wanted.eq_ignore_ascii_case(found))
        };
        self.paths.iter().any(is) != self.not
    }
}
