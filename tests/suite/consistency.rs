//! Filings of one trial agree wherever two destinations show the same fact.

use std::path::Path;

use serde_json::{Value, json};
use todokede_core::model::{Finding, Lang, Severity};
use todokede_core::run::{Engine, Outcome, Quiet, Stage, run};
use todokede_tests::second::{NOTES, SUBJECTS, plugin, with_sample_size};
use todokede_tests::trials::fixture;
use todokede_tests::{build_job, engine, judged, line};

/// Runs a trial through some plugins up to a stage.
fn outcome(engine: &Engine, plugins: &[&str], trial: &Value, folder: &Path, until: Stage) -> Outcome {
    let input = folder.join("study.json");
    std::fs::write(&input, trial.to_string()).unwrap();
    let mut job = build_job(vec![input], &folder.join("out"));
    job.plugins = plugins.iter().map(|id| (*id).to_owned()).collect();
    job.until = until;
    run(engine, &job, &Quiet).unwrap()
}

/// Returns the differences between destinations.
fn differences(outcome: &Outcome) -> Vec<&Finding> {
    outcome.findings.iter().filter(|finding| finding.rule.starts_with("CX-")).collect()
}

#[test]
fn a_sample_size_that_was_changed_in_one_place_is_one_difference_and_blocks_both() {
    let folder = tempfile::tempdir().unwrap();
    let engine = with_sample_size(folder.path());
    let both = ["pmda-ctn", "second"];
    let clean = outcome(&engine, &both, &fixture("sponsor"), folder.path(), Stage::Package);
    assert_eq!(judged(&clean).into_iter().map(line).collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(clean.built.len(), 2);

    let folder = tempfile::tempdir().unwrap();
    let mut trial = fixture("sponsor");
    trial["trial"]["sample_size"] = json!(30);
    let changed = outcome(&engine, &both, &trial, folder.path(), Stage::Package);
    let findings = judged(&changed);
    assert_eq!(findings.len(), 1, "{:#?}", findings.into_iter().map(line).collect::<Vec<_>>());
    let finding = findings[0];
    assert_eq!((finding.rule.as_str(), finding.severity, finding.trial.as_str()), ("CX-0001", Severity::Error, "DEMO-001-P1"));
    assert_eq!((finding.plugin.as_str(), finding.others[0].plugin.as_str()), ("pmda-ctn", "second"));
    assert_eq!(finding.found.value, "24 ≠ 30");
    assert_eq!(
        (finding.at.pointer.as_str(), finding.others[0].at.pointer.as_str()),
        ("/trial/subjects_total", "/trial/sample_size")
    );
    for part in [
        "治験届（PMDA）のB.3.12.5.2「予定被験者数（合計）」は「24」",
        "届出先second",
        "「30」",
        "/trial/subjects_total",
        "/trial/sample_size",
    ] {
        assert!(finding.message.ja.contains(part), "{part}: {}", finding.message.ja);
    }
    assert!(finding.message.en.contains("is \"24\"") && finding.message.en.contains("is \"30\""), "{}", finding.message.en);
    assert!(changed.built.is_empty(), "an error blocks the filings that it is about");
    let alone = outcome(&engine, &["second"], &trial, folder.path(), Stage::Package);
    assert_eq!((judged(&alone).len(), alone.built.len()), (0, 1), "one filing has nothing to differ from");
}

#[test]
fn the_subjects_in_japan_are_no_sample_size_of_a_trial_abroad_or_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let engine = with_sample_size(folder.path());
    let found = |trial: &Value| {
        let outcome = outcome(&engine, &["pmda-ctn", "second"], trial, folder.path(), Stage::Validate);
        differences(&outcome).len()
    };
    let mut trial = fixture("sponsor");
    trial["trial"]["sample_size"] = json!(300);
    assert_eq!(found(&trial), 1);
    trial["trial"]["countries"] = json!([{"code": "JP"}]);
    assert_eq!(found(&trial), 1);
    trial["trial"]["countries"] = json!([{"code": "JP"}, {"code": "KR"}]);
    assert_eq!(found(&trial), 0);
    let mut end = fixture("termination");
    end["trial"]["sample_size"] = json!(300);
    assert_eq!(found(&end), 0);
}

#[test]
fn a_word_of_several_codes_agrees_with_each_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let status = |path: &str, of: &str| format!("status = {{ item = \"{path}\", vocabulary = \"recruitment.{of}\" }}");
    let one = plugin(folder.path(), "one", &[], &status(NOTES[0], "jrct"));
    let two = plugin(folder.path(), "two", &[], &status(NOTES[1], "umin"));
    let engine = Engine::load(&[one, two]).unwrap();
    let rules = |first: &str, second: &str| {
        let mut trial = fixture("sponsor");
        trial["main_drug"]["other_information"] = json!(first);
        trial["trial"]["other_information"] = json!(second);
        let outcome = outcome(&engine, &["one", "two"], &trial, folder.path(), Stage::Validate);
        differences(&outcome).iter().map(|finding| finding.rule.clone()).collect::<Vec<_>>()
    };
    for (first, second) in
        [("募集中", "一般募集中"), ("募集中", "限定募集中"), ("研究終了", "試験終了"), ("", "試験終了"), ("募集中", "別の言葉")]
    {
        assert_eq!(rules(first, second), Vec::<String>::new(), "{first} {second}");
    }
    assert_eq!(rules("募集中", "試験終了"), ["CX-0007"]);
}

#[test]
fn of_a_set_neither_order_nor_width_counts() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "drugs-ja = { rows = \"INFOCOMBINATION\", item = \"INFOCOMBINATIONID/COMBINATION_ID\" }";
    let one = plugin(folder.path(), "one", &[], rows);
    let two = plugin(folder.path(), "two", &[], &format!("drugs-ja = \"{}\"", NOTES[1]));
    let engine = Engine::load(&[one, two]).unwrap();
    let mut trial = fixture("sponsor");
    let mut drug = trial["other_drugs"][0].clone();
    drug["name"] = json!("DEMO-F02");
    let first = trial["other_drugs"][0]["name"].as_str().unwrap().to_owned();
    trial["other_drugs"].as_array_mut().unwrap().push(drug);
    let mut values = |listed: String| {
        trial["trial"]["other_information"] = json!(listed);
        let outcome = outcome(&engine, &["one", "two"], &trial, folder.path(), Stage::Validate);
        differences(&outcome).iter().map(|finding| finding.found.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(values(format!("ＤＥＭＯ－Ｆ０２\n{first}\n{first}")), Vec::<String>::new());
    assert_eq!(values(first.clone()), [format!("{first}、DEMO-F02 ≠ {first}")]);
}

#[test]
fn what_both_take_from_one_cell_or_one_leaves_blank_is_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    let map = [("INFONOTE/SUMMARYPROTOCOL/TRIALOBJECTIVES", "\"trial.objective_en\"")];
    let second = plugin(folder.path(), "second", &map, "objective-ja = \"INFONOTE/SUMMARYPROTOCOL/TRIALOBJECTIVES\"");
    let other = Engine::load(&[second]).unwrap();
    let mut trial = fixture("sponsor");
    let found = |engine: &Engine, trial: &Value| {
        let outcome = outcome(engine, &["pmda-ctn", "second"], trial, folder.path(), Stage::Validate);
        differences(&outcome).len()
    };
    assert_eq!(found(&other, &trial), 0, "blank");
    trial["trial"]["objective_en"] = json!("Another objective.");
    assert_eq!(found(&other, &trial), 1);
    let twin = tempfile::tempdir().unwrap();
    assert_eq!(found(&with_sample_size(twin.path()), &trial), 0, "one cell");
}

#[test]
fn what_is_wrong_in_a_plugin_s_list_of_facts_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let problem = |shows: &str| {
        let broken = plugin(folder.path(), "second", &[], shows);
        Engine::load(&[broken]).unwrap_err().to_string()
    };
    for (shows, wanted) in [
        ("sample-sise = \"a\"".to_owned(), "shared.toml:2:1: no shared fact `sample-sise`"),
        ("sample-size = \"a/b\"".to_owned(), "shared.toml:2:15: the form has no item `a/b` that holds a value"),
        ("sample-size = { rows = \"a\", item = \"b\" }".to_owned(), "shared.toml:2:24: the form has no repeating group `a`"),
        (
            format!("sample-size = {{ item = \"{SUBJECTS}\", wenn = \"x\" }}"),
            "unknown key; known are item, items, rows, vocabulary, when",
        ),
        (
            format!("sample-size = {{ item = \"{SUBJECTS}\", when = \"trial.nothing == ''\" }}"),
            "when: unknown name `trial.nothing`",
        ),
        (
            format!("status = {{ item = \"{SUBJECTS}\", vocabulary = \"recruitment.nowhere\" }}"),
            "no vocabulary has the column `recruitment.nowhere`",
        ),
        (
            format!("phase = {{ item = \"{SUBJECTS}\", vocabulary = \"recruitment.jrct\" }}"),
            "`phase` is about the codes of `trial-phase`",
        ),
    ] {
        let said = problem(&shows);
        assert!(said.contains(wanted), "{shows}: {said}");
    }
}

#[test]
fn every_shared_fact_is_worded_cited_and_explained() {
    let engine = engine();
    let mut known = 0;
    for concept in engine.concepts.iter() {
        known += 1;
        let text = &concept.text;
        assert_eq!(engine.rule(&text.id).map(|(rule, _)| rule.id.as_str()), Some(text.id.as_str()));
        for lang in [Lang::Ja, Lang::En] {
            for part in [&text.message, &text.fix, &text.why, &text.source] {
                let part = lang.pick(&part.ja, &part.en);
                assert!(!part.is_empty() && !part.contains("{concept}") && !part.contains("{item}"), "{} {part}", text.id);
            }
        }
    }
    assert!(known > 40, "{known}");
}

#[test]
fn registries_and_the_notification_of_one_trial_differ_in_one_sample_size() {
    let engine = engine();
    let all = ["jrct", "pmda-ctn", "umin-ctr"];
    if let Some(missing) = all.iter().find(|id| !engine.plugins.contains_key(**id)) {
        eprintln!("SKIPPED: the plugin {missing} is not there");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut trial = fixture("registered");
    let clean = outcome(engine, &all, &trial, folder.path(), Stage::Package);
    assert_eq!(judged(&clean).into_iter().map(line).collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(clean.built.len(), 3);
    trial["jrct"]["sample_size"] = json!(30);
    let folder = tempfile::tempdir().unwrap();
    let changed = outcome(engine, &all, &trial, folder.path(), Stage::Package);
    assert!(changed.built.is_empty());
    let found = judged(&changed);
    assert_eq!(found.len(), 1, "{:#?}", found.into_iter().map(line).collect::<Vec<_>>());
    let finding = found[0];
    assert_eq!((finding.rule.as_str(), finding.found.value.as_str()), ("CX-0001", "30 ≠ 24"));
    let places: Vec<&str> = todokede_core::consistency::places(finding).map(|place| place.pointer.as_str()).collect();
    assert_eq!(places, ["/jrct/sample_size", "/trial/subjects_total", "/trial/subjects_total"]);
    for part in ["実施予定被験者数", "予定被験者数（合計）", "目標参加者数"] {
        assert!(finding.message.ja.contains(part), "{part}: {}", finding.message.ja);
    }
}

#[test]
fn what_people_read_agrees_with_what_is_filed() {
    for (name, plugin) in [("protocol", "protocol"), ("consent-act", "consent")] {
        let folder = tempfile::tempdir().unwrap();
        let mut trial = fixture(name);
        let both = ["jrct", plugin];
        let agreed = outcome(engine(), &both, &trial, folder.path(), Stage::Validate);
        assert_eq!(differences(&agreed).into_iter().map(line).collect::<Vec<_>>(), Vec::<String>::new(), "{name}");
        trial["jrct"]["sample_size"] = json!(99);
        let changed = outcome(engine(), &both, &trial, folder.path(), Stage::Validate);
        let found: Vec<String> = differences(&changed).into_iter().map(line).collect();
        assert!(found.len() == 1 && found[0].starts_with("CX-0001"), "{name}: {found:#?}");
    }
}
