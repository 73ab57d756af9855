//! Holds the fields of a template against a schema, in every branch.

use super::Template;
use super::names::nearest;
use super::problem::{FIELD, Problem};
use super::schema::Schema;
use super::walk;

/// How many fields are named beside one that is not there.
const NAMED: usize = 8;

/// Returns the fields that are not in a schema.
pub(super) fn fields(template: &Template, schema: &Schema) -> Vec<Problem> {
    let mut problems = Vec::new();
    for part in &template.parts {
        walk::paths(&part.items, &part.tags, schema, &mut |tag, _, _, found| {
            if let Err(missing) = found {
                let known = nearest(&missing.name, missing.known.iter().map(String::as_str), NAMED);
                problems.push(unknown(Problem::new(FIELD, &tag.place, &tag.source), &missing.path, &known));
            }
        });
    }
    problems
}

/// Says which field is not there and which are.
pub(super) fn unknown(problem: Problem, path: &str, known: &[String]) -> Problem {
    let known = if known.is_empty() { "-".to_owned() } else { known.join(", ") };
    problem.with("path", path).with("fields", known)
}
