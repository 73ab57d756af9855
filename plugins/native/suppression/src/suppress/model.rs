//! The problem as the suppressor sees it: how far the attacker can move each cell away from its true value.

use crate::{Cell, Marks, Policy, Problem, Relation, Shown, State};

/// What an attacker takes to be possible of a cell once it is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// The true value.
    pub(super) value: i64,
    /// The least and the largest value; [`Room::ENDLESS`] stands for no bound.
    pub(super) low: i64,
    pub(super) high: i64,
    /// Values from the first up to and without the second are impossible.
    pub(super) hole: Option<(i64, i64)>,
}

impl Room {
    pub(super) const ENDLESS: i64 = i64::MAX / 4;

    fn only(value: i64) -> Self {
        Self { value, low: value, high: value, hole: None }
    }

    fn any(value: i64) -> Self {
        Self { value, low: 0, high: Self::ENDLESS, hole: None }
    }

    pub(super) fn fixed(&self) -> bool {
        self.low == self.high
    }

    /// The least and the largest movement from the true value.
    pub(super) fn range(&self) -> (f64, f64) {
        let high = if self.high == Self::ENDLESS { f64::INFINITY } else { number(self.high - self.value) };
        (number(self.low - self.value), high)
    }

    pub(super) fn admits_move(&self, by: i64) -> bool {
        let Some(value) = self.value.checked_add(by) else { return false };
        value >= self.low && value <= self.high && self.hole.is_none_or(|(from, to)| value < from || value >= to)
    }
}

/// A count as a number of the solvers; exact, as counts are at most [`Cell::LARGEST`].
#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
pub(super) fn number(count: i64) -> f64 {
    count as f64
}

/// One cell of the model.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) room: Room,
    /// Whether masking it is to be decided; otherwise its room is open from the start.
    pub(super) optional: bool,
    /// Whether a reader must not learn it.
    pub(super) protected: bool,
    pub(super) weight: u32,
}

/// All cells, and the sums.
#[derive(Debug, Clone)]
pub(super) struct Model<'a> {
    pub(super) items: Vec<Item>,
    pub(super) relations: &'a [Relation],
    /// The width each protected cell needs.
    pub(super) width: i64,
    /// T, from which the size of moves worth trying is reckoned.
    pub(super) threshold: i64,
}

impl<'a> Model<'a> {
    /// The model with the cells of `withheld` masked without a claim.
    pub(super) fn new(problem: &'a Problem, policy: &Policy, withheld: &[bool]) -> Self {
        let items = problem
            .cells
            .iter()
            .zip(withheld)
            .map(|(cell, &withheld)| {
                let shown = masked_as(cell, policy, withheld);
                let room = room(cell, shown, policy);
                Item {
                    room,
                    optional: cell.state == State::Publish && shown == Shown::Masked && !room.fixed(),
                    protected: policy.small(cell.value) && !matches!(cell.state, State::Out(Shown::Exact(_))),
                    weight: cell.weight,
                }
            })
            .collect();
        Self {
            items,
            relations: &problem.relations,
            width: i64::try_from(policy.min_width.max(1)).unwrap_or(i64::MAX),
            threshold: i64::try_from(policy.threshold).unwrap_or(i64::MAX),
        }
    }
}

/// What stands in the place of a cell when it is masked.
pub(super) fn masked_as(cell: &Cell, policy: &Policy, withheld: bool) -> Shown {
    match cell.state {
        State::Out(shown) => shown,
        State::Hidden => Shown::Hidden,
        State::Publish if withheld => Shown::Withheld,
        State::Publish if policy.small(cell.value) => Shown::Primary,
        State::Publish => Shown::Masked,
    }
}

fn room(cell: &Cell, shown: Shown, policy: &Policy) -> Room {
    let count = |value: u64| i64::try_from(value).unwrap_or(Room::ENDLESS);
    let value = count(cell.value);
    match shown {
        Shown::Exact(_) => Room::only(value),
        Shown::Primary => {
            Room { value, low: count(policy.smallest()), high: count(policy.threshold.saturating_sub(1)), hole: None }
        }
        Shown::Masked if policy.marks == Marks::Distinct && policy.smallest() < policy.threshold => {
            let threshold = count(policy.threshold);
            match policy.smallest() {
                0 => Room { low: threshold, ..Room::any(value) },
                smallest => Room { hole: Some((count(smallest), threshold)), ..Room::any(value) },
            }
        }
        Shown::Masked | Shown::Withheld | Shown::Hidden => Room::any(value),
        Shown::Between(low, high) => Room { value, low: count(low), high: count(high), hole: None },
    }
}
