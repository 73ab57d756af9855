//! What all kinds share: edges, line breaks, joined kana, and characters nobody may or can see.

use std::borrow::Cow;

use super::problem::{Problem, Rule};
use crate::limits;
use crate::model::Text;
use crate::text::illegal::{code_point, is_illegal, is_invisible};
use crate::text::kana;

/// What is wrong with a text whatever its kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The text cannot be read further.
    Stop(Problem),
    /// The text can be read; say so only if nothing worse is found.
    Note(Problem),
}

/// Trims the edges, makes every line break one `\n`, joins decomposed kana, and reports what must not be there.
pub(super) fn tidy(raw: &str) -> (Cow<'_, str>, Option<Flaw>) {
    if raw.bytes().all(|byte| matches!(byte, b' '..=b'^' | b'`'..=b'~')) {
        let text = raw.trim_matches(' ');
        return (Cow::Borrowed(text), too_long(text));
    }
    let marks = scan(raw);
    let text = if marks.breaks { Cow::Owned(line_breaks(raw)) } else { Cow::Borrowed(raw) };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(trim(text)),
        Cow::Owned(text) => Cow::Owned(trim(&text).to_owned()),
    };
    let text = if marks.kana { Cow::Owned(kana::join_marks(&text).into_owned()) } else { text };
    let flaw = if marks.illegal { Some(illegal_characters(raw)) } else { too_long(&text) };
    let flaw = flaw.or_else(|| if marks.invisible { invisible_characters(&text) } else { None });
    (text, flaw)
}

/// What a text holds that needs a closer look.
#[derive(Default)]
struct Marks {
    breaks: bool,
    kana: bool,
    illegal: bool,
    invisible: bool,
}

/// Looks once at every character, so that a clean text costs nothing more.
fn scan(text: &str) -> Marks {
    let mut marks = Marks::default();
    for c in text.chars() {
        match c {
            ' '..='^'
            | '`'..='~'
            | '\n'
            | '\t'
            | '\u{3001}'..='\u{3098}'
            | '\u{309B}'..='\u{30FF}'
            | '\u{4E00}'..='\u{9FFF}' => {}
            '\r' | '_' => marks.breaks = true,
            '\u{3099}' | '\u{309A}' => marks.kana = true,
            _ if is_illegal(c) => marks.illegal = true,
            _ if is_invisible(c) => marks.invisible = true,
            _ => {}
        }
    }
    marks
}

/// How a spreadsheet file writes a carriage return; some readers leave it so.
const ESCAPED_RETURN: &str = "_x000D_";

fn line_breaks(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let after = if let Some(after) = after_escaped_return(rest) {
            Some(after.strip_prefix('\r').unwrap_or(after))
        } else {
            rest.strip_prefix('\r')
        };
        match after {
            Some(after) => {
                text.push('\n');
                rest = after.strip_prefix('\n').unwrap_or(after);
            }
            None => {
                text.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    text
}

fn after_escaped_return(text: &str) -> Option<&str> {
    let head = text.get(..ESCAPED_RETURN.len())?;
    if head.eq_ignore_ascii_case(ESCAPED_RETURN) { text.get(ESCAPED_RETURN.len()..) } else { None }
}

/// Trims white space and byte order marks. A control character is no white space: it is to be reported.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{FEFF}' || (c.is_whitespace() && !is_illegal(c)))
}

fn illegal_characters(raw: &str) -> Flaw {
    let found = raw.chars().enumerate().filter(|(_, c)| is_illegal(*c)).map(|(at, c)| (at + 1, c));
    Flaw::Stop(Problem::new(Rule::IllegalCharacter).with("characters", listed(found)))
}

fn invisible_characters(text: &str) -> Option<Flaw> {
    let blank = |c: char| is_invisible(c) || c.is_whitespace();
    if text.chars().all(blank) {
        return Some(Flaw::Stop(Problem::new(Rule::OnlyInvisible).with("characters", listed(numbered(text)))));
    }
    let mut found = numbered(text).peekable();
    found.peek()?;
    Some(Flaw::Note(Problem::new(Rule::Invisible).with("characters", listed(found))))
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.chars().enumerate().filter(|(_, c)| is_invisible(*c)).map(|(at, c)| (at + 1, c))
}

/// Most characters that one message names.
const NAMED: usize = 5;

fn listed(found: impl Iterator<Item = (usize, char)>) -> Text {
    let mut found = found.peekable();
    let first: Vec<(usize, char)> = found.by_ref().take(NAMED).collect();
    let ja = first.iter().map(|(at, c)| format!("{}（{at}文字目）", code_point(*c)));
    let en = first.iter().map(|(at, c)| format!("{} (character {at})", code_point(*c)));
    let (mut ja, mut en) = (ja.collect::<Vec<_>>().join("、"), en.collect::<Vec<_>>().join(", "));
    let more = found.count();
    if more > 0 {
        ja.push_str(&format!("、ほか{more}文字"));
        en.push_str(&format!(", {more} more"));
    }
    Text::new(ja, en)
}

fn too_long(text: &str) -> Option<Flaw> {
    // As many bytes hold at most as many characters: counting is for the long ones.
    if text.len() <= limits::TEXT_CHARS {
        return None;
    }
    let count = text.chars().count();
    let problem = || {
        let limit = limits::TEXT_CHARS.to_string();
        Problem::new(Rule::TooLong).with("count", count.to_string()).with("limit", limit)
    };
    (count > limits::TEXT_CHARS).then(|| Flaw::Stop(problem()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(flaw: Option<Flaw>) -> Option<Rule> {
        flaw.map(|(Flaw::Stop(problem) | Flaw::Note(problem))| problem.rule)
    }

    #[test]
    fn edges_and_line_breaks_are_tidied() {
        let cases = [
            ("  DEMO-001 ", "DEMO-001"),
            ("\u{3000}例示病院\u{3000}\n", "例示病院"),
            ("\u{FEFF}例示", "例示"),
            ("\u{A0}例示\u{2003}", "例示"),
            ("一\r\n二\r三\n四", "一\n二\n三\n四"),
            ("一_x000D_\n二_x000d_三", "一\n二\n三"),
            ("一_x000D_\r\n二", "一\n二"),
            ("例示_", "例示_"),
            ("a_b", "a_b"),
            ("_x000D_", ""),
            ("\u{3000}", ""),
            ("か\u{3099}", "が"),
            ("試験　太郎", "試験　太郎"),
        ];
        for (raw, tidied) in cases {
            assert_eq!(tidy(raw), (Cow::Borrowed(tidied), None), "{raw:?}");
        }
    }

    #[test]
    fn a_clean_text_is_not_copied() {
        for text in ["DEMO-001", " 例示 ", "試験　太郎", "\u{FA19}田"] {
            assert!(matches!(tidy(text), (Cow::Borrowed(_), None)), "{text}");
        }
    }

    #[test]
    fn spellings_of_a_name_survive() {
        for name in ["\u{FA19}", "\u{FA1B}", "髙﨑", "𠮷", "葛\u{E0100}", "辻\u{FE00}", "e\u{301}", "①㈱㎎", "ｶﾞ"]
        {
            assert_eq!(tidy(name), (Cow::Borrowed(name), None));
        }
    }

    #[test]
    fn an_illegal_character_is_named_with_its_place_and_kept() {
        let (text, flaw) = tidy("例示\u{B}病院\u{FFFF}");
        assert_eq!(text, "例示\u{B}病院\u{FFFF}");
        let Some(Flaw::Stop(problem)) = flaw else { panic!("{flaw:?}") };
        assert_eq!(problem.rule, Rule::IllegalCharacter);
        assert_eq!(problem.holes[0].1.ja, "U+000B（3文字目）、U+FFFF（6文字目）");
    }

    #[test]
    fn a_control_character_at_the_edge_is_not_trimmed_away() {
        for raw in ["\u{B}", "a\u{C}", "\u{85}a", "\0", "\u{7F}"] {
            let (text, flaw) = tidy(raw);
            assert_eq!((text.as_ref(), rule(flaw)), (raw, Some(Rule::IllegalCharacter)), "{raw:?}");
        }
    }

    #[test]
    fn invisible_characters_are_kept_and_noted() {
        for raw in ["例\u{200B}示", "DEMO\u{AD}-001", "例示\u{202E}", "例\u{FEFF}示", "\u{2060}x"] {
            let (text, flaw) = tidy(raw);
            assert_eq!((text.as_ref(), rule(flaw)), (raw, Some(Rule::Invisible)), "{raw:?}");
        }
    }

    #[test]
    fn a_cell_that_only_looks_blank_stops() {
        let (_, flaw) = tidy("\u{200B} \u{200B}");
        assert!(matches!(flaw, Some(Flaw::Stop(problem)) if problem.rule == Rule::OnlyInvisible));
    }

    #[test]
    fn the_length_limit_is_reached_by_one_character() {
        for letter in ["a", "例", "𠮷"] {
            let longest = letter.repeat(limits::TEXT_CHARS);
            assert_eq!(rule(tidy(&longest).1), None);
            assert_eq!(rule(tidy(&format!("{longest}{letter}")).1), Some(Rule::TooLong));
        }
    }

    #[test]
    fn a_long_list_of_characters_is_cut() {
        let (_, flaw) = tidy(&"\0".repeat(8));
        assert!(matches!(flaw, Some(Flaw::Stop(problem)) if problem.holes[0].1.en.ends_with(", 3 more")));
    }

    proptest! {
        #[test]
        fn tidying_is_idempotent(raw in "([ \u{3000}\u{FEFF}\r\n_xかは\u{3099}\u{309A}\u{B}\u{200B}a]|_x000D_){0,12}") {
            let once = tidy(&raw).0.into_owned();
            prop_assert_eq!(tidy(&once).0, once.as_str());
        }
    }
}
