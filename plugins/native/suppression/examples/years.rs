//! Times the tables of a registry: product × sex × age × year, and the same as cumulative tables that follow each other.
//!
//! `cargo run --release -p todokede-suppression --example years`
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "an example may stop where it fails"
)]

use std::time::Instant;

use todokede_suppression::{Policy, Problem, attack, greedy, suppress};

#[path = "../tests/suite/tables.rs"]
mod tables;
use tables::{Random, after, counts, cross, flat};

fn main() {
    for seed in 1..=2 {
        let mut random = Random(seed);
        for (name, dimensions) in [
            ("product x sex x age x year", vec![flat(3), flat(3), flat(4), flat(3)]),
            ("product x sex x age, wide", vec![flat(6), flat(3), flat(9)]),
            ("product x age", vec![flat(14), flat(19)]),
        ] {
            let now = counts(&mut random, &dimensions, 60);
            report(name, seed, &cross(&dimensions, &now), &Policy::below(5));
        }
        let dimensions = [flat(3), flat(3), flat(5)];
        let policy = Policy::below(5);
        let first: Vec<u64> = counts(&mut random, &dimensions, 60);
        let second: Vec<u64> = first.iter().zip(counts(&mut random, &dimensions, 30)).map(|(a, b)| a + b).collect();
        let before = cross(&dimensions, &first);
        let published = suppress(&before, &policy).unwrap();
        report("second year, cumulative", seed, &after(&before, &published, &cross(&dimensions, &second)), &policy);
    }
}

fn report(name: &str, seed: u64, problem: &Problem, policy: &Policy) {
    let start = Instant::now();
    let solution = match suppress(problem, policy) {
        Ok(solution) => solution,
        Err(error) => {
            println!("{name} {seed}: {} cells, {:?}: {error}", problem.cells.len(), start.elapsed());
            return;
        }
    };
    let took = start.elapsed();
    let start = Instant::now();
    let intervals = attack(&solution.published);
    let attacked = start.elapsed();
    let exact = intervals.iter().filter(|interval| interval.exact).count();
    let sharp = solution.proof.cells.iter().filter(|cell| cell.interval.exact).count();
    let simple = greedy(problem, policy);
    let masks = simple.cells.iter().zip(&problem.cells).filter(|(shown, cell)| {
        cell.state == todokede_suppression::State::Publish && !matches!(shown.shown, todokede_suppression::Shown::Exact(_))
    });
    println!(
        "{name} {seed}: {} cells, {} primary, {} complementary, {} withheld (simple {}), optimal {}, {:?}, {took:?}; proof exact {sharp}/{}; attack {exact}/{} in {attacked:?}",
        problem.cells.len(),
        solution.primary.len(),
        solution.complementary.len(),
        solution.withheld.len(),
        masks.count(),
        solution.optimal,
        solution.work,
        solution.proof.cells.len(),
        intervals.len(),
    );
}
