//! Numbers and dates.

use super::super::dates::{self, Read};
use super::super::fill::{Fill, Put, why};
use super::super::outcome::Disposition;
use super::super::phrases::{plain, squeeze};
use super::super::table::Rule;
use crate::model::Text;

/// Takes a whole number.
pub(super) fn int(fill: &mut Fill, rule: &Rule, at: usize) {
    let put = number(fill, rule, at).and_then(|number| fill.put(rule, at, &number.to_string()));
    fill.settle_put(at, put);
}

/// More participants than any trial has; what is larger is a slip or a stand-in for "no number".
const MOST_PARTICIPANTS: u64 = 10_000_000;

/// Takes a number of participants, unless it cannot be one.
pub(super) fn size(fill: &mut Fill, rule: &Rule, at: usize) {
    let put = number(fill, rule, at).and_then(|number| {
        if number > MOST_PARTICIPANTS {
            let values = [("value", Text::from(number.to_string())), ("most", MOST_PARTICIPANTS.to_string().into())];
            fill.say("IX-0024", at, rule.field, &values);
            return Err(why::UNUSABLE);
        }
        fill.put(rule, at, &number.to_string())
    });
    fill.settle_put(at, put);
}

fn number(fill: &mut Fill, rule: &Rule, at: usize) -> Result<u64, &'static str> {
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    if fill.tables.says_nothing(&text) {
        return Err(why::NOTHING);
    }
    let whole = text.strip_suffix(".0").unwrap_or(&text);
    // `1,200` is a number with a separator, `1,2` is not.
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() > 1
        && groups.iter().skip(1).all(|group| group.len() == 3)
        && groups.first().is_some_and(|first| (1..=3).contains(&first.len()));
    let digits = if grouped { groups.concat() } else { whole.to_owned() };
    match digits.parse::<u64>() {
        Ok(number) if digits.chars().all(|c| c.is_ascii_digit()) => Ok(number),
        _ => {
            let label = rule.field.map(|field| fill.catalogue.field(field).label.clone()).unwrap_or_default();
            fill.say("IX-0025", at, rule.field, &[("label", label), ("value", text.as_str().into())]);
            Err(why::UNUSABLE)
        }
    }
}

/// Takes a date.
pub(super) fn date(fill: &mut Fill, rule: &Rule, at: usize) {
    let put = take(fill, rule, at);
    fill.settle_put(at, put);
}

/// Takes a date of which it is not said whether it is planned or actual: as a planned one, and says so.
pub(super) fn unsure_date(fill: &mut Fill, rule: &Rule, at: usize) {
    let is_first = rule.field.is_some_and(|field| fill.root.leaf(field).is_none());
    let put = take(fill, rule, at);
    match put {
        Ok(field) => {
            if is_first {
                fill.say("IX-0041", at, rule.field, &[("value", fill.leaf(at).text.to_string().into())]);
            }
            fill.settle(at, Disposition::Part(vec![field], why::ASSUMED.to_owned()));
        }
        put => fill.settle_put(at, put),
    }
}

fn take(fill: &mut Fill, rule: &Rule, at: usize) -> Put {
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    if fill.tables.says_nothing(&text) {
        return Err(why::NOTHING);
    }
    let label = rule.field.map(|field| fill.catalogue.field(field).label.clone()).unwrap_or_default();
    let values = [("label", label), ("value", text.as_str().into())];
    match dates::read(&text) {
        Read::Day(date) => fill.put(rule, at, &date.to_string()),
        Read::MonthFirst(date) => {
            fill.say("IX-0013", at, rule.field, &[("value", text.as_str().into()), ("date", date.to_string().into())]);
            fill.put(rule, at, &date.to_string())
        }
        Read::Null => {
            fill.say("IX-0011", at, rule.field, &values);
            Err(why::NOTHING)
        }
        Read::Month => {
            fill.say("IX-0014", at, rule.field, &values);
            Err(why::UNUSABLE)
        }
        Read::Bad => {
            fill.say("IX-0012", at, rule.field, &values);
            Err(why::UNUSABLE)
        }
    }
}

/// Says that the day of the date of enrolment was made up by the portal.
pub(super) fn day_inferred(fill: &mut Fill, at: usize) {
    let text = fill.leaf(at).text.trim().to_ascii_lowercase();
    if matches!(text.as_str(), "true" | "1" | "yes") {
        fill.say("IX-0015", at, fill.catalogue.field_ix("progress.enrolment_planned"), &[]);
    }
    fill.settle(at, Disposition::Lost(why::ADMINISTRATIVE.to_owned()));
}
