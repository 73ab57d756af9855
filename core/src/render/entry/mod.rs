//! The entry sheet of a form that is typed into screens: every field in screen order, ready to be copied, with what is
//! asked, what was found and what changed.
//!
//! [`Sheet`] is the sheet itself, built once from a filing and neutral of any format; `html`, `workbook` and JSON only
//! write it down.

mod build;
mod choices;
mod html;
mod labels;
mod model;
mod notes;
#[cfg(test)]
mod tests;
mod words;
mod workbook;

use super::RenderError;
use crate::model::{Catalogue, Filing, Finding, Sources};
use crate::plugin::Plugin;

pub use model::{
    Asked, Block, Changed, Counts, Field, FormOf, Item, LeftOut, List, Note, Part, Pick, PluginOf, Repeat, Row, SCHEMA,
    Section, Sheet,
};

/// What a sheet is made from.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The plugin with its form.
    pub plugin: &'a Plugin,
    /// The filled form, with its change marks.
    pub filing: &'a Filing,
    /// The files the record was read from.
    pub sources: &'a Sources,
    /// The code lists.
    pub catalogue: &'a Catalogue,
    /// Trial id.
    pub trial: &'a str,
    /// What the filing is called.
    pub submission: &'a str,
    /// The day of the run, ISO.
    pub built: &'a str,
    /// Whether it is made although errors are open.
    pub draft: bool,
    /// Whether the filing was compared with an earlier one.
    pub compared: bool,
    /// What the checks said.
    pub findings: &'a [Finding],
}

/// Writes a sheet as one HTML page that needs nothing but itself.
pub fn html(sheet: &Sheet) -> String {
    html::page(sheet)
}

/// Writes a sheet as a workbook.
///
/// # Errors
/// Returns what the workbook could not hold.
pub fn xlsx(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    workbook::write(sheet).map_err(|error| RenderError::Workbook { problem: error.to_string() })
}

/// Writes a sheet as JSON.
///
/// # Errors
/// Returns what could not be written.
pub fn json(sheet: &Sheet) -> Result<String, RenderError> {
    let text = serde_json::to_string_pretty(sheet);
    text.map(|text| text + "\n").map_err(|error| RenderError::Json { problem: error.to_string() })
}
