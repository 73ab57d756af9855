//! What people fill in by hand: lines to sign on, boxes to tick.

use super::super::tree::Element;
use super::inline::valued;
use super::table::frame;
use super::{Block, Line, Look, Paragraph, Style, paragraph, twips};

/// Lines to be signed, one below the other: who, where the name goes, and the date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    rows: Vec<(String, String, String)>,
}

impl Signature {
    /// Starts without lines.
    pub fn new() -> Signature {
        Signature::default()
    }

    /// Adds a line: who signs, what stands before the date (「同意日」; blank for no date), and words to the right of the
    /// name (「（続柄：　　　）」).
    #[must_use]
    pub fn line(mut self, who: &str, date: &str, beside: &str) -> Signature {
        self.rows.push((who.to_owned(), date.to_owned(), beside.to_owned()));
        self
    }
}

const WIDTHS: [u32; 3] = [48, 56, 56];

impl Block for Signature {
    fn blocks(self, _look: &Look) -> Vec<Element> {
        let widths: Vec<u32> = WIDTHS.iter().copied().map(twips).collect();
        let mut table = frame("TablePlain", &widths);
        for (who, date, beside) in self.rows {
            let date = if date.is_empty() { beside } else { format!("{date}　　　　年　　月　　日{beside}") };
            let properties = Element::new("w:trPr")
                .holding(Element::new("w:cantSplit"))
                .holding(Element::new("w:trHeight").with("w:val", &twips(13).to_string()).with("w:hRule", "atLeast"));
            let mut row = Element::new("w:tr").holding(properties);
            for ((text, width), signed) in [who, String::new(), date].iter().zip(&widths).zip([false, true, false]) {
                row = row.holding(cell(text, *width, signed));
            }
            table = table.holding(row);
        }
        vec![table, paragraph(Style::Small, Line::new()).element()]
    }
}

fn cell(text: &str, width: u32, signed: bool) -> Element {
    let mut properties =
        Element::new("w:tcPr").holding(Element::new("w:tcW").with("w:w", &width.to_string()).with("w:type", "dxa"));
    if signed {
        let line = Element::new("w:bottom").with("w:val", "single").with("w:sz", "4").with("w:space", "0");
        properties = properties.holding(Element::new("w:tcBorders").holding(line.with("w:color", "auto")));
    }
    let properties = properties.holding(valued("w:vAlign", "bottom"));
    Element::new("w:tc").holding(properties).holding(paragraph(Style::TableCell, text).element())
}

/// Makes a line with a box to tick, 「□ はい」.
pub fn choice(line: impl Into<String>) -> Paragraph {
    paragraph(Style::ListContinue, format!("□　{}", line.into()))
}
