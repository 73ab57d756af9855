//! Words of other systems → our codes: the vocabularies backwards, and the spellings in which records really come.
//!
//! A word that stands for several codes is never decided: whoever knows the trial does.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::phrases::squeeze;
use crate::files::Files;
use crate::model::catalogue::read_csv;
use crate::model::{Catalogue, DataError};

/// What a word says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// One code.
    Code(String),
    /// Any of several codes.
    Several(Vec<String>),
    /// That nothing is said.
    Nothing,
    /// It is not known.
    Unknown,
}

/// Spellings that the vocabularies do not have: list, system and folded word → codes.
#[derive(Debug, Default)]
pub(super) struct Words {
    spellings: BTreeMap<(String, String, String), Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWord {
    list: String,
    from: String,
    word: String,
    /// Codes, `|` between several; `-` when the word says that nothing is said.
    codes: String,
    #[expect(dead_code, reason = "for people who read the table")]
    note: String,
}

const WORDS: &str = "words.csv";
const NOTHING: &str = "-";

impl Words {
    /// Reads `words.csv`.
    ///
    /// # Errors
    /// Returns the first line that breaks the format or names a list or code that is not there.
    pub(super) fn load(files: &Files, catalogue: &Catalogue) -> Result<Words, DataError> {
        let mut words = Words::default();
        for (at, raw) in read_csv::<RawWord>(files, WORDS)?.into_iter().enumerate() {
            let bad = |problem: String| DataError::bad(&files.display(WORDS), at + 2, problem);
            let list = catalogue.codes.get(&raw.list).ok_or_else(|| bad(format!("no code list `{}`", raw.list)))?;
            let codes: Vec<String> = raw.codes.split('|').filter(|code| *code != NOTHING).map(str::to_owned).collect();
            if let Some(code) = codes.iter().find(|code| !list.contains(code)) {
                return Err(bad(format!("no code `{code}`")));
            }
            if words.spellings.insert((raw.list, raw.from, fold(&raw.word)), codes).is_some() {
                return Err(bad(format!("`{}` stands twice", raw.word)));
            }
        }
        Ok(words)
    }

    /// Returns what a word of a system says in a list.
    pub(super) fn read(&self, catalogue: &Catalogue, list: &str, from: &str, word: &str) -> Word {
        let folded = fold(word);
        if folded.is_empty() {
            return Word::Nothing;
        }
        let spelled = |from: &str| self.spellings.get(&(list.to_owned(), from.to_owned(), folded.clone()));
        let codes = match spelled(from).or_else(|| spelled("*")) {
            Some(codes) if codes.is_empty() => return Word::Nothing,
            Some(codes) => codes.clone(),
            None => {
                let Some(codes) = catalogue.codes.get(list) else { return Word::Unknown };
                let codes = codes.entries.iter().map(|(code, _)| code);
                let is =
                    |code: &&String| catalogue.vocabularies.word(list, from, code).is_some_and(|known| fold(known) == folded);
                codes.filter(is).cloned().collect()
            }
        };
        match codes.as_slice() {
            [] => Word::Unknown,
            [one] => Word::Code(one.clone()),
            _ => Word::Several(codes),
        }
    }
}

/// Folds a word: case and white space do not count.
pub(super) fn fold(word: &str) -> String {
    squeeze(word).to_lowercase()
}
