//! The good fixtures give no finding at all and validate under both validators.

use serde_json::Value;
use todokede_core::validate::schema::Schema;
use todokede_core::workbook::Layout;
use todokede_tests::trials::{fixture, large};
use todokede_tests::{build, judged, line, only_xml, record, reference, workbook, workspace};

fn is_clean_and_valid(name: &str, trial: &Value) {
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(trial, folder.path());
    let findings: Vec<String> = judged(&outcome).into_iter().map(line).collect();
    assert_eq!(findings, Vec::<String>::new(), "{name}");
    let xml = only_xml(&outcome);
    let Some(schema) = reference::schema() else { return reference::skipped(name, "the published schema") };
    let violations = Schema::parse(&std::fs::read(&schema).unwrap()).unwrap().violations(&xml);
    assert_eq!(violations, [], "{name}");
    let file = folder.path().join("filing.xml");
    std::fs::write(&file, &xml).unwrap();
    match reference::xmllint(&file, &schema) {
        Some(verdict) => assert_eq!(verdict, Ok(()), "{name}"),
        None => reference::skipped(name, "xmllint"),
    }
}

#[test]
fn a_sponsored_trial_is_clean_and_valid() {
    is_clean_and_valid("sponsor", &fixture("sponsor"));
}

#[test]
fn an_investigator_initiated_trial_is_clean_and_valid() {
    is_clean_and_valid("investigator", &fixture("investigator"));
}

#[test]
fn what_follows_a_plan_is_clean_and_valid() {
    for name in ["change", "termination", "abort", "investigator-change", "investigator-termination", "investigator-abort"] {
        is_clean_and_valid(name, &fixture(name));
    }
}

#[test]
fn a_development_abort_is_clean_and_valid() {
    is_clean_and_valid("development-abort", &fixture("development-abort"));
}

#[test]
fn a_trial_of_three_drugs_forty_sites_and_two_hundred_sub_investigators_is_clean_and_valid() {
    let trial = large();
    let subs: usize =
        trial["sites"].as_array().unwrap().iter().map(|site| site["sub_investigators"].as_array().unwrap().len()).sum();
    assert_eq!(
        (trial["other_drugs"].as_array().unwrap().len() + 1, trial["sites"].as_array().unwrap().len(), subs),
        (3, 40, 200)
    );
    is_clean_and_valid("large", &trial);
}

/// The README's example of mistakes is a workbook that a reader can open. `SNAPSHOTS=overwrite` writes it anew.
#[test]
fn the_workbook_of_mistakes_is_what_its_record_writes() {
    let path = workspace().join("fixtures/mistakes.xlsx");
    let bytes = workbook(&[record(&fixture("mistakes"))], Layout::Trial).bytes;
    if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
        std::fs::write(&path, &bytes).unwrap();
    }
    assert!(std::fs::read(&path).is_ok_and(|there| there == bytes), "run with SNAPSHOTS=overwrite and look at the change");
}

#[test]
fn both_validators_refuse_a_filing_with_an_item_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let xml = String::from_utf8(only_xml(&build(&fixture("sponsor"), folder.path()))).unwrap();
    let broken = xml.replace("NOTEDATE STATUS=\"NONE\"", "NOTEDATES STATUS=\"NONE\"").replace("</NOTEDATE>", "</NOTEDATES>");
    assert_ne!(xml, broken);
    let Some(schema) = reference::schema() else { return reference::skipped("broken filing", "the published schema") };
    assert_ne!(Schema::parse(&std::fs::read(&schema).unwrap()).unwrap().violations(broken.as_bytes()), []);
    let file = folder.path().join("broken.xml");
    std::fs::write(&file, &broken).unwrap();
    match reference::xmllint(&file, &schema) {
        Some(verdict) => assert!(verdict.is_err()),
        None => reference::skipped("broken filing", "xmllint"),
    }
}
