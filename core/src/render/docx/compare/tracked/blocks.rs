//! The revisions of paragraphs and tables in a body, a cell, a header.

use super::bring::Bring;
use super::mark::{Change, Marker};
use super::units::Names;
use super::{inline, is_entry};
use crate::render::docx::DocxError;
use crate::render::docx::compare::align::{Piece, align};
use crate::render::docx::compare::lcs::Step;
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::{Element, Node};
use crate::render::docx::view;

/// Merges one part of the old document into the one of the copy.
pub(super) struct Merge<'m, 'a, 'p> {
    pub(super) marker: &'m mut Marker<'a>,
    pub(super) bring: Bring<'p>,
    pub(super) old_styles: &'m Styles,
    pub(super) new_styles: &'m Styles,
    pub(super) names: (Names, Names),
}

/// A paragraph, a table or a content control; or a row.
struct Block<'e> {
    element: &'e Element,
    text: String,
    kind: u32,
}

impl Piece for Block<'_> {
    fn text(&self) -> &str {
        &self.text
    }

    fn kind(&self) -> u32 {
        self.kind
    }
}

impl<'e> Block<'e> {
    fn of(element: &'e Element) -> Option<Block<'e>> {
        let kind = match element.name.as_str() {
            "w:p" => 0,
            "w:tbl" => 1,
            "w:sdt" => 2,
            _ => return None,
        };
        Some(Block { element, text: text(element), kind })
    }

    /// A row is paired with rows of as many cells.
    fn row(element: &'e Element) -> Block<'e> {
        let cells = element.elements().filter(|cell| cell.is("w:tc")).count();
        Block { element, text: text(element), kind: u32::try_from(cells).unwrap_or(u32::MAX) }
    }
}

/// Returns the text of all paragraphs in an element.
fn text(element: &Element) -> String {
    if element.is("w:p") {
        return view::text_of(element);
    }
    let mut lines = Vec::new();
    element.visit(&mut |inner| {
        if inner.is("w:p") {
            lines.push(view::text_of(inner));
        }
    });
    lines.join("\n")
}

impl Merge<'_, '_, '_> {
    /// Merges the blocks of two containers; what is no block stays as the new one has it.
    pub(super) fn container(&mut self, old: &Element, new: &mut Element) -> Result<(), DocxError> {
        let before: Vec<Block> =
            old.elements().filter(|block| !self.is_made(block, self.old_styles)).filter_map(Block::of).collect();
        let children = std::mem::take(&mut new.children);
        let is_block = |element: &Element| !self.is_made(element, self.new_styles) && Block::of(element).is_some();
        let after: Vec<Block> =
            children.iter().filter_map(Node::element).filter(|element| is_block(element)).filter_map(Block::of).collect();
        let mut steps = align(&before, &after);
        pair_last(&mut steps, &before, &after);
        let trailing = trailing(&steps, &before, &after);
        let blocks: Vec<bool> = children.iter().map(|child| child.element().is_some_and(is_block)).collect();
        drop(after);
        let mut left = children.into_iter().zip(blocks);
        let mut made: Vec<Node> = Vec::new();
        let mut last_kept: Option<Element> = None;
        for (at, step) in steps.iter().enumerate() {
            let shifts = trailing.filter(|from| at >= *from);
            // Marks of the end: one paragraph earlier, since the last mark of a container cannot go.
            let own_mark = shifts.is_none() || at + 1 < steps.len();
            match step {
                Step::Old(a) => {
                    let Some(block) = before.get(*a) else { continue };
                    let first = made.len();
                    self.removed(block.element, &mut made)?;
                    if shifts.is_some()
                        && let Some(paragraph) = made.get_mut(first).and_then(Node::element_mut)
                    {
                        if let Some(kept) = last_kept.as_ref().filter(|_| at + 1 == steps.len()) {
                            with_properties(paragraph, kept);
                        }
                        if own_mark {
                            self.marker.paragraph_mark(paragraph, Change::Deleted);
                        }
                    } else {
                        self.mark_paragraphs(made.get_mut(first..).unwrap_or_default(), Change::Deleted);
                    }
                }
                Step::New(_) | Step::Both(..) => {
                    let mut block = None;
                    for (child, is_block) in left.by_ref() {
                        match child {
                            Node::Element(element) if is_block => {
                                block = Some(element);
                                break;
                            }
                            other => made.push(other),
                        }
                    }
                    let Some(mut block) = block else { continue };
                    if let Step::Both(a, _) = step {
                        if let Some(was) = before.get(*a) {
                            self.kept(was.element, &mut block)?;
                        }
                        if trailing == Some(at + 1) {
                            last_kept = Some(block.clone());
                            let change = if matches!(steps.get(at + 1), Some(Step::Old(_))) {
                                Change::Deleted
                            } else {
                                Change::Inserted
                            };
                            self.marker.paragraph_mark(&mut block, change);
                        }
                        made.push(block.into());
                    } else {
                        let mut block = self.added(&block)?;
                        if own_mark {
                            self.mark_paragraphs(std::slice::from_mut(&mut block), Change::Inserted);
                        }
                        made.push(block);
                    }
                }
            }
        }
        made.extend(left.map(|(child, _)| child));
        new.children = made;
        Ok(())
    }

    /// Returns whether Word makes a block itself: a table of contents.
    fn is_made(&self, block: &Element, styles: &Styles) -> bool {
        match block.name.as_str() {
            "w:p" => is_entry(block, styles),
            "w:sdt" => block.value_at(&["w:sdtPr", "w:docPartObj", "w:docPartGallery"]) == Some("Table of Contents"),
            _ => false,
        }
    }

    /// Merges two blocks that are one.
    fn kept(&mut self, old: &Element, new: &mut Element) -> Result<(), DocxError> {
        match new.name.as_str() {
            "w:p" => inline::merge(old, new, (&self.names.0, &self.names.1), self.marker, &mut self.bring),
            "w:tbl" => self.table(old, new),
            _ => match (old.child("w:sdtContent"), new.child_mut("w:sdtContent")) {
                (Some(old), Some(new)) => self.container(old, new),
                _ => Ok(()),
            },
        }
    }

    /// Marks everything in a new block as inserted, but for the marks of its paragraphs.
    fn added(&mut self, block: &Element) -> Result<Node, DocxError> {
        if block.is("w:p") {
            return Ok(inline::whole(block, Change::Inserted, &self.names.1, self.marker, None)?.into());
        }
        let mut made = Element { children: Vec::new(), ..block.clone() };
        for child in &block.children {
            match child {
                Node::Element(inner) if !inner.name.ends_with("Pr") => made.children.push(self.added(inner)?),
                other => made.children.push(other.clone()),
            }
        }
        if made.is("w:tr") {
            self.marker.row(&mut made, Change::Inserted);
        }
        Ok(made.into())
    }

    /// Brings an old block as deleted; of a content control only what is in it.
    fn removed(&mut self, block: &Element, out: &mut Vec<Node>) -> Result<(), DocxError> {
        match block.name.as_str() {
            "w:p" => {
                let made = inline::whole(block, Change::Deleted, &self.names.0, self.marker, Some(&mut self.bring))?;
                out.push(made.into());
            }
            "w:tbl" | "w:tr" | "w:tc" => {
                let mut made = Element { children: Vec::new(), ..block.clone() };
                for child in block.elements() {
                    match child.name.as_str() {
                        "w:p" | "w:tbl" | "w:tr" | "w:tc" | "w:sdt" => self.removed(child, &mut made.children)?,
                        "w:bookmarkStart" | "w:bookmarkEnd" => {}
                        _ => made.children.push(child.clone().into()),
                    }
                }
                if made.is("w:tr") {
                    self.marker.row(&mut made, Change::Deleted);
                }
                out.push(made.into());
            }
            _ => {
                for child in block.elements().filter(|child| !child.name.ends_with("Pr")) {
                    self.removed(child, out)?;
                }
            }
        }
        Ok(())
    }

    /// Marks the marks of all paragraphs.
    fn mark_paragraphs(&mut self, blocks: &mut [Node], change: Change) {
        for block in blocks.iter_mut().filter_map(Node::element_mut) {
            if block.is("w:p") {
                self.marker.paragraph_mark(block, change);
            } else {
                self.mark_paragraphs(&mut block.children, change);
            }
        }
    }

    /// Merges two tables by rows; rows of as many cells are merged cell by cell.
    fn table(&mut self, old: &Element, new: &mut Element) -> Result<(), DocxError> {
        let before: Vec<Block> = old.elements().filter(|row| row.is("w:tr")).map(Block::row).collect();
        let children = std::mem::take(&mut new.children);
        let after: Vec<Block> =
            children.iter().filter_map(Node::element).filter(|row| row.is("w:tr")).map(Block::row).collect();
        let steps = align(&before, &after);
        drop(after);
        let mut left = children.into_iter();
        let mut made = Vec::new();
        for step in steps {
            if let Step::Old(a) = step {
                // Properties and grid come before every row.
                if made.is_empty() {
                    let first = left.as_slice().iter().position(|child| child.element().is_some_and(|child| child.is("w:tr")));
                    made.extend(left.by_ref().take(first.unwrap_or(0)));
                }
                let first = made.len();
                if let Some(row) = before.get(a) {
                    self.removed(row.element, &mut made)?;
                }
                self.mark_paragraphs(made.get_mut(first..).unwrap_or_default(), Change::Deleted);
                continue;
            }
            let mut row = None;
            for child in left.by_ref() {
                match child {
                    Node::Element(element) if element.is("w:tr") => {
                        row = Some(element);
                        break;
                    }
                    other => made.push(other),
                }
            }
            let Some(mut row) = row else { continue };
            if let Step::Both(a, _) = step {
                let cells = before.get(a).map(|row| row.element.elements().filter(|cell| cell.is("w:tc")));
                let new_cells = row.elements_mut().filter(|cell| cell.is("w:tc"));
                for (old, new) in cells.into_iter().flatten().zip(new_cells) {
                    self.container(old, new)?;
                }
                made.push(row.into());
            } else {
                let mut row = self.added(&row)?;
                self.mark_paragraphs(std::slice::from_mut(&mut row), Change::Inserted);
                made.push(row);
            }
        }
        made.extend(left);
        new.children = made;
        Ok(())
    }
}

/// Pairs the last paragraphs of two containers when neither is paired: the last mark of a container cannot go, so its text
/// is replaced instead.
fn pair_last(steps: &mut Vec<Step>, old: &[Block], new: &[Block]) {
    let (Some(last_old), Some(last_new)) = (old.len().checked_sub(1), new.len().checked_sub(1)) else { return };
    let paragraphs = old.last().is_some_and(|block| block.kind == 0) && new.last().is_some_and(|block| block.kind == 0);
    let alone = [Step::Old(last_old), Step::New(last_new)];
    if paragraphs && alone.iter().all(|step| steps.contains(step)) {
        steps.retain(|step| !alone.contains(step));
        steps.push(Step::Both(last_old, last_new));
    }
}

/// Returns from which step on a container ends with paragraphs that are all inserted or all deleted, after one that is kept.
fn trailing(steps: &[Step], old: &[Block], new: &[Block]) -> Option<usize> {
    let plain = |list: &[Block], at: usize| list.get(at).is_some_and(|block| block.kind == 0);
    let last = steps.last()?;
    let same = |step: &&Step| match (step, last) {
        (Step::Old(a), Step::Old(_)) => plain(old, *a),
        (Step::New(b), Step::New(_)) => plain(new, *b),
        _ => false,
    };
    let from = steps.len() - steps.iter().rev().take_while(same).count();
    let kept = from.checked_sub(1).and_then(|at| steps.get(at));
    let after_paragraph = matches!(kept, Some(Step::Both(a, b)) if plain(old, *a) && plain(new, *b));
    (from < steps.len() && after_paragraph).then_some(from)
}

/// Gives a paragraph the properties of another one.
fn with_properties(paragraph: &mut Element, kept: &Element) {
    paragraph.children.retain(|child| child.element().is_none_or(|child| !child.is("w:pPr")));
    if let Some(properties) = kept.child("w:pPr") {
        let mut properties = properties.clone();
        properties.children.retain(|child| child.element().is_none_or(|child| !child.is("w:sectPr")));
        paragraph.children.insert(0, properties.into());
    }
}
