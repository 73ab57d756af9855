//! Numbers as people see them in a cell.

/// Most significant digits a spreadsheet keeps; what is beyond was rounded or is a rounding error.
const CERTAIN_DIGITS: usize = 15;

/// Prints a number without exponent and without `.0`; a whole one with zeros in front up to `padded` digits.
pub(super) fn print(value: f64, padded: u8) -> String {
    if value == 0.0 || (value.fract() == 0.0 && value > 0.0) {
        // The absolute value, because there is a zero below zero.
        return format!("{:0>width$}", value.abs(), width = usize::from(padded));
    }
    value.to_string()
}

/// Returns whether a printed number may differ from the digits that were typed.
pub(super) fn is_doubtful(printed: &str) -> bool {
    let digits = printed.trim_start_matches(['-', '0', '.']).chars().filter(char::is_ascii_digit).count();
    digits > CERTAIN_DIGITS || printed.contains(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_a_cell_shows_them() {
        let cases = [
            (20.0, 0, "20"),
            (0.0, 0, "0"),
            (-0.0, 0, "0"),
            (0.1, 0, "0.1"),
            (-5.0, 3, "-5"),
            (1.5, 4, "1.5"),
            (10.0, 3, "010"),
            (1234.0, 3, "1234"),
            (0.0, 3, "000"),
            (1e10, 0, "10000000000"),
            (1e-7, 0, "0.0000001"),
        ];
        for (value, padded, wanted) in cases {
            assert_eq!(print(value, padded), wanted);
        }
    }

    #[test]
    fn digits_a_spreadsheet_does_not_keep_are_doubtful() {
        for value in [1e15, 9_007_199_254_740_993.0, 1e300, 0.1 + 0.2, 1.0 / 3.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(is_doubtful(&print(value, 0)), "{value}");
        }
        for value in [999_999_999_999_999.0, 0.1, 1e-7, -12.5, 0.0, 0.000_123] {
            assert!(!is_doubtful(&print(value, 0)), "{value}");
        }
    }
}
