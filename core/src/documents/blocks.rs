//! Puts Markdown into the document that a template is making.

use std::sync::{Mutex, PoisonError};

use crate::render::docx::markdown::{Surroundings, blocks};
use crate::render::docx::sheet::Sheet;
use crate::render::docx::template::{BlockContext, BlockRenderer};
use crate::render::docx::tree::Element;

/// Turns Markdown into paragraphs, lists and tables with the styles of the document they are put into.
#[derive(Debug, Default)]
pub struct MarkdownBlocks {
    /// Styles and lists of the document that is being made: reading them for each text would take most of the time.
    sheet: Mutex<Option<Sheet>>,
}

impl BlockRenderer for MarkdownBlocks {
    fn blocks(&self, markdown: &str, context: &BlockContext) -> Result<Vec<Element>, String> {
        let mut kept = self.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        let sheet = kept.take().filter(|sheet| context.package(|package| sheet.is_of(package)).unwrap_or(false));
        let mut sheet = match sheet {
            Some(sheet) => sheet,
            None => context.package(|package| Sheet::read(package)).map_err(|error| error.to_string())?,
        };
        let images = |path: &str, width: Option<&str>, height: Option<&str>| context.image(path, width, height);
        let around = Surroundings { properties: context.properties.as_ref(), width: None, images: Some(&images) };
        let made = blocks(markdown, &mut sheet, &around).map_err(|error| error.to_string())?;
        context.package(|package| sheet.save(package)).map_err(|error| error.to_string())?;
        *kept = Some(sheet);
        Ok(made)
    }
}
