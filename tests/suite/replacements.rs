//! Characters that someone accepts to have replaced: in the filing, explained, and listed.

use std::fs;

use serde_json::{Value, json};
use todokede_tests::trials::fixture;
use todokede_tests::{build, judged, line, only_xml};

/// A trial with a kanji outside JIS levels 1 and 2, and these rows of replacements.
fn trial(replacements: Value) -> Value {
    let mut trial = fixture("sponsor");
    trial["sites"][0]["investigators"][0]["name"] = json!("髙橋　試郎");
    trial["filing"]["replacements"] = replacements;
    trial
}

const NAME: &str = "DEMO-001_01_K_etc_外字.html";
const DOCUMENT: &str = "外字の置換えについて";

#[test]
fn an_accepted_replacement_is_filed_explained_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let accepted = json!([{ "character": "髙", "replacement": "高", "note": "戸籍上の字" }]);
    let outcome = build(&trial(accepted), folder.path());
    assert_eq!(judged(&outcome).into_iter().map(line).collect::<Vec<_>>(), Vec::<String>::new());
    let xml = String::from_utf8(only_xml(&outcome)).unwrap();
    assert!(xml.contains("高橋　試郎") && !xml.contains('髙'));
    assert_eq!(xml.matches(DOCUMENT).count(), 1);
    let page = fs::read_to_string(outcome.built[0].folder.join(NAME)).unwrap();
    for shown in ["髙", "U+9AD9", "高", "戸籍上の字", "髙橋　試郎", "高橋　試郎"] {
        assert!(page.contains(shown), "{shown}");
    }
    let review = fs::read_to_string(outcome.built[0].folder.join("review.html")).unwrap();
    assert!(review.contains("高橋　試郎"));
}

#[test]
fn a_document_that_is_listed_already_is_not_listed_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = trial(json!([{ "character": "髙" }]));
    trial["filing"]["documents"].as_array_mut().unwrap().insert(0, json!({ "name": DOCUMENT }));
    let xml = String::from_utf8(only_xml(&build(&trial, folder.path()))).unwrap();
    assert_eq!(xml.matches(DOCUMENT).count(), 1);
}

#[test]
fn with_no_document_listed_it_is_the_first() {
    let mut trial = trial(json!([{ "character": "髙" }]));
    trial["filing"]["kind"] = json!("治験終了届");
    trial["filing"]["documents"] = json!([]);
    // Only a look at the items: this version may not build the kind.
    let record = todokede_tests::record(&trial);
    let engine = todokede_tests::engine();
    let plugin = &engine.plugins["pmda-ctn"];
    let (mut filing, _) = todokede_core::map::map(&record, plugin, &engine.catalogue);
    let (replaced, findings) =
        todokede_core::map::replace::replace(&mut filing, &record, plugin, &engine.catalogue, &engine.book);
    assert_eq!((replaced.len(), findings), (1, Vec::new()));
    let lines = serde_json::to_value(filing.lines(&plugin.form, &record.sources, todokede_core::model::Lang::Ja)).unwrap();
    let rows: Vec<(&str, &str)> = lines
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["number"].as_str().unwrap().starts_with("B.3.16.1.k"))
        .map(|line| (line["number"].as_str().unwrap(), line["value"].as_str().unwrap()))
        .collect();
    assert_eq!(rows, [("B.3.16.1.k.1", "1"), ("B.3.16.1.k.2", DOCUMENT)]);
}

#[test]
fn nothing_is_explained_or_listed_when_nothing_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = trial(json!([{ "character": "髙" }]));
    trial["sites"][0]["investigators"][0]["name"] = json!("高橋　試郎");
    let outcome = build(&trial, folder.path());
    assert!(!String::from_utf8(only_xml(&outcome)).unwrap().contains(DOCUMENT));
    assert!(!outcome.built[0].folder.join(NAME).exists());
    let rules: Vec<&str> = judged(&outcome).into_iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["RP-0001"]);
}
