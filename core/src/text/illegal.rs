//! Characters that no document may hold, and those that nobody can see.

/// Returns whether a character may not stand in a document: a control other than tab and line break, U+FFFE, U+FFFF.
///
/// XML 1.0 forbids them, but for U+007F–009F, which it advises against and which in a trial's data are a decoding gone
/// wrong.
pub fn is_illegal(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{FFFE}' | '\u{FFFF}' => true,
        _ => c.is_control(),
    }
}

/// Returns whether a character shows nothing, or only changes the direction of its neighbours. Variation selectors
/// are not among them: they belong to a name's spelling.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0001}'..='\u{E007F}'
    )
}

/// Writes a character's code point, `U+000B`.
pub fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Writes a text so that it can be shown: characters that are illegal or invisible appear as `[U+000B]`.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_illegal(c) || is_invisible(c) {
            shown.push('[');
            shown.push_str(&code_point(c));
            shown.push(']');
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_illegal() {
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
        for c in (0..=0x10FFFF).filter_map(char::from_u32).filter(|c| !allowed(*c)) {
            assert!(is_illegal(c), "{}", code_point(c));
        }
    }

    #[test]
    fn names_and_their_selectors_are_legal_and_visible() {
        for c in ['\u{FA19}', '𠮷', '\u{FE00}', '\u{FE0F}', '\u{E0100}', '\u{E01EF}', '\u{3000}', '\n', '\u{3099}', '\u{E000}']
        {
            assert!(!is_illegal(c) && !is_invisible(c), "{}", code_point(c));
        }
    }

    #[test]
    fn zero_width_and_direction_characters_are_invisible() {
        for c in ['\u{200B}', '\u{200D}', '\u{200F}', '\u{202A}', '\u{202E}', '\u{2060}', '\u{2066}', '\u{FEFF}', '\u{AD}'] {
            assert!(is_invisible(c), "{}", code_point(c));
        }
    }

    #[test]
    fn a_hidden_character_is_shown_by_its_code_point() {
        assert_eq!(shown("a\u{B}b\u{200B}"), "a[U+000B]b[U+200B]");
    }
}
