//! What the parts of an item are called: what their labels say beyond the item's own.

use super::words::word;
use crate::model::Text;

/// The names of languages, which the columns already say.
const LANGUAGES: [&str; 4] = ["日本語", "英語", "Japanese", "English"];

/// Names a part of an item that has several; `key` is its path below the item without the language.
pub(super) fn part(item: &Text, leaf: &Text, key: &str) -> Text {
    let own = Text::new(beyond(&item.ja, &leaf.ja, "・"), beyond(&item.en, &leaf.en, ", "));
    if !own.is_empty() {
        return own;
    }
    match word(&format!("part.{key}")) {
        Some(known) => known.clone(),
        None => leaf.clone(),
    }
}

/// Returns what a label says beyond another, without the language.
fn beyond(item: &str, leaf: &str, between: &str) -> String {
    let signs = |c: char| matches!(c, '（' | '）' | '(' | ')' | '・' | '、' | ',' | ':' | '：');
    let is_language = |part: &&str| LANGUAGES.contains(part);
    let Some(rest) = leaf.strip_prefix(item) else { return without_language(leaf) };
    let rest = rest.trim().trim_start_matches('の');
    let parts: Vec<&str> = rest.split(signs).map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.into_iter().filter(|part| !is_language(part)).collect::<Vec<_>>().join(between)
}

/// Takes the language in brackets off the end of a label.
pub(super) fn without_language(label: &str) -> String {
    let stripped = LANGUAGES.iter().find_map(|language| {
        let full = format!("（{language}）");
        let half = format!("({language})");
        label.strip_suffix(&full).or_else(|| label.strip_suffix(&half))
    });
    stripped.unwrap_or(label).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(item: (&str, &str), leaf: (&str, &str), key: &str) -> (String, String) {
        let text = part(&Text::new(item.0, item.1), &Text::new(leaf.0, leaf.1), key);
        (text.ja, text.en)
    }

    #[test]
    fn a_part_is_called_what_its_label_says_beyond_the_item() {
        let name = ("医師の氏名", "Contact: Name");
        let leaf = ("医師の氏名（日本語・姓）", "Contact: Name (Japanese, family name)");
        assert_eq!(of(name, leaf, "family"), ("姓".into(), "family name".into()));
        let age = ("年齢（下限）", "Age-lower limit");
        assert_eq!(of(age, ("年齢（下限）の条件", "Age-lower limit: bound"), "bound"), ("条件".into(), "bound".into()));
        assert_eq!(of(age, age, "value"), ("値".into(), "Value".into()));
        let three = ("責任研究者（名／姓）", "Name (1st / Last)");
        let leaf = ("責任研究者（名）（日本語）", "Investigator: 1st name (Japanese)");
        assert_eq!(of(three, leaf, "given"), ("責任研究者（名）".into(), "Investigator: 1st name".into()));
    }
}
