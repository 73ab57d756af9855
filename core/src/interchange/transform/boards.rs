//! Review boards: what stands under their name and address is often something else.

use super::super::fill::{Fill, why};
use super::super::outcome::Disposition;
use super::super::phrases::{mail, plain, squeeze};
use super::super::table::Rule;
use super::settle_parts;

/// The row of the review board of a record that has one.
const ROW: &str = "";

/// Takes the name of a board. A mail address is put where mail addresses belong.
pub(super) fn name(fill: &mut Fill, rule: &Rule, at: usize) {
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    if fill.tables.says_nothing(&text) {
        return fill.settle(at, Disposition::Lost(why::NOTHING.to_owned()));
    }
    let is_mail = mail(&text).is_some();
    if is_mail {
        fill.say("IX-0030", at, rule.field, &[("value", text.as_str().into())]);
    }
    let id = if is_mail { "boards.email" } else { "boards.name_en" };
    let mut parts = vec![fill.put_id(id, ROW, at, &text)];
    if let Some(number) = number(&text) {
        parts.push(fill.put_id("boards.number", ROW, at, number));
    }
    settle_parts(fill, at, parts);
}

/// Takes the address of a board. A name of a board is put where names belong, if none is there.
pub(super) fn address(fill: &mut Fill, rule: &Rule, at: usize) {
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    if fill.tables.says_nothing(&text) {
        return fill.settle(at, Disposition::Lost(why::NOTHING.to_owned()));
    }
    let is_name = is_board(&text);
    if is_name {
        fill.say("IX-0031", at, rule.field, &[("value", text.as_str().into())]);
    }
    let id = if is_name { "boards.name_en" } else { "boards.address_en" };
    let parts = vec![fill.put_id(id, ROW, at, &text)];
    settle_parts(fill, at, parts);
}

/// Returns whether a text names a board and has nothing of an address.
fn is_board(text: &str) -> bool {
    const WORDS: [&str; 7] =
        ["review board", "committee", "institutional review", "irb", "審査委員会", "倫理委員会", "ethics board"];
    let lower = text.to_lowercase();
    let has = WORDS.iter().any(|word| match word.is_ascii() && !word.contains(' ') {
        true => lower.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word),
        false => lower.contains(word),
    });
    // A house number or a zip code makes it an address, whatever else it names.
    has && !text.chars().any(|c| c.is_ascii_digit())
}

/// Returns the certification number in a text.
fn number(text: &str) -> Option<&str> {
    let is_number = |word: &&str| {
        word.strip_prefix("CRB").is_some_and(|digits| digits.len() == 7 && digits.chars().all(|c| c.is_ascii_digit()))
    };
    text.split(|c: char| !c.is_ascii_alphanumeric()).find(is_number)
}
