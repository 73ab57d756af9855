//! What is written is what reads back, by a reader that knows nothing of the writer.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, DataType, Range, Reader, Xlsx};
use serde_json::json;

use super::{Layout, Spec, Use, WorkbookError, Written, sample, value, words, write};
use crate::model::form::Need;
use crate::model::{Catalogue, FieldIx, Kind, Lang, Record, ScopeKind};

fn all_uses(catalogue: &Catalogue) -> BTreeMap<FieldIx, Vec<Use>> {
    let one = |plugin: &str, need| Use { plugin: plugin.into(), need };
    let needs = [Need::Required, Need::Conditional, Need::Optional, Need::Blank];
    let uses = |at: usize| vec![one("pmda-ctn", needs[at % 4]), one("jrct", needs[(at / 4) % 4])];
    catalogue.fields().enumerate().map(|(at, (field, _))| (field, uses(at))).collect()
}

fn written(catalogue: &Catalogue, layout: Layout, lang: Lang, records: &[Record]) -> Written {
    write(&Spec { catalogue, uses: &all_uses(catalogue), layout, lang }, records).unwrap()
}

struct Book {
    sheets: BTreeMap<String, Range<Data>>,
    names: Vec<String>,
}

impl Book {
    fn open(bytes: &[u8]) -> Book {
        let mut xlsx: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
        let names = xlsx.sheet_names();
        let sheets = names.iter().map(|name| (name.clone(), xlsx.worksheet_range(name).unwrap())).collect();
        Book { sheets, names }
    }

    /// Returns a cell by name; anything but text is a failure of the writer.
    fn text(&self, sheet: &str, cell: &str) -> String {
        let letters: String = cell.chars().take_while(char::is_ascii_alphabetic).collect();
        let col = letters.bytes().fold(0, |col, letter| col * 26 + u32::from(letter - b'A') + 1) - 1;
        let row: u32 = cell[letters.len()..].parse().unwrap();
        match self.sheets[sheet].get_value((row - 1, col)) {
            Some(Data::String(text)) => text.clone(),
            None | Some(Data::Empty) => String::new(),
            Some(other) => panic!("{sheet} {cell}: {other:?} is no text"),
        }
    }

    fn row(&self, sheet: &str, row: u32) -> Vec<String> {
        let width = self.sheets[sheet].width() as u32;
        (0..width).map(|col| self.sheets[sheet].get_value((row, col)).map_or(String::new(), ToString::to_string)).collect()
    }
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn every_value_stands_where_the_map_says_in_both_layouts_and_languages() {
    let catalogue = sample::catalogue();
    for lang in [Lang::Ja, Lang::En] {
        for (layout, trials) in [(Layout::Trial, 1), (Layout::List, 3)] {
            let records: Vec<Record> = (0..trials).map(|at| sample::full(&catalogue, &format!("T-{at}"), 2)).collect();
            let written = written(&catalogue, layout, lang, &records);
            let book = Book::open(&written.bytes);
            let mut compared = 0;
            for (trial, record) in records.iter().enumerate() {
                for (path, text) in sample::paths(&catalogue, record) {
                    let (sheet, cell) = written.cells.cell(trial, &path).unwrap_or_else(|| panic!("{path} has no cell"));
                    let id: String = path.split('.').map(|part| part.split('[').next().unwrap()).collect::<Vec<_>>().join(".");
                    let field = catalogue.field(catalogue.field_ix(&id).unwrap());
                    let found = book.text(sheet, &cell);
                    if catalogue.scope(field.scope).kind == ScopeKind::Inline {
                        assert!(found.split('、').any(|one| one == text), "{path} at {sheet} {cell}: {found}");
                    } else {
                        let shown = value::explained(&catalogue, field, &text, lang).unwrap_or(text);
                        assert_eq!(found, shown, "{path} at {sheet} {cell}");
                    }
                    compared += 1;
                }
            }
            assert!(compared > 300 * trials, "{compared}");
            assert!(written.left_out.is_empty());
        }
    }
}

#[test]
fn rows_say_which_trial_and_parent_they_belong_to() {
    let catalogue = sample::catalogue();
    let records = [sample::full(&catalogue, "T-0", 2), sample::full(&catalogue, "T-1", 2)];
    let written = written(&catalogue, Layout::List, Lang::Ja, &records);
    let book = Book::open(&written.bytes);
    assert_eq!(book.row("治験責任医師", 1)[..3], ["試験ID", "施設番号", "氏名"]);
    let (sheet, cell) = written.cells.cell(1, "sites[1].investigators[0]").unwrap();
    let row: u32 = cell.strip_prefix('A').unwrap().parse().unwrap();
    assert_eq!((sheet, row), ("治験責任医師", 9));
    assert_eq!(book.row("治験責任医師", row - 1)[..2], ["T-1", "1992"]);
}

#[test]
fn a_blank_field_has_a_cell_and_an_absent_row_has_none() {
    let catalogue = sample::catalogue();
    let json = json!({"trial": {"id": "T"}, "sites": [{"site_no": "1", "investigators": [{"name": "責任　試郎"}]}]});
    let written = written(&catalogue, Layout::Trial, Lang::Ja, &[sample::record(&catalogue, &json)]);
    let cell = |path: &str| written.cells.cell(0, path).map(|(sheet, cell)| format!("{sheet}!{cell}"));
    assert_eq!(cell("sites[0].investigators[0].kana").unwrap(), "治験責任医師!E3");
    assert_eq!(cell("main_drug.dosage_forms[3].code"), cell("main_drug.dosage_forms"));
    assert!(cell("main_drug.dosage_forms").unwrap().starts_with("試験!C"));
    assert_eq!(cell("sites[0]").unwrap(), "実施医療機関!A3");
    for path in ["sites[1]", "sites[0].smos[0].name", "sites", "sites.name", "sites[x].name", "nothing", "", "sites[0"] {
        assert_eq!(cell(path), None, "{path}");
    }
    assert_eq!(written.cells.cell(1, "trial.id"), None);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let catalogue = sample::catalogue();
    for layout in [Layout::Trial, Layout::List] {
        let records = [sample::full(&catalogue, "T-0", 2)];
        let once = written(&catalogue, layout, Lang::Ja, &records).bytes;
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        assert!(once == written(&catalogue, layout, Lang::Ja, &records).bytes);
    }
}

#[test]
fn every_field_of_the_catalogue_appears_once_on_the_page_or_a_sheet_and_in_the_guide() {
    let catalogue = sample::catalogue();
    let mut ids: Vec<String> = Vec::new();
    for (index, scope) in catalogue.scopes() {
        match catalogue.inline_field(index) {
            Some(_) => ids.push(scope.id.clone()),
            None => ids.extend(scope.fields.iter().map(|field| catalogue.field(*field).id.clone())),
        }
    }
    ids.sort();
    for lang in [Lang::Ja, Lang::En] {
        let book = Book::open(&written(&catalogue, Layout::Trial, lang, &[]).bytes);
        let guide = &book.sheets[words::guide_sheet(lang)];
        let head = guide.rows().position(|row| row.last().and_then(Data::get_string) == Some("ID")).unwrap();
        let mut listed: Vec<String> = guide.rows().skip(head + 1).map(|row| row[7].to_string()).collect();
        listed.sort();
        assert_eq!(listed, ids);
        let on_page = book.sheets[lang.pick("試験", "Trial")].height() - 1;
        // Data sheets: all but the guide, the page and the code lists.
        let tables = &book.names[2..book.names.len() - 1];
        let columns: usize = tables.iter().map(|name| book.row(name, 1).len()).sum();
        let links = ["sites", "other_drugs"].map(|id| {
            let scope = catalogue.scope(catalogue.scope_ix(id).unwrap());
            scope.lists.iter().filter(|list| catalogue.inline_field(**list).is_none()).count()
        });
        assert_eq!(on_page + columns - links[0] - links[1], ids.len());
        for name in tables {
            let mut headings = book.row(name, 1);
            headings.sort();
            headings.dedup();
            assert_eq!(headings.len(), book.row(name, 1).len(), "{name}");
        }
    }
}

#[test]
fn only_used_fields_appear_and_what_falls_out_is_told() {
    let catalogue = sample::catalogue();
    let field = |id: &str| catalogue.field_ix(id).unwrap();
    let usage = |need| vec![Use { plugin: "jrct".into(), need }];
    let uses = BTreeMap::from([(field("sites.investigators.name"), usage(Need::Optional))]);
    let spec = Spec { catalogue: &catalogue, uses: &uses, layout: Layout::Trial, lang: Lang::Ja };
    let json = json!({"trial": {"id": "T", "phase": "1"}, "main_drug": {"routes": ["11"]},
        "sites": [{"site_no": "1", "investigators": [{"name": "責任　試郎"}]}]});
    let written = write(&spec, &[sample::record(&catalogue, &json)]).unwrap();
    let book = Book::open(&written.bytes);
    assert_eq!(book.names, ["説明", "試験", "実施医療機関", "治験責任医師", "_codes"]);
    assert_eq!(book.row("実施医療機関", 1), ["施設番号"]);
    assert_eq!(book.row("実施医療機関", 0), ["必須"]);
    assert_eq!(book.row("治験責任医師", 0), ["必須", "任意"]);
    assert_eq!(written.left_out.into_iter().collect::<Vec<_>>(), [field("trial.phase"), field("main_drug.routes.code")]);
}

#[test]
fn the_strongest_need_marks_a_field_and_every_destination_is_named() {
    let catalogue = sample::catalogue();
    let uses = BTreeMap::from([(
        catalogue.field_ix("trial.phase").unwrap(),
        vec![Use { plugin: "jrct".into(), need: Need::Blank }, Use { plugin: "pmda-ctn".into(), need: Need::Conditional }],
    )]);
    let spec = Spec { catalogue: &catalogue, uses: &uses, layout: Layout::Trial, lang: Lang::Ja };
    let book = Book::open(&write(&spec, &[]).unwrap().bytes);
    let row = book.row("試験", 2);
    assert_eq!(row[3..6], ["条件", "jrct（記入不要）、pmda-ctn（条件）", "1：第Ⅰ相"]);
    let spec = Spec { layout: Layout::List, ..spec };
    let notes = part(&write(&spec, &[]).unwrap().bytes, "xl/comments1.xml");
    assert!(notes.contains("jrct（記入不要）、pmda-ctn（条件）") && notes.contains("<author>todokede</author>"), "{notes}");
}

#[test]
fn dropdowns_cover_their_lists_and_only_closed_lists_stop() {
    let catalogue = sample::catalogue();
    let written = written(&catalogue, Layout::Trial, Lang::Ja, &[]);
    let book = Book::open(&written.bytes);
    let lists = &book.sheets["_codes"];
    for (index, field) in catalogue.fields() {
        let Kind::Code(id) = &field.kind else { continue };
        let (sheet, cell) = match catalogue.scope(field.scope).kind {
            ScopeKind::Inline => continue,
            ScopeKind::Root => written.cells.cell(0, &field.id).map(|(sheet, cell)| (sheet.to_owned(), cell)).unwrap(),
            ScopeKind::List => {
                let scope = catalogue.scope(field.scope);
                let name = scope.label.ja.clone();
                let col = book.row(&name, 1).iter().position(|label| *label == field.label.ja).unwrap();
                (name, crate::model::origin::cell_name(2, u16::try_from(col).unwrap()))
            }
        };
        let at = book.names.iter().position(|name| *name == sheet).unwrap() + 1;
        let xml = part(&written.bytes, &format!("xl/worksheets/sheet{at}.xml"));
        let rule = xml
            .split("<dataValidation ")
            .find(|rule| rule.contains(&format!("sqref=\"{cell}\"")) || rule.contains(&format!("sqref=\"{cell}:")));
        let rule = rule.unwrap_or_else(|| panic!("{} has no dropdown", field.id));
        let list = catalogue.codes.get(id).unwrap();
        assert_eq!(rule.contains("showErrorMessage=\"1\""), list.closed, "{} {index:?}", field.id);
        let range = rule.split("<formula1>").nth(1).unwrap().split('<').next().unwrap();
        let (first, last) = range.strip_prefix("_codes!").unwrap().split_once(':').unwrap();
        let col = first.replace('$', "");
        let last: u32 = last.rsplit('$').next().unwrap().parse().unwrap();
        let letters = col.trim_end_matches('2');
        let items: Vec<String> = (2..=last).map(|row| book.text("_codes", &format!("{letters}{row}"))).collect();
        assert_eq!(items, value::choices(list, Lang::Ja).collect::<Vec<_>>(), "{}", field.id);
        assert_eq!(book.text("_codes", &format!("{letters}{}", last + 1)), "");
    }
    assert!(lists.height() > 90);
}

#[test]
fn a_row_below_a_list_picks_its_trial_and_parent_from_their_keys() {
    let catalogue = sample::catalogue();
    let records: Vec<Record> = (0..300).map(|at| sample::full(&catalogue, &format!("T-{at}"), 2)).collect();
    for (records, parents, last) in [(&records[..0], 500, 1_002), (&records[..], 602, 1_202)] {
        let written = written(&catalogue, Layout::List, Lang::En, records);
        let names = Book::open(&written.bytes).names;
        let at = names.iter().position(|name| name == "IRBs").unwrap() + 1;
        let xml = part(&written.bytes, &format!("xl/worksheets/sheet{at}.xml"));
        assert!(xml.contains("<formula1>'Trial'!$A$3:$A$500</formula1>"));
        assert!(xml.contains(&format!("Sites'!$B$3:$B${parents}</formula1>")), "{parents}");
        assert!(xml.contains(&format!("sqref=\"B3:B{last}\"")));
    }
}

#[test]
fn hostile_text_reads_back_as_it_is() {
    let catalogue = sample::catalogue();
    let hostile = [
        "=1+1",
        "+1",
        "@SUM(A1)",
        "<r>x</r>",
        "<r><t>&amp;</t></r>",
        "_x0041_",
        "0012",
        "2026-04-01",
        "TRUE",
        "a\nb",
        " 端 ",
        "\u{FA19}𠮷",
        "'quoted",
        "1,000",
        "\t",
    ];
    for layout in [Layout::Trial, Layout::List] {
        let rows: Vec<_> = hostile.iter().map(|text| json!({"description": text})).collect();
        let json = json!({"trial": {"id": "T", "objective": "<r>x</r>"}, "devices": rows});
        let written = written(&catalogue, layout, Lang::Ja, &[sample::record(&catalogue, &json)]);
        let book = Book::open(&written.bytes);
        for (at, text) in hostile.iter().enumerate() {
            let (sheet, cell) = written.cells.cell(0, &format!("devices[{at}].description")).unwrap();
            assert_eq!(book.text(sheet, &cell), *text);
        }
        let (sheet, cell) = written.cells.cell(0, "trial.objective").unwrap();
        assert_eq!(book.text(sheet, &cell), "<r>x</r>");
    }
}

#[test]
fn what_would_not_read_back_is_refused() {
    let catalogue = sample::catalogue();
    let uses = all_uses(&catalogue);
    let spec = |layout| Spec { catalogue: &catalogue, uses: &uses, layout, lang: Lang::Ja };
    let try_one = |json| write(&spec(Layout::Trial), &[sample::record(&catalogue, &json)]).map(|_| ());
    let long = json!({"trial": {"id": "T", "objective": "𠮷".repeat(16_384)}});
    assert!(matches!(try_one(long), Err(WorkbookError::TooLong { units: 32_768, .. })));
    assert!(try_one(json!({"trial": {"id": "T", "objective": "あ".repeat(32_767)}})).is_ok());
    let keyless = json!({"sites": [{"name": "例示病院", "investigators": [{"name": "責任　試郎"}]}]});
    assert!(matches!(try_one(keyless), Err(WorkbookError::KeyMissing { row: 1, .. })));
    assert!(try_one(json!({"sites": [{"name": "例示病院"}, {"name": "例示医院"}]})).is_ok());
    let twice = json!({"sites": [{"site_no": "1", "smos": [{"name": "例示ＳＭＯ"}]}, {"site_no": "1"}]});
    assert!(matches!(try_one(twice), Err(WorkbookError::KeyTwice { row: 2, .. })));
    for text in ["11、21", "11/21", "11；21", "11\n21"] {
        assert!(matches!(try_one(json!({"main_drug": {"routes": [text]}})), Err(WorkbookError::Separator { .. })));
    }
    let two = [sample::full(&catalogue, "T", 1), sample::full(&catalogue, "T", 1)];
    assert!(matches!(write(&spec(Layout::Trial), &two), Err(WorkbookError::ManyTrials { trials: 2 })));
    assert!(matches!(write(&spec(Layout::List), &two), Err(WorkbookError::KeyTwice { .. })));
}
