//! The sheet as a workbook: every value a text cell, nothing that a spreadsheet could take for a number or a formula.

mod looks;
mod rows;

use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DocProperties, ExcelDateTime, Formula, Workbook, Worksheet, XlsxError,
};

use super::model::Sheet;
use super::words::{fill, say};
use crate::model::{Lang, Text};
use looks::Looks;
use rows::{Cells, Line, Show};

/// What a done mark may be.
const MARKS: [&str; 2] = ["□", "☑"];
/// First row of a table's content.
const FIRST: u32 = 3;

/// Writes the workbook.
pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let looks = Looks::new();
    let mut book = Workbook::new();
    book.set_default_format(&looks.default, 20, 64)?;
    // A fixed time: the same input gives the same bytes.
    let made = ExcelDateTime::from_ymd(1980, 1, 1)?;
    let title = format!("{} {}", sheet.plugin.title.ja, say("sheet").ja);
    book.set_properties(&DocProperties::new().set_title(&title).set_author("todokede").set_creation_datetime(&made));
    if sheet.change {
        table(book.add_worksheet(), sheet, &looks, "changes", Show::Changed)?;
    }
    table(book.add_worksheet(), sheet, &looks, "all-items", Show::All)?;
    findings(book.add_worksheet(), sheet, &looks)?;
    choices(book.add_worksheet(), sheet, &looks)?;
    left_out(book.add_worksheet(), sheet, &looks)?;
    book.save_to_buffer()
}

/// Writes both languages one beneath the other.
fn both(text: &Text) -> String {
    if text.ja == text.en || text.en.is_empty() || text.ja.is_empty() {
        text.get(Lang::Ja).to_owned()
    } else {
        format!("{}\n{}", text.ja, text.en)
    }
}

/// The columns of a table of items: word and width in characters.
fn columns(sheet: &Sheet, show: Show) -> Vec<(&'static str, f64)> {
    let mut columns = vec![("number", 9.0), ("item", 30.0), ("required", 9.0), ("public", 9.0), ("who", 6.0), ("part", 15.0)];
    if show == Show::Changed {
        columns.push(("old", 46.0));
        columns.push(("new", 46.0));
        columns.push(("reason", 24.0));
        columns.push(("date", 12.0));
        columns.push(("change-kind", 9.0));
    } else {
        columns.push(("value", 60.0));
        if sheet.change {
            columns.push(("change-kind", 9.0));
        }
    }
    columns.extend([("choice-en", 20.0), ("characters", 7.0), ("units", 9.0), ("findings", 40.0), ("done", 6.0)]);
    columns
}

fn table(to: &mut Worksheet, sheet: &Sheet, looks: &Looks, name: &str, show: Show) -> Result<(), XlsxError> {
    to.set_name(say(name).ja)?;
    top(to, sheet, looks)?;
    let columns = columns(sheet, show);
    for ((word, width), col) in columns.iter().zip(0u16..) {
        to.set_column_width(col, *width)?;
        to.write_string_with_format(FIRST - 1, col, both(&say(word)), &looks.heading)?;
    }
    to.set_row_height(FIRST - 1, 30)?;
    let last = u16::try_from(columns.len()).unwrap_or(1) - 1;
    let done = last;
    let mut row = FIRST;
    let mut marks: Vec<u32> = Vec::new();
    for line in rows::lines(sheet, show) {
        match line {
            Line::Heading { depth, number, label } => {
                let format = if depth == 0 { &looks.section } else { &looks.subsection };
                for col in 0..=last {
                    to.write_blank(row, col, format)?;
                }
                to.write_string_with_format(row, 0, &number, format)?;
                to.write_string_with_format(row, 1, &label, format)?;
                to.set_row_height(row, 21)?;
            }
            Line::Field(cells) => {
                let height = field(to, row, &columns, &cells, looks)?;
                to.set_row_height(row, height)?;
                if cells.markable {
                    marks.push(row);
                    to.write_string_with_format(row, done, MARKS.first().copied().unwrap_or_default(), &looks.mark)?;
                }
            }
        }
        row += 1;
    }
    if let (Some(first), Some(end)) = (marks.first(), marks.last()) {
        let rule = DataValidation::new().allow_list_strings(&MARKS)?;
        for at in &marks {
            to.add_data_validation(*at, done, *at, done, &rule)?;
        }
        let letter = crate::model::origin::column_name(done);
        let formula = format!("=${letter}{}=\"{}\"", first + 1, MARKS.last().copied().unwrap_or_default());
        let grey = ConditionalFormatFormula::new().set_rule(Formula::new(formula)).set_format(&looks.finished);
        to.add_conditional_format(*first, 0, *end, last, &grey)?;
    }
    to.set_freeze_panes(FIRST, 2)?;
    to.autofilter(FIRST - 1, 0, row.saturating_sub(1).max(FIRST), last)?;
    to.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(FIRST - 1, FIRST - 1)?;
    to.set_footer("&L&A&R&P / &N");
    Ok(())
}

/// Writes what the sheet is, and that it is a draft.
fn top(to: &mut Worksheet, sheet: &Sheet, looks: &Looks) -> Result<(), XlsxError> {
    let title = format!("{} {} {}", sheet.plugin.title.ja, say("sheet").ja, sheet.trial);
    to.write_string_with_format(0, 0, title, &looks.title)?;
    to.set_row_height(0, 26)?;
    let count = |word: &str, count: usize| fill(word, &[("count", count.to_string().into())]).ja;
    let mut said = vec![sheet.category.clone(), format!("{} {}", say("made").ja, sheet.built)];
    said.push(count("tasks", sheet.counts.tasks));
    said.push(count("missing-count", sheet.counts.missing));
    said.push(count("errors", sheet.counts.errors));
    said.push(count("warnings", sheet.counts.warnings));
    let text = said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("　");
    if sheet.draft {
        let note = match sheet.counts.errors {
            0 => say("draft-forced").ja,
            errors => count("draft-note", errors),
        };
        to.write_string_with_format(1, 0, format!("【{}】{note}　{text}", say("draft").ja), &looks.draft)?;
    } else {
        to.write_string_with_format(1, 0, text, &looks.plain)?;
    }
    Ok(())
}

/// Writes a field and returns how high its row is.
fn field(to: &mut Worksheet, row: u32, columns: &[(&str, f64)], cells: &Cells, looks: &Looks) -> Result<f64, XlsxError> {
    let mut lines = 1;
    for ((word, width), col) in columns.iter().zip(0u16..) {
        let (text, format) = match *word {
            "number" => (&cells.number, &looks.text),
            "item" => (&cells.item, &looks.text),
            "required" => (&cells.asked, if cells.required { &looks.required } else { &looks.centre }),
            "public" => (&cells.public, &looks.centre),
            "who" => (&cells.who, &looks.centre),
            "part" => (&cells.part, &looks.text),
            "old" => (&cells.old, &looks.old),
            "new" | "value" if cells.deleted => (&cells.value, &looks.gone),
            "new" | "value" if cells.missing => (&cells.value, &looks.missing),
            "new" | "value" if cells.system => (&cells.value, &looks.old),
            "new" | "value" => (&cells.value, &looks.value),
            "reason" => (&cells.reason, &looks.value),
            "date" => (&cells.date, &looks.centre),
            "change-kind" => (&cells.change, &looks.centre),
            "choice-en" => (&cells.choice, &looks.text),
            "characters" => (&cells.characters, &looks.centre),
            "units" => (&cells.units, if cells.over { &looks.bad } else { &looks.centre }),
            "findings" => (&cells.findings, if cells.grave { &looks.bad_text } else { &looks.text }),
            _ => (&cells.nothing, &looks.centre),
        };
        to.write_string_with_format(row, col, text, format)?;
        lines = lines.max(looks::lines(text, *width));
    }
    Ok(looks::height(lines))
}

fn plain(
    to: &mut Worksheet,
    looks: &Looks,
    name: &str,
    columns: &[(&str, f64)],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), XlsxError> {
    to.set_name(say(name).ja)?;
    for ((word, width), col) in columns.iter().zip(0u16..) {
        to.set_column_width(col, *width)?;
        to.write_string_with_format(0, col, both(&say(word)), &looks.heading)?;
    }
    to.set_row_height(0, 30)?;
    for (texts, row) in rows.zip(1u32..) {
        let mut lines = 1;
        for ((text, (_, width)), col) in texts.iter().zip(columns).zip(0u16..) {
            to.write_string_with_format(row, col, rows::bounded(text), &looks.text)?;
            lines = lines.max(looks::lines(text, *width));
        }
        to.set_row_height(row, looks::height(lines))?;
    }
    to.set_freeze_panes(1, 0)?;
    to.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok(())
}

fn findings(to: &mut Worksheet, sheet: &Sheet, looks: &Looks) -> Result<(), XlsxError> {
    let columns =
        [("severity", 9.0), ("rule", 11.0), ("item", 30.0), ("value", 30.0), ("message", 60.0), ("fix", 50.0), ("at", 32.0)];
    let rows = sheet.findings.iter().map(|note| {
        let severity = say(rows::weight(note)).ja;
        let (message, fix) = (both(&note.message), both(&note.fix));
        vec![severity, note.rule.clone(), note.item.clone(), note.value.clone(), message, fix, note.at.ja.clone()]
    });
    plain(to, looks, "findings", &columns, rows)
}

fn choices(to: &mut Worksheet, sheet: &Sheet, looks: &Looks) -> Result<(), XlsxError> {
    let columns = [("item", 34.0), ("code", 40.0), ("choice", 44.0), ("choice-en", 44.0)];
    let rows = sheet.lists.values().flat_map(|list| {
        let label = list.label.get(Lang::Ja);
        list.choices
            .iter()
            .map(move |pick| vec![label.to_owned(), pick.code.clone(), pick.label.ja.clone(), pick.label.en.clone()])
    });
    plain(to, looks, "choice", &columns, rows)
}

fn left_out(to: &mut Worksheet, sheet: &Sheet, looks: &Looks) -> Result<(), XlsxError> {
    let columns = [("number", 12.0), ("item", 60.0), ("why", 28.0)];
    let rows = sheet.left_out.iter().map(|left| {
        let mut label = both(&left.label);
        if left.items > 1 {
            label = format!("{label}（{}）", fill("items", &[("count", left.items.to_string().into())]).ja);
        }
        vec![left.number.clone(), label, both(&say(&format!("why-{}", left.why)))]
    });
    plain(to, looks, "left-out-sheet", &columns, rows)
}
