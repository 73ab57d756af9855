//! The rows that wait to be handed on: their texts in one piece, so that a row costs one allocation and a cell none.

use std::borrow::Cow;

use todokede_abi::message::Cell;
use todokede_abi::{Batch, Row};

use crate::limits::{TABLE_BATCH_BYTES, TABLE_BATCH_CELLS, TABLE_BATCH_ROWS};

/// Rows of one width. No `Debug`: it holds the values of cells.
#[derive(Default)]
pub(super) struct Pending {
    width: usize,
    text: String,
    /// Where in `text` each cell ends.
    ends: Vec<usize>,
    rows: Vec<u64>,
    /// Cells and bytes of whole rows; what is beyond belongs to the row at work.
    whole: (usize, usize),
    filled: bool,
}

impl Pending {
    /// Makes room for rows of so many columns.
    pub(super) fn new(width: usize) -> Pending {
        Pending { width: width.max(1), ..Pending::default() }
    }

    /// Adds a cell to the row at work; columns come in order, those left out are blank.
    pub(super) fn cell(&mut self, column: usize, text: &str) {
        let at = self.whole.0.saturating_add(column.min(self.width));
        self.ends.resize(at.max(self.ends.len()), self.text.len());
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.filled = true;
    }

    /// Ends the row at work; returns whether there was anything in it.
    pub(super) fn end_row(&mut self, number: u64) -> bool {
        if !std::mem::take(&mut self.filled) {
            return false;
        }
        self.ends.resize(self.whole.0.saturating_add(self.width), self.text.len());
        self.rows.push(number);
        self.whole = (self.ends.len(), self.text.len());
        true
    }

    /// Returns whether it is time to hand the rows on.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= TABLE_BATCH_ROWS || self.ends.len() >= TABLE_BATCH_CELLS || self.text.len() >= TABLE_BATCH_BYTES
    }

    /// Returns whether no whole row waits.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the whole rows.
    pub(super) fn batch(&self) -> Batch<'_> {
        let mut from = 0;
        let mut cell = |end: &usize| Cell(Cow::Borrowed(self.text.get(std::mem::replace(&mut from, *end)..*end).unwrap_or("")));
        let rows = self.rows.iter().zip(self.ends.chunks(self.width));
        Batch { rows: rows.map(|(number, ends)| Row(*number, ends.iter().map(&mut cell).collect())).collect() }
    }

    /// Forgets the rows and keeps the room.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.rows.clear();
        self.whole = (0, 0);
        self.filled = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pending: &Pending) -> Vec<(u64, Vec<String>)> {
        pending.batch().rows.iter().map(|row| (row.0, row.1.iter().map(|cell| cell.0.to_string()).collect())).collect()
    }

    #[test]
    fn short_rows_are_filled_and_blank_ones_left_out() {
        let mut pending = Pending::new(3);
        pending.cell(1, "女");
        assert!(pending.end_row(2));
        assert!(!pending.end_row(3));
        pending.cell(0, "a");
        pending.cell(2, "c");
        assert!(pending.end_row(4));
        let row = |texts: [&str; 3]| texts.map(str::to_owned).to_vec();
        assert_eq!(texts(&pending), [(2, row(["", "女", ""])), (4, row(["a", "", "c"]))]);
        pending.clear();
        assert!(pending.is_empty() && texts(&pending).is_empty());
    }

    #[test]
    fn it_is_full_by_rows_by_cells_and_by_bytes() {
        let mut rows = Pending::new(1);
        for row in 0..TABLE_BATCH_ROWS {
            assert!(!rows.is_full());
            rows.cell(0, "1");
            rows.end_row(row as u64);
        }
        assert!(rows.is_full());
        let mut cells = Pending::new(TABLE_BATCH_CELLS);
        cells.cell(0, "1");
        cells.end_row(1);
        assert!(cells.is_full());
        let mut bytes = Pending::new(1);
        bytes.cell(0, &"x".repeat(TABLE_BATCH_BYTES));
        bytes.end_row(1);
        assert!(bytes.is_full());
    }
}
