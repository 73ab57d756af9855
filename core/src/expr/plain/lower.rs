//! Turns a parsed expression into its plain form, when it has one.

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, LiteralValue, operators};
use cel::parser::Expression;
use regex::Regex;

use super::{At, Comparison, Each, Plain, Search};
use crate::expr::functions::Step;
use crate::expr::names::path;
use crate::model::{Catalogue, ScopeIx};

/// Lowers an expression whose names were checked; `scope` is the repeat group whose row is `row`.
pub(in crate::expr) fn lower(expr: &Expression, catalogue: &Catalogue, scope: ScopeIx) -> Option<Plain> {
    Lowering { catalogue, scope, bound: Vec::new() }.expr(expr)
}

struct Lowering<'a> {
    catalogue: &'a Catalogue,
    scope: ScopeIx,
    /// Bound variables, outermost first, each with the group whose rows it runs over.
    bound: Vec<(&'a str, ScopeIx)>,
}

impl<'a> Lowering<'a> {
    fn expr(&mut self, expr: &'a Expression) -> Option<Plain> {
        match &expr.expr {
            Expr::Literal(LiteralValue::String(text)) => Some(Plain::Text(text.inner().into())),
            Expr::Literal(LiteralValue::Int(number)) => Some(Plain::Int(*number.inner())),
            Expr::Literal(LiteralValue::Boolean(truth)) => Some(Plain::Bool(*truth.inner())),
            Expr::Ident(_) => self.name(expr),
            Expr::Select(select) if !select.test => self.name(expr),
            Expr::Call(call) => match &call.target {
                None => self.call(call),
                Some(target) => self.method(target, call),
            },
            Expr::Comprehension(comprehension) => self.quantified(comprehension),
            _ => None,
        }
    }

    fn boxed(&mut self, expr: &'a Expression) -> Option<Box<Plain>> {
        self.expr(expr).map(Box::new)
    }

    fn pair(&mut self, left: &'a Expression, right: &'a Expression) -> Option<Box<(Plain, Plain)>> {
        Some(Box::new((self.expr(left)?, self.expr(right)?)))
    }

    fn call(&mut self, call: &'a CallExpr) -> Option<Plain> {
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_NOT, [of]) => Some(Plain::Not(self.boxed(of)?)),
            ("blank", [of]) => Some(Plain::Blank(self.boxed(of)?)),
            ("filled", [of]) => Some(Plain::Not(Box::new(Plain::Blank(self.boxed(of)?)))),
            ("size", [of]) => Some(Plain::Size(self.boxed(of)?)),
            ("units", [of]) => Some(Plain::Units(self.boxed(of)?)),
            ("sum", [of]) => self.sum(of),
            (operators::NEGATE, [of]) => match self.expr(of)? {
                Plain::Int(number) => Some(Plain::Int(number.checked_neg()?)),
                _ => None,
            },
            ("add_days", [date, number]) => Some(Plain::Moved(Step::Days, self.pair(date, number)?)),
            ("add_months", [date, number]) => Some(Plain::Moved(Step::Months, self.pair(date, number)?)),
            ("days", [from, to]) => Some(Plain::Days(self.pair(from, to)?)),
            (operators::LOGICAL_AND, [left, right]) => Some(Plain::And(self.pair(left, right)?)),
            (operators::LOGICAL_OR, [left, right]) => Some(Plain::Or(self.pair(left, right)?)),
            (operators::CONDITIONAL, [condition, then, otherwise]) => {
                Some(Plain::Choose(Box::new((self.expr(condition)?, self.expr(then)?, self.expr(otherwise)?))))
            }
            (operators::IN, [of, list]) => Some(Plain::In(self.boxed(of)?, texts(list)?)),
            ("same_numbers", [one, other]) => Some(Plain::SameNumbers(self.pair(one, other)?)),
            (operator, [left, right]) => {
                let comparison = match operator {
                    operators::EQUALS => Comparison::Equal,
                    operators::NOT_EQUALS => Comparison::Differs,
                    operators::LESS => Comparison::Less,
                    operators::LESS_EQUALS => Comparison::LessOrEqual,
                    operators::GREATER => Comparison::Greater,
                    operators::GREATER_EQUALS => Comparison::GreaterOrEqual,
                    _ => return None,
                };
                Some(Plain::Compare(comparison, self.pair(left, right)?))
            }
            _ => None,
        }
    }

    fn method(&mut self, target: &'a Expression, call: &'a CallExpr) -> Option<Plain> {
        let [argument] = call.args.as_slice() else { return None };
        let search = match call.func_name.as_str() {
            "contains" => Search::Contains,
            "startsWith" => Search::StartsWith,
            "endsWith" => Search::EndsWith,
            // CEL compiles the pattern each time; here it is compiled once. A bad one is left to CEL to report.
            "matches" => return Some(Plain::Matches(self.boxed(target)?, Regex::new(literal(argument)?).ok()?)),
            _ => return None,
        };
        Some(Plain::Search(search, self.pair(target, argument)?))
    }

    /// Recognises what the macros `all` and `exists` expand to.
    fn quantified(&mut self, comprehension: &'a ComprehensionExpr) -> Option<Plain> {
        let Expr::Call(step) = &comprehension.loop_step.expr else { return None };
        let Expr::Literal(LiteralValue::Boolean(start)) = &comprehension.accu_init.expr else { return None };
        let each = match (*start.inner(), step.func_name.as_str()) {
            (true, operators::LOGICAL_AND) => Each::All,
            (false, operators::LOGICAL_OR) => Each::Exists,
            _ => return None,
        };
        let [so_far, said] = step.args.as_slice() else { return None };
        let accumulated = [so_far, &comprehension.result];
        accumulated.iter().all(|part| is_ident(part, &comprehension.accu_var)).then_some(())?;
        self.each(each, comprehension, said)
    }

    /// Recognises `sum(list.map(row, number))`.
    fn sum(&mut self, of: &'a Expression) -> Option<Plain> {
        let Expr::Comprehension(comprehension) = &of.expr else { return None };
        let Expr::Call(step) = &comprehension.loop_step.expr else { return None };
        let Expr::List(start) = &comprehension.accu_init.expr else { return None };
        let [so_far, added] = step.args.as_slice() else { return None };
        let Expr::List(added) = &added.expr else { return None };
        let [said] = added.elements.as_slice() else { return None };
        let accumulated = [so_far, &comprehension.result];
        let is_map = step.func_name == operators::ADD
            && start.elements.is_empty()
            && accumulated.iter().all(|part| is_ident(part, &comprehension.accu_var));
        is_map.then_some(())?;
        self.each(Each::Sum, comprehension, said)
    }

    fn each(&mut self, each: Each, comprehension: &'a ComprehensionExpr, said: &'a Expression) -> Option<Plain> {
        let list = self.expr(&comprehension.iter_range)?;
        let Plain::Rows(_, rows) = list else { return None };
        let variable = comprehension.iter_var.as_str();
        // The rows of an inline group are plain texts, and a variable named like a field could mean either.
        if self.catalogue.inline_field(rows).is_some() || self.is_taken(variable) || comprehension.iter_var2.is_some() {
            return None;
        }
        self.bound.push((variable, rows));
        let said = self.expr(said);
        self.bound.pop();
        Some(Plain::Each(each, Box::new((list, said?))))
    }

    fn is_taken(&self, variable: &str) -> bool {
        let starts = |id: &str| id.split('.').next() == Some(variable);
        ["row", "parent"].contains(&variable)
            || self.bound.iter().any(|(known, _)| *known == variable)
            || self.catalogue.fields().any(|(_, field)| starts(&field.id))
            || self.catalogue.scopes().any(|(_, scope)| starts(&scope.id))
    }

    fn name(&self, expr: &Expression) -> Option<Plain> {
        let path = path(expr)?;
        let (first, rest) = path.split_first()?;
        let (at, scope, name) = match self.bound.iter().position(|(bound, _)| bound == first) {
            Some(depth) => {
                let [name] = rest else { return None };
                (At::Bound(depth), self.bound.get(depth)?.1, (*name).to_owned())
            }
            None if self.scope != ScopeIx::ROOT && *first == "row" => (At::Row, self.scope, rest.join(".")),
            None if self.scope != ScopeIx::ROOT && *first == "parent" => {
                (At::Parent, self.catalogue.scope(self.scope).parent?, rest.join("."))
            }
            None => (At::Root, ScopeIx::ROOT, path.join(".")),
        };
        let id = match scope {
            ScopeIx::ROOT => name,
            scope => format!("{}.{name}", self.catalogue.scope(scope).id),
        };
        if let Some(field) = self.catalogue.field_ix(&id) {
            return (self.catalogue.field(field).scope == scope).then_some(Plain::Field(at, field));
        }
        let list = self.catalogue.scope_ix(&id)?;
        (self.catalogue.scope(list).parent == Some(scope)).then_some(Plain::Rows(at, list))
    }
}

fn literal(expr: &Expression) -> Option<&str> {
    match &expr.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

fn texts(list: &Expression) -> Option<Box<[Box<str>]>> {
    let Expr::List(list) = &list.expr else { return None };
    if !list.optional_indices.is_empty() {
        return None;
    }
    list.elements.iter().map(|element| literal(element).map(Box::from)).collect()
}

fn is_ident(expr: &Expression, name: &str) -> bool {
    matches!(&expr.expr, Expr::Ident(ident) if ident == name)
}
