//! Formats, each made once.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, FormatPattern};
use todokede_abi::report::{Emphasis, Kind};

use super::super::value::Value;
use crate::workbook::FONT;

const LINE: u32 = 0x00BF_C5CE;
const NAVY: u32 = 0x001F_3864;
const PALE: u32 = 0x00DD_E6F3;
const GREY: u32 = 0x0059_5959;
const RED: u32 = 0x00B3_261E;

/// The formats of the workbook.
pub(super) struct Looks {
    pub(super) default: Format,
    pub(super) title: Format,
    pub(super) draft: Format,
    pub(super) heading: Format,
    pub(super) subheading: Format,
    pub(super) head: Format,
    pub(super) label: Format,
    pub(super) text: Format,
    pub(super) note: Format,
    pub(super) link: Format,
    cells: BTreeMap<(u8, u8, usize), Format>,
}

impl Looks {
    pub(super) fn new() -> Looks {
        let wrapped = || font().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@");
        let boxed = || wrapped().set_border(FormatBorder::Thin).set_border_color(LINE);
        Looks {
            default: font(),
            title: font().set_font_size(15).set_bold().set_font_color(NAVY).set_num_format("@"),
            draft: font().set_bold().set_font_color(RED).set_num_format("@"),
            heading: wrapped().set_font_size(13).set_bold().set_font_color(NAVY),
            subheading: wrapped().set_font_size(11).set_bold().set_font_color(NAVY),
            head: boxed()
                .set_background_color(NAVY)
                .set_font_color(0x00FF_FFFF)
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            label: boxed().set_background_color(PALE).set_bold(),
            text: boxed(),
            note: wrapped().set_font_color(GREY),
            link: wrapped().set_font_color(0x000B_5CAD).set_underline(rust_xlsxwriter::FormatUnderline::Single),
            cells: BTreeMap::new(),
        }
    }

    /// Returns the format of a cell of a table; of a number with so many digits behind the point as it has, because a
    /// spreadsheet rounds what it shows in any other.
    pub(super) fn cell(&mut self, value: &Value, number: bool, kind: Kind, emphasis: Emphasis) -> &Format {
        let (shape, decimals) = match value {
            Value::Number(figure) if number => (1, figure.decimals),
            Value::Day(_) if number => (2, 0),
            Value::Masked(_) => (3, 0),
            _ => (0, 0),
        };
        let weight = match emphasis {
            Emphasis::None => 0,
            Emphasis::Total => 1,
            Emphasis::Warning => 2,
            Emphasis::Error => 3,
        };
        let right = u8::from(kind == Kind::Number);
        self.cells.entry((shape * 2 + right, weight, decimals)).or_insert_with(|| {
            let cell = font().set_border(FormatBorder::Thin).set_border_color(LINE).set_align(FormatAlign::Top);
            let cell = match shape {
                1 if decimals > 0 => cell.set_num_format(format!("0.{}", "0".repeat(decimals))),
                1 => cell.set_num_format("0"),
                2 => cell.set_num_format("yyyy\\-mm\\-dd"),
                // The number format of a text keeps it a text when somebody edits it.
                _ => cell.set_num_format("@").set_text_wrap(),
            };
            let cell = cell.set_align(if right == 1 { FormatAlign::Right } else { FormatAlign::Left });
            let cell = match weight {
                0 => cell,
                1 => cell.set_bold().set_background_color(PALE).set_border_top(FormatBorder::Medium),
                2 => cell.set_background_color(0x00FF_F4D6),
                _ => cell.set_background_color(0x00FD_ECEA).set_bold(),
            };
            match shape {
                3 => cell.set_pattern(FormatPattern::LightUp).set_foreground_color(0x00C3_CCD6).set_font_color(GREY),
                _ => cell,
            }
        })
    }
}

fn font() -> Format {
    Format::new().set_font_name(FONT).set_font_size(10).set_font_charset(128)
}
