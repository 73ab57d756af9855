//! Whole filings through the plugin, as the engine would ask it.

mod checks;
mod earlier;
mod printed;
mod secrets;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use todokede_abi::message::Cell;
use todokede_abi::report::{Block, Report, Table as Printed};
use todokede_abi::{At, Batch, Filing, Finding, Made, Past, Plugin, Row, Session, Table, Wanted};

use crate::RegistrySummary;

/// The top folder of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The plugin's own settings.
fn settings() -> Value {
    let text = std::fs::read_to_string(workspace().join("plugins/registry-summary/settings.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// A filing that is put together.
#[derive(Clone)]
pub(crate) struct Given {
    pub(crate) filing: Filing,
    pub(crate) patients: Vec<Vec<String>>,
    pub(crate) events: Vec<Vec<String>>,
}

/// What came of one.
struct Answered {
    findings: Vec<Finding>,
    made: Made,
}

fn csv(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(workspace().join("fixtures/registry").join(name)).unwrap();
    let lines = text.trim_start_matches('\u{feff}').lines();
    lines.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

impl Given {
    /// The fixture of a year.
    pub(crate) fn year(year: u32) -> Given {
        let record = std::fs::read_to_string(workspace().join(format!("fixtures/registry/{year}.json"))).unwrap();
        let filing = Filing {
            trial: "DEMO-REG".to_owned(),
            plugin: "registry-summary".to_owned(),
            now: format!("{}-06-01", year + 1),
            record: serde_json::from_str(&record).unwrap(),
            settings: settings(),
            ..Filing::default()
        };
        Given { filing, patients: csv(&format!("patients-{year}.csv")), events: csv(&format!("events-{year}.csv")) }
    }

    /// The same with a field of the registry changed.
    fn with(mut self, field: &str, value: impl Into<Value>) -> Given {
        self.filing.record["registry"][field] = value.into();
        self
    }

    /// The same after an earlier year.
    fn after(mut self, order: &str, earlier: &Made) -> Given {
        let remembered = earlier.remembered.clone();
        self.filing.past.push(Past { order: order.to_owned(), remembered, ..Past::default() });
        self
    }

    /// The same with a cell of the table of patients changed; rows as a spreadsheet counts them.
    fn patient(mut self, row: usize, column: usize, text: &str) -> Given {
        self.patients[row - 1][column] = text.to_owned();
        self
    }

    /// The same with a cell of the table of events changed.
    fn event(mut self, row: usize, column: usize, text: &str) -> Given {
        self.events[row - 1][column] = text.to_owned();
        self
    }

    fn ask(self) -> Answered {
        let mut session = RegistrySummary.open(self.filing).unwrap();
        give(&mut *session, "patients", &self.patients);
        give(&mut *session, "events", &self.events);
        let findings = session.validate().unwrap();
        let parts = ["audit", "public", "report"].map(str::to_owned).to_vec();
        let made = session.render(&Wanted { parts, draft: false }).unwrap();
        Answered { findings, made }
    }
}

pub(crate) fn give(session: &mut dyn Session, id: &str, rows: &[Vec<String>]) {
    let Some((header, rows)) = rows.split_first() else { return };
    let table = Table { id: id.to_owned(), file: format!("{id}.csv"), header: 1, columns: header.clone(), ..Table::default() };
    session.table(table).unwrap();
    for (chunk, rows) in rows.chunks(7).enumerate() {
        let row = |(at, row): (usize, &Vec<String>)| {
            Row((chunk * 7 + at + 2) as u64, row.iter().map(|text| Cell(text.clone().into())).collect())
        };
        session.rows(Batch { rows: rows.iter().enumerate().map(row).collect() }).unwrap();
    }
}

impl Answered {
    fn report(&self, part: &str) -> &Report {
        &self.made.reports[part]
    }

    fn table(&self, part: &str, name: &str) -> &Printed {
        let tables = self.report(part).blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        tables.into_iter().find(|table| table.name == name).unwrap_or_else(|| panic!("no table {name}"))
    }

    /// The findings as rule and place.
    fn found(&self) -> Vec<(&str, &At)> {
        self.findings.iter().map(|finding| (finding.rule.as_str(), &finding.at)).collect()
    }

    /// The rules that fired. How far the search for fewest masks goes is the suppressor's to say, so RS-0222 is left out.
    fn rules(&self) -> Vec<&str> {
        self.findings.iter().map(|finding| finding.rule.as_str()).filter(|rule| *rule != "RS-0222").collect()
    }
}

/// The cells of a row as they are printed.
fn cells(table: &Printed, row: usize) -> Vec<String> {
    use todokede_abi::report::Cell;
    let text = |cell: &Cell| match cell {
        Cell::Blank => String::new(),
        Cell::Whole(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Words(text) => text.ja.clone(),
        Cell::Masked { masked } => masked.ja.clone(),
        Cell::Date { date } => date.clone(),
    };
    table.rows[row].cells.iter().map(text).collect()
}

#[test]
fn settings_read_and_every_rule_has_words() {
    crate::settings::Settings::read(&settings()).unwrap();
    let rules = std::fs::read_to_string(workspace().join("plugins/registry-summary/rules.toml")).unwrap();
    let rules: Value = toml::from_str(&rules).unwrap();
    let declared: Vec<&str> = rules["code"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let mut used = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path);
            } else if path.is_file() && !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                used.extend(text.match_indices("\"RS-").map(|(at, _)| text[at + 1..at + 8].to_owned()));
            }
        }
    }
    used.sort();
    used.dedup();
    assert_eq!(used, declared, "rules that the code finds, and rules with words");
}

#[test]
fn two_years_are_published_without_a_finding_that_is_an_error() {
    let first = Given::year(2024).ask();
    assert_eq!(first.rules(), ["RS-0223"], "product B is withheld");
    let second = Given::year(2025).after("2024 2025-04-30", &first.made).ask();
    assert_eq!(second.rules(), Vec::<&str>::new());
}

#[test]
fn the_same_filing_is_the_same_answer() {
    let one = Given::year(2024).ask();
    let other = Given::year(2024).ask();
    assert_eq!(json!(one.made), json!(other.made));
}

/// The plan of the fixture.
pub(crate) fn plan() -> crate::plan::Plan {
    let given = Given::year(2025);
    let settings = crate::settings::Settings::read(&given.filing.settings).unwrap();
    crate::plan::Plan::read(&given.filing, &settings, &mut crate::findings::Findings::new(9)).unwrap()
}
