//! Strings of digits in which zeros in front count.

use super::problem::{Problem, Rule};
use crate::model::Text;

/// Reads a number typed where `width` digits are wanted: too few means that the zeros in front are gone.
pub(super) fn read_number(seen: &str, width: usize) -> Result<Option<String>, Problem> {
    if !is_digits(seen) {
        return Err(Problem::new(Rule::NotDigits));
    }
    if seen.len() < width {
        return Err(zeros_lost(seen, width, Text::default()));
    }
    Ok(None)
}

/// Says that zeros in front are gone and what the value may have been, with what is known of it.
pub(super) fn zeros_lost(seen: &str, width: usize, known: Text) -> Problem {
    let candidate = format!("{seen:0>width$}");
    let named = |known: &str, open, close| {
        if known.is_empty() { candidate.clone() } else { format!("{candidate}{open}{known}{close}") }
    };
    let text = Text::new(named(&known.ja, "（", "）"), named(&known.en, " (", ")"));
    Problem::new(Rule::ZerosLost).with("width", width.to_string()).with("candidate", text)
}

/// Returns whether a text is made of half-width digits.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_all_its_digits_is_taken() {
        assert_eq!(read_number("214", 3), Ok(None));
        assert_eq!(read_number("014", 3), Ok(None));
        assert_eq!(read_number("2145", 3), Ok(None), "the form's own rule speaks of length");
    }

    #[test]
    fn a_short_number_is_refused_with_a_candidate_and_not_padded() {
        let problem = read_number("14", 3).unwrap_err();
        assert_eq!((problem.rule, problem.holes[1].1.ja.as_str()), (Rule::ZerosLost, "014"));
    }

    #[test]
    fn fractions_and_negatives_are_refused() {
        for seen in ["1.5", "-14"] {
            assert_eq!(read_number(seen, 3).unwrap_err().rule, Rule::NotDigits);
        }
    }
}
