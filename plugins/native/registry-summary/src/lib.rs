//! The plugin `registry-summary`: once a year, how many patients a registry has, without anybody being recognised.
//!
//! ```text
//! record ─ plan ┐
//! patients ─────┤ patients, known   checked and counted row by row
//! events ───────┤ events
//! ledger ─ past ┘
//!          └ masking   every table and sum to the suppressor, with those of earlier years
//!            └ report  public, for the review board, for the internal audit
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop"))]

mod columns;
mod counts;
mod day;
mod events;
mod findings;
mod fold;
mod known;
mod masking;
mod past;
mod patients;
mod plan;
mod report;
mod session;
mod settings;
#[cfg(test)]
mod tests;
mod words;

use todokede_abi::{Filing, Hello, Hook, Plugin, Session, VERSION};

/// The plugin.
#[derive(Debug, Default)]
pub struct RegistrySummary;

impl Plugin for RegistrySummary {
    fn hello(&self) -> Hello {
        Hello {
            abi: VERSION,
            id: "registry-summary".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            hooks: vec![Hook::Validate, Hook::Render],
        }
    }

    fn open(&self, filing: Filing) -> Result<Box<dyn Session>, String> {
        Ok(Box::new(session::Summary::open(&filing)?))
    }
}

todokede_abi::plugin_entry!(RegistrySummary);
