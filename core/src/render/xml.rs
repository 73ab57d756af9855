//! Writes a filing as the XML of its form, laid out as the published sample has it.
//!
//! Each item is an element: first its label, then its text. The mark of a leaf or row stands on its element; a group
//! or leaf that may say so says whether it has a value.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::RenderError;
use crate::model::form::{Mark, XmlStyle};
use crate::model::{Filing, Form, Item, ItemIx, ItemRow, Node};

/// Writes the XML file of a filing.
///
/// # Errors
/// Returns what could not be written, or that the result does not read back as XML.
pub fn write(filing: &Filing, form: &Form) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::with_capacity(48 << 10);
    if form.xml.bom {
        bytes.extend_from_slice("\u{feff}".as_bytes());
    }
    let mut xml = Xml { form, style: &form.xml, writer: Writer::new(bytes) };
    xml.document(&filing.root).map_err(|error| RenderError::Xml { problem: error.to_string() })?;
    let bytes = xml.writer.into_inner();
    read_back(&bytes)?;
    Ok(bytes)
}

struct Xml<'a> {
    form: &'a Form,
    style: &'a XmlStyle,
    writer: Writer<Vec<u8>>,
}

impl Xml<'_> {
    fn document(&mut self, root: &Node) -> std::io::Result<()> {
        self.writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        self.line(0)?;
        let Node::Group { item, head, rows } = root else { return Ok(()) };
        let style = self.style;
        let mut start = BytesStart::new(style.root.as_str());
        for (name, value) in &style.attributes {
            start.push_attribute((name.as_str(), value.as_str()));
        }
        self.writer.write_event(Event::Start(start))?;
        self.line(0)?;
        self.label(self.form.item(*item))?;
        // The blocks below the root stand at its own depth with a blank line between them.
        for node in head {
            self.raw(&style.newline)?;
            self.line(0)?;
            self.node(node, 0)?;
        }
        debug_assert!(rows.is_empty());
        self.raw(&style.newline)?;
        self.line(0)?;
        self.writer.write_event(Event::End(BytesEnd::new(style.root.as_str())))
    }

    fn node(&mut self, node: &Node, depth: usize) -> std::io::Result<()> {
        match node {
            Node::Value(value) => self.leaf(value.item, &value.text, depth),
            Node::Group { item, head, rows } => {
                let blank = self.form.item(*item).novalue.then(|| node.is_blank());
                self.start(self.form.item(*item), blank)?;
                self.line(depth + 1)?;
                self.label(self.form.item(*item))?;
                for node in head {
                    self.line(depth + 1)?;
                    self.node(node, depth + 1)?;
                }
                let serial = self.form.item(*item).row.first().copied();
                for row in rows {
                    self.row(row, serial, depth + 1)?;
                }
                self.line(depth)?;
                self.end(self.form.item(*item))
            }
        }
    }

    fn row(&mut self, row: &ItemRow, serial: Option<ItemIx>, depth: usize) -> std::io::Result<()> {
        if let Some(serial) = serial {
            self.line(depth)?;
            let number = row.serial.map(|serial| serial.to_string()).unwrap_or_default();
            self.leaf(serial, &number, depth)?;
        }
        for node in &row.nodes {
            self.line(depth)?;
            self.node(node, depth)?;
        }
        Ok(())
    }

    fn leaf(&mut self, item: ItemIx, text: &str, depth: usize) -> std::io::Result<()> {
        let item = self.form.item(item);
        self.start(item, item.novalue.then_some(text.is_empty()))?;
        self.line(depth + 1)?;
        self.label(item)?;
        if !text.is_empty() {
            self.line(depth + 1)?;
            self.writer.write_event(Event::Text(BytesText::new(text)))?;
        }
        self.line(depth)?;
        self.end(item)
    }

    fn start(&mut self, item: &Item, blank: Option<bool>) -> std::io::Result<()> {
        let style = self.style;
        let mut start = BytesStart::new(item.element.as_str());
        if matches!(item.mark, Mark::Leaf | Mark::Row) {
            start.push_attribute((style.status_attribute.as_str(), style.status_unchanged.as_str()));
        }
        if let Some(blank) = blank {
            let said = if blank { &style.novalue_true } else { &style.novalue_false };
            start.push_attribute((style.novalue_attribute.as_str(), said.as_str()));
        }
        self.writer.write_event(Event::Start(start))
    }

    fn label(&mut self, item: &Item) -> std::io::Result<()> {
        let element = self.style.label_element.as_str();
        self.writer.write_event(Event::Start(BytesStart::new(element)))?;
        self.writer.write_event(Event::Text(BytesText::new(&item.label)))?;
        self.writer.write_event(Event::End(BytesEnd::new(element)))
    }

    fn end(&mut self, item: &Item) -> std::io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(item.element.as_str())))
    }

    /// Ends the line and indents the next one.
    fn line(&mut self, depth: usize) -> std::io::Result<()> {
        self.raw(&self.style.newline)?;
        for _ in 0..depth {
            self.raw(&self.style.indent)?;
        }
        Ok(())
    }

    /// Writes white space as it is: a carriage return must not become a character reference.
    fn raw(&mut self, text: &str) -> std::io::Result<()> {
        use std::io::Write;
        self.writer.get_mut().write_all(text.as_bytes())
    }
}

/// Reads the file back, so that nothing that is not XML leaves the engine.
fn read_back(bytes: &[u8]) -> Result<(), RenderError> {
    let problem = |problem: String| RenderError::Xml { problem };
    let text = std::str::from_utf8(bytes).map_err(|error| problem(error.to_string()))?;
    if let Some(bad) = text.chars().find(|c| !is_xml_char(*c)) {
        return Err(problem(format!("U+{:04X} cannot stand in XML", u32::from(bad))));
    }
    let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().map_err(|error| problem(error.to_string()))? {
            Event::Eof => return Ok(()),
            _ => continue,
        }
    }
}

/// Returns whether XML 1.0 allows a character.
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}
