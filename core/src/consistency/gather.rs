//! What one filing shows of a fact: the text, how it is compared, and where it stands.

use std::collections::{BTreeMap, BTreeSet};

use super::concepts::{Compare, Concept};
use super::shared::Part;
use super::{Showing, spelling};
use crate::expr::Scope;
use crate::model::{Catalogue, ItemIx, ItemRow, ItemValue, Lang, Node, Origin, Place, ScopeIx};
use crate::plugin::{Plugin, Source};

/// A fact as one filing shows it.
pub(super) struct Shown<'a> {
    pub(super) plugin: &'a Plugin,
    pub(super) text: String,
    pub(super) key: Key,
    /// The fields that it came from.
    pub(super) fields: Vec<String>,
    pub(super) place: Place,
    items: Vec<ItemIx>,
    /// The cells that it came from; empty when one of them is not known.
    cells: Vec<Place>,
}

/// What is compared.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A text that must be the same.
    One(String),
    /// Codes, one of which must be the same.
    Codes(BTreeSet<String>),
    /// Texts that must all be there, each with the field it came from.
    Set(BTreeMap<String, String>),
}

impl Shown<'_> {
    /// Returns whether two filings say the same, or take what they say from the same cells.
    pub(super) fn agrees(&self, other: &Shown) -> bool {
        match (&self.key, &other.key) {
            (Key::One(one), Key::One(two)) => one == two || (!self.cells.is_empty() && self.cells == other.cells),
            (Key::Codes(one), Key::Codes(two)) => {
                !one.is_disjoint(two) || (!self.cells.is_empty() && self.cells == other.cells)
            }
            (Key::Set(one), Key::Set(two)) => lacks(one, two, other) && lacks(two, one, self),
            _ => true,
        }
    }

    /// Returns the label of its item; of several that are read as one, that of the group they all stand in.
    pub(super) fn label(&self, lang: Lang) -> String {
        let form = &self.plugin.form;
        let above = |item: ItemIx| std::iter::successors(Some(item), |item| form.item(*item).parent);
        let Some(first) = self.items.first() else { return String::new() };
        let holds_all = |group: &ItemIx| self.items.iter().all(|item| above(*item).any(|known| known == *group));
        let item = form.item(above(*first).find(holds_all).unwrap_or(*first));
        let english = lang == Lang::En && !item.label_en.is_empty();
        if english { item.label_en.clone() } else { item.label.clone() }
    }

    /// Returns the number of its item.
    pub(super) fn number(&self) -> &str {
        self.items.first().map_or("", |item| self.plugin.form.item(*item).number.as_str())
    }

    /// Returns the number and the label of its item.
    pub(super) fn item(&self) -> String {
        format!("{} {}", self.number(), self.label(Lang::Ja))
    }
}

/// Returns whether a set lacks nothing of another but what its destination does not list: rows that come from the same
/// list were left out by its map and not by the record.
fn lacks(of: &BTreeMap<String, String>, from: &BTreeMap<String, String>, lister: &Shown) -> bool {
    of.iter().all(|(text, field)| from.contains_key(text) || lister.fields.contains(field))
}

/// A value with the items, the fields and the cells it came from.
#[derive(Default)]
struct Piece<'a> {
    text: String,
    values: Vec<&'a ItemValue>,
}

/// Gathers what a filing shows of a fact; nothing when it does not show it, or shows a blank.
///
/// # Errors
/// Returns why a condition under which it is shown could not be judged.
pub(super) fn gather<'a>(
    of: Showing<'a>,
    at: usize,
    concept: &Concept,
    catalogue: &Catalogue,
) -> Result<Option<Shown<'a>>, String> {
    let Some(show) = of.plugin.shared.shows.iter().find(|show| show.concept == at) else { return Ok(None) };
    let is_set = concept.compare == Compare::Texts;
    let mut pieces: Vec<(&Part, Piece)> = Vec::new();
    for part in &show.parts {
        if !counts(part, of, catalogue)? {
            continue;
        }
        let found = part_of(of, part, is_set);
        pieces.extend(found.into_iter().map(|piece| (part, piece)));
        if !pieces.is_empty() && !is_set {
            break;
        }
    }
    Ok(shown(of, concept, pieces, catalogue))
}

/// Puts together what is compared and what is told of it.
fn shown<'a>(
    of: Showing<'a>,
    concept: &Concept,
    mut pieces: Vec<(&Part, Piece<'a>)>,
    catalogue: &Catalogue,
) -> Option<Shown<'a>> {
    let is_set = concept.compare == Compare::Texts;
    let first: &Part = pieces.first()?.0;
    let key = match concept.compare {
        Compare::Texts => Key::Set(pieces.iter().map(|(_, piece)| (spelling::text(&piece.text), piece.field())).collect()),
        Compare::Word => Key::Codes(codes(pieces.first()?, catalogue)?),
        Compare::Number => Key::One(spelling::number(&pieces.first()?.1.text)),
        Compare::Date => Key::One(spelling::date(&pieces.first()?.1.text)),
        Compare::Text => Key::One(spelling::text(&pieces.first()?.1.text)),
    };
    if !is_set {
        pieces.truncate(1);
    }
    let mut texts: Vec<&str> = Vec::new();
    let mut fields: Vec<String> = Vec::new();
    let mut places: Vec<Option<Place>> = Vec::new();
    for (_, piece) in &pieces {
        if !texts.contains(&piece.text.as_str()) {
            texts.push(&piece.text);
        }
        for value in &piece.values {
            if !fields.contains(&value.field) {
                fields.push(value.field.clone());
            }
            places.push(place(value, of, catalogue));
        }
    }
    let shown = places.iter().flatten().next().cloned();
    let unknown =
        || pieces.first().and_then(|(_, piece)| piece.values.first()).map(|value| of.record.sources.place(&value.origin));
    Some(Shown {
        plugin: of.plugin,
        text: texts.join("、"),
        key,
        fields,
        place: shown.or_else(unknown).unwrap_or_default(),
        items: first.items.clone(),
        cells: places.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default(),
    })
}

impl Piece<'_> {
    fn field(&self) -> String {
        self.values.first().map(|value| value.field.clone()).unwrap_or_default()
    }
}

/// Returns whether a part counts for this record.
fn counts(part: &Part, of: Showing, catalogue: &Catalogue) -> Result<bool, String> {
    let scope = Scope { catalogue, root: &of.record.root, rows: &[] };
    part.when.as_ref().map_or(Ok(true), |when| when.truth(scope))
}

/// Turns a word back into the codes it may stand for; nothing for a word that the destination does not have.
fn codes((part, piece): &(&Part, Piece), catalogue: &Catalogue) -> Option<BTreeSet<String>> {
    let codes: BTreeSet<String> = match &part.vocabulary {
        Some((list, destination)) => {
            catalogue.vocabularies.codes(list, destination, &piece.text).into_iter().map(str::to_owned).collect()
        }
        None => [piece.text.clone()].into(),
    };
    (!codes.is_empty()).then_some(codes)
}

/// Returns what a part shows that is not blank.
fn part_of<'a>(of: Showing<'a>, part: &Part, split: bool) -> Vec<Piece<'a>> {
    let mut found: Vec<Vec<&ItemValue>> = Vec::new();
    match part.rows {
        Some(group) => {
            let mut rows = Vec::new();
            rows_of(&of.filing.root, group, &mut rows);
            for row in rows {
                let mut values = Vec::new();
                row.nodes.iter().for_each(|node| values_of(node, &part.items, &mut values));
                found.push(in_order(values, &part.items));
            }
        }
        None => {
            let mut values = Vec::new();
            values_of(&of.filing.root, &part.items, &mut values);
            match part.items.as_slice() {
                [_] => found.extend(values.into_iter().map(|value| vec![value])),
                _ => found.push(in_order(values, &part.items)),
            }
        }
    }
    let mut pieces = Vec::new();
    for values in found {
        let text = joined(&values);
        let signs: Vec<&str> =
            values.iter().filter_map(|value| of.plugin.form.item(value.item).multi.as_deref()).chain(["\n"]).collect();
        let parts: Vec<String> = if split { split_at(&text, &signs) } else { vec![text] };
        let filled = parts.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        pieces.extend(filled.map(|text| Piece { text, values: values.clone() }));
    }
    pieces
}

/// Joins a name that is written in several items; a family name comes before the given one in every plugin's list.
fn joined(values: &[&ItemValue]) -> String {
    values.iter().map(|value| value.text.as_str()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

fn split_at(text: &str, signs: &[&str]) -> Vec<String> {
    let mut parts = vec![text.to_owned()];
    for sign in signs {
        parts = parts.iter().flat_map(|part| part.split(sign).map(str::to_owned)).collect();
    }
    parts
}

/// Puts values into the order in which their items are declared.
fn in_order<'a>(values: Vec<&'a ItemValue>, items: &[ItemIx]) -> Vec<&'a ItemValue> {
    items.iter().filter_map(|item| values.iter().find(|value| value.item == *item).copied()).collect()
}

/// Collects the values of items, but for rows that the filing shows for the last time.
fn values_of<'a>(node: &'a Node, items: &[ItemIx], values: &mut Vec<&'a ItemValue>) {
    match node {
        Node::Value(value) if items.contains(&value.item) => values.push(value),
        Node::Value(_) => {}
        Node::Group { head, rows, .. } => {
            let rows = rows.iter().filter(|row| !row.is_deleted()).flat_map(|row| &row.nodes);
            head.iter().chain(rows).for_each(|node| values_of(node, items, values));
        }
    }
}

/// Collects the rows of a group, wherever it stands.
fn rows_of<'a>(node: &'a Node, group: ItemIx, found: &mut Vec<&'a ItemRow>) {
    let Node::Group { item, head, rows } = node else { return };
    head.iter().for_each(|node| rows_of(node, group, found));
    for row in rows.iter().filter(|row| !row.is_deleted() && !row.is_blank()) {
        if *item == group {
            found.push(row);
        }
        row.nodes.iter().for_each(|node| rows_of(node, group, found));
    }
}

/// Returns the cell a value stands in: of a value that was worked out, the one it was made from.
fn place(value: &ItemValue, of: Showing, catalogue: &Catalogue) -> Option<Place> {
    let (sources, root) = (&of.record.sources, &of.record.root);
    let source = of.plugin.mapping.source(value.item);
    match (&value.origin, source) {
        (Origin::Nowhere, _) => None,
        // What an expression gives points to the field it is named after, which need not be the one that it came from.
        (Origin::Derived(_), _) | (_, Source::Derived { .. }) => {
            let expr = match source {
                Source::Field { default, .. } => default.as_ref(),
                Source::Derived { expr, .. } => Some(expr),
                _ => None,
            };
            let same = |text: &str| {
                !text.is_empty()
                    && (spelling::text(text) == spelling::text(&value.text)
                        || spelling::date(text) == spelling::date(&value.text))
            };
            let read = expr.map(|expr| expr.fields(catalogue)).unwrap_or_default().into_iter();
            let mut of_trial = read.filter(|field| catalogue.field(*field).scope == ScopeIx::ROOT);
            let field = of_trial.find(|field| same(root.text(*field)))?;
            Some(sources.place(&root.origin(field, catalogue)))
        }
        (origin, _) => Some(sources.place(origin)),
    }
}
