//! Tables with identifiers and without, as CSV and as workbooks: what is refused, where, and that no value is repeated.

use std::convert::Infallible;
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use super::*;
use crate::files::Files;
use crate::tables::{Event, TableSpec, read};

#[derive(Deserialize)]
struct Cases {
    refused: Vec<Case>,
    accepted: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    #[serde(default)]
    found: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn cases() -> Cases {
    let text = Files::embedded("fixtures").read("identifiers/cases.toml").unwrap();
    toml::from_str(std::str::from_utf8(&text).unwrap()).unwrap()
}

struct Engine {
    book: RuleBook,
    identifiers: Identifiers,
    folder: tempfile::TempDir,
}

impl Engine {
    fn new() -> Engine {
        let forms = Files::embedded("forms");
        let folder = tempfile::tempdir().unwrap();
        Engine { book: RuleBook::load(&forms).unwrap(), identifiers: Identifiers::load(&forms).unwrap(), folder }
    }

    fn findings(&self, name: &str, bytes: &[u8], ids: Option<&HospitalIds>) -> Vec<Finding> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut gate = Gate::new(&self.identifiers);
        if let Some(ids) = ids {
            gate = gate.against(ids);
        }
        let read = feed(&path, &self.book, |event| match event {
            Event::Table(table) => {
                gate.table(table);
                Flow::On
            }
            Event::Above(row, column, text) => {
                gate.above(row, column, text);
                Flow::On
            }
            Event::Rows(batch) => gate.rows(batch),
        });
        let errors: Vec<&str> =
            read.findings.iter().filter(|f| f.severity == crate::model::Severity::Error).map(|f| f.rule.as_str()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        gate.finish(&self.book)
    }

    /// Writes findings as `cell kind`, sorted.
    fn said(&self, findings: &[Finding]) -> Vec<String> {
        let kind = |finding: &Finding| {
            let is = |kind: &&data::Kind| finding.message.ja.contains(&format!("「{}」", kind.name.ja));
            let kind = self.identifiers.kinds.iter().find(is).unwrap();
            assert!(finding.message.en.contains(&kind.name.en));
            format!("{} {}", finding.at.cell, kind.id)
        };
        let mut said: Vec<String> = findings.iter().map(kind).collect();
        said.sort();
        said
    }
}

fn feed(path: &Path, book: &RuleBook, mut sink: impl FnMut(Event<'_>) -> Flow) -> crate::tables::Read {
    let spec =
        TableSpec { id: "patients".to_owned(), file: path.file_name().unwrap().to_string_lossy().into_owned(), source: 0 };
    read::<Infallible>(path, &spec, book, &mut |event| Ok(sink(event))).unwrap()
}

fn csv(rows: &[Vec<String>], delimiter: &str) -> String {
    let quoted = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    rows.iter().fold(String::new(), |mut text, row| {
        writeln!(text, "{}", row.iter().map(quoted).collect::<Vec<_>>().join(delimiter)).unwrap();
        text
    })
}

fn xlsx(rows: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in rows.iter().enumerate() {
        for (column, text) in cells.iter().enumerate() {
            sheet.write_string(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// Every form in which a table may come.
fn forms(rows: &[Vec<String>]) -> Vec<(&'static str, Vec<u8>)> {
    let utf8 = csv(rows, ",");
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(csv(rows, "\t").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut forms = vec![("a.csv", utf8.clone().into_bytes()), ("a.tsv", utf16), ("a.xlsx", xlsx(rows))];
    let (sjis, _, lost) = encoding_rs::SHIFT_JIS.encode(&utf8);
    if !lost {
        forms.push(("b.csv", sjis.into_owned()));
    }
    forms
}

#[test]
fn tables_with_identifiers_are_refused_at_the_cell() {
    let engine = Engine::new();
    let cases = cases().refused;
    assert!(cases.len() >= 40, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        for (name, bytes) in forms(&case.rows) {
            let said = engine.said(&engine.findings(name, &bytes, None));
            if said != case.found {
                wrong.push(format!("{} ({name}): {said:?}, not {:?}", case.name, case.found));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn tables_without_identifiers_pass() {
    let engine = Engine::new();
    let cases = cases().accepted;
    assert!(cases.len() >= 30, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        for (name, bytes) in forms(&case.rows) {
            let said = engine.said(&engine.findings(name, &bytes, None));
            if !said.is_empty() {
                wrong.push(format!("{} ({name}): {said:?}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_value_is_repeated_in_findings_their_debug_or_json() {
    let engine = Engine::new();
    let mut looked = 0;
    for case in &cases().refused {
        let findings = engine.findings("a.xlsx", &xlsx(&case.rows), None);
        let said = format!("{findings:?}{findings:#?}{}", serde_json::to_string(&findings).unwrap());
        // Titles too: in a table without a header they are values. Those that our own words contain are no leak.
        let own: String = engine.book.iter().map(|rule| format!("{rule:?}")).collect();
        let kinds: String = engine.identifiers.kinds.iter().map(|kind| format!("{:?}", kind.name)).collect();
        for value in case.rows.iter().flatten().filter(|value| value.chars().count() >= 3) {
            if own.contains(value.as_str()) || kinds.contains(value.as_str()) {
                continue;
            }
            looked += 1;
            assert!(!said.contains(value.as_str()), "{}: {value}", case.name);
        }
    }
    assert!(looked > 200, "{looked}");
}

#[test]
fn an_id_that_another_list_has_is_refused() {
    let engine = Engine::new();
    let mut ids = HospitalIds::default();
    for id in ["H-77120", "Ｈ－７７１２１", "123", "124"] {
        ids.add(id);
    }
    let rows = |ids: &[&str]| -> Vec<Vec<String>> {
        let row = |id: &&str| vec![(*id).to_owned(), "女".to_owned()];
        [vec!["登録番号".to_owned(), "性別".to_owned()]].into_iter().chain(ids.iter().map(row)).collect()
    };
    let said = |list: &[&str]| engine.said(&engine.findings("a.csv", csv(&rows(list), ",").as_bytes(), Some(&ids)));
    assert_eq!(said(&["R-1", "H-77120", "H-77121"]), ["A3 hospital-list"]);
    // One by chance, or short serial numbers, are no list.
    assert!(said(&["R-1", "H-77120", "R-3"]).is_empty());
    assert!(said(&["123", "124", "125"]).is_empty());
}

#[test]
fn reading_stops_once_a_table_is_refused_with_all_kinds_of_the_rows_so_far() {
    let engine = Engine::new();
    let mut text = String::from("登録番号,氏名,備考\n");
    for row in 0..20_000 {
        writeln!(text, "R-{row},試験 太郎,090-0000-{row:04}").unwrap();
    }
    let path = engine.folder.path().join("long.csv");
    std::fs::write(&path, text).unwrap();
    let mut gate = Gate::new(&engine.identifiers);
    let read = feed(&path, &engine.book, |event| match event {
        Event::Table(table) => {
            gate.table(table);
            Flow::On
        }
        Event::Above(..) => Flow::On,
        Event::Rows(batch) => gate.rows(batch),
    });
    assert!(read.stopped && read.rows < 5_000, "{}", read.rows);
    let findings = gate.finish(&engine.book);
    assert_eq!(engine.said(&findings), ["B1 name", "C2 phone"]);
    assert!(findings[0].message.en.contains(&format!("{} were looked at", read.rows)), "{}", findings[0].message.en);
}

#[test]
fn every_kind_has_a_case_and_every_datum_a_source() {
    let engine = Engine::new();
    let found: String = cases().refused.iter().flat_map(|case| case.found.clone()).collect::<Vec<_>>().join(" ");
    for kind in engine.identifiers.kinds.iter().filter(|kind| kind.id != "hospital-list") {
        assert!(found.contains(&kind.id), "{}", kind.id);
    }
    let forms = Files::embedded("forms/identifiers");
    for name in ["titles.csv", "others.csv", "names.csv", "given.csv"] {
        let bytes = forms.read(name).unwrap();
        for row in csv::Reader::from_reader(bytes.as_ref()).records() {
            let row = row.unwrap();
            let last: Vec<&str> = row.iter().skip(row.len() - 3).collect();
            assert!(
                !last[0].is_empty() && ["S", "K"].contains(&last[1]) && last[2].parse::<jiff::civil::Date>().is_ok(),
                "{row:?}"
            );
        }
    }
}

/// Reads a workbook of two sheets with these names and one odd cell each, as a table of persons.
fn named(engine: &Engine, file: &str, sheets: [&str; 2]) -> Vec<Finding> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for name in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cells) in [["登録番号", "備考", ""], ["R-1", "03-0000-1234", "x"]].iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                sheet.write_string(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), *text).unwrap();
            }
        }
    }
    let path = engine.folder.path().join("names.xlsx");
    std::fs::write(&path, workbook.save_to_buffer().unwrap()).unwrap();
    let spec = TableSpec { id: "patients".to_owned(), file: file.to_owned(), source: 0 };
    let mut gate = Gate::new(&engine.identifiers);
    let names = crate::tables::Names { identifiers: &engine.identifiers, file: 3 };
    let read = crate::tables::read_persons::<Infallible>(&path, &spec, names, &engine.book, &mut |event| {
        match event {
            Event::Table(table) => gate.table(table),
            Event::Above(row, column, text) => gate.above(row, column, text),
            Event::Rows(batch) => drop(gate.rows(batch)),
        }
        Ok(Flow::On)
    })
    .unwrap();
    read.findings.into_iter().chain(gate.finish(&engine.book)).collect()
}

#[test]
fn a_name_of_a_file_or_sheet_that_identifies_someone_is_refused_and_not_repeated() {
    let engine = Engine::new();
    let findings = named(&engine, "一覧_山田太郎.xlsx", ["一覧", "佐藤花子様"]);
    let said = format!("{findings:?}{}", serde_json::to_string(&findings).unwrap());
    assert!(!said.contains("山田") && !said.contains("佐藤") && !said.contains("0000-1234"), "{said}");
    assert!(findings.iter().all(|finding| finding.at.file == "file 3"));
    let of = |rule: &str| -> Vec<&str> {
        findings.iter().filter(|finding| finding.rule == rule).map(|finding| finding.at.sheet.as_str()).collect()
    };
    assert_eq!(of("TB-0103"), ["", "sheet 2"]);
    assert_eq!(of("TB-0102"), ["一覧", "sheet 2"]);
    assert_eq!(of("TB-0012"), ["一覧", "sheet 2"]);
}

#[test]
fn a_name_that_identifies_nobody_stays() {
    let engine = Engine::new();
    let findings = named(&engine, "山口県_登録一覧_20250401.xlsx", ["一覧", "症例2"]);
    assert!(findings.iter().all(|f| f.rule != "TB-0103" && f.at.file == "山口県_登録一覧_20250401.xlsx"), "{findings:?}");
    assert_eq!(findings.iter().filter(|f| f.at.sheet == "症例2").count(), 2);
}
