//! Dates in every spelling that records have.

use jiff::civil::Date;

/// What a text says of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// A day.
    Day(Date),
    /// A day, written month first where the format has the day first.
    MonthFirst(Date),
    /// A day that systems write when there is none.
    Null,
    /// A month without a day.
    Month,
    /// No date, or one that does not exist.
    Bad,
}

/// Days that are written where there is no date.
const NULLS: [(i16, i8, i8); 6] = [(1900, 1, 1), (1990, 1, 1), (1899, 12, 30), (1899, 12, 31), (1753, 1, 1), (1, 1, 1)];

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads a date: ISO with or without a time, `dd/mm/yyyy`, `yyyy/mm/dd`, `yyyymmdd`, `25 February 2020`, `02-Apr-19`,
/// `Mar  4 2019 12:00AM`, `Aug. 06, 2019`. Of numbers with slashes the first is the day, as WHO has it.
pub(super) fn read(text: &str) -> Read {
    let text = without_time(text.trim());
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let read = match parts.as_slice() {
        [digits] if digits.len() == 8 => compact(digits),
        [year, month] if year.len() == 4 && number(year).is_some() && number(month).is_some() => return month_of(year, month),
        [month, year] if named(month).is_some() && year.len() == 4 => return Read::Month,
        [first, second, third] => three(first, second, third),
        _ => return Read::Bad,
    };
    match read {
        Some((year, month, day)) if NULLS.contains(&(year, month, day)) => Read::Null,
        Some((year, month, day)) => match Date::new(year, month, day) {
            Ok(date) if (1900..2200).contains(&year) => Read::Day(date),
            // Only one reading is left when the "month" is beyond twelve.
            Err(_) if month > 12 && text.contains('/') => match Date::new(year, day, month) {
                Ok(date) if (1900..2200).contains(&year) => Read::MonthFirst(date),
                _ => Read::Bad,
            },
            _ => Read::Bad,
        },
        None => Read::Bad,
    }
}

fn month_of(year: &str, month: &str) -> Read {
    let fits =
        number(year).is_some_and(|year| (1900..2200).contains(&year)) && number(month).is_some_and(|m| (1..=12).contains(&m));
    if fits { Read::Month } else { Read::Bad }
}

/// Cuts a time that follows the day.
fn without_time(text: &str) -> &str {
    let iso = text.get(10..).is_some_and(|rest| rest.starts_with('T')) && text.is_char_boundary(10);
    if iso {
        return text.get(..10).unwrap_or(text);
    }
    match text.find(':') {
        // The word that holds the colon, and what follows it, is the time.
        Some(colon) => text.get(..colon).and_then(|before| before.rfind(' ').and_then(|at| before.get(..at))).unwrap_or(text),
        None => text,
    }
}

fn compact(digits: &str) -> Option<(i16, i8, i8)> {
    let part = |from: usize, to: usize| digits.get(from..to).and_then(number);
    Some((part(0, 4)?, i8::try_from(part(4, 6)?).ok()?, i8::try_from(part(6, 8)?).ok()?))
}

fn three(first: &str, second: &str, third: &str) -> Option<(i16, i8, i8)> {
    let small = |text: &str| number(text).and_then(|value| i8::try_from(value).ok());
    if let Some(month) = named(first) {
        return Some((year(third)?, month, small(second)?));
    }
    if let Some(month) = named(second) {
        return Some((year(third)?, month, small(first)?));
    }
    if first.len() == 4 {
        return Some((year(first)?, small(second)?, small(third)?));
    }
    (third.len() == 4).then_some(())?;
    Some((year(third)?, small(second)?, small(first)?))
}

/// A year of two digits is of this century: registries began in 2000.
fn year(text: &str) -> Option<i16> {
    match text.len() {
        4 => number(text),
        2 => number(text).map(|year| year + 2000),
        _ => None,
    }
}

fn number(text: &str) -> Option<i16> {
    text.chars().all(|c| c.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn named(text: &str) -> Option<i8> {
    let text = text.to_ascii_lowercase();
    if text.len() < 3 || !text.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let at = MONTHS.iter().position(|month| text.starts_with(month))?;
    i8::try_from(at + 1).ok()
}

/// What a date says of a phase: `1-2` that a spreadsheet took for the first of February or the second of January.
pub(super) fn mangled_phase(text: &str) -> Option<&'static str> {
    let text = without_time(text.trim());
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let small =
        |text: &&str| named(text).or_else(|| number(text).filter(|_| text.len() < 4).and_then(|n| i8::try_from(n).ok()));
    // `1-2` itself is a phase and no date: without a year one of the two must be the name of a month.
    let has_name = parts.iter().any(|part| named(part).is_some());
    let pair: Vec<i8> = match parts.as_slice() {
        [first, second] if has_name => [first, second].into_iter().filter_map(small).collect(),
        [year, rest @ ..] if year.len() == 4 && rest.len() == 2 => rest.iter().filter_map(small).collect(),
        [rest @ .., year] if rest.len() == 2 && (year.len() == 4 || has_name) => rest.iter().filter_map(small).collect(),
        _ => return None,
    };
    match pair.as_slice() {
        [1, 2] | [2, 1] => Some("1-2"),
        [2, 3] | [3, 2] => Some("2-3"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_gives_the_same_day() {
        let day = Read::Day(Date::constant(2019, 4, 2));
        for text in [
            "2019-04-02",
            "2019-04-02T04:00:00.000Z",
            "2019-04-02 00:00:00",
            "02/04/2019",
            "2/4/2019",
            "2019/04/02",
            "20190402",
            "2 April 2019",
            "02-Apr-19",
            "Apr  2 2019 12:00AM",
            "April. 02, 2019",
        ] {
            assert_eq!(read(text), day, "{text}");
        }
        assert_eq!(read("02/25/2019"), Read::MonthFirst(Date::constant(2019, 2, 25)));
    }

    #[test]
    fn what_is_no_day_is_said() {
        for text in ["1900-01-01", "01/01/1900", "Jan  1 1900 12:00AM", "Jan  1 1990 12:00AM"] {
            assert_eq!(read(text), Read::Null, "{text}");
        }
        for text in ["2021-07", "July 2021"] {
            assert_eq!(read(text), Read::Month, "{text}");
        }
        for text in ["", "31/02/2020", "2020-13-45", "soon", "99999999", "a/b/c", "１２", "2019-04", "::", "0000-00"] {
            assert!(!matches!(read(text), Read::Day(_)), "{text}");
        }
    }

    #[test]
    fn a_phase_that_became_a_date_is_told_from_other_dates() {
        for text in ["2020-02-01 00:00:00", "2020-01-02", "1-Feb", "01/02/2020", "Feb-01"] {
            assert_eq!(mangled_phase(text), Some("1-2"), "{text}");
        }
        for text in ["2020-03-02", "2-Mar", "3/2/2019"] {
            assert_eq!(mangled_phase(text), Some("2-3"), "{text}");
        }
        for text in ["1-2", "2", "Phase 1/Phase 2", "2020-05-01", "3"] {
            assert_eq!(mangled_phase(text), None, "{text}");
        }
    }
}
