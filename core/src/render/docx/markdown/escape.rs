//! Makes any text stand in Markdown as it is.

use std::fmt::Write as _;

/// Escapes a text so that reading it gives back exactly the text, wherever it is put: line breaks and spaces at its edges
/// become references, which break neither a row of a table nor an item of a list.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let last = text.chars().count().saturating_sub(1);
    for (at, c) in text.chars().enumerate() {
        match c {
            '\n' | '\r' => _ = write!(out, "&#{};", u32::from(c)),
            // The ideographic space and its like too: a reader of Markdown trims all white space.
            c if c.is_whitespace() && (at == 0 || at == last || out.ends_with(|c: char| c == ';' || c.is_whitespace())) => {
                _ = write!(out, "&#{};", u32::from(c));
            }
            c if c.is_ascii_punctuation() => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}
