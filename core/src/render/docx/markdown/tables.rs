//! Pipe tables.

use super::blocks::Line;
use super::{Align, Table, inline};

/// Returns whether a line and the one below it start a table.
pub(super) fn is_start(line: &str, below: &str) -> bool {
    line.trim_start().starts_with('|') && dashes(below).is_some_and(|columns| columns.len() == cells(line).len())
}

/// Reads a table and how many lines it takes.
pub(super) fn read(lines: &[Line]) -> Option<(Table, usize)> {
    let (head, below) = (lines.first()?.text, lines.get(1)?.text);
    if !is_start(head, below) {
        return None;
    }
    let columns = dashes(below)?;
    let row = |line: &str| {
        let mut row: Vec<_> = cells(line).iter().map(|cell| inline::read(cell)).collect();
        row.resize(columns.len(), Vec::new());
        row
    };
    let mut table = Table { head: row(head), ..Table::default() };
    table.columns = columns.iter().map(|(align, _)| *align).collect();
    table.weights = columns.iter().map(|(_, weight)| *weight).collect();
    if table.weights.windows(2).all(|pair| pair.first() == pair.last()) {
        // Dashes of one length say nothing about widths.
        table.weights.clear();
    }
    let rows: Vec<&Line> = lines.iter().skip(2).take_while(|line| line.text.trim_start().starts_with('|')).collect();
    table.rows = rows.iter().map(|line| row(line.text)).collect();
    Some((table, rows.len() + 2))
}

/// Reads the line below a header: how each column is aligned, and how many dashes it has.
fn dashes(line: &str) -> Option<Vec<(Align, usize)>> {
    if !line.trim_start().starts_with('|') {
        return None;
    }
    let column = |cell: &String| {
        let cell = cell.trim();
        let (left, right) = (cell.starts_with(':'), cell.ends_with(':'));
        let inside = cell.trim_matches(':');
        let is_line = !inside.is_empty() && inside.bytes().all(|byte| byte == b'-');
        let align = match (left, right) {
            (true, true) => Align::Centre,
            (false, true) => Align::End,
            _ => Align::Start,
        };
        is_line.then_some((align, inside.len()))
    };
    cells(line).iter().map(column).collect()
}

/// Splits a line at pipes that are not escaped.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut is_escaped = false;
    let mut depth = 0_u32;
    for c in line.chars() {
        match c {
            // A pipe in a reading `{漢字|かんじ}` splits no cell.
            '{' if !is_escaped => depth += 1,
            '}' if !is_escaped => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == '|' && !is_escaped && depth == 0 {
            cells.push(String::new());
            continue;
        }
        is_escaped = c == '\\' && !is_escaped;
        if let Some(cell) = cells.last_mut() {
            cell.push(c);
        }
    }
    if cells.len() > 1 && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells
}
