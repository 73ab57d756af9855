//! References: those that marks ask for become fields, and fields of the template show what they lead to now.

use super::anchors::{bookmark, number_bookmark};
use super::fields::{self, each_line};
use super::markers::{self, Marker};
use super::numbering::trimmed;
use super::survey::{Line, Survey};
use crate::render::docx::compose::{field, run_properties, text_run};
use crate::render::docx::tree::{Element, Node};

/// What a field of pages shows until Word has laid out the document.
pub const UNKNOWN_PAGE: &str = "–";

/// Puts fields where references are asked for.
pub(super) fn place(root: &mut Element, survey: &Survey) {
    each_line(root, &mut |children| {
        let mut at = 0;
        while at < children.len() {
            let made = children.get(at).and_then(|node| {
                let Some(Marker::Reference(id, show)) = markers::of_run(node) else { return None };
                let looks = node.element().and_then(|run| run.child("w:rPr")).cloned().unwrap_or_else(run_properties);
                Some(reference(id, show, &looks, survey))
            });
            match made {
                Some(made) => {
                    let count = made.len();
                    children.splice(at..=at, made);
                    at += count;
                }
                None => at += 1,
            }
        }
    });
}

/// Makes the runs of a reference; none when there is no such section, which is reported elsewhere.
fn reference(id: &str, show: &str, looks: &Element, survey: &Survey) -> Vec<Node> {
    let name = bookmark(id);
    let Some(line) = survey.line(&name) else { return Vec::new() };
    let title = survey.targets.get(&name).and_then(|target| target.text.clone()).unwrap_or_else(|| line.text.clone());
    let text = |text: &str| vec![text_run(text, looks.clone())];
    let title = || field(&format!(" REF {name} \\h "), title.trim(), Some(looks), false);
    let counted = number_bookmark(id);
    let number = || match survey.targets.get(&counted).and_then(|target| target.text.as_deref()) {
        Some(counted_text) => Some((field(&format!(" REF {counted} \\h "), counted_text.trim(), Some(looks), false), "")),
        None => line.number.as_ref().map(|number| {
            let number = trimmed(&number.text);
            // 「第3章」 says what it is; 「10.2」 does not.
            let unit = if number.ends_with(char::is_alphanumeric) && number.is_ascii() { "項" } else { "" };
            (field(&format!(" REF {name} \\n \\h "), number, Some(looks), false), unit)
        }),
    };
    let runs = match (show, number()) {
        ("page", _) => field(&format!(" PAGEREF {name} \\h "), UNKNOWN_PAGE, Some(looks), true),
        ("title", _) => title(),
        ("number", Some((number, _))) => number,
        (_, Some((number, unit))) => [number, text(&format!("{unit}「")), title(), text("」")].concat(),
        (_, None) => [text("「"), title(), text("」")].concat(),
    };
    runs.into_iter().map(Node::Element).collect()
}

/// Lets the fields of a template show what they lead to now.
pub(super) fn refresh(root: &mut Element, survey: &Survey) {
    each_line(root, &mut |children| {
        for simple in children.iter_mut().filter_map(Node::element_mut).filter(|element| element.is("w:fldSimple")) {
            let Some(Shown::Text(text)) = simple.attribute("w:instr").and_then(|asked| shown(asked, survey)) else { continue };
            let looks = simple.elements().find_map(|run| run.child("w:rPr")).cloned();
            simple.children = vec![text_run(&text, looks.unwrap_or_else(|| Element::new("w:rPr"))).into()];
        }
        let mut at = 0;
        // Writing a result moves what stands behind it.
        while let Some(field) =
            fields::find(children).into_iter().filter(|field| field.nodes.start >= at).min_by_key(|field| field.nodes.start)
        {
            at = field.nodes.start + 1;
            match shown(&field.instruction, survey) {
                Some(Shown::Text(text)) => fields::show(children, &field, &text),
                Some(Shown::ByWord) => fields::make_dirty(children, &field),
                None => {}
            }
        }
    });
}

/// What a field is to show.
enum Shown {
    Text(String),
    /// What only Word can tell, since it needs pages.
    ByWord,
}

fn shown(instruction: &str, survey: &Survey) -> Option<Shown> {
    let words = fields::words(instruction);
    let [kind, name, ..] = words.as_slice() else { return None };
    let line: &Line = survey.line(name)?;
    match kind.to_ascii_uppercase().as_str() {
        "PAGEREF" => return Some(Shown::ByWord),
        "REF" => {}
        _ => return None,
    }
    let asks = |switch: &str| fields::has(&words, switch);
    if asks("\\p") || asks("\\t") || asks("\\f") || asks("\\d") {
        return Some(Shown::ByWord);
    }
    if asks("\\n") || asks("\\r") || asks("\\w") {
        let number = line.number.as_ref();
        let text = number.map_or("0", |number| if asks("\\n") { &number.text } else { &number.full });
        return Some(Shown::Text(trimmed(text).to_owned()));
    }
    match survey.targets.get(name)?.text.clone() {
        Some(text) => Some(Shown::Text(text)),
        None => Some(Shown::ByWord),
    }
}

/// Returns the bookmark a field leads to.
pub(super) fn target(instruction: &str) -> Option<String> {
    let words = fields::words(instruction);
    let [kind, name, ..] = words.as_slice() else { return None };
    let leads = ["REF", "PAGEREF", "NOTEREF"].iter().any(|known| kind.eq_ignore_ascii_case(known));
    (leads && !name.starts_with('\\')).then(|| name.clone())
}
