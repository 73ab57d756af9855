//! What is wrong with the marks and fields of a document, each with its place.

use std::collections::BTreeSet;

use super::anchors::{LONGEST, bookmark, number_bookmark};
use super::citations::Citations;
use super::problem::{ANCHOR_LONG, ANCHOR_TWICE, BOOKMARK, CITATION, ENTRY_TWICE, Problem, READING, REFERENCE, UNCITED};
use super::survey::Survey;
use super::{Marker, each_paragraph, markers, references};
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::Element;
use crate::render::docx::view::text_of;

/// Checks anchors and readings, and notes citations in the order of the document.
pub(super) fn marks(root: &Element, part: &str, styles: &Styles, citations: &mut Citations, problems: &mut Vec<Problem>) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    each_paragraph(root, part, styles, &mut |paragraph, place| {
        for marker in markers::of(paragraph) {
            match marker {
                Marker::Anchor(id) if number_bookmark(id).len() > LONGEST => {
                    problems.push(Problem::new(ANCHOR_LONG, place, "id", id));
                }
                Marker::Anchor(id) if !seen.insert(bookmark(id)) => {
                    problems.push(Problem::new(ANCHOR_TWICE, place, "id", id));
                }
                Marker::Citation(key) => citations.cite(key),
                _ => {}
            }
        }
        visit(paragraph, &mut |element| {
            if !element.is("w:ruby") {
                return;
            }
            let base = element.child("w:rubyBase").map(text_of).unwrap_or_default();
            let reading = element.child("w:rt").map(text_of).unwrap_or_default();
            if base.trim().is_empty() || reading.trim().is_empty() {
                problems.push(Problem::new(READING, place, "text", &format!("{base}|{reading}")));
            }
        });
    });
}

/// Checks that what is cited is listed once, and what is listed is cited.
pub(super) fn entries<'t>(
    parts: impl Iterator<Item = (&'t Element, &'t str)>,
    styles: &Styles,
    citations: &Citations,
    problems: &mut Vec<Problem>,
) {
    let mut listed: BTreeSet<&str> = BTreeSet::new();
    let mut cited = Vec::new();
    for (root, part) in parts {
        each_paragraph(root, part, styles, &mut |paragraph, place| {
            for marker in markers::of(paragraph) {
                match marker {
                    Marker::Entry(key) if !listed.insert(key) => problems.push(Problem::new(ENTRY_TWICE, place, "key", key)),
                    Marker::Entry(key) if !citations.order.iter().any(|known| known == key) => {
                        problems.push(Problem::new(UNCITED, place, "key", key));
                    }
                    Marker::Citation(key) => cited.push((key, place.clone())),
                    _ => {}
                }
            }
        });
    }
    for (key, place) in cited {
        // Each key is reported once, where it is first cited.
        if listed.insert(key) {
            problems.push(Problem::new(CITATION, &place, "key", key));
        }
    }
}

/// Checks that references and fields lead to something.
pub(super) fn targets(root: &Element, part: &str, styles: &Styles, survey: &Survey, problems: &mut Vec<Problem>) {
    each_paragraph(root, part, styles, &mut |paragraph, place| {
        for marker in markers::of(paragraph) {
            if let Marker::Reference(id, _) = marker {
                if !survey.targets.contains_key(&bookmark(id)) {
                    problems.push(Problem::new(REFERENCE, place, "id", id));
                }
            }
        }
        visit(paragraph, &mut |element| {
            let name = match element.name.as_str() {
                "w:instrText" => references::target(&element.raw_text()),
                "w:fldSimple" => element.attribute("w:instr").and_then(references::target),
                "w:hyperlink" => element.attribute("w:anchor").map(str::to_owned),
                _ => None,
            };
            // Entries of a table of contents are made anew; the top of a document is always there.
            let is_own = |name: &String| name.starts_with("_Toc") || name == "_top";
            if let Some(name) = name.filter(|name| !is_own(name) && !survey.targets.contains_key(name)) {
                problems.push(Problem::new(BOOKMARK, place, "name", &name));
            }
        });
    });
}

/// Visits what is in a paragraph but not in its text boxes, which have paragraphs of their own.
fn visit<'e>(element: &'e Element, seen: &mut impl FnMut(&'e Element)) {
    seen(element);
    for child in element.elements() {
        if !matches!(child.name.as_str(), "w:txbxContent" | "mc:Fallback" | "w:del" | "w:moveFrom") {
            visit(child, seen);
        }
    }
}
