//! Files made to harm end in a finding, in bounded memory, through the command itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Most memory that any input may cost, KiB.
const MEMORY: u64 = 256 << 10;

/// Checks a file; returns what was said and the peak memory in KiB.
fn check(folder: &Path, name: &str, bytes: &[u8]) -> (String, u64) {
    std::fs::write(folder.join(name), bytes).unwrap();
    let said = folder.join("said.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_todokede"))
        .args(["check", name, "--format", "json"])
        .current_dir(folder)
        .stdout(Stdio::from(std::fs::File::create(&said).unwrap()))
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let exit = loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let high = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = peak.max(high.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        if let Some(exit) = child.try_wait().unwrap() {
            break exit;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    assert_eq!(exit.code(), Some(1), "{name}");
    (std::fs::read_to_string(said).unwrap(), peak)
}

/// Makes a workbook of one sheet from its XML.
fn workbook(sheet: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="試験" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, text) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn sheet(rows: &str) -> String {
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

#[test]
fn hostile_files_end_in_a_finding_within_256_mib() {
    let folder = tempfile::tempdir().unwrap();
    let corner = sheet(
        r#"<row r="1"><c r="A1" t="inlineStr"><is><t>項目</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#,
    );
    let empty: String = (1..=1_000)
        .map(|row| {
            let cells: String = (0..1_000).map(|_| "<c s=\"0\"/>").collect();
            format!("<row r=\"{row}\">{cells}</row>")
        })
        .collect();
    let bomb = sheet(&" ".repeat(300 << 20));
    let mut cut = workbook(&sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"));
    cut.truncate(cut.len() / 2);
    // An encrypted workbook is an OLE container; this one has its signature and nothing sound behind it.
    let mut container = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    container.extend([0; 4_096]);
    let files = [
        ("corner.xlsx", workbook(&corner)),
        ("empty.xlsx", workbook(&sheet(&empty))),
        ("bomb.xlsx", workbook(&bomb)),
        ("cut.xlsx", cut),
        ("container.xlsx", container),
        ("deep.json", "[".repeat(1 << 20).into_bytes()),
        ("wide.csv", "試験ID,".repeat(1 << 20).into_bytes()),
        // Small to send, and each line a trial with everything missing.
        ("flood.csv", format!("試験ID\n{}", (0..100_000).map(|at| format!("T-{at}\n")).collect::<String>()).into_bytes()),
        ("many.csv", format!("試験ID\n{}", (0..19_000).map(|at| format!("T-{at}\n")).collect::<String>()).into_bytes()),
    ];
    for (name, bytes) in files {
        let (said, peak) = check(folder.path(), name, &bytes);
        assert!(said.contains("\"IN-"), "{name}: {said}");
        assert!(peak < MEMORY, "{name}: {peak} KiB");
    }
}
