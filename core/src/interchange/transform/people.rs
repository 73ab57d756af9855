//! Names of organisations and of people.

use std::collections::BTreeMap;

use super::super::fill::{Fill, why};
use super::super::outcome::Disposition;
use super::super::phrases::{lost_character, plain, run_together, squeeze};
use super::super::table::Rule;
use super::super::words::fold;
use super::settle_parts;

/// Takes names of organisations, each a row; one that stands several times is one, and that is said.
pub(super) fn names(fill: &mut Fill, rule: &Rule, at: usize) {
    let Some(field) = rule.field else { return };
    let text = plain(&fill.leaf(at).text, false);
    let mut parts = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for name in text.split([';', '\n']).map(squeeze).filter(|name| !name.is_empty()) {
        if fill.tables.says_nothing(&name) {
            parts.push(Err(why::NOTHING));
            continue;
        }
        let times = seen.entry(fold(&name)).or_default();
        *times += 1;
        if *times > 1 {
            continue;
        }
        let key = format!("name {}", fold(&name));
        parts.push(fill.put_in(field, &key, at, &name, false));
    }
    let label = fill.catalogue.field(field).label.clone();
    if let Some((_, times)) = seen.iter().find(|(_, times)| **times > 1) {
        let name = text.split([';', '\n']).map(squeeze).find(|name| seen.get(&fold(name)) == Some(times)).unwrap_or_default();
        let values = [("label", label.clone()), ("name", name.into()), ("times", times.to_string().into())];
        fill.say("IX-0020", at, Some(field), &values);
    }
    if run_together(&text) {
        fill.say("IX-0037", at, Some(field), &[("label", label.clone())]);
    }
    if lost_character(&text) {
        fill.say("IX-0038", at, Some(field), &[("label", label)]);
    }
    settle_parts(fill, at, parts);
}

/// Takes the name of a person in one text. The family name is the last word, or the one in capitals; degrees behind a
/// comma are not part of it.
pub(super) fn person(fill: &mut Fill, rule: &Rule, at: usize) {
    let Some(field) = rule.field else { return };
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    if fill.tables.says_nothing(&text) {
        return fill.settle(at, Disposition::Lost(why::NOTHING.to_owned()));
    }
    let (name, degrees) = text.split_once(',').unwrap_or((&text, ""));
    let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    let id = fill.catalogue.field(field).id.clone();
    let beside = |part: &str| id.replace("family", part);
    let key = fill.row_key(rule, at, 0);
    let capitals = |word: &&str| word.chars().count() > 1 && word.chars().all(|c| c.is_uppercase() || c == '-');
    let mut parts = Vec::new();
    match words.as_slice() {
        [] => {}
        [only] => parts.push(fill.put_in(field, &key, at, only, false)),
        words => {
            let marked = words.iter().position(&capitals).filter(|_| !words.iter().all(capitals));
            let family = marked.unwrap_or(words.len() - 1);
            let rest: Vec<&str> = words.iter().enumerate().filter(|(at, _)| *at != family).map(|(_, word)| *word).collect();
            let (given, middle) = rest.split_first().map_or(("", String::new()), |(first, more)| (*first, more.join(" ")));
            parts.push(fill.put_in(field, &key, at, words.get(family).copied().unwrap_or_default(), false));
            parts.push(fill.put_id(&beside("given"), &key, at, given));
            if !middle.is_empty() {
                parts.push(fill.put_id(&beside("middle"), &key, at, &middle));
            }
            if marked.is_none() {
                fill.say("IX-0054", at, Some(field), &[("value", name.into())]);
            }
        }
    }
    if !degrees.trim().is_empty() {
        parts.push(Err("no-field"));
    }
    settle_parts(fill, at, parts);
}
