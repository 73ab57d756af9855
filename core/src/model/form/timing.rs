//! Until when a change of an item is filed: the codes of `items.csv`, what `form.toml` says they mean, and the counting.
//!
//! A code may hold under a condition that no data shows, such as that nothing of substance changes; then two readings
//! are possible, and the answer names both rather than choose.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::Deserialize;

use super::{Form, ItemIx, Reading};
use crate::model::Text;

/// What happens to an item or its row in a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A value becomes another.
    Update,
    /// A row is added.
    Append,
    /// A row is deleted.
    Delete,
}

/// When a change is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// At the latest so many days before the change.
    Ahead {
        /// The days.
        days: i32,
    },
    /// At the latest so many months after the change.
    After {
        /// The months.
        months: i32,
    },
    /// Together with another filing, at no day of its own.
    With(Occasion),
}

/// The filing that a change without a day of its own goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// The one that ends the trial.
    End,
    /// The next change filing, whatever it is made for.
    NextChange,
    /// A plan of its own: a change filing cannot say it.
    NewPlan,
}

/// What a code of `items.csv` means.
#[derive(Debug, Clone)]
pub struct Timing {
    /// The code.
    pub code: String,
    /// When the change is filed.
    pub window: Window,
    /// The same in words.
    pub words: Text,
    /// What must be so for the window to hold; empty when it always does.
    pub condition: Text,
    /// The stricter code that holds when the condition does not.
    pub otherwise: Option<String>,
    /// Citation.
    pub source: String,
    /// The first day on which the code holds, and the code that held before.
    earlier: Option<(Date, String)>,
}

/// Whether a change was filed in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeliness<'a> {
    /// In time, whatever the reading.
    InTime,
    /// In time if a condition holds that no data shows; else late by so many days, or not to be filed as a change at all.
    Depends {
        /// What must be so for it to be in time.
        condition: &'a Text,
        /// Days that it is late by the strictest reading; nothing when that reading asks for a new plan.
        late: Option<i64>,
    },
    /// Late by so many days in every reading.
    Late {
        /// The days, counted from the last day on which it would have been in time.
        days: i64,
        /// That day.
        last: Date,
        /// Whether it had to be filed before the change.
        ahead: bool,
    },
}

impl Timing {
    /// Returns the last day on which a change of `change` is filed in time; nothing when it goes with another filing.
    ///
    /// Months end on the same day of the month, or on the last where there is none: never later than the Civil Code's
    /// own count, which runs to the end of the month from the last day of one.
    pub fn last(&self, change: Date) -> Option<Date> {
        let span: Span = match self.window {
            Window::Ahead { days } => -days.days(),
            Window::After { months } => months.months(),
            Window::With(_) => return None,
        };
        change.checked_add(span).ok()
    }
}

impl Form {
    /// Returns until when a change of an item is filed; nothing for an item whose changes are not filed.
    pub fn timing(&self, item: ItemIx, reading: &Reading, change: Change, on: Date) -> Option<&Timing> {
        let cell = self.item(item).timings.get(reading.timing?)?.as_ref()?;
        let code = match change {
            Change::Update => &cell.update,
            Change::Append => cell.append.as_ref().unwrap_or(&cell.update),
            Change::Delete => cell.delete.as_ref().unwrap_or(&cell.update),
        };
        self.holding(code, on)
    }

    /// Returns the readings of a timing, the most lenient first.
    pub fn readings<'a>(&'a self, timing: &'a Timing) -> Vec<&'a Timing> {
        let mut readings = vec![timing];
        // Loading refuses a chain that comes back to itself.
        while let Some(next) = readings.last().and_then(|timing| self.timings.get(timing.otherwise.as_ref()?)) {
            readings.push(next);
        }
        readings
    }

    /// Judges a change that took or takes effect on `change` and is filed on `filed`.
    pub fn timeliness<'a>(&'a self, timing: &'a Timing, change: Date, filed: Date) -> Timeliness<'a> {
        let late = |timing: &Timing| {
            let last = timing.last(change)?;
            let days = last.until(filed).map_or(0, |span| i64::from(span.get_days()));
            (days > 0).then_some((days, last))
        };
        if let Some((days, last)) = late(timing) {
            return Timeliness::Late { days, last, ahead: matches!(timing.window, Window::Ahead { .. }) };
        }
        let readings = self.readings(timing);
        let fails = |timing: &Timing| timing.window == Window::With(Occasion::NewPlan) || late(timing).is_some();
        match readings.windows(2).find(|pair| matches!(pair, [_, stricter] if fails(stricter))) {
            Some([holds, ..]) => {
                let late = readings.last().and_then(|strictest| late(strictest)).map(|(days, _)| days);
                Timeliness::Depends { condition: &holds.condition, late }
            }
            _ => Timeliness::InTime,
        }
    }

    /// Returns what held on a day.
    fn holding(&self, code: &str, on: Date) -> Option<&Timing> {
        let timing = self.timings.get(code)?;
        match &timing.earlier {
            Some((since, earlier)) if on < *since => self.holding(earlier, on),
            _ => Some(timing),
        }
    }
}

/// The codes of one cell of `items.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    update: String,
    append: Option<String>,
    delete: Option<String>,
}

impl Cell {
    /// Reads a cell, `before append=drug`; nothing when it is blank.
    pub(super) fn parse(text: &str) -> Result<Option<Cell>, String> {
        let mut parts = text.split_whitespace();
        let Some(update) = parts.next() else { return Ok(None) };
        let mut cell = Cell { update: update.to_owned(), append: None, delete: None };
        for part in parts {
            match part.split_once('=') {
                Some(("append", code)) => cell.append = Some(code.to_owned()),
                Some(("delete", code)) => cell.delete = Some(code.to_owned()),
                _ => return Err(format!("`{part}` is neither append=CODE nor delete=CODE")),
            }
        }
        Ok(Some(cell))
    }

    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        [Some(&self.update), self.append.as_ref(), self.delete.as_ref()].into_iter().flatten().map(String::as_str)
    }
}

/// `[timing]` of `form.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimingFile {
    pub(super) item: String,
    pub(super) columns: Vec<(String, String)>,
    codes: BTreeMap<String, CodeFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeFile {
    days: Option<i32>,
    months: Option<i32>,
    with: Option<Occasion>,
    ja: String,
    en: String,
    #[serde(default, rename = "if")]
    condition: Text,
    otherwise: Option<String>,
    since: Option<String>,
    earlier: Option<String>,
    source: String,
}

impl TimingFile {
    /// Compiles the codes.
    pub(super) fn codes(self) -> Result<BTreeMap<String, Timing>, String> {
        let mut codes = BTreeMap::new();
        for (code, raw) in self.codes {
            let timing = raw.timing(&code).map_err(|problem| format!("timing.codes.{code}: {problem}"))?;
            codes.insert(code, timing);
        }
        for (code, timing) in &codes {
            let bad = |problem: String| Err(format!("timing.codes.{code}: {problem}"));
            if timing.condition.is_empty() != timing.otherwise.is_none() {
                return bad("`if` and `otherwise` go together".to_owned());
            }
            let named = [timing.otherwise.as_ref(), timing.earlier.as_ref().map(|(_, earlier)| earlier)];
            if let Some(unknown) = named.into_iter().flatten().find(|named| !codes.contains_key(*named)) {
                return bad(format!("no code `{unknown}`"));
            }
            if comes_back(&codes, code) {
                return bad("leads back to itself".to_owned());
            }
        }
        Ok(codes)
    }
}

/// Returns whether a code can be reached from itself.
fn comes_back(codes: &BTreeMap<String, Timing>, start: &str) -> bool {
    let next = |code: &str| {
        let timing = codes.get(code);
        let named = timing.map(|timing| [timing.otherwise.as_ref(), timing.earlier.as_ref().map(|(_, code)| code)]);
        named.into_iter().flatten().flatten().map(String::as_str).collect::<Vec<_>>()
    };
    let mut seen: Vec<&str> = Vec::new();
    let mut open: Vec<&str> = codes.get_key_value(start).map(|(code, _)| code.as_str()).into_iter().collect();
    while let Some(code) = open.pop() {
        for named in codes.get_key_value(code).map(|(code, _)| next(code)).unwrap_or_default() {
            let Some((named, _)) = codes.get_key_value(named) else { continue };
            if named == start {
                return true;
            }
            if !seen.contains(&named.as_str()) {
                seen.push(named);
                open.push(named);
            }
        }
    }
    false
}

impl CodeFile {
    fn timing(self, code: &str) -> Result<Timing, String> {
        let window = match (self.days, self.months, self.with) {
            (Some(days @ 0..=3650), None, None) => Window::Ahead { days },
            (None, Some(months @ 0..=120), None) => Window::After { months },
            (None, None, Some(occasion)) => Window::With(occasion),
            _ => return Err("one of `days`, `months` and `with`, within ten years, says when".to_owned()),
        };
        let earlier = match (self.since, self.earlier) {
            (None, None) => None,
            (Some(since), Some(earlier)) => {
                Some((since.parse().map_err(|_| format!("`since`: `{since}` is no date"))?, earlier))
            }
            _ => return Err("`since` and `earlier` go together".to_owned()),
        };
        Ok(Timing {
            code: code.to_owned(),
            window,
            words: Text::new(self.ja, self.en),
            condition: self.condition,
            otherwise: self.otherwise,
            source: self.source,
            earlier,
        })
    }
}

#[cfg(test)]
mod tests;
