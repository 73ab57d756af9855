//! XML → tree: elements by local name, attributes with `@`, text between elements as `#text`.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::tree::{Tree, too_many};
use crate::ingest::report::Problem;
use crate::limits::{INTERCHANGE_LEAVES, XML_DEPTH};
use crate::model::Origin;
use crate::read_back::decode;
use crate::text::Lines;

/// An element that is open.
struct Open {
    name: Box<str>,
    text: String,
    entries: Vec<(Box<str>, Tree)>,
    at: Origin,
}

/// Reads a document; the root is an object of one entry.
///
/// # Errors
/// Returns what breaks the format: a document type with declarations of its own (an entity could hide anything), an
/// entity that XML does not know, elements that nest too deep or are too many.
pub(super) fn read(bytes: &[u8], sheet: u16) -> Result<Tree, Problem> {
    let broken = |problem: &str| Problem::broken("XML", problem);
    let text = decode(bytes).ok_or_else(|| broken("its bytes are not of the encoding it declares"))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut lines = Lines::new(text);
    let mut open: Vec<Open> = vec![Open { name: "".into(), text: String::new(), entries: Vec::new(), at: Origin::Nowhere }];
    let mut values = 0_usize;
    loop {
        let (line, col) = lines.at(usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX));
        let at = Origin::Line { sheet, line, col };
        let event = reader.read_event().map_err(|error| Problem::broken("XML", error))?;
        match event {
            Event::Start(start) => {
                if open.len() > XML_DEPTH {
                    return Err(broken("elements nest too deep"));
                }
                let element = element(&start, &at)?;
                values += 1 + element.entries.len();
                if values > INTERCHANGE_LEAVES {
                    return Err(too_many());
                }
                open.push(element);
            }
            Event::End(_) => {
                let Some(done) = open.pop() else { return Err(broken("ends more than it begins")) };
                let Some(parent) = open.last_mut() else { return Err(broken("ends more than it begins")) };
                let (name, tree) = done.close();
                parent.entries.push((name, tree));
            }
            Event::Text(text) => push(&mut open, &text),
            Event::CData(text) => push(&mut open, &text),
            Event::GeneralRef(name) => match quick_xml::escape::unescape(&format!("&{};", &*name)) {
                Ok(text) => push(&mut open, &text),
                Err(error) => return Err(Problem::broken("XML", error)),
            },
            // The DTD of ICTRP may be named; declarations inside the file are not read.
            Event::DocType(text) if text.contains('[') => return Err(broken("a document type with declarations")),
            Event::Eof => break,
            _ => {}
        }
    }
    match open.pop() {
        Some(root) if open.is_empty() && !root.entries.is_empty() => Ok(Tree::Object(root.entries)),
        Some(_) if open.is_empty() => Err(broken("has no element")),
        _ => Err(broken("ends in the middle")),
    }
}

fn push(open: &mut [Open], text: &str) {
    if let Some(open) = open.last_mut() {
        open.text.push_str(text);
    }
}

fn element(start: &BytesStart, at: &Origin) -> Result<Open, Problem> {
    let mut entries = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| Problem::broken("XML", error))?;
        let name = attribute.key.as_ref().to_owned();
        if name == "xmlns" || name.starts_with("xmlns:") {
            continue;
        }
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| Problem::broken("XML", error))?;
        entries.push((format!("@{}", local(&name)).into(), Tree::Text(value.as_ref().into(), at.clone())));
    }
    Ok(Open { name: local(start.name().as_ref()).into(), text: String::new(), entries, at: at.clone() })
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}

impl Open {
    fn close(mut self) -> (Box<str>, Tree) {
        let text = self.text.trim();
        if self.entries.is_empty() {
            return (self.name, Tree::Text(text.into(), self.at));
        }
        if !text.is_empty() {
            self.entries.push(("#text".into(), Tree::Text(text.into(), self.at)));
        }
        (self.name, Tree::Object(self.entries))
    }
}
