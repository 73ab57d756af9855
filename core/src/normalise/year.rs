//! Years of the common era.

use super::era::{Era, japanese_year};
use super::problem::{Problem, Rule};
use crate::model::Text;
use crate::text::fold;

/// The first and the last year accepted.
const RANGE: std::ops::RangeInclusive<i16> = 1900..=2100;

/// Reads a year, of an era or four digits, and returns four digits; nothing where the text is that already.
pub(super) fn read(text: &str) -> Result<Option<String>, Problem> {
    let folded = fold::ascii(text);
    let year = match Era::strip(&folded) {
        Some((era, rest)) => of_era(era, rest)?,
        None => plain(&folded, 4..=4),
    };
    let year = year.ok_or_else(|| Problem::new(Rule::YearUnreadable))?;
    if !RANGE.contains(&year) {
        let (first, last) = (RANGE.start().to_string(), RANGE.end().to_string());
        return Err(Problem::new(Rule::YearRange).with("first", first).with("last", last));
    }
    let canonical = year.to_string();
    Ok((canonical != text).then_some(canonical))
}

/// Reads the year of an era; nothing when it is no year at all.
fn of_era(era: &'static Era, rest: &str) -> Result<Option<i16>, Problem> {
    let rest = rest.trim_start();
    let in_era = if matches!(rest, "元" | "元年") { Some(1) } else { plain(rest, 1..=2) };
    let Some(in_era) = in_era.filter(|year| *year > 0) else { return Ok(None) };
    let year = era.common_year(in_era);
    if era.touches(year) { Ok(Some(year)) } else { Err(outside_era(era, year)) }
}

/// Reads digits, as many as `width` allows, with or without 年.
fn plain(text: &str, width: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let digits = text.strip_suffix('年').map_or(text, str::trim_end);
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    (all_digits && width.contains(&digits.len())).then(|| digits.parse().ok()).flatten()
}

/// Says which years an era has, and what the year would be called.
fn outside_era(era: &'static Era, year: i16) -> Problem {
    let last = era.end().map_or(String::new(), |end| format!("{}年（{}年）", japanese_year(era, era.year_of(end)), end.year()));
    let last_en = era.end().map_or(String::new(), |end| format!("{} {} ({})", era.latin, era.year_of(end), end.year()));
    let meant = jiff::civil::Date::new(year, 12, 31).ok().and_then(|day| Some((Era::of(day)?, day)));
    let reading = match meant {
        Some((right, day)) => Text::new(
            format!("{}年（{year}年）", japanese_year(right, right.year_of(day))),
            format!("{} {} ({year})", right.latin, right.year_of(day)),
        ),
        None => Text::from(year.to_string()),
    };
    Problem::new(Rule::YearOutsideEra).with("last", Text::new(last, last_en)).with("reading", reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_read() {
        let cases = [
            ("１９９０", "1990"),
            ("1990年", "1990"),
            ("平成2年", "1990"),
            ("平成２年", "1990"),
            ("平成元年", "1989"),
            ("昭和64年", "1989"),
            ("平成31年", "2019"),
            ("令和元", "2019"),
            ("平成 2 年", "1990"),
            ("H2", "1990"),
            ("ｈ０２年", "1990"),
            ("S64", "1989"),
            ("㍻2年", "1990"),
            ("明治33年", "1900"),
        ];
        for (text, wanted) in cases {
            assert_eq!(read(text), Ok(Some(wanted.to_owned())), "{text}");
        }
        assert_eq!(read("1990"), Ok(None));
    }

    #[test]
    fn what_is_no_year_or_no_year_of_that_era_is_refused() {
        let cases = [
            ("90", Rule::YearUnreadable),
            ("平成", Rule::YearUnreadable),
            ("平成0年", Rule::YearUnreadable),
            ("昭和64年/平成元年", Rule::YearUnreadable),
            ("1990年度", Rule::YearUnreadable),
            ("1990年3月", Rule::YearUnreadable),
            ("約1990", Rule::YearUnreadable),
            ("19900", Rule::YearUnreadable),
            ("1990.5", Rule::YearUnreadable),
            ("-1990", Rule::YearUnreadable),
            ("元年", Rule::YearUnreadable),
            ("1899", Rule::YearRange),
            ("2101", Rule::YearRange),
            ("明治32年", Rule::YearRange),
            ("令和83年", Rule::YearRange),
            ("平成32年", Rule::YearOutsideEra),
            ("昭和65年", Rule::YearOutsideEra),
        ];
        for (text, rule) in cases {
            assert_eq!(read(text).map_err(|problem| problem.rule), Err(rule), "{text}");
        }
    }

    #[test]
    fn a_year_its_era_does_not_have_is_named_in_the_right_one() {
        let problem = read("平成32年").unwrap_err();
        let holes: Vec<&str> = problem.holes.iter().map(|(_, text)| text.ja.as_str()).collect();
        assert_eq!(holes, ["平成31年（2019年）", "令和2年（2020年）"]);
    }
}
