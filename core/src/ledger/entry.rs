//! What a ledger holds: filings that were built, and receipts of those that were submitted.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::package::{FileEntry, sha256};

/// One entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Entry {
    /// A filing was packaged.
    Built(Box<Built>),
    /// The authority received one.
    Received(Received),
}

/// An id with its version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
}

/// A filing that was packaged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Built {
    /// Trial id.
    pub trial: String,
    /// The plugin.
    pub plugin: Version,
    /// The form.
    pub form: Version,
    /// The same for all filings of one trial plan.
    pub series: String,
    /// Sorts the filings of a series.
    pub order: String,
    /// What it is called when it is submitted.
    pub submission: String,
    /// Its folder below the output folder, `/`-separated.
    pub folder: String,
    /// Whether it was built although errors were open.
    pub draft: bool,
    /// The day it was built, as given to the run.
    pub built: String,
    /// The files it was made from.
    pub inputs: Vec<FileEntry>,
    /// The archive.
    pub archive: FileEntry,
    /// Its files, and those that stand beside it.
    pub files: Vec<FileEntry>,
    /// SHA-256 of all that was made, whatever it was made from and when.
    pub content: String,
    /// Its item values, see [`super::items`]; reading the ledger leaves them out, they are fetched when they are wanted.
    #[serde(skip_deserializing)]
    pub items: Option<Box<RawValue>>,
    /// What the code of the plugin wants to be remembered; left out like the values when the ledger is read.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub remembered: Option<Box<RawValue>>,
}

/// A receipt of the authority.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Plugin id.
    pub plugin: String,
    /// The series of the filing.
    pub series: String,
    /// Its place in the series.
    pub order: String,
    /// What it was called when it was submitted.
    pub submission: String,
    /// Number of the line of the build that was submitted.
    pub built: u64,
    /// The receipt number.
    pub receipt: String,
    /// The day it was received, ISO.
    pub date: String,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Number of the line that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<u64>,
}

/// What reading keeps of an entry; neither is there in an entry of a kind that this version does not know.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Head {
    /// A filing that was packaged.
    #[serde(default)]
    pub built: Option<Box<Built>>,
    /// A receipt.
    #[serde(default)]
    pub received: Option<Received>,
}

impl Built {
    /// Keeps what the code of the plugin wants to be remembered.
    #[must_use]
    pub fn remembering(mut self, remembered: Option<&serde_json::Value>) -> Built {
        self.remembered = remembered.and_then(|value| serde_json::value::to_raw_value(value).ok());
        self
    }

    /// Works out and keeps the content hash.
    #[must_use]
    pub fn hashed(mut self) -> Built {
        let filing = (&self.plugin, &self.form, &self.series, &self.order, &self.submission, &self.folder, self.draft);
        let made = (filing, &self.archive, &self.files, &self.items);
        // Texts and numbers always serialise; without a hash every build would count as new, which loses nothing.
        let mut bytes = serde_json::to_vec(&made).unwrap_or_default();
        bytes.extend(self.remembered.iter().flat_map(|value| value.get().bytes()));
        self.content = if bytes.is_empty() { String::new() } else { sha256(&bytes) };
        self
    }
}
