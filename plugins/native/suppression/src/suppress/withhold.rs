//! Lines that no masking with claims protects: all their cells are masked without a claim.
//!
//! Total 4 = 1 + 1 + 1 + 1 with T = 5: whatever is masked, four counts of at least 1 that sum to at most 4 are all 1. Only
//! when a mask no longer says "at least 1" can they be something else.
#![expect(clippy::indexing_slicing, reason = "the problem was checked")]

use std::collections::BTreeSet;

use super::component::{Component, components};
use super::model::Model;
use super::protect::Oracle;
use crate::attack::attack_cells;
use crate::{Exposed, Policy, Problem, Shown, SmallTotal, State, SuppressError};

/// Which cells are withheld, so that everything can be protected.
pub(super) fn withheld(problem: &Problem, policy: &Policy) -> Result<Vec<bool>, SuppressError> {
    let mut withheld = vec![false; problem.cells.len()];
    if policy.small_total == SmallTotal::Withhold {
        below_small_totals(problem, policy, &mut withheld);
    }
    loop {
        let Some((component, cell)) = unprotectable(problem, policy, &withheld) else { return Ok(withheld) };
        let Some(more) = lines_of(problem, policy, &withheld, cell).or_else(|| rest_of(problem, &withheld, &component)) else {
            return Err(impossible(problem, policy, &withheld));
        };
        more.into_iter().for_each(|cell| withheld[cell] = true);
    }
}

/// A small total is withheld with all that it is the total of, down to the last cell.
fn below_small_totals(problem: &Problem, policy: &Policy, withheld: &mut [bool]) {
    let mut waiting: Vec<usize> = problem
        .relations
        .iter()
        .map(|relation| relation.total)
        .filter(|&total| problem.cells[total].state == State::Publish && policy.small(problem.cells[total].value))
        .collect();
    let mut seen = vec![false; problem.cells.len()];
    while let Some(cell) = waiting.pop() {
        if !std::mem::replace(&mut seen[cell], true) {
            withheld[cell] |= problem.cells[cell].state == State::Publish;
            waiting
                .extend(problem.relations.iter().filter(|relation| relation.total == cell).flat_map(|line| line.parts.clone()));
        }
    }
}

/// The first cell that stays exposed with everything masked, and the component it is in.
fn unprotectable(problem: &Problem, policy: &Policy, withheld: &[bool]) -> Option<(Component, usize)> {
    let model = Model::new(problem, policy, withheld);
    components(&model).into_iter().find_map(|component| {
        let exposed = exposed_in(&component, policy).into_iter().next()?;
        let cell = component.cells[exposed];
        Some((component, cell))
    })
}

fn exposed_in(component: &Component, policy: &Policy) -> Vec<usize> {
    let mut oracle = Oracle::new(component, policy.limits.nodes);
    oracle.exposed(&vec![true; component.items.len()])
}

/// The cells that must be withheld to protect one: those of its shortest line that does it, or of all its lines.
fn lines_of(problem: &Problem, policy: &Policy, withheld: &[bool], cell: usize) -> Option<BTreeSet<usize>> {
    let mut lines: Vec<BTreeSet<usize>> = problem
        .relations
        .iter()
        .filter(|relation| relation.line().any(|other| other == cell))
        .map(|relation| relation.line().filter(|&other| may_be_withheld(problem, withheld, other)).collect())
        .filter(|line: &BTreeSet<usize>| !line.is_empty())
        .collect();
    lines.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let alone = lines.iter().find(|line| {
        let mut trial = withheld.to_vec();
        line.iter().for_each(|&cell| trial[cell] = true);
        let model = Model::new(problem, policy, &trial);
        components(&model).iter().filter(|component| component.cells.contains(&cell)).all(|component| {
            let place = component.cells.iter().position(|&other| other == cell);
            exposed_in(component, policy).into_iter().all(|exposed| Some(exposed) != place)
        })
    });
    let all = || lines.iter().flatten().copied().collect::<BTreeSet<usize>>();
    Some(alone.cloned().unwrap_or_else(all)).filter(|cells| !cells.is_empty())
}

fn rest_of(problem: &Problem, withheld: &[bool], component: &Component) -> Option<BTreeSet<usize>> {
    let rest: BTreeSet<usize> =
        component.cells.iter().copied().filter(|&cell| may_be_withheld(problem, withheld, cell)).collect();
    (!rest.is_empty()).then_some(rest)
}

fn may_be_withheld(problem: &Problem, withheld: &[bool], cell: usize) -> bool {
    problem.cells[cell].state == State::Publish && !withheld[cell]
}

/// Names what cannot be protected any more and what was published of its lines.
fn impossible(problem: &Problem, policy: &Policy, withheld: &[bool]) -> SuppressError {
    let model = Model::new(problem, policy, withheld);
    let cells: Vec<usize> = components(&model)
        .iter()
        .flat_map(|component| exposed_in(component, policy).into_iter().map(|place| component.cells[place]).collect::<Vec<_>>())
        .collect();
    let masked = vec![true; problem.cells.len()];
    let published = super::published(problem, policy, &masked, withheld);
    let intervals = attack_cells(&published, &cells).intervals;
    let out = |cell: usize| matches!(problem.cells[cell].state, State::Out(shown) if shown != Shown::Withheld);
    let beside = |cells: &BTreeSet<usize>| -> BTreeSet<usize> {
        let lines = problem.relations.iter().filter(|relation| relation.line().any(|cell| cells.contains(&cell)));
        lines.flat_map(|relation| relation.line()).collect()
    };
    // Line by line outwards, to the nearest that was published.
    let mut near: BTreeSet<usize> = cells.iter().copied().collect();
    let because = loop {
        let farther = beside(&near);
        let found: Vec<usize> = farther.iter().copied().filter(|cell| out(*cell) && !cells.contains(cell)).collect();
        if !found.is_empty() || farther.is_subset(&near) {
            break found;
        }
        near = farther;
    };
    SuppressError::Impossible {
        exposed: cells
            .iter()
            .zip(intervals)
            .map(|(&cell, interval)| Exposed { id: problem.cells[cell].id.clone(), interval })
            .collect(),
        because: because.into_iter().map(|cell| problem.cells[cell].id.clone()).collect(),
    }
}
