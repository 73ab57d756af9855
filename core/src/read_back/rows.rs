//! The rows of a record as they grow while a filing is read.

use crate::model::{Catalogue, FieldIx, ItemIx, Leaf, Origin, Row, Scalar, ScopeIx, Spot};

/// The row of the trial, and the rows that are open in it, innermost last.
pub(super) struct Rows<'a> {
    catalogue: &'a Catalogue,
    root: Row,
    open: Vec<Growing>,
}

/// A row that is being read.
struct Growing {
    /// The group whose serial started it.
    group: ItemIx,
    list: Option<ScopeIx>,
    row: Row,
}

impl<'a> Rows<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Rows<'a> {
        Rows { catalogue, root: Row::default(), open: Vec::new() }
    }

    /// Begins a row of a group, ending the one before it.
    pub(super) fn begin(&mut self, group: ItemIx, list: Option<ScopeIx>, at: &Origin) {
        self.end(group);
        self.open.push(Growing { group, list, row: Row { spot: Spot::In(at.clone()), ..Row::default() } });
    }

    /// Ends the row of a group, if one is open.
    pub(super) fn end(&mut self, group: ItemIx) {
        if self.open.last().is_none_or(|growing| growing.group != group) {
            return;
        }
        let Some(growing) = self.open.pop() else { return };
        let Some(list) = growing.list.filter(|_| !growing.row.is_blank()) else { return };
        let mut row = growing.row;
        let number = self.count(list) + 1;
        self.name(list, &mut row, number);
        self.holder(list).rows_mut(list).push(row);
    }

    /// Takes the text of a serial; returns the number it should have been when it is another.
    pub(super) fn number(&mut self, text: &str) -> Option<usize> {
        let list = self.open.last()?.list?;
        let expected = self.count(list) + 1;
        (!text.is_empty() && text != expected.to_string()).then_some(expected)
    }

    /// Puts a value into the innermost row of its scope.
    pub(super) fn put(&mut self, field: FieldIx, leaf: Leaf) {
        let scope = self.catalogue.field(field).scope;
        match self.open.iter_mut().rev().find(|growing| growing.list == Some(scope)) {
            Some(growing) => growing.row.put(field, leaf),
            None => self.root.put(field, leaf),
        }
    }

    pub(super) fn finish(mut self) -> Row {
        while let Some(group) = self.open.last().map(|growing| growing.group) {
            self.end(group);
        }
        self.root
    }

    /// Rows whose key no filing shows get one by their number, so that a workbook can tell them apart.
    fn name(&self, list: ScopeIx, row: &mut Row, number: usize) {
        if let Some(key) = self.catalogue.scope(list).key
            && row.text(key).is_empty()
        {
            let value = Scalar::Text(number.to_string().into());
            row.put(key, Leaf { value, origin: Origin::Derived(self.catalogue.field(key).id.as_str().into()) });
        }
    }

    fn count(&mut self, list: ScopeIx) -> usize {
        self.holder(list).rows(list).len()
    }

    /// The row that a list's rows hang on.
    fn holder(&mut self, list: ScopeIx) -> &mut Row {
        let parent = self.catalogue.scope(list).parent;
        match self.open.iter_mut().rev().find(|growing| growing.list.is_some() && growing.list == parent) {
            Some(growing) => &mut growing.row,
            None => &mut self.root,
        }
    }
}
