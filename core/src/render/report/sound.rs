//! Whether a report is one: within the limits, rows as long as their tables are wide, days that exist, numbers that were
//! rounded, and no character that a file cannot hold. A plugin is told where it went wrong; nothing is mended in silence.

use std::collections::BTreeSet;
use std::fmt::Display;

use todokede_abi::Text;
use todokede_abi::report::{Block, Cell, Chart, Report, Table};

use super::About;
use super::value::Figure;
use crate::limits;
use crate::render::RenderError;
use crate::render::xml::is_xml_char;

/// Longest name of a table.
const NAME_CHARS: usize = 64;

/// Checks a report.
pub(super) fn check(report: &Report, about: &About) -> Result<(), RenderError> {
    day(about.built, &|| "built".to_owned())?;
    for (at, text) in [("submission", about.submission), ("trial", about.trial), ("version", about.version)] {
        letters(text, &|| at.to_owned())?;
    }
    for text in [&about.title.ja, &about.title.en] {
        letters(text, &|| "title of the plugin".to_owned())?;
    }
    words(&report.title, &|| "title".to_owned())?;
    for (at, (label, value)) in (1..).zip(&report.facts) {
        words(label, &|| format!("fact {at}"))?;
        words(value, &|| format!("fact {at}"))?;
    }
    size(report)?;
    let mut names = BTreeSet::new();
    let mut charts = 0;
    for (at, block) in (1..).zip(&report.blocks) {
        match block {
            Block::Heading(_, text) | Block::Paragraph(text) => words(text, &|| format!("block {at}"))?,
            Block::Table(table) => {
                named(table, at, &mut names)?;
                check_table(table)?;
            }
            Block::Chart(chart) => {
                charts += 1;
                check_chart(chart, &format!("chart {charts}"))?;
            }
        }
    }
    Ok(())
}

/// Holds the whole against the limits, before anything is looked at one by one.
fn size(report: &Report) -> Result<(), RenderError> {
    let (mut sheets, mut cells, mut blocks) = (0_usize, 0_usize, report.blocks.len().saturating_add(report.facts.len()));
    for block in &report.blocks {
        match block {
            Block::Table(table) => {
                sheets += 1;
                blocks = blocks.saturating_add(table.notes.len());
                cells = cells.saturating_add(table.rows.len().saturating_mul(table.columns.len().max(1)));
            }
            Block::Chart(chart) => {
                sheets += 1;
                cells = cells.saturating_add(chart.categories.len().saturating_mul(chart.series.len().saturating_add(1)));
            }
            Block::Heading(..) | Block::Paragraph(_) => {}
        }
    }
    for (what, found, limit) in [
        ("blocks, facts and notes", blocks, limits::REPORT_BLOCKS),
        ("tables and charts", sheets, limits::REPORT_SHEETS),
        ("cells", cells, limits::REPORT_CELLS),
    ] {
        if found > limit {
            return wrong("report", format!("{found} {what}, at most {limit}"));
        }
    }
    Ok(())
}

/// A name becomes part of a file's name, where some systems do not tell small letters from capitals.
fn named(table: &Table, at: usize, names: &mut BTreeSet<String>) -> Result<(), RenderError> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let is_name = table.name.starts_with(|first: char| first.is_ascii_alphanumeric()) && table.name.chars().all(plain);
    if !is_name || table.name.len() > NAME_CHARS {
        let problem = format!("the table is named {:?}, not with 1 to {NAME_CHARS} of a-z, 0-9, - and _", table.name);
        return wrong(&format!("block {at}"), problem);
    }
    if !names.insert(table.name.to_ascii_lowercase()) {
        return wrong(&format!("block {at}"), format!("another table is named {:?}", table.name));
    }
    Ok(())
}

fn check_table(table: &Table) -> Result<(), RenderError> {
    let at = format!("table {:?}", table.name);
    let wide = table.columns.len();
    if wide == 0 || wide > limits::REPORT_COLUMNS {
        return wrong(&at, format!("{wide} columns, from 1 to {}", limits::REPORT_COLUMNS));
    }
    words(&table.title, &|| at.clone())?;
    for (column, title) in (1..).zip(&table.columns) {
        words(&title.title, &|| format!("{at}, column {column}"))?;
    }
    for note in &table.notes {
        words(note, &|| format!("{at}, note"))?;
    }
    for (line, row) in (1..).zip(&table.rows) {
        if row.cells.len() != wide {
            return wrong(&format!("{at}, row {line}"), format!("{} cells for {wide} columns", row.cells.len()));
        }
        for (column, value) in (1..).zip(&row.cells) {
            cell(value, &|| format!("{at}, row {line}, column {column}"))?;
        }
    }
    Ok(())
}

fn check_chart(chart: &Chart, at: &str) -> Result<(), RenderError> {
    for (what, found, limit) in [
        ("categories", chart.categories.len(), limits::REPORT_CATEGORIES),
        ("series", chart.series.len(), limits::REPORT_SERIES),
    ] {
        if found > limit {
            return wrong(at, format!("{found} {what}, at most {limit}"));
        }
    }
    words(&chart.title, &|| at.to_owned())?;
    words(&chart.unit, &|| at.to_owned())?;
    for category in &chart.categories {
        words(category, &|| at.to_owned())?;
    }
    for (number, series) in (1..).zip(&chart.series) {
        words(&series.name, &|| format!("{at}, series {number}"))?;
        if series.values.len() != chart.categories.len() {
            let problem = format!("{} values for {} categories", series.values.len(), chart.categories.len());
            return wrong(&format!("{at}, series {number}"), problem);
        }
        for (place, value) in (1..).zip(&series.values) {
            let at = || format!("{at}, series {number}, value {place}");
            if matches!(value, Cell::Text(_) | Cell::Words(_) | Cell::Date { .. }) {
                return wrong(&at(), "neither a number nor masked nor blank".to_owned());
            }
            cell(value, &at)?;
        }
    }
    Ok(())
}

fn cell(cell: &Cell, at: &dyn Fn() -> String) -> Result<(), RenderError> {
    match cell {
        Cell::Blank | Cell::Whole(_) => Ok(()),
        Cell::Number(number) => rounded(*number, at),
        Cell::Text(text) => letters(text, at),
        Cell::Words(text) => words(text, at),
        // Without a mark it would look like a value that there is not.
        Cell::Masked { masked } if masked.ja.trim().is_empty() && masked.en.trim().is_empty() => {
            wrong(&at(), "masked without a mark".to_owned())
        }
        Cell::Masked { masked } => words(masked, at),
        Cell::Date { date } => day(date, at),
    }
}

fn rounded(number: f64, at: &dyn Fn() -> String) -> Result<(), RenderError> {
    if !number.is_finite() || number.abs() >= limits::REPORT_NUMBER {
        return wrong(&at(), format!("{number} is not below {:e}", limits::REPORT_NUMBER));
    }
    let figure = Figure::decimal(number);
    if figure.decimals > limits::REPORT_DECIMALS {
        return wrong(&at(), format!("{} is not rounded: more than {} decimals", figure.text, limits::REPORT_DECIMALS));
    }
    Ok(())
}

fn day(date: &str, at: &dyn Fn() -> String) -> Result<(), RenderError> {
    match date.parse::<jiff::civil::Date>() {
        Ok(day) if day.to_string() == date && day.year() > 0 => Ok(()),
        _ => wrong(&at(), format!("{date:?} is not a day such as 2026-04-01")),
    }
}

fn words(text: &Text, at: &dyn Fn() -> String) -> Result<(), RenderError> {
    letters(&text.ja, at)?;
    letters(&text.en, at)
}

fn letters(text: &str, at: &dyn Fn() -> String) -> Result<(), RenderError> {
    // A text of so many bytes may still be short enough.
    if text.len() > limits::REPORT_TEXT_UNITS {
        let units = text.encode_utf16().count();
        if units > limits::REPORT_TEXT_UNITS {
            return wrong(&at(), format!("{units} characters (UTF-16), at most {}", limits::REPORT_TEXT_UNITS));
        }
    }
    match text.chars().find(|letter| !is_xml_char(*letter)) {
        None => Ok(()),
        Some(letter) => wrong(&at(), format!("the character U+{:04X} cannot be written", u32::from(letter))),
    }
}

fn wrong(at: &str, problem: impl Display) -> Result<(), RenderError> {
    Err(RenderError::Report { at: at.to_owned(), problem: problem.to_string() })
}
