//! Lengths in the unit of the 治験届: half-width 1, full-width 2.

/// Returns the half-width units of a text: ASCII and half-width katakana count 1, everything else 2.
pub fn units(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|c| if is_half_width(c) { 1 } else { 2 }).sum()
}

/// Returns whether a character counts 1: ASCII and half-width katakana (U+FF61–FF9F).
pub fn is_half_width(c: char) -> bool {
    c.is_ascii() || ('\u{FF61}'..='\u{FF9F}').contains(&c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_are_those_counted_by_hand() {
        let cases = [
            ("", 0),
            ("DEMO-001", 8),
            ("治験", 4),
            ("ｶﾞ", 2),
            ("ガ", 2),
            ("ＡＢ", 4),
            ("①Ⅱ―", 6),
            ("𠮷", 2),
            ("é", 2),
            ("錠 10mg", 7),
            ("a\nb", 3),
            ("\u{3000}", 2),
            ("｡ﾟ", 2),
            ("\u{FF60}\u{FFA0}", 4),
        ];
        for (text, wanted) in cases {
            assert_eq!(units(text), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn units_add_up_over_characters(text in any::<String>()) {
            let by_hand: usize = text.chars().map(|c| units(c.encode_utf8(&mut [0; 4]))).sum();
            prop_assert_eq!(units(&text), by_hand);
        }
    }
}
