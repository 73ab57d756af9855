//! The ledger: what a build enters, what stops it, and what earlier filings bring into later ones.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use todokede_core::ledger::items::{self, Items, ItemsError};
use todokede_core::ledger::{Built, Entry, LEDGER, Ledger, Recorded, Refusal, Submitted, Version};
use todokede_core::map::map;
use todokede_core::model::{Filing, Finding, Lang, Node, Origin};
use todokede_core::normalise::normalise;
use todokede_core::package::{FileEntry, sha256};
use todokede_core::plugin::Plugin;
use todokede_core::run::Stage;
use todokede_tests::trials::{fixture, numbered};
use todokede_tests::{build_job, engine, line, outcome, record};

fn plugin() -> &'static Plugin {
    &engine().plugins["pmda-ctn"]
}

/// Writes records as one JSON file and returns it.
fn input(folder: &Path, name: &str, trials: &[Value]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, json!(trials).to_string()).unwrap();
    path
}

fn lines(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("out").join(LEDGER)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns a filing of a kind, as its trial would be typed with everything blank that the ledger can fill in.
fn later(kind: &str) -> Value {
    let mut trial = fixture("sponsor");
    trial["filing"]["kind"] = json!(kind);
    trial["filing"]["date"] = json!("2026-09-01");
    trial["filing"]["category"] = json!("3");
    trial
}

fn filing(trial: &Value) -> Filing {
    let mut record = record(trial);
    normalise(&mut record, &engine().catalogue, &engine().book);
    map(&record, plugin(), &engine().catalogue).0
}

/// Enters a filing as if it had been built; the plugin does not build every kind yet.
fn enter(ledger: &mut Ledger, trial: &Value, order: &str, draft: bool) -> u64 {
    let version = |id: &str| Version { id: id.to_owned(), version: "0".to_owned() };
    let (filing, bytes) = (filing(trial), trial.to_string());
    let entry = Built {
        trial: "DEMO-001-P1".to_owned(),
        plugin: version("pmda-ctn"),
        form: version("pmda-ctn"),
        series: "DEMO-001_01".to_owned(),
        order: order.to_owned(),
        submission: format!("DEMO-001_01_{order}"),
        folder: format!("DEMO-001-P1/pmda-ctn/{order}{}", if draft { "_draft" } else { "" }),
        draft,
        built: "2026-04-01".to_owned(),
        inputs: Vec::new(),
        archive: FileEntry::of("a.zip", bytes.as_bytes(), false),
        files: Vec::new(),
        content: String::new(),
        items: Some(to_raw_value(&Items { filing: &filing, form: &plugin().form }).unwrap()),
        remembered: None,
    };
    ledger.append(&[Entry::Built(Box::new(entry.hashed()))]).unwrap()[0]
}

fn receive(ledger: &mut Ledger, filing: &str, receipt: &str, replace: bool) -> Result<Recorded, Refusal> {
    let (filing, receipt, date) = (filing.to_owned(), receipt.to_owned(), "2026-04-03".to_owned());
    ledger.record(&Submitted { filing, receipt, date, note: String::new(), replace }, &engine().plugins)
}

fn text(filing: &Filing, path: &str) -> String {
    filing.text(plugin().form.find(path).unwrap()).to_owned()
}

#[test]
fn every_package_is_entered_with_the_hashes_of_its_own_inputs_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = vec![
        input(folder.path(), "a.json", &[fixture("sponsor")]),
        input(folder.path(), "b.json", &[fixture("investigator"), numbered(7, 1)]),
    ];
    let out = folder.path().join("out");
    assert_eq!(outcome(&build_job(inputs, &out)).built.len(), 3);
    let lines = lines(folder.path());
    assert_eq!(lines.len(), 3);
    for (line, name) in lines.iter().zip(["a.json", "b.json", "b.json"]) {
        let built = &line["entry"]["built"];
        assert_eq!((&built["built"], &built["draft"]), (&json!("2026-04-01"), &json!(false)));
        let inputs = built["inputs"].as_array().unwrap();
        assert_eq!(inputs.len(), 1, "a trial is made from its own file");
        assert_eq!((&inputs[0]["name"], inputs[0]["sha256"].as_str()), (&json!(name), Some(&*hash(&folder.path().join(name)))));
        let here = out.join(built["folder"].as_str().unwrap());
        for file in built["files"].as_array().unwrap().iter().chain([&built["archive"]]) {
            assert_eq!(file["sha256"], json!(hash(&here.join(file["name"].as_str().unwrap()))));
        }
    }
    assert_eq!(lines[0]["entry"]["built"]["series"], json!("DEMO-001_01"));
    assert_eq!(lines[0]["entry"]["built"]["items"]["INFONOTE"]["CLASSNOTE"], json!("治験計画届"));
}

fn hash(path: &Path) -> String {
    sha256(&fs::read(path).unwrap())
}

#[test]
fn a_run_that_was_killed_before_its_entries_is_finished_by_the_next_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = vec![input(folder.path(), "a.json", &[numbered(1, 1), numbered(2, 1), numbered(3, 1)])];
    let job = build_job(inputs, &folder.path().join("out"));
    outcome(&job);
    let ledger = folder.path().join("out").join(LEDGER);
    let whole = fs::read(&ledger).unwrap();
    for cut in [0, 1, 100, whole.len() / 2, whole.len() - 1, whole.len()] {
        fs::write(&ledger, &whole[..cut]).unwrap();
        let again = outcome(&job);
        assert_eq!(again.built.len(), 3);
        let is_torn = again.findings.iter().any(|finding| finding.rule == "LG-0005");
        assert_eq!(is_torn, ![0, whole.len() - 1, whole.len()].contains(&cut), "cut at {cut}");
        let now = fs::read(&ledger).unwrap();
        assert!(now == whole || (cut == whole.len() - 1 && now == whole[..cut]), "cut at {cut}");
    }
    fs::remove_file(&ledger).unwrap();
    outcome(&job);
    assert_eq!(fs::read(&ledger).unwrap(), whole);
}

#[test]
fn a_damaged_ledger_stops_the_build_and_names_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = vec![input(folder.path(), "a.json", &[numbered(1, 1), numbered(2, 1)])];
    let job = build_job(inputs, &folder.path().join("out"));
    outcome(&job);
    let ledger = folder.path().join("out").join(LEDGER);
    let edited = fs::read_to_string(&ledger).unwrap().replacen("T00002", "T00009", 1);
    fs::write(&ledger, &edited).unwrap();
    fs::remove_dir_all(folder.path().join("out/T00001")).unwrap();
    let mut draft = job.clone();
    draft.draft = true;
    for job in [job, draft] {
        let outcome = outcome(&job);
        let found: Vec<(&str, String)> = outcome
            .findings
            .iter()
            .filter(|finding| finding.rule.starts_with("LG-"))
            .map(|finding| (finding.rule.as_str(), finding.at.display(Lang::Ja)))
            .collect();
        assert_eq!(found, [("LG-0003", "ledger.jsonl › 2:1".to_owned())]);
        assert_eq!(outcome.built.len(), 0);
        assert!(!folder.path().join("out/T00001").exists(), "nothing is packaged");
    }
    assert_eq!(fs::read_to_string(&ledger).unwrap(), edited, "it is left as it is");
}

#[test]
fn a_ledger_that_cannot_be_read_stops_the_build() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = build_job(vec![input(folder.path(), "a.json", &[numbered(1, 1)])], &folder.path().join("out"));
    job.ledger = Some(folder.path().to_path_buf());
    let outcome = outcome(&job);
    assert!(outcome.findings.iter().any(|finding| finding.rule == "LG-0001"), "{:#?}", outcome.findings);
    assert_eq!(outcome.built.len(), 0);
}

#[test]
fn the_filing_before_is_the_last_that_was_no_draft_in_the_build_that_was_received() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEDGER);
    let mut ledger = Ledger::open(&path).unwrap();
    let with = |objective: &str, kind: &str| {
        let mut trial = later(kind);
        trial["trial"]["objective"] = json!(objective);
        trial
    };
    let plan = "治験計画届";
    enter(&mut ledger, &with("first", plan), "0", false);
    enter(&mut ledger, &with("second", plan), "0", false);
    enter(&mut ledger, &with("draft", plan), "0", true);
    enter(&mut ledger, &with("change", "治験計画変更届"), "1-001", false);
    enter(&mut ledger, &with("draft of a change", "治験計画変更届"), "1-002", true);
    let objective = |order: &str| {
        let ledger = Ledger::open(&path).unwrap();
        let past = ledger.previous(plugin(), "DEMO-001_01", order).unwrap();
        past.map(|past| text(&past.filing, "INFONOTE/SUMMARYPROTOCOL/TRIALOBJECTIVES"))
    };
    assert_eq!(objective("0"), None);
    assert_eq!(objective("1-001").as_deref(), Some("second"), "the last build");
    assert_eq!(objective("1-003").as_deref(), Some("change"));
    assert_eq!(objective("2").as_deref(), Some("change"));
    // What was submitted stays what is compared with, although it was built again afterwards.
    receive(&mut ledger, "DEMO-001_01_0", "26-0001", false).unwrap();
    enter(&mut ledger, &with("third", plan), "0", false);
    assert_eq!(objective("1-001").as_deref(), Some("second"));
    // A replaced document: the line of the build says which one the authority has now.
    receive(&mut ledger, "7", "26-0001", true).unwrap();
    assert_eq!(objective("1-001").as_deref(), Some("third"));
    let first = Ledger::open(&path).unwrap().first(plugin(), "DEMO-001_01").unwrap().unwrap();
    assert_eq!((first.n, first.receipt.as_deref()), (7, Some("26-0001")));
    assert!(Ledger::open(&path).unwrap().first(plugin(), "DEMO-001_02").unwrap().is_none());
}

#[test]
fn a_receipt_is_refused_unless_it_fits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LEDGER);
    let mut ledger = Ledger::open(&path).unwrap();
    enter(&mut ledger, &fixture("sponsor"), "0", false);
    enter(&mut ledger, &fixture("sponsor"), "9", true);
    let name = "DEMO-001_01_0";
    assert!(matches!(receive(&mut ledger, "DEMO-001_01_5", "26-0001", false), Err(Refusal::Unknown { .. })));
    assert!(matches!(receive(&mut ledger, "DEMO-001_01_9", "26-0001", false), Err(Refusal::Draft { .. })));
    for bad in ["", "26-001", "審第26-0001号", "26‐0001", "２６-0001"] {
        assert!(matches!(receive(&mut ledger, name, bad, false), Err(Refusal::Shape { .. })), "{bad}");
    }
    let added = receive(&mut ledger, name, "26-0001", false).unwrap();
    assert_eq!((added.line, added.known), (3, false));
    let again = receive(&mut ledger, name, "26-0001", false).unwrap();
    assert_eq!((again.line, again.known), (3, true), "the same once more adds nothing");
    assert!(matches!(receive(&mut ledger, name, "26-0002", false), Err(Refusal::Other { line: 3, .. })));
    assert_eq!(receive(&mut ledger, name, "26-0002", true).unwrap().line, 4);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("26-0001") && text.contains("26-0002"), "both stay");
    let first = Ledger::open(&path).unwrap().first(plugin(), "DEMO-001_01").unwrap().unwrap();
    assert_eq!(first.receipt.as_deref(), Some("26-0002"));
}

/// Runs one filing up to its findings against a ledger.
fn checked(folder: &Path, trial: &Value) -> Vec<Finding> {
    let mut job = build_job(vec![input(folder, "later.json", std::slice::from_ref(trial))], &folder.join("out"));
    (job.until, job.ledger) = (Stage::Validate, Some(folder.join(LEDGER)));
    outcome(&job).findings.into_iter().filter(|finding| finding.rule.starts_with("LG-")).collect()
}

/// Returns value and place of an item as the run maps it.
fn mapped(folder: &Path, trial: &Value, number: &str) -> (String, String) {
    let mut job = build_job(vec![input(folder, "later.json", std::slice::from_ref(trial))], &folder.join("out"));
    (job.until, job.ledger, job.keep) = (Stage::Map, Some(folder.join(LEDGER)), true);
    let kept = outcome(&job).kept.remove(0);
    let item = kept["items"].as_array().unwrap().iter().find(|item| item["number"] == number).unwrap().clone();
    (item["value"].as_str().unwrap().to_owned(), item["at"].as_str().unwrap().to_owned())
}

#[test]
fn blank_fields_of_later_filings_come_from_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&folder.path().join(LEDGER)).unwrap();
    enter(&mut ledger, &fixture("sponsor"), "0", false);
    for kind in ["治験計画変更届", "治験終了届", "治験中止届"] {
        let of = |number: &str| mapped(folder.path(), &later(kind), number).0;
        assert_eq!((of("B.2.3"), of("B.2.6")), (String::new(), String::new()), "{kind}: not received yet");
        assert_eq!((of("B.2.4"), of("B.2.7")), ("20260401".to_owned(), "20260401".to_owned()), "{kind}");
    }
    receive(&mut ledger, "DEMO-001_01_0", "26-0001", false).unwrap();
    for kind in ["治験計画変更届", "治験終了届", "治験中止届"] {
        let of = |number: &str| mapped(folder.path(), &later(kind), number);
        assert_eq!(of("B.2.3"), ("26-0001".to_owned(), "台帳の1行目から入力".to_owned()), "{kind}");
        assert_eq!(of("B.2.6").0, "26-0001", "{kind}");
        assert_eq!(checked(folder.path(), &later(kind)), [], "{kind}");
    }
    assert_eq!(mapped(folder.path(), &fixture("sponsor"), "B.2.6").0, "", "a plan is left as it is typed");
    assert_eq!(mapped(folder.path(), &later("開発中止届"), "B.2.3").0, "", "a development abort is of another series");
}

#[test]
fn the_first_receipt_of_a_later_plan_is_the_one_that_the_plan_names() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&folder.path().join(LEDGER)).unwrap();
    let second = |mut trial: Value| {
        trial["filing"]["plan_count"] = json!("2");
        trial
    };
    let mut plan = second(fixture("sponsor"));
    plan["filing"]["first_receipt_number"] = json!("24-0009");
    plan["filing"]["first_date"] = json!("2024-02-03");
    // The entry's series says 01: only what the record of the change works out counts.
    enter(&mut ledger, &plan, "0", false);
    receive(&mut ledger, "1", "26-0001", false).unwrap();
    let change = second(later("治験計画変更届"));
    assert_eq!(mapped(folder.path(), &change, "B.2.6").0, "", "DEMO-001_02 is another plan");
    let text = fs::read_to_string(folder.path().join(LEDGER)).unwrap();
    assert_eq!(text.lines().count(), 2);
    let other = tempfile::tempdir().unwrap();
    let job = build_job(vec![input(other.path(), "plan.json", &[plan])], &other.path().join("out"));
    let built = outcome(&job);
    assert_eq!(built.built.len(), 1, "{:#?}", built.findings.iter().map(line).collect::<Vec<_>>());
    let path = other.path().join("out").join(LEDGER);
    receive(&mut Ledger::open(&path).unwrap(), "1", "26-0001", false).unwrap();
    fs::copy(&path, other.path().join(LEDGER)).unwrap();
    let of = |number: &str| mapped(other.path(), &change, number).0;
    assert_eq!([of("B.2.3"), of("B.2.4"), of("B.2.6")], ["24-0009", "20240203", "26-0001"]);
}

#[test]
fn the_change_count_goes_up_once_the_change_before_was_received() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&folder.path().join(LEDGER)).unwrap();
    let change = later("治験計画変更届");
    let counted = |count: &str| {
        let mut trial = later("治験計画変更届");
        trial["filing"]["change_count"] = json!(count);
        trial
    };
    let count = || mapped(folder.path(), &change, "B.3.3").0;
    let rules = |trial: &Value| checked(folder.path(), trial).into_iter().map(|finding| finding.rule).collect::<Vec<_>>();
    enter(&mut ledger, &fixture("sponsor"), "0", false);
    assert_eq!((count().as_str(), rules(&change)), ("1", vec![]));
    enter(&mut ledger, &counted("1"), "1-001", false);
    assert_eq!((count().as_str(), rules(&change)), ("1", vec!["LG-0007".to_owned()]), "it is being made again");
    assert_eq!(rules(&counted("2")), Vec::<String>::new());
    receive(&mut ledger, "DEMO-001_01_1-001", "26-0005", false).unwrap();
    assert_eq!((count().as_str(), rules(&change)), ("2", vec![]));
    assert_eq!(rules(&counted("1")), ["LG-0009"], "what was received is not made again otherwise");
    assert_eq!(rules(&counted("3")), ["LG-0006"], "a number is left out");
}

#[test]
fn a_typed_value_that_differs_from_the_ledger_is_named_with_both() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&folder.path().join(LEDGER)).unwrap();
    enter(&mut ledger, &fixture("sponsor"), "0", false);
    receive(&mut ledger, "1", "26-0001", false).unwrap();
    let mut change = later("治験計画変更届");
    change["filing"]["plan_receipt_number"] = json!("26-0010");
    let found = checked(folder.path(), &change);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].rule.as_str(), found[0].at.pointer.as_str()), ("LG-0006", "/0/filing/plan_receipt_number"));
    assert!(found[0].message.ja.contains("26-0010") && found[0].message.ja.contains("26-0001"), "{}", found[0].message.ja);
    assert_eq!(mapped(folder.path(), &change, "B.2.6").0, "26-0010", "what is typed is filed");
}

#[test]
fn a_ledger_that_begins_after_the_plan_brings_nothing_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&folder.path().join(LEDGER)).unwrap();
    enter(&mut ledger, &later("治験計画変更届"), "1-003", false);
    receive(&mut ledger, "1", "26-0009", false).unwrap();
    let of = |number: &str| mapped(folder.path(), &later("治験終了届"), number).0;
    assert_eq!([of("B.2.3"), of("B.2.6")], ["", ""], "the receipt of a change is not the plan's");
}

/// Lists what a filing says, item by item.
fn said(node: &Node, all: &mut Vec<(usize, Option<u32>, String)>) {
    match node {
        Node::Value(value) => all.push((value.item, None, value.text.clone())),
        Node::Group { item, head, rows } => {
            all.push((*item, None, String::new()));
            head.iter().for_each(|node| said(node, all));
            for row in rows {
                all.push((*item, row.serial, "row".to_owned()));
                row.nodes.iter().for_each(|node| said(node, all));
            }
        }
    }
}

fn words(filing: &Filing) -> Vec<(usize, Option<u32>, String)> {
    let mut all = Vec::new();
    said(&filing.root, &mut all);
    all
}

#[test]
fn items_that_the_form_does_not_have_are_named_and_never_dropped() {
    let form = &plugin().form;
    let read = |items: Value| items::filing(form, &items, &Origin::Nowhere).map(|_| ());
    let unknown = |path: &str| Err(ItemsError::Unknown { path: path.to_owned() });
    assert_eq!(read(json!({})), Ok(()));
    assert_eq!(read(json!({"INFONOTE": {"NEWITEM": "x"}})), unknown("INFONOTE/NEWITEM"));
    let row = json!({"INFONOTE": {"INFONAMEADDRESSMANUFACTPLANT": {"SERIALNO1": [{"SERIALNO1": 1, "X": "x"}]}}});
    assert_eq!(read(row), unknown("INFONOTE/INFONAMEADDRESSMANUFACTPLANT/X"));
    assert!(matches!(read(json!({"INFONOTE": {"NOTEDATE": 20260401}})), Err(ItemsError::Shape { .. })));
    assert!(matches!(read(json!({"INFONOTE": []})), Err(ItemsError::Shape { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn item_values_come_back_as_they_were(texts in prop::collection::vec(any::<String>(), 3), sites in 0..4_usize, drop in any::<prop::sample::Index>(), kind in 0..2) {
        let mut trial = if kind == 0 { numbered(1, sites) } else { fixture("investigator") };
        trial["trial"]["objective"] = json!(texts[0]);
        trial["filers"][0]["name"] = json!(texts[1]);
        trial["main_drug"]["ingredients"] = json!(texts[2]);
        let keys: Vec<String> = trial.as_object().unwrap().keys().cloned().collect();
        let key = drop.get(&keys);
        if key != "trial" {
            trial.as_object_mut().unwrap().remove(key);
        }
        let engine = engine();
        let mut read = todokede_core::ingest::ingest_json("t.json", trial.to_string().as_bytes(), &engine.catalogue, &engine.book);
        let mut record = read.records.remove(0);
        normalise(&mut record, &engine.catalogue, &engine.book);
        let (before, _) = map(&record, plugin(), &engine.catalogue);
        let form = &plugin().form;
        let text = serde_json::to_string(&Items { filing: &before, form }).unwrap();
        let after = items::filing(form, &serde_json::from_str(&text).unwrap(), &Origin::Nowhere).unwrap();
        prop_assert_eq!(words(&before), words(&after));
        prop_assert_eq!(serde_json::to_string(&Items { filing: &after, form }).unwrap(), text);
    }
}
