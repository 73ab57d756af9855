//! Whole numbers within bounds that add up as they have to, near to given ones.

/// A number that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unknown {
    /// It is at least this.
    pub(super) low: u64,
    /// It is at most this.
    pub(super) high: u64,
    /// It is none of these: from, and up to but without.
    pub(super) hole: Option<(u64, u64)>,
    /// It should be near this.
    pub(super) target: u64,
}

/// `total` = Σ `parts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    /// The place of the sum.
    pub(super) total: usize,
    /// The places of its parts.
    pub(super) parts: Vec<usize>,
}

/// How many values are tried in all before it is given up: what is looked for differs little from what was counted.
const MOST_TRIES: u32 = 20_000;
/// How many values are tried for one number.
const MOST_VALUES: u64 = 64;

/// Finds them. None when there are none, or none was found in time.
pub(super) fn complete(unknowns: &[Unknown], sums: &[Sum]) -> Option<Vec<u64>> {
    let bounds = unknowns.iter().map(|unknown| (unknown.low, unknown.high)).collect();
    let mut tries = MOST_TRIES;
    search(unknowns, sums, bounds, &mut tries)
}

type Bounds = Vec<(u64, u64)>;

fn search(unknowns: &[Unknown], sums: &[Sum], mut bounds: Bounds, tries: &mut u32) -> Option<Vec<u64>> {
    tighten(unknowns, sums, &mut bounds)?;
    // The tightest first: what it forces, forces the rest.
    let open = bounds.iter().enumerate().filter(|(_, (low, high))| low < high);
    let Some((place, (low, high))) = open.min_by_key(|(place, (low, high))| (high - low, *place)) else {
        return Some(bounds.into_iter().map(|(low, _)| low).collect());
    };
    let (low, high) = (*low, *high);
    let target = unknowns.get(place)?.target.clamp(low, high);
    for away in 0..=MOST_VALUES {
        let below = target.checked_sub(away).filter(|value| *value >= low);
        let above = target.checked_add(away).filter(|value| *value <= high && away > 0);
        for value in [below, above].into_iter().flatten() {
            *tries = tries.checked_sub(1)?;
            let mut tried = bounds.clone();
            if let Some(bound) = tried.get_mut(place) {
                *bound = (value, value);
            }
            if let Some(found) = search(unknowns, sums, tried, tries) {
                return Some(found);
            }
        }
    }
    None
}

/// Narrows bounds until nothing changes; none when a number has no value left.
fn tighten(unknowns: &[Unknown], sums: &[Sum], bounds: &mut Bounds) -> Option<()> {
    let mut changed = true;
    while changed {
        changed = false;
        for (unknown, bound) in unknowns.iter().zip(bounds.iter_mut()) {
            if let Some((from, to)) = unknown.hole {
                let low = if (from..to).contains(&bound.0) { to } else { bound.0 };
                // A hole that begins at zero leaves nothing below it.
                let high = if (from..to).contains(&bound.1) { from.checked_sub(1)? } else { bound.1 };
                changed |= (low, high) != *bound;
                *bound = (low, high);
            }
            if bound.0 > bound.1 {
                return None;
            }
        }
        for sum in sums {
            changed |= narrow(sum, bounds)?;
        }
    }
    Some(())
}

/// Narrows the bounds of one sum; none when a number has no value left, otherwise whether anything changed.
fn narrow(sum: &Sum, bounds: &mut Bounds) -> Option<bool> {
    let parts: Vec<(usize, u64, u64)> =
        sum.parts.iter().filter_map(|part| bounds.get(*part).map(|(low, high)| (*part, *low, *high))).collect();
    let least: u64 = parts.iter().map(|(_, low, _)| low).sum();
    let most: u64 = parts.iter().map(|(_, _, high)| high).sum();
    let mut changed = false;
    let mut set = |place: usize, low: u64, high: u64| {
        let bound = bounds.get_mut(place)?;
        let narrowed = (bound.0.max(low), bound.1.min(high));
        changed |= narrowed != *bound;
        *bound = narrowed;
        (narrowed.0 <= narrowed.1).then_some(narrowed)
    };
    let total = set(sum.total, least, most)?;
    for (part, low, high) in parts {
        // What the others can be at most and at least leaves this much.
        set(part, total.0.saturating_sub(most - high), total.1.checked_sub(least - low)?)?;
    }
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(value: u64) -> Unknown {
        Unknown { low: value, high: value, hole: None, target: value }
    }

    fn between(low: u64, high: u64, target: u64) -> Unknown {
        Unknown { low, high, hole: None, target }
    }

    #[test]
    fn a_patient_who_was_added_later_is_taken_out_where_it_fits() {
        // Published 12 = <5 + <5 + 6; the rows now say 13 = 3 + 3 + 7.
        let unknowns = [exact(12), between(1, 4, 3), between(1, 4, 3), exact(6)];
        let sums = [Sum { total: 0, parts: vec![1, 2, 3] }];
        assert_eq!(complete(&unknowns, &sums), Some(vec![12, 3, 3, 6]));
        let unknowns = [exact(12), between(1, 4, 1), between(1, 4, 2), exact(6)];
        let found = complete(&unknowns, &sums).expect("there are some");
        assert_eq!(found[1] + found[2], 6);
    }

    #[test]
    fn holes_and_contradictions() {
        let sums = [Sum { total: 0, parts: vec![1, 2] }];
        let distinct = Unknown { low: 0, high: 1 << 40, hole: Some((1, 5)), target: 3 };
        assert_eq!(complete(&[exact(7), distinct, between(1, 4, 4)], &sums), Some(vec![7, 5, 2]));
        assert_eq!(complete(&[exact(3), distinct, between(1, 2, 2)], &sums), None);
        assert_eq!(complete(&[exact(20), between(0, 4, 4), exact(6)], &sums), None);
    }
}
