//! End-to-end, golden, property, fault and oracle tests over the whole workspace.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]
#![allow(clippy::print_stderr, reason = "a test says what it skipped")]

mod attachments;
mod cases;
mod changes;
mod code;
mod consent_templates;
mod consistency;
mod determinism;
mod documents;
mod exports;
mod fixtures;
mod foreign;
mod hostile;
mod interchange;
mod jrct;
mod kinds;
mod layouts;
mod ledger;
mod package;
mod properties;
mod protocol_template;
mod read_back;
mod registry;
mod replacements;
mod rule_table;
mod rulebook;
mod sample;
mod scaffold;
mod status;
mod story;
mod timing;
mod training;
mod umin;
mod vocabularies;
mod waivers;
