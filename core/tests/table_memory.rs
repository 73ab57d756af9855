//! Large tables are read, and looked through for identifiers, in less than 50 MB. One test, for the memory is the process's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, unreachable_pub, missing_docs)]

mod big_tables;

#[test]
fn a_million_rows_of_csv_and_300000_of_a_workbook_take_less_than_50_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, xlsx) = (folder.path().join("a.csv"), folder.path().join("a.xlsx"));
    big_tables::csv(&csv, 1_000_000);
    big_tables::xlsx(&xlsx, 300_000);
    let engine = big_tables::Engine::new();
    assert_eq!(engine.read(&csv, true), 1_000_000);
    assert_eq!(engine.read(&xlsx, true), 300_000);
    match big_tables::peak() {
        Some(peak) => assert!(peak < 50, "{peak} MiB"),
        None => eprintln!("SKIPPED: this system does not say how much memory a process held"),
    }
}
