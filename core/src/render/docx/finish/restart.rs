//! Lists that start anew where a template asks for it.

use std::collections::BTreeMap;

use super::markers::{self, Marker};
use super::numbering::Numbering;
use crate::render::docx::sheet::Sheet;
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::{Element, Node};

/// Starts the list that follows each mark anew. Headings are not started anew: they are no list of a loop.
pub(super) fn apply(root: &mut Element, sheet: &mut Sheet, numbering: &Numbering, styles: &Styles) {
    let mut is_asked = false;
    let mut renamed: BTreeMap<String, u32> = BTreeMap::new();
    root.visit_mut(&mut |paragraph| {
        if !paragraph.is("w:p") {
            return;
        }
        is_asked |= markers::of(paragraph).contains(&Marker::Restart);
        let Some((list, level)) = numbering.list_of(paragraph, styles) else { return };
        if styles.heading(paragraph).is_some() {
            return;
        }
        if std::mem::take(&mut is_asked) {
            let Some(new) = list.parse().ok().and_then(|list| sheet.restart(list)) else { return };
            renamed.insert(list.clone(), new);
        }
        if let Some(new) = renamed.get(&list) {
            number(paragraph, *new, level);
        }
    });
}

/// Puts a paragraph into a list.
fn number(paragraph: &mut Element, list: u32, level: usize) {
    let value = |name: &str, value: String| Element::new(name).with("w:val", &value);
    let new = Element::new("w:numPr").holding(value("w:ilvl", level.to_string())).holding(value("w:numId", list.to_string()));
    if paragraph.child("w:pPr").is_none() {
        paragraph.children.insert(0, Element::new("w:pPr").into());
    }
    let Some(properties) = paragraph.child_mut("w:pPr") else { return };
    if let Some(known) = properties.child_mut("w:numPr") {
        *known = new;
        return;
    }
    let before = ["w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:framePr", "w:widowControl"];
    let is_before = |node: &&Node| node.element().is_some_and(|element| before.contains(&element.name.as_str()));
    let at = properties.children.iter().take_while(is_before).count();
    properties.children.insert(at, new.into());
}
