//! The counts behind earlier tables. The ledger remembers only what was published; the counts are counted again from the rows, as
//! they stood on the day of counting. Where rows were mended since, that may not be what was published: then counts are
//! looked for that agree with it, as near as can be to those of the rows.

use std::collections::BTreeMap;

use todokede_abi::{At, Text};
use todokede_suppression::{Cell, Marks};

use super::completion::{Sum, Unknown, complete};
use crate::counts::Key;
use crate::findings::Findings;
use crate::past::{Count, Mask, Published, Seen};
use crate::patients::Snapshot;
use crate::plan::Plan;

/// The counts behind the tables of one earlier year.
pub(super) type Earlier = BTreeMap<(Count, Option<usize>, Key), u64>;

/// The counts behind the tables of each earlier year. None, with findings, when there are none that agree with what was published.
pub(super) fn values(plan: &Plan, snapshots: &[Snapshot], findings: &mut Findings) -> Option<Vec<Earlier>> {
    let years = plan.past.iter().zip(snapshots).map(|(past, snapshot)| {
        let counted = count_again(past, snapshot);
        let differs = differences(past, &counted);
        let Some(first) = differs.first() else { return Some(counted) };
        let values = |findings: &mut Findings, rule| {
            let (count, product, key) = first;
            let product = product.and_then(|product| plan.products.get(product)).map_or("*", |product| &product.code);
            let count = if *count == Count::Year { "year" } else { "cumulative" };
            let cell = format!("{count}/{product}/{}", key.name(&plan.ages));
            let year = past.year.number.to_string();
            let values = [("year", Text::from(year)), ("cell", cell.into()), ("count", differs.len().to_string().into())];
            findings.add_with(rule, At::Filing, values);
        };
        let restored = restore(plan, past, &counted);
        values(findings, if restored.is_some() { "RS-0216" } else { "RS-0215" });
        restored
    });
    // All of them are looked at, so that each has its finding.
    let years: Vec<Option<Earlier>> = years.collect();
    years.into_iter().collect()
}

fn count_again(past: &Published, snapshot: &Snapshot) -> Earlier {
    let mut counted = Earlier::new();
    for (count, product) in past.sheets.keys() {
        let cube = match count {
            Count::Cumulative => &snapshot.cumulative,
            Count::Year => &snapshot.in_year,
        };
        let Some(sheet) = past.sheets.get(&(*count, *product)) else { continue };
        for key in sheet.cells.keys() {
            let value = match product {
                Some(_) => cube.count(*product, *key),
                // The sum of what there were products then: one that came later is in none of its parts.
                None => past
                    .sheets
                    .keys()
                    .filter(|(of, _)| of == count)
                    .filter_map(|(_, of)| *of)
                    .map(|of| cube.count(Some(of), *key))
                    .sum(),
            };
            counted.insert((*count, *product, *key), value);
        }
    }
    counted
}

fn differences(past: &Published, counted: &Earlier) -> Vec<(Count, Option<usize>, Key)> {
    let differs = counted.iter().filter(|((count, product, key), value)| {
        let (low, high, hole) = domain(past, *count, *product, *key);
        **value < low || **value > high || hole.is_some_and(|(from, to)| (from..to).contains(*value))
    });
    differs.map(|(cell, _)| *cell).collect()
}

/// What a count can have been: lowest, highest, and values between that it cannot have been.
fn domain(past: &Published, count: Count, product: Option<usize>, key: Key) -> (u64, u64, Option<(u64, u64)>) {
    let anything = (0, Cell::LARGEST, None);
    let Some(sheet) = past.sheets.get(&(count, product)) else { return anything };
    let smallest = u64::from(!past.zero_masked);
    match sheet.cells.get(&key) {
        Some(Seen::Count(value)) => (*value, *value, None),
        Some(Seen::Mask(Mask::Small)) => (smallest, sheet.threshold.saturating_sub(1), None),
        Some(Seen::Mask(Mask::Masked)) if past.marks == Marks::Distinct => {
            (0, Cell::LARGEST, Some((smallest, sheet.threshold)))
        }
        _ => anything,
    }
}

fn restore(plan: &Plan, past: &Published, counted: &Earlier) -> Option<Earlier> {
    let cells: Vec<(Count, Option<usize>, Key)> = counted.keys().copied().collect();
    let place = |cell: &(Count, Option<usize>, Key)| cells.binary_search(cell).ok();
    let mut unknowns: Vec<Unknown> = counted
        .iter()
        .map(|((count, product, key), target)| {
            let (low, high, hole) = domain(past, *count, *product, *key);
            Unknown { low, high, hole, target: *target }
        })
        .collect();
    let mut sums = Vec::new();
    for (at, (count, product, key)) in cells.iter().enumerate() {
        for parts in key.broken_down(&plan.ages, past.cross) {
            let parts: Option<Vec<usize>> = parts.iter().map(|part| place(&(*count, *product, *part))).collect();
            sums.extend(parts.map(|parts| Sum { total: at, parts }));
        }
        if product.is_none() {
            let parts = cells.iter().enumerate().filter(|(_, cell)| cell.0 == *count && cell.1.is_some() && cell.2 == *key);
            sums.push(Sum { total: at, parts: parts.map(|(part, _)| part).collect() });
        }
        // Those of the year are among all.
        if let (Count::Cumulative, Some(part)) = (count, place(&(Count::Year, *product, *key))) {
            let value = |place: usize| unknowns.get(place).map_or(0, |unknown| unknown.target);
            let target = value(at).saturating_sub(value(part));
            unknowns.push(Unknown { low: 0, high: Cell::LARGEST, hole: None, target });
            sums.push(Sum { total: at, parts: vec![part, unknowns.len() - 1] });
        }
    }
    let values = complete(&unknowns, &sums)?;
    Some(cells.into_iter().zip(values).collect())
}
