//! Whether one cell is protected by a set of masks, and if not, which masks it lacks.
#![expect(clippy::indexing_slicing, reason = "places are those of one component")]

use super::component::Component;
use super::moves::{Farthest, Moves, farthest, of, whole};
use super::tableau::{Range, Reach, Tableau};

const NEAR: f64 = 1e-6;
/// Questions for making one set smaller, times the size of the component.
const REFINEMENTS: usize = 4_000;

/// Attacks cells of one component, with all it learnt from the questions before.
#[derive(Debug, Clone)]
pub(super) struct Oracle<'a> {
    pub(super) component: &'a Component,
    pub(super) moves: Moves,
    tableau: Tableau,
    nodes: u64,
    /// Set when a limit left a question open; it was then answered as if the cell were not protected.
    pub(super) open: bool,
}

/// The answer for one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There are movements that hide it.
    Safe,
    /// At least one of these cells must be masked as well. None are left when nothing protects it.
    Needs(Vec<usize>),
}

impl<'a> Oracle<'a> {
    pub(super) fn new(component: &'a Component, nodes: u64) -> Self {
        let sums: Vec<Vec<(usize, f64)>> = component
            .sums
            .iter()
            .map(|sum| sum.iter().map(|&(cell, sign)| (cell, if sign > 0 { 1.0 } else { -1.0 })).collect())
            .collect();
        let nodes = nodes.min(2_000);
        let tableau = Tableau::new(component.items.len(), &sums);
        Self { component, moves: Moves::default(), tableau, nodes, open: false }
    }

    /// How much was worked so far.
    pub(super) fn work(&self) -> u64 {
        self.tableau.work
    }

    /// Masks nothing that need not be.
    pub(super) fn least(&self) -> Vec<bool> {
        self.component.items.iter().map(|item| !item.optional).collect()
    }

    /// Which cells are not protected with these masks, without a look at why. Exact, like [`Oracle::verdict`].
    pub(super) fn exposed(&mut self, masked: &[bool]) -> Vec<usize> {
        let mut exposed = Vec::new();
        for cell in self.doubtful(masked) {
            if self.verdict_unrefined(cell, masked) != Verdict::Safe {
                exposed.push(cell);
            }
        }
        exposed
    }

    /// The protected cells that no known movement hides.
    pub(super) fn doubtful(&self, masked: &[bool]) -> Vec<usize> {
        (0..masked.len()).filter(|&cell| self.component.items[cell].protected && !self.hidden(cell, masked)).collect()
    }

    /// Whether these masks protect a cell, and if not, a small set of which one more is needed.
    pub(super) fn verdict(&mut self, cell: usize, masked: &[bool]) -> Verdict {
        if self.hidden(cell, masked) {
            return Verdict::Safe;
        }
        if let Some(needs) = self.refined_by_fractions(cell, masked) {
            return Verdict::Needs(needs);
        }
        match self.verdict_unrefined(cell, masked) {
            // Each question is an integer program here: only small tables are worth it.
            Verdict::Needs(needs) if needs.len() <= 24 => Verdict::Needs(self.refine(cell, masked, needs)),
            verdict => verdict,
        }
    }

    fn verdict_unrefined(&mut self, cell: usize, masked: &[bool]) -> Verdict {
        if self.hidden(cell, masked) {
            return Verdict::Safe;
        }
        if let Some(needs) = self.lacking_by_fractions(cell, masked) {
            return Verdict::Needs(needs);
        }
        if self.hidden(cell, masked) {
            return Verdict::Safe;
        }
        // Fractions would hide it. Whether whole patients do, only the integer program says.
        for sign in [1, -1] {
            match farthest(self.component, masked, cell, sign, self.nodes) {
                Farthest::Is(movement) => self.moves.keep(movement),
                Farthest::None => {}
                Farthest::AtLeast(movement) => {
                    self.open |= movement.as_ref().is_none_or(|movement| of(movement, cell).abs() < self.component.width);
                    movement.into_iter().for_each(|movement| self.moves.keep(movement));
                }
            }
        }
        if self.hidden(cell, masked) {
            return Verdict::Safe;
        }
        Verdict::Needs((0..masked.len()).filter(|&other| !masked[other]).collect())
    }

    /// What is lacking when not even fractions of patients would hide a cell.
    fn lacking_by_fractions(&mut self, cell: usize, masked: &[bool]) -> Option<Vec<usize>> {
        let (up, down) = self.reaches(cell, masked, None)?;
        self.too_near(&up, &down).then(|| self.lacking(masked, &up, &down))
    }

    fn too_near(&self, up: &Reach, down: &Reach) -> bool {
        (up.value + NEAR).floor() + (down.value + NEAR).floor() < super::model::number(self.component.width)
    }

    fn hidden(&self, cell: usize, masked: &[bool]) -> bool {
        self.moves.width(cell, masked) >= self.component.width
    }

    /// How far the cell goes up and down by fractions; keeps what turns out to be whole.
    fn reaches(&mut self, cell: usize, masked: &[bool], from: Option<&(Reach, Reach)>) -> Option<(Reach, Reach)> {
        let width = super::model::number(self.component.width);
        let ranges: Vec<Range> = self
            .component
            .items
            .iter()
            .zip(masked)
            .enumerate()
            .map(|(place, (item, &masked))| match (masked, item.room.range()) {
                (false, _) => (0.0, 0.0),
                (true, (low, high)) if place == cell => (low.max(-width), high.min(width)),
                (true, range) => range,
            })
            .collect();
        let mut reach = |sign: f64, from: Option<&Reach>| {
            let reach = self.tableau.reach(cell, sign, &ranges, from.map(|from| from.moves.as_slice()))?;
            if reach.value > NEAR
                && let Some(movement) = whole(self.component, masked, &reach.moves)
            {
                self.moves.keep(movement);
            }
            Some(reach)
        };
        let up = reach(1.0, from.map(|(up, _)| up))?;
        Some((up, reach(-1.0, from.map(|(_, down)| down))?))
    }

    /// The cells not masked that hold one of the two bounds down.
    fn lacking(&self, masked: &[bool], up: &Reach, down: &Reach) -> Vec<usize> {
        let mut lacking: Vec<usize> = up
            .bounded_by
            .iter()
            .chain(&down.bounded_by)
            .filter(|&&(place, raise)| {
                let (low, high) = self.component.items[place].room.range();
                !masked[place] && if raise { high > 0.0 } else { low < 0.0 }
            })
            .map(|&(place, _)| place)
            .collect();
        lacking.sort_unstable();
        lacking.dedup();
        lacking
    }

    /// A small set that is lacking: masks what does not help, one by one, and sees what is lacking still.
    fn refined_by_fractions(&mut self, cell: usize, masked: &[bool]) -> Option<Vec<usize>> {
        let mut reaches = self.reaches(cell, masked, None)?;
        if !self.too_near(&reaches.0, &reaches.1) {
            return None;
        }
        let mut masked = masked.to_vec();
        let mut needs = self.lacking(&masked, &reaches.0, &reaches.1);
        let mut tried = vec![false; masked.len()];
        // In a large table a set that is not quite the smallest is worth more than the time.
        let mut left = REFINEMENTS / masked.len().max(1);
        while let Some(&next) = needs.iter().find(|&&place| !tried[place])
            && needs.len() > 1
            && left > 0
        {
            left -= 1;
            tried[next] = true;
            masked[next] = true;
            match self.reaches(cell, &masked, Some(&reaches)) {
                Some(farther) if self.too_near(&farther.0, &farther.1) => {
                    needs = self.lacking(&masked, &farther.0, &farther.1);
                    reaches = farther;
                }
                _ => masked[next] = false,
            }
        }
        Some(needs)
    }

    /// The same by whole numbers, where fractions would hide the cell.
    fn refine(&mut self, cell: usize, masked: &[bool], mut needs: Vec<usize>) -> Vec<usize> {
        let mut masked = masked.to_vec();
        for next in needs.clone() {
            if needs.len() > 1 && needs.contains(&next) {
                masked[next] = true;
                match self.verdict_unrefined(cell, &masked) {
                    Verdict::Needs(fewer) if !self.open => needs = fewer,
                    _ => masked[next] = false,
                }
            }
        }
        needs
    }
}
