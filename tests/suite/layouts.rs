//! However a trial is given, the filing is the same.

use std::path::Path;
use std::process::Command;

use todokede_core::workbook::Layout;
use todokede_tests::trials::fixture;
use todokede_tests::{build_job, judged, line, only_xml, outcome, record, reference, workbook, workspace};

fn xml_of(input: &Path, folder: &Path) -> Vec<u8> {
    let outcome = outcome(&build_job(vec![input.to_path_buf()], folder));
    assert_eq!(judged(&outcome).into_iter().map(line).collect::<Vec<_>>(), Vec::<String>::new(), "{}", input.display());
    only_xml(&outcome)
}

#[test]
fn page_list_and_json_give_the_same_filing() {
    for name in ["sponsor", "investigator"] {
        let folder = tempfile::tempdir().unwrap();
        let trial = fixture(name);
        let at = |file: &str| folder.path().join(file);
        std::fs::write(at("page.xlsx"), workbook(&[record(&trial)], Layout::Trial).bytes).unwrap();
        std::fs::write(at("list.xlsx"), workbook(&[record(&trial)], Layout::List).bytes).unwrap();
        std::fs::write(at("trial.json"), trial.to_string()).unwrap();
        let page = xml_of(&at("page.xlsx"), &at("1"));
        assert_eq!(page, xml_of(&at("list.xlsx"), &at("2")), "{name}");
        assert_eq!(page, xml_of(&at("trial.json"), &at("3")), "{name}");
    }
}

#[test]
fn a_workbook_written_by_openpyxl_gives_the_same_filing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |file: &str| folder.path().join(file);
    std::fs::write(at("empty.xlsx"), workbook(&[], Layout::Trial).bytes).unwrap();
    let trial = fixture("sponsor");
    std::fs::write(at("trial.json"), trial.to_string()).unwrap();
    let script = workspace().join("tests/fill_with_openpyxl.py");
    let filled = Command::new("python3").arg(script).args([at("empty.xlsx"), at("trial.json"), at("filled.xlsx")]).output();
    let Ok(filled) = filled else { return reference::skipped("openpyxl", "python3") };
    let said = String::from_utf8_lossy(&filled.stderr);
    if said.contains("No module named 'openpyxl'") {
        return reference::skipped("openpyxl", "openpyxl");
    }
    assert!(filled.status.success(), "{said}");
    assert_eq!(xml_of(&at("filled.xlsx"), &at("1")), xml_of(&at("trial.json"), &at("2")));
}
