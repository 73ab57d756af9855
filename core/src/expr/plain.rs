//! The plain part of CEL, evaluated straight on a record: fields, texts, numbers, comparisons, rows of a group.
//!
//! Interpreting CEL costs more than everything else that is checked, and nearly all rules use no more than this. It
//! decides nothing of its own: where it gives a value CEL gives the same (a test holds every rule to that), and where
//! it is not sure (a blank in a comparison, kinds that do not match, a date that is none) it gives none and CEL is
//! asked, so that every error is CEL's own.

mod lower;

use std::borrow::Cow;

use jiff::civil::Date;
use regex::Regex;

use super::Scope;
use super::functions::{self, Step};
use super::values::whole;
use crate::model::{FieldIx, Kind, Row, ScopeIx};
use crate::text;

pub(super) use lower::lower;

/// An expression of the plain part.
#[derive(Debug)]
pub(super) enum Plain {
    Text(Box<str>),
    Int(i64),
    Bool(bool),
    Field(At, FieldIx),
    Rows(At, ScopeIx),
    Not(Box<Plain>),
    And(Box<(Plain, Plain)>),
    Or(Box<(Plain, Plain)>),
    Choose(Box<(Plain, Plain, Plain)>),
    Compare(Comparison, Box<(Plain, Plain)>),
    In(Box<Plain>, Box<[Box<str>]>),
    Blank(Box<Plain>),
    Size(Box<Plain>),
    Units(Box<Plain>),
    Days(Box<(Plain, Plain)>),
    Moved(Step, Box<(Plain, Plain)>),
    Search(Search, Box<(Plain, Plain)>),
    Matches(Box<Plain>, Regex),
    /// Whether two texts say the same numbers.
    SameNumbers(Box<(Plain, Plain)>),
    /// Something said of each row of a list.
    Each(Each, Box<(Plain, Plain)>),
}

/// The row a name is read from.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    /// The trial.
    Root,
    /// The row a rule looks at.
    Row,
    /// The row above it.
    Parent,
    /// The row of a bound variable, counted from the outermost.
    Bound(usize),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Comparison {
    Equal,
    Differs,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Search {
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Each {
    All,
    Exists,
    Sum,
}

/// A value on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Given<'a> {
    Text(&'a str),
    Int(i64),
    Null,
    Bool(bool),
    /// A date that was worked out; to CEL it is the text.
    Date(Date),
    Rows(&'a [Row]),
}

impl<'a> Given<'a> {
    /// Returns a text, or a date as the text that it is to CEL.
    fn spelled(self) -> Option<Cow<'a, str>> {
        match self {
            Given::Text(text) => Some(Cow::Borrowed(text)),
            Given::Date(date) => Some(Cow::Owned(date.to_string())),
            _ => None,
        }
    }
}

impl Plain {
    /// Evaluates; nothing when CEL has to be asked.
    pub(super) fn value<'a>(&'a self, scope: Scope<'a>) -> Option<Given<'a>> {
        Evaluation { scope, bound: Vec::new() }.value(self)
    }
}

struct Evaluation<'a> {
    scope: Scope<'a>,
    /// The rows of the bound variables, outermost first.
    bound: Vec<&'a Row>,
}

impl<'a> Evaluation<'a> {
    fn value(&mut self, plain: &'a Plain) -> Option<Given<'a>> {
        Some(match plain {
            Plain::Text(text) => Given::Text(text),
            Plain::Int(number) => Given::Int(*number),
            Plain::Bool(truth) => Given::Bool(*truth),
            Plain::Field(at, field) => return self.field(*at, *field),
            Plain::Rows(at, list) => Given::Rows(self.row(*at)?.rows(*list)),
            Plain::Not(of) => Given::Bool(!self.truth(of)?),
            Plain::And(parts) => Given::Bool(self.truth(&parts.0)? && self.truth(&parts.1)?),
            Plain::Or(parts) => Given::Bool(self.truth(&parts.0)? || self.truth(&parts.1)?),
            Plain::Choose(parts) => {
                let (condition, then, otherwise) = parts.as_ref();
                return if self.truth(condition)? { self.value(then) } else { self.value(otherwise) };
            }
            Plain::Compare(comparison, sides) => Given::Bool(comparison.holds(self.value(&sides.0)?, self.value(&sides.1)?)?),
            Plain::In(of, list) => {
                let text = self.text(of)?;
                Given::Bool(list.iter().any(|known| **known == *text))
            }
            Plain::Blank(of) => Given::Bool(match self.value(of)? {
                Given::Null => true,
                Given::Text(text) => text.is_empty(),
                Given::Rows(rows) => rows.is_empty(),
                Given::Int(_) | Given::Bool(_) | Given::Date(_) => false,
            }),
            Plain::Size(of) => match self.value(of)? {
                Given::Rows(rows) => Given::Int(i64::try_from(rows.len()).ok()?),
                _ => return None,
            },
            Plain::Units(of) => Given::Int(i64::try_from(text::units(self.text(of)?)).ok()?),
            Plain::Days(dates) => {
                let (from, to) = (self.value(&dates.0)?, self.value(&dates.1)?);
                Given::Int(functions::days_between(&from.spelled()?, &to.spelled()?).ok()?)
            }
            Plain::Moved(step, parts) => {
                let (date, number) = (self.value(&parts.0)?, self.value(&parts.1)?);
                let Given::Int(number) = number else { return None };
                Given::Date(functions::moved(&date.spelled()?, number, *step).ok()?)
            }
            Plain::Search(search, texts) => Given::Bool(search.finds(self.text(&texts.0)?, self.text(&texts.1)?)),
            Plain::Matches(of, pattern) => Given::Bool(pattern.is_match(self.text(of)?)),
            Plain::SameNumbers(texts) => Given::Bool(text::same_numbers(self.text(&texts.0)?, self.text(&texts.1)?)),
            Plain::Each(each, parts) => return self.each(*each, &parts.0, &parts.1),
        })
    }

    fn truth(&mut self, plain: &'a Plain) -> Option<bool> {
        match self.value(plain)? {
            Given::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    fn text(&mut self, plain: &'a Plain) -> Option<&'a str> {
        match self.value(plain)? {
            Given::Text(text) => Some(text),
            _ => None,
        }
    }

    fn row(&self, at: At) -> Option<&'a Row> {
        match at {
            At::Root => Some(self.scope.root),
            At::Row => self.scope.rows.last().map(|(_, row)| *row),
            At::Parent => match self.scope.rows {
                [.., (_, parent), _] => Some(parent),
                _ => Some(self.scope.root),
            },
            At::Bound(depth) => self.bound.get(depth).copied(),
        }
    }

    /// Reads a field; a text that could not be normalised is left to CEL, which says that it is unknown.
    fn field(&self, at: At, field: FieldIx) -> Option<Given<'a>> {
        let text = self.row(at)?.text(field);
        match (&self.scope.catalogue.field(field).kind, text) {
            (Kind::Int, "") => Some(Given::Null),
            (Kind::Int, _) => whole(text).map(Given::Int),
            (Kind::Date, _) if !text.is_empty() && text.parse::<Date>().is_err() => None,
            _ => Some(Given::Text(text)),
        }
    }

    fn each(&mut self, each: Each, list: &'a Plain, said: &'a Plain) -> Option<Given<'a>> {
        let Given::Rows(rows) = self.value(list)? else { return None };
        let mut total = 0_i64;
        for row in rows {
            self.bound.push(row);
            let given = self.value(said);
            self.bound.pop();
            match (each, given?) {
                (Each::All, Given::Bool(false)) => return Some(Given::Bool(false)),
                (Each::Exists, Given::Bool(true)) => return Some(Given::Bool(true)),
                (Each::All | Each::Exists, Given::Bool(_)) | (Each::Sum, Given::Null) => {}
                (Each::Sum, Given::Int(number)) => total = total.checked_add(number)?,
                _ => return None,
            }
        }
        Some(match each {
            Each::All => Given::Bool(true),
            Each::Exists => Given::Bool(false),
            Each::Sum => Given::Int(total),
        })
    }
}

impl Comparison {
    fn holds(self, left: Given, right: Given) -> Option<bool> {
        let ordering = match (left, right) {
            (Given::Text(left), Given::Text(right)) => left.cmp(right),
            (Given::Int(left), Given::Int(right)) => left.cmp(&right),
            (Given::Date(left), Given::Date(right)) => left.cmp(&right),
            (Given::Date(_), Given::Text(_)) | (Given::Text(_), Given::Date(_)) => left.spelled()?.cmp(&right.spelled()?),
            _ => return None,
        };
        Some(match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::Differs => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        })
    }
}

impl Search {
    fn finds(self, text: &str, part: &str) -> bool {
        match self {
            Search::Contains => text.contains(part),
            Search::StartsWith => text.starts_with(part),
            Search::EndsWith => text.ends_with(part),
        }
    }
}
