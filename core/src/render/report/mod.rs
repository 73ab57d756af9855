//! Reports of plugins, written in every format: a workbook, CSV, a page, a Word document and JSON.
//!
//! A report is checked (`sound`) and put into the words and figures of one language (`fair_copy`) once; the formats only
//! write that down, so that all of them say the same. A value is written digit by digit as the plugin gave it: no format
//! rounds, groups or pads it. What a plugin masked is a mark here and nothing else.

mod chart;
mod csv;
mod docx;
mod fair_copy;
mod html;
mod json;
mod sound;
#[cfg(test)]
mod tests;
mod value;
mod words;
mod xlsx;

use todokede_abi::Report;

use super::RenderError;
use crate::limits;
use crate::model::{Lang, Text};

pub use csv::{CsvFile, Encoding, Holds, unguarded};
pub use json::SCHEMA;

/// What a report is made for.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The language it is written in; JSON holds both.
    pub lang: Lang,
    /// Whether errors are open.
    pub draft: bool,
    /// What the filing is called.
    pub submission: &'a str,
    /// The day of the run, ISO.
    pub built: &'a str,
    /// Trial id.
    pub trial: &'a str,
    /// Title of the plugin.
    pub title: &'a Text,
    /// Version of its form.
    pub version: &'a str,
}

/// Writes a report as a workbook: an overview, then a sheet for each table and chart.
///
/// # Errors
/// Returns what is wrong with the report, and which limit it breaks.
pub fn xlsx(report: &Report, about: &About) -> Result<Vec<u8>, RenderError> {
    let copy = fair_copy::FairCopy::new(report, about)?;
    bounded("xlsx", xlsx::write(&copy).map_err(|error| RenderError::Workbook { problem: error.to_string() })?)
}

/// Writes a report as CSV: an overview, then a file for each table and chart.
///
/// # Errors
/// Returns what is wrong with the report, which limit it breaks, and which characters the encoding does not have.
pub fn csv(report: &Report, about: &About, encoding: Encoding) -> Result<Vec<CsvFile>, RenderError> {
    let files = csv::write(&fair_copy::FairCopy::new(report, about)?, encoding)?;
    files.into_iter().map(|file| Ok(CsvFile { bytes: bounded("csv", file.bytes)?, ..file })).collect()
}

/// Writes a report as one HTML page that needs nothing but itself.
///
/// # Errors
/// Returns what is wrong with the report, and which limit it breaks.
pub fn html(report: &Report, about: &About) -> Result<Vec<u8>, RenderError> {
    bounded("html", html::page(&fair_copy::FairCopy::new(report, about)?).into_bytes())
}

/// Writes a report as a Word document. Charts are tables of their values there.
///
/// # Errors
/// Returns what is wrong with the report, and which limit it breaks.
pub fn docx(report: &Report, about: &About) -> Result<Vec<u8>, RenderError> {
    bounded("docx", docx::write(&fair_copy::FairCopy::new(report, about)?)?)
}

/// Writes a report as JSON, in both languages.
///
/// # Errors
/// Returns what is wrong with the report, and which limit it breaks.
pub fn json(report: &Report, about: &About) -> Result<Vec<u8>, RenderError> {
    sound::check(report, about)?;
    bounded("json", json::write(report, about)?)
}

fn bounded(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, RenderError> {
    if bytes.len() > limits::OUTPUT_BYTES {
        return Err(RenderError::TooLarge { name: format!("report.{name}"), limit: limits::OUTPUT_BYTES });
    }
    Ok(bytes)
}
