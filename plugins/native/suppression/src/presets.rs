//! Rules of masking that are in use, as data.

use serde::Deserialize;

use crate::{Policy, Zero};

/// One rule, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Names the preset in settings; never changes its meaning.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// Counts below it are masked.
    pub threshold: u64,
    /// Whether a count of zero may be shown.
    pub zero: Zero,
    /// Where the rule is stated.
    pub source: String,
    /// How sure that is: S, V or U; see the head of `presets.toml`.
    pub evidence: String,
}

/// A name in two languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Preset {
    /// The policy that the preset asks for; what the rule does not say is as in [`Policy::below`].
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy { zero: self.zero, ..Policy::below(self.threshold) }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    preset: Vec<Preset>,
}

/// The presets that come with the crate.
///
/// # Errors
/// Never, as long as the tests pass; the file is read like anybody's.
pub fn presets() -> Result<Vec<Preset>, toml::de::Error> {
    presets_from(include_str!("../presets.toml"))
}

/// Presets from a text in the form of `presets.toml`.
///
/// # Errors
/// What is wrong with the text, with line and column.
pub fn presets_from(text: &str) -> Result<Vec<Preset>, toml::de::Error> {
    Ok(toml::from_str::<File>(text)?.preset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_read_and_have_ids_of_their_own() {
        let presets = presets().unwrap();
        let ids: std::collections::BTreeSet<&str> = presets.iter().map(|preset| preset.id.as_str()).collect();
        assert_eq!(ids.len(), presets.len());
        let ndb = presets.iter().find(|preset| preset.id == "ndb").unwrap().policy();
        assert!(ndb.small(9) && !ndb.small(10) && !ndb.small(0));
        let uscs = presets.iter().find(|preset| preset.id == "cdc-uscs").unwrap().policy();
        assert!(uscs.small(0) && uscs.small(15) && !uscs.small(16));
        assert!(presets.iter().all(|preset| !preset.source.is_empty() && ["S", "V", "U"].contains(&preset.evidence.as_str())));
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let error = presets_from("[[preset]]\nid = \"x\"\ntreshold = 5\n").unwrap_err();
        assert!(error.to_string().contains("line 3"), "{error}");
    }
}
