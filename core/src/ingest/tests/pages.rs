//! One trial down the page.

use rust_xlsxwriter::{Format, Formula, Workbook};

use super::*;
use crate::model::Origin;

const HEADER: &[&str] = &["区分", "項目", "値", "必須", "使う届出", "記入例", "説明", "ID"];

#[test]
fn a_page_is_read_by_labels_and_ids_past_its_headings() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[(
        "試験",
        &[
            &["治験届 入力用ブック"],
            &[],
            HEADER,
            &["試験"],
            &["", "試験ID", "DEMO-001", "○", "", "DEMO-001", "", "trial.id"],
            &["", "実施計画書番号と書き換えた名前", "P-1", "", "", "", "", "trial.protocol_number"],
            &[],
            &["主たる被験薬"],
            &["", "剤形コード", "A1、B2", "", "", "", "", "main_drug.dosage_forms"],
        ],
    )]);
    none(&read.findings);
    let record = &read.records[0];
    assert_eq!(engine.value(record, "trial.id"), "DEMO-001");
    assert_eq!(engine.value(record, "trial.protocol_number"), "P-1");
    let forms = engine.rows(&record.root, "main_drug.dosage_forms");
    assert_eq!(engine.column(forms, "main_drug.dosage_forms.code"), ["A1", "B2"]);
}

#[test]
fn every_value_and_every_blank_knows_its_cell() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[(
        "Trial",
        &[&["Section", "Item", "Value"], &["", "Trial ID", "DEMO-001"], &["", "Phase", ""], &["", "Dosage form codes", ""]],
    )]);
    none(&read.findings);
    let record = &read.records[0];
    let at = |field: &str| {
        let origin = record.root.origin(engine.catalogue.field_ix(field).unwrap(), &engine.catalogue);
        record.sources.place(&origin).display(crate::model::Lang::Ja)
    };
    assert_eq!(at("trial.id"), "a.xlsx › Trial › C2");
    assert_eq!(at("trial.phase"), "a.xlsx › Trial › C3");
    assert_eq!(at("main_drug.dosage_forms.code"), "a.xlsx › Trial › C4");
    assert_eq!(at("trial.objective"), "a.xlsx › Trial");
}

#[test]
fn a_page_without_a_header_is_found_by_its_labels() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[("trial", &[&["試験の一覧"], &["試験ID", "DEMO-001"], &["開発の相", "2"]])]);
    none(&read.findings);
    assert_eq!(engine.value(&read.records[0], "trial.phase"), "2");
}

#[test]
fn a_line_that_no_field_has_is_reported_with_what_was_meant() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[(
        "試験",
        &[
            HEADER,
            &["", "試験ID", "DEMO-001"],
            &["", "実施計画書識別番号", "P-1"],
            &["", "開発の層", ""],
            &["", "", "迷子"],
            &["", "目的", "a", "", "", "", "", "trial.phase"],
            &["", "予定被験者数（合計）", "3", "", "", "", "", "trial.subject_total"],
            &["", "試験の種類", "x"],
            &["", "試験の種類", "y"],
        ],
    )]);
    assert_eq!(
        places(&read.findings),
        ["IN-0032 試験!C9", "IN-0035 試験!B3", "IN-0036 試験!B4", "IN-0037 試験!C5", "IN-0038 試験!B6", "IN-0039 試験!H7"]
    );
    let unknown = read.findings.iter().find(|finding| finding.rule == "IN-0035").unwrap();
    assert!(unknown.message.ja.contains("「実施計画書識別記号」の誤りではありませんか"), "{}", unknown.message.ja);
    assert_eq!(unknown.trial, "DEMO-001");
    assert_eq!(engine.value(&read.records[0], "trial.phase"), "a");
    assert_eq!(engine.value(&read.records[0], "trial.type"), "x");
}

#[test]
fn a_blank_trial_id_names_the_cell_and_keeps_the_trial() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[("試験", &[HEADER, &["", "試験ID", "　"], &["", "目的", "検討"]])]);
    assert_eq!(places(&read.findings), ["IN-0050 試験!C2"]);
    assert_eq!(engine.value(&read.records[0], "trial.objective"), "検討");
}

#[test]
fn numbers_dates_truths_and_errors_come_as_they_are() {
    let engine = Engine::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("試験").unwrap();
    for (row, label) in (0..).zip([
        "試験ID",
        "薬効分類番号",
        "予定被験者数（合計）",
        "届出年月日",
        "国際共同治験",
        "目的",
        "備考のない項目",
        "初回届出年月日",
    ]) {
        sheet.write_string(row, 0, label).unwrap();
    }
    sheet.write_number(0, 1, 7.0).unwrap();
    sheet.write_number_with_format(1, 1, 21.0, &Format::new().set_num_format("000")).unwrap();
    sheet.write_number(2, 1, 24.0).unwrap();
    sheet.write_number_with_format(3, 1, 46113.0, &Format::new().set_num_format("ggge\"年\"m\"月\"d\"日\"")).unwrap();
    sheet.write_boolean(4, 1, true).unwrap();
    sheet.write_formula(5, 1, Formula::new("=A1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_string(7, 1, "令和8年4月1日").unwrap();
    let read = engine.read(&[("a.xlsx", &workbook.save_to_buffer().unwrap())]);
    let record = &read.records[0];
    assert_eq!(engine.value(record, "trial.id"), "number:7/0");
    assert_eq!(engine.value(record, "main_drug.efficacy_class"), "number:21/3");
    assert_eq!(engine.value(record, "trial.subjects_total"), "number:24/0");
    assert_eq!(engine.value(record, "filing.date"), "date:2026-04-01");
    assert_eq!(engine.value(record, "trial.multinational"), "bool:true");
    assert_eq!(engine.value(record, "filing.first_date"), "令和8年4月1日");
    assert_eq!(places(&read.findings), ["IN-0036 試験!A7", "IN-0042 試験!B6"]);
    assert!(read.findings.iter().all(|finding| finding.trial == "7"));
}

#[test]
fn a_formula_without_a_result_is_an_error_and_no_blank() {
    let engine = Engine::new();
    let rows = format!(
        "<row r=\"1\">{}{}</row><row r=\"2\">{}<c r=\"B2\"><f>1+1</f></c></row><row r=\"3\">{}<c r=\"B3\"><f>1+1</f><v>2</v></c></row>",
        cell("A1", "試験ID"),
        cell("B1", "D"),
        cell("A2", "開発の相"),
        cell("A3", "届出回数")
    );
    let read = engine.read(&[("a.xlsx", &raw_xlsx(&rows, &[]))]);
    assert_eq!(places(&read.findings), ["IN-0043 試験!B2"]);
    assert_eq!(engine.value(&read.records[0], "filing.plan_count"), "number:2/0");
}

#[test]
fn merged_values_are_an_error_and_merged_headings_are_not() {
    let engine = Engine::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("試験").unwrap();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 4, "治験届 入力用ブック", &plain).unwrap();
    sheet.write_row(1, 0, ["区分", "項目", "値"]).unwrap();
    sheet.merge_range(2, 0, 2, 2, "試験", &plain).unwrap();
    sheet.write_row(3, 1, ["試験ID", "DEMO-001"]).unwrap();
    sheet.write_string(4, 1, "目的").unwrap();
    sheet.write_string(5, 1, "試験の種類").unwrap();
    sheet.merge_range(4, 2, 5, 2, "検討", &plain).unwrap();
    let read = engine.read(&[("a.xlsx", &workbook.save_to_buffer().unwrap())]);
    assert_eq!(places(&read.findings), ["IN-0041 試験!C5"]);
    assert!(read.findings[0].message.ja.contains("C5:C6"));
}

#[test]
fn a_cell_of_an_inline_group_gives_a_row_for_each_code() {
    let engine = Engine::new();
    let read =
        engine.read_xlsx(&[("試験", &[HEADER, &["", "試験ID", "D"], &["", "剤形コード", " A1、B2,C3，D4;E5；F6/G7\nH8 "]])]);
    let forms = engine.rows(&read.records[0].root, "main_drug.dosage_forms");
    assert_eq!(engine.column(forms, "main_drug.dosage_forms.code"), ["A1", "B2", "C3", "D4", "E5", "F6", "G7", "H8"]);
    assert_eq!(forms[7].here(), Origin::Cell { sheet: 0, row: 2, col: 2 });
}
