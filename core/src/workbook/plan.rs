//! What is on which sheet: decided once, before anything is written.

use std::collections::BTreeSet;

use super::sheet_name::sheet_name;
use super::words::strongest;
use super::{Layout, Spec, Use, WorkbookError};
use crate::model::form::Need;
use crate::model::{Field, FieldIx, ScopeIx, ScopeKind};

/// The sheets of a workbook but for the guide and the code lists; the trial itself first.
pub(super) struct Plan<'a> {
    pub(super) sheets: Vec<Sheet<'a>>,
    layout: Layout,
}

/// The sheet of one scope.
pub(super) struct Sheet<'a> {
    pub(super) scope: ScopeIx,
    pub(super) name: String,
    /// Its columns, or on the page of one trial its rows.
    pub(super) entries: Vec<Entry<'a>>,
}

/// What stands in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// The key of a row on another sheet: which trial or which parent the row belongs to.
    Link(ScopeIx),
    /// A value.
    Field,
    /// The values of a repeat group that share one cell.
    Inline(ScopeIx),
}

/// One column of a table, or one row of the page.
pub(super) struct Entry<'a> {
    pub(super) content: Content,
    pub(super) index: FieldIx,
    pub(super) field: &'a Field,
    /// Field id; group id for values that share a cell.
    pub(super) id: &'a str,
    pub(super) label: &'a str,
    pub(super) note: &'a str,
    /// Index of the section, on the page.
    pub(super) section: usize,
    pub(super) uses: &'a [Use],
    pub(super) need: Need,
}

impl<'a> Plan<'a> {
    /// Works out the sheets for the fields that are used.
    pub(super) fn new(spec: &Spec<'a>) -> Result<Plan<'a>, WorkbookError> {
        let shown = shown_scopes(spec);
        let mut sheets = Vec::new();
        for (index, scope) in spec.catalogue.scopes() {
            if scope.kind == ScopeKind::Inline || !shown.contains(&index) {
                continue;
            }
            let mut entries = links(spec, index)?;
            entries.extend(values(spec, index, &shown));
            sheets.push(Sheet { scope: index, name: sheet_name(scope.label.get(spec.lang)), entries });
        }
        Ok(Plan { sheets, layout: spec.layout })
    }

    /// Returns the index of the sheet of a scope.
    pub(super) fn position(&self, scope: ScopeIx) -> Option<usize> {
        self.sheets.iter().position(|sheet| sheet.scope == scope)
    }

    /// Returns whether a sheet runs down the page.
    pub(super) fn is_page(&self, sheet: &Sheet) -> bool {
        self.layout == Layout::Trial && sheet.scope == ScopeIx::ROOT
    }
}

impl Sheet<'_> {
    /// Returns how many columns say which trial and parent a row belongs to.
    pub(super) fn links(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.content, Content::Link(_))).count()
    }
}

/// Finds the scopes in which a field is used, with all above them.
fn shown_scopes(spec: &Spec) -> BTreeSet<ScopeIx> {
    let mut shown = BTreeSet::from([ScopeIx::ROOT]);
    for index in spec.uses.keys() {
        let mut scope = Some(spec.catalogue.field(*index).scope);
        while let Some(at) = scope {
            shown.insert(at);
            scope = spec.catalogue.scope(at).parent;
        }
    }
    shown
}

/// Returns the columns that tie a row to its trial and its parents, outermost first.
fn links<'a>(spec: &Spec<'a>, scope: ScopeIx) -> Result<Vec<Entry<'a>>, WorkbookError> {
    let mut links = Vec::new();
    let mut above = spec.catalogue.scope(scope).parent;
    while let Some(at) = above {
        let parent = spec.catalogue.scope(at);
        above = parent.parent;
        if at == ScopeIx::ROOT && spec.layout == Layout::Trial {
            continue;
        }
        let index = parent.key.ok_or_else(|| WorkbookError::Keyless { scope: parent.id.clone() })?;
        let field = spec.catalogue.field(index);
        links.push(Entry {
            content: Content::Link(at),
            index,
            field,
            id: &field.id,
            label: field.label.get(spec.lang),
            note: field.note.get(spec.lang),
            section: 0,
            uses: &[],
            need: Need::Required,
        });
    }
    links.reverse();
    Ok(links)
}

/// Returns the entries of a scope's own values: its key first, the others in catalogue order.
fn values<'a>(spec: &Spec<'a>, index: ScopeIx, shown: &BTreeSet<ScopeIx>) -> Vec<Entry<'a>> {
    let catalogue = spec.catalogue;
    let scope = catalogue.scope(index);
    // A key is what rows of another sheet refer to, so with such a sheet it is always required.
    let refers = |list: &&ScopeIx| shown.contains(*list) && catalogue.scope(**list).kind == ScopeKind::List;
    let referred = index == ScopeIx::ROOT || scope.lists.iter().any(|list| refers(&list));
    let mut entries = Vec::new();
    for at in &scope.fields {
        let is_key = scope.key == Some(*at);
        let uses = spec.uses.get(at).map(Vec::as_slice);
        if uses.is_none() && !is_key {
            continue;
        }
        let field = catalogue.field(*at);
        let uses = uses.unwrap_or_default();
        entries.push(Entry {
            content: Content::Field,
            index: *at,
            field,
            id: &field.id,
            label: field.label.get(spec.lang),
            note: field.note.get(spec.lang),
            section: section(spec, &field.id),
            uses,
            need: if is_key && referred { Need::Required } else { strongest(uses) },
        });
    }
    for list in &scope.lists {
        let Some(at) = catalogue.inline_field(*list) else { continue };
        let Some(uses) = spec.uses.get(&at) else { continue };
        let group = catalogue.scope(*list);
        entries.push(Entry {
            content: Content::Inline(*list),
            index: at,
            field: catalogue.field(at),
            id: &group.id,
            label: group.label.get(spec.lang),
            note: group.note.get(spec.lang),
            section: section(spec, &group.id),
            uses,
            need: strongest(uses),
        });
    }
    entries
        .sort_by_key(|entry| (entry.content != Content::Field || scope.key != Some(entry.index), entry.section, entry.index));
    entries
}

/// Returns the section of a field of the trial itself; fields of repeat groups have none and all get the same.
fn section(spec: &Spec, id: &str) -> usize {
    let first = id.split('.').next().unwrap_or_default();
    spec.catalogue.sections.iter().position(|section| section.id == first).unwrap_or(spec.catalogue.sections.len())
}
