use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::files::Files;
use crate::limits;
use crate::model::{FieldIx, Origin, Severity};

fn catalogue() -> Catalogue {
    Catalogue::load(&Files::embedded("forms")).unwrap()
}

fn book() -> RuleBook {
    RuleBook::load(&Files::embedded("forms")).unwrap()
}

fn text(text: &str) -> Scalar {
    Scalar::Text(text.into())
}

fn number(value: f64, padded: u8) -> Scalar {
    Scalar::Number { value, padded }
}

fn date(text: &str) -> Scalar {
    Scalar::Date(text.into())
}

/// A row of one field, placed where the catalogue wants it.
fn record(catalogue: &Catalogue, field: &str, value: Scalar) -> (Record, FieldIx) {
    let ix = catalogue.field_ix(field).unwrap();
    let mut sources = Sources::default();
    let sheet = sources.add("治験A.xlsx", "試験");
    let leaf = Leaf { value, origin: Origin::Cell { sheet, row: 6, col: 2 } };
    let mut row = Row::default();
    row.put(ix, leaf);
    let mut scope = catalogue.field(ix).scope;
    while let Some(parent) = catalogue.scope(scope).parent {
        let mut above = Row::default();
        above.rows_mut(scope).push(row);
        row = above;
        scope = parent;
    }
    (Record { sources: Arc::new(sources), root: row, filed: false }, ix)
}

fn find(row: &Row, field: FieldIx) -> Option<&Leaf> {
    row.leaf(field).or_else(|| row.lists.iter().flat_map(|(_, rows)| rows).find_map(|row| find(row, field)))
}

/// Normalises one value and returns its text and the rule that was broken.
fn one(field: &str, value: Scalar) -> (Option<String>, Option<String>) {
    let catalogue = catalogue();
    let (mut record, ix) = record(&catalogue, field, value);
    let findings = normalise(&mut record, &catalogue, &book());
    assert!(findings.len() <= 1, "{findings:?}");
    let text = find(&record.root, ix).map(|leaf| {
        assert!(matches!(leaf.value, Scalar::Text(_)), "{leaf:?}");
        leaf.text().to_owned()
    });
    (text, findings.first().map(|finding| finding.rule.clone()))
}

const TEXT: &str = "trial.objective";
const KEY: &str = "sites.site_no";
const INT: &str = "trial.subjects_total";
const DATE: &str = "trial.start_date";
const YEAR: &str = "sites.investigators.graduation_year";
const PHASE: &str = "trial.phase";
const UNIVERSITY: &str = "sites.investigators.university";
const DIGITS3: &str = "main_drug.efficacy_class";
const SYMBOL: &str = "main_drug.symbol";
const RECEIPT: &str = "filing.first_receipt_number";
const PHONE: &str = "sites.phone";
const CONTACT: &str = "filers.contact_fax_or_mail";
const KANA: &str = "sites.sub_investigators.kana";
const FIELDS: [&str; 13] = [TEXT, KEY, INT, DATE, YEAR, PHASE, UNIVERSITY, DIGITS3, SYMBOL, RECEIPT, PHONE, CONTACT, KANA];

#[test]
fn each_kind_gives_its_canonical_text() {
    let cases = [
        (TEXT, text("　ＤＥＭＯ①\u{FA19}\r\n㈱ "), "ＤＥＭＯ①\u{FA19}\n㈱"),
        (TEXT, text("か\u{3099}ん"), "がん"),
        (KEY, text("Ｓｉｔｅ０１"), "Site01"),
        (KEY, number(1.0, 0), "1"),
        (INT, text("１，０００例"), "1000"),
        (INT, number(24.0, 4), "24"),
        (DATE, text("令和８年４月１日"), "2026-04-01"),
        (DATE, date("2026-04-01"), "2026-04-01"),
        (DATE, number(20_260_401.0, 0), "2026-04-01"),
        (YEAR, text("平成2年"), "1990"),
        (YEAR, number(1990.0, 0), "1990"),
        (PHASE, text("1：第Ⅰ相"), "1"),
        (PHASE, number(1.0, 0), "1"),
        (PHASE, number(7.0, 0), "7"),
        (UNIVERSITY, number(10.0, 3), "010"),
        (UNIVERSITY, number(570.0, 0), "570"),
        (DIGITS3, text("２１４"), "214"),
        (DIGITS3, text("21-4"), "21-4"),
        (DIGITS3, number(14.0, 3), "014"),
        (SYMBOL, text(" ＤＥＭＯ－００１ "), "ＤＥＭＯ－００１"),
        (RECEIPT, text("26-0001"), "26-0001"),
        (PHONE, text("０３－００００－０００２"), "03-0000-0002"),
        (PHONE, number(300_000_002.0, 10), "0300000002"),
        (CONTACT, text("ｓｈｉｋｅｎ＠example.jp"), "shiken@example.jp"),
        (CONTACT, text("＿ｘ０００Ｄ＿03-0000-0001"), "03-0000-0001"),
        (KANA, text("ｼｹﾝ　　ｼﾞﾛｳ"), "シケン　ジロウ"),
    ];
    for (field, value, wanted) in cases {
        assert_eq!(one(field, value.clone()), (Some(wanted.to_owned()), None), "{field} {value:?}");
    }
}

#[test]
fn a_whole_number_in_json_has_one_reading_in_a_text_field() {
    let origin = Origin::Json { sheet: 0, pointer: "/trial/objective".into() };
    let catalogue = catalogue();
    let read = |value| super::read_number(value, 0, &Kind::Text, &catalogue, &origin).problem.map(|problem| problem.rule.id());
    assert_eq!((read(20.0), read(1.1)), (None, Some("NM-0024")));
}

#[test]
fn what_cannot_be_normalised_keeps_its_text_and_gets_one_finding() {
    let cases = [
        (TEXT, text("例\u{B}示"), "例\u{B}示", "NM-0001"),
        (TEXT, number(20.0, 0), "20", "NM-0024"),
        (TEXT, number(0.1, 0), "0.1", "NM-0024"),
        (SYMBOL, number(777.0, 0), "777", "NM-0024"),
        (DATE, text("例\u{B}示"), "例\u{B}示", "NM-0001"),
        (TEXT, text("例\u{200B}示"), "例\u{200B}示", "NM-0003"),
        (INT, text("2\u{200B}0"), "2\u{200B}0", "NM-0009"),
        (TEXT, text("\u{200B}"), "\u{200B}", "NM-0004"),
        (TEXT, Scalar::Bool(true), "TRUE", "NM-0005"),
        (PHASE, Scalar::Bool(false), "FALSE", "NM-0005"),
        (TEXT, date("2026-04-01"), "2026-04-01", "NM-0006"),
        (RECEIPT, date("2026-04-01"), "2026-04-01", "NM-0007"),
        (KEY, date("2026-04-01"), "2026-04-01", "NM-0007"),
        (YEAR, date("1990-01-01"), "1990-01-01", "NM-0007"),
        (TEXT, number(1e15, 0), "1000000000000000", "NM-0008"),
        (TEXT, number(9_007_199_254_740_994.0, 0), "9007199254740994", "NM-0008"),
        (TEXT, number(0.1 + 0.2, 0), "0.30000000000000004", "NM-0008"),
        (INT, text("約20"), "約20", "NM-0009"),
        (INT, number(20.5, 0), "20.5", "NM-0009"),
        (INT, number(-1.0, 0), "-1", "NM-0009"),
        (DATE, text("未定"), "未定", "NM-0010"),
        (DATE, text("1/4/2026"), "1/4/2026", "NM-0011"),
        (DATE, text("2026-02-30"), "2026-02-30", "NM-0012"),
        (DATE, text("平成32年1月1日"), "平成32年1月1日", "NM-0013"),
        (DATE, number(46113.0, 0), "46113", "NM-0014"),
        (DATE, text("2026年4月1日（木）"), "2026年4月1日（木）", "NM-0015"),
        (DATE, text("9999-12-31"), "9999-12-31", "NM-0016"),
        (YEAR, text("90年"), "90年", "NM-0017"),
        (YEAR, number(90.0, 0), "90", "NM-0017"),
        (YEAR, number(1850.0, 0), "1850", "NM-0018"),
        (YEAR, text("平成32年"), "平成32年", "NM-0019"),
        (UNIVERSITY, number(10.0, 0), "10", "NM-0021"),
        (DIGITS3, number(14.0, 0), "14", "NM-0021"),
        (DIGITS3, number(1.5, 0), "1.5", "NM-0022"),
        (PHONE, number(-3.0, 0), "-3", "NM-0022"),
        (PHONE, number(300_000_002.0, 0), "300000002", "NM-0023"),
        (CONTACT, number(300_000_001.0, 0), "300000001", "NM-0023"),
    ];
    for (field, value, kept, rule) in cases {
        assert_eq!(one(field, value.clone()), (Some(kept.to_owned()), Some(rule.to_owned())), "{field} {value:?}");
    }
    let long = "例".repeat(limits::TEXT_CHARS + 1);
    assert_eq!(one(TEXT, text(&long)), (Some(long), Some("NM-0002".to_owned())));
}

#[test]
fn every_example_of_the_catalogue_is_canonical() {
    let catalogue = catalogue();
    for (_, field) in catalogue.fields().filter(|(_, field)| !field.example.is_empty()) {
        let wanted = (Some(field.example.clone()), None);
        assert_eq!(one(&field.id, text(&field.example)), wanted, "{}", field.id);
    }
}

#[test]
fn a_finding_names_the_cell_the_field_the_value_and_the_trial() {
    let catalogue = catalogue();
    let (mut record, _) = record(&catalogue, INT, text(" 約２０ "));
    let id = catalogue.field_ix("trial.id").unwrap();
    record.root.put(id, Leaf { value: text("ＤＥＭＯ-001"), origin: Origin::Nowhere });
    let findings = normalise(&mut record, &catalogue, &book());
    let finding = &findings[0];
    assert_eq!((finding.at.sheet.as_str(), finding.at.cell.as_str()), ("試験", "C7"));
    assert_eq!((finding.found.value.as_str(), finding.found.field.as_str()), (" 約２０ ", INT));
    assert_eq!((finding.trial.as_str(), finding.severity), ("DEMO-001", Severity::Error));
    assert_eq!(finding.message.ja, "「予定被験者数（合計）」の「約２０」を0以上の整数として読み取れません");
}

#[test]
fn a_finding_never_holds_the_characters_it_complains_of() {
    let catalogue = catalogue();
    let (mut record, _) = record(&catalogue, TEXT, text("例\u{B}\u{202E}示"));
    let findings = normalise(&mut record, &catalogue, &book());
    assert_eq!(findings[0].found.value, "例[U+000B][U+202E]示");
    assert_eq!(
        findings[0].message.en,
        "\"Objective\" holds control characters that no document may hold: U+000B (character 2)"
    );
}

#[test]
fn no_message_has_a_hole_left_open() {
    let catalogue = catalogue();
    let mut seen = std::collections::BTreeSet::new();
    let samples = [
        "例\u{B}",
        "\u{200B}",
        "例\u{200B}",
        "約20",
        "未定",
        "4/1",
        "1/4/2026",
        "2026-02-30",
        "平成32年1月1日",
        "46113",
        "2026年4月1日（木）",
        "9999-12-31",
        "90",
        "1850",
        "平成32年",
    ];
    let mut values: Vec<Scalar> = samples.into_iter().map(text).collect();
    values.extend([
        Scalar::Bool(true),
        date("2026-04-01"),
        number(1e15, 0),
        number(10.0, 0),
        number(1.5, 0),
        text(&"a".repeat(40_000)),
    ]);
    for field in FIELDS {
        for value in &values {
            let (mut record, _) = record(&catalogue, field, value.clone());
            for finding in normalise(&mut record, &catalogue, &book()) {
                for words in [&finding.message.ja, &finding.message.en, &finding.fix.ja, &finding.fix.en] {
                    assert!(!words.is_empty() && !words.contains(['{', '}']), "{words}");
                }
                seen.insert(finding.rule);
            }
        }
    }
    // No list of the catalogue gives one name to two codes: NM-0020 has its own test.
    assert_eq!(seen.len(), Rule::ALL.len() - 1, "{seen:?}");
}

#[test]
fn blank_values_and_blank_rows_go() {
    let catalogue = catalogue();
    let (mut record, ix) = record(&catalogue, KEY, text("1"));
    let sites = catalogue.field(ix).scope;
    let mut blank = Row::default();
    blank.put(ix, Leaf { value: text(" \u{3000}\n"), origin: Origin::Nowhere });
    let irbs = catalogue.scope_ix("sites.irbs").unwrap();
    blank.rows_mut(irbs).push(Row::default());
    record.root.rows_mut(sites).insert(0, blank);
    let mut only_irb = Row::default();
    let mut irb = Row::default();
    irb.put(catalogue.field_ix("sites.irbs.type").unwrap(), Leaf { value: text("院内IRB"), origin: Origin::Nowhere });
    only_irb.rows_mut(irbs).push(irb);
    record.root.rows_mut(sites).push(only_irb);
    assert_eq!(normalise(&mut record, &catalogue, &book()), []);
    assert_eq!(record.to_json(&catalogue)["sites"], serde_json::json!([{"site_no": "1"}, {"irbs": [{"type": "院内ＩＲＢ"}]}]));
    let (mut record, _) = self::record(&catalogue, KEY, text("\u{FEFF}"));
    normalise(&mut record, &catalogue, &book());
    assert_eq!(record.root, Row::default());
}

fn any_scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        any::<String>().prop_map(|value| text(&value)),
        "([0-9０-９]{1,4}|[年月日/.,－ー元令和平成RH例 　_xX_＿０D]|か\u{3099}|ｶ|\u{3099}|ﾞ|_x000D_|＿ｘ０００Ｄ＿|\r\n|\u{200B}|第Ⅰ相|[1:：]){0,8}"
            .prop_map(|value| text(&value)),
        any::<f64>().prop_map(|value| number(value, 0)),
        (0..100_000_000_u32, 0..12_u8).prop_map(|(value, padded)| number(f64::from(value), padded)),
        any::<bool>().prop_map(Scalar::Bool),
        // What a date cell is read as.
        "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?".prop_map(|value| date(&value)),
    ]
}

proptest! {
    #[test]
    fn normalising_twice_is_normalising_once(value in any_scalar()) {
        let (catalogue, book) = (shared_catalogue(), shared_book());
        for field in FIELDS {
            let (mut record, _) = record(catalogue, field, value.clone());
            let findings = normalise(&mut record, catalogue, book);
            prop_assert!(findings.len() <= 1);
            let once = record.clone();
            normalise(&mut record, catalogue, book);
            prop_assert_eq!(&record, &once, "{}", field);
        }
    }

    #[test]
    fn the_letters_of_a_name_are_never_touched(name in "[\u{FA10}-\u{FA2D}\u{F900}-\u{F910}髙﨑𠮷①㈱Ａ-Ｚｱ-ﾜが-ぽ一-龠\u{E0100}]{1,12}") {
        prop_assert_eq!(one_shared(TEXT, text(&name)), name);
    }
}

fn shared_catalogue() -> &'static Catalogue {
    static SHARED: std::sync::OnceLock<Catalogue> = std::sync::OnceLock::new();
    SHARED.get_or_init(catalogue)
}

fn shared_book() -> &'static RuleBook {
    static SHARED: std::sync::OnceLock<RuleBook> = std::sync::OnceLock::new();
    SHARED.get_or_init(book)
}

fn one_shared(field: &str, value: Scalar) -> String {
    let (mut record, ix) = record(shared_catalogue(), field, value);
    normalise(&mut record, shared_catalogue(), shared_book());
    find(&record.root, ix).map(|leaf| leaf.text().to_owned()).unwrap_or_default()
}
