//! The people whom the filings of a trial name, with their roles and the days of these filings.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;
use todokede_abi::Text;

use crate::day;
use crate::fold::{self, Folder};
use crate::record::{self, Spot};
use crate::settings::{Destination, People, Settings, UnitOf};
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
    let mut institutions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for named in &all {
        for name in named.keys.names.iter().filter(|_| !named.institution.is_empty()) {
            institutions.entry(name.clone()).or_default().insert(fold::title(&named.institution));
        }
    }
    for named in &mut all {
        identify(named, &identified, &institutions);
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
            spelled: names(&name, "", &Folder::default()),
            kana: folder.name(&of(&people.kana)),
            units: units(&[&institution, &unit]),
            of_site: people.unit_of == UnitOf::Site,
        },
        name,
        institution,
        unit,
        role: Some(role).filter(known).unwrap_or_default(),
        filing: filing.clone(),
    })
}

/// A row of the record that tells who someone is.
#[derive(Debug)]
struct Identified {
    id: String,
    mail: String,
    names: Vec<String>,
    /// Folded; empty where the row does not say it.
    institution: String,
    units: Vec<String>,
}

fn identified(record: &Value, settings: &Settings, folder: &Folder) -> Vec<Identified> {
    let by = &settings.identify;
    let Some(path) = by.name.first() else { return Vec::new() };
    let read = |spot: &Spot| {
        let text = |path: &String| record::text(record, spot, path);
        let name: Vec<String> = by.name.iter().map(text).collect();
        let places: Vec<String> = by.unit.iter().map(text).collect();
        Identified {
            id: fold::id(&text(&by.id)),
            mail: fold::id(&text(&by.mail)),
            names: names(&name.join("　"), "", folder),
            institution: fold::title(&text(&by.institution)),
            units: units(&places.iter().map(String::as_str).collect::<Vec<_>>()),
        }
    };
    let all = record::spots(record, path);
    all.iter().map(read).filter(|row| !row.id.is_empty() || !row.mail.is_empty() || !row.units.is_empty()).collect()
}

/// Lends a person what the one row says that can be about them. `institutions`: those that the record has for each name.
fn identify(named: &mut Named, identified: &[Identified], institutions: &BTreeMap<String, BTreeSet<String>>) {
    if !named.keys.id.is_empty() {
        return;
    }
    let here = fold::title(&named.institution);
    let is_alone = named.keys.names.iter().all(|name| institutions.get(name).is_none_or(|all| all.len() <= 1));
    let is_about = |row: &&Identified| {
        let same = row.names.iter().any(|name| named.keys.names.contains(name));
        let here = if row.institution.is_empty() { is_alone || !row.units.is_empty() } else { row.institution == here };
        let in_unit = row.units.is_empty() || row.units.iter().any(|unit| named.keys.units.contains(unit));
        // The unit of a site says nothing against someone's own, unless people of one name are at several.
        same && here && (in_unit || (named.keys.of_site && (is_alone || !row.institution.is_empty())))
    };
    let mut rows = identified.iter().filter(is_about);
    let Some(row) = rows.next() else { return };
    if rows.all(|other| other.id == row.id && other.mail == row.mail && other.units == row.units) {
        named.keys.id.clone_from(&row.id);
        if !row.mail.is_empty() {
            named.keys.mail.clone_from(&row.mail);
        }
        if named.keys.of_site && !row.units.is_empty() {
            named.keys.units.clone_from(&row.units);
            named.keys.of_site = false;
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
