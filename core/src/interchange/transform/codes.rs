//! Words of code lists.

use super::super::dates::mangled_phase;
use super::super::fill::{Fill, why};
use super::super::outcome::Disposition;
use super::super::phrases::{plain, squeeze};
use super::super::table::Rule;
use super::super::words::Word;
use crate::model::{FieldIx, Kind, Text};

/// Takes a word of the field's list; where it is not known, the `code` beside it is tried.
pub(super) fn code(fill: &mut Fill, rule: &Rule, at: usize) {
    let word = squeeze(&plain(&fill.leaf(at).text, false));
    let parent = fill.leaf(at).parent().to_owned();
    let beside = fill.leaves.find(&parent, "code").filter(|beside| *beside != at);
    let mut said = read(fill, rule, &word);
    if said == Word::Unknown
        && let Some(beside) = beside
    {
        said = read(fill, rule, &fill.leaf(beside).text.clone());
    }
    take(fill, rule, &[at], &word, said);
}

/// Takes all values of a repeated name as one word, `PHASE1|PHASE2`.
pub(super) fn codes(fill: &mut Fill, rule: &Rule, at: usize) {
    let leaf = fill.leaf(at);
    // The first one speaks for all of its name.
    if !leaf.key.ends_with("[0]") {
        return fill.settle(at, Disposition::Lost(why::ALONE.to_owned()));
    }
    let name = leaf.key.rsplit('/').next().unwrap_or_default().split('[').next().unwrap_or_default().to_owned();
    let all = fill.leaves.find_all(leaf.parent(), &name);
    let words: Vec<String> = all.iter().map(|index| fill.leaf(*index).text.trim().to_owned()).collect();
    let word = words.join("|");
    let said = read(fill, rule, &word);
    take(fill, rule, &all, &word, said);
}

/// Takes the sexes of a list of codes, `Female|Male`.
pub(super) fn sexes(fill: &mut Fill, rule: &Rule, at: usize) {
    let leaf = fill.leaf(at);
    let parent = leaf.parent();
    if !parent.ends_with("[0]") {
        return fill.settle(at, Disposition::Lost(why::ALONE.to_owned()));
    }
    let above = parent.rsplit_once('/').map_or("", |(above, _)| above);
    let list = parent.rsplit('/').next().unwrap_or_default().split('[').next().unwrap_or_default();
    let all = fill.leaves.find_each(above, list, "decode");
    let words: Vec<String> = all.iter().map(|index| fill.leaf(*index).text.trim().to_owned()).collect();
    let word = words.join("|");
    let said = read(fill, rule, &word);
    take(fill, rule, &all, &word, said);
}

/// Takes a phase, also one that a spreadsheet made a date of.
pub(super) fn phase(fill: &mut Fill, rule: &Rule, at: usize) {
    let word = squeeze(&plain(&fill.leaf(at).text, false));
    if let Some(meant) = mangled_phase(&word) {
        let values = [("value", Text::from(word.as_str())), ("phase", meant.into())];
        fill.say("IX-0010", at, rule.field, &values);
        let said = read(fill, rule, meant);
        return take(fill, rule, &[at], meant, said);
    }
    let said = read(fill, rule, &word);
    take(fill, rule, &[at], &word, said);
}

/// Takes the masking of ClinicalTrials.gov: `SINGLE` with who is masked beside it.
pub(super) fn masking(fill: &mut Fill, rule: &Rule, at: usize) {
    let parent = fill.leaf(at).parent().to_owned();
    let is_first = fill.leaf(at).key.ends_with("[0]");
    let who = if is_first { fill.leaves.find_all(&parent, "whoMasked") } else { Vec::new() };
    let word = squeeze(&fill.leaf(at).text);
    let names: Vec<String> = who.iter().map(|index| fill.leaf(*index).text.trim().to_owned()).collect();
    let whole = if names.len() == 1 { format!("{word}: {}", names.join(", ")) } else { word.clone() };
    let mut said = read(fill, rule, &whole);
    let mut all = vec![at];
    if said == Word::Unknown {
        said = read(fill, rule, &word);
    } else {
        all.extend(who);
    }
    take(fill, rule, &all, &word, said);
}

fn read(fill: &Fill, rule: &Rule, word: &str) -> Word {
    match rule.field.and_then(|field| list(fill, field)) {
        Some(list) => fill.tables.words.read(fill.catalogue, list, fill.words, word),
        None => Word::Unknown,
    }
}

/// Returns the code list of a field.
fn list<'a>(fill: &Fill<'a>, field: FieldIx) -> Option<&'a str> {
    match &fill.catalogue.field(field).kind {
        Kind::Code(list) => Some(list),
        _ => None,
    }
}

/// Takes what a word says for all the values that say it.
fn take(fill: &mut Fill, rule: &Rule, all: &[usize], word: &str, said: Word) {
    let (Some(field), Some(at)) = (rule.field, all.first().copied()) else { return };
    let put = match said {
        Word::Code(code) => {
            let key = fill.row_key(rule, at, 0);
            // A list of codes has each once: `DRUG` of two interventions is one kind.
            let inline = fill.catalogue.inline_field(fill.catalogue.field(field).scope).is_some();
            let key = if inline { code.clone() } else { key };
            fill.put_in(field, &key, at, &code, false)
        }
        Word::Nothing => Err(why::NOTHING),
        Word::Several(codes) => {
            say_several(fill, at, field, word, &codes);
            Err(why::LOSSY)
        }
        Word::Unknown => {
            let label = fill.catalogue.field(field).label.clone();
            fill.say("IX-0051", at, Some(field), &[("label", label), ("value", word.into())]);
            Err(why::UNKNOWN_WORD)
        }
    };
    for index in all {
        match put {
            Ok(field) => fill.settle(*index, Disposition::Taken(vec![field])),
            Err(reason) => fill.settle(*index, Disposition::Lost(reason.to_owned())),
        }
    }
}

/// Says which codes a word may mean.
pub(super) fn say_several(fill: &mut Fill, at: usize, field: FieldIx, word: &str, codes: &[String]) {
    let known = list(fill, field).and_then(|list| fill.catalogue.codes.get(list));
    let name = |lang| {
        let name = |code: &String| {
            let meaning = known.and_then(|list| list.meaning(code)).map(|text: &Text| text.get(lang).to_owned());
            meaning.unwrap_or_else(|| code.clone())
        };
        codes.iter().map(name).collect::<Vec<_>>()
    };
    let among = Text::new(name(crate::model::Lang::Ja).join("、"), name(crate::model::Lang::En).join(", "));
    let label = fill.catalogue.field(field).label.clone();
    fill.say("IX-0050", at, Some(field), &[("label", label), ("value", word.into()), ("among", among)]);
}
