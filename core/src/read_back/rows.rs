//! The rows of a record as they grow while a filing is read.

use crate::changes::{CHANGES, word};
use crate::model::{Catalogue, ChangeStatus, FieldIx, ItemIx, Leaf, Origin, Row, Scalar, ScopeIx, Spot};

/// The row of the trial, and the rows that are open in it, innermost last.
pub(super) struct Rows<'a> {
    pub(super) catalogue: &'a Catalogue,
    root: Row,
    open: Vec<Growing>,
}

/// A change mark on a leaf or a row.
pub(super) struct Marked {
    /// Id of the field or the repeat group.
    pub(super) target: String,
    pub(super) status: ChangeStatus,
    /// Date and reason.
    pub(super) words: [String; 2],
    pub(super) at: Origin,
}

/// A row that is being read.
struct Growing {
    /// The group whose serial started it.
    group: ItemIx,
    list: Option<ScopeIx>,
    row: Row,
    /// Its number as it was read.
    number: String,
}

impl<'a> Rows<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Rows<'a> {
        Rows { catalogue, root: Row::default(), open: Vec::new() }
    }

    /// Begins a row of a group, ending the one before it.
    pub(super) fn begin(&mut self, group: ItemIx, list: Option<ScopeIx>, at: &Origin) {
        self.end(group);
        self.open.push(Growing {
            group,
            list,
            row: Row { spot: Spot::In(at.clone()), ..Row::default() },
            number: String::new(),
        });
    }

    /// Ends the row of a group, if one is open.
    pub(super) fn end(&mut self, group: ItemIx) {
        if self.open.last().is_none_or(|growing| growing.group != group) {
            return;
        }
        let Some(growing) = self.open.pop() else { return };
        let Some(list) = growing.list.filter(|_| !growing.row.is_blank()) else { return };
        let mut row = growing.row;
        let number = if growing.number.is_empty() { (self.count(list) + 1).to_string() } else { growing.number };
        self.name(list, &mut row, &number);
        self.holder(list).rows_mut(list).push(row);
    }

    /// Takes the text of a serial.
    pub(super) fn number(&mut self, text: &str, at: &Origin) {
        let catalogue = self.catalogue;
        let Some(growing) = self.open.last_mut() else { return };
        text.clone_into(&mut growing.number);
        let serial = growing.list.and_then(|list| catalogue.scope(list).serial);
        if let Some(serial) = serial.filter(|_| !text.is_empty()) {
            growing.row.put(serial, Leaf { value: Scalar::Text(text.into()), origin: at.clone() });
        }
    }

    /// Writes a mark into the sheet of changes, with the numbers of the rows it stands in.
    pub(super) fn mark(&mut self, marked: Marked) {
        let Some(list) = self.catalogue.scope_ix(CHANGES) else { return };
        let numbers: Vec<&str> =
            self.open.iter().filter(|growing| growing.list.is_some()).map(|growing| growing.number.as_str()).collect();
        let row_text = numbers.join("/");
        let [date, reason] = &marked.words;
        let mut row = Row { spot: Spot::In(marked.at.clone()), ..Row::default() };
        for (name, text) in [
            ("target", marked.target.as_str()),
            ("row", &row_text),
            ("mark", word(marked.status)),
            ("date", date),
            ("reason", reason),
        ] {
            if let Some(field) = self.catalogue.field_ix(&format!("{CHANGES}.{name}")).filter(|_| !text.is_empty()) {
                row.put(field, Leaf { value: Scalar::Text(text.into()), origin: marked.at.clone() });
            }
        }
        self.root.rows_mut(list).push(row);
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
    fn name(&self, list: ScopeIx, row: &mut Row, number: &str) {
        if let Some(key) = self.catalogue.scope(list).key
            && row.text(key).is_empty()
        {
            let value = Scalar::Text(number.into());
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
