//! Every rule of every plugin fires where its cases say, and nowhere else.

use todokede_core::cases::run_all;
use todokede_tests::{engine, workspace};

#[test]
fn every_case_comes_out_as_it_says() {
    let engine = engine();
    for id in engine.plugins.keys() {
        let report = run_all(engine, id, &workspace().join("plugins").join(id).join("cases"));
        assert!(report.problems.is_empty(), "{} problems\n{}", report.problems.len(), report.problems.join("\n"));
    }
}

#[test]
fn every_rule_has_a_case_that_fails_and_one_that_passes() {
    let engine = engine();
    for (id, plugin) in &engine.plugins {
        let folder = workspace().join("plugins").join(id).join("cases");
        let report = run_all(engine, id, &folder);
        let bare: Vec<&str> = plugin
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
