//! The names that a tag sees, with the shape of what they stand for.

use super::expression::{Expression, Step};
use super::schema::Schema;

/// The names in force, the innermost last.
#[derive(Debug, Clone)]
pub(super) struct Scope<'s> {
    root: &'s Schema,
    names: Vec<(String, Schema)>,
}

/// A path that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// The path up to the field that is not there.
    pub(super) path: String,
    /// That field.
    pub(super) name: String,
    /// The fields that are there instead.
    pub(super) known: Vec<String>,
}

/// Filters that give one item of a list.
const ITEM: [&str; 3] = ["first", "last", "nth"];
/// Filters that give a list of the same items.
const SAME: [&str; 5] = ["sort", "reverse", "unique", "default", "safe"];

impl<'s> Scope<'s> {
    /// Starts with the data.
    pub(super) fn new(root: &'s Schema) -> Scope<'s> {
        Scope { root, names: Vec::new() }
    }

    /// Returns how many names there are, to go back to.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Forgets the names since.
    pub(super) fn truncate(&mut self, len: usize) {
        self.names.truncate(len);
    }

    /// Adds a name.
    pub(super) fn bind(&mut self, name: &str, shape: Schema) {
        self.names.push((name.to_owned(), shape));
    }

    /// Adds the names of a loop over something.
    pub(super) fn bind_loop(&mut self, names: &[String], source: &Schema) {
        let item = match source {
            Schema::List(item) => item.as_ref().clone(),
            _ => Schema::Any,
        };
        match names {
            [key, value] => {
                self.bind(key, Schema::Value);
                self.bind(value, Schema::Any);
            }
            [value] => self.bind(value, item),
            _ => {}
        }
        let fields = ["index", "index0", "first", "last", "length"].map(|name| (name.to_owned(), Schema::Value));
        self.bind("loop", Schema::Fields(fields.to_vec()));
    }

    fn name(&self, name: &str) -> Option<Schema> {
        let bound = self.names.iter().rev().find(|(known, _)| known == name).map(|(_, shape)| shape.clone());
        bound.or_else(|| match self.root {
            Schema::Any => Some(Schema::Any),
            root => root.field(name).cloned(),
        })
    }

    /// Follows a path.
    pub(super) fn path(&self, name: &str, steps: &[Step]) -> Result<Schema, Missing> {
        let Some(mut shape) = self.name(name) else {
            let bound = self.names.iter().map(|(name, _)| name.clone());
            let known = bound.chain(self.root.names().map(str::to_owned)).collect();
            return Err(Missing { path: name.to_owned(), name: name.to_owned(), known });
        };
        let mut path = name.to_owned();
        for step in steps {
            shape = match (step, shape) {
                (_, Schema::Any) => return Ok(Schema::Any),
                (Step::Item, Schema::List(item)) => {
                    path.push_str("[0]");
                    *item
                }
                (Step::Item, _) => return Ok(Schema::Any),
                (Step::Field(name), shape) => {
                    path.extend([".", name]);
                    match shape.field(name) {
                        Some(inner) => inner.clone(),
                        None => {
                            let known = shape.names().map(str::to_owned).collect();
                            return Err(Missing { path, name: name.clone(), known });
                        }
                    }
                }
            };
        }
        Ok(shape)
    }

    /// Returns the shape of what an expression gives, and calls back for every path in it; paths that are only asked
    /// whether they are defined are not said.
    pub(super) fn shape(
        &mut self,
        expression: &Expression,
        seen: &mut impl FnMut(&str, &[Step], &Result<Schema, Missing>),
    ) -> Schema {
        match expression {
            Expression::Path(name, steps) => {
                let found = self.path(name, steps);
                seen(name, steps, &found);
                found.unwrap_or(Schema::Any)
            }
            Expression::Filter(value, name, arguments) => {
                let shape = self.shape(value, seen);
                for argument in arguments {
                    self.shape(argument, seen);
                }
                match shape {
                    Schema::List(item) if ITEM.contains(&name.as_str()) => *item,
                    shape if SAME.contains(&name.as_str()) => shape,
                    _ => Schema::Any,
                }
            }
            Expression::Test(value, name, arguments) => {
                if !matches!(name.as_str(), "defined" | "undefined") {
                    self.shape(value, seen);
                }
                for argument in arguments {
                    self.shape(argument, seen);
                }
                Schema::Value
            }
            Expression::Call(_, inner) | Expression::Other(inner) => {
                for inner in inner {
                    self.shape(inner, seen);
                }
                Schema::Any
            }
            Expression::Each(item, names, source, condition) => {
                let source = self.shape(source, seen);
                let before = self.len();
                self.bind_loop(names, &source);
                if let Some(condition) = condition {
                    self.shape(condition, seen);
                }
                let item = self.shape(item, seen);
                self.truncate(before);
                Schema::List(Box::new(item))
            }
        }
    }
}
