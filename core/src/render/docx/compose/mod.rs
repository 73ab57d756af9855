//! Makes a Word file from nothing: the default templates and the documents that have no template.
//!
//! What a template says can be read from the calls that make it:
//!
//! ```
//! use todokede_core::render::docx::compose::{Composer, Look, Style, Table, paragraph};
//!
//! let mut word = Composer::new(Look::text());
//! word.title("説明文書");
//! word.add(paragraph(Style::Title, "{{ record.trial.title_ja }}").centred());
//! word.toc(2);
//! word.page_break();
//! word.add(paragraph(Style::Normal, "{%p for s in sections %}"));
//! word.add(paragraph(Style::Heading(1), "{{ s.title | anchor(id=s.id) }}"));
//! word.add(paragraph(Style::Normal, "{{p s.body }}"));
//! word.add(paragraph(Style::Normal, "{%p endfor %}"));
//! word.add(Table::new(&[30, 130]).head(&["版", "変更点"]).row(["1.0", "新規作成"]));
//! word.footer(paragraph(Style::Footer, "第{{ version }}版").centred());
//! assert!(!word.write()?.is_empty());
//! # Ok::<(), todokede_core::render::docx::DocxError>(())
//! ```

mod inline;
mod look;
mod numbering;
mod paragraph;
mod parts;
mod section;
mod signature;
mod styles;
mod table;
#[cfg(test)]
mod tests;

pub use inline::{Line, field, ruby, run, run_properties, text_run};
pub use look::{Look, Style};
pub use numbering::{BULLETS, HEADINGS, ORDERED, bullets, ordered};
pub use paragraph::{Paragraph, paragraph};
pub use section::Page;
pub use signature::{Signature, choice};
pub use styles::style_named;
pub(crate) use styles::table_grid;
pub use table::{Cell, Table};
pub(crate) use table::{frame as table_frame, shade};

use super::package::{DECLARATION, Package, RELATIONSHIP};
use super::tree::{Element, Node, Tree};
use super::{DOCUMENT, DocxError, W};

/// Half-points of a length in points, twentieths of a point of a length in millimetres.
pub(crate) fn twips(mm: u32) -> u32 {
    // One millimetre is 1440 / 25.4 twips.
    (mm * 14400 + 127) / 254
}

/// Something that stands in the body.
pub trait Block {
    /// Makes its elements; `look` says sizes that depend on the document.
    fn blocks(self, look: &Look) -> Vec<Element>;
}

impl Block for Element {
    fn blocks(self, _look: &Look) -> Vec<Element> {
        vec![self]
    }
}

impl Block for Vec<Element> {
    fn blocks(self, _look: &Look) -> Vec<Element> {
        self
    }
}

/// A document in the making.
#[derive(Debug, Clone)]
pub struct Composer {
    look: Look,
    title: String,
    body: Vec<Element>,
    header: Vec<Element>,
    footer: Vec<Element>,
    page: Page,
    cover: bool,
}

impl Composer {
    /// Starts a document: A4 upright, nothing in it.
    pub fn new(look: Look) -> Composer {
        let (body, header, footer) = (Vec::new(), Vec::new(), Vec::new());
        Composer { look, title: String::new(), body, header, footer, page: Page::upright(), cover: false }
    }

    /// Returns how the document looks.
    pub fn look(&self) -> &Look {
        &self.look
    }

    /// Sets the title in the file's properties; may hold tags.
    pub fn title(&mut self, title: &str) {
        title.clone_into(&mut self.title);
    }

    /// Adds paragraphs, tables or elements made elsewhere.
    pub fn add(&mut self, block: impl Block) {
        self.body.extend(block.blocks(&self.look));
    }

    /// Adds a line that is only there for its tag, `{%p if … %}`.
    pub fn tag(&mut self, tag: &str) {
        self.add(paragraph(Style::Normal, tag));
    }

    /// Goes on at the next page.
    pub fn page_break(&mut self) {
        let br = Element::new("w:br").with("w:type", "page");
        self.body.push(Element::new("w:p").holding(run("").holding(br)));
    }

    /// Adds a table of contents of the heading levels 1 to `levels`; the finishing pass fills it.
    pub fn toc(&mut self, levels: u8) {
        let unnumbered = Style::HeadingPlain.name();
        let instruction = format!(" TOC \\o \"1-{levels}\" \\h \\z \\u \\t \"{unnumbered},1\" ");
        let mut line = Line::new();
        line.push_all(field(&instruction, "", None, true));
        self.add(paragraph(Style::Toc(1), line));
    }

    /// Adds a paragraph to the header of every page but the cover.
    pub fn header(&mut self, paragraph: Paragraph) {
        self.header.extend(paragraph.blocks(&self.look));
    }

    /// Adds a paragraph to the footer of every page but the cover.
    pub fn footer(&mut self, paragraph: Paragraph) {
        self.footer.extend(paragraph.blocks(&self.look));
    }

    /// The first page is a cover: no header and no footer on it.
    pub fn cover(&mut self) {
        self.cover = true;
    }

    /// Sets the page of the last section.
    pub fn page(&mut self, page: Page) {
        self.page = page;
    }

    /// Ends a section: what was added since the last one stands on pages of this kind.
    pub fn end_section(&mut self, page: &Page) {
        let properties = page.section(!self.header.is_empty(), !self.footer.is_empty(), false);
        let holder = Element::new("w:pPr").holding(properties);
        self.body.push(Element::new("w:p").holding(holder));
    }

    /// Makes the file's parts.
    ///
    /// # Errors
    /// Returns that a part made here could not be read again, which is a fault of the engine.
    pub fn build(self) -> Result<Package, DocxError> {
        let mut package = Package::new();
        parts::frame(&mut package, &self.look, &self.title)?;
        let mut body = Element::new("w:body");
        body.children.extend(self.body.into_iter().map(Node::Element));
        // A body must not end in a table.
        if !body.elements().next_back().is_some_and(|last| last.is("w:p")) {
            body.children.push(Element::new("w:p").into());
        }
        let section = self.page.section(!self.header.is_empty(), !self.footer.is_empty(), self.cover);
        body.children.push(section.into());
        put(&mut package, DOCUMENT, root("w:document").holding(body));
        for (part, name, kind, content) in
            [(section::HEADER, "w:hdr", "header", self.header), (section::FOOTER, "w:ftr", "footer", self.footer)]
        {
            if content.is_empty() {
                continue;
            }
            let mut element = root(name);
            element.children.extend(content.into_iter().map(Node::Element));
            put(&mut package, part, element);
            package.set_type(part, &format!("application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"))?;
            package.relate(DOCUMENT, &format!("{RELATIONSHIP}{kind}"), part)?;
        }
        section::bind(&mut package)?;
        Ok(package)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Returns that a part could not be written, which is a fault of the engine.
    pub fn write(self) -> Result<Vec<u8>, DocxError> {
        self.build()?.write()
    }
}

/// The root of a part with the namespaces that are used in it.
fn root(name: &str) -> Element {
    Element::new(name)
        .with("xmlns:w", W)
        .with("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")
        .with("xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing")
}

fn put(package: &mut Package, part: &str, root: Element) {
    package.set(part, Tree { before: DECLARATION.to_owned(), root }.write());
}
