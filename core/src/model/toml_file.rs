//! TOML files of the product and of plugins: what is wrong in them is reported with line and column.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::files::Files;
use crate::model::DataError;

/// A parsed TOML file that can name the place of a key.
pub struct TomlFile {
    name: String,
    text: String,
}

impl TomlFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Returns that it is missing or not UTF-8.
    pub fn read(files: &Files, name: &str) -> Result<TomlFile, DataError> {
        let shown = files.display(name);
        let bytes = files.read(name).ok_or_else(|| DataError::Missing { file: shown.clone() })?;
        let text = String::from_utf8(bytes.into_owned()).map_err(|_| DataError::bad(&shown, "1:1", "is not UTF-8"))?;
        Ok(TomlFile { name: shown, text })
    }

    /// Reads the whole file into a type.
    ///
    /// # Errors
    /// Returns the place that does not fit.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, DataError> {
        toml::from_str(&self.text).map_err(|error| self.error(error.span().map_or(0, |span| span.start), error.message()))
    }

    /// Returns the entries of a top-level table in file order, each key with its offset.
    ///
    /// # Errors
    /// Returns the place that is no TOML, or that the table is missing.
    pub fn entries(&self, table: &str) -> Result<Vec<Entry<'_>>, DataError> {
        let parsed = DeTable::parse(&self.text)
            .map_err(|error| self.error(error.span().map_or(0, |span| span.start), error.message()))?;
        let Some(value) = parsed.into_inner().remove(table) else { return Ok(Vec::new()) };
        let start = value.span().start;
        let DeValue::Table(inner) = value.into_inner() else {
            return Err(self.error(start, &format!("`{table}` is no table")));
        };
        let mut entries: Vec<Entry> = inner
            .into_iter()
            .map(|(key, value)| Entry { offset: key.span().start, key: key.into_inner().into_owned(), value })
            .collect();
        entries.sort_by_key(|entry| entry.offset);
        Ok(entries)
    }

    /// Returns `line:column` of an offset.
    pub fn line_column(&self, offset: usize) -> String {
        line_column(&self.text, offset)
    }

    /// Returns the offset of the first place that writes a key, the start of the file when none does.
    pub fn find(&self, key: &str) -> usize {
        self.text.find(key).unwrap_or(0)
    }

    /// Makes an error at an offset.
    pub fn error(&self, offset: usize, problem: &str) -> DataError {
        DataError::bad(&self.name, line_column(&self.text, offset), problem)
    }
}

/// One entry of a table.
pub struct Entry<'a> {
    /// Offset of the key.
    pub offset: usize,
    /// The key.
    pub key: String,
    /// The value.
    pub value: Spanned<DeValue<'a>>,
}

/// Returns `line:column` of a byte offset, both from 1, the column in characters.
fn line_column(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{line}:{column}")
}
