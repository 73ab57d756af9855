//! The fewest masks: proposes masks that meet every condition known, has them attacked, learns new conditions.
//!
//! A condition is a set of cells of which one must be masked. Masks that meet all conditions known are a lower bound; when
//! the attack finds nothing they are the answer. Every condition holds for every safe table, so the end is the optimum.
#![expect(clippy::indexing_slicing, reason = "places are those of one component")]

use std::collections::BTreeSet;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, SolveOutcome, TerminationReason, Variable};

use super::model::number;
use super::protect::{Oracle, Verdict};
use crate::Limits;

/// Nodes after which a round is content with good masks instead of the cheapest.
const NODES_A_ROUND: u64 = 250;

/// The masks of one component.
#[derive(Debug, Clone)]
pub(super) struct Cover {
    pub(super) masked: Vec<bool>,
    pub(super) optimal: bool,
    pub(super) rounds: u32,
    pub(super) cuts: usize,
}

/// Finds masks that protect everything in a component that can be protected at all.
pub(super) fn cover(oracle: &mut Oracle<'_>, limits: &Limits) -> Cover {
    let mut search = Search { cuts: BTreeSet::new(), rounds: 0, nodes: limits.nodes };
    let safe = search.descend(oracle, limits);
    let (masked, optimal) = search.climb(oracle, limits, safe);
    Cover { masked, optimal: optimal && !oracle.open, rounds: search.rounds, cuts: search.cuts.len() }
}

struct Search {
    cuts: BTreeSet<Vec<usize>>,
    rounds: u32,
    /// Nodes of integer programs that may still be looked at.
    nodes: u64,
}

impl Search {
    /// Masks that are safe, if not fewest: whatever is lacking is added, then whatever is not needed is taken away again.
    fn descend(&mut self, oracle: &mut Oracle<'_>, limits: &Limits) -> Vec<bool> {
        let mut masked = oracle.least();
        self.repair(oracle, limits, &mut masked);
        if !oracle.exposed(&masked).is_empty() {
            masked.fill(true);
        }
        self.prune(oracle, masked)
    }

    /// Attacks one protected cell after the other and masks at once what is lacking, until none is exposed; false when a
    /// limit came first.
    fn repair(&mut self, oracle: &mut Oracle<'_>, limits: &Limits, masked: &mut [bool]) -> bool {
        loop {
            let mut changed = false;
            for cell in oracle.doubtful(masked) {
                if !self.within(oracle, limits) {
                    return false;
                }
                if let Verdict::Needs(needs) = oracle.verdict(cell, masked) {
                    // One that lacks nothing cannot be helped: it would have been withheld.
                    changed |= !needs.is_empty();
                    self.cuts.insert(needs);
                    self.meet(oracle, masked);
                }
            }
            if !changed {
                return true;
            }
            self.rounds += 1;
        }
    }

    /// Attacks every protected cell; false when none is exposed.
    fn learn(&mut self, oracle: &mut Oracle<'_>, masked: &[bool]) -> bool {
        let mut exposed = false;
        for cell in oracle.doubtful(masked) {
            if let Verdict::Needs(needs) = oracle.verdict(cell, masked) {
                exposed = true;
                self.cuts.insert(needs);
            }
        }
        exposed
    }

    /// Masks more cells until every condition is met: first those that meet most conditions for their price.
    fn meet(&self, oracle: &Oracle<'_>, masked: &mut [bool]) {
        loop {
            let mut met = vec![0u64; masked.len()];
            for cut in self.cuts.iter().filter(|cut| cut.iter().all(|&cell| !masked[cell])) {
                cut.iter().for_each(|&cell| met[cell] += 1);
            }
            let best = (0..masked.len())
                .filter(|&cell| met[cell] > 0)
                .max_by_key(|&cell| (met[cell], std::cmp::Reverse((oracle.component.items[cell].weight, cell))));
            match best {
                Some(cell) => masked[cell] = true,
                None => return,
            }
        }
    }

    /// Takes masks away that are not needed, the dearest first.
    fn prune(&self, oracle: &mut Oracle<'_>, mut masked: Vec<bool>) -> Vec<bool> {
        let mut optional: Vec<usize> =
            (0..masked.len()).filter(|&cell| masked[cell] && oracle.component.items[cell].optional).collect();
        optional.sort_by_key(|&cell| (std::cmp::Reverse(oracle.component.items[cell].weight), cell));
        for cell in optional {
            masked[cell] = false;
            let met = self.cuts.iter().all(|cut| cut.is_empty() || cut.iter().any(|&cell| masked[cell]));
            if !met || !oracle.exposed(&masked).is_empty() {
                masked[cell] = true;
            }
        }
        masked
    }

    /// From below: the cheapest masks that meet all conditions, until they are safe or as dear as the safe ones known.
    fn climb(&mut self, oracle: &mut Oracle<'_>, limits: &Limits, mut safe: Vec<bool>) -> (Vec<bool>, bool) {
        while self.within(oracle, limits) {
            self.rounds += 1;
            let Some((proposed, cheapest)) = self.cheapest(oracle, &safe) else { return (safe, false) };
            if price(oracle, &proposed) >= price(oracle, &safe) {
                return (safe, cheapest);
            }
            if !self.learn(oracle, &proposed) {
                return (proposed, cheapest);
            }
            let mut repaired = proposed;
            if self.repair(oracle, limits, &mut repaired) {
                let repaired = self.prune(oracle, repaired);
                if price(oracle, &repaired) < price(oracle, &safe) {
                    safe = repaired;
                }
            }
        }
        (safe, false)
    }

    fn within(&self, oracle: &Oracle<'_>, limits: &Limits) -> bool {
        self.rounds < limits.rounds && self.nodes > 0 && oracle.work() < limits.work
    }

    /// The cheapest masks that meet every condition known, by the integer program, and whether that is certain; the safe
    /// ones show it where to start.
    fn cheapest(&mut self, oracle: &Oracle<'_>, safe: &[bool]) -> Option<(Vec<bool>, bool)> {
        let items = &oracle.component.items;
        let mut program = Problem::new(OptimizationDirection::Minimize);
        let each = price_of_one(oracle);
        let used: BTreeSet<usize> = self.cuts.iter().flatten().copied().collect();
        let mut variables: Vec<Option<Variable>> = vec![None; items.len()];
        for &cell in &used {
            variables[cell] = Some(program.add_binary_var(number(each + i64::from(items[cell].weight))));
        }
        for cut in self.cuts.iter().filter(|cut| !cut.is_empty()) {
            let terms: Vec<(Variable, f64)> =
                cut.iter().filter_map(|&cell| variables[cell].map(|variable| (variable, 1.0))).collect();
            program.add_constraint(&terms, ComparisonOp::Ge, 1.0);
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(self.nodes.min(NODES_A_ROUND));
        options.warm_start = Some(
            variables
                .iter()
                .zip(safe)
                .filter_map(|(variable, &safe)| variable.map(|variable| (variable, if safe { 1.0 } else { 0.0 })))
                .collect(),
        );
        let Ok(SolveOutcome::Solution(solution)) = program.solve_with(options) else { return None };
        self.nodes = self.nodes.saturating_sub(solution.stats().nodes_solved);
        let cheapest = solution.termination_reason() == TerminationReason::ProvenOptimal;
        let mut masked = oracle.least();
        for (masked, variable) in masked.iter_mut().zip(variables) {
            *masked |= variable.is_some_and(|variable| solution.var_value(variable) > 0.5);
        }
        Some((masked, cheapest))
    }
}

/// What a mask costs beside its weight: more than all weights together, so that the number of masks comes first.
fn price_of_one(oracle: &Oracle<'_>) -> i64 {
    1 + oracle.component.items.iter().filter(|item| item.optional).map(|item| i64::from(item.weight)).sum::<i64>()
}

fn price(oracle: &Oracle<'_>, masked: &[bool]) -> i64 {
    let each = price_of_one(oracle);
    oracle
        .component
        .items
        .iter()
        .zip(masked)
        .filter(|(item, masked)| item.optional && **masked)
        .map(|(item, _)| each + i64::from(item.weight))
        .sum()
}
