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

/// Returns the numbers of a text that another one, in another language, does not say: neither in digits nor in words or
/// Roman numerals (`6か月` and `six months`, `第Ⅱ相` and `phase 2`).
pub fn unsaid(text: &str, other: &str) -> Vec<String> {
    let (digits, words) = (numbers(other), spelled(other));
    numbers(text).into_iter().filter(|number| !digits.contains(number) && !words.contains(number)).collect()
}

/// Returns whether two texts say the same numbers.
pub fn same_numbers(one: &str, other: &str) -> bool {
    unsaid(one, other).is_empty() && unsaid(other, one).is_empty()
}

/// English numerals, from zero.
const ENGLISH: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
/// What else says a number in English.
const ADVERBS: [(&str, &str); 9] = [
    ("once", "1"),
    ("twice", "2"),
    ("single", "1"),
    ("double", "2"),
    ("first", "1"),
    ("second", "2"),
    ("third", "3"),
    ("half", "0.5"),
    ("daily", "1"),
];
/// Roman numerals as letters, from one; above what phases, stages and grades need nobody writes them.
const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
/// Kanji numerals, from one.
const KANJI: [char; 10] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/// Returns the numbers that a text says without digits.
fn spelled(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let folded = fold::ascii(text);
    for word in folded.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        let lower = word.to_ascii_lowercase();
        found.extend(ENGLISH.iter().position(|known| *known == lower).map(|number| number.to_string()));
        found.extend(ADVERBS.iter().find(|(known, _)| *known == lower).map(|(_, number)| (*number).to_owned()));
        // `IIa` is a phase too.
        let roman = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
        found.extend(ROMAN.iter().position(|known| *known == roman).map(|at| (at + 1).to_string()));
    }
    let characters: Vec<char> = text.chars().collect();
    for (at, c) in characters.iter().enumerate() {
        if let step @ 0..=11 = u32::from(*c).wrapping_sub(0x2160) {
            found.push((step + 1).to_string());
        }
        let kanji = |c: Option<&char>| c.and_then(|c| KANJI.iter().position(|known| known == c)).map(|at| at + 1);
        if let Some(number) = kanji(characters.get(at)) {
            let after = kanji(characters.get(at + 1)).filter(|after| *after < 10);
            found.push(number.to_string());
            if let (10, Some(after)) = (number, after) {
                found.push((10 + after).to_string());
            }
        }
    }
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

    #[test]
    fn a_number_may_be_said_in_words() {
        for (one, other) in [
            ("投与後6か月", "six months after dosing"),
            ("六か月、十二週", "6 months, 12 weeks"),
            ("第2相試験", "a phase II trial"),
            ("第Ⅱ相", "phase 2"),
            ("第2a相", "phase IIa"),
            ("1日2回", "twice daily"),
            ("一つ以上", "one or more of the following"),
        ] {
            assert!(same_numbers(one, other), "{one} / {other}: {:?} {:?}", unsaid(one, other), unsaid(other, one));
        }
        assert_eq!(unsaid("投与後6か月", "eight months after dosing"), ["6"]);
        assert_eq!(unsaid("HbA1c 7.0%", "HbA1c 7.5%"), ["7"]);
        assert!(!same_numbers("第2相", "phase III"));
    }
}
