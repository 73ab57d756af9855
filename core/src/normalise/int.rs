//! Whole numbers that are not negative.

use super::problem::{Problem, Rule};
use crate::text::fold;

/// What people write after a number of subjects.
const COUNTERS: [&str; 3] = ["例", "名", "人"];

/// Reads a whole number and returns its digits, no zeros in front; nothing where the text is that already.
pub(super) fn read(text: &str) -> Result<Option<String>, Problem> {
    let folded = fold::ascii(text);
    let bare = COUNTERS.iter().find_map(|counter| folded.strip_suffix(counter)).map_or(folded.as_ref(), str::trim_end);
    let digits = ungrouped(bare).ok_or_else(|| Problem::new(Rule::NotWhole))?;
    let significant = digits.trim_start_matches('0');
    let canonical = if significant.is_empty() { "0" } else { significant };
    Ok((canonical != text).then(|| canonical.to_owned()))
}

/// Takes out the commas between groups of three; nothing when the text is not digits so grouped.
fn ungrouped(text: &str) -> Option<String> {
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = text.split(',');
    let first = groups.next().filter(|first| !first.is_empty() && is_digits(first))?;
    let grouped = text.contains(',');
    if grouped && (first.len() > 3 || groups.any(|group| group.len() != 3 || !is_digits(group))) {
        return None;
    }
    Some(text.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read() {
        let cases = [
            ("２０", "20"),
            ("1,000", "1000"),
            ("1，000", "1000"),
            ("12,345,678", "12345678"),
            ("20例", "20"),
            ("２０ 名", "20"),
            ("1,000人", "1000"),
            ("007", "7"),
            ("000", "0"),
        ];
        for (text, wanted) in cases {
            assert_eq!(read(text), Ok(Some(wanted.to_owned())), "{text}");
        }
        assert_eq!((read("20"), read("0")), (Ok(None), Ok(None)));
    }

    #[test]
    fn anything_else_is_refused() {
        let cases = [
            "20.5", "20.0", "-5", "−5", "+5", "約20", "20-30", "20～30", "1,00", "1,0000", ",100", "1000,000", "1 000", "例",
            "", "二十", "20mg", "20例名", "1e3", "①", "٣",
        ];
        for text in cases {
            assert_eq!(read(text).unwrap_err().rule, Rule::NotWhole, "{text}");
        }
    }
}
