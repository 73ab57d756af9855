//! `todokede deadlines`: the table, JSON, the calendar and the exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use todokede_core::workbook::Layout;
use todokede_tests::trials::fixture;
use todokede_tests::{build, only_xml, record, workbook};

fn deadlines(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_todokede"))
        .arg("deadlines")
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "ja_JP.UTF-8")
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Writes the sponsored trial, started on a day.
fn trial(folder: &Path, name: &str, start: &str) {
    let mut trial = fixture("sponsor");
    trial["trial"]["start_date"] = json!(start);
    std::fs::write(folder.join(name), trial.to_string()).unwrap();
}

#[test]
fn every_deadline_says_when_what_why_and_how_late() {
    let folder = tempfile::tempdir().unwrap();
    trial(folder.path(), "t.json", "2026-04-20");
    let output = deadlines(folder.path(), &["t.json", "--now", "2026-04-01"]);
    let text = stdout(&output);
    for wanted in [
        "2026-03-20 / 2026-03-21  11日遅れ   DEMO-001-P1  治験計画届の提出（30日調査の対象）",
        "2026-05-01 / 2026-05-02  11日早い   DEMO-001-P1  治験契約の締結（30日調査の経過後）",
        "2027-12-31               あと639日  DEMO-001-P1  治験終了届の提出",
        "根拠：企業治験の届出通知（2024-08-20） p6",
        "1試験：期限3件、うち期限に合わないもの2件",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert_eq!(code(&output), 1);
    let english = stdout(&deadlines(folder.path(), &["t.json", "--now", "2026-04-01", "--lang", "en"]));
    assert!(english.contains("11 day(s) late") && english.contains("1 trial(s): 3 deadline(s), 2 missed"), "{english}");
}

#[test]
fn exit_codes_tell_kept_missed_and_unusable_apart() {
    let folder = tempfile::tempdir().unwrap();
    trial(folder.path(), "t.json", "2026-06-01");
    assert_eq!(code(&deadlines(folder.path(), &["t.json", "--now", "2026-04-01"])), 0);
    assert_eq!(code(&deadlines(folder.path(), &["t.json", "--now", "2028-01-01"])), 1, "the trial is over");
    assert_eq!(code(&deadlines(folder.path(), &["missing.json"])), 3);
    assert_eq!(code(&deadlines(folder.path(), &[])), 2);
    assert_eq!(code(&deadlines(folder.path(), &["t.json", "--now", "2026-02-30"])), 2);
    assert_eq!(code(&deadlines(folder.path(), &["t.json", "--plugin", "nothing"])), 2);
    trial(folder.path(), "bad.json", "来月");
    let bad = deadlines(folder.path(), &["bad.json", "--now", "2026-04-01"]);
    assert_eq!(code(&bad), 1);
    assert!(stdout(&bad).contains("計算できません") && stdout(&bad).contains("NM-"), "{}", stdout(&bad));
}

#[test]
fn workbooks_json_and_filings_give_the_same_deadlines() {
    let folder = tempfile::tempdir().unwrap();
    let trial = fixture("sponsor");
    std::fs::write(folder.path().join("t.json"), trial.to_string()).unwrap();
    std::fs::write(folder.path().join("t.xlsx"), workbook(&[record(&trial)], Layout::List).bytes).unwrap();
    std::fs::write(folder.path().join("REIJI_DEMO-001_01.xml"), only_xml(&build(&trial, folder.path()))).unwrap();
    let dues = |input: &str| {
        let output = deadlines(folder.path(), &[input, "--now", "2026-04-15", "--format", "json"]);
        let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
        for due in report["deadlines"].as_array_mut().unwrap() {
            // A filing does not say what its trial is called here.
            due["trial"] = Value::Null;
        }
        report["deadlines"].clone()
    };
    let wanted = dues("t.json");
    assert_eq!(
        (&wanted[0]["rule"], &wanted[0]["state"], &wanted[0]["days"]),
        (&"CTN-D01".into(), &"waiting".into(), &16.into())
    );
    assert_eq!(wanted[1]["dates"], json!(["2026-05-01", "2026-05-02"]));
    assert_eq!(wanted[1]["done"], "2026-04-01");
    assert_eq!(dues("t.xlsx"), wanted);
    assert_eq!(dues("REIJI_DEMO-001_01.xml"), wanted);
}

#[test]
fn the_calendar_is_the_same_each_time_and_replaces_only_its_own() {
    let folder = tempfile::tempdir().unwrap();
    trial(folder.path(), "t.json", "2026-06-01");
    let calendar = folder.path().join("due.ics");
    let run = |now: &str| code(&deadlines(folder.path(), &["t.json", "--now", now, "--ics", "due.ics"]));
    assert_eq!(run("2026-04-01"), 0);
    let first = std::fs::read(&calendar).unwrap();
    assert_eq!(run("2026-04-01"), 0);
    assert_eq!(std::fs::read(&calendar).unwrap(), first);
    let text = String::from_utf8(first).unwrap();
    assert_eq!(text.matches("BEGIN:VEVENT\r\n").count(), 2, "what is done is no event");
    assert!(text.contains("DTSTART;VALUE=DATE:20260502\r\nSUMMARY:DEMO-001-P1 治験契約"));
    let ids = |text: &str| text.lines().filter(|line| line.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(run("2026-04-02"), 0);
    assert_eq!(ids(&std::fs::read_to_string(&calendar).unwrap()), ids(&text));
    std::fs::write(&calendar, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n").unwrap();
    assert_eq!(run("2026-04-01"), 2);
    assert!(std::fs::read_to_string(&calendar).unwrap().contains("Example"));
}

#[test]
fn a_calendar_is_kept_when_an_input_cannot_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    trial(folder.path(), "t.json", "2026-06-01");
    let run = |inputs: &[&str]| deadlines(folder.path(), &[inputs, &["--now", "2026-04-01", "--ics", "due.ics"]].concat());
    assert_eq!(code(&run(&["t.json"])), 0);
    let whole = std::fs::read(folder.path().join("due.ics")).unwrap();
    let partly = run(&["t.json", "missing.json"]);
    assert_eq!(code(&partly), 3);
    assert!(stdout(&partly).contains("due.ics は作りませんでした。"), "{}", stdout(&partly));
    assert_eq!(std::fs::read(folder.path().join("due.ics")).unwrap(), whole);
    trial(folder.path(), "bad.json", "来月");
    let partly = run(&["bad.json"]);
    assert_eq!(code(&partly), 1);
    assert!(stdout(&partly).contains("計算できない期限2件は入っていません。"), "{}", stdout(&partly));
}

/// Writes the filings of one trial's life.
fn story(folder: &Path) -> Vec<String> {
    let names = ["1-plan.json", "2-change-1.json", "3-change-2.json", "4-termination.json"];
    for name in names {
        std::fs::copy(todokede_tests::workspace().join("fixtures/story").join(name), folder.join(name)).unwrap();
    }
    names.map(str::to_owned).to_vec()
}

#[test]
fn a_change_is_due_by_its_item_and_settled_by_the_filing_that_says_it() {
    let folder = tempfile::tempdir().unwrap();
    let names = story(folder.path());
    let mut arguments: Vec<&str> = names.iter().map(String::as_str).collect();
    arguments.extend(["--now", "2027-01-31"]);
    let text = stdout(&deadlines(folder.path(), &arguments));
    for wanted in [
        "済（2026-09-15）  DEMO-001-P1  変更の届出：試験 › 実施期間の終了日",
        "あと28日          DEMO-001-P1  変更の届出：実施医療機関（例示中央病院）",
        "2027-02-28 / 2027-09-01  あと28日          DEMO-001-P1  変更の届出：被験薬の製造所 › 所在地１",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    // The end date that the first change extended is not due any more.
    assert!(!text.contains("2027-12-31") && text.contains("2028-03-31"), "{text}");
}

#[test]
fn the_ledger_and_an_earlier_filing_say_what_changed_as_the_run_does() {
    let folder = tempfile::tempdir().unwrap();
    let names = story(folder.path());
    let build = Command::new(env!("CARGO_BIN_EXE_todokede"))
        .args(["build", &names[0], "--out", "out", "--now", "2026-04-01"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(build.status.success(), "{}", stdout(&build));
    let changes = |more: [&str; 2]| {
        let output = deadlines(folder.path(), &[&names[1], "--now", "2026-09-20", more[0], more[1]]);
        stdout(&output).lines().filter(|line| line.contains("変更の届出")).count()
    };
    assert_eq!(changes(["--ledger", "out/ledger.jsonl"]), 3);
    assert_eq!(changes(["--previous", &names[0]]), 3);
    assert_eq!(changes(["--format", "text"]), 0);
}
