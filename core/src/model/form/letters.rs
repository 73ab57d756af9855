//! How the letters of a form are read for one filing: what it asks for, and what it leaves out.

use super::{Form, Item, ItemIx, Need, Variant};

/// What decides how a form's letters are read: the column of its kind, which variants hold, and which items a condition
/// takes out.
#[derive(Debug, Clone)]
pub struct Reading {
    kind: usize,
    variants: Vec<bool>,
    /// Column of timings.
    pub(super) timing: Option<usize>,
    /// Items whose condition does not hold, in ascending order.
    off: Vec<ItemIx>,
}

impl Form {
    /// Works out how the letters are read for a filing, given the text of its items; nothing for an unknown kind.
    pub fn reading<'a>(&self, text: impl Fn(ItemIx) -> &'a str) -> Option<Reading> {
        let kind = self.kinds.iter().position(|(code, _)| code == text(self.kind_item))?;
        let column = self.kinds.get(kind).map(|(_, column)| column.as_str()).unwrap_or_default();
        let holds =
            |variant: &Variant| text(variant.item) == variant.value && !variant.not_for.iter().any(|kind| kind == column);
        let timing = self.timing_by.as_ref();
        let timing = timing.and_then(|(item, values)| values.iter().position(|value| value == text(*item)));
        let is_off = |item: &Item| !item.when_in_row && item.when.as_ref().is_some_and(|when| !when.holds(&text));
        let off = self.items.iter().enumerate().filter(|(_, item)| is_off(item)).map(|(at, _)| at).collect();
        Some(Reading { kind, variants: self.variants.iter().map(holds).collect(), timing, off })
    }

    /// Returns when an item must be there.
    pub fn need(&self, index: ItemIx, reading: &Reading) -> Need {
        if reading.off.binary_search(&index).is_ok() {
            return Need::Absent;
        }
        let item = self.item(index);
        let variant = reading.variants.iter().zip(&item.variants).find_map(|(holds, need)| holds.then_some(*need).flatten());
        variant.or_else(|| item.needs.get(reading.kind).copied()).unwrap_or(Need::Optional)
    }

    /// Returns when an item must be there in a row, given the text of the items of that row and of those outside rows.
    pub fn need_in_row<'a>(&self, index: ItemIx, reading: &Reading, text: impl Fn(ItemIx) -> &'a str) -> Need {
        let item = self.item(index);
        match item.when.as_ref().filter(|_| item.when_in_row) {
            Some(when) if !when.holds(text) => Need::Absent,
            _ => self.need(index, reading),
        }
    }

    /// Returns whether some filing of this form leaves out what the record holds.
    pub fn leaves_out(&self) -> bool {
        self.items.iter().any(|item| item.when.is_some() || item.needs.contains(&Need::Absent))
    }

    /// Returns when an item must be there for each kind of filing, with the kind's code.
    pub fn needs(&self, index: ItemIx) -> impl Iterator<Item = (&str, Need)> {
        self.kinds.iter().map(|(code, _)| code.as_str()).zip(self.item(index).needs.iter().copied())
    }

    /// Returns whether an item has a letter in some of those kinds of filing, or in a variant.
    pub fn may_need(&self, index: ItemIx, wanted: Need, kinds: &[String]) -> bool {
        let in_kind = self.needs(index).any(|(kind, need)| need == wanted && kinds.iter().any(|known| known == kind));
        in_kind || self.item(index).variants.contains(&Some(wanted))
    }

    /// Returns whether an item that its letter requires is asked for in every filing: neither its group nor a row above
    /// it is one that may stay blank.
    pub fn always_asked(&self, index: ItemIx) -> bool {
        let required = |item: &Item| item.needs.first() == Some(&Need::Required);
        let mut child = index;
        while let Some(group) = self.item(child).parent {
            let item = self.item(group);
            if item.when.is_some() {
                return false;
            }
            // What stands before the rows of a group does not wait for a row.
            let serial = item.row.first().filter(|_| item.row.contains(&child)).map(|serial| self.item(*serial));
            if !required(item) || serial.is_some_and(|serial| !required(serial)) {
                return false;
            }
            child = group;
        }
        true
    }
}
