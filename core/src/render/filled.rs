//! A filing for templates: nested objects by the paths of the form, `form.title.J011.ja`. A repeating group is a list of
//! its rows, each row an object.

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::model::{Filing, Form, ItemRow, Node};

/// Wraps a filing.
pub struct Filled<'a> {
    form: &'a Form,
    nodes: &'a [Node],
}

impl<'a> Filled<'a> {
    /// Shows what stands below the root of a filing.
    pub fn new(filing: &'a Filing, form: &'a Form) -> Filled<'a> {
        let nodes = match &filing.root {
            Node::Group { head, .. } => head.as_slice(),
            Node::Value(_) => &[],
        };
        Filled { form, nodes }
    }
}

impl Serialize for Filled<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.nodes.len()))?;
        for node in self.nodes {
            let item = self.form.item(node.item());
            match node {
                Node::Value(value) => map.serialize_entry(&item.element, &value.text)?,
                Node::Group { rows, .. } if !item.row.is_empty() => {
                    map.serialize_entry(&item.element, &Rows { form: self.form, rows })?;
                }
                Node::Group { head, .. } => map.serialize_entry(&item.element, &Filled { form: self.form, nodes: head })?,
            }
        }
        map.end()
    }
}

struct Rows<'a> {
    form: &'a Form,
    rows: &'a [ItemRow],
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        // A row that is shown for the last time is no part of the filing any more.
        for row in self.rows.iter().filter(|row| !row.is_blank() && !row.is_deleted()) {
            seq.serialize_element(&Filled { form: self.form, nodes: &row.nodes })?;
        }
        seq.end()
    }
}
