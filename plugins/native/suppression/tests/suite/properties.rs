//! The order of cells and relations does not matter, and a proof that was tampered with is refused.

use proptest::prelude::*;
use todokede_suppression::{Problem, Relation, Shown, attack, suppress, verify};

use crate::random::{random_policy, random_problem};
use crate::tables::Random;

/// The problem with its cells and relations in another order, and where each cell went.
fn shuffled(problem: &Problem, random: &mut Random) -> (Problem, Vec<usize>) {
    let mut order: Vec<usize> = (0..problem.cells.len()).collect();
    random.shuffle(&mut order);
    let mut to = vec![0; order.len()];
    order.iter().enumerate().for_each(|(new, &old)| to[old] = new);
    let mut relations: Vec<Relation> = problem
        .relations
        .iter()
        .map(|relation| {
            let mut parts: Vec<usize> = relation.parts.iter().map(|&part| to[part]).collect();
            random.shuffle(&mut parts);
            Relation::new(to[relation.total], parts)
        })
        .collect();
    random.shuffle(&mut relations);
    (Problem { cells: order.iter().map(|&old| problem.cells[old].clone()).collect(), relations }, to)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, rng_seed: proptest::test_runner::RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_does_not_matter(seed: u64) {
        let mut random = Random(seed);
        let policy = random_policy(&mut random);
        let Some(problem) = random_problem(&mut random, &policy) else { return Ok(()) };
        let (other, to) = shuffled(&problem, &mut random);
        match (suppress(&problem, &policy), suppress(&other, &policy)) {
            (Ok(one), Ok(two)) => {
                for (cell, &place) in one.published.cells.iter().zip(&to) {
                    prop_assert_eq!(cell, &two.published.cells[place]);
                }
                for (protected, interval) in one.proof.cells.iter().map(|cell| (cell, cell.interval)) {
                    let same = two.proof.cells.iter().find(|cell| cell.interval.cell == to[interval.cell]).unwrap();
                    prop_assert_eq!((interval.low, interval.high, interval.exact), (same.interval.low, same.interval.high, same.interval.exact));
                    let moved = |table: &[u64]| to.iter().enumerate().map(|(old, &new)| (new, table[old])).collect::<std::collections::BTreeMap<_, _>>();
                    let table = |table: &[u64]| table.iter().copied().enumerate().collect::<std::collections::BTreeMap<_, _>>();
                    prop_assert_eq!(moved(&one.proof.completions[protected.low]), table(&two.proof.completions[same.low]));
                }
                let attacked: Vec<_> = attack(&one.published).into_iter().map(|i| (to[i.cell], i.low, i.high, i.exact)).collect();
                let mut again: Vec<_> = attack(&two.published).into_iter().map(|i| (i.cell, i.low, i.high, i.exact)).collect();
                let mut attacked = attacked;
                attacked.sort();
                again.sort();
                prop_assert_eq!(attacked, again);
            }
            (Err(one), Err(two)) => {
                let names = |error: &todokede_suppression::SuppressError| match error {
                    todokede_suppression::SuppressError::Impossible { exposed, because } =>
                        (exposed.iter().map(|cell| cell.id.clone()).collect::<Vec<_>>(), because.clone()),
                    other => panic!("{other}"),
                };
                prop_assert_eq!(names(&one), names(&two));
            }
            (one, two) => prop_assert!(false, "{:?} {:?}", one.is_ok(), two.is_ok()),
        }
    }

    #[test]
    fn a_proof_that_was_tampered_with_is_refused(seed: u64, which: prop::sample::Index, at: prop::sample::Index) {
        let mut random = Random(seed);
        let policy = random_policy(&mut random);
        let Some(problem) = random_problem(&mut random, &policy) else { return Ok(()) };
        let Ok(solution) = suppress(&problem, &policy) else { return Ok(()) };
        if solution.proof.cells.is_empty() {
            return Ok(());
        }
        prop_assert!(verify(&solution.published, &solution.proof).is_ok());

        // One value of one completion, in a sum.
        let mut proof = solution.proof.clone();
        let table = which.index(proof.completions.len());
        let line = &solution.published.relations[at.index(solution.published.relations.len())];
        proof.completions[table][line.total] += 1;
        prop_assert!(verify(&solution.published, &proof).is_err());

        // A value is missing.
        let mut proof = solution.proof.clone();
        proof.completions[table].pop();
        prop_assert!(verify(&solution.published, &proof).is_err());

        // Two completions that are the same.
        let mut proof = solution.proof.clone();
        let cell = at.index(proof.cells.len());
        proof.cells[cell].high = proof.cells[cell].low;
        prop_assert!(verify(&solution.published, &proof).is_err());

        // An interval that its own completions leave.
        let mut proof = solution.proof.clone();
        proof.cells[cell].interval.low += policy.threshold + proof.completions[proof.cells[cell].high][proof.cells[cell].interval.cell];
        prop_assert!(verify(&solution.published, &proof).is_err());

        // An exact interval that is made wider.
        let mut proof = solution.proof.clone();
        if let Some(high) = proof.cells[cell].interval.high.filter(|_| proof.cells[cell].interval.exact) {
            proof.cells[cell].interval.high = Some(high + 1);
            prop_assert!(verify(&solution.published, &proof).is_err());
        }

        // A small count that is left out.
        if let Some(primary) = solution.proof.cells.iter().position(|cell| solution.published.cells[cell.interval.cell].shown == Shown::Primary) {
            let mut proof = solution.proof.clone();
            proof.cells.remove(primary);
            prop_assert!(verify(&solution.published, &proof).is_err());
        }

        // Another table: a count that is shown and was not proved.
        let mut published = solution.published.clone();
        published.cells[line.total].shown = Shown::Exact(problem.cells[line.total].value + 1);
        prop_assert!(verify(&published, &solution.proof).is_err());
    }
}
