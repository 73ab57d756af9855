//! The proof that masks protect, and its check.

use serde::{Deserialize, Serialize};

/// What a reader can work out of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The place of the cell.
    pub cell: usize,
    /// The count is at least this.
    pub low: u64,
    /// The count is at most this; without a bound when none.
    pub high: Option<u64>,
    /// Whether both ends are reached: there is a table with each of them. Otherwise the count lies within, but the reader
    /// may be able to narrow it further.
    pub exact: bool,
}

/// For every protected cell two tables that a reader cannot tell apart and in which the cell differs by the width of the
/// policy or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Tables of all cells that agree with what is published.
    pub completions: Vec<Vec<u64>>,
    /// The protected cells, in order.
    pub cells: Vec<Protected>,
}

/// One protected cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protected {
    /// What the attacker found.
    pub interval: Interval,
    /// The place of a completion in which the cell is small. When the interval is exact, the cell is `interval.low` there.
    pub low: usize,
    /// The place of a completion in which it is larger.
    pub high: usize,
}

impl Proof {
    /// The intervals alone, which give no true value away.
    #[must_use]
    pub fn intervals(&self) -> Vec<Interval> {
        self.cells.iter().map(|cell| cell.interval).collect()
    }
}
