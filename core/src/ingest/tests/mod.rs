//! Inputs as people, programs and attackers make them, and what becomes of them.

mod child_rows;
mod files;
mod hostile;
mod json_input;
mod lists;
mod old_formats;
mod pages;

use std::io::{Cursor, Write};
use std::path::PathBuf;

use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Ingested, ingest};
use crate::files::Files;
use crate::model::{Catalogue, Finding, Record, RuleBook, Scalar};

struct Engine {
    catalogue: Catalogue,
    book: RuleBook,
}

impl Engine {
    fn new() -> Engine {
        let forms = Files::embedded("forms");
        Engine { catalogue: Catalogue::load(&forms).unwrap(), book: RuleBook::load(&forms).unwrap() }
    }

    /// Reads files of those names and contents.
    fn read(&self, files: &[(&str, &[u8])]) -> Ingested {
        let folder = tempfile::tempdir().unwrap();
        let mut paths: Vec<PathBuf> = Vec::new();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, bytes).unwrap();
            paths.push(path);
        }
        let mut ingested = ingest(&paths, &self.catalogue, &self.book);
        for finding in &ingested.findings {
            assert!(self.book.get(&finding.rule).is_some(), "{} is not in the rule book", finding.rule);
            for text in [&finding.message.ja, &finding.message.en, &finding.fix.ja, &finding.fix.en] {
                assert!(!text.contains('{'), "{}: a hole is not filled: {text}", finding.rule);
            }
        }
        ingested.findings.retain(|finding| finding.rule != CSV_NOTE);
        ingested
    }

    fn read_xlsx(&self, sheets: &[(&str, &[&[&str]])]) -> Ingested {
        self.read(&[("a.xlsx", &xlsx(sheets))])
    }

    /// Returns a value of the record as it reads, empty when it is blank.
    fn value(&self, record: &Record, field: &str) -> String {
        let leaf = record.root.leaf(self.catalogue.field_ix(field).unwrap());
        leaf.map_or_else(String::new, |leaf| shown(&leaf.value))
    }

    /// Returns a value of every row of a list, in order.
    fn column(&self, rows: &[crate::model::Row], field: &str) -> Vec<String> {
        let field = self.catalogue.field_ix(field).unwrap();
        rows.iter().map(|row| row.leaf(field).map_or_else(String::new, |leaf| shown(&leaf.value))).collect()
    }

    fn rows<'a>(&self, row: &'a crate::model::Row, list: &str) -> &'a [crate::model::Row] {
        row.rows(self.catalogue.scope_ix(list).unwrap())
    }
}

/// Said of every text table; a test of its own looks for it.
const CSV_NOTE: &str = "IN-0071";

fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => text.to_string(),
        Scalar::Date(text) => format!("date:{text}"),
        Scalar::Bool(value) => format!("bool:{value}"),
        Scalar::Number { value, padded } => format!("number:{value}/{padded}"),
    }
}

/// Writes each finding as `rule cell`, sorted.
fn places(findings: &[Finding]) -> Vec<String> {
    let mut places: Vec<String> = findings
        .iter()
        .map(|finding| {
            let at = &finding.at;
            format!("{} {}{}{}{}", finding.rule, at.sheet, if at.cell.is_empty() { "" } else { "!" }, at.cell, at.pointer)
        })
        .collect();
    places.sort();
    places
}

fn none(findings: &[Finding]) {
    let said: Vec<_> = findings.iter().map(|finding| (&finding.rule, &finding.at, &finding.message.en)).collect();
    assert!(said.is_empty(), "{said:#?}");
}

/// Makes a workbook of texts; an empty text makes no cell.
fn xlsx(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (col, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(u32::try_from(row).unwrap(), u16::try_from(col).unwrap(), *text).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// Makes an archive of named texts.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Makes a workbook with the sheet 試験 from the XML of its rows, and more parts.
fn raw_xlsx(sheet_data: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{sheet_data}</sheetData></worksheet>");
    raw_xlsx_sheet(&sheet, more)
}

fn raw_xlsx_sheet(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let package = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{RELATIONSHIPS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns:r=\"{RELATIONSHIPS}\"><sheets><sheet name=\"試験\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let rels = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{RELATIONSHIPS}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let mut parts = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", package.as_str()),
        ("xl/workbook.xml", book.as_str()),
        ("xl/_rels/workbook.xml.rels", rels.as_str()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    parts.extend_from_slice(more);
    archive(&parts)
}

/// Writes a cell with its text in place.
fn cell(name: &str, text: &str) -> String {
    format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn every_rule_of_the_book_is_used_and_worded_in_both_languages() {
    let book = RuleBook::load(&Files::embedded("forms")).unwrap();
    let sources = [
        include_str!("../assemble.rs"),
        include_str!("../delimited.rs"),
        include_str!("../guard.rs"),
        include_str!("../json.rs"),
        include_str!("../json_record.rs"),
        include_str!("../layout.rs"),
        include_str!("../leaf.rs"),
        include_str!("../mod.rs"),
        include_str!("../page.rs"),
        include_str!("../recognise.rs"),
        include_str!("../report.rs"),
        include_str!("../sheet.rs"),
        include_str!("../table.rs"),
        include_str!("../workbook.rs"),
        include_str!("../xlsx.rs"),
    ];
    for rule in book.iter().filter(|rule| rule.id.starts_with("IN-")) {
        assert!(sources.iter().any(|source| source.contains(&format!("\"{}\"", rule.id))), "{} is never used", rule.id);
        for text in [&rule.message, &rule.fix] {
            assert!(!text.ja.is_empty() && !text.en.is_empty(), "{}", rule.id);
        }
    }
}
