//! What is counted of one column while its rows pass. Nothing here holds a value.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::data::{Identifiers, Within};
use super::fold;
use super::titles::{Kinds, Says};
use super::values::{Match, is_worth_a_look};

/// Values that were looked at and are harmless, by their hashes; terms and codes repeat.
const HARMLESS: usize = 256;
/// How many different values are told apart.
const DISTINCT: usize = 2_048;
/// Longest text that is looked at as a year or month, bytes.
const PARTIAL_BYTES: usize = 40;

/// A column.
pub(super) struct Column {
    pub(super) says: Says,
    /// Rows that have a value, and the first of them.
    pub(super) filled: Count,
    /// By number of the rule: how many, and how many have only the shape.
    pub(super) hits: Vec<Hits>,
    /// By number of the kind: cells in which one place is enough.
    pub(super) sure: Vec<Count>,
    /// Cells that say the sex.
    pub(super) sexes: u64,
    /// Whole dates.
    pub(super) dates: Count,
    /// Years, and years with months.
    pub(super) partial_dates: u64,
    pub(super) last_date: Option<Date>,
    /// Rows with a date here, another one and an age, and of them those in which the age is the years between.
    pub(super) aged: (u64, u64),
    /// Ids that another list has.
    pub(super) listed: Count,
    harmless: Vec<u64>,
}

/// How many cells, and the row of the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) count: u64,
    pub(super) first: u64,
}

impl Count {
    /// Counts a cell.
    pub(super) fn add(&mut self, row: u64) {
        if self.count == 0 {
            self.first = row;
        }
        self.count += 1;
    }
}

/// What a rule found.
#[derive(Default)]
pub(super) struct Hits {
    pub(super) cells: Count,
    pub(super) shapes: u64,
    pub(super) distinct: BTreeSet<u64>,
}

impl Column {
    /// Makes a column; its title is looked at.
    pub(super) fn new(identifiers: &Identifiers, title: &str, header: u64) -> Column {
        let mut column = Column::of(identifiers, identifiers.titles.read(title));
        // A table without a header has its first patient where the titles should be.
        column.look(identifiers, title, header, true);
        column
    }

    /// Looks at a line that is no title of anything, so that none of its words makes an exception.
    pub(super) fn line(identifiers: &Identifiers, text: &str, row: u64) -> Column {
        let mut column = Column::of(identifiers, Says::default());
        column.look(identifiers, text, row, true);
        column
    }

    fn of(identifiers: &Identifiers, says: Says) -> Column {
        let mut hits = Vec::new();
        hits.resize_with(identifiers.rules.rules.len(), Hits::default);
        Column {
            says,
            filled: Count::default(),
            hits,
            sure: vec![Count::default(); identifiers.kinds.len()],
            sexes: 0,
            dates: Count::default(),
            partial_dates: 0,
            last_date: None,
            aged: (0, 0),
            listed: Count::default(),
            harmless: vec![0; HARMLESS],
        }
    }

    /// Counts a value that is no date.
    pub(super) fn value(&mut self, identifiers: &Identifiers, text: &str, row: u64) {
        if !is_worth_a_look(text) {
            self.short(identifiers, text);
            return;
        }
        let hash = fold::hash(text);
        let slot = usize::try_from(hash % HARMLESS as u64).unwrap_or(0);
        if self.harmless.get(slot) == Some(&hash) {
            self.short(identifiers, text);
            return;
        }
        if !self.look(identifiers, text, row, false)
            && let Some(slot) = self.harmless.get_mut(slot)
        {
            *slot = hash;
        }
        self.short(identifiers, text);
    }

    /// Counts a whole date.
    pub(super) fn date(&mut self, day: Date, row: u64) {
        self.dates.add(row);
        self.last_date = self.last_date.max(Some(day));
    }

    /// Looks for every pattern; of a title only for those of which one place is enough.
    fn look(&mut self, identifiers: &Identifiers, text: &str, row: u64, is_title: bool) -> bool {
        let folded = fold::value(text);
        let (hits, says) = (&mut self.hits, self.says);
        let (mut sure, mut any) = (Kinds::default(), false);
        identifiers.rules.each(&folded, |at, rule, found| {
            any = true;
            if says.exempt.has(rule.kind) || (says.like.has(rule.kind) && !rule.certain) || (says.numbers && rule.bare) {
                return;
            }
            if is_title && rule.within != Within::Text {
                return;
            }
            let Some(hits) = hits.get_mut(at) else { return };
            match found {
                Match::Shape => hits.shapes += 1,
                Match::Hit => {
                    hits.cells.add(row);
                    if rule.within == Within::Text {
                        sure.add(rule.kind);
                    }
                    if rule.distinct > 0.0 && hits.distinct.len() < DISTINCT {
                        hits.distinct.insert(fold::hash(&folded));
                    }
                }
            }
        });
        self.sure.iter_mut().enumerate().filter(|(kind, _)| sure.has(*kind)).for_each(|(_, count)| count.add(row));
        any
    }

    /// Counts what short values say: the sex, and years and months under the title of a birth.
    fn short(&mut self, identifiers: &Identifiers, text: &str) {
        if text.len() > PARTIAL_BYTES {
            return;
        }
        let is = |word: &String| text.len() <= word.len() + 4 && fold::title(text) == *word;
        if !self.says.sex && self.sexes * 2 >= self.filled.count.saturating_sub(1) && identifiers.sex.iter().any(is) {
            self.sexes += 1;
        }
        if self.says.kinds.has(identifiers.birth_kind) && identifiers.birth.partial.is_match(&fold::value(text)) {
            self.partial_dates += 1;
        }
    }

    /// Returns whether the column says the sex.
    pub(super) fn is_sex(&self) -> bool {
        self.says.sex || (self.sexes > 0 && self.sexes * 5 >= self.filled.count * 4)
    }
}
