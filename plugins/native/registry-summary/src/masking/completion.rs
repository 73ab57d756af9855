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
    if !tighten(unknowns, sums, &mut bounds) {
        return None;
    }
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

/// Narrows bounds until nothing changes; false when a number has no value left.
fn tighten(unknowns: &[Unknown], sums: &[Sum], bounds: &mut Bounds) -> bool {
    let mut changed = true;
    while changed {
        changed = false;
        for (unknown, bound) in unknowns.iter().zip(bounds.iter_mut()) {
            if let Some((from, to)) = unknown.hole {
                let low = if (from..to).contains(&bound.0) { to } else { bound.0 };
                let high = if (from..to).contains(&bound.1) { from.saturating_sub(1) } else { bound.1 };
                // A hole that begins at nothing leaves nothing below it.
                if from == 0 && (from..to).contains(&bound.1) {
                    return false;
                }
                changed |= (low, high) != *bound;
                *bound = (low, high);
            }
            if bound.0 > bound.1 {
                return false;
            }
        }
        for sum in sums {
            let at = |bounds: &Bounds, place: usize| bounds.get(place).copied().unwrap_or((0, 0));
            let total = at(bounds, sum.total);
            let low: u64 = sum.parts.iter().map(|part| at(bounds, *part).0).sum();
            let high: u64 = sum.parts.iter().map(|part| at(bounds, *part).1).sum();
            let mut narrow = |place: usize, low: u64, high: u64| {
                let Some(bound) = bounds.get_mut(place) else { return true };
                let narrowed = (bound.0.max(low), bound.1.min(high));
                changed |= narrowed != *bound;
                *bound = narrowed;
                narrowed.0 <= narrowed.1
            };
            if !narrow(sum.total, low, high) {
                return false;
            }
            let total = (total.0.max(low), total.1.min(high));
            for part in &sum.parts {
                let own = unknowns_bound(bounds_of(sum, *part), low, high, total);
                if !narrow(*part, own.0, own.1) {
                    return false;
                }
            }
        }
    }
    true
}
