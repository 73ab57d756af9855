//! What tags say about the cell they stand in: `{% cellbg x %}`, `{% colspan n %}`, `{% vm %}`, `{% hm %}`, `{{tc list }}`.

use super::mark::{Mark, remove, unlifted};
use super::problem::{CELL, Problem};
use super::runs::Scan;
use super::tag::{Kind, Tag, Target};
use crate::model::Text;
use crate::render::docx::tree::{Element, Node};

/// The words of these tags.
pub(super) const WORDS: [&str; 4] = ["cellbg", "colspan", "vm", "hm"];

/// Marks a cell that is merged with those of the next rounds of a loop.
const MERGED: &str = "tdk-merged";

/// Applies the tags of a cell to it.
pub(super) fn apply(cell: &mut Element, scan: &mut Scan) {
    let of_cell = |tag: &Tag| tag.kind == Kind::Statement && tag.target == Target::Text && WORDS.contains(&tag.keyword());
    let own: Vec<usize> = unlifted(cell).into_iter().filter(|tag| scan.tags.get(*tag).is_some_and(of_cell)).collect();
    if own.is_empty() {
        return;
    }
    remove(cell, &own);
    for number in own {
        let Some(tag) = scan.tags.get(number).cloned() else { continue };
        let wants_value = matches!(tag.keyword(), "cellbg" | "colspan");
        if wants_value == tag.rest().is_empty() {
            let wanted = if wants_value { Text::new("値", "a value") } else { Text::new("何も", "nothing") };
            scan.problems.push(Problem::new(CELL, &tag.place, &tag.source).with("wanted", wanted));
            continue;
        }
        match tag.keyword() {
            "cellbg" => {
                let fill = value(scan, number, &tag);
                let shade = Element::new("w:shd").with("w:val", "clear").with("w:color", "auto").with("w:fill", &fill);
                set(cell, shade);
            }
            "colspan" => {
                let span = value(scan, number, &tag);
                set(cell, Element::new("w:gridSpan").with("w:val", &span));
            }
            "vm" => vertical(cell, number),
            _ => {
                let known = cell.value_at(&["w:tcPr", "w:gridSpan"]).map(str::to_owned);
                let body = match known.and_then(|span| span.parse::<u32>().ok()) {
                    Some(span) => format!("{span} * loop.length"),
                    None => "loop.length".to_owned(),
                };
                let span = added(scan, Tag { kind: Kind::Value, body, ..tag.clone() });
                set(cell, Element::new("w:gridSpan").with("w:val", &span));
                cell.set(MERGED, &number.to_string());
            }
        }
    }
}

/// Turns a statement with a value into a tag of that value, for an attribute.
fn value(scan: &mut Scan, number: usize, tag: &Tag) -> String {
    let value = Tag { kind: Kind::Value, body: tag.rest().to_owned(), ..tag.clone() };
    if let Some(known) = scan.tags.get_mut(number) {
        *known = value;
    }
    format!("{}\u{2}", Mark::Typed(number).text())
}

/// Adds a tag and returns its mark for an attribute.
fn added(scan: &mut Scan, tag: Tag) -> String {
    scan.tags.push(tag);
    scan.edges.push((false, false));
    format!("{}\u{2}", Mark::Typed(scan.tags.len() - 1).text())
}

/// Keeps what is in a cell for the first round of a loop only, and merges the cells below with it.
fn vertical(cell: &mut Element, number: usize) {
    let code = |code: String| Mark::Code(code).node();
    let mut inner: Vec<Node> = Vec::new();
    let mut content: Vec<Node> = Vec::new();
    for child in std::mem::take(&mut cell.children) {
        if child.element().is_some_and(|child| child.is("w:tcPr")) {
            inner.push(child);
        } else {
            content.push(child);
        }
    }
    cell.children = inner;
    let merge = Element::new("w:vMerge").with("w:val", &format!("{}\u{2}", Mark::Code("first".to_owned()).text()));
    set(cell, merge);
    cell.children.push(code(format!("if {number}")));
    cell.children.extend(content);
    cell.children.push(code("else".to_owned()));
    cell.children.push(Node::Element(Element::new("w:p")));
    cell.children.push(code("endif".to_owned()));
}

/// Returns whether a cell stands for those of all rounds of a loop.
pub(super) fn is_merged(cell: &Element) -> bool {
    cell.attribute(MERGED).is_some()
}

/// Puts a cell into the first round of its loop only.
pub(super) fn merged(mut cell: Element) -> [Node; 3] {
    let number = cell.attribute(MERGED).unwrap_or_default().to_owned();
    cell.unset(MERGED);
    [Mark::Code(format!("if {number}")).node(), Node::Element(cell), Mark::Code("endif".to_owned()).node()]
}

/// What may stand in the properties of a cell, in the order of the standard.
const ORDER: [&str; 14] = [
    "w:cnfStyle",
    "w:tcW",
    "w:gridSpan",
    "w:hMerge",
    "w:vMerge",
    "w:tcBorders",
    "w:shd",
    "w:noWrap",
    "w:tcMar",
    "w:textDirection",
    "w:tcFitText",
    "w:vAlign",
    "w:hideMark",
    "w:tcPrChange",
];

/// Sets a property of a cell, at its place among the others.
fn set(cell: &mut Element, property: Element) {
    let rank = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    if cell.child("w:tcPr").is_none() {
        cell.children.insert(0, Node::Element(Element::new("w:tcPr")));
    }
    if let Some(properties) = cell.child_mut("w:tcPr") {
        properties.children.retain(|child| child.element().is_none_or(|known| known.name != property.name));
        let own = rank(&property.name);
        let at = properties.children.iter().position(|child| child.element().is_some_and(|known| rank(&known.name) > own));
        properties.children.insert(at.unwrap_or(properties.children.len()), Node::Element(property));
    }
}

/// Makes of `{{tc list }}` a cell for each value of the list.
pub(super) fn one_each(cell: &Element, number: usize, scan: &mut Scan) -> Vec<Node> {
    let Some(tag) = scan.tags.get(number).cloned() else { return Vec::new() };
    let statement = |body: String| Tag { kind: Kind::Statement, body, ..tag.clone() };
    let start = statement(format!("for tdk_cell in {}", tag.body));
    let end = statement("endfor".to_owned());
    if let Some(known) = scan.tags.get_mut(number) {
        *known = Tag { kind: Kind::Value, target: Target::Text, body: "tdk_cell".to_owned(), ..tag.clone() };
    }
    scan.tags.extend([start, end]);
    scan.edges.extend([(false, false); 2]);
    let last = scan.tags.len();
    vec![Mark::Lifted(last - 2).node(), Node::Element(cell.clone()), Mark::Lifted(last - 1).node()]
}
