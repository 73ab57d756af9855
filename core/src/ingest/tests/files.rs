//! Files and text tables.

use encoding_rs::SHIFT_JIS;

use super::*;

#[test]
fn a_text_table_is_a_list_or_a_page_in_any_encoding() {
    let engine = Engine::new();
    for text in ["試験ID,開発の相,目的\nD-1,1,表と能力\n", "項目,値\n試験ID,D-1\n開発の相,1\n目的,表と能力\n"]
    {
        let (cp932, _, _) = SHIFT_JIS.encode(text);
        let with_mark = format!("\u{FEFF}{text}");
        for bytes in [text.as_bytes(), with_mark.as_bytes(), cp932.as_ref()] {
            let read = engine.read(&[("a.csv", bytes)]);
            none(&read.findings);
            assert_eq!(engine.value(&read.records[0], "trial.objective"), "表と能力");
        }
    }
}

#[test]
fn a_text_table_names_the_cell_a_spreadsheet_would_show() {
    let engine = Engine::new();
    let read = engine.read(&[("a.csv", "試験ID,目的\n\nD-1,\"一\n二\"\n,x\n".as_bytes())]);
    assert_eq!(places(&read.findings), ["IN-0050 !A4"]);
    assert_eq!(read.findings[0].at.display(crate::model::Lang::Ja), "a.csv › A4");
}

#[test]
fn a_text_table_of_sites_alone_is_refused() {
    let engine = Engine::new();
    let read = engine.read(&[("実施医療機関.csv", "施設番号\n1\n".as_bytes())]);
    assert_eq!(places(&read.findings), ["IN-0025 "]);
}

#[test]
fn a_text_table_says_that_it_cannot_hold_the_other_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "試験ID,目的\nD-1,a\n").unwrap();
    let engine = Engine::new();
    let read = crate::ingest::ingest(&[path], &engine.catalogue, &engine.book);
    assert_eq!(places(&read.findings), [format!("{CSV_NOTE} ")]);
}

#[test]
fn files_are_named_shortly_unless_two_share_a_name() {
    let engine = Engine::new();
    let blank = "試験ID,目的\n,a\n".as_bytes();
    let read = engine.read(&[("x/a.csv", blank), ("y/a.csv", blank), ("b.csv", blank)]);
    let files: Vec<&str> = read.findings.iter().map(|finding| finding.at.file.as_str()).collect();
    assert!(files[0].ends_with("x/a.csv") && files[1].ends_with("y/a.csv"), "{files:?}");
    assert_eq!(files[2], "b.csv");
}

#[test]
fn what_is_not_there_or_no_file_is_a_finding() {
    let engine = Engine::new();
    let folder = tempfile::tempdir().unwrap();
    let paths = [folder.path().join("none.xlsx"), folder.path().to_path_buf()];
    let read = ingest(&paths, &engine.catalogue, &engine.book);
    assert_eq!(places(&read.findings), ["IN-0001 ", "IN-0001 "]);
}

#[test]
fn a_wrong_extension_is_told_and_the_content_is_read() {
    let engine = Engine::new();
    let read = engine.read(&[("a.xls", &xlsx(&[("試験", &[&["試験ID", "D-1"]])]))]);
    assert_eq!(places(&read.findings), ["IN-0004 "]);
    assert_eq!(engine.value(&read.records[0], "trial.id"), "D-1");
}

#[test]
fn an_empty_table_says_that_there_is_no_trial() {
    let engine = Engine::new();
    assert_eq!(places(&engine.read(&[("a.csv", "試験ID,目的\n".as_bytes())]).findings), ["IN-0009 "]);
    assert_eq!(places(&engine.read_xlsx(&[("試験", &[])]).findings), ["IN-0009 試験"]);
}
