//! What counts as small, and what a reader is taken to know.

use serde::{Deserialize, Serialize};

/// How a table is protected. The method is decided per product; it is recorded beside what it gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// T: counts of `1..T` are masked. 0 or 1 masks nothing.
    pub threshold: u64,
    /// Whether a count of zero may be shown.
    pub zero: Zero,
    /// How many values wide the attacker's interval of every protected cell must be at least, `high − low`; from 1.
    pub min_width: u64,
    /// Whether masks of small counts and other masks look alike.
    pub marks: Marks,
    /// What becomes of the cells below a total that is small itself.
    pub small_total: SmallTotal,
    /// How long the search for fewest masks may go on.
    pub limits: Limits,
}

/// Whether a count of zero may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zero {
    /// Zero is shown like any other count, unless it must be masked to protect another cell.
    Shown,
    /// Zero discloses: it is masked like `1..T`, and a masked small count is `0..T`.
    Masked,
}

/// Whether masks of small counts and other masks look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marks {
    /// One mark for all. The attacker is nevertheless taken to know which cells are small, the worst case; of the others
    /// he knows that they are at least 0.
    One,
    /// `<5` for small counts and another mark for the others, which thereby are known to be 0 or at least T.
    Distinct,
}

/// What becomes of the cells below a total that is small itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmallTotal {
    /// They are masked like others.
    Mask,
    /// The total and all below it are withheld: masked, zeros too, without any claim on their size.
    Withhold,
}

/// Bounds of the search, counted and not timed: the same on every machine. Past them the answer is still proved safe, but
/// is not known to have fewest masks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Rounds of masks proposed and attacked, in each independent part of the problem.
    pub rounds: u32,
    /// Nodes of the integer programs, in each independent part.
    pub nodes: u64,
    /// Numbers touched by the attacks of the search, in each independent part.
    pub work: u64,
    /// Steps of the attacker for each cell when intervals are worked out.
    pub attack: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rounds: 400, nodes: 500, work: 80_000_000, attack: 4_000 }
    }
}

impl Policy {
    /// Counts of `1..threshold` masked, zero shown, one mark, every interval at least 1 wide.
    #[must_use]
    pub fn below(threshold: u64) -> Self {
        Self {
            threshold,
            zero: Zero::Shown,
            min_width: 1,
            marks: Marks::One,
            small_total: SmallTotal::Mask,
            limits: Limits::default(),
        }
    }

    /// Whether a count is small: masked when it would be printed, protected when it is not.
    #[must_use]
    pub fn small(&self, value: u64) -> bool {
        value < self.threshold && (value > 0 || self.zero == Zero::Masked)
    }

    /// The smallest count that a mask for small counts stands for.
    pub(crate) fn smallest(&self) -> u64 {
        match self.zero {
            Zero::Shown => 1,
            Zero::Masked => 0,
        }
    }
}
