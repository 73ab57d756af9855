//! Whole dates in a column, as days that can be compared.

use jiff::civil::Date;

use crate::normalise::full_date;

/// Reads a whole date in any spelling that has one meaning, with a time of day behind it or without.
pub(super) fn read(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() < 6 || text.len() > 60 {
        return None;
    }
    if text.is_ascii() && !is_ascii_date(text.as_bytes()) {
        return None;
    }
    if let Some(day) = text.get(..10).filter(|day| day.is_ascii()).and_then(|day| day.parse().ok()) {
        // The spelling of every workbook and most exports, without a detour.
        return matches!(text.as_bytes().get(10), None | Some(b'T' | b' ')).then_some(day);
    }
    if !text.is_ascii() && !text.contains(['年', '/', '.', '-', '／', '．', '－', '‐', '−']) {
        return None;
    }
    let day = text.split_once([' ', 'T']).map_or(text, |(day, time)| if time.contains(':') { day } else { text });
    full_date(day)
}

/// Tells by a glance what cannot be a date.
fn is_ascii_date(text: &[u8]) -> bool {
    match text {
        [b'0'..=b'9', ..] => {
            let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
            let has_separator = text.iter().any(|byte| matches!(byte, b'/' | b'-' | b'.'));
            digits >= 6 && (has_separator || text.len() == 8)
        }
        // The letters of the eras.
        [b'M' | b'T' | b'S' | b'H' | b'R' | b'm' | b't' | b's' | b'h' | b'r', b'0'..=b'9', ..] => true,
        _ => false,
    }
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
