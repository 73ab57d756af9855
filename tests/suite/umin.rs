//! UMIN-CTR: two complete registrations, the layout of the public CSV, and the form against the table it was made from.

use std::collections::BTreeSet;
use std::path::PathBuf;

use todokede_core::plugin::{Source, Word};
use todokede_core::run::{Job, due_list};
use todokede_tests::{build_job, engine, judged, line, outcome, reference, workspace};

fn input(name: &str) -> PathBuf {
    workspace().join("fixtures").join(name)
}

/// Builds a fixture, which must give no finding, and returns the rows of its CSV.
fn table(name: &str) -> Vec<csv::StringRecord> {
    let folder = tempfile::tempdir().unwrap();
    let job = Job { plugins: vec!["umin-ctr".to_owned()], ..build_job(vec![input(name)], &folder.path().join("out")) };
    let outcome = outcome(&job);
    let findings: Vec<String> = judged(&outcome).into_iter().map(line).collect();
    assert_eq!(findings, Vec::<String>::new(), "{name}");
    assert_eq!(outcome.built.len(), 1, "{name}");
    let path = outcome.built[0].folder.join("umin-ctr.csv");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(Result::unwrap).collect()
}

#[test]
fn complete_registrations_are_clean_and_fill_the_public_layout() {
    let rows = table("umin-interventional.json");
    assert_eq!(rows.iter().map(csv::StringRecord::len).collect::<Vec<_>>(), [138, 138, 138]);
    let (heads, values) = (&rows[1], &rows[2]);
    // The places that programs reading the file agree on, and dates, choices and lists as it has them.
    for (at, value) in [
        (2, "例示病の再発を防ぐDEMO-101の効果を調べる試験"),
        (10, "日本/Japan"),
        (28, "介入/Interventional"),
        (42, "DEMO-101 10mgを1日1回52週間経口投与する"),
        (45, "Placebo orally once a day for 52 weeks"),
        (46, ""),
        (62, "20 歳/years-old 以上/<="),
        (63, "75 歳/years-old 未満/>"),
        (69, "120"),
        (92, "NCT00000000"),
        (99, "例示病院\n第二例示病院"),
        (100, "2026/04/20"),
        (126, "2026/02/01"),
    ] {
        assert_eq!(&values[at], value, "column {at}");
    }
    let unsure = |at: usize| heads[at].ends_with("（配置未確認）");
    assert!(unsure(0) && (70..=77).all(unsure), "what is not known is marked");
    assert!(![1, 2, 6, 11, 28, 69, 99, 100, 104, 136].into_iter().any(unsure), "what was seen is not");
    let rows = table("umin-observational.json");
    for (at, value) in [
        (1, "UMIN000000000"),
        (13, "内科学一般/Medicine in general:老年内科学/Geriatrics"),
        (29, ""),
        (63, "適用なし/Not applicable"),
        (104, "287"),
        (124, "試験終了/Completed"),
        (136, "https://center6.umin.ac.jp/cgi-open-bin/ctr/ctr_view.cgi?recptno=R000000000"),
    ] {
        assert_eq!(&rows[2][at], value, "column {at}");
    }
}

#[test]
fn every_word_is_a_choice_of_the_form_and_the_table_knows_its_english() {
    let engine = engine();
    let plugin = &engine.plugins["umin-ctr"];
    let columns = std::fs::read_to_string(workspace().join("plugins/umin-ctr/templates/columns.csv")).unwrap();
    let mut compared = 0;
    for (at, item) in plugin.form.items().iter().enumerate() {
        let Some(choices) = plugin.form.codes(item, &engine.catalogue) else { continue };
        let (Source::Field { word: Some(word), .. } | Source::Gathered { word: Some(word), .. }) = plugin.mapping.source(at)
        else {
            panic!("{} has choices and no words", item.path);
        };
        let Word::Of { list, destination } = word else { panic!("{} has no vocabulary", item.path) };
        let words: BTreeSet<&str> = engine.catalogue.vocabularies.words(list, destination).into_iter().collect();
        let wanted: BTreeSet<&str> = choices.entries.iter().map(|(choice, _)| choice.as_str()).collect();
        assert_eq!(words, wanted, "{}", item.path);
        for (choice, meaning) in &choices.entries {
            let pair = match choice.split_once('(') {
                Some((shown, _)) if item.path.ends_with("/bound") => {
                    format!("\"\"{choice}\"\": \"\"{shown}/{}\"\"", meaning.en)
                }
                _ if item.path.ends_with("/bound") => format!("\"\"{choice}\"\": \"\"{choice}/{}\"\"", meaning.en),
                _ => format!("\"\"{choice}\"\": \"\"{}\"\"", meaning.en),
            };
            assert!(columns.contains(&pair), "{}: the table lacks {pair}", item.path);
            compared += 1;
        }
    }
    assert!(compared > 140, "{compared}");
}

#[test]
fn the_form_has_every_row_of_the_table_it_was_made_from() {
    let Some(path) = reference::file("umin/items.csv") else {
        return reference::skipped("the UMIN form", "the table of items");
    };
    let form = &engine().plugins["umin-ctr"].form;
    let of = |number: &str| {
        let ids = |range: &str| match range.split_once('-') {
            Some((first, last)) => (first..=last).contains(&number),
            None => range.split('/').any(|id| id == number),
        };
        form.items().iter().find(move |item| ids(&item.number))
    };
    let mut reader = csv::Reader::from_path(path).unwrap();
    let head: Vec<String> =
        reader.headers().unwrap().iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
    let at = |name: &str| head.iter().position(|known| known == name).unwrap();
    let mut rows = 0;
    for row in reader.records().map(Result::unwrap) {
        let number = &row[at("item_id")];
        let item = of(number).unwrap_or_else(|| panic!("no item {number}"));
        let (ja, en) = (&row[at("label_ja")], &row[at("label_en")]);
        let numbered = item.number.contains(['-', '/']);
        // The link and the sender say more in the table than on the screen.
        if !numbered && number != "U114" {
            assert_eq!((item.label.as_str(), item.label_en.as_str()), (ja, en), "{number}");
        }
        assert_eq!((item.public.as_str(), item.who.as_str()), (&row[at("public")], &row[at("who_trds_item")]), "{number}");
        rows += 1;
    }
    assert_eq!(rows, 116);
}

#[test]
fn disclosure_progress_and_results_are_due() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = vec![input("umin-interventional.json"), input("umin-observational.json")];
    let job = Job { plugins: vec!["umin-ctr".to_owned()], ..build_job(inputs, folder.path()) };
    let due = due_list(engine(), &job, "2026-04-15".parse().unwrap()).unwrap();
    let lines: Vec<String> = due
        .dues
        .iter()
        .map(|due| format!("{} {} {} {:?}", due.trial, due.rule, due.dates.first().unwrap(), due.state))
        .collect();
    assert_eq!(
        lines,
        [
            "DEMO-102 UM-D01 2022-06-05 Met",
            "DEMO-102 UM-D03 2026-03-31 Met",
            "DEMO-101 UM-D01 2026-05-31 Due { days: 46 }",
            "DEMO-101 UM-D03 2029-05-31 Due { days: 1142 }",
        ]
    );
}
