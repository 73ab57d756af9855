//! Characters that someone agreed to have replaced: in the filing, never in the record.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::limits;
use crate::model::{
    Catalogue, FieldIx, Filing, Finding, ItemRow, ItemValue, Lang, Node, Origin, Place, Record, Row, RuleBook, ScopeIx, Text,
};
use crate::plugin::Plugin;
use crate::plugin::manifest::ReplacedFields;
use crate::text;

/// The fields of the list of replacements.
#[derive(Debug, Clone)]
pub struct Fields {
    list: ScopeIx,
    character: FieldIx,
    replacement: FieldIx,
    note: FieldIx,
    /// The field of the list in which the document that explains them is named.
    listed_in: FieldIx,
    document: String,
}

impl Fields {
    /// Finds the fields that a plugin names.
    ///
    /// # Errors
    /// Returns what does not fit.
    pub fn find(named: &ReplacedFields, catalogue: &Catalogue) -> Result<Fields, String> {
        let field = |id: &str| catalogue.field_ix(id).ok_or_else(|| format!("replacements: no field `{id}`"));
        let (character, replacement) = (field(&named.character)?, field(&named.replacement)?);
        let (note, listed_in) = (field(&named.note)?, field(&named.listed_in)?);
        let list = catalogue.field(character).scope;
        let is_there = [replacement, note].iter().all(|field| catalogue.field(*field).scope == list);
        if !is_there || catalogue.scope(list).parent != Some(ScopeIx::ROOT) {
            return Err("replacements: the fields do not lie in one list of the trial".to_owned());
        }
        Ok(Fields { list, character, replacement, note, listed_in, document: named.document.clone() })
    }

    /// Returns the fields.
    pub fn all(&self) -> [FieldIx; 3] {
        [self.character, self.replacement, self.note]
    }
}

/// One character that was replaced, as the document that explains it shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replaced {
    /// The character.
    pub character: char,
    /// Its code point, `U+9AD9`.
    pub code_point: String,
    /// What stands for it.
    pub replacement: String,
    /// What the user says of it.
    pub note: String,
    /// Where it was.
    pub places: Vec<ReplacedAt>,
}

/// One value in which a character was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplacedAt {
    /// Number of the item.
    pub number: String,
    /// Its label.
    pub label: String,
    /// The value as it was entered, of a long one the part around the character.
    pub before: String,
    /// The value as it is filed.
    pub after: String,
    /// Where it was entered.
    pub at: String,
}

/// Writes the replacements that a record accepts into its filing, and lists the document that explains them.
///
/// Returns what was replaced, and what is wrong with the replacements.
pub fn replace(
    filing: &mut Filing,
    record: &Record,
    plugin: &Plugin,
    catalogue: &Catalogue,
    book: &RuleBook,
) -> (Vec<Replaced>, Vec<Finding>) {
    let Some(fields) = &plugin.replaced else { return (Vec::new(), Vec::new()) };
    let rows = record.root.rows(fields.list);
    if rows.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let mut reader = Reader { fields, record, plugin, catalogue, book, findings: Vec::new() };
    let mut wanted = BTreeMap::new();
    let (mut replaced, mut accepted) = (Vec::new(), Vec::new());
    for row in rows.iter().take(limits::REPLACEMENTS) {
        if let Some((character, with)) = reader.row(row, &wanted) {
            wanted.insert(character, with.clone());
            let note = row.text(fields.note).to_owned();
            let code_point = format!("U+{:04X}", u32::from(character));
            accepted.push(row);
            replaced.push(Replaced { character, code_point, replacement: with, note, places: Vec::new() });
        }
    }
    let mut places = 0_usize;
    each_value(&mut filing.root, &mut |value| {
        if !value.text.contains(|c| wanted.contains_key(&c)) {
            return;
        }
        let before = std::mem::take(&mut value.text);
        for c in before.chars() {
            match wanted.get(&c) {
                Some(with) => value.text.push_str(with),
                None => value.text.push(c),
            }
        }
        places += replaced.iter().filter(|known| before.contains(known.character)).count();
        if places > limits::REPLACED_PLACES {
            return;
        }
        let item = plugin.form.item(value.item);
        let mut at = String::new();
        record.sources.describe(&value.origin, Lang::Ja, &mut at);
        for known in replaced.iter_mut().filter(|known| before.contains(known.character)) {
            let before = around(&before, known.character);
            let after = before.chars().map(|c| wanted.get(&c).cloned().unwrap_or_else(|| c.to_string())).collect();
            known.places.push(ReplacedAt {
                number: item.number.clone(),
                label: item.label.clone(),
                before,
                after,
                at: at.clone(),
            });
        }
    });
    for (row, known) in accepted.into_iter().zip(&replaced) {
        if known.places.is_empty() {
            reader.say("RP-0001", row, fields.character, &[("character", known.character.to_string().into())]);
        }
    }
    // A document that left some out would say less than was done.
    for (count, limit) in [(rows.len(), limits::REPLACEMENTS), (places, limits::REPLACED_PLACES)] {
        if let Some(row) = rows.first().filter(|_| count > limit) {
            reader.say(
                "RP-0007",
                row,
                fields.character,
                &[("count", count.to_string().into()), ("limit", limit.to_string().into())],
            );
        }
    }
    replaced.retain(|known| !known.places.is_empty());
    if !replaced.is_empty() {
        list(filing, fields, plugin, catalogue);
    }
    (replaced, reader.findings)
}

struct Reader<'a> {
    fields: &'a Fields,
    record: &'a Record,
    plugin: &'a Plugin,
    catalogue: &'a Catalogue,
    book: &'a RuleBook,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn say(&mut self, rule: &str, row: &Row, field: FieldIx, values: &[(&str, Text)]) {
        let place: Place = self.record.sources.place(&row.origin(field, self.catalogue));
        let finding = self.book.finding(rule, place, values).found(row.text(field), &self.catalogue.field(field).id);
        self.findings.push(finding);
    }

    /// Returns the character of a row and what stands for it; one that cannot be is reported.
    fn row(&mut self, row: &Row, known: &BTreeMap<char, String>) -> Option<(char, String)> {
        let (character, replacement) = (self.fields.character, self.fields.replacement);
        let characters = &self.plugin.form.characters;
        let takes = |c: char| characters.repertoire.contains(c) || characters.also.contains(c);
        let mut chars = row.text(character).chars();
        let (Some(c), None) = (chars.next(), chars.next()) else {
            self.say("RP-0002", row, character, &[("value", row.text(character).into())]);
            return None;
        };
        let shown = ("character", Text::from(c.to_string()));
        if takes(c) {
            self.say("RP-0003", row, character, &[shown]);
            return None;
        }
        if known.contains_key(&c) {
            self.say("RP-0004", row, character, &[shown]);
            return None;
        }
        let proposed = || text::outside(&c.to_string(), characters.repertoire).into_iter().find_map(|(_, with)| with);
        let with = Some(row.text(replacement).to_owned()).filter(|with| !with.is_empty()).or_else(proposed);
        let Some(with) = with else {
            self.say("RP-0005", row, replacement, &[shown]);
            return None;
        };
        if !with.chars().all(takes) {
            let outside: String = with.chars().filter(|c| !takes(*c)).collect();
            self.say("RP-0006", row, replacement, &[("value", with.as_str().into()), ("outside", outside.into())]);
            return None;
        }
        Some((c, with))
    }
}

/// Returns the part of a value around a character: all of a short one.
fn around(text: &str, c: char) -> String {
    const EACH_SIDE: usize = 60;
    let at = text.chars().position(|known| known == c).unwrap_or(0);
    let from = at.saturating_sub(EACH_SIDE);
    let mut part: String = text.chars().skip(from).take(2 * EACH_SIDE).collect();
    if from > 0 {
        part.insert(0, '…');
    }
    if text.chars().nth(from + 2 * EACH_SIDE).is_some() {
        part.push('…');
    }
    part
}

/// Visits the values of a filing in document order.
fn each_value(node: &mut Node, visit: &mut impl FnMut(&mut ItemValue)) {
    match node {
        Node::Value(value) => visit(value),
        Node::Group { head, rows, .. } => {
            head.iter_mut().chain(rows.iter_mut().flat_map(|row| &mut row.nodes)).for_each(|node| each_value(node, visit));
        }
    }
}

/// Lists the document that explains the replacements, unless one of that name is listed.
fn list(filing: &mut Filing, fields: &Fields, plugin: &Plugin, catalogue: &Catalogue) {
    let Some((item, _)) = plugin.filled_items().find(|(_, field)| *field == fields.listed_in) else { return };
    let Some(rows) = rows_with(&mut filing.root, item) else { return };
    let named = |row: &ItemRow| {
        row.nodes.iter().any(|node| matches!(node, Node::Value(value) if value.item == item && value.text == fields.document))
    };
    if rows.iter().any(named) {
        return;
    }
    let serial = rows.iter().filter_map(|row| row.serial).max().unwrap_or(0).saturating_add(1);
    let origin = Origin::Derived(catalogue.field(fields.listed_in).id.as_str().into());
    let Some(mut row) = rows.last().cloned() else { return };
    row.serial = Some(serial);
    row.origin = origin.clone();
    for node in &mut row.nodes {
        each_value(node, &mut |value| {
            value.text = if value.item == item { fields.document.clone() } else { String::new() };
            value.origin = origin.clone();
            value.joined = false;
        });
    }
    // The blank row only stands for having none.
    rows.retain(|row| row.serial.is_some());
    rows.push(row);
}

/// Finds the rows in which an item stands.
fn rows_with(node: &mut Node, item: usize) -> Option<&mut Vec<ItemRow>> {
    let Node::Group { head, rows, .. } = node else { return None };
    let is_here = |row: &ItemRow| row.nodes.iter().any(|node| node.item() == item);
    if rows.iter().any(is_here) {
        return Some(rows);
    }
    head.iter_mut().find_map(|node| rows_with(node, item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::ingest_json;
    use crate::run::Engine;

    #[test]
    fn a_long_value_is_shown_around_the_character() {
        assert_eq!(around("髙橋", '髙'), "髙橋");
        let long = format!("{}髙{}", "例".repeat(500), "示".repeat(500));
        let part = around(&long, '髙');
        assert_eq!(part.chars().count(), 122);
        assert!(part.starts_with("…例") && part.contains('髙') && part.ends_with("示…"));
    }

    /// Returns the rules that are found when these characters are replaced in these remarks.
    fn found(characters: impl Iterator<Item = char>, remarks: impl Iterator<Item = String>) -> Vec<String> {
        let engine = Engine::load(&[]).unwrap();
        let replacements: Vec<_> =
            characters.map(|c| serde_json::json!({ "character": c.to_string(), "replacement": "字" })).collect();
        let remarks: Vec<_> = remarks.map(|text| serde_json::json!({ "text": text })).collect();
        let trial = serde_json::json!({ "filing": { "replacements": replacements, "remarks": remarks } });
        let mut read = ingest_json("a.json", trial.to_string().as_bytes(), &engine.catalogue, &engine.book);
        let (record, plugin) = (read.records.remove(0), &engine.plugins["pmda-ctn"]);
        let (mut filing, _) = crate::map::map(&record, plugin, &engine.catalogue);
        let (_, findings) = replace(&mut filing, &record, plugin, &engine.catalogue, &engine.book);
        let mut rules: Vec<String> = findings.into_iter().map(|finding| finding.rule).collect();
        rules.dedup();
        rules
    }

    #[test]
    fn more_than_can_be_explained_is_refused() {
        let characters = |count: usize| ('\u{20000}'..).take(count);
        let all: String = characters(limits::REPLACEMENTS).collect();
        let once = || std::iter::once(all.clone());
        assert_eq!(found(characters(limits::REPLACEMENTS), once()), Vec::<String>::new());
        assert_eq!(found(characters(limits::REPLACEMENTS + 1), once()), ["RP-0007"]);
        let places = limits::REPLACED_PLACES / limits::REPLACEMENTS;
        let over = std::iter::repeat_n(all.clone(), places + 1);
        assert_eq!(found(characters(limits::REPLACEMENTS), over), ["RP-0007"]);
    }
}
