//! Paragraphs.

use super::super::tree::Element;
use super::inline::valued;
use super::{Block, Line, Look, Style, twips};

/// A paragraph in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    style: Style,
    line: Line,
    align: Option<&'static str>,
    keep_next: bool,
    page_before: bool,
    unnumbered: bool,
    before: Option<u32>,
    after: Option<u32>,
    indent: Option<u32>,
    right_tab: Option<u32>,
}

/// Makes a paragraph of a style; text given as such may hold tags and line breaks.
pub fn paragraph(style: Style, line: impl Into<Line>) -> Paragraph {
    Paragraph {
        style,
        line: line.into(),
        align: None,
        keep_next: false,
        page_before: false,
        unnumbered: false,
        before: None,
        after: None,
        indent: None,
        right_tab: None,
    }
}

impl Paragraph {
    /// Centres it.
    #[must_use]
    pub fn centred(mut self) -> Paragraph {
        self.align = Some("center");
        self
    }

    /// Sets it to the right.
    #[must_use]
    pub fn to_the_right(mut self) -> Paragraph {
        self.align = Some("right");
        self
    }

    /// Keeps it on the page of what follows.
    #[must_use]
    pub fn with_next(mut self) -> Paragraph {
        self.keep_next = true;
        self
    }

    /// Starts a page with it.
    #[must_use]
    pub fn on_new_page(mut self) -> Paragraph {
        self.page_before = true;
        self
    }

    /// Takes the number of its style away.
    #[must_use]
    pub fn without_number(mut self) -> Paragraph {
        self.unnumbered = true;
        self
    }

    /// Leaves room above, in points.
    #[must_use]
    pub fn room_above(mut self, points: u32) -> Paragraph {
        self.before = Some(points * 20);
        self
    }

    /// Leaves room below, in points.
    #[must_use]
    pub fn room_below(mut self, points: u32) -> Paragraph {
        self.after = Some(points * 20);
        self
    }

    /// Moves it in, in millimetres.
    #[must_use]
    pub fn moved_in(mut self, mm: u32) -> Paragraph {
        self.indent = Some(twips(mm));
        self
    }

    /// Gives it a tab stop from which text runs to the left, in millimetres from the margin.
    #[must_use]
    pub fn right_tab(mut self, mm: u32) -> Paragraph {
        self.right_tab = Some(twips(mm));
        self
    }

    fn properties(&self) -> Element {
        // In the order of the schema.
        let mut properties = Element::new("w:pPr");
        let mut add = |element: Element| properties.children.push(element.into());
        if self.style != Style::Normal {
            add(valued("w:pStyle", &self.style.id()));
        }
        if self.keep_next {
            add(Element::new("w:keepNext"));
        }
        if self.page_before {
            add(Element::new("w:pageBreakBefore"));
        }
        if self.unnumbered {
            add(Element::new("w:numPr").holding(valued("w:ilvl", "0")).holding(valued("w:numId", "0")));
        }
        if let Some(at) = self.right_tab {
            let stop = Element::new("w:tab").with("w:val", "right").with("w:pos", &at.to_string());
            add(Element::new("w:tabs").holding(stop));
        }
        if self.before.is_some() || self.after.is_some() {
            let mut spacing = Element::new("w:spacing");
            if let Some(before) = self.before {
                spacing.set("w:before", &before.to_string());
            }
            if let Some(after) = self.after {
                spacing.set("w:after", &after.to_string());
            }
            add(spacing);
        }
        if let Some(indent) = self.indent {
            add(Element::new("w:ind").with("w:left", &indent.to_string()));
        }
        if let Some(align) = self.align {
            add(valued("w:jc", align));
        }
        properties
    }

    /// Makes its element.
    pub fn element(self) -> Element {
        let properties = self.properties();
        let mut paragraph = Element::new("w:p");
        if !properties.children.is_empty() {
            paragraph.children.push(properties.into());
        }
        paragraph.children.extend(self.line.nodes());
        paragraph
    }
}

impl Block for Paragraph {
    fn blocks(self, _look: &Look) -> Vec<Element> {
        vec![self.element()]
    }
}
