//! Vocabularies: for each code of a list, the word that a destination has for it.
//!
//! `forms/vocabularies/<list>.csv` has the code in its first column and a column for each destination. A blank cell says
//! that the destination has no word for the code; a word that stands twice in a column plainly means the first of its codes
//! and loses what tells the others from it.

use std::collections::BTreeMap;

use crate::files::Files;
use crate::model::{CodeLists, DataError};

/// All vocabularies, by the id of their code list.
#[derive(Debug, Clone, Default)]
pub struct Vocabularies {
    lists: BTreeMap<String, Vocabulary>,
}

#[derive(Debug, Clone)]
struct Vocabulary {
    destinations: Vec<String>,
    /// Code, and the word of each destination.
    rows: Vec<(String, Vec<String>)>,
}

impl Vocabularies {
    /// Reads every file of the folder.
    ///
    /// # Errors
    /// Returns the first that is no table, or names a code that its list does not have.
    pub fn load(files: &Files, codes: &CodeLists) -> Result<Vocabularies, DataError> {
        let mut lists = BTreeMap::new();
        for name in files.names() {
            let Some(list) = name.strip_suffix(".csv") else { continue };
            let known = codes.get(list);
            let known = known.ok_or_else(|| DataError::bad(&files.display(&name), 1, format!("no code list `{list}`")))?;
            let vocabulary = read(files, &name)?;
            for (at, (code, _)) in vocabulary.rows.iter().enumerate() {
                if !known.contains(code) {
                    return Err(DataError::bad(&files.display(&name), at + 2, format!("`{list}` has no code `{code}`")));
                }
            }
            lists.insert(list.to_owned(), vocabulary);
        }
        Ok(Vocabularies { lists })
    }

    /// Returns whether a list has a column for a destination.
    pub fn has(&self, list: &str, destination: &str) -> bool {
        self.lists.get(list).is_some_and(|known| known.destinations.iter().any(|name| name == destination))
    }

    /// Returns the word that a destination has for a code.
    pub fn word(&self, list: &str, destination: &str, code: &str) -> Option<&str> {
        self.column(list, destination).find(|(known, _)| *known == code).map(|(_, word)| word)
    }

    /// Returns the codes that a destination has one word for: several where the word is lossy.
    pub fn codes(&self, list: &str, destination: &str, word: &str) -> Vec<&str> {
        self.column(list, destination).filter(|(_, known)| *known == word).map(|(code, _)| code).collect()
    }

    /// Returns the words that a destination has for the codes of a list, in the order of the list.
    pub fn words(&self, list: &str, destination: &str) -> Vec<&str> {
        self.column(list, destination).map(|(_, word)| word).collect()
    }

    /// Returns whether the destination's word for a code says less than the code: the first code that has the word is what
    /// it plainly means, any other is lost in it.
    pub fn is_lossy(&self, list: &str, destination: &str, code: &str) -> bool {
        let word = self.word(list, destination, code);
        word.is_some_and(|word| self.codes(list, destination, word).first().is_some_and(|first| *first != code))
    }

    /// Returns every word that some destination has for a code of a list.
    pub fn all(&self, list: &str) -> impl Iterator<Item = (&str, &str)> {
        let rows = self.lists.get(list).map(|known| known.rows.as_slice()).unwrap_or_default();
        rows.iter().flat_map(|(code, words)| words.iter().map(move |word| (code.as_str(), word.as_str())))
    }

    /// The codes of a list that a destination has a word for, with the word.
    fn column<'a>(&'a self, list: &str, destination: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let vocabulary = self.lists.get(list);
        let at = vocabulary.and_then(|known| known.destinations.iter().position(|name| name == destination));
        let rows = vocabulary.filter(|_| at.is_some()).map(|known| known.rows.as_slice()).unwrap_or_default();
        rows.iter().filter_map(move |(code, words)| {
            let word = words.get(at?)?;
            (!word.is_empty()).then_some((code.as_str(), word.as_str()))
        })
    }
}

fn read(files: &Files, name: &str) -> Result<Vocabulary, DataError> {
    let bytes = files.read(name).ok_or_else(|| DataError::Missing { file: files.display(name) })?;
    let bad = |error: csv::Error| {
        let at = error.position().map_or(0, csv::Position::line);
        DataError::bad(&files.display(name), at, error.to_string())
    };
    let mut reader = csv::Reader::from_reader(bytes.as_ref());
    let head = reader.headers().map_err(bad)?.clone();
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(bad)?;
        let mut cells = row.iter().map(str::to_owned);
        rows.push((cells.next().unwrap_or_default(), cells.collect()));
    }
    Ok(Vocabulary { destinations: head.iter().skip(1).map(str::to_owned).collect(), rows })
}

#[cfg(test)]
mod tests {
    use crate::files::Files;
    use crate::model::Catalogue;

    #[test]
    fn a_word_of_several_codes_is_lossy() {
        let catalogue = Catalogue::load(&Files::embedded("forms")).unwrap();
        let words = &catalogue.vocabularies;
        assert_eq!(words.word("masking", "jrct", "single-participant"), Some("単盲検"));
        assert!(words.is_lossy("masking", "jrct", "single-participant") && !words.is_lossy("masking", "jrct", "double"));
        assert!(words.is_lossy("recruitment", "jrct", "by-invitation") && !words.is_lossy("recruitment", "jrct", "recruiting"));
        assert_eq!(words.codes("recruitment", "jrct", "募集中"), ["recruiting", "by-invitation"]);
        assert_eq!(words.word("recruitment", "jrct", "terminated"), None);
        assert!(!words.has("masking", "nowhere") && words.codes("masking", "nowhere", "単盲検").is_empty());
    }
}
