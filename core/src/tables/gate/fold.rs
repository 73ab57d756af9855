//! One spelling for values and titles that are compared with patterns.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::text::fold::is_hyphen;

/// Writes a value as the patterns expect it: NFKC, hyphens of every kind as `-`, and so the long vowel mark between digits.
pub(super) fn value(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains(is_unseen) {
        return Cow::Borrowed(text.trim());
    }
    let text = seen(text);
    let text = text.trim();
    let mut folded = String::with_capacity(text.len());
    let mut chars = text.nfkc().peekable();
    while let Some(c) = chars.next() {
        let after_digit = folded.ends_with(|c: char| c.is_ascii_digit());
        let before_digit = chars.peek().is_some_and(char::is_ascii_digit);
        folded.push(match c {
            c if is_hyphen(c) => '-',
            'ー' | '一' if after_digit && before_digit => '-',
            '\n' | '\r' | '\t' => ' ',
            c => c,
        });
    }
    Cow::Owned(folded)
}

/// Leaves out the characters that nobody sees: they would part the digits of a number.
pub(super) fn seen(text: &str) -> Cow<'_, str> {
    if text.contains(is_unseen) { Cow::Owned(text.chars().filter(|c| !is_unseen(*c)).collect()) } else { Cow::Borrowed(text) }
}

/// Returns whether a character has no form: controls, the category Cf, fillers, and what chooses among forms of a character.
fn is_unseen(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | ' '..='~' => false,
        '\0'..='\u{9F}' => c != '\u{85}',
        _ => matches!(
            c,
            '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}'..='\u{891}'
                | '\u{8E2}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}'
                | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        ),
    }
}

/// Writes a title as a key: NFKC, lower case, nothing but letters, digits and the sign of the post.
pub(super) fn title(text: &str) -> String {
    seen(text).nfkc().filter(|c| c.is_alphanumeric() || *c == '〒').flat_map(char::to_lowercase).collect()
}

/// Hashes a text; the same in every run.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_hyphens_are_one() {
        assert_eq!(value("０３－１２３４ー５６７８"), "03-1234-5678");
        assert_eq!(value("1一2一3"), "1-2-3");
        assert_eq!(value("ﾔﾏﾀﾞ\u{3000}ﾀﾛｰ"), "ヤマダ タロー");
        assert_eq!(title(" 患者 ＩＤ（院内） "), "患者id院内");
        assert_eq!(value("0\u{200B}9\u{AD}0\u{FEFF}-\u{2060}1\u{E0101}\u{7F}"), "090-1");
        assert_eq!(value("a\u{1}b"), "ab");
        assert_eq!(title("患\u{200D}者"), "患者");
        assert_eq!(title("E-Mail"), title("email"));
    }
}
