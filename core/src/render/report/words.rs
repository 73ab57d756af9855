//! The words of reports, from `forms/words/report.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::files::Files;
use crate::model::{DataError, Lang, Text, TomlFile};

/// Reads the words.
pub(super) fn load() -> Result<BTreeMap<String, Text>, DataError> {
    TomlFile::read(&Files::embedded("forms/words"), "report.toml")?.parse()
}

/// Returns a word; its id where there is none, which a test makes sure of.
pub(super) fn say(id: &str, lang: Lang) -> String {
    static WORDS: OnceLock<BTreeMap<String, Text>> = OnceLock::new();
    let words = WORDS.get_or_init(|| load().unwrap_or_default());
    debug_assert!(words.contains_key(id), "forms/words/report.toml has no `{id}`");
    words.get(id).map_or(id, |text| text.get(lang)).to_owned()
}
