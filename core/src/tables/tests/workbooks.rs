//! Workbooks.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::*;
use crate::limits::TABLE_SHEETS;

#[test]
fn cells_are_read_as_they_were_written() {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let zeros = Format::new().set_num_format("000000");
    let sheet = workbook.add_worksheet().set_name("患者").unwrap();
    for (column, title) in ["番号", "数", "日", "日時", "式", "真偽", "文"].into_iter().enumerate() {
        sheet.write_string(2, u16::try_from(column).unwrap(), title).unwrap();
    }
    sheet.write_string(0, 0, "一覧").unwrap();
    sheet.write_number_with_format(4, 0, 123, &zeros).unwrap();
    sheet.write_number(4, 1, 0.1).unwrap();
    sheet.write_datetime_with_format(4, 2, ExcelDateTime::from_ymd(2026, 4, 1).unwrap(), &day).unwrap();
    let noon = ExcelDateTime::from_ymd(2026, 4, 1).unwrap().and_hms(12, 30, 0).unwrap();
    sheet.write_datetime_with_format(4, 3, noon, &Format::new().set_num_format("yyyy-mm-dd hh:mm")).unwrap();
    sheet.write_formula(4, 4, Formula::new("=B5*10").set_result("1")).unwrap();
    sheet.write_boolean(4, 5, true).unwrap();
    sheet.write_string(4, 6, "A & B <c>\n二行目").unwrap();
    sheet.write_number(6, 1, 1.0).unwrap();
    let seen = look("a.xlsx", &workbook.save_to_buffer().unwrap());
    assert!(seen.said().is_empty(), "{:?}", seen.said());
    assert_eq!((seen.tables[0].header, seen.tables[0].sheet.as_str()), (3, "患者"));
    let wanted = ["5: 000123|0.1|2026-04-01|2026-04-01T12:30:00|1|TRUE|A & B <c>\n二行目", "7: |1|||||"];
    assert_eq!(seen.lines(), wanted);
}

#[test]
fn days_of_the_epoch_of_1904_are_the_same_days() {
    let styles = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
    let main = |attribute: &str| {
        format!(
            "<workbook xmlns:r=\"r\"><workbookPr {attribute}/><sheets><sheet name=\"患者\" r:id=\"rId1\"/></sheets></workbook>"
        )
    };
    let relations = "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/worksheet\" Target=\"/xl/s.xml\"/>\
                     <Relationship Id=\"rId3\" Type=\"http://x/styles\" Target=\"styles.xml\"/></Relationships>";
    for (attribute, serial) in [("", "46113"), ("date1904=\"1\"", "44651")] {
        let sheet = format!(
            "<worksheet><sheetData>{}<row><c s=\"1\"><v>{serial}</v></c><c><v>1</v></c></row></sheetData></worksheet>",
            header()
        );
        let bytes = archive(&[
            ("[Content_Types].xml", "<Types/>"),
            ("xl/workbook.xml", &main(attribute)),
            ("xl/_rels/workbook.xml.rels", relations),
            ("xl/s.xml", &sheet),
            ("xl/styles.xml", styles),
        ]);
        assert_eq!(look("a.xlsx", &bytes).lines(), ["2: 2026-04-01|1"]);
    }
}

/// A workbook of sheets of texts; a name that begins with `~` is of a hidden one.
fn sheets(all: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in all {
        let sheet = workbook.add_worksheet().set_name(name.trim_start_matches('~')).unwrap();
        sheet.set_hidden(name.starts_with('~'));
        for (row, cells) in rows.iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                sheet.write_string(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), *text).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn sheets_of_one_header_are_one_table_and_others_are_left_out() {
    let table: &[&[&str]] = &[&["番号", "性別"], &["R-1", "女"]];
    let more: &[&[&str]] = &[&["続き"], &["番号", "性別"], &["R-2", "男"]];
    let other: &[&[&str]] = &[&["番号", "年齢"], &["R-3", "50"]];
    let note: &[&[&str]] = &[&["覚え書き"]];
    let bytes =
        sheets(&[("空", &[]), ("2025", table), ("~隠し", table), ("2026", more), ("別", other), ("注", note), ("白紙", &[])]);
    let seen = look("a.xlsx", &bytes);
    assert_eq!(seen.said(), ["TB-0018 隠し!", "TB-0017 別!", "TB-0017 注!"]);
    let names: Vec<(u32, &str)> = seen.tables.iter().map(|table| (table.source, table.sheet.as_str())).collect();
    assert_eq!(names, [(3, "2025"), (4, "2026")]);
    assert_eq!(seen.rows, [[(2, vec!["R-1".to_owned(), "女".to_owned()])], [(3, vec!["R-2".to_owned(), "男".to_owned()])]]);
    assert_eq!(look("a.xlsx", &sheets(&[("~隠し", table), ("空", &[])])).said(), ["TB-0018 隠し!", "TB-0020"]);
    assert_eq!(look("a.xlsx", &sheets(&[("注", note), ("2025", table)])).said(), ["TB-0010 注!"]);
}

#[test]
fn cells_that_are_no_values_are_found() {
    let rows = "<row r=\"2\"><c r=\"A2\" t=\"e\"><v>#REF!</v></c><c r=\"B2\"><f>A1</f></c></row>\
                <row r=\"3\"><c r=\"A3\" t=\"e\"><v>#SPILL!</v></c><c r=\"B3\" t=\"str\"><f>\"\"</f></c></row>\
                <row r=\"4\"><c r=\"A4\"><v>1</v></c><c r=\"D4\"><v>2</v></c></row>";
    let merges = "<mergeCells><mergeCell ref=\"A1:B1\"/><mergeCell ref=\"A4:A5\"/><mergeCell ref=\"B4:B4\"/></mergeCells>";
    let sheet = format!("<sheetData>{}{rows}</sheetData>{merges}", header());
    let seen = look("a.xlsx", &raw_xlsx(&sheet, &[]));
    assert_eq!(seen.said(), ["TB-0012 患者!D4", "TB-0014 患者!A2", "TB-0015 患者!B2", "TB-0016 患者!A4"]);
    assert!(seen.read.findings[1].message.en.starts_with("2 cells"));
    assert_eq!(seen.lines(), ["4: 1|"]);
}

#[test]
fn old_formats_are_read_within_their_limits() {
    let styles = "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet>\
        <table:table table:name=\"患者\"><table:table-row><table:table-cell office:value-type=\"string\"><text:p>番号</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"string\"><text:p>施用日</text:p></table:table-cell></table:table-row>\
        <table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"><text:p>1</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"date\" office:date-value=\"2026-04-01\"><text:p>2026/4/1</text:p></table:table-cell></table:table-row>\
        </table:table></office:spreadsheet></office:body></office:document-content>";
    let seen =
        look("a.ods", &archive(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", styles)]));
    assert!(seen.said().is_empty(), "{:?}", seen.said());
    assert_eq!(seen.lines(), ["2: 1|2026-04-01"]);
    assert_eq!(look("a.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 damaged").said(), ["TB-0005"]);
}

#[test]
fn a_workbook_named_csv_is_read_as_one_and_parquet_is_explained() {
    let table: &[&[&str]] = &[&["番号", "性別"], &["R-1", "女"]];
    assert_eq!(look("a.csv", &sheets(&[("x", table)])).lines(), ["2: R-1|女"]);
    let seen = look("a.parquet", b"PAR1\x15\x04\x15\x20");
    assert_eq!(seen.said(), ["TB-0003"]);
    assert!(seen.read.findings[0].fix.ja.contains("CSV"));
    assert_eq!(look_at(std::path::Path::new("/nowhere/a.csv")).said(), ["TB-0001"]);
}

#[test]
fn a_workbook_of_too_many_sheets_is_refused() {
    let names: Vec<String> = (0..=TABLE_SHEETS).map(|at| format!("s{at}")).collect();
    let all: Vec<(&str, &[&[&str]])> = names.iter().map(|name| (name.as_str(), &[] as &[&[&str]])).collect();
    assert_eq!(look("a.xlsx", &sheets(&all)).said(), ["TB-0004"]);
    assert_eq!(look("a.xlsx", &sheets(&all[1..])).said(), ["TB-0020"]);
}
