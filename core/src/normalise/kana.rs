//! Readings of names.

use std::borrow::Cow;

use crate::text::kana;

/// Makes half-width kana full-width and a run of spaces one, as its first was typed. Katakana stays: the form's own
/// rule speaks of it.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    let full = kana::full_width(text);
    let is_space = |c: char| matches!(c, ' ' | '\u{3000}');
    let doubled = full.chars().zip(full.chars().skip(1)).any(|(a, b)| is_space(a) && is_space(b));
    if !doubled {
        return full;
    }
    let mut single = String::with_capacity(full.len());
    for c in full.chars() {
        if !(is_space(c) && single.ends_with(is_space)) {
            single.push(c);
        }
    }
    Cow::Owned(single)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_become_one_and_half_width_kana_full_width() {
        let cases = [
            ("しけん\u{3000}\u{3000}たろう", "しけん\u{3000}たろう"),
            ("しけん \u{3000}たろう", "しけん たろう"),
            ("ｼｹﾝ ｼﾞﾛｳ", "シケン ジロウ"),
            ("しけん　たろう", "しけん　たろう"),
        ];
        for (text, wanted) in cases {
            assert_eq!(fold(text), wanted);
        }
    }
}
