//! A third attacker, which knows no mathematics: it writes down every table that agrees with what is published.

use todokede_suppression::{Marks, Published, Shown, Zero};

/// The least and the largest count of every cell over all tables; `None` when there are too many to write down.
pub(crate) fn every_table(published: &Published, largest: u64, patience: u64) -> Option<Vec<(u64, u64)>> {
    let mut walk = Walk {
        published,
        largest,
        table: published
            .cells
            .iter()
            .map(|cell| if let Shown::Exact(value) = cell.shown { Some(value) } else { None })
            .collect(),
        ends: vec![(u64::MAX, 0); published.cells.len()],
        patience,
    };
    walk.next().then_some(walk.ends)
}

struct Walk<'a> {
    published: &'a Published,
    largest: u64,
    table: Vec<Option<u64>>,
    ends: Vec<(u64, u64)>,
    patience: u64,
}

impl Walk<'_> {
    fn next(&mut self) -> bool {
        if self.patience == 0 {
            return false;
        }
        self.patience -= 1;
        // A line with one unknown cell has one value for it; otherwise the cell of the line with fewest unknown.
        let mut choice: Option<(usize, usize, u64, u64)> = None;
        for relation in &self.published.relations {
            let known: u64 = relation.parts.iter().filter_map(|&part| self.table[part]).sum();
            let open: Vec<usize> = relation.parts.iter().copied().filter(|&part| self.table[part].is_none()).collect();
            let total = self.table[relation.total];
            let (cell, low, high) = match (total, open.as_slice()) {
                (Some(total), []) if total != known => return true,
                (Some(_), []) => continue,
                (Some(total), _) if known > total => return true,
                (Some(total), [cell]) => (*cell, total - known, total - known),
                (Some(total), [cell, ..]) => (*cell, 0, total - known),
                (None, []) => (relation.total, known, known),
                (None, [cell, ..]) => (*cell, 0, self.largest),
            };
            let unknown = open.len() + usize::from(total.is_none());
            if choice.is_none_or(|(fewest, _, from, to)| (unknown, high - low) < (fewest, to - from)) {
                choice = Some((unknown, cell, low, high));
            }
        }
        let lone = || self.table.iter().position(Option::is_none).map(|cell| (0, cell, 0, self.largest));
        let Some((_, cell, low, high)) = choice.or_else(lone) else {
            for (end, value) in self.ends.iter_mut().zip(&self.table) {
                let value = value.unwrap();
                *end = (end.0.min(value), end.1.max(value));
            }
            return true;
        };
        let policy = &self.published.policy;
        let zero = policy.zero == Zero::Shown;
        for value in low..=high {
            let small = value < policy.threshold && !(value == 0 && zero);
            let possible = match self.published.cells[cell].shown {
                Shown::Exact(exact) => exact == value,
                Shown::Primary => small,
                Shown::Masked => policy.marks == Marks::One || !small,
                Shown::Between(low, high) => low <= value && value <= high,
                Shown::Withheld | Shown::Hidden => true,
            };
            if possible {
                self.table[cell] = Some(value);
                let go_on = self.next();
                self.table[cell] = None;
                if !go_on {
                    return false;
                }
            }
        }
        true
    }
}
