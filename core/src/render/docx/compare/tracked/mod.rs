//! A copy of the new document with Word revisions against the old one: whoever accepts them all has the new text, whoever
//! rejects them all the old one.
//!
//! Kept text has the looks of the new document. A table of contents is taken from the new one, since Word makes it anew.

mod blocks;
mod bring;
mod inline;
mod mark;
mod settle;
mod units;

pub use settle::{accept, reject};

use super::document::PARTS_OF_TEXT;
use crate::render::docx::package::Package;
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::{Element, Tree};
use crate::render::docx::{DOCUMENT, DocxError};
use blocks::Merge;
use bring::Bring;
use mark::Marker;
use units::Names;

/// Who is said to have made the changes, and when.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// Name.
    pub name: &'a str,
    /// Day, `2026-04-01`.
    pub date: &'a str,
}

/// Makes the copy.
///
/// # Errors
/// Returns what cannot be read.
pub fn tracked(old: &Package, new: &Package, author: Author) -> Result<Package, DocxError> {
    let (old, mut made) = (settle::accepted(old)?, settle::accepted(new)?);
    let mut marker = Marker::new(author, free_id(&made)?);
    let (old_styles, new_styles) = (Styles::read(&old)?, Styles::read(&made)?);
    for (part, was) in pairs(&old, &made)? {
        let (before, mut after) = (old.tree(&was)?, made.tree(&part)?);
        let names = (Names::of(&old, &was)?, Names::of(&made, &part)?);
        let bring = Bring::new(&old, &mut made, &was, &part)?;
        let mut merge = Merge { marker: &mut marker, bring, old_styles: &old_styles, new_styles: &new_styles, names };
        let old_body = before.root.child("w:body").unwrap_or(&before.root);
        match after.root.child_mut("w:body") {
            Some(body) => merge.container(old_body, body)?,
            None => merge.container(old_body, &mut after.root)?,
        }
        merge.bring.finish()?;
        declare(&mut after, &before);
        made.set(&part, after.write());
    }
    Ok(made)
}

/// Returns the parts whose text is merged, each with the one it is compared to: the body, and headers and footers by their
/// section and type.
fn pairs(old: &Package, new: &Package) -> Result<Vec<(String, String)>, DocxError> {
    let mut pairs = vec![(DOCUMENT.to_owned(), DOCUMENT.to_owned())];
    let (before, after) = (references(old)?, references(new)?);
    for (key, part) in after {
        let was = before.iter().find(|(known, _)| *known == key).map(|(_, part)| part.clone());
        if let Some(was) = was.filter(|_| pairs.iter().all(|(known, _)| *known != part)) {
            pairs.push((part, was));
        }
    }
    Ok(pairs)
}

/// Number of the section, element and type of a header or footer.
type Reference = (usize, String, String);

/// Returns the headers and footers of a document: number of the section, element and type, and the part.
fn references(package: &Package) -> Result<Vec<(Reference, String)>, DocxError> {
    let known = package.relationships(DOCUMENT)?;
    let tree = package.tree(DOCUMENT)?;
    let mut found = Vec::new();
    let mut sections = 0;
    tree.root.visit(&mut |element| {
        if !element.is("w:sectPr") {
            return;
        }
        sections += 1;
        for reference in element.elements().filter(|element| element.name.ends_with("Reference")) {
            let kind = reference.attribute("w:type").unwrap_or("default").to_owned();
            let target = known.iter().find(|known| Some(known.id.as_str()) == reference.attribute("r:id"));
            if let Some(target) = target.filter(|target| package.has(&target.target)) {
                found.push(((sections, reference.name.clone(), kind), target.target.clone()));
            }
        }
    });
    Ok(found)
}

/// Returns the first id that no mark of the document has.
fn free_id(package: &Package) -> Result<u32, DocxError> {
    let mut most = 0;
    for part in package.parts().iter().filter(|part| PARTS_OF_TEXT.iter().any(|start| part.starts_with(start))) {
        if !part.ends_with(".xml") {
            continue;
        }
        package.tree(part)?.root.visit(&mut |element| {
            let id = element.attribute("w:id").and_then(|id| id.parse::<u32>().ok());
            most = most.max(id.unwrap_or(0));
        });
    }
    Ok(most.saturating_add(1))
}

/// Declares the prefixes of the old part too: what was brought from it may use them.
fn declare(after: &mut Tree, before: &Tree) {
    let missing: Vec<(String, String)> = before
        .root
        .attributes
        .iter()
        .filter(|(name, _)| name.starts_with("xmlns:") && after.root.attribute(name).is_none())
        .cloned()
        .collect();
    after.root.attributes.extend(missing);
}

/// Returns whether a paragraph is an entry of a table of contents.
fn is_entry(paragraph: &Element, styles: &Styles) -> bool {
    let name = styles.of_paragraph(paragraph).map(|style| style.name.to_ascii_lowercase()).unwrap_or_default();
    name.strip_prefix("toc ").is_some_and(|level| level.parse::<u8>().is_ok()) || name == "table of figures"
}

#[cfg(test)]
mod tests;
