//! What leaves holds no masked count, nor anything worked out from one.

use serde_json::{Value, json};
use todokede_abi::report::{Block, Cell};

use super::{Given, cells};

#[test]
fn the_tables_of_the_fixture_are_what_they_are() {
    let answered = Given::year(2025).ask();
    let table = answered.table("public", "counts-1");
    let printed: Vec<String> = (0..table.rows.len()).map(|row| cells(table, row).join("|")).collect();
    assert_eq!(printed, EXPECTED);
    assert_eq!(cells(answered.table("audit", "counts-1"), 3)[..3], ["性別不明", "1", "5未満"]);
}

const EXPECTED: [&str; 9] = [
    "総数|17|100|46|100",
    "男|秘匿|秘匿|秘匿|秘匿",
    "女|10|58.8|26|56.5",
    "性別不明|5未満|秘匿|5未満|秘匿",
    "0～19歳|0|0|5未満|秘匿",
    "20～39歳|5未満|秘匿|秘匿|秘匿",
    "40～64歳|9|52.9|18|39.1",
    "65歳以上|秘匿|秘匿|19|41.3",
    "年齢不明|0|0|0|0",
];

#[test]
fn shares_are_masked_with_their_counts() {
    let answered = Given::year(2025).with("cross", "yes").ask();
    let mut masked = 0;
    for block in &answered.report("public").blocks {
        let Block::Table(table) = block else { continue };
        if !table.name.starts_with("counts-") {
            continue;
        }
        let is_masked = |cell: &Cell| matches!(cell, Cell::Masked { .. });
        for row in &table.rows {
            for pair in row.cells[1..].chunks(2) {
                let total = &table.rows[0].cells[if std::ptr::eq(&pair[0], &row.cells[1]) { 1 } else { 3 }];
                assert!(!(is_masked(&pair[0]) || is_masked(total)) || !matches!(pair[1], Cell::Number(_)));
                masked += usize::from(is_masked(&pair[1]));
            }
        }
    }
    assert!(masked > 0);
}

#[test]
fn masked_bars_have_no_height() {
    let answered = Given::year(2025).with("cross", "yes").ask();
    let mut masked = 0;
    let table = answered.table("public", "sex-age-cumulative-1");
    let charts = answered.report("public").blocks.iter().filter_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    });
    let chart = charts.into_iter().next().unwrap();
    for (sex, series) in chart.series.iter().enumerate() {
        for (age, value) in series.values.iter().enumerate() {
            assert_eq!(value, &table.rows[age].cells[1 + sex], "the chart shows what the table shows");
            masked += usize::from(matches!(value, Cell::Masked { .. }));
        }
    }
    assert!(masked > 0);
}

/// A registry whose masked counts and all that follows from them are numbers that stand nowhere else.
fn unmistakable() -> (Given, Vec<String>) {
    let mut given = Given::year(2025).with("threshold", 1000).with("cross", "yes");
    given.patients.truncate(1);
    given.events.clear();
    let groups = [
        ("REI-A", "男", "30", 7013),
        ("REI-A", "女", "30", 8117),
        ("REI-A", "男", "70", 613),
        ("REI-A", "女", "70", 6101),
        ("REI-B", "男", "50", 4801),
        ("REI-B", "女", "50", 5903),
    ];
    let mut number = 0;
    for (product, sex, age, count) in groups {
        for _ in 0..count {
            number += 1;
            let row = [&format!("Q{number:06}"), product, sex, age, "2025-05-01", "", ""];
            given.patients.push(row.map(str::to_owned).to_vec());
        }
    }
    // The one small count, and what a reader would get it from: its row and its column without it.
    let total = 7013 + 8117 + 613 + 6101;
    let secrets = vec!["613".to_owned(), format!("{:.1}", 61_300.0 / f64::from(total))];
    (given, secrets)
}

#[test]
fn no_masked_count_is_in_what_leaves() {
    let (given, secrets) = unmistakable();
    let answered = given.ask();
    assert_eq!(answered.rules(), Vec::<&str>::new());
    // All masked counts of the audit, the complementary ones too.
    let masks = answered.table("audit", "masks");
    let masked: Vec<String> =
        (0..masks.rows.len()).map(|row| cells(masks, row)[4].clone()).filter(|count| count.len() > 2).collect();
    assert!(masked.len() >= 4, "{masked:?}");
    let public = json!(answered.report("public")).to_string();
    let remembered = answered.made.remembered.to_string();
    for secret in secrets.iter().chain(&masked) {
        for (name, text) in [("public", &public), ("remembered", &remembered)] {
            assert!(!numbers(text).contains(&secret.as_str()), "{secret} is in {name}");
        }
        assert!(numbers(&json!(answered.report("audit")).to_string()).contains(&secret.as_str()) || secret.contains('.'));
    }
}

/// The numbers in a text, decimals whole.
fn numbers(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .map(|number| number.trim_matches('.'))
        .filter(|number| !number.is_empty())
        .collect()
}

#[test]
fn what_is_remembered_is_what_is_printed() {
    for marks in ["distinct", "one"] {
        let answered = Given::year(2025).with("marks", marks).ask();
        let sheets = answered.made.remembered["sheets"].as_array().unwrap();
        let table = answered.table("public", "counts-1");
        for (count, column) in [("year", 1), ("cumulative", 3)] {
            let sheet = sheets.iter().find(|sheet| sheet["count"] == count && sheet["product"] == "REI-A").unwrap();
            let printed = &table.rows[0].cells[column];
            match (&sheet["cells"]["total"], printed) {
                (Value::Number(number), Cell::Whole(printed)) => assert_eq!(number.as_i64(), Some(*printed)),
                (Value::String(mask), Cell::Masked { .. }) => assert_ne!(mask, "small"),
                other => panic!("{other:?}"),
            }
        }
        let text = answered.made.remembered.to_string();
        assert_eq!(text.contains("small"), marks == "distinct", "with one mark a reader cannot tell, nor can the ledger");
    }
}

#[test]
fn a_small_product_is_withheld_with_all_its_groups() {
    let answered = Given::year(2024).ask();
    let table = answered.table("public", "counts-2");
    for row in 0..table.rows.len() {
        for column in [1, 3] {
            assert_eq!(cells(table, row)[column], "非公表", "row {row}: zeros too");
        }
    }
}
