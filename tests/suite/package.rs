//! What is packaged, what is refused, and what is never replaced.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use todokede_tests::trials::fixture;
use todokede_tests::{build, build_job, outcome};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_package_is_named_as_the_notice_asks() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(&fixture("sponsor"), folder.path());
    assert!(outcome.built[0].folder.ends_with("out/DEMO-001-P1/pmda-ctn/01_K"), "{}", outcome.built[0].folder.display());
    let files = names(&outcome.built[0].folder);
    assert_eq!(files, ["DEMO-001_01_K_【例示製薬株式会社】.zip", "REIJI_DEMO-001_01.xml", "manifest.json", "review.html"]);
    let zip = fs::File::open(outcome.built[0].folder.join(&files[0])).unwrap();
    let zip = zip::ZipArchive::new(zip).unwrap();
    assert_eq!(
        zip.file_names().map(|name| name.unwrap().into_owned()).collect::<Vec<_>>(),
        ["REIJI_DEMO-001_01.xml"],
        "the manifest is beside the archive, not in it"
    );
}

#[test]
fn the_manifest_names_every_file_with_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(&fixture("sponsor"), folder.path());
    let here = &outcome.built[0].folder;
    let manifest: Value = serde_json::from_slice(&fs::read(here.join("manifest.json")).unwrap()).unwrap();
    let entries = manifest["files"].as_array().unwrap().iter().chain([&manifest["archive"]]);
    for entry in entries {
        let bytes = fs::read(here.join(entry["name"].as_str().unwrap())).unwrap();
        assert_eq!(entry["sha256"], json!(todokede_core::package::sha256(&bytes)));
    }
    assert_eq!(manifest["inputs"][0]["name"], json!("input.xlsx"));
    assert_eq!(manifest["submission"], json!("DEMO-001_01_K_【例示製薬株式会社】"));
    assert_eq!((&manifest["draft"], &manifest["built"]), (&json!(false), &json!("2026-04-01")));
}

#[test]
fn an_open_error_is_not_packaged_unless_as_a_draft_that_says_so() {
    let mut trial = fixture("sponsor");
    trial["trial"]["phase"] = json!("9");
    let folder = tempfile::tempdir().unwrap();
    let refused = build(&trial, folder.path());
    assert_eq!(refused.built.len(), 0);
    assert!(!folder.path().join("out").exists(), "nothing is written");
    let mut job = build_job(vec![folder.path().join("input.xlsx")], &folder.path().join("out"));
    job.draft = true;
    let drafted = outcome(&job);
    assert!(drafted.built[0].draft);
    assert!(drafted.built[0].folder.ends_with("01_K_draft"));
    let files = names(&drafted.built[0].folder);
    assert!(files.iter().filter(|name| *name != "manifest.json").all(|name| name.starts_with("DRAFT_")), "{files:?}");
    let page = fs::read_to_string(drafted.built[0].folder.join("DRAFT_review.html")).unwrap();
    assert!(page.contains("下書き"));
}

#[test]
fn an_input_cannot_name_a_folder_outside_the_output() {
    for id in ["../escape", "..", "a/b", "/abs", "C:\\x", "CON"] {
        let mut trial = fixture("sponsor");
        trial["trial"]["id"] = json!(id);
        let folder = tempfile::tempdir().unwrap();
        let outcome = build(&trial, folder.path());
        assert_eq!(outcome.built.len(), 0, "{id}");
        let found = outcome.findings.iter().find(|finding| finding.rule == "PK-0003");
        assert!(found.is_some_and(|finding| !finding.at.cell.is_empty()), "{id}: {:#?}", outcome.findings);
        assert_eq!(names(folder.path()).iter().filter(|name| *name != "input.xlsx" && *name != "out").count(), 0, "{id}");
    }
}

#[test]
fn a_slash_in_the_symbol_stays_in_the_submission_name_and_leaves_file_names() {
    let mut trial = fixture("sponsor");
    trial["main_drug"]["symbol"] = json!("DEMO/001");
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(&trial, folder.path());
    let here = &outcome.built[0].folder;
    let manifest: Value = serde_json::from_slice(&fs::read(here.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["submission"], json!("DEMO/001_01_K_【例示製薬株式会社】"));
    assert!(names(here).contains(&"REIJI_DEMO001_01.xml".to_owned()));
}

#[test]
fn a_site_that_is_only_a_number_is_asked_for_everything_and_not_filed() {
    let mut trial = fixture("sponsor");
    let sites = trial["sites"].as_array_mut().unwrap();
    sites.push(json!({"site_no": "3"}));
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(&trial, folder.path());
    let at = |rule: &str| {
        outcome.findings.iter().filter(|finding| finding.rule == rule && finding.at.sheet == "実施医療機関").count()
    };
    assert!(at("CTN-0101") + at("CTN-0040") >= 6, "{:#?}", outcome.findings);
    assert_eq!(outcome.built.len(), 0);
}

#[test]
fn a_row_that_repeats_another_is_named() {
    let mut trial = fixture("sponsor");
    let sub = trial["sites"][0]["sub_investigators"][0].clone();
    trial["sites"][0]["sub_investigators"].as_array_mut().unwrap().push(sub);
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(&trial, folder.path());
    let found: Vec<(&str, &str)> =
        outcome.findings.iter().filter(|f| f.rule.starts_with("MP-")).map(|f| (f.rule.as_str(), f.at.sheet.as_str())).collect();
    assert_eq!(found, [("MP-0002", "治験分担医師")]);
}

#[test]
fn a_package_of_an_earlier_run_is_pointed_out_when_this_run_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = fixture("sponsor");
    assert_eq!(build(&trial, folder.path()).built.len(), 1);
    trial["trial"]["objective"] = json!("");
    let again = build(&trial, folder.path());
    assert_eq!(again.built.len(), 0);
    assert!(again.findings.iter().any(|finding| finding.rule == "PK-0005"), "{:#?}", again.findings);
}

#[test]
fn a_number_or_a_date_in_a_text_cell_is_never_filed() {
    let folder = tempfile::tempdir().unwrap();
    let written =
        todokede_tests::workbook(&[todokede_tests::record(&fixture("sponsor"))], todokede_core::workbook::Layout::Trial);
    let (_, cell) = written.cells.cell(0, "sites[0].quantities[0].planned").unwrap();
    // The same workbook with that one cell as a spreadsheet would hold a number shown with a unit.
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&written.bytes)).unwrap();
    let mut copy = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut changed = 0;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut text).unwrap();
        if name == quantities_sheet(&written.bytes) {
            let xml = String::from_utf8(text).unwrap();
            let start = xml.find(&format!("<c r=\"{cell}\"")).unwrap();
            let end = start + xml[start..].find("</c>").unwrap() + 4;
            text = format!("{}<c r=\"{cell}\"><v>100</v></c>{}", &xml[..start], &xml[end..]).into_bytes();
            changed += 1;
        }
        copy.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut copy, &text).unwrap();
    }
    assert_eq!(changed, 1);
    let input = folder.path().join("input.xlsx");
    fs::write(&input, copy.finish().unwrap().into_inner()).unwrap();
    let outcome = outcome(&build_job(vec![input], &folder.path().join("out")));
    let found: Vec<(&str, &str)> =
        outcome.findings.iter().filter(|f| f.rule.starts_with("NM-")).map(|f| (f.rule.as_str(), f.at.cell.as_str())).collect();
    assert_eq!((found, outcome.built.len()), (vec![("NM-0024", cell.as_str())], 0));
}

/// Returns the part that holds the sheet of quantities.
fn quantities_sheet(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/workbook.xml").unwrap(), &mut text).unwrap();
    let at = text.split("<sheet ").skip(1).position(|sheet| sheet.contains("治験薬の数量")).unwrap();
    format!("xl/worksheets/sheet{}.xml", at + 1)
}

#[test]
fn a_schema_that_was_asked_for_and_cannot_be_used_stops_the_build() {
    let folder = tempfile::tempdir().unwrap();
    build(&fixture("sponsor"), folder.path());
    let broken = folder.path().join("broken.xsd");
    fs::write(&broken, "<xs:schema").unwrap();
    for schema in [broken, folder.path().join("missing.xsd")] {
        let mut job = build_job(vec![folder.path().join("input.xlsx")], &folder.path().join("other"));
        job.xsd = Some(schema);
        let outcome = outcome(&job);
        assert!(outcome.findings.iter().any(|finding| finding.rule == "XS-0002"), "{:#?}", outcome.findings);
        assert_eq!(outcome.built.len(), 0);
    }
}
