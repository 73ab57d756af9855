//! How far the filings of a trial are: what is missing stands once, with all who want it.

use serde_json::{Value, json};
use todokede_core::run::{Engine, Quiet, Stage, run};
use todokede_core::status::{TrialStatus, status};
use todokede_tests::build_job;
use todokede_tests::second::with_sample_size;
use todokede_tests::trials::fixture;

fn of(engine: &Engine, trial: &Value) -> TrialStatus {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("study.json");
    std::fs::write(&input, trial.to_string()).unwrap();
    let mut job = build_job(vec![input], folder.path());
    (job.until, job.ledger) = (Stage::Validate, None);
    job.plugins = vec!["pmda-ctn".to_owned(), "second".to_owned()];
    let mut all = status(&run(engine, &job, &Quiet).unwrap(), engine);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn a_trial_with_nothing_to_mend_is_ready_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let all = of(&with_sample_size(folder.path()), &fixture("sponsor"));
    assert!(all.missing.is_empty() && all.destinations.len() == 2);
    assert!(all.destinations.iter().all(|of| of.ready && (of.missing, of.errors, of.warnings) == (0, 0, 0)));
}

#[test]
fn a_blank_value_stands_once_with_all_who_want_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = fixture("sponsor");
    trial["trial"]["objective"] = json!("");
    trial["sites"][0]["name"] = json!("");
    trial["filers"][0]["code"] = json!("12345678");
    let all = of(&with_sample_size(folder.path()), &trial);
    let fields: Vec<(&str, usize)> =
        all.missing.iter().map(|missing| (missing.field.as_str(), missing.needed_by.len())).collect();
    assert_eq!(fields, [("sites.name", 2), ("trial.objective", 2)]);
    assert_eq!(all.missing[0].label.ja.split(" › ").count(), 2, "{}", all.missing[0].label.ja);
    assert!(all.missing[1].needed_by.iter().all(|need| need.item.ends_with("目的")), "{:?}", all.missing[1].needed_by);
    for destination in &all.destinations {
        assert_eq!((destination.missing, destination.errors, destination.ready), (2, 3, false));
    }
}
