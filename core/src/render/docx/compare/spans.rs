//! What changed inside a paragraph, as spans that can be read.

use serde::Serialize;

use super::lcs::{FULL, Step, steps};
use super::tokens::tokens;

/// A stretch of text that is marked or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The text.
    pub text: String,
    /// Whether it changed.
    pub changed: bool,
}

/// One stretch of both texts: the same in both, or what stood there and what stands there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// How many pieces of the old text.
    pub(super) old: usize,
    /// How many pieces of the new text.
    pub(super) new: usize,
    /// Whether they are the same.
    pub(super) same: bool,
}

/// Compares two texts and marks in each what changed.
pub fn spans(old: &str, new: &str) -> (Vec<Span>, Vec<Span>) {
    let (old, new) = (tokens(old), tokens(new));
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let (mut a, mut b) = (0, 0);
    for stretch in stretches(&old, &new) {
        let take = |list: &[&str], from: usize, count: usize| list.iter().skip(from).take(count).copied().collect::<String>();
        push(&mut left, take(&old, a, stretch.old), !stretch.same);
        push(&mut right, take(&new, b, stretch.new), !stretch.same);
        (a, b) = (a + stretch.old, b + stretch.new);
    }
    (left, right)
}

fn push(spans: &mut Vec<Span>, text: String, changed: bool) {
    if !text.is_empty() {
        spans.push(Span { text, changed });
    }
}

/// Compares two lists of pieces.
pub(super) fn stretches<T: AsRef<str> + PartialEq>(old: &[T], new: &[T]) -> Vec<Stretch> {
    let length = |list: &[T], at: usize| list.get(at).map_or(0, |piece| piece.as_ref().chars().count());
    let score = |a: usize, b: usize| match (old.get(a), new.get(b)) {
        // A long piece is worth more than many short ones that match by chance.
        (Some(a), Some(b)) if a == b => {
            FULL + u32::try_from(a.as_ref().chars().count().min(40)).unwrap_or(0) * weight(a.as_ref())
        }
        _ => 0,
    };
    let mut found: Vec<Stretch> = Vec::new();
    let mut kept = 0;
    for step in steps(old.len(), new.len(), score) {
        let (a, b, same) = match step {
            Step::Both(at, _) => {
                kept += length(old, at);
                (1, 1, true)
            }
            Step::Old(_) => (1, 0, false),
            Step::New(_) => (0, 1, false),
        };
        match found.last_mut() {
            Some(last) if last.same == same => {
                last.old += a;
                last.new += b;
            }
            _ => found.push(Stretch { old: a, new: b, same }),
        }
    }
    let total: usize = (0..old.len()).map(|at| length(old, at)).sum::<usize>().max(1);
    let total = total.max((0..new.len()).map(|at| length(new, at)).sum());
    if kept * 4 < total && !old.is_empty() && !new.is_empty() {
        // Too little is left for marks inside to say anything.
        return vec![Stretch { old: old.len(), new: new.len(), same: false }];
    }
    join(found, old)
}

/// Kanji and words carry the meaning; particles and marks are in every sentence.
fn weight(piece: &str) -> u32 {
    let is_light =
        |c: char| matches!(c, '\u{3041}'..='\u{309F}' | '\u{3000}'..='\u{303F}') || c.is_ascii_punctuation() || c == ' ';
    if piece.chars().all(is_light) { 1 } else { 500 }
}

/// Drops islands of one or two light pieces between changes: 「は」 kept between two changed words is noise.
fn join<T: AsRef<str>>(found: Vec<Stretch>, old: &[T]) -> Vec<Stretch> {
    let mut joined: Vec<Stretch> = Vec::new();
    let mut at = 0;
    let last = found.len().saturating_sub(1);
    for (index, stretch) in found.into_iter().enumerate() {
        let island = stretch.same && index > 0 && index < last && {
            let text: String = old.iter().skip(at).take(stretch.old).map(AsRef::as_ref).collect();
            let length = text.chars().count();
            length <= 2 && !text.contains(['。', '、', '，', '．', '\n', '\t']) && (length == 1 || weight(&text) == 1)
        };
        at += stretch.old;
        match joined.last_mut() {
            Some(before) if !before.same && (island || !stretch.same) => {
                before.old += stretch.old;
                before.new += stretch.new;
            }
            _ => joined.push(stretch),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let (left, right) = spans(old, new);
        let say = |spans: Vec<Span>| -> String {
            let one = |span: Span| if span.changed { format!("[{}]", span.text) } else { span.text };
            spans.into_iter().map(one).collect()
        };
        format!("{} → {}", say(left), say(right))
    }

    #[test]
    fn only_what_changed_is_marked() {
        let cases = [
            ("目標症例数は120例です。", "目標症例数は150例です。", "目標症例数は[120]例です。 → 目標症例数は[150]例です。"),
            ("第1.2版", "第1.3版", "第[1.2]版 → 第[1.3]版"),
            ("2026年4月1日から", "2027年5月2日から", "[2026年4月1]日から → [2027年5月2]日から"),
            (
                "治験責任医師が説明します。",
                "治験分担医師が説明します。",
                "治験[責任]医師が説明します。 → 治験[分担]医師が説明します。",
            ),
            ("同じ", "同じ", "同じ → 同じ"),
            ("採血を行います。", "採血と検尿を行います。", "採血を行います。 → 採血[と検尿]を行います。"),
            ("まったく別の話", "ABC", "[まったく別の話] → [ABC]"),
        ];
        for (old, new, wanted) in cases {
            assert_eq!(shown(old, new), wanted);
        }
    }

    proptest! {
        #[test]
        fn spans_are_the_texts_again(old in "[a-c1-3治験。はをア]{0,30}", new in "[a-c1-3治験。はをア]{0,30}") {
            let (left, right) = spans(&old, &new);
            let text = |spans: &[Span]| spans.iter().map(|span| span.text.as_str()).collect::<String>();
            let kept = |spans: &[Span]| spans.iter().filter(|span| !span.changed).map(|span| span.text.as_str()).collect::<String>();
            prop_assert_eq!(text(&left), old);
            prop_assert_eq!(text(&right), new);
            prop_assert_eq!(kept(&left), kept(&right));
        }
    }
}
