//! What a workbook says of itself: its sheets, where their parts are, and its epoch.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::archive::Archive;
use super::xml::{Token, Xml};
use crate::tables::problem::Problem;

/// A workbook.
#[derive(Default)]
pub(super) struct Book {
    pub(super) sheets: Vec<Sheet>,
    /// Whether days count from 1904.
    pub(super) is_1904: bool,
    /// The part with the shared texts.
    pub(super) strings: Option<String>,
    /// The part with the formats.
    pub(super) styles: Option<String>,
}

/// A sheet of cells.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) part: String,
}

/// Reads the description of a workbook.
///
/// # Errors
/// Returns what is missing or broken.
pub(super) fn read(archive: &mut Archive) -> Result<Book, Problem> {
    let main = match archive.has("_rels/.rels") {
        true => relations(archive.small_part("_rels/.rels")?, "")?.into_values().find(|(kind, _)| kind == "officeDocument"),
        false => None,
    };
    let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |(_, part)| part);
    let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
    let relations = relations(archive.small_part(&format!("{folder}/_rels/{name}.rels").trim_start_matches('/'))?, folder)?;
    let mut book = Book::default();
    for (kind, part) in relations.values() {
        match kind.as_str() {
            "sharedStrings" => book.strings = Some(part.clone()),
            "styles" => book.styles = Some(part.clone()),
            _ => {}
        }
    }
    let mut xml = Xml::new(archive.small_part(&main)?);
    loop {
        match xml.next()? {
            Token::End => return Ok(book),
            Token::Open(tag) if tag.name() == b"workbookPr" => {
                book.is_1904 = tag.attribute(b"date1904")?.is_some_and(|value| value == "1" || value == "true");
            }
            Token::Open(tag) if tag.name() == b"sheet" => {
                let relation = tag.attribute(b"id")?.and_then(|id| relations.get(id.as_ref()));
                // A sheet of a chart or of macros has no cells.
                if let Some((_, part)) = relation.filter(|(kind, _)| kind == "worksheet") {
                    let hidden = tag.attribute(b"state")?.is_some_and(|state| state != "visible");
                    let name = tag.attribute(b"name")?.unwrap_or_default().into_owned();
                    book.sheets.push(Sheet { name, hidden, part: part.clone() });
                }
            }
            _ => {}
        }
    }
}

/// Reads what a part refers to: by id, the kind and the part.
fn relations(source: impl BufRead, folder: &str) -> Result<BTreeMap<String, (String, String)>, Problem> {
    let mut relations = BTreeMap::new();
    let mut xml = Xml::new(source);
    loop {
        match xml.next()? {
            Token::End => return Ok(relations),
            Token::Open(tag) if tag.name() == b"Relationship" => {
                let kind = tag.attribute(b"Type")?.unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let target = tag.attribute(b"Target")?.unwrap_or_default();
                if let Some(id) = tag.attribute(b"Id")? {
                    relations.insert(id.into_owned(), (kind, resolve(folder, &target)));
                }
            }
            _ => {}
        }
    }
}

/// Finds the part that a reference means. It names an entry of the archive and never a file.
fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn references_are_relative_to_the_folder_or_to_the_archive() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "../a/./b.xml"), "a/b.xml");
    }
}
