//! The longest sequence that two lists have in common, by weight.

use crate::limits::COMPARE_CELLS;

/// One step from the old list to the new one, by the indices of what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// In both.
    Both(usize, usize),
    /// Only in the old.
    Old(usize),
    /// Only in the new.
    New(usize),
}

/// Returns the steps from one list to the other. `score` says how much it is worth to pair two: 0 is never paired.
///
/// Lists whose product is over the limit are compared from their ends only.
pub(super) fn steps(old: usize, new: usize, score: impl Fn(usize, usize) -> u32) -> Vec<Step> {
    let same_start = (0..old.min(new)).take_while(|at| score(*at, *at) >= FULL).count();
    let rest = old.min(new) - same_start;
    let same_end = (1..=rest).take_while(|back| score(old - back, new - back) >= FULL).count();
    let mut steps: Vec<Step> = (0..same_start).map(|at| Step::Both(at, at)).collect();
    let (old_end, new_end) = (old - same_end, new - same_end);
    middle(same_start..old_end, same_start..new_end, &score, &mut steps);
    steps.extend((0..same_end).map(|at| Step::Both(old_end + at, new_end + at)));
    steps
}

/// From this score on two entries are the same, and equal ends are paired without looking further.
pub(super) const FULL: u32 = 1_000;

fn middle(
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
    score: &impl Fn(usize, usize) -> u32,
    steps: &mut Vec<Step>,
) {
    let (height, width) = (old.len(), new.len());
    if height == 0 || width == 0 || height.saturating_mul(width) > COMPARE_CELLS {
        steps.extend(old.map(Step::Old));
        steps.extend(new.map(Step::New));
        return;
    }
    // best[row][column]: the most that pairing the rest of both from there on is worth.
    let line = width + 1;
    let mut best = vec![0_u32; (height + 1) * line];
    let mut worth = vec![0_u32; height * width];
    let read = |table: &[u32], at: usize| table.get(at).copied().unwrap_or(0);
    for row in (0..height).rev() {
        for column in (0..width).rev() {
            let pair = score(old.start + row, new.start + column);
            let mut most = read(&best, (row + 1) * line + column).max(read(&best, row * line + column + 1));
            if pair > 0 {
                most = most.max(read(&best, (row + 1) * line + column + 1).saturating_add(pair));
            }
            if let Some(cell) = best.get_mut(row * line + column) {
                *cell = most;
            }
            if let Some(cell) = worth.get_mut(row * width + column) {
                *cell = pair;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < height && column < width {
        let here = read(&best, row * line + column);
        let pair = read(&worth, row * width + column);
        if pair > 0 && here == read(&best, (row + 1) * line + column + 1).saturating_add(pair) {
            steps.push(Step::Both(old.start + row, new.start + column));
            (row, column) = (row + 1, column + 1);
        } else if here == read(&best, (row + 1) * line + column) {
            steps.push(Step::Old(old.start + row));
            row += 1;
        } else {
            steps.push(Step::New(new.start + column));
            column += 1;
        }
    }
    steps.extend((old.start + row..old.end).map(Step::Old));
    steps.extend((new.start + column..new.end).map(Step::New));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(old: &str, new: &str) -> String {
        let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
        let steps = steps(old.len(), new.len(), |a, b| if old[a] == new[b] { FULL } else { 0 });
        let say = |step: Step| match step {
            Step::Both(a, _) => format!("{}", old[a]),
            Step::Old(a) => format!("-{}", old[a]),
            Step::New(b) => format!("+{}", new[b]),
        };
        steps.into_iter().map(say).collect()
    }

    #[test]
    fn what_is_common_is_kept_in_order() {
        assert_eq!(of("abcd", "abxd"), "ab-c+xd");
        assert_eq!(of("", "ab"), "+a+b");
        assert_eq!(of("ab", ""), "-a-b");
        assert_eq!(of("axbyc", "abc"), "a-xb-yc");
        assert_eq!(of("aaa", "aa"), "aa-a");
    }

    #[test]
    fn lists_over_the_limit_are_told_apart_from_their_ends() {
        let side = COMPARE_CELLS.isqrt() + 10;
        let steps = steps(side, side, |a, b| if a == b && (a < 2 || a + 1 == side) { FULL } else { 0 });
        assert_eq!(steps.first(), Some(&Step::Both(0, 0)));
        assert_eq!(steps.get(2), Some(&Step::Old(2)));
        assert_eq!(steps.last(), Some(&Step::Both(side - 1, side - 1)));
    }
}
