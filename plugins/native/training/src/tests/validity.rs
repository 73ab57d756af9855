//! From when to when a completion counts, to the day.

use serde_json::json;

use super::{Run, value};

/// Files on a day with one completion of the principal and one of the sub-investigator that always holds.
fn filed(completed: &str, day: &str, set: serde_json::Value) -> Vec<String> {
    let rows = format!("S001,責任　試郎,例示内科,{completed},C1\nS002,分担　試美,例示内科,{day},C2");
    // The day of the run lies after all of them.
    let set = merge(json!({ "warn_days": 0 }), set);
    let run = Run::new().now("2030-12-31").set(set).at("/filing/date", json!(day)).icrweb(&rows);
    run.findings().into_iter().filter(|finding| value(finding, "name") == "責任　試郎").map(|finding| finding.rule).collect()
}

fn merge(mut base: serde_json::Value, above: serde_json::Value) -> serde_json::Value {
    for (key, value) in above.as_object().unwrap() {
        base[key] = value.clone();
    }
    base
}

fn rule(rule: serde_json::Value) -> serde_json::Value {
    let mut rule = rule;
    rule["title"] = json!("基準");
    rule["any"] = json!(["icrweb-basic"]);
    json!({ "use": ["ours"], "rules": { "ours": rule } })
}

#[test]
fn a_year_from_29_february_ends_on_28_february() {
    let none = || json!({});
    assert!(filed("2024-02-29", "2025-02-28", none()).iter().all(|rule| rule == "TR-0323"), "the last day");
    assert_eq!(filed("2024-02-29", "2025-03-01", none()), ["TR-0312"]);
    assert!(!filed("2024-02-29", "2025-02-27", none()).contains(&"TR-0312".to_owned()));
    // With the day of completion counted it ends on the same day: there is no 29 February before which it could end.
    let included = || rule(json!({ "window": { "years": 1 }, "first_day": "included" }));
    assert!(!filed("2024-02-29", "2025-02-28", included()).contains(&"TR-0312".to_owned()));
    assert_eq!(filed("2024-02-29", "2025-03-01", included()), ["TR-0312"]);
}

#[test]
fn the_day_of_completion_is_not_counted_unless_the_rule_says_so() {
    assert_eq!(filed("2024-04-01", "2025-04-01", json!({})), ["TR-0323"]);
    assert_eq!(filed("2024-04-01", "2025-04-02", json!({})), ["TR-0312"]);
    let included = || rule(json!({ "window": { "years": 1 }, "first_day": "included" }));
    assert_eq!(filed("2024-04-01", "2025-03-31", included()), ["TR-0323"]);
    assert_eq!(filed("2024-04-01", "2025-04-01", included()), ["TR-0312"]);
}

#[test]
fn fiscal_years_turn_between_31_march_and_1_april() {
    let year = || rule(json!({ "window": { "fiscal_years": 1 } }));
    assert_eq!(filed("2025-03-31", "2025-03-31", year()), ["TR-0323"]);
    assert_eq!(filed("2025-03-31", "2025-04-01", year()), ["TR-0312"]);
    assert!(filed("2025-04-01", "2026-03-30", year()).is_empty());
    assert_eq!(filed("2025-04-01", "2026-04-01", year()), ["TR-0312"]);
    let three = || rule(json!({ "window": { "fiscal_years": 3 } }));
    assert_eq!(filed("2023-04-01", "2026-03-31", three()), ["TR-0323"]);
    assert_eq!(filed("2024-03-31", "2026-04-01", three()), ["TR-0312"]);
}

#[test]
fn grace_ends_on_its_last_day() {
    for grace in [json!({ "until": "06-30" }), json!({ "months": 3 }), json!({ "days": 91 })] {
        let graced = || rule(json!({ "window": { "fiscal_years": 3 }, "grace": grace }));
        assert_eq!(filed("2023-05-01", "2026-04-01", graced()), ["TR-0321"], "{grace}");
        assert_eq!(filed("2023-05-01", "2026-06-30", graced()), ["TR-0321"], "{grace}");
        assert_eq!(filed("2023-05-01", "2026-07-01", graced()), ["TR-0312"], "{grace}");
    }
    let run =
        Run::new().now("2026-06-30").at("/filing/date", json!("2026-06-30")).set(json!({ "use": ["three-fiscal-years"] }));
    let rows = "S001,責任　試郎,例示内科,2023-05-01,C1\nS002,分担　試美,例示内科,2026-06-01,C2";
    let finding = run.icrweb(rows).one("TR-0321");
    assert_eq!((value(&finding, "until"), value(&finding, "grace")), ("2026-03-31", "2026-06-30"));
}

#[test]
fn days_and_months_are_counted_as_such() {
    let days = || rule(json!({ "window": { "days": 365 } }));
    assert_eq!(filed("2024-02-28", "2025-02-27", days()), ["TR-0323"]);
    assert_eq!(filed("2024-02-28", "2025-02-28", days()), ["TR-0312"]);
    let months = || rule(json!({ "window": { "months": 1 } }));
    assert_eq!(filed("2025-01-31", "2025-02-28", months()), ["TR-0323"]);
    assert_eq!(filed("2025-01-31", "2025-03-01", months()), ["TR-0312"]);
    let long = || rule(json!({ "window": { "unlimited": true } }));
    assert!(filed("2001-01-01", "2026-04-01", long()).is_empty());
}

#[test]
fn viewing_again_extends_only_where_the_rule_lets_it() {
    let twice = "S001,責任　試郎,例示内科,2025-01-10,C1\nS001,責任　試郎,例示内科,2025-12-01,C3\nS002,分担　試美,例示内科,2026-03-01,C2";
    let found = |repeat: &str| {
        let set = merge(json!({ "warn_days": 0 }), rule(json!({ "window": { "years": 1 }, "repeat": repeat })));
        Run::new().set(set).icrweb(twice).codes()
    };
    assert!(found("latest").is_empty(), "the second counts from its own day");
    assert_eq!(found("after-lapse"), ["TR-0312"], "the second was taken while the first still held");
    let finding = Run::new().set(json!({ "use": ["one-year-no-extension"] })).icrweb(twice).one("TR-0312");
    assert_eq!((value(&finding, "completed"), value(&finding, "until")), ("2025-01-10", "2026-01-10"));
    // After it has ended it may be taken again.
    let again = "S001,責任　試郎,例示内科,2024-01-10,C1\nS001,責任　試郎,例示内科,2025-12-01,C3\nS002,分担　試美,例示内科,2026-03-01,C2";
    assert!(Run::new().set(json!({ "use": ["one-year-no-extension"] })).icrweb(again).codes().is_empty());
    let never = rule(json!({ "window": { "years": 1 }, "repeat": "never" }));
    assert_eq!(Run::new().set(never).icrweb(again).codes(), ["TR-0312"]);
}

#[test]
fn the_earlier_of_rule_and_certificate_counts() {
    let header = "施設ユーザーID,氏名,所属,修了日,有効期限,講座名";
    let rows = |expires: &str| {
        format!(
            "{header}\nS001,責任　試郎,例示内科,2025-06-01,{expires},臨床研究の基礎知識講座\nS002,分担　試美,例示内科,2025-06-01,,臨床研究の基礎知識講座"
        )
    };
    let run = |expires: &str| Run::new().table("completions", "icrweb.csv", &rows(expires));
    assert!(run("2026-05-31").codes().is_empty());
    assert_eq!(run("2026-03-31").codes(), ["TR-0312"]);
    // A longer one does not stretch the rule.
    assert_eq!(run("2030-03-31").now("2026-06-02").at("/filing/date", json!("2026-06-02")).codes(), ["TR-0312", "TR-0312"]);
}

#[test]
fn licences_go_from_s_to_a_to_b() {
    let set = json!({ "use": ["licence-s", "licence-a", "licence-b"] });
    let rows = |principal: &str, sub: &str| {
        format!(
            "施設ユーザーID,氏名,所属,修了日,有効期限,講座名\nS001,責任　試郎,例示内科,2024-06-01,2027-03-31,{principal}\nS002,分担　試美,例示内科,2024-06-01,2027-03-31,{sub}"
        )
    };
    let run = |principal: &str, sub: &str| Run::new().set(set.clone()).table("completions", "lms.csv", &rows(principal, sub));
    assert!(run("ライセンスS", "ライセンスB").codes().is_empty());
    assert!(run("ライセンスＳ", "ライセンスＳ").codes().is_empty(), "S implies A implies B");
    assert_eq!(run("ライセンスA", "ライセンスA").codes(), ["TR-0311"], "under the laws a principal needs S");
    let guideline = run("ライセンスA", "ライセンスB").at("/training/category", json!("guideline"));
    assert!(guideline.codes().is_empty());
    let ended = run("ライセンスS", "ライセンスB").now("2027-04-01").at("/filing/date", json!("2027-04-01"));
    assert_eq!(ended.codes(), ["TR-0312", "TR-0312"]);
}

#[test]
fn a_licence_without_its_last_day_does_not_count() {
    let rows = "施設ユーザーID,氏名,所属,修了日,講座名\nS001,責任　試郎,例示内科,2024-06-01,ライセンスS\nS002,分担　試美,例示内科,2024-06-01,ライセンスB";
    let set = json!({ "use": ["licence-s", "licence-b"] });
    let codes = Run::new().set(set).table("completions", "lms.csv", rows).codes();
    assert_eq!(codes, ["TR-0115", "TR-0115", "TR-0311", "TR-0311"]);
}

#[test]
fn all_courses_of_a_rule_must_hold() {
    let set = json!({ "use": ["both"], "rules": { "both": {
        "title": "講座と講習会", "any": ["icrweb-basic", "icrweb-continuing"], "all": ["eaprin"], "window": { "years": 3 }, "roles": ["principal"],
    } } });
    let one = "施設ユーザーID,氏名,所属,修了日,講座名\nS001,責任　試郎,例示内科,2025-06-01,臨床研究継続研修講座2025";
    let eaprin = |day: &str| format!("eAPRIN ID,氏名,所属,修了日,コース名\nE9,責任　試郎,例示内科,{day},例示コース");
    let run = || Run::new().set(set.clone()).table("completions", "icrweb.csv", one);
    let lacking = run().one("TR-0311");
    assert_eq!(value(&lacking, "course"), "eAPRIN");
    assert!(
        !run().table("completions", "eaprin.csv", &eaprin("2024-04-01")).codes().iter().any(|rule| rule.starts_with("TR-031"))
    );
    let ended = run().table("completions", "eaprin.csv", &eaprin("2020-04-01")).one("TR-0312");
    assert_eq!((value(&ended, "course"), value(&ended, "until")), ("例示コース", "2023-04-01"));
}

#[test]
fn a_rule_is_asked_from_its_day() {
    let set = |from: &str| {
        json!({ "use": ["new"], "rules": { "new": {
        "title": "新しい基準", "any": ["eaprin"], "window": { "years": 1 }, "roles": ["principal"], "from": from } } })
    };
    let rows = "S001,責任　試郎,例示内科,2026-03-01,C1\nS002,分担　試美,例示内科,2026-03-01,C2";
    assert!(Run::new().set(set("2026-04-02")).icrweb(rows).codes().iter().all(|rule| rule == "TR-0308" || rule == "TR-0310"));
    assert_eq!(Run::new().set(set("2026-04-01")).icrweb(rows).codes(), ["TR-0308", "TR-0311"]);
}
