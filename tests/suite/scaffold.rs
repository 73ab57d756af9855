//! The library that `todokede plugin new --kind native` writes compiles, and answers as the program in Python does.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use todokede_abi::Server;
use todokede_tests::workspace;

#[allow(unreachable_pub, reason = "it is the root of a crate where it is copied to")]
#[path = "../../core/src/author/scaffold/native/ours.rs"]
mod native;

/// A conversation over one filing whose contact is elsewhere.
fn requests() -> Vec<Value> {
    let filing = json!({
        "trial": "A", "plugin": "our-plugin", "now": "2026-04-01",
        "record": {"our_plugin": {"contact": "someone@elsewhere.example.com"}},
        "items": {"title": "題", "contact": "someone@elsewhere.example.com"},
        "settings": {"domain": "hospital.example.jp"}, "past": [],
    });
    vec![
        json!({"call": "hello", "abi": todokede_abi::VERSION, "host": "test"}),
        json!({"call": "open", "session": 7, "filing": filing}),
        json!({"call": "validate", "session": 7}),
        json!({"call": "render", "session": 7, "wanted": {"parts": ["checklist"], "draft": true}}),
        json!({"call": "close", "session": 7}),
    ]
}

/// What both must say after hello, read as the engine reads it.
fn read(answers: &[Value]) -> (Vec<todokede_abi::Finding>, todokede_abi::Made) {
    let ok = |at: usize| answers[at]["ok"].clone();
    (serde_json::from_value(ok(2)).unwrap(), serde_json::from_value(ok(3)).unwrap())
}

fn of_library() -> Vec<Value> {
    let server = Server::<native::Ours>::default();
    requests().iter().map(|request| serde_json::from_slice(&server.answer(request.to_string().as_bytes())).unwrap()).collect()
}

#[test]
fn the_library_of_a_new_plugin_finds_and_makes_what_it_should() {
    let answers = of_library();
    assert_eq!(answers[0]["ok"]["hooks"], json!(["validate", "render"]));
    let (found, made) = read(&answers);
    assert_eq!((found.len(), found[0].rule.as_str()), (1, "OUR-0201"));
    let text = json!(made.files)[0]["text"].as_str().unwrap().to_owned();
    assert_eq!(text, "確認票\n【下書き：提出しないこと】\n□ title：題\n□ contact：someone@elsewhere.example.com\n");
}

#[test]
fn the_program_of_a_new_plugin_says_the_same() {
    let script = workspace().join("core/src/author/scaffold/process/plugin.py");
    let started = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = started else {
        eprintln!("SKIPPED: there is no python3");
        return;
    };
    let lines: String = requests().iter().map(|request| format!("{request}\n")).collect();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let answers: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        answers[0]["ok"],
        json!({"abi": todokede_abi::VERSION, "id": "our-plugin", "version": "0.1.0", "hooks": ["validate", "render"]})
    );
    assert_eq!(read(&answers), read(&of_library()));
}
