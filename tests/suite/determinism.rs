//! Same inputs, same bytes: whatever the folder and the number of threads.

use std::collections::BTreeMap;
use std::path::Path;

use todokede_core::package::sha256;
use todokede_core::workbook::Layout;
use todokede_tests::trials::{large, numbered};
use todokede_tests::{build_job, outcome, record, workbook};

fn hashes(folder: &Path) -> BTreeMap<String, String> {
    fn walk(top: &Path, folder: &Path, hashes: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(top, &path, hashes);
            } else {
                let name = path.strip_prefix(top).unwrap().display().to_string();
                hashes.insert(name, sha256(&std::fs::read(&path).unwrap()));
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(folder, folder, &mut all);
    all
}

#[test]
fn folder_and_threads_do_not_change_a_byte() {
    let mut records: Vec<_> = (1..=12).map(|number| record(&numbered(number, 3))).collect();
    records.push(record(&large()));
    let bytes = workbook(&records, Layout::List).bytes;
    assert_eq!(bytes, workbook(&records, Layout::List).bytes, "the workbook too is the same each time");
    let mut seen = Vec::new();
    for jobs in [1, 8] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("trials.xlsx");
        std::fs::write(&input, &bytes).unwrap();
        let mut job = build_job(vec![input], &folder.path().join("out"));
        job.jobs = jobs;
        assert_eq!(outcome(&job).built.len(), records.len());
        seen.push(hashes(&folder.path().join("out")));
    }
    assert_eq!(seen[0].len(), records.len() * 4 + 1, "four files a trial, and the ledger");
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn building_twice_into_one_folder_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("trials.xlsx");
    std::fs::write(&input, workbook(&[record(&numbered(1, 2))], Layout::Trial).bytes).unwrap();
    let job = build_job(vec![input], &folder.path().join("out"));
    outcome(&job);
    let first = hashes(&folder.path().join("out"));
    outcome(&job);
    assert_eq!(first, hashes(&folder.path().join("out")));
}
