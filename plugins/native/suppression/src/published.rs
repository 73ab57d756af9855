//! What a reader sees.

use serde::{Deserialize, Serialize};

use crate::{Marks, Policy, Relation};

/// A table as it is published: what the attacker knows, and all he knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The cells, in the order of the problem.
    pub cells: Vec<PublishedCell>,
    /// The sums between them.
    pub relations: Vec<Relation>,
    /// The rules of masking, which are public.
    pub policy: Policy,
}

/// One cell as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedCell {
    /// The id of the cell.
    pub id: String,
    /// What stands in its place.
    pub shown: Shown,
}

/// What stands in the place of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// The count.
    Exact(u64),
    /// A mask for a small count (primary).
    Primary,
    /// A mask for another count (complementary).
    Masked,
    /// A mask that claims nothing.
    Withheld,
    /// Nothing: the cell is not printed anywhere.
    Hidden,
    /// A range, both ends included: a rounded count.
    Between(u64, u64),
}

impl Shown {
    /// Whether a count may stand behind what is shown.
    #[must_use]
    pub fn admits(self, value: u64, policy: &Policy) -> bool {
        match self {
            Self::Exact(exact) => value == exact,
            Self::Primary => (policy.smallest()..policy.threshold).contains(&value),
            Self::Masked => policy.marks == Marks::One || !policy.small(value),
            Self::Withheld | Self::Hidden => true,
            Self::Between(low, high) => (low..=high).contains(&value),
        }
    }
}
