//! Whole dates in a column, as days that can be compared.

use jiff::civil::Date;

use crate::normalise::full_date;

/// Reads a whole date in any spelling that has one meaning, with a time of day behind it or without.
pub(super) fn read(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() < 6 || text.len() > 60 {
        return None;
    }
    let bytes = text.as_bytes();
    let starts_with_digit = bytes.first().is_some_and(u8::is_ascii_digit);
    if text.is_ascii() && starts_with_digit {
        // The spelling of every workbook and most exports, without a detour.
        if let (Some(b'-'), Some(b'-')) = (bytes.get(4), bytes.get(7)) {
            let day = text.get(..10)?.parse().ok()?;
            return matches!(bytes.get(10), None | Some(b'T' | b' ')).then_some(day);
        }
        let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
        let has_separator = bytes.iter().any(|byte| matches!(byte, b'/' | b'-' | b'.'));
        if digits < 6 || !(has_separator || digits == 8 && bytes.len() == 8) {
            return None;
        }
    } else if !text.chars().any(|c| c.is_numeric() || c == '元') {
        return None;
    }
    let day = text.split_once([' ', 'T']).map_or(text, |(day, time)| if time.contains(':') { day } else { text });
    full_date(day)
}

/// Returns the whole years between two days, the later second.
pub(super) fn years(from: Date, to: Date) -> i16 {
    let not_yet = (to.month(), to.day()) < (from.month(), from.day());
    to.year() - from.year() - i16::from(not_yet)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_spelling_of_a_whole_date_is_read() {
        let wanted = Some(date(1950, 4, 1));
        for text in [
            "1950-04-01",
            "1950/4/1",
            "19500401",
            "1950.4.1",
            "1950年4月1日",
            "昭和25年4月1日",
            "S25.4.1",
            "１９５０／４／１",
            "1950-04-01T00:00:00",
            "1950/4/1 0:00:00",
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
        for text in ["1950", "1950-04", "R-000123", "26/4/1", "12345678901", "発熱", "03-1234-5678", "1950-13-01", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn years_are_whole() {
        assert_eq!(years(date(1950, 4, 1), date(2026, 3, 31)), 75);
        assert_eq!(years(date(1950, 4, 1), date(2026, 4, 1)), 76);
    }
}
