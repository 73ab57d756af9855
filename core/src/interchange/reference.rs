//! What is known of other systems beside their vocabularies: numbers of registries, phrases that say nothing, designs in
//! a fixed wording, and the reasons why values are not taken.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde::Deserialize;

use super::Interchange;
use super::leaves::Leaves;
use super::phrases::plain;
use super::words::fold;
use crate::files::Files;
use crate::model::catalogue::read_csv;
use crate::model::{Catalogue, DataError, Text};

/// A registry, told by the shape of its numbers.
#[derive(Debug, Clone)]
pub(super) struct Registry {
    /// Its id.
    pub(super) id: String,
    pattern: Regex,
    /// The field that holds a number of it, empty when there is none.
    pub(super) field: String,
    /// Its name; empty where the number is of no registry.
    pub(super) ja: String,
    /// Its name in English.
    pub(super) en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRegistry {
    id: String,
    pattern: String,
    field: String,
    ja: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReason {
    id: String,
    ja: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPhrase {
    kind: String,
    field: String,
    phrase: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDesign {
    word: String,
    allocation: String,
    masking: String,
    control: String,
    assignment: String,
    purpose: String,
}

const REGISTRIES: &str = "registries.csv";
const PHRASES: &str = "phrases.csv";
const DESIGNS: &str = "designs.csv";
const REASONS: &str = "reasons.csv";

/// Reads the reasons.
pub(super) fn reasons(files: &Files) -> Result<BTreeMap<String, Text>, DataError> {
    let raw: Vec<RawReason> = read_csv(files, REASONS)?;
    Ok(raw.into_iter().map(|reason| (reason.id, Text::new(reason.ja, reason.en))).collect())
}

impl Registry {
    /// Reads the registries.
    pub(super) fn load(files: &Files, catalogue: &Catalogue) -> Result<Vec<Registry>, DataError> {
        let raw: Vec<RawRegistry> = read_csv(files, REGISTRIES)?;
        let parse = |(at, raw): (usize, RawRegistry)| {
            let bad = |problem: String| DataError::bad(&files.display(REGISTRIES), at + 2, problem);
            let pattern = Regex::new(&format!("^(?:{})$", raw.pattern)).map_err(|error| bad(error.to_string()))?;
            if !raw.field.is_empty() && catalogue.field_ix(&raw.field).is_none() {
                return Err(bad(format!("no field `{}`", raw.field)));
            }
            Ok(Registry { id: raw.id, pattern, field: raw.field, ja: raw.ja, en: raw.en })
        };
        raw.into_iter().enumerate().map(parse).collect()
    }
}

/// Phrases with a meaning of their own.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    nothing: BTreeSet<String>,
    no_limit: BTreeSet<String>,
    /// Field, and what in it is no content.
    placeholders: Vec<(String, Regex)>,
    /// A design in a fixed wording, as list and code; `-` where nothing is said.
    designs: BTreeMap<String, Vec<(String, String)>>,
}

impl Phrases {
    /// Reads the phrases.
    pub(super) fn load(files: &Files, catalogue: &Catalogue) -> Result<Phrases, DataError> {
        let mut phrases = Phrases::default();
        for (at, raw) in read_csv::<RawPhrase>(files, PHRASES)?.into_iter().enumerate() {
            let bad = |problem: String| DataError::bad(&files.display(PHRASES), at + 2, problem);
            match raw.kind.as_str() {
                "nothing" => phrases.nothing.insert(fold(&raw.phrase)),
                "no-limit" => phrases.no_limit.insert(fold(&raw.phrase)),
                "placeholder" if catalogue.field_ix(&raw.field).is_some() => {
                    let pattern = Regex::new(&format!("(?i)^(?:{})$", raw.phrase)).map_err(|error| bad(error.to_string()))?;
                    phrases.placeholders.push((raw.field, pattern));
                    true
                }
                _ => return Err(bad(format!("no kind `{}` or no field `{}`", raw.kind, raw.field))),
            };
        }
        for (at, raw) in read_csv::<RawDesign>(files, DESIGNS)?.into_iter().enumerate() {
            let axes = [
                ("allocation", raw.allocation),
                ("masking", raw.masking),
                ("control", raw.control),
                ("assignment", raw.assignment),
                ("purpose", raw.purpose),
            ];
            let said: Vec<(String, String)> =
                axes.into_iter().filter(|(_, code)| !code.is_empty()).map(|(axis, code)| (axis.to_owned(), code)).collect();
            let known = |(axis, code): &(String, String)| {
                code == "-" || catalogue.codes.get(axis).is_some_and(|list| list.contains(code))
            };
            if let Some((axis, code)) = said.iter().find(|pair| !known(pair)) {
                return Err(DataError::bad(&files.display(DESIGNS), at + 2, format!("`{axis}` has no code `{code}`")));
            }
            phrases.designs.insert(fold(&raw.word), said);
        }
        Ok(phrases)
    }
}

impl Interchange {
    /// Returns the registry whose numbers look like that.
    pub(super) fn registry(&self, number: &str) -> Option<&Registry> {
        self.registries.iter().find(|registry| registry.pattern.is_match(number))
    }

    /// Returns whether a text says that there is nothing to say.
    pub(super) fn says_nothing(&self, text: &str) -> bool {
        text.chars().count() < 60 && (text.trim().is_empty() || self.phrases.nothing.contains(&fold(text)))
    }

    /// Returns whether a text says that an age has no limit.
    pub(super) fn is_no_limit(&self, text: &str) -> bool {
        self.phrases.no_limit.contains(&fold(text))
    }

    /// Returns whether a text is no content of that field, though it stands there.
    pub(super) fn is_placeholder(&self, field: &str, text: &str) -> bool {
        text.chars().count() < 120
            && self.phrases.placeholders.iter().any(|(of, pattern)| of == field && pattern.is_match(text.trim()))
    }

    /// Returns what a design in a fixed wording says.
    pub(super) fn design(&self, text: &str) -> Option<Vec<(String, String)>> {
        self.phrases.designs.get(&fold(text)).cloned()
    }

    /// Returns what a tag of a study's dictionaries stands for.
    pub(super) fn tag(&self, leaves: &Leaves, name: &str) -> Option<String> {
        leaves.tag(name).map(|text| plain(text, true))
    }
}
