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
        let bare: Vec<&str> = engine.plugins[*id]
            .rules
            .texts()
            .map(|rule| rule.id.as_str())
            .filter(|rule| report.shown.get(*rule).is_none_or(|(fails, passes)| *fails == 0 || *passes == 0))
            .collect();
        assert!(bare.is_empty(), "{id}: no failing or no passing case: {bare:?}");
        let strangers: Vec<&String> = report.shown.keys().filter(|rule| engine.rule(rule).is_none()).collect();
        assert!(strangers.is_empty(), "{id}: cases of rules that do not exist: {strangers:?}");
    }
}
