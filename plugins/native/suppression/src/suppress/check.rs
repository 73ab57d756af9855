//! What a problem must be before it can be protected.
#![expect(clippy::indexing_slicing, reason = "a relation's cells are checked first")]

use std::collections::BTreeSet;

use crate::{Cell, Policy, Problem, Shown, State, SuppressError};

/// Refuses what is not a table, what contradicts itself, and policies that no mask can meet.
pub(super) fn check(problem: &Problem, policy: &Policy) -> Result<(), SuppressError> {
    check_policy(policy)?;
    let mut ids = BTreeSet::new();
    for cell in &problem.cells {
        check_cell(cell, policy)?;
        if !ids.insert(cell.id.as_str()) {
            return Err(SuppressError::DuplicateId { id: cell.id.clone() });
        }
    }
    for (relation, line) in problem.relations.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for cell in line.line() {
            if cell >= problem.cells.len() || !seen.insert(cell) {
                return Err(SuppressError::BadRelation { relation, cell });
            }
        }
        let sum = line.parts.iter().fold(0u64, |sum, &part| sum.saturating_add(problem.cells[part].value));
        let total = &problem.cells[line.total];
        if total.value != sum {
            return Err(SuppressError::Unequal { total: total.id.clone(), found: total.value, sum });
        }
    }
    Ok(())
}

fn check_policy(policy: &Policy) -> Result<(), SuppressError> {
    let values = policy.threshold.saturating_sub(policy.smallest());
    let min_width = policy.min_width.max(1);
    if values > 0 && values <= min_width || policy.threshold > Cell::LARGEST {
        return Err(SuppressError::Policy { values, min_width });
    }
    Ok(())
}

fn check_cell(cell: &Cell, policy: &Policy) -> Result<(), SuppressError> {
    if cell.value > Cell::LARGEST || cell.weight > Cell::HEAVIEST {
        return Err(SuppressError::TooLarge { id: cell.id.clone() });
    }
    match cell.state {
        State::Out(Shown::Between(_, high)) if high > Cell::LARGEST => Err(SuppressError::TooLarge { id: cell.id.clone() }),
        State::Out(shown) if !shown.admits(cell.value, policy) => {
            Err(SuppressError::Contradiction { id: cell.id.clone(), value: cell.value })
        }
        _ => Ok(()),
    }
}
