//! JSON inputs.

use super::*;

fn read(json: &str) -> Ingested {
    Engine::new().read(&[("a.json", json.as_bytes())])
}

#[test]
fn one_object_an_array_and_a_list_of_trials_are_read() {
    let engine = Engine::new();
    for (json, count) in [
        (r#"{"$schema":"x","_comment":"y","trial":{"id":"D-1"}}"#, 1),
        (r#"[{"trial":{"id":"D-1"}},{"trial":{"id":"D-2"}}]"#, 2),
        (r#"{"trials":[{"trial":{"id":"D-1"}}],"$note":1}"#, 1),
    ] {
        let read = engine.read(&[("a.json", json.as_bytes())]);
        none(&read.findings);
        assert_eq!(read.records.len(), count);
        assert_eq!(engine.value(&read.records[0], "trial.id"), "D-1");
    }
}

#[test]
fn values_are_nested_by_their_ids() {
    let engine = Engine::new();
    let read = read(
        r#"{"trial":{"id":"D-1","subjects_total":24,"objective":null,"charge_reason":" "},
            "main_drug":{"symbol":"DEMO-001","dosage_forms":["A1",{"code":"B2"},null],"routes":"11、12","plants":[{"name":"例示工場"}]},
            "sites":[{"site_no":"1","investigators":[{"name":"責任　試郎"}]}]}"#,
    );
    none(&read.findings);
    let record = &read.records[0];
    assert_eq!(engine.value(record, "trial.subjects_total"), "number:24/0");
    let forms = engine.rows(&record.root, "main_drug.dosage_forms");
    assert_eq!(engine.column(forms, "main_drug.dosage_forms.code"), ["A1", "B2"]);
    let routes = engine.rows(&record.root, "main_drug.routes");
    assert_eq!(engine.column(routes, "main_drug.routes.code"), ["11", "12"]);
    assert_eq!(engine.column(engine.rows(&record.root, "main_drug.plants"), "main_drug.plants.name"), ["例示工場"]);
    let site = &engine.rows(&record.root, "sites")[0];
    let field = engine.catalogue.field_ix("sites.department").unwrap();
    assert_eq!(record.sources.place(&site.origin(field, &engine.catalogue)).pointer, "/sites/0/department");
    let name = engine.catalogue.field_ix("sites.investigators.name").unwrap();
    let doctor = &engine.rows(site, "sites.investigators")[0];
    assert_eq!(record.sources.place(&doctor.origin(name, &engine.catalogue)).pointer, "/sites/0/investigators/0/name");
}

#[test]
fn what_json_writes_is_read_back_to_the_same_values() {
    let engine = Engine::new();
    let book = xlsx(&[
        ("試験", &[&["項目", "値"], &["試験ID", "D-1"], &["目的", "一行目\n二行目"], &["剤形コード", "A1、B2"]]),
        ("実施医療機関", &[&["施設番号", "実施医療機関の名称"], &["1", "例示病院"], &["2", "例示第二病院"]]),
        ("治験責任医師", &[&["施設番号", "氏名"], &["2", "責任　試郎"]]),
    ]);
    let first = engine.read(&[("a.xlsx", &book)]).records.remove(0);
    let json = first.to_json(&engine.catalogue);
    let again = engine.read(&[("a.json", json.to_string().as_bytes())]);
    none(&again.findings);
    assert_eq!(again.records[0].to_json(&engine.catalogue), json);
    assert_eq!(engine.rows(&again.records[0].root, "sites").len(), 2);
}

#[test]
fn what_the_catalogue_does_not_know_is_an_error_with_its_pointer() {
    let read = read(
        r#"{"trial":{"id":"D-1","phaze":"1","objective":{"ja":"x"},"type":["a"],"id":"D-2","start_date":9007199254740993},
            "sites":{"site_no":"1"},"payers":["例示製薬"],"a/b":1,"filing":"x"}"#,
    );
    assert_eq!(
        places(&read.findings),
        [
            "IN-0061 /a~1b",
            "IN-0061 /trial/phaze",
            "IN-0062 /filing",
            "IN-0062 /payers/0",
            "IN-0062 /sites",
            "IN-0062 /trial/objective",
            "IN-0062 /trial/type",
            "IN-0063 /trial/id",
            "IN-0065 /trial/start_date",
        ]
    );
    assert!(read.findings.iter().any(|finding| finding.message.en.contains("Did you mean \"phase\"?")));
    assert!(read.findings.iter().all(|finding| finding.trial == "D-1"));
    assert_eq!(read.records.len(), 1);
}

#[test]
fn a_trial_without_an_id_names_its_pointer() {
    assert_eq!(places(&read(r#"[{"trial":{"phase":"1"}}]"#).findings), ["IN-0050 /0/trial/id"]);
}

#[test]
fn a_cut_off_text_is_an_error_with_its_line() {
    let read = read("{\"trial\": {\n\"id\": \"D-1\"");
    assert_eq!((read.findings[0].rule.as_str(), read.findings[0].at.line.as_str()), ("IN-0060", "2:11"));
    assert!(read.records.is_empty());
}

#[test]
fn a_list_of_no_trials_or_of_something_else_is_an_error() {
    assert_eq!(places(&read("[]").findings), ["IN-0009 "]);
    assert_eq!(places(&read("[1]").findings), ["IN-0009 ", "IN-0062 /0"]);
}
