//! The annual summary of a registry: from rows to files, year after year, and nothing in what leaves that gives a person away.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use todokede_core::run::{Job, Outcome};
use todokede_suppression::{Marks, Policy, Published, PublishedCell, Relation, Shown, attack};
use todokede_tests::{build_job, line, outcome, workspace};

fn job(record: &Path, out: &Path, now: &str) -> Job {
    let mut job = build_job(vec![record.to_path_buf()], out);
    job.plugins = vec!["registry-summary".to_owned()];
    job.xsd = None;
    now.clone_into(&mut job.now);
    job
}

fn year(year: u32, out: &Path) -> Outcome {
    let record = workspace().join(format!("fixtures/registry/{year}.json"));
    outcome(&job(&record, out, &format!("{}-06-01", year + 1)))
}

fn rules(outcome: &Outcome) -> Vec<&str> {
    let quiet = ["XS-0003", "CG-0006", "CG-0010", "PD-0001", "RS-0222"];
    outcome.findings.iter().map(|finding| finding.rule.as_str()).filter(|rule| !quiet.contains(rule)).collect()
}

/// The files of the only filing, by name.
fn files(outcome: &Outcome) -> BTreeMap<String, Vec<u8>> {
    let findings: Vec<String> = outcome.findings.iter().map(line).collect();
    assert_eq!(outcome.built.len(), 1, "{findings:#?}");
    let built = &outcome.built[0];
    built.files.iter().map(|name| (name.clone(), fs::read(built.folder.join(name)).unwrap())).collect()
}

fn file<'f>(files: &'f BTreeMap<String, Vec<u8>>, part: &str, end: &str) -> &'f [u8] {
    let found = files.iter().find(|(name, _)| name.contains(part) && name.ends_with(end));
    found.unwrap_or_else(|| panic!("no {part}{end} among {:?}", files.keys())).1
}

fn tables(files: &BTreeMap<String, Vec<u8>>, part: &str) -> Vec<Value> {
    let json: Value = serde_json::from_slice(file(files, part, ".json")).unwrap();
    json["report"]["blocks"].as_array().unwrap().iter().filter_map(|block| block.get("table")).cloned().collect()
}

/// All that is in a file, archives unpacked, archives in them too.
fn everything(bytes: &[u8]) -> String {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else {
        return String::from_utf8_lossy(bytes).into_owned();
    };
    let mut text = String::new();
    for at in 0..archive.len() {
        let mut part = Vec::new();
        let mut entry = archive.by_index(at).unwrap();
        entry.read_to_end(&mut part).unwrap();
        writeln!(text, "{}\n{}", entry.name().unwrap(), everything(&part)).unwrap();
    }
    text
}

#[test]
fn two_years_are_built_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let first = year(2024, folder.path());
    assert_eq!(rules(&first), ["RS-0223"]);
    let second = year(2025, folder.path());
    assert_eq!(rules(&second), Vec::<&str>::new());
    let files = files(&second);
    for end in [
        "公表.xlsx",
        "公表.html",
        "公表.docx",
        "公表.json",
        "検討会報告_非公表.xlsx",
        "検討会報告_非公表.docx",
        "内部監査_社外秘.xlsx",
    ] {
        assert!(files.keys().any(|name| name.ends_with(end)), "{end} is not among {:?}", files.keys());
    }
    assert!(files.keys().any(|name| name.contains("公表") && name.ends_with(".csv")), "{:?}", files.keys());
    // What is packed is what is published: neither the report nor the audit.
    let archives = files.iter().filter(|(name, _)| name.ends_with(".zip"));
    for (name, bytes) in archives {
        let names: Vec<String> = zip::ZipArchive::new(std::io::Cursor::new(bytes))
            .unwrap()
            .file_names()
            .map(|name| name.unwrap().into_owned())
            .collect();
        assert!(names.iter().all(|name| !name.contains("社外秘") && !name.contains("検討会")), "{name}: {names:?}");
    }
    let years = tables(&files, "_公表").into_iter().find(|table| table["name"] == "years-cumulative").expect("years");
    assert_eq!(years["rows"][1]["cells"][1]["masked"]["ja"], "非公表", "as it was published in 2024");
}

/// What stands in a cell that is printed.
fn shown(cell: &Value) -> Shown {
    match cell.as_u64() {
        Some(count) => Shown::Exact(count),
        None => match cell["masked"]["ja"].as_str().unwrap() {
            "5未満" => Shown::Primary,
            "秘匿" => Shown::Masked,
            "非公表" => Shown::Withheld,
            other => panic!("what is {other}?"),
        },
    }
}

#[test]
fn the_published_files_of_two_years_withstand_an_attack() {
    let folder = tempfile::tempdir().unwrap();
    let years = [year(2024, folder.path()), year(2025, folder.path())].map(|outcome| files(&outcome));
    let policy = Policy { marks: Marks::Distinct, ..Policy::below(5) };
    let mut published = Published { cells: Vec::new(), relations: Vec::new(), policy };
    let (mut places, mut truth) = (BTreeMap::new(), Vec::new());
    for (year, files) in years.iter().enumerate() {
        let of =
            |part: &str| tables(files, part).into_iter().filter(|table| table["name"].as_str().unwrap().starts_with("counts-"));
        for (product, (table, audit)) in of("_公表").zip(of("社外秘")).enumerate() {
            let rows = table["rows"].as_array().unwrap();
            for (count, column) in [("year", 1), ("cumulative", 3)] {
                for (row, cells) in rows.iter().enumerate() {
                    places.insert((year, count, product, row), published.cells.len());
                    truth.push(audit["rows"][row]["cells"][column].as_u64().unwrap());
                    let shown = shown(&cells["cells"][column]);
                    published.cells.push(PublishedCell { id: format!("{year}/{count}/{product}/{row}"), shown });
                }
                let at = |row: usize| places[&(year, count, product, row)];
                published.relations.push(Relation::new(at(0), (1..4).map(at).collect::<Vec<_>>()));
                published.relations.push(Relation::new(at(0), (4..rows.len()).map(at).collect::<Vec<_>>()));
                if product == 2 {
                    let sum = |row: usize| Relation::new(at(row), [0, 1].map(|part| places[&(year, count, part, row)]));
                    published.relations.extend((0..rows.len()).map(sum));
                }
                if (year, count) == (1, "cumulative") {
                    let follow = |row: usize| {
                        Relation::new(at(row), [places[&(0, count, product, row)], places[&(1, "year", product, row)]])
                    };
                    published.relations.extend((0..rows.len()).map(follow));
                }
            }
        }
    }
    let mut small = 0;
    for interval in attack(&published) {
        let value = truth[interval.cell];
        assert!(interval.low <= value && interval.high.is_none_or(|high| value <= high), "the truth is among what is possible");
        if (1..5).contains(&value) {
            small += 1;
            assert!(interval.high != Some(interval.low), "{}", published.cells[interval.cell].id);
        }
    }
    assert!(small > 10, "{small}");
}

/// A registry whose masked counts are numbers that stand for nothing else.
fn unmistakable(folder: &Path) -> Vec<String> {
    let groups = [("男", 30, 17_013), ("女", 30, 18_117), ("男", 70, 6_137), ("女", 70, 16_101)];
    let mut rows = "登録番号,品目コード,性別,施用時年齢,施用日\n".to_owned();
    let mut number = 0;
    for (sex, age, count) in groups {
        for _ in 0..count {
            number += 1;
            writeln!(rows, "Q{number:06},REI-A,{sex},{age},2025-05-01").unwrap();
        }
    }
    fs::write(folder.join("patients.csv"), rows).unwrap();
    let text = fs::read_to_string(workspace().join("fixtures/registry/2025.json")).unwrap();
    let mut record: Value = serde_json::from_str(&text).unwrap();
    let registry = &mut record["registry"];
    registry["products"].as_array_mut().unwrap().truncate(1);
    registry["threshold"] = json!("7000");
    registry["cross"] = json!("yes");
    registry["events"] = json!("");
    registry["patients"] = json!("patients.csv");
    fs::write(folder.join("record.json"), record.to_string()).unwrap();
    groups.map(|(_, _, count)| count.to_string()).to_vec()
}

#[test]
fn no_byte_of_what_leaves_holds_a_masked_count() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = unmistakable(folder.path());
    let out = folder.path().join("out");
    let outcome = outcome(&job(&folder.path().join("record.json"), &out, "2026-06-01"));
    assert_eq!(rules(&outcome), Vec::<&str>::new());
    let files = files(&outcome);
    let audit = everything(file(&files, "社外秘", ".json"));
    let (mut looked, has) =
        (0, |text: &str, secret: &str| text.split(|c: char| !c.is_ascii_digit()).any(|number| number == secret));
    for secret in &secrets {
        assert!(has(&audit, secret), "{secret}: all four are masked, as one is small");
    }
    let ledger = ("ledger".to_owned(), fs::read(out.join(todokede_core::ledger::LEDGER)).unwrap());
    let leaves = files.iter().filter(|(name, _)| !name.contains("社外秘") && !name.contains("検討会"));
    for (name, bytes) in leaves.chain([(&ledger.0, &ledger.1)]) {
        let text = everything(bytes);
        looked += 1;
        for secret in &secrets {
            assert!(!has(&text, secret), "{secret} is in {name}");
            let grouped = format!("{},{}", &secret[..secret.len() - 3], &secret[secret.len() - 3..]);
            assert!(!text.contains(&grouped), "{grouped} is in {name}");
        }
    }
    assert!(looked >= 6, "{looked}");
}

#[test]
fn a_full_date_of_birth_is_refused_before_anything_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    unmistakable(folder.path());
    let path = folder.path().join("patients.csv");
    let rows = "登録番号,品目コード,性別,施用時年齢,施用日,生年月日\nQ000001,REI-A,男,45,2025-05-01,1980-01-23\n";
    fs::write(path, rows).unwrap();
    let outcome = outcome(&job(&folder.path().join("record.json"), &folder.path().join("out"), "2026-06-01"));
    assert!(!outcome.findings.is_empty() && outcome.built.is_empty());
    let text: String = outcome.findings.iter().map(line).collect();
    assert!(text.contains("F1") && !text.contains("1980"), "{text}");
}

#[test]
fn a_number_that_stands_twice_stops_the_filing_at_its_cell() {
    let folder = tempfile::tempdir().unwrap();
    unmistakable(folder.path());
    let rows = "登録番号,品目コード,性別,施用時年齢,施用日\nQ1,REI-A,男,45,2025-05-01\nQ2,REI-A,女,45,2025-05-01\nQ1,REI-A,男,45,2025-05-01\n";
    fs::write(folder.path().join("patients.csv"), rows).unwrap();
    let outcome = outcome(&job(&folder.path().join("record.json"), &folder.path().join("out"), "2026-06-01"));
    let found = outcome.findings.iter().find(|finding| finding.rule == "RS-0111").expect("found");
    assert!(line(found).contains("patients.csv") && line(found).contains("A4"), "{}", line(found));
    assert!(outcome.built.is_empty());
}
