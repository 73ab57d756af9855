//! Numbers that fields count: `SEQ 別紙`, `SEQ 表`.

use std::collections::BTreeMap;

use super::fields::{self, each_line};
use super::formats;
use crate::render::docx::tree::{Element, Node};

/// Counts all sequences of a part anew and writes what they show.
pub(super) fn count(root: &mut Element) {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    each_line(root, &mut |children| {
        for simple in children.iter_mut().filter_map(Node::element_mut).filter(|element| element.is("w:fldSimple")) {
            let Some(shown) = simple.attribute("w:instr").and_then(|asked| value(asked, &mut counts)) else { continue };
            let looks = simple.elements().find_map(|run| run.child("w:rPr")).cloned();
            let run = crate::render::docx::compose::text_run(&shown, looks.unwrap_or_else(|| Element::new("w:rPr")));
            simple.children = vec![run.into()];
        }
        let mut at = 0;
        // Writing a result moves what stands behind it.
        while let Some(field) =
            fields::find(children).into_iter().filter(|field| field.nodes.start >= at).min_by_key(|field| field.nodes.start)
        {
            at = field.nodes.start + 1;
            if let Some(shown) = value(&field.instruction, &mut counts) {
                fields::show(children, &field, &shown);
            }
        }
    });
}

/// Returns the names of the sequences that count in a paragraph.
pub(super) fn names(paragraph: &Element) -> Vec<String> {
    let mut names = Vec::new();
    paragraph.visit(&mut |element| {
        let asked = match element.name.as_str() {
            "w:instrText" => element.raw_text(),
            "w:fldSimple" => element.attribute("w:instr").unwrap_or_default().to_owned(),
            _ => return,
        };
        if let [kind, name, ..] = fields::words(&asked).as_slice() {
            if kind.eq_ignore_ascii_case("SEQ") {
                names.push(name.clone());
            }
        }
    });
    names
}

fn value(instruction: &str, counts: &mut BTreeMap<String, u32>) -> Option<String> {
    let words = fields::words(instruction);
    let [kind, name, ..] = words.as_slice() else { return None };
    if !kind.eq_ignore_ascii_case("SEQ") {
        return None;
    }
    let count = counts.entry(name.clone()).or_default();
    if let Some(start) = fields::switch(&words, "\\r").and_then(|start| start.parse().ok()) {
        *count = start;
    } else if !fields::has(&words, "\\c") {
        *count = count.saturating_add(1);
    }
    if fields::has(&words, "\\h") && !fields::has(&words, "\\*") {
        return Some(String::new());
    }
    let format = fields::switch(&words, "\\*").map_or("decimal", formats::of_switch);
    Some(formats::write(*count, format))
}
