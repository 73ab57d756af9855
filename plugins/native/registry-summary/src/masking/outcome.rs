//! Why a cell is masked, and why nothing can be.

use std::collections::BTreeSet;

use todokede_abi::{At, Text};
use todokede_suppression::{Shown, State, SuppressError};

use super::Group;
use super::problem::{Meaning, What};
use crate::counts::Key;
use crate::findings::Findings;
use crate::plan::Plan;

/// Why a cell is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Its count is small.
    Small,
    /// It would give away a small count beside it.
    Protects,
    /// Held against a table of an earlier year it would give away a small difference.
    Earlier,
    /// Its total is small, or no mask with a claim protects its line.
    Withheld,
}

impl Group {
    /// Why a cell is masked; none when it is shown, or printed nowhere.
    pub(crate) fn why(&self, place: usize) -> Option<Why> {
        let meaning = self.meanings.get(place)?;
        match self.solution.published.cells.get(place)?.shown {
            Shown::Primary => Some(Why::Small),
            Shown::Masked if self.small_difference(meaning) => Some(Why::Earlier),
            Shown::Masked => Some(Why::Protects),
            Shown::Withheld => Some(Why::Withheld),
            _ => None,
        }
    }

    fn small_difference(&self, meaning: &Meaning) -> bool {
        let policy = &self.solution.published.policy;
        self.meanings.iter().zip(&self.problem.cells).any(|(other, cell)| {
            let same = (other.snapshot, other.product, other.key) == (meaning.snapshot, meaning.product, meaning.key);
            same && matches!(other.what, What::Before | What::Change(_))
                && cell.state == State::Hidden
                && policy.small(cell.value)
        })
    }
}

/// Says why nothing can be published. No true count is in the words.
pub(super) fn refused(error: &SuppressError, meanings: &[Meaning], plan: &Plan, findings: &mut Findings) {
    match error {
        SuppressError::Policy { values, min_width } => {
            let values = [("values", Text::from(values.to_string())), ("width", min_width.to_string().into())];
            findings.add_with("RS-0208", At::Record("/registry/min_width".to_owned()), values);
        }
        SuppressError::Impossible { exposed, because } => {
            let cells: Vec<&str> = exposed.iter().map(|cell| cell.id.as_str()).collect();
            let values = [
                ("cells", some(&cells).into()),
                ("because", some(&because.iter().map(String::as_str).collect::<Vec<_>>()).into()),
            ];
            findings.add_with("RS-0220", At::Filing, values);
        }
        // Any other error is a fault of this program; its words may hold counts.
        other => {
            let kind = match other {
                SuppressError::DuplicateId { .. } => "duplicate id",
                SuppressError::BadRelation { .. } => "bad relation",
                SuppressError::Unequal { .. } => "unequal sum",
                SuppressError::TooLarge { .. } => "too large",
                SuppressError::Contradiction { .. } => "contradiction",
                _ => "unproved",
            };
            let products: BTreeSet<&str> = meanings
                .iter()
                .filter(|meaning| meaning.key == Key::Total)
                .filter_map(|meaning| plan.products.get(meaning.product?).map(|product| product.code.as_str()))
                .collect();
            let fault = format!("{kind}: {}", some(&products.into_iter().collect::<Vec<_>>()));
            findings.add_with("RS-0221", At::Filing, [("fault", fault.into())]);
        }
    }
}

/// Says what earlier publications gave away by themselves.
pub(super) fn given_away(ids: &[String], findings: &mut Findings) {
    if !ids.is_empty() {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        findings.add_with("RS-0219", At::Filing, [("cells", some(&ids).into())]);
    }
}

/// The first few of many.
fn some(names: &[&str]) -> String {
    const MOST: usize = 8;
    let shown = names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    if names.len() > MOST { format!("{shown}, … ({})", names.len()) } else { shown }
}

#[cfg(test)]
mod tests {
    use todokede_suppression::{Exposed, Interval};

    use super::*;

    #[test]
    fn errors_of_the_suppressor_are_told_without_a_count() {
        let plan = crate::tests::plan();
        let rules = |error: &SuppressError| {
            let mut findings = Findings::new(9);
            refused(error, &[], &plan, &mut findings);
            let list = findings.list();
            assert!(!format!("{list:?}").contains("4711"));
            list.into_iter().map(|finding| finding.rule).collect::<Vec<_>>()
        };
        let interval = Interval { cell: 0, low: 4711, high: Some(4711), exact: true };
        let exposed = vec![Exposed { id: "2025.1/year/A/total".to_owned(), interval }];
        assert_eq!(rules(&SuppressError::Impossible { exposed, because: vec!["2024.0/year/A/total".to_owned()] }), ["RS-0220"]);
        assert_eq!(rules(&SuppressError::Policy { values: 4, min_width: 9 }), ["RS-0208"]);
        assert_eq!(rules(&SuppressError::Contradiction { id: "x".to_owned(), value: 4711 }), ["RS-0221"]);
        assert_eq!(rules(&SuppressError::Unequal { total: "x".to_owned(), found: 4711, sum: 4711 }), ["RS-0221"]);
    }
}
