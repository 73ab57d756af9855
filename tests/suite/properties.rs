//! Properties that hold for any input.

use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::{Value, json};
use todokede_core::ingest::{ingest, ingest_json};
use todokede_core::map::map;
use todokede_core::model::{Lang, Severity};
use todokede_core::normalise::normalise;
use todokede_core::render::xml;
use todokede_core::run::Stage;
use todokede_core::workbook::Layout;
use todokede_tests::flat_xml::flatten;
use todokede_tests::trials::fixture;
use todokede_tests::{build_job, engine, judged, line, outcome, record, reference, workbook};

/// Paths into the fixture that hold all kinds of values.
const PATHS: &[&str] = &[
    "/trial/phase",
    "/trial/type",
    "/trial/objective",
    "/trial/subjects_total",
    "/trial/start_date",
    "/filing/date",
    "/filing/category",
    "/filing/plan_count",
    "/filing/first_receipt_number",
    "/main_drug/symbol",
    "/main_drug/review30",
    "/main_drug/ingredients",
    "/main_drug/efficacy_class",
    "/main_drug/cartagena",
    "/main_drug/dosage_forms",
    "/filers/0/code",
    "/filers/0/contact_phone",
    "/sites/0/name",
    "/sites/0/planned_subjects",
    "/sites/0/investigators/0/university",
    "/sites/0/investigators/0/kana",
    "/sites/0/irbs/0/type",
    "/other_drugs/0/role",
];

/// Texts that are likely to matter: words of the forms, digits, dates, and anything at all.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{0,10}",
        "[ -~]{0,20}",
        "[ぁ-んァ-ヶ一-龠０-９Ａ-Ｚ　。、（）]{0,40}",
        prop::sample::select(vec![
            "該当なし",
            "該当あり",
            "1",
            "2",
            "新有効成分",
            "2026-06-01",
            "令和8年6月1日",
            "R8.6.1",
            "20260601",
            "&<>\"'",
            "]]>",
            "髙﨑①㈱"
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

fn changed(changes: &[(usize, String)]) -> Value {
    let mut trial = fixture("sponsor");
    for (at, text) in changes {
        if let Some(place) = trial.pointer_mut(PATHS[at % PATHS.len()]) {
            *place = if place.is_array() { json!([text]) } else { json!(text) };
        }
    }
    trial
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_passes_check_builds_schema_valid_xml(changes in prop::collection::vec((0..PATHS.len(), text()), 0..4)) {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("trial.json");
        std::fs::write(&input, changed(&changes).to_string()).unwrap();
        let mut job = build_job(vec![input], &folder.path().join("out"));
        job.xsd = None;
        job.until = Stage::Validate;
        let passes = outcome(&job).count(Severity::Error) == 0;
        job.until = Stage::Package;
        job.xsd = reference::schema();
        let built = outcome(&job);
        let findings: Vec<String> = judged(&built).into_iter().map(line).collect();
        prop_assert!(!findings.iter().any(|finding| finding.starts_with("XS-") || finding.starts_with("RN-")), "{findings:#?}");
        prop_assert_eq!(built.built.len(), usize::from(passes), "{:#?}", findings);
    }

    #[test]
    fn normalising_twice_changes_nothing(changes in prop::collection::vec((0..PATHS.len(), text()), 1..8)) {
        let engine = engine();
        let read = ingest_json("trial.json", changed(&changes).to_string().as_bytes(), &engine.catalogue, &engine.book);
        for mut record in read.records {
            normalise(&mut record, &engine.catalogue, &engine.book);
            let once = record.clone();
            normalise(&mut record, &engine.catalogue, &engine.book);
            prop_assert_eq!(once, record);
        }
    }

    #[test]
    fn text_comes_through_the_xml_unchanged(text in text()) {
        let engine = engine();
        let mut trial = fixture("sponsor");
        trial["trial"]["objective"] = json!(text);
        let mut read = ingest_json("trial.json", trial.to_string().as_bytes(), &engine.catalogue, &engine.book);
        let mut record = read.records.remove(0);
        let illegal = normalise(&mut record, &engine.catalogue, &engine.book).iter().any(|finding| finding.severity == Severity::Error);
        let plugin = &engine.plugins["pmda-ctn"];
        let (filing, _) = map(&record, plugin, &engine.catalogue);
        match xml::write(&filing, &plugin.form) {
            Ok(bytes) => {
                let kept = record.root.text(engine.catalogue.field_ix("trial.objective").unwrap()).replace('\n', " ");
                let element = flatten(&bytes).into_iter().find(|element| element.path.ends_with("/TRIALOBJECTIVES")).unwrap();
                prop_assert_eq!(element.text, kept.trim());
            }
            Err(error) => prop_assert!(illegal, "only a value with a finding may fail to render: {}", error),
        }
    }

    #[test]
    fn reading_never_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000), extension in prop::sample::select(vec!["xlsx", "xls", "ods", "csv", "json", "txt"])) {
        reads_without_panic(&bytes, extension);
    }

    #[test]
    fn reading_never_panics_on_text(text in any::<String>(), extension in prop::sample::select(vec!["csv", "json"])) {
        reads_without_panic(text.as_bytes(), extension);
    }

    #[test]
    fn reading_never_panics_on_a_damaged_workbook(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut in prop::option::of(any::<prop::sample::Index>())) {
        static WORKBOOK: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let mut bytes = WORKBOOK.get_or_init(|| workbook(&[record(&fixture("sponsor"))], Layout::Trial).bytes).clone();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        reads_without_panic(&bytes, "xlsx");
    }
}

fn reads_without_panic(bytes: &[u8], extension: &str) {
    let engine = engine();
    let folder = tempfile::tempdir().unwrap();
    let input: PathBuf = folder.path().join(format!("input.{extension}"));
    std::fs::write(&input, bytes).unwrap();
    let read = ingest(&[input], &engine.catalogue, &engine.book);
    assert!(!read.records.is_empty() || !read.findings.is_empty(), "an input is either a record or a finding");
    for finding in &read.findings {
        assert!(!finding.message.get(Lang::Ja).is_empty());
    }
}
