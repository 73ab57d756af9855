//! Fills what is blank in a record from the filings of its series that were made before.

use super::{Ledger, LedgerError, Past};
use crate::expr::Scope;
use crate::model::{Catalogue, FieldIx, Finding, Leaf, Origin, Record, RuleBook, Scalar, Text};
use crate::plugin::Plugin;
use crate::plugin::ledger::{Fill, From};
use crate::render::facts::Facts;

/// What filling did.
#[derive(Debug, Default)]
pub struct Filled {
    /// The record with what was filled in; nothing when nothing was.
    pub record: Option<Record>,
    /// Values that differ from the ledger's, and what was assumed.
    pub findings: Vec<Finding>,
}

/// A value of the ledger with where it comes from.
struct Known {
    text: String,
    line: u64,
    /// The filing that has it.
    submission: String,
    /// Whether it is what a filing that was not received has: a rebuild of it and not the next one.
    unreceived: bool,
}

/// Fills the blank fields that a plugin fills from the ledger.
///
/// # Errors
/// Returns that values of the ledger cannot be read.
pub fn fill(
    ledger: &Ledger,
    plugin: &Plugin,
    record: &Record,
    catalogue: &Catalogue,
    book: &RuleBook,
) -> Result<Filled, LedgerError> {
    let scope = Scope { catalogue, root: &record.root, rows: &[] };
    // A condition that cannot be judged for want of a value leaves the field blank, for its own rule to find.
    let fills: Vec<&Fill> = plugin.fills.iter().filter(|fill| fill.when.truth(scope) == Ok(true)).collect();
    let mut filled = Filled::default();
    if fills.is_empty() || !ledger.has_plugin(plugin.id()) {
        return Ok(filled);
    }
    // A name that cannot be made has a finding of its own when the names are.
    let Ok(position) = plugin.templates.position(&Facts::new(catalogue, &record.root)) else { return Ok(filled) };
    let past = ledger.series(plugin, &position.series)?;
    let mut changed = record.clone();
    for fill in fills {
        let Some(known) = known(fill, &past, plugin) else { continue };
        let leaf = record.root.leaf(fill.field);
        match leaf.map(Leaf::text).filter(|text| !text.is_empty()) {
            None => {
                if known.unreceived {
                    filled.findings.push(assumed(fill.field, record, &known, catalogue, book));
                }
                let origin = Origin::ledger(known.line);
                changed.root.put(fill.field, Leaf { value: Scalar::Text(known.text.into()), origin });
                filled.record = Some(Record::default());
            }
            Some(typed) if differs(fill, typed, &known) => {
                filled.findings.push(conflict(fill.field, record, typed, &known, catalogue, book));
            }
            Some(_) => {}
        }
    }
    if filled.record.is_some() {
        filled.record = Some(changed);
    }
    Ok(filled)
}

/// Works out what the ledger has for a field.
fn known(fill: &Fill, past: &[Past], plugin: &Plugin) -> Option<Known> {
    let of = |past: &Past, text: String| Known { text, line: past.n, submission: past.submission.clone(), unreceived: false };
    let first = past.first().filter(|first| first.opens(plugin));
    let known = match &fill.from {
        From::FirstReceipt => first.and_then(|first| Some(of(first, first.receipt.clone()?))),
        From::FirstItem(item) => first.map(|first| of(first, iso(first.filing.text(*item), *item, plugin))),
        From::NextNumber(item) => {
            let number = |past: &Past| past.filing.text(*item).parse::<u32>().ok();
            match past.iter().filter_map(|past| Some((number(past)?, past))).max_by_key(|(number, _)| *number) {
                // Until it is received the last one is still being made: building it again must not make another.
                Some((number, last)) if last.receipt.is_none() => {
                    Some(Known { unreceived: true, ..of(last, number.to_string()) })
                }
                Some((number, last)) => Some(of(last, number.saturating_add(1).to_string())),
                None => first.map(|first| of(first, "1".to_owned())),
            }
        }
    };
    known.filter(|known| !known.text.is_empty())
}

/// Turns the eight digits of a date item back into an ISO date.
fn iso(text: &str, item: crate::model::ItemIx, plugin: &Plugin) -> String {
    let format = plugin.form.item(item).format.as_ref().and_then(|format| plugin.form.formats.get(format));
    let is_date = format.is_some_and(|format| format.from.as_deref() == Some("date"));
    match (text.get(..4), text.get(4..6), text.get(6..)) {
        (Some(year), Some(month), Some(day)) if is_date && day.len() == 2 => format!("{year}-{month}-{day}"),
        _ => text.to_owned(),
    }
}

/// Returns whether a typed value cannot stand beside the ledger's; a lower number is a filing that is made again.
fn differs(fill: &Fill, typed: &str, known: &Known) -> bool {
    match fill.from {
        From::NextNumber(_) => {
            let next = known.text.parse::<u64>().unwrap_or(u64::MAX).saturating_add(u64::from(known.unreceived));
            typed.parse::<u64>().is_ok_and(|typed| typed > next)
        }
        From::FirstReceipt | From::FirstItem(_) => typed != known.text,
    }
}

fn conflict(field: FieldIx, record: &Record, typed: &str, known: &Known, catalogue: &Catalogue, book: &RuleBook) -> Finding {
    let holes = [
        ("field", label(field, catalogue)),
        ("typed", typed.into()),
        ("known", known.text.as_str().into()),
        ("filing", known.submission.as_str().into()),
        ("line", known.line.to_string().into()),
    ];
    let place = record.sources.place(&record.root.origin(field, catalogue));
    book.finding("LG-0006", place, &holes).found(typed, &catalogue.field(field).id)
}

fn assumed(field: FieldIx, record: &Record, known: &Known, catalogue: &Catalogue, book: &RuleBook) -> Finding {
    let holes = [
        ("field", label(field, catalogue)),
        ("known", known.text.as_str().into()),
        ("filing", known.submission.as_str().into()),
        ("line", known.line.to_string().into()),
    ];
    let place = record.sources.place(&record.root.origin(field, catalogue));
    book.finding("LG-0007", place, &holes).found("", &catalogue.field(field).id)
}

fn label(field: FieldIx, catalogue: &Catalogue) -> Text {
    catalogue.field(field).label.clone()
}
