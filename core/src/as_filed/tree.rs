//! The XML of a filing as a tree, read and written in the form's own layout.

use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};

use crate::limits;
use crate::model::form::XmlStyle;
use crate::text::Lines;

/// One element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Name.
    pub name: String,
    /// Attributes by local name, those of namespaces left out.
    pub attributes: Vec<(String, String)>,
    /// Its own text without the white space at the edges.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Element>,
    /// Line and column, from 1.
    pub at: (u32, u32),
}

impl Element {
    /// Finds an element below by its path, `INFONOTE/REMARKS/SERIALNO1[2]`.
    pub fn find(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, part| {
            let (name, count) = part.split_once('[').unwrap_or((part, "1]"));
            let count: usize = count.trim_end_matches(']').parse().ok()?;
            element.children.iter().filter(|child| child.name == name).nth(count.checked_sub(1)?)
        })
    }
}

/// Reads a document; nothing when it is not well-formed or nests too deep, which reading it back reports.
pub fn parse(text: &str) -> Option<Element> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = vec![Element::default()];
    let mut lines = Lines::new(text);
    loop {
        let at = lines.at(usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX));
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= limits::XML_DEPTH => open.push(element(&start, at)?),
            Event::Start(_) | Event::DocType(_) => return None,
            Event::End(_) => {
                let mut done = open.pop()?;
                done.text = done.text.trim().to_owned();
                open.last_mut()?.children.push(done);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text),
            Event::CData(text) => open.last_mut()?.text.push_str(&text),
            Event::GeneralRef(name) => {
                let text = quick_xml::escape::unescape(&format!("&{};", &*name)).ok()?.into_owned();
                open.last_mut()?.text.push_str(&text);
            }
            Event::Eof => return open.pop().filter(|_| open.is_empty())?.children.pop(),
            _ => {}
        }
    }
}

fn element(start: &BytesStart, at: (u32, u32)) -> Option<Element> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let name = attribute.key.as_ref().to_owned();
        if name == "xmlns" || name.starts_with("xmlns:") {
            continue;
        }
        let local = name.rsplit(':').next().unwrap_or_default().to_owned();
        attributes.push((local, quick_xml::escape::unescape(&attribute.value).ok()?.into_owned()));
    }
    Some(Element { name: start.name().as_ref().to_owned(), attributes, at, ..Element::default() })
}

/// Writes a document in the layout of the form.
pub fn write(root: &Element, style: &XmlStyle) -> Vec<u8> {
    let mut writer = Writer { style, text: String::with_capacity(64 << 10) };
    if style.bom {
        writer.text.push('\u{feff}');
    }
    writer.text.push_str(r#"<?xml version="1.0" encoding="utf-8"?>"#);
    writer.line(0);
    writer.text.push('<');
    writer.text.push_str(&root.name);
    for (name, value) in &style.attributes {
        // The record of a filing may say another value for what stands here, or that it is not there.
        let local = name.rsplit(':').next().unwrap_or_default();
        let is_namespace = name.starts_with("xmlns");
        let said = root.attributes.iter().find(|(known, _)| known == local).map(|(_, value)| value);
        if let Some(value) = if is_namespace { Some(value) } else { said } {
            writer.attribute(name, value);
        }
    }
    writer.text.push('>');
    for (at, child) in root.children.iter().enumerate() {
        if at > 0 {
            writer.text.push_str(&style.newline);
        }
        writer.line(0);
        writer.element(child, 0);
    }
    writer.text.push_str(&style.newline);
    writer.line(0);
    writer.end(&root.name);
    writer.text.into_bytes()
}

/// Writes one element on one line.
pub(super) fn compact(element: &Element) -> String {
    let mut text = String::new();
    one_line(element, &mut text);
    text
}

fn one_line(element: &Element, text: &mut String) {
    text.extend(["<", &element.name]);
    for (name, value) in &element.attributes {
        text.extend([" ", name, "=\"", &escape(value.as_str()), "\""]);
    }
    text.push('>');
    element.children.iter().for_each(|child| one_line(child, text));
    text.push_str(&escape(element.text.as_str()));
    text.extend(["</", &element.name, ">"]);
}

struct Writer<'a> {
    style: &'a XmlStyle,
    text: String,
}

impl Writer<'_> {
    fn element(&mut self, element: &Element, depth: usize) {
        self.text.push('<');
        self.text.push_str(&element.name);
        for (name, value) in &element.attributes {
            self.attribute(name, value);
        }
        self.text.push('>');
        let style = self.style;
        if element.name == style.label_element || style.change_elements.contains(&element.name) {
            self.text.push_str(&escape(element.text.as_str()));
            return self.end(&element.name);
        }
        for child in &element.children {
            self.line(depth + 1);
            self.element(child, depth + 1);
        }
        if !element.text.is_empty() {
            self.line(depth + 1);
            self.text.push_str(&escape(element.text.as_str()));
        }
        self.line(depth);
        self.end(&element.name);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.extend([" ", name, "=\"", &escape(value), "\""]);
    }

    fn end(&mut self, name: &str) {
        self.text.extend(["</", name, ">"]);
    }

    fn line(&mut self, depth: usize) {
        self.text.push_str(&self.style.newline);
        for _ in 0..depth {
            self.text.push_str(&self.style.indent);
        }
    }
}
