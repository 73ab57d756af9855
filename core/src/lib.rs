//! The engine of `todokede`: trial data in, checked and packaged filings out.
//!
//! Data moves one way: [`ingest`], [`normalise`], [`map`], [`validate`], [`render`], [`package`], [`ledger`]. Each stage knows
//! [`model`] and nothing of the stages after it; [`run`] knows them all.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stderr))]

pub mod as_filed;
pub mod attachments;
pub mod author;
pub mod cases;
pub mod changes;
pub mod code;
pub mod consistency;
pub mod deadlines;
pub mod documents;
pub mod expr;
pub mod files;
pub mod ingest;
pub mod interchange;
pub mod ledger;
pub mod limits;
pub mod map;
pub mod model;
pub mod normalise;
pub mod package;
pub mod plugin;
pub mod read_back;
pub mod record_schema;
pub mod render;
pub mod run;
pub mod settings;
pub mod status;
pub mod tables;
pub mod text;
pub mod validate;
pub mod waivers;
pub mod workbook;
