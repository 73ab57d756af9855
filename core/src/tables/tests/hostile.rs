//! Files made to fail: each must end in a finding, soon and in little memory.

use std::time::{Duration, Instant};

use super::*;
use crate::limits::{
    ARCHIVE_ENTRIES, ARCHIVE_PART_BYTES, TABLE_BYTES, TABLE_MERGES, TABLE_STRINGS_BYTES, TABLE_UNPACKED_BYTES, XML_TOKEN_BYTES,
};

/// A debug build is given ten times the second a release build has.
fn findings(bytes: &[u8]) -> Vec<String> {
    let start = Instant::now();
    let said = look("a.xlsx", bytes).said();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    said
}

fn data(rows: &str) -> String {
    format!("<sheetData>{}{rows}</sheetData>", header())
}

#[test]
fn a_lone_cell_in_the_last_corner_costs_nothing() {
    let rows = format!("<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1048576\">{}</row>", cell("XFD1048576", "x"));
    let seen = look("a.xlsx", &raw_xlsx(&data(&rows), &[]));
    assert_eq!(seen.said(), ["TB-0012 患者!XFD1048576"]);
    assert_eq!(seen.lines(), ["2: 1|"]);
}

#[test]
fn a_cell_outside_the_grid_or_out_of_order_is_refused() {
    for rows in [
        format!("<row r=\"1048577\">{}</row>", cell("A1048577", "x")),
        "<row r=\"2\"><c r=\"XFE2\"><v>1</v></c></row>".to_owned(),
        "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c></row>".to_owned(),
        "<row r=\"2\"><c r=\"A3\"><v>1</v></c></row>".to_owned(),
        "<row r=\"3\"/><row r=\"2\"/>".to_owned(),
        "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>7</v></c></row>".to_owned(),
        "<row r=\"2\"><c r=\"A2\"><v>1&#50;x</v></c></row>".to_owned(),
    ] {
        let said = findings(&raw_xlsx(&data(&rows), &[]));
        assert!(said.len() == 1 && said[0].starts_with("TB-0005 患者!"), "{rows}: {said:?}");
    }
}

#[test]
fn a_million_merged_areas_are_refused() {
    let merge = "<mergeCell ref=\"A1:A2\"/>";
    let sheet = |count: usize| format!("{}<mergeCells>{}</mergeCells>", data(""), merge.repeat(count));
    assert_eq!(findings(&raw_xlsx(&sheet(TABLE_MERGES), &[])), ["TB-0016 患者!A1", "TB-0011 患者!"]);
    assert_eq!(findings(&raw_xlsx(&sheet(TABLE_MERGES + 1), &[])), ["TB-0016 患者!A1", "TB-0004 患者!"]);
}

#[test]
fn a_million_formatted_empty_cells_are_passed_over() {
    let row = |row: usize| format!("<row r=\"{row}\">{}</row>", "<c s=\"1\"/>".repeat(1_000));
    let rows: String = (2..1_002).map(row).collect();
    assert_eq!(findings(&raw_xlsx(&data(&rows), &[])), ["TB-0011 患者!"]);
}

#[test]
fn a_bomb_is_refused_by_what_it_declares() {
    let bomb = " ".repeat(20 << 20);
    assert_eq!(findings(&raw_xlsx(&data(""), &[("xl/media/x.bin", &bomb)])), ["TB-0004"]);
}

/// Writes another unpacked size into the directory of an archive.
fn declare(mut bytes: Vec<u8>, name: &str, size: u32) -> Vec<u8> {
    let is_entry = |at: &usize| bytes[*at..].starts_with(b"PK\x01\x02") && bytes[at + 46..].starts_with(name.as_bytes());
    let at = (0..bytes.len() - 46 - name.len()).find(is_entry).unwrap();
    bytes[at + 24..at + 28].copy_from_slice(&size.to_le_bytes());
    bytes
}

#[test]
fn declared_sizes_over_the_limits_are_refused() {
    let bytes = || raw_xlsx(&data(""), &[("xl/styles.xml", "<styleSheet/>"), ("a.bin", "x")]);
    // Four gigabytes do not fit the field: two entries declare them together.
    let half = u32::try_from(TABLE_UNPACKED_BYTES / 2).unwrap();
    let both = declare(declare(bytes(), "a.bin", half), "xl/worksheets/sheet1.xml", half);
    assert_eq!(findings(&both), ["TB-0004"]);
    // One that is small when packed is told by its ratio, whatever it is.
    let styles = u32::try_from(ARCHIVE_PART_BYTES).unwrap() + 1;
    assert_eq!(findings(&declare(bytes(), "xl/styles.xml", styles)), ["TB-0004"]);
}

#[test]
fn an_entry_that_unpacks_to_more_than_it_declares_is_refused() {
    let rows: String = (2..5_000).map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>{row}</v></c></row>")).collect();
    let bytes = declare(raw_xlsx(&data(&rows), &[]), "xl/worksheets/sheet1.xml", 1_000);
    assert_eq!(findings(&bytes), ["TB-0005 患者!"]);
}

#[test]
fn too_many_entries_are_refused_before_the_archive_is_opened() {
    let names: Vec<String> = (0..=ARCHIVE_ENTRIES).map(|at| format!("x{at}")).collect();
    let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(findings(&archive(&parts)), ["TB-0004"]);
}

#[test]
fn texts_over_the_memory_for_them_are_refused() {
    // Texts that pack badly, so that the ratio does not tell first.
    let mut seed = 1_u64;
    let mut text = |length: usize| -> String {
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + u8::try_from((seed >> 33) % 5).unwrap())
        };
        (0..length).map(|_| next()).map(|c| if c == '"' || c == '&' { 'x' } else { c }).collect()
    };
    let piece = text(100_000);
    let strings: String = (0..TABLE_STRINGS_BYTES / 100_000 + 1).map(|at| format!("<si><t>{at}{piece}</t></si>")).collect();
    let bytes = raw_xlsx(&data(""), &[("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>"))]);
    assert_eq!(findings(&bytes), ["TB-0004"]);
}

#[test]
fn endless_tags_and_values_are_refused() {
    let long = "x".repeat(XML_TOKEN_BYTES + 1);
    for rows in [
        format!("<row r=\"2\"><c r=\"A2\" t=\"str\"><v>{long}</v></c></row>"),
        format!("<row r=\"2\"><c r=\"A2\" x=\"{long}\"/></row>"),
        format!(
            "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><r><t>{0}</t></r><r><t>{0}</t></r></is></c></row>",
            &long[..XML_TOKEN_BYTES]
        ),
    ] {
        assert_eq!(findings(&raw_xlsx(&data(&rows), &[])), ["TB-0004 患者!"]);
    }
}

#[test]
fn entities_of_a_document_type_are_refused() {
    let sheet = format!("<!DOCTYPE x [<!ENTITY a \"aaaa\">]>{}", data(""));
    assert_eq!(findings(&raw_xlsx(&sheet, &[])), ["TB-0005 患者!"]);
}

#[test]
fn a_workbook_that_ends_early_is_no_short_table() {
    let rows = "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row>";
    let cut = raw_xlsx(&data(rows), &[]);
    let whole = "<worksheet><sheetData>";
    let bytes = archive(&[
        ("[Content_Types].xml", "<Types/>"),
        ("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"患者\" r:id=\"rId1\"/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"s.xml\"/></Relationships>",
        ),
        ("xl/s.xml", &format!("{whole}{}{rows}", header())),
    ]);
    assert_eq!(findings(&bytes), ["TB-0005 患者!"]);
    assert_eq!(findings(&cut[..cut.len() / 2]), ["TB-0005"]);
    assert_eq!(findings(&archive(&[("word/document.xml", ""), ("[Content_Types].xml", "")])), ["TB-0002"]);
    assert_eq!(findings(&archive(&[("a.txt", "")])), ["TB-0002"]);
}

#[test]
fn a_file_over_the_limit_is_refused_without_being_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(TABLE_BYTES + 1).unwrap();
    assert_eq!(look_at(&path).said(), ["TB-0004"]);
}
