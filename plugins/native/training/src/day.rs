//! Days: reading those of cells, and the ends of periods.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use unicode_normalization::UnicodeNormalization;

/// Returns the day of an ISO text.
pub(crate) fn iso(text: &str) -> Option<Date> {
    let [year, month, day] = numbers::<3>(text, '-')?;
    (text.len() == 10).then(|| civil(year, month, day)).flatten()
}

/// Returns month and day of `MM-DD`, a day that some year has.
pub(crate) fn month_day(text: &str) -> Option<(i8, i8)> {
    let [month, day] = numbers::<2>(text, '-')?;
    let leap = civil(2024, month, day)?;
    (text.len() == 5).then(|| (leap.month(), leap.day()))
}

/// Returns the day of a cell: `2024-02-29`, `2024/2/29`, `2024.2.29`, `2024年2月29日`, `20240229`, `令和6年2月29日`, `R6.2.29`, each
/// perhaps with a weekday or a time of day after it. Nothing where the day is impossible or could be read in two ways.
pub(crate) fn read(text: &str) -> Option<Date> {
    let text: String = text.nfkc().collect();
    let text = without_clock(text.trim());
    let (text, weekday) = without_weekday(text);
    let day = spelled(text)?;
    weekday.is_none_or(|weekday| weekday == day.weekday()).then_some(day)
}

/// Eras whose years appear in what people completed: name, letter, the year before its first, first day.
const ERAS: [(&str, char, i32, &str); 2] = [("令和", 'R', 2018, "2019-05-01"), ("平成", 'H', 1988, "1989-01-08")];

fn spelled(text: &str) -> Option<Date> {
    let mut era = None;
    let mut rest = text;
    for (name, letter, before, first) in ERAS {
        let tail = text
            .strip_prefix(name)
            .or_else(|| text.strip_prefix(letter))
            .or_else(|| text.strip_prefix(letter.to_ascii_lowercase()));
        if let Some(tail) = tail {
            era = Some((before, iso(first)?));
            rest = tail.trim_start();
        }
    }
    if era.is_none() && rest.len() == 8 && rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return civil(rest.get(..4)?.parse().ok()?, rest.get(4..6)?.parse().ok()?, rest.get(6..)?.parse().ok()?);
    }
    let plain: String = match rest.strip_suffix('日') {
        Some(rest) => rest.replacen('年', "/", 1).replacen('月', "/", 1),
        None => rest.to_owned(),
    };
    let plain: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = if era.is_some() && plain.starts_with('元') { plain.replacen('元', "1", 1) } else { plain };
    let separator = ['/', '-', '.'].into_iter().find(|c| plain.contains(*c))?;
    let [year, month, day] = numbers::<3>(&plain, separator)?;
    match era {
        // The last days of an era belong to it under no other name.
        Some((before, first)) => {
            let end = if before == 1988 { iso("2019-04-30")? } else { Date::MAX };
            civil(before + year, month, day).filter(|day| (1..100).contains(&year) && (first..=end).contains(day))
        }
        None => civil(year, month, day),
    }
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[i32; N]> {
    let is_plain = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<i32> = text.split(separator).map(|part| Some(part).filter(is_plain)?.parse().ok()).collect::<Option<_>>()?;
    parts.try_into().ok()
}

/// A year of two digits is not taken for one of four.
fn civil(year: i32, month: i32, day: i32) -> Option<Date> {
    let year = Some(year).filter(|year| (1900..=2200).contains(year))?;
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn without_clock(text: &str) -> &str {
    let is_clock = |tail: &str| {
        let tail = tail.trim_end_matches('Z');
        tail.contains(':') && tail.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+'))
    };
    match text.rsplit_once([' ', 'T']) {
        Some((day, clock)) if is_clock(clock) => day.trim_end(),
        _ => text,
    }
}

fn without_weekday(text: &str) -> (&str, Option<Weekday>) {
    let letters = ['月', '火', '水', '木', '金', '土', '日'];
    let inner = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    let Some((day, letter)) = inner else { return (text, None) };
    let letter = letter.trim_end_matches("曜日").trim_end_matches('曜');
    let found = letters.iter().position(|known| letter.chars().eq([*known]));
    match found.and_then(|index| Weekday::from_monday_zero_offset(index.try_into().ok()?).ok()) {
        Some(weekday) => (day.trim_end(), Some(weekday)),
        None => (text, None),
    }
}

/// Returns the last day of a period of months that begins on `first`: the day before the day that corresponds to the first, or,
/// where that month has no such day, its last (Civil Code, article 143, paragraph 2).
pub(crate) fn last_of_months(first: Date, months: i32) -> Option<Date> {
    let corresponding = first.checked_add(months.months()).ok()?;
    if corresponding.day() == first.day() { yesterday(corresponding) } else { Some(corresponding) }
}

/// Returns the last day of a period of days that begins on `first`.
pub(crate) fn last_of_days(first: Date, days: u16) -> Option<Date> {
    first.checked_add(Span::new().days(i64::from(days))).ok().and_then(yesterday)
}

/// Returns the first day of the fiscal year in which a day lies.
pub(crate) fn fiscal_year(day: Date, start: (i8, i8)) -> Option<Date> {
    let this = Date::new(day.year(), start.0, start.1).ok()?;
    if this <= day { Some(this) } else { Date::new(day.year() - 1, start.0, start.1).ok() }
}

/// Returns the first such day of a year after another day; 29 February is the last of February where there is none.
pub(crate) fn next(after: Date, (month, day): (i8, i8)) -> Option<Date> {
    let in_year = |year: i16| Date::new(year, month, day).or_else(|_| Date::new(year, month, day - 1)).ok();
    in_year(after.year()).filter(|found| *found > after).or_else(|| in_year(after.year() + 1))
}

/// Returns the day after.
pub(crate) fn tomorrow(day: Date) -> Option<Date> {
    day.tomorrow().ok()
}

fn yesterday(day: Date) -> Option<Date> {
    day.yesterday().ok()
}

/// Returns how many days lie between, negative when `to` is before `from`.
pub(crate) fn days(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).map_or(0, |span| span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_every_spelling_that_has_one_meaning() {
        let leap = iso("2024-02-29");
        assert!(leap.is_some());
        for text in [
            "2024-02-29",
            "2024/2/29",
            "2024/02/29 13:05",
            "2024-02-29T00:00:00",
            "2024.2.29",
            "2024年2月29日",
            "２０２４／２／２９",
            "20240229",
            "令和6年2月29日",
            "R6.2.29",
            "令和６年２月２９日（木）",
            "2024/2/29 (木)",
            "2024年 2月 29日",
        ] {
            assert_eq!(read(text), leap, "{text}");
        }
        assert_eq!(read("令和元年5月1日"), iso("2019-05-01"));
        assert_eq!(read("平成31年4月30日"), iso("2019-04-30"));
        for text in [
            "",
            "-",
            "2023-02-29",
            "2024/2/30",
            "24/2/29",
            "2/29/2024",
            "29.02.2024",
            "令和1年4月30日",
            "平成31年5月1日",
            "2024/2",
            "45351",
            "2024/2/29 (金)",
            "令和6年13月1日",
            "2024-2-29-1",
            "R0.1.1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn periods_end_as_the_civil_code_says() {
        let last =
            |first: &str, months: i32| iso(first).and_then(|first| last_of_months(first, months)).map(|day| day.to_string());
        assert_eq!(last("2024-03-01", 12).as_deref(), Some("2025-02-28"));
        assert_eq!(last("2024-02-29", 12).as_deref(), Some("2025-02-28"));
        assert_eq!(last("2024-02-29", 48).as_deref(), Some("2028-02-28"));
        assert_eq!(last("2024-01-31", 1).as_deref(), Some("2024-02-29"));
        assert_eq!(last("2023-03-01", 12).as_deref(), Some("2024-02-29"));
    }

    #[test]
    fn fiscal_years_turn_on_their_first_day() {
        let year = |day: &str| iso(day).and_then(|day| fiscal_year(day, (4, 1))).map(|day| day.to_string());
        assert_eq!(year("2025-03-31").as_deref(), Some("2024-04-01"));
        assert_eq!(year("2025-04-01").as_deref(), Some("2025-04-01"));
    }
}
