//! What is due when, why, and how late it is: the deadlines of a plugin and of the form's changes for one record.
//!
//! Where a notice can be read in two ways both days are shown, and nothing is called late that is late by one reading
//! only.

mod changes;
pub mod ics;
mod state;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::expr::{Expr, Scope};
use crate::model::form::Change;
use crate::model::{Catalogue, ItemIx, Record, Row, ScopeIx, Text};
use crate::plugin::{Deadline, DeadlineKind, Plugin};

pub use state::State;

/// A filing that was made before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastFiling {
    /// The series of filings it belongs to.
    pub series: String,
    /// Its kind, as the form's code list writes it.
    pub kind: String,
    /// The day it was filed.
    pub date: Date,
    /// Its receipt number; empty while there is none.
    pub receipt: String,
}

/// A change that is to be filed, or is filed by this filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange {
    /// The item that changes, or the serial of the row.
    pub item: ItemIx,
    /// What happens to it.
    pub change: Change,
    /// The day from which it holds.
    pub date: Date,
    /// What changes, in words that tell it from other changes: the item's label with its row.
    pub target: Text,
}

/// What is known of a trial beside its record.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The series of the record's own filing; only past filings of the same one count.
    pub series: String,
    /// Filings made before.
    pub past: Vec<PastFiling>,
    /// Changes to be filed.
    pub changes: Vec<ItemChange>,
}

/// One trial, for one plugin.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The normalised record.
    pub record: &'a Record,
    /// The plugin.
    pub plugin: &'a Plugin,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// What is known beside the record.
    pub known: &'a Known,
    /// The day of the run.
    pub now: Date,
}

/// One thing that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Trial id.
    pub trial: String,
    /// Plugin id.
    pub plugin: String,
    /// Id of the deadline.
    pub rule: String,
    /// What is due.
    pub title: Text,
    /// How the days limit it.
    pub kind: DeadlineKind,
    /// The day, or one for each reading, the earliest first; none when it goes with another filing.
    #[serde(serialize_with = "texts")]
    pub dates: Vec<Date>,
    /// The day on which it was or is planned to be done.
    #[serde(serialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub done: Option<Date>,
    /// Where it stands.
    #[serde(flatten)]
    pub state: State,
    /// Whether the state is another one by the other reading.
    pub unsure: bool,
    /// Why.
    pub message: Text,
    /// Citation, spelled out.
    pub source: Text,
    /// What to do.
    pub fix: Text,
    /// Tells it from others of the same trial and deadline.
    #[serde(skip)]
    pub key: String,
}

impl Due {
    /// Returns the day to keep to whatever the reading.
    pub fn safe_date(&self) -> Option<Date> {
        match self.kind {
            DeadlineKind::NotBefore => self.dates.last().copied(),
            DeadlineKind::NoLaterThan | DeadlineKind::WithoutDelay => self.dates.first().copied(),
        }
    }
}

fn texts<S: Serializer>(dates: &[Date], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(dates.iter().map(ToString::to_string))
}

fn text<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&date.map(|date| date.to_string()))
}

/// Works out everything that is due for one trial.
pub fn deadlines(subject: Subject) -> Vec<Due> {
    let filing = Filing::read(subject);
    let mut dues = Vec::new();
    for deadline in &subject.plugin.deadlines.list {
        over_rows(subject, &filing, deadline, &deadline.each, &subject.record.root, &mut Vec::new(), &mut dues);
    }
    dues.extend(changes::due(subject, &filing));
    dues
}

/// Gives what the code of a plugin says is due its words and its state; nothing when no rule has words for it or its day is
/// none.
pub fn of_code(due: &todokede_abi::Due, trial: &str, plugin: &Plugin, now: Date) -> Option<Due> {
    let rule = plugin.rules.code.iter().find(|rule| rule.id == due.rule)?;
    let date: Date = due.date.parse().ok()?;
    let kind = match due.kind {
        todokede_abi::DueKind::NotBefore => DeadlineKind::NotBefore,
        todokede_abi::DueKind::NoLaterThan => DeadlineKind::NoLaterThan,
    };
    let mut holes: Vec<(&str, Text)> =
        due.values.iter().map(|(name, text)| (name.as_str(), Text::new(text.ja.clone(), text.en.clone()))).collect();
    holes.push(("due", due.date.as_str().into()));
    let (state, unsure) = state::state(kind, &[date], None, now);
    let message = rule.message.fill(&holes);
    Some(Due {
        trial: trial.to_owned(),
        plugin: plugin.id().to_owned(),
        rule: rule.id.clone(),
        title: message.clone(),
        kind,
        dates: vec![date],
        done: None,
        state,
        unsure,
        message,
        source: rule.source.clone(),
        fix: rule.fix.fill(&holes),
        key: due.key.clone(),
    })
}

/// Sorts what is due by day, then trial; what goes with another filing comes last.
pub fn sort(dues: &mut [Due]) {
    dues.sort_by(|a, b| order(a).cmp(&order(b)));
}

fn order(due: &Due) -> impl Ord + '_ {
    let date = due.dates.first().copied();
    (date.is_none(), date, &due.trial, &due.plugin, &due.rule, &due.key)
}

/// The kind and the day of the filing that the record is for.
struct Filing {
    kind: String,
    date: Option<Date>,
}

impl Filing {
    fn read(subject: Subject) -> Filing {
        let scope = Scope { catalogue: subject.catalogue, root: &subject.record.root, rows: &[] };
        let filing = subject.plugin.deadlines.filing.as_ref();
        // A value that cannot be read has a finding; without it nothing is done yet.
        let text = |expr: Option<&Expr>| expr.and_then(|expr| expr.string(scope).ok()).unwrap_or_default();
        Filing { kind: text(filing.map(|(kind, _)| kind)), date: text(filing.map(|(_, date)| date)).parse().ok() }
    }

    /// Returns the day of this filing, when it is of one of the kinds.
    fn of(&self, kinds: &[String]) -> Option<Option<Date>> {
        kinds.contains(&self.kind).then_some(self.date)
    }
}

fn over_rows<'a>(
    subject: Subject<'a>,
    filing: &Filing,
    deadline: &Deadline,
    each: &[ScopeIx],
    parent: &'a Row,
    rows: &mut Vec<(ScopeIx, &'a Row)>,
    dues: &mut Vec<Due>,
) {
    let Some((list, rest)) = each.split_first() else {
        dues.extend(one(subject, filing, deadline, rows, dues.len()));
        return;
    };
    for row in parent.rows(*list) {
        rows.push((*list, row));
        over_rows(subject, filing, deadline, rest, row, rows, dues);
        rows.pop();
    }
}

/// Works out one deadline; nothing when it does not apply.
fn one(subject: Subject, filing: &Filing, deadline: &Deadline, rows: &[(ScopeIx, &Row)], at: usize) -> Option<Due> {
    let scope = Scope { catalogue: subject.catalogue, root: &subject.record.root, rows };
    let worked_out = work_out(subject, filing, deadline, scope).transpose()?;
    let (dates, done, state, unsure) = match worked_out {
        Ok((dates, done)) => {
            let (state, unsure) = state::state(deadline.kind, &dates, done, subject.now);
            (dates, done, state, unsure)
        }
        Err(problem) => (Vec::new(), None, State::Unknown { problem }, false),
    };
    let text = |expr: &Expr| Text::from(expr.string(scope).unwrap_or_default());
    let day = |expr: Option<&Expr>| expr.map(&text).unwrap_or_default();
    let mut holes: Vec<(&str, Text)> = deadline.values.iter().map(|(name, expr)| (name.as_str(), text(expr))).collect();
    holes.extend([("due", day(Some(&deadline.due))), ("also", day(deadline.also.as_ref()))]);
    // What cannot be worked out has no days to put into its words.
    let words = |text: &Text| if dates.is_empty() { Text::default() } else { text.fill(&holes) };
    Some(Due {
        trial: subject.record.id(subject.catalogue).to_owned(),
        plugin: subject.plugin.id().to_owned(),
        rule: deadline.text.id.clone(),
        title: deadline.title.fill(&holes),
        kind: deadline.kind,
        done,
        state,
        unsure,
        message: words(&deadline.text.message),
        source: deadline.text.source.clone(),
        fix: words(&deadline.text.fix),
        key: if deadline.each.is_empty() { String::new() } else { at.to_string() },
        dates,
    })
}

type Days = (Vec<Date>, Option<Date>);

/// Evaluates the days of a deadline; nothing when it does not apply or has no day.
fn work_out(subject: Subject, filing: &Filing, deadline: &Deadline, scope: Scope) -> Result<Option<Days>, String> {
    if let Some(when) = &deadline.when
        && !when.truth(scope)?
    {
        return Ok(None);
    }
    let day = |expr: &Expr| {
        let text = expr.string(scope)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse::<Date>().map(Some).map_err(|_| format!("`{}` gave `{text}`, no date", expr.text()))
    };
    let Some(due) = day(&deadline.due)? else { return Ok(None) };
    let mut dates = vec![due];
    if let Some(also) = &deadline.also {
        dates.extend(day(also)?);
    }
    dates.sort();
    dates.dedup();
    let done = match &deadline.done {
        Some(done) => day(done)?,
        None => settled(subject.known, filing, &deadline.settled_by),
    };
    Ok(Some((dates, done)))
}

/// Returns the day of the filing that does it: this one, or the first that was made.
fn settled(known: &Known, filing: &Filing, kinds: &[String]) -> Option<Date> {
    let past = known.past.iter().filter(|past| past.series == known.series && kinds.contains(&past.kind));
    filing.of(kinds).unwrap_or_else(|| past.map(|past| past.date).min())
}

#[cfg(test)]
mod tests;
