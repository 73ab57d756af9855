//! The change engine: from the published plan to the published change, and for any two records.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use todokede_core::changes::{Changed, Declared, list};
use todokede_core::model::{ChangeStatus, Filing, ItemIx, Node, Record};
use todokede_core::normalise::normalise;
use todokede_core::read_back::read_back;
use todokede_core::workbook::Layout;
use todokede_tests::flat_xml::flatten;
use todokede_tests::trials::fixture;
use todokede_tests::{build_job, engine, line, only_xml, outcome, record, reference, workbook};

/// Reads a trial as the engine compares it.
fn read(json: &Value) -> Record {
    let engine = engine();
    let mut record = record(json);
    normalise(&mut record, &engine.catalogue, &engine.book);
    record
}

fn compared(last: &Value, current: &Value) -> (Filing, Vec<Changed>) {
    let engine = engine();
    let plugin = &engine.plugins["pmda-ctn"];
    let filing = engine.difference(&read(last), &read(current), plugin).filing;
    let changes = list(&filing, Declared::of(plugin, &engine.catalogue));
    (filing, changes)
}

fn count(changes: &[Changed], status: ChangeStatus) -> usize {
    changes.iter().filter(|changed| changed.change.status == status).count()
}

/// The state that a published change leaves behind, as a workbook that says when and why but not what changed.
fn state_of_the_change(path: &Path) -> Record {
    let engine = engine();
    let plugin = &engine.plugins["pmda-ctn"];
    let back = read_back("X_Y_01.xml", &std::fs::read(path).unwrap(), plugin, &engine.catalogue, &engine.book);
    let mut json = back.record.to_json(&engine.catalogue);
    let changes = json["filing"]["changes"].as_array_mut().unwrap();
    for change in changes.iter_mut() {
        // People name the sheet and the person; the marks are for the engine to find.
        change.as_object_mut().unwrap().remove("mark");
        if change["target"] == "sites.investigators" {
            let name = if change["row"] == "1/1" { "責任　一郎" } else { "治験　一郎" };
            change["target"] = "治験責任医師".into();
            change["row"] = name.into();
        }
    }
    let investigators = json["sites"][0]["investigators"].as_array_mut().unwrap();
    investigators.remove(0);
    without_numbers(&mut json);
    record(&json)
}

fn without_numbers(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("serial");
            object.values_mut().for_each(without_numbers);
        }
        Value::Array(rows) => rows.iter_mut().for_each(without_numbers),
        _ => {}
    }
}

#[test]
fn the_published_change_is_found_from_the_published_plan() {
    let plan = reference::file("pmda/samples/1.治験計画届書.xml");
    let change = reference::file("pmda/samples/2.治験計画変更届書.xml");
    let (Some(plan), Some(change)) = (plan, change) else {
        return reference::skipped("the published change", "the published samples");
    };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("state.xlsx");
    std::fs::write(&input, workbook(&[state_of_the_change(&change)], Layout::Trial).bytes).unwrap();
    let mut job = build_job(vec![input], &folder.path().join("out"));
    job.previous = vec![plan];
    job.draft = true;
    let outcome = outcome(&job);
    let marks: Vec<String> =
        outcome.findings.iter().filter(|finding| ["CTN-0024", "CG-0002"].contains(&finding.rule.as_str())).map(line).collect();
    assert_eq!(marks, Vec::<String>::new());
    assert_eq!(flatten(&only_xml(&outcome)), flatten(&std::fs::read(change).unwrap()));
}

#[test]
fn a_filing_compared_with_itself_has_no_change() {
    for name in ["sponsor", "investigator", "termination", "abort"] {
        let trial = fixture(name);
        assert_eq!(compared(&trial, &trial).1, [], "{name}");
    }
}

#[test]
fn a_person_who_came_and_went_is_shown_twice() {
    let last = fixture("sponsor");
    let mut current = last.clone();
    let people = current["sites"][0]["sub_investigators"].as_array_mut().unwrap();
    people.push(json!({"name": "分担　試乃", "kana": "ぶんたん　しの"}));
    current["filing"]["changes"] = json!([
        {"target": "治験分担医師", "row": "例示大学医学部附属病院/分担 試乃", "mark": "追加", "date": "2026-05-01", "reason": "加わるため"},
        {"target": "治験分担医師", "row": "分担試乃", "mark": "削除", "date": "2026-07-01", "reason": "異動のため"}
    ]);
    let (_, changes) = compared(&last, &current);
    let shown: Vec<_> = changes
        .iter()
        .map(|changed| (changed.change.status, changed.row(), changed.change.date.as_str(), changed.change.reason.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            (ChangeStatus::Append, "1/3".to_owned(), "20260501", "加わるため"),
            (ChangeStatus::Delete, "1/4".to_owned(), "20260701", "異動のため")
        ]
    );
}

#[test]
fn a_renamed_plant_is_an_update_and_another_person_is_not() {
    let last = fixture("sponsor");
    let mut current = last.clone();
    current["main_drug"]["plants"][0]["name"] = "例示製薬株式会社　例示新工場".into();
    current["sites"][0]["investigators"][0]["name"] = "責任　試介".into();
    let (_, changes) = compared(&last, &current);
    let marks: Vec<_> = changes.iter().map(|changed| (changed.target.as_str(), changed.change.status)).collect();
    assert_eq!(
        marks,
        [
            ("main_drug.plants.name", ChangeStatus::Update),
            ("sites.investigators", ChangeStatus::Delete),
            ("sites.investigators", ChangeStatus::Append)
        ]
    );
}

#[test]
fn rows_in_another_order_have_not_changed() {
    let last = fixture("sponsor");
    let mut current = last.clone();
    current["sites"].as_array_mut().unwrap().reverse();
    current["sites"][1]["sub_investigators"].as_array_mut().unwrap().reverse();
    assert_eq!(compared(&last, &current).1, []);
}

/// Changes a record somewhere: a value, a row more, a row less.
fn edit(trial: &mut Value, how: usize, at: usize, seed: usize) {
    const LISTS: [&str; 9] = [
        "/main_drug/plants",
        "/coordinators",
        "/cros",
        "/devices",
        "/other_drugs",
        "/sites",
        "/references",
        "/filers",
        "/sites/0/sub_investigators",
    ];
    const VALUES: [&str; 8] = [
        "/trial/objective",
        "/trial/end_date",
        "/main_drug/ingredients",
        "/sites/0/phone",
        "/cros/0/services",
        "/other_drugs/0/dosage",
        "/filers/0/address1",
        "/sites/1/quantities/0/planned",
    ];
    match how % 3 {
        0 => {
            if let Some(value) = trial.pointer_mut(VALUES[at % VALUES.len()]) {
                *value = if value.as_str().is_some_and(|text| text.starts_with("20")) {
                    format!("2028-01-{:02}", 1 + seed % 28).into()
                } else {
                    format!("値{seed}").into()
                };
            }
        }
        1 => {
            if let Some(rows) = trial.pointer_mut(LISTS[at % LISTS.len()]).and_then(Value::as_array_mut)
                && let Some(mut row) = rows.first().cloned()
            {
                for key in ["name", "description", "symbol", "site_no"] {
                    if row.get(key).is_some() {
                        row[key] = format!("新{seed}").into();
                    }
                }
                rows.insert(seed % (rows.len() + 1), row);
            }
        }
        _ => {
            if let Some(rows) = trial.pointer_mut(LISTS[at % LISTS.len()]).and_then(Value::as_array_mut)
                && !rows.is_empty()
            {
                rows.remove(seed % rows.len());
            }
        }
    }
}

/// The values of a filing by item and the numbers of the rows they stand in, blank ones left out; rows that it shows for
/// the last time are no part of it.
fn values(filing: &Filing) -> BTreeMap<(Vec<u32>, ItemIx), String> {
    fn walk(node: &Node, way: &mut Vec<u32>, out: &mut BTreeMap<(Vec<u32>, ItemIx), String>) {
        match node {
            Node::Value(value) if !value.text.is_empty() => {
                out.insert((way.clone(), value.item), value.text.clone());
            }
            Node::Value(_) => {}
            Node::Group { item, head, rows } => {
                head.iter().for_each(|node| walk(node, way, out));
                for row in rows {
                    let gone = row.change.as_ref().is_some_and(|change| change.status == ChangeStatus::Delete);
                    let Some(serial) = row.serial.filter(|_| !gone) else { continue };
                    way.push(u32::try_from(*item).unwrap());
                    way.push(serial);
                    out.insert((way.clone(), *item), String::new());
                    row.nodes.iter().for_each(|node| walk(node, way, out));
                    way.truncate(way.len() - 2);
                }
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(&filing.root, &mut Vec::new(), &mut out);
    out
}

/// Applies the marks of a filing, and nothing else of it but what is exempt, to the values before.
fn applied(before: &Filing, marked: &Filing) -> BTreeMap<(Vec<u32>, ItemIx), String> {
    fn walk(node: &Node, way: &mut Vec<u32>, inside: bool, out: &mut BTreeMap<(Vec<u32>, ItemIx), String>) {
        let form = &engine().plugins["pmda-ctn"].form;
        match node {
            Node::Value(value) => {
                if value.change.is_some() || inside || form.item(value.item).exempt {
                    out.remove(&(way.clone(), value.item));
                    if !value.text.is_empty() {
                        out.insert((way.clone(), value.item), value.text.clone());
                    }
                }
            }
            Node::Group { item, head, rows } => {
                head.iter().for_each(|node| walk(node, way, inside, out));
                let exempt = form.item(*item).row.first().is_some_and(|serial| form.item(*serial).exempt);
                if exempt {
                    let mut prefix = way.clone();
                    prefix.push(u32::try_from(*item).unwrap());
                    out.retain(|(known, _), _| !known.starts_with(&prefix));
                }
                for row in rows {
                    let Some(serial) = row.serial else { continue };
                    way.push(u32::try_from(*item).unwrap());
                    way.push(serial);
                    let status = row.change.as_ref().map(|change| change.status);
                    if status == Some(ChangeStatus::Delete) {
                        out.retain(|(known, _), _| !known.starts_with(way));
                    } else {
                        let new = inside || exempt || status == Some(ChangeStatus::Append);
                        if new {
                            out.insert((way.clone(), *item), String::new());
                        }
                        row.nodes.iter().for_each(|node| walk(node, way, new, out));
                    }
                    way.truncate(way.len() - 2);
                }
            }
        }
    }
    let mut out = values(before);
    walk(&marked.root, &mut Vec::new(), false, &mut out);
    out
}

/// Checks that no number stands twice in a series.
fn numbers_are_unique(node: &Node) -> bool {
    let Node::Group { head, rows, .. } = node else { return true };
    let mut seen = BTreeSet::new();
    rows.iter().filter_map(|row| row.serial).all(|serial| seen.insert(serial))
        && head.iter().chain(rows.iter().flat_map(|row| &row.nodes)).all(numbers_are_unique)
}

/// Lists the values of a filing whatever the numbers of its rows.
fn content(filing: &Filing) -> Vec<String> {
    let mut all: Vec<String> = values(filing)
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|((_, item), text)| format!("{item} {text}"))
        .collect();
    all.sort();
    all
}

#[test]
fn the_marks_lead_from_the_last_filing_to_the_current_one() {
    let edits = prop::collection::vec((0_usize..3, 0_usize..72, 0_usize..1000), 0..10);
    let config = ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((first, second) in (edits.clone(), edits))| {
        let (mut last, mut current) = (fixture("sponsor"), fixture("sponsor"));
        first.into_iter().for_each(|(how, at, seed)| edit(&mut last, how, at, seed));
        second.into_iter().for_each(|(how, at, seed)| edit(&mut current, how, at, seed));
        let engine = engine();
        let plugin = &engine.plugins["pmda-ctn"];
        let (before, _) = todokede_core::map::map(&read(&last), plugin, &engine.catalogue);
        let (plain, _) = todokede_core::map::map(&read(&current), plugin, &engine.catalogue);
        let (marked, changes) = compared(&last, &current);
        prop_assert_eq!(applied(&before, &marked), values(&marked));
        prop_assert_eq!(content(&marked), content(&plain));
        prop_assert!(numbers_are_unique(&marked.root));
        let exempt = |changed: &&Changed| {
            let item = plugin.form.item(changed.item);
            item.row.first().map_or(item.exempt, |serial| plugin.form.item(*serial).exempt)
        };
        prop_assert_eq!(changes.iter().filter(exempt).count(), 0);
        prop_assert_eq!(count(&changes, ChangeStatus::Update) + count(&changes, ChangeStatus::Append) + count(&changes, ChangeStatus::Delete), changes.len());
        prop_assert_eq!(compared(&current, &current).1, []);
    });
}

/// Builds a filing given the one before and returns its marks and what was found.
fn built(last: &Value, current: &Value) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let paths = [folder.path().join("last.json"), folder.path().join("current.json")];
    std::fs::write(&paths[0], last.to_string()).unwrap();
    std::fs::write(&paths[1], current.to_string()).unwrap();
    let mut job = build_job(vec![paths[1].clone()], &folder.path().join("out"));
    job.previous = vec![paths[0].clone()];
    job.draft = true;
    let outcome = outcome(&job);
    let xml = String::from_utf8(only_xml(&outcome)).unwrap();
    let marks =
        xml.lines().filter(|line| ["UPDATE", "APPEND", "DELETE"].iter().any(|mark| line.contains(&format!("\"{mark}\""))));
    let rules = outcome.findings.iter().map(|finding| finding.rule.clone()).filter(|rule| rule.starts_with("CG-")).collect();
    (marks.map(|line| line.trim().to_owned()).collect(), rules)
}

#[test]
fn what_the_last_change_left_in_the_sheets_is_not_filed_again() {
    // The workbook of the first change, with its marks and its deleted row, goes on as the second one.
    let last = fixture("change");
    let mut current = last.clone();
    current["filing"]["change_count"] = 2.into();
    current["filing"]["date"] = "2027-01-15".into();
    current["trial"]["end_date"] = "2028-09-30".into();
    let (marks, rules) = built(&last, &current);
    assert_eq!(marks, ["<ENDDATECLINTRIAL STATUS=\"UPDATE\">"]);
    assert_eq!(rules, ["CG-0010", "CG-0008", "CG-0002", "CG-0007"]);
}
