//! Attached documents: checked where they lie, named as the notice asks, packed as they are.

use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use todokede_core::run::Outcome;
use todokede_tests::pdf::{Sample, Shown};
use todokede_tests::trials::fixture;
use todokede_tests::{build, build_job, judged, line, outcome};

/// A trial whose documents are these: kind, file, letter, replacement number.
fn trial(documents: &[(&str, &str, &str, &str)]) -> Value {
    let mut trial = fixture("sponsor");
    let rows = documents.iter().map(|(kind, file, series, replacement)| {
        let mut row = json!({ "kind": kind, "file": file });
        for (name, value) in [("series", series), ("replacement", replacement)] {
            if !value.is_empty() {
                row[name] = json!(value);
            }
        }
        row
    });
    trial["filing"]["documents"] = rows.collect();
    trial
}

const FULL: [(&str, &str, &str, &str); 6] = [
    ("R", "docs/reason.pdf", "", ""),
    ("P", "docs/protocol.pdf", "", ""),
    ("IC", "docs/consent-a.pdf", "A", ""),
    ("IC", "docs/consent-b.pdf", "B", "1"),
    ("CRF", "docs/crf.pdf", "", ""),
    ("IB", "docs/ib.pdf", "", "2"),
];

/// Writes a good PDF for each document.
fn write(folder: &Path, documents: &[(&str, &str, &str, &str)]) {
    for (_, file, _, _) in documents {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, Sample::good(file).bytes()).unwrap();
    }
}

/// What a finding of the attachments says and where: rule and cell.
fn found(outcome: &Outcome) -> Vec<(&str, &str)> {
    let ours = outcome.findings.iter().filter(|finding| finding.rule.starts_with("AT-"));
    ours.map(|finding| (finding.rule.as_str(), finding.at.cell.as_str())).collect()
}

fn zip(outcome: &Outcome) -> zip::ZipArchive<fs::File> {
    let lines: Vec<String> = judged(outcome).into_iter().map(line).collect();
    assert_eq!(outcome.built.len(), 1, "{lines:#?}");
    let built = &outcome.built[0];
    let name = built.files.iter().find(|name| name.ends_with(".zip")).unwrap();
    zip::ZipArchive::new(fs::File::open(built.folder.join(name)).unwrap()).unwrap()
}

fn names(zip: &zip::ZipArchive<impl Read + std::io::Seek>) -> Vec<String> {
    zip.file_names().map(|name| name.unwrap().into_owned()).collect()
}

#[test]
fn documents_are_packed_under_the_names_of_the_notice_and_listed_with_their_hashes() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &FULL);
    let outcome = build(&trial(&FULL), folder.path());
    let lines: Vec<String> = judged(&outcome).into_iter().map(line).collect();
    assert_eq!(lines, Vec::<String>::new());
    let mut zip = zip(&outcome);
    let wanted = ["CRF", "IB2", "IC_A", "IC_B1", "P", "R"].map(|info| format!("DEMO-001_01_K_{info}.pdf"));
    assert_eq!(names(&zip)[..6], wanted);
    let mut back = Vec::new();
    zip.by_name("DEMO-001_01_K_IC_B1.pdf").unwrap().read_to_end(&mut back).unwrap();
    assert_eq!(back, fs::read(folder.path().join("docs/consent-b.pdf")).unwrap());
    let here = &outcome.built[0].folder;
    let manifest: Value = serde_json::from_slice(&fs::read(here.join("manifest.json")).unwrap()).unwrap();
    let entry = manifest["files"].as_array().unwrap().iter().find(|file| file["name"] == "DEMO-001_01_K_IC_B1.pdf").unwrap();
    assert_eq!((&entry["sha256"], &entry["inside"]), (&json!(todokede_core::package::sha256(&back)), &json!(true)));
    assert_eq!(manifest["archive"]["sha256"], {
        let name = manifest["archive"]["name"].as_str().unwrap();
        json!(todokede_core::package::sha256(&fs::read(here.join(name)).unwrap()))
    });
    let beside: Vec<String> =
        fs::read_dir(here).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(beside.len(), 4, "only the archive holds the documents: {beside:?}");
    let xml = fs::read_to_string(here.join("REIJI_DEMO-001_01.xml")).unwrap();
    assert!(xml.contains("治験薬概要書"), "a document without a name is listed by its kind");
}

#[test]
fn the_same_documents_give_the_same_bytes_and_a_rebuild_replaces_its_own_archive() {
    let archive = |folder: &Path| {
        let outcome = build(&trial(&FULL), folder);
        let built = &outcome.built[0];
        fs::read(built.folder.join(built.files.iter().find(|name| name.ends_with(".zip")).unwrap())).unwrap()
    };
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(one.path(), &FULL);
    write(two.path(), &FULL);
    let first = archive(one.path());
    assert_eq!(first, archive(two.path()));
    assert_eq!(first, archive(one.path()), "again over its own");
    fs::write(one.path().join("docs/ib.pdf"), Sample::good("a new edition").bytes()).unwrap();
    assert_ne!(first, archive(one.path()), "replaced");
    // What someone else changed is not replaced, and nothing is left lying about.
    let out = one.path().join("out/DEMO-001-P1/pmda-ctn/01_K");
    let name = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.extension().unwrap() == "zip");
    fs::write(name.unwrap(), b"edited by hand").unwrap();
    write(one.path(), &FULL);
    let again = outcome(&build_job(vec![one.path().join("input.xlsx")], &one.path().join("out")));
    assert!(again.findings.iter().any(|finding| finding.rule == "PK-0002"), "{:#?}", again.findings);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 4);
}

#[test]
fn test_reports_are_put_together_from_a_folder_and_from_files() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &FULL);
    fs::create_dir(folder.path().join("reports")).unwrap();
    for name in ["SD_Rat_GLP", "RD_Dog_GLP"] {
        fs::write(folder.path().join(format!("reports/{name}.pdf")), Sample::good(name).bytes()).unwrap();
    }
    fs::write(folder.path().join("reports/notes.txt"), "x").unwrap();
    fs::write(folder.path().join("ames.pdf"), Sample::good("ames").bytes()).unwrap();
    let documents = [FULL.as_slice(), &[("TR", "reports", "", ""), ("TR", "ames.pdf", "", "")]].concat();
    let outcome = build(&trial(&documents), folder.path());
    assert_eq!(found(&outcome).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>(), ["AT-0021"]);
    let mut outer = zip(&outcome);
    let mut inner = Vec::new();
    outer.by_name("DEMO-001_01_K_TR.zip").unwrap().read_to_end(&mut inner).unwrap();
    let inner = zip::ZipArchive::new(std::io::Cursor::new(inner)).unwrap();
    let wanted = ["RD_Dog_GLP", "SD_Rat_GLP", "ames"].map(|name| format!("DEMO-001_01_K_TR-{name}.pdf"));
    assert_eq!(names(&inner), wanted);
}

#[test]
fn a_file_that_the_authority_could_not_read_stops_the_build_at_its_cell() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let scan = Sample::of(&[Shown::Scan, Shown::Scan]).bytes();
    let locked = Sample { encrypted: true, ..Sample::good("locked") }.bytes();
    file("scan.pdf", &scan);
    file("locked.pdf", &locked);
    file("cut.pdf", &Sample::good("cut").bytes()[..500]);
    file("word.pdf", b"PK\x03\x04");
    fs::create_dir(folder.path().join("folder.pdf")).unwrap();
    let sparse = fs::File::create(folder.path().join("sparse.pdf")).unwrap();
    sparse.set_len(200 << 20).unwrap();
    let huge = fs::File::create(folder.path().join("huge.pdf")).unwrap();
    huge.set_len((1 << 30) + 1).unwrap();
    let long = format!("{}.pdf", "x".repeat(5_000));
    let mut wanted = vec![
        ("missing.pdf", "AT-0001"),
        ("../missing.pdf", "AT-0001"),
        ("nul\u{7}.pdf", "AT-0001"),
        (long.as_str(), "AT-0001"),
        ("folder.pdf", "AT-0002"),
        ("huge.pdf", "AT-0003"),
        ("word.pdf", "AT-0004"),
        ("sparse.pdf", "AT-0004"),
        ("cut.pdf", "AT-0005"),
        ("locked.pdf", "AT-0006"),
        ("scan.pdf", "AT-0007"),
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("loop.pdf", folder.path().join("loop.pdf")).unwrap();
        wanted.push(("loop.pdf", "AT-0001"));
    }
    for (name, rule) in wanted {
        let outcome = build(&trial(&[("R", name, "", "")]), folder.path());
        let found = found(&outcome);
        assert_eq!(found.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(), [rule], "{name}");
        assert!(!found[0].1.is_empty(), "{name}: at a cell");
        assert_eq!(outcome.built.len(), 0, "{name}");
        assert!(!folder.path().join("out").exists(), "{name}: nothing is written");
    }
}

#[test]
fn what_is_only_doubtful_is_packed_and_said() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &FULL);
    let file = |name: &str, sample: Sample| fs::write(folder.path().join(name), sample.bytes()).unwrap();
    file("docs/protocol.pdf", Sample::of(&[Shown::Text, Shown::Scan]));
    file("docs/crf.pdf", Sample::good("docs/reason.pdf"));
    let documents = [FULL.as_slice(), &[("etc", "", "", "")]].concat();
    let outcome = build(&trial(&documents), folder.path());
    let mut rules: Vec<&str> = found(&outcome).into_iter().map(|(rule, _)| rule).collect();
    rules.sort_unstable();
    assert_eq!(rules, ["AT-0008", "AT-0009", "AT-0015", "AT-0016"]);
    assert_eq!(outcome.built.len(), 1);
}

#[test]
fn a_document_that_cannot_be_named_or_told_from_another_stops_the_build() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &FULL);
    fs::write(folder.path().join("x.pdf"), Sample::good("x").bytes()).unwrap();
    for (row, rule) in [
        (("", "x.pdf", "", ""), "AT-0011"),
        (("XYZ", "x.pdf", "", ""), "AT-0012"),
        (("etc", "x.pdf", "1", ""), "AT-0013"),
        (("etc", "x.pdf", "../A", ""), "AT-0013"),
        (("P", "x.pdf", "", ""), "AT-0014"),
    ] {
        let documents = [FULL.as_slice(), &[row]].concat();
        let outcome = build(&trial(&documents), folder.path());
        let rules: Vec<&str> = found(&outcome).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!((rules.as_slice(), outcome.built.len()), ([rule].as_slice(), 0), "{row:?}");
    }
}

#[test]
fn a_name_over_the_limit_of_the_archive_is_refused_at_its_cell() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &FULL);
    fs::create_dir(folder.path().join("reports")).unwrap();
    fs::write(folder.path().join(format!("reports/{}.pdf", "r".repeat(190))), Sample::good("r").bytes()).unwrap();
    let documents = [FULL.as_slice(), &[("TR", "reports", "", "")]].concat();
    let outcome = build(&trial(&documents), folder.path());
    assert_eq!(found(&outcome).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>(), ["AT-0020"]);
    assert_eq!(outcome.built.len(), 0);
}

#[test]
fn paths_as_windows_writes_them_and_absolute_ones_are_found() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &FULL);
    let absolute = folder.path().join("docs/ib.pdf").display().to_string();
    let quoted = format!("\"{absolute}\"");
    for name in ["docs\\ib.pdf", absolute.as_str(), quoted.as_str(), "docs/../docs/ib.pdf"] {
        let mut documents = FULL;
        documents[5].1 = name;
        let outcome = build(&trial(&documents), folder.path());
        assert_eq!((found(&outcome), outcome.built.len()), (Vec::new(), 1), "{name}");
    }
}

#[test]
fn a_draft_says_so_in_the_names_of_its_documents() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &FULL);
    let mut trial = trial(&FULL);
    trial["trial"]["phase"] = json!("9");
    assert_eq!(build(&trial, folder.path()).built.len(), 0);
    let mut job = build_job(vec![folder.path().join("input.xlsx")], &folder.path().join("out"));
    job.draft = true;
    let zip = zip(&outcome(&job));
    assert!(names(&zip).iter().all(|name| name.starts_with("DRAFT_")), "{:?}", names(&zip));
}
