//! Findings that someone accepts: for their value, until a day, and never silently.

use std::path::Path;

use serde_json::{Value, json};
use todokede_core::model::{Lang, Severity, Status};
use todokede_core::run::{Engine, Outcome, Quiet, run};
use todokede_core::waivers::{Waivers, drafts};
use todokede_tests::second::with_sample_size;
use todokede_tests::trials::fixture;
use todokede_tests::{NOW, build_job, engine, judged};

/// A waiver of the difference that a sample size of 30 makes.
const WAIVER: &str = r#"
[[waiver]]
rule = "CX-0001"
trial = "DEMO-001-P1"
field = "trial.subjects_total"
value = "24 ≠ 30"
reason = "jRCTでは全世界の人数を示す"
by = "試験　太郎"
until = "2026-12-31"
"#;

fn differing() -> Value {
    let mut trial = fixture("sponsor");
    trial["trial"]["sample_size"] = json!(30);
    trial
}

/// Runs a trial with a file of waivers.
fn outcome(engine: &Engine, trial: &Value, waivers: &str, now: &str, folder: &Path) -> Outcome {
    let (input, file) = (folder.join("study.json"), folder.join("waivers.toml"));
    std::fs::write(&input, trial.to_string()).unwrap();
    std::fs::write(&file, waivers).unwrap();
    let mut job = build_job(vec![input], &folder.join("out"));
    job.waivers = Some(Waivers::read(&file, now.parse().unwrap()).unwrap());
    job.plugins = ["pmda-ctn", "second"].into_iter().filter(|id| engine.plugins.contains_key(*id)).map(str::to_owned).collect();
    run(engine, &job, &Quiet).unwrap()
}

#[test]
fn a_waived_difference_stays_in_the_report_and_blocks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let engine = with_sample_size(folder.path());
    let outcome = outcome(&engine, &differing(), WAIVER, NOW, folder.path());
    let found = judged(&outcome);
    assert_eq!(found.len(), 1);
    let Status::Waived(waived) = &found[0].status else { panic!("{:?}", found[0].status) };
    assert_eq!((waived.by.as_str(), waived.until.as_str()), ("試験　太郎", "2026-12-31"));
    assert_eq!((outcome.count(Severity::Error), outcome.built.len()), (0, 2));
    assert!(outcome.built.iter().all(|built| !built.draft));
    let manifest = outcome.built[0].folder.join("manifest.json");
    let manifest: Value = serde_json::from_slice(&std::fs::read(manifest).unwrap()).unwrap();
    assert!(manifest.to_string().contains("jRCTでは全世界の人数を示す"), "the package says what was accepted");
    let page = std::fs::read_to_string(outcome.built[0].folder.join("review.html")).unwrap();
    assert!(page.contains("免除の理由：jRCTでは全世界の人数を示す（試験　太郎、2026-12-31まで）"));
}

#[test]
fn another_value_or_a_day_that_has_passed_opens_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let engine = with_sample_size(folder.path());
    let mut other = differing();
    other["trial"]["sample_size"] = json!(31);
    for (trial, now, says) in [
        (other, NOW, "免除は「24 ≠ 30」についてのもの"),
        (differing(), "2027-01-01", "免除の期限 2026-12-31 が過ぎました：waivers.toml › 2:1"),
    ] {
        let outcome = outcome(&engine, &trial, WAIVER, now, folder.path());
        let found = judged(&outcome);
        assert_eq!((found.len(), outcome.count(Severity::Error), outcome.built.len()), (1, 1, 0));
        assert!(found[0].status == Status::Open && found[0].message.ja.contains(says), "{}", found[0].message.ja);
        assert_eq!(found[0].message.ja.matches("免除").count(), 1, "said once: {}", found[0].message.ja);
    }
    let last = outcome(&engine, &differing(), WAIVER, "2026-12-31", folder.path());
    assert_eq!(last.count(Severity::Error), 0, "the day itself is within");
}

#[test]
fn a_waiver_that_is_for_nothing_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let engine = with_sample_size(folder.path());
    let outcome = outcome(&engine, &fixture("sponsor"), WAIVER, NOW, folder.path());
    let found = judged(&outcome);
    assert_eq!(found.iter().map(|finding| finding.rule.as_str()).collect::<Vec<_>>(), ["WV-0001"]);
    assert_eq!((found[0].severity, found[0].at.display(Lang::Ja).as_str()), (Severity::Warning, "waivers.toml › 2:1"));
    assert_eq!(outcome.built.len(), 2);
}

#[test]
fn what_the_schema_would_refuse_stays_open() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = fixture("sponsor");
    trial["filers"][0]["code"] = json!("12345678");
    let waiver =
        WAIVER.replace("CX-0001", "CTN-0014").replace("trial.subjects_total", "filers.code").replace("24 ≠ 30", "12345678");
    let outcome = outcome(engine(), &trial, &waiver, NOW, folder.path());
    let found = judged(&outcome).into_iter().find(|finding| finding.rule == "CTN-0014").unwrap();
    assert!(
        found.status == Status::Open && found.message.ja.contains("この規則のエラーは免除できません"),
        "{}",
        found.message.ja
    );
    assert!(!engine().may_waive(found) && outcome.built.is_empty());
}

#[test]
fn a_draft_that_was_filled_in_settles_its_finding() {
    let folder = tempfile::tempdir().unwrap();
    let engine = with_sample_size(folder.path());
    let open = outcome(&engine, &differing(), "", NOW, folder.path());
    let draft = drafts(judged(&open).into_iter(), Lang::Ja);
    let filled = draft.replace("reason = \"\"", "reason = \"意図した違い\"").replace("by = \"\"", "by = \"試験　太郎\"");
    let filled = filled.replace("until = \"\"", "until = \"2026-12-31\"");
    let settled = outcome(&engine, &differing(), &filled, NOW, folder.path());
    assert_eq!((settled.count(Severity::Error), settled.built.len()), (0, 2), "{filled}");
    assert!(settled.findings.iter().all(|finding| !finding.rule.starts_with("WV-")), "it fits");
}

#[test]
fn a_file_that_is_no_file_of_waivers_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waivers.toml");
    let problem = |text: &str| {
        std::fs::write(&file, text).unwrap();
        Waivers::read(&file, NOW.parse().unwrap()).unwrap_err().to_string()
    };
    for (from, to, wanted) in [
        ("2026-12-31", "2026/12/31", "waivers.toml:9:9: `until` wants YYYY-MM-DD"),
        ("試験　太郎", " ", "waivers.toml:2:1: `by` is blank"),
        ("reason =", "reson =", "waivers.toml:7:1: unknown field `reson`"),
        ("field = \"trial.subjects_total\"\n", "", "waivers.toml:2:1: wants `at` or `field`"),
        ("[[waiver]]", "[[waiver]", "waivers.toml:2:"),
    ] {
        let said = problem(&WAIVER.replace(from, to));
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let twice = problem(&format!("{WAIVER}{WAIVER}"));
    assert!(twice.contains("the same finding is waived above"), "{twice}");
    std::fs::remove_file(&file).unwrap();
    assert!(Waivers::read(&file, NOW.parse().unwrap()).is_err(), "a file that is not there");
}
