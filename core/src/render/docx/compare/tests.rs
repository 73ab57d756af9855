use super::*;
use crate::render::docx::testing::{document, heading, p, package, table};

fn said(old: &str, new: &str) -> Vec<String> {
    let found = compare(&package(old), &package(new)).unwrap();
    let spans = |spans: &[Span]| -> String {
        spans.iter().map(|span| if span.changed { format!("[{}]", span.text) } else { span.text.clone() }).collect()
    };
    let say = |row: &Row| format!("{}｜{}｜{}｜{}", row.kind.word(Lang::Ja), row.place().ja, spans(&row.old), spans(&row.new));
    found.rows.iter().map(say).collect()
}

#[test]
fn each_change_says_where_it_is_and_what_changed() {
    let old = [
        heading(1, "目的"),
        p("薬の効き目を調べます。"),
        heading(1, "人数"),
        p("目標症例数は120例です。"),
        p("古い説明がここにあります。"),
    ]
    .concat();
    let new = [
        heading(1, "目的"),
        p("薬の効き目を調べます。"),
        p("安全性も調べます。"),
        heading(1, "人数"),
        p("目標症例数は150例です。"),
    ]
    .concat();
    assert_eq!(
        said(&old, &new),
        [
            "追加｜見出し「目的」 › 段落2｜｜[安全性も調べます。]",
            "変更｜見出し「人数」 › 段落1｜目標症例数は[120]例です。｜目標症例数は[150]例です。",
            "削除｜見出し「人数」 › 段落2｜[古い説明がここにあります。]｜",
        ]
    );
    assert!(said(&new, &new).is_empty());
}

#[test]
fn a_table_is_compared_by_rows_and_cells() {
    let old = table(&[&["時期", "検査"], &["開始前", "採血"], &["4週後", "採血、検尿"]]);
    let new = table(&[&["時期", "検査"], &["2週後", "問診"], &["開始前", "採血"], &["4週後", "採血、心電図"]]);
    assert_eq!(
        said(&old, &new),
        ["追加｜表1 行2｜｜[2週後\t問診]", "変更｜表1 行4｜4週後\t採血、[検尿]｜4週後\t採血、[心電図]"]
    );
}

#[test]
fn a_paragraph_that_stands_elsewhere_is_moved_not_removed_and_added() {
    let old = [
        heading(1, "甲の章"),
        p("この段落はあとで別の章に移ります。"),
        p("甲の章に残ります。"),
        heading(1, "乙の章"),
        p("乙の章の本文です。"),
    ]
    .concat();
    let new = [
        heading(1, "甲の章"),
        p("甲の章に残ります。"),
        heading(1, "乙の章"),
        p("乙の章の本文です。"),
        p("この段落はあとで別の章に移ります。"),
    ]
    .concat();
    let found = compare(&package(&old), &package(&new)).unwrap();
    let rows: Vec<(Kind, &str, &str)> =
        found.rows.iter().map(|row| (row.kind, row.old_heading.as_str(), row.new_heading.as_str())).collect();
    assert_eq!(rows, [(Kind::Moved, "甲の章", "乙の章")]);
}

#[test]
fn the_table_is_the_same_bytes_twice_and_says_all() {
    let (old, new) = (package(&p("120例 <A&B>")), package(&p("150例 <A&B>")));
    let about = page::About { title: "試験の説明 <&>", old: "旧.docx", new: "新.docx" };
    let found = compare(&old, &new).unwrap();
    let written = docx(&about, &found, Lang::Ja).unwrap().write().unwrap();
    assert_eq!(docx(&about, &found, Lang::Ja).unwrap().write().unwrap(), written);
    let text = document(&Package::read(written).unwrap());
    for wanted in ["試験の説明 <&>", "120例 <A&B>", "150例 <A&B>", "変更理由"] {
        assert!(text.contains(wanted), "{text}");
    }
    let html = page::html(&about, &found, Lang::Ja).unwrap();
    assert!(html.contains("<del>120</del>例 &lt;A&amp;B&gt;"), "{html}");
    assert!(page::html(&about, &Comparison::default(), Lang::En).unwrap().contains("Nothing changed."));
}

#[test]
fn a_header_that_changed_is_a_change() {
    let with_header = |text: &str| {
        let mut package = package(&p("本文"));
        package.set("word/header1.xml", format!("<w:hdr>{}</w:hdr>", p(text)).into_bytes());
        package
    };
    let found = compare(&with_header("第1.0版"), &with_header("第1.1版")).unwrap();
    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.rows[0].place().ja, "ヘッダー (header1.xml) › 段落1");
}
