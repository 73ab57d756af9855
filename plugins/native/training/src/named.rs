//! The people whom the filings of a trial name, with their roles and the days of these filings.

use jiff::civil::Date;
use serde_json::Value;
use todokede_abi::Text;

use crate::day;
use crate::fold::{self, Folder};
use crate::record::{self, Spot};
use crate::settings::{Destination, People, Settings};
use crate::table::staff::{Keys, names, units};

/// A person whom a filing names.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    /// JSON pointer of the name.
    pub(crate) at: String,
    /// The name as written.
    pub(crate) name: String,
    pub(crate) institution: String,
    pub(crate) unit: String,
    /// Role by the settings; empty where the record does not say one.
    pub(crate) role: String,
    pub(crate) keys: Keys,
    /// The filing.
    pub(crate) filing: Filing,
}

/// A filing of the trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filing {
    pub(crate) id: String,
    pub(crate) title: Text,
    pub(crate) then: Text,
    pub(crate) day: Date,
}

/// Returns the filings of the trial, or the one that stands for all others.
pub(crate) fn filings<'a>(record: &Value, settings: &'a Settings, now: Date) -> Vec<(Filing, &'a Destination)> {
    let is_filed = |destination: &&Destination| destination.when.iter().any(|field| !record::first(record, field).is_empty());
    let mut all: Vec<&Destination> = settings.destination.iter().filter(is_filed).collect();
    if all.is_empty() {
        all = settings.destination.iter().filter(|destination| destination.fallback).collect();
    }
    let day = |destination: &Destination| destination.date.iter().find_map(|field| day::iso(&record::first(record, field)));
    let filing = |destination: &Destination| Filing {
        id: destination.id.clone(),
        title: destination.title.clone(),
        then: destination.then.clone(),
        day: day(destination).unwrap_or(now),
    };
    all.into_iter().map(|destination| (filing(destination), destination)).collect()
}

/// Returns everyone whom these filings name, in the order of the settings and the record.
pub(crate) fn people(record: &Value, settings: &Settings, folder: &Folder, filings: &[(Filing, &Destination)]) -> Vec<Named> {
    let identified = identified(record, settings, folder);
    let mut all = Vec::new();
    for (filing, destination) in filings {
        for people in &destination.people {
            let Some(path) = people.name.first() else { continue };
            let named = record::spots(record, path);
            all.extend(named.iter().filter_map(|spot| person(record, spot, people, settings, folder, filing)));
        }
    }
    for named in &mut all {
        identify(named, &identified);
    }
    all
}

fn person(
    record: &Value,
    spot: &Spot,
    people: &People,
    settings: &Settings,
    folder: &Folder,
    filing: &Filing,
) -> Option<Named> {
    let text = |path: &String| record::text(record, spot, path);
    let of = |path: &Option<String>| path.as_ref().map(text).unwrap_or_default();
    let at = people.name.iter().find(|path| !text(path).is_empty())?;
    let parts: Vec<String> = people.name.iter().map(text).filter(|part| !part.is_empty()).collect();
    let name = parts.join("　");
    let role = match &people.role_from {
        Some(path) => text(path),
        None => people.role.clone().unwrap_or_default(),
    };
    if role.is_empty() && people.role_from.is_some() {
        // A row without a role only tells who someone is.
        return None;
    }
    let institution = of(&people.institution);
    let unit: Vec<String> = people.unit.iter().map(text).filter(|unit| !unit.is_empty()).collect();
    let unit = unit.join("　");
    let known = |role: &String| settings.roles.contains_key(role);
    Some(Named {
        at: record::pointer(record, spot, at)?,
        keys: Keys {
            id: fold::id(&of(&people.id)),
            mail: fold::id(&of(&people.mail)),
            names: names(&name, "", folder),
            kana: folder.name(&of(&people.kana)),
            units: units(&[&institution, &unit]),
        },
        name,
        institution,
        unit,
        role: Some(role).filter(known).unwrap_or_default(),
        filing: filing.clone(),
    })
}

/// The rows of the record that tell who someone is.
fn identified(record: &Value, settings: &Settings, folder: &Folder) -> Vec<Keys> {
    let by = &settings.identify;
    let Some(path) = by.name.first() else { return Vec::new() };
    let keys = |spot: &Spot| {
        let text = |path: &String| record::text(record, spot, path);
        let name: Vec<String> = by.name.iter().map(text).collect();
        let mut places = vec![text(&by.institution)];
        places.extend(by.unit.iter().map(text));
        Keys {
            id: fold::id(&text(&by.id)),
            mail: fold::id(&text(&by.mail)),
            names: names(&name.join("　"), "", folder),
            kana: String::new(),
            units: units(&places.iter().map(String::as_str).collect::<Vec<_>>()),
        }
    };
    let all = record::spots(record, path);
    all.iter().map(keys).filter(|keys| !keys.id.is_empty() || !keys.mail.is_empty()).collect()
}

/// Lends a person the id of the one row that can be about them.
fn identify(named: &mut Named, identified: &[Keys]) {
    if !named.keys.id.is_empty() {
        return;
    }
    let is_about = |keys: &&Keys| {
        let same = keys.names.iter().any(|name| named.keys.names.contains(name));
        let near = keys.units.is_empty() || keys.units.iter().any(|unit| named.keys.units.contains(unit));
        same && near
    };
    let mut rows = identified.iter().filter(is_about);
    let Some(row) = rows.next() else { return };
    if rows.all(|other| other.id == row.id && other.mail == row.mail) {
        named.keys.id.clone_from(&row.id);
        if !row.mail.is_empty() {
            named.keys.mail.clone_from(&row.mail);
        }
    }
}

/// Returns the category of a study, nothing where no field tells it.
pub(crate) fn category(record: &Value, settings: &Settings) -> Option<String> {
    settings.category.iter().find_map(|from| {
        let value = Some(record::first(record, &from.field)).filter(|value| !value.is_empty())?;
        from.values.get(&value).or(from.is.as_ref()).cloned()
    })
}
