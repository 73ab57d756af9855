//! Whatever a schema-valid filing looks like, it is built again as it was.

use proptest::prelude::*;
use todokede_core::as_filed::{Element, differences, parse, write};
use todokede_tests::foreign::Through;
use todokede_tests::trials::{fixture, large};
use todokede_tests::{build, engine, only_xml, reference};

/// Does to an element what other people's programs do.
fn distort(element: &mut Element, how: usize, seed: usize) {
    let first = element.children.first().cloned();
    let is_leaf =
        element.children.iter().all(|child| ["VARIABLELABEL", "CHANGEDATE", "CHANGEREASON"].contains(&child.name.as_str()));
    let serial = element.name.starts_with("SERIALNO");
    match how {
        // A label spelled otherwise.
        0 if first.as_ref().is_some_and(|label| label.name == "VARIABLELABEL") => element.children[0].text.push_str("（別名）"),
        // Without the elements of a change, or with empty ones.
        1 => element.children.retain(|child| child.name != "CHANGEDATE" && child.name != "CHANGEREASON"),
        2 if is_leaf && element.children.len() == 1 => {
            for name in ["CHANGEDATE", "CHANGEREASON"] {
                element.children.push(Element { name: name.to_owned(), ..Element::default() });
            }
        }
        // Words where nothing is marked.
        3 if is_leaf && element.children.len() == 3 => element.children[2].text = "印のない理由".to_owned(),
        // A mark, with or without its words.
        4 if is_leaf && !serial && !element.attributes.is_empty() => element.attributes[0].1 = "UPDATE".to_owned(),
        5 if serial => element.attributes[0].1 = ["APPEND", "DELETE"][seed % 2].to_owned(),
        // Numbers with gaps, twice the same, or padded.
        6 if serial && !element.text.is_empty() => element.text = ["7", "1", "003", "31"][seed % 4].to_owned(),
        // Values no rule would take.
        7 if is_leaf && !serial => {
            let values =
                ["2026/04/01", "20240230", "=1+1", "ｶﾞｯｺｳ", "ＡＢＣ １２", "a  b", "該当せず", "<&>\"", "-", ":x", "0001"];
            element.text = values[seed % values.len()].to_owned();
        }
        8 if is_leaf && !serial => element.text = format!("一行目\n\t\t二行目　{}", "長".repeat(seed % 300)),
        9 if is_leaf => element.text.clear(),
        // Attributes left out or the other way round.
        10 => element.attributes.clear(),
        11 => {
            for (name, value) in &mut element.attributes {
                if name == "NOVALUE" {
                    *value = if value == "TRUE" { "FALSE".to_owned() } else { "TRUE".to_owned() };
                }
            }
        }
        // A row more that says nothing, and a group left out.
        12 => {
            if let Some(at) = element.children.iter().position(|child| child.name.starts_with("SERIALNO")) {
                let mut row: Vec<Element> = element.children[at..].to_vec();
                if let Some(next) = row.iter().skip(1).position(|child| child.name.starts_with("SERIALNO")) {
                    row.truncate(next + 1);
                }
                row.iter_mut().for_each(blank);
                element.children.extend(row);
            }
        }
        13 => element.children.retain(|child| !["INFOCOMBINATION", "INFOREFCLINTRIALPLANNOTER"].contains(&child.name.as_str())),
        _ => {}
    }
}

fn blank(element: &mut Element) {
    if element.name != "VARIABLELABEL" {
        element.text.clear();
    }
    element.children.iter_mut().for_each(blank);
}

/// Counts elements below one, and hands out the one of a number.
fn nth<'a>(element: &'a mut Element, at: &mut usize) -> Option<&'a mut Element> {
    if *at == 0 {
        return Some(element);
    }
    *at -= 1;
    for child in &mut element.children {
        if let Some(found) = nth(child, at) {
            return Some(found);
        }
    }
    None
}

fn count(element: &Element) -> usize {
    1 + element.children.iter().map(count).sum::<usize>()
}

/// Returns filings to distort: our own, and the published ones where they are at hand.
fn filings() -> Vec<Element> {
    let mut all = Vec::new();
    for trial in [fixture("sponsor"), fixture("investigator")] {
        let folder = tempfile::tempdir().unwrap();
        all.push(only_xml(&build(&trial, folder.path())));
    }
    for name in ["2.治験計画変更届書.xml", "5.開発中止届書.xml", "blank-template.xml"] {
        match reference::file(&format!("pmda/samples/{name}")) {
            Some(path) => all.push(std::fs::read(path).unwrap()),
            None => reference::skipped("distorted published filings", name),
        }
    }
    all.iter().map(|bytes| parse(&String::from_utf8_lossy(bytes)).unwrap()).collect()
}

#[test]
fn a_distorted_filing_comes_back_as_it_was() {
    let filings = filings();
    let style = &engine().plugins["pmda-ctn"].form.xml;
    let distortions = prop::collection::vec((0_usize..14, 0_usize..2000, 0_usize..1000), 1..12);
    let strategy = (0..filings.len(), distortions, any::<bool>());
    let config = ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((which, steps, json) in strategy)| {
        let mut filing = filings[which].clone();
        for (how, at, seed) in steps {
            let mut at = at % count(&filing);
            if let Some(element) = nth(&mut filing, &mut at) {
                distort(element, how, seed);
            }
        }
        let bytes = write(&filing, style);
        let theirs = parse(&String::from_utf8_lossy(&bytes)).unwrap();
        let through = if json { Through::Json } else { Through::Workbook };
        let again = parse(&String::from_utf8_lossy(&through.again(&bytes))).unwrap();
        let left = differences(&again, &theirs);
        prop_assert!(left.is_empty(), "{:#?}", left);
    });
}

#[test]
fn a_large_filing_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = only_xml(&build(&large(), folder.path()));
    assert_eq!(Through::Json.again(&bytes), bytes);
}
