//! Records of other registries: published ones, when they are at hand, are read without a crash and without silent loss.

use std::collections::BTreeMap;

use serde_json::Value;
use todokede_core::files::Files;
use todokede_core::ingest::ingest_json;
use todokede_core::interchange::{Disposition, Imported, Interchange};
use todokede_core::model::Lang;
use todokede_core::normalise::normalise;
use todokede_core::run::missing;
use todokede_tests::{engine, reference, workspace};

fn import(name: &str, bytes: &[u8]) -> Imported {
    let engine = engine();
    let interchange = Interchange::load(&Files::embedded("forms"), &engine.catalogue).unwrap();
    interchange.import(name, bytes, None, &engine.catalogue, &engine.book)
}

/// Reads a published file; nothing, and a word, when it is not there.
fn published(test: &str, name: &str) -> Option<(Vec<u8>, Imported)> {
    let Some(path) = reference::file(&format!("interchange/{name}")) else {
        reference::skipped(test, name);
        return None;
    };
    let bytes = std::fs::read(path).unwrap();
    let imported = import(name, &bytes);
    Some((bytes, imported))
}

/// Every value has a fate with words, and what was taken reads back as JSON of ours.
fn is_accounted_for(imported: &Imported, name: &str) {
    let engine = engine();
    for value in imported.reports.iter().flat_map(|report| &report.values) {
        if let Disposition::Lost(why) | Disposition::Part(_, why) = &value.disposition {
            assert!(imported.reasons.contains_key(why), "{name} {}", value.path);
            assert_ne!(why, "unknown-name", "{name} {}", value.path);
        }
    }
    for record in &imported.records {
        let text = record.to_json(&engine.catalogue).to_string();
        let mut read = ingest_json("x.json", text.as_bytes(), &engine.catalogue, &engine.book);
        assert_eq!(read.findings, [], "{name}");
        let findings = normalise(&mut read.records[0], &engine.catalogue, &engine.book);
        assert_eq!(findings, [], "{name}: every value is one that the next stage reads");
    }
    assert!(!imported.text(&engine.catalogue, Lang::Ja).is_empty());
}

#[test]
fn all_real_records_are_read_and_every_field_of_them_accounted_for() {
    let Some((bytes, imported)) = published("all_real_records", "ictrp-jprn-records.json") else { return };
    let input: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((input.len(), imported.records.len()), (29, 29));
    is_accounted_for(&imported, "29 records");
    for report in &imported.reports {
        let source = &input[&format!("JPRN-{}", report.trial)];
        let fields: Vec<&String> = report.values.iter().map(|value| &value.path).collect();
        assert_eq!(fields.len(), source.len(), "{}", report.trial);
        for value in &report.values {
            let name = value.at.pointer.rsplit('/').next().unwrap();
            assert_eq!(source[name], Value::from(value.text.as_str()), "{} {name}", report.trial);
        }
    }
    let with = |rule: &str| {
        let mut trials: Vec<&str> =
            imported.findings.iter().filter(|finding| finding.rule == rule).map(|finding| finding.trial.as_str()).collect();
        trials.dedup();
        trials
    };
    assert_eq!(with("IX-0036"), ["UMIN000036602", "jRCT2031200180", "jRCTs011180027", "jRCTs031180294"], "no content");
    assert_eq!(with("IX-0046"), ["jRCT1041190001", "jRCT2031190020", "jRCTs061180088"], "designs that contradict themselves");
    assert_eq!(with("IX-0037"), ["UMIN000035028"], "names that ran together");
    assert_eq!(with("IX-0038"), ["UMIN000020660"], "a lost character");
    assert_eq!(with("IX-0042").len(), 7, "a heading and no criteria");
    assert!(with("IX-0040").contains(&"jRCTs011180027"), "enrolment before registration");
    assert!(with("IX-0021").contains(&"jRCT1041190001"), "an age without operator");
    assert!(with("IX-0011").len() > 20, "null dates");
}

#[test]
fn the_other_published_examples_are_read_with_their_english_side() {
    for (name, format, title) in [
        ("complete_study.json", "fhir", true),
        ("eudract_1234_prs.xml", "prs", true),
        ("vitamin-c-ictrp.xml", "ictrp-xml", true),
        ("CDISC_Pilot_Study.json", "usdm", true),
    ] {
        let Some((_, imported)) = published("other_examples", name) else { continue };
        assert_eq!((imported.format.as_str(), imported.records.len()), (format, 1), "{name}");
        is_accounted_for(&imported, name);
        let trial = imported.records[0].to_json(&engine().catalogue);
        assert_eq!(trial["trial"]["title_en"].is_string(), title, "{name}");
        assert!(
            trial["trial"]["phase"].is_string() && trial["outcome"]["primary_en"].is_string() || format == "fhir",
            "{name}"
        );
        assert!(trial["trial"].get("title").is_none(), "{name}: no Japanese is made up");
    }
}

#[test]
fn what_a_record_still_lacks_is_listed_by_item() {
    let engine = engine();
    let bytes = std::fs::read(workspace().join("fixtures/interchange/ctgov.json")).unwrap();
    let mut record = import("ctgov.json", &bytes).records.remove(0);
    normalise(&mut record, &engine.catalogue, &engine.book);
    let plugin = &engine.plugins["pmda-ctn"];
    let lacking = missing(engine, &record, plugin);
    assert!(lacking.iter().any(|item| item.field == "trial.objective" && item.label.ja == "目的"), "{lacking:?}");
    assert!(lacking.iter().all(|item| !item.item.trim().is_empty()));
    assert!(!lacking.iter().any(|item| item.field == "trial.protocol_number"), "what was read is not asked for");
}
