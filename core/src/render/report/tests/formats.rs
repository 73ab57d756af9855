//! What each format holds: every value, nothing of a masked one but its mark, no formula, the word of a draft everywhere.

use todokede_abi::report::{Block, Cell};

use super::*;

#[test]
fn the_same_report_gives_the_same_bytes() {
    let (title, report) = (title(), sample());
    let about = about(&title);
    assert_eq!(xlsx(&report, &about).unwrap(), xlsx(&report, &about).unwrap());
    assert_eq!(docx(&report, &about).unwrap(), docx(&report, &about).unwrap());
    assert_eq!(html(&report, &about).unwrap(), html(&report, &about).unwrap());
    assert_eq!(json(&report, &about).unwrap(), json(&report, &about).unwrap());
    assert_eq!(csv(&report, &about, Encoding::Utf8).unwrap(), csv(&report, &about, Encoding::Utf8).unwrap());
}

#[test]
fn every_value_is_found_in_each_format() {
    let (title, report) = (title(), sample());
    let wanted = [
        "例示疾患レジストリ 2026年 年次報告",
        "対象期間",
        "例示病院、例示大学病院",
        "登録の状況",
        "最終登録日",
        "40歳未満",
        "128",
        "39.5",
        "57.72",
        "2026-11-30",
        "非表示",
        "小数第2位までに丸めています",
        "男性",
        "101",
        "1234567890123456789",
        "-1.5",
        "0.000001",
        "-12.5",
        "3.25",
        "重篤な有害事象",
        "EX-REG-1",
        "2027-01-15",
        "年次報告",
    ];
    for (format, text) in every(&report, &about(&title)).unwrap() {
        for wanted in wanted {
            // A workbook keeps days as numbers, and shows them by a format.
            let found = match (format, wanted) {
                ("xlsx", "2026-11-30") => "<v>46356</v>",
                // JSON has numbers, not digits.
                ("json", "0.000001") => "1e-6",
                (_, wanted) => wanted,
            };
            assert!(text.contains(found), "{format}: {wanted}");
        }
    }
}

#[test]
fn rows_to_look_at_say_so_in_words() {
    let (title, report) = (title(), sample());
    for (format, text) in every(&report, &about(&title)).unwrap() {
        let wanted = if format == "json" { ["\"warning\"", "\"error\""] } else { ["要確認", "誤り"] };
        assert!(wanted.iter().all(|word| text.contains(word)), "{format}");
    }
}

#[test]
fn numbers_and_days_of_a_workbook_are_numbers_and_days_and_all_else_is_text() {
    let (title, report) = (title(), sample());
    let bytes = xlsx(&report, &about(&title)).unwrap();
    let sheets = cells(&bytes);
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..4], ["概要", "表1 年齢別の患者", "図1 年齢別の患者数", "表2 施設別の登録"]);
    let row = |sheet: usize, begins: &str| {
        let rows = &sheets[sheet].1;
        rows.iter().find(|row| row[0] == *begins).unwrap_or_else(|| panic!("{begins} in {rows:?}")).clone()
    };
    let adults = row(1, "40～64歳");
    assert_eq!(adults[1..3], [Data::Float(128.0), Data::Float(39.5)]);
    assert!(matches!(&adults[3], Data::DateTime(day) if day.as_f64() == 46357.0));
    let masked = row(1, "40歳未満");
    assert_eq!(masked[1..3], [Data::String("<10".into()), Data::String("非表示".into())]);
    assert_eq!(row(3, "例示病院")[7], Data::String("=HYPERLINK(\"x\",\"y\")".into()));
    // More digits than a spreadsheet keeps.
    assert_eq!(row(3, "例示大学病院")[1], Data::String("1234567890123456789".into()));
    assert_eq!(row(3, "<r>例示医院</r>")[7], Data::String("@SUM(A1) & \"引用\", 改行\nあり".into()));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_workbook_hides_nothing_and_prints_on_a4_across() {
    let (title, report) = (title(), sample());
    let parts = parts(&xlsx(&report, &about(&title)).unwrap());
    let part = |name: &str| &parts.iter().find(|(known, _)| known == name).unwrap().1;
    assert!(!part("xl/workbook.xml").contains("hidden"));
    assert!(!parts.iter().any(|(name, _)| name.contains("calcChain") || name.contains("externalLink")));
    for at in 1..=6 {
        let sheet = part(&format!("xl/worksheets/sheet{at}.xml"));
        assert!(sheet.contains("paperSize=\"9\"") && sheet.contains("orientation=\"landscape\""), "{at}");
        assert_eq!(sheet.contains("state=\"frozen\""), at > 1);
    }
    // Every name stands for the repeated row of a sheet that is there.
    let book = part("xl/workbook.xml");
    assert_eq!(book.matches("<definedName ").count(), 5);
    assert_eq!(book.matches("_xlnm.Print_Titles").count(), 5);
    // No time but the day of the run.
    assert!(part("docProps/core.xml").contains("2027-01-15T00:00:00Z"));
}

#[test]
fn no_chart_is_drawn_from_masked_values() {
    let (title, mut report) = (title(), sample());
    let charts = |report: &Report| {
        let parts = parts(&xlsx(report, &about(&title)).unwrap());
        parts.into_iter().filter(|(name, _)| name.starts_with("xl/charts/chart")).map(|(_, text)| text).collect::<Vec<_>>()
    };
    let drawn = charts(&report);
    assert_eq!(drawn.len(), 1);
    assert!(drawn[0].contains("-12.5") && !drawn[0].contains("101"));
    for block in &mut report.blocks {
        if let Block::Chart(chart) = block {
            chart.series[0].values[0] = Cell::Masked { masked: "<10".into() };
        }
    }
    assert!(charts(&report).is_empty());
}

#[test]
fn a_masked_value_is_its_mark_and_nothing_else() {
    let (title, report) = (title(), sample());
    let page = String::from_utf8(html(&report, &about(&title)).unwrap()).unwrap();
    assert!(page.contains("<td class=\"number\"><span class=\"masked\">&lt;10</span></td>"));
    // The bar of a masked value has one length, and what is drawn does not change with the mark.
    assert!(page.contains("width=\"30\" height=\"16\" fill=\"url(#chart-1-masked)\""));
    let other: Report = serde_json::from_str(&SAMPLE.replace("\"<10\"", "\"***\"")).unwrap();
    let others = String::from_utf8(html(&other, &about(&title)).unwrap()).unwrap();
    let without = |page: &str| page.replace("&lt;10", "").replace("***", "");
    assert_eq!(without(&page), without(&others));
}

#[test]
fn what_a_plugin_adds_to_a_masked_value_is_not_read() {
    let (title, report) = (title(), sample());
    let text = SAMPLE.replace("{ \"masked\": \"<10\" }", "{ \"masked\": \"<10\", \"value\": 777555 }");
    let other: Report = serde_json::from_str(&text).unwrap();
    assert_eq!(other, report);
    for (format, text) in every(&other, &about(&title)).unwrap() {
        assert!(!text.contains("777555"), "{format}");
    }
}

#[test]
fn a_draft_says_so_on_every_sheet_and_page() {
    let (title, report) = (title(), sample());
    let (fair, draft) = (about(&title), About { draft: true, ..about(&title) });
    for ((format, fair), (_, draft)) in every(&report, &fair).unwrap().into_iter().zip(every(&report, &draft).unwrap()) {
        let word = if format == "json" { "\"draft\": true" } else { "下書き" };
        assert!(draft.contains(word) && !fair.contains(word), "{format}");
    }
    let book = xlsx(&report, &draft).unwrap();
    for (name, rows) in cells(&book) {
        assert!(rows[1][0].to_string().starts_with("【下書き】"), "{name}");
    }
    let sheets = parts(&book).into_iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
    assert!(sheets.map(|(_, text)| text).all(|sheet| sheet.contains("<oddHeader>&amp;R&amp;\"-,Bold\"下書き</oddHeader>")));
    // Both sections of the document, upright and across, have the header.
    let parts = parts(&docx(&report, &draft).unwrap());
    let part = |name: &str| &parts.iter().find(|(known, _)| known == name).unwrap().1;
    let document = part("word/document.xml");
    assert!(document.contains("landscape"));
    assert_eq!(document.matches("<w:sectPr>").count(), document.matches("<w:headerReference").count());
    assert!(part("word/header1.xml").contains("下書き"));
}

#[test]
fn tables_of_a_document_repeat_their_head_and_set_figures_to_the_right() {
    let (title, report) = (title(), sample());
    let parts = parts(&docx(&report, &about(&title)).unwrap());
    let document = &parts.iter().find(|(name, _)| name == "word/document.xml").unwrap().1;
    assert_eq!(document.matches("<w:tblHeader/>").count(), 5);
    let cell = document.split("<w:tc>").find(|cell| cell.contains(">57.72<")).unwrap();
    assert!(cell.contains("<w:jc w:val=\"right\"/>"));
}

#[test]
fn each_table_has_a_file_in_an_encoding_that_was_asked_for() {
    let (title, report) = (title(), sample());
    let files = csv(&report, &about(&title), Encoding::Utf8).unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["_overview", "patients", "_chart-1", "sites", "_chart-2", "none"]);
    let text = String::from_utf8(files[1].bytes.clone()).unwrap();
    assert!(text.starts_with("\u{feff}年齢,人数,割合（%）,最終登録日,確認\r\n40歳未満,<10,非表示,2026-03-31,\r\n"));
    assert!(String::from_utf8(files[3].bytes.clone()).unwrap().contains("7,9,14,\"'=HYPERLINK("));
    let sjis = csv(&report, &about(&title), Encoding::ShiftJis);
    // The dash of the facts is not in Shift_JIS.
    let Err(RenderError::Encoding { unfit, more, .. }) = sjis else { panic!("{sjis:?}") };
    assert_eq!((unfit, more), (vec![("_overview.csv, line 3, column 3".to_owned(), '–')], false));
    let fits: Report = serde_json::from_str(&SAMPLE.replace('–', "～")).unwrap();
    let files = csv(&fits, &about(&title), Encoding::ShiftJis).unwrap();
    let (text, _, wrong) = encoding_rs::SHIFT_JIS.decode(&files[1].bytes);
    assert!(!wrong && text.starts_with("年齢,人数,割合（%）"));
}

#[test]
fn a_page_runs_nothing_and_fetches_nothing() {
    let (title, mut report) = (title(), sample());
    report.blocks.push(Block::Paragraph("</p><script>alert(1)</script><img src=x onerror=alert(1)>".into()));
    let page = String::from_utf8(html(&report, &about(&title)).unwrap()).unwrap();
    assert!(page.contains("default-src &#39;none&#39;"));
    for bad in ["<script", "<img", "http:", "https:", "url(\"", "@import", "<link"] {
        assert!(!page.contains(bad), "{bad}");
    }
    assert!(page.contains("<caption>年齢別の患者</caption>") && page.contains("<th scope=\"row\">65歳以上</th>"));
    assert!(page.contains("role=\"img\" aria-labelledby=\"chart-1-title chart-1-desc\""));
}

#[test]
fn json_is_read_back_as_the_report() {
    let (title, report) = (title(), sample());
    let file: serde_json::Value = serde_json::from_slice(&json(&report, &about(&title)).unwrap()).unwrap();
    assert_eq!(file["schema"], SCHEMA);
    assert_eq!(file["about"]["plugin"]["title"]["en"], "Yearly report");
    assert_eq!(serde_json::from_value::<Report>(file["report"].clone()).unwrap(), report);
}

#[test]
fn every_word_is_there_in_both_languages() {
    let words = super::super::words::load().unwrap();
    assert!(words.len() > 25);
    for (id, text) in &words {
        assert!(!text.ja.is_empty() && !text.en.is_empty(), "{id}");
    }
}
