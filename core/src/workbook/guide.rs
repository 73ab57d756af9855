//! The first sheet: what the workbook is, how to fill it in, and a table of all its fields.

use rust_xlsxwriter::Worksheet;

use super::looks::{Looks, height, lines, paper, tallest};
use super::plan::{Content, Plan};
use super::{Spec, WorkbookError, words};
use crate::model::form::Need;

/// Widths of the columns in half-width characters.
const WIDTHS: [u32; 8] = [24, 32, 11, 32, 20, 34, 48, 34];

/// Writes the guide.
pub(super) fn write(sheet: &mut Worksheet, plan: &Plan, spec: &Spec, looks: &Looks) -> Result<(), WorkbookError> {
    sheet.set_name(words::guide_sheet(spec.lang))?;
    sheet.set_screen_gridlines(false);
    for (width, col) in WIDTHS.into_iter().zip(0u16..) {
        sheet.set_column_width(col, width)?;
    }
    sheet.write_string_with_format(0, 0, words::title(spec.lang), &looks.title)?;
    sheet.set_row_height(0, height(2))?;
    // The lines of text run over the columns of the table; merged, because a wrapped cell does not spill over.
    let mut row = 1;
    let steps = words::steps(spec);
    let numbered = steps.iter().enumerate().map(|(at, step)| format!("{}. {step}", at + 1));
    for text in std::iter::once(words::purpose(spec)).chain(numbered) {
        sheet.merge_range(row, 0, row, 6, &text, &looks.lead)?;
        let wide = WIDTHS.iter().take(7).sum::<u32>();
        sheet.set_row_height(row, height(lines(&text, usize::try_from(wide).unwrap_or(100))))?;
        row += 1;
    }
    row += 1;
    let headings = row;
    for (heading, col) in words::guide_headings(spec.lang).into_iter().zip(0u16..) {
        sheet.write_string_with_format(row, col, heading, &looks.heading)?;
    }
    for page in &plan.sheets {
        for entry in page.entries.iter().filter(|entry| !matches!(entry.content, Content::Link(_))) {
            row += 1;
            let label = if entry.need == Need::Required { &looks.label_required } else { &looks.label };
            let texts = [
                page.name.clone(),
                entry.label.to_owned(),
                words::mark(entry.need, spec.lang).to_owned(),
                words::used_by(entry, spec.lang),
                words::kind(entry, spec.lang),
                words::example(entry, spec),
                entry.note.to_owned(),
                entry.id.to_owned(),
            ];
            let text = &looks.text;
            let formats = [&looks.section, label, looks.mark(entry.need), text, text, text, text, &looks.small];
            // Not every program makes a row as high as its text, and here no one will type.
            sheet.set_row_height(row, height(tallest(&texts, &WIDTHS)))?;
            for ((text, format), col) in texts.iter().zip(formats).zip(0u16..) {
                sheet.write_string_with_format(row, col, text, format)?;
            }
        }
    }
    paper(sheet, (headings, headings), 1)?;
    Ok(())
}
