//! What two texts are compared as. Nothing that is folded is ever written.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

/// Folds names: spaces, widths, cases, kana and kanji that one person's name is written with in different ways.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folder {
    kanji: BTreeMap<char, char>,
}

impl Folder {
    /// Makes one from groups of kanji that are compared as their first.
    pub(crate) fn new(groups: &[String]) -> Folder {
        let pairs = groups.iter().filter_map(|group| Some((group.chars().next()?, group)));
        Folder { kanji: pairs.flat_map(|(first, group)| group.chars().map(move |c| (c, first))).collect() }
    }

    /// Folds a name.
    pub(crate) fn name(&self, text: &str) -> String {
        let plain = text.nfkc().filter(|c| !is_between(*c) && !is_variation(*c)).flat_map(char::to_lowercase);
        plain.map(|c| self.kanji.get(&c).copied().unwrap_or(c)).map(hiragana).collect()
    }
}

/// Folds an id or a mail address.
pub(crate) fn id(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Folds a title: of a column, a course, a unit or a role.
pub(crate) fn title(text: &str) -> String {
    let skipped = |c: char| c.is_whitespace() || is_between(c) || matches!(c, '_' | '-' | ':' | '*' | '※' | '.' | '/' | '"');
    text.nfkc().filter(|c| !skipped(*c)).flat_map(char::to_lowercase).collect()
}

/// Tells whether a folded name is kana from one end to the other.
pub(crate) fn is_kana(folded: &str) -> bool {
    !folded.is_empty() && folded.chars().all(|c| ('\u{3041}'..='\u{3096}').contains(&c) || matches!(c, 'ー' | 'ゝ' | 'ゞ'))
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '・' | '･' | '·' | '\u{200B}'..='\u{200D}' | '\u{FEFF}')
}

fn is_variation(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_in_all_its_spellings() {
        let folder = Folder::new(&["高髙".to_owned(), "崎﨑".to_owned(), "辺邊邉".to_owned()]);
        let same = |a: &str, b: &str| assert_eq!(folder.name(a), folder.name(b), "{a} / {b}");
        same("髙橋　太郎", "高橋 太郎");
        same("山﨑花子", "山崎　花子");
        same("渡邉\u{E0101} 一", "渡辺一");
        same("ｼｹﾝ ﾀﾛｳ", "しけん　たろう");
        same("Taro  SHIKEN", "taro shiken");
        assert_ne!(folder.name("斎藤"), folder.name("斉藤"));
        assert!(is_kana(&folder.name("シケン　タロー")));
        assert!(!is_kana(&folder.name("試験たろう")));
    }

    #[test]
    fn titles_and_ids_are_compared_without_marks() {
        assert_eq!(title("※ 氏　名*"), title("氏名"));
        assert_eq!(title("Ｅ－ｍａｉｌ"), title("email"));
        assert_eq!(id(" Ａ００１２ "), "a0012");
    }
}
