//! What one rendering has beside its data: files for images, who turns Markdown into paragraphs, and what was added to
//! the document so far. Filters and functions of a compiled template find it here, since Tera hands them none of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::image;
use super::problem::IMAGE;
use super::trouble::Trouble;
use crate::model::Text;
use crate::render::docx::package::{Package, RELATIONSHIP};
use crate::render::docx::tree::{Element, Tree};

/// Turns a text into paragraphs and tables.
pub trait BlockRenderer: Send + Sync {
    /// Turns a text into elements of a body; `context` says where they will stand.
    ///
    /// # Errors
    /// Returns what is wrong with the text.
    fn blocks(&self, markdown: &str, context: &BlockContext) -> Result<Vec<Element>, String>;
}

/// Where blocks are put.
#[derive(Debug, Clone, Default)]
pub struct BlockContext {
    /// The part, `word/document.xml`.
    pub part: String,
    /// Properties of the paragraph that the tag stood in.
    pub properties: Option<Element>,
    /// Whether they stand in a table.
    pub in_table: bool,
}

impl BlockContext {
    /// Returns the style of the paragraph that the tag stood in.
    pub fn style(&self) -> Option<&str> {
        self.properties.as_ref().and_then(|properties| properties.value_at(&["w:pStyle"]))
    }

    /// Puts an image into the document and returns what shows it, to stand in a run. Sizes are such as `30mm`.
    ///
    /// # Errors
    /// Returns why the image cannot be used.
    pub fn image(&self, path: &str, width: Option<&str>, height: Option<&str>) -> Result<Element, String> {
        let drawing = with(|session| {
            let number = session.image(path, width.unwrap_or_default(), height.unwrap_or_default())?;
            session.drawing(number)
        });
        let drawing =
            drawing.map_err(|trouble| trouble.values.into_iter().map(|(_, value)| value.ja).collect::<Vec<_>>().join(" "))?;
        Tree::parse(drawing.as_bytes()).map(|tree| tree.root)
    }

    /// Changes the package that is being made: parts and relationships that the blocks need. Parts with tags are written
    /// after it and replace what is set here.
    pub fn package<T>(&self, change: impl FnOnce(&mut Package) -> T) -> T {
        with(|session| change(&mut session.package))
    }
}

/// What a rendering may use beside its data.
#[derive(Clone, Default)]
pub struct Resources {
    /// Files by the name by which templates and texts call them.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// The folder below which other files are looked for.
    pub folder: Option<PathBuf>,
    /// Who turns Markdown into paragraphs; without one each line is a paragraph.
    pub blocks: Option<Arc<dyn BlockRenderer>>,
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Resources").field("files", &self.files.len()).field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// One rendering.
#[derive(Debug)]
pub(super) struct Session {
    /// The document that is being made.
    pub(super) package: Package,
    /// The part that is being written.
    pub(super) part: String,
    resources: Resources,
    /// The last number that was given to a picture.
    number: u32,
    /// Size of the text, half points.
    size: u32,
    images: Vec<image::Placed>,
}

thread_local! {
    static SESSION: RefCell<Session> = RefCell::new(Session::new(Package::new(), Resources::default(), 0, 21));
}

/// Gives the session of this thread to a function.
pub(super) fn with<T>(use_it: impl FnOnce(&mut Session) -> T) -> T {
    SESSION.with_borrow_mut(use_it)
}

impl Session {
    /// Starts a rendering; pictures are numbered after `number`.
    pub(super) fn new(package: Package, resources: Resources, number: u32, size: u32) -> Session {
        Session { package, part: String::new(), resources, number, size, images: Vec::new() }
    }

    /// Makes it the session of this thread and returns the one there was.
    pub(super) fn enter(self) -> Session {
        SESSION.replace(self)
    }

    /// Returns a number that no other picture has.
    pub(super) fn next_number(&mut self) -> u32 {
        self.number = self.number.saturating_add(1);
        self.number
    }

    /// Returns the size of the text, half points.
    pub(super) fn text_size(&self) -> u32 {
        self.size
    }

    /// Returns who turns Markdown into paragraphs.
    pub(super) fn block_renderer(&self) -> Option<Arc<dyn BlockRenderer>> {
        self.resources.blocks.clone()
    }

    /// Says where blocks are put.
    pub(super) fn block_context(&self, properties: Option<&Element>, in_table: bool) -> BlockContext {
        BlockContext { part: self.part.clone(), properties: properties.cloned(), in_table }
    }

    /// Reads an image and returns its number here.
    pub(super) fn image(&mut self, path: &str, width: &str, height: &str) -> Result<usize, Trouble> {
        let fail = |problem: Text| Trouble::new(IMAGE).with("path", path).with("problem", problem);
        let bytes = image::read(&self.resources, path).map_err(fail)?;
        self.images.push(image::place(path, bytes, width, height).map_err(fail)?);
        Ok(self.images.len() - 1)
    }

    /// Puts an image into the part that is being written and returns what shows it.
    pub(super) fn drawing(&mut self, number: usize) -> Result<String, Trouble> {
        let Some(placed) = self.images.get(number).cloned() else { return Err(super::print::spoilt()) };
        let fail = |error: crate::render::docx::DocxError| {
            Trouble::new(IMAGE).with("path", placed.path.as_str()).with("problem", error.to_string())
        };
        let name = format!("word/media/{}", placed.file_name());
        if !self.package.has(&name) {
            self.package.set_default_type(placed.format.extension(), placed.format.content_type()).map_err(fail)?;
            self.package.set(&name, placed.bytes.to_vec());
        }
        let part = self.part.clone();
        let id = self.package.relate(&part, &format!("{RELATIONSHIP}image"), &name).map_err(fail)?;
        let number = self.next_number();
        Ok(placed.drawing(&id, number))
    }
}
