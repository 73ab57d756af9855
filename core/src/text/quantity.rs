//! Quantities as people write them: a plain number and its unit, `1,400錠`.

use super::fold;

/// The finest part of a unit that is told apart: sums of it are whole numbers and so exact.
const PARTS: i64 = 1_000_000;
const PART_DIGITS: usize = 6;
/// Most digits before the point, so that a sum of a few quantities is in range.
const WHOLE_DIGITS: usize = 12;

/// A number with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// The number in millionths.
    pub millionths: i64,
    /// The unit; empty when there is none.
    pub unit: String,
}

impl Quantity {
    /// Reads a quantity; nothing for a text that says more than one plain number and its unit.
    pub fn read(text: &str) -> Option<Quantity> {
        let folded = fold::ascii(text);
        let text = folded.trim();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(end)?;
        if unit.chars().any(char::is_numeric) {
            return None;
        }
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let fraction = Some(fraction).filter(|digits| is_digits(digits) && digits.len() <= PART_DIGITS)?;
        let parts: i64 = format!("{fraction:0<PART_DIGITS$}").parse().ok()?;
        let whole = without_separators(whole).filter(|digits| digits.len() <= WHOLE_DIGITS)?;
        let millionths = whole.parse::<i64>().ok()?.checked_mul(PARTS)?.checked_add(parts)?;
        Some(Quantity { millionths, unit: unit.trim().to_owned() })
    }

    /// Returns whether all texts are quantities of one unit; a zero may leave its unit out.
    pub fn are_alike<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
        let mut unit: Option<String> = None;
        for text in texts {
            let Some(quantity) = Quantity::read(text) else { return false };
            if quantity.millionths == 0 && quantity.unit.is_empty() {
                continue;
            }
            if unit.get_or_insert_with(|| quantity.unit.clone()) != &quantity.unit {
                return false;
            }
        }
        true
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes away separators of thousands; nothing when they stand elsewhere.
fn without_separators(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next().filter(|group| is_digits(group))?;
    let mut digits = first.to_owned();
    for group in groups {
        if first.len() > 3 || group.len() != 3 || !is_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(i64, String)> {
        Quantity::read(text).map(|quantity| (quantity.millionths, quantity.unit))
    }

    #[test]
    fn a_plain_number_and_its_unit_are_read() {
        assert_eq!(read("1400錠"), Some((1_400_000_000, "錠".to_owned())));
        assert_eq!(read(" １，４００ 錠 "), Some((1_400_000_000, "錠".to_owned())));
        assert_eq!(read("12.5mL"), Some((12_500_000, "mL".to_owned())));
        assert_eq!(read("0"), Some((0, String::new())));
    }

    #[test]
    fn what_says_more_or_less_is_no_quantity() {
        let texts = [
            "",
            "錠",
            "約100錠",
            "100錠（うち予備20錠）",
            "1,40錠",
            "1400,000錠",
            "1.錠",
            ".5mL",
            "-3錠",
            "1.2.3mL",
            "0.0000001g",
        ];
        for text in texts {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("1000000000000錠"), None);
        let most = read("999999999999錠").unwrap().0;
        assert!(most.checked_mul(4).is_some());
    }

    #[test]
    fn quantities_are_alike_when_their_units_are() {
        assert!(Quantity::are_alike(["100錠", "90錠", "0", "10 錠"].into_iter()));
        assert!(!Quantity::are_alike(["100錠", "90包"].into_iter()));
        assert!(!Quantity::are_alike(["100", "90錠"].into_iter()));
        assert!(!Quantity::are_alike(["100錠", ""].into_iter()));
    }
}
