//! XML made comparable: every element in document order with its path, attributes and trimmed text.

use quick_xml::Reader;
use quick_xml::events::Event;

/// One element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Element names from the root down.
    pub path: String,
    /// Attributes in order.
    pub attributes: Vec<(String, String)>,
    /// Its own text without what its children hold, trimmed of white space of any kind.
    pub text: String,
}

/// Flattens a document.
pub fn flatten(bytes: &[u8]) -> Vec<Element> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                let path = open.last().map_or(name.clone(), |at| format!("{}/{name}", elements[*at].path));
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    (attribute.key.as_ref().to_owned(), attribute.value.into_owned())
                });
                let attributes = attributes.collect();
                open.push(elements.len());
                elements.push(Element { path, attributes, text: String::new() });
            }
            Event::End(_) => {
                let at = open.pop().unwrap();
                elements[at].text = elements[at].text.trim().to_owned();
            }
            Event::Text(text) => {
                if let Some(at) = open.last() {
                    elements[*at].text.push_str(&text);
                }
            }
            Event::GeneralRef(name) => {
                let text = quick_xml::escape::unescape(&format!("&{};", &*name)).unwrap().into_owned();
                elements[*open.last().unwrap()].text.push_str(&text);
            }
            Event::Empty(_) => panic!("no empty-element tags are expected"),
            Event::Eof => return elements,
            _ => {}
        }
    }
}
