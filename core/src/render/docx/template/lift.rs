//! Puts tags where they take effect: `{%p %}` in the place of its paragraph, `{%tr %}` of its row, `{%tc %}` of its
//! cell; `{%- -%}` joins paragraphs.

use super::cells;
use super::mark::{Mark, remove, unlifted};
use super::problem::{LOST, NO_TARGET, Problem};
use super::runs::Scan;
use super::tag::{Kind, Tag, Target};
use crate::model::Text;
use crate::render::docx::tree::{Element, Node};
use crate::render::docx::view::text_of;

/// Puts the tags of a part where they take effect.
pub(super) fn lift(root: Element, scan: &mut Scan) -> Element {
    let mut root = root;
    join(&mut root, scan);
    let mut root = lifted(root, scan);
    for tag in unlifted(&root) {
        let Some(found) = scan.tags.get(tag).filter(|tag| tag.target.element().is_some()) else { continue };
        let letters = found.target.letters();
        let needed = match found.target {
            Target::Row | Target::Cell => Text::new("表", "a table"),
            _ => Text::new("段落", "a paragraph"),
        };
        let problem = Problem::new(NO_TARGET, &found.place, &found.source).with("letters", letters).with("needed", needed);
        scan.problems.push(problem);
        remove(&mut root, &[tag]);
    }
    root
}

/// Joins paragraphs at the tags that ask for it.
fn join(element: &mut Element, scan: &Scan) {
    for child in element.elements_mut() {
        join(child, scan);
    }
    let mut at = 0;
    while at < element.children.len() {
        if joins(element, at, scan) {
            let taken = element.children.remove(at + 1);
            if let (Some(Node::Element(first)), Node::Element(taken)) = (element.children.get_mut(at), taken) {
                let section = taken.at(&["w:pPr", "w:sectPr"]).cloned();
                first
                    .children
                    .extend(taken.children.into_iter().filter(|child| child.element().is_none_or(|inner| !inner.is("w:pPr"))));
                if let Some(section) = section {
                    set_section(first, section);
                }
            }
        } else {
            at += 1;
        }
    }
}

/// Returns whether the paragraph at this place and the one behind it are joined.
fn joins(element: &Element, at: usize, scan: &Scan) -> bool {
    let paragraph = |at: usize| element.children.get(at).and_then(Node::element).filter(|child| child.is("w:p"));
    let (Some(first), Some(second)) = (paragraph(at), paragraph(at + 1)) else { return false };
    let edge = |tag: Option<usize>| tag.and_then(|tag| Some((scan.tags.get(tag)?, *scan.edges.get(tag)?)));
    let is_statement = |tag: &Tag| tag.kind == Kind::Statement;
    let after = edge(unlifted(first).last().copied());
    let before = edge(unlifted(second).first().copied());
    after.is_some_and(|(tag, (_, is_last))| tag.joins_after && is_last && is_statement(tag))
        || before.is_some_and(|(tag, (is_first, _))| tag.joins_before && is_first && is_statement(tag))
}

/// Gives a paragraph the section break of another one.
pub(super) fn set_section(paragraph: &mut Element, section: Element) {
    if paragraph.child("w:pPr").is_none() {
        paragraph.children.insert(0, Node::Element(Element::new("w:pPr")));
    }
    if let Some(properties) = paragraph.child_mut("w:pPr") {
        properties.children.retain(|child| child.element().is_none_or(|inner| !inner.is("w:sectPr")));
        // It stands before the mark of a change.
        let end = properties.children.iter().position(|child| child.element().is_some_and(|inner| inner.is("w:pPrChange")));
        let end = end.unwrap_or(properties.children.len());
        properties.children.insert(end, Node::Element(section));
    }
}

/// Marks a paragraph that only carries the break of a section over; `fix` joins it to the one before.
pub(super) const CARRIER: &str = "tdk-section";

/// Makes a paragraph that carries the break of a section.
pub(super) fn carrier(section: &Element) -> Element {
    let mut paragraph = Element::new("w:p").with(CARRIER, "1");
    set_section(&mut paragraph, section.clone());
    paragraph
}

/// Lifts the tags of an element and of everything in it, the innermost first.
fn lifted(mut element: Element, scan: &mut Scan) -> Element {
    let mut children = Vec::with_capacity(element.children.len());
    for child in std::mem::take(&mut element.children) {
        match child {
            Node::Element(child) => {
                let mut child = lifted(child, scan);
                let target = match child.name.as_str() {
                    "w:p" => Target::Paragraph,
                    "w:tc" => {
                        cells::apply(&mut child, scan);
                        Target::Cell
                    }
                    "w:tr" => Target::Row,
                    _ => {
                        children.push(Node::Element(child));
                        continue;
                    }
                };
                let own: Vec<usize> = unlifted(&child)
                    .into_iter()
                    .filter(|tag| scan.tags.get(*tag).is_some_and(|tag| tag.target == target))
                    .collect();
                if own.is_empty() {
                    if target == Target::Cell && cells::is_merged(&child) {
                        children.extend(cells::merged(child));
                    } else {
                        children.push(Node::Element(child));
                    }
                } else {
                    children.extend(replaced(child, &own, target, scan));
                }
            }
            child => children.push(child),
        }
    }
    element.children = children;
    keep_sections(&mut element, scan);
    element
}

/// Keeps the break of a section that may be left out without its section: when the block does not start where the section
/// does, what stands before it would fall to the next section.
fn keep_sections(element: &mut Element, scan: &Scan) {
    let section = |node: &Node| {
        node.element().filter(|child| child.is("w:p")).and_then(|child| child.at(&["w:pPr", "w:sectPr"]).cloned())
    };
    if !element.children.iter().any(|child| section(child).is_some()) {
        return;
    }
    // For each open block: whether it starts with a section, whether it has another branch, the last break in it.
    let mut open: Vec<(bool, bool, Option<Element>)> = Vec::new();
    let mut at_start = true;
    let mut children = Vec::with_capacity(element.children.len());
    for child in std::mem::take(&mut element.children) {
        let word = match Mark::of(&child) {
            Some(Mark::Lifted(tag)) => scan.tags.get(tag).filter(|tag| tag.kind == Kind::Statement).map_or("", Tag::keyword),
            _ => "",
        };
        match word {
            "for" | "if" => open.push((at_start, false, None)),
            "else" | "elif" => {
                if let Some((_, has_other, _)) = open.last_mut() {
                    *has_other = true;
                }
            }
            "endfor" | "endif" => {
                if let Some((false, false, Some(section))) = open.pop() {
                    children.push(Mark::Code("else".to_owned()).node());
                    children.push(Node::Element(carrier(&section)));
                }
            }
            _ => {}
        }
        if child.element().is_some() {
            let found = section(&child);
            at_start = found.is_some();
            if let Some((_, _, last)) = open.last_mut()
                && found.is_some()
            {
                *last = found;
            }
        }
        children.push(child);
    }
    element.children = children;
}

/// Returns what comes in the place of an element whose tags ask for it.
fn replaced(mut element: Element, own: &[usize], target: Target, scan: &mut Scan) -> Vec<Node> {
    let section = element.at(&["w:pPr", "w:sectPr"]).cloned();
    let source = element.clone();
    remove(&mut element, own);
    let rest = text_of_all(&element);
    let others = unlifted(&element);
    let tags: Vec<(usize, Tag)> = own.iter().filter_map(|tag| Some((*tag, scan.tags.get(*tag)?.clone()))).collect();
    let is_blank = rest.trim().is_empty() && others.is_empty();
    let mut nodes = Vec::new();
    if tags.len() > 1 && !is_blank && is_balanced(&tags) {
        // `{%tr for … %} … {%tr endfor %}` in one row: the row is what is repeated.
        let closes = |tag: &Tag| tag.keyword().starts_with("end");
        nodes.extend(tags.iter().filter(|(_, tag)| !closes(tag)).map(|(tag, _)| Mark::Lifted(*tag).node()));
        nodes.push(Node::Element(element));
        nodes.extend(tags.iter().filter(|(_, tag)| closes(tag)).map(|(tag, _)| Mark::Lifted(*tag).node()));
        return nodes;
    }
    if !is_blank && let Some((_, tag)) = tags.first() {
        let lost = if rest.trim().is_empty() {
            others.first().and_then(|tag| scan.tags.get(*tag)).map(|tag| tag.source.clone())
        } else {
            Some(rest.trim().to_owned())
        };
        let problem = Problem::new(LOST, &tag.place, &tag.source)
            .with("letters", target.letters())
            .with("lost", lost.unwrap_or_default());
        scan.problems.push(problem);
    }
    for (number, tag) in tags {
        match (tag.kind, target) {
            (Kind::Comment, _) => {}
            (Kind::Value, Target::Cell) => nodes.extend(cells::one_each(&source, number, scan)),
            (Kind::Value, Target::Row) => {
                let problem = Problem::new(NO_TARGET, &tag.place, &tag.source);
                let needed = Text::new("{%tr for … %}", "{%tr for … %}");
                scan.problems.push(problem.with("letters", "tr").with("needed", needed));
            }
            (Kind::Value, _) => {
                // The paragraph stays around the tag: its properties are those of what is put in.
                let mut around = Element::new("w:p");
                around.children.extend(source.child("w:pPr").cloned().map(Node::Element));
                if let Some(properties) = around.child_mut("w:pPr") {
                    properties.children.retain(|child| child.element().is_none_or(|inner| !inner.is("w:sectPr")));
                }
                around.children.push(Mark::Lifted(number).node());
                nodes.push(Node::Element(around));
            }
            (Kind::Statement, _) => nodes.push(Mark::Lifted(number).node()),
        }
    }
    nodes.extend(section.map(|section| Node::Element(carrier(&section))));
    nodes
}

/// Returns the text of all paragraphs in an element.
fn text_of_all(element: &Element) -> String {
    if element.is("w:p") {
        return text_of(element);
    }
    element.elements().map(text_of_all).collect::<Vec<_>>().join(" ")
}

/// Returns whether tags open first and then close what they opened.
fn is_balanced(tags: &[(usize, Tag)]) -> bool {
    let mut open = Vec::new();
    let mut is_closing = false;
    for (_, tag) in tags {
        match tag.keyword() {
            word @ ("for" | "if") if tag.kind == Kind::Statement && !is_closing => open.push(word.to_owned()),
            word if tag.kind == Kind::Statement
                && word.strip_prefix("end").is_some_and(|word| open.last().is_some_and(|open| open == word)) =>
            {
                is_closing = true;
                open.pop();
            }
            _ => return false,
        }
    }
    open.is_empty()
}
