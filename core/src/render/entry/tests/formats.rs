//! The files: the same bytes each time, the workbook's cells as texts, the JSON as it was agreed.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::*;

#[test]
fn the_same_record_gives_the_same_bytes() {
    let registry = Registry::new();
    let build = |out: &str| registry.build(&Registry::fixture("complete.json"), None, out).1;
    let (one, other) = (build("one"), build("other"));
    for end in ["entry.html", "entry.xlsx", "entry.json"] {
        assert_eq!(read(&one, end), read(&other, end), "{end}");
    }
}

#[test]
fn every_cell_of_the_workbook_is_a_text() {
    let registry = Registry::new();
    let text = fs::read_to_string(Registry::fixture("complete.json")).unwrap();
    let path = registry.folder.path().join("formula.json");
    fs::write(&path, text.replace("健康成人男性を", "=HYPERLINK(\\\"x\\\") ")).unwrap();
    let (_, folder) = registry.build(&path, None, "out");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(read(&folder, "entry.xlsx"))).unwrap();
    assert_eq!(book.sheet_names(), ["入力シート", "指摘", "選択肢", "対象外"]);
    let mut texts = Vec::new();
    for name in book.sheet_names() {
        for cell in book.worksheet_range(&name).unwrap().used_cells() {
            assert!(matches!(cell.2, Data::String(_)), "{name} {cell:?}");
            texts.push(cell.2.to_string());
        }
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}");
    }
    for wanted in [
        "=HYPERLINK(\"x\") 対象としたDEMO-001の第Ⅰ相試験",
        "24",
        "2026/04/01",
        "□",
        "日本:北米",
        "1. 20歳以上45歳未満の男性\n2. 同意を得た者",
    ] {
        assert!(texts.iter().any(|text| text == wanted), "{wanted}");
    }
}

#[test]
fn a_change_has_a_sheet_of_old_and_new() {
    let registry = Registry::new();
    let (_, folder) = registry.build(&Registry::fixture("changed.json"), Some(Registry::fixture("complete.json")), "out");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(read(&folder, "entry.xlsx"))).unwrap();
    assert_eq!(book.sheet_names().first().map(String::as_str), Some("変更する項目"));
    let range = book.worksheet_range("変更する項目").unwrap();
    let size = range.rows().find(|row| row[0] == "D35").unwrap();
    let said: Vec<String> = size.iter().map(ToString::to_string).collect();
    assert_eq!(said[6..11], ["24", "48", "症例数を見直したため", "2026-05-20", "変更"]);
    assert!(range.rows().all(|row| row[0] != "D32"));
}

#[test]
fn a_text_longer_than_a_cell_goes_on_in_the_next_row() {
    let registry = Registry::new();
    let text = fs::read_to_string(Registry::fixture("complete.json")).unwrap();
    let long: String = (0..20_000).map(|at| char::from(b'a' + u8::try_from(at % 26).unwrap())).collect();
    let path = registry.folder.path().join("long.json");
    fs::write(&path, text.replace("Phase I study of DEMO-001 in healthy adult men", &long)).unwrap();
    let (_, folder) = registry.build(&path, None, "out");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(read(&folder, "entry.xlsx"))).unwrap();
    let range = book.worksheet_range("入力シート").unwrap();
    let parts = range.rows().filter(|row| row[0] == "D11" && row[5].to_string().contains("続き"));
    assert_eq!(parts.map(|row| row[6].to_string()).collect::<String>(), long);
}

#[test]
fn the_json_is_what_was_agreed() {
    let registry = Registry::new();
    for (name, previous) in [("complete", None), ("changed", Some(Registry::fixture("complete.json")))] {
        let (_, folder) = registry.build(&Registry::fixture(&format!("{name}.json")), previous, name);
        let made = String::from_utf8(read(&folder, "entry.json")).unwrap();
        // Keys of marks hash what is compared anyway.
        let golden = Registry::fixture(&format!("{name}.entry.json"));
        if std::env::var("SNAPSHOTS").is_ok_and(|wanted| wanted == "overwrite") {
            fs::write(&golden, &made).unwrap();
        }
        let wanted = fs::read_to_string(&golden).unwrap();
        assert!(made == wanted, "{}: run with SNAPSHOTS=overwrite and look at the difference", golden.display());
    }
}

/// The browser test opens what this writes to the folder named in `ENTRY_SHEETS`.
#[test]
fn sheets_are_written_for_the_browser() {
    let registry = Registry::new();
    let to = std::env::var_os("ENTRY_SHEETS").map_or_else(|| registry.folder.path().join("sheets"), PathBuf::from);
    let first = registry.folder.path().join("first.json");
    fs::write(&first, fs::read_to_string(Registry::fixture("first.json")).unwrap().replace("DEMO-<001>", "DEMO-001")).unwrap();
    for (name, record, previous) in [
        ("first", first, None),
        ("complete", Registry::fixture("complete.json"), None),
        ("changed", Registry::fixture("changed.json"), Some(Registry::fixture("complete.json"))),
    ] {
        let (_, folder) = registry.build(&record, previous, name);
        fs::create_dir_all(to.join(name)).unwrap();
        for end in ["entry.html", "entry.xlsx", "entry.json"] {
            let bytes = read(&folder, end);
            assert!(!bytes.is_empty());
            fs::write(to.join(name).join(end), bytes).unwrap();
        }
    }
}

#[test]
fn every_word_is_there_in_both_languages() {
    let words = super::super::words::load().unwrap();
    assert!(words.len() > 80);
    for (id, text) in &words {
        assert!(!text.ja.is_empty() && !text.en.is_empty(), "{id}");
    }
}
