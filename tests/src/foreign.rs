//! Filings that somebody else made: read, kept in a file of ours, and built again.

use todokede_core::as_filed::{rebuild, write};
use todokede_core::ingest::{ingest, ingest_json};
use todokede_core::read_back::read_back;
use todokede_core::workbook::{Layout, WorkbookError};

use crate::{engine, line, try_workbook};

/// What a filing is kept in on its way.
#[derive(Debug, Clone, Copy)]
pub enum Through {
    /// JSON.
    Json,
    /// A workbook.
    Workbook,
}

impl Through {
    /// Reads a filing, writes it as a file, reads that and builds it again.
    pub fn again(self, bytes: &[u8]) -> Vec<u8> {
        let engine = engine();
        let plugin = &engine.plugins["pmda-ctn"];
        let back = read_back("X_Y_01.xml", bytes, plugin, &engine.catalogue, &engine.book);
        let mut read = match self {
            Through::Json => {
                let text = back.record.to_json(&engine.catalogue).to_string();
                ingest_json("x.json", text.as_bytes(), &engine.catalogue, &engine.book)
            }
            Through::Workbook => {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("x.xlsx");
                let written = match try_workbook(std::slice::from_ref(&back.record), Layout::Trial) {
                    // A code with a separator in it is told to go through JSON (RB-0014).
                    Err(WorkbookError::Separator { .. }) => return Through::Json.again(bytes),
                    written => written.unwrap(),
                };
                std::fs::write(&path, written.bytes).unwrap();
                ingest(&[path], &engine.catalogue, &engine.book)
            }
        };
        assert_eq!(read.findings.iter().map(line).collect::<Vec<_>>(), Vec::<String>::new());
        let record = read.records.remove(0);
        write(&rebuild(&record, plugin, &engine.catalogue, &engine.book, true).unwrap(), &plugin.form.xml)
    }
}
