//! Large tables of made-up patients, written row by row, and how much memory reading them took.

use std::convert::Infallible;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use todokede_core::files::Files;
use todokede_core::model::RuleBook;
use todokede_core::tables::gate::{Gate, Identifiers};
use todokede_core::tables::{Event, Flow, TableSpec, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TITLES: [&str; 10] = ["登録番号", "製品", "性別", "年齢", "施用日", "施設コード", "転帰", "転帰日", "ロット番号", "備考"];

/// One of the ten values of a row; the same in every run.
fn value(row: usize, column: usize) -> String {
    let pick = |words: [&str; 4]| words[row * 7 % 4].to_owned();
    match column {
        0 => format!("R-{row:07}"),
        1 => pick(["例示再生医療製品A", "例示再生医療製品B", "例示再生医療製品C", "例示再生医療製品D"]),
        2 => pick(["女", "男", "女", "不明"]),
        3 => (row * 31 % 90).to_string(),
        4 => format!("202{}-{:02}-{:02}", row % 6, row % 12 + 1, row % 28 + 1),
        5 => format!("S{:04}", row % 300),
        6 => pick(["軽快", "不変", "死亡", "回復"]),
        7 => format!("202{}-{:02}-{:02}", row % 6, row % 12 + 1, row % 28 + 1),
        8 => format!("LOT-{:05}", row % 5_000),
        _ => pick(["", "特記なし", "術後7日目に発熱あり", ""]),
    }
}

/// Writes a CSV.
pub fn csv(path: &Path, rows: usize) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "{}", TITLES.join(",")).unwrap();
    for row in 0..rows {
        for column in 0..TITLES.len() {
            write!(file, "{}{}", if column == 0 { "" } else { "," }, value(row, column)).unwrap();
        }
        writeln!(file).unwrap();
    }
}

/// Writes a workbook as Excel does: every text shared, the days as numbers with a format.
pub fn xlsx(path: &Path, rows: usize) {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).unwrap()));
    let mut part = |name: &str, text: &mut dyn FnMut(&mut dyn Write)| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        let mut buffered = BufWriter::with_capacity(1 << 16, &mut zip);
        text(&mut buffered);
        buffered.flush().unwrap();
    };
    part("[Content_Types].xml", &mut |file| write!(file, "<Types/>").unwrap());
    part("xl/workbook.xml", &mut |file| {
        write!(file, "<workbook xmlns:r=\"r\"><sheets><sheet name=\"患者\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")
            .unwrap();
    });
    part("xl/_rels/workbook.xml.rels", &mut |file| {
        for (id, name) in [("rId1", "worksheet"), ("rId2", "sharedStrings"), ("rId3", "styles")] {
            let open = if id == "rId1" { "<Relationships>" } else { "" };
            write!(file, "{open}<Relationship Id=\"{id}\" Type=\"http://x/{name}\" Target=\"{name}.xml\"/>").unwrap();
        }
        write!(file, "</Relationships>").unwrap();
    });
    part("xl/styles.xml", &mut |file| {
        write!(file, "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>").unwrap();
    });
    // Five of the columns are texts; those that repeat are written once for each row too, the worst that a writer may do.
    let texts = [0, 1, 2, 5, 8];
    part("xl/sharedStrings.xml", &mut |file| {
        write!(file, "<sst>").unwrap();
        TITLES.iter().for_each(|title| write!(file, "<si><t>{title}</t></si>").unwrap());
        for row in 0..rows {
            write!(file, "<si><t>{}</t></si>", value(row, 0)).unwrap();
        }
        for row in 0..5_000 {
            texts.iter().skip(1).for_each(|column| write!(file, "<si><t>{}</t></si>", value(row, *column)).unwrap());
        }
        write!(file, "</sst>").unwrap();
    });
    part("xl/worksheet.xml", &mut |file| {
        write!(file, "<worksheet><sheetData><row r=\"1\">").unwrap();
        for (at, letter) in ('A'..='J').enumerate() {
            write!(file, "<c r=\"{letter}1\" t=\"s\"><v>{at}</v></c>").unwrap();
        }
        write!(file, "</row>").unwrap();
        for row in 0..rows {
            let number = row + 2;
            write!(file, "<row r=\"{number}\" spans=\"1:10\">").unwrap();
            for (column, letter) in ('A'..='J').enumerate() {
                let shared = 10 + rows + row % 5_000 * 4;
                match column {
                    0 => write!(file, "<c r=\"A{number}\" t=\"s\"><v>{}</v></c>", 10 + row).unwrap(),
                    1 | 2 => write!(file, "<c r=\"{letter}{number}\" t=\"s\"><v>{}</v></c>", shared + column - 1).unwrap(),
                    5 => write!(file, "<c r=\"{letter}{number}\" t=\"s\"><v>{}</v></c>", shared + 2).unwrap(),
                    8 => write!(file, "<c r=\"{letter}{number}\" t=\"s\"><v>{}</v></c>", shared + 3).unwrap(),
                    4 | 7 => write!(file, "<c r=\"{letter}{number}\" s=\"1\"><v>{}</v></c>", 45_000 + row % 1_000).unwrap(),
                    3 => write!(file, "<c r=\"{letter}{number}\"><v>{}</v></c>", row * 31 % 90).unwrap(),
                    _ => write!(file, "<c r=\"{letter}{number}\" t=\"inlineStr\"><is><t>{}</t></is></c>", value(row, column))
                        .unwrap(),
                }
            }
            write!(file, "</row>").unwrap();
        }
        write!(file, "</sheetData></worksheet>").unwrap();
    });
    zip.finish().unwrap().flush().unwrap();
}

/// What reads tables.
pub struct Engine {
    book: RuleBook,
    identifiers: Identifiers,
}

impl Engine {
    pub fn new() -> Engine {
        let forms = Files::embedded("forms");
        Engine { book: RuleBook::load(&forms).unwrap(), identifiers: Identifiers::load(&forms).unwrap() }
    }

    /// Reads a file, through the gate or without it, and returns its rows.
    pub fn read(&self, path: &Path, gated: bool) -> u64 {
        let mut gate = Gate::new(&self.identifiers);
        let mut cells = 0;
        let spec = TableSpec { id: "patients".to_owned(), file: "big".to_owned(), source: 0 };
        let read = read::<Infallible>(path, &spec, &self.book, &mut |event| {
            match event {
                Event::Table(table) => gate.table(table),
                Event::Above(row, column, text) => gate.above(row, column, text),
                Event::Rows(batch) => {
                    cells += batch.rows.iter().map(|row| row.1.len()).sum::<usize>();
                    if gated {
                        return Ok(gate.rows(batch));
                    }
                }
            }
            Ok(Flow::On)
        })
        .unwrap();
        let findings = gate.finish(&self.book);
        assert!(read.findings.is_empty() && findings.is_empty() && !read.stopped, "{:?} {findings:?}", read.findings);
        assert_eq!(cells as u64, read.rows * TITLES.len() as u64);
        read.rows
    }
}

/// Returns the most memory that this process ever held, MiB; nothing where the system does not say.
pub fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1_024)
}
