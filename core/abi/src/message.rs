//! What is said: requests of the engine and answers of a plugin.
//!
//! A conversation is `hello`; then for each filing `open`, for each of its tables `table` and `rows`, then `validate`, `dues` or
//! `render` as the engine needs them, then `close`. Sessions are numbers that the engine gives; several may be open at a time
//! in a library, one in a process.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::report::Report;

/// What the engine asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "lowercase")]
pub enum Request<'a> {
    /// First of all: which version is spoken here, and by whom. Answered by [`Hello`].
    Hello {
        /// [`crate::VERSION`] of the engine.
        abi: u32,
        /// Name and version of the engine.
        host: String,
    },
    /// A filing begins. Answered by `null`.
    Open {
        /// Number of the session.
        session: u64,
        /// The filing.
        filing: Box<Filing>,
    },
    /// The rows that follow are of this table. Answered by `null`.
    Table {
        /// Number of the session.
        session: u64,
        /// The table.
        table: Table,
    },
    /// Rows of the table that was named last. Answered by `null`.
    Rows {
        /// Number of the session.
        session: u64,
        /// The rows.
        #[serde(borrow)]
        batch: Batch<'a>,
    },
    /// What is wrong with the filing? Answered by a list of [`Finding`].
    Validate {
        /// Number of the session.
        session: u64,
    },
    /// What is due? Answered by a list of [`Due`].
    Dues {
        /// Number of the session.
        session: u64,
    },
    /// Make the parts that the outputs of the plugin want. Answered by [`Made`].
    Render {
        /// Number of the session.
        session: u64,
        /// What is wanted.
        wanted: Wanted,
    },
    /// The filing is done. Answered by `null`.
    Close {
        /// Number of the session.
        session: u64,
    },
}

/// What a plugin answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer<T> {
    /// The answer.
    Ok(T),
    /// Why there is none. The filing fails with a finding that says so.
    Error(String),
    /// What a panic said: the plugin is not in order any more, and is not asked again where it can be started anew.
    Panicked(String),
}

/// Who a plugin is and what it can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of the contract that it speaks.
    pub abi: u32,
    /// Its id; the one in `plugin.toml`.
    pub id: String,
    /// Its version; the one in `plugin.toml`.
    pub version: String,
    /// What it answers.
    pub hooks: Vec<Hook>,
}

/// A call that a plugin may or may not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hook {
    /// It finds what is wrong.
    Validate,
    /// It says what is due.
    Dues,
    /// It makes files and reports.
    Render,
}

/// One filing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Filing {
    /// Trial id.
    pub trial: String,
    /// Plugin id.
    pub plugin: String,
    /// The day of the run, ISO.
    pub now: String,
    /// The record as nested objects: every field of the catalogue is there, blank ones as empty texts.
    pub record: Value,
    /// The values of the form's items as nested objects, blank ones left out.
    pub items: Value,
    /// The settings of the plugin: its own, and over them the user's.
    pub settings: Value,
    /// The filings of the same series that were made before it, in order.
    pub past: Vec<Past>,
}

/// A filing that was made before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// Its place in the series.
    pub order: String,
    /// What it is called when it is submitted.
    pub submission: String,
    /// Its receipt, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// What the plugin asked to be remembered when it was made.
    pub remembered: Value,
}

/// A file, or a sheet of one, whose rows follow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Id of the table in `plugin.toml`.
    pub id: String,
    /// Number of the file or sheet among those of this table, from 0.
    pub source: u32,
    /// File name.
    pub file: String,
    /// Sheet name; empty for a file without sheets.
    pub sheet: String,
    /// The row of the header as a spreadsheet counts it.
    pub header: u64,
    /// The titles of the columns as they stand in the file, in order.
    pub columns: Vec<String>,
}

/// Some rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Batch<'a> {
    /// The rows, blank ones left out.
    #[serde(borrow)]
    pub rows: Vec<Row<'a>>,
}

/// One row: its number as a spreadsheet counts it, and a text for each column. Dates of workbooks come as ISO texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Row<'a>(pub u64, #[serde(borrow)] pub Vec<Cell<'a>>);

impl Row<'_> {
    /// Returns the text of a column, empty when the row is short.
    pub fn text(&self, column: usize) -> &str {
        self.1.get(column).map_or("", |cell| &cell.0)
    }
}

/// The text of a cell, borrowed from the message where it can be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Cell<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Cow<'de, str>;
            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
            fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text))
            }
        }
        deserializer.deserialize_str(Texts).map(Cell)
    }
}

/// A text in two languages; one text stands for both.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "AnyText")]
pub struct Text {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Makes a text.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Text {
        Text { ja: ja.into(), en: en.into() }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::new(text, text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text { en: text.clone(), ja: text }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AnyText {
    One(String),
    Two { ja: String, en: String },
}

impl From<AnyText> for Text {
    fn from(text: AnyText) -> Text {
        match text {
            AnyText::One(text) => text.into(),
            AnyText::Two { ja, en } => Text { ja, en },
        }
    }
}

/// Something wrong. What its rule says, how grave it is and why is declared in the plugin's `rules.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the rule: a `[[code]]` in `rules.toml`.
    pub rule: String,
    /// Where.
    #[serde(default)]
    pub at: At,
    /// The value that was found; left empty where it must not be repeated.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub found: String,
    /// What fills the holes in the words of the rule.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Text>,
}

/// Where something is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum At {
    /// The filing as a whole.
    #[default]
    Filing,
    /// A value of the record: a JSON pointer such as `/sites/0/investigators/1/name`, or one to a row.
    Record(String),
    /// A table that was given.
    Table {
        /// Id of the table.
        table: String,
        /// Number of its file or sheet.
        source: u32,
        /// Row as a spreadsheet counts it; the header's for a whole column.
        row: u64,
        /// Column, from 0; none for the whole row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        column: Option<u32>,
    },
}

/// How a day limits what is due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DueKind {
    /// Not before this day.
    NotBefore,
    /// On this day at the latest.
    #[default]
    NoLaterThan,
}

/// Something that is due.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Id of the rule: a `[[code]]` in `rules.toml`, whose message says what is due.
    pub rule: String,
    /// How the day limits it.
    #[serde(default)]
    pub kind: DueKind,
    /// The day, ISO.
    pub date: String,
    /// Tells it from others of the same trial and rule.
    pub key: String,
    /// What fills the holes in the words of the rule.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Text>,
}

/// What is to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The parts that outputs of the plugin name, each once.
    pub parts: Vec<String>,
    /// Whether errors are open and what is made is a draft.
    pub draft: bool,
}

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Files, for outputs with renderer `code`.
    #[serde(default)]
    pub files: Vec<File>,
    /// Reports by part, for outputs with a renderer `report-…`.
    #[serde(default)]
    pub reports: BTreeMap<String, Report>,
    /// What only making it showed to be wrong.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// What the ledger is to remember of this filing for later ones of the series.
    #[serde(default)]
    pub remembered: Value,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The part that it is.
    pub part: String,
    /// What is in it.
    #[serde(flatten)]
    pub content: Content,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// Text, written as UTF-8.
    Text(String),
    /// Bytes in base64, see [`crate::base64`].
    Base64(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_flat_object() {
        let request = Request::Rows { session: 3, batch: Batch { rows: vec![Row(2, vec![Cell("女".into())])] } };
        let text = serde_json::to_string(&request).unwrap_or_default();
        assert_eq!(text, r#"{"call":"rows","session":3,"batch":{"rows":[[2,["女"]]]}}"#);
        assert_eq!(serde_json::from_str::<Request>(&text).ok(), Some(request));
    }

    #[test]
    fn a_text_may_be_one_for_both_languages() {
        let both: Text = serde_json::from_str(r#""x""#).unwrap_or_default();
        assert_eq!(both, Text::new("x", "x"));
        let two: Text = serde_json::from_str(r#"{"ja":"あ","en":"a"}"#).unwrap_or_default();
        assert_eq!(two, Text::new("あ", "a"));
    }

    #[test]
    fn places_and_files_read_as_they_are_documented() {
        let at = |text: &str| serde_json::from_str::<At>(text).ok();
        assert_eq!(at(r#""filing""#), Some(At::Filing));
        assert_eq!(at(r#"{"record":"/trial/id"}"#), Some(At::Record("/trial/id".to_owned())));
        let cell = At::Table { table: "patients".to_owned(), source: 0, row: 7, column: Some(2) };
        assert_eq!(at(r#"{"table":{"table":"patients","source":0,"row":7,"column":2}}"#), Some(cell));
        let file: Option<File> = serde_json::from_str(r#"{"part":"a","text":"b"}"#).ok();
        assert_eq!(file, Some(File { part: "a".to_owned(), content: Content::Text("b".to_owned()) }));
    }
}
