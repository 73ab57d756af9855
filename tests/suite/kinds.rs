//! Every kind of filing, from its fixture to its names.

use std::fs;

use serde_json::{Value, json};
use todokede_core::run::{Engine, Quiet, Stage, run};
use todokede_tests::trials::fixture;
use todokede_tests::{build, engine, judged, line, outcome, reference, workspace};

/// The fixtures with the folder, archive and XML file their filings are named by.
const NAMES: &[(&str, &str, &str, &str)] = &[
    ("sponsor", "01_K", "DEMO-001_01_K_【例示製薬株式会社】.zip", "REIJI_DEMO-001_01.xml"),
    ("change", "01_H_01", "DEMO-001_01_H_01_【例示製薬株式会社】.zip", "REIJI_DEMO-001_01.xml"),
    ("termination", "01_S", "DEMO-001_01_S_【例示製薬株式会社】.zip", "REIJI_DEMO-001_01.xml"),
    ("abort", "01_C", "DEMO-001_01_C_【例示製薬株式会社】.zip", "REIJI_DEMO-001_01.xml"),
    ("development-abort", "00_END", "DEMO-001_00_END_【例示製薬株式会社】.zip", "REIJI_DEMO-001_00.xml"),
    ("investigator-change", "01_H_01", "DEMO-101_01_H_01_【例示大学医学部附属病院】.zip", "SHIKEN_DEMO-101_01.xml"),
    ("investigator-termination", "01_S", "DEMO-101_01_S_【例示大学医学部附属病院】.zip", "SHIKEN_DEMO-101_01.xml"),
    ("investigator-abort", "01_C", "DEMO-101_01_C_【例示大学医学部附属病院】.zip", "SHIKEN_DEMO-101_01.xml"),
];

#[test]
fn each_kind_is_named_by_its_class_and_its_counts() {
    for (name, folder, archive, xml) in NAMES {
        let outcome = build(&fixture(name), tempfile::tempdir().unwrap().path());
        let findings: Vec<String> = judged(&outcome).into_iter().map(line).collect();
        assert_eq!(findings, Vec::<String>::new(), "{name}");
        let built = &outcome.built[0];
        assert_eq!(built.folder.file_name().unwrap().to_str(), Some(*folder), "{name}");
        for file in [archive, xml] {
            assert!(built.files.iter().any(|there| there == file), "{name}: no {file} in {:?}", built.files);
        }
    }
}

#[test]
fn the_tenth_change_of_the_twelfth_plan_has_two_digits_each() {
    let mut trial = fixture("change");
    for (field, value) in [("plan_count", json!(12)), ("change_count", json!(10)), ("first_receipt_number", json!("2025-9001"))]
    {
        trial["filing"][field] = value;
    }
    trial["filing"]["first_date"] = json!("2025-04-01");
    let outcome = build(&trial, tempfile::tempdir().unwrap().path());
    assert!(outcome.built[0].folder.ends_with("12_H_10"), "{:?}", judged(&outcome).into_iter().map(line).collect::<Vec<_>>());
}

#[test]
fn a_plan_filed_as_a_development_abort_says_once_for_each_part_that_it_is_left_out() {
    let mut trial = fixture("development-abort");
    for (part, value) in fixture("abort").as_object().unwrap() {
        match (trial.get_mut(part).and_then(Value::as_object_mut), value.as_object()) {
            (Some(there), Some(more)) => {
                for (field, value) in more {
                    there.entry(field).or_insert_with(|| value.clone());
                }
            }
            (None, _) => trial[part] = value.clone(),
            _ => {}
        }
    }
    let outcome = build(&trial, tempfile::tempdir().unwrap().path());
    let mut found: Vec<(&str, &str)> =
        judged(&outcome).iter().map(|finding| (finding.rule.as_str(), finding.found.item.split(' ').next().unwrap())).collect();
    found.sort_unstable();
    let left_out = ["B.2.5", "B.2.7", "B.3.10", "B.3.11", "B.3.12", "B.3.13", "B.3.14", "B.3.5", "B.3.7", "B.3.8", "B.3.9"];
    let mut wanted = vec![("CTN-0008", "B.2.6"), ("CTN-0013", "B.3.6.3")];
    wanted.extend(left_out.iter().chain(&["B.4", "B.5", "B.6"]).map(|number| ("CTN-0172", *number)));
    assert_eq!(found, wanted);
}

#[test]
fn a_kind_that_a_plugin_does_not_build_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join("plugins/pmda-ctn");
    let there = workspace().join("plugins/pmda-ctn");
    fs::create_dir_all(plugin.join("templates")).unwrap();
    for name in ["map.toml", "rules.toml", "templates/review.html", "templates/gaiji.html"] {
        fs::copy(there.join(name), plugin.join(name)).unwrap();
    }
    let manifest = fs::read_to_string(there.join("plugin.toml")).unwrap();
    let kinds = manifest.lines().find(|line| line.starts_with("kinds = ")).unwrap();
    fs::write(plugin.join("plugin.toml"), manifest.replace(kinds, "kinds = [\"治験計画届\"]")).unwrap();
    let engine = Engine::load(&[folder.path().join("plugins")]).unwrap();
    let input = folder.path().join("change.json");
    fs::write(&input, fixture("change").to_string()).unwrap();
    let mut job = todokede_tests::build_job(vec![input], &folder.path().join("out"));
    job.until = Stage::Validate;
    let refused = run(&engine, &job, &Quiet).unwrap();
    assert!(refused.findings.iter().any(|finding| finding.rule == "MP-0001"), "{:?}", refused.findings);
    assert!(!outcome(&job).findings.iter().any(|finding| finding.rule == "MP-0001"));
}

/// The rule on the first day of the form can only spell the date; the form declares it.
#[test]
fn the_first_day_of_the_form_is_the_one_the_form_declares() {
    let plugin = &engine().plugins["pmda-ctn"];
    let rule = plugin.rules.assertions.iter().find(|rule| rule.text.id == "CTN-0183").unwrap();
    assert!(rule.assert.text().contains(&format!("'{}'", plugin.form.effective)));
    let list = fs::read_to_string(workspace().join("forms/codes/university.toml")).unwrap();
    let day = list.lines().find_map(|line| line.strip_prefix("effective = ")).unwrap().trim_matches('"').to_owned();
    let rule = plugin.rules.assertions.iter().find(|rule| rule.text.id == "CTN-0184").unwrap();
    assert!(rule.assert.text().contains(&format!("'{day}'")));
}

/// The remark of the published development abort is what the rule asks for.
#[test]
fn the_published_development_abort_says_what_the_rule_asks_for() {
    let Some(path) = reference::file("pmda/samples/5.開発中止届書.xml") else {
        return reference::skipped("published development abort", "the published sample");
    };
    let published = fs::read_to_string(path).unwrap();
    let plugin = &engine().plugins["pmda-ctn"];
    let rule = plugin.rules.assertions.iter().find(|rule| rule.text.id == "CTN-0038").unwrap();
    let sentence = rule.assert.text().split('\'').nth(1).unwrap();
    assert!(published.contains(sentence), "{sentence}");
}
