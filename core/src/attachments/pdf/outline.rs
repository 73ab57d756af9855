//! The bookmarks of a PDF and the pages they lead to.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Document;
use super::object::{Dict, Object};
use super::{Bookmark, PdfError};
use crate::limits;

/// Reads the bookmarks in their order; those that lead to no page of the file are left out.
pub(super) fn read(document: &mut Document, root: &Dict) -> Result<Vec<Bookmark>, PdfError> {
    let pages = pages(document, root)?;
    let Some(outlines) = document.dict(root, "Outlines")? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    // What comes next lies below what was met: children before neighbours.
    let mut open: Vec<Object> = outlines.get("First").cloned().into_iter().collect();
    while let Some(item) = open.pop() {
        let Object::Ref(number) = item else { continue };
        if !seen.insert(number) {
            continue;
        }
        if seen.len() > limits::PDF_PAGES {
            return Err(PdfError::Limit("bookmarks"));
        }
        let Object::Dict(item) = document.resolve(item)? else { continue };
        open.extend(item.get("Next").cloned());
        open.extend(item.get("First").cloned());
        let title = match item.get("Title").cloned().map(|title| document.resolve(title)).transpose()? {
            Some(Object::Text(bytes)) => text(&bytes),
            _ => continue,
        };
        let action = document.dict(&item, "A")?;
        let target = item.get("Dest").or_else(|| action.as_ref().and_then(|action| action.get("D"))).cloned();
        let Some(Object::Array(target)) = target.map(|target| document.resolve(target)).transpose()? else { continue };
        if let Some(page) = target.first().and_then(|page| match page {
            Object::Ref(number) => pages.get(number).copied(),
            _ => None,
        }) {
            found.push(Bookmark { title, page });
        }
    }
    Ok(found)
}

/// Numbers the pages, from 1, by the number of their object.
fn pages(document: &mut Document, root: &Dict) -> Result<BTreeMap<u32, u32>, PdfError> {
    let mut pages = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<Object> = root.get("Pages").cloned().into_iter().collect();
    let mut count = 0_u32;
    while let Some(node) = open.pop() {
        let Object::Ref(number) = node else { continue };
        if !seen.insert(number) {
            continue;
        }
        if seen.len() > limits::PDF_PAGES {
            return Err(PdfError::Limit("pages"));
        }
        let Object::Dict(dict) = document.resolve(node)? else { continue };
        match dict.get("Kids").cloned().map(|kids| document.resolve(kids)).transpose()? {
            Some(Object::Array(kids)) => open.extend(kids.into_iter().rev()),
            _ => {
                count += 1;
                pages.insert(number, count);
            }
        }
    }
    Ok(pages)
}

/// Reads a text of a PDF: UTF-16 with its mark, UTF-8 with its mark, or what is taken as Latin here.
fn text(bytes: &[u8]) -> String {
    if let Some(pairs) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        let units = pairs.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok()).map(u16::from_be_bytes);
        return char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    }
    if let Some(text) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return String::from_utf8_lossy(text).into_owned();
    }
    bytes.iter().copied().map(char::from).collect()
}
