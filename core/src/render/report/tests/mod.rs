//! Tests of reports: a small one in every format, limits, and whatever else a plugin may answer.

mod any;
mod formats;
mod golden;
mod limits;

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use todokede_abi::Report;

use super::*;

const SAMPLE: &str = include_str!("sample.json");

fn sample() -> Report {
    serde_json::from_str(SAMPLE).unwrap()
}

fn title() -> Text {
    Text::new("年次報告", "Yearly report")
}

fn about(title: &Text) -> About<'_> {
    let (submission, built, trial) = ("2026年 年次報告", "2027-01-15", "EX-REG-1");
    About { lang: Lang::Ja, draft: false, submission, built, trial, title, version: "1" }
}

/// Writes a report in every format, each as the texts of its parts.
fn every(report: &Report, about: &About) -> Result<Vec<(&'static str, String)>, RenderError> {
    let zipped = |bytes: Vec<u8>| parts(&bytes).into_iter().map(|(_, text)| text).collect::<String>();
    let csv = csv(report, about, Encoding::Utf8)?;
    let csv = csv.into_iter().map(|file| String::from_utf8(file.bytes).unwrap()).collect();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ok(vec![
        ("xlsx", zipped(xlsx(report, about)?)),
        ("csv", csv),
        ("html", text(html(report, about)?)),
        ("docx", zipped(docx(report, about)?)),
        ("json", text(json(report, about)?)),
    ])
}

/// Returns the parts of a packed file by name.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let read = |at: usize| {
        let mut file = archive.by_index(at).unwrap();
        let mut text = String::new();
        let name = file.name().unwrap().into_owned();
        file.read_to_string(&mut text).unwrap();
        (name, text)
    };
    (0..zip::ZipArchive::new(Cursor::new(bytes)).unwrap().len()).map(read).collect()
}

/// Returns the cells of all sheets from the first one.
fn cells(bytes: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let names = book.sheet_names();
    let rows = |name: &String| {
        let range = book.worksheet_range(name).unwrap();
        // A range begins at the first cell that holds something.
        let whole = range.end().map(|end| range.range((0, 0), end)).unwrap_or_default();
        (name.clone(), whole.rows().map(<[Data]>::to_vec).collect())
    };
    names.iter().map(rows).collect()
}
