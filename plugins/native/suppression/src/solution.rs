//! What comes of it: masks with their proof, or why there are none.

use serde::Serialize;

use crate::{Interval, Proof, Published};

/// Masks that protect, and the proof that they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Solution {
    /// What may be published. [`crate::State::Out`] cells stand in it as they were.
    pub published: Published,
    /// Cells masked because they are small, by place.
    pub primary: Vec<usize>,
    /// Cells masked to protect others.
    pub complementary: Vec<usize>,
    /// Cells masked without any claim, because no masking with claims protects or because their total is small.
    pub withheld: Vec<usize>,
    /// Whether no fewer masks (then no smaller weight) protect. False when a limit was reached, never at the price of safety.
    pub optimal: bool,
    /// For the internal audit: it holds completions of the table, one of which may be the true one. Publish
    /// [`Proof::intervals`] at most.
    pub proof: Proof,
    /// What it took.
    pub work: Work,
}

/// How much was done; the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Work {
    /// Independent parts with something to protect.
    pub components: usize,
    /// Rounds of masks proposed and attacked.
    pub rounds: u32,
    /// Conditions found on the way that every safe table meets.
    pub cuts: usize,
}

/// A cell that no masking can protect any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exposed {
    /// The id of the cell.
    pub id: String,
    /// What a reader can work out with everything masked that may still be masked.
    pub interval: Interval,
}

/// Why a problem has no solution.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SuppressError {
    /// Two cells have one id.
    #[error("two cells have the id {id:?}")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// A relation names a cell that is not there, or one cell twice.
    #[error("relation {relation} names a cell twice, or one that is not there: {cell}")]
    BadRelation {
        /// The place of the relation.
        relation: usize,
        /// The place of the cell.
        cell: usize,
    },
    /// A total is not the sum of its parts.
    #[error("{total:?} is {found}, its parts sum to {sum}")]
    Unequal {
        /// The id of the total.
        total: String,
        /// Its value.
        found: u64,
        /// The sum of its parts.
        sum: u64,
    },
    /// A value or a weight is too large.
    #[error("the value or weight of {id:?} is too large")]
    TooLarge {
        /// The id of the cell.
        id: String,
    },
    /// What was published earlier cannot be true of the value, under this policy.
    #[error("{id:?} is {value}, which is not what was published of it")]
    Contradiction {
        /// The id of the cell.
        id: String,
        /// Its value.
        value: u64,
    },
    /// The policy leaves a masked small count fewer values than it asks for.
    #[error("a masked count has {values} possible values, too few for an interval {min_width} wide")]
    Policy {
        /// How many values a masked small count can have.
        values: u64,
        /// The width that is asked for.
        min_width: u64,
    },
    /// What was published earlier makes protection impossible, whatever is masked now.
    #[error("{} cannot be protected any more, because of what was published of {}", ids(exposed), because.join(", "))]
    Impossible {
        /// The cells that cannot be protected, with what a reader can work out.
        exposed: Vec<Exposed>,
        /// The ids of cells published earlier that are in one line with them, or, when there are none, linked to them.
        because: Vec<String>,
    },
    /// The answer failed its own check; nothing may be published. A fault of this crate.
    #[error("the masks failed their own check: {fault}")]
    Unproved {
        /// What failed.
        fault: String,
    },
}

fn ids(exposed: &[Exposed]) -> String {
    exposed.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>().join(", ")
}
