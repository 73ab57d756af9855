//! What is packaged, what is refused, and what is never replaced.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use todokede_tests::trials::fixture;
use todokede_tests::{build, build_job, outcome};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_package_is_named_as_the_notice_asks() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(&fixture("sponsor"), folder.path());
    assert!(outcome.built[0].folder.ends_with("out/DEMO-001-P1/pmda-ctn/01_K"), "{}", outcome.built[0].folder.display());
    let files = names(&outcome.built[0].folder);
    assert_eq!(files, ["DEMO-001_01_K_【例示製薬株式会社】.zip", "REIJI_DEMO-001_01.xml", "manifest.json", "review.html"]);
    let zip = fs::File::open(outcome.built[0].folder.join(&files[0])).unwrap();
    let zip = zip::ZipArchive::new(zip).unwrap();
    assert_eq!(
        zip.file_names().map(|name| name.unwrap().into_owned()).collect::<Vec<_>>(),
        ["REIJI_DEMO-001_01.xml"],
        "the manifest is beside the archive, not in it"
    );
}

#[test]
fn the_manifest_names_every_file_with_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(&fixture("sponsor"), folder.path());
    let here = &outcome.built[0].folder;
    let manifest: Value = serde_json::from_slice(&fs::read(here.join("manifest.json")).unwrap()).unwrap();
    let entries = manifest["files"].as_array().unwrap().iter().chain([&manifest["archive"]]);
    for entry in entries {
        let bytes = fs::read(here.join(entry["name"].as_str().unwrap())).unwrap();
        assert_eq!(entry["sha256"], json!(todokede_core::package::sha256(&bytes)));
    }
    assert_eq!(manifest["inputs"][0]["name"], json!("input.xlsx"));
    assert_eq!(manifest["submission"], json!("DEMO-001_01_K_【例示製薬株式会社】"));
    assert_eq!((&manifest["draft"], &manifest["built"]), (&json!(false), &json!("2026-04-01")));
}

#[test]
fn an_open_error_is_not_packaged_unless_as_a_draft_that_says_so() {
    let mut trial = fixture("sponsor");
    trial["trial"]["phase"] = json!("9");
    let folder = tempfile::tempdir().unwrap();
    let refused = build(&trial, folder.path());
    assert_eq!(refused.built.len(), 0);
    assert!(!folder.path().join("out").exists(), "nothing is written");
    let mut job = build_job(vec![folder.path().join("input.xlsx")], &folder.path().join("out"));
    job.draft = true;
    let drafted = outcome(&job);
    assert!(drafted.built[0].draft);
    assert!(drafted.built[0].folder.ends_with("01_K_draft"));
    let files = names(&drafted.built[0].folder);
    assert!(files.iter().filter(|name| *name != "manifest.json").all(|name| name.starts_with("DRAFT_")), "{files:?}");
    let page = fs::read_to_string(drafted.built[0].folder.join("DRAFT_review.html")).unwrap();
    assert!(page.contains("下書き"));
}

#[test]
fn an_input_cannot_name_a_folder_outside_the_output() {
    for id in ["../escape", "..", "a/b", "/abs", "C:\\x"] {
        let mut trial = fixture("sponsor");
        trial["trial"]["id"] = json!(id);
        let folder = tempfile::tempdir().unwrap();
        let outcome = build(&trial, folder.path());
        assert_eq!(outcome.built.len(), 0, "{id}");
        assert!(outcome.findings.iter().any(|finding| finding.rule == "PK-0003"), "{id}: {:#?}", outcome.findings);
        assert_eq!(names(folder.path()).iter().filter(|name| *name != "input.xlsx" && *name != "out").count(), 0, "{id}");
    }
}

#[test]
fn a_slash_in_the_symbol_stays_in_the_submission_name_and_leaves_file_names() {
    let mut trial = fixture("sponsor");
    trial["main_drug"]["symbol"] = json!("DEMO/001");
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(&trial, folder.path());
    let here = &outcome.built[0].folder;
    let manifest: Value = serde_json::from_slice(&fs::read(here.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["submission"], json!("DEMO/001_01_K_【例示製薬株式会社】"));
    assert!(names(here).contains(&"REIJI_DEMO001_01.xml".to_owned()));
}
