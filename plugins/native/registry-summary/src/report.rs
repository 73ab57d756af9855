//! What is made of the counts: one report for the public, one for the review board, one for the internal audit.

mod audit;
mod board;
mod cells;
mod facts;
mod public;

use std::collections::BTreeMap;

use todokede_abi::report::{Block, Report};
use todokede_abi::{Made, Text, Wanted};

use crate::events::Events;
use crate::masking::Masked;
use crate::patients::Patients;
use crate::plan::Plan;
use crate::settings::Settings;
use crate::words::Words;

/// All that reports are made of.
pub(crate) struct Reports<'a> {
    /// What was counted and how.
    pub(crate) plan: &'a Plan,
    /// The patients.
    pub(crate) patients: &'a Patients,
    /// The events.
    pub(crate) events: &'a Events,
    /// What is published.
    pub(crate) masked: &'a Masked,
    /// Words and marks.
    pub(crate) settings: &'a Settings,
}

impl Reports<'_> {
    /// Makes those that are wanted, and what the ledger is to remember of them.
    pub(crate) fn make(&self, wanted: &Wanted) -> Result<Made, String> {
        let mut reports = BTreeMap::new();
        for part in &wanted.parts {
            let report = match part.as_str() {
                "public" => self.public(),
                "report" => self.board(),
                "audit" => self.audit(),
                other => return Err(format!("there is no report {other}")),
            };
            reports.insert(part.clone(), report);
        }
        let remembered = self.masked.remembered(self.plan);
        let remembered = serde_json::to_value(remembered).map_err(|error| error.to_string())?;
        Ok(Made { reports, remembered, ..Made::default() })
    }

    fn words(&self) -> &Words {
        &self.settings.words
    }
}

/// What is made when nothing could be counted or nothing may be published: reports that say so.
pub(crate) fn nothing(words: &Words, wanted: &Wanted) -> Made {
    let title = |part: &str| match part {
        "public" => &words.distribution_public,
        "report" => &words.distribution_board,
        _ => &words.distribution_audit,
    };
    let report = |part: &String| {
        let blocks = vec![Block::Paragraph(words.nothing.clone())];
        (part.clone(), Report { title: title(part).clone(), facts: Vec::new(), blocks })
    };
    Made { reports: wanted.parts.iter().map(report).collect(), ..Made::default() }
}

/// A number as a text.
fn digits(number: impl ToString) -> Text {
    number.to_string().into()
}
