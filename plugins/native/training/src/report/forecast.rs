//! What the contract costs for so many people, this fiscal year and the next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use todokede_abi::report::{Block, Cell, Emphasis, Kind, Row};
use todokede_abi::{Report, Text};

use super::{row, table, whole};
use crate::day;
use crate::gate::Gate;
use crate::settings::{Plan, Settings};
use crate::table::{Completion, Person, USERS};

const COLUMNS: [(&str, Kind); 8] = [
    ("year", Kind::Text),
    ("basis", Kind::Text),
    ("people", Kind::Number),
    ("plan", Kind::Text),
    ("tier", Kind::Text),
    ("price", Kind::Number),
    ("one-more", Kind::Number),
    ("one-fewer", Kind::Number),
];

/// Makes the forecast.
pub(super) fn make(gate: &Gate) -> Report {
    let settings = gate.settings;
    let prices = &settings.prices;
    let words = |id: &str| settings.words(id, &[]);
    let facts = vec![
        (words("fact-prices"), prices.title.clone()),
        (words("fact-effective"), prices.effective.clone().into()),
        (words("fact-source"), prices.source.clone().into()),
        (words("fact-tax"), prices.tax.clone()),
        (words("fact-unit"), prices.unit.clone()),
        (words("fact-certificate"), prices.certificate.to_string().into()),
    ];
    let rows: Vec<Row> = counts(gate)
        .into_iter()
        .flat_map(|(year, basis, count)| {
            let year = settings.words("fiscal-year", &[("year", year.to_string().into())]);
            let basis = settings.words(basis, &[]);
            prices.plans.values().map(move |plan| line(settings, &year, &basis, count, plan)).collect::<Vec<_>>()
        })
        .collect();
    let notes = vec![words("note-basis"), words("note-over"), words("note-months"), words("note-more")];
    Report {
        title: words("report-forecast"),
        facts,
        blocks: vec![Block::Table(table(settings, "forecast", &COLUMNS, rows, notes))],
    }
}

fn line(settings: &Settings, year: &Text, basis: &Text, count: usize, plan: &Plan) -> Row {
    let people = i64::try_from(count).unwrap_or(i64::MAX);
    let price = |people: i64| tier(plan, people).map_or(Cell::Blank, |(_, tier)| Cell::Whole(tier));
    let (name, emphasis) = match tier(plan, people) {
        Some((index, _)) => {
            let from = index.checked_sub(1).and_then(|index| plan.tiers.get(index)).and_then(|tier| tier.up_to);
            let to = plan.tiers.get(index).and_then(|tier| tier.up_to);
            let text = |number: Option<i64>| Text::from(number.map(|number| number.to_string()).unwrap_or_default());
            let id = match (from, to) {
                (None, Some(_)) => "tier-first",
                (Some(_), Some(_)) => "tier-middle",
                _ => "tier-last",
            };
            let first = from.map(|from| from.saturating_add(1));
            // The next person makes it dearer.
            let is_edge = Some(people) == to;
            let name = settings.words(id, &[("first", text(first)), ("from", text(from)), ("to", text(to))]);
            (Cell::Words(name), if is_edge { Emphasis::Warning } else { Emphasis::None })
        }
        None => (Cell::Blank, Emphasis::None),
    };
    let fewer = if people > 0 { price(people - 1) } else { Cell::Blank };
    let cells = vec![
        Cell::Words(year.clone()),
        Cell::Words(basis.clone()),
        whole(count),
        Cell::Words(plan.title.clone()),
        name,
        price(people),
        price(people.saturating_add(1)),
        fewer,
    ];
    row(cells, emphasis)
}

/// Returns the tier of so many people and its price.
fn tier(plan: &Plan, people: i64) -> Option<(usize, i64)> {
    let holds = |limit: Option<i64>| limit.is_none_or(|limit| people <= limit);
    plan.tiers.iter().enumerate().find(|(_, tier)| holds(tier.up_to)).map(|(index, tier)| (index, tier.price))
}

/// How many people there are by fiscal year, and what they were counted by: completions of each year, this year's registered users,
/// and for the next year those of the staff list who will be asked for a course of the system.
fn counts(gate: &Gate) -> Vec<(i16, &'static str, usize)> {
    let mut years: BTreeMap<i16, BTreeSet<String>> = BTreeMap::new();
    let of_system = |completion: &&Completion| completion.system == gate.settings.prices.system && completion.day <= gate.now;
    let holders = gate.settled.holders();
    for (index, completion) in gate.tables.completions.iter().enumerate().filter(|(_, completion)| of_system(completion)) {
        let Some(year) = day::fiscal_year(completion.day, gate.year_start) else { continue };
        // Someone whom the staff list does not have got a certificate all the same.
        let who = match holders.get(&index) {
            Some(person) => format!("#{person}"),
            None => format!("{}/{}/{}", completion.keys.id, completion.keys.mail, completion.keys.names.join("/")),
        };
        years.entry(year.year()).or_default().insert(who);
    }
    let mut counts: Vec<(i16, &'static str, usize)> =
        years.iter().map(|(year, people)| (*year, "basis-completed", people.len())).collect();
    let Some(this) = day::fiscal_year(gate.now, gate.year_start) else { return counts };
    if !years.contains_key(&this.year()) {
        counts.push((this.year(), "basis-completed", 0));
    }
    if gate.tables.has(USERS) {
        counts.push((this.year(), "basis-registered", gate.tables.users.len()));
    }
    if let Some(next) = day::last_of_months(this, 12).and_then(day::tomorrow) {
        let planned = gate.settled.staff.iter().filter(|person| is_planned(gate, person, next)).count();
        counts.push((next.year(), "basis-planned", planned));
    }
    counts.sort_by_key(|(year, ..)| *year);
    counts
}

fn is_planned(gate: &Gate, person: &Person, next: Date) -> bool {
    let is_of_system = |id: &String| {
        let systems = gate.settings.courses.get(id).map(|course| &course.systems);
        systems.is_some_and(|systems| systems.contains(&gate.settings.prices.system))
    };
    let asked = gate.settings.used().any(|(_, rule)| {
        let by_role = person.role.is_empty() || rule.roles.is_empty() || rule.roles.contains(&person.role);
        by_role && rule.any.iter().chain(&rule.all).any(is_of_system)
    });
    asked && !person.has_left(next)
}
