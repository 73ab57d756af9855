//! The tables that stand beside the record, read row by row.

pub(crate) mod completion;
mod header;
mod problem;
pub(crate) mod staff;

use todokede_abi::message::Table;
use todokede_abi::{At, Batch, Row, Text};

pub(crate) use completion::Completion;
pub(crate) use header::{Columns, Read};
pub(crate) use problem::{Problem, Problems, capped};
pub(crate) use staff::Person;

use crate::fold::Folder;
use crate::settings::Settings;

/// Id of the table of completions in `plugin.toml`.
pub(crate) const COMPLETIONS: &str = "completions";
/// Id of the staff list.
pub(crate) const STAFF: &str = "staff";
/// Id of the list of users that was registered last.
pub(crate) const USERS: &str = "users";

/// Everything that was read from the tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) staff: Vec<Person>,
    pub(crate) users: Vec<Person>,
    pub(crate) completions: Vec<Completion>,
    pub(crate) problems: Problems,
    sources: Vec<Table>,
    columns: Option<Columns>,
}

/// A row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Index among [`Tables::sources`].
    table: usize,
    row: u64,
}

impl Tables {
    /// Begins a file or sheet.
    pub(crate) fn begin(&mut self, table: Table, settings: &Settings) {
        self.sources.push(table);
        let Some(table) = self.sources.last() else { return };
        let (columns, problems) = header::read(table, settings);
        self.columns = columns;
        for (column, problem) in problems {
            let at = At::Table { table: table.id.clone(), source: table.source, row: table.header, column };
            self.problems.add(Problem { at, ..problem });
        }
    }

    /// Takes rows of it.
    pub(crate) fn take(&mut self, batch: &Batch, settings: &Settings, folder: &Folder) {
        let Some(columns) = self.columns.clone() else { return };
        let index = self.sources.len().saturating_sub(1);
        for row in &batch.rows {
            let place = Place { table: index, row: row.0 };
            match columns.table.as_str() {
                STAFF => {
                    let person = self.person(row, place, &columns, folder, settings);
                    self.staff.extend(person);
                }
                USERS => {
                    let user = self.person(row, place, &columns, folder, settings);
                    self.users.extend(user);
                }
                _ => self.completion(row, place, &columns, settings, folder),
            }
        }
    }

    fn person(&mut self, row: &Row, place: Place, columns: &Columns, folder: &Folder, settings: &Settings) -> Option<Person> {
        let (person, wrong) = staff::read(row, place, columns, folder, settings);
        if let Some((column, found)) = wrong {
            let at = self.cell(place, columns.at(column));
            let names = person.as_ref().map(|person| person.keys.names.clone()).unwrap_or_default();
            self.problems.add(Problem::new("TR-0118", at).found(found).about([], &names));
        }
        person
    }

    fn completion(&mut self, row: &Row, place: Place, columns: &Columns, settings: &Settings, folder: &Folder) {
        match completion::read(row, place, columns, settings, folder) {
            Ok(Some(completion)) => self.completions.push(completion),
            Ok(None) => {}
            Err(wrong) => {
                let at = self.cell(place, columns.at(wrong.column));
                self.problems.add(Problem::new(wrong.rule, at).found(wrong.found));
            }
        }
    }

    /// Returns the place of a row, or of a cell in it.
    pub(crate) fn cell(&self, place: Place, column: Option<u32>) -> At {
        match self.sources.get(place.table) {
            Some(table) => At::Table { table: table.id.clone(), source: table.source, row: place.row, column },
            None => At::Filing,
        }
    }

    /// Returns a row in words: file, sheet and number.
    pub(crate) fn say(&self, place: Place) -> Text {
        let Some(table) = self.sources.get(place.table) else { return Text::default() };
        let file = if table.sheet.is_empty() { table.file.clone() } else { format!("{} › {}", table.file, table.sheet) };
        Text::new(format!("{file} › {}行目", place.row), format!("{file} › row {}", place.row))
    }

    /// Tells whether a table of this id was given.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.sources.iter().any(|table| table.id == id)
    }
}

impl Read for Columns {
    fn text<'a>(&self, row: &'a Row, name: &str) -> &'a str {
        self.at(name).map_or("", |column| row.text(column as usize).trim())
    }
}
