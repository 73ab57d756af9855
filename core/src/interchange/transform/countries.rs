//! Countries: a list in one text, in many spellings, and among them what is none.

use super::super::fill::{Fill, why};
use super::super::phrases::{plain, squeeze};
use super::super::table::Rule;
use super::super::words::Word;
use super::settle_parts;
use crate::model::{Lang, Text};

/// Takes countries, each once.
pub(super) fn countries(fill: &mut Fill, rule: &Rule, at: usize) {
    let Some(field) = rule.field else { return };
    let text = plain(&fill.leaf(at).text, false);
    let names: Vec<String> = text.split([';', '\n', '|']).map(squeeze).filter(|name| !name.is_empty()).collect();
    // `Korea, Republic of` is one country, `Japan, Korea` two.
    let names: Vec<String> = names.iter().flat_map(|name| apart(fill, name)).collect();
    let mut parts = Vec::new();
    for name in names {
        let code = match find(fill, &name) {
            Word::Code(code) => Ok(code),
            Word::Nothing => {
                fill.say("IX-0032", at, rule.field, &[("value", name.as_str().into())]);
                Err(why::UNUSABLE)
            }
            Word::Several(_) | Word::Unknown => match near(fill, &name) {
                Some((code, meant)) => {
                    fill.say("IX-0033", at, rule.field, &[("value", name.as_str().into()), ("country", meant)]);
                    Ok(code)
                }
                None => {
                    fill.say("IX-0034", at, rule.field, &[("value", name.as_str().into())]);
                    Err(why::UNKNOWN_WORD)
                }
            },
        };
        parts.push(code.and_then(|code| fill.put_in(field, &code, at, &code, false)));
    }
    settle_parts(fill, at, parts);
}

/// Splits a name at its commas where that makes countries of all its parts, and the whole is none.
fn apart(fill: &Fill, name: &str) -> Vec<String> {
    let whole = vec![name.to_owned()];
    if !name.contains(',') || matches!(find(fill, name), Word::Code(_)) {
        return whole;
    }
    let parts: Vec<String> = name.split(',').map(squeeze).collect();
    if parts.iter().all(|part| matches!(find(fill, part), Word::Code(_))) { parts } else { whole }
}

/// Finds a country by its English or Japanese name or its code.
fn find(fill: &Fill, name: &str) -> Word {
    let folded = letters(name);
    let said = fill.tables.words.read(fill.catalogue, "country", "*", name);
    let Some(list) = fill.catalogue.codes.get("country") else { return said };
    if said != Word::Unknown {
        return said;
    }
    let is = |(code, text): &&(String, Text)| code == name || letters(&text.en) == folded || text.ja == name;
    list.entries.iter().find(is).map_or(Word::Unknown, |(code, _)| Word::Code(code.clone()))
}

/// Finds the one country whose name is almost that: a letter more, less or other.
fn near(fill: &Fill, name: &str) -> Option<(String, Text)> {
    const LEAST: usize = 5;
    // Comparing costs the product of the lengths, and no country's name is that long.
    const MOST: usize = 40;
    let folded = letters(name);
    if !(LEAST..=MOST).contains(&folded.chars().count()) {
        return None;
    }
    let list = fill.catalogue.codes.get("country")?;
    let is = |text: &Text| strsim::damerau_levenshtein(&letters(&text.en), &folded) <= 1;
    let mut found = list.entries.iter().filter(|(_, text)| is(text));
    let first = found.next()?;
    let meant = Text::new(first.1.get(Lang::Ja), first.1.get(Lang::En));
    found.next().is_none().then(|| (first.0.clone(), meant))
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}
