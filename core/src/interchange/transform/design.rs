//! Study designs in one string: jRCT's five parts, UMIN's two words, and what others write.

use super::super::fill::{Fill, Put, why};
use super::super::phrases::{plain, squeeze};
use super::super::words::Word;
use super::{codes, settle_parts};

/// The five axes: code list, and with `design.` the field.
const AXES: [&str; 5] = ["allocation", "masking", "control", "assignment", "purpose"];

/// Takes a design apart.
pub(super) fn design(fill: &mut Fill, at: usize) {
    let text = squeeze(&plain(&fill.leaf(at).text, false).replace('\n', ". "));
    if fill.tables.says_nothing(&text) {
        return fill.settle(at, super::super::outcome::Disposition::Lost(why::NOTHING.to_owned()));
    }
    let mut parts: Vec<Put> = Vec::new();
    if let Some(said) = fill.tables.design(&text) {
        for (axis, code) in said {
            parts.push(if code == "-" { Err(why::NOTHING) } else { fill.put_id(&format!("design.{axis}"), "", at, &code) });
        }
        return settle_parts(fill, at, parts);
    }
    for piece in text.split([',', ';', '.']).map(str::trim).filter(|piece| !piece.is_empty()) {
        // `Blinding: Double blind` says what it is about; the word after it says the rest.
        let word = piece.rsplit_once(':').map_or(piece, |(_, word)| word.trim());
        if word.is_empty() {
            continue;
        }
        parts.push(axis(fill, at, word));
    }
    let known = parts.iter().filter(|part| !matches!(part, Err(why::UNKNOWN_WORD))).count();
    if known < parts.len() {
        fill.say("IX-0058", at, None, &[("value", text.as_str().into())]);
    }
    settle_parts(fill, at, parts);
}

/// Puts one word of a design where it belongs; a word means one axis only.
fn axis(fill: &mut Fill, at: usize, word: &str) -> Put {
    for axis in AXES {
        let id = format!("design.{axis}");
        match fill.tables.words.read(fill.catalogue, axis, fill.words, word) {
            Word::Code(code) => return fill.put_id(&id, "", at, &code),
            Word::Several(among) => {
                if let Some(field) = fill.catalogue.field_ix(&id) {
                    codes::say_several(fill, at, field, word, &among);
                }
                return Err(why::LOSSY);
            }
            Word::Nothing => return Err(why::NOTHING),
            Word::Unknown => {}
        }
    }
    Err(why::UNKNOWN_WORD)
}

/// What an axis is called before the colon, and our field.
const CATEGORIES: [(&str, &str); 5] = [
    ("study type", "design.study_type"),
    ("allocation", "design.allocation"),
    ("masking", "design.masking"),
    ("intervention model", "design.assignment"),
    ("primary purpose", "design.purpose"),
];

/// Takes one axis of a design, `Allocation: Randomized`.
pub(super) fn category(fill: &mut Fill, at: usize) {
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    let (name, word) = text.split_once(':').unwrap_or((&text, ""));
    let name = super::super::words::fold(name);
    let known = CATEGORIES.iter().find(|(category, _)| *category == name).map(|(_, id)| *id);
    let put = match known {
        Some(id) => {
            let list = id.trim_start_matches("design.").replace('_', "-");
            match fill.tables.words.read(fill.catalogue, &list, fill.words, word) {
                Word::Code(code) => fill.put_id(id, "", at, &code),
                Word::Several(among) => {
                    if let Some(field) = fill.catalogue.field_ix(id) {
                        codes::say_several(fill, at, field, word.trim(), &among);
                    }
                    Err(why::LOSSY)
                }
                Word::Nothing => Err(why::NOTHING),
                Word::Unknown => Err(why::UNKNOWN_WORD),
            }
        }
        None => Err(why::UNKNOWN_WORD),
    };
    if put == Err(why::UNKNOWN_WORD) {
        fill.say("IX-0058", at, None, &[("value", text.as_str().into())]);
    }
    fill.settle_put(at, put);
}
