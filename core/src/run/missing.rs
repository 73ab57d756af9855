//! What a record still lacks for a destination: the required items of its form that are blank.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Engine;
use crate::map::map;
use crate::model::{Place, Record, Text};
use crate::plugin::{Check, Plugin};
use crate::validate::changes::Known;
use crate::validate::{Subject, validate};

/// One required item that is blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Number and label of the form's item.
    pub item: String,
    /// The catalogue's field that fills it, empty when it is no single one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// The field's name for people; the item's where there is no field.
    pub label: Text,
    /// Where the value would stand.
    pub at: Place,
}

/// Returns what a normalised record still lacks for one destination, by the checks of the validate stage, in the order of
/// the form.
pub fn missing(engine: &Engine, record: &Record, plugin: &Plugin) -> Vec<Missing> {
    let (filing, faults) = map(record, plugin, &engine.catalogue);
    let (flagged, changes) = (BTreeSet::new(), Known::default());
    let subject = Subject {
        record,
        filing: &filing,
        plugin,
        catalogue: &engine.catalogue,
        book: &engine.book,
        flagged: &flagged,
        changes: &changes,
    };
    let is_required = |rule: &str| {
        [Check::Required, Check::Rows]
            .into_iter()
            .any(|check| plugin.rules.items.iter().any(|item| item.text.id == rule && item.covers(check)))
    };
    let mut seen = BTreeSet::new();
    let findings =
        validate(subject, &faults).into_iter().filter(|finding| is_required(&finding.rule) && finding.found.value.is_empty());
    let lacking = findings.filter(|finding| seen.insert((finding.found.item.clone(), finding.at.clone())));
    lacking
        .map(|finding| {
            let known =
                engine.catalogue.field_ix(&finding.found.field).map(|field| engine.catalogue.field(field).label.clone());
            Missing {
                label: known.unwrap_or_else(|| finding.found.item.trim().into()),
                item: finding.found.item,
                field: finding.found.field,
                at: finding.at,
            }
        })
        .collect()
}
