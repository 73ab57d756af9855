//! Sums of sums: what follows from several lines together.
//!
//! A cell that the lines determine only together is not found by looking at one line after the other. Elimination finds it:
//! in the reduced form it stands alone. Cells without an upper bound are eliminated first, so that what is left are sums of
//! small counts alone.
#![expect(clippy::indexing_slicing, reason = "terms name cells of the domains they are used with")]

use std::collections::BTreeMap;

use super::line::{Domain, Line};

/// The reduced form of the lines; empty when its numbers grow out of bounds, which costs sharpness and nothing else.
pub(super) fn reduced(lines: &[Line], domains: &[Domain]) -> Vec<Line> {
    eliminate(lines, domains).unwrap_or_default()
}

#[derive(Clone)]
struct Row {
    terms: BTreeMap<usize, i64>,
    sum: i64,
}

fn eliminate(lines: &[Line], domains: &[Domain]) -> Option<Vec<Line>> {
    let mut rows: Vec<Row> = Vec::new();
    let mut pivots: Vec<usize> = Vec::new();
    for line in lines {
        let mut row = Row { terms: line.terms.iter().copied().collect(), sum: line.sum };
        for (have, &pivot) in rows.iter().zip(&pivots) {
            row = without(&row, have, pivot)?;
        }
        let key = |cell: usize, coefficient: i64| {
            let Domain { low, high, .. } = domains[cell];
            (coefficient.abs(), std::cmp::Reverse(high.saturating_sub(low)), cell)
        };
        let Some(pivot) = row.terms.iter().min_by_key(|&(&cell, &by)| key(cell, by)).map(|(&cell, _)| cell) else {
            if row.sum != 0 {
                // The lines contradict each other; an empty line says so.
                return Some(vec![Line { terms: Vec::new(), sum: row.sum }]);
            }
            continue;
        };
        for have in &mut rows {
            *have = without(have, &row, pivot)?;
        }
        rows.push(row);
        pivots.push(pivot);
    }
    Some(rows.into_iter().map(|row| Line { terms: row.terms.into_iter().collect(), sum: row.sum }).collect())
}

/// The row with the pivot's cell eliminated by another row, divided by what its numbers have in common.
fn without(row: &Row, by: &Row, pivot: usize) -> Option<Row> {
    let Some(&own) = row.terms.get(&pivot) else { return Some(row.clone()) };
    let other = *by.terms.get(&pivot)?;
    let common = gcd(own, other);
    let (times, subtract) = (other / common, own / common);
    let mut terms: BTreeMap<usize, i64> = BTreeMap::new();
    for (&cell, &coefficient) in &row.terms {
        terms.insert(cell, coefficient.checked_mul(times)?);
    }
    for (&cell, &coefficient) in &by.terms {
        let entry = terms.entry(cell).or_insert(0);
        *entry = entry.checked_sub(coefficient.checked_mul(subtract)?)?;
    }
    terms.retain(|_, coefficient| *coefficient != 0);
    let mut sum = row.sum.checked_mul(times)?.checked_sub(by.sum.checked_mul(subtract)?)?;
    let shared = terms.values().fold(sum, |shared, &coefficient| gcd(shared, coefficient));
    if shared > 1 {
        terms.values_mut().for_each(|coefficient| *coefficient /= shared);
        sum /= shared;
    }
    // Larger numbers than tables give rise to: stop before they overflow.
    (terms.values().all(|coefficient| coefficient.abs() < 1 << 20) && sum.abs() < 1 << 50).then_some(Row { terms, sum })
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
