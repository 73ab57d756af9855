//! Movements that lead from the true table to another one with the same sums: what hides a cell.
#![expect(clippy::indexing_slicing, reason = "places are those of one component")]

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolveOptions, SolveOutcome, TerminationReason, Variable};

use super::component::Component;
use super::model::{Room, number};

/// A difference from the true table: the cells that move, in order, and by how much.
pub(super) type Movement = Vec<(usize, i64)>;

/// How far a movement moves a cell.
pub(super) fn of(movement: &Movement, cell: usize) -> i64 {
    movement.binary_search_by_key(&cell, |&(place, _)| place).map_or(0, |at| movement[at].1)
}

/// The movements found so far. One that needs no mask but those there are protects each cell it moves.
#[derive(Debug, Clone, Default)]
pub(super) struct Moves {
    all: BTreeSet<Movement>,
    by_cell: BTreeMap<usize, Vec<Movement>>,
}

impl Moves {
    /// Keeps a movement that was checked.
    pub(super) fn keep(&mut self, movement: Movement) {
        if self.all.insert(movement.clone()) {
            for &(cell, _) in &movement {
                self.by_cell.entry(cell).or_default().push(movement.clone());
            }
        }
    }

    /// The movements that move a cell farthest down and up with these masks, none where it is best left.
    pub(super) fn span(&self, cell: usize, masked: &[bool]) -> (Option<&Movement>, Option<&Movement>) {
        let mut span: (Option<&Movement>, Option<&Movement>) = (None, None);
        let far = |movement: Option<&Movement>| movement.map_or(0, |movement| of(movement, cell));
        for movement in self.by_cell.get(&cell).into_iter().flatten() {
            let by = of(movement, cell);
            if (by < far(span.0) || by > far(span.1)) && movement.iter().all(|&(place, _)| masked[place]) {
                if by < 0 {
                    span.0 = Some(movement);
                } else {
                    span.1 = Some(movement);
                }
            }
        }
        span
    }

    /// How wide a cell is known to move with these masks.
    pub(super) fn width(&self, cell: usize, masked: &[bool]) -> i64 {
        let (down, up) = self.span(cell, masked);
        up.map_or(0, |movement| of(movement, cell)) - down.map_or(0, |movement| of(movement, cell))
    }
}

/// The solver's movement as whole numbers, when it is one and every sum and every room holds.
pub(super) fn whole(component: &Component, masked: &[bool], moves: &[f64]) -> Option<Movement> {
    let movement: Vec<i64> = moves.iter().map(|&by| round(by)).collect::<Option<_>>()?;
    let rooms = movement
        .iter()
        .zip(&component.items)
        .zip(masked)
        .all(|((&by, item), &masked)| by == 0 || masked && item.room.admits_move(by));
    let sums = component.sums.iter().all(|sum| sum.iter().map(|&(cell, sign)| sign * movement[cell]).sum::<i64>() == 0);
    (rooms && sums).then(|| movement.into_iter().enumerate().filter(|&(_, by)| by != 0).collect())
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be small")]
fn round(by: f64) -> Option<i64> {
    let whole = by.round();
    ((by - whole).abs() < 1e-6 && whole.abs() < 1e15).then_some(whole as i64)
}

/// What the integer program said.
#[derive(Debug, Clone)]
pub(super) enum Farthest {
    /// No movement goes farther than this one.
    Is(Movement),
    /// The cell does not move at all.
    None,
    /// A limit was reached; the movement is the farthest known.
    AtLeast(Option<Movement>),
}

/// Moves `cell` up (`sign` 1) or down (−1) as far as whole numbers allow. Where any movement will do, the first one found
/// ends the search.
pub(super) fn farthest(component: &Component, masked: &[bool], cell: usize, sign: i64, nodes: u64) -> Farthest {
    let any_will_do = component.width == 1;
    let mut program = Problem::new(OptimizationDirection::Maximize);
    let mut variables: Vec<Option<Variable>> = Vec::with_capacity(masked.len());
    for (place, (item, &masked)) in component.items.iter().zip(masked).enumerate() {
        if !masked || item.room.fixed() {
            variables.push(None);
            continue;
        }
        let aim = if place == cell && !any_will_do { number(sign) } else { 0.0 };
        variables.push(Some(variable(&mut program, component, item.room, aim)));
    }
    let Some(&Some(wanted)) = variables.get(cell) else { return Farthest::None };
    program.add_constraint([(wanted, number(sign))], ComparisonOp::Ge, if any_will_do { 1.0 } else { 0.0 });
    for sum in &component.sums {
        let terms: Vec<(Variable, f64)> =
            sum.iter().filter_map(|&(place, sign)| variables[place].map(|variable| (variable, number(sign)))).collect();
        if !terms.is_empty() {
            program.add_constraint(&terms, ComparisonOp::Eq, 0.0);
        }
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(nodes);
    let solution = match program.solve_with(options) {
        Ok(SolveOutcome::Solution(solution)) => solution,
        Err(Error::Infeasible) => return Farthest::None,
        _ => return Farthest::AtLeast(None),
    };
    let moves: Vec<f64> =
        variables.iter().map(|variable| variable.map_or(0.0, |variable| solution.var_value(variable))).collect();
    match (whole(component, masked, &moves), solution.termination_reason()) {
        (Some(movement), TerminationReason::ProvenOptimal) if of(&movement, cell) == 0 => Farthest::None,
        (Some(movement), TerminationReason::ProvenOptimal) => Farthest::Is(movement),
        (movement, _) => Farthest::AtLeast(movement),
    }
}

/// How far beyond the true table a cell without a bound is moved at most. A movement that hides a small count is made of
/// steps of that size; farther ones add nothing.
fn farthest_worth_trying(component: &Component) -> i64 {
    200 * component.threshold.max(component.width).min(1_000)
}

fn variable(program: &mut Problem, component: &Component, room: Room, aim: f64) -> Variable {
    let far = farthest_worth_trying(component);
    let low = (room.low - room.value).max(-far);
    let high = (room.high - room.value).min(far);
    let bound = |by: i64| i32::try_from(by).unwrap_or(if by < 0 { i32::MIN } else { i32::MAX });
    let variable = program.add_integer_var(aim, (bound(low), bound(high)));
    if let Some((from, to)) = room.hole {
        let (from, to) = (from - room.value, to - room.value);
        // Below the hole or above it: one switch decides.
        if from > high || to <= low {
            return variable;
        }
        let above = program.add_binary_var(0.0);
        program.add_constraint([(variable, 1.0), (above, -number(high - from + 1))], ComparisonOp::Le, number(from - 1));
        program.add_constraint([(variable, 1.0), (above, number(low - to))], ComparisonOp::Ge, number(low));
    }
    variable
}
