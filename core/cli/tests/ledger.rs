//! The ledger through the command: killed at any moment nothing is half written, and what people type is answered.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use todokede_core::package::sha256;
use todokede_tests::trials::numbered;

/// How often the build is killed.
const KILLS: u64 = 30;

fn todokede(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_todokede"));
    command.args(arguments).current_dir(folder).env("LC_ALL", "ja_JP.UTF-8");
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const BUILD: [&str; 8] = ["build", "a.json", "b.json", "c.json", "--now", "2026-04-01", "--out", "out"];

/// Writes three files of trials.
fn inputs(folder: &Path) {
    for (at, name) in ["a.json", "b.json", "c.json"].into_iter().enumerate() {
        let trials: Vec<Value> = (1..=4).map(|number| numbered(at * 10 + number, 2)).collect();
        std::fs::write(folder.join(name), json!(trials).to_string()).unwrap();
    }
}

/// Hashes every file below a folder; what a killed run left under a temporary name is no part of a package.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fn walk(top: &Path, folder: &Path, all: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                walk(top, &path, all);
            } else if !name.starts_with(".tmp") {
                let bytes = std::fs::read(&path).unwrap();
                all.insert(path.strip_prefix(top).unwrap().display().to_string(), sha256(&bytes));
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(folder, folder, &mut all);
    all
}

/// Checks that every package whose manifest is there, and every entry, names files that are there as they are named.
fn is_whole(folder: &Path) {
    let out = folder.join("out");
    let there = files(&out);
    let holds = |folder: &str, entry: &Value| {
        let name = format!("{folder}/{}", entry["name"].as_str().unwrap());
        assert_eq!(there.get(&name).map(String::as_str), entry["sha256"].as_str(), "{name}");
    };
    for name in there.keys().filter(|name| name.ends_with("manifest.json")) {
        let manifest: Value = serde_json::from_slice(&std::fs::read(out.join(name)).unwrap()).unwrap();
        let package = name.trim_end_matches("/manifest.json");
        manifest["files"].as_array().unwrap().iter().chain([&manifest["archive"]]).for_each(|file| holds(package, file));
    }
    let ledger = std::fs::read_to_string(out.join("ledger.jsonl")).unwrap_or_default();
    for line in ledger.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        let line: Value = serde_json::from_str(line).unwrap();
        let built = &line["entry"]["built"];
        let package = built["folder"].as_str().unwrap();
        built["files"].as_array().unwrap().iter().chain([&built["archive"]]).for_each(|file| holds(package, file));
    }
}

#[test]
fn a_build_that_is_killed_leaves_whole_packages_and_the_next_one_ends_with_the_same_bytes() {
    let calm = tempfile::tempdir().unwrap();
    inputs(calm.path());
    let start = std::time::Instant::now();
    assert_eq!(todokede(calm.path(), &BUILD).status.code(), Some(0));
    let whole = u64::try_from(start.elapsed().as_millis()).unwrap();
    let wanted = files(&calm.path().join("out"));
    assert_eq!(wanted.len(), 12 * 4 + 1);

    let folder = tempfile::tempdir().unwrap();
    inputs(folder.path());
    let (mut seed, mut killed) = (0x2026_0401_u64, 0);
    for _ in 0..KILLS {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = command(folder.path(), &BUILD).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis((seed >> 33) % whole.max(1)));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        is_whole(folder.path());
        if folder.path().join("out/ledger.jsonl").exists() {
            let verified = todokede(folder.path(), &["ledger", "verify", "--ledger", "out"]);
            assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
        }
        // Start over now and then, so that every stage of a first run is hit.
        if seed >> 62 == 0 {
            std::fs::remove_dir_all(folder.path().join("out")).unwrap_or_default();
        }
    }
    assert!(killed > 0, "no run was killed");
    assert_eq!(todokede(folder.path(), &BUILD).status.code(), Some(0));
    assert_eq!(files(&folder.path().join("out")), wanted);
}

#[test]
fn the_ledger_is_listed_shown_verified_and_added_to() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), numbered(1, 1).to_string()).unwrap();
    let run = |arguments: &[&str]| {
        let output = todokede(folder.path(), arguments);
        (output.status.code().unwrap(), said(&output))
    };
    assert_eq!(run(&["ledger", "list", "--ledger", "out"]).0, 2, "there is none yet");
    assert_eq!(run(&["check", "a.json", "--ledger", "out"]).0, 2, "nor is there one to check against");
    assert_eq!(run(&["build", "a.json", "--now", "2026-04-01", "--out", "out"]).0, 0);
    assert_eq!(run(&["check", "a.json", "--ledger", "out"]).0, 0);
    let name = "DEMO-001_01_K_【例示製薬株式会社】";
    let record =
        |receipt: &'static str| ["ledger", "record", name, "--receipt", receipt, "--date", "2026-04-03", "--ledger", "out"];
    assert_eq!(run(&record("26-1")).0, 2, "no receipt number");
    assert_eq!(run(&record("26-0001")).0, 0);
    assert_eq!(run(&record("26-0002")).0, 2, "another number is there");
    assert_eq!(
        run(&["ledger", "record", name, "--receipt", "26-0002", "--date", "2026-02-30", "--ledger", "out"]).0,
        2,
        "no day"
    );
    let (code, list) = run(&["ledger", "list", "--ledger", "out"]);
    assert_eq!((code, list.lines().count()), (0, 3));
    assert!(list.contains("T00001") && list.contains("26-0001"), "{list}");
    let (code, shown) = run(&["ledger", "show", name, "--ledger", "out/ledger.jsonl"]);
    assert!(code == 0 && shown.contains("B.3.1 届出年月日：20260401") && shown.contains("26-0001"), "{shown}");
    assert_eq!(run(&["ledger", "show", "9", "--ledger", "out"]).0, 2);
    assert_eq!(run(&["ledger", "verify", "--ledger", "out"]).0, 0);
    let path = folder.path().join("out/ledger.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("例示", "提示", 1)).unwrap();
    let (code, verified) = run(&["ledger", "verify", "--ledger", "out"]);
    assert!(code == 1 && verified.contains("ledger.jsonl › 1:1"), "{verified}");
    assert_eq!(run(&["ledger", "list", "--ledger", "out"]).0, 1, "a list of a damaged ledger says so");
    assert_eq!(run(&["ledger", "show", "1", "--ledger", "out"]).0, 1);
    assert_eq!(run(&["build", "a.json", "--now", "2026-04-01", "--out", "out"]).0, 1);
}
