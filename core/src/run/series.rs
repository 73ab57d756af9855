//! A filing among those of its trial plan: which one came before it, and what the ledger says against it.

use super::Engine;
use super::previous::{From, Previous};
use crate::changes::{Changed, Entries};
use crate::ledger::items::Items;
use crate::ledger::{Ledger, LedgerError, Past};
use crate::model::{ChangeStatus, Filing, Finding, ItemIx, Node, Place, Text};
use crate::plugin::Plugin;
use crate::render::templates::Position;

/// Where to look for the filing that came before one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) engine: &'a Engine,
    pub(super) plugin: &'a Plugin,
    /// Filings that were given or made in this run.
    pub(super) all: &'a [Previous],
    pub(super) ledger: Option<&'a Ledger>,
    pub(super) trial: &'a str,
    /// Whether the run has one trial only.
    pub(super) alone: bool,
}

/// The filings before one.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// The last.
    pub(super) last: Option<Previous>,
    /// The one before the last, without marks.
    pub(super) earlier: Option<Filing>,
    /// What is to be known about the choice.
    pub(super) findings: Vec<Finding>,
}

/// What the ledger says of a filing.
#[derive(Debug)]
pub(super) struct Against {
    /// Whether it has just this filing.
    pub(super) made: bool,
    /// What speaks against making it.
    pub(super) findings: Vec<Finding>,
}

impl Search<'_> {
    /// Finds the filing that came before the one at a place: the one that was given, else the last before it in its
    /// series. Where neither has its series, the only one that was given for the only trial there is, provided that
    /// `entries` says that what the series is named by changed.
    ///
    /// # Errors
    /// Returns that the ledger's values cannot be read.
    pub(super) fn before(&self, position: &Position, entries: &Entries) -> Result<Before, LedgerError> {
        let named = !position.series.is_empty();
        let mut series: Vec<Previous> =
            self.fitting().filter(|previous| named && previous.position.series == position.series).cloned().collect();
        series.extend(self.past(position)?.into_iter().map(|past| self.entered(past, position)));
        let (mut series, later): (Vec<Previous>, Vec<Previous>) =
            series.into_iter().partition(|previous| previous.position.order < position.order);
        // The same filing can be known from several places; what was given stands first, then what the run makes.
        let rank = |previous: &Previous| match previous.from {
            From::Ledger(_) => 0,
            From::Run => 1,
            From::Given(_) => 2,
        };
        series.sort_by(|a, b| (&a.position.order, rank(a)).cmp(&(&b.position.order, rank(b))));
        let mut before = Before::default();
        let given = series.iter().rposition(|previous| matches!(previous.from, From::Given(_)));
        let chosen = given.or(series.len().checked_sub(1));
        if let Some(at) = chosen {
            let after = series.split_off(at + 1);
            let mut last = series.pop();
            if let (Some(last), Some(newest)) = (&last, after.last())
                && newest.position.order > last.position.order
            {
                let values = [("file", last.place()), ("later", self.called(newest))];
                before.findings.push(self.say("CG-0009", &values));
            }
            before.earlier = series
                .iter()
                .rev()
                .find(|previous| last.as_ref().is_some_and(|last| previous.position.order < last.position.order))
                .map(|previous| previous.filing.clone());
            if let Some(last) = &mut last {
                series.into_iter().chain(after).for_each(|other| last.numbers.join(other.numbers));
                if last.trial != self.trial && matches!(last.from, From::Ledger(_)) {
                    let values = [("filing", self.called(last)), ("trial", last.trial.as_str().into())];
                    before.findings.push(self.say("CG-0014", &values));
                }
                before.findings.push(self.compared(last));
            }
            before.last = last;
            return Ok(before);
        }
        let mut others = self.fitting().filter(|previous| matches!(previous.from, From::Given(_)));
        let Some(other) = others.next().filter(|_| self.alone && others.next().is_none()) else { return Ok(before) };
        if later.iter().any(|previous| previous.from == other.from) {
            before.findings.push(self.say("CG-0013", &[("filing", self.called(other))]));
            return Ok(before);
        }
        let renamed = self.plugin.manifest.ledger.as_ref().and_then(|ledger| ledger.renamed.as_deref());
        let said = renamed.is_some_and(|field| entries.iter().any(|entry| entry.target.as_deref() == Some(field)));
        if named && !other.position.series.is_empty() && !said {
            let values = [
                ("filing", self.called(other)),
                ("theirs", other.position.series.as_str().into()),
                ("ours", position.series.as_str().into()),
            ];
            before.findings.push(self.say("CG-0012", &values));
            return Ok(before);
        }
        before.findings.push(self.compared(other));
        before.last = Some(other.clone());
        Ok(before)
    }

    /// Holds a filing against what the ledger has of it and of those after it.
    ///
    /// # Errors
    /// Returns that the ledger's values cannot be read.
    pub(super) fn against(&self, position: &Position, filing: &Filing) -> Result<Against, LedgerError> {
        let mut findings = Vec::new();
        let past = self.past(position)?;
        let form = &self.plugin.form;
        let text = |filing: &Filing| serde_json::to_string(&Items { filing, form }).unwrap_or_default();
        let own = past.iter().find(|past| past.order == position.order);
        if own.is_some_and(|own| text(&own.filing) == text(filing)) {
            return Ok(Against { made: true, findings });
        }
        if let Some(own) = own {
            let line = ("line", Text::from(own.n.to_string()));
            if own.trial != self.trial {
                findings.push(self.say("LG-0011", &[line, ("trial", own.trial.as_str().into())]));
            } else if let Some(receipt) = &own.receipt {
                findings.push(self.say("LG-0009", &[line, ("receipt", receipt.as_str().into())]));
            }
        }
        let later: Vec<&str> =
            past.iter().filter(|past| past.order > position.order).map(|past| past.submission.as_str()).collect();
        if !later.is_empty() {
            findings.push(self.say("LG-0010", &[("filings", later.join("、").into())]));
        }
        Ok(Against { made: false, findings })
    }

    fn fitting(&self) -> impl Iterator<Item = &Previous> + Clone {
        self.all.iter().filter(|previous| previous.plugin == self.plugin.id())
    }

    fn past(&self, position: &Position) -> Result<Vec<Past>, LedgerError> {
        match self.ledger.filter(|_| !position.series.is_empty()) {
            Some(ledger) => ledger.series(self.plugin, &position.series),
            None => Ok(Vec::new()),
        }
    }

    fn entered(&self, past: Past, position: &Position) -> Previous {
        let place = Position { series: position.series.clone(), order: past.order };
        let made = Previous::made(past.filing, self.plugin, past.trial, place, self.engine);
        Previous { from: From::Ledger(past.n), ..made }
    }

    /// Says which filing was compared; not where it was found, so that a filing is the same whichever way it is built.
    fn compared(&self, previous: &Previous) -> Finding {
        self.say("CG-0010", &[("filing", previous.name(self.plugin).into())])
    }

    /// Names a filing and where it was found.
    fn called(&self, previous: &Previous) -> Text {
        let (name, place) = (previous.name(self.plugin), previous.place());
        Text::new(format!("{}：{name}", place.ja), format!("{}: {name}", place.en))
    }

    fn say(&self, rule: &str, values: &[(&str, Text)]) -> Finding {
        self.engine.book.finding(rule, Place::default(), values)
    }
}

/// Returns whether a change restores what stood before the last filing: what a workbook that is older than it would do.
pub(super) fn is_undone(changed: &Changed, earlier: &Filing) -> bool {
    let way: Option<Vec<u32>> = changed.way.iter().map(|at| at.serial).collect();
    let Some(way) = way else { return false };
    match changed.change.status {
        ChangeStatus::Update => text_at(&earlier.root, changed.item, &way) == Some(changed.new.as_str()),
        // A row that the last filing brought was not there before it.
        ChangeStatus::Delete => !row_at(&earlier.root, changed.item, &way),
        ChangeStatus::Append => false,
    }
}

fn text_at<'a>(node: &'a Node, item: ItemIx, way: &[u32]) -> Option<&'a str> {
    match node {
        Node::Value(value) => (value.item == item && way.is_empty()).then_some(value.text.as_str()),
        Node::Group { head, rows, .. } => head.iter().find_map(|node| text_at(node, item, way)).or_else(|| {
            let (serial, rest) = way.split_first()?;
            let row = rows.iter().find(|row| row.serial == Some(*serial))?;
            row.nodes.iter().find_map(|node| text_at(node, item, rest))
        }),
    }
}

fn row_at(node: &Node, group: ItemIx, way: &[u32]) -> bool {
    let Node::Group { item, head, rows } = node else { return false };
    if head.iter().any(|node| row_at(node, group, way)) {
        return true;
    }
    let Some((serial, rest)) = way.split_first() else { return false };
    let Some(row) = rows.iter().find(|row| row.serial == Some(*serial)) else { return false };
    (*item == group && rest.is_empty()) || row.nodes.iter().any(|node| row_at(node, group, rest))
}
