//! Fewest masks, then least weight: every set of masks of a small table is tried.

use todokede_suppression::{Policy, Problem, Published, Shown, State, suppress};

use crate::enumerate::every_table;
use crate::random::{random_policy, random_problem};
use crate::tables::{Random, publishable};

#[test]
fn no_safe_set_of_masks_is_smaller() {
    let mut random = Random(7);
    let mut tried = 0;
    while tried < 400 {
        let policy = random_policy(&mut random);
        let Some(problem) = random_problem(&mut random, &policy) else { continue };
        if publishable(&problem) > 16 {
            continue;
        }
        let Ok(solution) = suppress(&problem, &policy) else { continue };
        if !solution.withheld.is_empty() || solution.proof.cells.is_empty() {
            continue;
        }
        let price = |masks: &[usize]| (masks.len(), masks.iter().map(|&cell| problem.cells[cell].weight).sum::<u32>());
        let ours = price(&solution.complementary);
        if let Some(cheaper) = cheaper(&problem, &policy, &solution.published, ours, &price) {
            panic!("{cheaper:?} would do instead of {:?}: {problem:?} {policy:?}", solution.complementary);
        }
        assert!(solution.optimal);
        tried += 1;
    }
}

/// A set of masks that costs less and protects everything.
fn cheaper(
    problem: &Problem,
    policy: &Policy,
    published: &Published,
    ours: (usize, u32),
    price: &impl Fn(&[usize]) -> (usize, u32),
) -> Option<Vec<usize>> {
    let optional: Vec<usize> = (0..problem.cells.len())
        .filter(|&cell| problem.cells[cell].state == State::Publish && !policy.small(problem.cells[cell].value))
        .collect();
    let largest = problem.cells.iter().map(|cell| cell.value).max().unwrap_or(0) + 3 * policy.threshold;
    (0u32..1 << optional.len()).filter(|set| set.count_ones() as usize <= ours.0).find_map(|set| {
        let masks: Vec<usize> =
            optional.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, &cell)| cell).collect();
        if price(&masks) >= ours {
            return None;
        }
        let mut trial = published.clone();
        for &cell in &optional {
            trial.cells[cell].shown =
                if masks.contains(&cell) { Shown::Masked } else { Shown::Exact(problem.cells[cell].value) };
        }
        let ends = every_table(&trial, largest, 20_000)?;
        let safe = problem.cells.iter().enumerate().all(|(place, cell)| {
            let protected = policy.small(cell.value) && !matches!(cell.state, State::Out(Shown::Exact(_)));
            !protected || ends[place].1 - ends[place].0 >= policy.min_width
        });
        safe.then_some(masks)
    })
}
