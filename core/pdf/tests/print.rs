//! What a filing looks like as PDF, read back with the tools of poppler; and what happens where it cannot be drawn.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]
#![allow(clippy::print_stderr, reason = "a test says what it skipped")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};
use todokede_core::limits::PAPER_LINES;
use todokede_core::render::paper::{Head, Paper, PaperLine};
use todokede_core::render::printer::{NoPrinter, PrintError, Printer};
use todokede_core::run::{Engine, Outcome, Quiet, run};
use todokede_core::workbook::Layout;
use todokede_pdf::PdfPrinter;
use todokede_tests::reference::skipped;
use todokede_tests::trials::{fixture, numbered};
use todokede_tests::{build_job, record, workbook};

/// Returns a printer; nothing, and says so, where the system has no Japanese font.
fn printer(test: &str) -> Option<PdfPrinter> {
    let found = PdfPrinter::find(&[]);
    if found.is_err() {
        skipped(test, "a Japanese font");
    }
    found.ok()
}

fn engine(printer: Result<Arc<dyn Printer>, NoPrinter>) -> Engine {
    let mut engine = Engine::load(&[]).unwrap();
    engine.set_printer(printer);
    engine
}

fn build(engine: &Engine, trials: &[Value], folder: &Path, jobs: usize, draft: bool) -> Outcome {
    let input = folder.join("input.xlsx");
    let records: Vec<_> = trials.iter().map(record).collect();
    fs::write(&input, workbook(&records, Layout::List).bytes).unwrap();
    let mut job = build_job(vec![input], &folder.join("out"));
    (job.jobs, job.draft) = (jobs, draft);
    run(engine, &job, &Quiet).unwrap()
}

/// Runs a tool of poppler on a PDF; nothing when it is not installed.
fn poppler(test: &str, tool: &str, arguments: &[&str], pdf: &Path) -> Option<String> {
    let to: &[&str] = if tool == "pdftotext" { &["-"] } else { &[] };
    match Command::new(tool).args(arguments).arg(pdf).args(to).output() {
        Ok(output) => Some(String::from_utf8(output.stdout).unwrap()),
        Err(_) => {
            skipped(test, tool);
            None
        }
    }
}

fn paper(lines: Vec<PaperLine>) -> Paper {
    let pair = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let filers = vec![vec![pair("届出者の名称", "例示製薬株式会社"), pair("所在地１", "例示県例示市一丁目")]];
    let head = Head { date: pair("届出年月日", "20260401"), addressee: "例示機構理事長".to_owned(), filers };
    Paper { title: "例示".to_owned(), made: "2026-04-01".to_owned(), draft: None, head, lines }
}

fn line(depth: usize, label: &str, value: Option<&str>) -> PaperLine {
    PaperLine { depth, label: label.to_owned(), value: value.map(str::to_owned), bookmark: value.is_none() }
}

/// Draws a paper and reads its text back.
fn read(test: &str, paper: &Paper) -> Option<String> {
    let bytes = printer(test)?.print(paper).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    fs::write(&file, bytes).unwrap();
    poppler(test, "pdftotext", &["-raw"], &file)
}

#[test]
fn the_filing_is_packed_beside_its_xml_and_reads_in_order() {
    let test = "the_filing_is_packed_beside_its_xml_and_reads_in_order";
    let Some(printer) = printer(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let outcome = build(&engine(Ok(Arc::new(printer))), &[fixture("sponsor")], folder.path(), 1, false);
    let built = &outcome.built[0];
    assert!(outcome.findings.iter().all(|finding| !finding.rule.starts_with("PD-")), "{:#?}", outcome.findings);
    assert_eq!(built.files[..2], ["REIJI_DEMO-001_01.xml", "DEMO-001_01_K.pdf"]);
    let zip = built.files.iter().find(|name| name.ends_with(".zip")).unwrap();
    let zip = zip::ZipArchive::new(fs::File::open(built.folder.join(zip)).unwrap()).unwrap();
    let packed: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(packed, ["DEMO-001_01_K.pdf", "REIJI_DEMO-001_01.xml"]);
    let pdf = built.folder.join("DEMO-001_01_K.pdf");
    let Some(text) = poppler(test, "pdftotext", &["-raw"], &pdf) else { return };
    // What the XML says stands on the pages, label and value after label and value, and nothing else does.
    let tight = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let xml = todokede_tests::flat_xml::flatten(&fs::read(built.folder.join("REIJI_DEMO-001_01.xml")).unwrap());
    let said: String = xml
        .windows(2)
        .filter(|pair| pair[1].path.ends_with("/VARIABLELABEL"))
        .map(|pair| format!("{}{}", pair[1].text, pair[0].text))
        .collect();
    let body = tight(&without_page_numbers(&text));
    let body = &body[body.find("治験の計画等の届出").expect("the root's label")..];
    assert_eq!(body, tight(&said));
    let fonts = poppler(test, "pdffonts", &[], &pdf).unwrap();
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.contains(" yes yes yes ")), "embedded, subset, searchable: {fonts}");
    let info = poppler(test, "pdfinfo", &[], &pdf).unwrap();
    for said in ["Encrypted:       no", "A4", "DEMO-001_01_K_【例示製薬株式会社】", "CreationDate:"] {
        assert!(info.contains(said), "{said}: {info}");
    }
}

/// Drops the lines that are only a page's number.
fn without_page_numbers(text: &str) -> String {
    let mut pages = Vec::new();
    for (at, page) in text.trim_end_matches('\u{c}').split('\u{c}').enumerate() {
        let page = page.trim_end();
        let number = (at + 1).to_string();
        pages.push(page.strip_suffix(&number).unwrap_or_else(|| panic!("page {number} has no number: {page}")).to_owned());
    }
    pages.join("\n")
}

#[test]
fn threads_and_other_filings_do_not_change_a_byte() {
    let Some(printer) = printer("threads_and_other_filings_do_not_change_a_byte") else { return };
    let engine = engine(Ok(Arc::new(printer)));
    let pdfs = |numbers: &[usize], jobs: usize| {
        let folder = tempfile::tempdir().unwrap();
        let trials: Vec<Value> = numbers.iter().map(|number| numbered(*number, number % 3 + 1)).collect();
        let outcome = build(&engine, &trials, folder.path(), jobs, false);
        let pdf = |built: &todokede_core::run::Built| fs::read(built.folder.join("DEMO-001_01_K.pdf")).unwrap();
        outcome.built.iter().map(pdf).collect::<Vec<_>>()
    };
    let one = pdfs(&[1, 2, 3, 4, 5, 6], 1);
    assert!(one == pdfs(&[1, 2, 3, 4, 5, 6], 4));
    assert!(one[2] == pdfs(&[3], 1)[0], "a filing alone");
}

#[test]
fn a_draft_says_so_on_every_page() {
    let test = "a_draft_says_so_on_every_page";
    let Some(printer) = printer(test) else { return };
    let mut trial = fixture("sponsor");
    trial["trial"]["phase"] = json!("9");
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(Ok(Arc::new(printer)));
    assert_eq!(build(&engine, std::slice::from_ref(&trial), folder.path(), 1, false).built.len(), 0);
    let outcome = build(&engine, &[trial], folder.path(), 1, true);
    let pdf = outcome.built[0].folder.join("DRAFT_DEMO-001_01_K.pdf");
    let Some(text) = poppler(test, "pdftotext", &["-raw"], &pdf) else { return };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert!(pages.len() > 3 && pages.iter().all(|page| page.contains("下書き")), "{text}");
}

#[test]
fn without_a_printer_all_else_is_built_and_the_run_says_so_once() {
    let looked = vec!["/nowhere".to_owned()];
    for (why, rule) in [(NoPrinter::NotBuilt, "PD-0001"), (NoPrinter::NoFont { looked }, "PD-0002")] {
        let folder = tempfile::tempdir().unwrap();
        let outcome = build(&engine(Err(why)), &[numbered(1, 1), numbered(2, 1)], folder.path(), 2, false);
        assert_eq!(outcome.built.len(), 2);
        assert_eq!(outcome.findings.iter().filter(|finding| finding.rule == rule).count(), 1, "{:#?}", outcome.findings);
        assert!(outcome.built.iter().all(|built| built.files.iter().all(|name| !name.ends_with(".pdf"))));
    }
}

#[test]
fn a_folder_without_a_japanese_font_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("BIZUDGothic-Regular.ttf"), "no font").unwrap();
    let looked = vec![folder.path().display().to_string()];
    assert_eq!(PdfPrinter::find(&[folder.path().to_path_buf()]).unwrap_err(), NoPrinter::NoFont { looked });
    assert!(PdfPrinter::find(&[PathBuf::from("/nowhere")]).is_err());
}

#[test]
fn a_character_that_no_font_has_is_never_an_empty_box() {
    let Some(printer) = printer("a_character_that_no_font_has_is_never_an_empty_box") else { return };
    let error = printer.print(&paper(vec![line(0, "名称", Some("例示\u{10fffd}病院"))])).unwrap_err();
    assert!(matches!(&error, PrintError::NoGlyph { characters, .. } if characters.contains("U+10FFFD")), "{error}");
}

#[test]
fn a_filing_without_end_is_refused_before_it_costs_anything() {
    let Some(printer) = printer("a_filing_without_end_is_refused_before_it_costs_anything") else { return };
    let endless = paper(vec![line(0, "備考", Some("")); PAPER_LINES + 1]);
    assert_eq!(printer.print(&endless), Err(PrintError::TooLong { lines: PAPER_LINES + 1, limit: PAPER_LINES }));
}

#[test]
fn what_looks_like_markup_is_printed_as_it_stands() {
    let hostile = [
        "#panic(1)",
        "$ x^2 $",
        "*太字* _斜体_ `コード`",
        "= 見出し",
        "- 項目 // 注 /* 注 */",
        "<label> @ref ~ -- --- ...",
        "#read(\"/etc/passwd\")",
        "\\u{41} \\ \"引用\" 'a'",
        "https://example.com/",
    ];
    let lines = hostile.iter().map(|text| line(1, "備考", Some(text))).chain([line(1, "#let x = [", None)]).collect();
    let Some(text) = read("what_looks_like_markup_is_printed_as_it_stands", &paper(lines)) else { return };
    for wanted in hostile.iter().chain(&["#let x = ["]) {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn a_long_value_wraps_in_its_column_and_a_long_label_ends_beside_its_value() {
    let test = "a_long_value_wraps_in_its_column_and_a_long_label_ends_beside_its_value";
    let long = "長い値".repeat(200);
    let url = format!("https://example.com/{}", "x".repeat(300));
    let label = "とても長い項目名".repeat(5);
    let lines =
        vec![line(1, "目的", Some(&long)), line(1, "備考", Some(&url)), line(3, &label, Some("右の値")), line(2, "群", None)];
    let Some(printer) = printer(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    fs::write(&file, printer.print(&paper(lines)).unwrap()).unwrap();
    let Some(words) = poppler(test, "pdftotext", &["-bbox"], &file) else { return };
    // Nothing leaves the text area: A4 is 595 points wide, the margins are 25 mm.
    let number = |word: &str, name: &str| -> f64 {
        word.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let words: Vec<&str> = words.lines().filter(|line| line.contains("<word")).collect();
    for word in &words {
        assert!(number(word, "xMin") > 70.0 && number(word, "xMax") < 525.5, "{word}");
    }
    let value = words.iter().find(|word| word.contains("右の値")).unwrap();
    let of_label: Vec<f64> = words.iter().filter(|word| word.contains("項目名")).map(|word| number(word, "yMax")).collect();
    let last = of_label.iter().copied().fold(0.0, f64::max);
    assert!(of_label.len() > 1 && (number(value, "yMax") - last).abs() < 1.0, "{words:#?}");
    // The lines of a long value all start where the column does.
    let columns: Vec<f64> =
        words.iter().filter(|word| word.contains("長い値長い値長い値")).map(|word| number(word, "xMin")).collect();
    assert!(columns.len() > 10 && columns.iter().all(|x| (x - columns[0]).abs() < 1.0), "{columns:?}");
    let text = poppler(test, "pdftotext", &["-raw"], &file).unwrap().replace('\n', "");
    assert!(text.contains(&url), "a long run reads as it was written");
}
