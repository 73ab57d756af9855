//! Goes through the tags of a part in order, with the names that each sees.

use super::block::Item;
use super::expression::{Expression, Step, parse, parse_for, parse_set};
use super::schema::Schema;
use super::scope::{Missing, Scope};
use super::tag::Tag;

/// Calls back for each path of each tag, whichever branch it stands in: the tag, the path, and where it leads.
pub(super) fn paths(
    items: &[Item],
    tags: &[Tag],
    schema: &Schema,
    seen: &mut impl FnMut(&Tag, &str, &[Step], &Result<Schema, Missing>),
) {
    walk(items, tags, &mut Scope::new(schema), seen);
}

fn walk<F>(items: &[Item], tags: &[Tag], scope: &mut Scope, seen: &mut F)
where
    F: FnMut(&Tag, &str, &[Step], &Result<Schema, Missing>),
{
    for item in items {
        match item {
            Item::Value(number, _) => {
                if let Some(tag) = tags.get(*number)
                    && let Some(read) = parse(&tag.body)
                {
                    shape(&read, tag, scope, seen);
                }
            }
            Item::Set(number) => {
                if let Some(tag) = tags.get(*number)
                    && let Some((name, value)) = parse_set(tag.rest())
                {
                    let shape = shape(&value, tag, scope, seen);
                    scope.bind(&name, shape);
                }
            }
            Item::Leave(_) => {}
            Item::Block(branches) => {
                for (number, inner) in branches {
                    let Some(tag) = tags.get(*number) else { continue };
                    let before = scope.len();
                    let is_loop = tag.keyword() == "for";
                    if is_loop && let Some((names, source)) = parse_for(tag.rest()) {
                        let source = shape(&source, tag, scope, seen);
                        scope.bind_loop(&names, &source);
                    } else if matches!(tag.keyword(), "if" | "elif")
                        && let Some(condition) = parse(tag.rest())
                    {
                        shape(&condition, tag, scope, seen);
                    }
                    walk(inner, tags, scope, seen);
                    // What is set in a branch of `if` stays set.
                    if is_loop {
                        scope.truncate(before);
                    }
                }
            }
        }
    }
}

fn shape<F>(read: &Expression, tag: &Tag, scope: &mut Scope, seen: &mut F) -> Schema
where
    F: FnMut(&Tag, &str, &[Step], &Result<Schema, Missing>),
{
    scope.shape(read, &mut |name, steps, found| seen(tag, name, steps, found))
}
