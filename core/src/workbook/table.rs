//! A sheet with a row for each trial or for each row of a repeat group: marks, headings, then the data.

use rust_xlsxwriter::{Note, Worksheet};

use super::looks::{FONT, Looks, column_width, height, lines, paper};
use super::plan::Sheet;
use super::{Spec, WorkbookError, words};
use crate::model::ScopeIx;

/// First row of data.
pub(super) const FIRST: u32 = 2;

/// Most half-width characters across a printed page that can still be read.
const PAPER_WIDTH: usize = 220;
/// Width of a note, pixels.
const NOTE_WIDTH: u32 = 320;

/// Writes the two rows of headings; the data follow from [`FIRST`].
pub(super) fn write(sheet: &mut Worksheet, plan: &Sheet, spec: &Spec, looks: &Looks) -> Result<(), WorkbookError> {
    // A list of trials with long texts would be unreadable if every row grew.
    let cell = if plan.scope == ScopeIx::ROOT { &looks.line } else { &looks.cell };
    let mut tallest = 1;
    for (entry, col) in plan.entries.iter().zip(0u16..) {
        let width = column_width(entry);
        tallest = tallest.max(lines(entry.label, width - 2));
        sheet.set_column_width(col, u32::try_from(width).unwrap_or(20))?.set_column_format(col, cell)?;
        sheet.write_string_with_format(0, col, words::mark(entry.need, spec.lang), looks.mark(entry.need))?;
        sheet.write_string_with_format(1, col, entry.label, &looks.column_heading(entry.need))?;
        sheet.insert_note(1, col, &note(&words::note(entry, spec)))?;
    }
    sheet.set_row_height(0, height(1))?.set_row_height(1, height(tallest))?;
    let fixed = u16::try_from(if plan.scope == ScopeIx::ROOT { 1 } else { plan.links() }).unwrap_or(0);
    sheet.set_freeze_panes(FIRST, fixed)?;
    let total: usize = plan.entries.iter().map(column_width).sum();
    paper(sheet, (0, 1), u16::try_from(total.div_ceil(PAPER_WIDTH)).unwrap_or(1))?;
    if fixed > 0 {
        sheet.set_repeat_columns(0, fixed - 1)?;
    }
    Ok(())
}

fn note(text: &str) -> Note {
    let lines = u32::try_from(lines(text, 46)).unwrap_or(20);
    Note::new(text)
        .set_author(words::AUTHOR)
        .add_author_prefix(false)
        .set_font_name(FONT)
        .set_font_size(9)
        .set_width(NOTE_WIDTH)
        .set_height(lines * 17 + 14)
}
