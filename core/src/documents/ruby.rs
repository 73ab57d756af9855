//! Readings that users type into their texts: `{漢字|かんじ}`, the same sign as in the Markdown of sections.

use std::sync::LazyLock;

use regex::Regex;

use crate::render::docx::markdown::escape;

/// What is read, without kana and signs, and its reading in kana alone: nothing else that stands in braces is a reading.
static RUBY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{[\p{Han}0-9A-Za-z々]+\|[\p{Hiragana}\p{Katakana}ー]+\}").ok());

/// Escapes a text for Markdown and leaves its readings as they are.
pub(super) fn escape_around(text: &str) -> String {
    let Some(ruby) = RUBY.as_ref() else { return escape(text) };
    let (mut out, mut end) = (String::new(), 0);
    for found in ruby.find_iter(text) {
        out.push_str(&text.get(end..found.start()).map(escape).unwrap_or_default());
        out.push_str(found.as_str());
        end = found.end();
    }
    out.push_str(&text.get(end..).map(escape).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::escape_around;

    #[test]
    fn a_reading_stays_and_all_else_is_escaped() {
        assert_eq!(escape_around("*新しい*{薬|くすり}です"), r"\*新しい\*{薬|くすり}です");
        assert_eq!(escape_around("{治験|ちけん}と{効|き}き目"), "{治験|ちけん}と{効|き}き目");
    }

    #[test]
    fn what_only_looks_like_a_reading_is_text() {
        for text in ["{a|b}", "{薬}", "{薬|}", "{|くすり}", "{薬|薬}", "{薬くすり|くすり}", "薬|くすり"] {
            assert!(!escape_around(text).contains("{薬|"), "{text}");
            assert_eq!(escape_around(text).replace('\\', ""), text);
        }
    }
}
