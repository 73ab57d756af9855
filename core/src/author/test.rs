//! Runs what a plugin's folder says of itself: the cases of its rules, and its golden outputs.

use std::collections::BTreeMap;

use super::Loaded;
use super::golden::{self, Golden};
use crate::cases::{self, run_all};

/// A rule and how often it was shown to fire and to stay silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Id of the rule.
    pub rule: String,
    /// Failing cases.
    pub fails: usize,
    /// Passing cases.
    pub passes: usize,
}

impl Shown {
    /// Returns whether it has both.
    pub fn is_covered(&self) -> bool {
        self.fails > 0 && self.passes > 0
    }
}

/// What became of a plugin's cases.
#[derive(Debug)]
pub struct Report {
    /// Every rule of the plugin.
    pub rules: Vec<Shown>,
    /// Cases of rules that there are none of.
    pub strangers: Vec<String>,
    /// What did not come out as its case says.
    pub problems: Vec<String>,
    /// The golden outputs.
    pub goldens: Vec<Golden>,
}

impl Report {
    /// Returns how many cases were run.
    pub fn cases(&self) -> usize {
        self.rules.iter().map(|rule| rule.fails + rule.passes).sum()
    }

    /// Returns whether everything came out as it says, and every rule is shown both ways.
    pub fn passed(&self) -> bool {
        self.problems.is_empty()
            && self.strangers.is_empty()
            && self.goldens.iter().all(Golden::passed)
            && self.rules.iter().all(Shown::is_covered)
    }
}

/// Runs all cases of a plugin.
pub fn test(loaded: &Loaded) -> Report {
    let cases::Report { shown, problems } = run_all(&loaded.engine, &loaded.id, &loaded.folder.join("cases"));
    let goldens = golden::names(&loaded.folder).iter().map(|name| golden::test(loaded, name)).collect();
    Report { rules: covered(loaded, &shown), strangers: strangers(loaded, shown.keys()), problems, goldens }
}

/// Lists the rules of a plugin with their cases.
pub(super) fn covered(loaded: &Loaded, shown: &BTreeMap<String, (usize, usize)>) -> Vec<Shown> {
    let rules = loaded.engine.plugins.get(&loaded.id).into_iter().flat_map(|plugin| plugin.rules.texts());
    let of = |id: &str| shown.get(id).copied().unwrap_or_default();
    rules.map(|rule| Shown { rule: rule.id.clone(), fails: of(&rule.id).0, passes: of(&rule.id).1 }).collect()
}

/// Lists the names of cases that no rule has.
pub(super) fn strangers<'a>(loaded: &Loaded, named: impl Iterator<Item = &'a String>) -> Vec<String> {
    named.filter(|rule| loaded.engine.rule(rule).is_none()).cloned().collect()
}
