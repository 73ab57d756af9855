//! What data a template is filled with: which fields there are, and which hold others.

use serde_json::Value;

/// The shape of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// A group of fields, by name.
    Fields(Vec<(String, Schema)>),
    /// A list of such values.
    List(Box<Schema>),
    /// A text, number or truth value.
    Value,
    /// Anything: what is in it cannot be told.
    Any,
}

impl Schema {
    /// Takes the shape of an example; a list has the fields of all its rows, and an empty one may hold anything.
    pub fn of(example: &Value) -> Schema {
        match example {
            Value::Object(fields) => {
                Schema::Fields(fields.iter().map(|(name, value)| (name.clone(), Schema::of(value))).collect())
            }
            Value::Array(rows) => {
                let shape = rows.iter().map(Schema::of).reduce(Schema::joined);
                Schema::List(Box::new(shape.unwrap_or(Schema::Any)))
            }
            Value::Null => Schema::Any,
            _ => Schema::Value,
        }
    }

    /// Returns what is known when a value may have either shape.
    fn joined(self, other: Schema) -> Schema {
        match (self, other) {
            (Schema::Fields(mut fields), Schema::Fields(more)) => {
                for (name, shape) in more {
                    match fields.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, known)) => *known = std::mem::replace(known, Schema::Any).joined(shape),
                        None => fields.push((name, shape)),
                    }
                }
                Schema::Fields(fields)
            }
            (Schema::List(one), Schema::List(other)) => Schema::List(Box::new(one.joined(*other))),
            (one, other) if one == other => one,
            _ => Schema::Any,
        }
    }

    /// Returns a field.
    pub fn field(&self, name: &str) -> Option<&Schema> {
        match self {
            Schema::Fields(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, shape)| shape),
            _ => None,
        }
    }

    /// Returns the names of the fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let fields = match self {
            Schema::Fields(fields) => fields.as_slice(),
            _ => &[],
        };
        fields.iter().map(|(name, _)| name.as_str())
    }
}
