//! What is built against what was filed, element by element.

use sha2::{Digest, Sha256};

use super::tree::{Element, compact};
use super::{ABSENT, Line, guard, part, present, row_of};

/// Lists where `theirs`, a filing that was read, is not `ours`, what its record builds.
pub fn differences(ours: &Element, theirs: &Element) -> Vec<Line> {
    let mut lines = Vec::new();
    element(ours, theirs, "", "", &mut lines);
    lines
}

/// Names a child below a path; those of one name are counted.
pub(super) fn child_path(path: &str, name: &str, count: usize) -> String {
    let below = if path.is_empty() { "" } else { "/" };
    if count > 1 { format!("{path}{below}{name}[{count}]") } else { format!("{path}{below}{name}") }
}

/// Identifies the content of an element.
pub(super) fn hash(element: &Element) -> String {
    Sha256::digest(compact(element).as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn element(ours: &Element, theirs: &Element, path: &str, row: &str, lines: &mut Vec<Line>) {
    let mut say = |part: String, ours: String, theirs_text: String| {
        lines.push(Line { path: path.to_owned(), part, ours: guard(ours, row), theirs: theirs_text, at: theirs.at });
    };
    let value = |element: &Element, name: &str| {
        element.attributes.iter().find(|(known, _)| known == name).map_or(ABSENT.to_owned(), |(_, value)| present(value))
    };
    let mut names: Vec<&String> = ours.attributes.iter().map(|(name, _)| name).collect();
    names
        .extend(theirs.attributes.iter().map(|(name, _)| name).filter(|name| !ours.attributes.iter().any(|(n, _)| n == *name)));
    for name in names {
        let (built, filed) = (value(ours, name), value(theirs, name));
        if built != filed {
            say(format!("{}{name}", part::ATTRIBUTE), built, filed);
        }
    }
    if ours.text != theirs.text {
        say(part::TEXT.to_owned(), present(&ours.text), present(&theirs.text));
    }
    match align(ours, theirs) {
        Some(steps) => children(ours, theirs, path, row, &steps, lines),
        None => lines.push(Line {
            path: path.to_owned(),
            part: part::XML.to_owned(),
            ours: guard(present(&hash(ours)), row),
            theirs: present(&compact(theirs)),
            at: theirs.at,
        }),
    }
}

/// How the elements in one stand beside those in the other.
enum Step {
    /// The same element.
    Both(usize, usize),
    /// Built but not filed.
    Ours(usize),
    /// Filed but not built; it holds a text and nothing else.
    Theirs(usize),
}

/// Sets the children side by side by their names; nothing when a group came or went that lines cannot tell.
fn align(ours: &Element, theirs: &Element) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let (mut one, mut other) = (0, 0);
    loop {
        match (ours.children.get(one), theirs.children.get(other)) {
            (None, None) => return Some(steps),
            (Some(a), Some(b)) if a.name == b.name => {
                steps.push(Step::Both(one, other));
                one += 1;
                other += 1;
            }
            (Some(_), b) => {
                let later = b.is_some_and(|b| ours.children.iter().skip(one).any(|a| a.name == b.name));
                if b.is_none() || later {
                    steps.push(Step::Ours(one));
                    one += 1;
                } else {
                    steps.push(theirs_only(theirs, other)?);
                    other += 1;
                }
            }
            (None, Some(_)) => {
                steps.push(theirs_only(theirs, other)?);
                other += 1;
            }
        }
    }
}

fn theirs_only(theirs: &Element, at: usize) -> Option<Step> {
    let element = theirs.children.get(at)?;
    (element.children.is_empty() && element.attributes.is_empty()).then_some(Step::Theirs(at))
}

fn children(ours: &Element, theirs: &Element, path: &str, row: &str, steps: &[Step], lines: &mut Vec<Line>) {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    let mut count = |name| match counted.iter_mut().find(|(known, _)| *known == name) {
        Some((_, count)) => {
            *count += 1;
            *count
        }
        None => {
            counted.push((name, 1));
            1
        }
    };
    for step in steps {
        match step {
            Step::Both(one, other) => {
                let row = format!("{row}{}", row_of(&ours.children, *one));
                let (Some(one), Some(other)) = (ours.children.get(*one), theirs.children.get(*other)) else { continue };
                let path = child_path(path, &one.name, count(one.name.as_str()));
                element(one, other, &path, &row, lines);
            }
            Step::Ours(one) => {
                let row = format!("{row}{}", row_of(&ours.children, *one));
                let Some(one) = ours.children.get(*one) else { continue };
                let path = child_path(path, &one.name, count(one.name.as_str()));
                let (part, ours) = (part::ELEMENT.to_owned(), guard(present(&hash(one)), &row));
                lines.push(Line { path, part, ours, theirs: ABSENT.to_owned(), at: theirs.at });
            }
            Step::Theirs(other) => {
                let Some(element) = theirs.children.get(*other) else { continue };
                let part = format!("{}{other} {}", part::ADDED, element.name);
                let (ours, theirs) = (guard(ABSENT.to_owned(), row), present(&element.text));
                lines.push(Line { path: path.to_owned(), part, ours, theirs, at: element.at });
            }
        }
    }
}
