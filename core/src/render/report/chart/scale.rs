//! The scale of an axis: round numbers, nought where it has to be, and no more decimals than the values have.

/// Most steps of an axis.
const STEPS: f64 = 7.0;

/// A scale.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    ticks: Vec<f64>,
    decimals: usize,
}

impl Scale {
    /// Makes the scale of values from `low` to `high`, which have so many `decimals`; of no values that from 0 to 1.
    pub(super) fn new(low: f64, high: f64, decimals: usize, from_nought: bool) -> Scale {
        let (mut low, mut high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        // Cutting an axis makes much of a small difference; it is cut only where otherwise nothing would be seen.
        let is_flat = !from_nought && (high - low) < high.abs().max(low.abs()) / 4.0 && high > low;
        if !is_flat {
            low = low.min(0.0);
            high = high.max(0.0);
        }
        if low >= high {
            high = low + 1.0;
        }
        let finest = 10_f64.powi(-i32::try_from(decimals).unwrap_or(15));
        let step = round_step((high - low) / STEPS).max(finest);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let decimals = decimals_of(step);
        let mut ticks = Vec::new();
        let mut at = first;
        while at <= last && ticks.len() < 64 {
            let tick = at * step;
            ticks.push(if tick == 0.0 { 0.0 } else { tick });
            at += 1.0;
        }
        Scale { low: first * step, high: last * step, ticks, decimals }
    }

    /// Returns where a value stands, from 0 to 1.
    pub(super) fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Returns the marks of the axis: where each stands, from 0 to 1, and what it says.
    pub(super) fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        self.ticks.iter().map(|tick| (self.place(*tick), format!("{tick:.*}", self.decimals)))
    }
}

/// Returns the next step of 1, 2 or 5 times a power of ten.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let times = least / power;
    let round = [1.0, 2.0, 5.0].into_iter().find(|round| times <= round * 1.000_001).unwrap_or(10.0);
    round * power
}

/// Returns how many decimals a step has.
fn decimals_of(step: f64) -> usize {
    let mut decimals = 0;
    let mut whole = step;
    while decimals < 15 && (whole - whole.round()).abs() > whole.abs() * 1e-6 {
        whole *= 10.0;
        decimals += 1;
    }
    decimals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(scale: &Scale) -> Vec<String> {
        scale.ticks().map(|(_, said)| said).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(said(&Scale::new(3.0, 97.0, 0, true)), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(said(&Scale::new(-12.5, 30.0, 1, true)), ["-20", "-10", "0", "10", "20", "30"]);
        assert_eq!(said(&Scale::new(0.02, 0.13, 2, true)), ["0.00", "0.02", "0.04", "0.06", "0.08", "0.10", "0.12", "0.14"]);
    }

    #[test]
    fn patients_are_not_counted_in_halves() {
        assert_eq!(said(&Scale::new(1.0, 3.0, 0, true)), ["0", "1", "2", "3"]);
        assert_eq!(said(&Scale::new(0.0, 0.0, 0, true)), ["0", "1"]);
    }

    #[test]
    fn only_lines_leave_nought_out_and_only_where_they_would_be_flat() {
        assert_eq!(said(&Scale::new(36.5, 37.4, 1, false)).first().map(String::as_str), Some("36.4"));
        assert_eq!(said(&Scale::new(36.5, 37.4, 1, true)).first().map(String::as_str), Some("0"));
        assert_eq!(said(&Scale::new(10.0, 90.0, 0, false)).first().map(String::as_str), Some("0"));
    }

    #[test]
    fn any_two_numbers_make_a_scale() {
        let numbers =
            [f64::INFINITY, f64::NEG_INFINITY, -9.3e18, -1.0, -1e-15, 0.0, 1e-15, 0.3, 7.0, 999_999_999_999_999.0, 9.3e18];
        for low in numbers {
            for high in numbers {
                let is_range = low.is_finite() && high.is_finite();
                // No values at all begin above where they end.
                let is_none = low == f64::INFINITY && high == f64::NEG_INFINITY;
                if !is_range && !is_none {
                    continue;
                }
                for decimals in [0, 15] {
                    let scale = Scale::new(low, high, decimals, false);
                    let ticks: Vec<f64> = scale.ticks().map(|(at, _)| at).collect();
                    assert!(ticks.len() >= 2 && ticks.len() < 20, "{low} {high} {scale:?}");
                    assert!(ticks.iter().all(|at| at.is_finite()) && ticks.is_sorted(), "{low} {high} {scale:?}");
                }
            }
        }
    }
}
