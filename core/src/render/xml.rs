//! Writes a filing as the XML of its form, laid out as the published sample has it.
//!
//! Each item is an element: first its label, then its text. The mark of a leaf or row stands on its element; a group
//! or leaf that may say so says whether it has a value.

use quick_xml::escape::escape;
use quick_xml::events::Event;

use super::RenderError;
use crate::model::form::{Mark, Need, Reading, XmlStyle};
use crate::model::{Change, Filing, Form, Item, ItemIx, ItemRow, Node};

/// Writes the XML file of a filing.
///
/// # Errors
/// Returns what could not be written, or that the result does not read back as XML.
pub fn write(filing: &Filing, form: &Form) -> Result<Vec<u8>, RenderError> {
    let kind = form.kind_changes(filing.text(form.kind_item));
    // What such a filing leaves out is known by its letters, which hold for the kind alone.
    let reading = form.reading(|item| filing.text(item)).filter(|_| kind.left_out);
    let mut xml = Xml { form, style: &form.xml, elements: kind.elements, reading, text: String::with_capacity(64 << 10) };
    if form.xml.bom {
        xml.text.push('\u{feff}');
    }
    xml.document(&filing.root);
    read_back(&xml.text)?;
    Ok(xml.text.into_bytes())
}

struct Xml<'a> {
    form: &'a Form,
    style: &'a XmlStyle,
    /// Whether leaves carry the elements of a change's date and reason.
    elements: bool,
    /// When items that must be blank are left out: how their letters are read.
    reading: Option<Reading>,
    text: String,
}

impl Xml<'_> {
    fn document(&mut self, root: &Node) {
        self.text.push_str(r#"<?xml version="1.0" encoding="utf-8"?>"#);
        self.line(0);
        let Node::Group { item, head, rows } = root else { return };
        let style = self.style;
        self.text.push('<');
        self.text.push_str(&style.root);
        for (name, value) in &style.attributes {
            self.attribute(name, value);
        }
        self.text.push('>');
        self.line(0);
        self.label(self.form.item(*item));
        // The blocks below the root stand at its own depth with a blank line between them.
        for node in head.iter().filter(|node| !self.is_left_out(node.item())).collect::<Vec<_>>() {
            self.text.push_str(&style.newline);
            self.line(0);
            self.node(node, 0);
        }
        debug_assert!(rows.is_empty());
        self.text.push_str(&style.newline);
        self.line(0);
        self.end(&style.root);
    }

    fn node(&mut self, node: &Node, depth: usize) {
        match node {
            Node::Value(value) => self.leaf(value.item, &value.text, value.change.as_deref(), depth),
            Node::Group { item, head, rows } => {
                let item = self.form.item(*item);
                self.start(item, None, item.novalue.then(|| node.is_blank()));
                self.line(depth + 1);
                self.label(item);
                self.nodes(head, depth + 1);
                for row in rows {
                    self.row(row, item.row.first().copied(), depth + 1);
                }
                self.line(depth);
                self.end(&item.element);
            }
        }
    }

    fn row(&mut self, row: &ItemRow, serial: Option<ItemIx>, depth: usize) {
        if let Some(serial) = serial {
            self.line(depth);
            let number = row.serial.map(|serial| serial.to_string()).unwrap_or_default();
            self.leaf(serial, &number, row.change.as_deref(), depth);
        }
        self.nodes(&row.nodes, depth);
    }

    fn nodes(&mut self, nodes: &[Node], depth: usize) {
        for node in nodes {
            if !self.is_left_out(node.item()) {
                self.line(depth);
                self.node(node, depth);
            }
        }
    }

    fn is_left_out(&self, item: ItemIx) -> bool {
        self.reading.as_ref().is_some_and(|reading| self.form.need(item, reading) == Need::Blank)
    }

    fn leaf(&mut self, item: ItemIx, text: &str, change: Option<&Change>, depth: usize) {
        let item = self.form.item(item);
        self.start(item, change, item.novalue.then_some(text.is_empty()));
        self.line(depth + 1);
        self.label(item);
        // Every leaf of such a filing has them, empty where nothing changed.
        if self.elements || change.is_some() {
            let style = self.style;
            let texts = change.map_or(["", ""], |change| [change.date.as_str(), change.reason.as_str()]);
            for (element, text) in style.change_elements.iter().zip(texts) {
                self.line(depth + 1);
                self.text.extend(["<", element, ">", &escape(text), "</", element, ">"]);
            }
        }
        if !text.is_empty() {
            self.line(depth + 1);
            self.text.push_str(&escape(text));
        }
        self.line(depth);
        self.end(&item.element);
    }

    fn start(&mut self, item: &Item, change: Option<&Change>, blank: Option<bool>) {
        let style = self.style;
        self.text.push('<');
        self.text.push_str(&item.element);
        // A form may have leaves that carry no mark; one that was given all the same is not dropped.
        let word = change.map_or(style.status_unchanged.as_str(), |change| self.form.changes.word(change.status));
        if matches!(item.mark, Mark::Leaf | Mark::Row) || change.is_some() {
            self.attribute(&style.status_attribute, word);
        }
        if let Some(blank) = blank {
            self.attribute(&style.novalue_attribute, if blank { &style.novalue_true } else { &style.novalue_false });
        }
        self.text.push('>');
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.extend([" ", name, "=\"", &escape(value), "\""]);
    }

    fn label(&mut self, item: &Item) {
        let element = self.style.label_element.as_str();
        self.text.extend(["<", element, ">", &escape(&item.label), "</", element, ">"]);
    }

    fn end(&mut self, element: &str) {
        self.text.extend(["</", element, ">"]);
    }

    /// Ends the line and indents the next one; a carriage return stays as it is.
    fn line(&mut self, depth: usize) {
        self.text.push_str(&self.style.newline);
        for _ in 0..depth {
            self.text.push_str(&self.style.indent);
        }
    }
}

/// Reads the file back, so that nothing that is not XML leaves the engine.
fn read_back(text: &str) -> Result<(), RenderError> {
    let problem = |problem: String| RenderError::Xml { problem };
    if let Some(bad) = forbidden(text) {
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

/// Finds the first character that XML 1.0 does not allow.
fn forbidden(text: &str) -> Option<char> {
    // Bytes tell at once that there is none: controls are single bytes, U+FFFE and U+FFFF begin with these two.
    let bytes = text.as_bytes();
    let control = |byte: u8| (byte < 0x20) & !matches!(byte, b'\t' | b'\n' | b'\r');
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let end = bytes.last().is_some_and(|byte| control(*byte));
    if !pairs.fold(end, |found, (byte, next)| found | control(*byte) | ((*byte == 0xef) & (*next == 0xbf))) {
        return None;
    }
    text.chars().find(|c| !is_xml_char(*c))
}

/// Returns whether XML 1.0 allows a character.
pub(crate) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_xml_does_not_allow_is_found_wherever_it_stands() {
        for allowed in ["", "a", "あ\r\n\t", "￥\u{ffee}\u{10ffff}\u{7f}"] {
            assert_eq!(forbidden(allowed), None, "{allowed:?}");
        }
        for bad in ['\0', '\u{8}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
            for text in [format!("{bad}"), format!("あ{bad}"), format!("￥{bad}い")] {
                assert_eq!(forbidden(&text), Some(bad), "{text:?}");
            }
        }
    }
}
