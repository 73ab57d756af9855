//! Looks over a part that was rendered and in which something may have been left out that must be there, or be there
//! twice: cells without a paragraph, tables without rows, grids, breaks of sections, bookmarks.

use std::collections::BTreeSet;

use super::lift::{CARRIER, set_section};
use crate::render::docx::tree::{Element, Node, Tree};

/// Mends a part.
///
/// # Errors
/// Returns that it is no XML.
pub(super) fn fix(text: &str) -> Result<String, String> {
    let mut tree = Tree::parse(text.as_bytes())?;
    bookmarks(&mut tree.root);
    container(&mut tree.root);
    String::from_utf8(tree.write()).map_err(|error| error.to_string())
}

/// Keeps the first bookmark of each name and id.
fn bookmarks(root: &mut Element) {
    let (mut ids, mut names, mut dropped, mut ends) = (BTreeSet::new(), BTreeSet::new(), Vec::new(), BTreeSet::new());
    root.visit(&mut |element| {
        if element.is("w:bookmarkStart") {
            let id = element.attribute("w:id").unwrap_or_default().to_owned();
            let name = element.attribute("w:name").unwrap_or_default().to_owned();
            let is_new = ids.insert(id) & names.insert(name);
            dropped.push(!is_new);
        }
    });
    let mut at = 0;
    retain(root, &mut |element| match element.name.as_str() {
        "w:bookmarkStart" => {
            at += 1;
            !dropped.get(at - 1).copied().unwrap_or(false)
        }
        // Two bookmarks of one id have one end that counts.
        "w:bookmarkEnd" => ends.insert(element.attribute("w:id").unwrap_or_default().to_owned()),
        _ => true,
    });
}

/// Drops elements, in the order of the document.
fn retain(element: &mut Element, keep: &mut impl FnMut(&Element) -> bool) {
    element.children.retain_mut(|child| match child {
        Node::Element(child) => {
            let kept = keep(child);
            if kept {
                retain(child, keep);
            }
            kept
        }
        _ => true,
    });
}

/// Mends everything in an element, and then the element.
fn container(element: &mut Element) {
    for child in element.elements_mut() {
        container(child);
    }
    if element.is("w:tbl") {
        grid(element);
    }
    let has_rows = |table: &Element| has_row(table);
    element.children.retain(|child| child.element().is_none_or(|child| !child.is("w:tbl") || has_rows(child)));
    element.children.retain(|child| child.element().is_none_or(|child| !child.is("w:tr") || has_cell(child)));
    sections(element);
    let needs_paragraph = matches!(
        element.name.as_str(),
        "w:tc" | "w:body" | "w:txbxContent" | "w:footnote" | "w:endnote" | "w:comment" | "w:hdr" | "w:ftr"
    );
    if needs_paragraph {
        let is_block =
            |child: &&Node| child.element().is_some_and(|child| matches!(child.name.as_str(), "w:p" | "w:tbl" | "w:sdt"));
        let ends_well =
            element.children.iter().rev().find(is_block).and_then(Node::element).is_some_and(|last| !last.is("w:tbl"));
        if !ends_well {
            let section = element.children.iter().rposition(|child| child.element().is_some_and(|child| child.is("w:sectPr")));
            let at = section.unwrap_or(element.children.len());
            element.children.insert(at, Node::Element(Element::new("w:p")));
        }
    }
}

fn has_row(element: &Element) -> bool {
    element.elements().any(|child| child.is("w:tr") || (is_wrapper(child) && has_row(child)))
}

fn has_cell(element: &Element) -> bool {
    element.elements().any(|child| child.is("w:tc") || (is_wrapper(child) && has_cell(child)))
}

fn is_wrapper(element: &Element) -> bool {
    matches!(element.name.as_str(), "w:sdt" | "w:sdtContent" | "w:customXml" | "w:ins")
}

/// Gives the break of a section whose paragraph is gone to the paragraph before.
fn sections(element: &mut Element) {
    let mut at = 0;
    while at < element.children.len() {
        let carried = element.children.get(at).and_then(Node::element).filter(|child| child.attribute(CARRIER).is_some());
        let Some(section) = carried.map(|child| child.at(&["w:pPr", "w:sectPr"]).cloned()) else {
            at += 1;
            continue;
        };
        let before = element.children.get_mut(..at).and_then(|before| before.iter_mut().rev().find_map(Node::element_mut));
        match (before.filter(|before| before.is("w:p")), section) {
            (Some(before), Some(section)) => {
                // A paragraph that ends a section already leaves none to end.
                if before.at(&["w:pPr", "w:sectPr"]).is_none() {
                    set_section(before, section);
                }
                element.children.remove(at);
            }
            _ => {
                if let Some(carrier) = element.children.get_mut(at).and_then(Node::element_mut) {
                    carrier.unset(CARRIER);
                }
                at += 1;
            }
        }
    }
}

fn number(element: &Element, path: &[&str]) -> Option<usize> {
    element.value_at(path).and_then(|value| value.parse().ok())
}

/// Returns how many columns a row takes up.
fn columns(row: &Element) -> usize {
    let around: usize = ["w:gridBefore", "w:gridAfter"].iter().filter_map(|name| number(row, &["w:trPr", name])).sum();
    let cells = row.elements().filter(|cell| cell.is("w:tc"));
    around + cells.map(|cell| number(cell, &["w:tcPr", "w:gridSpan"]).unwrap_or(1)).sum::<usize>()
}

/// Gives the grid of a table as many columns as its rows have, within the width it had.
fn grid(table: &mut Element) {
    let wanted = table.elements().filter(|row| row.is("w:tr")).map(columns).max().unwrap_or(0);
    let Some(grid) = table.child_mut("w:tblGrid") else { return };
    let width = |column: &Element| column.attribute("w:w").and_then(|width| width.parse::<u64>().ok()).unwrap_or(0);
    let old: Vec<u64> = grid.elements().filter(|column| column.is("w:gridCol")).map(width).collect();
    if old.len() == wanted || wanted == 0 || old.is_empty() {
        return;
    }
    let total: u64 = old.iter().sum();
    let mut new: Vec<u64> = old.iter().copied().take(wanted).collect();
    let average = total / old.len() as u64;
    new.resize(wanted, average);
    let sum: u64 = new.iter().sum::<u64>().max(1);
    for width in &mut new {
        *width = *width * total / sum;
    }
    grid.children.retain(|child| child.element().is_none_or(|column| !column.is("w:gridCol")));
    let made = new.iter().map(|width| Node::Element(Element::new("w:gridCol").with("w:w", &width.to_string())));
    grid.children.splice(0..0, made);
    for row in table.elements_mut().filter(|row| row.is("w:tr")) {
        let mut at = number(row, &["w:trPr", "w:gridBefore"]).unwrap_or(0);
        for cell in row.elements_mut().filter(|cell| cell.is("w:tc")) {
            let span = number(cell, &["w:tcPr", "w:gridSpan"]).unwrap_or(1);
            let width: u64 = new.iter().skip(at).take(span).sum();
            at += span;
            let own = cell.child_mut("w:tcPr").and_then(|properties| properties.child_mut("w:tcW"));
            if let Some(own) = own.filter(|own| own.attribute("w:type").is_none_or(|kind| kind == "dxa")) {
                own.set("w:w", &width.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(body: &str) -> String {
        fix(&format!("<w:body>{body}</w:body>")).unwrap()
    }

    #[test]
    fn what_must_be_there_is_put_back() {
        assert_eq!(fixed("<w:tbl><w:tblGrid/></w:tbl><w:sectPr/>"), "<w:body><w:p/><w:sectPr/></w:body>");
        assert!(fixed("<w:tbl><w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl>").contains("<w:tc><w:tcPr/><w:p/></w:tc>"));
    }

    #[test]
    fn a_section_break_moves_to_the_paragraph_before() {
        let carrier = "<w:p tdk-section=\"1\"><w:pPr><w:sectPr a=\"1\"/></w:pPr></w:p>";
        let moved = fixed(&format!("<w:p><w:r/></w:p>{carrier}<w:p/>"));
        assert_eq!(moved, "<w:body><w:p><w:pPr><w:sectPr a=\"1\"/></w:pPr><w:r/></w:p><w:p/></w:body>");
        assert_eq!(fixed(&format!("{carrier}<w:p/>")), "<w:body><w:p><w:pPr><w:sectPr a=\"1\"/></w:pPr></w:p><w:p/></w:body>");
    }

    #[test]
    fn a_grid_has_the_columns_of_its_rows_and_its_width() {
        let cell = "<w:tc><w:tcPr><w:tcW w:w=\"9\" w:type=\"dxa\"/></w:tcPr><w:p/></w:tc>";
        let table = format!(
            "<w:tbl><w:tblGrid><w:gridCol w:w=\"600\"/><w:gridCol w:w=\"300\"/></w:tblGrid><w:tr>{}</w:tr></w:tbl>",
            cell.repeat(3)
        );
        let made = fixed(&table);
        let widths: u64 = made
            .match_indices("gridCol w:w=\"")
            .map(|(at, _)| made[at + 13..].split('"').next().unwrap().parse::<u64>().unwrap())
            .sum();
        assert_eq!(made.matches("<w:gridCol").count(), 3);
        assert!((897..=900).contains(&widths), "{made}");
    }

    #[test]
    fn a_bookmark_is_there_once() {
        let mark = "<w:bookmarkStart w:id=\"1\" w:name=\"a\"/><w:bookmarkEnd w:id=\"1\"/>";
        let made = fixed(&format!("<w:p>{mark}</w:p><w:p>{mark}</w:p>"));
        assert_eq!((made.matches("bookmarkStart").count(), made.matches("bookmarkEnd").count()), (1, 1));
    }
}
