//! Names that every spreadsheet program takes for a sheet.

/// Longest name of a sheet, UTF-16 units.
pub(super) const MAX_UNITS: usize = 31;

/// Makes a name from a label: forbidden characters become full-width, what is too long is cut.
pub(crate) fn sheet_name(label: &str) -> String {
    let mut name = String::new();
    for letter in label.chars() {
        let letter = match letter {
            '[' => '［',
            ']' => '］',
            ':' => '：',
            '*' => '＊',
            '?' => '？',
            '/' => '／',
            '\\' => '＼',
            '\'' => '’',
            letter if letter.is_control() => ' ',
            letter => letter,
        };
        if units(&name) + letter.len_utf16() > MAX_UNITS {
            break;
        }
        name.push(letter);
    }
    let name = name.trim();
    // Excel keeps this one name for itself.
    if name.eq_ignore_ascii_case("history") { format!("{name}_") } else { name.to_owned() }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::model::{Catalogue, Lang};

    #[test]
    fn forbidden_characters_become_full_width() {
        assert_eq!(sheet_name("a[b]:*?/\\'c"), "a［b］：＊？／＼’c");
        assert_eq!(sheet_name("History"), "History_");
    }

    #[test]
    fn a_long_name_is_cut_at_31_units_and_never_inside_a_character() {
        assert_eq!(sheet_name(&"施".repeat(40)), "施".repeat(31));
        assert_eq!(units(&sheet_name(&"𠮷".repeat(40))), 30);
    }

    #[test]
    fn every_label_of_the_catalogue_is_a_name_as_it_is() {
        let catalogue = Catalogue::load(&Files::embedded("forms")).unwrap();
        for lang in [Lang::Ja, Lang::En] {
            for (_, scope) in catalogue.scopes() {
                let label = scope.label.get(lang);
                assert_eq!(sheet_name(label), label);
            }
        }
    }
}
