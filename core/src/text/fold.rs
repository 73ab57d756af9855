//! Folding of full-width forms, for codes, numbers and comparisons; never for free text.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Turns full-width ASCII (U+FF01–FF5E) and the ideographic space into half-width ASCII.
pub fn ascii(text: &str) -> Cow<'_, str> {
    map(text, ascii_char)
}

/// Turns full-width letters and digits into half-width ones and leaves every other character.
pub fn alphanumeric(text: &str) -> Cow<'_, str> {
    map(text, |c| Some(ascii_char(c)).filter(char::is_ascii_alphanumeric).unwrap_or(c))
}

/// Turns one full-width ASCII character into its half-width form.
pub fn ascii_char(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// Returns whether a character is one of those people type for a hyphen; the long vowel mark is not among them.
pub fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}')
}

/// Spells a text without regard to width, case and spaces. Only for comparing: it changes names.
pub fn loose(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase)
}

/// Replaces characters one by one; a text that stays as it is costs no allocation.
pub(crate) fn map(text: &str, change: impl Fn(char) -> char) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(|c| change(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(change).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_ascii_becomes_half_width() {
        assert_eq!(ascii("ＤＥＭＯ－００１\u{3000}（ａ）"), "DEMO-001 (a)");
        assert_eq!(ascii("治験。ー"), "治験。ー");
        assert!(matches!(ascii("DEMO"), Cow::Borrowed(_)));
        assert!(matches!(ascii("治験"), Cow::Borrowed(_)));
    }

    #[test]
    fn only_letters_and_digits_fold_in_a_key() {
        assert_eq!(alphanumeric("Ｓｉｔｅ－０１（甲）"), "Site－01（甲）");
    }

    #[test]
    fn a_loose_comparison_forgets_width_case_and_spaces() {
        let loosely = |text| loose(text).collect::<String>();
        assert_eq!(loosely("院内 ＩＲＢ"), loosely("院内irb"));
        assert_eq!(loosely("第Ⅰ／Ⅱ相"), loosely("第I/II相"));
        assert_ne!(loosely("第Ⅰ相"), loosely("第Ⅱ相"));
    }
}
