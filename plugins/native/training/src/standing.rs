//! How a person stands on a day with what a rule asks.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::settings::{Rule, Settings};
use crate::table::Completion;
use crate::window::{self, Period};

/// How it stands, the best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// There is no completion.
    Never,
    /// There is one, but only after the day.
    Later,
    /// It has ended, grace and all.
    Expired,
    /// It has ended, but grace is given.
    Grace,
    /// It holds.
    Valid,
}

/// How a person stands with a rule, and by which completion.
#[derive(Debug, Clone)]
pub(crate) struct Standing<'a> {
    pub(crate) state: State,
    /// The course that decides: the one completed, or the one that is lacking.
    pub(crate) courses: Vec<&'a str>,
    pub(crate) completion: Option<&'a Completion>,
    pub(crate) period: Option<Period>,
}

impl<'a> Standing<'a> {
    /// Returns the last day, grace not counted; none where it does not end or nothing was completed.
    pub(crate) fn until(&self) -> Option<Date> {
        self.period.and_then(|period| period.until)
    }

    /// Returns the last day of grace.
    pub(crate) fn grace(&self) -> Option<Date> {
        self.period.and_then(|period| period.grace)
    }

    /// Returns this standing, or another where nothing was completed.
    pub(crate) fn or(self, other: &Standing<'a>) -> Standing<'a> {
        if self.completion.is_some() { self } else { other.clone() }
    }

    fn rank(&self, other: &Standing) -> Ordering {
        let last = |standing: &Standing| standing.period.as_ref().map(window::last);
        let by_day = match self.state {
            // Of two that come too late the sooner is the better.
            State::Later => last(other).cmp(&last(self)),
            _ => last(self).cmp(&last(other)),
        };
        self.state.cmp(&other.state).then(by_day)
    }
}

/// Returns how a person stands with a rule on a day: by the rule itself or one that implies it, whichever is better. Completions
/// after `now` are not known yet.
pub(crate) fn on<'a>(settings: &'a Settings, id: &'a str, completions: &[&'a Completion], on: On) -> Standing<'a> {
    worst(&parts(settings, id, completions, on))
}

/// Returns the same course by course: one for what the rule takes any of, one for each that it wants besides.
pub(crate) fn parts<'a>(settings: &'a Settings, id: &'a str, completions: &[&'a Completion], on: On) -> Vec<Standing<'a>> {
    let rules = met_by(settings, id).into_iter().filter_map(|id| settings.rules.get(id));
    let mut best: Vec<Standing> = Vec::new();
    for rule in rules {
        let parts = by_rule(rule, completions, on);
        if best.is_empty() || worst(&parts).rank(&worst(&best)) == Ordering::Greater {
            best = parts;
        }
    }
    best
}

/// The day that is asked about, the day of the run, and when a fiscal year begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct On {
    pub(crate) day: Date,
    pub(crate) now: Date,
    pub(crate) year_start: (i8, i8),
}

fn worst<'a>(parts: &[Standing<'a>]) -> Standing<'a> {
    let worst = parts.iter().min_by(|one, other| one.rank(other)).cloned();
    worst.unwrap_or(Standing { state: State::Never, courses: Vec::new(), completion: None, period: None })
}

/// The rule and those that imply it, directly or through others; the rule first.
fn met_by<'a>(settings: &'a Settings, id: &'a str) -> Vec<&'a str> {
    let mut found = vec![id];
    let mut seen: BTreeSet<&str> = found.iter().copied().collect();
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        next += 1;
        let more = settings.rules.iter().filter(|(_, rule)| rule.implies.iter().any(|implied| implied == id));
        found.extend(more.map(|(id, _)| id.as_str()).filter(|id| seen.insert(id)));
    }
    found
}

fn by_rule<'a>(rule: &'a Rule, completions: &[&'a Completion], on: On) -> Vec<Standing<'a>> {
    let of = |course: &'a String| by_course(rule, course, completions, on);
    let any = rule.any.iter().map(of).max_by(Standing::rank);
    let any = any.map(|standing| match standing.state {
        // Whoever has none of several may take any of them.
        State::Never => Standing { courses: rule.any.iter().map(String::as_str).collect(), ..standing },
        _ => standing,
    });
    any.into_iter().chain(rule.all.iter().map(of)).collect()
}

fn by_course<'a>(rule: &'a Rule, course: &'a str, completions: &[&'a Completion], on: On) -> Standing<'a> {
    let is = |completion: &&&Completion| completion.day <= on.now && completion.courses.iter().any(|known| known == course);
    let of_course: Vec<&Completion> = completions.iter().filter(is).copied().collect();
    let standing = |(completion, period): (&'a Completion, Period)| {
        let state = if period.from > on.day {
            State::Later
        } else if on.day <= window::last(&period) {
            State::Valid
        } else if period.grace.is_none_or(|grace| on.day <= grace) {
            State::Grace
        } else {
            State::Expired
        };
        Standing { state, courses: vec![course], completion: Some(completion), period: Some(period) }
    };
    let best = window::periods(&of_course, rule, on.year_start).into_iter().map(standing).max_by(Standing::rank);
    best.unwrap_or(Standing { state: State::Never, courses: vec![course], completion: None, period: None })
}
