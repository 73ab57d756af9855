//! Pages: size, margins, running head and foot.

use super::super::package::{Package, RELATIONSHIP};
use super::super::tree::Element;
use super::super::{DOCUMENT, DocxError};
use super::twips;

pub(super) const HEADER: &str = "word/header1.xml";
pub(super) const FOOTER: &str = "word/footer1.xml";

/// The page of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Width, millimetres.
    pub width: u32,
    /// Height, millimetres.
    pub height: u32,
    /// Margins above, right, below and left, millimetres.
    pub margins: (u32, u32, u32, u32),
}

impl Page {
    /// A4 upright with margins that leave 160 mm for text.
    pub fn upright() -> Page {
        Page { width: 210, height: 297, margins: (25, 25, 25, 25) }
    }

    /// A4 across, for wide tables.
    pub fn across() -> Page {
        Page { width: 297, height: 210, margins: (25, 20, 20, 20) }
    }

    /// Width of the text, millimetres.
    pub fn text_width(&self) -> u32 {
        self.width.saturating_sub(self.margins.1 + self.margins.3)
    }

    pub(super) fn section(&self, header: bool, footer: bool, cover: bool) -> Element {
        let mut section = Element::new("w:sectPr");
        for (there, name) in [(header, "w:headerReference"), (footer, "w:footerReference")] {
            if there {
                section = section.holding(Element::new(name).with("w:type", "default").with("r:id", ""));
            }
        }
        let mut size =
            Element::new("w:pgSz").with("w:w", &twips(self.width).to_string()).with("w:h", &twips(self.height).to_string());
        if self.width > self.height {
            size.set("w:orient", "landscape");
        }
        let (top, right, bottom, left) = self.margins;
        let margins = Element::new("w:pgMar")
            .with("w:top", &twips(top).to_string())
            .with("w:right", &twips(right).to_string())
            .with("w:bottom", &twips(bottom).to_string())
            .with("w:left", &twips(left).to_string())
            .with("w:header", &twips(12).to_string())
            .with("w:footer", &twips(12).to_string())
            .with("w:gutter", "0");
        section = section.holding(size).holding(margins).holding(Element::new("w:cols").with("w:space", "425"));
        if cover {
            section = section.holding(Element::new("w:titlePg"));
        }
        section
    }
}

/// Fills in the ids of the relationships, which are known only when the parts are there.
pub(super) fn bind(package: &mut Package) -> Result<(), DocxError> {
    let relationships = package.relationships(DOCUMENT)?;
    let id = |kind: &str| {
        let wanted = format!("{RELATIONSHIP}{kind}");
        relationships.iter().find(|known| known.kind == wanted).map(|known| known.id.clone()).unwrap_or_default()
    };
    let (header, footer) = (id("header"), id("footer"));
    let mut tree = package.tree(DOCUMENT)?;
    tree.root.visit_mut(&mut |element| match element.name.as_str() {
        "w:headerReference" => element.set("r:id", &header),
        "w:footerReference" => element.set("r:id", &footer),
        _ => {}
    });
    package.set(DOCUMENT, tree.write());
    Ok(())
}
