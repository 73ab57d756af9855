//! Fields: where they are in a paragraph, what they ask for, and what they show.

use std::ops::Range;

use crate::render::docx::compose::text_run;
use crate::render::docx::tree::{Element, Node};

/// A field whose runs are neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Its nodes, from the run that begins it to the one that ends it.
    pub(super) nodes: Range<usize>,
    /// The nodes that show its result; nothing when it has no such part.
    pub(super) result: Option<Range<usize>>,
    /// What it asks for.
    pub(super) instruction: String,
}

/// Divides runs that hold parts of fields so that each part stands in a run of its own.
pub(super) fn divide(children: &mut Vec<Node>) {
    let is_part = |node: &Node| node.element().is_some_and(|part| part.is("w:fldChar") || part.is("w:instrText"));
    let mut at = 0;
    while at < children.len() {
        let Some(run) = children.get_mut(at).and_then(Node::element_mut) else {
            at += 1;
            continue;
        };
        let is_shape = |node: &Node| node.element().is_some_and(|part| part.is("w:rPr"));
        if !run.is("w:r") || !run.children.iter().any(is_part) || run.children.iter().filter(|node| !is_shape(node)).count() < 2
        {
            at += 1;
            continue;
        }
        let shape = run.child("w:rPr").cloned();
        let mut divided = Vec::new();
        for part in std::mem::take(&mut run.children).into_iter().filter(|node| !is_shape(node)) {
            let mut new = Element { name: run.name.clone(), attributes: run.attributes.clone(), children: Vec::new() };
            new.children.extend(shape.clone().map(Node::Element));
            new.children.push(part);
            divided.push(Node::Element(new));
        }
        let count = divided.len();
        children.splice(at..=at, divided);
        at += count;
    }
}

/// Finds the fields whose parts are neighbours here, inner ones before outer ones.
pub(super) fn find(children: &[Node]) -> Vec<Field> {
    struct Open {
        at: usize,
        middle: Option<usize>,
        instruction: String,
    }
    let mut open: Vec<Open> = Vec::new();
    let mut found = Vec::new();
    for (at, node) in children.iter().enumerate() {
        let Some(run) = node.element().filter(|element| element.is("w:r")) else { continue };
        if let (Some(asked), Some(field)) = (run.child("w:instrText"), open.last_mut()) {
            if field.middle.is_none() {
                field.instruction.push_str(&asked.raw_text());
            }
        }
        match run.child("w:fldChar").and_then(|mark| mark.attribute("w:fldCharType")) {
            Some("begin") => open.push(Open { at, middle: None, instruction: String::new() }),
            Some("separate") => {
                if let Some(field) = open.last_mut() {
                    field.middle = Some(at);
                }
            }
            Some("end") => {
                let Some(field) = open.pop() else { continue };
                let result = field.middle.map(|middle| middle + 1..at);
                found.push(Field { nodes: field.at..at + 1, result, instruction: field.instruction });
            }
            _ => {}
        }
    }
    found
}

/// The words of an instruction; what stands in quotes is one word.
pub(super) fn words(instruction: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut is_quoted, mut is_open) = (false, false);
    for c in instruction.chars() {
        match c {
            '"' | '\u{201C}' | '\u{201D}' => {
                is_quoted = !is_quoted;
                is_open = true;
            }
            c if c.is_whitespace() && !is_quoted => {
                if is_open {
                    words.push(std::mem::take(&mut word));
                }
                is_open = false;
            }
            c => {
                word.push(c);
                is_open = true;
            }
        }
    }
    if is_open {
        words.push(word);
    }
    words
}

/// Returns what stands behind a switch.
pub(super) fn switch<'w>(words: &'w [String], name: &str) -> Option<&'w str> {
    let at = words.iter().position(|word| word == name)?;
    words.get(at + 1).map(String::as_str).filter(|value| !value.starts_with('\\'))
}

/// Returns whether a switch is set.
pub(super) fn has(words: &[String], name: &str) -> bool {
    words.iter().any(|word| word == name)
}

/// Makes a field show a text, in the looks of what it showed before; one without a place for a result gets one.
pub(super) fn show(children: &mut Vec<Node>, field: &Field, text: &str) {
    let looks = |range: Range<usize>| {
        let runs = children.get(range).unwrap_or_default();
        runs.iter().filter_map(Node::element).find_map(|run| run.child("w:rPr")).cloned()
    };
    let end = field.nodes.end - 1;
    let before = field.result.clone().and_then(looks).or_else(|| looks(field.nodes.clone()));
    let shown = text_run(text, before.clone().unwrap_or_else(|| Element::new("w:rPr")));
    match &field.result {
        Some(range) => drop(children.splice(range.clone(), [shown.into()])),
        None => {
            let mut middle = Element::new("w:r");
            middle.children.extend(before.map(Node::Element));
            middle = middle.holding(Element::new("w:fldChar").with("w:fldCharType", "separate"));
            children.splice(end..end, [middle.into(), shown.into()]);
        }
    }
}

/// Asks Word to work a field out when the document is opened.
pub(super) fn make_dirty(children: &mut [Node], field: &Field) {
    let begin = children.get_mut(field.nodes.start).and_then(Node::element_mut).and_then(|run| run.child_mut("w:fldChar"));
    if let Some(begin) = begin {
        begin.set("w:dirty", "true");
    }
}

/// Calls a function for every list of nodes in which runs stand: those of paragraphs and of what is in them.
pub(super) fn each_line(root: &mut Element, seen: &mut impl FnMut(&mut Vec<Node>)) {
    let holds = matches!(
        root.name.as_str(),
        "w:p" | "w:hyperlink" | "w:ins" | "w:smartTag" | "w:sdtContent" | "w:fldSimple" | "w:customXml" | "w:dir" | "w:bdo"
    );
    if holds {
        seen(&mut root.children);
    }
    for element in root.elements_mut() {
        if !element.is("w:del") && !element.is("w:moveFrom") {
            each_line(element, seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::docx::compose::field;
    use crate::render::docx::tree::Tree;

    #[test]
    fn a_field_in_one_run_is_divided_and_shows_what_it_is_told() {
        let source = r#"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t><w:fldChar w:fldCharType="begin"/><w:instrText> REF x </w:instrText>
            <w:fldChar w:fldCharType="end"/></w:r></w:p>"#;
        let mut p = Tree::parse(source.replace("\n            ", "").as_bytes()).unwrap().root;
        divide(&mut p.children);
        let found = find(&p.children);
        assert_eq!((found.len(), found[0].instruction.as_str()), (1, " REF x "));
        show(&mut p.children, &found[0], "10.2");
        assert_eq!(p.raw_text(), "a REF x 10.2");
        let again = find(&p.children);
        show(&mut p.children, &again[0], "3");
        assert_eq!(p.raw_text(), "a REF x 3");
        assert!(p.elements().all(|run| run.child("w:rPr").is_some()));
    }

    #[test]
    fn fields_in_fields_are_found_inner_first() {
        let mut nodes: Vec<Node> = field(" IF x ", "", None, false).into_iter().map(Node::Element).collect();
        nodes.splice(3..3, field(" REF y ", "2", None, false).into_iter().map(Node::Element));
        let found: Vec<String> = find(&nodes).into_iter().map(|field| field.instruction).collect();
        assert_eq!(found, [" REF y ", " IF x "]);
    }

    #[test]
    fn instructions_are_words() {
        let words = words(r#" TOC \o "1-3" \h \t "a b,1" "#);
        assert_eq!(words, ["TOC", "\\o", "1-3", "\\h", "\\t", "a b,1"]);
        assert_eq!(switch(&words, "\\t"), Some("a b,1"));
        assert_eq!(switch(&words, "\\h"), None);
        assert!(has(&words, "\\h"));
    }
}
