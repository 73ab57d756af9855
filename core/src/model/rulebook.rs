//! The words of rules: one declaration for each id, from which findings and `explain` are made.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::files::Files;
use crate::model::{DataError, Finding, Place, Severity, Text, TomlFile};

/// What a rule says.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// Stable id.
    pub id: String,
    /// How much its findings weigh.
    pub severity: Severity,
    /// What is wrong; `{holes}` are filled with what was found.
    pub message: Text,
    /// Why: the citation, spelled out.
    pub source: Text,
    /// How to mend it.
    pub fix: Text,
    /// A longer explanation for `explain`.
    pub why: Text,
}

/// The engine's own rules by id.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    rules: BTreeMap<String, RuleText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BookFile {
    rule: Vec<BookRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BookRule {
    id: String,
    severity: Severity,
    message: Text,
    fix: Text,
    #[serde(default)]
    why: Text,
}

impl RuleBook {
    /// Reads the engine's rules, one file for each stage in `engine/` of the folder `forms`.
    ///
    /// # Errors
    /// Returns the first place that breaks the format, or an id that stands twice.
    pub fn load(forms: &Files) -> Result<RuleBook, DataError> {
        let folder = forms.below("engine");
        let mut rules = BTreeMap::new();
        for (name, rule) in Self::rows(&folder)? {
            let text = RuleText {
                id: rule.id.clone(),
                severity: rule.severity,
                message: rule.message,
                source: Text::default(),
                fix: rule.fix,
                why: rule.why,
            };
            if rules.insert(rule.id.clone(), text).is_some() {
                return Err(DataError::bad(&folder.display(&name), "", format!("`{}` stands twice", rule.id)));
            }
        }
        Ok(RuleBook { rules })
    }

    fn rows(folder: &Files) -> Result<Vec<(String, BookRule)>, DataError> {
        let mut rows = Vec::new();
        for name in folder.names().into_iter().filter(|name| name.ends_with(".toml")) {
            let raw: BookFile = TomlFile::read(folder, &name)?.parse()?;
            rows.extend(raw.rule.into_iter().map(|rule| (name.clone(), rule)));
        }
        Ok(rows)
    }

    /// Returns a rule.
    pub fn get(&self, id: &str) -> Option<&RuleText> {
        self.rules.get(id)
    }

    /// Returns all rules by id.
    pub fn iter(&self) -> impl Iterator<Item = &RuleText> {
        self.rules.values()
    }

    /// Makes a finding of an engine rule. An id that is not in the book still gives an error finding, never a panic;
    /// a test holds the code's ids against the book.
    pub fn finding(&self, id: &str, at: Place, values: &[(&str, Text)]) -> Finding {
        match self.rules.get(id) {
            Some(rule) => Finding::new(rule, at, values),
            None => {
                let unknown = RuleText {
                    id: id.to_owned(),
                    severity: Severity::Error,
                    message: id.into(),
                    source: Text::default(),
                    fix: Text::default(),
                    why: Text::default(),
                };
                Finding::new(&unknown, at, values)
            }
        }
    }
}
