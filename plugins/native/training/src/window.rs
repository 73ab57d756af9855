//! From when to when a completion counts under a rule.

use jiff::civil::Date;

use crate::day;
use crate::settings::{Expires, FirstDay, Grace, Repeat, Rule, Window};
use crate::table::Completion;

/// The period of a completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// The day of completion.
    pub(crate) from: Date,
    /// The last day; none when it does not end.
    pub(crate) until: Option<Date>,
    /// The last day of grace; the last day itself where there is none.
    pub(crate) grace: Option<Date>,
}

/// Returns the period of a completion, nothing where a licence does not say its last day.
pub(crate) fn period(completion: &Completion, rule: &Rule, year_start: (i8, i8)) -> Option<Period> {
    let by_rule = ends(completion.day, rule, year_start);
    let until = match rule.expires() {
        Expires::Only => Some(completion.expires?),
        Expires::Ignored => by_rule?,
        Expires::Earlier => match (by_rule?, completion.expires) {
            (Some(rule), Some(said)) => Some(rule.min(said)),
            (rule, said) => rule.or(said),
        },
    };
    let grace = match until {
        Some(until) => Some(graced(until, rule.grace.as_ref())?),
        None => None,
    };
    Some(Period { from: completion.day, until, grace })
}

/// Returns the last day by the window of the rule: `Some(None)` where it never ends, nothing where the rule does not say.
fn ends(completed: Date, rule: &Rule, year_start: (i8, i8)) -> Option<Option<Date>> {
    let first = match rule.first_day {
        FirstDay::Excluded => day::tomorrow(completed)?,
        FirstDay::Included => completed,
    };
    let last = match rule.window {
        Window::Years(years) => day::last_of_months(first, i32::from(years) * 12)?,
        Window::Months(months) => day::last_of_months(first, i32::from(months))?,
        Window::Days(days) => day::last_of_days(first, days)?,
        Window::FiscalYears(years) => {
            let begun = day::fiscal_year(completed, year_start)?;
            day::last_of_months(begun, i32::from(years) * 12)?
        }
        Window::Unlimited(_) => return Some(None),
        Window::Licence(_) => return None,
    };
    Some(Some(last))
}

fn graced(until: Date, grace: Option<&Grace>) -> Option<Date> {
    match grace {
        None => Some(until),
        Some(Grace::Months(months)) => day::last_of_months(day::tomorrow(until)?, i32::from(*months)),
        Some(Grace::Days(days)) => day::last_of_days(day::tomorrow(until)?, *days),
        Some(Grace::Until(text)) => day::next(until, day::month_day(text)?),
    }
}

/// Returns the periods of completions of one course, in order; what a repetition does is up to the rule.
pub(crate) fn periods<'a>(completions: &[&'a Completion], rule: &Rule, year_start: (i8, i8)) -> Vec<(&'a Completion, Period)> {
    let mut sorted: Vec<(&Completion, Period)> =
        completions.iter().filter_map(|completion| Some((*completion, period(completion, rule, year_start)?))).collect();
    // Of two on one day the longer comes last and counts.
    sorted.sort_by_key(|(completion, period)| (period.from, last(period), completion.place));
    let mut counted: Vec<(&Completion, Period)> = Vec::new();
    for (completion, period) in sorted {
        // What an export calls a course tells whether it is the same: the course of next year is another.
        let mut same =
            counted.iter().filter(|(other, _)| crate::fold::title(&other.course) == crate::fold::title(&completion.course));
        let counts = match rule.repeat {
            Repeat::Latest => true,
            Repeat::AfterLapse => !same.any(|(_, other)| other.until.is_none_or(|until| period.from <= until)),
            Repeat::Never => same.next().is_none(),
        };
        if counts {
            counted.push((completion, period));
        }
    }
    counted
}

/// Returns the last day, the last of all where there is none.
pub(crate) fn last(period: &Period) -> Date {
    period.until.unwrap_or(Date::MAX)
}
