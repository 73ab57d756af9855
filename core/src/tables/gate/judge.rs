//! From what was counted to what is said.

use super::column::{Column, Count};
use super::data::{Identifiers, Within};
use super::sheet::Sheet;
use crate::model::{Finding, RuleBook};
use crate::tables::problem::place;

/// How far from a column of the sex names stand.
const NEAR: usize = 3;

/// What a column carries.
struct Verdict {
    kind: usize,
    by_title: bool,
    cells: Count,
}

/// Says what a sheet carries: one finding for each column and kind.
pub(super) fn findings(sheet: &Sheet, identifiers: &Identifiers, book: &RuleBook) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((column, kind), cells) in &sheet.above {
        let at = place(&sheet.table, cells.first, Some(*column));
        let kind = identifiers.kinds.get(*kind).map(|kind| kind.name.clone()).unwrap_or_default();
        let count = cells.count.to_string().into();
        findings.push(book.finding(
            "TB-0102",
            at,
            &[("kind", kind), ("count", count), ("rows", sheet.rows.to_string().into())],
        ));
    }
    for (at, column) in sheet.columns.iter().enumerate() {
        for verdict in verdicts(sheet, at, column, identifiers) {
            let (rule, row) = if verdict.by_title { ("TB-0101", sheet.table.header) } else { ("TB-0102", verdict.cells.first) };
            let at = place(&sheet.table, row, u32::try_from(at).ok());
            let kind = identifiers.kinds.get(verdict.kind).map(|kind| kind.name.clone()).unwrap_or_default();
            let count = verdict.cells.count.to_string().into();
            findings.push(book.finding(rule, at, &[("kind", kind), ("count", count), ("rows", sheet.rows.to_string().into())]));
        }
    }
    findings
}

/// Returns whether something is certain whatever rows follow: a title, or a place in a text.
pub(super) fn is_sure(sheet: &Sheet, identifiers: &Identifiers) -> bool {
    !sheet.above.is_empty()
        || sheet.columns.iter().any(|column| {
            (0..identifiers.kinds.len()).any(|kind| {
                let by_title = column.says.kinds.has(kind) && (kind != identifiers.birth_kind || column.dates.count > 0);
                by_title || column.sure.get(kind).is_some_and(|sure| sure.count > 0)
            })
        })
}

fn verdicts(sheet: &Sheet, at: usize, column: &Column, identifiers: &Identifiers) -> Vec<Verdict> {
    let by_values = values(sheet, at, column, identifiers);
    let mut verdicts = Vec::new();
    for (kind, cells) in by_values.into_iter().enumerate() {
        let by_title = column.says.kinds.has(kind) && !(kind == identifiers.birth_kind && has_only_parts(column));
        if by_title {
            verdicts.push(Verdict { kind, by_title, cells: column.filled });
        } else if cells.count > 0 {
            verdicts.push(Verdict { kind, by_title, cells });
        }
    }
    verdicts
}

/// Under the title of a birth only years, or years with months, are no identifier.
fn has_only_parts(column: &Column) -> bool {
    column.filled.count > 0 && column.partial_dates == column.filled.count
}

/// Returns by kind what the values alone say.
fn values(sheet: &Sheet, at: usize, column: &Column, identifiers: &Identifiers) -> Vec<Count> {
    let mut counts = column.sure.clone();
    let mut raise = |kind: usize, cells: Count| {
        if let Some(count) = counts.get_mut(kind) {
            let first = if count.count == 0 { cells.first } else { count.first.min(cells.first) };
            *count = Count { count: count.count.max(cells.count), first };
        }
    };
    let beside_sex = has_sex_near(sheet, at);
    for (rule, hits) in identifiers.rules.rules.iter().zip(&column.hits) {
        let of = match rule.within {
            Within::Text => continue,
            Within::Cell => column.filled.count,
            Within::Check => hits.cells.count + hits.shapes,
        };
        let cells = hits.cells;
        let differ = rule.distinct <= 0.0 || share(hits.distinct.len() as u64, cells.count.min(2_048)) >= rule.distinct;
        if cells.count > 0 && share(cells.count, of) > rule.share && differ && (!rule.near_sex || beside_sex) {
            raise(rule.kind, cells);
        }
    }
    if is_of_births(column, identifiers) {
        raise(identifiers.birth_kind, column.dates);
    }
    let list = &identifiers.hospital_list;
    if column.listed.count >= list.least && share(column.listed.count, column.filled.count) >= list.share {
        raise(identifiers.hospital_kind, column.listed);
    }
    counts
}

fn is_of_births(column: &Column, identifiers: &Identifiers) -> bool {
    let birth = &identifiers.birth;
    let (rows, matches) = column.aged;
    let by_age = rows >= birth.age_rows && share(matches, rows) >= birth.age_share;
    let is_dates = column.dates.count > 0 && share(column.dates.count, column.filled.count) >= birth.share;
    let too_early = column.last_date.is_some_and(|last| last < birth.earliest_treatment);
    by_age || (is_dates && too_early && !column.says.clinical)
}

fn has_sex_near(sheet: &Sheet, at: usize) -> bool {
    let is_near = |other: usize| other != at && other.abs_diff(at) <= NEAR;
    sheet.columns.iter().enumerate().any(|(other, column)| is_near(other) && column.is_sex())
}

#[expect(clippy::cast_precision_loss, reason = "a share of rows; the last digit does not matter")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
