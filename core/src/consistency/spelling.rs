//! One spelling for what is the same: numbers, days and texts as they are compared, and the part of a long text that shows
//! where two of them part.

use crate::text::fold;

/// Most characters of a value that a difference repeats.
const SHOWN: usize = 48;
/// Characters shown before the place where two long texts part.
const BEFORE: usize = 12;

/// Spells a text without regard to width, case, spaces, line breaks and kinds of hyphen.
pub(super) fn text(text: &str) -> String {
    fold::loose(text).map(|c| if fold::is_hyphen(c) { '-' } else { c }).collect()
}

/// Spells a number; what is none stays as it is.
pub(super) fn number(found: &str) -> String {
    let folded: String = text(found).chars().filter(|c| *c != ',').collect();
    let is_number = !folded.is_empty() && folded.chars().all(|c| c.is_ascii_digit() || c == '.');
    if !is_number {
        return folded;
    }
    let (whole, decimals) = folded.split_once('.').unwrap_or((&folded, ""));
    let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") }
}

/// Spells a day with the year first, eight digits; what is no day stays as it is.
pub(super) fn date(found: &str) -> String {
    let folded = text(found);
    let parts: Vec<&str> = folded.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [day, month, year] if year.len() == 4 && day.len() <= 2 && month.len() <= 2 => format!("{year}{month:0>2}{day:0>2}"),
        [year, month, day] if year.len() == 4 && day.len() <= 2 && month.len() <= 2 => format!("{year}{month:0>2}{day:0>2}"),
        [year, month] if year.len() == 4 && month.len() <= 2 => format!("{year}{month:0>2}"),
        _ => folded,
    }
}

/// Returns a text to show beside others: the whole of it, or of a long one the part where it leaves them.
pub(super) fn excerpt(found: &str, others: &[&str]) -> String {
    let line: Vec<char> = found.chars().map(|c| if c == '\n' { '⏎' } else { c }).collect();
    if line.len() <= SHOWN {
        return line.into_iter().collect();
    }
    let common = |other: &&str| found.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let parting = others.iter().filter(|other| **other != found).map(common).max().unwrap_or(0);
    let start = parting.saturating_sub(BEFORE).min(line.len().saturating_sub(SHOWN));
    let shown: String = line.iter().skip(start).take(SHOWN).collect();
    let (head, tail) = (if start > 0 { "…" } else { "" }, if start + SHOWN < line.len() { "…" } else { "" });
    format!("{head}{shown}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_whatever_their_width() {
        assert_eq!(number("１，２００"), "1200");
        assert_eq!(number(" 0120 "), "120");
        assert_eq!(number("1.50"), "1.5");
        assert_eq!(number("０"), "0");
        assert_ne!(number("120"), number("1200"));
        assert_eq!(number("未定"), "未定");
    }

    #[test]
    fn days_agree_whatever_their_order() {
        for day in ["20260401", "2026-04-01", "2026/4/1", "01/04/2026", "2026年4月1日", "２０２６／０４／０１"] {
            assert_eq!(date(day), "20260401", "{day}");
        }
        assert_ne!(date("04/01/2026"), date("01/04/2026"));
        assert_eq!(date("未定"), "未定");
    }

    #[test]
    fn texts_agree_without_spaces_width_and_case() {
        assert_eq!(text("例示病院　ＩＲＢ\n"), text("例示病院IRB"));
        assert_eq!(text("A Phase\n III study"), text("a phase iii STUDY"));
        assert_ne!(text("例示病院"), text("例示医院"));
    }

    #[test]
    fn a_long_text_is_shown_where_it_parts() {
        let (one, other) = (format!("{}甲{}", "あ".repeat(100), "い".repeat(100)), format!("{}乙", "あ".repeat(100)));
        let shown = excerpt(&one, &[&one, &other]);
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains("あ甲い"), "{shown}");
        assert_eq!(excerpt("短い\n値", &["別"]), "短い⏎値");
    }
}
