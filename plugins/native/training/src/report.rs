//! The reports: neutral, the engine writes them in every format. Their words are in the settings.

mod expiring;
mod forecast;
mod roster;
pub(crate) mod users;

use jiff::civil::Date;
use serde_json::Value;
use todokede_abi::report::{Cell, Column, Emphasis, Kind, Row, Table};
use todokede_abi::{Report, Text};

use crate::gate::Gate;
use crate::settings::Settings;

/// Makes the report of a part; nothing for a part that there is not.
pub(crate) fn make(part: &str, gate: &Gate, record: &Value) -> Option<Report> {
    match part {
        "roster" => Some(roster::make(gate, record)),
        "expiring" => Some(expiring::make(gate)),
        "users" => Some(users::make(gate)),
        "forecast" => Some(forecast::make(gate)),
        _ => None,
    }
}

/// Makes a table whose title and columns are words of the settings: `<id>`, `<id>-<column>`.
fn table(settings: &Settings, id: &str, columns: &[(&str, Kind)], rows: Vec<Row>, notes: Vec<Text>) -> Table {
    let column = |(name, kind): &(&str, Kind)| Column { title: settings.words(&format!("column-{name}"), &[]), kind: *kind };
    Table {
        name: id.to_owned(),
        title: settings.words(&format!("table-{id}"), &[]),
        columns: columns.iter().map(column).collect(),
        rows,
        notes,
    }
}

fn date(day: Option<Date>) -> Cell {
    day.map_or(Cell::Blank, |day| Cell::Date { date: day.to_string() })
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Blank } else { Cell::Text(text.to_owned()) }
}

fn whole(number: usize) -> Cell {
    Cell::Whole(i64::try_from(number).unwrap_or(i64::MAX))
}

fn row(cells: Vec<Cell>, emphasis: Emphasis) -> Row {
    Row { cells, emphasis }
}
