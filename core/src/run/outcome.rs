//! What a run gives back.

use std::path::PathBuf;

use serde::Serialize;

use super::Kept;
use crate::model::{Finding, Severity};

/// One filing that was packaged.
#[derive(Debug, Clone, Serialize)]
pub struct Built {
    /// Trial id.
    pub trial: String,
    /// Plugin id.
    pub plugin: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Its files, the manifest last.
    pub files: Vec<String>,
    /// Whether it is a draft.
    pub draft: bool,
}

/// One filing that was checked, whether anything was found or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Trial id.
    pub trial: String,
    /// Plugin id.
    pub plugin: String,
}

/// What a run gives back.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Trials that were read.
    pub trials: usize,
    /// All findings, sorted.
    pub findings: Vec<Finding>,
    /// Filings that were checked, in the order of the inputs and of the plugins.
    pub checked: Vec<Checked>,
    /// Filings that were packaged.
    pub built: Vec<Built>,
    /// What the last stage made, when it was asked for.
    pub kept: Vec<Kept>,
}

impl Outcome {
    /// Returns how many findings count at a severity or above.
    pub fn count(&self, threshold: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.counts(threshold)).count()
    }
}
