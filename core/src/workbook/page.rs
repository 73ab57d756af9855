//! The page of one trial: an item a row, its value beside it.

use rust_xlsxwriter::Worksheet;

use super::looks::{Looks, height, paper};
use super::plan::Sheet;
use super::{Spec, WorkbookError, words};
use crate::model::Lang;
use crate::model::form::Need;

/// Column of the values.
pub(super) const VALUE: u16 = 2;
/// First row of data.
pub(super) const FIRST: u32 = 1;

/// Widths of the columns in half-width characters.
const WIDTHS: [u32; 8] = [14, 28, 60, 11, 24, 28, 44, 20];

/// Writes everything but the values.
pub(super) fn write(sheet: &mut Worksheet, plan: &Sheet, spec: &Spec, looks: &Looks) -> Result<(), WorkbookError> {
    for ((heading, width), col) in words::page_headings(spec.lang).into_iter().zip(WIDTHS).zip(0u16..) {
        sheet.write_string_with_format(0, col, heading, &looks.heading)?.set_column_width(col, width)?;
    }
    sheet.set_row_height(0, height(1))?;
    for (entry, row) in plan.entries.iter().zip(FIRST..) {
        let section = spec.catalogue.sections.get(entry.section).map_or("", |section| section.label.get(spec.lang));
        let label = if entry.need == Need::Required { &looks.label_required } else { &looks.label };
        let example = words::example(entry, spec);
        let note = note(entry.note, &words::kind(entry, spec.lang), spec);
        let used_by = words::used_by(entry, spec.lang);
        sheet.write_string_with_format(row, 0, section, &looks.section)?;
        sheet.write_string_with_format(row, 1, entry.label, label)?;
        sheet.write_blank(row, VALUE, looks.page_value(entry.need))?;
        sheet.write_string_with_format(row, 3, words::mark(entry.need, spec.lang), looks.mark(entry.need))?;
        sheet.write_string_with_format(row, 4, &used_by, &looks.text)?;
        sheet.write_string_with_format(row, 5, &example, &looks.text)?;
        sheet.write_string_with_format(row, 6, &note, &looks.text)?;
        sheet.write_string_with_format(row, 7, entry.id, &looks.small)?;
    }
    sheet.set_freeze_panes(FIRST, 2)?;
    paper(sheet, (0, 0))?;
    Ok(())
}

/// Puts the kind of value behind the note, in brackets.
fn note(note: &str, kind: &str, spec: &Spec) -> String {
    match spec.lang {
        _ if note.is_empty() => kind.to_owned(),
        Lang::Ja => format!("{note}（{kind}）"),
        Lang::En => format!("{note} ({kind})"),
    }
}
