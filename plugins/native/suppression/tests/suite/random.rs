//! Thousands of random tables: suppressed, attacked by enumeration, and compared with the simple method.

use todokede_suppression::{
    Marks, Policy, Problem, Published, Shown, SmallTotal, State, SuppressError, Zero, attack, greedy, suppress, verify,
};

use crate::enumerate::every_table;
use crate::tables::{Dimension, Random, after, counts, cross, flat, grouped, publishable};

/// A random table: one to three dimensions, some hierarchical, some the second of two years.
pub(crate) fn random_problem(random: &mut Random, policy: &Policy) -> Option<Problem> {
    let dimensions: Vec<Dimension> = match random.below(10) {
        0 | 1 => vec![flat(2 + random.below(6) as usize)],
        2..5 => vec![flat(2 + random.below(3) as usize), flat(2 + random.below(3) as usize)],
        5 => vec![flat(2), flat(2), flat(2)],
        6 => vec![flat(2), flat(2), flat(3)],
        7 => vec![grouped(&[2, 1 + random.below(3) as usize + 1])],
        8 => vec![grouped(&[2, 2]), flat(2)],
        _ => vec![grouped(&[2, 2, 2])],
    };
    let largest = 5 + random.below(40);
    let now = counts(random, &dimensions, largest);
    if random.below(5) > 0 {
        let mut problem = cross(&dimensions, &now);
        if random.below(8) == 0 {
            // Some counts are out already, each exactly: that may be too much.
            problem.cells.iter_mut().filter(|cell| !policy.small(cell.value) && random.below(2) == 0).for_each(|cell| {
                cell.state = State::Out(Shown::Exact(cell.value));
            });
        }
        return Some(problem);
    }
    let before: Vec<u64> =
        now.iter().map(|&count| count - if random.below(2) == 0 { 0 } else { random.below(count.min(8) + 1) }).collect();
    let before = cross(&dimensions, &before);
    let first = suppress(&before, policy).ok()?;
    Some(after(&before, &first, &cross(&dimensions, &now)))
}

/// A random policy, mostly the plain one.
pub(crate) fn random_policy(random: &mut Random) -> Policy {
    let mut policy = Policy::below([3, 4, 5, 5, 5, 5, 10][random.below(7) as usize]);
    match random.below(12) {
        0 => policy.zero = Zero::Masked,
        1 => policy.marks = Marks::Distinct,
        2 => policy.small_total = SmallTotal::Withhold,
        3 => policy.min_width = 2.min(policy.threshold - 2),
        4 => (policy.marks, policy.zero) = (Marks::Distinct, Zero::Masked),
        _ => {}
    }
    policy
}

/// What came out of many tables.
#[derive(Default)]
struct Tally {
    suppressing: std::time::Duration,
    enumerating: std::time::Duration,
    tables: u64,
    cells: u64,
    masks: u64,
    enumerated: u64,
    withheld: u64,
    impossible: u64,
    not_optimal: u64,
    compared: u64,
    ours: u64,
    simple: u64,
    simple_unsafe: u64,
    simple_in_unsafe: u64,
    inexact: u64,
}

#[test]
fn ten_thousand_tables_withstand_enumeration() {
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let runs: Vec<_> = (1..=4).map(|seed| scope.spawn(move || many_tables(seed, 2_500))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let sum = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>();
    let (tables, compared, simple_unsafe) = (sum(|t| t.tables), sum(|t| t.compared), sum(|t| t.simple_unsafe));
    println!(
        "{tables} tables of {} cells, {} masked; {} attacked by enumeration; {} withheld lines, {} impossible, {} not proved minimal, {} with an interval left open",
        sum(|t| t.cells),
        sum(|t| t.masks),
        sum(|t| t.enumerated),
        sum(|t| t.withheld),
        sum(|t| t.impossible),
        sum(|t| t.not_optimal),
        sum(|t| t.inexact),
    );
    println!(
        "{compared} tables with something to protect and nothing withheld: {} masks ours, {} simple; the simple method is unsafe in {simple_unsafe} ({:.1} %), with {} masks there",
        sum(|t| t.ours),
        sum(|t| t.simple),
        100.0 * simple_unsafe as f64 / compared as f64,
        sum(|t| t.simple_in_unsafe),
    );
    assert!(sum(|t| t.not_optimal) * 200 <= tables);
    assert!(sum(|t| t.enumerated) * 10 > tables * 9, "most tables are small enough to write every completion down");
    assert!(sum(|t| t.impossible) > 0 && sum(|t| t.withheld) > 0, "the hard cases are among them");
    assert!(simple_unsafe > 100, "tables that the simple method does not protect are among them");
}

fn many_tables(seed: u64, tables: u64) -> Tally {
    let mut tally = Tally::default();
    let mut random = Random(seed);
    while tally.tables < tables {
        let policy = random_policy(&mut random);
        let Some(problem) = random_problem(&mut random, &policy) else { continue };
        one_table(&problem, &policy, &mut tally);
        if tally.tables.is_multiple_of(500) {
            println!(
                "seed {seed}: {} tables, {:?} suppressing, {:?} enumerating",
                tally.tables, tally.suppressing, tally.enumerating
            );
        }
    }
    tally
}

fn one_table(problem: &Problem, policy: &Policy, tally: &mut Tally) {
    tally.tables += 1;
    tally.cells += publishable(problem) as u64;
    let largest = problem.cells.iter().map(|cell| cell.value).max().unwrap_or(0) + 3 * policy.threshold;
    let start = std::time::Instant::now();
    let solution = suppress(problem, policy);
    tally.suppressing += start.elapsed();
    let solution = match solution {
        Ok(solution) => solution,
        Err(SuppressError::Impossible { exposed, because }) => {
            tally.impossible += 1;
            assert!(!exposed.is_empty() && !because.is_empty(), "{exposed:?} {because:?}");
            check_impossible(problem, policy, &exposed[0].id, largest);
            return;
        }
        Err(other) => panic!("{other}\n{problem:?}"),
    };
    verify(&solution.published, &solution.proof).unwrap();
    tally.not_optimal += u64::from(!solution.optimal);
    tally.withheld += u64::from(!solution.withheld.is_empty());
    let ours = solution.primary.len() + solution.complementary.len() + solution.withheld.len();
    tally.masks += ours as u64;
    tally.inexact += solution.proof.cells.iter().any(|cell| !cell.interval.exact && cell.interval.high.is_some()) as u64;
    let start = std::time::Instant::now();
    let ends = every_table(&solution.published, largest, 20_000);
    tally.enumerating += start.elapsed();
    if let Some(ends) = ends {
        tally.enumerated += 1;
        for protected in &solution.proof.cells {
            let interval = protected.interval;
            let (low, high) = ends[interval.cell];
            assert!(high - low >= policy.min_width, "{} is {low}..{high}\n{solution:?}", problem.cells[interval.cell].id);
            if interval.exact && interval.high.is_some_and(|high| high < largest) {
                assert_eq!((interval.low, interval.high), (low, Some(high)), "{interval:?}\n{solution:?}");
            }
            assert!(interval.low <= low && interval.high.is_none_or(|bound| bound >= high));
        }
        let found = attack(&solution.published);
        for interval in found {
            let (low, high) = ends[interval.cell];
            assert!(interval.low <= low && interval.high.is_none_or(|bound| bound >= high), "{interval:?} {low} {high}");
            if interval.exact && interval.high.is_some_and(|high| high < largest) {
                assert_eq!((interval.low, interval.high), (low, Some(high)), "{interval:?}\n{solution:?}");
            }
        }
    }
    if !solution.proof.cells.is_empty() && solution.withheld.is_empty() {
        let simple = greedy(problem, policy);
        tally.compared += 1;
        tally.ours += ours as u64;
        let masks = masks_of(problem, &simple);
        tally.simple += masks;
        if gives_away(problem, policy, &simple, largest) {
            tally.simple_unsafe += 1;
            tally.simple_in_unsafe += masks;
        } else if policy.min_width == 1 {
            assert!(ours as u64 <= masks, "fewer masks are safe: {simple:?} than {solution:?}");
        }
    }
}

fn masks_of(problem: &Problem, published: &Published) -> u64 {
    let cells = problem.cells.iter().zip(&published.cells);
    cells.filter(|(cell, shown)| cell.state == State::Publish && !matches!(shown.shown, Shown::Exact(_))).count() as u64
}

fn gives_away(problem: &Problem, policy: &Policy, published: &Published, largest: u64) -> bool {
    let protected = |cell: usize| {
        let cell = &problem.cells[cell];
        policy.small(cell.value) && !matches!(cell.state, State::Out(Shown::Exact(_)))
    };
    match every_table(published, largest, 20_000) {
        Some(ends) => (0..ends.len()).any(|cell| protected(cell) && ends[cell].1 - ends[cell].0 < policy.min_width),
        None => attack(published).iter().any(|interval| {
            protected(interval.cell) && interval.high.is_some_and(|high| high - interval.low < policy.min_width)
        }),
    }
}

/// With everything withheld that can be, the cell named is still too narrow.
fn check_impossible(problem: &Problem, policy: &Policy, id: &str, largest: u64) {
    let cells = problem.cells.iter().map(|cell| {
        let shown = match cell.state {
            State::Publish => Shown::Withheld,
            State::Hidden => Shown::Hidden,
            State::Out(shown) => shown,
        };
        todokede_suppression::PublishedCell { id: cell.id.clone(), shown }
    });
    let published = Published { cells: cells.collect(), relations: problem.relations.clone(), policy: policy.clone() };
    if let Some(ends) = every_table(&published, largest, 20_000) {
        let cell = problem.cells.iter().position(|cell| cell.id == id).unwrap();
        assert!(ends[cell].1 - ends[cell].0 < policy.min_width, "{id} could be protected");
    }
}
