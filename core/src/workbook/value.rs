//! How a value is written into a cell.

use std::borrow::Cow;

use rust_xlsxwriter::{Format, Worksheet};

use super::WorkbookError;
use crate::model::{Catalogue, CodeList, Field, Kind, Lang, Leaf, Scalar, Text};

/// Most a cell can hold, UTF-16 units.
pub(super) const CELL_UNITS: usize = 32_767;

/// Returns a value as people see it; a code of the list with its meaning, as in the dropdown.
pub(super) fn shown<'a>(catalogue: &Catalogue, field: &Field, leaf: &'a Leaf, lang: Lang) -> Cow<'a, str> {
    let text = plain(leaf);
    match explained(catalogue, field, &text, lang) {
        Some(choice) => Cow::Owned(choice),
        None => text,
    }
}

/// Returns a code with its meaning, when it is in the field's list.
pub(super) fn explained(catalogue: &Catalogue, field: &Field, code: &str, lang: Lang) -> Option<String> {
    let Kind::Code(list) = &field.kind else { return None };
    catalogue.codes.get(list)?.entries.iter().find(|(known, _)| known == code).map(|(known, means)| choice(known, means, lang))
}

/// Returns the choices of a list, in its order.
pub(super) fn choices(list: &CodeList, lang: Lang) -> impl Iterator<Item = String> {
    list.entries.iter().map(move |(code, means)| choice(code, means, lang))
}

/// A Japanese code that is its own meaning has an English gloss only; that gloss is no help in Japanese.
fn choice(code: &str, means: &Text, lang: Lang) -> String {
    let (means, colon) = match lang {
        Lang::Ja => (means.ja.as_str(), "："),
        Lang::En => (means.get(lang), ": "),
    };
    if means.is_empty() { code.to_owned() } else { format!("{code}{colon}{means}") }
}

/// Returns a value as plain text; after normalising every value is text already.
pub(super) fn plain(leaf: &Leaf) -> Cow<'_, str> {
    match &leaf.value {
        Scalar::Text(text) | Scalar::Date(text) => Cow::Borrowed(text),
        Scalar::Number { value, padded } => Cow::Owned(format!("{value:0width$}", width = usize::from(*padded))),
        Scalar::Bool(value) => Cow::Borrowed(if *value { "TRUE" } else { "FALSE" }),
    }
}

/// Writes text into a cell, always as text: `=1+1` stays what it is.
pub(crate) fn put(
    sheet: &mut Worksheet,
    at: (u32, u16),
    text: &str,
    format: Option<&Format>,
    id: &str,
) -> Result<(), WorkbookError> {
    let units = text.encode_utf16().count();
    if units > CELL_UNITS {
        return Err(WorkbookError::TooLong { field: id.to_owned(), units, max: CELL_UNITS });
    }
    let (row, col) = at;
    // The writer takes text of this shape for markup of its own and would copy it unescaped: it goes in two runs.
    if text.starts_with("<r>") && text.ends_with("</r>") {
        let (head, tail) = text.split_at(1);
        let run = Format::default();
        let runs = [(&run, head), (&run, tail)];
        match format {
            Some(format) => sheet.write_rich_string_with_format(row, col, &runs, format)?,
            None => sheet.write_rich_string(row, col, &runs)?,
        };
        return Ok(());
    }
    match format {
        Some(format) => sheet.write_string_with_format(row, col, text, format)?,
        None => sheet.write_string(row, col, text)?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::model::Origin;

    fn leaf(value: Scalar) -> Leaf {
        Leaf { value, origin: Origin::Nowhere }
    }

    #[test]
    fn numbers_print_plainly_and_keep_their_padding() {
        let number = |value, padded| plain(&leaf(Scalar::Number { value, padded })).into_owned();
        assert_eq!(number(24.0, 0), "24");
        assert_eq!(number(312345678.0, 10), "0312345678");
        assert_eq!(number(0.5, 0), "0.5");
    }

    #[test]
    fn a_code_is_shown_with_its_meaning_only_in_a_language_that_has_one() {
        let catalogue = Catalogue::load(&Files::embedded("forms")).unwrap();
        let show = |id: &str, code: &str, lang| {
            let field = catalogue.field(catalogue.field_ix(id).unwrap());
            shown(&catalogue, field, &leaf(Scalar::Text(code.into())), lang).into_owned()
        };
        assert_eq!(show("trial.phase", "4", Lang::Ja), "4：第Ⅰ／Ⅱ相");
        assert_eq!(show("trial.phase", "4", Lang::En), "4: Phase I/II");
        assert_eq!(show("trial.phase", "8", Lang::Ja), "8");
        assert_eq!(show("trial.multinational", "該当なし", Lang::Ja), "該当なし");
        assert_eq!(show("trial.multinational", "該当なし", Lang::En), "該当なし: Not applicable");
        assert_eq!(show("sites.name", "4", Lang::Ja), "4");
    }
}
