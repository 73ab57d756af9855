//! From the labels of a workbook to the fields and groups of the catalogue, and what was probably meant.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use crate::model::{Catalogue, FieldIx, ScopeIx, ScopeKind, Text};

/// What a labelled column or line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    /// A field of the scope.
    Field(FieldIx),
    /// An inline group: its rows stand in one cell.
    Inline(ScopeIx, FieldIx),
    /// The id of the trial that a row of another sheet belongs to.
    Trial(FieldIx),
    /// The key of the row in the parent's sheet that a row belongs to.
    Parent(FieldIx),
}

impl Column {
    /// Returns the field whose values stand there.
    pub(super) fn field(self) -> FieldIx {
        match self {
            Column::Field(field) | Column::Inline(_, field) | Column::Trial(field) | Column::Parent(field) => field,
        }
    }
}

/// Every label by which the catalogue's scopes and fields may be called in a workbook.
pub(super) struct Labels {
    sheets: BTreeMap<String, ScopeIx>,
    sheet_names: Vec<Text>,
    scopes: Vec<Names>,
    headings: BTreeSet<String>,
}

#[derive(Default)]
struct Names {
    columns: BTreeMap<String, Column>,
    shown: Vec<Text>,
}

impl Labels {
    /// Gathers the labels of a catalogue.
    pub(super) fn new(catalogue: &Catalogue) -> Labels {
        let mut labels =
            Labels { sheets: BTreeMap::new(), sheet_names: Vec::new(), scopes: Vec::new(), headings: BTreeSet::new() };
        for (index, scope) in catalogue.scopes() {
            if scope.kind != ScopeKind::Inline {
                labels.sheet_names.push(scope.label.clone());
                let id = if index == ScopeIx::ROOT { "trial" } else { scope.id.as_str() };
                for name in [&scope.label.ja, &scope.label.en, id] {
                    labels.sheets.entry(fold(name)).or_insert(index);
                }
            }
            labels.scopes.push(names(catalogue, index));
        }
        let sections = catalogue.sections.iter().map(|section| &section.label);
        for label in sections.chain(catalogue.scopes().map(|(_, scope)| &scope.label)) {
            labels.headings.extend([fold(&label.ja), fold(&label.en)]);
        }
        labels
    }

    /// Finds the scope that a sheet's name stands for.
    pub(super) fn sheet(&self, name: &str) -> Option<ScopeIx> {
        self.sheets.get(&fold(name)).copied()
    }

    /// Finds what a label of a scope's sheet stands for.
    pub(super) fn column(&self, scope: ScopeIx, label: &str) -> Option<Column> {
        // A label is never long; folding a whole paragraph for nothing is spared.
        if label.len() > LONGEST {
            return None;
        }
        self.scopes.get(usize::from(scope.0))?.columns.get(&fold(label)).copied()
    }

    /// Returns whether a text is the heading of a section or a group.
    pub(super) fn is_heading(&self, text: &str) -> bool {
        text.len() <= LONGEST && self.headings.contains(&fold(text))
    }

    /// Words what sheet was probably meant; empty when nothing is near.
    pub(super) fn suggest_sheet(&self, name: &str) -> Text {
        did_you_mean(name, self.sheet_names.iter())
    }

    /// Words what field was probably meant; empty when nothing is near.
    pub(super) fn suggest_column(&self, scope: ScopeIx, label: &str) -> Text {
        self.scopes.get(usize::from(scope.0)).map_or_else(Text::default, |names| did_you_mean(label, names.shown.iter()))
    }
}

fn names(catalogue: &Catalogue, index: ScopeIx) -> Names {
    let scope = catalogue.scope(index);
    let mut names = Names::default();
    let mut columns: Vec<(Column, &Text, Vec<&str>)> = Vec::new();
    for field in &scope.fields {
        let known = catalogue.field(*field);
        columns.push((Column::Field(*field), &known.label, vec![&known.id, &known.name]));
    }
    for list in &scope.lists {
        if let Some(field) = catalogue.inline_field(*list) {
            let inline = catalogue.scope(*list);
            let ids = vec![inline.id.as_str(), inline.name.as_str(), catalogue.field(field).id.as_str()];
            columns.push((Column::Inline(*list, field), &inline.label, ids));
        }
    }
    if let Some(parent) = scope.parent {
        let key = |scope: ScopeIx| catalogue.scope(scope).key;
        if let Some(field) = key(parent).filter(|_| parent != ScopeIx::ROOT) {
            let known = catalogue.field(field);
            columns.push((Column::Parent(field), &known.label, vec![&known.id, &known.name]));
        }
        if let Some(field) = key(ScopeIx::ROOT) {
            let known = catalogue.field(field);
            columns.push((Column::Trial(field), &known.label, vec![&known.id]));
        }
    }
    // Labels go before ids and a scope's own fields before the keys of others: whoever comes first keeps the name.
    for (column, label, _) in &columns {
        names.shown.push((*label).clone());
        for name in [&label.ja, &label.en] {
            names.columns.entry(fold(name)).or_insert(*column);
        }
    }
    for (column, _, ids) in &columns {
        for id in ids {
            names.columns.entry(fold(id)).or_insert(*column);
        }
    }
    names
}

/// Longest text that is compared with labels, bytes.
const LONGEST: usize = 400;

/// Writes a label the way labels are compared: widths and cases folded, spaces and marks of emphasis dropped.
pub(super) fn fold(label: &str) -> String {
    let folded: String = label.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect();
    let mut rest = folded.trim_matches(['*', '※', '★', '◎', '●', '○', '■', '□', ':']);
    for mark in ["(必須)", "(任意)", "(required)", "(optional)", "[必須]", "[任意]"] {
        rest = rest.strip_suffix(mark).unwrap_or(rest);
    }
    rest.to_owned()
}

/// Words which of some labels a text was probably meant to be; empty when none is near.
pub(super) fn did_you_mean<'a>(text: &str, labels: impl Iterator<Item = &'a Text>) -> Text {
    let wanted: String = fold(text).chars().take(60).collect();
    let mut best: Option<(f64, &Text)> = None;
    for label in labels {
        let near = |name: &str| {
            let name = fold(name);
            let likeness = strsim::normalized_damerau_levenshtein(&wanted, &name);
            let part = wanted.chars().count() > 1 && (name.contains(&wanted) || wanted.contains(&name));
            if part { likeness.max(0.6) } else { likeness }
        };
        let score = near(&label.ja).max(near(&label.en));
        if score >= 0.5 && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, label));
        }
    }
    best.map_or_else(Text::default, |(_, label)| {
        Text::new(format!("「{}」の誤りではありませんか。", label.ja), format!("Did you mean \"{}\"?", label.en))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;

    fn labels() -> (Catalogue, Labels) {
        let catalogue = Catalogue::load(&Files::embedded("forms")).unwrap();
        let labels = Labels::new(&catalogue);
        (catalogue, labels)
    }

    #[test]
    fn a_label_is_known_in_both_languages_as_id_and_in_any_width() {
        let (catalogue, labels) = labels();
        let sites = catalogue.scope_ix("sites").unwrap();
        let wanted = Column::Field(catalogue.field_ix("sites.address1").unwrap());
        for label in
            ["所在地１", "所在地1 ", "Address 1", "ADDRESS　１", "sites.address1", "address1", "所在地１＊", "所在地１（必須）"]
        {
            assert_eq!(labels.column(sites, label), Some(wanted), "{label}");
        }
    }

    #[test]
    fn inline_groups_are_columns_of_their_parent() {
        let (catalogue, labels) = labels();
        let routes = catalogue.scope_ix("main_drug.routes").unwrap();
        let field = catalogue.inline_field(routes).unwrap();
        for label in
            ["投与経路コード（治験での用法）", "Route codes (in the trial)", "main_drug.routes", "main_drug.routes.code"]
        {
            assert_eq!(labels.column(ScopeIx::ROOT, label), Some(Column::Inline(routes, field)), "{label}");
        }
    }

    #[test]
    fn a_child_sheet_knows_the_keys_of_parent_and_trial() {
        let (catalogue, labels) = labels();
        let scope = catalogue.scope_ix("sites.investigators").unwrap();
        let site_no = catalogue.field_ix("sites.site_no").unwrap();
        let id = catalogue.field_ix("trial.id").unwrap();
        assert_eq!(labels.column(scope, "施設番号"), Some(Column::Parent(site_no)));
        assert_eq!(labels.column(scope, "試験ＩＤ"), Some(Column::Trial(id)));
    }

    #[test]
    fn a_sheet_is_known_by_label_and_id() {
        let (catalogue, labels) = labels();
        let sites = catalogue.scope_ix("sites").unwrap();
        for name in ["実施医療機関", "Sites", "sites", " SITES "] {
            assert_eq!(labels.sheet(name), Some(sites), "{name}");
        }
        assert_eq!(labels.sheet("試験"), Some(ScopeIx::ROOT));
        assert_eq!(labels.sheet("施設一覧"), None);
    }

    #[test]
    fn what_was_probably_meant_is_said() {
        let (_, labels) = labels();
        assert!(labels.suggest_column(ScopeIx::ROOT, "実施計画書識別番号").ja.contains("実施計画書識別記号"));
        assert!(labels.suggest_column(ScopeIx::ROOT, "Trail ID").en.contains("Trial ID"));
        assert!(labels.suggest_column(ScopeIx::ROOT, "天気").is_empty());
        assert!(labels.suggest_sheet("医療機関").ja.contains("実施医療機関"));
    }
}
