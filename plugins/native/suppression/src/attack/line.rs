//! One sum, and what it says of the bounds of its cells.
#![expect(clippy::indexing_slicing, reason = "terms name cells of the domains they are used with")]

/// The values a cell may have: `low..=high` without the hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Domain {
    pub(super) low: i64,
    pub(super) high: i64,
    hole: (i64, i64),
}

impl Domain {
    /// Stands for no upper bound.
    pub(super) const ENDLESS: i64 = 1 << 60;

    pub(super) fn new(low: i64, high: i64) -> Self {
        Self { low, high, hole: (0, 0) }
    }

    /// Without the values from `from` up to and without `to`.
    pub(super) fn without(mut self, from: i64, to: i64) -> Self {
        self.hole = (from, to);
        self.above(self.low);
        self
    }

    pub(super) fn only(&self) -> Option<i64> {
        (self.low == self.high).then_some(self.low)
    }

    pub(super) fn empty(&self) -> bool {
        self.low > self.high
    }

    pub(super) fn in_hole(&self, value: i64) -> bool {
        value >= self.hole.0 && value < self.hole.1
    }

    /// Raises the lower bound; true when it rose.
    pub(super) fn above(&mut self, low: i64) -> bool {
        let low = if self.in_hole(low) { self.hole.1 } else { low };
        let rises = low > self.low || self.in_hole(self.low);
        self.low = self.low.max(low);
        rises
    }

    /// Lowers the upper bound; true when it fell.
    pub(super) fn below(&mut self, high: i64) -> bool {
        let high = if self.in_hole(high) { self.hole.0 - 1 } else { high };
        let falls = high < self.high;
        self.high = self.high.min(high);
        falls
    }
}

/// Σ coefficient · cell = sum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) terms: Vec<(usize, i64)>,
    pub(super) sum: i64,
}

/// A line left its cells no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Conflict;

impl Line {
    /// Narrows the cells of the line to what the others leave them; appends the cells that changed.
    pub(super) fn narrow(&self, domains: &mut [Domain], changed: &mut Vec<usize>) -> Result<(), Conflict> {
        let (mut least, mut endless_below) = (0i128, 0u32);
        let (mut most, mut endless_above) = (0i128, 0u32);
        for &(cell, coefficient) in &self.terms {
            let (low, high) = ends(domains[cell], coefficient);
            low.map_or_else(|| endless_below += 1, |low| least += low);
            high.map_or_else(|| endless_above += 1, |high| most += high);
        }
        let sum = i128::from(self.sum);
        if endless_below == 0 && least > sum || endless_above == 0 && most < sum {
            return Err(Conflict);
        }
        for &(cell, coefficient) in &self.terms {
            let (low, high) = ends(domains[cell], coefficient);
            // What the others add up to at least and at most leaves this one the rest.
            let others_least = rest(least, endless_below, low);
            let others_most = rest(most, endless_above, high);
            let domain = &mut domains[cell];
            let by = i128::from(coefficient);
            let mut narrowed = false;
            if let Some(others) = others_least {
                let limit = sum - others;
                narrowed |= if by > 0 {
                    domain.below(short(limit.div_euclid(by)))
                } else {
                    domain.above(short(-limit.div_euclid(-by)))
                };
            }
            if let Some(others) = others_most {
                let limit = sum - others;
                narrowed |= if by > 0 { domain.above(short(ceil(limit, by))) } else { domain.below(short(-ceil(limit, -by))) };
            }
            if domain.empty() {
                return Err(Conflict);
            }
            if narrowed {
                changed.push(cell);
            }
        }
        Ok(())
    }
}

/// The least and the largest of coefficient · cell.
fn ends(domain: Domain, coefficient: i64) -> (Option<i128>, Option<i128>) {
    let by = i128::from(coefficient);
    let low = Some(i128::from(domain.low) * by);
    let high = (domain.high < Domain::ENDLESS).then(|| i128::from(domain.high) * by);
    if coefficient > 0 { (low, high) } else { (high, low) }
}

/// A sum of ends without one of them; nothing when another one has no end.
fn rest(sum: i128, endless: u32, own: Option<i128>) -> Option<i128> {
    match own {
        Some(own) => (endless == 0).then(|| sum - own),
        None => (endless == 1).then_some(sum),
    }
}

fn ceil(limit: i128, by: i128) -> i128 {
    -(-limit).div_euclid(by)
}

fn short(value: i128) -> i64 {
    let endless = i128::from(Domain::ENDLESS);
    i64::try_from(value.clamp(-endless, endless)).unwrap_or(Domain::ENDLESS)
}
