//! What a document's template sees as `filing`.

use serde::Serialize;

use crate::map::replace::Replaced;
use crate::model::filing::Lines;
use crate::model::{Finding, Lang, Severity, Status, Text, Waived};

/// A filing as a page shows it.
#[derive(Debug, Serialize)]
pub struct Page<'a> {
    /// Trial id.
    pub trial: &'a str,
    /// Title of the form.
    pub title: &'a Text,
    /// Version of the form.
    pub form_version: &'a str,
    /// The day it was built, as given to the run.
    pub built: &'a str,
    /// Whether it was built although errors are open.
    pub draft: bool,
    /// What the filing is called when it is submitted.
    pub submission: &'a str,
    /// The filing line by line.
    pub lines: Lines<'a>,
    /// What the checks said.
    pub findings: Vec<PageFinding<'a>>,
    /// Characters that were replaced in it.
    pub replacements: &'a [Replaced],
}

/// A finding as a page shows it.
#[derive(Debug, Serialize)]
pub struct PageFinding<'a> {
    rule: &'a str,
    severity: Severity,
    at: String,
    item: &'a str,
    value: &'a str,
    message: &'a str,
    fix: &'a str,
    source: &'a str,
    /// Who accepts it and why, where someone does.
    waived: Option<&'a Waived>,
}

impl<'a> PageFinding<'a> {
    /// Shows a finding in one language.
    pub fn new(finding: &'a Finding, lang: Lang) -> PageFinding<'a> {
        PageFinding {
            rule: &finding.rule,
            severity: finding.severity,
            at: finding.at.display(lang),
            item: &finding.found.item,
            value: &finding.found.value,
            message: lang.pick(&finding.message.ja, &finding.message.en),
            fix: lang.pick(&finding.fix.ja, &finding.fix.en),
            source: lang.pick(&finding.source.ja, &finding.source.en),
            waived: match &finding.status {
                Status::Waived(waived) => Some(waived),
                _ => None,
            },
        }
    }
}
