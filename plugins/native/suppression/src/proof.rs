//! The proof that masks protect, and its check.

use serde::{Deserialize, Serialize};

use crate::{Cell, Policy, Problem, Published, Shown, State};

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

/// What is wrong with a proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// A completion does not have one value for each cell.
    #[error("completion {completion} has {found} values for {cells} cells")]
    Length {
        /// The place of the completion.
        completion: usize,
        /// How many values it has.
        found: usize,
        /// How many cells are published.
        cells: usize,
    },
    /// A completion differs from what is published.
    #[error("completion {completion} gives {id:?} the value {value}, which is not what is published")]
    NotAdmitted {
        /// The place of the completion.
        completion: usize,
        /// The id of the cell.
        id: String,
        /// The value it has there.
        value: u64,
    },
    /// A completion breaks a sum.
    #[error("completion {completion} breaks relation {relation}")]
    Sum {
        /// The place of the completion.
        completion: usize,
        /// The place of the relation.
        relation: usize,
    },
    /// The proof names a cell or a completion that is not there.
    #[error("the proof names cell {cell}, or a completion for it, that is not there")]
    Missing {
        /// The place of the cell.
        cell: usize,
    },
    /// The two completions of a cell are too near each other, or outside its interval, or short of one said to be exact.
    #[error("{id:?} is {low} and {high} in its completions, which does not prove its interval")]
    Interval {
        /// The id of the cell.
        id: String,
        /// Its value in the one.
        low: u64,
        /// Its value in the other.
        high: u64,
    },
    /// A cell that must be protected is not in the proof.
    #[error("{id:?} must be protected and is not in the proof")]
    Uncovered {
        /// The id of the cell.
        id: String,
    },
}

/// Checks a proof against what is published: every completion is a table that a reader could believe in, every cell masked
/// as small is among those proved, and its two completions differ by the width of the policy.
///
/// That nothing narrower than the interval can be worked out is the attacker's word, not the proof's.
///
/// # Errors
/// The first fault found.
pub fn verify(published: &Published, proof: &Proof) -> Result<(), ProofFault> {
    for (completion, table) in proof.completions.iter().enumerate() {
        if table.len() != published.cells.len() {
            return Err(ProofFault::Length { completion, found: table.len(), cells: published.cells.len() });
        }
        for (cell, &value) in published.cells.iter().zip(table) {
            if !cell.shown.admits(value, &published.policy) {
                return Err(ProofFault::NotAdmitted { completion, id: cell.id.clone(), value });
            }
        }
        for (relation, line) in published.relations.iter().enumerate() {
            let total = table.get(line.total).copied().map(u128::from);
            let sum = line.parts.iter().map(|&part| table.get(part).copied().map(u128::from)).sum::<Option<u128>>();
            if total.is_none() || total != sum {
                return Err(ProofFault::Sum { completion, relation });
            }
        }
    }
    for protected in &proof.cells {
        check_interval(published, proof, protected)?;
    }
    let proved = |place: usize| proof.cells.iter().any(|protected| protected.interval.cell == place);
    match published.cells.iter().enumerate().find(|(place, cell)| cell.shown == Shown::Primary && !proved(*place)) {
        Some((_, cell)) => Err(ProofFault::Uncovered { id: cell.id.clone() }),
        None => Ok(()),
    }
}

fn check_interval(published: &Published, proof: &Proof, protected: &Protected) -> Result<(), ProofFault> {
    let Interval { cell, low, high, exact } = protected.interval;
    let value = |completion: usize| proof.completions.get(completion).and_then(|table| table.get(cell)).copied();
    let (Some(least), Some(most), Some(named)) = (value(protected.low), value(protected.high), published.cells.get(cell))
    else {
        return Err(ProofFault::Missing { cell });
    };
    let wide = most.checked_sub(least).is_some_and(|width| width >= published.policy.min_width.max(1));
    let within = low <= least && high.is_none_or(|high| most <= high);
    let reached = !exact || low == least && high == Some(most);
    if wide && within && reached { Ok(()) } else { Err(ProofFault::Interval { id: named.id.clone(), low: least, high: most }) }
}

impl Proof {
    /// Checks, with the true values, that every cell that must be protected is in the proof: hidden and withheld ones, too,
    /// which what is published does not tell from others.
    ///
    /// # Errors
    /// The first cell that is not.
    pub fn covers(&self, problem: &Problem, policy: &Policy) -> Result<(), ProofFault> {
        let protected = |cell: &Cell| policy.small(cell.value) && !matches!(cell.state, State::Out(Shown::Exact(_)));
        let proved: std::collections::BTreeSet<usize> = self.cells.iter().map(|cell| cell.interval.cell).collect();
        match problem.cells.iter().enumerate().find(|(place, cell)| protected(cell) && !proved.contains(place)) {
            Some((_, cell)) => Err(ProofFault::Uncovered { id: cell.id.clone() }),
            None => Ok(()),
        }
    }
}
