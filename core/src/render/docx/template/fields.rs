//! The fields that a template uses.

use super::Template;
use super::block::Item;
use super::expression::{Expression, Step, parse, parse_for, parse_set};
use super::tag::Tag;
use crate::render::docx::view::Place;

/// A field that a template uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its path; `[]` stands for the items of a list, `record.sites[].name`.
    pub path: String,
    /// Where it is used.
    pub uses: Vec<Use>,
}

/// A place where a field is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The tag as it is typed.
    pub tag: String,
    /// Where it stands.
    pub place: Place,
}

/// Returns the fields of a template in the order of their first use; names that the template itself gives are followed to
/// what they stand for.
pub(super) fn of(template: &Template) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for part in &template.parts {
        let mut aliases = Aliases::default();
        aliases.walk(&part.items, &part.tags, &mut |tag, path| {
            let used = Use { tag: tag.source.clone(), place: tag.place.clone() };
            match fields.iter_mut().find(|field| field.path == path) {
                Some(field) if field.uses.contains(&used) => {}
                Some(field) => field.uses.push(used),
                None => fields.push(Field { path, uses: vec![used] }),
            }
        });
    }
    fields
}

/// Names that the template gives, and the paths they stand for.
#[derive(Default)]
struct Aliases {
    names: Vec<(String, Option<String>)>,
}

impl Aliases {
    fn path(&self, name: &str, steps: &[Step]) -> Option<String> {
        let mut path = match self.names.iter().rev().find(|(known, _)| known == name) {
            Some((_, path)) => path.clone()?,
            None => name.to_owned(),
        };
        for step in steps {
            match step {
                Step::Field(name) => path.extend([".", name]),
                Step::Item => path.push_str("[]"),
            }
        }
        Some(path)
    }

    /// Calls back for each field in an expression; returns the path that the whole stands for, where it is one.
    fn expression(&mut self, expression: &Expression, seen: &mut impl FnMut(String)) -> Option<String> {
        match expression {
            Expression::Path(name, steps) => {
                let path = self.path(name, steps);
                path.clone().into_iter().for_each(&mut *seen);
                path
            }
            Expression::Filter(value, name, arguments) => {
                let path = self.expression(value, seen);
                for argument in arguments {
                    self.expression(argument, seen);
                }
                match name.as_str() {
                    "first" | "last" | "nth" => path.map(|path| format!("{path}[]")),
                    "sort" | "reverse" | "unique" | "default" => path,
                    _ => None,
                }
            }
            Expression::Test(value, _, arguments) => {
                self.expression(value, seen);
                for argument in arguments {
                    self.expression(argument, seen);
                }
                None
            }
            Expression::Call(_, inner) | Expression::Other(inner) => {
                for inner in inner {
                    self.expression(inner, seen);
                }
                None
            }
            Expression::Each(item, names, source, condition) => {
                let source = self.expression(source, seen);
                let before = self.names.len();
                self.bind(names, source.as_deref());
                if let Some(condition) = condition {
                    self.expression(condition, seen);
                }
                self.expression(item, seen);
                self.names.truncate(before);
                None
            }
        }
    }

    fn bind(&mut self, names: &[String], source: Option<&str>) {
        let item = source.map(|source| format!("{source}[]"));
        match names {
            [key, value] => self.names.extend([(key.clone(), None), (value.clone(), item)]),
            [value] => self.names.push((value.clone(), item)),
            _ => {}
        }
        self.names.push(("loop".to_owned(), None));
    }

    fn walk(&mut self, items: &[Item], tags: &[Tag], seen: &mut impl FnMut(&Tag, String)) {
        for item in items {
            match item {
                Item::Value(number, _) => {
                    if let Some(tag) = tags.get(*number)
                        && let Some(read) = parse(&tag.body)
                    {
                        self.expression(&read, &mut |path| seen(tag, path));
                    }
                }
                Item::Set(number) => {
                    if let Some(tag) = tags.get(*number)
                        && let Some((name, value)) = parse_set(tag.rest())
                    {
                        let path = self.expression(&value, &mut |path| seen(tag, path));
                        self.names.push((name, path));
                    }
                }
                Item::Leave(_) => {}
                Item::Block(branches) => {
                    for (number, inner) in branches {
                        let Some(tag) = tags.get(*number) else { continue };
                        let before = self.names.len();
                        let is_loop = tag.keyword() == "for";
                        if is_loop && let Some((names, source)) = parse_for(tag.rest()) {
                            let source = self.expression(&source, &mut |path| seen(tag, path));
                            self.bind(&names, source.as_deref());
                        } else if matches!(tag.keyword(), "if" | "elif")
                            && let Some(condition) = parse(tag.rest())
                        {
                            self.expression(&condition, &mut |path| seen(tag, path));
                        }
                        self.walk(inner, tags, seen);
                        if is_loop {
                            self.names.truncate(before);
                        }
                    }
                }
            }
        }
    }
}
