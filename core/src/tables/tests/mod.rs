//! Tables as systems export them and as attackers make them, and what becomes of them.

mod delimited;
mod hostile;
mod workbooks;

use std::io::{Cursor, Write};

use todokede_abi::Table;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Event, Flow, Read, TableSpec, read};
use crate::files::Files;
use crate::model::{Finding, RuleBook};

/// What came of a file.
struct Seen {
    tables: Vec<Table>,
    /// Number and cells of each row, by table.
    rows: Vec<Vec<(u64, Vec<String>)>>,
    batches: usize,
    read: Read,
}

impl Seen {
    /// Findings as `rule sheet!cell:line`.
    fn said(&self) -> Vec<String> {
        self.read.findings.iter().map(said).collect()
    }

    /// The rows of the only table, cells joined by bars.
    fn lines(&self) -> Vec<String> {
        assert_eq!(self.rows.len(), 1, "{:?}", self.said());
        self.rows[0].iter().map(|(number, cells)| format!("{number}: {}", cells.join("|"))).collect()
    }
}

fn said(finding: &Finding) -> String {
    let at = &finding.at;
    let sheet = if at.sheet.is_empty() { String::new() } else { format!("{}!", at.sheet) };
    let line = if at.line.is_empty() { String::new() } else { format!(":{}", at.line) };
    format!("{} {sheet}{}{line}", finding.rule, at.cell).trim_end().to_owned()
}

fn look(name: &str, bytes: &[u8]) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    look_at(&path)
}

fn look_at(path: &std::path::Path) -> Seen {
    let book = RuleBook::load(&Files::embedded("forms")).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let spec = TableSpec { id: "patients".to_owned(), file: name, source: 3 };
    let (mut tables, mut rows, mut batches) = (Vec::new(), Vec::<Vec<(u64, Vec<String>)>>::new(), 0);
    let read = read::<String>(path, &spec, &book, &mut |event| {
        match event {
            Event::Table(table) => {
                tables.push(table.clone());
                rows.push(Vec::new());
            }
            Event::Above(..) => {}
            Event::Rows(batch) => {
                batches += 1;
                let all = batch.rows.iter().map(|row| (row.0, row.1.iter().map(|cell| cell.0.to_string()).collect()));
                rows.last_mut().unwrap().extend(all);
            }
        }
        Ok(Flow::On)
    })
    .unwrap();
    for finding in &read.findings {
        let rule = book.get(&finding.rule).unwrap_or_else(|| panic!("{} is not in the rule book", finding.rule));
        assert!(!rule.why.is_empty() && !rule.fix.is_empty());
        for text in [&finding.message.ja, &finding.message.en, &finding.fix.ja, &finding.fix.en] {
            assert!(!text.contains('{'), "{}: a hole is not filled: {text}", finding.rule);
        }
        assert_eq!(finding.at.file, spec.file);
    }
    assert_eq!(read.sources as usize, tables.len());
    assert_eq!(read.rows as usize, rows.iter().map(Vec::len).sum::<usize>());
    Seen { tables, rows, batches, read }
}

/// Makes an archive of named texts.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Makes a workbook with one sheet of this XML inside `worksheet`, and further parts.
fn raw_xlsx(sheet: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let main = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"患者\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    let relations = "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
                     <Relationship Id=\"rId2\" Type=\"http://x/sharedStrings\" Target=\"sharedStrings.xml\"/>\
                     <Relationship Id=\"rId3\" Type=\"http://x/styles\" Target=\"styles.xml\"/></Relationships>";
    let sheet = format!("<worksheet>{sheet}</worksheet>");
    let mut all = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("xl/workbook.xml", main),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    all.extend(parts);
    archive(&all)
}

/// A cell with a text of its own.
fn cell(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A header `a | b` in the first row.
fn header() -> String {
    format!("<row r=\"1\">{}{}</row>", cell("A1", "a"), cell("B1", "b"))
}

#[test]
fn the_error_of_the_receiver_comes_back_and_a_stop_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, format!("a,b\n{}", "1,2\n".repeat(20_000))).unwrap();
    let book = RuleBook::load(&Files::embedded("forms")).unwrap();
    let spec = TableSpec { id: "t".to_owned(), file: "a.csv".to_owned(), source: 0 };
    let failed = read(&path, &spec, &book, &mut |event| match event {
        Event::Table(_) => Ok(Flow::On),
        Event::Above(..) => Ok(Flow::On),
        Event::Rows(_) => Err("gone"),
    });
    assert_eq!(failed.err(), Some("gone"));
    let read = read::<()>(&path, &spec, &book, &mut |event| match event {
        Event::Table(_) => Ok(Flow::On),
        Event::Above(..) => Ok(Flow::On),
        Event::Rows(_) => Ok(Flow::Stop),
    });
    let read = read.unwrap();
    assert!(read.stopped && read.rows == 4_096 && read.findings.is_empty());
}

#[test]
fn a_place_says_the_line_of_a_text_table() {
    use super::place;
    use crate::model::Lang;
    let table = Table { file: "a.csv".to_owned(), ..Table::default() };
    assert_eq!(place(&table, 7, Some(2)).display(Lang::Ja), "a.csv › C7 › 7");
    assert_eq!(place(&table, 7, None).display(Lang::Ja), "a.csv › 7");
    let table = Table { file: "a.xlsx".to_owned(), sheet: "患者".to_owned(), ..Table::default() };
    assert_eq!(place(&table, 7, Some(2)).display(Lang::Ja), "a.xlsx › 患者 › C7");
    assert_eq!(place(&table, 0, None).display(Lang::Ja), "a.xlsx › 患者");
}
