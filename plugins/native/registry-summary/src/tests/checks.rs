//! Each check of a row: what is wrong is found at its cell, and nothing else is.

use todokede_abi::At;

use super::{Given, json};

fn cell(table: &str, row: u64, column: u32) -> At {
    At::Table { table: table.to_owned(), source: 0, row, column: Some(column) }
}

/// The findings of the fixture of 2025, which alone has none, with some changes.
fn found(given: Given) -> Vec<(String, At)> {
    // One count is enough to look at rows, and masked in no time.
    given.with("scope", "year").ask().found().into_iter().map(|(rule, at)| (rule.to_owned(), at.clone())).collect()
}

#[test]
fn the_fixture_has_no_finding() {
    assert_eq!(found(Given::year(2025)), []);
}

#[test]
fn what_is_wrong_in_a_patient_is_found_at_the_cell() {
    // Columns: id, product, sex, age, treated, outcome, died.
    let wrong = [
        (0, "", "RS-0110"),
        (1, "REI-Z", "RS-0112"),
        (1, "", "RS-0112"),
        (2, "3", "RS-0113"),
        (2, "", "RS-0114"),
        (3, "", "RS-0115"),
        (3, "126", "RS-0126"),
        (3, "-1", "RS-0126"),
        (3, "65.5", "RS-0126"),
        (3, "六十五", "RS-0126"),
        (4, "", "RS-0116"),
        (4, "4/5/2024", "RS-0117"),
        (4, "2023-02-30", "RS-0117"),
        (4, "2023-05-31", "RS-0118"),
        (4, "2026-05-01", "RS-0119"),
        (5, "転院", "RS-0121"),
        (6, "不詳", "RS-0122"),
        (6, "2027-01-01", "RS-0119"),
    ];
    for (column, text, rule) in wrong {
        let mut given = Given::year(2025).patient(2, 5, "").patient(2, 6, "");
        // The patient has no event that could fall before another day of treatment.
        let id = given.patients[1][0].clone();
        given.events.retain(|event| event[0] != id);
        let found = found(given.patient(2, column, text));
        assert_eq!(found.first(), Some(&(rule.to_owned(), cell("patients", 2, column as u32))), "{text}");
        assert_eq!(found.iter().filter(|(rule, _)| rule != "RS-0216").count(), 1, "{text}");
    }
}

#[test]
fn deaths_are_held_against_treatment_and_outcome() {
    let base = || {
        let mut given = Given::year(2025).patient(2, 5, "").patient(2, 6, "");
        let id = given.patients[1][0].clone();
        given.events.retain(|event| event[0] != id);
        given.patient(2, 4, "2024-06-01")
    };
    assert_eq!(found(base().patient(2, 6, "2024-05-31")), [("RS-0120".to_owned(), cell("patients", 2, 6))]);
    assert_eq!(found(base().patient(2, 6, "2024-06-01")), []);
    assert_eq!(found(base().patient(2, 5, "死亡")), [("RS-0124".to_owned(), cell("patients", 2, 6))]);
    let alive = base().patient(2, 5, "生存").patient(2, 6, "2024-07-01");
    assert_eq!(found(alive), [("RS-0123".to_owned(), cell("patients", 2, 5))]);
}

#[test]
fn codes_days_and_ages_are_read_as_people_write_them() {
    let given = Given::year(2025).patient(2, 2, "Ｍ").patient(3, 2, "Female").patient(4, 2, "2");
    let given = given.patient(2, 3, "４５歳").patient(3, 4, "2023年6月9日");
    assert_eq!(found(given).iter().filter(|(rule, _)| rule != "RS-0134").count(), 0);
}

#[test]
fn a_patient_who_stands_twice_is_found_where_he_stands_again() {
    let mut given = Given::year(2025);
    let again = given.patients[4].clone();
    given.patients.push(again);
    let rows = given.patients.len() as u64;
    let answered = given.with("scope", "year").ask();
    assert_eq!(answered.found(), [("RS-0111", &cell("patients", rows, 0))]);
    assert_eq!(answered.findings[0].values["row"].ja, "5");
}

#[test]
fn what_is_wrong_in_an_event_is_found_at_the_cell() {
    // Columns: id, kind, term, date.
    let wrong = [
        (0, "", "RS-0130"),
        (0, "R-9999", "RS-0131"),
        (1, "合併症", "RS-0136"),
        (1, "", "RS-0136"),
        (2, " ", "RS-0132"),
        (3, "", "RS-0133"),
        (3, "きのう", "RS-0133"),
        (3, "2023-01-01", "RS-0134"),
        (3, "2026-12-01", "RS-0119"),
    ];
    for (column, text, rule) in wrong {
        let found = found(Given::year(2025).event(2, column, text));
        assert_eq!(found, [(rule.to_owned(), cell("events", 2, column as u32))], "{text}");
    }
}

#[test]
fn columns_that_are_missing_or_stand_twice_are_found() {
    let header = |column: usize, title: &str| {
        let mut given = Given::year(2025);
        given.events.clear();
        found(given.patient(1, column, title))
    };
    let missing = header(3, "備考");
    assert_eq!(missing[0], ("RS-0101".to_owned(), At::Table { table: "patients".to_owned(), source: 0, row: 1, column: None }));
    let twice = header(5, "Gender");
    assert_eq!(twice[0], ("RS-0102".to_owned(), cell("patients", 1, 5)));
}

#[test]
fn no_finding_repeats_a_value_of_a_row() {
    let mut given = Given::year(2025);
    for row in 2..=given.patients.len() {
        for (column, text) in
            [(0, ""), (1, "SECRET-1"), (2, "SECRET-2"), (3, "SECRET-3"), (4, "SECRET-4"), (5, "SECRET-5"), (6, "SECRET-6")]
        {
            given = given.patient(row, column, text);
        }
    }
    for row in 2..=given.events.len() {
        for (column, text) in [(0, "SECRET-7"), (1, "SECRET-8"), (3, "SECRET-9")] {
            given = given.event(row, column, text);
        }
    }
    let answered = given.with("scope", "year").ask();
    let text = format!("{} {:?}", json!(answered.findings), answered.findings);
    assert!(!text.contains("SECRET"));
    let of = |rule: &str| answered.findings.iter().filter(|finding| finding.rule == rule).count();
    assert_eq!(of("RS-0113"), 20, "capped");
    let more = answered.findings.iter().find(|finding| finding.rule == "RS-0199" && finding.values["rule"].ja == "RS-0113");
    assert_eq!(more.unwrap().values["count"].ja, "41", "61 rows, 20 shown");
}

#[test]
fn what_is_wrong_in_the_record_is_found() {
    let record = |field: &str, value: &str| found(Given::year(2025).with(field, value));
    let at = |field: &str| At::Record(format!("/registry/{field}"));
    assert_eq!(record("age_bands", "0-19,21-"), [("RS-0201".to_owned(), at("age_bands"))]);
    assert_eq!(record("year", "来年"), [("RS-0202".to_owned(), at("year"))]);
    assert_eq!(record("counted_on", "2026-07-01"), [("RS-0203".to_owned(), at("counted_on"))]);
    assert!(record("counted_on", "2026-03-30").contains(&("RS-0204".to_owned(), at("counted_on"))));
    assert_eq!(record("policy", "under-3"), [("RS-0207".to_owned(), at("policy"))]);
    assert_eq!(record("min_width", "9"), [("RS-0208".to_owned(), at("min_width"))]);
    let mut twice = Given::year(2025);
    twice.filing.record["registry"]["products"][1]["code"] = "REI-A".into();
    assert!(found(twice).contains(&("RS-0205".to_owned(), at("products/1/code"))));
    let many: Vec<_> = (0..256).map(|number| json!({ "code": format!("P{number}"), "name": "例示" })).collect();
    assert_eq!(found(Given::year(2025).with("products", many)), [("RS-0206".to_owned(), At::Filing)]);
    let mut nobody = Given::year(2025);
    nobody.patients.truncate(1);
    nobody.events.clear();
    assert_eq!(found(nobody)[0], ("RS-0150".to_owned(), At::Filing));
}

#[test]
fn where_nothing_can_be_counted_reports_say_so_and_hold_no_number() {
    let answered = Given::year(2025).with("policy", "under-3").ask();
    for report in answered.made.reports.values() {
        assert_eq!(report.blocks.len(), 1);
    }
    assert!(answered.made.remembered.is_null());
}
