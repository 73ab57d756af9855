//! Bookmarks: those that anchors ask for, and those of the template that loops and conditions have doubled or cut.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::each_line;
use super::markers::{Marker, marker};
use crate::render::docx::tree::{Element, Node};

/// Longest name of a bookmark that Word keeps.
pub(super) const LONGEST: usize = 40;

/// Returns the bookmark of a section.
pub fn bookmark(id: &str) -> String {
    format!("s_{}", id.replace('-', "_"))
}

/// Returns the bookmark around the number of an annex, `別紙1`.
pub(super) fn number_bookmark(id: &str) -> String {
    format!("n_{}", id.replace('-', "_"))
}

/// Puts bookmarks where anchors are: from there to the end of the paragraph, and one around a number that a field counts
/// before it.
pub(super) fn place(root: &mut Element) {
    each_line(root, &mut |children| {
        lift(children);
        let mut at = 0;
        while at < children.len() {
            let found = match children.get(at) {
                Some(Node::Raw(raw)) => match marker(raw) {
                    Some(Marker::Anchor(id)) => Some(id.to_owned()),
                    _ => None,
                },
                _ => None,
            };
            let Some(id) = found else {
                at += 1;
                continue;
            };
            let first = usize::from(children.first().and_then(Node::element).is_some_and(|first| first.is("w:pPr")));
            let is_counted = children.get(first..at).unwrap_or_default().iter().any(counts);
            // Numbers are given when all bookmarks are there.
            children.splice(at..=at, [start(&bookmark(&id))]);
            children.push(end(&bookmark(&id)));
            if is_counted {
                let name = number_bookmark(&id);
                let edge = |node: &Node| node.element().is_none_or(|element| element.raw_text().trim().is_empty());
                let behind = at
                    - children
                        .get(first..at)
                        .unwrap_or_default()
                        .iter()
                        .rev()
                        .take_while(|node| edge(node) && !is_mark(node))
                        .count();
                children.insert(behind, end(&name));
                children.insert(first, start(&name));
                at += 2;
            }
            at += 1;
        }
    });
}

fn is_mark(node: &Node) -> bool {
    node.element().is_some_and(|element| element.child("w:fldChar").is_some())
}

fn counts(node: &Node) -> bool {
    node.element().is_some_and(|run| run.child("w:instrText").is_some_and(|asked| asked.raw_text().trim().starts_with("SEQ ")))
}

/// Takes anchors out of runs, before which they then stand.
fn lift(children: &mut Vec<Node>) {
    let mut at = 0;
    while at < children.len() {
        let Some(run) = children.get_mut(at).and_then(Node::element_mut).filter(|run| run.is("w:r")) else {
            at += 1;
            continue;
        };
        let is_anchor = |node: &Node| matches!(node, Node::Raw(raw) if matches!(marker(raw), Some(Marker::Anchor(_))));
        let (lifted, kept): (Vec<Node>, Vec<Node>) = std::mem::take(&mut run.children).into_iter().partition(is_anchor);
        run.children = kept;
        let count = lifted.len();
        children.splice(at..at, lifted);
        at += count + 1;
    }
}

fn start(name: &str) -> Node {
    Element::new("w:bookmarkStart").with("w:id", &format!("new {name}")).with("w:name", name).into()
}

fn end(name: &str) -> Node {
    Element::new("w:bookmarkEnd").with("w:id", &format!("new {name}")).into()
}

/// Puts a bookmark around all that stands in a paragraph.
pub(super) fn wrap(paragraph: &mut Element, name: &str) {
    let first = usize::from(paragraph.children.first().and_then(Node::element).is_some_and(|first| first.is("w:pPr")));
    paragraph.children.insert(first, start(name));
    paragraph.children.push(end(name));
}

/// Gives every bookmark a number of its own, keeps the first of those with one name, and takes away halves.
pub(super) fn mend(root: &mut Element) {
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    root.visit(&mut |element| {
        if element.is("w:bookmarkEnd") {
            *ends.entry(element.attribute("w:id").unwrap_or_default().to_owned()).or_default() += 1;
        }
    });
    let mut state = Mending { ends, open: BTreeMap::new(), names: BTreeSet::new(), next: 0 };
    state.walk(root);
}

struct Mending {
    /// How many ends are still to come, by the old number.
    ends: BTreeMap<String, usize>,
    /// What became of starts whose end has not come: a new number, or nothing when the start was dropped.
    open: BTreeMap<String, Vec<Option<usize>>>,
    names: BTreeSet<String>,
    next: usize,
}

impl Mending {
    fn walk(&mut self, element: &mut Element) {
        let mut kept = Vec::with_capacity(element.children.len());
        for mut node in std::mem::take(&mut element.children) {
            let Some(child) = node.element_mut() else {
                kept.push(node);
                continue;
            };
            if child.is("w:bookmarkStart") {
                let old = child.attribute("w:id").unwrap_or_default().to_owned();
                let is_new = self.names.insert(child.attribute("w:name").unwrap_or_default().to_lowercase());
                let waiting = self.open.get(&old).map_or(0, Vec::len);
                let is_closed = self.ends.get(&old).copied().unwrap_or(0) > waiting;
                let number = is_new.then(|| {
                    self.next += 1;
                    self.next
                });
                if is_closed {
                    self.open.entry(old).or_default().push(number);
                }
                if let Some(number) = number {
                    let number = number.to_string();
                    child.set("w:id", &number);
                    kept.push(node);
                    if !is_closed {
                        kept.push(Element::new("w:bookmarkEnd").with("w:id", &number).into());
                    }
                }
            } else if child.is("w:bookmarkEnd") {
                let old = child.attribute("w:id").unwrap_or_default().to_owned();
                if let Some(left) = self.ends.get_mut(&old) {
                    *left = left.saturating_sub(1);
                }
                let starts = self.open.get_mut(&old).filter(|starts| !starts.is_empty());
                if let Some(Some(number)) = starts.map(|starts| starts.remove(0)) {
                    child.set("w:id", &number.to_string());
                    kept.push(node);
                }
            } else {
                self.walk(child);
                kept.push(node);
            }
        }
        element.children = kept;
    }
}
