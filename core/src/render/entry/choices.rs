//! Choices as the screen shows them.

use super::model::{List, Pick};
use crate::model::{CodeList, Text};

/// Shows a list of choices.
pub(super) fn list(codes: &CodeList) -> List {
    let choices = codes.entries.iter().map(|(code, meaning)| pick(code, Some(meaning))).collect();
    List { label: codes.label.clone(), closed: codes.closed, choices }
}

/// Returns the choices that a value stands for; `multi` separates several.
pub(super) fn picks(codes: &CodeList, value: &str, multi: Option<&str>) -> Vec<Pick> {
    if value.is_empty() {
        return Vec::new();
    }
    let parts: Vec<&str> = multi.map_or_else(|| vec![value], |sign| value.split(sign).collect());
    let entry = |code: &str| codes.entries.iter().find(|(known, _)| known == code).map(|(_, meaning)| meaning);
    parts.into_iter().map(|code| pick(code, entry(code))).collect()
}

/// A code without a Japanese meaning is what the screen says.
fn pick(code: &str, meaning: Option<&Text>) -> Pick {
    let text = |meaning: &str| if meaning.is_empty() { code.to_owned() } else { meaning.to_owned() };
    let label = meaning.map_or_else(|| code.into(), |meaning| Text::new(text(&meaning.ja), text(&meaning.en)));
    Pick { code: code.to_owned(), label, known: meaning.is_some() }
}
