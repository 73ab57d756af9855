//! Every rule of every plugin fires where its cases say, and nowhere else.

use std::sync::LazyLock;

use todokede_core::cases::{Report, run_all};
use todokede_tests::{engine, workspace};

/// What the cases of each plugin came to. There are many, so they run once for all tests.
static REPORTS: LazyLock<Vec<(&str, Report)>> = LazyLock::new(|| {
    let engine = engine();
    let run = |id: &'static String| {
        let folder = workspace().join("plugins").join(id).join("cases");
        (id.as_str(), run_all(engine, id, &folder))
    };
    engine.plugins.keys().map(run).collect()
});

#[test]
fn every_case_comes_out_as_it_says() {
    let problems: Vec<&String> = REPORTS.iter().flat_map(|(_, report)| &report.problems).collect();
    assert!(problems.is_empty(), "{} problems\n{problems:#?}", problems.len());
}

#[test]
fn every_rule_has_a_case_that_fails_and_one_that_passes() {
    let engine = engine();
    assert_eq!(REPORTS.len(), engine.plugins.len());
    for (id, report) in REPORTS.iter() {
        let tests = tests_of_code(id);
        let bare: Vec<&str> = engine.plugins[*id]
            .rules
            .texts()
            .map(|rule| rule.id.as_str())
            .filter(|rule| !tests.contains(&format!("\"{rule}\"")))
            .filter(|rule| report.shown.get(*rule).is_none_or(|(fails, passes)| *fails == 0 || *passes == 0))
            .collect();
        assert!(bare.is_empty(), "{id}: no failing or no passing case: {bare:?}");
        let strangers: Vec<&String> = report.shown.keys().filter(|rule| engine.rule(rule).is_none()).collect();
        assert!(strangers.is_empty(), "{id}: cases of rules that do not exist: {strangers:?}");
    }
}

/// The tests of a plugin's code, which show what no case can: findings on a day, after earlier filings, on faults of its own.
fn tests_of_code(id: &str) -> String {
    let mut text = String::new();
    let mut folders = vec![workspace().join("plugins/native").join(id).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some((_, tests)) = std::fs::read_to_string(&path).unwrap().split_once("#[cfg(test)]\nmod tests {") {
                text.push_str(tests);
            } else if path.components().any(|part| part.as_os_str() == "tests") {
                text.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    text
}
