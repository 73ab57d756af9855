//! 教育研修: who completed which course until when, held against the people that a trial's filings name.
//!
//! The tables (course completions, staff list, registered users) are read row by row ([`table`]) and settled ([`settled`]): each
//! completion belongs to one person or to nobody, never to someone of the same name. The record says whom the filings name
//! ([`named`], [`judged`]); the rules of the settings say what each role must hold ([`window`], [`standing`]); the rest is findings
//! ([`gate`]), dues and reports.

mod day;
mod dues;
mod fold;
mod gate;
mod judged;
mod named;
mod own;
mod record;
mod report;
mod roster;
mod session;
mod settings;
mod settled;
mod standing;
mod table;
#[cfg(test)]
mod tests;
mod window;

use todokede_abi::{Filing, Hello, Hook, Plugin, Session, VERSION, plugin_entry};

/// The plugin.
#[derive(Debug, Default)]
pub struct Training;

impl Plugin for Training {
    fn hello(&self) -> Hello {
        Hello {
            abi: VERSION,
            id: "training".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            hooks: vec![Hook::Validate, Hook::Dues, Hook::Render],
        }
    }

    fn open(&self, filing: Filing) -> Result<Box<dyn Session>, String> {
        Ok(Box::new(session::Open::new(filing)?))
    }
}

plugin_entry!(Training);
