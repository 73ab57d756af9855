//! A record for templates: every field of the catalogue is there, blank ones as empty texts, so that a template that
//! names a field never fails for want of a value.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::model::{Catalogue, FieldIx, Row, ScopeIx};

/// One row of a record with blanks filled in; serialises to nested objects.
pub struct Facts<'a> {
    catalogue: &'a Catalogue,
    scope: ScopeIx,
    row: &'a Row,
}

impl<'a> Facts<'a> {
    /// Wraps the root row of a record.
    pub fn new(catalogue: &'a Catalogue, row: &'a Row) -> Facts<'a> {
        Facts { catalogue, scope: ScopeIx::ROOT, row }
    }

    /// Wraps a row of a list.
    pub fn of_row(catalogue: &'a Catalogue, scope: ScopeIx, row: &'a Row) -> Facts<'a> {
        Facts { catalogue, scope, row }
    }
}

/// What stands at one name of a scope.
#[derive(Clone, Copy)]
enum Entry {
    Field(FieldIx),
    List(ScopeIx),
}

impl Serialize for Facts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let scope = self.catalogue.scope(self.scope);
        let fields = scope.fields.iter().map(|field| (self.catalogue.field(*field).name.as_str(), Entry::Field(*field)));
        let lists = scope.lists.iter().map(|list| (self.catalogue.scope(*list).name.as_str(), Entry::List(*list)));
        let mut entries: Vec<(&str, Entry)> = fields.chain(lists).collect();
        entries.sort_by_key(|(name, _)| *name);
        Level { facts: self, entries: &entries, skip: 0 }.serialize(serializer)
    }
}

/// The entries whose names share a prefix of `skip` bytes, sorted by name.
struct Level<'a> {
    facts: &'a Facts<'a>,
    entries: &'a [(&'a str, Entry)],
    skip: usize,
}

impl Serialize for Level<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut rest = self.entries;
        while let Some((name, entry)) = rest.first() {
            let tail = name.get(self.skip..).unwrap_or_default();
            let Some((first, _)) = tail.split_once('.') else {
                match entry {
                    Entry::Field(field) => map.serialize_entry(tail, self.facts.row.text(*field))?,
                    Entry::List(list) => map.serialize_entry(tail, &Rows { facts: self.facts, list: *list })?,
                }
                rest = rest.get(1..).unwrap_or_default();
                continue;
            };
            let same = |(name, _): &(&str, Entry)| {
                name.get(self.skip..).is_some_and(|tail| tail.split_once('.').is_some_and(|(head, _)| head == first))
            };
            let end = rest.iter().position(|entry| !same(entry)).unwrap_or(rest.len());
            let (inner, after) = rest.split_at(end);
            map.serialize_entry(first, &Level { facts: self.facts, entries: inner, skip: self.skip + first.len() + 1 })?;
            rest = after;
        }
        map.end()
    }
}

struct Rows<'a> {
    facts: &'a Facts<'a>,
    list: ScopeIx,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let catalogue = self.facts.catalogue;
        let rows = self.facts.row.rows(self.list);
        let inline = catalogue.inline_field(self.list);
        let mut seq = serializer.serialize_seq(Some(rows.len()))?;
        for row in rows {
            match inline {
                Some(field) => seq.serialize_element(row.text(field))?,
                None => seq.serialize_element(&Facts { catalogue, scope: self.list, row })?,
            }
        }
        seq.end()
    }
}
