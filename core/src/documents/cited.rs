//! What a user's long text may hold beside words: citations `[^key]` and cross references `[@section]`. They stay marks
//! where a text asks for them (`prose(cites=true)`); all else is escaped, so that what was typed is what is read.

use crate::render::docx::markdown::escape;

/// Escapes a text but for its citations and cross references.
pub(super) fn escape_around(text: &str) -> String {
    let mut out = String::new();
    let mut plain = 0;
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('[')).map(|found| at + found) {
        match mark(text.get(open..).unwrap_or_default()) {
            Some(length) => {
                out.push_str(&escape(text.get(plain..open).unwrap_or_default()));
                out.push_str(text.get(open..open + length).unwrap_or_default());
                at = open + length;
                plain = at;
            }
            None => at = open + 1,
        }
    }
    out.push_str(&escape(text.get(plain..).unwrap_or_default()));
    out
}

/// Returns how long the mark is with which a text starts, in bytes.
fn mark(text: &str) -> Option<usize> {
    let end = text.find(']')?;
    let inside = text.get(1..end)?;
    let is_mark = match inside.split_at_checked(1)? {
        ("^", key) => {
            key.starts_with(|c: char| c.is_ascii_alphabetic())
                && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        }
        ("@", name) => {
            let (id, part) = name.split_once(':').unwrap_or((name, "full"));
            let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            !id.is_empty() && id.chars().all(is_id) && matches!(part, "full" | "number" | "title" | "page")
        }
        _ => false,
    };
    is_mark.then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_and_references_stay_and_all_else_is_what_was_typed() {
        let text = "p<0.05[^reiji2018][^a-b]、[@treatment]と[@methods:title]";
        assert!(escape_around(text).ends_with("[^reiji2018][^a-b]、[@treatment]と[@methods:title]"));
        assert_ne!(escape_around("p<0.05 *x*"), "p<0.05 *x*");
    }

    #[test]
    fn what_only_looks_like_a_mark_is_escaped() {
        for text in ["[^1]", "[^ ]", "[@Title]", "[@a:b]", "[^]", "[@]", "[x]", "[", "[^abc", "[^文献]", "[[^", "](x)"] {
            assert_eq!(escape_around(text), escape(text), "{text}");
        }
        assert_eq!(escape_around("[[^a]"), format!("{}[^a]", escape("[")));
    }
}
