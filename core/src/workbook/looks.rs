//! How a workbook looks: formats made once, colours, widths. A mark is always a word too, never a colour alone.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::plan::{Content, Entry};
use crate::model::Kind;
use crate::model::form::Need;

/// The font: made for reading, on every current Windows; another program falls back to its own.
pub(crate) const FONT: &str = "BIZ UDPゴシック";

const LINE: u32 = 0x00BF_C5CE;
const NAVY: u32 = 0x001F_3864;
const PALE: u32 = 0x00DD_E6F3;
const GREY: u32 = 0x0076_7676;

/// The formats of a workbook.
pub(super) struct Looks {
    pub(super) title: Format,
    pub(super) lead: Format,
    pub(super) heading: Format,
    pub(super) section: Format,
    pub(super) label: Format,
    pub(super) label_required: Format,
    pub(super) text: Format,
    pub(super) small: Format,
    pub(super) value: Format,
    pub(super) value_required: Format,
    pub(super) value_blank: Format,
    /// Cells of a table whose rows stay one line high.
    pub(super) line: Format,
    /// Cells of a table whose rows grow.
    pub(super) cell: Format,
    marks: [Format; 4],
}

impl Looks {
    pub(super) fn new() -> Looks {
        let font = || Format::new().set_font_name(FONT).set_font_size(10).set_font_charset(128);
        let boxed = || font().set_border(FormatBorder::Thin).set_border_color(LINE);
        let wrapped = || boxed().set_text_wrap().set_align(FormatAlign::VerticalCenter);
        let value = || wrapped().set_num_format("@");
        let filled = |fill: u32, ink: u32| boxed().set_background_color(fill).set_font_color(ink);
        let middle = |format: Format| format.set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        let head = |fill, ink| middle(filled(fill, ink).set_bold().set_text_wrap());
        Looks {
            title: font().set_font_size(16).set_bold().set_font_color(NAVY),
            lead: font().set_text_wrap().set_align(FormatAlign::Top),
            heading: head(NAVY, 0x00FF_FFFF),
            section: filled(PALE, NAVY).set_text_wrap().set_align(FormatAlign::VerticalCenter),
            label: wrapped(),
            label_required: wrapped().set_bold(),
            text: wrapped(),
            small: wrapped().set_font_size(8).set_font_color(GREY),
            value: value(),
            value_required: value().set_background_color(0x00FF_F8E1),
            value_blank: value().set_background_color(0x00EC_ECEC),
            line: font().set_num_format("@").set_align(FormatAlign::Top),
            cell: font().set_num_format("@").set_align(FormatAlign::Top).set_text_wrap(),
            marks: [
                middle(filled(0x00B3_261E, 0x00FF_FFFF).set_bold()),
                middle(filled(0x00FF_E08A, 0x0033_2900).set_bold()),
                middle(filled(0x00EE_F2F6, 0x0033_3F50)),
                middle(filled(0x00FF_FFFF, 0x0059_5959).set_italic()),
            ],
        }
    }

    /// Returns the format of cells without one, with the row height and the column width in pixels that go with it.
    pub(super) fn default_font(&self) -> (Format, u32, u32) {
        (Format::new().set_font_name(FONT).set_font_size(10).set_font_charset(128), 20, 64)
    }

    /// Returns the format of a mark.
    pub(super) fn mark(&self, need: Need) -> &Format {
        let [required, conditional, optional, blank] = &self.marks;
        match need {
            Need::Required => required,
            Need::Conditional => conditional,
            Need::Optional => optional,
            Need::Blank | Need::System | Need::Absent => blank,
        }
    }

    /// Returns the format of a column's heading.
    pub(super) fn column_heading(&self, need: Need) -> Format {
        match need {
            Need::Required => self.heading.clone(),
            Need::Conditional | Need::Optional | Need::Blank | Need::System | Need::Absent => {
                self.heading.clone().set_background_color(PALE).set_font_color(NAVY)
            }
        }
    }

    /// Returns the format of a value on the page.
    pub(super) fn page_value(&self, need: Need) -> &Format {
        match need {
            Need::Required => &self.value_required,
            Need::Conditional | Need::Optional => &self.value,
            Need::Blank | Need::System | Need::Absent => &self.value_blank,
        }
    }
}

/// Returns the width of a table's column in half-width characters.
pub(super) fn column_width(entry: &Entry) -> usize {
    let by_kind = match &entry.field.kind {
        _ if matches!(entry.content, Content::Link(_)) => 14,
        Kind::Text => 26,
        Kind::Key | Kind::Date | Kind::Digits(_) | Kind::Int | Kind::Year => 13,
        Kind::Code(_) => 20,
        Kind::Symbol | Kind::Receipt | Kind::Phone | Kind::Kana => 18,
        Kind::Contact => 24,
    };
    by_kind.max((width(entry.label) + 2).min(24))
}

/// Returns the width of a text in half-width characters.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

/// Returns how many lines a text takes in a column of that width.
pub(crate) fn lines(text: &str, column: usize) -> usize {
    // The font is proportional: a text takes about a tenth less than its letters at full width.
    text.split('\n').map(|line| (width(line) * 9).div_ceil(column.max(1) * 10).max(1)).sum()
}

/// Returns how many lines the tallest of a row's texts takes.
pub(super) fn tallest(texts: &[String], widths: &[u32]) -> usize {
    let fits = |(text, width): (&String, &u32)| lines(text, usize::try_from(*width).unwrap_or(20).saturating_sub(1));
    texts.iter().zip(widths).map(fits).max().unwrap_or(1)
}

/// Returns the height of a row with that many lines, in points.
pub(crate) fn height(lines: usize) -> f64 {
    f64::from(u32::try_from(lines).unwrap_or(30).min(30)) * 13.5 + 4.5
}

/// Sets up printing: A4, landscape, `across` pages wide, headings on every page.
pub(super) fn paper(sheet: &mut Worksheet, headings: (u32, u32), across: u16) -> Result<(), XlsxError> {
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(across, 0).set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&L&A&R&P / &N").set_repeat_rows(headings.0, headings.1)?;
    Ok(())
}
