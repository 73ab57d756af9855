//! The tables as cells and sums.

use std::collections::BTreeMap;

use todokede_suppression::{Cell, Marks, Policy, Problem, Relation, Shown, State};

use super::links;
use super::restore::Earlier;
use crate::counts::Key;
use crate::past::{ALL, Count, Mask, Published, PublishedSheet, Seen};
use crate::patients::Snapshot;
use crate::plan::Plan;

/// What a cell of the problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The time of counting, by its place: earlier publications in order, then this one.
    pub(crate) snapshot: usize,
    /// What it counts.
    pub(crate) what: What,
    /// The product; none for all together.
    pub(crate) product: Option<usize>,
    /// Which patients.
    pub(crate) key: Key,
}

/// What a cell counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// A count in a table.
    Count(Count),
    /// Patients treated before the year: nowhere printed.
    Before,
    /// By how much a count differs from one published earlier: nowhere printed.
    Change(Count),
}

/// The places of the cells of a table.
pub(super) type Places = BTreeMap<Key, usize>;

/// A problem that is being put together.
pub(super) struct Builder<'a> {
    pub(super) plan: &'a Plan,
    pub(super) policy: Policy,
    pub(super) problem: Problem,
    pub(super) meanings: Vec<Meaning>,
    /// The tables, by time of counting, count and product.
    pub(super) sheets: BTreeMap<(usize, Count, Option<usize>), Places>,
}

/// Makes cells and sums of the tables of some products, of earlier years and of this one.
pub(super) fn build(
    plan: &Plan,
    snapshots: &[Snapshot],
    earlier: &[Earlier],
    products: &[usize],
    all: bool,
    threshold: u64,
) -> (Problem, Vec<Meaning>) {
    let mut builder = Builder {
        plan,
        policy: plan.masking.policy(threshold),
        problem: Problem::default(),
        meanings: Vec::new(),
        sheets: BTreeMap::new(),
    };
    for (snapshot, (past, values)) in plan.past.iter().zip(earlier).enumerate() {
        for ((count, product), sheet) in &past.sheets {
            if product.map_or(all, |product| products.contains(&product)) {
                builder.published(snapshot, past, *count, *product, sheet, values);
            }
        }
        builder.sum_products(snapshot, past.cross);
    }
    let now = plan.past.len();
    if let Some(snapshot) = snapshots.get(now) {
        for (count, product) in super::sheets_now(plan, products, all) {
            builder.sheet_now(now, snapshot, count, product);
        }
        builder.sum_products(now, plan.cross);
    }
    links::add(&mut builder, products, all);
    (builder.problem, builder.meanings)
}

impl Builder<'_> {
    fn sheet_now(&mut self, now: usize, snapshot: &Snapshot, count: Count, product: Option<usize>) {
        let cube = match count {
            Count::Cumulative => &snapshot.cumulative,
            Count::Year => &snapshot.in_year,
        };
        let mut places = Places::new();
        // Of few patients the pattern of masks alone would tell too much: no cell claims anything, zeros neither.
        let few = self.policy.small(cube.count(product, Key::Total));
        let state = if few { State::Out(Shown::Withheld) } else { State::Publish };
        for key in Key::all(&self.plan.ages, self.plan.cross) {
            let meaning = Meaning { snapshot: now, what: What::Count(count), product, key };
            places.insert(key, self.cell(meaning, cube.count(product, key), state.clone()));
        }
        self.sum_keys(&places, self.plan.cross);
        self.sheets.insert((now, count, product), places);
    }

    fn published(
        &mut self,
        snapshot: usize,
        past: &Published,
        count: Count,
        product: Option<usize>,
        sheet: &PublishedSheet,
        values: &Earlier,
    ) {
        let mut places = Places::new();
        for (key, seen) in &sheet.cells {
            let value = values.get(&(count, product, *key)).copied().unwrap_or(0);
            let shown = self.shown_then(*seen, value, past, sheet.threshold);
            let meaning = Meaning { snapshot, what: What::Count(count), product, key: *key };
            let place = self.cell(meaning, value, State::Out(shown));
            places.insert(*key, place);
        }
        self.sum_keys(&places, past.cross);
        self.sheets.insert((snapshot, count, product), places);
    }

    /// What stood in a cell, in the terms of this year's policy; where the policy was another, as what readers knew then.
    fn shown_then(&self, seen: Seen, value: u64, past: &Published, threshold: u64) -> Shown {
        let zero_masked = self.policy.zero == todokede_suppression::Zero::Masked;
        let same = threshold == self.policy.threshold && past.zero_masked == zero_masked;
        let small = |value: u64| value < threshold && (value > 0 || past.zero_masked);
        let primary =
            if same { Shown::Primary } else { Shown::Between(u64::from(!past.zero_masked), threshold.saturating_sub(1)) };
        match seen {
            Seen::Count(count) => Shown::Exact(count),
            Seen::Mask(Mask::Withheld) => Shown::Withheld,
            Seen::Mask(Mask::Small) => primary,
            // Masks looked alike; a reader is taken to know which of them were for small counts.
            Seen::Mask(Mask::Masked) if past.marks == Marks::One => match small(value) {
                true => primary,
                false if self.policy.marks == Marks::One => Shown::Masked,
                false => Shown::Withheld,
            },
            Seen::Mask(Mask::Masked) if same && self.policy.marks == Marks::Distinct => Shown::Masked,
            Seen::Mask(Mask::Masked) if value >= threshold => Shown::Between(threshold, Cell::LARGEST),
            Seen::Mask(Mask::Masked) => Shown::Exact(value),
        }
    }

    pub(super) fn cell(&mut self, meaning: Meaning, value: u64, state: State) -> usize {
        let id = self.id(meaning);
        self.meanings.push(meaning);
        // Of tables with as many masks the one that shows its totals is of more use.
        let weight = match (&state, meaning.key) {
            (State::Publish, Key::Total) => Cell::HEAVIEST,
            (State::Publish, _) => Cell::weight_of(value),
            _ => 1,
        };
        self.problem.cells.push(Cell { id, value, state, weight });
        self.problem.cells.len() - 1
    }

    pub(super) fn sum(&mut self, total: usize, parts: Vec<usize>) {
        self.problem.relations.push(Relation::new(total, parts));
    }

    pub(super) fn value(&self, place: usize) -> u64 {
        self.problem.cells.get(place).map_or(0, |cell| cell.value)
    }

    fn sum_keys(&mut self, places: &Places, cross: bool) {
        for (key, total) in places {
            for parts in key.broken_down(&self.plan.ages, cross) {
                let parts: Option<Vec<usize>> = parts.iter().map(|part| places.get(part).copied()).collect();
                if let Some(parts) = parts {
                    self.sum(*total, parts);
                }
            }
        }
    }

    fn sum_products(&mut self, snapshot: usize, cross: bool) {
        for count in [Count::Cumulative, Count::Year] {
            let Some(totals) = self.sheets.get(&(snapshot, count, None)).cloned() else { continue };
            let products =
                self.sheets.iter().filter(|((at, of, product), _)| (*at, *of) == (snapshot, count) && product.is_some());
            let products: Vec<Places> = products.map(|(_, places)| places.clone()).collect();
            for key in Key::all(&self.plan.ages, cross) {
                let parts: Option<Vec<usize>> = products.iter().map(|places| places.get(&key).copied()).collect();
                if let (Some(total), Some(parts)) = (totals.get(&key), parts) {
                    self.sum(*total, parts);
                }
            }
        }
    }

    fn id(&self, meaning: Meaning) -> String {
        let year = self.plan.past.get(meaning.snapshot).map_or(self.plan.year.number, |past| past.year.number);
        let what = match meaning.what {
            What::Count(Count::Cumulative) => "cumulative",
            What::Count(Count::Year) => "year",
            What::Before => "before",
            What::Change(Count::Cumulative) => "change-of-cumulative",
            What::Change(Count::Year) => "change-of-year",
        };
        let product = meaning.product.and_then(|product| self.plan.products.get(product)).map_or(ALL, |product| &product.code);
        // The place tells two publications of one year apart.
        format!("{year}.{}/{what}/{product}/{}", meaning.snapshot, meaning.key.name(&self.plan.ages))
    }
}
