//! The whole life of two trials and a development, from one folder of workbooks by one command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use todokede_core::run::{Job, Outcome};
use todokede_core::validate::schema::Schema;
use todokede_core::workbook::Layout;
use todokede_tests::foreign::Through;
use todokede_tests::{build_job, judged, line, outcome, record, reference, workbook, workspace};

/// Writes the story's trials as workbooks and returns them in order.
fn workbooks(folder: &Path) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(workspace().join("fixtures/story")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 7);
    let write = |path: PathBuf| {
        let json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let to = folder.join(path.file_stem().unwrap()).with_extension("xlsx");
        std::fs::write(&to, workbook(&[record(&json)], Layout::Trial).bytes).unwrap();
        to
    };
    names.into_iter().map(write).collect()
}

fn job(inputs: Vec<PathBuf>, out: &Path) -> Job {
    let mut job = build_job(inputs, out);
    job.ledger = Some(out.join("ledger.jsonl"));
    job
}

/// Returns the XML of each filing by its folder below `out`.
fn filings(outcome: &Outcome, out: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let xml = |built: &todokede_core::run::Built| {
        let name = built.files.iter().find(|name| name.ends_with(".xml")).unwrap();
        (built.folder.strip_prefix(out).unwrap().to_path_buf(), std::fs::read(built.folder.join(name)).unwrap())
    };
    outcome.built.iter().map(xml).collect()
}

fn marks(xml: &[u8]) -> [usize; 3] {
    let text = String::from_utf8_lossy(xml);
    ["UPDATE", "APPEND", "DELETE"].map(|mark| text.matches(&format!("STATUS=\"{mark}\"")).count())
}

#[test]
fn one_command_builds_every_filing_of_the_story_with_its_marks() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut inputs = workbooks(folder.path());
    // The order in which the workbooks are given does not matter.
    inputs.reverse();
    let outcome = outcome(&job(inputs, &out));
    assert_eq!(judged(&outcome).into_iter().map(line).collect::<Vec<_>>(), Vec::<String>::new());
    let filings = filings(&outcome, &out);
    let found: Vec<(&str, [usize; 3])> =
        filings.iter().map(|(folder, xml)| (folder.file_name().unwrap().to_str().unwrap(), marks(xml))).collect();
    assert_eq!(
        found,
        [
            ("02_C", [2, 0, 0]),
            ("02_K", [0, 0, 0]),
            ("00_END", [0, 0, 0]),
            ("01_H_01", [1, 1, 1]),
            ("01_H_02", [3, 1, 1]),
            ("01_K", [0, 0, 0]),
            ("01_S", [2, 0, 0]),
        ]
    );
    for (name, xml) in &filings {
        assert_eq!(Through::Workbook.again(xml), *xml, "{} comes back", name.display());
        let Some(schema) = reference::schema() else {
            reference::skipped("the story", "the published schema");
            continue;
        };
        let violations = Schema::parse(&std::fs::read(&schema).unwrap()).unwrap().violations(xml);
        assert_eq!(violations, [], "{}", name.display());
        let file = folder.path().join("filing.xml");
        std::fs::write(&file, xml).unwrap();
        match reference::xmllint(&file, &schema) {
            Some(verdict) => assert_eq!(verdict, Ok(()), "{}", name.display()),
            None => reference::skipped("the story", "xmllint"),
        }
    }
}

#[test]
fn filings_that_are_built_one_by_one_find_the_last_one_in_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = workbooks(folder.path());
    let (whole, single) = (folder.path().join("whole"), folder.path().join("single"));
    let at_once = filings(&outcome(&job(inputs.clone(), &whole)), &whole);
    let mut one_by_one = BTreeMap::new();
    for input in &inputs {
        let outcome = outcome(&job(vec![input.clone()], &single));
        assert_eq!(judged(&outcome).into_iter().map(line).collect::<Vec<_>>(), Vec::<String>::new());
        one_by_one.extend(filings(&outcome, &single));
    }
    assert_eq!(at_once, one_by_one);
    // Building again what was built adds nothing, whatever came after it.
    let ledger = std::fs::read(single.join("ledger.jsonl")).unwrap();
    let again = filings(&outcome(&job(inputs, &single)), &single);
    assert_eq!(again, one_by_one);
    assert!(std::fs::read(single.join("ledger.jsonl")).unwrap() == ledger, "the ledger grew");
}

#[test]
fn the_same_filing_twice_is_refused_at_both_places() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = workbooks(folder.path());
    let copy = folder.path().join("copy.xlsx");
    std::fs::copy(&inputs[1], &copy).unwrap();
    let out = folder.path().join("out");
    let outcome = outcome(&job(vec![inputs[0].clone(), inputs[1].clone(), copy], &out));
    let twice: Vec<&str> =
        outcome.findings.iter().filter(|finding| finding.rule == "IN-0051").map(|finding| finding.at.file.as_str()).collect();
    assert_eq!(twice, ["2-change-1.xlsx", "copy.xlsx"]);
    assert!(outcome.built.iter().all(|built| !built.folder.ends_with("01_H_01")));
}

#[test]
fn what_was_received_is_not_made_again_otherwise_and_nothing_is_compared_with_another_trial() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let inputs = workbooks(folder.path());
    let rules = |outcome: &Outcome| judged(outcome).into_iter().map(|finding| finding.rule.clone()).collect::<Vec<_>>();
    let json = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(workspace().join("fixtures/story").join(name)).unwrap()).unwrap()
    };
    let write = |name: &str, trial: &serde_json::Value| {
        let path = folder.path().join(name);
        std::fs::write(&path, trial.to_string()).unwrap();
        path
    };
    outcome(&job(vec![inputs[0].clone()], &out));
    let ledger = out.join("ledger.jsonl");
    let mut opened = todokede_core::ledger::Ledger::open(&ledger).unwrap();
    let received = todokede_core::ledger::Submitted {
        filing: "1".to_owned(),
        receipt: "2026-9001".to_owned(),
        date: "2026-04-03".to_owned(),
        note: String::new(),
        replace: false,
    };
    opened.record(&received, &todokede_tests::engine().plugins).unwrap();
    let mut plan = json("1-plan.json");
    plan["trial"]["protocol_number"] = "DEMO-001/26-09".into();
    assert_eq!(rules(&outcome(&job(vec![write("again.json", &plan)], &out))), ["LG-0009", "PK-0005"]);
    plan["trial"]["id"] = "OTHER".into();
    assert_eq!(rules(&outcome(&job(vec![write("other.json", &plan)], &out))), ["LG-0011"]);
    let mut given = job(vec![inputs[1].clone()], &folder.path().join("elsewhere"));
    given.previous = vec![inputs[4].clone()];
    assert!(rules(&outcome(&given)).contains(&"CG-0012".to_owned()));
    given.previous = vec![inputs[3].clone()];
    assert!(rules(&outcome(&given)).contains(&"CG-0013".to_owned()));
}

#[test]
fn a_list_that_must_not_be_empty_cannot_be_emptied_by_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(workspace().join("fixtures/story").join(name)).unwrap()).unwrap()
    };
    for (at, list) in [("", "filers"), ("/main_drug", "plants"), ("/sites/1", "investigators"), ("/sites/1", "quantities")] {
        let mut change = read("2-change-1.json");
        change["filing"]["changes"] = serde_json::json!([{"date": "2026-10-01", "reason": "例示のため"}]);
        change.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(list);
        let path = folder.path().join("change.json");
        std::fs::write(&path, change.to_string()).unwrap();
        let mut job = job(vec![path], &folder.path().join("out"));
        job.previous = vec![workspace().join("fixtures/story/1-plan.json")];
        let outcome = outcome(&job);
        assert!(outcome.built.is_empty(), "{list}: {:#?}", judged(&outcome).into_iter().map(line).collect::<Vec<_>>());
    }
}
