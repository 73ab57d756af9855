//! A rule: which courses whom, and how long they count.

use serde::Deserialize;
use todokede_abi::Text;

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) title: Text,
    /// Whom it is asked of; none means everyone.
    #[serde(default)]
    pub(crate) roles: Vec<String>,
    /// In which studies; none means all.
    #[serde(default)]
    pub(crate) categories: Vec<String>,
    #[serde(default)]
    pub(crate) any: Vec<String>,
    #[serde(default)]
    pub(crate) all: Vec<String>,
    pub(crate) window: Window,
    #[serde(default)]
    pub(crate) first_day: FirstDay,
    #[serde(default)]
    pub(crate) repeat: Repeat,
    pub(crate) expires: Option<Expires>,
    pub(crate) grace: Option<Grace>,
    #[serde(default)]
    pub(crate) implies: Vec<String>,
    pub(crate) from: Option<String>,
    pub(crate) until: Option<String>,
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default, rename = "evidence")]
    _evidence: String,
}

impl Rule {
    /// Tells whether it is asked of a role in a category, on a day.
    pub(crate) fn asks(&self, role: &str, category: &str, day: &str) -> bool {
        let holds = |list: &[String], value: &str| list.is_empty() || list.iter().any(|known| known == value);
        let begun = self.from.as_deref().is_none_or(|from| from <= day);
        let ended = self.until.as_deref().is_some_and(|until| until < day);
        holds(&self.roles, role) && holds(&self.categories, category) && begun && !ended
    }

    /// What the day that the export says means: a window of time is cut by it, a fiscal year is not, a licence is nothing else.
    pub(crate) fn expires(&self) -> Expires {
        self.expires.unwrap_or(match self.window {
            Window::Years(_) | Window::Months(_) | Window::Days(_) => Expires::Earlier,
            Window::FiscalYears(_) | Window::Unlimited(_) => Expires::Ignored,
            Window::Licence(_) => Expires::Only,
        })
    }
}

/// How long a completion counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Window {
    /// Years from the day of completion.
    Years(u16),
    /// Months from it.
    Months(u16),
    /// Days from it.
    Days(u16),
    /// To the end of the n-th fiscal year, that of the completion counted.
    FiscalYears(u16),
    /// To the day that the licence says.
    Licence(bool),
    /// For good.
    Unlimited(bool),
}

/// Whether the day of completion is the first of the period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FirstDay {
    /// It is not: Civil Code, article 140.
    #[default]
    Excluded,
    /// It is.
    Included,
}

/// What a second completion of the same course does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Repeat {
    /// It counts from its own day.
    #[default]
    Latest,
    /// It does not extend one that still counts.
    AfterLapse,
    /// Only the first counts.
    Never,
}

/// What the last day that an export says means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Expires {
    /// The earlier of it and the rule's.
    Earlier,
    /// Nothing.
    Ignored,
    /// It alone counts.
    Only,
}

/// How long a completion is let pass after it ended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Grace {
    /// Months.
    Months(u16),
    /// Days.
    Days(u16),
    /// Through the next such day, MM-DD.
    Until(String),
}
