//! Body elements of a text.

use super::runs::{Images, Look, runs};
use super::{Align, Block, Inline, MarkdownError, Table, read};
use crate::render::docx::compose::{self, Style};
use crate::render::docx::sheet::Sheet;
use crate::render::docx::tree::{Element, Node};

/// Where the blocks of a text will stand.
#[derive(Default)]
pub struct Surroundings<'s> {
    /// Properties of the paragraph that is replaced: plain paragraphs look like it.
    pub properties: Option<&'s Element>,
    /// Width of the text, twips; 160 mm when not known.
    pub width: Option<u32>,
    /// Who puts an image into the document; without one an image is an error.
    pub images: Option<&'s Images<'s>>,
}

/// Turns a text into paragraphs and tables. A text with nothing in it is no paragraph.
///
/// # Errors
/// Returns what is wrong with the text: see [`read`], and images that cannot be placed.
pub fn blocks(source: &str, sheet: &mut Sheet, around: &Surroundings) -> Result<Vec<Element>, MarkdownError> {
    let read = read(source)?;
    let none =
        |path: &str, _: Option<&str>, _: Option<&str>| -> Result<Element, String> { Err(format!("{path}: no images here")) };
    let images: &Images = around.images.unwrap_or(&none);
    let base = base(around.properties);
    let size = sheet.size(base.value_at(&["w:pStyle"]));
    let width = around.width.unwrap_or_else(|| compose::twips(160));
    let mut writer = Writer { sheet, images, base, size, width };
    writer.several(&read, Kind::Plain)
}

/// Properties that a paragraph takes over from the one it replaces: not its number, its page break or its section.
fn base(properties: Option<&Element>) -> Element {
    let mut base = properties.cloned().unwrap_or_else(|| Element::new("w:pPr"));
    let left_out = ["w:numPr", "w:pageBreakBefore", "w:sectPr", "w:pPrChange", "w:outlineLvl", "w:keepNext"];
    base.children.retain(|child| child.element().is_some_and(|element| !left_out.contains(&element.name.as_str())));
    base
}

/// What paragraphs are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Small,
    /// In a list, so many levels deep; the first paragraph of an item carries its mark.
    Item {
        level: u8,
        list: Option<u32>,
        is_ordered: bool,
    },
}

struct Writer<'w, 's> {
    sheet: &'w mut Sheet,
    images: &'s Images<'s>,
    base: Element,
    size: u32,
    width: u32,
}

/// Word knows nine levels of a list.
const LEVELS: u8 = 8;
const STEP: u32 = 420;

impl Writer<'_, '_> {
    fn several(&mut self, read: &[Block], kind: Kind) -> Result<Vec<Element>, MarkdownError> {
        let mut made: Vec<Element> = Vec::new();
        let mut kind = kind;
        for block in read {
            let new = self.block(block, kind)?;
            if let Kind::Item { list, .. } = &mut kind {
                *list = None;
            }
            for mut element in new {
                match made.last() {
                    Some(last) if last.is("w:tbl") && element.is("w:tbl") => {
                        // Without a paragraph between them Word makes one table of two.
                        let style = self.sheet.style(Style::Small);
                        made.push(Element::new("w:p").holding(Element::new("w:pPr").holding(val("w:pStyle", &style))));
                    }
                    Some(last) if last.is("w:tbl") => room_above(&mut element),
                    _ => {}
                }
                made.push(element);
            }
        }
        Ok(made)
    }

    fn block(&mut self, block: &Block, kind: Kind) -> Result<Vec<Element>, MarkdownError> {
        Ok(match block {
            Block::Paragraph(inlines) => {
                let properties = self.properties(kind);
                vec![self.paragraph(inlines, properties, Look::default())?]
            }
            Block::Heading(inlines) => {
                let mut properties = self.properties(kind);
                // Directly behind the style, as the schema has it.
                let at = usize::from(properties.child("w:pStyle").is_some());
                properties.children.insert(at, Element::new("w:keepNext").into());
                vec![self.paragraph(inlines, properties, Look { bold: true, ..Look::default() })?]
            }
            Block::Entry { key, text } => {
                let style = self.sheet.style(Style::Bibliography);
                let mut paragraph =
                    self.paragraph(text, Element::new("w:pPr").holding(val("w:pStyle", &style)), Look::default())?;
                let mut number = Element::new("w:r");
                number.children.push(Node::Raw(format!("<?tdk-entry {key}?>")));
                paragraph.children.insert(1, number.into());
                vec![paragraph]
            }
            Block::List { start, items } => self.list(*start, items, kind)?,
            Block::Table(table) => vec![self.table(table)?],
            Block::PageBreak => {
                let br = Element::new("w:br").with("w:type", "page");
                vec![Element::new("w:p").holding(Element::new("w:r").holding(br))]
            }
            Block::Boxed(inside) => vec![self.boxed(inside)?],
            Block::Small(inside) => self.several(inside, Kind::Small)?,
        })
    }

    fn properties(&mut self, kind: Kind) -> Element {
        let style = match kind {
            Kind::Plain => return self.base.clone(),
            Kind::Small => Style::Small,
            Kind::Item { list: None, .. } => Style::ListContinue,
            Kind::Item { is_ordered: true, .. } => Style::ListNumber,
            Kind::Item { .. } => Style::ListBullet,
        };
        let id = self.sheet.style(style);
        let mut properties = Element::new("w:pPr").holding(val("w:pStyle", &id));
        if let Kind::Item { level, list, .. } = kind {
            let left = (STEP * (u32::from(level) + 1)).to_string();
            let mut indent = Element::new("w:ind").with("w:left", &left);
            if let Some(list) = list {
                let level = val("w:ilvl", &level.to_string());
                properties =
                    properties.holding(Element::new("w:numPr").holding(level).holding(val("w:numId", &list.to_string())));
                indent.set("w:hanging", &STEP.to_string());
            } else {
                // A style for items may bring its own mark.
                let none = Element::new("w:numPr").holding(val("w:ilvl", "0")).holding(val("w:numId", "0"));
                properties = properties.holding(none);
                indent.set("w:firstLine", "0");
            }
            properties = properties.holding(indent);
        }
        properties
    }

    fn paragraph(&mut self, inlines: &[Inline], properties: Element, look: Look) -> Result<Element, MarkdownError> {
        let size = match properties.value_at(&["w:pStyle"]) {
            Some(style) => self.sheet.size(Some(style)),
            None => self.size,
        };
        let mut paragraph = Element::new("w:p");
        if !properties.children.is_empty() {
            paragraph.children.push(properties.into());
        }
        paragraph.children.extend(runs(inlines, look, size, self.images)?);
        Ok(paragraph)
    }

    fn list(&mut self, start: Option<u32>, items: &[Vec<Block>], around: Kind) -> Result<Vec<Element>, MarkdownError> {
        let level = match around {
            Kind::Item { level, .. } => (level + 1).min(LEVELS),
            _ => 0,
        };
        let list = match start {
            Some(start) => self.sheet.list(level, start),
            None => self.sheet.bullets(),
        };
        let mut made = Vec::new();
        for item in items {
            let kind = Kind::Item { level, list: Some(list), is_ordered: start.is_some() };
            if !matches!(item.first(), Some(Block::Paragraph(_) | Block::Heading(_))) {
                // The mark needs a paragraph to stand before.
                let properties = self.properties(kind);
                made.push(self.paragraph(&[], properties, Look::default())?);
                made.extend(self.several(item, Kind::Item { level, list: None, is_ordered: false })?);
                continue;
            }
            made.extend(self.several(item, kind)?);
        }
        Ok(made)
    }

    fn boxed(&mut self, inside: &[Block]) -> Result<Element, MarkdownError> {
        let style = self.sheet.table_style();
        let outer = self.width;
        self.width = outer.saturating_sub(400);
        let content = self.several(inside, Kind::Plain);
        self.width = outer;
        let mut cell = Element::new("w:tc").holding(cell_properties(outer));
        cell.children.extend(content?.into_iter().map(Node::Element));
        if !cell.elements().next_back().is_some_and(|last| last.is("w:p")) {
            cell = cell.holding(Element::new("w:p"));
        }
        let mut table = compose::table_frame(&style, &[outer]);
        if let Some(properties) = table.child_mut("w:tblPr") {
            let mut room = Element::new("w:tblCellMar");
            for (side, width) in [("w:top", "120"), ("w:left", "200"), ("w:bottom", "40"), ("w:right", "200")] {
                room = room.holding(Element::new(side).with("w:w", width).with("w:type", "dxa"));
            }
            let at =
                properties.children.iter().position(|child| child.element().is_some_and(|element| element.is("w:tblLook")));
            properties.children.insert(at.unwrap_or(properties.children.len()), room.into());
        }
        Ok(table.holding(Element::new("w:tr").holding(cell)))
    }

    fn table(&mut self, table: &Table) -> Result<Element, MarkdownError> {
        let style = self.sheet.table_style();
        let (head, cell) = (self.sheet.style(Style::TableHead), self.sheet.style(Style::TableCell));
        let widths = widths(table, self.width);
        let mut made = compose::table_frame(&style, &widths);
        let rows = [(&table.head, true)].into_iter().chain(table.rows.iter().map(|row| (row, false)));
        for (row, is_head) in rows {
            if is_head && row.iter().all(Vec::is_empty) {
                continue;
            }
            // A row that is broken over two pages is misread.
            let mut properties = Element::new("w:trPr").holding(Element::new("w:cantSplit"));
            if is_head {
                properties = properties.holding(Element::new("w:tblHeader"));
            }
            let mut element = Element::new("w:tr").holding(properties);
            for ((content, width), align) in row.iter().zip(&widths).zip(&table.columns) {
                let mut about = cell_properties(*width);
                if is_head {
                    about = about.holding(compose::shade());
                }
                let mut properties = Element::new("w:pPr").holding(val("w:pStyle", if is_head { &head } else { &cell }));
                match align {
                    Align::Start => {}
                    Align::Centre => properties = properties.holding(val("w:jc", "center")),
                    Align::End => properties = properties.holding(val("w:jc", "right")),
                }
                let paragraph = self.paragraph(content, properties, Look::default())?;
                element = element.holding(Element::new("w:tc").holding(about).holding(paragraph));
            }
            made = made.holding(element);
        }
        Ok(made)
    }
}

fn val(name: &str, value: &str) -> Element {
    Element::new(name).with("w:val", value)
}

fn cell_properties(width: u32) -> Element {
    Element::new("w:tcPr").holding(Element::new("w:tcW").with("w:w", &width.to_string()).with("w:type", "dxa"))
}

/// Moves a paragraph away from the table above it.
fn room_above(paragraph: &mut Element) {
    if !paragraph.is("w:p") {
        return;
    }
    if paragraph.child("w:pPr").is_none() {
        paragraph.children.insert(0, Element::new("w:pPr").into());
    }
    let Some(properties) = paragraph.child_mut("w:pPr") else { return };
    if let Some(spacing) = properties.child_mut("w:spacing") {
        spacing.set("w:before", "160");
        return;
    }
    let before = [
        "w:pStyle",
        "w:keepNext",
        "w:keepLines",
        "w:pageBreakBefore",
        "w:framePr",
        "w:widowControl",
        "w:numPr",
        "w:suppressLineNumbers",
        "w:pBdr",
        "w:shd",
        "w:tabs",
        "w:suppressAutoHyphens",
        "w:kinsoku",
        "w:wordWrap",
        "w:overflowPunct",
        "w:topLinePunct",
        "w:autoSpaceDE",
        "w:autoSpaceDN",
        "w:bidi",
        "w:adjustRightInd",
        "w:snapToGrid",
    ];
    let is_before = |node: &Node| node.element().is_some_and(|element| before.contains(&element.name.as_str()));
    let at = properties.children.iter().take_while(|node| is_before(node)).count();
    properties.children.insert(at, Element::new("w:spacing").with("w:before", "160").into());
}

/// Divides the width among the columns: as the dashes say, or by how much text they hold.
fn widths(table: &Table, width: u32) -> Vec<u32> {
    let weights: Vec<u64> = if table.weights.is_empty() {
        (0..table.columns.len()).map(|column| weight(table, column)).collect()
    } else {
        table.weights.iter().map(|weight| *weight as u64).collect()
    };
    let total = weights.iter().sum::<u64>().max(1);
    let mut widths: Vec<u32> =
        weights.iter().map(|weight| u32::try_from(u64::from(width) * weight / total).unwrap_or(width)).collect();
    let rest = width.saturating_sub(widths.iter().sum());
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}

/// How much a column wants: its longest cell, but a column of long texts does not crowd out the others.
fn weight(table: &Table, column: usize) -> u64 {
    let cells = [&table.head].into_iter().chain(&table.rows).filter_map(|row| row.get(column));
    let longest = cells.map(|cell| shown(cell)).max().unwrap_or(0);
    (longest as u64).clamp(6, 44)
}

/// How wide a text is, in half-widths.
fn shown(inlines: &[Inline]) -> usize {
    let text = |text: &str| text.chars().map(|c| if u32::from(c) < 0x2E80 { 1 } else { 2 }).sum();
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(said) | Inline::Ruby(said, _) => text(said),
            Inline::Bold(inside) | Inline::Italic(inside) | Inline::Raised(inside) | Inline::Lowered(inside) => shown(inside),
            Inline::Reference { .. } | Inline::Image { .. } => 20,
            Inline::Break | Inline::Citation(_) => 2,
        })
        .sum()
}
