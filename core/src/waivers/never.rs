//! The errors that no waiver settles.

use serde::Deserialize;

use crate::files::Files;
use crate::model::{DataError, Finding, Severity, TomlFile};
use crate::plugin::{Check, Plugin};

/// Which errors cannot be waived; anything less than an error can.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Never {
    /// The engine's rules whose ids start so.
    families: Vec<String>,
    /// Checks that the schema of a form with XML makes as well.
    checks: Vec<Check>,
}

impl Never {
    /// Reads the list from the folder `forms`.
    ///
    /// # Errors
    /// Returns that it is missing, or the place that breaks the format.
    pub fn load(forms: &Files) -> Result<Never, DataError> {
        TomlFile::read(forms, "waivers/never.toml")?.parse()
    }

    /// Returns whether a finding may be waived; `plugin` is the one it is about, where there is one.
    pub fn allows(&self, finding: &Finding, plugin: Option<&Plugin>) -> bool {
        if finding.severity != Severity::Error {
            return true;
        }
        let family = finding.rule.split('-').next().unwrap_or_default();
        let refused = |plugin: &Plugin| {
            plugin.form.has_xml() && plugin.rules.checks(&finding.rule).iter().any(|check| self.checks.contains(check))
        };
        !self.families.iter().any(|known| known == family) && !plugin.is_some_and(refused)
    }
}
