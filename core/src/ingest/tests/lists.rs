//! Many trials across.

use rust_xlsxwriter::{Format, Workbook};

use super::*;

#[test]
fn every_row_is_a_trial_with_its_rows_of_other_sheets() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[
        ("試験", &[&["必須", "", ""], &["試験ID", "開発の相", "剤形コード"], &["D-1", "1", "A1,B2"], &["D-2", "2", ""]]),
        ("治験責任医師", &[&["試験ID", "施設番号", "氏名"], &["D-2", "1", "責任　二郎"], &["D-1", "2", "責任　試郎"]]),
        (
            "Sites",
            &[
                &["Trial ID", "Site number", "Site name"],
                &["D-1", "1", "例示病院"],
                &["D-1", "2", "例示第二病院"],
                &["D-2", "1", "例示病院"],
            ],
        ),
    ]);
    none(&read.findings);
    let [first, second] = read.records.as_slice() else { panic!("two trials") };
    assert!(std::sync::Arc::ptr_eq(&first.sources, &second.sources));
    assert_eq!(engine.column(engine.rows(&first.root, "sites"), "sites.name"), ["例示病院", "例示第二病院"]);
    let doctors = |record: &Record, site: usize| {
        let site = &engine.rows(&record.root, "sites")[site];
        engine.column(engine.rows(site, "sites.investigators"), "sites.investigators.name")
    };
    assert_eq!((doctors(first, 0), doctors(first, 1)), (vec![], vec!["責任　試郎".to_owned()]));
    assert_eq!(doctors(second, 0), ["責任　二郎"]);
    let phase = engine.catalogue.field_ix("main_drug.dosage_forms.code").unwrap();
    let blank = second.sources.place(&second.root.origin(phase, &engine.catalogue));
    assert_eq!(blank.cell, "C4");
}

#[test]
fn a_row_without_an_id_is_reported_and_kept() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[("試験", &[&["試験ID", "目的"], &["D-1", "a"], &["", "b"]])]);
    assert_eq!(places(&read.findings), ["IN-0050 試験!A3"]);
    assert_eq!(read.records.len(), 2);
}

#[test]
fn a_list_without_the_column_of_ids_says_so() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[("試験", &[&["開発の相", "目的"], &["1", "a"], &["2", "b"]])]);
    assert_eq!(places(&read.findings), ["IN-0034 試験"]);
    assert!(read.findings[0].message.ja.contains("試験ID"));
}

#[test]
fn the_same_id_is_reported_at_every_place_over_all_inputs() {
    let engine = Engine::new();
    let list = xlsx(&[("試験", &[&["試験ID", "目的"], &["D-1", "a"], &["Ｄ-1", "b"], &["D-2", "c"]])]);
    let read = engine.read(&[("a.xlsx", &list), ("b.json", r#"{"trial":{"id":"D-2"}}"#.as_bytes())]);
    assert_eq!(places(&read.findings), ["IN-0051 /trial/id", "IN-0051 試験!A2", "IN-0051 試験!A3", "IN-0051 試験!A4"]);
    let json = read.findings.iter().find(|finding| !finding.at.pointer.is_empty()).unwrap();
    assert!(json.message.ja.contains("a.xlsx › 試験 › A4"), "{}", json.message.ja);
    assert_eq!(json.trial, "D-2");
}

#[test]
fn headers_that_cannot_be_read_are_never_passed_over() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[(
        "試験",
        &[&["試験ID", "開発の層", "目的", "目 的", "覚え", "", "#メモ"], &["D-1", "1", "a", "b", "", "迷子", "自由"]],
    )]);
    assert_eq!(places(&read.findings), ["IN-0030 試験!B1", "IN-0031 試験!E1", "IN-0032 試験!D1", "IN-0033 試験!F2"]);
    assert_eq!(engine.value(&read.records[0], "trial.objective"), "a");
    let twice = read.findings.iter().find(|finding| finding.rule == "IN-0032").unwrap();
    assert!(twice.message.en.contains("C1") && twice.message.en.contains("D1"));
}

#[test]
fn rows_after_a_gap_are_read_with_a_warning() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[("試験", &[&["試験ID", "目的"], &["D-1", "a"], &[], &["D-2", "b"], &[], &["D-3", "c"]])]);
    assert_eq!(places(&read.findings), ["IN-0040 試験!A4"]);
    assert_eq!(read.records.len(), 3);
}

#[test]
fn cells_merged_among_the_data_are_an_error() {
    let engine = Engine::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("試験").unwrap();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 1, "見出しの上", &plain).unwrap();
    sheet.write_row(1, 0, ["試験ID", "目的", "#メモ", "#メモ2"]).unwrap();
    sheet.write_row(2, 0, ["D-1", "a"]).unwrap();
    sheet.write_string(3, 0, "D-2").unwrap();
    sheet.merge_range(3, 1, 4, 1, "b", &plain).unwrap();
    sheet.write_string(4, 0, "D-3").unwrap();
    sheet.merge_range(2, 2, 4, 3, "自由", &plain).unwrap();
    let read = engine.read(&[("a.xlsx", &workbook.save_to_buffer().unwrap())]);
    assert_eq!(places(&read.findings), ["IN-0041 試験!B4"]);
}
