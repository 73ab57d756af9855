//! The attack from outside: all that is used is what is printed, year after year. The sums are built anew here.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use todokede_abi::Report;
use todokede_suppression::{Marks, Policy, Published, PublishedCell, Relation, Shown, attack};

use super::{Answered, Given, json};

/// What is printed in some years: cells by year, count, table and row.
type Cells = BTreeMap<(usize, &'static str, usize, String), usize>;

/// What a reader knows.
struct Reader {
    published: Published,
    cells: Cells,
    bands: usize,
}

const SEXES: usize = 3;

impl Reader {
    fn new(marks: Marks) -> Reader {
        let policy = Policy { marks, ..Policy::below(5) };
        Reader { published: Published { cells: Vec::new(), relations: Vec::new(), policy }, cells: Cells::new(), bands: 0 }
    }

    fn cell(&mut self, year: usize, count: &'static str, table: usize, row: &str, shown: Shown) -> usize {
        let place = self.published.cells.len();
        self.published.cells.push(PublishedCell { id: format!("{year}/{count}/{table}/{row}"), shown });
        self.cells.insert((year, count, table, row.to_owned()), place);
        place
    }

    fn sum(&mut self, total: usize, parts: Vec<usize>) {
        self.published.relations.push(Relation::new(total, parts));
    }

    /// Reads a year from the JSON of its report.
    fn read(&mut self, year: usize, report: &Report, counts: &[&'static str]) {
        let report: Value = serde_json::from_str(&serde_json::to_string(report).unwrap()).unwrap();
        let tables: Vec<&Value> = report["blocks"].as_array().unwrap().iter().filter_map(|block| block.get("table")).collect();
        let of = |name: &str| {
            tables.iter().filter(|table| table["name"].as_str().unwrap().starts_with(name)).copied().collect::<Vec<_>>()
        };
        let printed = of("counts-");
        for (number, table) in printed.iter().enumerate() {
            for (at, count) in counts.iter().enumerate() {
                for (row, printed) in table["rows"].as_array().unwrap().iter().enumerate() {
                    self.cell(year, count, number, &row.to_string(), shown(&printed["cells"][1 + 2 * at]));
                }
                self.bands = table["rows"].as_array().unwrap().len() - 1 - SEXES;
                let at = |row: usize| self.cells[&(year, *count, number, row.to_string())];
                let (total, sexes) = (at(0), (1..=SEXES).map(at).collect());
                let ages = (1 + SEXES..=SEXES + self.bands).map(at).collect();
                self.sum(total, sexes);
                self.sum(total, ages);
            }
        }
        for count in counts {
            for (number, table) in of(&format!("sex-age-{count}-")).into_iter().enumerate() {
                self.cross(year, count, number, table);
            }
        }
        if printed.len() > 1 {
            self.all(year, counts, printed.len() - 1);
        }
    }

    fn cross(&mut self, year: usize, count: &'static str, number: usize, table: &Value) {
        for age in 0..self.bands {
            let row = &table["rows"][age]["cells"];
            let parts =
                (0..SEXES).map(|sex| self.cell(year, count, number, &format!("{sex}x{age}"), shown(&row[1 + sex]))).collect();
            let total = self.cells[&(year, count, number, (1 + SEXES + age).to_string())];
            assert_eq!(shown(&row[1 + SEXES]), self.published.cells[total].shown, "printed twice alike");
            self.sum(total, parts);
        }
        for sex in 0..SEXES {
            let parts = (0..self.bands).map(|age| self.cells[&(year, count, number, format!("{sex}x{age}"))]).collect();
            self.sum(self.cells[&(year, count, number, (1 + sex).to_string())], parts);
        }
    }

    fn all(&mut self, year: usize, counts: &[&'static str], all: usize) {
        for count in counts {
            let rows: Vec<String> =
                self.cells.keys().filter(|key| (key.0, key.1, key.2) == (year, *count, all)).map(|key| key.3.clone()).collect();
            for row in rows {
                let parts = (0..all).map(|table| self.cells[&(year, *count, table, row.clone())]).collect();
                self.sum(self.cells[&(year, *count, all, row)], parts);
            }
        }
    }

    /// Ties a year to the one before: whoever is in the one was in the other or came in the year.
    fn follow(&mut self, year: usize) {
        let keys: Vec<_> = self.cells.keys().filter(|key| key.0 == year && key.1 == "cumulative").cloned().collect();
        for key in keys {
            let Some(before) = self.cells.get(&(year - 1, key.1, key.2, key.3.clone())).copied() else { continue };
            let in_year = self.cells.get(&(year, "year", key.2, key.3.clone())).copied();
            let in_year = in_year.unwrap_or_else(|| self.cell(year, "year", key.2, &key.3, Shown::Hidden));
            self.sum(self.cells[&key], vec![before, in_year]);
        }
    }

    /// Attacks, and looks at what can be worked out of every small count.
    fn attack(&self, truth: &dyn Fn(usize, &str, usize, &str) -> u64) -> usize {
        let intervals = attack(&self.published);
        let mut small = 0;
        for ((year, count, table, row), place) in &self.cells {
            let value = truth(*year, count, *table, row);
            if let Shown::Exact(printed) = self.published.cells[*place].shown {
                assert_eq!(printed, value, "{year} {count} {table} {row}");
                assert!(value == 0 || value >= 5, "{year} {count} {table} {row}: a small count is printed");
                continue;
            }
            let interval = intervals.iter().find(|interval| interval.cell == *place).unwrap();
            assert!(interval.low <= value && interval.high.is_none_or(|high| value <= high));
            if (1..5).contains(&value) {
                small += 1;
                assert!(interval.high.is_none_or(|high| interval.low < high), "{year} {count} {table} {row}: {interval:?}");
            }
        }
        small
    }
}

fn shown(cell: &Value) -> Shown {
    match cell {
        Value::Number(number) => Shown::Exact(number.as_u64().unwrap()),
        cell => match cell["masked"]["ja"].as_str().unwrap() {
            "5未満" => Shown::Primary,
            "秘匿" => Shown::Masked,
            "非公表" => Shown::Withheld,
            other => panic!("what is {other}?"),
        },
    }
}

/// Counts the rows of a year by hand.
fn truth(given: &Given, first: &str, last: &str, count: &str, table: usize, row: &str) -> u64 {
    let products = ["REI-A", "REI-B"];
    let band = |age: u32| [19, 39, 64, 999].iter().position(|high| age <= *high).unwrap();
    let sexes = ["男", "女", "不明"];
    let wanted = |patient: &&Vec<String>| {
        let day = patient[4].as_str();
        let in_time = day <= last && (count == "cumulative" || day >= first);
        let of_product = products.get(table).is_none_or(|product| patient[1] == *product);
        let place = |sex: usize, age: usize| {
            sexes[sex] == patient[2] && (if patient[3].is_empty() { 4 } else { band(patient[3].parse().unwrap()) }) == age
        };
        let of_row = match row.split_once('x') {
            Some((sex, age)) => place(sex.parse().unwrap(), age.parse().unwrap()),
            None => match row.parse::<usize>().unwrap() {
                0 => true,
                sex @ 1..=3 => sexes[sex - 1] == patient[2],
                age => (0..3).any(|sex| place(sex, age - 4)),
            },
        };
        in_time && of_product && of_row
    };
    given.patients[1..].iter().filter(wanted).count() as u64
}

fn attack_years(scope: &str, cross: &str, marks: Marks, years: [&Given; 2]) -> (usize, [Answered; 2]) {
    let word = if marks == Marks::One { "one" } else { "distinct" };
    let set = |given: &Given| given.clone().with("scope", scope).with("cross", cross).with("marks", word);
    let first = set(years[0]).ask();
    let second = set(years[1]).after("2024 2025-04-30", &first.made).ask();
    let counts: &[&'static str] = match scope {
        "both" => &["year", "cumulative"],
        "year" => &["year"],
        _ => &["cumulative"],
    };
    let mut reader = Reader::new(marks);
    reader.read(0, first.report("public"), counts);
    reader.read(1, second.report("public"), counts);
    reader.follow(1);
    let small = reader.attack(&|year, count, table, row| {
        let (first, last) = [("2024-04-01", "2025-03-31"), ("2025-04-01", "2026-03-31")][year];
        truth(years[year], first, last, count, table, row)
    });
    (small, [first, second])
}

#[test]
fn what_is_printed_in_two_years_gives_no_small_count_away() {
    let years = [Given::year(2024), Given::year(2025)];
    for (scope, cross) in [("both", "no"), ("cumulative", "no"), ("year", "yes")] {
        let (small, _) = attack_years(scope, cross, Marks::Distinct, [&years[0], &years[1]]);
        assert!(small >= 5, "{scope} {cross}: the fixture has small counts");
    }
}

#[test]
fn masks_alone_without_complements_would_give_them_away() {
    // The same attack on tables in which only small counts are masked: it has to succeed, or it proves nothing.
    let year = Given::year(2025);
    let answered = year.clone().ask();
    let mut reader = Reader::new(Marks::Distinct);
    reader.read(1, answered.report("public"), &["year", "cumulative"]);
    let value = |key: &(usize, &'static str, usize, String)| truth(&year, "2025-04-01", "2026-03-31", key.1, key.2, &key.3);
    for (key, place) in &reader.cells {
        if matches!(reader.published.cells[*place].shown, Shown::Masked) {
            reader.published.cells[*place].shown = Shown::Exact(value(key));
        }
    }
    let intervals = attack(&reader.published);
    let given_away = reader.cells.iter().filter(|(key, place)| {
        let interval = intervals.iter().find(|interval| interval.cell == **place);
        (1..5).contains(&value(key)) && interval.is_some_and(|interval| interval.high == Some(interval.low))
    });
    assert!(given_away.count() > 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Registries at random, in two years.
    #[test]
    fn registries_at_random(
        people in proptest::collection::vec((0_usize..2, 0_usize..10, 3_u32..90, 0_usize..1000), 4..90),
        scope in prop_oneof![Just("cumulative"), Just("year")],
    ) {
        let (mut first, mut second) = (Given::year(2024), Given::year(2025));
        for given in [&mut first, &mut second] {
            given.patients.truncate(1);
            given.events.clear();
        }
        for (number, (product, sex, age, day)) in people.iter().enumerate() {
            let day = crate::day::Day(19_700 + i32::try_from(*day).unwrap() % 800).to_string();
            let sex = ["男", "女", "男", "女", "男", "女", "男", "女", "男", "不明"][*sex];
            let row = [format!("R-{number}"), ["REI-A", "REI-B"][*product].to_owned(), sex.to_owned(), age.to_string(), day.clone()];
            let row: Vec<String> = row.into_iter().chain([String::new(), String::new()]).collect();
            if day.as_str() <= "2025-03-31" {
                first.patients.push(row.clone());
            }
            if day.as_str() <= "2026-03-31" {
                second.patients.push(row);
            }
        }
        let set = |mut given: Given| {
            given.filing.record["registry"]["since"] = json!("2020-04-01");
            for product in 0..2 {
                given.filing.record["registry"]["products"][product]["approved_on"] = json!("2020-04-01");
            }
            given
        };
        let years = [set(first), set(second)];
        attack_years(scope, "no", Marks::Distinct, [&years[0], &years[1]]);
    }
}
