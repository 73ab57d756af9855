//! The words that a destination has for our codes are the choices of its own form.

use std::collections::BTreeSet;

use todokede_core::model::ItemKind;
use todokede_core::plugin::{Source, Word};
use todokede_tests::engine;

/// Returns the list and the column that an item's words come from.
fn words_of(source: &Source) -> Option<(&str, &str)> {
    let (Source::Field { word: Some(word), .. } | Source::Gathered { word: Some(word), .. }) = source else { return None };
    match word {
        Word::Of { list, destination } => Some((list, destination)),
        Word::Meaning(..) => None,
    }
}

#[test]
fn every_word_of_a_destination_is_a_choice_of_the_item_that_shows_it() {
    let engine = engine();
    let mut columns = BTreeSet::new();
    for (id, plugin) in &engine.plugins {
        for (at, item) in plugin.form.items().iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Value) {
            let Some((list, destination)) = words_of(plugin.mapping.source(at)) else { continue };
            // A free text may be filled with a word too; every choice of jRCT is one of a list.
            let Some(choices) = plugin.form.codes(item, &engine.catalogue) else {
                assert_ne!(id, "jrct", "{} has words but no choices", item.path);
                continue;
            };
            let words = engine.catalogue.vocabularies.words(list, destination);
            assert!(!words.is_empty(), "{id}: {list}.{destination} has no words");
            let strange: Vec<&str> = words.into_iter().filter(|word| !choices.contains(word)).collect();
            assert!(strange.is_empty(), "{id}: {}: {list}.{destination} has words that are no choices: {strange:?}", item.path);
            columns.insert((list, destination));
        }
    }
    assert!(columns.len() >= 20, "{columns:?}");
}
