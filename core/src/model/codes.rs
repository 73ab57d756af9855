//! Code lists: the closed vocabularies of the forms, each with its source and effective date.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Deserialize;

use crate::files::Files;
use crate::model::{DataError, Text, TomlFile};

/// One code list.
#[derive(Debug, Clone)]
pub struct CodeList {
    /// Stable id, the file's name.
    pub id: String,
    /// What the list is of.
    pub label: Text,
    /// Citation.
    pub source: String,
    /// Date from which the list holds, ISO.
    pub effective: String,
    /// Whether a value outside the list is an error (else a warning).
    pub closed: bool,
    /// Whether the codes are our own: a value outside the list is refused when it is read, for no form would judge it.
    pub canonical: bool,
    /// Codes in the order of the source, each with its meaning (which may be empty).
    pub entries: Vec<(String, Text)>,
    /// What else the list says of its codes: a word, and the codes of which it holds.
    pub marks: BTreeMap<String, Vec<String>>,
}

impl CodeList {
    /// Returns whether a code is in the list.
    pub fn contains(&self, code: &str) -> bool {
        self.entries.iter().any(|(known, _)| known == code)
    }

    /// Returns whether the list says a word of a code.
    pub fn is_marked(&self, word: &str, code: &str) -> bool {
        self.marks.get(word).is_some_and(|codes| codes.iter().any(|known| known == code))
    }

    /// Returns what a code means; nothing when it is unknown or unnamed.
    pub fn meaning(&self, code: &str) -> Option<&Text> {
        self.entries.iter().find(|(known, text)| known == code && !text.is_empty()).map(|(_, text)| text)
    }
}

/// All code lists by id.
#[derive(Debug, Clone, Default)]
pub struct CodeLists {
    lists: BTreeMap<String, CodeList>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeFile {
    id: String,
    ja: String,
    en: String,
    source: String,
    effective: String,
    closed: bool,
    #[serde(default)]
    canonical: bool,
    entries: Vec<(String, String, String)>,
    #[serde(default)]
    marks: BTreeMap<String, Vec<String>>,
}

impl CodeFile {
    fn list(self) -> CodeList {
        let entries = self.entries.into_iter().map(|(code, ja, en)| (code, Text::new(ja, en))).collect();
        CodeList {
            id: self.id,
            label: Text::new(self.ja, self.en),
            source: self.source,
            effective: self.effective,
            closed: self.closed,
            canonical: self.canonical,
            entries,
            marks: self.marks,
        }
    }
}

impl CodeLists {
    /// Reads every `*.toml` of a folder.
    ///
    /// # Errors
    /// Returns the first file that breaks the format.
    pub fn load(files: &Files) -> Result<CodeLists, DataError> {
        let mut lists = BTreeMap::new();
        for name in files.names().iter().filter(|name| name.ends_with(".toml")) {
            let raw: CodeFile = TomlFile::read(files, name)?.parse()?;
            lists.insert(raw.id.clone(), raw.list());
        }
        Ok(CodeLists { lists })
    }

    /// Adds the lists of a plugin, every `*.toml` of a folder.
    ///
    /// # Errors
    /// Returns every place that breaks the format, and every list whose id is not the plugin's or is there already.
    pub(crate) fn add_own(&mut self, files: &Files, plugin: &str) -> Vec<DataError> {
        let mut problems = Vec::new();
        for name in files.names().iter().filter(|name| name.ends_with(".toml")) {
            let file = match TomlFile::read(files, name) {
                Ok(file) => file,
                Err(error) => {
                    problems.push(error);
                    continue;
                }
            };
            let (raw, found) = file.parse_all::<CodeFile>();
            problems.extend(found);
            let Some(raw) = raw else { continue };
            let id = raw.id.clone();
            if !id.starts_with(&format!("{plugin}-")) {
                problems.push(file.error(file.at("id"), &format!("`{id}`: a plugin's own code lists are called `{plugin}-…`")));
                continue;
            }
            match self.lists.entry(id) {
                Entry::Vacant(slot) => {
                    slot.insert(raw.list());
                }
                Entry::Occupied(known) => {
                    let problem = format!("the code list `{}` stands twice", known.key());
                    problems.push(file.error(file.at("id"), &problem));
                }
            }
        }
        problems
    }

    /// Returns one list.
    pub fn get(&self, id: &str) -> Option<&CodeList> {
        self.lists.get(id)
    }

    /// Returns all lists, by id.
    pub fn iter(&self) -> impl Iterator<Item = &CodeList> {
        self.lists.values()
    }
}
