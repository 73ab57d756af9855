//! The people whom the filings of a trial name.

use serde_json::json;
use todokede_abi::At;

use super::{Run, STAFF, value};

const BOTH: &str = "S001,責任　試郎,例示内科,2025-06-01,C1\nS002,分担　試美,例示内科,2025-06-01,C2";

#[test]
fn everyone_who_holds_what_is_asked_passes() {
    assert!(Run::new().icrweb(BOTH).codes().is_empty());
}

#[test]
fn an_expired_sub_investigator_is_named_with_course_day_and_what_to_do() {
    let run = Run::new().icrweb("S001,責任　試郎,例示内科,2025-06-01,C1\nS002,分担　試美,例示内科,2025-03-15,C2");
    let finding = run.one("TR-0312");
    assert_eq!(finding.at, At::Record("/sites/0/sub_investigators/0/name".to_owned()));
    assert_eq!(value(&finding, "name"), "分担　試美");
    assert_eq!(value(&finding, "course"), "臨床研究の基礎知識講座");
    assert_eq!(value(&finding, "until"), "2026-03-15");
    assert_eq!(value(&finding, "day"), "2026-04-01");
    assert!(value(&finding, "then").contains("治験計画変更届"));
}

#[test]
fn a_completion_after_the_filing_date_does_not_count_for_it() {
    let run = || {
        Run::new().now("2026-04-20").icrweb("S001,責任　試郎,例示内科,2026-04-02,C1\nS002,分担　試美,例示内科,2025-06-01,C2")
    };
    let finding = run().one("TR-0313");
    assert_eq!((value(&finding, "completed"), value(&finding, "day")), ("2026-04-02", "2026-04-01"));
    // On the day itself it does.
    assert!(!run().at("/filing/date", json!("2026-04-02")).codes().contains(&"TR-0313".to_owned()));
    // An older one that has ended does not hide behind it.
    let older = "S001,責任　試郎,例示内科,2024-01-01,C0\nS001,責任　試郎,例示内科,2026-04-02,C1\nS002,分担　試美,例示内科,2025-06-01,C2";
    assert_eq!(Run::new().now("2026-04-20").icrweb(older).codes(), ["TR-0312"]);
}

#[test]
fn a_completion_in_the_future_is_not_believed() {
    let run = Run::new().at("/filing/date", json!("2026-06-01")).icrweb(&BOTH.replace("2025-06-01,C1", "2026-05-01,C1"));
    assert_eq!(run.codes(), ["TR-0113", "TR-0311", "TR-0323"], "the other's ends on the day of filing");
}

#[test]
fn without_a_filing_date_the_day_of_the_run_counts() {
    let run = |now| Run::new().at("/filing/date", json!("")).now(now).icrweb(BOTH);
    assert!(!run("2026-06-01").codes().contains(&"TR-0312".to_owned()));
    assert_eq!(run("2026-06-02").codes(), ["TR-0312", "TR-0312"]);
}

#[test]
fn what_ends_soon_or_before_the_start_is_a_warning() {
    let soon = Run::new().at("/filing/date", json!("2026-05-02")).now("2026-05-02").icrweb(BOTH);
    assert_eq!(soon.codes(), ["TR-0323", "TR-0323"], "30 days before");
    assert_eq!(value(&soon.findings()[0], "left"), "30");
    assert!(Run::new().at("/filing/date", json!("2026-05-01")).now("2026-05-02").icrweb(BOTH).codes().is_empty());
    let start = |day: &str| Run::new().at("/trial/start_date", json!(day)).icrweb(BOTH).codes();
    assert!(start("2026-06-01").is_empty());
    assert_eq!(start("2026-06-02"), ["TR-0322", "TR-0322"]);
}

#[test]
fn each_filing_is_judged_on_its_own_day() {
    let mut record = super::trial();
    record["jrct"] = json!({ "category": "sponsored", "date": "2026-06-10" });
    let finding = Run::new().at("", record).icrweb(&BOTH.replace("2025-06-01,C2", "2026-03-01,C2")).one("TR-0312");
    assert_eq!((value(&finding, "name"), value(&finding, "day")), ("責任　試郎", "2026-06-10"));
    assert_eq!(value(&finding, "filing"), "jRCTの届出・研究分担医師リスト");
}

#[test]
fn whoever_is_not_in_the_list_is_found() {
    let run = Run::new().at("/sites/0/sub_investigators/0/name", json!("無名　試")).icrweb(BOTH);
    let finding = run.one("TR-0301");
    assert_eq!(finding.at, At::Record("/sites/0/sub_investigators/0/name".to_owned()));
}

#[test]
fn a_leaver_in_a_live_study_is_found() {
    let left = |day: &str| STAFF.replace("分担医師,", &format!("分担医師,{day}"));
    let run = |day: &str| Run::new().table("staff", "職員名簿.csv", &left(day)).icrweb(BOTH);
    assert_eq!(run("2026-03-31").codes(), ["TR-0304"]);
    assert_eq!(run("2026-04-01").codes(), ["TR-0305"], "on the last day they are still there, but leave while it goes on");
    assert_eq!(run("2026-09-30").codes(), ["TR-0305"]);
    let over = |run: Run, end: &str| run.at("/trial/end_date", json!(end));
    assert!(over(run("2026-09-30"), "2026-09-30").codes().is_empty(), "the study ends first");
    assert!(!over(run("2026-03-31"), "2026-03-20").codes().contains(&"TR-0304".to_owned()), "the study is over");
}

#[test]
fn a_report_of_the_end_asks_nothing() {
    let run = Run::new().at("/filing/kind", json!("治験終了届")).at("/trial/end_date", json!("2026-03-20"));
    assert!(run.icrweb("S001,責任　試郎,例示内科,2020-01-01,C1").codes().is_empty());
}

#[test]
fn people_of_other_institutions_are_left_to_them() {
    let mut record = super::trial();
    record["sites"].as_array_mut().unwrap().push(json!({
        "name": "例示病院", "department": "例示内科",
        "investigators": [{ "name": "責任　試恵", "kana": "" }], "sub_investigators": [],
    }));
    let own = json!({ "own": ["例示大学医学部附属病院"] });
    assert!(Run::new().at("", record.clone()).set(own).icrweb(BOTH).codes().is_empty());
    assert_eq!(Run::new().at("", record.clone()).icrweb(BOTH).codes(), ["TR-0301"]);
    // One of that name works elsewhere: in a trial of several institutions the unit must agree.
    record["sites"][1]["investigators"][0]["name"] = json!("担当　試世");
    record["sites"][1]["department"] = json!("例示外科");
    assert_eq!(Run::new().at("", record).icrweb(BOTH).codes(), ["TR-0303"]);
}

#[test]
fn roles_without_a_rule_are_said_to_be_unchecked() {
    let person =
        json!([{ "name": "担当　試世", "role": "crc", "unit": "", "institution": "", "staff_id": "", "mail": "", "kana": "" }]);
    let run = || Run::new().at("/training/people", person.clone()).icrweb(BOTH);
    assert_eq!(run().codes(), ["TR-0308"]);
    assert_eq!(run().at("/training/category", json!("guideline")).codes(), ["TR-0311"], "the guidelines ask everyone");
}

#[test]
fn the_category_must_be_known() {
    let mut record = super::trial();
    record["filing"] = json!({ "kind": "", "date": "" });
    let run = Run::new().at("", record).icrweb(BOTH);
    assert_eq!(run.codes(), ["TR-0307"]);
    assert!(Run::new().at("/sites", json!([])).icrweb(BOTH).codes().contains(&"TR-0306".to_owned()));
}

#[test]
fn the_last_days_of_everyone_are_due() {
    let dues = Run::new().icrweb(BOTH).dues();
    let said: Vec<(&str, &str, &str)> =
        dues.iter().map(|due| (due.rule.as_str(), due.date.as_str(), due.key.as_str())).collect();
    let wanted =
        [("TR-0401", "2026-06-01", "s001/principal/icrweb-one-year"), ("TR-0401", "2026-06-01", "s002/sub/icrweb-one-year")];
    assert_eq!(said, wanted);
    assert!(Run::new().at("/trial/end_date", json!("2026-05-31")).icrweb(BOTH).dues().is_empty(), "the study ends before");
    let grace = json!({ "use": ["three-fiscal-years"] });
    let rows = BOTH.replace("2025-06-01", "2023-06-01");
    let dues = Run::new().set(grace).icrweb(&rows).dues();
    assert!(dues.iter().all(|due| due.rule == "TR-0402" && due.date == "2026-06-30"), "{dues:?}");
}

#[test]
fn wrong_settings_are_refused_with_their_place() {
    use todokede_abi::{Filing, Plugin};
    let open = |set: serde_json::Value| {
        let settings = super::over(&super::settings(), &set);
        let filing = Filing { now: "2026-04-01".to_owned(), record: super::trial(), settings, ..Filing::default() };
        crate::Training.open(filing).err().unwrap_or_default()
    };
    assert!(open(json!({ "use": ["no-such"] })).contains("no rule `no-such`"));
    assert!(open(json!({ "use": [] })).contains("at least one rule"));
    assert!(open(json!({ "warn_day": 3 })).contains("warn_day"));
    let rule = |rule: serde_json::Value| open(json!({ "rules": { "icrweb-one-year": rule } }));
    assert!(rule(json!({ "any": ["nothing"] })).contains("no course `nothing`"));
    assert!(rule(json!({ "window": { "years": 0 } })).contains("window"));
    assert!(rule(json!({ "grace": { "until": "02-30" } })).contains("MM-DD"));
    assert!(rule(json!({ "from": "2026/04/01" })).contains("YYYY-MM-DD"));
    assert_eq!(open(json!({})), "");
}

#[test]
fn a_day_of_leaving_that_does_not_read_is_an_error_and_nobody_counts_as_there() {
    for day in ["令和8年3月末", "退職", "2026-02-30"] {
        let staff = STAFF.replace("分担医師,", &format!("分担医師,{day}"));
        let run = Run::new().table("staff", "職員名簿.csv", &staff).icrweb(BOTH);
        assert_eq!(run.codes(), ["TR-0118", "TR-0314"], "{day}");
        let cell = At::Table { table: "staff".to_owned(), source: 0, row: 3, column: Some(7) };
        assert_eq!((run.one("TR-0118").at, run.one("TR-0118").found.as_str()), (cell, day));
        let roster = super::cells(&run.report("roster"), "roster");
        assert!(roster[1].last().unwrap().contains("確かめられない"), "{roster:?}");
    }
}

#[test]
fn rows_of_one_staff_id_that_contradict_each_other_are_an_error() {
    let run = |row: &str| Run::new().table("staff", "職員名簿.csv", &format!("{STAFF}\n{row}")).icrweb(BOTH);
    let left = run("S002,分担　試美,ブンタン　シミ,,,治験センター,,2026-03-31");
    assert_eq!(left.codes(), ["TR-0112", "TR-0314"]);
    let finding = left.one("TR-0112");
    let rows = value(&finding, "rows");
    assert!(rows.contains("3行目") && rows.contains("5行目") && rows.contains("2026-03-31"), "{rows}");
    assert_eq!(value(&finding, "reason"), "退職日");
    assert_eq!(value(&run("S002,分担　試美,ブンタン　ヨシミ,,,治験センター,,").one("TR-0112"), "reason"), "フリガナ");
    assert!(run("S002,分担　試美,ブンタン　シミ,,,治験センター,,").codes().is_empty(), "two units are no contradiction");
}

#[test]
fn own_institutions_that_the_record_does_not_have_are_an_error() {
    let run = |own: &str| Run::new().set(json!({ "own": ["例示病院", own] })).icrweb("S001,責任　試郎,例示内科,2020-06-01,C1");
    let finding = run("例示大学医学部付属病院").one("TR-0309");
    assert_eq!(finding.at, At::Record("/sites/0/investigators/0/name".to_owned()));
    assert_eq!(value(&finding, "institutions"), "例示大学医学部附属病院");
    assert_eq!((value(&finding, "nearest"), value(&finding, "wanted")), ("例示大学医学部附属病院", "例示大学医学部付属病院"));
    assert_eq!(run("例示大学医学部付属病院").codes(), ["TR-0309"]);
    assert_eq!(run("例示大学　医学部附属病院").codes(), ["TR-0312", "TR-0311"], "spaces are no difference");
}

#[test]
fn a_filing_none_of_whose_people_is_judged_is_warned_of() {
    let run = Run::new().set(json!({ "use": ["icrweb-one-year-guideline"] })).icrweb(BOTH);
    assert_eq!(run.codes(), ["TR-0310", "TR-0308", "TR-0308"]);
    assert_eq!(value(&run.one("TR-0310"), "count"), "2");
}
