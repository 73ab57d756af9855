//! Which paragraph of the old document is which of the new one.

use std::collections::BTreeMap;

use super::lcs::{FULL, Step, steps};

/// What is paired: paragraphs with paragraphs, rows with rows.
pub(super) trait Piece {
    /// The text it shows.
    fn text(&self) -> &str;
    /// What kind of thing it is; different kinds are never paired.
    fn kind(&self) -> u32;
}

/// Least likeness, of 1000, of two texts that are one text before and after a change.
const LIKE: u32 = 450;

/// Pairs the pieces of two lists. Texts that stand once in both hold the lists together; what is between is paired by
/// likeness, in order.
pub(super) fn align<P: Piece>(old: &[P], new: &[P]) -> Vec<Step> {
    let anchors = anchors(old, new);
    let grams = |list: &[P]| list.iter().map(|piece| Grams::of(piece.text())).collect::<Vec<_>>();
    let (old_grams, new_grams) = (grams(old), grams(new));
    let score = |a: usize, b: usize| -> u32 {
        let (Some(one), Some(other)) = (old.get(a), new.get(b)) else { return 0 };
        if one.kind() != other.kind() {
            return 0;
        }
        if one.text() == other.text() {
            // Blank paragraphs are everywhere: they are paired, but never at the cost of text.
            return if one.text().trim().is_empty() { 1 } else { FULL };
        }
        let (Some(one), Some(other)) = (old_grams.get(a), new_grams.get(b)) else { return 0 };
        Some(one.likeness(other)).filter(|like| *like >= LIKE).unwrap_or(0)
    };
    let mut found = Vec::new();
    let (mut a, mut b) = (0, 0);
    for (next_a, next_b) in anchors.into_iter().chain([(old.len(), new.len())]) {
        let between = steps(next_a - a, next_b - b, |x, y| score(a + x, b + y));
        found.extend(between.into_iter().map(|step| match step {
            Step::Both(x, y) => Step::Both(a + x, b + y),
            Step::Old(x) => Step::Old(a + x),
            Step::New(y) => Step::New(b + y),
        }));
        if next_a < old.len() && next_b < new.len() {
            found.push(Step::Both(next_a, next_b));
        }
        (a, b) = (next_a + 1, next_b + 1);
    }
    found
}

/// Kind and text of a piece.
type Key<'t> = (u32, &'t str);

/// Where it stands in the old list, and where in the new one.
type Spots = (Vec<usize>, Vec<usize>);

/// Returns the pieces whose text stands once in each list, as far as they are in the same order.
fn anchors<P: Piece>(old: &[P], new: &[P]) -> Vec<(usize, usize)> {
    let mut seen: BTreeMap<Key, Spots> = BTreeMap::new();
    for (at, piece) in old.iter().enumerate() {
        seen.entry((piece.kind(), piece.text())).or_default().0.push(at);
    }
    for (at, piece) in new.iter().enumerate() {
        seen.entry((piece.kind(), piece.text())).or_default().1.push(at);
    }
    let once = |(key, (old, new)): (&Key, &Spots)| match (old.as_slice(), new.as_slice()) {
        ([old], [new]) if key.1.chars().count() > 1 => Some((*old, *new)),
        _ => None,
    };
    let mut pairs: Vec<(usize, usize)> = seen.iter().filter_map(once).collect();
    pairs.sort_unstable();
    rising(&pairs)
}

/// Returns the longest part of the pairs in which the second number rises too (patience sorting).
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let second = |at: usize| pairs.get(at).map_or(0, |pair| pair.1);
    // tails[n]: the pair with which the best sequence of n + 1 pairs ends.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for at in 0..pairs.len() {
        let length = tails.partition_point(|tail| second(*tail) < second(at));
        before.push(length.checked_sub(1).and_then(|last| tails.get(last)).copied());
        match tails.get_mut(length) {
            Some(tail) => *tail = at,
            None => tails.push(at),
        }
    }
    let mut found: Vec<(usize, usize)> = std::iter::successors(tails.last().copied(), |at| before.get(*at).copied().flatten())
        .filter_map(|at| pairs.get(at).copied())
        .collect();
    found.reverse();
    found
}

/// The pairs of neighbouring characters of a text, sorted, to tell how alike two texts are.
pub(super) struct Grams(Vec<(char, char)>);

impl Grams {
    pub(super) fn of(text: &str) -> Grams {
        let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let pair = |(a, b): (&char, &char)| (*a, *b);
        let mut grams: Vec<(char, char)> = chars.iter().zip(chars.iter().skip(1)).map(pair).collect();
        // A text of one character is alike to one that holds it.
        grams.extend(chars.first().map(|first| ('\0', *first)));
        grams.sort_unstable();
        Grams(grams)
    }

    /// Returns how alike two texts are, 1000 for the same pairs (Dice's coefficient).
    pub(super) fn likeness(&self, other: &Grams) -> u32 {
        let total = self.0.len() + other.0.len();
        // What differs much in length cannot be alike.
        if total == 0 || self.0.len().min(other.0.len()) * 2000 / total < usize::try_from(LIKE).unwrap_or(0) {
            return 0;
        }
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = 0_usize;
        while let (Some(one), Some(two)) = (a.peek(), b.peek()) {
            match one.cmp(two) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    common += 1;
                    a.next();
                    b.next();
                }
            }
        }
        u32::try_from(common * 2000 / total).unwrap_or(0).min(FULL - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Line(&'static str);

    impl Piece for Line {
        fn text(&self) -> &str {
            self.0
        }
        fn kind(&self) -> u32 {
            u32::from(self.0.starts_with('#'))
        }
    }

    fn of(old: &[&'static str], new: &[&'static str]) -> Vec<Step> {
        let lines = |list: &[&'static str]| list.iter().map(|text| Line(text)).collect::<Vec<_>>();
        align(&lines(old), &lines(new))
    }

    #[test]
    fn a_changed_paragraph_is_paired_with_what_it_was() {
        use Step::{Both, New, Old};
        let old = ["#目的", "この研究では薬の効き目を調べます。", "#方法", "採血を3回行います。", "", "終わり"];
        let new = [
            "#目的",
            "新しい段落を加えました",
            "この研究では薬の効果を調べます。",
            "#方法",
            "採血を5回行います。",
            "",
            "終わり",
        ];
        let wanted = [Both(0, 0), New(1), Both(1, 2), Both(2, 3), Both(3, 4), Both(4, 5), Both(5, 6)];
        assert_eq!(of(&old, &new), wanted);
        assert_eq!(of(&["まるで違う文章です"], &["ここに何か別のこと"]), [Old(0), New(0)]);
        assert_eq!(of(&["#目的"], &["目的"]), [Old(0), New(0)]);
    }

    #[test]
    fn paragraphs_that_changed_places_are_not_paired_across() {
        use Step::{Both, New, Old};
        let steps = of(&["一つ目の段落", "その次の文", "最後に来る話"], &["その次の文", "最後に来る話", "一つ目の段落"]);
        assert_eq!(steps, [Old(0), Both(1, 0), Both(2, 1), New(2)]);
    }
}
