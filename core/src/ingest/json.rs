//! JSON as a tree, within limits on depth and number of values, with every key kept, also when it stands twice.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::report::{Problem, clip};
use crate::limits::{JSON_DEPTH, JSON_VALUES};
use crate::model::Text;

/// One value of a JSON text.
#[derive(Debug, PartialEq)]
pub(crate) enum Node {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number that a double holds exactly as far as it is an integer.
    Number(f64),
    /// A number beyond 2^53, whose last digits a double loses.
    Huge(f64),
    /// A text.
    Text(Box<str>),
    /// An array.
    List(Vec<Node>),
    /// An object, in the order of the text.
    Object(Vec<(Box<str>, Node)>),
}

/// Parses a JSON text in UTF-8.
///
/// # Errors
/// Returns the place where the text breaks the format, or the limit that is passed.
pub(super) fn parse(bytes: &[u8]) -> Result<Node, Problem> {
    parse_within(bytes, JSON_DEPTH)
}

/// Parses a JSON text in UTF-8 that may nest as deep as `most`.
///
/// # Errors
/// Returns the place where the text breaks the format, or the limit that is passed.
pub(crate) fn parse_within(bytes: &[u8], most: usize) -> Result<Node, Problem> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::new("IN-0012", vec![]))?;
    let budget = Budget { values: Cell::new(0), problem: RefCell::new(None) };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = NodeSeed { budget: &budget, depth: 0, most }.deserialize(&mut deserializer);
    parsed.and_then(|node| deserializer.end().map(|()| node)).map_err(|error| {
        let line = format!("{}:{}", error.line(), error.column());
        // What stands after ` at line` is said by the place.
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or_default();
        let problem = budget.problem.take().unwrap_or_else(|| Problem::new("IN-0060", vec![("problem", clip(said))]));
        Problem { line, ..problem }
    })
}

/// What is left to spend, and why reading stopped.
struct Budget {
    values: Cell<usize>,
    problem: RefCell<Option<Problem>>,
}

impl Budget {
    fn stop<E: Error>(&self, problem: Problem) -> E {
        *self.problem.borrow_mut() = Some(problem);
        E::custom("limit")
    }

    fn spend<E: Error>(&self) -> Result<(), E> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > JSON_VALUES {
            return Err(self.stop(Problem::limit(Text::new("JSONの値の数", "values of a JSON text"), JSON_VALUES)));
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct NodeSeed<'a> {
    budget: &'a Budget,
    depth: usize,
    /// Deepest nesting that is read.
    most: usize,
}

impl NodeSeed<'_> {
    /// Goes one level down; far above the depth at which the stack would end.
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= self.most {
            let values = vec![("limit", self.most.to_string().into())];
            return Err(self.budget.stop(Problem::new("IN-0064", values)));
        }
        Ok(NodeSeed { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.budget.spend()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        #[expect(clippy::cast_precision_loss, reason = "what loses digits is marked as huge")]
        Ok(number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        #[expect(clippy::cast_precision_loss, reason = "what loses digits is marked as huge")]
        Ok(number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        // Most lists and objects are short, and there may be a million of them.
        list.shrink_to_fit();
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let inner = self.deeper()?;
        let mut object = Vec::new();
        while let Some(key) = entries.next_key::<Box<str>>()? {
            object.push((key, entries.next_value_seed(inner)?));
        }
        object.shrink_to_fit();
        Ok(Node::Object(object))
    }
}

fn number(value: f64) -> Node {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.abs() >= EXACT { Node::Huge(value) } else { Node::Number(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_over_the_limit_is_refused_without_a_stack_overflow() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(parse(text(JSON_DEPTH).as_bytes()).is_ok());
            assert_eq!(parse(text(JSON_DEPTH + 1).as_bytes()).unwrap_err().rule, "IN-0064");
            assert_eq!(parse(open.repeat(1_000_000).as_bytes()).unwrap_err().rule, "IN-0064");
        }
    }

    #[test]
    fn values_over_the_limit_are_refused() {
        let text = format!("[{}0]", "0,".repeat(JSON_VALUES));
        assert_eq!(parse(text.as_bytes()).unwrap_err().rule, "IN-0005");
    }

    #[test]
    fn a_syntax_error_names_line_and_column() {
        let problem = parse(b"{\n \"a\": 1,,\n}").unwrap_err();
        assert_eq!((problem.rule, problem.line.as_str()), ("IN-0060", "2:9"));
        assert_eq!(parse(b"{} {}").unwrap_err().rule, "IN-0060");
    }

    #[test]
    fn numbers_that_a_double_cannot_hold_are_told_apart() {
        assert_eq!(parse(b"9007199254740991").unwrap(), Node::Number(9_007_199_254_740_991.0));
        assert!(matches!(parse(b"9007199254740993").unwrap(), Node::Huge(_)));
        assert!(matches!(parse(b"123456789012345678901234567890").unwrap(), Node::Huge(_)));
    }
}
