//! Plugins that are code: the same answers wherever they run, and what stands between the engine and a library.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use todokede_abi as abi;
use todokede_abi::entry::{ANSWERED, Buffer, Entry, View};
use todokede_core::code::{Conversation, Equipment, Fault, Natives};
use todokede_core::package::sha256;
use todokede_core::run::{Engine, Job, Outcome, Quiet, Stage, run};
use todokede_tests::plugins::{c_library, library, plugin, python, rust_library};
use todokede_tests::trials::fixture;
use todokede_tests::{NOW, build_job};

const IN_PROCESS: &str = "isolation = \"in-process\"";

/// Loads the engine with the plugins of a folder.
pub(crate) fn engine(plugins: &Path) -> Engine {
    let mut engine = Engine::load(&[plugins.to_path_buf()]).unwrap();
    engine.equip(&Equipment { host: Some(env!("CARGO_BIN_EXE_todokede-plugin-host").into()), log: None });
    engine
}

/// Makes trials of a registry, with the ids that are given.
pub(crate) fn trials(folder: &Path, ids: &[&str]) -> Vec<PathBuf> {
    let trial = |id: &&str| {
        let mut trial = fixture("registry-english");
        trial["trial"]["id"] = json!(id);
        let path = folder.join(format!("{id}.json"));
        std::fs::write(&path, trial.to_string()).unwrap();
        path
    };
    ids.iter().map(trial).collect()
}

/// The job of building with plugins.
pub(crate) fn job(inputs: Vec<PathBuf>, plugins: &[&str], out: &Path, jobs: usize) -> Job {
    let plugins = plugins.iter().map(|id| (*id).to_owned()).collect();
    Job { plugins, jobs, ledger: None, xsd: None, ..build_job(inputs, out) }
}

/// The findings of a plugin: trial, rule.
pub(crate) fn said(outcome: &Outcome, plugin: &str) -> Vec<(String, String)> {
    let of = outcome.findings.iter().filter(|finding| finding.plugin == plugin && finding.rule != "XS-0003");
    let mut said: Vec<(String, String)> = of.map(|finding| (finding.trial.clone(), finding.rule.clone())).collect();
    said.sort();
    said
}

pub(crate) fn filing(trial: &str) -> abi::Filing {
    abi::Filing { trial: trial.to_owned(), now: NOW.to_owned(), settings: json!({}), ..abi::Filing::default() }
}

pub(crate) fn talk(engine: &Engine, id: &str) -> Result<Conversation, Fault> {
    engine.plugins[id].code.as_ref().unwrap().converse()
}

/// Everything a plugin answers to one filing with three rows.
fn answers(engine: &Engine, id: &str, trial: &str) -> Value {
    let mut talk = talk(engine, id).unwrap();
    talk.open(filing(trial)).unwrap();
    let columns = vec!["氏名 [\"]".to_owned()];
    talk.table(abi::Table {
        id: "patients".to_owned(),
        file: "患者.csv".to_owned(),
        header: 1,
        columns,
        ..abi::Table::default()
    })
    .unwrap();
    let row = |number: u64, text: &str| abi::Row(number, vec![abi::message::Cell(text.to_owned().into())]);
    talk.rows(&abi::Batch { rows: vec![row(2, "[[\"}],\\"), row(3, "女")] }).unwrap();
    talk.rows(&abi::Batch { rows: vec![row(5, "")] }).unwrap();
    let found = talk.validate().unwrap();
    let wanted = abi::Wanted { parts: vec!["letter".to_owned(), "summary".to_owned()], draft: false };
    let made = talk.render(wanted).unwrap();
    json!({ "found": found, "made": made })
}

#[test]
fn rust_c_and_python_say_the_same_in_a_library_and_in_a_process() {
    let folder = TempDir::new().unwrap();
    let plugins = folder.path();
    library(plugins, "fixture-rust", &rust_library(), IN_PROCESS);
    let mut all = vec!["fixture-rust"];
    if let Some(made) = c_library(plugins, "fixture-c", &[]) {
        library(plugins, "fixture-c", &made, IN_PROCESS);
        all.push("fixture-c");
    }
    all.extend(python(plugins, "fixture-python", "plugin.py", &[], "").map(|_| "fixture-python"));
    let apart = TempDir::new().unwrap();
    library(apart.path(), "fixture-rust", &rust_library(), "");
    let (here, apart) = (engine(plugins), engine(apart.path()));
    for trial in ["T00001", "引用\"符\\と\n改行"] {
        let wanted = answers(&here, "fixture-rust", trial);
        assert_eq!(wanted["found"][0]["values"]["count"]["ja"], "3");
        assert_eq!(wanted["made"]["files"][0]["text"], format!("{trial} {NOW}\n行数 3\n"));
        for id in &all {
            assert_eq!(answers(&here, id, trial).to_string(), wanted.to_string(), "{id}");
        }
        assert_eq!(answers(&apart, "fixture-rust", trial).to_string(), wanted.to_string(), "in a process of its own");
    }
}

#[test]
fn a_run_files_what_code_made() {
    let folder = TempDir::new().unwrap();
    let plugins = folder.path().join("plugins");
    library(&plugins, "fixture-rust", &rust_library(), "");
    let inputs = trials(folder.path(), &["T00001", "T00002", "T00003"]);
    let mut built = Vec::new();
    for jobs in [1, 8] {
        let out = folder.path().join(format!("out{jobs}"));
        let outcome = run(&engine(&plugins), &job(inputs.clone(), &["fixture-rust"], &out, jobs), &Quiet).unwrap();
        let wanted: Vec<(String, String)> =
            ["T00001", "T00002", "T00003"].map(|id| (id.to_owned(), "FX-0001".to_owned())).to_vec();
        assert_eq!(said(&outcome, "fixture-rust"), wanted);
        let finding = outcome.findings.iter().find(|finding| finding.rule == "FX-0001").unwrap();
        assert_eq!((finding.at.pointer.as_str(), finding.found.value.as_str()), ("/trial/id", "T00001"));
        let files = |built: &todokede_core::run::Built| {
            let read = |name: &String| std::fs::read(built.folder.join(name)).unwrap();
            built.files.iter().map(read).collect::<Vec<_>>()
        };
        built.push(outcome.built.iter().map(files).collect::<Vec<_>>());
    }
    assert_eq!(built[0].len(), 3);
    assert_eq!(built[0], built[1]);
}

#[test]
fn a_library_is_run_only_when_it_is_the_one_that_was_looked_at() {
    for isolation in ["", IN_PROCESS] {
        let folder = TempDir::new().unwrap();
        let plugins = folder.path();
        let ours = library(plugins, "fixture-rust", &rust_library(), isolation);
        let file = ours.join(rust_library().file_name().unwrap());
        let mut bytes = std::fs::read(&file).unwrap();
        let wanted = sha256(&bytes);
        bytes.push(0);
        std::fs::write(&file, &bytes).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let hash = Fault::Hash { file: name, found: sha256(&bytes), wanted };
        assert_eq!(talk(&engine(plugins), "fixture-rust").err(), Some(hash), "{isolation}");
        std::fs::remove_file(&file).unwrap();
        let missing = talk(&engine(plugins), "fixture-rust").err().unwrap();
        assert_eq!(missing.rule(), "PC-0005", "{isolation}: {missing}");
    }
}

#[test]
fn what_is_no_library_or_lacks_a_function_or_speaks_another_version_is_refused() {
    let folder = TempDir::new().unwrap();
    let nonsense = folder.path().join("libnonsense.so");
    std::fs::write(&nonsense, "no library").unwrap();
    let mut cases = vec![("nonsense", nonsense, "PC-0005", "libnonsense.so")];
    if let Some(newer) = c_library(folder.path(), "newer", &["SPEAKS=7"]) {
        cases.push(("newer", newer, "PC-0002", "7"));
        let without = c_library(folder.path(), "without", &["todokede_free=another_name"]).unwrap();
        cases.push(("without", without, "PC-0005", "todokede_free"));
        cases.push(("liar", c_library(folder.path(), "another", &[]).unwrap(), "PC-0003", "another"));
    }
    for isolation in ["", IN_PROCESS] {
        let plugins = TempDir::new().unwrap();
        for (id, file, ..) in &cases {
            library(plugins.path(), id, file, isolation);
        }
        let engine = engine(plugins.path());
        for (id, _, rule, word) in &cases {
            let fault = talk(&engine, id).err().unwrap();
            assert_eq!(fault.rule(), *rule, "{id} {isolation}: {fault}");
            assert!(fault.to_string().contains(word), "{id} {isolation}: {fault}");
            // Paths of this machine would make findings differ from one to another.
            assert!(!fault.to_string().contains("/todokede-"), "{fault}");
        }
        engine.plugins.values().filter_map(|plugin| plugin.code.as_ref()).for_each(|code| code.rest());
    }
}

#[test]
fn a_library_without_a_program_to_host_it_is_not_run_in_our_process() {
    let folder = TempDir::new().unwrap();
    library(folder.path(), "fixture-rust", &rust_library(), "");
    let engine = Engine::load(&[folder.path().to_path_buf()]).unwrap();
    assert!(matches!(talk(&engine, "fixture-rust").err(), Some(Fault::Start { .. })));
}

#[test]
fn a_library_that_panics_here_is_not_asked_again_in_the_run_and_elsewhere_costs_one_filing() {
    let folder = TempDir::new().unwrap();
    let ids = ["T00001", "T00002", "T00003"];
    let inputs = trials(folder.path(), &ids);
    let rules = |isolation: &str| {
        let plugins = folder.path().join(format!("plugins-{}", isolation.len()));
        let ours = library(&plugins, "fixture-rust", &rust_library(), &format!("{isolation}\nsettings = \"settings.toml\""));
        std::fs::write(ours.join("settings.toml"), "misbehave = \"panics\"\non = \"T00002\"\n").unwrap();
        let engine = engine(&plugins);
        let twice: Vec<Vec<(String, String)>> = (0..2)
            .map(|time| {
                let out = folder.path().join(format!("out-{}-{time}", isolation.len()));
                let outcome = run(&engine, &job(inputs.clone(), &["fixture-rust"], &out, 1), &Quiet).unwrap();
                let panicked = outcome.findings.iter().find(|finding| finding.rule == "PC-0010").unwrap();
                assert!(panicked.message.ja.contains("T00002 は無理です"), "{panicked:?}");
                assert_eq!(
                    outcome.built.len() + said(&outcome, "fixture-rust").len(),
                    if isolation.is_empty() { 5 } else { 4 }
                );
                said(&outcome, "fixture-rust")
            })
            .collect();
        assert_eq!(twice[0], twice[1], "the next run begins anew");
        twice[0].iter().map(|(_, rule)| rule.clone()).collect::<Vec<_>>()
    };
    assert_eq!(rules(""), ["FX-0001", "PC-0010", "FX-0001"]);
    assert_eq!(rules(IN_PROCESS), ["FX-0001", "PC-0010", "PC-0017"]);
}

#[test]
fn a_declaration_that_cannot_hold_is_refused_when_the_plugin_is_loaded() {
    let hash = "0".repeat(64);
    let library = |name: &str, hash: &str| format!("kind = \"library\"\nlibrary = \"{name}\"\nsha256 = \"{hash}\"");
    for (code, word) in [
        ("kind = \"process\"".to_owned(), "command"),
        ("kind = \"built-in\"\ncommand = [\"x\"]".to_owned(), "command"),
        ("kind = \"library\"\nlibrary = \"x.so\"".to_owned(), "sha256"),
        (library("../x.so", &hash), "folder of the plugin"),
        (library("/lib/x.so", &hash), "folder of the plugin"),
        (library("x.so", "abc"), "64"),
        (library("x.so", &"g".repeat(64)), "64"),
        ("kind = \"process\"\ncommand = [\"x\"]\nseconds = 0".to_owned(), "seconds"),
        ("kind = \"process\"\ncommand = [\"x\"]\nmemory = 0".to_owned(), "memory"),
    ] {
        let folder = TempDir::new().unwrap();
        plugin(folder.path(), "ours", &code);
        let said = Engine::load(&[folder.path().to_path_buf()]).err().unwrap().to_string();
        assert!(said.contains(word) && said.contains("plugin.toml"), "{code}: {said}");
    }
}

#[test]
fn a_program_that_is_not_there_is_said() {
    let folder = TempDir::new().unwrap();
    plugin(folder.path(), "ours", "kind = \"process\"\ncommand = [\"no-such-program-anywhere\"]");
    let fault = talk(&engine(folder.path()), "ours").err().unwrap();
    assert!(matches!(&fault, Fault::Start { problem } if problem.ja.contains("no-such-program-anywhere")), "{fault:?}");
}

/// What the plugin below answers, whatever it is asked.
static NONSENSE: std::sync::Mutex<Vec<u8>> = std::sync::Mutex::new(Vec::new());

#[allow(unsafe_code, reason = "a plugin in the C ABI that answers what a test wants")]
mod nonsense {
    use super::*;

    unsafe extern "C" fn version() -> u32 {
        abi::VERSION
    }

    unsafe extern "C" fn call(request: View, answer: *mut Buffer) -> i32 {
        // SAFETY: the engine lends the request for the call.
        let request = unsafe { std::slice::from_raw_parts(request.ptr, request.len) };
        let hooks = r#"{"ok":{"abi":1,"id":"nonsense","version":"1.0.0","hooks":["validate","render"]}}"#;
        let bytes = match request {
            hello if hello.starts_with(br#"{"call":"hello""#) => hooks.as_bytes().to_vec(),
            quiet if quiet.starts_with(br#"{"call":"open""#) => br#"{"ok":null}"#.to_vec(),
            _ => NONSENSE.lock().unwrap().clone(),
        };
        // SAFETY: the engine gives a place for the answer.
        unsafe { answer.write(Buffer::of(bytes)) };
        ANSWERED
    }

    unsafe extern "C" fn free(answer: Buffer) {
        // SAFETY: made by `call`.
        unsafe { abi::entry::free(answer) };
    }

    pub(super) static ENTRY: Entry = Entry { version, call, free };
}

/// Answers that read as far as they can: findings with places that are nowhere, and files that are none.
fn near() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    let pointer = prop_oneof![
        any::<String>(),
        "(/(sites|trial|id|arms|name|[0-9]{1,20}|~1|-1)){0,6}",
        Just("/sites/18446744073709551616/name".to_owned())
    ];
    let record = pointer.prop_map(|pointer| json!({ "record": pointer }));
    let table = (any::<u32>(), any::<u64>(), any::<Option<u32>>(), any::<String>()).prop_map(
        |(source, row, column, table)| json!({ "table": { "table": table, "source": source, "row": row, "column": column } }),
    );
    let rule = prop_oneof![Just("FX-0001".to_owned()), any::<String>()];
    let finding = (rule, prop_oneof![record, table, Just(json!("filing"))], any::<String>(), any::<String>()).prop_map(
        |(rule, at, found, value)| json!({ "rule": rule, "at": at, "found": found, "values": { "count": value, "{": "{count}" } }),
    );
    let findings = proptest::collection::vec(finding, 0..5);
    let file = (any::<String>(), any::<bool>()).prop_map(|(text, is_text)| {
        if is_text { json!({ "part": "letter", "text": text }) } else { json!({ "part": "letter", "base64": text }) }
    });
    let made = (findings.clone(), file).prop_map(|(findings, file)| json!({ "files": [file], "findings": findings }));
    let answer = prop_oneof![findings.prop_map(Value::from), made];
    (answer, any::<Option<proptest::sample::Index>>()).prop_map(|(answer, cut)| {
        let mut bytes = json!({ "ok": answer }).to_string().into_bytes();
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        bytes
    })
}

#[test]
fn no_answer_makes_the_engine_panic() {
    use proptest::prelude::*;
    let folder = TempDir::new().unwrap();
    let plugins = folder.path().join("plugins");
    plugin(&plugins, "nonsense", "kind = \"built-in\"");
    static LINKED: [(&str, &Entry); 1] = [("nonsense", &nonsense::ENTRY)];
    let engine = Engine::with(&[plugins], Natives { linked: &LINKED }).unwrap();
    let inputs = trials(folder.path(), &["T00001"]);
    let mut job = job(inputs, &["nonsense"], folder.path(), 1);
    (job.until, job.out) = (Stage::Render, None);
    // Two plain ones show that the answers come through.
    for (answer, rule) in [(&b"[1]"[..], "PC-0009"), (br#"{"ok":[{"rule":"FX-0001"}]}"#, "FX-0001")] {
        *NONSENSE.lock().unwrap() = answer.to_vec();
        let outcome = run(&engine, &job, &Quiet).unwrap();
        assert!(outcome.findings.iter().any(|finding| finding.rule == rule), "{rule}");
    }
    let answers = prop_oneof![proptest::collection::vec(any::<u8>(), 0..200), near()];
    proptest!(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() }, |(answer in answers)| {
        *NONSENSE.lock().unwrap() = answer;
        run(&engine, &job, &Quiet).unwrap();
    });
}

/// The cost of a call: `cargo test -p todokede-tests --release code::costs -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn costs() {
    let folder = TempDir::new().unwrap();
    library(folder.path(), "fixture-rust", &rust_library(), IN_PROCESS);
    let apart = TempDir::new().unwrap();
    library(apart.path(), "fixture-rust", &rust_library(), "");
    let has_python = python(apart.path(), "fixture-python", "plugin.py", &[], "").is_some();
    let (here, apart) = (engine(folder.path()), engine(apart.path()));
    let mut filing = filing("T00001");
    let text = "試験".repeat(10);
    filing.record = (0..55).map(|at| (format!("f{at}"), json!(text))).collect();
    let len = serde_json::to_string(&filing).unwrap().len();
    let mut cases = vec![("in process", &here, "fixture-rust"), ("library in a process", &apart, "fixture-rust")];
    if has_python {
        cases.push(("Python", &apart, "fixture-python"));
    }
    for (what, engine, id) in cases {
        let start = std::time::Instant::now();
        let mut first = talk(engine, id).unwrap();
        let started = start.elapsed();
        let mut best = (u128::MAX, u128::MAX);
        for _ in 0..5 {
            let start = std::time::Instant::now();
            (0..500).for_each(|_| first.open(filing.clone()).unwrap());
            best.0 = best.0.min(start.elapsed().as_nanos() / 500);
        }
        drop(first);
        for _ in 0..5 {
            let start = std::time::Instant::now();
            for _ in 0..200 {
                let mut talk = talk(engine, id).unwrap();
                talk.open(filing.clone()).unwrap();
                talk.validate().unwrap();
                talk.render(abi::Wanted::default()).unwrap();
            }
            best.1 = best.1.min(start.elapsed().as_nanos() / 200);
        }
        let (call, whole) = (best.0 / 1000, best.1 / 1000);
        eprintln!("{what}: first answer {started:?}; open with {len} bytes {call} µs; a filing of 5 calls {whole} µs");
    }
}
