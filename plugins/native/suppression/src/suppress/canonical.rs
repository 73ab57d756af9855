//! One order for every way of writing the same problem down, so that ties are always settled alike.
#![expect(clippy::indexing_slicing, reason = "the problem was checked")]

use crate::{Problem, Relation};

/// A problem in its one order.
pub(super) struct Canonical {
    pub(super) problem: Problem,
    /// Where each cell stood before.
    pub(super) from: Vec<usize>,
}

/// Sorts cells by id, and relations by their cells.
pub(super) fn canonical(problem: &Problem) -> Canonical {
    let mut from: Vec<usize> = (0..problem.cells.len()).collect();
    from.sort_by(|&a, &b| problem.cells[a].id.cmp(&problem.cells[b].id));
    let mut to = vec![0; from.len()];
    from.iter().enumerate().for_each(|(new, &old)| to[old] = new);
    let mut relations: Vec<Relation> = problem
        .relations
        .iter()
        .map(|relation| {
            let mut parts: Vec<usize> = relation.parts.iter().map(|&part| to[part]).collect();
            parts.sort_unstable();
            Relation { total: to[relation.total], parts }
        })
        .collect();
    relations.sort();
    relations.dedup();
    let cells = from.iter().map(|&old| problem.cells[old].clone()).collect();
    Canonical { problem: Problem { cells, relations }, from }
}
