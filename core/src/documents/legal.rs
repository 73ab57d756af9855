//! `legal.csv` of a form: what the law wants a document to say, item by item, each with the days it holds.

use std::collections::BTreeMap;

use crate::expr::{Expr, Scope};
use crate::files::Files;
use crate::model::catalogue::read_csv;
use crate::model::{Catalogue, DataError, ScopeIx, Text};

/// Name of the file.
const FILE: &str = "legal.csv";

/// What the law wants.
#[derive(Debug, Default)]
pub struct Legal {
    items: Vec<LegalItem>,
}

/// One item in one wording.
#[derive(Debug)]
pub struct LegalItem {
    /// Its id, also that of the rule that asks for what it needs.
    pub id: String,
    /// Which law, a code.
    pub profile: String,
    /// Its number in the law.
    pub number: String,
    /// What is to be said.
    pub text: Text,
    /// When it is asked; always when there is none.
    pub when: Option<Expr>,
    /// First day it holds, ISO; empty for ever.
    pub from: String,
    /// Last day it holds, ISO; empty for ever.
    pub to: String,
    /// Citation.
    pub source: String,
}

impl Legal {
    /// Reads the items; a form may have none.
    ///
    /// # Errors
    /// Returns every place that breaks the format.
    pub fn load(files: &Files, catalogue: &Catalogue) -> Result<Legal, Vec<DataError>> {
        if files.read(FILE).is_none() {
            return Ok(Legal::default());
        }
        let raw: Vec<BTreeMap<String, String>> = read_csv(files, FILE).map_err(|error| vec![error])?;
        let (mut items, mut problems) = (Vec::<LegalItem>::new(), Vec::new());
        for (at, row) in raw.iter().enumerate() {
            let cell = |column: &str| row.get(column).map(|text| text.trim().to_owned()).unwrap_or_default();
            let mut bad = |problem: String| problems.push(DataError::bad(&files.display(FILE), at + 2, problem));
            let when = cell("when");
            let when = (!when.is_empty()).then(|| Expr::compile(&when, catalogue, ScopeIx::ROOT)).transpose();
            let when = when.unwrap_or_else(|error| {
                bad(format!("`when`: {error}"));
                None
            });
            for column in ["from", "to"] {
                let day = cell(column);
                if !day.is_empty() && day.parse::<jiff::civil::Date>().is_err() {
                    bad(format!("`{column}`: `{day}` is no day"));
                }
            }
            let text = Text::new(cell("text"), cell("text_en"));
            for (column, value) in [("id", cell("id")), ("profile", cell("profile")), ("text", cell("text"))] {
                if value.is_empty() {
                    bad(format!("`{column}` is blank"));
                }
            }
            let (id, from) = (cell("id"), cell("from"));
            if items.iter().any(|known| known.id == id && (known.to.is_empty() || from.is_empty() || known.to >= from)) {
                bad(format!("`{id}` has two wordings on one day"));
            }
            let (profile, number, source) = (cell("profile"), cell("number"), cell("source"));
            items.push(LegalItem { id, profile, number, text, when, from, to: cell("to"), source });
        }
        if problems.is_empty() { Ok(Legal { items }) } else { Err(problems) }
    }

    /// Returns whether there is an item of this id.
    pub fn has(&self, id: &str) -> bool {
        self.items.iter().any(|item| item.id == id)
    }

    /// Returns the items in all their wordings.
    pub fn items(&self) -> &[LegalItem] {
        &self.items
    }

    /// Returns the items that a law asks for on a day.
    ///
    /// # Errors
    /// Returns the condition that could not be judged.
    pub fn asked(&self, profile: &str, day: &str, scope: Scope) -> Result<Vec<&LegalItem>, String> {
        let mut asked = Vec::new();
        for item in &self.items {
            let holds = (item.from.is_empty() || item.from.as_str() <= day) && (item.to.is_empty() || day <= item.to.as_str());
            if item.profile == profile && holds && item.when.as_ref().map_or(Ok(true), |when| when.truth(scope))? {
                asked.push(item);
            }
        }
        Ok(asked)
    }
}
