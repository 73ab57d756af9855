//! Which counts are shown and which are masked: every table and every sum that a reader knows goes to the suppressor, with
//! the tables of earlier years.

mod completion;
mod links;
mod outcome;
mod problem;
mod restore;

use std::collections::{BTreeMap, BTreeSet};

use todokede_abi::{At, Text};
use todokede_suppression::{Interval, Problem, Shown, Solution, State, SuppressError, attack, suppress, verify};

use crate::counts::Key;
use crate::findings::Findings;
use crate::past::{ALL, Count, Mask, Remembered, Seen, Sheet};
use crate::patients::Snapshot;
use crate::plan::{Masking, Plan};

pub(crate) use outcome::Why;
pub(crate) use problem::{Meaning, What};

/// What is published of each product, and how it was decided.
#[derive(Debug)]
pub(crate) struct Masked {
    /// The tables, by count and product (none for all together).
    pub(crate) sheets: BTreeMap<(Count, Option<usize>), MaskedSheet>,
    /// What was decided together.
    pub(crate) groups: Vec<Group>,
}

/// A table as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MaskedSheet {
    /// The threshold of its masks.
    pub(crate) threshold: u64,
    /// What stands in each cell.
    pub(crate) cells: BTreeMap<Key, Shown>,
}

/// Products whose tables are tied to each other by sums.
#[derive(Debug)]
pub(crate) struct Group {
    /// The threshold.
    pub(crate) threshold: u64,
    /// What went to the suppressor.
    pub(crate) problem: Problem,
    /// What each cell of it is.
    pub(crate) meanings: Vec<Meaning>,
    /// What came back.
    pub(crate) solution: Solution,
    /// What a reader can work out of each cell.
    pub(crate) intervals: Vec<Interval>,
    /// What the proof fails in, if it fails.
    pub(crate) fault: Option<String>,
}

/// Decides. None when nothing may be published; the findings say why.
pub(crate) fn decide(plan: &Plan, snapshots: &[Snapshot], findings: &mut Findings) -> Option<Masked> {
    let earlier = restore::values(plan, snapshots, findings)?;
    let mut masked = Masked { sheets: BTreeMap::new(), groups: Vec::new() };
    let mut failed = false;
    for (products, all, threshold) in groups(plan, findings) {
        let (problem, meanings) = problem::build(plan, snapshots, &earlier, &products, all, threshold);
        match solve(&plan.masking, threshold, problem, meanings, plan.past.len()) {
            Ok((group, given_away)) => {
                outcome::given_away(&given_away, findings);
                failed |= group.fault.is_some();
                group.report(plan, findings);
                for (count, product) in sheets_now(plan, &products, all) {
                    masked.sheets.insert((count, product), group.sheet(plan.past.len(), count, product));
                }
                masked.groups.push(group);
            }
            Err((error, meanings)) => {
                failed = true;
                outcome::refused(&error, &meanings, plan, findings);
            }
        }
    }
    (!failed).then_some(masked)
}

/// Products with their threshold, those together that a sum ties together; and whether the sum of all is published.
fn groups(plan: &Plan, findings: &mut Findings) -> Vec<(Vec<usize>, bool, u64)> {
    let everything: Vec<usize> = (0..plan.products.len()).collect();
    let thresholds: BTreeSet<u64> = plan.products.iter().map(|product| product.threshold).collect();
    let largest = thresholds.last().copied().unwrap_or(plan.masking.threshold);
    if thresholds.len() <= 1 {
        return vec![(everything, plan.products.len() > 1, largest)];
    }
    let tied = plan.past.iter().any(|past| past.sheets.keys().any(|(_, product)| product.is_none()));
    let at = At::Record("/registry/products".to_owned());
    if tied {
        // The sums of all products that were published tie them together for ever.
        findings.add_with("RS-0217", at, [("threshold", largest.to_string().into())]);
        return vec![(everything, true, largest)];
    }
    findings.add("RS-0218", at);
    let alone = plan.products.iter().enumerate();
    alone.map(|(place, product)| (vec![place], false, product.threshold)).collect()
}

/// The tables that are published this year.
fn sheets_now(plan: &Plan, products: &[usize], all: bool) -> Vec<(Count, Option<usize>)> {
    let counts = [(Count::Year, plan.scope.year), (Count::Cumulative, plan.scope.cumulative)];
    let products: Vec<Option<usize>> = products.iter().copied().map(Some).chain(all.then_some(None)).collect();
    let counts = counts.into_iter().filter(|(_, published)| *published).map(|(count, _)| count);
    counts.flat_map(|count| products.iter().map(move |product| (count, *product))).collect()
}

/// Solves the problem of a group. What earlier publications gave away by themselves cannot be protected any more: it is taken for
/// known, and its ids are returned.
fn solve(
    masking: &Masking,
    threshold: u64,
    mut problem: Problem,
    meanings: Vec<Meaning>,
    now: usize,
) -> Result<(Group, Vec<String>), (SuppressError, Vec<Meaning>)> {
    let mut given_away = Vec::new();
    loop {
        match suppress(&problem, &masking.policy(threshold)) {
            Err(SuppressError::Impossible { exposed, because }) => {
                let ids: BTreeSet<&str> = exposed.iter().map(|cell| cell.id.as_str()).collect();
                let cells = problem.cells.iter_mut().zip(&meanings);
                let mut known = 0;
                for (cell, _) in cells.filter(|(cell, meaning)| meaning.snapshot < now && ids.contains(cell.id.as_str())) {
                    cell.state = State::Out(Shown::Exact(cell.value));
                    given_away.push(cell.id.clone());
                    known += 1;
                }
                if known == 0 {
                    return Err((SuppressError::Impossible { exposed, because }, meanings));
                }
            }
            Err(error) => return Err((error, meanings)),
            Ok(solution) => {
                let intervals = attack(&solution.published);
                let fault = verify(&solution.published, &solution.proof).err().map(|fault| fault.to_string());
                return Ok((Group { threshold, problem, meanings, solution, intervals, fault }, given_away));
            }
        }
    }
}

impl Masked {
    /// What the ledger is to remember: what readers see, nothing more.
    pub(crate) fn remembered(&self, plan: &Plan) -> Remembered {
        let distinct = plan.masking.marks == todokede_suppression::Marks::Distinct;
        let seen = |shown: Shown| match shown {
            Shown::Exact(count) => Seen::Count(count),
            Shown::Primary if distinct => Seen::Mask(Mask::Small),
            Shown::Primary | Shown::Masked => Seen::Mask(Mask::Masked),
            _ => Seen::Mask(Mask::Withheld),
        };
        let sheets = self.sheets.iter().map(|((count, product), sheet)| Sheet {
            count: *count,
            product: product.and_then(|product| plan.products.get(product)).map_or(ALL, |product| &product.code).to_owned(),
            threshold: sheet.threshold,
            cells: sheet.cells.iter().map(|(key, shown)| (key.name(&plan.ages), seen(*shown))).collect(),
        });
        Remembered::of(plan, sheets.collect())
    }
}

impl Group {
    /// A table of this year as it is published.
    fn sheet(&self, now: usize, count: Count, product: Option<usize>) -> MaskedSheet {
        let cells = self.meanings.iter().zip(&self.solution.published.cells);
        let of_sheet =
            |meaning: &Meaning| meaning.snapshot == now && meaning.product == product && meaning.what == What::Count(count);
        let cells = cells.filter(|(meaning, _)| of_sheet(meaning)).map(|(meaning, cell)| (meaning.key, cell.shown));
        MaskedSheet { threshold: self.threshold, cells: cells.collect() }
    }

    /// Says what is to be known of it.
    pub(crate) fn report(&self, plan: &Plan, findings: &mut Findings) {
        if let Some(fault) = &self.fault {
            findings.add_with("RS-0221", At::Filing, [("fault", Text::from(fault.as_str()))]);
        }
        if !self.solution.optimal {
            findings.add("RS-0222", At::Filing);
        }
        let cells = self.meanings.iter().zip(&self.solution.published.cells);
        let total = |meaning: &Meaning| meaning.snapshot == plan.past.len() && meaning.key == Key::Total;
        let withheld = cells.filter(|(meaning, cell)| total(meaning) && cell.shown == Shown::Withheld);
        let withheld: BTreeSet<Option<usize>> = withheld.map(|(meaning, _)| meaning.product).collect();
        for product in withheld.into_iter().flatten() {
            let at = At::Record(format!("/registry/products/{product}/code"));
            let code = plan.products.get(product).map_or("", |product| &product.code);
            findings.add_with("RS-0223", at, [("product", Text::from(code)), ("threshold", self.threshold.to_string().into())]);
        }
    }
}
