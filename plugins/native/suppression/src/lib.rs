//! Masks small counts in published tables, and proves that the masks protect.
//!
//! A registry publishes counts of patients. A count of `1..T` identifies people and is not shown (*primary*), but a table
//! with totals gives it away again, so that further cells are masked (*complementary*). This crate decides which, as few as
//! possible, and shows for every protected cell two tables that a reader cannot tell apart and in which it differs.
//!
//! ```text
//! Problem ─ suppress ─▶ Solution { published, proof }      an integer program, see `suppress`
//!                           │
//!                 Published ─ attack ─▶ intervals          what a reader can work out: separate code, knows no true value
//!                 Published + Proof ─ verify ─▶ Ok         a few lines that anybody can check
//! ```
//!
//! Nothing here knows rows, products or years: a table is cells and sums. Same problem, same policy, same answer, in
//! whatever order cells and relations come.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stderr))]

mod attack;
mod greedy;
mod policy;
mod presets;
mod problem;
mod proof;
mod published;
mod rounding;
mod solution;
mod suppress;

pub use attack::{Attack, attack, attack_cells};
pub use greedy::greedy;
pub use policy::{Limits, Marks, Policy, SmallTotal, Zero};
pub use presets::{Name, Preset, presets, presets_from};
pub use problem::{Cell, Problem, Relation, State};
pub use proof::{Interval, Proof, ProofFault, Protected, verify};
pub use published::{Published, PublishedCell, Shown};
pub use rounding::{Printed, Rounding, round};
pub use solution::{Exposed, Solution, SuppressError, Work};
pub use suppress::suppress;
