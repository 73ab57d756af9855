//! The file for registering users in bulk, as a difference: who comes, who changes, who goes.

use std::collections::BTreeSet;

use todokede_abi::report::{Block, Cell, Column, Emphasis, Kind, Row, Table};
use todokede_abi::{Finding, Report, Text};

use super::{row, text};
use crate::gate::Gate;
use crate::roster::{Match, Names, Roster};
use crate::settled::{merged, rows};
use crate::table::{Person, Problem, STAFF, USERS};

/// What registering the staff list would change.
#[derive(Debug, Default)]
struct Difference<'a> {
    add: Vec<&'a Person>,
    /// The user as registered, the person, and the columns that differ.
    change: Vec<(Person, &'a Person, Vec<&'a str>)>,
    remove: Vec<Person>,
    /// Users who may be any of several people, or are like one with something against it.
    unclear: Vec<(Person, Vec<usize>)>,
}

/// Makes the report.
pub(super) fn make(gate: &Gate) -> Report {
    let settings = gate.settings;
    let difference = difference(gate);
    let columns = &settings.register.columns;
    let cells = |person: &Person| columns.iter().map(|column| text(person.column(&column.from))).collect::<Vec<_>>();
    let plain = |id: &str, rows: Vec<Row>, more: Option<&str>| {
        let mut titles: Vec<Column> =
            columns.iter().map(|column| Column { title: column.title.clone().into(), kind: Kind::Text }).collect();
        titles.extend(more.map(|id| Column { title: settings.words(id, &[]), kind: Kind::Text }));
        Table {
            name: id.to_owned(),
            title: settings.words(&format!("table-{id}"), &[]),
            columns: titles,
            rows,
            notes: Vec::new(),
        }
    };
    let add = difference.add.iter().map(|person| row(cells(person), Emphasis::None)).collect();
    let change = difference.change.iter().map(|(user, person, changed)| {
        let title =
            |from: &&str| columns.iter().find(|column| column.from == **from).map_or("", |column| column.title.as_str());
        let said: Vec<String> =
            changed.iter().map(|from| format!("{}: {} → {}", title(from), user.column(from), person.column(from))).collect();
        let mut cells = cells(person);
        cells.push(Cell::Text(said.join("; ")));
        row(cells, Emphasis::None)
    });
    let change = change.collect();
    let remove = difference.remove.iter().map(|user| row(cells(user), Emphasis::None)).collect();
    let count = |id: &str, number: usize| (settings.words(&format!("table-{id}"), &[]), Text::from(number.to_string()));
    let mut blocks = vec![
        Block::Table(plain("add", add, None)),
        Block::Table(plain("change", change, Some("column-changed"))),
        Block::Table(plain("remove", remove, None)),
        Block::Paragraph(settings.words("note-register", &[])),
    ];
    if !gate.tables.has(USERS) {
        blocks.push(Block::Paragraph(settings.words("note-no-users", &[])));
    }
    Report {
        title: settings.words("report-users", &[]),
        facts: vec![
            count("add", difference.add.len()),
            count("change", difference.change.len()),
            count("remove", difference.remove.len()),
            (settings.words("fact-unclear", &[]), difference.unclear.len().to_string().into()),
        ],
        blocks,
    }
}

fn difference<'a>(gate: &Gate<'a>) -> Difference<'a> {
    let staff = &gate.settled.staff;
    let roster = Roster::new(staff);
    let mut difference = Difference::default();
    let mut registered: BTreeSet<usize> = BTreeSet::new();
    for user in merged(&gate.tables.users) {
        match roster.find(&user.keys, Names::WithUnit) {
            Match::One(index) => {
                let Some(person) = staff.get(index) else { continue };
                registered.insert(index);
                if !person.unclear && person.has_left(gate.now) {
                    difference.remove.push(user);
                    continue;
                }
                let columns = gate.settings.register.columns.iter().map(|column| column.from.as_str());
                // What the list of users does not have cannot be compared.
                let differs = |from: &&str| !user.column(from).is_empty() && user.column(from) != person.column(from);
                let changed: Vec<&str> = columns.filter(differs).collect();
                if !changed.is_empty() {
                    difference.change.push((user, person, changed));
                }
            }
            Match::Nobody => difference.remove.push(user),
            unclear => {
                registered.extend(unclear.all());
                difference.unclear.push((user, unclear.all()));
            }
        }
    }
    let is_new =
        |(index, person): &(usize, &Person)| !registered.contains(index) && !person.unclear && !person.has_left(gate.now);
    difference.add = staff.iter().enumerate().filter(is_new).map(|(_, person)| person).collect();
    difference
}

/// Returns what speaks against registering: users of whom nobody can say who they are, and a staff list that looks cut off.
pub(crate) fn findings(gate: &Gate) -> Vec<Finding> {
    if !gate.tables.has(USERS) || !gate.tables.has(STAFF) {
        return Vec::new();
    }
    let difference = difference(gate);
    let mut findings: Vec<Finding> = Vec::new();
    for (user, all) in difference.unclear.iter().take(gate.settings.shown) {
        let people: Vec<&Person> = all.iter().filter_map(|index| gate.settled.staff.get(*index)).collect();
        let problem = Problem::new("TR-0501", gate.tables.cell(user.place, None))
            .found(&user.name)
            .with("name", user.name.clone())
            .with("row", gate.tables.say(user.place))
            .with("rows", rows(&people, gate.tables));
        findings.push(problem.into());
    }
    let (gone, users) = (difference.remove.len(), gate.tables.users.len());
    let share = u32::try_from(gone.saturating_mul(100) / users.max(1)).unwrap_or(u32::MAX);
    if share > gate.settings.remove_share {
        let problem = Problem::new("TR-0502", Default::default())
            .with("count", gone.to_string())
            .with("users", users.to_string())
            .with("limit", gate.settings.remove_share.to_string());
        findings.push(problem.into());
    }
    findings
}
