//! What an ambiguous date could mean, so that a person can pick.

use jiff::civil::Date;

use crate::model::Text;
use crate::normalise::era::{self, ERAS, Era};

/// Returns the days that three short numbers could be: a year of this century, a year of an era, the day first.
pub(super) fn of_short_year([first, second, third]: [i8; 3]) -> Vec<Text> {
    let mut days = Vec::new();
    let century = Date::new(2000 + i16::from(first), second, third);
    days.extend(century.ok().map(|day| (day, None)));
    for era in ERAS.iter().rev().filter(|_| first > 0) {
        let day = Date::new(era.common_year(i16::from(first)), second, third);
        days.extend(day.ok().filter(|day| *day >= era::CALENDAR_START && era.contains(*day)).map(|day| (day, Some(era))));
    }
    let day_first = Date::new(2000 + i16::from(third), second, first);
    days.extend(day_first.ok().filter(|_| first != third).map(|day| (day, None)));
    days.into_iter().map(|(day, era)| reading(day, era)).collect()
}

/// Returns the days that two short numbers before a year could be: the day first or the month first.
pub(super) fn of_year_last((first, second, year): (i8, i8, i16)) -> Vec<Text> {
    let day_first = Date::new(year, second, first).ok();
    let month_first = Date::new(year, first, second).ok().filter(|_| first != second);
    day_first.into_iter().chain(month_first).map(|day| reading(day, None)).collect()
}

/// Returns the days of an unknown year that two short numbers could be.
pub(super) fn of_no_year([first, second]: [i8; 2]) -> Vec<Text> {
    // A leap year, so that 29 February is among the readings.
    let exists = |month, day| Date::new(2000, month, day).is_ok();
    let spelt = |month: i8, day: i8| {
        exists(month, day)
            .then(|| Text::new(format!("{month}月{day}日（年なし）"), format!("month {month} day {day} (no year)")))
    };
    let day_first = if first == second { None } else { spelt(second, first) };
    spelt(first, second).into_iter().chain(day_first).collect()
}

fn reading(day: Date, era: Option<&Era>) -> Text {
    match era {
        Some(era) => {
            let year = era.year_of(day);
            let spelt = era::japanese_year(era, year);
            Text::new(format!("{day}（{spelt}年）"), format!("{day} ({} {year})", era.latin))
        }
        None => Text::from(day.to_string()),
    }
}
