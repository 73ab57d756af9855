//! The jRCT plugin: complete trials are clean, every row of the item table is there, and the review page shows it all.

use std::collections::BTreeSet;

use serde_json::Value;
use todokede_core::model::Lang;
use todokede_core::run::{Job, Outcome, Quiet, Stage, WordOptions, run};
use todokede_tests::trials::fixture;
use todokede_tests::{NOW, engine, line, reference};

/// Builds trials for jRCT into a folder, one run after another.
fn build(trial: &Value, folder: &std::path::Path) -> Outcome {
    let input = folder.join("study.json");
    std::fs::write(&input, trial.to_string()).unwrap();
    let job = Job {
        inputs: vec![input],
        plugins: vec!["jrct".to_owned()],
        until: Stage::Package,
        out: Some(folder.join("out")),
        ledger: Some(folder.join("ledger.jsonl")),
        now: NOW.to_owned(),
        jobs: 1,
        draft: false,
        previous: Vec::new(),
        waivers: None,
        xsd: None,
        word: WordOptions::default(),
        settings: Default::default(),
        keep: false,
    };
    run(engine(), &job, &Quiet).unwrap()
}

/// Reads the review page of the only filing below a folder.
fn review(folder: &std::path::Path, report: &str) -> String {
    let mut found = Vec::new();
    let mut open = vec![folder.join("out")];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.ends_with("review.html") && path.to_string_lossy().contains(report) {
                found.push(path);
            }
        }
    }
    assert_eq!(found.len(), 1, "{found:?}");
    std::fs::read_to_string(&found[0]).unwrap()
}

#[test]
fn complete_trials_have_no_finding() {
    for name in ["jrct-specified", "jrct-sponsored", "jrct-completion"] {
        let folder = tempfile::tempdir().unwrap();
        let outcome = build(&fixture(name), folder.path());
        let findings: Vec<String> = outcome.findings.iter().map(line).collect();
        assert_eq!(findings, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_form_has_every_row_of_the_item_table_but_the_one_that_it_says() {
    let form = &engine().plugins["jrct"].form;
    let numbers: BTreeSet<&str> =
        form.items().iter().map(|item| item.number.as_str()).filter(|number| number.starts_with('J')).collect();
    let wanted: Vec<String> = (1..=152).map(|number| format!("J{number:03}")).collect();
    let missing: Vec<&String> = wanted.iter().filter(|number| !numbers.contains(number.as_str())).collect();
    assert_eq!(missing, ["J147"]);
    assert_eq!(numbers.len(), 151);
    for item in form.items().iter().filter(|item| item.number.starts_with('J')) {
        assert!(!item.label.is_empty() && !item.label_en.is_empty(), "{}", item.path);
    }
}

#[test]
fn the_items_are_those_of_the_reference() {
    let Some(path) = reference::file("jrct/items.csv") else { return reference::skipped("jRCT items", "the item table") };
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let form = &engine().plugins["jrct"].form;
    let mut order = Vec::new();
    for row in reader.deserialize::<std::collections::BTreeMap<String, String>>() {
        let row = row.unwrap();
        let Some(item) = form.items().iter().position(|item| item.number == row["item_id"]) else {
            assert_eq!(row["item_id"], "J147");
            continue;
        };
        order.push(item);
        let item = form.item(item);
        assert_eq!(item.who, row["who_trds_item"].replace(';', " "), "{}", item.path);
        assert_eq!(item.public, row["public"], "{}", item.path);
        assert_eq!(item.confirmed, !matches!(row["rule_ev"].as_str(), "M" | "I"), "{}", item.path);
    }
    assert_eq!(order.len(), 151);
    assert!(order.is_sorted(), "the items stand in the order of the screens");
}

#[test]
fn the_review_page_shows_both_languages_and_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let trial = fixture("jrct-specified");
    build(&trial, folder.path());
    let page = review(folder.path(), "new");
    for text in [
        trial["trial"]["title"].as_str().unwrap(),
        trial["trial"]["title_en"].as_str().unwrap(),
        "例示クリニック",
        "Reiji Clinic",
        "無作為化比較",
        "第Ⅱ相",
        "DEMO-201 50 mg orally twice a day",
        "大阪府例示市例示町4-4-4　例示棟",
        "counter(page)",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("src="));
    // The lead site is shown with the principal investigator and not among the others.
    assert_eq!(page.matches("研究責任医師／治験責任医師等 氏名<").count(), 2);
}

#[test]
fn what_is_not_asked_in_a_category_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = fixture("jrct-sponsored");
    trial["care"]["insurance"] = "yes".into();
    trial["supervisor"]["name"] = "例示法人".into();
    let outcome = build(&trial, folder.path());
    assert_eq!(outcome.findings.iter().map(line).collect::<Vec<_>>(), Vec::<String>::new());
    let page = review(folder.path(), "new");
    assert!(!page.contains("保険への加入の有無</") && page.contains("依頼者等の名称"));
}

#[test]
fn a_change_is_compared_with_the_registration() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = fixture("jrct-specified");
    build(&trial, folder.path());
    trial["jrct"]["report"] = "change".into();
    trial["jrct"]["date"] = "2026-09-01".into();
    trial["jrct"]["number"] = "jRCTs000000000".into();
    trial["trial"]["end_date"] = "2029-09-30".into();
    trial["filing"]["changes"] = serde_json::json!([{ "reason": "研究期間を延長するため" }]);
    let outcome = build(&trial, folder.path());
    let findings: Vec<&str> = outcome.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(findings, ["CG-0010"], "{:?}", outcome.findings.iter().map(|f| f.message.get(Lang::Ja)).collect::<Vec<_>>());
    let page = review(folder.path(), "change");
    assert!(page.contains("研究期間を延長するため") && page.contains("変更前：2029/03/31"));
}

#[test]
fn a_completion_after_the_registration_needs_no_reasons_and_knows_when_the_plan_was_submitted() {
    let folder = tempfile::tempdir().unwrap();
    build(&fixture("jrct-specified"), folder.path());
    let mut trial = fixture("jrct-completion");
    trial["jrct"].as_object_mut().unwrap().remove("plan_date");
    let outcome = build(&trial, folder.path());
    let findings: Vec<&str> = outcome.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert!(findings.iter().all(|rule| ["CG-0010", "LG-0005"].contains(rule)), "{findings:?}");
    let page = review(folder.path(), "completion");
    assert!(page.contains("DEMO-201 improved the example score over placebo.") && page.contains("変更前：募集前"));
}

#[test]
fn a_workbook_for_jrct_has_a_place_for_reasons() {
    let engine = engine();
    let reasons = engine.catalogue.field_ix("filing.changes.reason").unwrap();
    let asked = |plugin: &str| engine.uses_of(&[&engine.plugins[plugin]], &[], false).contains_key(&reasons);
    assert!(asked("jrct"));
    // The registry asks for none, and a plan of a 治験 has nothing before it.
    assert!(!asked("umin-ctr") && !asked("pmda-ctn"));
}
