//! A filing as it was filed, where that is not what its record builds: labels spelled otherwise, elements left out,
//! rows numbered anew, values that are no values of their items.
//!
//! A filing that was read is built again at once and the two are compared element by element; each difference is a line
//! of the record. When the record is built, a line is put back as long as what is built has not changed at that place,
//! so that a filing comes out as it went in, and a value that somebody mends stays mended.

mod difference;
mod patch;
mod rebuild;
mod respelled;
mod tree;

use crate::model::{Catalogue, Leaf, Origin, Record, Row, Scalar};

pub use difference::differences;
pub use patch::patched;
pub use rebuild::rebuild;
pub use respelled::forget_respelled;
pub use tree::{Element, parse, write};

/// The repeat group of the catalogue that holds the lines.
pub const AS_FILED: &str = "filing.as_filed";

/// What a line is about.
pub(crate) mod part {
    /// The text of an element.
    pub(crate) const TEXT: &str = "text";
    /// The element itself.
    pub(crate) const ELEMENT: &str = "element";
    /// An element that is not built, with its place among the others.
    pub(crate) const ADDED: &str = "added ";
    /// All of an element.
    pub(crate) const XML: &str = "xml";
    /// An attribute.
    pub(crate) const ATTRIBUTE: char = '@';
}

/// Stands for what is not there.
pub(crate) const ABSENT: &str = "-";

/// Writes what is there so that it cannot be taken for what is not, nor for a formula.
pub(crate) fn present(text: &str) -> String {
    format!(":{text}")
}

/// Writes what is built with the row it stands in, so that a line never moves to another row.
pub(crate) fn guard(ours: String, row: &str) -> String {
    if row.is_empty() { ours } else { format!("{ours}｜{row}") }
}

/// Names the row that a child stands in among repeated ones: the first text of the row; empty where nothing repeats.
pub(crate) fn row_of(children: &[Element], at: usize) -> String {
    let repeats = |name: &str| children.iter().filter(|child| child.name == name).nth(1).is_some();
    let Some(start) = children.iter().find(|child| repeats(&child.name)).map(|child| child.name.as_str()) else {
        return String::new();
    };
    let Some(first) = children.iter().take(at + 1).rposition(|child| child.name == start) else { return String::new() };
    let row = children.iter().skip(first + 1).take_while(|child| child.name != start);
    row.map(|child| child.text.as_str()).find(|text| !text.is_empty()).unwrap_or("-").to_owned()
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The way to the element from the root, `INFONOTE/REMARKS/SERIALNO1[2]`.
    pub path: String,
    /// What of it.
    pub part: String,
    /// What is built.
    pub ours: String,
    /// What was filed.
    pub theirs: String,
    /// Line and column in the file that was read; zeros where there is none.
    pub at: (u32, u32),
}

/// Reads the lines of a record.
pub fn read(record: &Record, catalogue: &Catalogue) -> Vec<Line> {
    let Some(list) = catalogue.scope_ix(AS_FILED) else { return Vec::new() };
    let line = |row: &Row| {
        let text =
            |name: &str| catalogue.field_ix(&format!("{AS_FILED}.{name}")).map_or("", |field| row.text(field)).to_owned();
        Line { path: text("path"), part: text("part"), ours: text("ours"), theirs: text("theirs"), at: (0, 0) }
    };
    record.root.rows(list).iter().map(line).collect()
}

/// Adds lines to a record.
pub fn keep(record: &mut Record, catalogue: &Catalogue, lines: &[Line], sheet: u16) {
    let Some(list) = catalogue.scope_ix(AS_FILED) else { return };
    for line in lines {
        let mut row = Row::default();
        let origin = Origin::Line { sheet, line: line.at.0, col: line.at.1 };
        row.spot = crate::model::Spot::In(origin.clone());
        for (name, text) in [("path", &line.path), ("part", &line.part), ("ours", &line.ours), ("theirs", &line.theirs)] {
            if let Some(field) = catalogue.field_ix(&format!("{AS_FILED}.{name}")).filter(|_| !text.is_empty()) {
                row.put(field, Leaf { value: Scalar::Text(text.as_str().into()), origin: origin.clone() });
            }
        }
        record.root.rows_mut(list).push(row);
    }
}

/// Takes all lines away.
pub fn forget(record: &mut Record, catalogue: &Catalogue) {
    if let Some(list) = catalogue.scope_ix(AS_FILED) {
        record.root.lists.retain(|(known, _)| *known != list);
    }
}

#[cfg(test)]
mod tests;
