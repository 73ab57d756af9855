//! The pages of a PDF, and on how many of them text is shown.

use std::collections::BTreeSet;
use std::io::Read;
use std::rc::Rc;

use super::content::{Drawn, drawn};
use super::document::Document;
use super::object::{Dict, Object};
use super::{About, PdfError};
use crate::limits;

/// Deepest nesting of forms that draw forms.
const FORM_DEPTH: usize = 8;

/// Counts the pages below the root, and those without text.
pub(super) fn count(document: &mut Document, root: &Dict) -> Result<About, PdfError> {
    let mut about = About::default();
    let mut open = vec![(root.get("Pages").cloned().unwrap_or(Object::Other), None::<Rc<Object>>)];
    let mut seen = BTreeSet::new();
    let mut spent = false;
    while let Some((node, inherited)) = open.pop() {
        if let Object::Ref(number) = node
            && !seen.insert(number)
        {
            continue;
        }
        if open.len() > limits::PDF_PAGES || about.pages >= limits::PDF_PAGES {
            return Err(PdfError::Limit("pages"));
        }
        let node = match document.resolve(node) {
            Ok(Object::Dict(node)) => node,
            Ok(_) => continue,
            Err(error) => return Err(error),
        };
        let resources = node.get("Resources").map(|own| Rc::new(own.clone())).or(inherited);
        match node.get("Kids").cloned().map(|kids| document.resolve(kids)).transpose()? {
            Some(Object::Array(kids)) => open.extend(kids.into_iter().rev().map(|kid| (kid, resources.clone()))),
            Some(_) => {}
            None => {
                about.pages += 1;
                // Once the work is done that one file may ask for, the other pages are counted only.
                match if spent { None } else { Some(page(document, &node, resources.as_deref())) } {
                    Some(Ok(true)) => {}
                    Some(Ok(false)) => about.without_text += 1,
                    Some(Err(PdfError::Io(error))) => return Err(error.into()),
                    Some(Err(error)) => {
                        spent = matches!(error, PdfError::Limit(_));
                        about.unknown += 1;
                    }
                    None => about.unknown += 1,
                }
            }
        }
    }
    if about.pages == 0 {
        return Err(PdfError::Damaged("it has no pages"));
    }
    Ok(about)
}

/// Why a page cannot be told to have text: what is packed in a way not known here.
const PACKED: PdfError = PdfError::Damaged("its content does not unpack");

/// Returns whether a page shows text.
fn page(document: &mut Document, page: &Dict, resources: Option<&Object>) -> Result<bool, PdfError> {
    let streams = match page.get("Contents") {
        Some(Object::Ref(number)) => match document.stream(*number)? {
            Some(_) => vec![Object::Ref(*number)],
            None => match document.resolve(Object::Ref(*number))? {
                Object::Array(streams) => streams,
                _ => Vec::new(),
            },
        },
        Some(Object::Array(streams)) => streams.clone(),
        _ => Vec::new(),
    };
    let mut names = Vec::new();
    for stream in streams {
        let Object::Ref(number) = stream else { continue };
        let drawn = scan(document, number)?;
        if drawn.text {
            return Ok(true);
        }
        names.extend(drawn.names);
    }
    let resources = resources.cloned().map(|resources| document.resolve(resources)).transpose()?;
    let Some(Object::Dict(resources)) = resources else { return Ok(false) };
    forms(document, &names, &resources, &mut BTreeSet::new(), 0)
}

/// Returns whether a form that a page draws shows text.
fn forms(
    document: &mut Document,
    names: &[Vec<u8>],
    resources: &Dict,
    seen: &mut BTreeSet<u32>,
    depth: usize,
) -> Result<bool, PdfError> {
    if names.is_empty() || depth > FORM_DEPTH {
        return Ok(false);
    }
    let Some(known) = document.dict(resources, "XObject")? else { return Ok(false) };
    for name in names {
        let Some(Object::Ref(number)) = std::str::from_utf8(name).ok().and_then(|name| known.get(name)) else { continue };
        if !seen.insert(*number) || seen.len() > limits::PDF_FORMS {
            continue;
        }
        let Some(stream) = document.stream(*number)? else { continue };
        if !stream.dict.is("Subtype", "Form") {
            continue;
        }
        let drawn = scan(document, *number)?;
        let own = document.dict(&stream.dict, "Resources")?;
        if drawn.text || forms(document, &drawn.names, own.as_ref().unwrap_or(resources), seen, depth + 1)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads a content stream up to its first text.
fn scan(document: &mut Document, number: u32) -> Result<Drawn, PdfError> {
    let Some(stream) = document.stream(number)? else { return Ok(Drawn::default()) };
    let allowed = document.left();
    let mut reader = document.unpack(&stream)?.ok_or(PACKED)?.take(allowed);
    let drawn = drawn(&mut reader);
    document.spend(allowed - reader.limit())?;
    if document.left() == 0 {
        return Err(PdfError::Limit("bytes to read"));
    }
    drawn.map_err(|_| PACKED)
}
