//! Two documents against each other: 新旧対照表, and a copy of the new one with Word revisions.

mod align;
mod document;
mod lcs;
pub mod page;
mod spans;
mod table;
mod tokens;
pub mod tracked;

use serde::Serialize;

pub use spans::{Span, spans};
pub use table::docx;

use super::DocxError;
use super::package::Package;
use crate::model::{Lang, Text};
use align::Grams;
use document::Item;
use lcs::Step;

/// What became of a paragraph or a row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It says something else.
    Changed,
    /// It was not there.
    Added,
    /// It is there no more.
    Removed,
    /// It stands elsewhere, changed or not.
    Moved,
}

/// One line of a 新旧対照表.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What happened.
    pub kind: Kind,
    /// The heading it stood under, with its number; empty where nothing stood.
    pub old_heading: String,
    /// The heading it stands under now, with its number; empty where nothing stands.
    pub new_heading: String,
    /// Where it stood.
    pub old_place: Text,
    /// Where it stands now.
    pub new_place: Text,
    /// The old text.
    pub old: Vec<Span>,
    /// The new text.
    pub new: Vec<Span>,
}

/// All differences between two documents, in the order of the new one; what was removed stands where it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The differences.
    pub rows: Vec<Row>,
}

impl Kind {
    /// Names it.
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Kind::Changed => lang.pick("変更", "changed"),
            Kind::Added => lang.pick("追加", "added"),
            Kind::Removed => lang.pick("削除", "removed"),
            Kind::Moved => lang.pick("移動", "moved"),
        }
    }
}

impl Row {
    /// Names the place: the heading of the new document, or of the old one for what was removed.
    pub fn heading(&self) -> &str {
        if self.kind == Kind::Removed { &self.old_heading } else { &self.new_heading }
    }

    /// Says the place in full.
    pub fn place(&self) -> &Text {
        if self.kind == Kind::Removed { &self.old_place } else { &self.new_place }
    }
}

/// Compares two documents: body, footnotes, headers and footers. What Word makes itself, such as a table of contents, is
/// left out.
///
/// # Errors
/// Returns what cannot be read.
pub fn compare(old: &Package, new: &Package) -> Result<Comparison, DocxError> {
    let (old, new) = (document::items(old)?, document::items(new)?);
    let steps = align::align(&old, &new);
    let moves = moves(&steps, &old, &new);
    let mut rows = Vec::new();
    for step in steps {
        let (one, other) = match step {
            Step::Both(a, b) => (Some(a), Some(b)),
            Step::Old(a) => (Some(a), None),
            Step::New(b) => (None, Some(b)),
        };
        let moved_away = other.is_none() && moves.iter().any(|(a, _)| Some(*a) == one);
        if moved_away {
            continue;
        }
        let came = moves.iter().find(|(_, b)| one.is_none() && Some(*b) == other).map(|(a, _)| *a);
        let (one, other) = (one.or(came).and_then(|a| old.get(a)), other.and_then(|b| new.get(b)));
        rows.extend(row(one, other, came.is_some()));
    }
    Ok(Comparison { rows })
}

/// Fewest characters of a paragraph that is found again elsewhere; what is shorter may be there by chance.
const MOVED_CHARS: usize = 8;

/// Least likeness, of 1000, of a paragraph that moved and was changed as well.
const MOVED_LIKE: u32 = 800;

/// Returns what was taken away in one place and stands in another.
fn moves(steps: &[Step], old: &[Item], new: &[Item]) -> Vec<(usize, usize)> {
    let long = |list: &[Item], at: usize| list.get(at).is_some_and(|item| item.text.chars().count() >= MOVED_CHARS);
    let gone: Vec<(usize, Grams)> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Old(a) if long(old, *a) => old.get(*a).map(|item| (*a, Grams::of(&item.text))),
            _ => None,
        })
        .collect();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for step in steps {
        let Step::New(b) = step else { continue };
        let Some(item) = new.get(*b).filter(|_| long(new, *b)) else { continue };
        let grams = Grams::of(&item.text);
        let like = |(a, other): &(usize, Grams)| {
            let was = old.get(*a).filter(|was| was.kind == item.kind)?;
            let like = if was.text == item.text { lcs::FULL } else { grams.likeness(other) };
            let free = found.iter().all(|(taken, _)| taken != a);
            (like >= MOVED_LIKE && free).then_some((like, *a))
        };
        // Of several that are equally alike the first.
        let best = gone.iter().filter_map(like).max_by(|one, two| one.0.cmp(&two.0).then(two.1.cmp(&one.1)));
        if let Some((_, a)) = best {
            found.push((a, *b));
        }
    }
    found
}

fn row(old: Option<&Item>, new: Option<&Item>, moved: bool) -> Option<Row> {
    let kind = match (old, new) {
        (Some(_), Some(_)) if moved => Kind::Moved,
        (Some(old), Some(new)) if old.says_the_same(new) => return None,
        (Some(_), Some(_)) => Kind::Changed,
        (Some(item), None) if !item.is_blank() => Kind::Removed,
        (None, Some(item)) if !item.is_blank() => Kind::Added,
        _ => return None,
    };
    let (left, right) = match (old, new) {
        (Some(old), Some(new)) => old.spans(new),
        (Some(old), None) => (old.whole(), Vec::new()),
        (None, Some(new)) => (Vec::new(), new.whole()),
        (None, None) => return None,
    };
    let heading = |item: Option<&Item>| item.map(|item| item.heading.clone()).unwrap_or_default();
    let place = |item: Option<&Item>| item.map(|item| item.place.clone()).unwrap_or_default();
    Some(Row {
        kind,
        old_heading: heading(old),
        new_heading: heading(new),
        old_place: place(old),
        new_place: place(new),
        old: left,
        new: right,
    })
}

#[cfg(test)]
mod tests;
