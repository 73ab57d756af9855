//! Finds the tags of a part. The text of a paragraph is put together over its runs, whatever parts them: spelling marks,
//! revisions, languages, formatting, links, content controls. A tag goes where it starts, with the formatting of that
//! run; what it takes up of the other runs is dropped.

use std::collections::BTreeMap;

use super::mark::Mark;
use super::problem::{FULL_WIDTH, Problem, UNCLOSED_TAG, UNOPENED_TAG};
use super::tag::{Fault, Kind, Stretch, Tag, Target, What, may_hold, scan};
use crate::render::docx::tree::{Element, Node};
use crate::render::docx::view::Place;

/// The tags of a part and what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The tags; marks name them by their number.
    pub(super) tags: Vec<Tag>,
    /// For each tag, whether it stands first in its paragraph, and last.
    pub(super) edges: Vec<(bool, bool)>,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
    /// Where each paragraph of the part stands, by its address in the tree that was read.
    pub(super) places: BTreeMap<usize, Place>,
    /// The place that tags outside paragraphs are given.
    pub(super) here: Place,
}

/// Returns the address of an element, by which its place is known.
pub(super) fn address(element: &Element) -> usize {
    std::ptr::from_ref(element).addr()
}

/// Elements that a paragraph's runs may be wrapped in.
fn is_wrapper(name: &str) -> bool {
    matches!(
        name,
        "w:r"
            | "w:hyperlink"
            | "w:ins"
            | "w:moveTo"
            | "w:smartTag"
            | "w:sdt"
            | "w:sdtContent"
            | "w:fldSimple"
            | "w:customXml"
            | "w:dir"
            | "w:bdo"
    )
}

/// One piece of text of a paragraph.
struct Atom {
    start: usize,
    end: usize,
}

/// Returns the text that an element of a run stands for, and whether it holds the text itself.
fn atom(element: &Element) -> Option<(String, bool)> {
    let text = match element.name.as_str() {
        "w:t" | "w:instrText" => return Some((element.raw_text(), true)),
        "w:tab" => "\t",
        "w:br" if element.attribute("w:type").is_none_or(|kind| kind == "textWrapping") => "\n",
        "w:cr" => "\n",
        "w:noBreakHyphen" => "-",
        "w:softHyphen" => "\u{AD}",
        _ => return None,
    };
    Some((text.to_owned(), false))
}

/// Returns whether what is in an element is not shown, so that its tags are no tags.
fn is_gone(name: &str) -> bool {
    matches!(name, "w:del" | "w:moveFrom" | "w:delText" | "w:delInstrText")
}

impl Scan {
    /// Reads an element that is no part of a paragraph's text, and everything in it.
    pub(super) fn element(&mut self, element: &Element) -> Element {
        match element.name.as_str() {
            // The base and the reading of ruby are texts of their own.
            "w:p" | "w:rt" | "w:rubyBase" => return self.paragraph(element),
            name if is_gone(name) => return element.clone(),
            _ => {}
        }
        let mut out = self.shell(element);
        out.children.reserve(element.children.len());
        for child in &element.children {
            match child {
                Node::Element(child) => out.children.push(Node::Element(self.element(child))),
                Node::Text(text) if may_hold(text) => {
                    let place = self.here.clone();
                    let stretches = self.scan(text, &place);
                    out.children.extend(self.pieces(text, &stretches, &[]));
                }
                child => out.children.push(child.clone()),
            }
        }
        out
    }

    /// Copies an element without what is in it; tags in its attributes become marks.
    fn shell(&mut self, element: &Element) -> Element {
        let mut out = Element { name: element.name.clone(), attributes: element.attributes.clone(), children: Vec::new() };
        for (_, value) in &mut out.attributes {
            if !value.contains("{{") && !value.contains("{%") {
                continue;
            }
            let place = self.here.clone();
            let stretches = self.scan(value, &place);
            let mut written = String::new();
            for piece in self.pieces(value, &stretches, &[]) {
                match piece {
                    Node::Raw(mark) => written.extend([mark.as_str(), "\u{2}"]),
                    Node::Text(text) => written.push_str(&text),
                    Node::Element(_) => {}
                }
            }
            *value = written;
        }
        out
    }

    /// Reads a paragraph.
    fn paragraph(&mut self, paragraph: &Element) -> Element {
        let around = self.here.clone();
        if let Some(place) = self.places.get(&address(paragraph)) {
            self.here = place.clone();
        }
        let (mut text, mut atoms) = (String::new(), Vec::new());
        gather(paragraph, &mut text, &mut atoms);
        let out = if may_hold(&text) {
            let place = self.here.clone();
            let stretches = self.scan(&text, &place);
            let parting = self.parting(&stretches, &atoms);
            let mut cursor =
                Cursor { text: &text, stretches: &stretches, at: 0, parting: &parting, numbers: self.numbers(&stretches) };
            let rebuilt = self.rebuild(paragraph, &mut cursor);
            part(rebuilt)
        } else {
            let mut out = self.shell(paragraph);
            out.children.extend(paragraph.children.iter().map(|child| match child {
                Node::Element(child) => Node::Element(self.inline(child)),
                child => child.clone(),
            }));
            out
        };
        self.here = around;
        out
    }

    /// Copies what is in a paragraph without tags in its own text: there may be text boxes and attributes with some.
    fn inline(&mut self, element: &Element) -> Element {
        if is_wrapper(&element.name) {
            let mut out = self.shell(element);
            out.children.extend(element.children.iter().map(|child| match child {
                Node::Element(child) => Node::Element(self.inline(child)),
                child => child.clone(),
            }));
            return out;
        }
        if atom(element).is_some() { element.clone() } else { self.element(element) }
    }

    /// Finds the tags of a text and keeps them, unless they are comments that only drop themselves.
    fn scan(&mut self, text: &str, place: &Place) -> Vec<(Stretch, Option<usize>)> {
        let (stretches, faults) = scan(text, place);
        for fault in faults {
            let (code, shown) = match &fault {
                Fault::Unclosed(shown) => (UNCLOSED_TAG, shown),
                Fault::Unopened(shown) => (UNOPENED_TAG, shown),
                Fault::FullWidth(shown) => (FULL_WIDTH, shown),
            };
            self.problems.push(Problem::new(code, place, shown));
        }
        let mut kept = Vec::with_capacity(stretches.len());
        let mut last = 0;
        for mut stretch in stretches {
            stretch.start = stretch.start.max(last);
            last = stretch.end;
            let number = match &stretch.what {
                What::Tag(tag) if tag.kind != Kind::Comment || tag.target.element().is_some() => {
                    let is_first = text.get(..stretch.anchor).is_some_and(|before| before.trim().is_empty());
                    let is_last = text.get(stretch.end..).is_some_and(|after| after.trim().is_empty());
                    self.tags.push(Tag::clone(tag));
                    self.edges.push((is_first, is_last));
                    Some(self.tags.len() - 1)
                }
                _ => None,
            };
            kept.push((stretch, number));
        }
        kept
    }

    fn numbers(&self, stretches: &[(Stretch, Option<usize>)]) -> Vec<Option<usize>> {
        stretches.iter().map(|(_, number)| *number).collect()
    }

    /// Returns the tags that part the run they stand in: those of blocks that do not start and end in one piece of text.
    fn parting(&self, stretches: &[(Stretch, Option<usize>)], atoms: &[Atom]) -> Vec<usize> {
        let atom_of = |at: usize| atoms.iter().position(|atom| atom.start <= at && at < atom.end);
        let mut parting = Vec::new();
        let mut open: Vec<Vec<(usize, Option<usize>)>> = Vec::new();
        let settle = |group: Vec<(usize, Option<usize>)>, parting: &mut Vec<usize>| {
            let first = group.first().and_then(|(_, atom)| *atom);
            if first.is_none() || group.iter().any(|(_, atom)| *atom != first) {
                parting.extend(group.into_iter().map(|(tag, _)| tag));
            }
        };
        for (stretch, number) in stretches {
            let Some((number, tag)) = number.and_then(|number| Some((number, self.tags.get(number)?))) else { continue };
            if tag.kind != Kind::Statement {
                continue;
            }
            let entry = (number, atom_of(stretch.anchor));
            match (tag.target, tag.keyword()) {
                (Target::Run, _) => parting.push(number),
                (Target::Text, "for" | "if") => open.push(vec![entry]),
                (Target::Text, "else" | "elif") => match open.last_mut() {
                    Some(group) => group.push(entry),
                    None => parting.push(number),
                },
                (Target::Text, "endfor" | "endif") => match open.pop() {
                    Some(mut group) => {
                        group.push(entry);
                        settle(group, &mut parting);
                    }
                    None => parting.push(number),
                },
                _ => {}
            }
        }
        parting.extend(open.into_iter().flatten().map(|(number, _)| number));
        parting
    }

    /// Copies a paragraph or what is in it with marks for tags.
    fn rebuild(&mut self, element: &Element, cursor: &mut Cursor) -> Element {
        let mut out = self.shell(element);
        for child in &element.children {
            let Node::Element(child) = child else {
                out.children.push(child.clone());
                continue;
            };
            if let Some((text, is_text)) = atom(child).filter(|_| element.is("w:r")) {
                let start = cursor.at;
                cursor.at += text.len();
                if !is_text {
                    if !cursor.is_taken(start) {
                        out.children.push(Node::Element(child.clone()));
                    }
                    continue;
                }
                if !cursor.touches(start, cursor.at) {
                    out.children.push(Node::Element(child.clone()));
                    continue;
                }
                let mut piece = Element { children: cursor.pieces(start, cursor.at), ..self.shell(child) };
                if !piece.children.is_empty() {
                    piece.set("xml:space", "preserve");
                    out.children.push(Node::Element(piece));
                }
            } else if is_wrapper(&child.name) {
                let rebuilt = self.rebuild(child, cursor);
                let was_filled = child.elements().any(|inner| !inner.name.ends_with("Pr"));
                if !was_filled || rebuilt.elements().any(|inner| !inner.name.ends_with("Pr")) {
                    out.children.push(Node::Element(rebuilt));
                }
            } else {
                out.children.push(Node::Element(self.element(child)));
            }
        }
        out
    }

    /// Cuts a text that stands alone into text and marks.
    fn pieces(&self, text: &str, stretches: &[(Stretch, Option<usize>)], parting: &[usize]) -> Vec<Node> {
        let cursor = Cursor { text, stretches, at: 0, parting, numbers: self.numbers(stretches) };
        cursor.pieces(0, text.len())
    }
}

/// Gathers the text of a paragraph and the pieces it is made of.
fn gather(element: &Element, text: &mut String, atoms: &mut Vec<Atom>) {
    for child in element.elements() {
        if let Some((piece, _)) = atom(child).filter(|_| element.is("w:r")) {
            let start = text.len();
            text.push_str(&piece);
            atoms.push(Atom { start, end: text.len() });
        } else if is_wrapper(&child.name) {
            gather(child, text, atoms);
        }
    }
}

/// Where a walk over a paragraph is in its text.
struct Cursor<'s> {
    text: &'s str,
    stretches: &'s [(Stretch, Option<usize>)],
    at: usize,
    parting: &'s [usize],
    numbers: Vec<Option<usize>>,
}

impl Cursor<'_> {
    fn is_taken(&self, at: usize) -> bool {
        self.stretches.iter().any(|(stretch, _)| stretch.start <= at && at < stretch.end)
    }

    fn touches(&self, start: usize, end: usize) -> bool {
        self.stretches.iter().any(|(stretch, _)| stretch.start < end && start < stretch.end)
    }

    /// Cuts a piece of the text into what stays and marks.
    fn pieces(&self, start: usize, end: usize) -> Vec<Node> {
        let mut at = start;
        let mut marks: Vec<(usize, Node)> = Vec::new();
        let mut texts: Vec<(usize, &str)> = Vec::new();
        for ((stretch, _), number) in self.stretches.iter().zip(&self.numbers) {
            if stretch.end <= start || stretch.start >= end {
                continue;
            }
            if at < stretch.start {
                texts.push((at, self.text.get(at..stretch.start).unwrap_or_default()));
            }
            if start <= stretch.anchor && stretch.anchor < end {
                match (&stretch.what, number) {
                    (What::Literal(literal), _) => texts.push((stretch.anchor, literal)),
                    (What::Tag(_), Some(number)) => {
                        let mark = if self.parting.contains(number) { Mark::Parting(*number) } else { Mark::Typed(*number) };
                        marks.push((stretch.anchor, mark.node()));
                    }
                    (What::Tag(_), None) => {}
                }
            }
            at = at.max(stretch.end.min(end));
        }
        if at < end {
            texts.push((at, self.text.get(at..end).unwrap_or_default()));
        }
        let mut marks = marks.into_iter().peekable();
        let mut all: Vec<Node> = Vec::new();
        for (place, text) in texts {
            while let Some((_, mark)) = marks.next_if(|(at, _)| *at < place) {
                all.push(mark);
            }
            match all.last_mut() {
                _ if text.is_empty() => {}
                Some(Node::Text(last)) => last.push_str(text),
                _ => all.push(Node::Text(text.to_owned())),
            }
        }
        all.extend(marks.map(|(_, mark)| mark));
        all
    }
}

/// Parts the runs of a paragraph at the marks that ask for it, so that those stand in the paragraph itself.
fn part(mut paragraph: Element) -> Element {
    let children = std::mem::take(&mut paragraph.children);
    for child in children {
        match child {
            Node::Element(element) if !element.is("w:pPr") => paragraph.children.extend(parted(element)),
            child => paragraph.children.push(child),
        }
    }
    paragraph
}

fn is_parting(node: &Node) -> bool {
    matches!(Mark::of(node), Some(Mark::Parting(_)))
}

/// Parts one element; the pieces have its properties each.
fn parted(element: Element) -> Vec<Node> {
    fn holds(element: &Element) -> bool {
        element.children.iter().any(|child| match child {
            Node::Element(inner) => !inner.is("w:p") && holds(inner),
            node => is_parting(node),
        })
    }
    if !(is_wrapper(&element.name) || atom(&element).is_some()) || !holds(&element) {
        return vec![Node::Element(element)];
    }
    if element.is("w:sdt") {
        // A content control cannot be parted: what is in it stays, the control goes.
        let content = element.children.into_iter().filter_map(|child| match child {
            Node::Element(child) if child.is("w:sdtContent") => Some(child.children),
            _ => None,
        });
        return content.flatten().flat_map(parted_node).collect();
    }
    let Element { name, attributes, children } = element;
    let mut shell = Element { name, attributes, children: Vec::new() };
    let mut pieces = Vec::new();
    let mut current = shell.clone();
    let close = |current: Element, pieces: &mut Vec<Node>| {
        let is_property = |node: &Node| node.element().is_some_and(|inner| inner.name.ends_with("Pr"));
        if !current.children.iter().all(is_property) {
            pieces.push(Node::Element(current));
        }
    };
    for child in children.into_iter().flat_map(parted_node) {
        if is_parting(&child) {
            close(std::mem::replace(&mut current, shell.clone()), &mut pieces);
            pieces.push(child);
        } else {
            if child.element().is_some_and(|inner| inner.name.ends_with("Pr")) {
                shell.children.push(child.clone());
            }
            current.children.push(child);
        }
    }
    close(current, &mut pieces);
    pieces
}

fn parted_node(node: Node) -> Vec<Node> {
    match node {
        Node::Element(element) => parted(element),
        node => vec![node],
    }
}
