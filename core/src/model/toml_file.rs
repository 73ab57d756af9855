//! TOML files of the product and of plugins: what is wrong in them is reported with line and column.

mod mend;

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

    /// Reads the whole file into a type, goes on after what does not fit, and says all of it in the order of the file. What
    /// is returned beside problems holds stand-ins for what did not fit: it is for finding more problems, and for nothing else.
    pub fn parse_all<T: DeserializeOwned>(&self) -> (Option<T>, Vec<DataError>) {
        let (value, problems) = mend::parse(&self.text);
        (value, problems.into_iter().map(|(offset, problem)| self.error(offset, &problem)).collect())
    }

    /// Returns the offset of what stands at a path such as `output.2.name`: of the last part of the path that is there.
    pub fn at(&self, path: &str) -> usize {
        self.find_path(path, |_| ()).0
    }

    /// Returns the text that stands at a path, with its offset; nothing when there is none.
    pub fn text(&self, path: &str) -> Option<(usize, String)> {
        let (offset, text) = self.find_path(path, |value| value.as_str().map(str::to_owned));
        text.flatten().map(|text| (offset, text))
    }

    /// Returns the texts that the rows of some lists have under a key, each with its offset.
    pub fn texts(&self, lists: &[&str], key: &str) -> Vec<(usize, String)> {
        let Ok(tree) = DeTable::parse(&self.text) else { return Vec::new() };
        let tree = tree.into_inner();
        let listed = tree.iter().filter(|(list, _)| lists.contains(&list.get_ref().as_ref()));
        let rows = listed.filter_map(|(_, rows)| rows.get_ref().as_array()).flat_map(|rows| rows.iter());
        let texts = rows.filter_map(|row| {
            let (at, value) = row.get_ref().as_table()?.iter().find(|(known, _)| known.get_ref() == key)?;
            Some((at.span().start, value.get_ref().as_str()?.to_owned()))
        });
        texts.collect()
    }

    /// Returns the file with another text at a path where there is one already; everything else stays as it is written.
    pub fn with_text(&self, path: &str, value: &str) -> Option<String> {
        let tree = DeTable::parse(&self.text).ok()?;
        let root = Spanned::new(tree.span(), DeValue::Table(tree.into_inner()));
        let mut here = &root;
        for step in path.split('.') {
            let DeValue::Table(table) = here.get_ref() else { return None };
            here = table.iter().find(|(key, _)| key.get_ref() == step).map(|(_, value)| value)?;
        }
        here.get_ref().as_str()?;
        let (before, after) = (self.text.get(..here.span().start)?, self.text.get(here.span().end..)?);
        Some(format!("{before}{}{after}", toml::Value::from(value)))
    }

    /// Walks a path; gives the offset of the last part that is there, and what `take` makes of the value at its end.
    fn find_path<T>(&self, path: &str, take: impl FnOnce(&DeValue) -> T) -> (usize, Option<T>) {
        let Ok(tree) = DeTable::parse(&self.text) else { return (0, None) };
        let root = Spanned::new(tree.span(), DeValue::Table(tree.into_inner()));
        let (mut here, mut offset) = (&root, 0);
        for step in path.split('.') {
            let next = match here.get_ref() {
                DeValue::Table(table) => {
                    table.iter().find(|(key, _)| key.get_ref() == step).map(|(key, value)| (key.span().start, value))
                }
                DeValue::Array(rows) => {
                    step.parse::<usize>().ok().and_then(|row| rows.get(row)).map(|row| (row.span().start, row))
                }
                _ => None,
            };
            let Some((start, value)) = next else { return (offset, None) };
            (here, offset) = (value, start);
        }
        (offset, Some(take(here.get_ref())))
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
pub(crate) fn line_column(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{line}:{column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_the_place_of_a_key_or_of_what_is_there_of_it() {
        let text =
            "id = \"x\"\n[package]\nfolder = \"a\"\n[[output]]\nname = \"b\"\n[[output]]\nname = \"c\"\ntitle.ja = \"d\"\n";
        let file = TomlFile { name: "p.toml".to_owned(), text: text.to_owned() };
        let place = |path: &str| file.line_column(file.at(path));
        assert_eq!(place("package.folder"), "3:1");
        assert_eq!(place("output.1.name"), "7:1");
        assert_eq!(place("output.1.title.ja"), "8:7");
        assert_eq!(place("output.1.none"), "6:1");
        assert_eq!(place("none"), "1:1");
        assert_eq!(file.with_text("package.folder", "z").unwrap(), text.replacen("\"a\"", "\"z\"", 1));
        assert!(file.with_text("package.none", "z").is_none());
    }
}
