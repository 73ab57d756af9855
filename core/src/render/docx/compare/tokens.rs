//! A text as the pieces that change as a whole: a number, a Latin or katakana word, any other character by itself.
//!
//! Japanese has no spaces between words, so kanji and hiragana are compared one by one; a number is never split, since
//! 「1**2**0例」→「1**5**0例」 is easily misread.

use crate::text::fold::ascii_char;

/// What a character is to the pieces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Letters and digits, of either width.
    Word,
    /// Katakana with its long vowel mark.
    Katakana,
    Other,
}

/// Splits a text into its pieces; together they are the text again.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some((start, c)) = chars.get(at).copied() {
        let class = class(c);
        let mut end = at + 1;
        while class != Class::Other && goes_on(&chars, end, class) {
            end += 1;
        }
        let stop = chars.get(end).map_or(text.len(), |(stop, _)| *stop);
        tokens.push(text.get(start..stop).unwrap_or_default());
        at = end;
    }
    tokens
}

fn goes_on(chars: &[(usize, char)], at: usize, wanted: Class) -> bool {
    let of = |at: usize| chars.get(at).map(|(_, c)| *c);
    let Some(c) = of(at) else { return false };
    if class(c) == wanted {
        return true;
    }
    // A point, comma or hyphen inside a number or a code belongs to it.
    let joins = matches!(ascii_char(c), '.' | ',' | '-' | '/' | ':' | '_');
    wanted == Class::Word && joins && of(at + 1).is_some_and(|next| class(next) == Class::Word)
}

fn class(c: char) -> Class {
    if ascii_char(c).is_ascii_alphanumeric() || ('\u{00C0}'..='\u{024F}').contains(&c) {
        Class::Word
    } else if matches!(c, '\u{30A1}'..='\u{30FA}' | '\u{30FC}' | '\u{FF66}'..='\u{FF9F}') {
        Class::Katakana
    } else {
        Class::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_foreign_words_stay_whole() {
        let cases = [
            ("120例", &["120", "例"][..]),
            ("１，２００例", &["１，２００", "例"]),
            ("第1.2版", &["第", "1.2", "版"]),
            ("HbA1cとDEMO-001。", &["HbA1c", "と", "DEMO-001", "。"]),
            ("モニタリング等", &["モニタリング", "等"]),
            ("1.", &["1", "."]),
            ("", &[]),
        ];
        for (text, wanted) in cases {
            assert_eq!(tokens(text), wanted, "{text}");
        }
    }
}
