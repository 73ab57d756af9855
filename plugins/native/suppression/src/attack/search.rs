//! Searches for whole tables: bounds first, then one cell after the other.
#![expect(clippy::indexing_slicing, reason = "places are those of one part")]

use std::collections::BTreeMap;

use super::line::{Conflict, Domain, Line};
use super::reduce::reduced;

/// Whether there is a table as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// There is, and it was kept.
    Found,
    /// There is none.
    Impossible,
    /// The limit was reached.
    Open,
}

/// The search over one part of a publication, with the tables found so far.
#[derive(Debug, Clone)]
pub(super) struct Search {
    cells: Vec<usize>,
    lines: Vec<Line>,
    lines_of: Vec<Vec<usize>>,
    root: Result<Vec<Domain>, Conflict>,
    /// Values of the cells of this part.
    pub(super) tables: Vec<Vec<i64>>,
    /// Aims that were tried and refused, so that the next aim is nearer.
    refused: Vec<(usize, i64)>,
    none: bool,
    per_question: u64,
    left: u64,
}

impl Search {
    pub(super) fn new(part: &[usize], lines: &[&Line], domains: &[Domain], limit: u64) -> Self {
        let place: BTreeMap<usize, usize> = part.iter().enumerate().map(|(at, &cell)| (cell, at)).collect();
        let domains: Vec<Domain> = part.iter().map(|&cell| domains[cell]).collect();
        let mut lines: Vec<Line> = lines
            .iter()
            .map(|line| Line { terms: line.terms.iter().map(|&(cell, by)| (place[&cell], by)).collect(), sum: line.sum })
            .collect();
        lines.extend(reduced(&lines, &domains));
        lines.sort();
        lines.dedup();
        let mut lines_of = vec![Vec::new(); part.len()];
        for (index, line) in lines.iter().enumerate() {
            line.terms.iter().for_each(|&(cell, _)| lines_of[cell].push(index));
        }
        let contradiction = lines.iter().any(|line| line.terms.is_empty() && line.sum != 0);
        let mut search = Self {
            cells: part.to_vec(),
            lines,
            lines_of,
            root: Err(Conflict),
            tables: Vec::new(),
            refused: Vec::new(),
            none: false,
            per_question: limit,
            left: limit.saturating_mul(50),
        };
        let mut root = domains;
        let mut budget = limit.max(1_000);
        let all: Vec<usize> = (0..search.lines.len()).collect();
        search.root = match search.propagate(&mut root, &all, &mut budget) {
            Ok(()) if !contradiction => Ok(root),
            _ => Err(Conflict),
        };
        search.none = search.root.is_err();
        search
    }

    pub(super) fn impossible(&self) -> bool {
        self.none
    }

    pub(super) fn place_of(&self, cell: usize) -> usize {
        self.cells.iter().position(|&other| other == cell).unwrap_or(0)
    }

    /// What the sums alone say of a cell.
    pub(super) fn bounds(&self, at: usize) -> Domain {
        self.root.as_ref().map_or(Domain::new(0, Domain::ENDLESS), |root| root[at])
    }

    /// The least and the largest count in the tables found.
    pub(super) fn reached(&self, at: usize) -> Option<(i64, i64)> {
        Some((self.tables.iter().map(|table| table[at]).min()?, self.tables.iter().map(|table| table[at]).max()?))
    }

    pub(super) fn refused(&self, at: usize, aim: i64) -> bool {
        // After one refusal every aim farther out is refused too; halving is quicker from then on.
        self.refused.iter().any(|&(cell, refused)| cell == at && (refused - aim).abs() <= 1)
    }

    pub(super) fn next_above(&self, at: usize, aim: i64) -> i64 {
        let mut domain = self.bounds(at);
        domain.above(aim + 1);
        domain.low
    }

    pub(super) fn next_below(&self, at: usize, aim: i64) -> i64 {
        let mut domain = self.bounds(at);
        domain.below(aim - 1);
        domain.high
    }

    /// Any table at all.
    pub(super) fn any_table(&mut self) -> Answer {
        if self.none {
            return Answer::Impossible;
        }
        if !self.tables.is_empty() {
            return Answer::Found;
        }
        let answer = self.table_with(0, None, None);
        self.none |= answer == Answer::Impossible;
        answer
    }

    /// A table in which one cell is at least or at most as large as asked.
    pub(super) fn table_with(&mut self, at: usize, at_least: Option<i64>, at_most: Option<i64>) -> Answer {
        let Ok(mut start) = self.root.clone() else { return Answer::Impossible };
        let mut budget = self.per_question.min(self.left);
        let before = budget;
        at_least.map(|low| start[at].above(low));
        at_most.map(|high| start[at].below(high));
        let answer = if start[at].empty() { Answer::Impossible } else { self.descend(start, at, &mut budget) };
        self.left -= before - budget;
        if answer == Answer::Impossible {
            self.refused.extend(at_least.or(at_most).map(|aim| (at, aim)));
        }
        answer
    }

    fn descend(&mut self, start: Vec<Domain>, at: usize, budget: &mut u64) -> Answer {
        // The nearest table found so far shows which values go together.
        let guide =
            self.tables.iter().min_by_key(|table| (table[at].clamp(start[at].low, start[at].high) - table[at]).abs()).cloned();
        let mut stack = vec![(start, self.lines_of[at].clone())];
        while let Some((mut domains, touched)) = stack.pop() {
            if *budget == 0 {
                return Answer::Open;
            }
            match self.propagate(&mut domains, &touched, budget) {
                Err(Conflict) => continue,
                Ok(()) if *budget == 0 => return Answer::Open,
                Ok(()) => {}
            }
            let Some(cell) = (0..domains.len())
                .filter(|&cell| domains[cell].only().is_none())
                .min_by_key(|&cell| (domains[cell].high - domains[cell].low, cell))
            else {
                let table: Vec<i64> = domains.iter().map(|domain| domain.low).collect();
                if self.agrees(&table) {
                    self.tables.push(table);
                    return Answer::Found;
                }
                continue;
            };
            let domain = domains[cell];
            let mut value = guide.as_ref().map_or(domain.low, |table| table[cell]).clamp(domain.low, domain.high);
            if domain.in_hole(value) {
                value = domain.low;
            }
            let mut branch = |change: &dyn Fn(&mut Domain)| {
                let mut next = domains.clone();
                change(&mut next[cell]);
                if !next[cell].empty() {
                    stack.push((next, self.lines_of[cell].clone()));
                }
            };
            // Last pushed, first tried.
            branch(&|domain| {
                domain.below(value - 1);
            });
            branch(&|domain| {
                domain.above(value + 1);
            });
            branch(&|domain| {
                domain.above(value);
                domain.below(value);
            });
        }
        Answer::Impossible
    }

    /// Narrows until nothing changes. Stopping early, with the budget spent, leaves bounds that hold all the same.
    fn propagate(&self, domains: &mut [Domain], touched: &[usize], budget: &mut u64) -> Result<(), Conflict> {
        let mut waiting = vec![false; self.lines.len()];
        let mut queue: std::collections::VecDeque<usize> = touched.iter().copied().collect();
        touched.iter().for_each(|&line| waiting[line] = true);
        let mut changed = Vec::new();
        while let Some(line) = queue.pop_front() {
            waiting[line] = false;
            if *budget == 0 {
                return Ok(());
            }
            *budget -= 1;
            changed.clear();
            self.lines[line].narrow(domains, &mut changed)?;
            for &cell in &changed {
                for &other in &self.lines_of[cell] {
                    if !std::mem::replace(&mut waiting[other], true) {
                        queue.push_back(other);
                    }
                }
            }
        }
        Ok(())
    }

    /// The last word on a table: every line, added up again.
    fn agrees(&self, table: &[i64]) -> bool {
        self.lines.iter().all(|line| {
            line.terms.iter().map(|&(cell, by)| i128::from(by) * i128::from(table[cell])).sum::<i128>() == i128::from(line.sum)
        })
    }
}
