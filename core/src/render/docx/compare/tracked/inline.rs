//! The revisions inside one paragraph.

use super::bring::Bring;
use super::mark::{Change, Marker};
use super::units::{Body, Names, Unit, Units, units};
use crate::render::docx::DocxError;
use crate::render::docx::compare::spans::stretches;
use crate::render::docx::tree::{Element, Node};

/// Rewrites a paragraph of the new document with what changed in it.
pub(super) fn merge(
    old: &Element,
    new: &mut Element,
    names: (&Names, &Names),
    marker: &mut Marker,
    bring: &mut Bring,
) -> Result<(), DocxError> {
    let (before, after) = (units(old, names.0), units(new, names.1));
    // What shows nothing takes no part: the new document's stays where it is.
    let old_units: Vec<&Unit> = before.list.iter().filter(|unit| !unit.is_marker()).collect();
    let new_units: Vec<&Unit> = after.list.iter().filter(|unit| !unit.is_marker()).collect();
    if old_units.iter().map(|unit| &unit.key).eq(new_units.iter().map(|unit| &unit.key)) {
        return Ok(());
    }
    let keys = |list: &[&Unit]| list.iter().map(|unit| unit.key.clone()).collect::<Vec<_>>();
    let found = stretches(&keys(&old_units), &keys(&new_units));
    let mut out: Vec<Node> =
        new.children.iter().filter(|child| child.element().is_some_and(|child| child.is("w:pPr"))).cloned().collect();
    let mut old_left = old_units.into_iter();
    let mut new_left = after.list.iter().peekable();
    for stretch in found {
        let gone: Vec<&Unit> = old_left.by_ref().take(stretch.old).collect();
        if !stretch.same && !gone.is_empty() {
            let elements = bring.elements(elements(&gone, &before))?;
            marker.around(elements, Change::Deleted, &mut out);
        }
        let mut wanted = stretch.new;
        let mut batch: Vec<&Unit> = Vec::new();
        while wanted > 0 {
            let Some(unit) = new_left.next() else { break };
            if unit.is_marker() {
                put(&mut batch, stretch.same, &after, marker, &mut out);
                if let Body::Marker(element) = &unit.body {
                    out.push(Node::Element(element.clone()));
                }
            } else {
                wanted -= 1;
                batch.push(unit);
            }
        }
        put(&mut batch, stretch.same, &after, marker, &mut out);
    }
    for unit in new_left {
        if let Body::Marker(element) = &unit.body {
            out.push(Node::Element(element.clone()));
        }
    }
    new.children = out;
    Ok(())
}

/// Writes pieces of the new document that are kept or inserted.
fn put(batch: &mut Vec<&Unit>, same: bool, of: &Units, marker: &mut Marker, out: &mut Vec<Node>) {
    let elements = elements(&std::mem::take(batch), of);
    if same {
        out.extend(elements.into_iter().map(Node::Element));
    } else {
        marker.around(elements, Change::Inserted, out);
    }
}

/// Marks all of a paragraph and its mark as inserted or deleted.
pub(super) fn whole(
    paragraph: &Element,
    change: Change,
    names: &Names,
    marker: &mut Marker,
    bring: Option<&mut Bring>,
) -> Result<Element, DocxError> {
    let pieces = units(paragraph, names);
    let mut made = Element { children: Vec::new(), ..paragraph.clone() };
    let is_kept = |child: &&Node| child.element().is_some_and(|child| child.is("w:pPr"));
    made.children.extend(paragraph.children.iter().filter(is_kept).cloned());
    let mut batch: Vec<&Unit> = Vec::new();
    match bring {
        Some(bring) => {
            let kept: Vec<&Unit> = pieces.list.iter().filter(|unit| !unit.is_marker()).collect();
            let elements = bring.elements(elements(&kept, &pieces))?;
            marker.around(elements, change, &mut made.children);
            bring.properties(&mut made);
        }
        None => {
            for unit in &pieces.list {
                match &unit.body {
                    Body::Marker(element) => {
                        marker.around(elements(&std::mem::take(&mut batch), &pieces), change, &mut made.children);
                        made.children.push(Node::Element(element.clone()));
                    }
                    _ => batch.push(unit),
                }
            }
            marker.around(elements(&batch, &pieces), change, &mut made.children);
        }
    }
    Ok(made)
}

impl Unit {
    pub(super) fn is_marker(&self) -> bool {
        matches!(self.body, Body::Marker(_))
    }
}

/// Puts pieces together to runs again; text of one run becomes one run.
fn elements(list: &[&Unit], of: &Units) -> Vec<Element> {
    let mut made: Vec<Element> = Vec::new();
    let mut open: Option<usize> = None;
    for unit in list {
        match &unit.body {
            Body::Whole(elements) => {
                open = None;
                made.extend(elements.iter().cloned());
            }
            Body::Marker(_) => {}
            Body::Text(parts) => {
                for (number, text) in parts {
                    if open != Some(*number) {
                        let mut run = Element::new("w:r");
                        run.children.extend(of.runs.get(*number).cloned().flatten().map(Node::Element));
                        made.push(run.holding(Element::new("w:t").with("xml:space", "preserve")));
                        open = Some(*number);
                    }
                    if let Some(shown) = made.last_mut().and_then(|run| run.child_mut("w:t")) {
                        match shown.children.last_mut() {
                            Some(Node::Text(old)) => old.push_str(text),
                            _ => shown.children.push(Node::Text(text.clone())),
                        }
                    }
                }
            }
        }
    }
    made
}
