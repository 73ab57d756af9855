//! Which characters a destination can take, and what to type instead of the others.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS};
use unicode_normalization::UnicodeNormalization;

use crate::files::Files;
use crate::text::{illegal, kana};

/// The characters a destination can take. Each includes printable ASCII, tab and line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub enum Repertoire {
    /// Every character that has one meaning everywhere: all but controls and those of the private use areas.
    #[serde(rename = "unicode")]
    Unicode,
    /// JIS X 0208: rows 1–8 and kanji of levels 1 and 2; no half-width katakana.
    #[serde(rename = "jis-x-0208")]
    JisX0208,
    /// Windows-31J (CP932): JIS X 0208, half-width katakana, and the NEC and IBM additions (①, ㈱, 髙, 﨑).
    #[serde(rename = "windows-31j")]
    Windows31J,
}

impl Repertoire {
    /// Returns whether a character belongs to the repertoire.
    pub fn contains(self, c: char) -> bool {
        if c.is_ascii() {
            return matches!(c, ' '..='~' | '\t' | '\n');
        }
        match self {
            Repertoire::Unicode => !is_private(c) && !illegal::is_illegal(c),
            Repertoire::JisX0208 => in_jis_x_0208(c),
            Repertoire::Windows31J => windows_31j().contains(c),
        }
    }
}

/// Returns the characters outside the repertoire, in order, each once, with a suggested replacement where one is known.
pub fn outside(text: &str, repertoire: Repertoire) -> Vec<(char, Option<String>)> {
    let mut found: Vec<(char, Option<String>)> = Vec::new();
    for c in text.chars().filter(|c| !repertoire.contains(*c)) {
        if !found.iter().any(|(known, _)| *known == c) {
            found.push((c, replacement(c, repertoire)));
        }
    }
    found
}

/// Returns whether a character is a Chinese character, the iteration mark 々 and 〇 included.
pub fn is_kanji(c: char) -> bool {
    matches!(
        c,
        '々' | '〇' | '〡'..='〩' | '〸'..='〻' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{323AF}'
    )
}

/// Returns whether a character is in JIS X 0208; ASCII is not, its full-width forms are.
///
/// Where vendors disagree on the code point of a character (〜～, —―, −－, ‖∥, ¢￠, £￡, ¬￢) both count.
pub fn in_jis_x_0208(c: char) -> bool {
    static SET: OnceLock<Plane> = OnceLock::new();
    SET.get_or_init(|| {
        let mut set = Plane::default();
        for row in (1..=8).chain(16..=84) {
            for cell in 1..=94 {
                set.add(EUC_JP, &[0xA0 + row, 0xA0 + cell]);
            }
        }
        for twin in ['〜', '—', '−', '‖', '¢', '£', '¬'] {
            set.insert(twin);
        }
        set
    })
    .contains(c)
}

/// A set of characters of the basic plane, one bit each.
#[derive(Default)]
struct Plane {
    bits: Vec<u64>,
}

impl Plane {
    fn contains(&self, c: char) -> bool {
        let at = u32::from(c) as usize;
        self.bits.get(at / 64).is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    fn insert(&mut self, c: char) {
        let at = u32::from(c) as usize;
        if self.bits.len() <= at / 64 {
            self.bits.resize(at / 64 + 1, 0);
        }
        if let Some(word) = self.bits.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// Adds what the bytes stand for in an encoding, if they are one character of it.
    fn add(&mut self, encoding: &'static Encoding, bytes: &[u8]) {
        let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) else { return };
        let mut chars = text.chars();
        if let (Some(c), None) = (chars.next(), chars.next())
            && !is_private(c)
        {
            self.insert(c);
        }
    }
}

/// What CP932 bytes decode to. Asked this way round because the encoder also takes characters that come back as others.
fn windows_31j() -> &'static Plane {
    static SET: OnceLock<Plane> = OnceLock::new();
    SET.get_or_init(|| {
        let mut set = Plane::default();
        for single in 0xA1..=0xDF {
            set.add(SHIFT_JIS, &[single]);
        }
        for lead in (0x81..=0x9F).chain(0xE0..=0xFC) {
            for trail in (0x40..=0x7E).chain(0x80..=0xFC) {
                set.add(SHIFT_JIS, &[lead, trail]);
            }
        }
        set
    })
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

fn replacement(c: char, repertoire: Repertoire) -> Option<String> {
    let inside = |text: &String| !text.is_empty() && text.chars().all(|c| repertoire.contains(c));
    let listed = replacements().get(&c).cloned().filter(inside);
    listed.or_else(|| kana::full_width_char(c).map(String::from).filter(inside)).or_else(|| {
        // Only compatibility ideographs: elsewhere compatibility loses meaning (10² would read 102).
        let compatible = matches!(c, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}');
        compatible.then(|| c.nfkc().collect()).filter(inside)
    })
}

/// The rows of `text/replacements.csv`.
fn replacements() -> &'static BTreeMap<char, String> {
    static TABLE: OnceLock<BTreeMap<char, String>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let bytes = Files::embedded("forms/text").read("replacements.csv").unwrap_or_default();
        let mut reader = csv::Reader::from_reader(bytes.as_ref());
        let rows = reader.records().flatten();
        rows.filter_map(|row| Some((parse_code_point(row.get(0)?)?, row.get(1)?.to_owned()))).collect()
    })
}

fn parse_code_point(text: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(text.strip_prefix("U+")?, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(within: fn(char) -> bool) -> usize {
        (0..=0x10FFFF).filter_map(char::from_u32).filter(|c| within(*c)).count()
    }

    #[test]
    fn jis_x_0208_has_its_6879_characters_and_seven_twins() {
        assert_eq!(count(in_jis_x_0208), 6_879 + 7);
        assert_eq!(count(|c| in_jis_x_0208(c) && is_kanji(c)), 6_355 + "々〇仝".chars().count());
    }

    #[test]
    fn both_members_of_a_disputed_pair_are_inside() {
        assert!("〜～—―−－‖∥¢￠£￡¬￢".chars().all(in_jis_x_0208));
    }

    #[test]
    fn vendor_additions_are_inside_windows_31j_only() {
        for c in "①㈱髙﨑Ⅱ㎎㍻\u{FA19}".chars() {
            assert!(Repertoire::Windows31J.contains(c) && !in_jis_x_0208(c), "{c}");
        }
        for c in "𠮷鷗éµ㋿〜—−".chars() {
            assert!(!Repertoire::Windows31J.contains(c), "{c}");
        }
    }

    #[test]
    fn what_windows_31j_holds_survives_the_encoding() {
        for c in (0..=0xFFFF).filter_map(char::from_u32).filter(|c| Repertoire::Windows31J.contains(*c)) {
            let text = c.to_string();
            let (bytes, _, failed) = SHIFT_JIS.encode(&text);
            assert!(!failed && SHIFT_JIS.decode(&bytes).0 == text, "{c}");
        }
    }

    #[test]
    fn half_width_katakana_are_outside_jis_x_0208_and_suggest_the_full_width_letter() {
        assert_eq!(outside("ｶ", Repertoire::JisX0208), [('ｶ', Some("カ".to_owned()))]);
        assert_eq!(outside("ｶ", Repertoire::Windows31J), []);
    }

    #[test]
    fn each_character_is_named_once_in_order() {
        let found = outside("髙橋①﨑髙", Repertoire::JisX0208);
        let wanted = [('髙', "高"), ('①', "(1)"), ('﨑', "崎")];
        assert_eq!(found, wanted.map(|(c, text)| (c, Some(text.to_owned()))));
    }

    #[test]
    fn suggestions_for_the_usual_characters() {
        let cases = [
            ('𠮷', Repertoire::Windows31J, Some("吉")),
            ('〜', Repertoire::Windows31J, Some("～")),
            ('—', Repertoire::Windows31J, Some("―")),
            ('µ', Repertoire::JisX0208, Some("μ")),
            ('é', Repertoire::JisX0208, Some("e")),
            ('㎎', Repertoire::JisX0208, Some("mg")),
            ('⑳', Repertoire::JisX0208, Some("(20)")),
            ('㈱', Repertoire::JisX0208, Some("(株)")),
            ('\u{FA19}', Repertoire::JisX0208, Some("神")),
            ('\u{F9DC}', Repertoire::JisX0208, Some("隆")),
            ('\u{E000}', Repertoire::Unicode, None),
            ('²', Repertoire::JisX0208, None),
            ('\u{E0100}', Repertoire::JisX0208, None),
        ];
        for (c, repertoire, wanted) in cases {
            assert_eq!(outside(&c.to_string(), repertoire), [(c, wanted.map(str::to_owned))], "{c}");
        }
    }

    #[test]
    fn every_suggestion_of_the_table_is_a_way_into_jis_x_0208() {
        let bytes = Files::embedded("forms/text").read("replacements.csv").unwrap();
        let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(bytes.as_ref()).records().map(Result::unwrap).collect();
        for row in &rows {
            let c = parse_code_point(&row[0]).unwrap();
            assert!(row[2].starts_with(c), "{}: the note begins with the character itself", &row[0]);
            assert!(!row[1].is_empty() && row[1].chars().all(|c| Repertoire::JisX0208.contains(c)), "{}", &row[0]);
            assert!(!Repertoire::JisX0208.contains(c) || !Repertoire::Windows31J.contains(c), "{c} needs no replacement");
        }
        assert_eq!(replacements().len(), rows.len(), "a character stands twice");
    }

    #[test]
    fn line_breaks_are_inside_and_controls_are_not() {
        assert_eq!(outside("a\n\tb", Repertoire::JisX0208), []);
        assert_eq!(outside("\u{B}\u{85}", Repertoire::Unicode), [('\u{B}', None), ('\u{85}', None)]);
    }
}
