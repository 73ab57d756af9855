//! The engine's rule texts and the code that uses them agree, and every text is there in both languages.

use std::collections::BTreeSet;
use std::path::Path;

use todokede_core::model::{Lang, RuleText};
use todokede_tests::{engine, workspace};

fn sources(folder: &Path, texts: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Finds ids such as `IN-0001` between quotes.
fn ids(text: &str) -> BTreeSet<String> {
    let is_id = |word: &str| {
        let bytes = word.as_bytes();
        bytes.len() == 7
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2] == b'-'
            && bytes[3..].iter().all(u8::is_ascii_digit)
    };
    text.split('"').filter(|word| is_id(word)).map(str::to_owned).collect()
}

#[test]
fn every_rule_the_code_names_is_in_the_book_and_the_other_way_round() {
    let mut text = String::new();
    sources(&workspace().join("core/src"), &mut text);
    sources(&workspace().join("core/cli/src"), &mut text);
    let used = ids(&text);
    let known: BTreeSet<String> = engine().book.iter().map(|rule| rule.id.clone()).collect();
    assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "named in the code, not in the book");
    assert_eq!(known.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "in the book, not named in the code");
}

#[test]
fn every_rule_says_what_why_and_how_in_both_languages() {
    let engine = engine();
    let check = |rule: &RuleText, of: &str| {
        for lang in [Lang::Ja, Lang::En] {
            for (what, text) in [("message", &rule.message), ("fix", &rule.fix)] {
                let text = lang.pick(&text.ja, &text.en);
                assert!(!text.is_empty(), "{of} {} has no {what} in {lang:?}", rule.id);
            }
        }
    };
    for rule in engine.book.iter() {
        check(rule, "engine");
    }
    for plugin in engine.plugins.values() {
        for rule in plugin.rules.texts().chain(plugin.deadlines.texts()) {
            check(rule, plugin.id());
            assert!(!rule.source.is_empty(), "{} {} has no source", plugin.id(), rule.id);
        }
    }
}
