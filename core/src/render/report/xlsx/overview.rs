//! The first sheet: title, facts, what is said between the tables, and where each table is.

use rust_xlsxwriter::Worksheet;

use super::super::fair_copy::{FairCopy, Part};
use super::looks::Looks;
use super::{link, paper, top};
use crate::workbook::{WorkbookError, height, lines, put};

/// Widths of the labels and of what they are about, in half-width letters.
const WIDTHS: (usize, usize) = (30, 96);
/// Most lines of a row: a spreadsheet makes no row higher.
const LINES: usize = 28;

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, copy: &FairCopy, names: &[String], looks: &Looks) -> Result<(), WorkbookError> {
    let mut names = names.iter();
    if let Some(name) = names.next() {
        sheet.set_name(name)?;
    }
    sheet.set_column_width(0, 30)?.set_column_width(1, 96)?;
    top(sheet, copy, &copy.title, looks)?;
    let mut row = 3;
    for (label, value) in copy.facts.iter().chain(&copy.about) {
        put(sheet, (row, 0), label, Some(&looks.label), "fact")?;
        put(sheet, (row, 1), value, Some(&looks.text), "fact")?;
        let tallest = lines(label, WIDTHS.0).max(lines(value, WIDTHS.1));
        sheet.set_row_height(row, height(tallest))?;
        row += 1;
    }
    row += 1;
    for part in &copy.parts {
        match part {
            Part::Heading(level, text) => {
                let format = if *level == 1 { &looks.heading } else { &looks.subheading };
                row = across(sheet, row, text, format)?;
            }
            Part::Paragraph(text) => row = across(sheet, row, text, &looks.note.clone().set_font_color(0x00))?,
            Part::Table(_) | Part::Chart(..) => {
                if let Some(name) = names.next() {
                    link(sheet, (row, 0), name, &format!("→ {name}"), looks)?;
                    let (Part::Table(grid) | Part::Chart(grid, _)) = part else { continue };
                    put(sheet, (row, 1), &grid.title, Some(&looks.text), "title")?;
                    sheet.set_row_height(row, height(lines(&grid.title, WIDTHS.1).max(lines(name, WIDTHS.0))))?;
                }
                row += 1;
            }
        }
    }
    paper(sheet, copy, 1);
    Ok(())
}

/// Writes a text over both columns, in as many rows as it takes to show all of it; returns the row below.
fn across(sheet: &mut Worksheet, from: u32, text: &str, format: &rust_xlsxwriter::Format) -> Result<u32, WorkbookError> {
    let mut row = from;
    let width = WIDTHS.0 + WIDTHS.1;
    for piece in pieces(text, width) {
        sheet.merge_range(row, 0, row, 1, "", format)?;
        put(sheet, (row, 0), &piece, Some(format), "paragraph")?;
        sheet.set_row_height(row, height(lines(&piece, width)))?;
        row += 1;
    }
    Ok(row)
}

/// Cuts a text where a row would not show all of it, at the end of a line or of a sentence where there is one.
fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for part in text.split_inclusive(['\n', '。', '．', ' ']) {
        if !piece.is_empty() && lines(&format!("{piece}{part}"), width) > LINES {
            pieces.push(std::mem::take(&mut piece));
        }
        piece.push_str(part);
        while lines(&piece, width) > LINES {
            // Half a line is kept free: letters do not fill a line to its end.
            let fit = piece.char_indices().nth(LINES * width / 2 - width / 2).map_or(piece.len(), |(at, _)| at);
            if fit == piece.len() {
                break;
            }
            let rest = piece.split_off(fit);
            pieces.push(std::mem::replace(&mut piece, rest));
        }
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_without_losing_any_of_it() {
        for text in
            ["短い文。".to_owned(), "長い文です。".repeat(3_000), "字".repeat(9_000), "a b\n".repeat(400), String::new()]
        {
            let pieces = pieces(&text, 120);
            assert_eq!(pieces.concat(), text);
            assert!(pieces.iter().all(|piece| lines(piece, 120) <= LINES + 1), "{}", pieces.len());
        }
    }
}
