//! What a reader can work out from what is published: sums, marks and the rules of masking, and no true value.
//!
//! Shares no code with the suppressor. Bounds are propagated along the sums and along what follows from them; what that
//! leaves open is settled by a search for whole tables. Small tables are settled exactly. In large ones a question may
//! reach its limit: the interval then is one that surely holds, and says that it may not be the narrowest.
#![expect(clippy::indexing_slicing, reason = "places are made here, from relations that were checked against the cells")]

mod line;
mod reduce;
mod search;

use std::collections::BTreeMap;

use crate::{Interval, Marks, Policy, Published, Shown};
use line::{Domain, Line};
use search::{Answer, Search};

/// What an attack found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attack {
    /// What can be worked out of each cell that was asked for, in that order.
    pub intervals: Vec<Interval>,
    /// Whole tables that agree with what is published.
    pub completions: Vec<Vec<u64>>,
    /// Whether nothing agrees with what is published: it cannot be true.
    pub contradiction: bool,
}

/// What can be worked out of every cell whose count is not shown, in order.
#[must_use]
pub fn attack(published: &Published) -> Vec<Interval> {
    let unknown = |shown: &Shown| !matches!(shown, Shown::Exact(_));
    let asked: Vec<usize> =
        published.cells.iter().enumerate().filter(|(_, cell)| unknown(&cell.shown)).map(|(place, _)| place).collect();
    attack_cells(published, &asked).intervals
}

/// What can be worked out of the cells asked for, with the tables found on the way.
#[must_use]
pub fn attack_cells(published: &Published, asked: &[usize]) -> Attack {
    let cells = published.cells.len();
    if published.relations.iter().any(|relation| relation.line().any(|cell| cell >= cells)) {
        return Attack { contradiction: true, ..Attack::default() };
    }
    // Two orders of the same table are attacked alike.
    let mut order: Vec<usize> = (0..cells).collect();
    order.sort_by(|&a, &b| published.cells[a].id.cmp(&published.cells[b].id));
    let mut place = vec![0; cells];
    order.iter().enumerate().for_each(|(at, &cell)| place[cell] = at);
    let domains: Vec<Domain> = order.iter().map(|&cell| domain(published.cells[cell].shown, &published.policy)).collect();
    let lines = lines(published, &place, &domains);
    let asked_places: Vec<usize> = asked.iter().filter(|&&cell| cell < cells).map(|&cell| place[cell]).collect();

    let mut findings: BTreeMap<usize, Finding> = BTreeMap::new();
    let mut base: Vec<Option<i64>> = domains.iter().map(Domain::only).collect();
    let mut partial: Vec<Vec<(usize, i64)>> = Vec::new();
    let mut contradiction = lines.iter().any(|line| line.terms.is_empty() && line.sum != 0);
    for part in parts(&lines, &domains) {
        let lines: Vec<&Line> =
            lines.iter().filter(|line| line.terms.first().is_some_and(|term| part.contains(&term.0))).collect();
        let mut search = Search::new(&part, &lines, &domains, published.policy.limits.attack);
        contradiction |= search.impossible();
        for &cell in part.iter().filter(|&cell| asked_places.contains(cell)) {
            findings.insert(cell, settle(&mut search, cell));
        }
        if search.tables.is_empty() {
            // Nothing was asked here, or nothing found; the other parts still need something to stand here.
            search.any_table();
        }
        contradiction |= search.impossible();
        for (at, table) in search.tables.iter().enumerate() {
            let values: Vec<(usize, i64)> = part.iter().copied().zip(table.iter().copied()).collect();
            if at == 0 {
                values.iter().for_each(|&(cell, value)| base[cell] = Some(value));
            } else {
                partial.push(values);
            }
        }
    }
    let intervals = asked
        .iter()
        .filter(|&&cell| cell < cells)
        .map(|&cell| interval(cell, findings.get(&place[cell]), &domains[place[cell]]))
        .collect();
    Attack { intervals, completions: completions(&base, &partial, &place), contradiction }
}

/// What is known of one cell.
#[derive(Debug, Clone, Copy)]
struct Finding {
    low: i64,
    high: i64,
    exact: bool,
}

/// Moves both ends of a cell's interval until a table reaches them, or a limit is reached.
fn settle(search: &mut Search, cell: usize) -> Finding {
    let at = search.place_of(cell);
    let Domain { low: mut least, high: mut most, .. } = search.bounds(at);
    let mut open = search.any_table() == Answer::Open;
    while let Some((reached, _)) = search.reached(at)
        && reached > least
        && !open
    {
        let aim = if reached - least > 8 && search.refused(at, least) { least + (reached - least) / 2 } else { least };
        match search.table_with(at, None, Some(aim)) {
            Answer::Found => {}
            Answer::Impossible => least = search.next_above(at, aim),
            Answer::Open => open = true,
        }
    }
    let low_open = std::mem::replace(&mut open, search.tables.is_empty());
    while let Some((_, reached)) = search.reached(at)
        && reached < most
        && most < Domain::ENDLESS
        && !open
    {
        let aim = if most - reached > 8 && search.refused(at, most) { most - (most - reached) / 2 } else { most };
        match search.table_with(at, Some(aim), None) {
            Answer::Found => {}
            Answer::Impossible => most = search.next_below(at, aim),
            Answer::Open => open = true,
        }
    }
    Finding { low: least, high: most, exact: !low_open && !open && most < Domain::ENDLESS && !search.tables.is_empty() }
}

fn interval(cell: usize, finding: Option<&Finding>, domain: &Domain) -> Interval {
    let (low, high, exact) = match finding {
        Some(finding) => (finding.low, finding.high, finding.exact),
        // In no sum: all that is known is what its mark says.
        None => (domain.low, domain.high, domain.high < Domain::ENDLESS),
    };
    let high = (high < Domain::ENDLESS).then(|| u64::try_from(high).unwrap_or(0));
    Interval { cell, low: u64::try_from(low).unwrap_or(0), high, exact }
}

/// Tables of all cells, in the order of the publication: none when some part has no table.
fn completions(base: &[Option<i64>], partial: &[Vec<(usize, i64)>], place: &[usize]) -> Vec<Vec<u64>> {
    let Some(base) = base.iter().map(|value| value.and_then(|value| u64::try_from(value).ok())).collect::<Option<Vec<u64>>>()
    else {
        return Vec::new();
    };
    let published = |table: &[u64]| place.iter().map(|&at| table[at]).collect::<Vec<u64>>();
    let mut completions = vec![published(&base)];
    for values in partial {
        let mut table = base.clone();
        values.iter().for_each(|&(cell, value)| table[cell] = u64::try_from(value).unwrap_or(0));
        completions.push(published(&table));
    }
    completions
}

/// What the mark of a cell says.
fn domain(shown: Shown, policy: &Policy) -> Domain {
    let count = |value: u64| i64::try_from(value).map_or(Domain::ENDLESS, |value| value.min(Domain::ENDLESS));
    let (from, to) = (policy.smallest(), policy.threshold);
    match shown {
        Shown::Exact(value) => Domain::new(count(value), count(value)),
        Shown::Primary => Domain::new(count(from), count(to) - 1),
        Shown::Masked if policy.marks == Marks::Distinct && from < to => {
            Domain::new(0, Domain::ENDLESS).without(count(from), count(to))
        }
        Shown::Masked | Shown::Withheld | Shown::Hidden => Domain::new(0, Domain::ENDLESS),
        Shown::Between(low, high) => Domain::new(count(low), count(high)),
    }
}

/// The sums over the cells that are not shown.
fn lines(published: &Published, place: &[usize], domains: &[Domain]) -> Vec<Line> {
    let mut lines: Vec<Line> = published
        .relations
        .iter()
        .map(|relation| {
            let mut line = Line { terms: Vec::new(), sum: 0 };
            for (index, cell) in relation.line().enumerate() {
                let sign = if index == 0 { 1 } else { -1 };
                match domains[place[cell]].only() {
                    Some(value) => line.sum -= sign * value,
                    None => line.terms.push((place[cell], sign)),
                }
            }
            line.terms.sort_unstable();
            line
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

/// The cells that hang together by sums, each part in order.
fn parts(lines: &[Line], domains: &[Domain]) -> Vec<Vec<usize>> {
    let mut label: Vec<usize> = (0..domains.len()).collect();
    loop {
        let mut changed = false;
        for line in lines {
            let least = line.terms.iter().map(|&(cell, _)| label[cell]).min().unwrap_or(0);
            for &(cell, _) in &line.terms {
                changed |= std::mem::replace(&mut label[cell], least) != least;
            }
        }
        if !changed {
            break;
        }
    }
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (cell, &label) in label.iter().enumerate() {
        if domains[cell].only().is_none() {
            parts.entry(label).or_default().push(cell);
        }
    }
    parts.into_values().collect()
}
