//! `todokede docx` and the templates of an institution, as a user calls them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use todokede_core::render::docx::compose::{Composer, Look, Style, paragraph};
use todokede_core::render::docx::package::Package;
use todokede_core::render::docx::styles::Styles;
use todokede_core::render::docx::view::paragraphs;
use todokede_tests::workspace;

fn todokede(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let command = Command::new(env!("CARGO_BIN_EXE_todokede"))
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "ja_JP.UTF-8")
        .output()
        .unwrap();
    let Output { status, stdout, stderr } = command;
    (status.code().unwrap(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

fn template(path: &Path, lines: &[&str]) {
    let mut word = Composer::new(Look::text());
    word.add(paragraph(Style::Heading(1), "結果"));
    for line in lines {
        word.add(paragraph(Style::Normal, *line));
    }
    std::fs::write(path, word.write().unwrap()).unwrap();
}

fn text(path: &Path) -> Vec<String> {
    let package = Package::read(std::fs::read(path).unwrap()).unwrap();
    let tree = package.tree("word/document.xml").unwrap();
    let seen = paragraphs(&tree.root, "word/document.xml", &Styles::read(&package).unwrap());
    seen.into_iter().map(|seen| seen.text).collect()
}

#[test]
fn any_template_is_filled_from_any_json() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    template(
        &at("t.docx"),
        &["{{ title }}", "{%p for x in rows %}", "{{ x.name }}：{{ x.value }}", "{%p endfor %}", "{{p text }}"],
    );
    let data = json!({
        "title": "p<0.05 & 95%CI \"x\" ]]>",
        "rows": [{ "name": "甲", "value": 1.0 }, { "name": "乙", "value": 2.5 }],
        "text": "**太字**と\n\n- 項目",
    });
    std::fs::write(at("d.json"), data.to_string()).unwrap();
    let (code, said) = todokede(folder.path(), &["docx", "render", "t.docx", "--data", "d.json", "-o", "o.docx"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(text(&at("o.docx")), ["結果", "p<0.05 & 95%CI \"x\" ]]>", "甲：1", "乙：2.5", "太字と", "項目"]);
    // A file that is there stays unless it is given up, and an input always does.
    let (code, _) = todokede(folder.path(), &["docx", "render", "t.docx", "--data", "d.json", "-o", "o.docx"]);
    assert_eq!(code, 2);
    let before = std::fs::read(at("t.docx")).unwrap();
    let (code, _) = todokede(folder.path(), &["docx", "render", "t.docx", "--data", "d.json", "-o", "t.docx", "--force"]);
    assert_eq!((code, std::fs::read(at("t.docx")).unwrap() == before), (2, true));
}

#[test]
fn every_mistake_of_a_template_is_listed_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    template(
        &folder.path().join("t.docx"),
        &["{{ record.trial.titel }}", "{% if record.trial.title %}開いたまま", "{{ record.trial.title | uper }}"],
    );
    let (code, said) = todokede(folder.path(), &["docx", "check", "t.docx", "--plugin", "consent"]);
    assert_eq!(code, 1, "{said}");
    for wanted in ["t.docx › 見出し「結果」 › 段落1", "record.trial.title", "段落2", "段落3", "uper", "エラー3件"]
    {
        assert!(said.contains(wanted), "{wanted}\n{said}");
    }
    let (code, said) = todokede(folder.path(), &["docx", "fields", "t.docx"]);
    assert!(code == 0 && said.contains("record.trial.titel"), "{said}");
    std::fs::write(folder.path().join("no.docx"), "no").unwrap();
    let (code, said) = todokede(folder.path(), &["docx", "check", "no.docx"]);
    assert!(code == 1 && said.contains("no.docx"), "{code} {said}");
}

#[test]
fn two_versions_are_compared_as_documents_and_as_records() {
    let folder = tempfile::tempdir().unwrap();
    let source = std::fs::read(workspace().join("fixtures/protocol-short.json")).unwrap();
    let mut record: Value = serde_json::from_slice(&source).unwrap();
    std::fs::write(folder.path().join("old.json"), &source).unwrap();
    record["trial"]["sample_size"] = json!(999);
    std::fs::write(folder.path().join("new.json"), record.to_string()).unwrap();
    let compare = ["docx", "compare", "old.json", "new.json", "--plugin", "protocol", "--now", "2026-04-02"];
    let (code, said) = todokede(folder.path(), &compare);
    assert!(code == 1 && said.contains("[999]"), "{code} {said}");
    let (code, _) = todokede(folder.path(), &[&compare[..], &["-o", "tables"]].concat());
    assert_eq!(code, 1);
    let mut made: Vec<String> = std::fs::read_dir(folder.path().join("tables"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    made.sort();
    assert!(made.len() == 2 && made[0].starts_with("変更履歴_") && made[1].starts_with("新旧対照表_"), "{made:?}");
    let same = ["docx", "compare", "old.json", "old.json", "--plugin", "protocol"];
    let (code, said) = todokede(folder.path(), &same);
    assert!(code == 0 && said.contains("変更0件"), "{said}");
}

#[test]
fn what_was_left_in_a_document_is_found() {
    let folder = tempfile::tempdir().unwrap();
    template(
        &folder.path().join("d.docx"),
        &["○○病院で行います。", "被験者の方は、損害賠償を請求する権利を放棄するものとします。"],
    );
    let (code, said) = todokede(folder.path(), &["docx", "lint", "d.docx", "--profile", "clinical-trials-act"]);
    assert_eq!(code, 1, "{said}");
    for wanted in ["○○", "被験者", "放棄", "段落1", "段落2"] {
        assert!(said.contains(wanted), "{wanted}\n{said}");
    }
}
