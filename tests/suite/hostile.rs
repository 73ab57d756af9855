//! Plugins that go wrong cost the filings they go wrong on, and nothing else: no other filing, no time beyond the limit, no
//! process left behind.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use todokede_abi as abi;
use todokede_core::code::{Equipment, Fault};
use todokede_core::run::{Outcome, Quiet, run};
use todokede_tests::plugins::{c_library, interpreter, library, python, rust_library};

use crate::code::{engine, filing, job, said, talk, trials};

const TRIALS: [&str; 4] = ["T00001", "T00002", "T00003", "T00004"];
/// The trial on which plugins go wrong that do so on one only.
const BAD: &str = "T00002";
const LIMITS: &str = "seconds = 2\nmemory = 256";

/// How a plugin in Python goes wrong when it is asked about the bad trial, and the rule of what is said.
const ASKED: [(&str, &str); 21] = [
    ("raises", "PC-0006"),
    ("segfaults", "PC-0006"),
    ("sleeps", "PC-0007"),
    ("floods-lines", "PC-0016"),
    ("floods-a-line", "PC-0008"),
    ("garbage", "PC-0009"),
    ("binary", "PC-0009"),
    ("deep", "PC-0009"),
    ("allocates", "PC-0006"),
    ("exits", "PC-0006"),
    ("exits-quietly", "PC-0006"),
    ("closes-output", "PC-0006"),
    ("ends-and-leaves-a-child", "PC-0007"),
    ("answers-twice", "PC-0016"),
    ("stops", "PC-0007"),
    ("complains-forever", "PC-0007"),
    ("complains-and-exits", "PC-0006"),
    ("says-error", "PC-0011"),
    ("unknown-rule", "PC-0012"),
    ("forgets", "PC-0013"),
    ("leaves-a-child", "FX-0001"),
];
/// What goes wrong before any filing, or between them.
const ALWAYS: [(&str, &str); 7] = [
    ("exits-at-once", "PC-0006"),
    ("deaf", "PC-0007"),
    ("another-version", "PC-0002"),
    ("another-id", "PC-0003"),
    ("dies-between-filings", "FX-0001"),
    ("repeats-when-closed", "FX-0001"),
    ("repeats-late", "FX-0001"),
];
/// How a library goes wrong on the bad trial.
const LIBRARY: [(&str, &str); 9] = [
    ("segfaults", "PC-0006"),
    ("aborts", "PC-0006"),
    ("exits", "PC-0006"),
    ("sleeps", "PC-0007"),
    ("allocates", "PC-0006"),
    ("returns-9", "PC-0011"),
    ("panics", "PC-0010"),
    ("floods", "PC-0008"),
    ("prints", "FX-0001"),
];

/// Makes plugins in order and those that are not; returns the ids of both, the latter with the rules that each trial gets.
fn plugins(folder: &Path) -> (Vec<String>, BTreeMap<String, [&'static str; 4]>) {
    let one = |rule: &'static str| TRIALS.map(|trial| if trial == BAD { rule } else { "FX-0001" });
    library(folder, "fixture-rust", &rust_library(), "");
    let (mut good, mut bad) = (vec!["fixture-rust".to_owned()], BTreeMap::new());
    if interpreter().is_some() {
        python(folder, "good-python", "plugin.py", &[], "");
        good.push("good-python".to_owned());
        for (behaviour, rule) in ASKED {
            let id = format!("py-{behaviour}");
            // How long it takes to pass on as much as is too much is the machine's matter.
            let limits = if behaviour == "floods-a-line" { "seconds = 60" } else { LIMITS };
            python(folder, &id, "hostile.py", &[behaviour, BAD], limits);
            bad.insert(id, one(rule));
        }
        for (behaviour, rule) in ALWAYS {
            let id = format!("py-{behaviour}");
            python(folder, &id, "hostile.py", &[behaviour], LIMITS);
            bad.insert(id, [rule; 4]);
        }
    }
    let made = TempDir::new().unwrap();
    for (behaviour, rule) in LIBRARY {
        let id = format!("c-{behaviour}");
        let defines = [format!("MISBEHAVE=\"{behaviour}\""), format!("ON=\"{BAD}\"")];
        let Some(file) = c_library(made.path(), &id, &defines.each_ref().map(String::as_str)) else { break };
        library(folder, &id, &file, LIMITS);
        bad.insert(id, one(rule));
    }
    (good, bad)
}

/// Every file that was written for a plugin, by trial and name.
fn files(outcome: &Outcome, plugin: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for built in outcome.built.iter().filter(|built| built.plugin == plugin) {
        for name in &built.files {
            files.insert(format!("{}/{name}", built.trial), std::fs::read(built.folder.join(name)).unwrap());
        }
    }
    files
}

/// The processes that run in a folder of plugins.
fn left(plugins: &Path) -> Vec<String> {
    let plugins = plugins.canonicalize().unwrap();
    let runs_there = |process: &PathBuf| std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(&plugins));
    let named = |process: PathBuf| std::fs::read_to_string(process.join("cmdline")).unwrap_or_default().replace('\0', " ");
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    processes.flatten().map(|entry| entry.path()).filter(runs_there).map(named).collect()
}

/// Our processes that ended and that nobody waited for.
fn zombies() -> Vec<String> {
    let us = std::process::id().to_string();
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let stats = processes.flatten().filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    let zombie = |stat: &String| {
        let mut fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ');
        fields.next() == Some("Z") && fields.next() == Some(us.as_str())
    };
    stats.filter(zombie).collect()
}

/// Asserts that nothing of the plugins is left. Other tests may be about to wait for processes of their own.
fn nothing_left(plugins: &Path) {
    assert_eq!(left(plugins), Vec::<String>::new());
    let patience = Instant::now() + Duration::from_secs(10);
    while !zombies().is_empty() && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(zombies(), Vec::<String>::new());
}

#[test]
fn plugins_that_go_wrong_cost_their_own_filings_only() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("plugins");
    let (good, bad) = plugins(&home);
    let engine = engine(&home);
    let inputs = trials(folder.path(), &TRIALS);
    let good: Vec<&str> = good.iter().map(String::as_str).collect();
    let alone = run(&engine, &job(inputs.clone(), &good, &folder.path().join("alone"), 2), &Quiet).unwrap();
    nothing_left(&home);

    let all: Vec<&str> = good.iter().copied().chain(bad.keys().map(String::as_str)).collect();
    let start = Instant::now();
    let together = run(&engine, &job(inputs, &all, &folder.path().join("together"), 8), &Quiet).unwrap();
    let took = start.elapsed();
    nothing_left(&home);
    // One trial meets each plugin once; most of those that hang do so for two seconds, one for the time it has to start.
    assert!(took < Duration::from_secs(90), "{took:?}");

    let fine = TRIALS.map(|trial| (trial.to_owned(), "FX-0001".to_owned()));
    for id in good {
        assert_eq!(said(&together, id), fine, "{id}");
        let wanted = files(&alone, id);
        assert!(wanted.len() >= 2 * TRIALS.len(), "{id}: {:?}", wanted.keys());
        assert!(files(&together, id) == wanted, "{id}: the same bytes");
    }
    let mut wrong = Vec::new();
    for (id, rules) in &bad {
        let wanted: Vec<(&str, &str)> = TRIALS.into_iter().zip(*rules).filter(|(_, rule)| !rule.is_empty()).collect();
        let found = said(&together, id);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(trial, rule)| (trial.as_str(), rule.as_str()))
            // What makes nothing says what it found before all the same.
            .filter(|(trial, rule)| !(id == "py-forgets" && *trial == BAD && *rule == "FX-0001"))
            .collect();
        let made: Vec<&str> =
            together.built.iter().filter(|built| built.plugin == *id).map(|built| built.trial.as_str()).collect();
        let filed: Vec<&str> = wanted.iter().filter(|(_, rule)| *rule == "FX-0001").map(|(trial, _)| *trial).collect();
        if found != wanted || made != filed {
            wrong.push(format!("{id}: found {found:?}, made {made:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    // What was made by plugins that went wrong on another trial is whole.
    for id in bad.keys().filter(|id| id.as_str() != "py-forgets") {
        for (name, bytes) in files(&together, id).iter().filter(|(name, _)| name.ends_with("manifest.json")) {
            assert!(serde_json::from_slice::<serde_json::Value>(bytes).is_ok(), "{id} {name}");
        }
    }
    words(&together);
}

/// What a person reads of plugins that ended.
fn words(outcome: &Outcome) {
    let of = |id: &str| {
        let found = outcome.findings.iter().find(|finding| finding.plugin == id && finding.rule == "PC-0006");
        found.map(|finding| (finding.message.ja.clone(), finding.fix.ja.clone())).unwrap_or_default()
    };
    if interpreter().is_some() {
        let (said, fix) = of("py-complains-and-exits");
        assert!(said.contains("終了コード4") && said.contains("[31m赤い苦情 / つづき"), "{said}");
        assert!(!said.chars().any(char::is_control), "{said:?}");
        assert!(fix.contains("256 MiB"), "{fix}");
        assert!(of("py-allocates").0.contains("MemoryError"), "{}", of("py-allocates").0);
        assert!(of("py-segfaults").0.contains("SIGSEGV"), "{}", of("py-segfaults").0);
        assert!(of("py-closes-output").0.contains("標準出力を閉じた"), "{}", of("py-closes-output").0);
        // Where a script went wrong is told without where it lies on this machine.
        let (raised, _) = of("py-raises");
        assert!(
            raised.contains("ZeroDivisionError") && raised.contains("\"hostile.py\"") || raised.contains("/hostile.py"),
            "{raised}"
        );
    }
}

#[test]
fn a_process_that_does_not_listen_meets_the_time_limit_too() {
    let folder = TempDir::new().unwrap();
    if python(folder.path(), "deaf", "hostile.py", &["deaf-later"], LIMITS).is_none() {
        return;
    }
    let engine = engine(folder.path());
    let mut talk = talk(&engine, "deaf").unwrap();
    let mut long = filing("T00001");
    // More than a pipe holds, so that writing it blocks.
    long.record = serde_json::json!({ "trial": { "note": "あ".repeat(1 << 20) } });
    let start = Instant::now();
    assert_eq!(talk.open(long), Err(Fault::Late { seconds: 2 }));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    drop(talk);
    nothing_left(folder.path());
}

#[test]
fn what_is_said_before_it_is_asked_is_never_taken_for_an_answer() {
    let folder = TempDir::new().unwrap();
    if python(folder.path(), "early", "hostile.py", &["talks-first"], LIMITS).is_none() {
        return;
    }
    let fault = talk(&engine(folder.path()), "early").err().unwrap();
    assert!(["PC-0009", "PC-0016"].contains(&fault.rule()), "{fault}");
    nothing_left(folder.path());
}

#[test]
fn one_process_serves_the_filings_of_a_run_and_ends_with_it() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("plugins");
    let Some(ours) = python(&home, "ours", "hostile.py", &["tells-its-number"], "") else { return };
    let engine = engine(&home);
    let inputs = trials(folder.path(), &TRIALS);
    for time in 1..=2 {
        run(&engine, &job(inputs.clone(), &["ours"], &folder.path().join(format!("out{time}")), 1), &Quiet).unwrap();
        nothing_left(&home);
        let told = std::fs::read_to_string(ours.join("told.txt")).unwrap();
        let mut numbers: Vec<&str> = told.lines().collect();
        assert_eq!(numbers.len(), TRIALS.len() * time);
        numbers.dedup();
        assert_eq!(numbers.len(), time, "{numbers:?}");
    }
}

#[test]
fn a_process_sees_little_of_the_environment_and_runs_in_its_folder() {
    let folder = TempDir::new().unwrap();
    let Some(ours) = python(folder.path(), "ours", "hostile.py", &["tells-where-it-is"], "") else { return };
    let engine = engine(folder.path());
    let mut talk = talk(&engine, "ours").unwrap();
    talk.open(filing("T00001")).unwrap();
    talk.validate().unwrap();
    let told: (BTreeMap<String, String>, PathBuf) =
        serde_json::from_slice(&std::fs::read(ours.join("told.json")).unwrap()).unwrap();
    let mut names: Vec<&str> = told.0.keys().map(String::as_str).filter(|name| *name != "TMPDIR").collect();
    names.retain(|name| *name != "LC_CTYPE");
    assert_eq!(names, ["LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONUTF8", "TZ"]);
    assert!(std::env::split_paths(&told.0["PATH"]).all(|folder| folder.is_absolute()));
    assert_eq!(told.1, ours.canonicalize().unwrap());
    assert!(!ours.join("__pycache__").exists());
}

#[test]
fn what_processes_complain_of_is_logged_within_a_limit() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("plugins");
    if python(&home, "ours", "hostile.py", &["complains-forever"], LIMITS).is_none() {
        return;
    }
    let mut engine = engine(&home);
    engine.equip(&Equipment { host: None, log: Some(folder.path().to_path_buf()) });
    let mut talk = talk(&engine, "ours").unwrap();
    talk.open(filing("T00001")).unwrap();
    assert_eq!(talk.validate(), Err(Fault::Late { seconds: 2 }));
    let log = std::fs::read(folder.path().join("ours.log")).unwrap();
    assert_eq!(log.len() as u64, todokede_core::limits::CODE_LOG_BYTES);
    assert!(log.starts_with("苦情\n苦情\n".as_bytes()));
}

#[test]
fn two_conversations_at_a_time_have_a_process_each() {
    let folder = TempDir::new().unwrap();
    if python(folder.path(), "ours", "plugin.py", &[], "").is_none() {
        return;
    }
    let engine = engine(folder.path());
    let mut talks: Vec<_> = ["T00001", "T00002"].iter().map(|trial| (trial, talk(&engine, "ours").unwrap())).collect();
    for (trial, talk) in &mut talks {
        talk.open(filing(trial)).unwrap();
    }
    assert_eq!(left(folder.path()).len(), 2);
    for (trial, talk) in talks.iter_mut().rev() {
        let made = talk.render(abi::Wanted::default()).unwrap();
        assert!(matches!(&made.files[0].content, abi::Content::Text(text) if text.starts_with(**trial)));
    }
}
