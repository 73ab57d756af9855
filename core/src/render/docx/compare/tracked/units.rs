//! What a paragraph consists of, as pieces that are kept, inserted or deleted as a whole.

use crate::package::hashing::sha256;
use crate::render::docx::DocxError;
use crate::render::docx::package::Package;
use crate::render::docx::tree::{Element, Node};
use crate::render::docx::view;

use super::super::tokens::tokens;

/// One piece of a paragraph.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// By this two pieces are the same.
    pub(super) key: String,
    pub(super) body: Body,
}

/// What a piece is made of.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Text, with the run each part of it stands in.
    Text(Vec<(usize, String)>),
    /// Fields, figures, notes, breaks, hyperlinks.
    Whole(Vec<Element>),
    /// Bookmarks and the like, which show nothing.
    Marker(Element),
}

impl AsRef<str> for Unit {
    fn as_ref(&self) -> &str {
        &self.key
    }
}

impl PartialEq for Unit {
    fn eq(&self, other: &Unit) -> bool {
        self.key == other.key
    }
}

/// The pieces of a paragraph and the properties of its runs.
#[derive(Debug, Default)]
pub(super) struct Units {
    pub(super) list: Vec<Unit>,
    /// Properties of each run, by its number.
    pub(super) runs: Vec<Option<Element>>,
}

/// What a part of a document is read with: the figures and notes it names.
pub(super) struct Names {
    relationships: Vec<(String, String)>,
    notes: Vec<((&'static str, String), String)>,
}

impl Names {
    pub(super) fn of(package: &Package, part: &str) -> Result<Names, DocxError> {
        let sum = |target: &str| package.part(target).map(|bytes| sha256(&bytes)).unwrap_or_default();
        let relationships = package
            .relationships(part)?
            .into_iter()
            .map(|known| (known.id, if known.external { known.target } else { sum(&known.target) }))
            .collect();
        let mut notes = Vec::new();
        for (reference, part, element) in super::bring::NOTES {
            if package.has(part) {
                for note in package.tree(part)?.root.elements().filter(|note| note.is(element)) {
                    let text: Vec<String> = note.elements().filter(|p| p.is("w:p")).map(view::text_of).collect();
                    notes.push(((reference, note.attribute("w:id").unwrap_or_default().to_owned()), text.join("\n")));
                }
            }
        }
        Ok(Names { relationships, notes })
    }

    /// Says what an element is and shows, so that two documents can be compared.
    fn key(&self, element: &Element) -> String {
        if let Some((_, text)) =
            self.notes.iter().find(|((name, id), _)| element.is(name) && element.attribute("w:id") == Some(id))
        {
            return format!("{}|{text}", element.name);
        }
        let mut key = format!("\u{1}{}|{}", element.name, view::text_of(element));
        if let Some(kind) = element.attribute("w:type") {
            key.push_str(kind);
        }
        element.visit(&mut |inner| {
            for name in ["r:embed", "r:id", "w:anchor", "w:char", "descr"] {
                if let Some(value) = inner.attribute(name) {
                    let known = self.relationships.iter().find(|(id, _)| name.starts_with("r:") && id == value);
                    key.push('|');
                    key.push_str(known.map_or(value, |(_, sum)| sum));
                }
            }
        });
        key
    }
}

/// What is met while a paragraph is walked, before its text is cut into words.
enum Met {
    Text(usize, String),
    Unit(Unit),
}

/// Reads the pieces of a paragraph.
pub(super) fn units(paragraph: &Element, names: &Names) -> Units {
    let mut walk = Walk { names, met: Vec::new(), runs: Vec::new(), field: Vec::new(), depth: 0 };
    walk.children(paragraph);
    walk.close_field();
    Units { list: cut(walk.met), runs: walk.runs }
}

struct Walk<'n> {
    names: &'n Names,
    met: Vec<Met>,
    runs: Vec<Option<Element>>,
    /// The elements of the field that is open.
    field: Vec<Element>,
    depth: usize,
}

impl Walk<'_> {
    fn children(&mut self, parent: &Element) {
        for element in parent.elements() {
            match element.name.as_str() {
                "w:pPr" | "w:proofErr" | "w:smartTagPr" | "w:customXmlPr" => {}
                "w:r" => self.run(element),
                "w:fldSimple" => {
                    for run in complex(element) {
                        self.run(&run);
                    }
                }
                "w:smartTag" | "w:customXml" => self.children(element),
                _ if self.depth > 0 => self.field.push(element.clone()),
                "w:hyperlink" | "w:sdt" | "m:oMath" | "m:oMathPara" | "w:dir" | "w:bdo" => self.whole(element),
                _ => self.met.push(Met::Unit(Unit { key: String::new(), body: Body::Marker(element.clone()) })),
            }
        }
    }

    fn whole(&mut self, element: &Element) {
        let key = self.names.key(element);
        self.met.push(Met::Unit(Unit { key, body: Body::Whole(vec![element.clone()]) }));
    }

    fn run(&mut self, run: &Element) {
        let number = self.runs.len();
        let properties = run.child("w:rPr").cloned();
        self.runs.push(properties.clone());
        for child in run.elements().filter(|child| !child.is("w:rPr")) {
            let alone = || {
                let mut alone = Element::new("w:r");
                alone.attributes.clone_from(&run.attributes);
                alone.children.extend(properties.clone().map(Node::Element));
                alone.holding(child.clone())
            };
            match child.name.as_str() {
                "w:lastRenderedPageBreak" => {}
                "w:fldChar" => {
                    self.field.push(alone());
                    match child.attribute("w:fldCharType") {
                        Some("begin") => self.depth += 1,
                        Some("end") => {
                            self.depth = self.depth.saturating_sub(1);
                            if self.depth == 0 {
                                self.close_field();
                            }
                        }
                        _ => {}
                    }
                }
                _ if self.depth > 0 => self.field.push(alone()),
                "w:t" => self.met.push(Met::Text(number, child.raw_text())),
                // These belong to the document they stand in.
                "w:commentReference" | "w:annotationRef" | "w:footnoteRef" | "w:endnoteRef" => {
                    self.met.push(Met::Unit(Unit { key: String::new(), body: Body::Marker(alone()) }));
                }
                _ => {
                    let key = self.names.key(child);
                    self.met.push(Met::Unit(Unit { key, body: Body::Whole(vec![alone()]) }));
                }
            }
        }
    }

    /// Makes a piece of the field that ended; also of one that goes on in the next paragraph.
    fn close_field(&mut self) {
        let elements = std::mem::take(&mut self.field);
        self.depth = 0;
        if elements.is_empty() {
            return;
        }
        let mut instruction = String::new();
        let mut shown = String::new();
        let mut is_result = false;
        for element in &elements {
            element.visit(&mut |inner| match inner.name.as_str() {
                "w:instrText" if !is_result => instruction.push_str(&inner.raw_text()),
                "w:fldChar" if inner.attribute("w:fldCharType") == Some("separate") => is_result = true,
                _ => {}
            });
            if is_result {
                shown.push_str(&view::text_of(&Element::new("w:p").holding(element.clone())));
            }
        }
        let instruction: Vec<&str> = instruction.split_whitespace().collect();
        let name = instruction.first().map(|name| name.to_ascii_uppercase()).unwrap_or_default();
        // What these show changes with every page that is added: that is no change of the text.
        if ["PAGE", "NUMPAGES", "PAGEREF", "SECTIONPAGES", "DATE", "TIME"].contains(&name.as_str()) {
            shown.clear();
        }
        let key = format!("\u{1}field|{}|{shown}", instruction.join(" "));
        self.met.push(Met::Unit(Unit { key, body: Body::Whole(elements) }));
    }
}

/// Cuts text into words across runs; what shows nothing never cuts a word.
fn cut(met: Vec<Met>) -> Vec<Unit> {
    let mut list = Vec::new();
    let mut parts: Vec<(usize, String)> = Vec::new();
    // Markers with how much text stands before them.
    let mut markers: Vec<(usize, Unit)> = Vec::new();
    let mut length = 0;
    for met in met {
        match met {
            Met::Text(run, text) => {
                length += text.len();
                parts.push((run, text));
            }
            Met::Unit(unit) if matches!(unit.body, Body::Marker(_)) => markers.push((length, unit)),
            Met::Unit(unit) => {
                flush(&mut parts, &mut markers, &mut list);
                length = 0;
                list.push(unit);
            }
        }
    }
    flush(&mut parts, &mut markers, &mut list);
    list
}

fn flush(parts: &mut Vec<(usize, String)>, markers: &mut Vec<(usize, Unit)>, list: &mut Vec<Unit>) {
    let parts = std::mem::take(parts);
    let text: String = parts.iter().map(|(_, text)| text.as_str()).collect();
    let mut markers = std::mem::take(markers).into_iter().peekable();
    let mut rest = parts.into_iter();
    let mut part = rest.next();
    let mut at = 0;
    for token in tokens(&text) {
        while let Some((_, marker)) = markers.next_if(|(place, _)| *place <= at) {
            list.push(marker);
        }
        at += token.len();
        let mut pieces = Vec::new();
        let mut missing = token.len();
        while missing > 0 {
            let Some((run, text)) = part.take() else { break };
            if text.len() <= missing {
                missing -= text.len();
                if !text.is_empty() {
                    pieces.push((run, text));
                }
                part = rest.next();
            } else {
                let (head, tail) = text.split_at_checked(missing).unwrap_or((&text, ""));
                pieces.push((run, head.to_owned()));
                part = Some((run, tail.to_owned()));
                missing = 0;
            }
        }
        list.push(Unit { key: token.to_owned(), body: Body::Text(pieces) });
    }
    list.extend(markers.map(|(_, marker)| marker));
}

/// Writes a field as Word does when it is more than one run: only so can it be marked as inserted or deleted.
fn complex(field: &Element) -> Vec<Element> {
    let corner = |kind: &str| Element::new("w:r").holding(Element::new("w:fldChar").with("w:fldCharType", kind));
    let instruction =
        Element::new("w:instrText").with("xml:space", "preserve").saying(field.attribute("w:instr").unwrap_or_default());
    let mut runs = vec![corner("begin"), Element::new("w:r").holding(instruction), corner("separate")];
    runs.extend(field.elements().filter(|child| child.is("w:r")).cloned());
    runs.push(corner("end"));
    runs
}
