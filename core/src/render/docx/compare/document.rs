//! What is compared of a document: its paragraphs and the rows of its tables, in reading order.

use super::align::Piece;
use super::spans::{Span, spans};
use crate::model::Text;
use crate::package::hashing::sha256;
use crate::render::docx::outline::Outline;
use crate::render::docx::package::Package;
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::Element;
use crate::render::docx::view::{self, Seen};
use crate::render::docx::{DOCUMENT, DocxError};

/// A paragraph, or a row of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    /// Number and title of the heading it stands under.
    pub(super) heading: String,
    /// Where it stands.
    pub(super) place: Text,
    /// Paragraph, heading, row; and in what part.
    pub(super) kind: u32,
    /// The text it shows; of a row that of its cells.
    pub(super) text: String,
    /// Column and text of the cells of a row.
    cells: Vec<(usize, String)>,
    /// Sums of the figures in it.
    figures: Vec<String>,
}

const PARAGRAPH: u32 = 0;
const HEADING: u32 = 1;
const ROW: u32 = 2;

/// What stands between the cells of a row.
const BETWEEN_CELLS: &str = "\t";

/// What stands for a figure.
const FIGURE: &str = "［図］";

impl Piece for Item {
    fn text(&self) -> &str {
        &self.text
    }

    fn kind(&self) -> u32 {
        self.kind
    }
}

impl Item {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && self.figures.is_empty()
    }

    pub(super) fn says_the_same(&self, other: &Item) -> bool {
        self.text == other.text && self.figures == other.figures
    }

    /// Returns all of it, marked.
    pub(super) fn whole(&self) -> Vec<Span> {
        let figures = FIGURE.repeat(self.figures.len());
        vec![Span { text: format!("{}{figures}", self.text), changed: true }]
    }

    /// Compares two that are paired: rows cell by cell, others as one text.
    pub(super) fn spans(&self, new: &Item) -> (Vec<Span>, Vec<Span>) {
        let columns = |item: &Item| item.cells.iter().map(|(column, _)| *column).collect::<Vec<_>>();
        let (mut left, mut right) = if !self.cells.is_empty() && columns(self) == columns(new) {
            let (mut left, mut right) = (Vec::new(), Vec::new());
            for ((_, old), (_, new)) in self.cells.iter().zip(&new.cells) {
                let (old, new) = spans(old, new);
                for (side, cell) in [(&mut left, old), (&mut right, new)] {
                    if !side.is_empty() {
                        side.push(Span { text: BETWEEN_CELLS.to_owned(), changed: false });
                    }
                    side.extend(cell);
                }
            }
            (left, right)
        } else {
            spans(&self.text, &new.text)
        };
        if self.figures != new.figures {
            let figure = |item: &Item| Span { text: FIGURE.repeat(item.figures.len()), changed: true };
            left.extend(Some(figure(self)).filter(|span| !span.text.is_empty()));
            right.extend(Some(figure(new)).filter(|span| !span.text.is_empty()));
        }
        (left, right)
    }
}

/// Returns what is compared of a document: the body, then notes, then headers and footers.
pub(super) fn items(package: &Package) -> Result<Vec<Item>, DocxError> {
    let styles = Styles::read(package)?;
    let outline = Outline::read(package, &styles)?;
    let mut items = Vec::new();
    for (at, prefix) in PARTS.into_iter().enumerate() {
        let mut parts: Vec<&String> = package.parts().iter().filter(|name| is_part(name, prefix)).collect();
        parts.sort_by_key(|name| (name.len(), name.as_str()));
        let mut known: Vec<String> = Vec::new();
        for part in parts {
            let tree = package.tree(part)?;
            let from = items.len();
            gather(&tree.root, part, package, &styles, &outline, u32::try_from(at).unwrap_or(0) * 10, &mut items);
            // A header that repeats another one, as those of a section do, is compared once.
            if at > 2 {
                let text: String = items.iter().skip(from).map(|item| item.text.as_str()).collect();
                if known.contains(&text) {
                    items.truncate(from);
                }
                known.push(text);
            }
        }
    }
    Ok(items)
}

/// What parts are called, in the order they are compared.
/// What the parts that hold text start with.
pub(super) const PARTS_OF_TEXT: [&str; 5] = ["word/document", "word/footnotes", "word/endnotes", "word/header", "word/footer"];

const PARTS: [&str; 5] = [DOCUMENT, "word/footnotes", "word/endnotes", "word/header", "word/footer"];

fn is_part(name: &str, prefix: &str) -> bool {
    let number = |rest: &str| rest.strip_suffix(".xml").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    name == prefix || name.strip_prefix(prefix).is_some_and(number)
}

fn gather(root: &Element, part: &str, package: &Package, styles: &Styles, outline: &Outline, base: u32, items: &mut Vec<Item>) {
    // The row that is being gathered: heading, table and row.
    let mut open: Option<(Option<String>, usize, usize)> = None;
    let mut title = String::new();
    let mut heading_at = 0;
    for seen in view::paragraphs(root, part, styles) {
        if seen.heading.is_some() {
            let number = if base == 0 { outline.number(heading_at) } else { "" };
            heading_at += 1;
            title = format!("{number} {}", seen.text.trim()).trim().to_owned();
        }
        if is_made_by_word(&seen, styles) {
            continue;
        }
        let figures = figures(seen.paragraph, part, package);
        let text = seen.text.trim_end().to_owned();
        let Some(cell) = seen.place.cells.first() else {
            open = None;
            let kind = base + if seen.heading.is_some() { HEADING } else { PARAGRAPH };
            items.push(Item { heading: title.clone(), place: seen.place.text(), kind, text, figures, cells: Vec::new() });
            continue;
        };
        let key = (seen.place.heading.clone(), cell.table, cell.row);
        if open.as_ref() != Some(&key) {
            let place = view::Place { cells: vec![*cell], paragraph: 0, in_text_box: false, ..seen.place.clone() };
            items.push(Item { heading: title.clone(), place: row_words(&place), kind: base + ROW, ..Item::default() });
            open = Some(key);
        }
        if let Some(row) = items.last_mut() {
            match row.cells.last_mut() {
                Some((column, old)) if *column == cell.column => {
                    row.text.push('\n');
                    row.text.push_str(&text);
                    old.push('\n');
                    old.push_str(&text);
                }
                _ => {
                    if !row.cells.is_empty() {
                        row.text.push_str(BETWEEN_CELLS);
                    }
                    row.text.push_str(&text);
                    row.cells.push((cell.column, text));
                }
            }
            row.figures.extend(figures);
        }
    }
}

/// Says where a row stands: its column says nothing.
fn row_words(place: &view::Place) -> Text {
    let Some(cell) = place.cells.first() else { return place.text() };
    let above = view::Place { cells: Vec::new(), ..place.clone() }.text();
    let (table, row) = (cell.table, cell.row);
    let join = |above: &str, words: String| if above.is_empty() { words } else { format!("{above} › {words}") };
    Text::new(join(&above.ja, format!("表{table} 行{row}")), join(&above.en, format!("table {table} row {row}")))
}

/// Returns whether a paragraph is an entry of a table of contents or of figures: Word makes those from the rest.
fn is_made_by_word(seen: &Seen, styles: &Styles) -> bool {
    let name = styles.of_paragraph(seen.paragraph).map(|style| style.name.to_ascii_lowercase()).unwrap_or_default();
    let is_entry = name.strip_prefix("toc ").is_some_and(|level| level.parse::<u8>().is_ok());
    is_entry || name == "table of figures"
}

/// Returns the sums of the figures in a paragraph.
fn figures(paragraph: &Element, part: &str, package: &Package) -> Vec<String> {
    let mut ids = Vec::new();
    paragraph.visit(&mut |element| {
        let id = match element.name.as_str() {
            "a:blip" => element.attribute("r:embed"),
            "v:imagedata" => element.attribute("r:id"),
            _ => None,
        };
        ids.extend(id.map(str::to_owned));
    });
    if ids.is_empty() {
        return Vec::new();
    }
    let known = package.relationships(part).unwrap_or_default();
    let sum = |id: String| {
        let target = known.iter().find(|known| known.id == id).map(|known| known.target.as_str()).unwrap_or_default();
        package.part(target).map_or(id, |bytes| sha256(&bytes))
    };
    ids.into_iter().map(sum).collect()
}
