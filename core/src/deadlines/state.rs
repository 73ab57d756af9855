//! Where something that is due stands on a day.

use jiff::civil::Date;
use serde::Serialize;

use crate::plugin::DeadlineKind;

/// Where something that is due stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// To be done within so many days.
    Due {
        /// Days from now.
        days: i64,
    },
    /// To be done today.
    Today,
    /// Not done, done or planned so many days after the last day.
    Late {
        /// Days after it.
        days: i64,
    },
    /// Not to be done before so many days have passed.
    Waiting {
        /// Days from now.
        days: i64,
    },
    /// Done or planned so many days before it may be.
    Early {
        /// Days before it.
        days: i64,
    },
    /// Done in time, or no longer in the way.
    Met,
    /// At no day of its own: it goes with another filing.
    WithAnother,
    /// A value that it is worked out from cannot be read.
    Unknown {
        /// What went wrong.
        problem: String,
    },
}

impl State {
    /// Returns whether someone has to act because a day was or will be missed.
    pub fn is_missed(&self) -> bool {
        matches!(self, State::Late { .. } | State::Early { .. })
    }
}

/// Works out where something stands, and whether that depends on the reading; `dates` has the earliest first.
pub(super) fn state(kind: DeadlineKind, dates: &[Date], done: Option<Date>, now: Date) -> (State, bool) {
    let (Some(first), Some(last)) = (dates.first().copied(), dates.last().copied()) else {
        return (State::WithAnother, false);
    };
    let is_done = done.is_some_and(|done| done <= now);
    match kind {
        DeadlineKind::NoLaterThan => {
            let by = done.unwrap_or(now);
            if by > last {
                return (State::Late { days: days(last, by) }, false);
            }
            let target = if now <= first { first } else { last };
            (if is_done { State::Met } else { ahead(target, now) }, by > first)
        }
        DeadlineKind::WithoutDelay => {
            let state = match now {
                _ if is_done => State::Met,
                now if now <= first => ahead(first, now),
                now => State::Late { days: days(first, now) },
            };
            (state, false)
        }
        DeadlineKind::NotBefore => {
            if let Some(done) = done.filter(|done| *done < first) {
                return (State::Early { days: days(done, first) }, false);
            }
            let target = if now < first { first } else { last };
            let state = if is_done || now >= last { State::Met } else { State::Waiting { days: days(now, target) } };
            let is_between = |day: Date| first <= day && day < last;
            (state, is_between(done.unwrap_or(now)))
        }
    }
}

fn ahead(date: Date, now: Date) -> State {
    match days(now, date) {
        0 => State::Today,
        days => State::Due { days },
    }
}

/// Days from one date to another.
fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: DeadlineKind, dates: &[&str], done: &str, now: &str) -> String {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let dates: Vec<Date> = dates.iter().map(|text| date(text)).collect();
        let (state, unsure) = state(kind, &dates, done.parse().ok(), date(now));
        let text = match state {
            State::Due { days } => format!("due {days}"),
            State::Today => "today".to_owned(),
            State::Late { days } => format!("late {days}"),
            State::Waiting { days } => format!("waiting {days}"),
            State::Early { days } => format!("early {days}"),
            State::Met => "met".to_owned(),
            State::WithAnother => "with another".to_owned(),
            State::Unknown { problem } => problem,
        };
        if unsure { format!("{text}?") } else { text }
    }

    #[test]
    fn what_is_to_be_done_by_a_day() {
        let both = ["2026-05-01", "2026-05-02"];
        for (done, now, wanted) in [
            ("", "2026-04-01", "due 30"),
            ("", "2026-04-30", "due 1"),
            ("", "2026-05-01", "today"),
            ("", "2026-05-02", "today?"),
            ("", "2026-05-03", "late 1"),
            ("2026-04-20", "2026-04-01", "due 30"),
            ("2026-05-02", "2026-04-01", "due 30?"),
            ("2026-05-10", "2026-04-01", "late 8"),
            ("2026-04-20", "2026-06-01", "met"),
            ("2026-05-02", "2026-06-01", "met?"),
            ("2026-05-03", "2026-06-01", "late 1"),
        ] {
            assert_eq!(shown(DeadlineKind::NoLaterThan, &both, done, now), wanted, "done {done}, now {now}");
        }
    }

    #[test]
    fn what_may_not_be_done_before_a_day() {
        let both = ["2026-05-01", "2026-05-02"];
        for (done, now, wanted) in [
            ("", "2026-04-01", "waiting 30"),
            ("", "2026-05-01", "waiting 1?"),
            ("", "2026-05-02", "met"),
            ("2026-04-30", "2026-04-01", "early 1"),
            ("2026-04-30", "2026-06-01", "early 1"),
            ("2026-05-01", "2026-04-01", "waiting 30?"),
            ("2026-05-02", "2026-04-01", "waiting 30"),
            ("2026-05-01", "2026-05-01", "met?"),
            ("2026-06-01", "2026-05-02", "met"),
        ] {
            assert_eq!(shown(DeadlineKind::NotBefore, &both, done, now), wanted, "done {done}, now {now}");
        }
    }

    #[test]
    fn what_is_to_be_done_without_delay() {
        for (done, now, wanted) in [
            ("", "2026-04-30", "due 1"),
            ("", "2026-05-01", "today"),
            ("", "2026-05-11", "late 10"),
            ("2026-05-20", "2026-05-11", "late 10"),
            ("2026-05-05", "2026-05-11", "met"),
        ] {
            assert_eq!(shown(DeadlineKind::WithoutDelay, &["2026-05-01"], done, now), wanted, "done {done}, now {now}");
        }
    }

    #[test]
    fn what_has_no_day_goes_with_another_filing() {
        assert_eq!(shown(DeadlineKind::NoLaterThan, &[], "", "2026-05-01"), "with another");
    }
}
