//! Whose people are judged: those of the institutions that the settings name, held against those of the record.

use std::collections::BTreeSet;

use crate::fold;
use crate::judged::Member;
use crate::named::Named;
use crate::settings::Settings;

/// Names of the settings none of which the record has.
#[derive(Debug)]
pub(crate) struct Missed<'a> {
    /// Someone of the record, where it can be shown.
    pub(crate) member: &'a Member,
    /// The institutions of the record, as written.
    pub(crate) institutions: Vec<&'a str>,
    /// The one of them that is most like one of the settings, and that one.
    pub(crate) nearest: (&'a str, &'a str),
}

/// Tells whether someone is judged: of an own institution, or of none that the record says.
pub(crate) fn is_own(named: &Named, settings: &Settings) -> bool {
    named.institution.is_empty() || settings.own.is_empty() || settings.own.iter().any(|own| is_of(&named.institution, own))
}

/// Returns what the record has where it has none of the institutions that the settings name.
pub(crate) fn missed<'a>(members: &'a [Member], settings: &'a Settings) -> Option<Missed<'a>> {
    let mut folded = BTreeSet::new();
    let placed: Vec<&Member> = members.iter().filter(|member| !member.named.institution.is_empty()).collect();
    if placed.iter().any(|member| is_own(&member.named, settings)) {
        return None;
    }
    let member = *placed.first()?;
    let once = placed.iter().map(|member| member.named.institution.as_str()).filter(|name| folded.insert(fold::title(name)));
    let institutions: Vec<&str> = once.collect();
    let pairs = institutions.iter().flat_map(|name| settings.own.iter().map(move |own| (*name, own.as_str())));
    let nearest = pairs.min_by_key(|(name, own)| distance(&fold::title(name), &fold::title(own)))?;
    Some(Missed { member, institutions, nearest })
}

/// The record may go on with a department.
fn is_of(institution: &str, own: &str) -> bool {
    fold::title(institution).starts_with(&fold::title(own))
}

/// Returns how many characters must be put in, taken out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut costs: Vec<usize> = (0..=other.len()).collect();
    for (row, c) in one.chars().enumerate() {
        let mut next = vec![row + 1];
        let mut left = row + 1;
        for (d, pair) in other.iter().zip(costs.windows(2)) {
            let (diagonal, above) = (pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0));
            left = (diagonal + usize::from(c != *d)).min(above + 1).min(left + 1);
            next.push(left);
        }
        costs = next;
    }
    costs.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_characters() {
        assert_eq!(distance("例示大学病院", "例示大学病院"), 0);
        assert_eq!(distance("例示大学附属病院", "例示大学付属病院"), 1);
        assert_eq!(distance("例示病院", "例示大学病院"), 2);
        assert_eq!(distance("", "例示"), 2);
    }
}
