//! Words in a drawing: how wide they are, and where they break.

use crate::text::units;
use crate::text::width::is_half_width;

/// Width of a half-width unit, pixels, half that of a full-width letter.
const UNIT: f64 = 6.7;
/// Widths of letters in a wide face.
const SMALL: f64 = 7.6;
const LARGE: f64 = 9.4;
/// What does not begin a line.
const NOT_FIRST: &str = "、。，．・：；？！）］｝」』】〕〉》ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々,.)]}:;?!%％";

/// Returns how wide a text is drawn, pixels.
pub(super) fn wide(text: &str) -> f64 {
    let letter = |letter: char| match letter {
        'm' | 'w' | '%' | '@' | 'A'..='Z' => LARGE,
        letter if is_half_width(letter) => SMALL,
        _ => 2.0 * UNIT,
    };
    text.chars().map(letter).sum()
}

/// Returns how many half-width letters stand in so many pixels.
pub(super) fn room(pixels: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length of a drawing, never negative")]
    let units = (pixels.clamp(0.0, 1e6) / UNIT).floor() as usize;
    units
}

/// Cuts a text that is longer than so many half-width letters, and shows that it goes on.
pub(super) fn clipped(text: &str, longest: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if units(&text) <= longest {
        return text;
    }
    let mut cut = String::new();
    for letter in text.chars() {
        if units(&cut) + letter_units(letter) + 2 > longest {
            break;
        }
        cut.push(letter);
    }
    cut + "…"
}

/// Breaks a text into lines of so many half-width letters: at spaces, and in Japanese before any letter that may begin a
/// line. A letter that may not hangs over the end.
pub(super) fn wrapped(text: &str, across: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for letter in text.chars() {
        if line.is_empty() && letter == ' ' {
            continue;
        }
        if units(&line) + letter_units(letter) > across && !line.is_empty() && !NOT_FIRST.contains(letter) && letter != ' ' {
            // A word is not torn where a space stands in the second half of the line.
            let torn = letter.is_ascii_alphanumeric() && line.ends_with(|last: char| last.is_ascii_alphanumeric());
            let space = line.rfind(' ').filter(|at| torn && *at * 2 >= line.len());
            let rest = space.map(|at| line.split_off(at)).unwrap_or_default();
            lines.push(std::mem::replace(&mut line, rest.trim_start().to_owned()));
        }
        line.push(letter);
    }
    lines.push(line);
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

fn letter_units(letter: char) -> usize {
    if is_half_width(letter) { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_where_they_may() {
        assert_eq!(wrapped("血液・リンパ系障害", 8), ["血液・リ", "ンパ系障", "害"]);
        assert_eq!(wrapped("疲労、無力症", 4), ["疲労、", "無力", "症"]);
        assert_eq!(wrapped("Blood disorders", 10), ["Blood", "disorders"]);
        assert_eq!(wrapped("", 10), [""]);
    }

    #[test]
    fn what_is_cut_shows_it() {
        assert_eq!(clipped("臨床試験", 8), "臨床試験");
        assert_eq!(clipped("臨床試験の登録", 8), "臨床試…");
        assert_eq!(clipped("a\nb  c", 8), "a b c");
    }
}
