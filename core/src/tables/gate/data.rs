//! The data of `forms/identifiers`.

use jiff::civil::Date;
use regex::Regex;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::titles::Titles;
use super::values::{Match, Rules};
use crate::files::Files;
use crate::model::{DataError, Text, TomlFile};

/// What identifies a person: titles of columns, shapes of values, names.
pub struct Identifiers {
    pub(super) kinds: Vec<Kind>,
    pub(super) titles: Titles,
    pub(super) rules: Rules,
    pub(super) birth: Birth,
    pub(super) hospital_list: HospitalList,
    /// The values by which a column shows the sex, folded.
    pub(super) sex: Vec<String>,
    /// The kinds that have a part of their own in the code.
    pub(super) birth_kind: usize,
    pub(super) hospital_kind: usize,
}

impl std::fmt::Debug for Identifiers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.debug_struct("Identifiers").finish_non_exhaustive()
    }
}

/// A kind of identifier.
#[derive(Deserialize)]
pub(super) struct Kind {
    pub(super) id: String,
    #[serde(flatten)]
    pub(super) name: Text,
}

/// When a column of dates is one of births.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Birth {
    #[serde(with = "day")]
    pub(super) earliest_treatment: Date,
    pub(super) share: f64,
    pub(super) age_share: f64,
    pub(super) age_rows: u64,
    #[serde(with = "pattern")]
    pub(super) partial: Regex,
}

/// When a column is that of another list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HospitalList {
    pub(super) least: u64,
    pub(super) share: f64,
    pub(super) characters: usize,
}

#[derive(Deserialize)]
struct KindsFile {
    suffixes: Vec<String>,
    kind: Vec<Kind>,
}

#[derive(Deserialize)]
struct ValuesFile {
    prefecture: Vec<String>,
    sex: Vec<String>,
    birth: Birth,
    hospital_list: HospitalList,
    value: Vec<RawRule>,
}

/// A `[[value]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub(super) id: String,
    pub(super) kind: String,
    #[serde(rename = "in")]
    pub(super) within: Within,
    pub(super) pattern: String,
    #[serde(default)]
    pub(super) except: Option<String>,
    #[serde(default)]
    pub(super) check: Option<Check>,
    #[serde(default)]
    pub(super) near: Option<Near>,
    #[serde(default)]
    pub(super) share: f64,
    #[serde(default)]
    pub(super) distinct: f64,
    #[serde(default)]
    pub(super) bare: bool,
    #[serde(default)]
    pub(super) certain: bool,
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(rename = "evidence")]
    _evidence: String,
}

/// What of a cell a pattern is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Within {
    /// All of it; the column decides by its share.
    Cell,
    /// Any place in it; one is enough.
    Text,
    /// Any place in it; the column decides by the share of those with a check digit.
    Check,
}

/// A check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Check {
    /// That of an Individual Number.
    MyNumber,
}

/// What a column must stand near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Near {
    /// A column of the sex.
    Sex,
}

/// A row of `titles.csv`.
#[derive(Deserialize)]
pub(super) struct TitleRow {
    pub(super) kind: String,
    pub(super) title: String,
    #[serde(rename = "match")]
    pub(super) how: How,
}

/// A row of `others.csv`.
#[derive(Deserialize)]
pub(super) struct OtherRow {
    #[serde(rename = "use")]
    pub(super) used: Use,
    pub(super) title: String,
    #[serde(rename = "match")]
    pub(super) how: How,
    pub(super) kinds: String,
}

/// How a title is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum How {
    /// It is the title.
    Whole,
    /// It is the title, with one of the suffixes or without.
    Stem,
    /// It is somewhere in the title.
    Part,
}

/// What a title says that is no identifier's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Use {
    /// The number that the registry issues.
    Issued,
    /// The patient's own after all.
    Own,
    /// Of an institution.
    Institution,
    /// Of its staff.
    Staff,
    /// Of a product or disease.
    Thing,
    /// A date of something that is no birth.
    Clinical,
    /// Codes of things, which are numbers as long as others.
    Code,
    /// The sex.
    Sex,
    /// The age.
    Age,
}

#[derive(Deserialize)]
struct NameRow {
    kanji: String,
    kana: String,
    roman: String,
}

#[derive(Deserialize)]
struct GivenRow {
    given: String,
}

impl Identifiers {
    /// Returns what the name of a file or sheet carries that identifies someone.
    pub(in crate::tables) fn in_name(&self, name: &str) -> Option<Text> {
        let mut kind = None;
        self.rules.each(&super::fold::value(name), |_, rule, found| {
            if rule.within == Within::Text && found == Match::Hit {
                kind = kind.or(Some(rule.kind));
            }
        });
        self.kinds.get(kind?).map(|kind| kind.name.clone())
    }

    /// Reads the folder `identifiers` of the folder `forms`.
    ///
    /// # Errors
    /// Returns the first place that breaks the format.
    pub fn load(forms: &Files) -> Result<Identifiers, DataError> {
        let folder = forms.below("identifiers");
        let KindsFile { suffixes, kind: kinds } = TomlFile::read(&folder, "kinds.toml")?.parse()?;
        let values = TomlFile::read(&folder, "values.toml")?;
        let ValuesFile { prefecture, sex, birth, hospital_list, value } = values.parse()?;
        let bad = |name: &str, problem: String| DataError::bad(&folder.display(name), "", problem);
        let known = |file: &str, id: &str| {
            kinds.iter().position(|kind| kind.id == id).ok_or_else(|| bad(file, format!("there is no kind `{id}`")))
        };
        let titles = rows::<TitleRow>(&folder, "titles.csv")?;
        let others = rows::<OtherRow>(&folder, "others.csv")?;
        let names = rows::<NameRow>(&folder, "names.csv")?;
        let list = |part: fn(&NameRow) -> &str| names.iter().map(part).collect::<Vec<_>>().join("|");
        let kanji = |short: bool| {
            let kanji = names.iter().map(|row| row.kanji.as_str()).filter(|kanji| (kanji.chars().count() == 1) == short);
            kanji.collect::<Vec<_>>().join("|")
        };
        let given = rows::<GivenRow>(&folder, "given.csv")?;
        let given = |least: usize| {
            let given = given.iter().map(|row| row.given.as_str()).filter(|given| given.chars().count() >= least);
            given.collect::<Vec<_>>().join("|")
        };
        let holes = [
            ("{given}", given(1)),
            ("{long-given}", given(2)),
            ("{upper}", list(|row| &row.roman).to_uppercase()),
            ("{prefecture}", prefecture.join("|")),
            ("{names}", kanji(false)),
            ("{short}", kanji(true)),
            ("{kana}", list(|row| &row.kana)),
            ("{roman}", list(|row| &row.roman)),
        ];
        Ok(Identifiers {
            titles: Titles::new(&titles, &others, &suffixes, |id| known("titles.csv", id))?,
            rules: Rules::new(value, &holes, |id| known("values.toml", id)).map_err(|error| match error {
                Ok(error) => error,
                Err(problem) => bad("values.toml", problem),
            })?,
            sex: sex.iter().map(|word| super::fold::title(word)).collect(),
            birth_kind: known("kinds.toml", "birth-date")?,
            hospital_kind: known("kinds.toml", "hospital-list")?,
            kinds,
            birth,
            hospital_list,
        })
    }
}

fn rows<T: DeserializeOwned>(folder: &Files, name: &str) -> Result<Vec<T>, DataError> {
    let bytes = folder.read(name).ok_or_else(|| DataError::Missing { file: folder.display(name) })?;
    csv::Reader::from_reader(bytes.as_ref())
        .deserialize()
        .enumerate()
        .map(|(at, row)| row.map_err(|error| DataError::bad(&folder.display(name), (at + 2).to_string(), error.to_string())))
        .collect()
}

mod pattern {
    use regex::Regex;
    use serde::{Deserialize, Deserializer, de::Error};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Regex, D::Error> {
        Regex::new(&String::deserialize(deserializer)?).map_err(Error::custom)
    }
}

mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, de::Error};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(Error::custom)
    }
}
