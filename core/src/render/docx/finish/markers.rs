//! Marks that templates and texts leave for this pass: processing instructions named `tdk-…`.

use crate::render::docx::tree::{Element, Node};

/// What a mark asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker<'m> {
    /// A section starts here.
    Anchor(&'m str),
    /// A section and what of it is shown: `full`, `number`, `title`, `page`.
    Reference(&'m str, &'m str),
    /// A citation of an entry.
    Citation(&'m str),
    /// An entry of the list of references starts here.
    Entry(&'m str),
    /// The next list starts anew.
    Restart,
}

/// Reads a mark; nothing when it is something else.
pub(super) fn marker(raw: &str) -> Option<Marker<'_>> {
    let inside = raw.strip_prefix("<?tdk-")?.strip_suffix("?>")?;
    let mut words = inside.split_ascii_whitespace();
    Some(match (words.next()?, words.next()) {
        ("anchor", Some(id)) => Marker::Anchor(id),
        ("ref", Some(id)) => Marker::Reference(id, words.next().unwrap_or("full")),
        ("cite", Some(key)) => Marker::Citation(key),
        ("entry", Some(key)) => Marker::Entry(key),
        ("restart", None) => Marker::Restart,
        _ => return None,
    })
}

/// Returns the marks of a paragraph, without those of text boxes in it.
pub(super) fn of(paragraph: &Element) -> Vec<Marker<'_>> {
    fn gather<'m>(element: &'m Element, found: &mut Vec<Marker<'m>>) {
        for child in &element.children {
            match child {
                Node::Raw(raw) => found.extend(marker(raw)),
                Node::Element(child) if !matches!(child.name.as_str(), "w:txbxContent" | "mc:Fallback") => gather(child, found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    gather(paragraph, &mut found);
    found
}

/// Returns the mark that a run holds.
pub(super) fn of_run(node: &Node) -> Option<Marker<'_>> {
    let run = node.element().filter(|element| element.is("w:r"))?;
    run.children.iter().find_map(|child| match child {
        Node::Raw(raw) => marker(raw),
        _ => None,
    })
}
