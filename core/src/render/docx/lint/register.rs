//! Sentences that end in 「です・ます」 among those that end in 「である」, or the other way round.

use super::document::Document;
use super::{Profile, Report};

/// Ends of polite sentences.
const POLITE: [&str; 9] = ["です", "ます", "ません", "ました", "でした", "ください", "でしょう", "ましょう", "ございます"];

/// Ends of plain sentences; only those that cannot be the end of a noun or of a quotation.
const PLAIN: [&str; 14] = [
    "である",
    "であった",
    "とする",
    "ではない",
    "していない",
    "している",
    "されている",
    "された",
    "される",
    "できる",
    "行う",
    "行った",
    "だった",
    "認めない",
];

/// Fewest sentences of the style that prevails.
const ENOUGH: usize = 3;

pub(super) fn check<'d>(document: &'d Document, profile: Option<Profile>, found: &mut Vec<Report<'d>>) {
    let mut polite = Vec::new();
    let mut plain = Vec::new();
    for line in document.lines.iter().filter(|line| line.is_prose()) {
        for sentence in line.text.split_inclusive('。').filter(|sentence| sentence.ends_with('。')) {
            let text = unquoted(sentence.trim_end_matches('。'));
            // A sentence that ends with a bracket is judged by what stands before it.
            let end = text.trim_end();
            if POLITE.iter().any(|word| end.ends_with(word)) {
                polite.push((line, sentence));
            } else if PLAIN.iter().any(|word| end.ends_with(word)) {
                plain.push((line, sentence));
            }
        }
    }
    let is_patients = profile.is_some_and(Profile::is_for_patients);
    let (wrong, instead) = if polite.len() >= ENOUGH && (is_patients || polite.len() > plain.len()) {
        (plain, "です・ます")
    } else if plain.len() >= ENOUGH && plain.len() > polite.len() {
        (polite, "である")
    } else {
        return;
    };
    for (line, sentence) in wrong {
        found.push(Report::at("DL-0122", line, sentence).with("instead", instead));
    }
}

/// Returns a sentence without what is quoted or bracketed in it.
fn unquoted(sentence: &str) -> String {
    let mut depth = 0_usize;
    let mut text = String::new();
    for c in sentence.chars() {
        match c {
            '「' | '『' | '（' | '(' => depth += 1,
            '」' | '』' | '）' | ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => text.push(c),
            _ => {}
        }
    }
    text
}
