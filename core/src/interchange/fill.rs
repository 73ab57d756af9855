//! One trial on its way from leaves to a record: what is there so far, and what became of each value.

use std::collections::{BTreeMap, BTreeSet};

use super::Interchange;
use super::leaves::{Leaf, Leaves};
use super::outcome::Disposition;
use super::phrases::is_japanese;
use super::table::{RowOf, Rule};
use crate::limits::{FINDINGS_PER_TRIAL, INTERCHANGE_ROWS, TEXT_CHARS};
use crate::model::{Catalogue, FieldIx, Finding, Place, Row, RuleBook, Scalar, ScopeIx, ScopeKind, Sources, Spot, Text};

/// Ids of reasons that the code gives; `reasons.csv` has their words, and a test holds the two together.
pub(super) mod why {
    /// The value says that there is nothing.
    pub(in super::super) const NOTHING: &str = "nothing-said";
    /// The value cannot be used.
    pub(in super::super) const UNUSABLE: &str = "unusable";
    /// The word stands for several of our codes.
    pub(in super::super) const LOSSY: &str = "lossy";
    /// The word is not known.
    pub(in super::super) const UNKNOWN_WORD: &str = "unknown-word";
    /// The field has another value already.
    pub(in super::super) const SECOND: &str = "second-value";
    /// The text is longer than a cell holds.
    pub(in super::super) const TOO_LONG: &str = "too-long";
    /// There are more rows than are read.
    pub(in super::super) const TOO_MANY: &str = "too-many";
    /// What it belongs to was not taken.
    pub(in super::super) const ALONE: &str = "alone";
    /// The reader does not know the name.
    pub(in super::super) const UNKNOWN_NAME: &str = "unknown-name";
    /// Something that the value refers to is missing.
    pub(in super::super) const UNRESOLVED: &str = "unresolved";
    /// It says how the file or the trial is handled where it comes from.
    pub(in super::super) const ADMINISTRATIVE: &str = "administrative";
    /// Part of it is unsure.
    pub(in super::super) const ASSUMED: &str = "assumed";
    /// All reasons the code gives.
    #[cfg(test)]
    pub(in super::super) const ALL: [&str; 12] = [
        NOTHING,
        UNUSABLE,
        LOSSY,
        UNKNOWN_WORD,
        SECOND,
        TOO_LONG,
        TOO_MANY,
        ALONE,
        UNKNOWN_NAME,
        UNRESOLVED,
        ADMINISTRATIVE,
        ASSUMED,
    ];
}

/// A value that was not taken, with the id of the reason.
pub(super) type Put = Result<FieldIx, &'static str>;

/// One trial that is being filled.
pub(super) struct Fill<'a> {
    pub(super) tables: &'a Interchange,
    pub(super) catalogue: &'a Catalogue,
    pub(super) book: &'a RuleBook,
    pub(super) sources: &'a Sources,
    pub(super) leaves: &'a Leaves,
    /// The system whose words the format uses: a column of the vocabularies.
    pub(super) words: &'static str,
    /// Our id of the trial.
    pub(super) trial: String,
    /// The registry that gave the trial its first number, as `registries.csv` calls it.
    pub(super) registry: String,
    pub(super) root: Row,
    pub(super) dispositions: Vec<Option<Disposition>>,
    pub(super) findings: Vec<Finding>,
    /// Row of a list by what makes it one.
    rows: BTreeMap<(ScopeIx, String), usize>,
    /// The leaf at which each row of a list began.
    begun: BTreeMap<ScopeIx, Vec<usize>>,
    /// Texts of several lines that take no more.
    full: BTreeSet<(FieldIx, String)>,
}

impl<'a> Fill<'a> {
    /// Starts a trial.
    pub(super) fn new(
        tables: &'a Interchange,
        (catalogue, book): (&'a Catalogue, &'a RuleBook),
        sources: &'a Sources,
        leaves: &'a Leaves,
        words: &'static str,
    ) -> Fill<'a> {
        Fill {
            tables,
            catalogue,
            book,
            sources,
            leaves,
            words,
            trial: String::new(),
            registry: String::new(),
            root: Row { spot: Spot::Nowhere, ..Row::default() },
            dispositions: vec![None; leaves.list().len()],
            findings: Vec::new(),
            rows: BTreeMap::new(),
            begun: BTreeMap::new(),
            full: BTreeSet::new(),
        }
    }

    /// Returns a leaf.
    pub(super) fn leaf(&self, at: usize) -> &'a Leaf {
        #[expect(clippy::indexing_slicing, reason = "indices come from the leaves themselves")]
        &self.leaves.list()[at]
    }

    /// Says what became of a leaf; what was said first holds.
    pub(super) fn settle(&mut self, at: usize, disposition: Disposition) {
        if let Some(slot) = self.dispositions.get_mut(at)
            && slot.is_none()
        {
            *slot = Some(disposition);
        }
    }

    /// Settles a leaf by what came of putting its value.
    pub(super) fn settle_put(&mut self, at: usize, put: Put) {
        self.settle(at, put.map_or_else(|why| Disposition::Lost(why.to_owned()), |field| Disposition::Taken(vec![field])));
    }

    /// Reports something about a leaf.
    pub(super) fn say(&mut self, id: &str, at: usize, field: Option<FieldIx>, values: &[(&str, Text)]) {
        let leaf = self.leaf(at);
        let place = self.sources.place(&leaf.origin);
        let field = field.map_or("", |field| self.catalogue.field(field).id.as_str());
        self.say_at(id, place, (&leaf.text, field), values);
    }

    /// Reports something at a place.
    pub(super) fn say_at(&mut self, id: &str, place: Place, (value, field): (&str, &str), values: &[(&str, Text)]) {
        if self.findings.len() < FINDINGS_PER_TRIAL {
            let mut finding = self.book.finding(id, place, values).found(value, field);
            finding.trial.clone_from(&self.trial);
            self.findings.push(finding);
        }
    }

    /// Returns the key of the row in which a rule puts the value of a leaf; `part` numbers the parts of one value.
    pub(super) fn row_key(&self, rule: &Rule, at: usize, part: usize) -> String {
        match rule.row {
            RowOf::Trial => String::new(),
            RowOf::Value => format!("{}#{part}", self.leaf(at).key),
            RowOf::Prefix(names) => self.leaf(at).prefix(names).to_owned(),
        }
    }

    /// Puts a text into the field of a rule.
    pub(super) fn put(&mut self, rule: &Rule, at: usize, text: &str) -> Put {
        let Some(field) = rule.field else { return Err(why::UNUSABLE) };
        let key = self.row_key(rule, at, 0);
        self.put_in(field, &key, at, text, false)
    }

    /// Puts a text into a field by its id, in the row of that key.
    pub(super) fn put_id(&mut self, id: &str, key: &str, at: usize, text: &str) -> Put {
        let Some(field) = self.catalogue.field_ix(id) else { return Err(why::UNUSABLE) };
        self.put_in(field, key, at, text, false)
    }

    /// Puts a text into a field. A text in Japanese goes to the Japanese field of the pair. Where the field has another
    /// value already, the first one stays, unless the text is to be a further line of it.
    pub(super) fn put_in(&mut self, field: FieldIx, key: &str, at: usize, text: &str, append: bool) -> Put {
        let text = text.trim();
        if text.is_empty() {
            return Err(why::NOTHING);
        }
        let field = self.in_its_language(field, text);
        // The trial itself is one row, wherever in the file a value of it stands.
        let key = if self.catalogue.field(field).scope == ScopeIx::ROOT { "" } else { key };
        let full = (field, key.to_owned());
        if append && self.full.contains(&full) {
            return Err(why::TOO_LONG);
        }
        let scope = self.catalogue.field(field).scope;
        let rows = self.begun.get(&scope).map_or(0, Vec::len);
        if rows >= INTERCHANGE_ROWS && !self.rows.contains_key(&(scope, key.to_owned())) {
            return Err(why::TOO_MANY);
        }
        let label = self.catalogue.field(field).label.clone();
        let origin = self.leaf(at).origin.clone();
        let row = self.row(field, key, at);
        let known = row.leaf(field).map(|leaf| leaf.text().to_owned());
        let text = match known {
            Some(known) if known == text => return Ok(field),
            Some(known) if append && known.lines().any(|line| line == text) => return Ok(field),
            Some(known) if append => format!("{known}\n{text}"),
            Some(known) => {
                let values = [("label", label), ("kept", known.as_str().into()), ("value", text.into())];
                self.say("IX-0052", at, Some(field), &values);
                return Err(why::SECOND);
            }
            None => text.to_owned(),
        };
        if text.len() > TEXT_CHARS && text.chars().count() > TEXT_CHARS {
            let values = [("label", label), ("limit", TEXT_CHARS.to_string().into())];
            self.say("IX-0039", at, Some(field), &values);
            self.full.insert(full);
            return Err(why::TOO_LONG);
        }
        let leaf = crate::model::Leaf { value: Scalar::Text(text.into()), origin };
        self.row(field, key, at).put(field, leaf);
        Ok(field)
    }

    /// Returns the text that a field of the trial has.
    pub(super) fn text_of(&self, id: &str) -> &str {
        self.catalogue.field_ix(id).map_or("", |field| self.root.text(field))
    }

    fn in_its_language(&self, field: FieldIx, text: &str) -> FieldIx {
        let id = &self.catalogue.field(field).id;
        let ours = id.strip_suffix("_en").and_then(|id| self.catalogue.field_ix(id));
        ours.filter(|_| is_japanese(text)).unwrap_or(field)
    }

    fn row(&mut self, field: FieldIx, key: &str, at: usize) -> &mut Row {
        let scope = self.catalogue.field(field).scope;
        if scope == ScopeIx::ROOT {
            return &mut self.root;
        }
        let origin = self.leaf(at).origin.clone();
        let rows = self.root.rows_mut(scope);
        let row = *self.rows.entry((scope, key.to_owned())).or_insert(rows.len());
        if row >= rows.len() {
            rows.push(Row { spot: Spot::In(origin), ..Row::default() });
            self.begun.entry(scope).or_default().push(at);
        }
        let last = rows.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "the row was found or pushed above")]
        &mut rows[row.min(last)]
    }

    /// Returns whether a list of the catalogue has as many rows as are read.
    pub(super) fn is_full(&self, list: &str) -> bool {
        let scope = self.catalogue.scope_ix(list);
        scope.and_then(|scope| self.begun.get(&scope)).is_some_and(|rows| rows.len() >= INTERCHANGE_ROWS)
    }

    /// Ends the trial: rows stand in the order of the file, and rows that others refer to have a number.
    pub(super) fn finish(&mut self) {
        for (scope, begun) in std::mem::take(&mut self.begun) {
            let rows = std::mem::take(self.root.rows_mut(scope));
            let mut rows: Vec<(usize, Row)> = begun.into_iter().zip(rows).collect();
            rows.sort_by_key(|(at, _)| *at);
            let known = self.catalogue.scope(scope);
            for (number, (_, row)) in rows.iter_mut().enumerate() {
                if let Some(field) = known.key.filter(|_| known.kind == ScopeKind::List)
                    && row.leaf(field).is_none()
                {
                    let origin = crate::model::Origin::Derived(self.catalogue.field(field).id.as_str().into());
                    row.put(field, crate::model::Leaf { value: Scalar::Text((number + 1).to_string().into()), origin });
                }
            }
            *self.root.rows_mut(scope) = rows.into_iter().map(|(_, row)| row).collect();
        }
    }
}
