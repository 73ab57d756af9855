//! The container of a Word file: its parts, their relationships and content types.
//!
//! Parts that nobody changed are copied as they are packed; the others are packed anew, all in the order of the file they
//! came from, without times, so that the same parts make the same bytes.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::tree::{Element, Node, Tree};
use super::{DOCUMENT, DocxError};
use crate::limits;

/// The part that says what type each part has.
pub const CONTENT_TYPES: &str = "[Content_Types].xml";

/// What the types of relationships start with.
pub const RELATIONSHIP: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

/// A Word file that is being read or changed.
#[derive(Debug, Clone)]
pub struct Package {
    archive: Option<ZipArchive<Cursor<Arc<[u8]>>>>,
    /// All parts in the order they are written.
    order: Vec<String>,
    /// Parts that were set.
    set: BTreeMap<String, Vec<u8>>,
}

/// One relationship of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relationship {
    /// Its id, `rId3`.
    pub id: String,
    /// Its type, a URL.
    pub kind: String,
    /// What it points to: the name of a part, or an address outside the file.
    pub target: String,
    /// Whether it points outside the file.
    pub external: bool,
}

impl Default for Package {
    fn default() -> Package {
        Package::new()
    }
}

impl Package {
    /// Starts a file without parts.
    pub fn new() -> Package {
        Package { archive: None, order: Vec::new(), set: BTreeMap::new() }
    }

    /// Reads a Word file; its parts are unpacked when they are asked for.
    ///
    /// # Errors
    /// Returns why it is none: no archive, encrypted, too large, two parts of one name, or no document in it.
    pub fn read(bytes: impl Into<Arc<[u8]>>) -> Result<Package, DocxError> {
        let bytes: Arc<[u8]> = bytes.into();
        let bad = |problem: String| DocxError::Archive { problem };
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(bad("it is encrypted or of the old format .doc; save it as .docx without a password".to_owned()));
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| bad(error.to_string()))?;
        if archive.len() > limits::ARCHIVE_ENTRIES {
            return Err(DocxError::TooLarge { what: "the number of parts".to_owned(), limit: limits::ARCHIVE_ENTRIES as u64 });
        }
        let mut order = Vec::with_capacity(archive.len());
        let mut total: u64 = 0;
        for at in 0..archive.len() {
            let entry = archive.by_index_raw(at).map_err(|error| bad(error.to_string()))?;
            let name = entry.name().map_err(|error| bad(error.to_string()))?.into_owned();
            total = total.saturating_add(entry.size());
            if total > limits::ARCHIVE_BYTES {
                return Err(DocxError::TooLarge { what: "what it unpacks to".to_owned(), limit: limits::ARCHIVE_BYTES });
            }
            if entry.encrypted() {
                return Err(bad("it is encrypted".to_owned()));
            }
            if order.iter().any(|known: &String| known.eq_ignore_ascii_case(&name)) {
                return Err(bad(format!("it holds the part `{name}` twice")));
            }
            order.push(name);
        }
        let package = Package { archive: Some(archive), order, set: BTreeMap::new() };
        for part in [CONTENT_TYPES, DOCUMENT] {
            if !package.has(part) {
                return Err(DocxError::Missing { part: part.to_owned() });
            }
        }
        Ok(package)
    }

    /// Returns the names of all parts, in the order they are written.
    pub fn parts(&self) -> &[String] {
        &self.order
    }

    /// Returns whether there is a part of this name.
    pub fn has(&self, name: &str) -> bool {
        self.order.iter().any(|known| known == name)
    }

    /// Returns the bytes of a part.
    ///
    /// # Errors
    /// Returns that it is missing, damaged or larger than it says.
    pub fn part(&self, name: &str) -> Result<Vec<u8>, DocxError> {
        if let Some(bytes) = self.set.get(name) {
            return Ok(bytes.clone());
        }
        let missing = || DocxError::Missing { part: name.to_owned() };
        if !self.has(name) {
            return Err(missing());
        }
        let bad = |problem: String| DocxError::Archive { problem: format!("{name}: {problem}") };
        // A clone of an archive shares its directory and its bytes.
        let mut archive = self.archive.clone().ok_or_else(missing)?;
        let entry = archive.by_name(name).map_err(|error| bad(error.to_string()))?;
        if entry.size() > limits::ARCHIVE_PART_BYTES {
            return Err(DocxError::TooLarge { what: name.to_owned(), limit: limits::ARCHIVE_PART_BYTES });
        }
        let mut bytes = Vec::new();
        entry.take(limits::ARCHIVE_PART_BYTES).read_to_end(&mut bytes).map_err(|error| bad(error.to_string()))?;
        Ok(bytes)
    }

    /// Reads a part as XML.
    ///
    /// # Errors
    /// Returns that it is missing or no XML.
    pub fn tree(&self, name: &str) -> Result<Tree, DocxError> {
        let bytes = self.part(name)?;
        Tree::parse(&bytes).map_err(|problem| DocxError::Xml { part: name.to_owned(), problem })
    }

    /// Sets a part; a new one comes last.
    pub fn set(&mut self, name: &str, bytes: Vec<u8>) {
        if !self.has(name) {
            self.order.push(name.to_owned());
        }
        self.set.insert(name.to_owned(), bytes);
    }

    /// Returns the relationships of a part; those of the file itself for an empty name.
    ///
    /// # Errors
    /// Returns that they are no XML.
    pub fn relationships(&self, part: &str) -> Result<Vec<Relationship>, DocxError> {
        let name = relationships_of(part);
        if !self.has(&name) {
            return Ok(Vec::new());
        }
        let tree = self.tree(&name)?;
        let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
        let read = |element: &Element| {
            let external = element.attribute("TargetMode") == Some("External");
            let target = element.attribute("Target")?;
            let target = if external { target.to_owned() } else { resolve(folder, target) };
            let (id, kind) = (element.attribute("Id")?.to_owned(), element.attribute("Type")?.to_owned());
            Some(Relationship { id, kind, target, external })
        };
        Ok(tree.root.elements().filter_map(read).collect())
    }

    /// Adds a relationship from a part to another one and returns its id; one that is there already is used again.
    ///
    /// # Errors
    /// Returns that the relationships there are no XML.
    pub fn relate(&mut self, part: &str, kind: &str, target: &str) -> Result<String, DocxError> {
        let known = self.relationships(part)?;
        if let Some(same) = known.iter().find(|known| known.kind == kind && known.target == target && !known.external) {
            return Ok(same.id.clone());
        }
        let free = (1..).map(|number| format!("rId{number}")).find(|id| known.iter().all(|known| &known.id != id));
        let id = free.unwrap_or_default();
        let name = relationships_of(part);
        let mut tree = if self.has(&name) {
            self.tree(&name)?
        } else {
            let root =
                Element::new("Relationships").with("xmlns", "http://schemas.openxmlformats.org/package/2006/relationships");
            Tree { before: DECLARATION.to_owned(), root }
        };
        let entry = Element::new("Relationship").with("Id", &id).with("Type", kind).with("Target", &format!("/{target}"));
        tree.root.children.push(Node::Element(entry));
        self.set(&name, tree.write());
        Ok(id)
    }

    /// Says what type a part has; one that is said already is changed.
    ///
    /// # Errors
    /// Returns that the content types are missing or no XML.
    pub fn set_type(&mut self, part: &str, content_type: &str) -> Result<(), DocxError> {
        let mut tree = if self.has(CONTENT_TYPES) {
            self.tree(CONTENT_TYPES)?
        } else {
            let root = Element::new("Types").with("xmlns", "http://schemas.openxmlformats.org/package/2006/content-types");
            Tree { before: DECLARATION.to_owned(), root }
        };
        let name = format!("/{part}");
        let same = |element: &&mut Element| element.is("Override") && element.attribute("PartName") == Some(&name);
        if let Some(known) = tree.root.elements_mut().find(same) {
            known.set("ContentType", content_type);
        } else {
            let entry = Element::new("Override").with("PartName", &name).with("ContentType", content_type);
            tree.root.children.push(Node::Element(entry));
        }
        self.set(CONTENT_TYPES, tree.write());
        Ok(())
    }

    /// Says what type the parts of an extension have, unless that is said already.
    ///
    /// # Errors
    /// Returns that the content types are missing or no XML.
    pub fn set_default_type(&mut self, extension: &str, content_type: &str) -> Result<(), DocxError> {
        let mut tree = self.tree(CONTENT_TYPES)?;
        let same = |element: &Element| {
            element.is("Default") && element.attribute("Extension").is_some_and(|known| known.eq_ignore_ascii_case(extension))
        };
        if !tree.root.elements().any(same) {
            let entry = Element::new("Default").with("Extension", extension).with("ContentType", content_type);
            // Defaults come before overrides.
            tree.root.children.insert(0, Node::Element(entry));
            self.set(CONTENT_TYPES, tree.write());
        }
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Returns that a part cannot be copied or packed.
    pub fn write(&self) -> Result<Vec<u8>, DocxError> {
        let bad = |problem: zip::result::ZipError| DocxError::Archive { problem: problem.to_string() };
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let mut archive = self.archive.clone();
        // Packing takes most of the time of filling a template; the lowest level takes a quarter of that time and a quarter more room.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        for name in &self.order {
            if let Some(bytes) = self.set.get(name) {
                out.start_file(name.as_str(), options).map_err(bad)?;
                out.write_all(bytes).map_err(|error| DocxError::Archive { problem: error.to_string() })?;
            } else if let Some(archive) = &mut archive {
                let entry = archive.by_name(name).map_err(bad)?;
                if entry.is_dir() {
                    continue;
                }
                out.raw_copy_file(entry).map_err(bad)?;
            }
        }
        out.finish().map(Cursor::into_inner).map_err(bad)
    }
}

/// What a part that is made here starts with.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Returns the name of the part that holds the relationships of a part.
fn relationships_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// Resolves a target against the folder of the part that names it.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Package {
        let mut package = Package::new();
        package.set_type(DOCUMENT, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml").unwrap();
        package.relate("", &format!("{RELATIONSHIP}officeDocument"), DOCUMENT).unwrap();
        package.set(DOCUMENT, b"<w:document/>".to_vec());
        package
    }

    #[test]
    fn a_file_that_is_read_and_written_is_the_same() {
        let first = sample().write().unwrap();
        let read = Package::read(first.clone()).unwrap();
        assert_eq!(read.write().unwrap(), first);
        assert_eq!(read.part(DOCUMENT).unwrap(), b"<w:document/>");
        assert_eq!(read.relationships("").unwrap()[0].target, DOCUMENT);
    }

    #[test]
    fn only_the_part_that_was_set_changes() {
        let mut read = Package::read(sample().write().unwrap()).unwrap();
        read.set(DOCUMENT, b"<w:document a='1'/>".to_vec());
        let id = read.relate(DOCUMENT, &format!("{RELATIONSHIP}image"), "word/media/a.png").unwrap();
        assert_eq!(id, "rId1");
        assert_eq!(read.relate(DOCUMENT, &format!("{RELATIONSHIP}image"), "word/media/a.png").unwrap(), "rId1");
        let again = Package::read(read.write().unwrap()).unwrap();
        assert_eq!(again.part(DOCUMENT).unwrap(), b"<w:document a='1'/>");
        assert_eq!(again.relationships(DOCUMENT).unwrap()[0].target, "word/media/a.png");
    }

    #[test]
    fn what_is_no_word_file_is_refused() {
        assert!(Package::read(b"hello".to_vec()).is_err());
        let mut old = vec![0xD0, 0xCF, 0x11, 0xE0];
        old.resize(600, 0);
        assert!(Package::read(old).unwrap_err().to_string().contains(".doc"));
        let mut empty = ZipWriter::new(Cursor::new(Vec::new()));
        empty.start_file("x", SimpleFileOptions::default()).unwrap();
        let bytes = empty.finish().unwrap().into_inner();
        assert_eq!(Package::read(bytes).unwrap_err(), DocxError::Missing { part: CONTENT_TYPES.to_owned() });
    }

    #[test]
    fn targets_are_resolved_against_their_folder() {
        assert_eq!(resolve("word", "media/a.png"), "word/media/a.png");
        assert_eq!(resolve("word", "../docProps/core.xml"), "docProps/core.xml");
        assert_eq!(resolve("word", "/word/a.xml"), "word/a.xml");
    }
}
