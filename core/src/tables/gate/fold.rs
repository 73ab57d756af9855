//! One spelling for values and titles that are compared with patterns.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::text::fold::is_hyphen;

/// Writes a value as the patterns expect it: NFKC, hyphens of every kind as `-`, and so the long vowel mark between digits.
pub(super) fn value(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
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

/// Writes a title as a key: NFKC, lower case, nothing but letters, digits and the sign of the post.
pub(super) fn title(text: &str) -> String {
    text.nfkc().filter(|c| c.is_alphanumeric() || *c == '〒').flat_map(char::to_lowercase).collect()
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
        assert_eq!(title("E-Mail"), title("email"));
    }
}
