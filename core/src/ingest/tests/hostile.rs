//! Files made to fail: each must end in a finding, soon and in little memory.

use std::time::{Duration, Instant};

use super::*;
use crate::limits::{
    ARCHIVE_BYTES, CELL_FORMATS, INPUT_BYTES, SHARED_STRINGS, SHARED_STRINGS_BYTES, SHEET_CELLS, SHEET_EMPTY_CELLS, SHEETS,
    TEXT_CHARS, TRIALS, XML_TOKEN_BYTES,
};

/// Reads a workbook and returns its findings; a debug build is given ten times the second a release build has.
fn findings(bytes: &[u8]) -> Vec<String> {
    let engine = Engine::new();
    let start = Instant::now();
    let read = engine.read(&[("a.xlsx", bytes)]);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    places(&read.findings)
}

fn page() -> String {
    format!("<row r=\"1\">{}{}</row>", cell("A1", "試験ID"), cell("B1", "D-1"))
}

#[test]
fn a_lone_cell_in_the_last_corner_costs_nothing() {
    let rows = format!("{}<row r=\"1048576\">{}</row>", page(), cell("XFD1048576", "x"));
    assert_eq!(findings(&raw_xlsx(&rows, &[])), ["IN-0010 試験!XFD1048576"]);
}

#[test]
fn a_million_empty_cells_are_refused() {
    let row = |row: usize| format!("<row r=\"{row}\">{}</row>", (0..1000).map(|_| "<c s=\"1\"/>").collect::<String>());
    let rows: String = (2..1002).map(row).collect();
    let count = rows.matches("<c").count();
    assert!(count > SHEET_EMPTY_CELLS && count < SHEET_CELLS);
    assert_eq!(findings(&raw_xlsx(&format!("{}{rows}", page()), &[])), ["IN-0005 試験"]);
}

#[test]
fn a_bomb_is_refused_by_what_it_declares() {
    let bomb = " ".repeat(20 << 20);
    assert_eq!(findings(&raw_xlsx(&page(), &[("xl/worksheets/sheet9.xml", &bomb)])), ["IN-0005 "]);
    let part = " ".repeat(33 << 20);
    assert_eq!(findings(&raw_xlsx(&page(), &[("docProps/app.xml", &part)])), ["IN-0005 "]);
}

#[test]
fn too_many_entries_are_refused_before_the_archive_is_opened() {
    let names: Vec<String> = (0..5000).map(|at| format!("x{at}")).collect();
    let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(findings(&archive(&parts)), ["IN-0005 "]);
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
    let bytes = || raw_xlsx(&page(), &[("xl/sharedStrings.xml", "<sst/>")]);
    let total = u32::try_from(ARCHIVE_BYTES).unwrap();
    assert_eq!(findings(&declare(bytes(), "xl/worksheets/sheet1.xml", total)), ["IN-0005 "]);
    let strings = u32::try_from(SHARED_STRINGS_BYTES).unwrap() + 1;
    assert_eq!(findings(&declare(bytes(), "xl/sharedStrings.xml", strings)), ["IN-0005 "]);
}

#[test]
fn too_many_cell_formats_are_refused() {
    let many = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(CELL_FORMATS + 1));
    let name = "n".repeat(1 << 19);
    let large = format!("<styleSheet><font val=\"{name}\"/><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(300));
    for styles in [many, large] {
        assert_eq!(findings(&raw_xlsx(&page(), &[("xl/styles.xml", &styles)])), ["IN-0005 "]);
    }
}

#[test]
fn too_many_sheets_are_refused() {
    let names: Vec<String> = (0..=SHEETS).map(|at| format!("s{at}")).collect();
    let sheets: Vec<(&str, &[&[&str]])> = names.iter().map(|name| (name.as_str(), &[][..])).collect();
    assert_eq!(findings(&xlsx(&sheets)), ["IN-0005 "]);
}

#[test]
fn a_file_over_the_limit_is_not_read_to_its_end() {
    let engine = Engine::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    std::fs::File::create(&path).unwrap().set_len(INPUT_BYTES + 1).unwrap();
    let read = ingest(&[path], &engine.catalogue, &engine.book);
    assert_eq!(places(&read.findings), ["IN-0005 "]);
}

#[test]
fn too_many_trials_are_refused() {
    let engine = Engine::new();
    let list = |from: usize| (from..=from + TRIALS / 2).map(|at| format!("D-{at}\n")).collect::<String>();
    let (first, second) = (format!("試験ID\n{}", list(0)), format!("試験ID\n{}", list(TRIALS)));
    let read = engine.read(&[("a.csv", first.as_bytes()), ("b.csv", second.as_bytes())]);
    assert_eq!(places(&read.findings), ["IN-0005 "]);
}

#[test]
fn a_claimed_count_of_strings_reserves_nothing() {
    let strings = format!("<sst uniqueCount=\"{}\"><si><t>x</t></si></sst>", SHARED_STRINGS + 1);
    assert_eq!(findings(&raw_xlsx(&page(), &[("xl/sharedStrings.xml", &strings)])), ["IN-0005 "]);
    let strings = "<sst uniqueCount=\"99999999999999999999999999\"/>";
    assert_eq!(findings(&raw_xlsx(&page(), &[("xl/sharedStrings.xml", strings)])), ["IN-0005 "]);
}

#[test]
fn entities_and_document_types_are_refused() {
    let declared = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><worksheet><sheetData/></worksheet>";
    assert_eq!(findings(&raw_xlsx_sheet(declared, &[])), ["IN-0006 "]);
    let rows = format!("{}<row r=\"2\">{}</row>", page(), cell("B2", "&b;"));
    assert_eq!(findings(&raw_xlsx(&rows, &[]))[0], "IN-0006 試験");
}

#[test]
fn a_number_that_the_reader_would_cut_is_refused() {
    for value in ["1&#50;", "1<!-- x -->2", "1<?x y?>2", "<![CDATA[12]]>"] {
        let rows = format!("{}<row r=\"2\">{}<c r=\"B2\"><v>{value}</v></c></row>", page(), cell("A2", "届出回数"));
        assert_eq!(findings(&raw_xlsx(&rows, &[])), ["IN-0006 "], "{value}");
    }
}

#[test]
fn a_cell_of_a_megabyte_and_a_text_over_the_limit_are_refused() {
    let long = "x".repeat(XML_TOKEN_BYTES + 1);
    let pieces = "<r><t>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</t></r>".repeat(30_000);
    for inside in [format!("<t>{long}</t>"), pieces] {
        let rows = format!("{}<row r=\"2\"><c r=\"B2\" t=\"inlineStr\"><is>{inside}</is></c></row>", page());
        assert_eq!(findings(&raw_xlsx(&rows, &[])), ["IN-0005 "]);
    }
    let text = "あ".repeat(TEXT_CHARS + 1);
    let rows = format!("{}<row r=\"2\">{}{}</row>", page(), cell("A2", "目的"), cell("B2", &text));
    assert_eq!(findings(&raw_xlsx(&rows, &[])), ["IN-0011 試験!B2"]);
}

#[test]
fn an_error_value_that_the_reader_does_not_know_is_an_error() {
    let rows = format!(
        "{}<row r=\"2\">{}<c r=\"B2\" t=\"e\"><v>#SPILL!</v></c></row><row r=\"3\">{}{}</row>",
        page(),
        cell("A2", "目的"),
        cell("A3", "開発の相"),
        cell("B3", "1")
    );
    let engine = Engine::new();
    let read = engine.read(&[("a.xlsx", &raw_xlsx(&rows, &[]))]);
    assert_eq!(places(&read.findings), ["IN-0045 試験!A2"]);
    assert_eq!(engine.value(&read.records[0], "trial.phase"), "1");
}

#[test]
fn a_panic_of_the_reader_ends_in_a_finding() {
    // A row number that overflows; in a release build it wraps and is read as another row.
    let rows = format!("{}<row r=\"99999999999999999999\"><c r=\"B99999999999999999999\"><v>1</v></c></row>", page());
    let found = findings(&raw_xlsx(&rows, &[]));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_cell_given_twice_is_reported() {
    let rows = format!("<row r=\"1\">{}{}{}</row>", cell("A1", "試験ID"), cell("B1", "D-1"), cell("B1", "D-2"));
    assert_eq!(findings(&raw_xlsx(&rows, &[])), ["IN-0044 試験!B1"]);
}

#[test]
fn two_entries_of_one_name_are_refused() {
    let mut bytes = raw_xlsx(&page(), &[("xl/worksheets/sheet2.xml", "<worksheet/>")]);
    let (from, to) = (b"sheet2.xml", b"sheet1.xml");
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    assert_eq!(findings(&bytes)[0], "IN-0006 ");
}

#[test]
fn a_workbook_cut_anywhere_ends_in_a_finding() {
    let engine = Engine::new();
    let whole = xlsx(&[("試験", &[&["試験ID", "D-1"]])]);
    for length in (0..whole.len()).step_by(501) {
        let read = engine.read(&[("a.xlsx", &whole[..length])]);
        assert!(!read.findings.is_empty(), "{length}");
    }
}

#[test]
fn findings_over_the_limit_are_counted() {
    let keys: String = (0..12_000).map(|at| format!("\"k{at}\":1,")).collect();
    let engine = Engine::new();
    let read = engine.read(&[("a.json", format!("{{{keys}\"trial\":{{\"id\":\"D\"}}}}").as_bytes())]);
    assert_eq!(read.findings.len(), crate::limits::FINDINGS_PER_TRIAL + 1);
    assert!(read.findings.last().unwrap().message.en.contains("2000 more"));
}

/// A row of numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

#[test]
fn no_bytes_make_the_readers_panic() {
    let engine = Engine::new();
    let mut dice = Dice(1);
    for _ in 0..300 {
        let start: &[u8] =
            [&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"{\"", b"\xEF\xBB\xBF"][dice.below(5)];
        let name = ["a.xlsx", "a.csv", "a.json", "a"][dice.below(4)];
        let length = dice.below(600);
        let bytes: Vec<u8> = (0..length).map(|_| u8::try_from(dice.below(256)).unwrap()).collect();
        engine.read(&[(name, &[start, &bytes].concat())]);
    }
}

#[test]
fn no_damage_to_a_workbook_makes_the_readers_panic() {
    let engine = Engine::new();
    let mut dice = Dice(2);
    let workbooks = [raw_xlsx(&page(), &[]), xlsx(&[("試験", &[&["試験ID", "D-1"]])])];
    for _ in 0..300 {
        let mut bytes = workbooks[dice.below(2)].clone();
        for _ in 0..=dice.below(3) {
            let at = dice.below(bytes.len());
            bytes[at] = u8::try_from(dice.below(256)).unwrap();
        }
        engine.read(&[("a.xlsx", &bytes)]);
    }
}
