//! How a value is shown. The same digits in every format.

use todokede_abi::report::Cell;

use super::fair_copy::said;
use crate::model::Lang;

/// Most digits that a spreadsheet keeps of a number.
const SHEET_DIGITS: usize = 15;

/// A value in one language.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Nothing.
    Blank,
    /// A number.
    Number(Figure),
    /// A text.
    Text(String),
    /// The mark of a value that is not shown.
    Masked(String),
    /// A day, ISO.
    Day(String),
}

/// A number as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// Its digits.
    pub(super) text: String,
    /// Its value, for drawing and for cells of a spreadsheet.
    pub(super) value: f64,
    /// How many digits stand behind the point.
    pub(super) decimals: usize,
}

impl Figure {
    /// Returns a whole number.
    pub(super) fn whole(number: i64) -> Figure {
        #[expect(clippy::cast_precision_loss, reason = "what loses digits is not written as a number, see `fits_a_sheet`")]
        Figure { text: number.to_string(), value: number as f64, decimals: 0 }
    }

    /// Returns a number with the fewest digits that tell it from every other; never with an exponent.
    pub(super) fn decimal(number: f64) -> Figure {
        // There is no minus nought.
        let value = if number == 0.0 { 0.0 } else { number };
        let text = value.to_string();
        let decimals = text.split_once('.').map_or(0, |(_, behind)| behind.len());
        Figure { text, value, decimals }
    }

    /// Returns whether a spreadsheet keeps every digit.
    pub(super) fn fits_a_sheet(&self) -> bool {
        let digits = self.text.trim_start_matches(['-', '0', '.']).chars().filter(char::is_ascii_digit).count();
        digits <= SHEET_DIGITS
    }
}

impl Value {
    /// Says a cell in one language.
    pub(super) fn of(cell: &Cell, lang: Lang) -> Value {
        match cell {
            Cell::Blank => Value::Blank,
            Cell::Whole(number) => Value::Number(Figure::whole(*number)),
            Cell::Number(number) => Value::Number(Figure::decimal(*number)),
            Cell::Text(text) if text.is_empty() => Value::Blank,
            Cell::Text(text) => Value::Text(lines(text)),
            Cell::Words(words) => match said(words, lang) {
                text if text.is_empty() => Value::Blank,
                text => Value::Text(text),
            },
            Cell::Masked { masked } => Value::Masked(said(masked, lang)),
            Cell::Date { date } => Value::Day(date.clone()),
        }
    }

    /// Returns what is read.
    pub(super) fn text(&self) -> &str {
        match self {
            Value::Blank => "",
            Value::Number(figure) => &figure.text,
            Value::Text(text) | Value::Masked(text) | Value::Day(text) => text,
        }
    }
}

/// Returns a text whose lines end in the one way that every format keeps.
pub(super) fn lines(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full_and_as_they_are() {
        for (number, text, decimals) in
            [(12.5, "12.5", 1), (13.0, "13", 0), (-0.0, "0", 0), (1e-7, "0.0000001", 7), (1e14, "100000000000000", 0)]
        {
            let figure = Figure::decimal(number);
            assert_eq!((figure.text.as_str(), figure.decimals), (text, decimals));
        }
        assert_eq!(Figure::whole(i64::MIN).text, "-9223372036854775808");
    }

    #[test]
    fn a_sheet_keeps_fifteen_digits() {
        assert!(Figure::whole(999_999_999_999_999).fits_a_sheet());
        assert!(!Figure::whole(1_000_000_000_000_001).fits_a_sheet());
        assert!(Figure::decimal(-0.000_123_456_789_012).fits_a_sheet());
        assert!(!Figure::decimal(33.333_333_333_333_33).fits_a_sheet());
    }
}
