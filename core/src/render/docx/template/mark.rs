//! Marks that stand for tags in the tree of a part. They start with a character that no XML can hold, so that nothing in
//! a document is taken for one.

use crate::render::docx::tree::{Element, Node};

/// Starts a mark.
pub(super) const START: char = '\u{1}';
/// Ends a mark in an attribute.
pub(super) const END: char = '\u{2}';

/// What stands in the place of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// The tag of this number, where it was typed.
    Typed(usize),
    /// The same; it parts the run it stands in.
    Parting(usize),
    /// The tag of this number, which has taken the place of its paragraph, cell or row.
    Lifted(usize),
    /// A statement that the engine adds.
    Code(String),
}

impl Mark {
    /// Makes the node that carries it.
    pub(super) fn node(&self) -> Node {
        Node::Raw(self.text())
    }

    /// Writes it.
    pub(super) fn text(&self) -> String {
        match self {
            Mark::Typed(tag) => format!("{START}t{tag}"),
            Mark::Parting(tag) => format!("{START}p{tag}"),
            Mark::Lifted(tag) => format!("{START}l{tag}"),
            Mark::Code(code) => format!("{START}c{code}"),
        }
    }

    /// Reads it from a node.
    pub(super) fn of(node: &Node) -> Option<Mark> {
        match node {
            Node::Raw(raw) => Mark::read(raw.strip_prefix(START)?),
            _ => None,
        }
    }

    /// Reads what follows its start.
    pub(super) fn read(text: &str) -> Option<Mark> {
        let rest = text.get(1..)?;
        match text.get(..1)? {
            "t" => rest.parse().ok().map(Mark::Typed),
            "p" => rest.parse().ok().map(Mark::Parting),
            "l" => rest.parse().ok().map(Mark::Lifted),
            "c" => Some(Mark::Code(rest.to_owned())),
            _ => None,
        }
    }

    /// Returns the tag it stands for, unless that was lifted.
    pub(super) fn unlifted(&self) -> Option<usize> {
        match self {
            Mark::Typed(tag) | Mark::Parting(tag) => Some(*tag),
            Mark::Lifted(_) | Mark::Code(_) => None,
        }
    }
}

/// Returns the tags in an element that have not been lifted, in order.
pub(super) fn unlifted(element: &Element) -> Vec<usize> {
    fn gather(element: &Element, found: &mut Vec<usize>) {
        for child in &element.children {
            match child {
                Node::Element(element) => gather(element, found),
                node => found.extend(Mark::of(node).and_then(|mark| mark.unlifted())),
            }
        }
    }
    let mut found = Vec::new();
    gather(element, &mut found);
    found
}

/// Returns whether an element holds any mark.
pub(super) fn is_marked(element: &Element) -> bool {
    element.children.iter().any(|child| match child {
        Node::Element(element) => is_marked(element),
        node => Mark::of(node).is_some(),
    })
}

/// Takes the marks of some tags out of an element.
pub(super) fn remove(element: &mut Element, tags: &[usize]) {
    element.children.retain(|node| Mark::of(node).and_then(|mark| mark.unlifted()).is_none_or(|tag| !tags.contains(&tag)));
    for child in element.elements_mut() {
        remove(child, tags);
    }
}
