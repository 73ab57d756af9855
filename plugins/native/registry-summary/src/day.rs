//! Days of the calendar.

use std::collections::BTreeMap;
use std::fmt;

use crate::fold::narrow;

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(pub(crate) i32);

impl Day {
    /// The day with this year, month and day of the month; none when there is no such day.
    pub(crate) fn new(year: i32, month: u8, day: u8) -> Option<Day> {
        let valid = (1800..=2999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= length(year, month);
        valid.then(|| Day(since_epoch(year, month, day)))
    }

    /// Reads a day that is written as an ISO date, with strokes or points, in Japanese, in an era, or as eight digits. A time
    /// after it is not read.
    pub(crate) fn read(text: &str, eras: &BTreeMap<String, i32>) -> Option<Day> {
        let text = narrow(text);
        let date = text.split(['T', ' ']).next().unwrap_or_default();
        if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
            return Day::of_parts(date.get(..4)?, date.get(4..6)?, date.get(6..)?, 0);
        }
        let era = eras.iter().find_map(|(era, before)| Some((date.strip_prefix(era.as_str())?, *before)));
        let (date, before) = era.unwrap_or((date, 0));
        if before == 0 && date.split(['-', '/', '.', '年']).next()?.len() != 4 {
            return None;
        }
        let mut parts = date.strip_suffix('日').unwrap_or(date).splitn(3, ['-', '/', '.', '年', '月']);
        let year = parts.next()?;
        let year = if before != 0 && year == "元" { "1" } else { year };
        Day::of_parts(year, parts.next()?, parts.next()?, before)
    }

    fn of_parts(year: &str, month: &str, day: &str, before: i32) -> Option<Day> {
        Day::new(
            number(year, 4)?.checked_add(before)?,
            u8::try_from(number(month, 2)?).ok()?,
            u8::try_from(number(day, 2)?).ok()?,
        )
    }

    /// The year, the month and the day of the month.
    pub(crate) fn parts(self) -> (i32, u8, u8) {
        // Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is the last of a year.
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

fn number(text: &str, digits: usize) -> Option<i32> {
    let fits = !text.is_empty() && text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

fn length(year: i32, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn since_epoch(year: i32, month: u8, day: u8) -> i32 {
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let from_march = (i32::from(month) + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + i32::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let eras = BTreeMap::from([("令和".to_owned(), 2018), ("R".to_owned(), 2018)]);
        Day::read(text, &eras).map(|day| day.to_string())
    }

    #[test]
    fn a_day_is_read_in_the_ways_people_write_it() {
        for text in [
            "2024-02-29",
            "2024/2/29",
            "2024.02.29",
            "２０２４年２月２９日",
            "20240229",
            "令和6年2月29日",
            "R6.2.29",
            "2024-02-29T00:00:00",
        ] {
            assert_eq!(read(text).as_deref(), Some("2024-02-29"), "{text}");
        }
        assert_eq!(read("令和元年5月1日").as_deref(), Some("2019-05-01"));
    }

    #[test]
    fn what_is_no_day_or_may_be_another_is_not_read() {
        for text in
            ["", "2023-02-29", "2024-13-01", "24-02-29", "29/02/2024", "02/03/2024", "2024-2", "45000", "+2024-01-01", "不明"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn days_follow_each_other_through_leap_years() {
        let first = Day::new(1899, 12, 31).map_or(0, |day| day.0);
        let last = Day::new(2101, 1, 1).map_or(0, |day| day.0);
        assert_eq!(last - first, 73_415);
        for day in first..last {
            let (year, month, of_month) = Day(day).parts();
            assert_eq!(Day::new(year, month, of_month), Some(Day(day)));
        }
        assert_eq!(Day::new(1970, 1, 1), Some(Day(0)));
    }
}
