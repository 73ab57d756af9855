//! Records what the authority received.

use std::collections::BTreeMap;

use super::past::Filed;
use super::{Entry, Ledger, LedgerError, Received};
use crate::model::Text;
use crate::plugin::Plugin;

/// What is to be recorded.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// What the filing was called when it was submitted, or the number of the line of its build.
    pub filing: String,
    /// The receipt number.
    pub receipt: String,
    /// The day it was received, ISO.
    pub date: String,
    /// A remark.
    pub note: String,
    /// Whether a receipt that was recorded before is corrected.
    pub replace: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The line of the receipt.
    pub line: u64,
    /// What the filing was called.
    pub submission: String,
    /// Whether the same was recorded before, and nothing was added.
    pub known: bool,
}

/// Why a receipt was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No such filing is in the ledger.
    #[error("the ledger has no filing `{filing}`")]
    Unknown {
        /// What was asked for.
        filing: String,
    },
    /// It is a draft, which is never submitted.
    #[error("`{filing}` is a draft")]
    Draft {
        /// What was asked for.
        filing: String,
    },
    /// Several trials have filings of that name.
    #[error("several filings are called `{filing}`: lines {lines}")]
    Ambiguous {
        /// What was asked for.
        filing: String,
        /// The lines.
        lines: String,
    },
    /// The number does not have the form's shape.
    #[error("`{receipt}` is no receipt number; wanted: {wanted}", wanted = wanted.en)]
    Shape {
        /// The number.
        receipt: String,
        /// What is wanted.
        wanted: Text,
    },
    /// Another receipt was recorded before.
    #[error("`{receipt}` ({date}) was recorded in line {line}")]
    Other {
        /// The number.
        receipt: String,
        /// Its day.
        date: String,
        /// Its line.
        line: u64,
    },
    /// The ledger could not be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Ledger {
    /// Records a receipt.
    ///
    /// # Errors
    /// Returns why it was not recorded; then nothing was written.
    pub fn record(&mut self, submitted: &Submitted, plugins: &BTreeMap<String, Plugin>) -> Result<Recorded, Refusal> {
        let (plugin, series, filed) = self.submitted(&submitted.filing)?;
        if let Some(plugin) = plugins.get(plugin) {
            shaped(plugin, &submitted.receipt)?;
        }
        let known =
            self.builds(plugin, series).filter(|other| other.is_same(filed)).filter_map(|other| other.received.as_ref());
        let known = known.max_by_key(|held| held.n);
        if let Some(held) = known {
            let same = (&held.receipt, &held.date, &held.note) == (&submitted.receipt, &submitted.date, &submitted.note);
            if same && filed.received.is_some() {
                return Ok(Recorded { line: held.n, submission: filed.submission.clone(), known: true });
            }
            if !submitted.replace {
                return Err(Refusal::Other { receipt: held.receipt.clone(), date: held.date.clone(), line: held.n });
            }
        }
        let received = Received {
            plugin: plugin.to_owned(),
            series: series.to_owned(),
            order: filed.order.clone(),
            submission: filed.submission.clone(),
            built: filed.n,
            receipt: submitted.receipt.clone(),
            date: submitted.date.clone(),
            note: submitted.note.clone(),
            replaces: known.map(|held| held.n),
        };
        let submission = received.submission.clone();
        let lines = self.append(&[Entry::Received(received)])?;
        Ok(Recorded { line: lines.first().copied().unwrap_or(0), submission, known: false })
    }

    /// Finds the build that a name or a line number means: of a name the one that was received, else the last.
    fn submitted(&self, filing: &str) -> Result<(&str, &str, &Filed), Refusal> {
        let all = || {
            let series = self.series.iter();
            series.flat_map(|((plugin, series), builds)| builds.iter().map(move |filed| (plugin, series, filed)))
        };
        let number: Option<u64> = filing.parse().ok();
        let mut named: Vec<_> =
            all().filter(|(_, _, filed)| number.map_or(filed.submission == filing, |number| filed.n == number)).collect();
        if named.iter().any(|(_, _, filed)| !filed.draft) {
            named.retain(|(_, _, filed)| !filed.draft);
        }
        named.sort_by_key(|(_, _, filed)| filed.weight());
        let Some((plugin, series, filed)) = named.last().copied() else {
            return Err(Refusal::Unknown { filing: filing.to_owned() });
        };
        if filed.draft {
            return Err(Refusal::Draft { filing: filing.to_owned() });
        }
        if named.iter().any(|(p, s, other)| (*p, *s) != (plugin, series) || !other.is_same(filed)) {
            let mut lines: Vec<u64> = named.iter().map(|(_, _, filed)| filed.n).collect();
            lines.sort_unstable();
            let lines = lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            return Err(Refusal::Ambiguous { filing: filing.to_owned(), lines });
        }
        Ok((plugin, series, filed))
    }

    fn builds(&self, plugin: &str, series: &str) -> impl Iterator<Item = &Filed> {
        self.series.get(&(plugin.to_owned(), series.to_owned())).map_or(&[][..], Vec::as_slice).iter()
    }
}

impl Filed {
    /// Returns whether two builds are of one filing.
    fn is_same(&self, other: &Filed) -> bool {
        self.trial == other.trial && self.order == other.order && self.draft == other.draft
    }
}

/// Checks a number against the shape that the form has for it.
fn shaped(plugin: &Plugin, receipt: &str) -> Result<(), Refusal> {
    let name = plugin.manifest.ledger.as_ref().and_then(|ledger| ledger.receipt.as_ref());
    match name.and_then(|name| plugin.form.formats.get(name)) {
        Some(format) if !format.pattern.is_match(receipt) => {
            Err(Refusal::Shape { receipt: receipt.to_owned(), wanted: format.wanted.clone() })
        }
        _ => Ok(()),
    }
}
