//! Headers, cells and rows of the tables.

use serde_json::json;
use todokede_abi::At;

use super::{Run, value};

fn completions(csv: &str) -> Run {
    Run::institution().table("completions", "受講状況.csv", csv)
}

#[test]
fn the_exports_of_each_system_are_read() {
    for (file, csv) in [
        (
            "受講状況.csv",
            "施設ユーザーID,氏名,メールアドレス,講座名,修了日,修了証番号\nS001,責任　試郎,s001@example.jp,臨床研究の基礎知識講座,2026/03/01,C1",
        ),
        ("icrweb.csv", "社員番号,姓,名,所属,講座名,受講完了日\nS001,責任,試郎,例示内科,2025年度 継続研修講座,令和8年3月1日"),
        ("eaprin.csv", "氏名,所属,コース名,修了日,合否\n責任　試郎,例示内科,例示コース,20260301,合格"),
        ("講習会.csv", "職員番号,氏名,研修名,受講日,合否\nS001,責任　試郎,臨床研究講習会,2026.3.1,修了"),
    ] {
        let run = Run::institution().table("completions", file, csv);
        assert!(run.codes().is_empty(), "{file}: {:?}", run.codes());
    }
}

#[test]
fn a_missing_column_is_said_with_those_that_there_are() {
    let finding = completions("氏名,所属,講座名\n責任　試郎,例示内科,例示").one("TR-0101");
    assert!(value(&finding, "wanted").contains("修了日"), "{finding:?}");
    assert_eq!(finding.found, "氏名、所属、講座名");
    assert_eq!(finding.at, At::Table { table: "completions".to_owned(), source: 1, row: 1, column: None });
}

#[test]
fn two_columns_of_one_meaning_are_asked_about() {
    let finding =
        completions("施設ユーザーID,氏名,講座名,修了日,受講完了日\nS001,責任　試郎,例示,2026-03-01,2026-03-02").one("TR-0102");
    assert_eq!((value(&finding, "first"), value(&finding, "other")), ("修了日", "受講完了日"));
    assert_eq!(finding.at, At::Table { table: "completions".to_owned(), source: 1, row: 1, column: Some(4) });
    let csv = "施設ユーザーID,氏名,講座名,修了日,受講完了日\nS001,責任　試郎,臨床研究の基礎知識講座,2026-03-01,2026-03-02";
    let set = json!({ "systems": { "icrweb": { "columns": { "completed": ["受講完了日"] } } } });
    assert!(completions(csv).set(set).codes().is_empty(), "settings say which");
}

#[test]
fn a_file_that_several_systems_could_have_written_is_asked_about() {
    let csv = "職員番号,氏名,講座名,修了日\nS001,責任　試郎,臨床研究の基礎知識講座,2026-03-01";
    assert_eq!(completions(csv).codes(), ["TR-0103"]);
    assert!(completions(csv).set(json!({ "files": { "受講状況": "icrweb" } })).codes().is_empty());
    // Where the columns mean different things by system the file is not used.
    let csv = "職員番号,氏名,コース名,修了日,研修,受講者\nS001,責任　試郎,A,2026-03-01,B,別名　試";
    let set = json!({ "systems": { "lms": { "columns": { "course": ["研修"] } } } });
    let found = completions(csv).set(set).codes();
    assert!(found.contains(&"TR-0105".to_owned()) || found.contains(&"TR-0102".to_owned()), "{found:?}");
}

#[test]
fn cells_that_cannot_be_used_are_named() {
    let rows = "施設ユーザーID,氏名,講座名,修了日,合否
S001,責任　試郎,臨床研究の基礎知識講座,2026-02-30,合格
S001,責任　試郎,臨床研究の基礎知識講座,26/3/1,合格
S001,責任　試郎,臨床研究の基礎知識講座,,合格
S001,責任　試郎,臨床研究の基礎知識講座,2026-03-01,たぶん合格
S001,責任　試郎,,2026-03-01,合格
S001,責任　試郎,臨床研究の基礎知識講座,2026-03-01,不合格
S001,責任　試郎,臨床研究の基礎知識講座,,
S001,責任　試郎,臨床研究の基礎知識講座,,未受講
S001,責任　試郎,臨床研究の基礎知識講座,2026-03-01,－";
    let run = completions(rows);
    assert_eq!(run.codes(), ["TR-0104", "TR-0104", "TR-0107", "TR-0106", "TR-0108"]);
    let first = &run.findings()[0];
    assert_eq!(first.at, At::Table { table: "completions".to_owned(), source: 1, row: 2, column: Some(3) });
    assert_eq!(first.found, "2026-02-30");
}

#[test]
fn what_did_not_pass_does_not_count() {
    let rows = "施設ユーザーID,氏名,講座名,修了日,合否\nS001,責任　試郎,臨床研究の基礎知識講座,2026-03-01,不合格\nS002,分担　試美,臨床研究の基礎知識講座,2026-03-01,合格";
    let run = Run::new().table("completions", "受講状況.csv", rows);
    assert_eq!(value(&run.one("TR-0311"), "name"), "責任　試郎");
}

#[test]
fn the_same_row_in_two_files_counts_once_and_says_nothing() {
    let csv = "施設ユーザーID,氏名,講座名,修了日,修了証番号\nS001,責任　試郎,臨床研究の基礎知識講座,2026-03-01,C1\nS001,責任　試郎,臨床研究の基礎知識講座,2026-03-01,C1";
    let run = completions(csv).table("completions", "受講状況2.csv", csv);
    assert!(run.codes().is_empty(), "{:?}", run.codes());
}

#[test]
fn a_certificate_has_one_day_and_one_holder() {
    let csv = "施設ユーザーID,氏名,講座名,修了日,修了証番号\nS001,責任　試郎,臨床研究の基礎知識講座,2026-03-01,C1\nS001,責任　試郎,臨床研究の基礎知識講座,2025-01-15,C1\nS002,分担　試美,臨床研究の基礎知識講座,2026-03-01,C2";
    let run = Run::new().table("completions", "受講状況.csv", csv);
    assert_eq!(run.codes(), ["TR-0117", "TR-0312"], "the earlier day counts");
    assert_eq!(value(&run.one("TR-0312"), "completed"), "2025-01-15");
    let shared = csv.replace("C2", "C1").replace("2025-01-15,C1", "2026-03-01,C1");
    let run = Run::new().table("completions", "受講状況.csv", &shared);
    assert_eq!(run.codes(), ["TR-0116", "TR-0311", "TR-0311"], "it counts for neither");
}

#[test]
fn findings_of_one_kind_are_capped_and_the_rest_counted() {
    let mut csv = "施設ユーザーID,氏名,講座名,修了日".to_owned();
    for number in 0..60 {
        csv.push_str(&format!("\nX{number},無名　{number},臨床研究の基礎知識講座,2026-03-01"));
    }
    let run = completions(&csv);
    assert_eq!(run.codes().len(), 51);
    let rest = run.one("TR-0119");
    assert_eq!((value(&rest, "rule"), value(&rest, "count")), ("TR-0202", "10"));
}

#[test]
fn a_course_that_no_rule_knows_is_said() {
    let csv = "施設ユーザーID,氏名,講座名,修了日\nS001,責任　試郎,見知らぬ講座,2026-03-01";
    assert_eq!(completions(csv).codes(), ["TR-0114"]);
}

#[test]
fn a_blank_result_is_not_a_pass_unless_the_settings_say_so() {
    let rows = "施設ユーザーID,氏名,修了日,講座名,合否\nS001,責任 試郎,2026-03-01,臨床研究の基礎知識講座,\nS002,分担 試美,2026-03-01,臨床研究の基礎知識講座,修了";
    let run = || Run::new().table("completions", "icrweb.csv", rows);
    assert_eq!(run().codes(), ["TR-0109", "TR-0311"]);
    assert!(run().set(json!({ "result_blank": "passed" })).codes().is_empty());
}
