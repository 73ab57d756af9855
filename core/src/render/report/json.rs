//! A report as JSON: `schema`, `about` it, and the `report` as the plugin answered it, in both languages.
//!
//! ```json
//! {
//!   "schema": "todokede-report/1",
//!   "about": { "draft": false, "submission": "…", "built": "2026-04-01", "trial": "…",
//!              "plugin": { "title": { "ja": "…", "en": "…" }, "version": "…" } },
//!   "report": {
//!     "title": { "ja": "…", "en": "…" },
//!     "facts": [[{ "ja": "…", "en": "…" }, { "ja": "…", "en": "…" }]],
//!     "blocks": [
//!       { "heading": [1, { "ja": "…", "en": "…" }] },
//!       { "paragraph": { "ja": "…", "en": "…" } },
//!       { "table": { "name": "…", "title": {}, "columns": [{ "title": {}, "kind": "number" }],
//!                    "rows": [{ "cells": [1, 2.5, "…", null, { "masked": {} }, { "date": "2026-04-01" }],
//!                               "emphasis": "total" }], "notes": [] } },
//!       { "chart": { "title": {}, "kind": "bars", "categories": [], "series": [{ "name": {}, "values": [] }], "unit": {} } }
//!     ]
//!   }
//! }
//! ```

use serde::Serialize;
use todokede_abi::Report;

use super::About;
use crate::model::Text;
use crate::render::RenderError;

/// Names the shape of the file; another number is another shape.
pub const SCHEMA: &str = "todokede-report/1";

#[derive(Serialize)]
struct File<'a> {
    schema: &'static str,
    about: Made<'a>,
    report: &'a Report,
}

#[derive(Serialize)]
struct Made<'a> {
    draft: bool,
    submission: &'a str,
    built: &'a str,
    trial: &'a str,
    plugin: Plugin<'a>,
}

#[derive(Serialize)]
struct Plugin<'a> {
    title: &'a Text,
    version: &'a str,
}

/// Writes the file.
pub(super) fn write(report: &Report, about: &About) -> Result<Vec<u8>, RenderError> {
    let About { draft, submission, built, trial, title, version, .. } = *about;
    let made = Made { draft, submission, built, trial, plugin: Plugin { title, version } };
    let file = File { schema: SCHEMA, about: made, report };
    let mut bytes = serde_json::to_vec_pretty(&file).map_err(|error| RenderError::Json { problem: error.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}
