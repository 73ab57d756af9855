//! What the command promises to scripts: exit codes, JSON, stages, and files it does not replace.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn todokede(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_todokede"))
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "ja_JP.UTF-8")
        .output()
        .unwrap()
}

fn fixture(folder: &Path, name: &str) {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    std::fs::copy(top.join("fixtures").join(name), folder.join(name)).unwrap();
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn exit_codes_tell_clean_findings_usage_and_fault_apart() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| code(&todokede(folder.path(), arguments));
    fixture(folder.path(), "sponsor.json");
    fixture(folder.path(), "mistakes.json");
    assert_eq!(run(&["check", "sponsor.json"]), 0);
    assert_eq!(run(&["check", "mistakes.json"]), 1);
    assert_eq!(run(&["check", "missing.json"]), 3);
    assert_eq!(run(&["check"]), 2);
    assert_eq!(run(&["check", "sponsor.json", "--plugin", "nothing"]), 2);
    assert_eq!(run(&["explain", "CTN-9999"]), 2);
    std::fs::write(folder.path().join("file"), "").unwrap();
    assert_eq!(run(&["build", "sponsor.json", "--out", "file"]), 3, "the output folder is a file");
}

#[test]
fn a_warning_fails_only_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    fixture(folder.path(), "sponsor.json");
    let text = std::fs::read_to_string(folder.path().join("sponsor.json")).unwrap();
    let mut trial: Value = serde_json::from_str(&text).unwrap();
    trial["main_drug"]["routes"] = serde_json::json!(["99"]);
    std::fs::write(folder.path().join("warned.json"), trial.to_string()).unwrap();
    assert_eq!(code(&todokede(folder.path(), &["check", "warned.json"])), 0);
    assert_eq!(code(&todokede(folder.path(), &["check", "warned.json", "--fail-on", "warning"])), 1);
}

#[test]
fn findings_as_json_carry_rule_place_and_value() {
    let folder = tempfile::tempdir().unwrap();
    fixture(folder.path(), "mistakes.json");
    let output = todokede(folder.path(), &["check", "mistakes.json", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let code = report["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == "CTN-0014").unwrap();
    assert_eq!(code["at"]["pointer"], "/filers/0/code");
    assert_eq!(
        (&code["value"], &code["field"], &code["severity"]),
        (&"12345678".into(), &"filers.code".into(), &"error".into())
    );
}

#[test]
fn every_stage_prints_what_it_made() {
    let folder = tempfile::tempdir().unwrap();
    fixture(folder.path(), "sponsor.json");
    for (stage, pointer) in [
        ("ingest", "/0/trial/phase/at"),
        ("normalise", "/0/trial/phase/value"),
        ("map", "/0/items/0/label"),
        ("validate", "/0/findings"),
        ("render", "/0/files/0/text"),
    ] {
        let output = todokede(folder.path(), &["check", "sponsor.json", "--stop-after", stage]);
        let made: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(made.pointer(pointer).is_some(), "{stage}: {made}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is written");
}

#[test]
fn a_template_is_not_replaced_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.xlsx");
    assert_eq!(code(&todokede(folder.path(), &["template", "-o", "t.xlsx"])), 0);
    std::fs::write(&path, "filled by hand").unwrap();
    assert_eq!(code(&todokede(folder.path(), &["template", "-o", "t.xlsx"])), 2);
    assert_eq!(std::fs::read(&path).unwrap(), b"filled by hand");
    assert_eq!(code(&todokede(folder.path(), &["template", "-o", "t.xlsx", "--force"])), 0);
}

#[test]
fn an_empty_template_says_what_is_missing_and_does_not_crash() {
    let folder = tempfile::tempdir().unwrap();
    for layout in ["trial", "list"] {
        let name = format!("{layout}.xlsx");
        assert_eq!(code(&todokede(folder.path(), &["template", "--layout", layout, "-o", &name])), 0);
        let output = todokede(folder.path(), &["check", &name]);
        assert_eq!(code(&output), 1, "{layout}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn where_no_pdf_can_be_drawn_all_else_is_built_and_a_warning_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fixture(folder.path(), "sponsor.json");
    let build = |more: &[&str]| {
        let all = [&["build", "sponsor.json", "--out", "out", "--format", "json", "--font-dir", "nowhere"], more].concat();
        todokede(folder.path(), &all)
    };
    let output = build(&[]);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let warned: Vec<&Value> = report["findings"].as_array().unwrap().iter().filter(|it| it["severity"] == "warning").collect();
    let rule = if cfg!(feature = "pdf") { "PD-0002" } else { "PD-0001" };
    assert!(warned.len() == 1 && warned[0]["rule"] == rule, "{report:#}");
    let made = std::fs::read_dir(folder.path().join("out/DEMO-001-P1/pmda-ctn/01_K")).unwrap();
    let made: Vec<String> = made.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(made.iter().any(|name| name.ends_with(".zip")) && !made.iter().any(|name| name.ends_with(".pdf")), "{made:?}");
    assert_eq!(code(&build(&["--fail-on", "warning"])), 1);
}

#[test]
fn the_schema_is_json_schema() {
    let folder = tempfile::tempdir().unwrap();
    let schema: Value = serde_json::from_slice(&todokede(folder.path(), &["schema"]).stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(schema["properties"]["sites"]["items"]["properties"]["investigators"].is_object());
}

#[test]
fn a_plugin_folder_replaces_a_built_in_plugin_and_its_mistakes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let plugin = folder.path().join("mine/pmda-ctn");
    std::fs::create_dir_all(plugin.join("templates")).unwrap();
    for name in ["plugin.toml", "map.toml", "rules.toml", "templates/review.html", "templates/gaiji.html"] {
        std::fs::copy(top.join("plugins/pmda-ctn").join(name), plugin.join(name)).unwrap();
    }
    let edit = |from: &str, to: &str, name: &str| {
        let text = std::fs::read_to_string(plugin.join(name)).unwrap();
        assert!(text.contains(from));
        std::fs::write(plugin.join(name), text.replacen(from, to, 1)).unwrap();
    };
    edit("version = \"0.1.0\"", "version = \"9.9.9\"", "plugin.toml");
    let listed = todokede(folder.path(), &["plugins", "--plugin-dir", "mine"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("pmda-ctn 9.9.9"));
    edit("\"main_drug.symbol\"", "\"main_drug.symbl\"", "map.toml");
    let broken = todokede(folder.path(), &["plugins", "--plugin-dir", "mine"]);
    let said = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert_eq!(code(&broken), 3);
    assert!(said.contains("map.toml:") && said.contains("did you mean `main_drug.symbol`?"), "{said}");
}

#[test]
fn status_says_what_is_missing_and_a_waiver_settles_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    fixture(folder.path(), "registered.json");
    let of = ["--plugin", "pmda-ctn", "--plugin", "jrct", "--plugin", "umin-ctr"];
    let run = |arguments: &[&str]| todokede(folder.path(), &[arguments, &of].concat());
    let clean = run(&["status", "registered.json"]);
    assert_eq!(code(&clean), 0, "{}", String::from_utf8_lossy(&clean.stdout));
    let text = std::fs::read_to_string(folder.path().join("registered.json")).unwrap();
    let mut trial: Value = serde_json::from_str(&text).unwrap();
    trial["trial"]["objective"] = "".into();
    std::fs::write(folder.path().join("blank.json"), trial.to_string()).unwrap();
    let blank = run(&["status", "blank.json", "--format", "json"]);
    assert_eq!(code(&blank), 1);
    let report: Value = serde_json::from_slice(&blank.stdout).unwrap();
    let missing = &report["trials"][0]["missing"];
    assert_eq!((missing.as_array().unwrap().len(), &missing[0]["field"]), (1, &"trial.objective".into()), "{missing:#}");
    assert_eq!(missing[0]["needed_by"].as_array().unwrap().len(), 2, "{missing:#}");
    let said = String::from_utf8(run(&["status", "blank.json"]).stdout).unwrap();
    assert!(said.contains("足りない値（1件）") && said.contains("UMIN-CTR") && said.contains("/trial/objective"), "{said}");
    let table = String::from_utf8(run(&["status", "blank.json", "--format", "csv"]).stdout).unwrap();
    assert_eq!(table.lines().count(), 2, "{table}");

    trial["trial"]["objective"] = serde_json::from_str::<Value>(&text).unwrap()["trial"]["objective"].clone();
    trial["jrct"]["sample_size"] = 30.into();
    std::fs::write(folder.path().join("differs.json"), trial.to_string()).unwrap();
    assert_eq!(code(&run(&["check", "differs.json"])), 1);
    let draft = String::from_utf8(run(&["check", "differs.json", "--waivers-template"]).stdout).unwrap();
    assert_eq!(draft.matches("[[waiver]]").count(), 1, "{draft}");
    let filled = draft.replace("reason = \"\"", "reason = \"意図した違い\"").replace("by = \"\"", "by = \"試験　太郎\"");
    std::fs::write(folder.path().join("w.toml"), filled.replace("until = \"\"", "until = \"2026-12-31\"")).unwrap();
    let waived = run(&["check", "differs.json", "--waivers", "w.toml", "--now", "2026-12-31"]);
    assert_eq!(code(&waived), 0);
    let said = String::from_utf8(waived.stdout).unwrap();
    assert!(said.contains("免除 CX-0001") && said.contains("免除1件"), "{said}");
    assert_eq!(code(&run(&["check", "differs.json", "--waivers", "w.toml", "--now", "2027-01-01"])), 1);
    std::fs::write(folder.path().join("bad.toml"), draft).unwrap();
    let bad = run(&["check", "differs.json", "--waivers", "bad.toml"]);
    assert_eq!(code(&bad), 2);
    assert!(String::from_utf8_lossy(&bad.stderr).contains("bad.toml:2:1"), "{}", String::from_utf8_lossy(&bad.stderr));
}
