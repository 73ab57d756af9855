//! What the reports show.

use serde_json::json;

use super::{Run, STAFF, cells};

const BOTH: &str = "S001,責任　試郎,例示内科,2025-06-01,C1\nS002,分担　試美,例示内科,2025-03-15,C2";

#[test]
fn the_roster_shows_each_person_with_course_day_and_judgement() {
    let report = Run::new().icrweb(BOTH).report("roster");
    let unit = "例示大学医学部附属病院　例示内科";
    let course = "臨床研究の基礎知識講座";
    let rows = [
        ["S001", "責任　試郎", unit, "責任医師", course, "2025-06-01", "C1", "2026-06-01", "2026-04-01", "有効"],
        ["S002", "分担　試美", unit, "分担医師", course, "2025-03-15", "C2", "2026-03-15", "2026-04-01", "期限切れ"],
    ];
    assert_eq!(cells(&report, "roster"), rows);
    assert!(report.facts.iter().any(|(label, value)| label.ja == "要件を満たさない行" && value.ja == "1"));
}

#[test]
fn the_roster_lists_those_who_are_not_judged_too() {
    let person = json!([
        { "name": "担当　試世", "role": "crc", "unit": "", "institution": "", "staff_id": "", "mail": "", "kana": "" },
        { "name": "無名　試", "role": "sub", "unit": "", "institution": "", "staff_id": "", "mail": "", "kana": "" },
    ]);
    let report = Run::new().at("/training/people", person).icrweb(BOTH).report("roster");
    let judged: Vec<String> = cells(&report, "roster").into_iter().map(|row| format!("{} {}", row[1], row[9])).collect();
    assert_eq!(judged, ["責任　試郎 有効", "分担　試美 期限切れ", "担当　試世 対象外", "無名　試 職員名簿に該当者なし"]);
}

#[test]
fn those_whose_training_ends_soon_are_listed_in_bands() {
    let run = |day: &str| Run::institution().icrweb(&format!("S001,責任　試郎,例示内科,{day},C1"));
    let names = |report: &todokede_abi::Report, table: &str| {
        cells(report, table).into_iter().map(|row| row[2].clone()).collect::<Vec<_>>()
    };
    for (day, table) in [
        ("2025-04-01", "within-30"),
        ("2025-05-01", "within-30"),
        ("2025-05-02", "within-60"),
        ("2025-06-01", "within-90"),
        ("2025-06-30", "within-90"),
        ("2025-03-31", "late"),
    ] {
        let report = run(day).report("expiring");
        assert_eq!(names(&report, table), ["責任　試郎"], "{day}");
    }
    let later = run("2025-07-01").report("expiring");
    assert!(["within-30", "within-60", "within-90", "late"].iter().all(|table| names(&later, table).is_empty()));
    assert_eq!(names(&later, "never"), ["分担　試美", "担当　試世"]);
}

#[test]
fn a_leaver_is_not_listed() {
    let staff = STAFF.replace("分担医師,", "分担医師,2026-03-31");
    let report = Run::institution().table("staff", "職員名簿.csv", &staff).icrweb(BOTH).report("expiring");
    assert!(cells(&report, "late").is_empty());
}

#[test]
fn registering_users_is_shown_as_what_changes() {
    let staff =
        format!("{}\nS004,新人　試,シンジン　ココロ,,s004@example.jp,例示外科,,", STAFF.replace("CRC,", "CRC,2026-03-31"));
    let users = "施設ユーザーID,氏名,メールアドレス,所属
S001,責任　試郎,s001@example.jp,例示内科
S002,例示　試美,s002@example.jp,例示内科
S003,担当　試世,s003@example.jp,臨床研究支援センター
S090,退職　試,s090@example.jp,例示内科";
    let run = Run::institution().table("staff", "職員名簿.csv", &staff).table("users", "users.csv", users).icrweb(BOTH);
    let report = run.report("users");
    assert_eq!(cells(&report, "add"), [["S004", "新人　試", "シンジン　ココロ", "s004@example.jp", "例示外科"]]);
    let change = cells(&report, "change");
    assert_eq!(change.len(), 1);
    assert_eq!(change[0][5], "氏名: 例示　試美 → 分担　試美");
    let gone: Vec<String> = cells(&report, "remove").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(gone, ["S003", "S090"]);
    assert_eq!(run.codes(), ["TR-0502"], "half of the users would go");
}

#[test]
fn a_user_who_may_be_two_people_is_left_out() {
    let staff = format!("{STAFF}\nS009,責任　試郎,,,,例示内科,,");
    let users = "氏名,所属\n責任　試郎,例示内科";
    let run = Run::institution().table("staff", "職員名簿.csv", &staff).table("users", "users.csv", users).icrweb(BOTH);
    assert_eq!(run.codes(), ["TR-0501"]);
    let report = run.report("users");
    assert!(cells(&report, "remove").is_empty());
    let added: Vec<String> = cells(&report, "add").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(added, ["S002", "S003"], "neither of the two is registered again");
}

#[test]
fn tiers_turn_at_their_limits() {
    let price = |people: usize| {
        let mut users = "施設ユーザーID,氏名".to_owned();
        for number in 0..people {
            users.push_str(&format!("\nU{number},利用　{number}"));
        }
        let report = Run::institution().table("users", "users.csv", &users).icrweb(BOTH).report("forecast");
        let rows = cells(&report, "forecast").into_iter().filter(|row| row[1] == "登録済みユーザー");
        rows.map(|row| (row[4].clone(), row[5].clone(), row[6].clone(), row[7].clone())).collect::<Vec<_>>()
    };
    let row =
        |tier: &str, now: &str, more: &str, fewer: &str| (tier.to_owned(), now.to_owned(), more.to_owned(), fewer.to_owned());
    assert_eq!(price(30), [row("30名以下", "60000", "100000", "60000"), row("100名以下", "200000", "200000", "200000")]);
    assert_eq!(price(31), [row("31～100名", "100000", "100000", "60000"), row("100名以下", "200000", "200000", "200000")]);
    assert_eq!(price(100), [row("31～100名", "100000", "200000", "100000"), row("100名以下", "200000", "300000", "200000")]);
    assert_eq!(
        price(101),
        [row("100名を超える", "200000", "200000", "100000"), row("100名を超える", "300000", "300000", "200000")]
    );
}

#[test]
fn people_are_counted_once_a_fiscal_year() {
    let rows = "S001,責任　試郎,例示内科,2025-03-31,C1\nS001,責任　試郎,例示内科,2025-04-01,C2\nS001,責任　試郎,例示内科,2026-03-31,C3\nS002,分担　試美,例示内科,2026-03-31,C4\nS999,無名　試,例示内科,2025-05-01,C5";
    let report = Run::institution().icrweb(rows).report("forecast");
    let people: Vec<(String, String, String)> = cells(&report, "forecast")
        .into_iter()
        .filter(|row| row[3] == "基本コース")
        .map(|row| (row[0].clone(), row[1].clone(), row[2].clone()))
        .collect();
    let row = |year: &str, basis: &str, count: &str| (year.to_owned(), basis.to_owned(), count.to_owned());
    let wanted = [
        row("2024年度", "修了した人", "1"),
        row("2025年度", "修了した人", "3"),
        row("2026年度", "修了した人", "0"),
        row("2027年度", "在籍者（予定）", "3"),
    ];
    assert_eq!(people, wanted);
}
