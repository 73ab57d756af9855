//! Tables whose right masks are known.

use todokede_suppression::{Interval, Policy, Shown, Solution, SuppressError, attack, greedy, suppress, verify};

use crate::enumerate::every_table;
use crate::tables::{after, cross, flat, line};

fn masks(solution: &Solution) -> Vec<usize> {
    solution.complementary.clone()
}

fn interval(solution: &Solution, cell: usize) -> (u64, Option<u64>) {
    let protected = solution.proof.cells.iter().find(|protected| protected.interval.cell == cell).unwrap();
    assert!(protected.interval.exact);
    (protected.interval.low, protected.interval.high)
}

#[test]
fn a_single_small_count_takes_its_sister_with_it() {
    let solution = suppress(&line(&[3, 97]), &Policy::below(5)).unwrap();
    assert_eq!((solution.primary.clone(), masks(&solution)), (vec![0], vec![1]));
    assert_eq!(interval(&solution, 0), (1, Some(4)));
    assert!(solution.optimal);
}

#[test]
fn two_small_counts_may_hide_each_other() {
    let solution = suppress(&line(&[12, 3, 8, 2, 25]), &Policy::below(5)).unwrap();
    assert!(masks(&solution).is_empty());
    assert_eq!((interval(&solution, 1), interval(&solution, 3)), ((1, Some(4)), (1, Some(4))));
}

#[test]
fn two_ones_do_not_hide_each_other() {
    let table = line(&[10, 6, 1, 1]);
    let solution = suppress(&table, &Policy::below(5)).unwrap();
    assert_eq!(masks(&solution), [1], "6 is the smallest that helps");
    // The simple method counts two masks and is content.
    let simple = greedy(&table, &Policy::below(5));
    assert_eq!(attack(&simple), [exact(2, 1), exact(3, 1)]);
}

#[test]
fn two_largest_small_counts_do_not_hide_each_other() {
    let table = line(&[20, 4, 4]);
    let solution = suppress(&table, &Policy::below(5)).unwrap();
    assert_eq!(masks(&solution), [0]);
    assert_eq!(attack(&greedy(&table, &Policy::below(5))), [exact(1, 4), exact(2, 4)]);
}

#[test]
fn a_cell_that_only_two_rows_and_two_columns_together_give_away() {
    // Each line has at least two masks; 236 − 189 = 47 all the same.
    let counts = [30, 47, 64, 89, 90, 124, 5, 31, 92, 100, 59, 85, 800, 991, 651, 685];
    let mut table = cross(&[flat(4), flat(4)], &counts);
    // The masks of the example stand for sensitive counts of any size.
    let policy = Policy::below(1_000);
    let place = |row: usize, column: usize| row * 5 + column;
    let masked =
        [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (2, 3), (3, 1), (3, 3)].map(|(row, column)| place(row, column));
    let mut published = todokede_suppression::Published {
        cells: table
            .cells
            .iter()
            .map(|cell| todokede_suppression::PublishedCell { id: cell.id.clone(), shown: Shown::Exact(cell.value) })
            .collect(),
        relations: table.relations.clone(),
        policy,
    };
    masked.iter().for_each(|&cell| published.cells[cell].shown = Shown::Masked);
    let found = attack(&published);
    assert_eq!(found.iter().find(|interval| interval.cell == place(0, 1)), Some(&exact(place(0, 1), 47)));

    // One more mask is enough, and fewest: here the nine masks are already out, and the 47 is the hidden cell to protect.
    for cell in masked {
        table.cells[cell].state = todokede_suppression::State::Out(Shown::Withheld);
    }
    let policy = Policy::below(48);
    for cell in 0..table.cells.len() {
        // Small ones among the others are no matter here.
        if !masked.contains(&cell) {
            assert!(table.cells[cell].value >= 48 || cell == place(1, 3), "{cell}");
        }
    }
    table.cells[place(1, 3)].state = todokede_suppression::State::Out(Shown::Exact(31));
    let solution = suppress(&table, &policy).unwrap();
    assert_eq!(solution.complementary.len(), 1, "{:?}", solution.complementary);
    assert!(solution.optimal);
    verify(&solution.published, &solution.proof).unwrap();
}

#[test]
fn a_year_that_differs_by_two_from_the_year_before() {
    let policy = Policy::below(5);
    let before = line(&[12, 30]);
    let first = suppress(&before, &policy).unwrap();
    assert!(first.complementary.is_empty());
    let problem = after(&before, &first, &line(&[14, 50]));
    let solution = suppress(&problem, &policy).unwrap();
    // 14 and, as the total is known, its sister or the total.
    assert_eq!(solution.complementary.len(), 2);
    assert!(solution.complementary.contains(&3));
    let increment = 6;
    let (low, high) = {
        let protected = solution.proof.cells.iter().find(|protected| protected.interval.cell == increment).unwrap();
        (protected.interval.low, protected.interval.high)
    };
    assert!(high.is_none_or(|high| high > low));
}

#[test]
fn what_is_out_may_make_protection_impossible() {
    let policy = Policy::below(5);
    let mut table = line(&[12, 2]);
    table.cells[0] = todokede_suppression::Cell::out("jan", 12, Shown::Exact(12));
    table.cells[2] = todokede_suppression::Cell::out("both", 14, Shown::Exact(14));
    table.cells[1] = todokede_suppression::Cell::hidden("feb", 2);
    let Err(SuppressError::Impossible { exposed, because }) = suppress(&table, &policy) else { panic!("it is exposed") };
    assert_eq!(exposed.len(), 1);
    assert_eq!((exposed[0].id.as_str(), exposed[0].interval.low, exposed[0].interval.high), ("feb", 2, Some(2)));
    assert_eq!(because, ["both", "jan"]);
}

#[test]
fn four_ones_are_withheld() {
    let solution = suppress(&line(&[1, 1, 1, 1]), &Policy::below(5)).unwrap();
    assert_eq!(solution.withheld, [0, 1, 2, 3, 4]);
    let ends = every_table(&solution.published, 8, 1_000_000).unwrap();
    assert!(ends.iter().all(|(low, high)| low < high));
}

#[test]
fn the_sample_of_a_national_database() {
    let counts = [11, 12, 36, 2, 305, 995, 26, 55, 34];
    let solution = suppress(&cross(&[flat(3), flat(3)], &counts), &Policy::below(10)).unwrap();
    assert_eq!((solution.primary.len(), solution.complementary.len()), (1, 3));
}

fn exact(cell: usize, value: u64) -> Interval {
    Interval { cell, low: value, high: Some(value), exact: true }
}
