//! Accepts or rejects all revisions of a document.

use super::super::document::PARTS_OF_TEXT;
use crate::render::docx::DocxError;
use crate::render::docx::package::Package;
use crate::render::docx::tree::{Element, Node};

/// Which side of the revisions stays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

/// Returns the file with all revisions accepted.
///
/// # Errors
/// Returns which part is no XML.
pub fn accept(package: &Package) -> Result<Package, DocxError> {
    settle(package, Side::New)
}

/// Returns the file with all revisions rejected.
///
/// # Errors
/// Returns which part is no XML.
pub fn reject(package: &Package) -> Result<Package, DocxError> {
    settle(package, Side::Old)
}

/// Returns the file with all revisions accepted; parts without any stay as they are.
pub(super) fn accepted(package: &Package) -> Result<Package, DocxError> {
    accept(package)
}

fn settle(package: &Package, side: Side) -> Result<Package, DocxError> {
    let mut made = package.clone();
    for part in package.parts().iter().filter(|part| PARTS_OF_TEXT.iter().any(|start| part.starts_with(start))) {
        if !part.ends_with(".xml") {
            continue;
        }
        let mut tree = package.tree(part)?;
        let mut is_revised = false;
        tree.root.visit(&mut |element| is_revised |= is_mark(&element.name));
        if is_revised {
            element(&mut tree.root, side);
            made.set(part, tree.write());
        }
    }
    Ok(made)
}

fn is_mark(name: &str) -> bool {
    matches!(name, "w:ins" | "w:del" | "w:moveFrom" | "w:moveTo") || is_formatting(name) || is_range(name)
}

/// A change of looks holds the looks before it.
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "w:rPrChange"
            | "w:pPrChange"
            | "w:sectPrChange"
            | "w:tblPrChange"
            | "w:trPrChange"
            | "w:tcPrChange"
            | "w:tblGridChange"
            | "w:numberingChange"
            | "w:tblPrExChange"
    )
}

fn is_range(name: &str) -> bool {
    name.starts_with("w:moveFromRange") || name.starts_with("w:moveToRange")
}

fn stays(name: &str, side: Side) -> bool {
    matches!((name, side), ("w:ins" | "w:moveTo", Side::New) | ("w:del" | "w:moveFrom", Side::Old))
}

fn goes(name: &str, side: Side) -> bool {
    matches!((name, side), ("w:ins" | "w:moveTo", Side::Old) | ("w:del" | "w:moveFrom", Side::New))
}

fn element(parent: &mut Element, side: Side) {
    looks(parent, side);
    let children = std::mem::take(&mut parent.children);
    let mut made: Vec<Node> = Vec::new();
    // What is left of paragraphs whose mark went: it goes to the next one.
    let mut carried: Vec<Node> = Vec::new();
    for child in children {
        let Node::Element(mut inner) = child else {
            made.push(child);
            continue;
        };
        if goes(&inner.name, side) || is_range(&inner.name) || is_formatting(&inner.name) || row_goes(&inner, side) {
            continue;
        }
        if stays(&inner.name, side) {
            element(&mut inner, side);
            made.extend(inner.children.into_iter().map(|node| undeleted(node, side)));
            continue;
        }
        let mark_goes = inner.is("w:p") && mark_goes(&inner, side);
        element(&mut inner, side);
        if inner.is("w:tbl") && inner.child("w:tr").is_none() {
            continue;
        }
        if inner.is("w:p") {
            if mark_goes {
                carried.extend(inner.children.into_iter().filter(|child| !is_properties(child)));
                continue;
            }
            if !carried.is_empty() {
                let at = inner.children.iter().take_while(|child| is_properties(child)).count();
                inner.children.splice(at..at, std::mem::take(&mut carried));
            }
        } else if !carried.is_empty() && (inner.is("w:tbl") || inner.is("w:sectPr")) {
            made.push(Element { children: std::mem::take(&mut carried), ..Element::new("w:p") }.into());
        }
        made.push(inner.into());
    }
    let ends_badly = parent.is("w:tc") && made.last().and_then(Node::element).is_none_or(|last| !last.is("w:p"));
    if !carried.is_empty() || ends_badly {
        made.push(Element { children: carried, ..Element::new("w:p") }.into());
    }
    parent.children = made;
}

/// Puts back the looks before a change of looks, when the old side stays.
fn looks(parent: &mut Element, side: Side) {
    if side == Side::New {
        return;
    }
    let change = parent.elements().find(|child| is_formatting(&child.name) && child.name.starts_with(parent.name.as_str()));
    let Some(before) = change.and_then(|change| change.elements().find(|old| old.name == parent.name)).cloned() else { return };
    // The change of a paragraph's looks says nothing of its mark and its section.
    let kept: Vec<Node> = parent
        .children
        .iter()
        .filter(|child| child.element().is_some_and(|child| parent.is("w:pPr") && (child.is("w:rPr") || child.is("w:sectPr"))))
        .cloned()
        .collect();
    parent.children = before.children.into_iter().chain(kept).collect();
}

fn is_properties(node: &Node) -> bool {
    node.element().is_some_and(|child| child.is("w:pPr"))
}

fn mark_goes(paragraph: &Element, side: Side) -> bool {
    let run = paragraph.at(&["w:pPr", "w:rPr"]);
    run.is_some_and(|run| run.elements().any(|mark| goes(&mark.name, side)))
}

fn row_goes(row: &Element, side: Side) -> bool {
    row.is("w:tr") && row.child("w:trPr").is_some_and(|properties| properties.elements().any(|mark| goes(&mark.name, side)))
}

/// Text that was deleted and stays is text again.
fn undeleted(mut node: Node, side: Side) -> Node {
    if side == Side::Old
        && let Some(element) = node.element_mut()
    {
        element.visit_mut(&mut |inner| match inner.name.as_str() {
            "w:delText" => "w:t".clone_into(&mut inner.name),
            "w:delInstrText" => "w:instrText".clone_into(&mut inner.name),
            _ => {}
        });
    }
    node
}
