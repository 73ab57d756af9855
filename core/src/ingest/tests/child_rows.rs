//! Rows of child sheets and the keys by which they find their parents.

use super::*;

const TRIAL: (&str, &[&[&str]]) = ("試験", &[&["項目", "値"], &["試験ID", "D-1"], &["開発の相", "1"]]);

#[test]
fn keys_compare_as_text_whatever_their_width_or_type() {
    let engine = Engine::new();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("試験").unwrap();
    sheet.write_row_matrix(0, 0, [["項目", "値"], ["試験ID", "D-1"]]).unwrap();
    let sheet = workbook.add_worksheet().set_name("実施医療機関").unwrap();
    sheet.write_row(0, 0, ["施設番号", "実施医療機関の名称"]).unwrap();
    sheet.write_number(1, 0, 1.0).unwrap();
    sheet.write_string(1, 1, "例示病院").unwrap();
    sheet.write_row(2, 0, ["２", "例示第二病院"]).unwrap();
    let sheet = workbook.add_worksheet().set_name("治験分担医師").unwrap();
    sheet.write_row_matrix(0, 0, [["施設番号", "氏名"], ["１", "分担　試美"], ["2", "分担　試子"]]).unwrap();
    let read = engine.read(&[("a.xlsx", &workbook.save_to_buffer().unwrap())]);
    none(&read.findings);
    let sites = engine.rows(&read.records[0].root, "sites");
    let names =
        |site: usize| engine.column(engine.rows(&sites[site], "sites.sub_investigators"), "sites.sub_investigators.name");
    assert_eq!((names(0), names(1)), (vec!["分担　試美".to_owned()], vec!["分担　試子".to_owned()]));
}

#[test]
fn on_a_page_with_one_site_the_key_may_stay_blank() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[
        TRIAL,
        ("実施医療機関", &[&["施設番号", "実施医療機関の名称"], &["", "例示病院"]]),
        ("治験審査委員会", &[&["院内・外部の区分"], &["院内ＩＲＢ"]]),
        ("治験責任医師", &[&["施設番号", "氏名"], &["", "責任　試郎"]]),
    ]);
    none(&read.findings);
    let site = &engine.rows(&read.records[0].root, "sites")[0];
    assert_eq!(engine.rows(site, "sites.irbs").len() + engine.rows(site, "sites.investigators").len(), 2);
}

#[test]
fn keys_that_lead_nowhere_are_errors_at_their_cell() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[
        TRIAL,
        ("実施医療機関", &[&["施設番号", "実施医療機関の名称"], &["1", "a"], &["１", "b"], &["", "c"]]),
        ("治験責任医師", &[&["施設番号", "氏名"], &["9", "責任　試郎"], &["", "責任　二郎"]]),
    ]);
    assert_eq!(
        places(&read.findings),
        ["IN-0052 治験責任医師!A2", "IN-0053 実施医療機関!A4", "IN-0053 治験責任医師!A3", "IN-0054 実施医療機関!A3"]
    );
    let unknown = read.findings.iter().find(|finding| finding.rule == "IN-0052").unwrap();
    assert!(unknown.message.ja.contains("ある施設番号：1"), "{}", unknown.message.ja);
    assert_eq!(unknown.trial, "D-1");
}

#[test]
fn in_a_list_the_trial_must_be_named_and_known() {
    let engine = Engine::new();
    let list: (&str, &[&[&str]]) = ("試験", &[&["試験ID", "目的"], &["D-1", "a"], &["D-2", "b"]]);
    let read = engine.read_xlsx(&[
        list,
        ("費用負担者", &[&["試験ID", "費用負担者氏名"], &["D-3", "例示製薬"], &["", "例示製薬"], &["D-2", "例示製薬"]]),
        ("治験調整医師", &[&["氏名"], &["調整　試子"]]),
    ]);
    assert_eq!(places(&read.findings), ["IN-0034 治験調整医師", "IN-0052 費用負担者!A2", "IN-0053 費用負担者!A3"]);
    assert_eq!(engine.rows(&read.records[1].root, "payers").len(), 1);
}

#[test]
fn a_row_of_another_trial_is_refused_on_a_page() {
    let engine = Engine::new();
    let read = engine
        .read_xlsx(&[TRIAL, ("費用負担者", &[&["試験ID", "費用負担者氏名"], &["D-2", "例示製薬"], &["D-1", "例示製薬"]])]);
    assert_eq!(places(&read.findings), ["IN-0055 費用負担者!A2"]);
    assert_eq!(engine.rows(&read.records[0].root, "payers").len(), 1);
}

#[test]
fn rows_with_keys_alone_are_blank() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[
        TRIAL,
        ("実施医療機関", &[&["施設番号", "実施医療機関の名称"], &["1", "例示病院"]]),
        ("治験分担医師", &[&["施設番号", "氏名"], &["1", ""]]),
    ]);
    none(&read.findings);
    assert!(engine.rows(&read.records[0].root, "sites")[0].lists.is_empty());
}

#[test]
fn sheets_that_are_not_read_are_named() {
    let engine = Engine::new();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, hidden) in [
        ("試験", false),
        ("実施医療機間", false),
        ("説明", false),
        ("_codes", true),
        ("費用負担者", true),
        ("作業用", true),
        ("Trial", false),
        ("空", false),
    ] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        sheet.set_hidden(hidden);
        if name != "空" {
            sheet.write_row_matrix(0, 0, [["試験ID", "D-1"], ["目的", "a"]]).unwrap();
        }
    }
    let read = engine.read(&[("a.xlsx", &workbook.save_to_buffer().unwrap())]);
    assert_eq!(places(&read.findings), ["IN-0021 実施医療機間", "IN-0022 費用負担者", "IN-0023 作業用", "IN-0024 Trial"]);
    assert!(read.findings.iter().any(|finding| finding.message.ja.contains("「実施医療機関」の誤りではありませんか")));
}

#[test]
fn a_workbook_without_the_trial_says_which_sheets_it_has() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[("Sheet1", &[&["試験ID", "D-1"]])]);
    assert_eq!(places(&read.findings), ["IN-0020 ", "IN-0021 Sheet1"]);
    assert!(read.records.is_empty());
}

#[test]
fn a_known_sheet_without_labels_is_an_error() {
    let engine = Engine::new();
    let read = engine.read_xlsx(&[TRIAL, ("費用負担者", &[&["例示製薬"], &["例示商事"]])]);
    assert_eq!(places(&read.findings), ["IN-0026 費用負担者"]);
}
