//! Whose a completion is.

use serde_json::json;
use todokede_abi::At;

use super::{Run, STAFF, value};

const SUB: &str = "S002,分担　試美,例示内科,2026-03-01,C2";

fn run(row: &str) -> Run {
    Run::new().icrweb(&format!("{row}\n{SUB}"))
}

#[test]
fn staff_id_then_mail_then_name_and_unit() {
    assert!(run("S001,責任　試郎,他科,2026-03-01,C1").codes().is_empty(), "by staff id, whatever the unit");
    assert!(run(",責任試郎,例示内科,2026-03-01,C1").codes().is_empty(), "by name and unit");
    let mail = "氏名,メールアドレス,修了日,講座名,施設コード\n責任 試郎,Ｓ００１@EXAMPLE.JP,2026/3/1,臨床研究の基礎知識講座,0";
    let found = Run::new().table("completions", "a.csv", mail).codes();
    assert_eq!(found, ["TR-0311"], "by mail; only the sub-investigator lacks it");
    // A spreadsheet took the zeros away.
    let staff = STAFF.replace("S001", "00017");
    assert!(run("17,責任　試郎,,2026-03-01,C1").table("staff", "職員名簿.csv", &staff).codes().is_empty());
}

#[test]
fn spellings_of_one_name_are_one() {
    let staff = STAFF.replace("責任　試郎", "髙﨑　邊太郎").replace("責任", "");
    let trial = || json!("高崎 辺太郎");
    for name in ["髙﨑　邊太郎", "高崎辺太郎", "高崎　邉太郎", "髙崎 邊太郎"] {
        let run = run(&format!(",{name},例示内科,2026-03-01,C1")).table("staff", "職員名簿.csv", &staff);
        assert!(run.at("/sites/0/investigators/0/name", trial()).codes().is_empty(), "{name}");
    }
}

#[test]
fn a_former_name_is_the_same_person() {
    let rows = "S001,責任　試郎,例示内科,2026-03-01,C1\n,例示　試美,例示内科,2026-03-01,C2";
    assert!(Run::new().icrweb(rows).codes().is_empty());
    let by_id = "S001,責任　試郎,例示内科,2026-03-01,C1\nS002,例示　試美,,2026-03-01,C2";
    assert!(Run::new().icrweb(by_id).codes().is_empty());
}

#[test]
fn kana_tells_where_the_name_is_kana() {
    assert!(run(",セキニン シロウ,例示内科,2026-03-01,C1").codes().is_empty());
    let other = run(",セキニン シロウ,例示外科,2026-03-01,C1");
    assert_eq!(other.codes(), ["TR-0203", "TR-0311"]);
}

#[test]
fn another_reading_is_another_person() {
    let rows = "S001,責任　試郎,例示内科,2026-03-01,C1\nS002,分担　試美,例示内科,2026-03-01,C2";
    let run = Run::new().icrweb(rows).at("/sites/0/investigators/0/kana", json!("せきにん　こころお"));
    assert_eq!(run.codes(), ["TR-0303"]);
    assert!(value(&run.one("TR-0303"), "reason").contains("フリガナ"));
}

#[test]
fn a_name_alone_is_not_enough() {
    let alone = run(",責任　試郎,,2026-03-01,C1");
    assert_eq!(alone.codes(), ["TR-0203", "TR-0311"]);
    assert!(value(&alone.one("TR-0203"), "reason").contains("どれもありません"));
    assert!(alone.set(json!({ "name_alone": true })).codes().is_empty());
    let elsewhere = run(",責任　試郎,例示外科,2026-03-01,C1").set(json!({ "name_alone": true }));
    assert_eq!(elsewhere.codes(), ["TR-0203", "TR-0311"], "another unit is another person until someone says otherwise");
}

#[test]
fn two_people_of_one_name_are_never_mixed() {
    let staff = format!("{STAFF}\nS009,責任　試郎,セキニン　シロウ,,,例示外科,,");
    // The completion is that of the other.
    let other = run("S009,責任　試郎,例示外科,2026-03-01,C1").table("staff", "職員名簿.csv", &staff);
    assert_eq!(other.codes(), ["TR-0302"], "the unit of the site does not say which of them it is");
    let told = |id: &str, unit: &str| {
        let row = json!([{ "name": "責任　試郎", "staff_id": id, "role": "", "unit": unit, "institution": "", "mail": "", "kana": "" }]);
        run("S009,責任　試郎,例示外科,2026-03-01,C1").table("staff", "職員名簿.csv", &staff).at("/training/people", row).codes()
    };
    assert_eq!((told("S001", ""), told("", "例示内科")), (vec!["TR-0311".to_owned()], vec!["TR-0311".to_owned()]));
    assert!(told("S009", "").is_empty() && told("", "例示外科").is_empty() && told("S009", "例示外科").is_empty());
    // Nothing tells which: an error that shows both rows, and the row counts for nobody.
    let unclear = run(",責任　試郎,,2026-03-01,C1").table("staff", "職員名簿.csv", &staff);
    assert_eq!(unclear.codes(), ["TR-0201", "TR-0302"]);
    let finding = unclear.one("TR-0201");
    let rows = value(&finding, "rows");
    assert!(rows.contains("職員名簿.csv › 2行目") && rows.contains("職員名簿.csv › 5行目"), "{rows}");
    assert_eq!(finding.at, At::Table { table: "completions".to_owned(), source: 0, row: 2, column: None });
    // In the same unit nothing tells the person of the filing either.
    let twins = staff.replace("例示外科", "例示内科");
    let finding = run("S001,責任　試郎,例示内科,2026-03-01,C1").table("staff", "職員名簿.csv", &twins).one("TR-0302");
    assert_eq!(finding.at, At::Record("/sites/0/investigators/0/name".to_owned()));
    assert!(value(&finding, "rows").contains("S001") && value(&finding, "rows").contains("S009"));
    // A row of the training sheet says who it is.
    let people = json!([{ "name": "責任　試郎", "staff_id": "S001", "role": "", "unit": "", "institution": "", "mail": "", "kana": "" }]);
    let told =
        run("S001,責任　試郎,例示内科,2026-03-01,C1").table("staff", "職員名簿.csv", &twins).at("/training/people", people);
    assert!(told.codes().is_empty());
}

#[test]
fn spellings_that_two_people_have_are_not_guessed() {
    let staff = format!("{STAFF}\nS010,髙橋　試,,,,例示内科,,\nS011,高橋　試,,,,例示内科,,");
    let run = Run::institution().table("staff", "職員名簿.csv", &staff).icrweb(",髙橋　試,例示内科,2026-03-01,C1");
    assert!(run.codes().contains(&"TR-0201".to_owned()), "an export may have lost the variant");
}

#[test]
fn an_id_of_someone_else_is_an_error() {
    let wrong = run("S002,責任　試郎,例示内科,2026-03-01,C1");
    assert_eq!(wrong.codes(), ["TR-0204", "TR-0311"]);
    let mail = "氏名,メールアドレス,修了日,講座名,施設コード\n責任 試郎,s002@example.jp,2026/3/1,臨床研究の基礎知識講座,0";
    assert_eq!(Run::new().table("completions", "a.csv", mail).codes(), ["TR-0204", "TR-0311", "TR-0311"]);
    let unknown = run("S999,責任　試郎,例示内科,2026-03-01,C1");
    assert_eq!(unknown.codes(), ["TR-0203", "TR-0311"], "the same name and unit, but another id");
}

#[test]
fn unmatched_rows_are_warned_of() {
    let rows = "S999,無名　試,例示内科,2026-03-01,C9";
    let institution = Run::institution().icrweb(rows);
    assert_eq!(institution.codes(), ["TR-0202"]);
    assert_eq!(value(&institution.one("TR-0202"), "name"), "無名　試");
    let trial = Run::new().icrweb(&format!("S001,責任　試郎,,2026-03-01,C1\n{SUB}\n{rows}"));
    assert_eq!(trial.codes(), ["TR-0206"], "in a trial those of other names are only counted");
}

#[test]
fn one_person_in_two_units_is_one() {
    let staff = format!("{STAFF}\nS001,責任　試郎,セキニン　シロウ,,,治験センター,,");
    let run = run(",責任　試郎,治験センター,2026-03-01,C1").table("staff", "職員名簿.csv", &staff);
    assert!(run.codes().is_empty(), "{:?}", run.codes());
    let staff = format!("{STAFF}\nS001,別人　試,,,,治験センター,,");
    let codes = super::Run::institution().table("staff", "職員名簿.csv", &staff).icrweb(SUB).codes();
    assert_eq!(codes, ["TR-0110"]);
}

#[test]
fn an_id_and_an_address_of_two_people_are_said_to_be_so() {
    let rows =
        "施設ユーザーID,氏名,メールアドレス,修了日,講座名\nS001,責任 試郎,s002@example.jp,2026/3/1,臨床研究の基礎知識講座";
    let finding = Run::new().table("completions", "icrweb.csv", rows).one("TR-0204");
    assert!(value(&finding, "reason").contains("別々の人"), "{finding:?}");
    assert!(value(&finding, "rows").contains("S001") && value(&finding, "rows").contains("S002"), "{finding:?}");
}

#[test]
fn an_exact_spelling_is_not_overridden_by_a_folded_one() {
    // 髙橋 of another unit, 高橋 of the unit of the site: the filing names 髙橋.
    let staff = format!("{STAFF}\nS010,髙橋　試,,,,例示外科,分担医師,\nS011,高橋　試,,,,例示内科,分担医師,");
    let rows = "S001,責任　試郎,例示内科,2026-03-01,C1\nS011,高橋　試,例示内科,2026-03-01,C2";
    let run = |rows: &str| {
        let run = Run::new().table("staff", "職員名簿.csv", &staff).icrweb(rows);
        run.at("/sites/0/sub_investigators/0", json!({ "name": "髙橋　試", "kana": "" }))
    };
    let finding = run(rows).one("TR-0302");
    assert!(value(&finding, "rows").contains("S010") && value(&finding, "rows").contains("S011"));
    let told = |id: &str| {
        let row =
            json!([{ "name": "髙橋　試", "staff_id": id, "role": "", "unit": "", "institution": "", "mail": "", "kana": "" }]);
        run(rows).at("/training/people", row).codes()
    };
    assert_eq!(told("S010"), ["TR-0311"]);
    assert!(told("S011").is_empty());
    // Nor does the unit of an export give the other person a completion.
    let export = run("S001,責任　試郎,例示内科,2026-03-01,C1\n,髙橋　試,例示内科,2026-03-01,C2");
    assert_eq!(export.codes(), ["TR-0201", "TR-0302"]);
}
