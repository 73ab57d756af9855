//! The command and the processes of plugins: what one of them does to the other when it ends badly.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use todokede_tests::plugins::{c_library, library, python};
use todokede_tests::trials::fixture;

/// Starts a build of two trials with all plugins of a folder.
fn build(folder: &Path, plugins: &[&str]) -> Child {
    for id in ["T00001", "T00002"] {
        let mut trial = fixture("registry-english");
        trial["trial"]["id"] = json!(id);
        std::fs::write(folder.join(format!("{id}.json")), trial.to_string()).unwrap();
    }
    Command::new(env!("CARGO_BIN_EXE_todokede"))
        .args(["build", "T00001.json", "T00002.json", "--out", "out", "--now", "2026-04-01", "--jobs", "1", "--format", "json"])
        .args(["--plugin-dir", "plugins", "--plugin-log", "log"])
        .args(plugins.iter().flat_map(|id| ["--plugin", id]))
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn await_file(path: &Path) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !path.exists() {
        assert!(Instant::now() < patience, "{}", path.display());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_library_that_crashes_costs_one_filing_unless_it_was_asked_into_the_same_process() {
    let folder = TempDir::new().unwrap();
    let Some(file) = c_library(folder.path(), "crashing", &["MISBEHAVE=\"segfaults\"", "ON=\"T00001\""]) else { return };
    let plugins = folder.path().join("plugins");
    library(&plugins, "crashing", &file, "");
    let done = build(folder.path(), &["crashing", "cdisc-usdm"]).wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(3), "the code of a plugin is at fault");
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    let of = |list: &str| report[list].as_array().unwrap().clone();
    let built: Vec<String> = of("built").iter().map(|built| format!("{} {}", built["trial"], built["plugin"])).collect();
    let names = [r#""T00001" "cdisc-usdm""#, r#""T00002" "cdisc-usdm""#, r#""T00002" "crashing""#];
    assert!(names.iter().all(|name| built.contains(&(*name).to_owned())) && built.len() == 3, "{built:?}");
    let fault = of("findings").into_iter().find(|finding| finding["rule"] == "PC-0006").unwrap();
    assert_eq!((&fault["trial"], &fault["plugin"]), (&json!("T00001"), &json!("crashing")));

    // What its maker asked for, in so many words: the run goes down with it.
    library(&plugins, "crashing", &file, "isolation = \"in-process\"");
    let done = build(folder.path(), &["crashing"]).wait_with_output().unwrap();
    assert_eq!(done.status.signal(), Some(11));
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_ends_with_the_engine_when_that_is_killed() {
    let folder = TempDir::new().unwrap();
    let Some(ours) = python(&folder.path().join("plugins"), "ours", "hostile.py", &["writes-and-sleeps"], "") else { return };
    let mut engine = build(folder.path(), &["ours"]);
    await_file(&ours.join("told.txt"));
    std::thread::sleep(Duration::from_millis(50));
    let number = std::fs::read_to_string(ours.join("told.txt")).unwrap();
    let process = Path::new("/proc").join(number.trim());
    assert!(process.exists());
    engine.kill().unwrap();
    engine.wait().unwrap();
    let patience = Instant::now() + Duration::from_secs(5);
    // What is left of it until somebody waits for it has no folder any more.
    while std::fs::read_link(process.join("cwd")).is_ok() {
        assert!(Instant::now() < patience, "it lives on");
        std::thread::sleep(Duration::from_millis(10));
    }
}
