//! The check digit of an Individual Number.

/// Returns whether the last of twelve digits is the check digit of the eleven before it (weights 2 to 7 from the right, twice).
///
/// Twelve equal digits are a placeholder and none.
pub(super) fn is_my_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let [body @ .., check] = digits.as_slice() else { return false };
    if body.len() != 11 || body.iter().all(|digit| digit == check) {
        return false;
    }
    let sum: u32 = body.iter().rev().zip((2..=7).cycle()).map(|(digit, weight)| digit * weight).sum();
    let wanted = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    wanted == *check
}

#[cfg(test)]
mod tests {
    use super::is_my_number;

    #[test]
    fn the_check_digit_is_that_of_the_ordinance() {
        // Worked out by hand: 1·6+2·5+3·4+4·3+5·2+6·7+7·6+8·5+9·4+0·3+1·2 = 212, 212 mod 11 = 3, 11 − 3 = 8.
        assert!(is_my_number("123456789018"));
        assert!(is_my_number("1234-5678-9018"));
        for other in ["123456789010", "12345678901", "1234567890180", "000000000000", "", "x"] {
            assert!(!is_my_number(other));
        }
    }

    #[test]
    fn one_of_ten_serial_numbers_has_it_by_chance() {
        let count = (0..10_000_u64).filter(|number| is_my_number(&format!("{number:012}"))).count();
        assert!((800..1200).contains(&count), "{count}");
    }
}
