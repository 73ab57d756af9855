//! A row of an export: who completed what, when.

use jiff::civil::Date;
use todokede_abi::Row;

use super::staff::{Keys, name, names, units};
use super::{Columns, Place, Read};
use crate::day;
use crate::fold::{self, Folder};
use crate::settings::{Blank, Settings};

/// A completion.
#[derive(Debug, Clone)]
pub(crate) struct Completion {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) keys: Keys,
    /// The system that recorded it; empty where that is not known.
    pub(crate) system: String,
    pub(crate) course: String,
    /// Courses of the settings that it is.
    pub(crate) courses: Vec<String>,
    pub(crate) day: Date,
    pub(crate) certificate: String,
    /// The last day, as the export says it.
    pub(crate) expires: Option<Date>,
}

/// A cell that cannot be used.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) rule: &'static str,
    pub(super) column: &'static str,
    pub(super) found: String,
}

/// Reads a row: nothing when the course is not completed or not passed.
pub(super) fn read(
    row: &Row,
    place: Place,
    columns: &Columns,
    settings: &Settings,
    folder: &Folder,
) -> Result<Option<Completion>, Wrong> {
    let text = |name: &str| columns.text(row, name);
    let wrong = |rule, column, found: &str| Err(Wrong { rule, column, found: found.to_owned() });
    let (completed, result) = (text("completed"), text("result"));
    let passed = is_one(&settings.results.passed, result);
    let failed = is_one(&settings.results.failed, result);
    if failed || (completed.is_empty() && result.is_empty()) {
        return Ok(None);
    }
    if !result.is_empty() && !passed {
        return wrong("TR-0106", "result", result);
    }
    if result.is_empty() && columns.at("result").is_some() && settings.result_blank == Blank::NotPassed {
        return wrong("TR-0109", "result", "");
    }
    if completed.is_empty() {
        return wrong("TR-0107", "completed", "");
    }
    let Some(day) = day::read(completed) else { return wrong("TR-0104", "completed", completed) };
    let expires = text("expires");
    let last = day::read(expires);
    if !expires.is_empty() && last.is_none() {
        return wrong("TR-0104", "expires", expires);
    }
    let course = text("course");
    if course.is_empty() {
        return wrong("TR-0108", "course", "");
    }
    let name = name(row, columns);
    Ok(Some(Completion {
        place,
        keys: Keys {
            id: fold::id(text("id")),
            mail: fold::id(text("mail")),
            names: names(&name, "", folder),
            spelled: names(&name, "", &Folder::default()),
            kana: folder.name(text("kana")),
            units: units(&[text("unit")]),
            of_site: false,
        },
        name,
        unit: text("unit").to_owned(),
        system: columns.system.clone(),
        courses: courses(course, &columns.system, settings),
        course: course.to_owned(),
        day,
        certificate: text("certificate").to_owned(),
        expires: last,
    }))
}

/// Tells whether a result is one of the words; a mark such as `-` folds to nothing and is compared as it is.
fn is_one(words: &[String], result: &str) -> bool {
    let folded = fold::title(result);
    words.iter().any(|word| word == result || (!folded.is_empty() && fold::title(word) == folded))
}

/// Returns the courses of the settings that a course of an export is.
fn courses(name: &str, system: &str, settings: &Settings) -> Vec<String> {
    let folded = fold::title(name);
    let is = |course: &crate::settings::Course| {
        let here = course.systems.is_empty() || system.is_empty() || course.systems.iter().any(|known| known == system);
        let named = course.names.iter().any(|name| fold::title(name) == folded);
        let parts = course.parts.as_ref().is_some_and(|parts| {
            (!parts.is_empty() || !system.is_empty()) && parts.iter().all(|part| folded.contains(&fold::title(part)))
        });
        here && (named || parts)
    };
    settings.courses.iter().filter(|(_, course)| is(course)).map(|(id, _)| id.clone()).collect()
}
