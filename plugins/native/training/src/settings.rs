//! The settings of the plugin: `plugins/training/settings.toml`, and over it what an institution says.

mod check;
mod rule;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use todokede_abi::Text;

pub(crate) use rule::{Expires, FirstDay, Grace, Repeat, Rule, Window};

/// Everything that the plugin goes by.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) r#use: Vec<String>,
    pub(crate) own: Vec<String>,
    pub(crate) name_alone: bool,
    pub(crate) warn_days: u16,
    pub(crate) expiring_days: Vec<u16>,
    pub(crate) shown: usize,
    pub(crate) remove_share: u32,
    pub(crate) also_on: Vec<AlsoOn>,
    pub(crate) study_end: String,
    /// Part of a file name → system.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) roles: BTreeMap<String, Role>,
    pub(crate) categories: BTreeMap<String, Titled>,
    pub(crate) category: Vec<CategoryField>,
    pub(crate) destination: Vec<Destination>,
    pub(crate) identify: Identify,
    pub(crate) kanji: Kanji,
    pub(crate) staff: Layout,
    pub(crate) users: Layout,
    pub(crate) results: Results,
    pub(crate) result_blank: Blank,
    pub(crate) systems: BTreeMap<String, System>,
    pub(crate) courses: BTreeMap<String, Course>,
    pub(crate) rules: BTreeMap<String, Rule>,
    pub(crate) fiscal_year: FiscalYear,
    pub(crate) register: Register,
    pub(crate) prices: Prices,
    pub(crate) words: BTreeMap<String, Text>,
    /// Tables of files are the engine's.
    #[serde(default, rename = "tables")]
    _tables: Value,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// Returns what is wrong with them and where.
    pub(crate) fn read(value: Value) -> Result<Settings, String> {
        let settings: Settings = serde_json::from_value(value).map_err(|error| format!("settings [training]: {error}"))?;
        settings.check()?;
        Ok(settings)
    }

    /// Returns the rules that are asked, in order.
    pub(crate) fn used(&self) -> impl Iterator<Item = (&str, &Rule)> {
        self.r#use.iter().filter_map(|id| Some((id.as_str(), self.rules.get(id)?)))
    }

    /// Returns a role's title.
    pub(crate) fn role(&self, id: &str) -> Text {
        self.roles.get(id).map_or_else(|| id.into(), |role| role.title.clone())
    }

    /// Returns a category's title.
    pub(crate) fn category(&self, id: &str) -> Text {
        self.categories.get(id).map_or_else(|| id.into(), |category| category.title.clone())
    }

    /// Returns a course's title.
    pub(crate) fn course(&self, id: &str) -> Text {
        self.courses.get(id).map_or_else(|| id.into(), |course| course.title.clone())
    }

    /// Returns words of the reports with holes filled.
    pub(crate) fn words(&self, id: &str, values: &[(&str, Text)]) -> Text {
        let mut text = self.words.get(id).cloned().unwrap_or_else(|| id.into());
        for (name, value) in values {
            let hole = format!("{{{name}}}");
            text = Text::new(text.ja.replace(&hole, &value.ja), text.en.replace(&hole, &value.en));
        }
        text
    }
}

/// Something with a title.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Titled {
    pub(crate) title: Text,
}

/// A field that says a day on which people must hold a valid completion besides that of filing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlsoOn {
    pub(crate) field: String,
    pub(crate) title: Text,
}

/// A role of a person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) title: Text,
    pub(crate) names: Vec<String>,
}

/// A field that tells the category of a study.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoryField {
    pub(crate) field: String,
    pub(crate) is: Option<String>,
    #[serde(default)]
    pub(crate) values: BTreeMap<String, String>,
}

/// A filing in which people are named.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Destination {
    pub(crate) id: String,
    pub(crate) title: Text,
    #[serde(default)]
    pub(crate) when: Vec<String>,
    #[serde(default)]
    pub(crate) fallback: bool,
    pub(crate) date: Vec<String>,
    /// What is to be done after a renewal.
    pub(crate) then: Text,
    pub(crate) people: Vec<People>,
}

/// Which paths of the record name people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct People {
    /// The fields that make a name.
    pub(crate) name: Vec<String>,
    pub(crate) role: Option<String>,
    pub(crate) role_from: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) mail: Option<String>,
    pub(crate) kana: Option<String>,
    pub(crate) institution: Option<String>,
    #[serde(default)]
    pub(crate) unit: Vec<String>,
    #[serde(default)]
    pub(crate) unit_of: UnitOf,
}

/// Whose a unit is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UnitOf {
    /// The person's own.
    #[default]
    Person,
    /// That of the site, whoever works there.
    Site,
}

/// The rows of the record that tell people of one name apart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identify {
    pub(crate) name: Vec<String>,
    pub(crate) id: String,
    pub(crate) mail: String,
    pub(crate) institution: String,
    pub(crate) unit: Vec<String>,
}

/// Kanji that are compared as one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kanji {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "evidence")]
    _evidence: String,
    pub(crate) same: Vec<String>,
}

/// What the columns of a table are called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layout {
    /// One column of each of these must be there.
    pub(crate) needed: Vec<Vec<String>>,
    pub(crate) columns: BTreeMap<String, Vec<String>>,
}

/// A course system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct System {
    pub(crate) title: Text,
    #[serde(rename = "evidence")]
    _evidence: String,
    #[serde(default, rename = "note")]
    _note: Text,
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default)]
    pub(crate) own: Vec<String>,
    #[serde(default)]
    pub(crate) files: Vec<String>,
    pub(crate) needed: Vec<Vec<String>>,
    pub(crate) columns: BTreeMap<String, Vec<String>>,
}

/// Words that say whether a course was passed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Results {
    pub(crate) passed: Vec<String>,
    pub(crate) failed: Vec<String>,
}

/// What a blank cell means in a column that says whether a course was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Blank {
    /// Not known to be passed: the row is not used.
    NotPassed,
    /// Passed on the day of completion.
    Passed,
}

/// A course, or several that count as one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Course {
    pub(crate) title: Text,
    #[serde(default)]
    pub(crate) systems: Vec<String>,
    #[serde(default)]
    pub(crate) names: Vec<String>,
    /// Words that must all be in the name; an empty list with `systems` takes every course of these.
    pub(crate) parts: Option<Vec<String>>,
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default, rename = "evidence")]
    _evidence: String,
}

/// When a fiscal year begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FiscalYear {
    /// MM-DD.
    pub(crate) start: String,
    #[serde(rename = "source")]
    _source: String,
}

/// The file for registering users.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    #[serde(rename = "evidence")]
    _evidence: String,
    pub(crate) columns: Vec<RegisterColumn>,
}

/// A column of that file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterColumn {
    /// A column of the staff list.
    pub(crate) from: String,
    pub(crate) title: String,
}

/// What a system costs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prices {
    pub(crate) title: Text,
    pub(crate) system: String,
    pub(crate) source: String,
    pub(crate) effective: String,
    #[serde(rename = "evidence")]
    _evidence: String,
    pub(crate) tax: Text,
    pub(crate) unit: Text,
    pub(crate) certificate: i64,
    pub(crate) plans: BTreeMap<String, Plan>,
}

/// A plan of prices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    pub(crate) title: Text,
    /// From the smallest on.
    pub(crate) tiers: Vec<Tier>,
}

/// A price for up to so many people.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tier {
    pub(crate) up_to: Option<i64>,
    pub(crate) price: i64,
}
