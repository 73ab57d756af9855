use super::*;
use crate::files::Files;
use crate::ingest::ingest_json;
use crate::map::map;
use crate::model::Origin;
use crate::normalise::normalise;
use crate::run::Engine;

const SHEET: Sheet = Sheet { title: "DEMO", made: "2026-04-01", draft: false };

fn filing(engine: &Engine) -> (Filing, &Form) {
    let text = Files::embedded("fixtures").read("sponsor.json").unwrap();
    let mut record = ingest_json("sponsor.json", &text, &engine.catalogue, &engine.book).records.remove(0);
    normalise(&mut record, &engine.catalogue, &engine.book);
    let plugin = &engine.plugins["pmda-ctn"];
    (map(&record, plugin, &engine.catalogue).0, &plugin.form)
}

#[test]
fn every_item_is_printed_in_document_order_whether_it_has_a_value_or_not() {
    let engine = Engine::load(&[]).unwrap();
    let (filing, form) = filing(&engine);
    let paper = Paper::of(&filing, form, SHEET).unwrap();
    // With each label the first time it stands, the lines are the form's own list of items.
    let mut items = form.items().iter().map(|item| item.label.as_str()).peekable();
    let mut printed = paper.lines.iter().map(|line| line.label.as_str());
    while let Some(label) = items.next() {
        assert!(printed.any(|line| line == label), "{label} is missing or out of order; then {:?}", items.peek());
    }
    let line = |label: &str| paper.lines.iter().find(|line| line.label == label).unwrap();
    assert_eq!((line("変更回数").value.as_deref(), line("届出年月日").value.as_deref()), (Some(""), Some("20260401")));
}

#[test]
fn a_group_stands_alone_and_what_is_in_it_one_step_deeper() {
    let engine = Engine::load(&[]).unwrap();
    let (filing, form) = filing(&engine);
    let lines = Paper::of(&filing, form, SHEET).unwrap().lines;
    let at = lines.iter().position(|line| line.label == "中止情報").unwrap();
    let shown: Vec<_> =
        lines[at..at + 3].iter().map(|line| (line.depth, line.label.as_str(), line.value.as_deref(), line.bookmark)).collect();
    assert_eq!(shown, [(2, "中止情報", None, true), (3, "中止日年月日", Some(""), false), (3, "中止理由", Some(""), false)]);
    assert_eq!((lines[0].depth, lines[0].label.as_str(), &lines[0].value), (0, "治験の計画等の届出", &None));
    let rows: Vec<_> = lines.iter().filter(|line| line.label == "順序番号" && line.value.as_deref() == Some("")).collect();
    assert!(!rows.is_empty(), "a group without rows keeps its blank row");
}

#[test]
fn the_head_repeats_the_date_and_who_files() {
    let engine = Engine::load(&[]).unwrap();
    let (filing, form) = filing(&engine);
    let head = Paper::of(&filing, form, SHEET).unwrap().head;
    assert_eq!(head.date, ("届出年月日".to_owned(), "20260401".to_owned()));
    assert_eq!(head.addressee, "独立行政法人医薬品医療機器総合機構理事長");
    assert_eq!(head.filers.len(), 1);
    assert_eq!(head.filers[0][0], ("届出者の名称".to_owned(), "例示製薬株式会社".to_owned()));
    assert!(head.filers[0].iter().all(|(label, _)| !label.is_empty()));
}

#[test]
fn marks_stand_under_what_was_changed_at_its_depth() {
    let engine = Engine::load(&[]).unwrap();
    let (_, form) = filing(&engine);
    for (status, date, reason) in [
        (ChangeStatus::Update, "【変更日付】", "【変更理由】"),
        (ChangeStatus::Append, "【追加日付】", "【追加理由】"),
        (ChangeStatus::Delete, "【削除日付】", "【削除理由】"),
    ] {
        let mut body = Body { form, reading: None, style: form.paper.as_ref().unwrap(), lines: Vec::new() };
        let change = Change {
            status,
            date: "20260701".to_owned(),
            reason: "例示のため".to_owned(),
            old: String::new(),
            origin: Origin::Nowhere,
        };
        body.marks(Some(&change), 3);
        let line = |label: &str, value: &str| PaperLine {
            depth: 3,
            label: label.to_owned(),
            value: Some(value.to_owned()),
            bookmark: false,
        };
        assert_eq!(body.lines, [line(date, "20260701"), line(reason, "例示のため")]);
        body.marks(None, 3);
        assert_eq!(body.lines.len(), 2, "what was not changed has no marks");
    }
}

#[test]
fn only_a_draft_says_that_it_is_one() {
    let engine = Engine::load(&[]).unwrap();
    let (filing, form) = filing(&engine);
    let draft = |draft| Paper::of(&filing, form, Sheet { draft, ..SHEET }).unwrap().draft;
    assert_eq!((draft(false), draft(true)), (None, Some("下書き".to_owned())));
}
