//! What ties a table to those published before it.

use todokede_suppression::State;

use super::problem::{Builder, Meaning, Places, What};
use crate::counts::Key;
use crate::past::Count;

/// Adds the sums between times of counting.
pub(super) fn add(builder: &mut Builder<'_>, products: &[usize], all: bool) {
    let products: Vec<Option<usize>> = products.iter().copied().map(Some).chain(all.then_some(None)).collect();
    for snapshot in 0..=builder.plan.past.len() {
        for product in &products {
            Link { snapshot, product: *product }.add(builder);
        }
    }
}

/// The tables of one product at one time.
#[derive(Clone, Copy)]
struct Link {
    snapshot: usize,
    product: Option<usize>,
}

impl Link {
    fn add(self, builder: &mut Builder<'_>) {
        let sheet = |builder: &Builder<'_>, at: usize, count| builder.sheets.get(&(at, count, self.product)).cloned();
        let cumulative = sheet(builder, self.snapshot, Count::Cumulative);
        let in_year = sheet(builder, self.snapshot, Count::Year);
        let year = year_of(builder, self.snapshot);
        let last = |count| (0..self.snapshot).rev().find_map(|at| Some((at, sheet(builder, at, count)?)));
        let earlier = last(Count::Cumulative);
        let again = last(Count::Year).filter(|(at, _)| year_of(builder, *at) == year);

        if let (Some((_, then)), Some(now)) = (&again, &in_year) {
            self.change(builder, Count::Year, now, then);
        }
        let Some(cumulative) = cumulative else { return };
        let same_year = earlier.as_ref().is_some_and(|(at, _)| year_of(builder, *at) == year);
        if let (true, Some((_, then))) = (same_year, &earlier) {
            self.change(builder, Count::Cumulative, &cumulative, then);
        }
        match (in_year, earlier.filter(|_| !same_year)) {
            (Some(in_year), Some((at, then))) => {
                let follows = year_of(builder, at) + 1 == year && adds_up(builder, &cumulative, &then, &in_year);
                if follows {
                    // Nobody was registered late: a reader may take it for granted, so that it is taken for known.
                    for (total, parts) in lines(&cumulative, &[&then, &in_year]) {
                        builder.sum(total, parts);
                    }
                } else {
                    let before = self.before(builder, &cumulative, &in_year);
                    self.change(builder, Count::Cumulative, &before, &then);
                }
            }
            (Some(in_year), None) => {
                if !self.first_year(builder, &cumulative, &in_year) {
                    self.before(builder, &cumulative, &in_year);
                }
            }
            (None, Some((_, then))) => self.change(builder, Count::Cumulative, &cumulative, &then),
            (None, None) => {}
        }
    }

    /// Patients treated before the year: what is left of all without those of the year.
    fn before(self, builder: &mut Builder<'_>, cumulative: &Places, in_year: &Places) -> Places {
        let mut places = Places::new();
        for (key, total) in cumulative {
            let Some(part) = in_year.get(key) else { continue };
            let value = builder.value(*total).saturating_sub(builder.value(*part));
            let before = builder.cell(self.meaning(What::Before, *key), value, State::Hidden);
            builder.sum(*total, vec![before, *part]);
            places.insert(*key, before);
        }
        places
    }

    /// In the year in which a product came to be used nobody was treated before it. The day of approval is public, so that a reader
    /// knows that both counts are the same, and that nobody before is no secret.
    fn first_year(self, builder: &mut Builder<'_>, cumulative: &Places, in_year: &Places) -> bool {
        let plan = builder.plan;
        let first = plan.past.get(self.snapshot).map_or(plan.year.first, |past| past.year.first);
        let begins = |place: usize| plan.products.get(place).and_then(|product| product.from).is_some_and(|from| from >= first);
        let lines = lines(cumulative, &[in_year]);
        let same = lines.iter().all(|(total, parts)| parts.iter().all(|part| builder.value(*total) == builder.value(*part)));
        let is_first = same && self.product.map_or_else(|| (0..plan.products.len()).all(begins), begins);
        for (total, parts) in lines.into_iter().filter(|_| is_first) {
            builder.sum(total, parts);
        }
        is_first
    }

    /// Ties counts to the same counts published earlier. Which way they changed is taken for known.
    fn change(self, builder: &mut Builder<'_>, count: Count, now: &Places, then: &Places) {
        let pairs: Vec<(Key, usize, usize)> = now.iter().filter_map(|(key, now)| Some((*key, *now, *then.get(key)?))).collect();
        if pairs.iter().all(|(_, now, then)| builder.value(*now) == builder.value(*then)) {
            for (_, now, then) in pairs {
                builder.sum(now, vec![then]);
            }
            return;
        }
        for (key, now, then) in pairs {
            let (value, value_then) = (builder.value(now), builder.value(then));
            let change = builder.cell(self.meaning(What::Change(count), key), value.abs_diff(value_then), State::Hidden);
            let (more, less) = if value >= value_then { (now, then) } else { (then, now) };
            builder.sum(more, vec![less, change]);
        }
    }

    fn meaning(self, what: What, key: Key) -> Meaning {
        Meaning { snapshot: self.snapshot, what, product: self.product, key }
    }
}

fn year_of(builder: &Builder<'_>, snapshot: usize) -> i32 {
    builder.plan.past.get(snapshot).map_or(builder.plan.year.number, |past| past.year.number)
}

/// The places of each key in several tables that all have it.
fn lines(totals: &Places, parts: &[&Places]) -> Vec<(usize, Vec<usize>)> {
    let line = |key: &Key| parts.iter().map(|places| places.get(key).copied()).collect::<Option<Vec<usize>>>();
    totals.iter().filter_map(|(key, total)| Some((*total, line(key)?))).collect()
}

fn adds_up(builder: &Builder<'_>, totals: &Places, then: &Places, in_year: &Places) -> bool {
    let lines = lines(totals, &[then, in_year]);
    lines.len() == totals.len()
        && lines
            .iter()
            .all(|(total, parts)| builder.value(*total) == parts.iter().map(|part| builder.value(*part)).sum::<u64>())
}
