//! Expressions of rules and maps: CEL, over the catalogue's own field ids, behind one door.
//!
//! `filing.kind` reads a field of the trial, `sites` a repeat group as a list, `row.type` a field of the row a rule
//! looks at and `parent.name` one of the row above it. A blank text is `""`, a blank number `null`; `blank()` and
//! `filled()` ask for both. Every name is checked when the expression is compiled.

mod functions;
mod names;
mod plain;
mod values;

use cel::{Context, Program, Value};
use plain::{Given, Plain};

use crate::limits;
use crate::model::{Catalogue, FieldIx, Row, ScopeIx};

pub use names::check_path;

/// A compiled expression.
#[derive(Debug)]
pub struct Expr {
    program: Program,
    /// The same without CEL, when it is plain enough.
    plain: Option<Plain>,
    text: String,
    scope: ScopeIx,
}

/// Why an expression was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ExprError {
    /// It is longer or deeper nested than the limits allow.
    #[error("expression is over the limit of {limit} {unit}")]
    TooLarge {
        /// The limit.
        limit: usize,
        /// Of what.
        unit: &'static str,
    },
    /// It does not parse; `at` counts lines and columns within the expression.
    #[error("{message} (at {line}:{column} of the expression)")]
    Syntax {
        /// Line within the expression.
        line: isize,
        /// Column within the expression.
        column: isize,
        /// What the parser said.
        message: String,
    },
    /// It names a field, group or function that does not exist.
    #[error("unknown name `{name}`{}", suggestion.as_ref().map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    UnknownName {
        /// The name.
        name: String,
        /// The nearest known one.
        suggestion: Option<String>,
    },
}

/// The record an expression is evaluated over.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The catalogue the record follows.
    pub catalogue: &'a Catalogue,
    /// The trial.
    pub root: &'a Row,
    /// The rows a rule looks at, outermost first, each with its scope; the last is `row`, the one before it `parent`.
    pub rows: &'a [(ScopeIx, &'a Row)],
}

thread_local! {
    /// The functions, bound once for each thread: binding them costs more than most expressions.
    static BASE: Context<'static, 'static> = functions::context();
}

impl Expr {
    /// Compiles an expression and checks its names; `scope` is the repeat group whose row is `row`.
    ///
    /// # Errors
    /// Returns why it was not accepted.
    pub fn compile(text: &str, catalogue: &Catalogue, scope: ScopeIx) -> Result<Expr, ExprError> {
        // The parser can be made to use unbounded memory by short hostile texts, so size and nesting are capped first.
        if text.len() > limits::EXPRESSION_BYTES {
            return Err(ExprError::TooLarge { limit: limits::EXPRESSION_BYTES, unit: "bytes" });
        }
        if nesting(text) > limits::EXPRESSION_DEPTH {
            return Err(ExprError::TooLarge { limit: limits::EXPRESSION_DEPTH, unit: "nested brackets" });
        }
        let program = Program::compile(text).map_err(|errors| match errors.errors.first() {
            Some(first) => ExprError::Syntax { line: first.pos.0, column: first.pos.1, message: first.msg.clone() },
            None => ExprError::Syntax { line: 1, column: 1, message: errors.to_string() },
        })?;
        names::Names { catalogue, scope, bound: Vec::new(), read: Vec::new() }.check(program.expression())?;
        let plain = plain::lower(program.expression(), catalogue, scope);
        Ok(Expr { program, plain, text: text.to_owned(), scope })
    }

    /// Returns the expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the fields that it names.
    pub fn fields(&self, catalogue: &Catalogue) -> Vec<FieldIx> {
        let mut names = names::Names { catalogue, scope: self.scope, bound: Vec::new(), read: Vec::new() };
        // It was checked when it was compiled.
        let _ = names.check(self.program.expression());
        names.read
    }

    /// Evaluates to a truth value.
    ///
    /// # Errors
    /// Returns what went wrong, such as comparing a text with a number.
    pub fn truth(&self, scope: Scope) -> Result<bool, String> {
        if let Some(Given::Bool(truth)) = self.plain(scope) {
            return Ok(truth);
        }
        match self.value(scope)? {
            Value::Bool(truth) => Ok(truth),
            other => Err(format!("`{}` gave {}, not true or false", self.text, other.type_of())),
        }
    }

    /// Evaluates to a text; numbers are written out, null is empty.
    ///
    /// # Errors
    /// Returns what went wrong.
    pub fn string(&self, scope: Scope) -> Result<String, String> {
        match self.plain(scope) {
            Some(Given::Text(text)) => return Ok(text.to_owned()),
            Some(Given::Int(number)) => return Ok(number.to_string()),
            Some(Given::Date(date)) => return Ok(date.to_string()),
            _ => {}
        }
        match self.value(scope)? {
            Value::String(text) => Ok(text.to_string()),
            Value::Int(number) => Ok(number.to_string()),
            Value::UInt(number) => Ok(number.to_string()),
            Value::Null => Ok(String::new()),
            other => Err(format!("`{}` gave {}, not a text", self.text, other.type_of())),
        }
    }

    fn plain<'a>(&'a self, scope: Scope<'a>) -> Option<Given<'a>> {
        self.plain.as_ref()?.value(scope)
    }

    fn value(&self, scope: Scope) -> Result<Value, String> {
        let resolver = values::Resolver::new(scope);
        BASE.with(|base| {
            let mut context = base.new_inner_scope();
            context.set_variable_resolver(&resolver);
            self.program.execute(&context).map_err(|error| format!("`{}`: {error}", self.text))
        })
    }
}

/// Returns how deep brackets nest, strings not told apart: an over-estimate is safe here.
fn nesting(text: &str) -> usize {
    let mut deepest = 0_usize;
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests;
