//! A report as a workbook: an overview, then a sheet for each table and chart. Texts are text cells whatever they begin
//! with; a number is a number cell that shows the digits it was given with, or a text where a spreadsheet would lose some.

mod graph;
mod grid;
mod looks;
mod overview;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::fair_copy::{FairCopy, Part};
use crate::workbook::{WorkbookError, put, sheet_name};
use looks::Looks;

/// Writes the workbook.
pub(super) fn write(copy: &FairCopy) -> Result<Vec<u8>, WorkbookError> {
    let mut looks = Looks::new();
    let mut book = Workbook::new();
    book.set_default_format(&looks.default, 20, 64)?;
    // The day of the run and no time of the clock: the same input gives the same bytes.
    let made = ExcelDateTime::parse_from_str(&copy.built)?;
    let properties = DocProperties::new().set_title(shortened(&copy.title)).set_author("todokede");
    book.set_properties(&properties.set_creation_datetime(&made));
    let names = names(copy);
    overview::write(book.add_worksheet(), copy, &names, &looks)?;
    let overview = names.first().map(String::as_str).unwrap_or_default();
    let mut names = names.iter().skip(1);
    for part in &copy.parts {
        let (grid, drawn) = match part {
            Part::Table(grid) => (grid, None),
            Part::Chart(grid, drawn) => (grid, Some(drawn)),
            Part::Heading(..) | Part::Paragraph(_) => continue,
        };
        let Some(name) = names.next() else { continue };
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        let end = grid::write(sheet, copy, grid, overview, &mut looks)?;
        if let Some(drawn) = drawn {
            graph::draw(sheet, name, copy, (grid, drawn), end, &looks)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// The names of the sheets, the overview first. Numbers tell those of the same title apart.
fn names(copy: &FairCopy) -> Vec<String> {
    let mut names = vec![sheet_name(&copy.say("overview"))];
    let (mut tables, mut charts) = (0, 0);
    for part in &copy.parts {
        let (kind, number, title) = match part {
            Part::Table(grid) => ("table", &mut tables, &grid.title),
            Part::Chart(grid, _) => ("chart", &mut charts, &grid.title),
            Part::Heading(..) | Part::Paragraph(_) => continue,
        };
        *number += 1;
        let title: String = title.chars().map(wide).collect();
        names.push(sheet_name(&format!("{}{number} {title}", copy.say(kind))));
    }
    names
}

/// Returns a letter that links and formulas can name.
fn wide(letter: char) -> char {
    match letter {
        '"' => '”',
        '#' => '＃',
        '%' => '％',
        '&' => '＆',
        '<' => '＜',
        '>' => '＞',
        '^' => '＾',
        '`' => '｀',
        '!' => '！',
        letter if letter.is_whitespace() || letter.is_control() => ' ',
        letter => letter,
    }
}

/// The properties of a file take 255 letters.
fn shortened(title: &str) -> String {
    title.chars().take(255).collect()
}

/// Sets up printing: A4 across, so many pages wide, the page's number at the foot, on a draft the word at the head.
fn paper(sheet: &mut Worksheet, copy: &FairCopy, across: u16) {
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(across, 0).set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    sheet.set_footer("&L&A&R&P / &N");
    if let Some(draft) = &copy.draft {
        sheet.set_header(format!("&R&\"-,Bold\"{}", draft.word));
    }
}

/// Writes the title of a sheet, and below it that it is a draft.
fn top(sheet: &mut Worksheet, copy: &FairCopy, title: &str, looks: &Looks) -> Result<(), WorkbookError> {
    put(sheet, (0, 0), title, Some(&looks.title), "title")?;
    sheet.set_row_height(0, 26)?;
    if let Some(draft) = &copy.draft {
        put(sheet, (1, 0), &format!("【{}】{}", draft.word, draft.note), Some(&looks.draft), "draft")?;
    }
    Ok(())
}

/// Writes a link to a sheet.
fn link(sheet: &mut Worksheet, at: (u32, u16), to: &str, text: &str, looks: &Looks) -> Result<(), XlsxError> {
    let target = format!("internal:'{to}'!A1");
    sheet.write_url_with_options(at.0, at.1, target.as_str(), text, "", Some(&looks.link))?;
    Ok(())
}
