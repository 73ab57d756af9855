//! The marks of revisions: `w:ins` and `w:del` around runs, on paragraph marks and on rows.

use super::Author;
use crate::render::docx::tree::{Element, Node};

/// What a revision did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Inserted,
    Deleted,
}

/// Makes marks, each with an id of its own.
#[derive(Debug)]
pub(super) struct Marker<'a> {
    author: Author<'a>,
    next: u32,
}

impl Change {
    pub(super) fn name(self) -> &'static str {
        match self {
            Change::Inserted => "w:ins",
            Change::Deleted => "w:del",
        }
    }
}

impl<'a> Marker<'a> {
    pub(super) fn new(author: Author<'a>, first: u32) -> Marker<'a> {
        Marker { author, next: first }
    }

    /// Makes an empty mark.
    pub(super) fn mark(&mut self, change: Change) -> Element {
        let id = self.next.to_string();
        self.next = self.next.saturating_add(1);
        let date = format!("{}T00:00:00Z", self.author.date);
        Element::new(change.name()).with("w:id", &id).with("w:author", self.author.name).with("w:date", &date)
    }

    /// Puts a mark around runs. Around what is no run, the mark goes inside.
    pub(super) fn around(&mut self, elements: Vec<Element>, change: Change, out: &mut Vec<Node>) {
        let mut open: Option<Element> = None;
        for element in elements {
            if element.is("w:r") || element.is("m:oMath") || element.is("m:oMathPara") {
                let mark = open.get_or_insert_with(|| self.mark(change));
                mark.children.push(Node::Element(if change == Change::Deleted { deleted(element) } else { element }));
                continue;
            }
            out.extend(open.take().map(Node::Element));
            out.push(Node::Element(self.inside(element, change)));
        }
        out.extend(open.map(Node::Element));
    }

    /// Marks the runs inside a hyperlink or a content control.
    fn inside(&mut self, mut element: Element, change: Change) -> Element {
        let children = std::mem::take(&mut element.children);
        for child in children {
            match child {
                Node::Element(run) if run.is("w:r") => self.around(vec![run], change, &mut element.children),
                Node::Element(properties) if properties.name.ends_with("Pr") => element.children.push(properties.into()),
                Node::Element(inner) => {
                    let inner = self.inside(inner, change);
                    element.children.push(inner.into());
                }
                other => element.children.push(other),
            }
        }
        element
    }

    /// Marks the mark of a paragraph.
    pub(super) fn paragraph_mark(&mut self, paragraph: &mut Element, change: Change) {
        let mark = self.mark(change);
        let at = paragraph.children.iter().position(|child| child.element().is_some_and(|child| child.is("w:pPr")));
        if at.is_none() {
            paragraph.children.insert(0, Element::new("w:pPr").into());
        }
        let Some(properties) = paragraph.child_mut("w:pPr") else { return };
        if properties.child("w:rPr").is_none() {
            // Only a section break and a change of the properties come after those of the mark.
            let last = |node: &Node| node.element().is_some_and(|child| child.is("w:sectPr") || child.is("w:pPrChange"));
            let at = properties.children.iter().position(last).unwrap_or(properties.children.len());
            properties.children.insert(at, Element::new("w:rPr").into());
        }
        if let Some(run) = properties.child_mut("w:rPr") {
            run.children.insert(0, mark.into());
        }
    }

    /// Marks a row.
    pub(super) fn row(&mut self, row: &mut Element, change: Change) {
        let mark = self.mark(change);
        if row.child("w:trPr").is_none() {
            let at = row.children.iter().position(|child| child.element().is_none_or(|child| !child.is("w:tblPrEx")));
            row.children.insert(at.unwrap_or(0), Element::new("w:trPr").into());
        }
        if let Some(properties) = row.child_mut("w:trPr") {
            let last = |node: &Node| node.element().is_some_and(|child| child.is("w:trPrChange"));
            let at = properties.children.iter().position(last).unwrap_or(properties.children.len());
            properties.children.insert(at, mark.into());
        }
    }
}

/// Text of a deleted run has names of its own.
fn deleted(mut run: Element) -> Element {
    for child in run.elements_mut() {
        match child.name.as_str() {
            "w:t" => "w:delText".clone_into(&mut child.name),
            "w:instrText" => "w:delInstrText".clone_into(&mut child.name),
            _ => {}
        }
    }
    run
}
