//! Text tables.

use encoding_rs::SHIFT_JIS;

use super::*;
use crate::limits::{TABLE_BATCH_ROWS, TABLE_CELL_CHARS, TABLE_COLUMNS, TABLE_HEADER_ROWS, TABLE_ROW_BYTES, TABLE_ROWS};

const TEXT: &str = "登録番号,性別,備考\nR-1,女,表とソ、能力\nR-2,男,\n";

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn every_encoding_gives_the_same_rows() {
    let wanted = look("a.csv", TEXT.as_bytes()).lines();
    assert_eq!(wanted, ["2: R-1|女|表とソ、能力", "3: R-2|男|"]);
    let with_mark = format!("\u{FEFF}{TEXT}");
    let sjis = SHIFT_JIS.encode(TEXT).0;
    for bytes in [
        with_mark.as_bytes(),
        &sjis,
        &utf16(TEXT, true),
        &utf16(TEXT, false),
        TEXT.replace('\n', "\r\n").as_bytes(),
        TEXT.replace('\n', "\r").as_bytes(),
    ] {
        let seen = look("a.csv", bytes);
        assert_eq!(seen.lines(), wanted);
        assert_eq!(seen.tables[0].columns, ["登録番号", "性別", "備考"]);
        assert!(seen.said().is_empty(), "{:?}", seen.said());
    }
}

#[test]
fn every_delimiter_is_read() {
    let wanted = look("a.csv", TEXT.as_bytes()).lines();
    for delimiter in ["\t", ";"] {
        assert_eq!(look("a.csv", TEXT.replace(',', delimiter).as_bytes()).lines(), wanted);
    }
}

#[test]
fn a_table_says_where_it_stands() {
    let seen = look("a.csv", "登録患者一覧\n\n登録番号,性別\nR-1,女\n".as_bytes());
    let wanted = Table {
        id: "patients".to_owned(),
        source: 3,
        file: "a.csv".to_owned(),
        sheet: String::new(),
        header: 3,
        columns: vec!["登録番号".to_owned(), "性別".to_owned()],
    };
    assert_eq!(seen.tables, [wanted]);
    assert_eq!(seen.lines(), ["4: R-1|女"]);
}

#[test]
fn rows_have_the_number_of_the_line_on_which_they_start() {
    let text = "a,b\n\n\"x\ny\",1\r\n , \n\"say \"\"hi\"\"\",\"2\"\n\"q\"x,3";
    let seen = look("a.csv", text.as_bytes());
    assert_eq!(seen.lines(), ["3: x\ny|1", "6: say \"hi\"|2", "7: qx|3"]);
}

#[test]
fn short_rows_are_filled_and_long_ones_are_found() {
    let seen = look("a.csv", "a,b,,\n1\n1,2,,\n1,2,3\n4,5,,6\n".as_bytes());
    assert_eq!(seen.lines(), ["2: 1|", "3: 1|2", "4: 1|2", "5: 4|5"]);
    assert_eq!(seen.said(), ["TB-0012 C4:4"]);
    assert!(seen.read.findings[0].message.en.starts_with("2 rows"));
}

#[test]
fn what_crosses_the_pieces_that_are_read_is_whole() {
    // Rows of many lengths, so that line ends, quotation marks and characters of three bytes fall on every boundary.
    let mut text = String::from("番号,値\r\n");
    let mut wanted = Vec::new();
    for row in 0..30_000_usize {
        let value = "あ\"い,\n".repeat(row % 7);
        text.push_str(&format!("{row},\"{}\"\r\n", value.replace('"', "\"\"")));
        wanted.push((row.to_string(), if value.trim().is_empty() { String::new() } else { value }));
    }
    for bytes in [text.as_bytes(), &SHIFT_JIS.encode(&text).0, &utf16(&text, true)] {
        let seen = look("a.csv", bytes);
        assert!(seen.said().is_empty());
        assert!(seen.batches > 30_000 / TABLE_BATCH_ROWS);
        assert_eq!(seen.rows[0].len(), wanted.len());
        for ((_, cells), (number, value)) in seen.rows[0].iter().zip(&wanted) {
            assert_eq!((&cells[0], &cells[1]), (number, value));
        }
    }
}

#[test]
fn a_character_of_another_encoding_far_down_is_found_in_its_line() {
    let far = "R-1,女\n".repeat(60_000);
    let mut bytes = format!("登録番号,性別\n{far}").into_bytes();
    bytes.extend_from_slice(&SHIFT_JIS.encode("R-2,男\n").0);
    let seen = look("a.csv", &bytes);
    assert_eq!(seen.said(), ["TB-0008 :60002"]);
    assert!(seen.read.findings[0].message.ja.contains("UTF-8"));
    // The other way round.
    let mut bytes = SHIFT_JIS.encode(&format!("登録番号,性別\n{far}")).0.into_owned();
    bytes.extend_from_slice("R-2,\u{FFFD}男\n".as_bytes());
    assert_eq!(look("a.csv", &bytes).said(), ["TB-0008 :60002"]);
}

#[test]
fn the_encoding_is_told_where_the_first_character_beyond_ascii_stands() {
    let far = "R-1,F,\n".repeat(60_000);
    let text = format!("id,sex,note\n{far}R-2,M,表\n");
    for bytes in [text.as_bytes(), &SHIFT_JIS.encode(&text).0] {
        let seen = look("a.csv", bytes);
        assert_eq!(seen.rows[0].last().unwrap().1, ["R-2", "M", "表"]);
    }
}

#[test]
fn encodings_that_are_not_read_are_named() {
    let euc = encoding_rs::EUC_JP.encode("登録番号,性別\nえ-1,女性であることを確認\n").0.into_owned();
    let jis = encoding_rs::ISO_2022_JP.encode("登録番号,性別\n").0.into_owned();
    for (bytes, name) in [(euc, "EUC-JP"), (jis, "ISO-2022-JP")] {
        let seen = look("a.csv", &bytes);
        assert_eq!(seen.said(), ["TB-0007"], "{name}");
        assert!(seen.read.findings[0].message.ja.contains(name));
    }
    assert_eq!(look("a.csv", b"a,b\n1,\0\n").said(), ["TB-0002"]);
    // Half-width kana in Shift_JIS are no EUC-JP.
    let kana = SHIFT_JIS.encode("登録番号,事象\nR-1,ｼｮｯｸ\nR-2,ﾊﾂﾈﾂ\n").0.into_owned();
    assert_eq!(look("a.csv", &kana).lines(), ["2: R-1|ｼｮｯｸ", "3: R-2|ﾊﾂﾈﾂ"]);
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_found_where_it_opens() {
    assert_eq!(look("a.csv", b"a,b\n1,2\n3,\"4\n5,6\n").said(), ["TB-0009 :3"]);
    assert_eq!(look("a.csv", b"a,b\n1,2\n\"x\ny\",\"4\n5,6\n").said(), ["TB-0009 :4"]);
    let long = format!("a,b\n1,2\n3,\"{}", "5,6\n".repeat(TABLE_ROW_BYTES / 4 + 100_000));
    assert_eq!(look("a.csv", long.as_bytes()).said(), ["TB-0004 :3"]);
}

#[test]
fn limits_are_reached() {
    let wide = |columns: usize| format!("{}\n1\n", (0..columns).map(|at| format!("c{at}")).collect::<Vec<_>>().join(","));
    assert!(look("a.csv", wide(TABLE_COLUMNS).as_bytes()).said().is_empty());
    assert_eq!(look("a.csv", wide(TABLE_COLUMNS + 1).as_bytes()).said(), ["TB-0004 :1"]);
    let long = |characters: usize| format!("a,b\n1,{}\n", "あ".repeat(characters));
    assert!(look("a.csv", long(TABLE_CELL_CHARS).as_bytes()).said().is_empty());
    let seen = look("a.csv", long(TABLE_CELL_CHARS + 1).as_bytes());
    assert_eq!((seen.said(), seen.lines()), (vec!["TB-0013 B2:2".to_owned()], vec!["2: 1|".to_owned()]));
    let deep = |lines: u64| format!("{}a,b\n1,2\n", "x\n".repeat(usize::try_from(lines).unwrap()));
    assert!(look("a.csv", deep(TABLE_HEADER_ROWS - 1).as_bytes()).said().is_empty());
    assert_eq!(look("a.csv", deep(TABLE_HEADER_ROWS).as_bytes()).said(), ["TB-0010"]);
}

#[test]
fn more_rows_than_the_limit_are_refused() {
    let rows = usize::try_from(TABLE_ROWS).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, format!("a,b\n{}", "1,\n".repeat(rows + 1))).unwrap();
    let book = RuleBook::load(&Files::embedded("forms")).unwrap();
    let spec = TableSpec { id: "t".to_owned(), file: "a.csv".to_owned(), source: 0 };
    let read = read::<()>(&path, &spec, &book, &mut |_| Ok(Flow::On)).unwrap();
    assert_eq!(read.findings.iter().map(said).collect::<Vec<_>>(), [format!("TB-0004 :{}", rows + 2)]);
}

#[test]
fn a_file_without_a_table_is_said_to_be_one() {
    for (text, wanted) in [("", "TB-0010"), ("\n \n", "TB-0010"), ("id\n1\n2\n", "TB-0010"), ("a,b\n", "TB-0011")] {
        assert_eq!(look("a.csv", text.as_bytes()).said(), [wanted], "{text:?}");
    }
    assert_eq!(look("a.csv", b"a,b,a\n1,2,3\n").said(), ["TB-0019 C1:1"]);
}
