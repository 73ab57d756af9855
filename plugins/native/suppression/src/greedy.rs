//! The simple method in use elsewhere, to be compared with: not safe, and not meant for publication.
#![expect(clippy::indexing_slicing, reason = "relations that name cells which are not there are passed over")]

use crate::{Policy, Problem, Published, PublishedCell, Shown, State};

/// Masks small counts, then in each line with a single mask the smallest count that is left, until no line has a single one.
#[must_use]
pub fn greedy(problem: &Problem, policy: &Policy) -> Published {
    let mut cells: Vec<PublishedCell> = problem
        .cells
        .iter()
        .map(|cell| {
            let shown = match cell.state {
                State::Out(shown) => shown,
                State::Hidden => Shown::Hidden,
                State::Publish if policy.small(cell.value) => Shown::Primary,
                State::Publish => Shown::Exact(cell.value),
            };
            PublishedCell { id: cell.id.clone(), shown }
        })
        .collect();
    loop {
        let mut changed = false;
        let known = cells.len();
        for relation in problem.relations.iter().filter(|relation| relation.line().all(|cell| cell < known)) {
            let masked = relation.line().filter(|&cell| !matches!(cells[cell].shown, Shown::Exact(_))).count();
            let smallest = relation
                .line()
                .filter(|&cell| problem.cells[cell].state == State::Publish && matches!(cells[cell].shown, Shown::Exact(1..)))
                .min_by_key(|&cell| (problem.cells[cell].value, &problem.cells[cell].id));
            if let (1, Some(smallest)) = (masked, smallest) {
                cells[smallest].shown = Shown::Masked;
                changed = true;
            }
        }
        if !changed {
            return Published { cells, relations: problem.relations.clone(), policy: policy.clone() };
        }
    }
}
