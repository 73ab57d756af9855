//! Decides which cells are masked.
//!
//! Small counts first; then lines that masks cannot protect are withheld; then, in each independent part, the fewest further
//! masks by an integer program over conditions that attacks supply (`cover`, `protect`); then the proof, checked before
//! anything leaves.
#![expect(clippy::indexing_slicing, reason = "the problem was checked; places are made here")]

mod canonical;
mod check;
mod component;
mod cover;
mod model;
mod moves;
mod protect;
mod tableau;
mod withhold;

use std::collections::BTreeMap;

use crate::attack::attack_cells;
use crate::{Policy, Problem, Proof, Protected, Published, PublishedCell, Shown, Solution, State, SuppressError, Work, verify};
use component::components;
use model::{Model, masked_as};
use moves::of;
use protect::Oracle;

/// Masks as few cells as protect every small count, and proves it.
///
/// # Errors
/// When the problem is not a table, contradicts what was published, or cannot be protected any more.
pub fn suppress(problem: &Problem, policy: &Policy) -> Result<Solution, SuppressError> {
    check::check(problem, policy)?;
    let canonical = canonical::canonical(problem);
    let solution = solve(&canonical.problem, policy)?;
    let solution = in_order_of(solution, problem, &canonical.from);
    verify(&solution.published, &solution.proof).map_err(|fault| SuppressError::Unproved { fault: fault.to_string() })?;
    solution.proof.covers(problem, policy).map_err(|fault| SuppressError::Unproved { fault: fault.to_string() })?;
    Ok(solution)
}

fn solve(problem: &Problem, policy: &Policy) -> Result<Solution, SuppressError> {
    let withheld = withhold::withheld(problem, policy)?;
    let model = Model::new(problem, policy, &withheld);
    let mut masked: Vec<bool> = model.items.iter().map(|item| !item.optional).collect();
    let mut pairs: BTreeMap<usize, (Vec<u64>, Vec<u64>)> = BTreeMap::new();
    let mut work = Work::default();
    let mut optimal = true;
    for component in components(&model) {
        let mut oracle = Oracle::new(&component, policy.limits.nodes);
        let cover = cover::cover(&mut oracle, &policy.limits);
        work.components += 1;
        work.rounds += cover.rounds;
        work.cuts += cover.cuts;
        optimal &= cover.optimal;
        for (place, item) in component.items.iter().enumerate() {
            masked[component.cells[place]] = cover.masked[place];
            if item.protected {
                let (down, up) = oracle.moves.span(place, &cover.masked);
                let table = |movement: Option<&moves::Movement>| moved(problem, &component.cells, movement);
                pairs.insert(component.cells[place], (table(down), table(up)));
            }
        }
    }
    let published = published(problem, policy, &masked, &withheld);
    let proof = prove(&published, pairs);
    let which = |wanted: fn(Shown) -> bool| -> Vec<usize> {
        (0..problem.cells.len())
            .filter(|&cell| problem.cells[cell].state == State::Publish && wanted(published.cells[cell].shown))
            .collect()
    };
    Ok(Solution {
        primary: which(|shown| shown == Shown::Primary),
        complementary: which(|shown| shown == Shown::Masked),
        withheld: which(|shown| shown == Shown::Withheld),
        published,
        optimal,
        proof,
        work,
    })
}

/// The table that a movement leads to.
fn moved(problem: &Problem, cells: &[usize], movement: Option<&moves::Movement>) -> Vec<u64> {
    let mut table: Vec<u64> = problem.cells.iter().map(|cell| cell.value).collect();
    for &place in movement.into_iter().flatten().map(|(place, _)| place) {
        let by = movement.map_or(0, |movement| of(movement, place));
        table[cells[place]] = table[cells[place]].saturating_add_signed(by);
    }
    table
}

/// The table as it is published with these masks.
fn published(problem: &Problem, policy: &Policy, masked: &[bool], withheld: &[bool]) -> Published {
    let cells = problem.cells.iter().enumerate().map(|(place, cell)| {
        let shown = match masked_as(cell, policy, withheld[place]) {
            Shown::Masked if cell.state == State::Publish && !(masked[place]) => Shown::Exact(cell.value),
            shown => shown,
        };
        PublishedCell { id: cell.id.clone(), shown }
    });
    Published { cells: cells.collect(), relations: problem.relations.clone(), policy: policy.clone() }
}

/// The attacker's interval of each protected cell, and the widest pair of tables known.
fn prove(published: &Published, pairs: BTreeMap<usize, (Vec<u64>, Vec<u64>)>) -> Proof {
    let cells: Vec<usize> = pairs.keys().copied().collect();
    let attack = attack_cells(published, &cells);
    let mut found: BTreeMap<Vec<u64>, ()> = attack.completions.into_iter().map(|table| (table, ())).collect();
    for (low, high) in pairs.into_values() {
        found.insert(low, ());
        found.insert(high, ());
    }
    let all: Vec<Vec<u64>> = found.into_keys().collect();
    let mut kept: BTreeMap<usize, usize> = BTreeMap::new();
    let ends: Vec<(usize, usize)> = cells
        .iter()
        .map(|&cell| {
            let low = (0..all.len()).min_by_key(|&table| (all[table][cell], table)).unwrap_or(0);
            let high = (0..all.len()).max_by_key(|&table| (all[table][cell], std::cmp::Reverse(table))).unwrap_or(0);
            for table in [low, high] {
                kept.insert(table, 0);
            }
            (low, high)
        })
        .collect();
    kept.values_mut().enumerate().for_each(|(place, to)| *to = place);
    let protected = ends.iter().zip(attack.intervals).map(|(&(low, high), mut interval)| {
        interval.exact = all[low][interval.cell] == interval.low && Some(all[high][interval.cell]) == interval.high;
        Protected { interval, low: kept[&low], high: kept[&high] }
    });
    Proof { cells: protected.collect(), completions: kept.keys().map(|&table| all[table].clone()).collect() }
}

/// The solution with the cells where the problem had them.
fn in_order_of(solution: Solution, problem: &Problem, from: &[usize]) -> Solution {
    let cells = |places: Vec<usize>| {
        let mut places: Vec<usize> = places.into_iter().map(|place| from[place]).collect();
        places.sort_unstable();
        places
    };
    let mut shown = vec![Shown::Hidden; from.len()];
    solution.published.cells.iter().zip(from).for_each(|(cell, &old)| shown[old] = cell.shown);
    let published = Published {
        cells: problem.cells.iter().zip(shown).map(|(cell, shown)| PublishedCell { id: cell.id.clone(), shown }).collect(),
        relations: problem.relations.clone(),
        policy: solution.published.policy,
    };
    let completions = solution.proof.completions.into_iter().map(|table| {
        let mut ordered = vec![0; from.len()];
        table.into_iter().zip(from).for_each(|(value, &old)| ordered[old] = value);
        ordered
    });
    let mut protected: Vec<Protected> = solution.proof.cells;
    protected.iter_mut().for_each(|cell| cell.interval.cell = from[cell.interval.cell]);
    protected.sort_by_key(|cell| cell.interval.cell);
    Solution {
        published,
        primary: cells(solution.primary),
        complementary: cells(solution.complementary),
        withheld: cells(solution.withheld),
        proof: Proof { completions: completions.collect(), cells: protected },
        ..solution
    }
}
