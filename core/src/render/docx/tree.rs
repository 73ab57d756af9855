//! The XML of a part as a tree. Prefixes stay as they are written: Word, LibreOffice and every library bind `w` to
//! WordprocessingML, and whoever renames it writes a file that few programs open.

use quick_xml::Reader;
use quick_xml::escape::{escape, minimal_escape, resolve_xml_entity};
use quick_xml::events::{BytesStart, Event};

use crate::limits;

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// An element with what is in it.
    Element(Element),
    /// Text, unescaped.
    Text(String),
    /// A comment or processing instruction as it is written, delimiters included.
    Raw(String),
}

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Name with its prefix, `w:p`.
    pub name: String,
    /// Attributes in order, unescaped.
    pub attributes: Vec<(String, String)>,
    /// What is in it.
    pub children: Vec<Node>,
}

/// A part: what stands before the root, and the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The declaration and comments before the root, as they are written.
    pub before: String,
    /// The root.
    pub root: Element,
}

impl Node {
    /// Returns the element it is.
    pub fn element(&self) -> Option<&Element> {
        match self {
            Node::Element(element) => Some(element),
            _ => None,
        }
    }

    /// Returns the element it is, to change it.
    pub fn element_mut(&mut self) -> Option<&mut Element> {
        match self {
            Node::Element(element) => Some(element),
            _ => None,
        }
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Node {
        Node::Element(element)
    }
}

impl Element {
    /// Makes an empty element.
    pub fn new(name: &str) -> Element {
        Element { name: name.to_owned(), ..Element::default() }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Element {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a child.
    #[must_use]
    pub fn holding(mut self, child: impl Into<Node>) -> Element {
        self.children.push(child.into());
        self
    }

    /// Adds text.
    #[must_use]
    pub fn saying(mut self, text: &str) -> Element {
        self.children.push(Node::Text(text.to_owned()));
        self
    }

    /// Returns whether it has this name, prefix included.
    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Returns an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets an attribute, in its place when it is there.
    pub fn set(&mut self, name: &str, value: &str) {
        match self.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.attributes.push((name.to_owned(), value.to_owned())),
        }
    }

    /// Takes an attribute away.
    pub fn unset(&mut self, name: &str) {
        self.attributes.retain(|(known, _)| known != name);
    }

    /// Returns the elements in it.
    pub fn elements(&self) -> impl DoubleEndedIterator<Item = &Element> {
        self.children.iter().filter_map(Node::element)
    }

    /// Returns the elements in it, to change them.
    pub fn elements_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Element> {
        self.children.iter_mut().filter_map(Node::element_mut)
    }

    /// Returns the first child of a name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.is(name))
    }

    /// Returns the first child of a name, to change it.
    pub fn child_mut(&mut self, name: &str) -> Option<&mut Element> {
        self.elements_mut().find(|element| element.is(name))
    }

    /// Returns the element at the end of a path of child names, `["w:pPr", "w:numPr", "w:ilvl"]`.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Returns the attribute `w:val` of the element at the end of a path.
    pub fn value_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).and_then(|element| element.attribute("w:val"))
    }

    /// Calls a function for this element and every element below it, in document order.
    pub fn visit<'e>(&'e self, seen: &mut impl FnMut(&'e Element)) {
        seen(self);
        for element in self.elements() {
            element.visit(seen);
        }
    }

    /// Calls a function for this element and every element below it, parents first, to change them.
    pub fn visit_mut(&mut self, seen: &mut impl FnMut(&mut Element)) {
        seen(self);
        for element in self.elements_mut() {
            element.visit_mut(seen);
        }
    }

    /// Returns the plain text in it as XML has it; what Word shows of a paragraph is another matter.
    pub fn raw_text(&self) -> String {
        let mut text = String::new();
        self.gather(&mut text);
        text
    }

    fn gather(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(part) => text.push_str(part),
                Node::Element(element) => element.gather(text),
                Node::Raw(_) => {}
            }
        }
    }

    /// Writes it as XML.
    pub fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            write_attribute(value, out);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write(out),
                Node::Text(text) => write_text(text, out),
                Node::Raw(raw) => out.push_str(raw),
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

/// Writes an attribute's value; white space that a reader would make a space is kept as a reference.
fn write_attribute(value: &str, out: &mut String) {
    let escaped = escape(value);
    if !escaped.contains(['\t', '\n', '\r']) {
        out.push_str(&escaped);
        return;
    }
    for c in escaped.chars() {
        match c {
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}

/// Writes text; a carriage return that a reader would drop is kept as a reference.
fn write_text(text: &str, out: &mut String) {
    // `>` too, since `]]>` must not stand in text.
    let escaped = minimal_escape(text);
    for (at, part) in escaped.split("]]>").enumerate() {
        if at > 0 {
            out.push_str("]]&gt;");
        }
        out.push_str(&part.replace('\r', "&#13;"));
    }
}

impl Tree {
    /// Reads a part.
    ///
    /// # Errors
    /// Returns what is wrong with it and at which byte. A document type is refused: nothing of Word has one.
    pub fn parse(bytes: &[u8]) -> Result<Tree, String> {
        let text = decode(bytes)?;
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut before = String::new();
        let mut open: Vec<Element> = Vec::new();
        let mut root: Option<Element> = None;
        loop {
            let at = reader.buffer_position();
            let event = reader.read_event().map_err(|error| format!("byte {}: {error}", reader.error_position()))?;
            let fail = |problem: &str| format!("byte {at}: {problem}");
            match event {
                Event::Eof => break,
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {
                    let raw = source(text, at, reader.buffer_position());
                    match open.last_mut() {
                        Some(parent) => parent.children.push(Node::Raw(raw.to_owned())),
                        None if root.is_none() => before.push_str(raw),
                        None => {}
                    }
                }
                Event::DocType(_) => return Err(fail("a document type is not allowed")),
                Event::Start(start) => {
                    if root.is_some() {
                        return Err(fail("a second root element"));
                    }
                    if open.len() >= limits::DOCX_DEPTH {
                        return Err(fail("elements are nested too deeply"));
                    }
                    open.push(element(&start).map_err(|problem| fail(&problem))?);
                }
                Event::Empty(start) => {
                    let element = element(&start).map_err(|problem| fail(&problem))?;
                    close(element, &mut open, &mut root).map_err(fail)?;
                }
                Event::End(_) => {
                    let element = open.pop().ok_or_else(|| fail("an end without its start"))?;
                    close(element, &mut open, &mut root).map_err(fail)?;
                }
                Event::Text(part) => {
                    add_text(&part, &mut open, &mut before, root.is_none()).map_err(fail)?;
                }
                Event::CData(part) => {
                    add_text(&part, &mut open, &mut before, root.is_none()).map_err(fail)?;
                }
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().map_err(|error| fail(&error.to_string()))?;
                    let text = match character {
                        Some(character) => character.to_string(),
                        None => {
                            resolve_xml_entity(&reference).ok_or_else(|| fail("an entity that XML does not know"))?.to_owned()
                        }
                    };
                    add_text(&text, &mut open, &mut before, root.is_none()).map_err(fail)?;
                }
            }
        }
        if let Some(unclosed) = open.last() {
            return Err(format!("`{}` is not closed", unclosed.name));
        }
        root.map(|root| Tree { before, root }).ok_or_else(|| "there is no root element".to_owned())
    }

    /// Writes the part.
    pub fn write(&self) -> Vec<u8> {
        let mut out = self.before.clone();
        self.root.write(&mut out);
        out.into_bytes()
    }
}

/// Parts are UTF-8, and UTF-16 is allowed by the standard but written by nobody.
fn decode(bytes: &[u8]) -> Result<&str, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| format!("byte {}: not UTF-8", error.valid_up_to()))
}

fn source(text: &str, from: u64, to: u64) -> &str {
    let (from, to) = (usize::try_from(from).unwrap_or(usize::MAX), usize::try_from(to).unwrap_or(usize::MAX));
    text.get(from..to).unwrap_or_default()
}

fn element(start: &BytesStart) -> Result<Element, String> {
    let mut element = Element::new(start.name().as_ref());
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        element.attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(element)
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), &'static str> {
    match open.last_mut() {
        Some(parent) => parent.children.push(Node::Element(element)),
        None if root.is_none() => *root = Some(element),
        None => return Err("a second root element"),
    }
    Ok(())
}

fn add_text(part: &str, open: &mut [Element], before: &mut String, is_before: bool) -> Result<(), &'static str> {
    let Some(parent) = open.last_mut() else {
        if !part.trim().is_empty() {
            return Err("text outside the root element");
        }
        if is_before {
            before.push_str(part);
        }
        return Ok(());
    };
    match parent.children.last_mut() {
        Some(Node::Text(text)) => text.push_str(part),
        _ => parent.children.push(Node::Text(part.to_owned())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_comes_back_as_it_was() {
        let source = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<w:p a=\"1 &amp; &quot;2&quot;&#10;\">\
                      <!-- c --><w:t xml:space=\"preserve\"> p&lt;0.05 &amp; ]]&gt; </w:t><w:br/></w:p>";
        let tree = Tree::parse(source.as_bytes()).unwrap();
        assert_eq!(tree.root.child("w:t").unwrap().raw_text(), " p<0.05 & ]]> ");
        assert_eq!(tree.root.attribute("a"), Some("1 & \"2\"\n"));
        let written = String::from_utf8(tree.write()).unwrap();
        assert_eq!(Tree::parse(written.as_bytes()).unwrap(), tree);
        assert!(written.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"), "{written}");
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for bad in ["", "<a>", "<a></b>", "<a/><b/>", "x<a/>", "<a>&nbsp;</a>", "<!DOCTYPE a><a/>", "<a b='1' b='2'/>"] {
            assert!(Tree::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        let deep = format!("{}{}", "<a>".repeat(limits::DOCX_DEPTH + 1), "</a>".repeat(limits::DOCX_DEPTH + 1));
        assert!(Tree::parse(deep.as_bytes()).unwrap_err().contains("deeply"));
    }
}
