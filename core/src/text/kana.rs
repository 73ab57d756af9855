//! Kana: half-width to full-width, marks joined to their letter, katakana to hiragana.

use std::borrow::Cow;

use unicode_normalization::char::compose;

/// The full-width forms of U+FF61–FF9F, in order.
const FULL: [char; 63] = [
    '。', '「', '」', '、', '・', 'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー', 'ア', 'イ', 'ウ', 'エ',
    'オ', 'カ', 'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ', 'チ', 'ツ', 'テ', 'ト', 'ナ', 'ニ', 'ヌ', 'ネ',
    'ノ', 'ハ', 'ヒ', 'フ', 'ヘ', 'ホ', 'マ', 'ミ', 'ム', 'メ', 'モ', 'ヤ', 'ユ', 'ヨ', 'ラ', 'リ', 'ル', 'レ', 'ロ', 'ワ',
    'ン', '゛', '゜',
];

const VOICED: char = '\u{3099}';
const SEMI_VOICED: char = '\u{309A}';

/// Turns half-width katakana into full-width, `ｶﾞ` into one `ガ`; a mark that joins with nothing stands alone.
pub fn full_width(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| full_width_char(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut full = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(wide) = full_width_char(c) else {
            full.push(c);
            continue;
        };
        let mark = match chars.peek() {
            Some('ﾞ' | &VOICED) => Some(VOICED),
            Some('ﾟ' | &SEMI_VOICED) => Some(SEMI_VOICED),
            _ => None,
        };
        match mark.and_then(|mark| compose(wide, mark)) {
            Some(joined) => {
                chars.next();
                full.push(joined);
            }
            None => full.push(wide),
        }
    }
    Cow::Owned(full)
}

/// Returns the full-width form of one half-width katakana.
pub fn full_width_char(c: char) -> Option<char> {
    let at = u32::from(c).checked_sub(0xFF61)?;
    FULL.get(usize::try_from(at).ok()?).copied()
}

/// Joins a letter and the combining mark after it (か + U+3099) into one character; other combinations stay.
pub fn join_marks(text: &str) -> Cow<'_, str> {
    if !text.contains([VOICED, SEMI_VOICED]) {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    for c in text.chars() {
        let whole = match c {
            VOICED | SEMI_VOICED => joined.chars().next_back().and_then(|letter| compose(letter, c)),
            _ => None,
        };
        if whole.is_some() {
            joined.pop();
        }
        joined.push(whole.unwrap_or(c));
    }
    Cow::Owned(joined)
}

/// Turns katakana into hiragana; what has no hiragana of its own (ヷ, ー, ・) stays.
pub fn katakana_to_hiragana(text: &str) -> String {
    let turn = |c: char| match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => c,
    };
    full_width(text).chars().map(turn).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn half_width_kana_join_with_their_marks() {
        let cases = [
            ("ｶﾞ", "ガ"),
            ("ﾊﾟｰﾃｨｰ", "パーティー"),
            ("ｳﾞ", "ヴ"),
            ("ｱﾞ", "ア゛"),
            ("ﾟ", "゜"),
            ("ｶ\u{3099}", "ガ"),
            ("｢ｱ｣､｡･", "「ア」、。・"),
            ("カナ", "カナ"),
        ];
        for (half, full) in cases {
            assert_eq!(full_width(half), full);
        }
    }

    #[test]
    fn every_half_width_kana_has_the_letter_unicode_gives_it() {
        for c in '\u{FF61}'..='\u{FF9D}' {
            assert_eq!(full_width_char(c).unwrap().to_string(), c.nfkc().collect::<String>());
        }
        assert_eq!((full_width_char('\u{FF60}'), full_width_char('\u{FFA0}')), (None, None));
    }

    #[test]
    fn a_decomposed_letter_becomes_one_character() {
        assert_eq!(join_marks("か\u{3099}く\u{3099}はひ\u{309A}"), "がぐはぴ");
        assert_eq!(join_marks("あ\u{3099}"), "あ\u{3099}");
        assert_eq!(join_marks("\u{3099}か"), "\u{3099}か");
    }

    #[test]
    fn other_characters_are_not_normalised() {
        assert_eq!(join_marks("\u{FA19}か\u{3099}e\u{301}"), "\u{FA19}がe\u{301}");
    }

    #[test]
    fn katakana_become_hiragana() {
        assert_eq!(katakana_to_hiragana("シケン　タロウ"), "しけん　たろう");
        assert_eq!(katakana_to_hiragana("ｼｹﾝ ﾊﾅｺ"), "しけん はなこ");
        assert_eq!(katakana_to_hiragana("ヴヵヶー・ヽヾ"), "ゔゕゖー・ゝゞ");
    }

    proptest! {
        #[test]
        fn kana_functions_are_idempotent(text in "[か-こｦ-ﾟ\u{3099}\u{309A}ア-オa ]{0,12}") {
            let once = join_marks(&full_width(&text)).into_owned();
            let twice = join_marks(&full_width(&once)).into_owned();
            prop_assert_eq!(twice, once);
        }
    }
}
