//! Numbers of cells as texts: as they were written, dates in ISO 8601.

use std::fmt::Write;

use calamine::{ExcelDateTime, ExcelDateTimeType};

use super::styles::Look;

/// First day number after 9999-12-31.
const BEYOND: f64 = 2_958_466.0;
/// Digits that a number keeps for sure.
const SURE_DIGITS: usize = 15;

/// Writes a number; nothing where the text is none.
pub(super) fn write(raw: &str, look: Look, is_1904: bool, text: &mut String) -> Option<()> {
    text.clear();
    let raw = raw.trim();
    let is_whole = !raw.is_empty() && raw.len() <= SURE_DIGITS && raw.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole && look == Look::Number(0) && (raw.len() == 1 || !raw.starts_with('0')) {
        text.push_str(raw);
        return Some(());
    }
    let value: f64 = raw.parse().ok().filter(|value: &f64| value.is_finite())?;
    match look {
        Look::Number(padded) => number(value, padded, text),
        Look::Date | Look::Duration if !(0.0..BEYOND).contains(&value) => number(value, 0, text),
        Look::Duration => clock(value, text),
        Look::Date if value == 0.0 => number(value, 0, text),
        Look::Date if value < 1.0 => clock(value, text),
        Look::Date => day(value, is_1904, text),
    };
    Some(())
}

fn number(value: f64, padded: u8, text: &mut String) {
    // Zero without the sign that a formula may leave on it.
    let value = if value == 0.0 { 0.0 } else { value };
    let width = if value.fract() == 0.0 { usize::from(padded) } else { 0 };
    let _ = write!(text, "{value:0>width$}");
}

fn clock(days: f64, text: &mut String) {
    let seconds = (days * 86_400.0).round();
    let (minutes, second) = ((seconds / 60.0).floor(), seconds % 60.0);
    let _ = write!(text, "{:02}:{:02}:{second:02}", (minutes / 60.0).floor(), minutes % 60.0);
}

fn day(value: f64, is_1904: bool, text: &mut String) {
    let serial = ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904);
    let (year, month, day, hour, minute, second, milli) = serial.to_ymd_hms_milli();
    let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        let _ = write!(text, "T{hour:02}:{minute:02}:{second:02}");
    }
}

/// Returns an ISO date of a cell without a midnight that says nothing.
pub(super) fn iso(text: &str) -> &str {
    text.strip_suffix("T00:00:00")
        .or_else(|| text.strip_suffix("T00:00:00.000"))
        .or_else(|| text.strip_suffix("T00:00:00Z"))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(raw: &str, look: Look, is_1904: bool) -> Option<String> {
        let mut text = String::new();
        write(raw, look, is_1904, &mut text).map(|()| text)
    }

    #[test]
    fn numbers_are_as_they_were_written() {
        for (raw, wanted) in [
            ("1", "1"),
            ("1.0", "1"),
            ("-3", "-3"),
            ("0.10000000000000001", "0.1"),
            ("1.5E+3", "1500"),
            ("1E+20", "100000000000000000000"),
            ("-0", "0"),
            ("123456789012345", "123456789012345"),
            (" 7 ", "7"),
        ] {
            assert_eq!(written(raw, Look::Number(0), false).as_deref(), Some(wanted));
        }
        assert_eq!(written("123", Look::Number(6), false).as_deref(), Some("000123"));
        for bad in ["", "x", "NaN", "inf", "1e999"] {
            assert_eq!(written(bad, Look::Number(0), false), None);
        }
    }

    #[test]
    fn days_count_from_the_epoch_of_the_workbook() {
        for (raw, is_1904, wanted) in [
            ("46113", false, "2026-04-01"),
            ("44651", true, "2026-04-01"),
            ("46113.5", false, "2026-04-01T12:00:00"),
            ("1", false, "1900-01-01"),
            ("59", false, "1900-02-28"),
            ("61", false, "1900-03-01"),
            ("0.5", false, "12:00:00"),
            ("0", false, "0"),
            ("3000000", false, "3000000"),
            ("-1", false, "-1"),
        ] {
            assert_eq!(written(raw, Look::Date, is_1904).as_deref(), Some(wanted));
        }
        assert_eq!(written("1.25", Look::Duration, false).as_deref(), Some("30:00:00"));
    }
}
