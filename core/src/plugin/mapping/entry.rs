//! One entry of `map.toml`: the keys of its table, told apart by the first.

use toml::de::{DeTable, DeValue};

use super::Word;
use crate::expr::Expr;
use crate::model::{Catalogue, FieldIx, Kind, ScopeIx};

/// What the table of an item says; texts are not looked up yet.
#[derive(Debug, Default)]
pub(super) struct ItemEntry {
    pub(super) field: Option<String>,
    pub(super) default: Option<String>,
    pub(super) label_of: Option<String>,
    pub(super) label_en_of: Option<String>,
    pub(super) word: Option<String>,
    pub(super) first: Option<String>,
    pub(super) lines: Option<String>,
    pub(super) when: Option<String>,
    pub(super) skip: usize,
    pub(super) derive: Option<String>,
    pub(super) from: Option<String>,
}

const KEYS: &str = "`field`, `default`, `label_of`, `label_en_of`, `word`, `first`, `lines`, `when`, `skip`, `derive`, `from`";

impl ItemEntry {
    /// Reads the value of an entry.
    ///
    /// # Errors
    /// Returns where in the file a key or value is wrong, and how.
    pub(super) fn read(value: &DeValue, start: usize) -> Result<ItemEntry, (usize, String)> {
        let table = match value {
            DeValue::String(id) => return Ok(ItemEntry { field: Some(id.to_string()), ..ItemEntry::default() }),
            DeValue::Table(table) => table,
            _ => return Err((start, "wants the id of a field, or a table".to_owned())),
        };
        let mut entry = ItemEntry::default();
        for (key, value) in table {
            let at = value.span().start;
            if key.get_ref() == "skip" {
                let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
                entry.skip = number.ok_or((at, "`skip` wants a number".to_owned()))?;
                continue;
            }
            let slot = entry.slot(key.get_ref());
            let slot = slot.ok_or_else(|| (key.span().start, format!("unknown key; known are {KEYS}")))?;
            let text = value.get_ref().as_str().ok_or_else(|| (at, format!("`{}` wants a text", key.get_ref())))?;
            *slot = Some(text.to_owned());
        }
        entry.check(table).map_err(|problem| (start, problem))?;
        Ok(entry)
    }

    fn slot(&mut self, key: &str) -> Option<&mut Option<String>> {
        Some(match key {
            "field" => &mut self.field,
            "default" => &mut self.default,
            "label_of" => &mut self.label_of,
            "label_en_of" => &mut self.label_en_of,
            "word" => &mut self.word,
            "first" => &mut self.first,
            "lines" => &mut self.lines,
            "when" => &mut self.when,
            "derive" => &mut self.derive,
            "from" => &mut self.from,
            _ => return None,
        })
    }

    /// Checks which keys go together.
    fn check(&self, table: &DeTable) -> Result<(), String> {
        let sources = [&self.field, &self.first, &self.lines, &self.derive].iter().filter(|source| source.is_some()).count();
        if sources != 1 {
            return Err("wants one of `field`, `first`, `lines` and `derive`".to_owned());
        }
        let allowed: &[&str] = if self.field.is_some() {
            &["field", "default", "label_of", "label_en_of", "word"]
        } else if self.derive.is_some() {
            &["derive", "from"]
        } else {
            &["first", "lines", "when", "skip", "word"]
        };
        let mut names = table.keys().map(|key| key.get_ref().as_ref());
        names.find(|key| !allowed.contains(key)).map_or(Ok(()), |key| Err(format!("`{key}` does not go with the others")))
    }

    /// Compiles the condition on rows of a list.
    pub(super) fn condition(&self, catalogue: &Catalogue, list: ScopeIx) -> Result<Option<Expr>, String> {
        let compile = |text: &String| Expr::compile(text, catalogue, list).map_err(|error| format!("when: {error}"));
        self.when.as_ref().map(compile).transpose()
    }
}

/// Finds the words that a destination has for a coded field: `list.destination`, or `ja` or `en` for what the code means.
pub(super) fn word(text: &str, field: FieldIx, catalogue: &Catalogue) -> Result<Word, String> {
    let Kind::Code(codes) = &catalogue.field(field).kind else {
        return Err(format!("word: `{}` is no coded field", catalogue.field(field).id));
    };
    match text.split_once('.') {
        None if text == "ja" => Ok(Word::Meaning(codes.clone(), crate::model::Lang::Ja)),
        None if text == "en" => Ok(Word::Meaning(codes.clone(), crate::model::Lang::En)),
        Some((list, destination)) if catalogue.vocabularies.has(list, destination) => {
            let known = list == codes || same_codes(list, codes, catalogue);
            if !known {
                return Err(format!("word: `{list}` is not about the codes of `{codes}`"));
            }
            Ok(Word::Of { list: list.to_owned(), destination: destination.to_owned() })
        }
        _ => Err(format!("word: no vocabulary has the column `{text}`")),
    }
}

/// Returns whether every code of one list is a code of the other.
fn same_codes(list: &str, codes: &str, catalogue: &Catalogue) -> bool {
    let (Some(list), Some(codes)) = (catalogue.codes.get(list), catalogue.codes.get(codes)) else { return false };
    list.entries.iter().all(|(code, _)| codes.contains(code))
}
