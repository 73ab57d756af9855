//! A report as a Word document: upright, tables of many columns on pages across.

use todokede_abi::report::{Emphasis, Kind};

use super::fair_copy::{FairCopy, Grid, Line as Row, Part};
use super::value::Value;
use crate::limits;
use crate::render::RenderError;
use crate::render::docx::DocxError;
use crate::render::docx::compose::{Cell, Composer, Line, Look, Page, Paragraph, Style, Table, paragraph};
use crate::text::units;

/// Longest title that stands at the foot of every page, in half-width letters.
const FOOT_UNITS: usize = 70;
/// Size of cells, half-points.
const CELL_SIZE: u32 = 18;

/// Writes the document.
pub(super) fn write(copy: &FairCopy) -> Result<Vec<u8>, RenderError> {
    bounded(copy)?;
    let mut word = Composer::new(Look { cell_size: CELL_SIZE, ..Look::protocol() });
    word.title(&copy.title);
    front(&mut word, copy);
    let mut across = false;
    for (at, part) in copy.parts.iter().enumerate() {
        let wants = copy.is_across(at);
        if wants != across {
            word.end_section(&page(across));
            across = wants;
        }
        match part {
            Part::Heading(level, text) => word.add(paragraph(Style::Heading(*level), text.as_str()).without_number()),
            Part::Paragraph(text) => word.add(paragraph(Style::Normal, text.as_str())),
            Part::Table(grid) => table(&mut word, copy, "", grid, across),
            Part::Chart(grid, _) => table(&mut word, copy, &copy.say("values"), grid, across),
        }
    }
    word.page(page(across));
    word.write().map_err(|error: DocxError| RenderError::Report { at: "docx".to_owned(), problem: error.to_string() })
}

/// Title, facts, what it was made for, and what stands on every page.
fn front(word: &mut Composer, copy: &FairCopy) {
    if let Some(draft) = &copy.draft {
        word.header(paragraph(Style::Header, Line::new().bold(&format!("【{}】{}", draft.word, draft.note))).to_the_right());
    }
    let foot = if units(&copy.title) <= FOOT_UNITS { copy.title.as_str() } else { "" };
    word.footer(paragraph(Style::Footer, Line::new().text(foot).text("　").page_of_pages()).centred());
    word.add(paragraph(Style::Title, copy.title.as_str()));
    if !copy.facts.is_empty() {
        let pairs = copy.facts.iter().fold(Table::new(&[50, 110]), |table, (label, value)| table.pair(label, value.as_str()));
        word.add(pairs);
    }
    let colon = copy.lang.pick("：", ": ");
    let made: Vec<String> = copy.about.iter().map(|(label, value)| format!("{label}{colon}{value}")).collect();
    word.add(paragraph(Style::Small, made.join("　")));
}

fn page(across: bool) -> Page {
    if across { Page::across() } else { Page::upright() }
}

fn table(word: &mut Composer, copy: &FairCopy, kind: &str, grid: &Grid, across: bool) {
    let title = if kind.is_empty() { grid.title.clone() } else { format!("{}（{kind}）", grid.title) };
    if !title.is_empty() {
        word.add(paragraph(Style::Caption, title));
    }
    let head = grid.columns.iter().map(|(title, kind)| aligned(paragraph(Style::TableHead, title.as_str()), *kind));
    let mut table = Table::new(&widths(grid, page(across).text_width())).heads(head);
    for row in &grid.rows {
        table = table.row(row.values.iter().zip(&grid.columns).map(|(value, (_, kind))| cell(row, value, *kind)));
    }
    if grid.rows.is_empty() {
        let columns = u32::try_from(grid.columns.len()).unwrap_or(1);
        table = table.row([Cell::from(copy.say("no-rows").as_str()).over(columns)]);
    }
    word.add(table);
    for note in &grid.notes {
        word.add(paragraph(Style::Small, note.as_str()));
    }
}

fn cell(row: &Row, value: &Value, kind: Kind) -> Cell {
    let line = match row.emphasis {
        Emphasis::None => Line::from(value.text()),
        Emphasis::Total | Emphasis::Warning | Emphasis::Error => Line::new().bold(value.text()),
    };
    Cell::from(aligned(paragraph(Style::TableCell, line), kind))
}

fn aligned(line: Paragraph, kind: Kind) -> Paragraph {
    if kind == Kind::Number { line.to_the_right() } else { line }
}

/// Shares the width of the text out among the columns, by what stands in them. Figures get what they need first: a number
/// that is broken over two lines is misread.
fn widths(grid: &Grid, text: u32) -> Vec<u32> {
    const CELL_MARGIN: u32 = 5;
    const LONGEST: usize = 40;
    let column = |at: usize, title: &str| {
        let values = grid.rows.iter().filter_map(|row| row.values.get(at));
        let longest = values.clone().map(|value| units(value.text())).max().unwrap_or(0);
        let figures = values.filter(|value| matches!(value, Value::Number(_) | Value::Day(_)));
        let unbroken = figures.map(|value| units(value.text())).max().unwrap_or(0);
        let wanted = longest.max(units(title).min(16)).clamp(4, LONGEST).max(unbroken);
        // A digit of nine points is some 1.9 mm wide where the face is a wide one.
        let mm = |units: usize| u32::try_from(units * 2).unwrap_or(u32::MAX / 4096).saturating_add(CELL_MARGIN);
        (mm(unbroken.max(3)), mm(wanted))
    };
    let needs: Vec<(u32, u32)> = grid.columns.iter().enumerate().map(|(at, (title, _))| column(at, title)).collect();
    let (least, wanted) = needs.iter().fold((0_u32, 0_u32), |(least, wanted), (one, other)| (least + one, wanted + other));
    let share = |(unbroken, ideal): &(u32, u32)| {
        let (rest, asked) = (text.saturating_sub(least), wanted.saturating_sub(least));
        let width =
            if least >= text { unbroken * text / least.max(1) } else { unbroken + (ideal - unbroken) * rest / asked.max(1) };
        width.max(1)
    };
    if grid.rows.is_empty() {
        let columns = u32::try_from(needs.len()).unwrap_or(1).max(1);
        return needs.iter().map(|(_, ideal)| (*ideal).max(80 / columns).min(text / columns).max(1)).collect();
    }
    // A table of few short columns is not stretched over the page.
    if wanted < text { needs.iter().map(|(_, ideal)| *ideal).collect() } else { needs.iter().map(share).collect() }
}

/// Refuses what Word does not take or takes too long to open.
fn bounded(copy: &FairCopy) -> Result<(), RenderError> {
    let mut cells = 0_usize;
    for part in &copy.parts {
        if let Part::Table(grid) | Part::Chart(grid, _) = part {
            let columns = grid.columns.len();
            cells = cells.saturating_add(columns.saturating_mul(grid.rows.len()));
            if columns > limits::REPORT_DOCX_COLUMNS {
                let problem = format!("{columns} columns, Word takes {}", limits::REPORT_DOCX_COLUMNS);
                return Err(RenderError::Report { at: format!("table {:?}", grid.name), problem });
            }
        }
    }
    if cells > limits::REPORT_DOCX_CELLS {
        let problem = format!("{cells} cells in a Word document, at most {}", limits::REPORT_DOCX_CELLS);
        return Err(RenderError::Report { at: "report".to_owned(), problem });
    }
    Ok(())
}
