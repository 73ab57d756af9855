//! OpenDocument and Excel 97-2003.

use super::*;

fn ods(table: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:calcext=\"c\" xmlns:style=\"s\"><office:automatic-styles>\
         <style:style style:name=\"ta2\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles>\
         <office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

fn text(value: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\"><text:p>{value}</text:p></table:table-cell>")
}

#[test]
fn an_opendocument_page_is_read_with_dates_notes_and_repeats() {
    let engine = Engine::new();
    let line = |label: &str, value: &str| format!("<table:table-row>{}{value}</table:table-row>", text(label));
    let rows = [
        line("試験ID", &text("D&amp;1")),
        "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>".to_owned(),
        line("届出年月日", "<table:table-cell office:value-type=\"date\" office:date-value=\"2026-04-01\"><text:p>令和8年4月1日</text:p></table:table-cell>"),
        line("薬効分類番号", "<table:table-cell office:value-type=\"float\" office:value=\"21\"><text:p>021</text:p></table:table-cell>"),
        line(
            "目的",
            "<table:table-cell office:value-type=\"string\"><office:annotation><text:p>覚え</text:p></office:annotation>\
             <text:p>一<text:s text:c=\"2\"/>行<text:span>目</text:span></text:p><text:p>二行目</text:p></table:table-cell>",
        ),
        line("試験の種類", "<table:table-cell table:formula=\"of:=1\"/>"),
        line("開発の相", "<table:table-cell office:value-type=\"string\" calcext:value-type=\"error\"><text:p>#REF!</text:p></table:table-cell>"),
        "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>".to_owned(),
    ];
    let table = format!(
        "<table:table table:name=\"試験\">{}</table:table><table:table table:name=\"作業\" table:style-name=\"ta2\"><table:table-row>{}</table:table-row></table:table>",
        rows.concat(),
        text("x")
    );
    let read = engine.read(&[("a.ods", &ods(&table))]);
    assert_eq!(places(&read.findings), ["IN-0023 作業", "IN-0042 試験!B8", "IN-0043 試験!B7"]);
    let record = &read.records[0];
    assert_eq!(engine.value(record, "trial.id"), "D&1");
    assert_eq!(engine.value(record, "filing.date"), "date:2026-04-01");
    assert_eq!(engine.value(record, "main_drug.efficacy_class"), "number:21/3");
    assert_eq!(engine.value(record, "trial.objective"), "一  行目\n二行目");
}

#[test]
fn merged_cells_of_an_opendocument_list_are_an_error() {
    let engine = Engine::new();
    let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
    let merged =
        "<table:table-cell table:number-rows-spanned=\"2\" office:value-type=\"string\"><text:p>a</text:p></table:table-cell>";
    let rows = [
        row(&format!("{}{}", text("試験ID"), text("目的"))),
        row(&format!("{}{merged}", text("D-1"))),
        row(&format!("{}<table:covered-table-cell/>", text("D-2"))),
    ];
    let read = engine.read(&[("a.ods", &ods(&format!("<table:table table:name=\"試験\">{}</table:table>", rows.concat())))]);
    assert_eq!(places(&read.findings), ["IN-0041 試験!B2"]);
}

#[test]
fn a_flood_of_repeated_cells_is_refused() {
    let engine = Engine::new();
    let cell = "<table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
    let table = format!(
        "<table:table table:name=\"試験\"><table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row></table:table>"
    );
    let read = engine.read(&[("a.ods", &ods(&table))]);
    assert_eq!(places(&read.findings), ["IN-0005 "]);
}

/// Makes an `.xls`: a container with one stream, made of a workbook's records and one sheet's.
fn xls(sheet_records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(data);
        bytes
    };
    let begin = |kind: u16| record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let end = record(0x000A, &[]);
    let name: Vec<u8> = "試験".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let globals_length = begin(5).len() + 4 + 6 + 2 + name.len() + end.len();
    let bound = [&u32::try_from(globals_length).unwrap().to_le_bytes()[..], &[0, 0, 2, 1], &name].concat();
    let mut stream = [begin(5), record(0x0085, &bound), end.clone(), begin(0x10)].concat();
    for (kind, data) in sheet_records {
        stream.extend(record(*kind, data));
    }
    stream.extend(end);
    stream.resize(stream.len().max(4096).div_ceil(512) * 512, 0);
    let sectors = u32::try_from(stream.len() / 512).unwrap();
    let mut header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    header.resize(24, 0);
    for half in [0x3E_u16, 3, 0xFFFE, 9, 6] {
        header.extend(half.to_le_bytes());
    }
    header.resize(44, 0);
    for word in [1_u32, 1, 0, 4096, 0xFFFF_FFFE, 0, 0xFFFF_FFFE, 0, 0] {
        header.extend(word.to_le_bytes());
    }
    header.resize(512, 0xFF);
    // Sector 0 is the table, 1 the directory, the rest the stream.
    let mut table: Vec<u32> = vec![0xFFFF_FFFD, 0xFFFF_FFFE];
    table.extend((0..sectors).map(|at| if at + 1 < sectors { at + 3 } else { 0xFFFF_FFFE }));
    table.resize(128, 0xFFFF_FFFF);
    let entry = |name: &str, kind: u8, start: u32, size: u32, child: u32| {
        let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.resize(64, 0);
        bytes.extend(u16::try_from(name.len() * 2 + 2).unwrap().to_le_bytes());
        bytes.extend([kind, 1]);
        for word in [0xFFFF_FFFF_u32, 0xFFFF_FFFF, child] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.resize(116, 0);
        bytes.extend(start.to_le_bytes());
        bytes.extend(size.to_le_bytes());
        bytes.resize(128, 0);
        bytes
    };
    let mut file = header;
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    let size = u32::try_from(stream.len()).unwrap();
    file.extend([entry("Root Entry", 5, 0xFFFF_FFFE, 0, 1), entry("Workbook", 2, 2, size, 0xFFFF_FFFF)].concat());
    file.resize(512 * 3, 0);
    file.extend(stream);
    file
}

fn label(row: u16, col: u16, text: &str) -> (u16, Vec<u8>) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let head = [row, col, 0, u16::try_from(units.len()).unwrap()].map(u16::to_le_bytes).concat();
    let text: Vec<u8> = units.into_iter().flat_map(u16::to_le_bytes).collect();
    (0x0204, [&head[..], &[1], &text].concat())
}

fn number(row: u16, col: u16, value: f64) -> (u16, Vec<u8>) {
    (0x0203, [&[row, col, 0].map(u16::to_le_bytes).concat()[..], &value.to_le_bytes()].concat())
}

#[test]
fn an_old_workbook_is_read() {
    let engine = Engine::new();
    let read = engine
        .read(&[("a.xls", &xls(&[label(0, 0, "試験ID"), label(0, 1, "D-1"), label(1, 0, "開発の相"), number(1, 1, 2.0)]))]);
    none(&read.findings);
    assert_eq!(engine.value(&read.records[0], "trial.id"), "D-1");
    assert_eq!(engine.value(&read.records[0], "trial.phase"), "number:2/0");
}

#[test]
fn an_old_workbook_that_would_fill_the_memory_is_refused() {
    let engine = Engine::new();
    let corners = xls(&[number(0, 0, 1.0), number(65_535, 255, 1.0)]);
    let declared = [0_u32, 0xFFFF_FFFF].map(u32::to_le_bytes).concat();
    let declared = [&declared[..], &[0, 0, 0xFF, 0xFF, 0, 0]].concat();
    for bytes in [corners, xls(&[(0x0200, declared), number(0, 0, 1.0)])] {
        assert_eq!(places(&engine.read(&[("a.xls", &bytes)]).findings), ["IN-0005 "]);
    }
}

#[test]
fn an_old_workbook_over_the_limit_is_refused() {
    let engine = Engine::new();
    let mut bytes = xls(&[number(0, 0, 1.0)]);
    bytes.resize(crate::limits::XLS_BYTES + 1, 0);
    assert_eq!(places(&engine.read(&[("a.xls", &bytes)]).findings), ["IN-0005 "]);
}

#[test]
fn an_encrypted_workbook_asks_for_the_password_to_be_removed() {
    let engine = Engine::new();
    let mut bytes = xls(&[number(0, 0, 1.0)]);
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let at = 512 * 2 + 128;
    bytes[at..at + name.len()].copy_from_slice(&name);
    assert_eq!(places(&engine.read(&[("a.xlsx", &bytes)]).findings), ["IN-0007 "]);
}

#[test]
fn an_old_workbook_cut_anywhere_ends_in_a_finding() {
    let engine = Engine::new();
    let whole = xls(&[label(0, 0, "試験ID"), label(0, 1, "D-1")]);
    for length in (8..whole.len()).step_by(97) {
        let read = engine.read(&[("a.xls", &whole[..length])]);
        assert!(!read.findings.is_empty() || !read.records.is_empty(), "{length}");
    }
}
