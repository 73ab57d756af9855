//! The container of old Office files: which streams it has, and how large the sheets of an `.xls` claim to be.
//!
//! The reader of `.xls` makes a dense grid between a sheet's outermost cells, and reserves what a record merely
//! declares. A few bytes can so ask for gigabytes, so both are measured here before it runs.

use super::report::Problem;
use crate::limits::{SHEET_CELLS, SHEETS, XLS_BYTES};
use crate::model::Text;

/// The first bytes of every container.
pub(super) const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

const SPECIAL_SECTORS: u32 = 0xFFFF_FFFA;

/// A container's directory and sector chains.
pub(super) struct Container<'a> {
    bytes: &'a [u8],
    sector: usize,
    mini_cutoff: u32,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini_stream: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    start: u32,
    size: u32,
}

impl<'a> Container<'a> {
    /// Reads a container's header, sector tables and directory.
    ///
    /// # Errors
    /// Returns what is wrong with it.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Container<'a>, &'static str> {
        let shift = u16_at(bytes, 30).ok_or("no header")?;
        if !(7..=12).contains(&shift) {
            return Err("bad sector size");
        }
        let mut container = Container {
            bytes,
            sector: 1 << shift,
            mini_cutoff: u32_at(bytes, 56).ok_or("no header")?,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini_stream: Vec::new(),
            entries: Vec::new(),
        };
        for id in container.fat_sectors()? {
            let table = container.sector(id).ok_or("sector beyond the end")?;
            container.fat.extend(table.chunks_exact(4).filter_map(|four| u32_at(four, 0)));
        }
        let directory = container.chain(u32_at(bytes, 48).ok_or("no header")?)?;
        container.entries = directory.chunks_exact(128).filter_map(entry).collect();
        let root = container.entries.first().map(|root| root.start).ok_or("no directory")?;
        if root < SPECIAL_SECTORS {
            container.mini_stream = container.chain(root)?;
        }
        let mini = u32_at(bytes, 60).ok_or("no header")?;
        if mini < SPECIAL_SECTORS {
            container.mini_fat = container.chain(mini)?.chunks_exact(4).filter_map(|four| u32_at(four, 0)).collect();
        }
        Ok(container)
    }

    /// Returns whether a stream of that name is in the container.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// Returns the bytes of a stream.
    fn stream(&self, name: &str) -> Result<Vec<u8>, &'static str> {
        let entry = self.entries.iter().find(|entry| entry.name == name).ok_or("no such stream")?;
        let mut bytes = if entry.size >= self.mini_cutoff { self.chain(entry.start)? } else { self.mini_chain(entry.start)? };
        bytes.truncate(usize::try_from(entry.size).unwrap_or(usize::MAX));
        Ok(bytes)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let at = usize::try_from(id).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        let rest = self.bytes.get(at..)?;
        Some(rest.get(..self.sector).unwrap_or(rest))
    }

    /// Lists the sectors that hold the sector table: 109 in the header, the rest in a chain of their own.
    fn fat_sectors(&self) -> Result<Vec<u32>, &'static str> {
        let most = self.bytes.len() / self.sector + 1;
        let mut ids: Vec<u32> = (0..109).filter_map(|at| u32_at(self.bytes, 76 + at * 4)).collect();
        let mut next = u32_at(self.bytes, 68).ok_or("no header")?;
        let mut steps = 0;
        while next < SPECIAL_SECTORS {
            steps += 1;
            if steps > most {
                return Err("endless chain");
            }
            let table = self.sector(next).ok_or("sector beyond the end")?;
            ids.extend(table.chunks_exact(4).filter_map(|four| u32_at(four, 0)));
            next = ids.pop().unwrap_or(SPECIAL_SECTORS);
        }
        ids.retain(|id| *id < SPECIAL_SECTORS);
        if ids.len() > most { Err("more tables than sectors") } else { Ok(ids) }
    }

    fn chain(&self, start: u32) -> Result<Vec<u8>, &'static str> {
        let mut bytes = Vec::new();
        let mut next = start;
        while next < SPECIAL_SECTORS {
            bytes.extend_from_slice(self.sector(next).ok_or("sector beyond the end")?);
            if bytes.len() > self.bytes.len() {
                return Err("endless chain");
            }
            next = self.fat.get(usize::try_from(next).unwrap_or(usize::MAX)).copied().ok_or("broken chain")?;
        }
        Ok(bytes)
    }

    fn mini_chain(&self, start: u32) -> Result<Vec<u8>, &'static str> {
        let mut bytes = Vec::new();
        let mut next = start;
        while next < SPECIAL_SECTORS {
            let at = usize::try_from(next).unwrap_or(usize::MAX);
            let from = at.checked_mul(64).ok_or("broken chain")?;
            bytes.extend_from_slice(self.mini_stream.get(from..from.saturating_add(64)).ok_or("sector beyond the end")?);
            if bytes.len() > self.mini_stream.len() {
                return Err("endless chain");
            }
            next = self.mini_fat.get(at).copied().ok_or("broken chain")?;
        }
        Ok(bytes)
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let units: Vec<u16> = (0..32).filter_map(|at| u16_at(bytes, at * 2)).take_while(|unit| *unit != 0).collect();
    Some(Entry { name: String::from_utf16_lossy(&units), start: u32_at(bytes, 116)?, size: u32_at(bytes, 120)? })
}

/// Refuses an `.xls` whose sheets would fill more cells than are read.
///
/// # Errors
/// Returns the limit that is passed, or what is wrong with the container.
pub(super) fn check_xls(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.len() > XLS_BYTES {
        return Err(Problem::limit(Text::new("xls形式のブックのバイト数", "bytes of an xls workbook"), XLS_BYTES));
    }
    let broken = |problem: &str| Problem::broken("xls", problem);
    let container = Container::read(bytes).map_err(broken)?;
    let name = if container.has("Workbook") { "Workbook" } else { "Book" };
    let stream = container.stream(name).map_err(broken)?;
    let starts: Vec<u32> = Records { stream: &stream, at: 0 }
        .filter(|(kind, _)| *kind == BOUND_SHEET)
        .filter_map(|(_, data)| u32_at(data, 0))
        .collect();
    if starts.len() > SHEETS {
        return Err(Problem::limit(Text::new("シート数", "sheets"), SHEETS));
    }
    let cells: u64 = starts.iter().map(|start| claimed_cells(&stream, *start)).fold(0, u64::saturating_add);
    if cells > SHEET_CELLS as u64 {
        return Err(Problem::limit(
            Text::new("xls形式のシートが占めるセル数", "cells spanned by the sheets of an xls workbook"),
            SHEET_CELLS,
        ));
    }
    Ok(())
}

const BOUND_SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const MULTIPLE_NUMBERS: u16 = 0x00BD;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;

/// Counts the cells between the outermost ones of the sheet at that place, and those its header declares.
fn claimed_cells(stream: &[u8], start: u32) -> u64 {
    let (mut rows, mut cols, mut declared, mut depth) = (None, None, 0_u64, 0_u32);
    for (kind, data) in (Records { stream, at: usize::try_from(start).unwrap_or(usize::MAX) }) {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            DIMENSIONS => {
                let wide = data.len() >= 14;
                let row = |at: usize| if wide { u32_at(data, at * 4) } else { u16_at(data, at * 2).map(u32::from) };
                let (first, last) = (row(0).unwrap_or(0), row(1).unwrap_or(0));
                let from = if wide { 8 } else { 4 };
                let (left, right) = (u16_at(data, from).unwrap_or(0), u16_at(data, from + 2).unwrap_or(0));
                let height = u64::from(last.wrapping_sub(first));
                declared = declared.max(height.saturating_mul(u64::from(right.wrapping_sub(left))));
            }
            0x0203..=0x0205 | 0x00D6 | 0x027E | 0x00FD | 0x0006 | MULTIPLE_NUMBERS => {
                let (Some(row), Some(col)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                let last = match kind {
                    MULTIPLE_NUMBERS => u16_at(data, data.len().saturating_sub(2)).unwrap_or(col),
                    _ => col,
                };
                rows = Some(rows.map_or((row, row), |(least, most): (u16, u16)| (least.min(row), most.max(row))));
                cols = Some(cols.map_or((col, last), |(least, most): (u16, u16)| (least.min(col), most.max(last))));
            }
            _ => {}
        }
    }
    let span = |ends: Option<(u16, u16)>| ends.map_or(0, |(least, most)| u64::from(most.saturating_sub(least)) + 1);
    declared.max(span(rows) * span(cols))
}

/// The records of a workbook stream: a kind and its data.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = u16_at(self.stream, self.at)?;
        let length = usize::from(u16_at(self.stream, self.at.checked_add(2)?)?);
        let from = self.at.checked_add(4)?;
        self.at = from.checked_add(length)?;
        Some((kind, self.stream.get(from..self.at)?))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
