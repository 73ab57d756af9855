//! Everyone of the institution whose completions end soon, or have ended.

use todokede_abi::report::{Block, Cell, Emphasis, Kind, Row};
use todokede_abi::{Report, Text};

use super::{date, row, table, text};
use crate::day;
use crate::gate::Gate;
use crate::standing::{Standing, State};
use crate::table::Person;

const COLUMNS: [(&str, Kind); 9] = [
    ("until", Kind::Date),
    ("days", Kind::Number),
    ("name", Kind::Text),
    ("staff-id", Kind::Text),
    ("unit", Kind::Text),
    ("mail", Kind::Text),
    ("course", Kind::Text),
    ("completed", Kind::Date),
    ("rule", Kind::Text),
];

/// Makes the list: a table for each band of days, then those who are late.
pub(super) fn make(gate: &Gate) -> Report {
    let settings = gate.settings;
    let mut lines: Vec<Line> = lines(gate);
    lines.sort_by(|one, other| {
        (one.standing.until(), &one.person.keys.names, one.rule).cmp(&(
            other.standing.until(),
            &other.person.keys.names,
            other.rule,
        ))
    });
    let mut bands: Vec<i64> = settings.expiring_days.iter().map(|days| i64::from(*days)).collect();
    bands.sort_unstable();
    bands.dedup();
    let mut blocks = Vec::new();
    let mut facts: Vec<(Text, Text)> = Vec::new();
    let mut begun = 0;
    for days in bands {
        let in_band =
            |line: &&Line| line.standing.state == State::Valid && line.days.is_some_and(|left| (begun..=days).contains(&left));
        let rows: Vec<Row> = lines.iter().filter(in_band).map(|line| line.row(gate, Emphasis::Warning)).collect();
        let values = [("from", Text::from(begun.to_string())), ("to", days.to_string().into())];
        facts.push((settings.words("band", &values), rows.len().to_string().into()));
        let mut band = table(settings, "expiring", &COLUMNS, rows, Vec::new());
        band.name = format!("within-{days}");
        band.title = settings.words("band", &values);
        blocks.push(Block::Table(band));
        begun = days + 1;
    }
    for (id, states) in [("late", &[State::Grace, State::Expired][..]), ("never", &[State::Never][..])] {
        let rows: Vec<Row> = lines
            .iter()
            .filter(|line| states.contains(&line.standing.state))
            .map(|line| line.row(gate, if id == "late" { Emphasis::Error } else { Emphasis::None }))
            .collect();
        facts.push((settings.words(&format!("table-{id}"), &[]), rows.len().to_string().into()));
        blocks.push(Block::Table(table(settings, id, &COLUMNS, rows, Vec::new())));
    }
    blocks.push(Block::Paragraph(settings.words("note-expiring", &[])));
    Report { title: settings.words("report-expiring", &[]), facts, blocks }
}

struct Line<'a> {
    person: &'a Person,
    rule: &'a str,
    standing: Standing<'a>,
    days: Option<i64>,
}

/// Everyone who is still there, with each rule that is asked of their role; of someone without a role all are.
fn lines<'a>(gate: &Gate<'a>) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for (index, person) in gate.settled.staff.iter().enumerate().filter(|(_, person)| !person.has_left(gate.now)) {
        let completions = gate.settled.completions(index, gate.tables);
        for (id, rule) in gate.settings.used() {
            let is_asked = person.role.is_empty() || rule.roles.is_empty() || rule.roles.contains(&person.role);
            if is_asked && rule.from.as_deref().is_none_or(|from| from <= gate.now.to_string().as_str()) {
                let standing = gate.on(id, &completions, gate.now);
                let days = standing.until().map(|until| day::days(gate.now, until));
                lines.push(Line { person, rule: id, standing, days });
            }
        }
    }
    lines
}

impl Line<'_> {
    fn row(&self, gate: &Gate, emphasis: Emphasis) -> Row {
        let days = self.days.map_or(Cell::Blank, Cell::Whole);
        let rule = gate.settings.rules.get(self.rule).map(|rule| rule.title.clone()).unwrap_or_default();
        let cells = vec![
            date(self.standing.until()),
            days,
            text(&self.person.name),
            text(&self.person.id),
            text(&self.person.unit),
            text(&self.person.mail),
            Cell::Words(gate.course(&self.standing)),
            date(self.standing.completion.map(|completion| completion.day)),
            Cell::Words(rule),
        ];
        row(cells, emphasis)
    }
}
