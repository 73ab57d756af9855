//! Puts findings where they belong: at the field they name, else at its row or group, else at the whole.

use std::collections::BTreeMap;

use super::model::Note;
use crate::model::{self, Finding, Lang, Status, Text};

/// What stands at a place of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    Field,
    Row,
    Group,
}

/// One place of the sheet that a finding may be about.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) what: Stands,
    /// Number and label of the form's item, as findings have it.
    pub(super) item: String,
    /// Id of the field of the record.
    pub(super) field: String,
    /// Where the value stands in the input.
    pub(super) place: model::Place,
}

/// Shows the findings and says which are about which id.
pub(super) fn place(findings: &[Finding], places: &[Place]) -> (Vec<Note>, BTreeMap<String, Vec<usize>>) {
    let mut about: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut notes = Vec::with_capacity(findings.len());
    for (at, finding) in findings.iter().enumerate() {
        let mut targets = targets(finding, places);
        targets.dedup();
        for id in &targets {
            let list = about.entry((*id).to_owned()).or_default();
            if list.last() != Some(&at) {
                list.push(at);
            }
        }
        notes.push(Note {
            rule: finding.rule.clone(),
            severity: finding.severity,
            waits: matches!(finding.status, Status::Skipped(_)),
            item: finding.found.item.clone(),
            value: finding.found.value.clone(),
            message: finding.message.clone(),
            fix: finding.fix.clone(),
            source: finding.source.clone(),
            at: Text::new(finding.at.display(Lang::Ja), finding.at.display(Lang::En)),
            targets: targets.into_iter().map(str::to_owned).collect(),
        });
    }
    (notes, about)
}

/// Finds what a finding is about; the closest that fits wins.
fn targets<'a>(finding: &Finding, places: &'a [Place]) -> Vec<&'a str> {
    let (found, at) = (&finding.found, &finding.at);
    let somewhere = !(at.cell.is_empty() && at.pointer.is_empty() && at.line.is_empty());
    let ids = |fits: &dyn Fn(&Place) -> bool| -> Vec<&'a str> {
        places.iter().filter(|place| fits(place)).map(|place| place.id.as_str()).collect()
    };
    let is_item = |place: &Place| !found.item.is_empty() && place.item == found.item;
    let is_here = |place: &Place| somewhere && place.place == *at;
    let is_field = |place: &Place| !found.field.is_empty() && place.field == found.field;
    let of = |place: &Place, what: Stands| place.what == what;
    let exact = ids(&|place| of(place, Stands::Field) && is_item(place) && is_here(place));
    if !exact.is_empty() {
        return exact;
    }
    // A value that was worked out stands nowhere in the input; an item that is there once is meant all the same.
    let only = ids(&|place| of(place, Stands::Field) && is_item(place));
    if only.len() == 1 {
        return only;
    }
    let unnamed = found.field.is_empty();
    let steps: [&dyn Fn(&Place) -> bool; 6] = [
        &|place| of(place, Stands::Field) && is_field(place) && is_here(place),
        &|place| !of(place, Stands::Field) && is_item(place) && is_here(place),
        &|place| of(place, Stands::Group) && is_item(place),
        // What is blank stands at its row, so a finding on the row comes before one on all that is blank in it.
        &|place| of(place, Stands::Row) && is_here(place),
        &|place| of(place, Stands::Field) && unnamed && is_here(place),
        &|place| of(place, Stands::Field) && is_field(place) && !place.place.derived.is_empty(),
    ];
    let fitting = steps.into_iter().map(ids).find(|found| !found.is_empty()).unwrap_or_default();
    if !fitting.is_empty() || found.field.is_empty() {
        return fitting;
    }
    // A field that fills one item only is that item wherever the finding points.
    let field = ids(&|place| of(place, Stands::Field) && is_field(place));
    if field.len() == 1 { field } else { Vec::new() }
}
