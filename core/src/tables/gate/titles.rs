//! What the title of a column says about it.

use std::collections::BTreeMap;

use super::data::{How, OtherRow, TitleRow, Use};
use super::fold;
use crate::model::DataError;

/// Characters of a title that are looked at; what is longer is a text, not a title.
const LONGEST: usize = 200;

/// The titles that are known.
pub(super) struct Titles {
    whole: BTreeMap<String, usize>,
    stems: BTreeMap<String, usize>,
    parts: Vec<(String, usize)>,
    suffixes: Vec<String>,
    others: Vec<Other>,
}

struct Other {
    key: String,
    used: Use,
    whole: bool,
    kinds: Kinds,
}

/// A set of kinds, by their numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds(u64);

impl Kinds {
    /// Adds a kind.
    pub(super) fn add(&mut self, kind: usize) {
        self.0 |= 1_u64.checked_shl(u32::try_from(kind).unwrap_or(64)).unwrap_or(0);
    }

    /// Returns whether a kind is in it.
    pub(super) fn has(self, kind: usize) -> bool {
        let mut one = Kinds::default();
        one.add(kind);
        self.0 & one.0 != 0
    }

    fn join(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    fn without(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }
}

/// What a title says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Says {
    /// The identifiers that it announces.
    pub(super) kinds: Kinds,
    /// Those that are not the patient's in this column.
    pub(super) exempt: Kinds,
    /// Those that a word in this column may look like by chance.
    pub(super) like: Kinds,
    /// It is of numbers that were issued, or of codes.
    pub(super) numbers: bool,
    /// It is of a date that is no birth.
    pub(super) clinical: bool,
    /// It is of the sex.
    pub(super) sex: bool,
    /// It is of the age.
    pub(super) age: bool,
}

impl Titles {
    /// Gathers what is known; `kind` finds the number of a kind.
    ///
    /// # Errors
    /// Returns the first kind that is not known.
    pub(super) fn new(
        titles: &[TitleRow],
        others: &[OtherRow],
        suffixes: &[String],
        kind: impl Fn(&str) -> Result<usize, DataError>,
    ) -> Result<Titles, DataError> {
        let mut known = Titles {
            whole: BTreeMap::new(),
            stems: BTreeMap::new(),
            parts: Vec::new(),
            suffixes: suffixes.iter().map(|suffix| fold::title(suffix)).collect(),
            others: Vec::new(),
        };
        for row in titles {
            let (key, kind) = (fold::title(&row.title), kind(&row.kind)?);
            match row.how {
                How::Whole => drop(known.whole.insert(key, kind)),
                How::Stem => drop(known.stems.insert(key, kind)),
                How::Part => known.parts.push((key, kind)),
            }
        }
        for row in others {
            let mut kinds = Kinds::default();
            for id in row.kinds.split(';').filter(|id| !id.is_empty()) {
                kinds.add(kind(id)?);
            }
            known.others.push(Other { key: fold::title(&row.title), used: row.used, whole: row.how != How::Part, kinds });
        }
        Ok(known)
    }

    /// Reads a title: all of it, and what stands before a bracket.
    pub(super) fn read(&self, title: &str) -> Says {
        let short: String = title.chars().take(LONGEST).collect();
        let head =
            short.split(['(', '（', '[', '［', '【', '<', '＜', ':', '：', '\n', '*', '＊', '※']).next().unwrap_or_default();
        let (all, head) = (fold::title(&short), fold::title(head));
        let mut says = Says::default();
        for kind in [&all, &head].into_iter().filter_map(|key| self.named(key)) {
            says.kinds.add(kind);
        }
        self.parts.iter().filter(|(part, _)| all.contains(part.as_str())).for_each(|(_, kind)| says.kinds.add(*kind));
        let (mut own, mut issued) = (false, Kinds::default());
        for other in &self.others {
            let is = if other.whole { all == other.key || head == other.key } else { all.contains(&other.key) };
            if !is {
                continue;
            }
            match other.used {
                Use::Issued => {
                    issued = issued.join(other.kinds);
                    says.numbers = true;
                }
                Use::Own => own = true,
                Use::Institution | Use::Staff => says.exempt = says.exempt.join(other.kinds),
                Use::Thing => says.like = says.like.join(other.kinds),
                Use::Code => says.numbers = true,
                Use::Clinical => says.clinical = true,
                Use::Sex => says.sex = true,
                Use::Age => says.age = true,
            }
        }
        if own {
            says.exempt = Kinds::default();
            says.like = Kinds::default();
        }
        says.kinds = says.kinds.without(says.exempt).without(says.like).without(issued);
        says
    }

    fn named(&self, key: &str) -> Option<usize> {
        let with_suffix = || {
            let stem = |suffix: &String| key.strip_suffix(suffix.as_str()).filter(|stem| !stem.is_empty());
            self.suffixes.iter().filter_map(stem).find_map(|stem| self.stems.get(stem))
        };
        self.whole.get(key).or_else(|| self.stems.get(key)).or_else(with_suffix).copied()
    }
}
