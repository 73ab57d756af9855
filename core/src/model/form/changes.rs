//! How a form shows changes: in which kinds of filing, by which marks, and what a change asks of other items.

use serde::Deserialize;

use super::ItemIx;
use super::{Condition, Form};
use crate::model::ChangeStatus;

/// What a change asks of another item, such as the category of the filing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Path of the leaf that changes, or of the group that gets a row.
    pub item: String,
    /// Values of the added row for which it holds: path and value, `*` for any.
    #[serde(default)]
    pub with: Vec<(String, String)>,
    /// Column of the kind of filing it holds for.
    pub kind: String,
    /// Path of the item.
    pub of: String,
    /// What it must be.
    pub values: Vec<String>,
}

/// How a form shows changes; the lists name columns of its kinds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeStyle {
    /// Kinds of filing that may carry marks.
    marks: Vec<String>,
    /// Kinds of filing that are nothing without marks.
    needed: Vec<String>,
    /// Kinds of filing whose leaves carry the elements of date and reason.
    elements: Vec<String>,
    /// Kinds of filing that leave out items which must be blank.
    left_out: Vec<String>,
    /// Path of the item that says when a filing is made.
    pub filed: String,
    /// Whether a filing of a kind with marks may be the first of its series.
    #[serde(default)]
    pub may_be_first: bool,
    /// What is to be said of each change: `date`, `reason`.
    #[serde(default = "both")]
    pub wanted: Vec<String>,
    /// When that is to be said, a condition over items as in `items.csv`; always where there is none.
    wanted_when: Option<String>,
    #[serde(skip)]
    condition: Option<Condition>,
    /// What a change asks of another item.
    #[serde(default, rename = "demand")]
    pub demands: Vec<Demand>,
    /// Mark of a leaf with another value.
    pub update: String,
    /// Mark of a new row.
    pub append: String,
    /// Mark of a row that is gone.
    pub delete: String,
    /// Citation.
    pub source: String,
}

fn both() -> Vec<String> {
    vec!["date".to_owned(), "reason".to_owned()]
}

impl ChangeStyle {
    /// Returns whether each change of a filing is to say its `date` or its `reason`, given the text of the filing's items.
    pub fn wants<'a>(&self, what: &str, text: impl Fn(ItemIx) -> &'a str) -> bool {
        let asked = self.condition.as_ref().is_none_or(|condition| condition.holds(text));
        asked && self.wanted.iter().any(|wanted| wanted == what)
    }

    /// Returns how a mark is written.
    pub fn word(&self, status: ChangeStatus) -> &str {
        match status {
            ChangeStatus::Update => &self.update,
            ChangeStatus::Append => &self.append,
            ChangeStatus::Delete => &self.delete,
        }
    }

    /// Reads a mark.
    pub fn status(&self, word: &str) -> Option<ChangeStatus> {
        [ChangeStatus::Update, ChangeStatus::Append, ChangeStatus::Delete].into_iter().find(|status| self.word(*status) == word)
    }
}

/// What the kind of a filing means for its changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KindChanges {
    /// Whether it may carry marks.
    pub marks: bool,
    /// Whether it is nothing without marks.
    pub needed: bool,
    /// Whether its leaves carry the elements of date and reason.
    pub elements: bool,
    /// Whether it leaves out items which must be blank.
    pub left_out: bool,
}

impl Form {
    /// Returns what the changes of a kind of filing ask of other items.
    pub fn demands(&self, kind: &str) -> impl Iterator<Item = &Demand> {
        let column = self.kinds.iter().find(|(code, _)| code == kind).map(|(_, column)| column.clone());
        self.changes.demands.iter().filter(move |demand| Some(&demand.kind) == column.as_ref())
    }

    /// Returns what the kind of a filing means for its changes; nothing of it for an unknown kind.
    pub fn kind_changes(&self, kind: &str) -> KindChanges {
        let Some((_, column)) = self.kinds.iter().find(|(code, _)| code == kind) else { return KindChanges::default() };
        let ChangeStyle { marks, needed, elements, left_out, .. } = &self.changes;
        KindChanges {
            marks: marks.contains(column),
            needed: needed.contains(column),
            elements: elements.contains(column),
            left_out: left_out.contains(column),
        }
    }

    /// Reads when changes are to say more, once every item is known.
    pub(super) fn condition_of_changes(&mut self) -> Result<(), String> {
        let text = self.changes.wanted_when.as_deref();
        let condition = text.map(|text| Condition::parse(text, |path| self.find(path))).transpose();
        self.changes.condition = condition.map_err(|problem| format!("changes.wanted_when: {problem}"))?;
        Ok(())
    }

    /// Checks the names in what the form says of changes.
    pub(super) fn check_changes(&self) -> Result<(), String> {
        self.find(&self.changes.filed).ok_or_else(|| format!("changes: no item `{}`", self.changes.filed))?;
        for demand in &self.changes.demands {
            let paths = demand.with.iter().map(|(path, _)| path).chain([&demand.item, &demand.of]);
            if let Some(path) = paths.into_iter().find(|path| self.find(path).is_none()) {
                return Err(format!("changes.demand: no item `{path}`"));
            }
        }
        let ChangeStyle { marks, needed, elements, left_out, .. } = &self.changes;
        let kinds = self.changes.demands.iter().map(|demand| &demand.kind);
        let is_column = |column: &&String| self.kinds.iter().any(|(_, known)| known == *column);
        let mut named = marks.iter().chain(needed).chain(elements).chain(left_out).chain(kinds);
        named
            .find(|column| !is_column(column))
            .map_or(Ok(()), |column| Err(format!("changes: no kind has the column `{column}`")))
    }
}
