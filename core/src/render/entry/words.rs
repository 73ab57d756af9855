//! The words of the sheet, from `forms/words/entry.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::files::Files;
use crate::model::{DataError, Text, TomlFile};

/// Reads the words.
pub(super) fn load() -> Result<BTreeMap<String, Text>, DataError> {
    TomlFile::read(&Files::embedded("forms/words"), "entry.toml")?.parse()
}

/// Returns a word in both languages; nothing for one that there is not.
pub(super) fn word(id: &str) -> Option<&'static Text> {
    static WORDS: OnceLock<BTreeMap<String, Text>> = OnceLock::new();
    WORDS.get_or_init(|| load().unwrap_or_default()).get(id)
}

/// Returns a word in both languages; its id where there is none, which a test makes sure of.
pub(super) fn say(id: &str) -> Text {
    debug_assert!(word(id).is_some(), "forms/words/entry.toml has no `{id}`");
    word(id).cloned().unwrap_or_else(|| id.into())
}

/// Returns a word with its holes filled.
pub(super) fn fill(id: &str, values: &[(&str, Text)]) -> Text {
    say(id).fill(values)
}
