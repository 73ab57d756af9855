//! Which column is which, by the titles that the settings know.

use std::collections::BTreeMap;

use todokede_abi::message::Table;
use todokede_abi::{Row, Text};

use super::{COMPLETIONS, Problem, STAFF};
use crate::fold;
use crate::settings::Settings;

/// Which column holds what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Id of the table.
    pub(crate) table: String,
    /// The system that wrote it; empty where that is not known or does not matter.
    pub(crate) system: String,
    columns: BTreeMap<String, u32>,
}

impl Columns {
    /// Returns where a column is.
    pub(crate) fn at(&self, name: &str) -> Option<u32> {
        self.columns.get(name).copied()
    }
}

/// Reads cells by the name of their column.
pub(crate) trait Read {
    /// Returns the trimmed text of a cell; empty where there is no such column.
    fn text<'a>(&self, row: &'a Row, name: &str) -> &'a str;
}

/// A problem of the header with the column it is about.
type Wrong = (Option<u32>, Problem);

/// Finds the columns of a table; nothing where its rows cannot be used.
pub(crate) fn read(table: &Table, settings: &Settings) -> (Option<Columns>, Vec<Wrong>) {
    if table.id == COMPLETIONS {
        return of_completions(table, settings);
    }
    let layout = if table.id == STAFF { &settings.staff } else { &settings.users };
    let tried = attempt(table, &layout.columns, &layout.needed);
    finish(table, String::new(), tried, settings)
}

fn of_completions(table: &Table, settings: &Settings) -> (Option<Columns>, Vec<Wrong>) {
    let titles: Vec<String> = table.columns.iter().map(|title| fold::title(title)).collect();
    let file = table.file.to_lowercase();
    let named = settings.files.iter().find(|(part, _)| file.contains(&part.to_lowercase())).map(|(_, system)| system);
    let mut tried: Vec<(&String, Attempt)> = settings
        .systems
        .iter()
        .filter(|(id, _)| named.is_none_or(|named| named == *id))
        .map(|(id, system)| (id, attempt(table, &system.columns, &system.needed)))
        .collect();
    let has_own = |id: &String| {
        let own = settings.systems.get(id).map(|system| &system.own);
        own.is_some_and(|own| own.iter().any(|title| titles.contains(&fold::title(title))))
    };
    let has_file = |id: &String| {
        let parts = settings.systems.get(id).map(|system| &system.files);
        parts.is_some_and(|parts| parts.iter().any(|part| file.contains(&part.to_lowercase())))
    };
    narrow(&mut tried, |(_, attempt)| attempt.missing.is_empty());
    narrow(&mut tried, |(id, _)| has_own(id));
    narrow(&mut tried, |(id, _)| has_file(id));
    let most = tried.iter().map(|(_, attempt)| attempt.columns.len()).max().unwrap_or_default();
    narrow(&mut tried, |(_, attempt)| attempt.columns.len() == most);
    let several: Vec<String> = tried.iter().filter_map(|(id, _)| Some(settings.systems.get(*id)?.title.ja.clone())).collect();
    let agreed = tried.windows(2).all(|pair| match pair {
        [(_, a), (_, b)] => a.columns == b.columns,
        _ => true,
    });
    let Some((id, attempt)) = tried.into_iter().next() else { return (None, Vec::new()) };
    if several.len() == 1 || !attempt.missing.is_empty() {
        return finish(table, id.clone(), attempt, settings);
    }
    let systems = several.join("、");
    let rule = if agreed { "TR-0103" } else { "TR-0105" };
    let problem = Problem::new(rule, Default::default()).with("systems", systems).with("file", table.file.clone());
    let (columns, mut problems) = finish(table, String::new(), attempt, settings);
    problems.push((None, problem));
    (columns.filter(|_| agreed), problems)
}

/// Keeps what holds, unless nothing does.
fn narrow<T>(all: &mut Vec<T>, holds: impl Fn(&T) -> bool) {
    if all.iter().any(&holds) {
        all.retain(holds);
    }
}

#[derive(Debug, Default)]
struct Attempt {
    columns: BTreeMap<String, u32>,
    /// Two columns that mean the same.
    twice: Vec<(u32, u32)>,
    /// Titles of which one is wanted.
    missing: Vec<Vec<String>>,
}

fn attempt(table: &Table, columns: &BTreeMap<String, Vec<String>>, needed: &[Vec<String>]) -> Attempt {
    let mut found = Attempt::default();
    for (name, aliases) in columns {
        let aliases: Vec<String> = aliases.iter().map(|alias| fold::title(alias)).collect();
        let mut at =
            (0u32..).zip(&table.columns).filter(|(_, title)| aliases.contains(&fold::title(title))).map(|(index, _)| index);
        if let Some(first) = at.next() {
            found.columns.insert(name.clone(), first);
            found.twice.extend(at.map(|other| (first, other)));
        }
    }
    let is_there = |names: &Vec<String>| names.iter().any(|name| found.columns.contains_key(name));
    for names in needed.iter().filter(|names| !is_there(names)) {
        found.missing.push(names.iter().filter_map(|name| columns.get(name)).flatten().cloned().collect());
    }
    found
}

fn finish(table: &Table, system: String, tried: Attempt, settings: &Settings) -> (Option<Columns>, Vec<Wrong>) {
    let title = |index: u32| table.columns.get(index as usize).cloned().unwrap_or_default();
    let mut problems: Vec<Wrong> = Vec::new();
    for wanted in &tried.missing {
        let there = table.columns.iter().filter(|title| !title.is_empty()).cloned().collect::<Vec<_>>();
        let said = settings.systems.get(&system).map_or_else(Text::default, |system| system.title.clone());
        let problem = Problem::new("TR-0101", Default::default())
            .found(there.join("、"))
            .with("wanted", wanted.join("、"))
            .with("system", said);
        problems.push((None, problem));
    }
    for (first, other) in &tried.twice {
        let problem = Problem::new("TR-0102", Default::default())
            .found(title(*other))
            .with("first", title(*first))
            .with("other", title(*other));
        problems.push((Some(*other), problem));
    }
    let usable = problems.is_empty();
    (usable.then(|| Columns { table: table.id.clone(), system, columns: tried.columns }), problems)
}
