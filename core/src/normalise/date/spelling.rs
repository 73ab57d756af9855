//! The shapes a date is written in, before anything is said of the day.

use std::borrow::Cow;

use crate::normalise::era::Era;
use crate::text::fold;

/// A date's parts as they are written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// A year of four digits first.
    Common {
        /// Year of the common era.
        year: i16,
        /// Month.
        month: i8,
        /// Day.
        day: i8,
    },
    /// A year of an era.
    Japanese {
        /// The era.
        era: &'static Era,
        /// Its year.
        year: i16,
        /// Month.
        month: i8,
        /// Day.
        day: i8,
    },
    /// Three short numbers, `26/4/1`.
    ShortYear([i8; 3]),
    /// Two short numbers and a year of four digits, `1/4/2026`.
    YearLast((i8, i8, i16)),
    /// Two short numbers, `4/1`.
    NoYear([i8; 2]),
    /// A number in the range of a spreadsheet's day numbers.
    DayNumber(i32),
}

/// Monday first.
pub(super) const WEEKDAYS: &str = "月火水木金土日";

/// Day numbers of dates from 1927 to 2104; a bare number outside is more likely something else.
pub(super) const DAY_NUMBERS: std::ops::RangeInclusive<f64> = 10_000.0..=74_700.0;

/// Reads the shape of a date and the weekday written after it, Monday 0.
pub(super) fn parse(text: &str) -> Option<(Spelling, Option<i8>)> {
    let folded = fold::map(text, |c| if fold::is_hyphen(c) { '-' } else { fold::ascii_char(c) });
    let bare = without_midnight(&folded);
    let bare = without_loose_spaces(bare);
    let (body, weekday) = split_weekday(&bare);
    let spelling = match Era::strip(body) {
        Some((era, rest)) => of_era(era, rest)?,
        None => of_common(body)?,
    };
    Some((spelling, weekday))
}

fn of_era(era: &'static Era, text: &str) -> Option<Spelling> {
    let parts = split(text)?;
    let [year, month, day] = parts.as_slice() else { return None };
    let year = if *year == "元" { 1 } else { i16::from(short(year)?) };
    Some(Spelling::Japanese { era, year, month: short(month)?, day: short(day)? })
}

fn of_common(text: &str) -> Option<Spelling> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return of_digits(text);
    }
    match split(text)?.as_slice() {
        [year, month, day] if year.len() == 4 => {
            Some(Spelling::Common { year: year.parse().ok()?, month: short(month)?, day: short(day)? })
        }
        [first, second, year] if year.len() == 4 => {
            Some(Spelling::YearLast((short(first)?, short(second)?, year.parse().ok()?)))
        }
        [first, second, third] => Some(Spelling::ShortYear([short(first)?, short(second)?, short(third)?])),
        [first, second] => Some(Spelling::NoYear([short(first)?, short(second)?])),
        _ => None,
    }
}

fn of_digits(text: &str) -> Option<Spelling> {
    let pair = |from: usize| text.get(from..from + 2)?.parse().ok();
    match text.len() {
        8 => Some(Spelling::Common { year: text.get(..4)?.parse().ok()?, month: pair(4)?, day: pair(6)? }),
        6 => Some(Spelling::ShortYear([pair(0)?, pair(2)?, pair(4)?])),
        5 => {
            let number: i32 = text.parse().ok()?;
            DAY_NUMBERS.contains(&f64::from(number)).then_some(Spelling::DayNumber(number))
        }
        _ => None,
    }
}

/// Splits at 年月日 or at one kind of separator; nothing where a part is not a number.
fn split(text: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = if let Some(rest) = text.strip_suffix('日') {
        let (head, day) = rest.split_once('月')?;
        match head.split_once('年') {
            Some((year, month)) => vec![year, month, day],
            None => vec![head, day],
        }
    } else {
        let separator = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
        text.split(separator).collect()
    };
    let number = |part: &&str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.iter().all(|part| number(part) || *part == "元").then_some(parts)
}

/// Reads one or two digits.
fn short(part: &str) -> Option<i8> {
    if part.len() <= 2 { part.parse().ok() } else { None }
}

/// Takes off a time of day, which spreadsheets and databases write after a date, where it is midnight.
fn without_midnight(text: &str) -> &str {
    match text.split_once([' ', 'T']) {
        Some((day, "00:00:00" | "0:00:00" | "00:00" | "0:00" | "00:00:00.000")) if day.len() >= 8 => day,
        _ => text,
    }
}

/// Drops the spaces that align numbers (`令和 8年 4月 1日`), but none between two digits.
fn without_loose_spaces(text: &str) -> Cow<'_, str> {
    if !text.contains(' ') {
        return Cow::Borrowed(text);
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let joins = words.windows(2).any(|pair| {
        let [before, after] = pair else { return false };
        is_digit(before.chars().next_back()) && is_digit(after.chars().next())
    });
    if joins { Cow::Borrowed(text) } else { Cow::Owned(words.concat()) }
}

/// Splits off `(水)`, `(水曜)`, `(水曜日)` or `水曜日`.
fn split_weekday(text: &str) -> (&str, Option<i8>) {
    let bracketed = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let (body, name) = match bracketed {
        Some((body, inner)) => (body, inner.strip_suffix("曜日").or_else(|| inner.strip_suffix('曜')).unwrap_or(inner)),
        None => {
            match text.strip_suffix("曜日").and_then(|rest| rest.char_indices().next_back().map(|(at, _)| rest.split_at(at)))
            {
                Some(split) => split,
                None => return (text, None),
            }
        }
    };
    match WEEKDAYS.chars().position(|day| name.chars().eq([day])) {
        Some(at) => (body, i8::try_from(at).ok()),
        None => (text, None),
    }
}
