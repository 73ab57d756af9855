//! Texts as they come → texts as they are meant: line breaks, entities and tags undone; and what is no text at all.

use std::borrow::Cow;

/// Undoes what a text went through on its way: `<br>` becomes a line break, entities the characters they stand for,
/// carriage returns go. Other tags stay, unless `tags` says that the text is HTML.
pub(super) fn plain(text: &str, tags: bool) -> String {
    // Twice, because text is escaped again by each system that it passes; `&amp;lt;` is met.
    let once = entities(text);
    let text = entities(&once);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = breaks(&text, tags);
    let indent = indent(&text);
    let lines = text.lines().map(|line| line.get(indent..).filter(|_| line.starts_with(' ')).unwrap_or(line));
    let lines: Vec<&str> = lines.map(|line| line.trim_end().trim_start_matches('\u{feff}')).collect();
    let mut plain = String::with_capacity(text.len());
    let mut blank = 0;
    for line in lines {
        blank = if line.trim().is_empty() { blank + 1 } else { 0 };
        if blank > 1 {
            continue;
        }
        if !plain.is_empty() {
            plain.push('\n');
        }
        plain.push_str(line);
    }
    plain.trim().to_owned()
}

/// Returns how far all lines but the first are indented: what a file written for people adds, and not part of the text.
fn indent(text: &str) -> usize {
    let lines = text.trim_end().lines().skip(1).filter(|line| !line.trim().is_empty());
    lines.map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or(0)
}

/// Joins all white space to single spaces.
pub(super) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Resolves the entities of XML and the few of HTML that occur; what is none stays as it is.
fn entities(text: &str) -> Cow<'_, str> {
    const NAMED: [(&str, &str); 10] = [
        ("amp", "&"),
        ("lt", "<"),
        ("gt", ">"),
        ("quot", "\""),
        ("apos", "'"),
        ("nbsp", " "),
        ("ge", "≥"),
        ("le", "≤"),
        ("plusmn", "±"),
        ("micro", "µ"),
    ];
    if !text.contains('&') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let end = after.char_indices().take(10).find(|(_, c)| *c == ';').map(|(at, _)| at);
        let name = end.and_then(|end| after.get(..end)).unwrap_or_default();
        let character = match name.strip_prefix('#') {
            Some(number) => match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            }
            .and_then(char::from_u32)
            .filter(|c| !c.is_control() || *c == '\n')
            .map(String::from),
            None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned()),
        };
        match (character, end) {
            (Some(character), Some(end)) => {
                plain.push_str(&character);
                rest = after.get(end + 1..).unwrap_or_default();
            }
            _ => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.into()
}

/// Tags at which a line of an HTML text ends.
const LINE_TAGS: [&str; 9] = ["br", "p", "li", "div", "ul", "ol", "tr", "h1", "h2"];

fn breaks(text: &str, all: bool) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        let end = after.char_indices().take(400).find(|(_, c)| *c == '>').map(|(at, _)| at);
        let tag = end.and_then(|end| after.get(..end)).unwrap_or_default();
        let name = tag.trim_start_matches('/').split([' ', '/', '\n', '\t']).next().unwrap_or_default().to_ascii_lowercase();
        // `< 18 years` and `a<b and c>d` are no tags.
        let is_tag = !tag.is_empty() && tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let is_break = name == "br" || (all && LINE_TAGS.contains(&name.as_str()));
        match end {
            Some(end) if is_tag && (is_break || all) => {
                if name == "br" || (is_break && !plain.ends_with('\n')) {
                    plain.push('\n');
                }
                rest = after.get(end + 1..).unwrap_or_default();
            }
            _ => {
                plain.push('<');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Returns whether a text is Japanese: as many kana and kanji as Latin letters, or more.
pub(super) fn is_japanese(text: &str) -> bool {
    let is_ours = |c: char| matches!(c, '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}');
    let ours = text.chars().filter(|c| is_ours(*c)).count();
    ours > 0 && ours >= text.chars().filter(char::is_ascii_alphabetic).count()
}

/// Words with which the name of an organisation ends.
const ENDINGS: [&str; 14] = [
    "Hospital",
    "Center",
    "Centre",
    "Clinic",
    "University",
    "Department",
    "Institute",
    "College",
    "Foundation",
    "Society",
    "Corporation",
    "Company",
    "Medicine",
    "Association",
];

/// Returns whether names run into each other, `HospitalMatsui Pediatrics ClinicSato`: what stood between them was lost.
/// A capital inside a word alone says nothing: many companies write themselves so.
pub(super) fn run_together(text: &str) -> bool {
    ENDINGS.iter().any(|ending| {
        text.match_indices(ending)
            .any(|(at, _)| text.get(at + ending.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())))
    })
}

/// Returns whether a character was lost on the way: a question mark inside a word, or the mark of what is not known.
pub(super) fn lost_character(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.contains(&'\u{FFFD}')
        || letters.windows(3).any(|three| matches!(three, [a, '?', b] if a.is_alphabetic() && b.is_alphabetic()))
}

/// Returns whether a text seems to stop in the middle: it is long, of a length at which systems cut, and ends with no stop.
pub(super) fn seems_cut(text: &str) -> bool {
    const CUTS: [usize; 9] = [254, 255, 500, 999, 1000, 2000, 4000, 8000, 32_767];
    CUTS.contains(&text.chars().count()) && text.ends_with(|c: char| c.is_alphanumeric() || c == ',')
}

/// Returns the mail address in a text that is nothing else.
pub(super) fn mail(text: &str) -> Option<&str> {
    let text = text.trim();
    let (name, host) = text.split_once('@')?;
    let fits = !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace) && !host.contains('@');
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_and_entities_are_undone_and_comparisons_stay() {
        assert_eq!(plain("a<br>b<BR/>c", false), "a\nb\nc");
        assert_eq!(plain("eGFR&lt;30 &amp; can&#39;t, AST < 5 and ALT > 5", false), "eGFR<30 & can't, AST < 5 and ALT > 5");
        assert_eq!(plain("&unknown; & &#xZZ; &", false), "&unknown; & &#xZZ; &");
        assert_eq!(plain("<p>One</p>\n<ol><li>two</li></ol>", true), "One\n\ntwo");
        assert_eq!(plain("x &lt;b and c&gt; y", false), "x <b and c> y");
    }

    #[test]
    fn what_was_glued_cut_or_lost_is_seen() {
        assert!(run_together("Reiji HospitalReiji Clinic"));
        assert!(!run_together("McDonald and GlaxoSmithKline, PhRMA; Shionogi & Co."));
        assert!(lost_character("NST Beta?Glucan Co., Ltd.") && !lost_character("Is it safe? Yes"));
        assert!(is_japanese("例示病院 ABC") && !is_japanese("Example Hospital（例示）"));
        assert_eq!(mail(" a@example.jp "), Some("a@example.jp"));
        assert_eq!(mail("write to a@example.jp"), None);
    }
}
