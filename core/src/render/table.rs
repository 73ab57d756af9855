//! CSV tables of a plugin: a file lists the columns, each with its headings and a template of its value.

use serde::Deserialize;

use super::RenderError;
use crate::model::DataError;

/// The columns of a table.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Headings, one row of them or two.
    heads: Vec<Vec<String>>,
    /// Templates of the values.
    pub(super) values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    head: String,
    head2: Option<String>,
    value: String,
}

impl Columns {
    /// Reads the list of columns; `shown` names it in messages.
    ///
    /// # Errors
    /// Returns the first line that breaks the format.
    pub(super) fn parse(bytes: &[u8], shown: &str) -> Result<Columns, DataError> {
        let (mut first, mut second, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for row in csv::Reader::from_reader(bytes).deserialize() {
            let column: Column = row.map_err(|error| {
                let at = error.position().map_or(0, csv::Position::line);
                DataError::bad(shown, at, error.to_string())
            })?;
            first.push(column.head);
            second.extend(column.head2);
            values.push(column.value);
        }
        let heads = if second.is_empty() { vec![first] } else { vec![first, second] };
        Ok(Columns { heads, values })
    }

    /// Writes the headings and one row of values.
    ///
    /// # Errors
    /// Returns what the writer said.
    pub(super) fn write(&self, values: &[String], name: &str) -> Result<Vec<u8>, RenderError> {
        let failed = |error: csv::Error| RenderError::Template { template: name.to_owned(), problem: error.to_string() };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for head in &self.heads {
            writer.write_record(head).map_err(failed)?;
        }
        writer.write_record(values).map_err(failed)?;
        writer.into_inner().map_err(|error| RenderError::Template { template: name.to_owned(), problem: error.to_string() })
    }
}
