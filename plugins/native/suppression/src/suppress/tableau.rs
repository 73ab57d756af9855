//! How far one cell can move while every sum holds: a simplex over the differences from the true table.
//!
//! With `z` = completion − true table, the sums say `A z = 0`, a cell that is shown says `z = 0`, and a masked one leaves it
//! some room. `z = 0` always solves this, so that the search starts there from whatever basis the last question left, and
//! the final row says which cells hold the answer down: those are the ones of which one must be masked.
#![expect(clippy::indexing_slicing, reason = "every index is a column or row that this tableau made")]

const TINY: f64 = 1e-9;

/// The sums of one component, solved for a basis that changes from question to question.
#[derive(Debug, Clone)]
pub(super) struct Tableau {
    columns: usize,
    /// Each row reads: its basic cell + Σ coefficient · cell = 0; the basic cell's coefficient is 1.
    rows: Vec<Vec<f64>>,
    basis: Vec<usize>,
    row_of: Vec<Option<usize>>,
    /// The rows as given, to start again from when rounding may have gathered.
    given: Vec<Vec<f64>>,
    pivots: u32,
    /// How many numbers were touched so far: time, but the same on every machine.
    pub(super) work: u64,
}

/// How far each cell may move down and up: `low ≤ 0 ≤ high`.
pub(super) type Range = (f64, f64);

/// Where a cell can be moved at most.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    /// How far it moves.
    pub(super) value: f64,
    /// How all cells move with it.
    pub(super) moves: Vec<f64>,
    /// The cells that bound it: raising (`true`) or lowering (`false`) one that cannot be moved now would lift the bound.
    pub(super) bounded_by: Vec<(usize, bool)>,
}

impl Tableau {
    /// The sums over `columns` cells, each a list of cells with their coefficients.
    pub(super) fn new(columns: usize, sums: &[Vec<(usize, f64)>]) -> Self {
        let given = sums
            .iter()
            .map(|sum| {
                let mut row = vec![0.0; columns];
                for &(column, coefficient) in sum {
                    row[column] += coefficient;
                }
                row
            })
            .collect();
        let mut tableau = Self { columns, rows: Vec::new(), basis: Vec::new(), row_of: Vec::new(), given, pivots: 0, work: 0 };
        tableau.start_again();
        tableau
    }

    /// Moves `cell` up (`sign` 1) or down (−1) as far as it goes. `None` when rounding kept it from ending.
    ///
    /// `from` is where to start: any movement that keeps to the sums and the ranges, or nothing.
    pub(super) fn reach(&mut self, cell: usize, sign: f64, ranges: &[Range], from: Option<&[f64]>) -> Option<Reach> {
        if self.pivots > 2_000 {
            self.start_again();
        }
        let mut at = from.map_or_else(|| vec![0.0; self.columns], <[f64]>::to_vec);
        let patience = 20 * (self.columns + self.rows.len()) + 200;
        let mut stalled = 0usize;
        for _ in 0..patience {
            let careful = stalled > 2 * self.columns + 20;
            let Some((entering, up)) = self.entering(cell, sign, ranges, &at, careful) else {
                return Some(Reach { value: sign * at[cell], bounded_by: self.bounded_by(cell, sign), moves: at });
            };
            let step = self.step(entering, up, ranges, &mut at, careful);
            stalled = if step > TINY { 0 } else { stalled + 1 };
        }
        self.start_again();
        None
    }

    /// How much the wanted movement grows with a cell outside the basis.
    fn slopes(&self, cell: usize, sign: f64) -> impl Iterator<Item = (usize, f64)> + '_ {
        let row = self.row_of[cell].map(|row| &self.rows[row]);
        (0..self.columns).filter(|&column| self.row_of[column].is_none()).filter_map(move |column| {
            let slope = match row {
                Some(row) => -sign * row[column],
                None if column == cell => sign,
                None => 0.0,
            };
            (slope.abs() > TINY).then_some((column, slope))
        })
    }

    fn bounded_by(&self, cell: usize, sign: f64) -> Vec<(usize, bool)> {
        self.slopes(cell, sign).filter(|&(column, _)| column != cell).map(|(column, slope)| (column, slope > 0.0)).collect()
    }

    fn entering(&self, cell: usize, sign: f64, ranges: &[Range], at: &[f64], careful: bool) -> Option<(usize, bool)> {
        let mut best: Option<(usize, bool, f64)> = None;
        for (column, slope) in self.slopes(cell, sign) {
            let (low, high) = ranges[column];
            let up = slope > 0.0;
            let room = if up { high - at[column] } else { at[column] - low };
            if room <= TINY {
                continue;
            }
            if careful {
                return Some((column, up));
            }
            if best.is_none_or(|(.., steepest)| slope.abs() > steepest + TINY) {
                best = Some((column, up, slope.abs()));
            }
        }
        best.map(|(column, up, _)| (column, up))
    }

    /// Moves the entering cell until something stops it, and takes it into the basis when that was another cell.
    fn step(&mut self, entering: usize, up: bool, ranges: &[Range], at: &mut [f64], careful: bool) -> f64 {
        let direction = if up { 1.0 } else { -1.0 };
        let (low, high) = ranges[entering];
        let mut step = if up { high - at[entering] } else { at[entering] - low };
        let mut leaving: Option<(usize, f64)> = None;
        for (row, entries) in self.rows.iter().enumerate() {
            let coefficient = entries[entering];
            if coefficient.abs() <= TINY {
                continue;
            }
            let basic = self.basis[row];
            let rate = -coefficient * direction;
            let (low, high) = ranges[basic];
            let room = if rate > 0.0 { (high - at[basic]) / rate } else { (low - at[basic]) / rate };
            let room = room.max(0.0);
            let better = match leaving {
                _ if room < step - TINY => true,
                Some((other, size)) if room < step + TINY => {
                    if careful {
                        basic < self.basis[other]
                    } else {
                        coefficient.abs() > size + TINY
                    }
                }
                _ => false,
            };
            if better {
                step = step.min(room);
                leaving = Some((row, coefficient.abs()));
            }
        }
        for (row, entries) in self.rows.iter().enumerate() {
            let coefficient = entries[entering];
            if coefficient != 0.0 {
                at[self.basis[row]] -= coefficient * direction * step;
            }
        }
        at[entering] += direction * step;
        self.work += 2 * self.rows.len() as u64 + self.columns as u64;
        if let Some((row, _)) = leaving {
            self.pivot(row, entering);
        }
        step
    }

    fn pivot(&mut self, row: usize, entering: usize) {
        self.pivots += 1;
        let mut pivot_row = std::mem::take(&mut self.rows[row]);
        let by = pivot_row[entering];
        for entry in &mut pivot_row {
            *entry = clean(*entry / by);
        }
        let filled: Vec<(usize, f64)> =
            pivot_row.iter().enumerate().filter(|(_, entry)| **entry != 0.0).map(|(column, entry)| (column, *entry)).collect();
        for other in &mut self.rows {
            let factor = other.get(entering).copied().unwrap_or(0.0);
            if factor != 0.0 {
                self.work += filled.len() as u64;
                for &(column, entry) in &filled {
                    other[column] = clean(other[column] - factor * entry);
                }
            }
        }
        self.rows[row] = pivot_row;
        let leaving = std::mem::replace(&mut self.basis[row], entering);
        self.row_of[leaving] = None;
        self.row_of[entering] = Some(row);
    }

    /// Solves the sums from the beginning.
    fn start_again(&mut self) {
        self.pivots = 0;
        self.rows = Vec::new();
        self.basis = Vec::new();
        self.row_of = vec![None; self.columns];
        for index in 0..self.given.len() {
            let mut row = self.given[index].clone();
            for (have, &basic) in self.rows.iter().zip(&self.basis) {
                let factor = row[basic];
                if factor != 0.0 {
                    for (entry, have) in row.iter_mut().zip(have) {
                        *entry = clean(*entry - factor * have);
                    }
                }
            }
            // A coefficient of 1 keeps the rows whole numbers for most tables.
            let Some(basic) = (0..self.columns)
                .filter(|&column| row[column].abs() > TINY)
                .min_by(|&a, &b| (row[a].abs() - 1.0).abs().total_cmp(&(row[b].abs() - 1.0).abs()).then(a.cmp(&b)))
            else {
                continue;
            };
            let by = row[basic];
            for entry in &mut row {
                *entry = clean(*entry / by);
            }
            for have in &mut self.rows {
                let factor = have[basic];
                if factor != 0.0 {
                    for (entry, new) in have.iter_mut().zip(&row) {
                        *entry = clean(*entry - factor * new);
                    }
                }
            }
            self.row_of[basic] = Some(self.rows.len());
            self.basis.push(basic);
            self.rows.push(row);
        }
    }
}

/// Takes rounding away: coefficients of tables are small whole numbers or simple fractions.
fn clean(entry: f64) -> f64 {
    let whole = entry.round();
    if (entry - whole).abs() < TINY { whole } else { entry }
}
