//! What `todokede import` promises of records of other registries.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn todokede(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_todokede"))
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "ja_JP.UTF-8")
        .output()
        .unwrap()
}

fn fixture(folder: &Path, name: &str) {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    std::fs::copy(top.join("fixtures/interchange").join(name), folder.join(name)).unwrap();
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap() + std::str::from_utf8(&output.stderr).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn a_record_becomes_a_workbook_beside_it_and_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fixture(folder.path(), "ctgov.json");
    let first = todokede(folder.path(), &["import", "ctgov.json"]);
    assert_eq!(code(&first), 0, "{}", text(&first));
    assert!(folder.path().join("ctgov.xlsx").is_file());
    assert!(text(&first).contains("取り込まなかったもの") && text(&first).contains("要る残り"), "{}", text(&first));
    assert_eq!(code(&todokede(folder.path(), &["import", "ctgov.json"])), 2, "the workbook is there already");
    assert_eq!(code(&todokede(folder.path(), &["import", "ctgov.json", "--force"])), 0);
    let check = todokede(folder.path(), &["check", "ctgov.xlsx", "--stop-after", "normalise"]);
    let kept: Value = serde_json::from_slice(&check.stdout).unwrap();
    assert!(kept.to_string().contains("A Phase 1/2 Study of DEMO-001 in Hypertension"), "{kept}");
}

#[test]
fn several_trials_go_into_one_file_of_either_kind() {
    let folder = tempfile::tempdir().unwrap();
    fixture(folder.path(), "ictrp.json");
    for target in ["out.xlsx", "out.json"] {
        let run = todokede(folder.path(), &["import", "ictrp.json", "-o", target]);
        assert_eq!(code(&run), 1, "errors of the record are told by the exit code: {}", text(&run));
        assert!(folder.path().join(target).is_file(), "and the file is written all the same");
    }
    let trials: Value = serde_json::from_slice(&std::fs::read(folder.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(trials.as_array().unwrap().len(), 2);
}

#[test]
fn the_account_is_there_for_programs_too() {
    let folder = tempfile::tempdir().unwrap();
    fixture(folder.path(), "prs.xml");
    let run = todokede(folder.path(), &["import", "prs.xml", "-o", "a.json", "--format", "json", "--plugin", "pmda-ctn"]);
    assert_eq!(code(&run), 0, "{}", text(&run));
    let said: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(said["format"], "prs");
    let fates = said["trials"][0]["values"].as_array().unwrap();
    assert!(fates.iter().all(|value| ["taken", "part", "lost", "blank"].contains(&value["fate"].as_str().unwrap())));
    assert_eq!(said["missing"][0]["destinations"][0]["plugin"], "pmda-ctn");
}

#[test]
fn what_is_of_no_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("note.txt"), "a note").unwrap();
    fixture(folder.path(), "usdm.json");
    let run = |arguments: &[&str]| code(&todokede(folder.path(), arguments));
    assert_eq!(run(&["import", "note.txt"]), 2);
    assert_eq!(run(&["import", "missing.json"]), 3);
    assert_eq!(run(&["import", "usdm.json", "--from", "nothing"]), 2);
    assert_eq!(run(&["import", "usdm.json", "--from", "filing"]), 2);
    assert_eq!(run(&["import", "usdm.json", "--from", "ctgov"]), 1, "there is no trial of that format in it");
    assert_eq!(run(&["import", "usdm.json", "--from", "usdm", "-o", "a.txt"]), 2);
    assert!(!folder.path().join("usdm.xlsx").exists());
    assert_eq!(run(&["import", "usdm.json", "--from", "usdm"]), 0);
}
