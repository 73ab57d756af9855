//! Looks back in a series: the filing before another one, and the first.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Bound;

use super::line::{LineItems, OnlyItems, unseal};
use super::{Ledger, LedgerError, Received, items};
use crate::model::{Filing, Origin};
use crate::plugin::Plugin;

/// What the ledger keeps in memory of a build.
#[derive(Debug)]
pub(super) struct Filed {
    pub(super) n: u64,
    pub(super) trial: String,
    pub(super) order: String,
    pub(super) submission: String,
    pub(super) draft: bool,
    pub(super) offset: u64,
    pub(super) len: u64,
    /// The last receipt of this build.
    pub(super) received: Option<Held>,
}

/// A receipt and the line it stands in.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) n: u64,
    pub(super) receipt: String,
    pub(super) date: String,
    pub(super) note: String,
}

/// A filing that was built before, with its item values.
#[derive(Debug, Clone)]
pub struct Past {
    /// Number of its line.
    pub n: u64,
    /// Trial id.
    pub trial: String,
    /// Its place in the series.
    pub order: String,
    /// What it is called when it is submitted.
    pub submission: String,
    /// Its receipt number, once it was recorded.
    pub receipt: Option<String>,
    /// Its item values; each says that it comes from the ledger.
    pub filing: Filing,
}

impl Past {
    /// Returns whether it is of the kind that opens a series.
    pub fn opens(&self, plugin: &Plugin) -> bool {
        let Some(ledger) = &plugin.manifest.ledger else { return true };
        let item = ledger.item.as_ref().and_then(|path| plugin.form.find(path)).unwrap_or(plugin.form.kind_item);
        ledger.opens.as_deref().is_none_or(|kind| kind == self.filing.text(item))
    }
}

impl Ledger {
    /// Returns the last filing of a series before a place in it, drafts aside.
    ///
    /// # Errors
    /// Returns that its values cannot be read.
    pub fn previous(&self, plugin: &Plugin, series: &str, order: &str) -> Result<Option<Past>, LedgerError> {
        let filings = self.filings(plugin.id(), series);
        let before = filings.range::<str, _>((Bound::Unbounded, Bound::Excluded(order))).next_back();
        before.map(|(_, filed)| self.past(filed, plugin)).transpose()
    }

    /// Returns the filing that opens a series, drafts aside; nothing when the ledger begins after it.
    ///
    /// # Errors
    /// Returns that its values cannot be read.
    pub fn first(&self, plugin: &Plugin, series: &str) -> Result<Option<Past>, LedgerError> {
        let first = self.filings(plugin.id(), series).into_values().next();
        let first = first.map(|filed| self.past(filed, plugin)).transpose()?;
        Ok(first.filter(|first| first.opens(plugin)))
    }

    /// Returns every filing of a series, drafts aside, in the order of the series.
    ///
    /// # Errors
    /// Returns that the values of one cannot be read.
    pub fn series(&self, plugin: &Plugin, series: &str) -> Result<Vec<Past>, LedgerError> {
        self.filings(plugin.id(), series).into_values().map(|filed| self.past(filed, plugin)).collect()
    }

    /// Returns what was remembered of the filings of a series before a place in it, drafts aside, in the order of the series.
    ///
    /// # Errors
    /// Returns that the values of one cannot be read.
    pub fn remembered(&self, plugin: &Plugin, series: &str, order: &str) -> Result<Vec<todokede_abi::Past>, LedgerError> {
        let filings = self.filings(plugin.id(), series);
        let before = filings.range::<str, _>((Bound::Unbounded, Bound::Excluded(order)));
        let past = |filed: &Filed| {
            Ok(todokede_abi::Past {
                order: filed.order.clone(),
                submission: filed.submission.clone(),
                receipt: filed.received.as_ref().map(|held| held.receipt.clone()),
                remembered: self.values(filed)?.remembered,
            })
        };
        before.map(|(_, filed)| past(filed)).collect()
    }

    /// Returns the filings of a series by their place in it, one build of each: the one that was received, else the last.
    fn filings(&self, plugin: &str, series: &str) -> BTreeMap<&str, &Filed> {
        let builds = self.series.get(&(plugin.to_owned(), series.to_owned())).map_or(&[][..], Vec::as_slice);
        let mut filings: BTreeMap<&str, &Filed> = BTreeMap::new();
        for filed in builds.iter().filter(|filed| !filed.draft && filed.n <= self.opened) {
            let stands = filings.entry(&filed.order).or_insert(filed);
            if filed.weight() > stands.weight() {
                *stands = filed;
            }
        }
        filings
    }

    /// Returns the filing that was built in a line; nothing when that line is no build.
    ///
    /// # Errors
    /// Returns that its values cannot be read.
    pub fn filing(&self, n: u64, plugin: &Plugin) -> Result<Option<Filing>, LedgerError> {
        let filed = self.series.values().flatten().find(|filed| filed.n == n);
        filed.map(|filed| self.past(filed, plugin)).transpose().map(|past| past.map(|past| past.filing))
    }

    fn past(&self, filed: &Filed, plugin: &Plugin) -> Result<Past, LedgerError> {
        let values = self.values(filed)?.items;
        let filing = items::filing(&plugin.form, &values, &Origin::ledger(filed.n)).map_err(|error| self.bad(filed, &error))?;
        Ok(Past {
            n: filed.n,
            trial: filed.trial.clone(),
            order: filed.order.clone(),
            submission: filed.submission.clone(),
            receipt: filed.received.as_ref().map(|held| held.receipt.clone()),
            filing,
        })
    }

    fn values(&self, filed: &Filed) -> Result<OnlyItems, LedgerError> {
        let mut file = File::open(&self.path).map_err(|source| self.io(source))?;
        file.seek(SeekFrom::Start(filed.offset)).map_err(|source| self.io(source))?;
        let mut line = Vec::new();
        file.take(filed.len).read_to_end(&mut line).map_err(|source| self.io(source))?;
        // The line was whole when the ledger was opened; a filing is never made from one that changed since.
        unseal(&line).ok_or_else(|| self.bad(filed, &"it was changed while it was read"))?;
        let line: LineItems = serde_json::from_slice(&line).map_err(|error| self.bad(filed, &error))?;
        Ok(line.entry.built)
    }

    fn bad(&self, filed: &Filed, problem: &dyn std::fmt::Display) -> LedgerError {
        LedgerError::Items { path: self.path.clone(), line: filed.n, problem: problem.to_string() }
    }

    /// Notes a receipt at the build that it is for.
    pub(super) fn receive(&mut self, n: u64, received: Received) {
        let builds = self.series.get_mut(&(received.plugin, received.series));
        if let Some(filed) = builds.and_then(|builds| builds.iter_mut().find(|filed| filed.n == received.built)) {
            filed.received = Some(Held { n, receipt: received.receipt, date: received.date, note: received.note });
        }
    }
}

impl Filed {
    /// Sorts the builds of one filing: one that was received stands before any that was not, then the later.
    pub(super) fn weight(&self) -> (u64, u64) {
        (self.received.as_ref().map_or(0, |held| held.n), self.n)
    }
}
