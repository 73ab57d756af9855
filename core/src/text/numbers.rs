//! The numbers that a text mentions, for holding two languages against each other.

use super::fold;

/// Returns the numbers of a text, each once, sorted: digits with their decimals, whatever their width, separators of
/// thousands and leading zeros dropped. A digit that belongs to a word (`HbA1c`, `DEMO-001`) is left out, and so are the
/// Roman numerals.
pub fn numbers(text: &str) -> Vec<String> {
    let folded: Vec<char> = fold::ascii(text).chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = folded.get(at) {
        if !c.is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = end_of(&folded, at);
        let before = at.checked_sub(1).and_then(|at| folded.get(at)).copied().unwrap_or(' ');
        let after = folded.get(end).copied().unwrap_or(' ');
        let hyphenated =
            before == '-' && at.checked_sub(2).and_then(|at| folded.get(at)).is_some_and(char::is_ascii_alphabetic);
        if !(before.is_ascii_alphabetic() || hyphenated || after.is_ascii_alphabetic() && !is_unit(&folded, end)) {
            let digits: String = folded.get(at..end).unwrap_or_default().iter().filter(|c| **c != ',').collect();
            // A decimal may be written without its zero: `.5`.
            let bare = before == '.' && !at.checked_sub(2).and_then(|at| folded.get(at)).is_some_and(|c| c.is_alphanumeric());
            found.push(plain(&if bare { format!("0.{digits}") } else { digits }));
        }
        at = end;
    }
    found.sort();
    found.dedup();
    found
}

/// Returns where the number that starts at a place ends.
fn end_of(text: &[char], start: usize) -> usize {
    let mut end = start;
    let is_digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    while let Some(c) = text.get(end) {
        let thousands = *c == ',' && (1..=3).all(|step| is_digit(end + step)) && !is_digit(end + 4);
        if c.is_ascii_digit() || (*c == '.' && is_digit(end + 1)) || thousands {
            end += 1;
        } else {
            break;
        }
    }
    end
}

/// Returns whether the letters at a place are a unit that is written without a space: `10mg`, `72h`.
fn is_unit(text: &[char], at: usize) -> bool {
    let word: String = text.get(at..).unwrap_or_default().iter().take_while(|c| c.is_ascii_alphabetic()).collect();
    let long = matches!(word.as_str(), "mmHg" | "mmol" | "kcal" | "nmol" | "umol" | "pmol" | "mOsm");
    long || word.len() <= 3 && !matches!(word.as_str(), "c" | "st" | "nd" | "rd" | "th")
}

fn plain(digits: &str) -> String {
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    match decimals.trim_end_matches('0') {
        "" => whole.to_owned(),
        decimals => format!("{whole}.{decimals}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_languages_mention_the_same_numbers() {
        assert_eq!(numbers("２０歳以上４５歳未満、体重50.0kg、1,200例"), ["1200", "20", "45", "50"]);
        assert_eq!(numbers("20 to under 45 years, 50 kg, 1200 subjects"), ["1200", "20", "45", "50"]);
        assert_eq!(numbers("DEMO-001 10mgを1日1回"), ["1", "10"]);
        assert_eq!(numbers("収縮期血圧140mmHg以上"), numbers("140 mmHg or more"));
        assert_eq!(numbers("HbA1c 6.5% or more, 2nd visit"), ["6.5"]);
        assert_eq!(numbers("p < .05, 0.5"), ["0.05", "0.5"]);
        assert!(numbers("第Ⅰ相").is_empty() && numbers("").is_empty());
    }
}
