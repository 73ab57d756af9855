//! Civil dates, in every spelling that has one meaning.

mod readings;
mod spelling;

use jiff::civil::{Date, date};

use super::era::{self, Era};
use super::problem::{Problem, Rule};
use crate::model::Text;
use spelling::Spelling;

/// The last day accepted; the first is [`era::CALENDAR_START`].
const LAST: Date = date(2100, 12, 31);

/// Reads a date and returns it as `2026-04-01`; nothing where the text is that already.
pub(super) fn read(text: &str) -> Result<Option<String>, Problem> {
    let (spelling, weekday) = spelling::parse(text).ok_or_else(unreadable)?;
    let day = match spelling {
        Spelling::Common { year, month, day } => within(civil(year, month, day)?)?,
        Spelling::Japanese { era, year, month, day } => in_era(era, year, month, day)?,
        Spelling::ShortYear(parts) => return Err(ambiguous(readings::of_short_year(parts))),
        Spelling::YearLast(parts) => return Err(ambiguous(readings::of_year_last(parts))),
        Spelling::NoYear(parts) => return Err(ambiguous(readings::of_no_year(parts))),
        Spelling::DayNumber(number) => return Err(serial(number)),
    };
    if let Some(said) = weekday
        && said != day.weekday().to_monday_zero_offset()
    {
        return Err(Problem::new(Rule::DateWeekday).with("day", named(day)).with("weekday", weekday_name(day)));
    }
    let canonical = day.to_string();
    Ok((canonical != text).then_some(canonical))
}

/// Reads a number: only eight digits are a date. A spreadsheet's day number could be of either of its two calendars.
pub(super) fn read_number(value: f64, printed: &str) -> Result<Option<String>, Problem> {
    let whole = value.trunc();
    if spelling::DAY_NUMBERS.contains(&whole) {
        // In range, so that the cast keeps every digit.
        return Err(serial(whole as i32));
    }
    if value.fract() == 0.0 { read(printed) } else { Err(unreadable()) }
}

fn civil(year: i16, month: i8, day: i8) -> Result<Date, Problem> {
    Date::new(year, month, day).map_err(|_| Problem::new(Rule::DateImpossible))
}

fn in_era(era: &'static Era, year: i16, month: i8, day: i8) -> Result<Date, Problem> {
    if year == 0 {
        return Err(Problem::new(Rule::DateImpossible));
    }
    let day = within(civil(era.common_year(year), month, day)?)?;
    if era.contains(day) {
        return Ok(day);
    }
    let days = |from: &str, to: &str, sep: &str| format!("{from}{sep}{to}");
    let (first, last) = (era.start.to_string(), era.end().map_or(String::new(), |end| end.to_string()));
    let held = Text::new(days(&first, &last, "～"), days(&first, &last, " to "));
    let name = Text::new(era.name, era.latin);
    Err(Problem::new(Rule::DateOutsideEra).with("era", name).with("days", held).with("reading", named(day)))
}

fn within(day: Date) -> Result<Date, Problem> {
    if (era::CALENDAR_START..=LAST).contains(&day) {
        return Ok(day);
    }
    let (first, last) = (era::CALENDAR_START.to_string(), LAST.to_string());
    Err(Problem::new(Rule::DateRange).with("first", first).with("last", last))
}

fn unreadable() -> Problem {
    Problem::new(Rule::DateUnreadable)
}

fn ambiguous(readings: Vec<Text>) -> Problem {
    if readings.is_empty() {
        return unreadable();
    }
    let all = |part: fn(&Text) -> &str, sep| readings.iter().map(part).collect::<Vec<_>>().join(sep);
    let list = Text::new(all(|text| &text.ja, "、"), all(|text| &text.en, ", "));
    Problem::new(Rule::DateAmbiguous).with("readings", list)
}

/// Says which days a spreadsheet's day number is in the calendars that begin in 1900 and in 1904.
fn serial(number: i32) -> Problem {
    let after = |start: Date| {
        let day = start.checked_add(jiff::Span::new().days(number));
        day.map_or(String::new(), |day| day.to_string())
    };
    // The calendar of 1900 counts a 29 February that never was; the numbers taken here are all after it.
    let (from_1900, from_1904) = (after(date(1899, 12, 30)), after(date(1904, 1, 1)));
    Problem::new(Rule::DateSerial).with("from_1900", from_1900).with("from_1904", from_1904)
}

fn weekday_name(day: Date) -> Text {
    let at = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    let ja = spelling::WEEKDAYS.chars().nth(at).map_or(String::new(), |name| format!("{name}曜日"));
    Text::new(ja, format!("{:?}", day.weekday()))
}

/// Names a day in both calendars.
fn named(day: Date) -> Text {
    let ja = era::japanese(day).map_or_else(|| day.to_string(), |spelt| format!("{day}（{spelt}）"));
    let en = Era::of(day).map_or_else(|| day.to_string(), |era| format!("{day} ({} {})", era.latin, era.year_of(day)));
    Text::new(ja, en)
}

#[cfg(test)]
mod tests;
