//! Puts the differences of a filing that was read back into what its record builds.

use std::collections::BTreeMap;

use super::difference::{child_path, hash};
use super::tree::{Element, parse};
use super::{ABSENT, Line, guard, part, present, row_of};

/// Returns what is built with the lines put in, and the lines that no longer fit what is built.
pub fn patched<'a>(ours: &Element, lines: &'a [Line]) -> (Element, Vec<&'a Line>) {
    let mut by_path: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        by_path.entry(line.path.as_str()).or_default().push(line);
    }
    let mut patcher = Patcher { lines: by_path, stale: Vec::new() };
    let root = patcher.element(ours, "", "").unwrap_or_else(|| ours.clone());
    // What is left was about elements that are not built any more.
    let Patcher { lines, mut stale } = patcher;
    stale.extend(lines.into_values().flatten());
    (root, stale)
}

struct Patcher<'a> {
    lines: BTreeMap<&'a str, Vec<&'a Line>>,
    stale: Vec<&'a Line>,
}

impl<'a> Patcher<'a> {
    /// Returns the element as it was filed; nothing when it was not filed.
    fn element(&mut self, ours: &Element, path: &str, row: &str) -> Option<Element> {
        let is = |line: &Line, ours: String| line.ours == guard(ours, row);
        let lines = self.lines.remove(path).unwrap_or_default();
        let mut element = Element { children: Vec::new(), ..ours.clone() };
        let mut added: Vec<(usize, Element)> = Vec::new();
        for line in lines {
            let theirs = line.theirs.strip_prefix(':');
            if line.part == part::ELEMENT && is(line, present(&hash(ours))) && line.theirs == ABSENT {
                return None;
            }
            let is_whole = line.part == part::XML && is(line, present(&hash(ours)));
            if let Some(whole) = theirs.filter(|_| is_whole).and_then(parse) {
                return Some(whole);
            }
            let fits = match (line.part.as_str(), theirs) {
                (part::TEXT, Some(text)) if is(line, present(&ours.text)) => {
                    text.clone_into(&mut element.text);
                    true
                }
                (name, theirs) if name.starts_with(part::ATTRIBUTE) => attribute(&mut element, ours, line, theirs, row),
                (name, Some(text)) => match name.strip_prefix(part::ADDED).and_then(|rest| rest.split_once(' ')) {
                    Some((at, name)) if is(line, ABSENT.to_owned()) => {
                        let new = Element { name: name.to_owned(), text: text.to_owned(), ..Element::default() };
                        added.push((at.parse().unwrap_or(usize::MAX), new));
                        true
                    }
                    _ => false,
                },
                _ => false,
            };
            if !fits {
                self.stale.push(line);
            }
        }
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, child) in ours.children.iter().enumerate() {
            let row = format!("{row}{}", row_of(&ours.children, at));
            let count = counted.entry(child.name.as_str()).or_default();
            *count += 1;
            let path = child_path(path, &child.name, *count);
            element.children.extend(self.element(child, &path, &row));
        }
        for (at, child) in added {
            element.children.insert(at.min(element.children.len()), child);
        }
        Some(element)
    }
}

/// Sets or takes away an attribute; false when what is built has another value now.
fn attribute(element: &mut Element, ours: &Element, line: &Line, theirs: Option<&str>, row: &str) -> bool {
    let name = line.part.trim_start_matches(part::ATTRIBUTE);
    let built = ours.attributes.iter().find(|(known, _)| known == name);
    if line.ours != guard(built.map_or(ABSENT.to_owned(), |(_, value)| present(value)), row) {
        return false;
    }
    match (element.attributes.iter().position(|(known, _)| known == name), theirs) {
        (Some(at), Some(value)) => {
            if let Some((_, slot)) = element.attributes.get_mut(at) {
                value.clone_into(slot);
            }
        }
        (Some(at), None) => {
            element.attributes.remove(at);
        }
        (None, Some(value)) => element.attributes.push((name.to_owned(), value.to_owned())),
        (None, None) => {}
    }
    true
}
