//! Texts as they are compared: without differences of width, case and spaces.

use unicode_normalization::UnicodeNormalization;

/// A title of a column or a code as it is compared. What stands in brackets at the end of a title is no part of it.
pub(crate) fn fold(text: &str) -> String {
    let mut folded: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace() && *c != '_').collect();
    if let Some(open) = folded.find('(')
        && open > 0
        && folded.ends_with(')')
    {
        folded.truncate(open);
    }
    folded
}

/// A value as it is compared: its characters are kept, their width is not.
pub(crate) fn narrow(text: &str) -> std::borrow::Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() { text.into() } else { text.nfkc().collect::<String>().trim().to_owned().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_spaces_and_units_make_no_difference() {
        assert_eq!(fold("施用時年齢（歳）"), "施用時年齢");
        assert_eq!(fold(" Ａｇｅ at_Treatment "), "ageattreatment");
        assert_eq!(fold("(1)"), "(1)");
        assert_eq!(narrow("　Ｒ－０１ "), "R-01");
    }
}
