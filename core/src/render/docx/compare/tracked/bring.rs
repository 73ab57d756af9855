//! Takes what a deleted stretch of the old document needs into the copy: figures, notes, styles that exist.

use std::collections::BTreeMap;

use crate::package::hashing::sha256;
use crate::render::docx::DocxError;
use crate::render::docx::package::{Package, RELATIONSHIP};
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::{Element, Node, Tree};

/// How a note is named in the text, the part that holds it, and the note itself.
pub(super) const NOTES: [(&str, &str, &str); 2] =
    [("w:footnoteReference", "word/footnotes.xml", "w:footnote"), ("w:endnoteReference", "word/endnotes.xml", "w:endnote")];

const NUMBERING: &str = "word/numbering.xml";

/// What goes from one part of the old document into one part of the copy.
pub(super) struct Bring<'p> {
    old: &'p Package,
    new: &'p mut Package,
    /// The part it goes into.
    part: String,
    /// Relationships of the old part: id, kind, target.
    known: BTreeMap<String, (String, String)>,
    styles: Styles,
    /// Whether the lists of both documents are the same.
    same_lists: bool,
    /// Parts with notes that were changed.
    notes: BTreeMap<&'static str, Tree>,
}

impl<'p> Bring<'p> {
    pub(super) fn new(old: &'p Package, new: &'p mut Package, was: &str, part: &str) -> Result<Bring<'p>, DocxError> {
        let known = old.relationships(was)?.into_iter().filter(|known| !known.external);
        let known = known.map(|known| (known.id, (known.kind, known.target))).collect();
        let styles = Styles::read(new)?;
        let same_lists = old.part(NUMBERING).ok() == new.part(NUMBERING).ok();
        Ok(Bring { old, new, part: part.to_owned(), known, styles, same_lists, notes: BTreeMap::new() })
    }

    /// Makes elements of the old document fit for the copy. A link is deleted as its text, and an object that is not a
    /// figure is left out: it would need parts of its own.
    pub(super) fn elements(&mut self, elements: Vec<Element>) -> Result<Vec<Element>, DocxError> {
        let mut made = Vec::new();
        for element in elements {
            match element.name.as_str() {
                "w:r" => made.extend(self.run(element)?),
                "m:oMath" | "m:oMathPara" => made.push(element),
                _ => {
                    let mut runs = Vec::new();
                    gather(&element, &mut runs);
                    for run in runs {
                        made.extend(self.run(run)?);
                    }
                }
            }
        }
        Ok(made)
    }

    fn run(&mut self, mut run: Element) -> Result<Option<Element>, DocxError> {
        for note in run.elements_mut() {
            let kind = NOTES.into_iter().find(|(name, _, _)| note.is(name));
            if let Some((_, part, name)) = kind {
                match self.note(part, name, note.attribute("w:id").unwrap_or_default())? {
                    Some(id) => note.set("w:id", &id),
                    None => return Ok(None),
                }
            }
        }
        if let Some(properties) = run.child_mut("w:rPr") {
            self.known_styles(properties);
        }
        let mut wanted = Vec::new();
        run.visit(&mut |inner| {
            wanted.extend(inner.attributes.iter().filter(|(name, _)| name.starts_with("r:")).map(|(_, id)| id.clone()));
        });
        let mut ids = BTreeMap::new();
        for id in wanted {
            match self.figure(&id)? {
                Some(new) => drop(ids.insert(id, new)),
                None => return Ok(None),
            }
        }
        run.visit_mut(&mut |inner| {
            for (name, value) in &mut inner.attributes {
                if let Some(new) = ids.get(value).filter(|_| name.starts_with("r:")) {
                    value.clone_from(new);
                }
            }
        });
        Ok(Some(run))
    }

    /// Brings a figure and returns the id of its relationship; nothing when it is no figure.
    fn figure(&mut self, id: &str) -> Result<Option<String>, DocxError> {
        let Some((kind, target)) = self.known.get(id).filter(|(kind, _)| kind.ends_with("/image")).cloned() else {
            return Ok(None);
        };
        let bytes = self.old.part(&target)?;
        let is_there = self.new.has(&target) && self.new.part(&target)? == bytes;
        let name = if is_there {
            target
        } else {
            let extension = target.rsplit_once('.').map_or("png", |(_, extension)| extension).to_owned();
            let sum: String = sha256(&bytes).chars().take(16).collect();
            let name = format!("word/media/{sum}.{extension}");
            let content_type = match extension.as_str() {
                "jpg" | "jpeg" => "image/jpeg".to_owned(),
                "svg" => "image/svg+xml".to_owned(),
                "tif" => "image/tiff".to_owned(),
                "emf" | "wmf" => format!("image/x-{extension}"),
                other => format!("image/{other}"),
            };
            self.new.set_default_type(&extension, &content_type)?;
            self.new.set(&name, bytes);
            name
        };
        self.new.relate(&self.part, &kind, &name).map(Some)
    }

    /// Brings a note and returns its id in the copy.
    fn note(&mut self, part: &'static str, name: &str, id: &str) -> Result<Option<String>, DocxError> {
        if !self.old.has(part) {
            return Ok(None);
        }
        let old = self.old.tree(part)?;
        let Some(mut note) = old.root.elements().find(|note| note.is(name) && note.attribute("w:id") == Some(id)).cloned()
        else {
            return Ok(None);
        };
        if !self.notes.contains_key(part) {
            let tree = if self.new.has(part) {
                self.new.tree(part)?
            } else {
                let mut tree = old.clone();
                tree.root.children.retain(|child| child.element().is_some_and(|note| note.attribute("w:type").is_some()));
                let stem = part.trim_start_matches("word/").trim_end_matches(".xml");
                let kind = format!("application/vnd.openxmlformats-officedocument.wordprocessingml.{stem}+xml");
                self.new.set(part, Vec::new());
                self.new.set_type(part, &kind)?;
                self.new.relate(&self.part, &format!("{RELATIONSHIP}{stem}"), part)?;
                tree
            };
            self.notes.insert(part, tree);
        }
        // A note with a figure or a link would need relationships of its part: only its text goes over.
        note.visit_mut(&mut |inner| {
            inner.children.retain(|child| child.element().is_none_or(|child| !child.is("w:drawing") && !child.is("w:pict")));
            inner.unset("r:id");
        });
        let Some(tree) = self.notes.get_mut(part) else { return Ok(None) };
        let ids = tree.root.elements().filter_map(|note| note.attribute("w:id")).filter_map(|id| id.parse::<u32>().ok());
        let free = ids.max().unwrap_or(0).saturating_add(1).to_string();
        note.set("w:id", &free);
        tree.root.children.push(Node::Element(note));
        Ok(Some(free))
    }

    /// Takes out of the properties of a deleted paragraph what the copy does not have.
    pub(super) fn properties(&self, paragraph: &mut Element) {
        let Some(properties) = paragraph.child_mut("w:pPr") else { return };
        let same_lists = self.same_lists;
        properties
            .children
            .retain(|child| child.element().is_none_or(|child| !child.is("w:sectPr") && (same_lists || !child.is("w:numPr"))));
        self.known_styles(properties);
        if let Some(run) = properties.child_mut("w:rPr") {
            self.known_styles(run);
        }
    }

    fn known_styles(&self, properties: &mut Element) {
        properties.children.retain(|child| {
            let named = child.element().filter(|child| child.is("w:pStyle") || child.is("w:rStyle"));
            named.and_then(|named| named.attribute("w:val")).is_none_or(|id| self.styles.find(id).is_some())
        });
    }

    /// Writes the notes that were brought.
    pub(super) fn finish(self) -> Result<(), DocxError> {
        for (part, tree) in self.notes {
            self.new.set(part, tree.write());
        }
        Ok(())
    }
}

/// Gathers the runs inside a link or a content control.
fn gather(element: &Element, runs: &mut Vec<Element>) {
    for child in element.elements() {
        if child.is("w:r") {
            runs.push(child.clone());
        } else {
            gather(child, runs);
        }
    }
}
