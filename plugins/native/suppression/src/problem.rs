//! What is to be published: cells with their true values, and the sums between them.

use serde::{Deserialize, Serialize};

use crate::Shown;

/// A table, or several that are linked: by a common cell, by a year before, by a hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Problem {
    /// The cells; relations name them by their place here.
    pub cells: Vec<Cell>,
    /// Every sum that a reader knows to hold. One that is left out is a hole in the protection.
    pub relations: Vec<Relation>,
}

/// One count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Names the cell in messages and decides ties; unique in the problem.
    pub id: String,
    /// The true count, at most [`Cell::LARGEST`].
    pub value: u64,
    /// What may be done with it.
    pub state: State,
    /// What masking it costs among tables with equally many masks; at most [`Cell::HEAVIEST`].
    pub weight: u32,
}

/// Whether a cell may still be masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Is about to be published, shown or masked.
    Publish,
    /// Is never printed, but follows from what is, and is protected when it is small: a year's increment
    /// = cumulative count − cumulative count of the year before.
    Hidden,
    /// Was published earlier as it says, and cannot be changed any more. [`Shown::Exact`] must give the value of the cell.
    Out(Shown),
}

/// `total` = Σ `parts`, by places in [`Problem::cells`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Relation {
    /// The sum.
    pub total: usize,
    /// What it is the sum of; no cell twice.
    pub parts: Vec<usize>,
}

impl Cell {
    /// The largest value: sums of many such cells are still exact in every arithmetic used here.
    pub const LARGEST: u64 = 1 << 40;
    /// The largest weight.
    pub const HEAVIEST: u32 = 1_000;

    /// A cell about to be published, with the weight of its value.
    #[must_use]
    pub fn publish(id: impl Into<String>, value: u64) -> Self {
        Self { id: id.into(), value, state: State::Publish, weight: Self::weight_of(value) }
    }

    /// A sensitive cell that is never printed.
    #[must_use]
    pub fn hidden(id: impl Into<String>, value: u64) -> Self {
        Self { id: id.into(), value, state: State::Hidden, weight: 1 }
    }

    /// A cell that was published earlier.
    #[must_use]
    pub fn out(id: impl Into<String>, value: u64, shown: Shown) -> Self {
        Self { id: id.into(), value, state: State::Out(shown), weight: 1 }
    }

    /// The weight that is usual for a value: grows with its logarithm, so that of two cells that protect alike the smaller
    /// is masked, and no total is kept at the price of many cells below it.
    #[must_use]
    pub fn weight_of(value: u64) -> u32 {
        // Eighths of the binary logarithm, by the three bits after the leading one.
        let one_more = value.saturating_add(1);
        let whole = one_more.ilog2();
        let after = if whole >= 3 { (one_more >> (whole - 3)) & 7 } else { (one_more << (3 - whole)) & 7 };
        1 + whole * 8 + u32::try_from(after).unwrap_or(0)
    }
}

impl Relation {
    /// `total` = Σ `parts`.
    #[must_use]
    pub fn new(total: usize, parts: impl Into<Vec<usize>>) -> Self {
        Self { total, parts: parts.into() }
    }

    /// The total and the parts.
    pub fn line(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.total).chain(self.parts.iter().copied())
    }
}
