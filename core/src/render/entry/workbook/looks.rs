//! Formats, and how high a row is.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

/// The font: made for reading, on every current Windows; another program falls back to its own.
const FONT: &str = "BIZ UDPゴシック";

const LINE: u32 = 0x00BF_C5CE;
const NAVY: u32 = 0x0022_364D;
const GREY: u32 = 0x0056_6372;
const RED: u32 = 0x00B3_261E;

/// The formats of the workbook.
pub(super) struct Looks {
    pub(super) default: Format,
    pub(super) title: Format,
    pub(super) plain: Format,
    pub(super) draft: Format,
    pub(super) heading: Format,
    pub(super) section: Format,
    pub(super) subsection: Format,
    pub(super) text: Format,
    pub(super) centre: Format,
    pub(super) required: Format,
    pub(super) value: Format,
    pub(super) missing: Format,
    pub(super) old: Format,
    pub(super) gone: Format,
    pub(super) bad: Format,
    pub(super) bad_text: Format,
    pub(super) mark: Format,
    pub(super) finished: Format,
}

impl Looks {
    pub(super) fn new() -> Looks {
        let font = || Format::new().set_font_name(FONT).set_font_size(10).set_font_charset(128);
        // The number format of a text keeps what is typed into a cell later a text as well.
        let boxed = || font().set_border(FormatBorder::Thin).set_border_color(LINE).set_num_format("@");
        let text = || boxed().set_text_wrap().set_align(FormatAlign::Top);
        let centre = || text().set_align(FormatAlign::Center);
        let head = |fill: u32| boxed().set_background_color(fill).set_bold().set_align(FormatAlign::VerticalCenter);
        Looks {
            default: font(),
            title: font().set_font_size(15).set_bold().set_font_color(NAVY),
            plain: font().set_font_color(GREY),
            draft: font().set_bold().set_font_color(RED),
            heading: head(NAVY).set_font_color(0x00FF_FFFF).set_text_wrap().set_align(FormatAlign::Center),
            section: head(0x00C9_D6E4),
            subsection: head(0x00E9_EEF4),
            text: text(),
            centre: centre(),
            required: centre().set_bold().set_font_color(RED),
            value: text().set_font_size(11),
            missing: text().set_background_color(0x00FD_ECEA).set_font_color(RED).set_bold(),
            old: text().set_font_color(GREY).set_background_color(0x00F4_F6F8),
            gone: text().set_font_color(GREY).set_font_strikethrough(),
            bad: centre().set_font_color(RED).set_bold(),
            bad_text: text().set_font_color(RED),
            mark: centre().set_font_size(12),
            finished: Format::new().set_font_color(0x0083_90A0).set_background_color(0x00F3_FAF5),
        }
    }
}

/// Returns how many lines a text takes in a column of that width in characters.
pub(super) fn lines(text: &str, width: f64) -> usize {
    let column = format!("{width:.0}").parse::<usize>().unwrap_or(20).saturating_sub(1).max(1);
    let wide = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    text.split('\n').map(|line| wide(line).div_ceil(column).max(1)).sum()
}

/// Returns the height of a row in points; a spreadsheet takes at most 409.
pub(super) fn height(lines: usize) -> f64 {
    f64::from(u32::try_from(lines).unwrap_or(28).min(28)) * 14.0 + 5.0
}
