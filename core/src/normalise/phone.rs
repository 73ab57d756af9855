//! Telephone and fax numbers and mail addresses.

use std::borrow::Cow;

use super::digits;
use super::problem::{Problem, Rule};
use crate::text::fold as width;

/// Folds what people type in a number to half-width: digits, letters, brackets and every kind of hyphen. The long
/// vowel mark is a hyphen between digits only. Other characters stay for the form's own rule.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut chars = text.chars().map(plain).peekable();
    while let Some(c) = chars.next() {
        let before = folded.ends_with(|c: char| c.is_ascii_digit());
        let between = before && chars.peek().is_some_and(char::is_ascii_digit);
        folded.push(if between && matches!(c, 'ー' | 'ｰ') { '-' } else { c });
    }
    Cow::Owned(folded)
}

fn plain(c: char) -> char {
    if width::is_hyphen(c) { '-' } else { width::ascii_char(c) }
}

/// Refuses a number: a telephone number begins with a zero, and a number cell has lost it unless its format shows it.
pub(super) fn read_number(seen: &str) -> Result<Option<String>, Problem> {
    if !digits::is_digits(seen) {
        return Err(Problem::new(Rule::NotDigits));
    }
    if seen.starts_with('0') && seen.len() > 1 {
        return Ok(None);
    }
    Err(Problem::new(Rule::PhoneZeroLost).with("candidate", format!("0{seen}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_half_width() {
        let cases = [
            ("０３－００００－０００１", "03-0000-0001"),
            ("03‐0000‑0001", "03-0000-0001"),
            ("03–0000—0001", "03-0000-0001"),
            ("03―0000−0001", "03-0000-0001"),
            ("03ー0000ｰ0001", "03-0000-0001"),
            ("（０３）０００１\u{3000}＋８１", "(03)0001 +81"),
            ("ｓｈｉｋｅｎ＠ｅｘａｍｐｌｅ．ｊｐ", "shiken@example.jp"),
            ("内線ー1", "内線ー1"),
            ("例ー示@example.jp", "例ー示@example.jp"),
        ];
        for (text, wanted) in cases {
            assert_eq!(fold(text), wanted);
            assert_eq!(fold(wanted), wanted);
        }
    }

    #[test]
    fn a_number_has_lost_its_zero_unless_the_cell_shows_it() {
        let problem = read_number("312345678").unwrap_err();
        assert_eq!((problem.rule, problem.holes[0].1.ja.as_str()), (Rule::PhoneZeroLost, "0312345678"));
        assert_eq!(read_number("0312345678"), Ok(None));
        assert_eq!(read_number("-3").unwrap_err().rule, Rule::NotDigits);
    }
}
