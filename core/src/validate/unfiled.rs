//! What a filing of its kind does not have: nothing in it is filed, so nothing about it is asked.
//!
//! A development abort has 35 elements; the trial it is filed from may hold a whole plan.

use std::collections::BTreeSet;

use crate::model::form::{Need, Reading};
use crate::model::{FieldIx, ItemKind, ScopeIx};
use crate::plugin::{Assertion, Plugin, Source};

use super::Subject;

/// Works out how the form's letters are read for a filing; nothing for a kind that the plugin does not build, or none.
pub(super) fn reading(subject: Subject) -> Option<Reading> {
    crate::map::reading(subject.filing, &subject.plugin.form, &subject.plugin.manifest.kinds)
}

/// The fields and repeat groups whose every item is one that must be blank.
#[derive(Debug, Default)]
pub(super) struct Unfiled {
    fields: BTreeSet<FieldIx>,
    lists: BTreeSet<ScopeIx>,
}

impl Unfiled {
    /// Gathers what a reading of the form leaves out.
    pub(super) fn new(plugin: &Plugin, reading: Option<&Reading>) -> Unfiled {
        let mut unfiled = Unfiled::default();
        let Some(reading) = reading else { return unfiled };
        let is_blank = |item| matches!(plugin.form.need(item, reading), Need::Blank | Need::Absent);
        unfiled.fields.extend(plugin.filled_items().filter(|(item, _)| is_blank(*item)).map(|(_, field)| field));
        let groups = plugin.form.items().iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Group);
        unfiled.lists.extend(groups.filter_map(|(item, _)| match plugin.mapping.source(item) {
            Source::Rows { list, .. } if is_blank(item) => Some(*list),
            _ => None,
        }));
        if !unfiled.fields.is_empty() {
            // A field may fill a second item that is filed.
            for (_, field) in plugin.filled_items().filter(|(item, _)| !is_blank(*item)) {
                unfiled.fields.remove(&field);
            }
        }
        unfiled
    }

    /// Returns whether a repeat group is not filed.
    pub(super) fn has_list(&self, list: ScopeIx) -> bool {
        self.lists.contains(&list)
    }

    /// Returns whether a rule points at, or runs over the rows of, something that is not filed.
    pub(super) fn has_subject_of(&self, rule: &Assertion) -> bool {
        rule.at.is_some_and(|field| self.fields.contains(&field)) || rule.each.iter().any(|list| self.has_list(*list))
    }
}
