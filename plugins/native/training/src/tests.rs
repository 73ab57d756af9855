//! The plugin as the engine asks it: a filing in, tables in, findings, dues and reports out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

mod matching;
mod people;
mod reports;
mod tables;
mod validity;
mod words;

use serde_json::{Value, json};
use todokede_abi::message::{Cell, Table};
use todokede_abi::report::{Block, Cell as Shown};
use todokede_abi::{Batch, Due, Filing, Finding, Plugin, Report, Row, Session, Wanted};

use crate::Training;

/// A run: a record, its tables, and what is set.
pub(crate) struct Run {
    now: &'static str,
    record: Value,
    set: Value,
    tables: Vec<(&'static str, &'static str, Vec<Vec<String>>)>,
}

/// The staff list that most tests use.
pub(crate) const STAFF: &str = "職員番号,氏名,フリガナ,旧姓,メール,所属,役割,退職日
S001,責任　試郎,セキニン　シロウ,,s001@example.jp,例示内科,責任医師,
S002,分担　試美,ブンタン　シミ,例示,s002@example.jp,例示内科,分担医師,
S003,担当　試世,タントウ　シヨ,,s003@example.jp,臨床研究支援センター,CRC,";

/// A trial that is filed on 2026-04-01: one site, one principal and one sub-investigator.
pub(crate) fn trial() -> Value {
    json!({
        "trial": { "id": "DEMO-001", "title": "例示試験", "start_date": "", "end_date": "" },
        "filing": { "kind": "治験計画届", "date": "2026-04-01" },
        "sites": [{
            "name": "例示大学医学部附属病院", "department": "例示内科",
            "investigators": [{ "name": "責任　試郎", "kana": "せきにん　しろう" }],
            "sub_investigators": [{ "name": "分担　試美", "kana": "ぶんたん　しみ" }],
        }],
        "training": { "scope": "", "category": "", "date": "", "people": [] },
    })
}

impl Run {
    /// A run of that trial with that staff list.
    pub(crate) fn new() -> Run {
        Run { now: "2026-04-01", record: trial(), set: json!({}), tables: Vec::new() }.table("staff", "職員名簿.csv", STAFF)
    }

    /// The record of an institution.
    pub(crate) fn institution() -> Run {
        let mut run = Run::new();
        run.record = json!({ "trial": { "id": "例示大学病院" }, "training": { "scope": "institution" } });
        run
    }

    pub(crate) fn now(mut self, now: &'static str) -> Run {
        self.now = now;
        self
    }

    pub(crate) fn set(mut self, set: Value) -> Run {
        self.set = set;
        self
    }

    pub(crate) fn at(mut self, pointer: &str, value: Value) -> Run {
        *self.record.pointer_mut(pointer).expect(pointer) = value;
        self
    }

    /// Gives a table, in place of one of that file name.
    pub(crate) fn table(mut self, id: &'static str, file: &'static str, csv: &str) -> Run {
        self.tables.retain(|(_, known, _)| *known != file);
        let rows = csv.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        self.tables.push((id, file, rows));
        self
    }

    /// Gives rows of an ICRweb export: staff id, name, unit, day, certificate.
    pub(crate) fn icrweb(self, rows: &str) -> Run {
        let rows = rows.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        let header = "施設ユーザーID,氏名,所属,修了日,修了証番号,講座名";
        let rows: Vec<String> = rows.lines().map(|row| format!("{row},臨床研究の基礎知識講座")).collect();
        self.table("completions", "icrweb.csv", &format!("{header}\n{}", rows.join("\n")))
    }

    pub(crate) fn open(&self) -> Box<dyn Session> {
        let filing = Filing {
            trial: "DEMO-001".to_owned(),
            plugin: "training".to_owned(),
            now: self.now.to_owned(),
            record: self.record.clone(),
            settings: over(&settings(), &self.set),
            ..Filing::default()
        };
        let mut session = Training.open(filing).expect("the settings read");
        for (index, (id, file, rows)) in self.tables.iter().enumerate() {
            let table = Table {
                id: (*id).to_owned(),
                source: u32::try_from(index).unwrap(),
                file: (*file).to_owned(),
                sheet: String::new(),
                header: 1,
                columns: rows[0].clone(),
            };
            session.table(table).unwrap();
            let row = |(number, cells): (usize, &Vec<String>)| {
                Row(number as u64 + 1, cells.iter().map(|cell| Cell(cell.clone().into())).collect())
            };
            session.rows(Batch { rows: rows.iter().enumerate().skip(1).map(row).collect() }).unwrap();
        }
        session
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.open().validate().unwrap()
    }

    /// The rules that speak, in order.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.findings().into_iter().map(|finding| finding.rule).collect()
    }

    /// The one finding of a rule.
    pub(crate) fn one(&self, rule: &str) -> Finding {
        let mut found = self.findings();
        found.retain(|finding| finding.rule == rule);
        assert_eq!(found.len(), 1, "{rule}: {:?}", self.codes());
        found.remove(0)
    }

    pub(crate) fn dues(&self) -> Vec<Due> {
        self.open().dues().unwrap()
    }

    pub(crate) fn report(&self, part: &str) -> Report {
        let wanted = Wanted { parts: vec![part.to_owned()], draft: false };
        self.open().render(&wanted).unwrap().reports.remove(part).unwrap()
    }
}

/// The settings as they are shipped.
pub(crate) fn settings() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../training/settings.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn over(base: &Value, above: &Value) -> Value {
    match (base, above) {
        (Value::Object(base), Value::Object(above)) => {
            let mut merged = base.clone();
            for (key, value) in above {
                merged.insert(key.clone(), base.get(key).map_or_else(|| value.clone(), |under| over(under, value)));
            }
            Value::Object(merged)
        }
        _ => above.clone(),
    }
}

/// The Japanese text of a value of a finding.
pub(crate) fn value<'a>(finding: &'a Finding, name: &str) -> &'a str {
    finding.values.get(name).map_or("", |text| &text.ja)
}

/// The cells of a table of a report as texts.
pub(crate) fn cells(report: &Report, name: &str) -> Vec<Vec<String>> {
    let table = report.blocks.iter().find_map(|block| match block {
        Block::Table(table) if table.name == name => Some(table),
        _ => None,
    });
    let text = |cell: &Shown| match cell {
        Shown::Blank => String::new(),
        Shown::Whole(number) => number.to_string(),
        Shown::Number(number) => number.to_string(),
        Shown::Text(text) => text.clone(),
        Shown::Words(words) => words.ja.clone(),
        Shown::Masked { masked } => masked.ja.clone(),
        Shown::Date { date } => date.clone(),
    };
    table.expect(name).rows.iter().map(|row| row.cells.iter().map(text).collect()).collect()
}
