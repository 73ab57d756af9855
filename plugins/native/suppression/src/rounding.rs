//! Rounding instead of masking: the three ways of the sample of the long-term care database.
//!
//! The sample names them only (全セル切上げ, 四捨五入, 総数のみ切上げ). Taken to mean, with the threshold as base: every cell
//! up to the next multiple; every cell to the nearest multiple, halves up; totals up to the next multiple while the other
//! cells are shown, small ones masked. Zero stays zero. Totals are rounded by themselves and are no longer the sums of what
//! is shown beside them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Policy, Problem, Published, PublishedCell, Shown, State};

/// Which cells are rounded, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// 全セル切上げ: every cell up.
    AllUp,
    /// 四捨五入: every cell to the nearest multiple, halves up.
    AllNearest,
    /// 総数のみ切上げ: totals up, the other cells shown or masked.
    TotalsUp,
}

/// A cell as it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Printed {
    /// The number to print.
    Count(u64),
    /// A mask for a small count.
    Mask,
}

/// Prints every cell with counts rounded to multiples of `base`, and gives what a reader then knows of each: attack it with
/// [`crate::attack`], as rounding is no protection by itself. Cells published earlier and hidden ones stay as they are, and
/// are printed as masks where they were.
#[must_use]
pub fn round(problem: &Problem, policy: &Policy, how: Rounding, base: u64) -> (Vec<Printed>, Published) {
    let base = base.max(1);
    let totals: BTreeSet<usize> = problem.relations.iter().map(|relation| relation.total).collect();
    let (printed, cells) = problem
        .cells
        .iter()
        .enumerate()
        .map(|(place, cell)| {
            let (printed, shown) = match (&cell.state, how) {
                (State::Hidden, _) => (Printed::Mask, Shown::Hidden),
                (State::Out(Shown::Exact(value)), _) => (Printed::Count(*value), Shown::Exact(*value)),
                (State::Out(shown), _) => (Printed::Mask, *shown),
                (State::Publish, Rounding::AllUp) => up(cell.value, base),
                (State::Publish, Rounding::TotalsUp) if totals.contains(&place) => up(cell.value, base),
                (State::Publish, Rounding::AllNearest) => nearest(cell.value, base),
                (State::Publish, Rounding::TotalsUp) if policy.small(cell.value) => (Printed::Mask, Shown::Primary),
                (State::Publish, Rounding::TotalsUp) => (Printed::Count(cell.value), Shown::Exact(cell.value)),
            };
            (printed, PublishedCell { id: cell.id.clone(), shown })
        })
        .unzip();
    (printed, Published { cells, relations: problem.relations.clone(), policy: policy.clone() })
}

fn up(value: u64, base: u64) -> (Printed, Shown) {
    let rounded = value.div_ceil(base).saturating_mul(base);
    let low = if rounded == 0 { 0 } else { rounded - base + 1 };
    (Printed::Count(rounded), Shown::Between(low, rounded))
}

fn nearest(value: u64, base: u64) -> (Printed, Shown) {
    let rounded = (value.saturating_add(base / 2) / base).saturating_mul(base);
    let low = rounded.saturating_sub(base / 2);
    (Printed::Count(rounded), Shown::Between(low, rounded.saturating_add(base.div_ceil(2)) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, Relation, attack};

    /// The sample: each column is three counts and their total.
    fn sample() -> Problem {
        let columns = [[11, 2, 26, 39], [12, 305, 55, 372], [36, 995, 34, 1065]];
        let cells =
            columns.iter().flatten().enumerate().map(|(place, &value)| Cell::publish(format!("{place:02}"), value)).collect();
        let relations =
            (0..3).map(|column| Relation::new(4 * column + 3, [0, 1, 2].map(|row| 4 * column + row).to_vec())).collect();
        Problem { cells, relations }
    }

    fn printed(how: Rounding) -> String {
        let (printed, published) = round(&sample(), &Policy::below(10), how, 10);
        for (cell, shown) in sample().cells.iter().zip(&published.cells) {
            assert!(shown.shown.admits(cell.value, &published.policy), "what a reader is told is true");
        }
        let word = |printed: &Printed| match printed {
            Printed::Count(count) => count.to_string(),
            Printed::Mask => "*".to_owned(),
        };
        printed.chunks(4).map(|column| column.iter().map(word).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn every_cell_up() {
        assert_eq!(printed(Rounding::AllUp), "20 10 30 40 / 20 310 60 380 / 40 1000 40 1070");
    }

    #[test]
    fn every_cell_to_the_nearest() {
        assert_eq!(printed(Rounding::AllNearest), "10 0 30 40 / 10 310 60 370 / 40 1000 30 1070");
    }

    #[test]
    fn only_totals_up() {
        assert_eq!(printed(Rounding::TotalsUp), "11 * 26 40 / 12 305 55 380 / 36 995 34 1070");
    }

    #[test]
    fn totals_up_hides_the_small_count_of_the_sample_but_not_every_one() {
        let policy = Policy::below(10);
        let small = |problem: &Problem| {
            let (_, published) = round(problem, &policy, Rounding::TotalsUp, 10);
            let found = attack(&published).into_iter().find(|interval| interval.cell == 1).unwrap();
            (found.low, found.high, found.exact)
        };
        assert_eq!(small(&sample()), (1, Some(3), true), "31 to 40 less 37");
        // 11 + 9 + 11 = 31 is shown as 40: less 22 that is 9 at least, and a mask is 9 at most.
        let mut tight = sample();
        for (place, value) in [(0, 11), (1, 9), (2, 11), (3, 31)] {
            tight.cells[place].value = value;
        }
        assert_eq!(small(&tight), (9, Some(9), true));
    }

    #[test]
    fn zero_stays_zero_when_rounded_up() {
        assert_eq!(up(0, 10), (Printed::Count(0), Shown::Between(0, 0)));
        assert_eq!(nearest(5, 10), (Printed::Count(10), Shown::Between(5, 14)));
        assert_eq!(nearest(4, 10), (Printed::Count(0), Shown::Between(0, 4)));
    }
}
