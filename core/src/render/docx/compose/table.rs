//! Tables.

use super::super::tree::Element;
use super::inline::valued;
use super::{Block, Line, Look, Paragraph, Style, paragraph, twips};

/// A cell in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    paragraphs: Vec<Paragraph>,
    span: u32,
    head: bool,
}

impl Cell {
    /// Makes a cell of several paragraphs.
    pub fn of(paragraphs: Vec<Paragraph>) -> Cell {
        Cell { paragraphs, span: 1, head: false }
    }

    /// Makes a cell that says what its row or column is.
    pub fn head(line: impl Into<Line>) -> Cell {
        Cell { paragraphs: vec![paragraph(Style::TableHead, line)], span: 1, head: true }
    }

    /// Lets it take the place of several columns.
    #[must_use]
    pub fn over(mut self, columns: u32) -> Cell {
        self.span = columns.max(1);
        self
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::of(vec![paragraph(Style::TableCell, text)])
    }
}

impl From<Line> for Cell {
    fn from(line: Line) -> Cell {
        Cell::of(vec![paragraph(Style::TableCell, line)])
    }
}

impl From<Paragraph> for Cell {
    fn from(paragraph: Paragraph) -> Cell {
        Cell::of(vec![paragraph])
    }
}

/// A table in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Widths, twips.
    widths: Vec<u32>,
    rows: Vec<Element>,
}

impl Table {
    /// Makes a table with columns of these widths, in millimetres.
    pub fn new(widths: &[u32]) -> Table {
        Table { widths: widths.iter().copied().map(twips).collect(), rows: Vec::new() }
    }

    /// Adds a header row, which is repeated on every page.
    #[must_use]
    pub fn head(self, cells: &[&str]) -> Table {
        self.push(cells.iter().map(|text| Cell::head(*text)).collect(), true)
    }

    /// Adds a header row of paragraphs set in their own ways.
    #[must_use]
    pub fn heads(self, cells: impl IntoIterator<Item = Paragraph>) -> Table {
        let head = |paragraph: Paragraph| Cell { paragraphs: vec![paragraph], span: 1, head: true };
        self.push(cells.into_iter().map(head).collect(), true)
    }

    /// Adds a row.
    #[must_use]
    pub fn row<C: Into<Cell>>(self, cells: impl IntoIterator<Item = C>) -> Table {
        self.push(cells.into_iter().map(Into::into).collect(), false)
    }

    /// Adds a row that says in its first cell what stands in the second.
    #[must_use]
    pub fn pair(self, label: &str, value: impl Into<Cell>) -> Table {
        self.push(vec![Cell::head(label), value.into()], false)
    }

    /// Adds a row that is only there for its tag, `{%tr for … %}`.
    #[must_use]
    pub fn tag(self, tag: &str) -> Table {
        let columns = u32::try_from(self.widths.len()).unwrap_or(1);
        self.push(vec![Cell::from(tag).over(columns)], false)
    }

    fn push(mut self, cells: Vec<Cell>, repeated: bool) -> Table {
        // A row that is broken over two pages is misread.
        let mut properties = Element::new("w:trPr").holding(Element::new("w:cantSplit"));
        if repeated {
            properties = properties.holding(Element::new("w:tblHeader"));
        }
        let mut row = Element::new("w:tr").holding(properties);
        let mut at = 0_usize;
        for cell in cells {
            let span = usize::try_from(cell.span).unwrap_or(1);
            let width: u32 = self.widths.iter().skip(at).take(span).sum();
            at += span;
            row = row.holding(cell_element(cell, width));
        }
        self.rows.push(row);
        self
    }
}

fn cell_element(cell: Cell, width: u32) -> Element {
    let mut properties =
        Element::new("w:tcPr").holding(Element::new("w:tcW").with("w:w", &width.to_string()).with("w:type", "dxa"));
    if cell.span > 1 {
        properties = properties.holding(valued("w:gridSpan", &cell.span.to_string()));
    }
    if cell.head {
        properties = properties.holding(shade());
    }
    let mut element = Element::new("w:tc").holding(properties.holding(valued("w:vAlign", "center")));
    for paragraph in cell.paragraphs {
        element = element.holding(paragraph.element());
    }
    if element.children.len() == 1 {
        element = element.holding(Element::new("w:p"));
    }
    element
}

/// The shade of a cell that is a header.
pub(crate) fn shade() -> Element {
    Element::new("w:shd").with("w:val", "clear").with("w:color", "auto").with("w:fill", "EDF1F5")
}

/// Makes the frame of a table: style, full width, fixed columns.
pub(crate) fn frame(style: &str, widths: &[u32]) -> Element {
    let total: u32 = widths.iter().sum();
    let properties = Element::new("w:tblPr")
        .holding(valued("w:tblStyle", style))
        .holding(Element::new("w:tblW").with("w:w", &total.to_string()).with("w:type", "dxa"))
        .holding(Element::new("w:tblLayout").with("w:type", "fixed"))
        .holding(Element::new("w:tblLook").with("w:val", "0420").with("w:firstRow", "1").with("w:noVBand", "1"));
    let mut grid = Element::new("w:tblGrid");
    for width in widths {
        grid = grid.holding(Element::new("w:gridCol").with("w:w", &width.to_string()));
    }
    Element::new("w:tbl").holding(properties).holding(grid)
}

impl Block for Table {
    fn blocks(self, _look: &Look) -> Vec<Element> {
        let mut table = frame("TableGrid", &self.widths);
        for row in self.rows {
            table = table.holding(row);
        }
        // Without a paragraph between them Word makes one table of two.
        vec![table, paragraph(Style::Small, Line::new()).element()]
    }
}
