//! A filing that was made before comes back, whoever made it.

use std::path::Path;

use todokede_core::normalise::normalise;
use todokede_core::read_back::read_back;
use todokede_core::workbook::Layout;
use todokede_tests::flat_xml::flatten;
use todokede_tests::foreign::Through;
use todokede_tests::trials::{fixture, large};
use todokede_tests::{build, build_job, engine, judged, line, only_xml, outcome, reference, workbook};

/// Reads a filing, writes it as a workbook, builds that, and returns the XML.
fn there_and_back(file: &str, bytes: &[u8], folder: &Path) -> Vec<u8> {
    let engine = engine();
    let mut back = read_back(file, bytes, &engine.plugins["pmda-ctn"], &engine.catalogue, &engine.book);
    assert_eq!(back.findings.iter().map(line).collect::<Vec<_>>(), Vec::<String>::new());
    normalise(&mut back.record, &engine.catalogue, &engine.book);
    let input = folder.join("again.xlsx");
    std::fs::write(&input, workbook(&[back.record], Layout::Trial).bytes).unwrap();
    let mut job = build_job(vec![input], &folder.join("again"));
    job.draft = true;
    only_xml(&outcome(&job))
}

#[test]
fn a_plan_that_was_read_back_builds_to_the_same_bytes() {
    for trial in [fixture("sponsor"), fixture("investigator"), large()] {
        let folder = tempfile::tempdir().unwrap();
        let xml = only_xml(&build(&trial, folder.path()));
        assert_eq!(xml, there_and_back("X_Y_01.xml", &xml, folder.path()));
    }
}

#[test]
fn the_published_plan_comes_back_equal() {
    let Some(path) = reference::file("pmda/samples/1.治験計画届書.xml") else {
        return reference::skipped("published plan read back", "the published sample");
    };
    let bytes = std::fs::read(path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(flatten(&there_and_back("SAMPLE_EI-A-001_01.xml", &bytes, folder.path())), flatten(&bytes));
}

#[test]
fn every_published_filing_comes_back_equal() {
    let names = ["1.治験計画届書.xml", "2.治験計画変更届書.xml", "5.開発中止届書.xml", "blank-template.xml"];
    for name in names {
        let Some(path) = reference::file(&format!("pmda/samples/{name}")) else {
            return reference::skipped("published filings read back", name);
        };
        let bytes = std::fs::read(path).unwrap();
        for through in [Through::Json, Through::Workbook] {
            assert_eq!(flatten(&through.again(&bytes)), flatten(&bytes), "{name} {through:?}");
        }
    }
}

#[test]
fn check_takes_a_filing_and_points_at_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let xml = String::from_utf8(only_xml(&build(&fixture("sponsor"), folder.path()))).unwrap();
    let wrong = xml.replacen("\t\t000000000\r", "\t\t00000\r", 1);
    assert_ne!(wrong, xml);
    let input = folder.path().join("REIJI_DEMO-001_01.xml");
    std::fs::write(&input, wrong).unwrap();
    let outcome = outcome(&build_job(vec![input], &folder.path().join("lint")));
    let found: Vec<(&str, bool)> =
        judged(&outcome).iter().map(|finding| (finding.rule.as_str(), finding.at.line.is_empty())).collect();
    assert_eq!(found, [("CTN-0014", false)]);
}
