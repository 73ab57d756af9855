//! What goes out to WHO, ClinicalTrials.gov and CDISC readers: valid, whole, and the same each time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use todokede_core::run::Outcome;
use todokede_tests::flat_xml::{Element, flatten};
use todokede_tests::trials::fixture;
use todokede_tests::{build_job, judged, line, outcome, reference};

/// The plugins that go out.
const PLUGINS: [&str; 3] = ["who-ictrp", "ctgov-prs", "cdisc-usdm"];

/// Text that breaks whatever is written without care.
const HOSTILE: &str = "A <b>&\"quoted\"]]> 'x' {{ form }}\nline 2 \\ end";

/// What was built of a trial: the files that are not packed away, by name.
fn build(trial: &Value, folder: &Path, draft: bool) -> (Outcome, BTreeMap<String, Vec<u8>>) {
    let input = folder.join("trial.json");
    std::fs::write(&input, trial.to_string()).unwrap();
    let mut job = build_job(vec![input], &folder.join("out"));
    job.plugins = PLUGINS.map(str::to_owned).to_vec();
    job.ledger = None;
    job.draft = draft;
    let outcome = outcome(&job);
    let mut files = BTreeMap::new();
    for built in &outcome.built {
        for name in built.files.iter().filter(|name| !name.ends_with(".zip") && !name.ends_with("manifest.json")) {
            let key = name.trim_start_matches("DRAFT_").to_owned();
            files.insert(key, std::fs::read(built.folder.join(name)).unwrap());
        }
    }
    (outcome, files)
}

fn clean(trial: &Value) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (outcome, files) = build(trial, folder.path(), false);
    let findings: Vec<String> = judged(&outcome).into_iter().map(line).collect();
    assert_eq!(findings, Vec::<String>::new());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["ictrp.csv", "ictrp.xml", "prs.xml", "summary.en.html", "summary.ja.html", "usdm.json"]);
    files
}

fn draft(trial: &Value) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (outcome, files) = build(trial, folder.path(), true);
    let failed: Vec<String> = outcome.findings.iter().filter(|finding| finding.rule.starts_with("RN-")).map(line).collect();
    assert_eq!(failed, Vec::<String>::new());
    assert_eq!(files.len(), 6, "{:?}", files.keys());
    files
}

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(files[name].clone()).unwrap()
}

/// Holds the XML files against the published DTD and schema, with `xmllint`.
fn validate(files: &BTreeMap<String, Vec<u8>>, what: &str) {
    let folder = tempfile::tempdir().unwrap();
    for (name, option, published) in [
        ("ictrp.xml", "--dtdvalid", "interchange/who_ictrp.dtd"),
        ("prs.xml", "--schema", "interchange/ProtocolRecordSchema.xsd"),
    ] {
        let Some(published) = reference::file(published) else {
            reference::skipped(&format!("{what}: {name}"), "the published DTD or schema");
            continue;
        };
        let path = folder.path().join(name);
        std::fs::write(&path, &files[name]).unwrap();
        let said = Command::new("xmllint").args(["--noout", "--nonet", option]).arg(&published).arg(&path).output();
        let Ok(said) = said else {
            reference::skipped(&format!("{what}: {name}"), "xmllint");
            continue;
        };
        assert!(said.status.success(), "{what}: {}", String::from_utf8_lossy(&said.stderr));
    }
}

/// The elements of a document that end in a path.
fn texts(elements: &[Element], path: &str) -> Vec<String> {
    elements.iter().filter(|element| element.path.ends_with(path)).map(|element| element.text.clone()).collect()
}

#[test]
fn a_complete_trial_goes_out_clean_and_valid() {
    validate(&clean(&fixture("registry-english")), "a complete trial");
}

#[test]
fn the_same_trial_gives_the_same_bytes() {
    assert_eq!(clean(&fixture("registry-english")), clean(&fixture("registry-english")));
}

#[test]
fn who_gets_all_groups_and_the_values() {
    let trial = fixture("registry-english");
    let files = clean(&trial);
    let elements = flatten(&files["ictrp.xml"]);
    let one = |path: &str| {
        let found = texts(&elements, path);
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        found[0].clone()
    };
    assert_eq!(one("/main/trial_id"), "jRCT0000000000");
    assert_eq!(one("/main/date_enrolment"), "01/06/2026");
    assert_eq!((one("/main/target_size"), one("/main/recruitment_status")), ("120".to_owned(), "Pending".to_owned()));
    assert_eq!((one("/criteria/agemin"), one("/criteria/gender")), (">= 20age old".to_owned(), "Both".to_owned()));
    assert_eq!(texts(&elements, "/contact/lastname"), ["TODOKEDE", "SEKININ"]);
    assert_eq!(texts(&elements, "/sec_outcome").len(), 2);
    assert_eq!((one("/sec_id"), one("/issuing_authority")), ("NCT00000000".to_owned(), "ClinicalTrials.gov".to_owned()));
    // What has no value is there all the same.
    assert_eq!(texts(&elements, "/i_code"), [""]);
    assert!(!text(&files, "ictrp.xml").contains("例示"), "no Japanese stands for English");
}

#[test]
fn the_words_of_who_are_its_own() {
    let allowed = ["Pending", "Recruiting", "Suspended", "Complete", "Other"];
    for status in ["not-yet", "recruiting", "by-invitation", "suspended", "closed", "terminated", "completed", "published"] {
        let mut trial = fixture("registry-english");
        trial["progress"]["status"] = json!(status);
        trial["progress"]["stopped_reason_en"] = json!("Slow recruitment");
        let found = texts(&flatten(&draft(&trial)["ictrp.xml"]), "/recruitment_status");
        assert!(allowed.contains(&found[0].as_str()), "{status}: {found:?}");
    }
}

#[test]
fn the_table_of_who_has_its_columns() {
    let files = clean(&fixture("registry-english"));
    let mut reader = csv::Reader::from_reader(files["ictrp.csv"].as_slice());
    let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(head.len(), 62);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1);
    let cell = |name: &str| rows[0][head.iter().position(|column| column == name).unwrap()].to_owned();
    assert_eq!((cell("TrialID"), cell("Target_size")), ("jRCT0000000000".to_owned(), "120".to_owned()));
    assert_eq!((cell("Ethics_Status"), cell("Ethics_Approval_Date")), ("Approval".to_owned(), "01/02/2026".to_owned()));
    assert_eq!(cell("Secondary_Outcomes").lines().count(), 2);
    let Some(list) = reference::file("interchange/ICTRP_export_datafields.txt") else {
        return reference::skipped("the columns of the export", "the published list");
    };
    let list = std::fs::read_to_string(list).unwrap();
    let named: BTreeSet<&str> = list.lines().map(str::trim).collect();
    let stray: Vec<&String> = head.iter().filter(|column| !named.contains(column.as_str())).collect();
    assert_eq!(stray, Vec::<&String>::new());
}

#[test]
fn clinicaltrials_gov_gets_outcomes_with_their_time_frames() {
    let mut trial = fixture("registry-english");
    trial["outcome"]["primary_en"] =
        json!("Left ventricular ejection fraction (LVEF) [Time Frame: 12 weeks]\nDeath (up to day 28).");
    let elements = flatten(&clean(&trial)["prs.xml"]);
    let titles = texts(&elements, "/primary_outcome/outcome_measure");
    assert_eq!(titles, ["Left ventricular ejection fraction (LVEF)", "Death"]);
    assert_eq!(texts(&elements, "/primary_outcome/outcome_time_frame"), ["12 weeks", "up to day 28"]);
    // What tells no time stays in the title, and is a finding.
    trial["outcome"]["primary_en"] = json!("Left ventricular ejection fraction (LVEF)");
    let elements = flatten(&draft(&trial)["prs.xml"]);
    assert_eq!(texts(&elements, "/primary_outcome/outcome_measure"), ["Left ventricular ejection fraction (LVEF)"]);
    assert_eq!(texts(&elements, "/primary_outcome/outcome_time_frame"), Vec::<String>::new());
}

#[test]
fn clinicaltrials_gov_gets_ids_ages_and_masks() {
    let mut trial = fixture("registry-english");
    trial["eligibility"]["age_max_bound"] = json!("none");
    trial["eligibility"]["age_max"] = Value::Null;
    let elements = flatten(&draft(&trial)["prs.xml"]);
    assert_eq!(texts(&elements, "/secondary_id/id"), ["jRCT0000000000", "U1111-0000-0000"]);
    assert_eq!(texts(&elements, "/secondary_id/id_domain"), ["jRCT", "UTN"]);
    assert_eq!(texts(&elements, "/minimum_age"), ["20 Years"]);
    assert_eq!(texts(&elements, "/maximum_age"), ["N/A"]);
    let mask = |who: &str| texts(&elements, &format!("/interventional_design/{who}"))[0].clone();
    assert_eq!((mask("no_masking"), mask("masked_subject"), mask("masked_assessor")), ("no".into(), "yes".into(), "no".into()));
    assert_eq!(texts(&elements, "/start_date"), ["2026-06-01"]);
    // The sponsor pays; it is no collaborator of its own.
    assert_eq!(texts(&elements, "/collaborator/agency"), ["Example Research Organization"]);
}

#[test]
fn an_open_end_of_an_age_range_is_moved_and_told() {
    let mut trial = fixture("registry-english");
    trial["eligibility"]["age_max_bound"] = json!("lt");
    let folder = tempfile::tempdir().unwrap();
    let (outcome, files) = build(&trial, folder.path(), false);
    let rules: Vec<&str> = judged(&outcome).iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["PR-0107"]);
    assert_eq!(texts(&flatten(&files["prs.xml"]), "/maximum_age"), ["74 Years"]);
}

/// Collects the ids of objects and the ids that they name; an object without its kind is named as well.
fn walk(value: &Value, at: &str, ids: &mut Vec<String>, named: &mut Vec<String>, bare: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let is_root = map.contains_key("usdmVersion");
            if !is_root && !map.get("instanceType").is_some_and(Value::is_string) {
                bare.push(at.to_owned());
            }
            for (key, value) in map {
                match value {
                    Value::String(id) if key == "id" => ids.push(id.clone()),
                    Value::String(id) if key.ends_with("Id") => named.push(id.clone()),
                    Value::Array(list) if key.ends_with("Ids") => {
                        named.extend(list.iter().map(|id| id.as_str().unwrap().to_owned()));
                    }
                    other => walk(other, &format!("{at}/{key}"), ids, named, bare),
                }
            }
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, value)| walk(value, &format!("{at}/{n}"), ids, named, bare))
        }
        _ => {}
    }
}

fn is_sound(json: &Value) {
    let (mut ids, mut named, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    walk(json, "", &mut ids, &mut named, &mut bare);
    let known: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(known.len(), ids.len(), "an id stands twice");
    let lost: Vec<&String> = named.iter().filter(|id| !known.contains(id)).collect();
    assert_eq!(lost, Vec::<&String>::new(), "references that lead nowhere");
    assert_eq!(bare, Vec::<String>::new(), "objects without instanceType");
}

#[test]
fn the_usdm_document_holds_together() {
    let mut trial = fixture("registry-english");
    trial["registrations"]
        .as_array_mut()
        .unwrap()
        .push(json!({"number": "X-000", "registry": "例示登録", "registry_en": "Example Registry"}));
    trial["umin"] = json!({"number": "UMIN000000000"});
    let json: Value = serde_json::from_slice(&clean(&trial)["usdm.json"]).unwrap();
    is_sound(&json);
    let version = &json["study"]["versions"][0];
    let identifiers: Vec<&str> =
        version["studyIdentifiers"].as_array().unwrap().iter().map(|id| id["text"].as_str().unwrap()).collect();
    assert_eq!(identifiers, ["DEMO-101/26-01", "jRCT0000000000", "NCT00000000", "U1111-0000-0000", "UMIN000000000", "X-000"]);
    let kind = &version["studyIdentifiers"][1]["extensionAttributes"][0]["valueCode"]["code"];
    assert_eq!(kind, "C218687");
    let design = &version["studyDesigns"][0];
    assert_eq!(design["studyPhase"]["standardCode"]["code"], "C15601");
    assert_eq!(design["population"]["plannedEnrollmentNumber"]["value"], 120);
    assert_eq!(design["population"]["plannedAge"]["maxValue"]["value"], 75);
    assert_eq!(design["objectives"][0]["endpoints"].as_array().unwrap().len(), 3);
    assert_eq!(design["eligibilityCriteria"].as_array().unwrap().len(), 4);
}

#[test]
fn signs_japanese_and_line_breaks_survive() {
    let mut trial = fixture("registry-english");
    trial["trial"]["public_title_en"] = json!(HOSTILE);
    trial["trial"]["public_title"] = json!(format!("血圧{HOSTILE}"));
    trial["arms"][0]["description_en"] = json!(HOSTILE);
    trial["eligibility"]["inclusion_en"] = json!("1. <18 & >75 \"x\"\n\n2. ]]>");
    let files = clean(&trial);
    validate(&files, "hostile texts");
    assert_eq!(texts(&flatten(&files["ictrp.xml"]), "/public_title"), [HOSTILE]);
    assert_eq!(texts(&flatten(&files["prs.xml"]), "/brief_title"), [HOSTILE]);
    let json: Value = serde_json::from_slice(&files["usdm.json"]).unwrap();
    is_sound(&json);
    assert_eq!(json["study"]["label"], HOSTILE);
    let mut reader = csv::Reader::from_reader(files["ictrp.csv"].as_slice());
    assert_eq!(&reader.records().next().unwrap().unwrap()[2], HOSTILE);
    for name in ["summary.ja.html", "summary.en.html"] {
        let page = text(&files, name);
        assert!(!page.contains("<b>&") && page.contains("&lt;b&gt;&amp;"), "{name}");
    }
    assert!(text(&files, "summary.ja.html").contains("血圧A &lt;b&gt;"));
}

#[test]
fn a_trial_of_which_nothing_is_known_is_drafted_and_says_so() {
    let files = draft(&json!({"trial": {"id": "EMPTY-1"}}));
    validate(&files, "an empty trial");
    let json: Value = serde_json::from_slice(&files["usdm.json"]).unwrap();
    is_sound(&json);
    assert!(text(&files, "summary.ja.html").contains("まだ決まっていないか、書かれていません"));
    assert!(text(&files, "summary.en.html").contains("Not yet decided, or not given"));
    assert!(text(&files, "summary.en.html").contains("There are no results yet"));
}

#[test]
fn the_page_for_patients_tells_the_24_items_and_asks_for_nothing_from_elsewhere() {
    let files = clean(&fixture("registry-english"));
    for (name, words) in [
        ("summary.ja.html", ["血圧の高い方でDEMO-101の効果と安全性を調べる試験", "2026年6月1日（予定）", "20歳以上、75歳以下"]),
        (
            "summary.en.html",
            [
                "A study of whether DEMO-101 lowers blood pressure safely",
                "1 June 2026 (planned)",
                "20 years or older, up to 75 years",
            ],
        ),
    ] {
        let page = text(&files, name);
        for word in words {
            assert!(page.contains(word), "{name}: {word}");
        }
        let items: Vec<u32> = (1..=24).filter(|item| page.contains(&format!("data-trds=\"{item}\""))).collect();
        assert_eq!(items, (1..=24).collect::<Vec<u32>>(), "{name}");
        for barred in ["<script", "src=", "@import", "url(", "<link", "href="] {
            assert!(!page.contains(barred), "{name}: {barred}");
        }
    }
    assert!(!text(&files, "summary.en.html").contains("例示"));
}

#[test]
fn an_observational_study_goes_to_who_and_is_refused_by_the_others() {
    let mut trial = fixture("registry-english");
    trial["design"]["study_type"] = json!("observational");
    let folder = tempfile::tempdir().unwrap();
    let (outcome, files) = build(&trial, folder.path(), false);
    let refused: BTreeSet<&str> =
        outcome.findings.iter().filter(|finding| finding.rule == "MP-0001").map(|finding| finding.plugin.as_str()).collect();
    assert_eq!(refused, BTreeSet::from(["ctgov-prs", "cdisc-usdm"]));
    assert!(files.contains_key("ictrp.xml") && !files.contains_key("prs.xml") && !files.contains_key("usdm.json"));
    assert_eq!(texts(&flatten(&files["ictrp.xml"]), "/main/phase"), [""]);
}
