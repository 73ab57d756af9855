//! The page of one trial: an item a row, its value beside it.

use rust_xlsxwriter::Worksheet;

use super::looks::{Looks, height, lines, paper, tallest};
use super::plan::Sheet;
use super::{Spec, WorkbookError, words};
use crate::model::form::Need;
use crate::model::{Kind, Lang};

/// Column of the values.
pub(super) const VALUE: u16 = 2;
/// First row of data.
pub(super) const FIRST: u32 = 1;

/// Widths of the columns in half-width characters.
const WIDTHS: [u32; 8] = [14, 30, 60, 11, 32, 34, 52, 24];

/// Writes everything but the values.
pub(super) fn write(sheet: &mut Worksheet, plan: &Sheet, spec: &Spec, looks: &Looks) -> Result<(), WorkbookError> {
    for ((heading, width), col) in words::page_headings(spec.lang).into_iter().zip(WIDTHS).zip(0u16..) {
        sheet.write_string_with_format(0, col, heading, &looks.heading)?.set_column_width(col, width)?;
    }
    sheet.set_row_height(0, height(1))?;
    for (entry, row) in plan.entries.iter().zip(FIRST..) {
        let section = spec.catalogue.sections.get(entry.section).map_or("", |section| section.label.get(spec.lang));
        let label = if entry.need == Need::Required { &looks.label_required } else { &looks.label };
        let texts = [
            section.to_owned(),
            entry.label.to_owned(),
            String::new(),
            words::mark(entry.need, spec.lang).to_owned(),
            words::used_by(entry, spec.lang),
            words::example(entry, spec),
            note(entry.note, &words::kind(entry, spec.lang), spec),
            entry.id.to_owned(),
        ];
        let (text, value) = (&looks.text, looks.page_value(entry.need));
        let formats = [&looks.section, label, value, looks.mark(entry.need), text, text, text, &looks.small];
        // A row of free text has no fixed height, so that it grows while someone types.
        if entry.field.kind != Kind::Text {
            sheet.set_row_height(row, height(tallest(&texts, &WIDTHS)))?;
        }
        for ((text, format), col) in texts.iter().zip(formats).zip(0u16..) {
            sheet.write_string_with_format(row, col, text, format)?;
        }
    }
    sheet.set_freeze_panes(FIRST, 2)?;
    paper(sheet, (0, 0), 1)?;
    Ok(())
}

/// Returns how many lines a value takes.
pub(super) fn value_lines(text: &str) -> usize {
    let width = WIDTHS.get(usize::from(VALUE)).copied().unwrap_or(60);
    lines(text, usize::try_from(width).unwrap_or(60).saturating_sub(2))
}

/// Puts the kind of value behind the note, in brackets.
fn note(note: &str, kind: &str, spec: &Spec) -> String {
    match spec.lang {
        _ if note.is_empty() => kind.to_owned(),
        Lang::Ja => format!("{note}（{kind}）"),
        Lang::En => format!("{note} ({kind})"),
    }
}
