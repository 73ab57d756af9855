//! The settings of the plugin: `settings.toml`, and the user's over them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use todokede_abi::Text;

use crate::words::Words;

/// What the tables look like, presets, and words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// How many findings of one kind are written out.
    pub(crate) most_findings: usize,
    /// How many terms of events there may be.
    pub(crate) most_terms: usize,
    /// The age bands of a registry that names none.
    pub(crate) age_bands: String,
    /// The preset of a registry that names none.
    pub(crate) policy: String,
    /// The largest age that is possible.
    pub(crate) largest_age: u32,
    /// The first month of a year, by the code of the basis.
    pub(crate) year_starts: BTreeMap<String, u8>,
    /// The year before the first of an era, by how the era is written.
    pub(crate) eras: BTreeMap<String, i32>,
    /// The titles of columns, by table and column.
    pub(crate) columns: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Columns that a table cannot do without.
    pub(crate) required: BTreeMap<String, Vec<String>>,
    /// What stands in columns of codes, by list and code.
    pub(crate) codes: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// How masks are written.
    pub(crate) marks: MarkWords,
    /// Presets of masking.
    pub(crate) presets: BTreeMap<String, Preset>,
    /// The words of what is made.
    pub(crate) words: Words,
}

/// How masks are written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkWords {
    /// A small count; `{threshold}` is a hole.
    pub(crate) primary: Text,
    /// A count that protects another; with one mark, any masked count.
    pub(crate) masked: Text,
    /// A count that is not published at all.
    pub(crate) withheld: Text,
}

/// A preset of masking.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Preset {
    /// What it is.
    pub(crate) title: Text,
    /// Where it comes from.
    pub(crate) source: Text,
    /// Counts from 1 to below this are masked.
    pub(crate) threshold: u64,
    /// `shown` or `masked`.
    pub(crate) zero: String,
    /// `distinct` or `one`.
    pub(crate) marks: String,
    /// How wide an attacker's interval is at least.
    pub(crate) min_width: u64,
}

impl Settings {
    /// Reads them.
    pub(crate) fn read(settings: &Value) -> Result<Settings, String> {
        Settings::deserialize(settings).map_err(|error| format!("settings: {error}"))
    }
}
