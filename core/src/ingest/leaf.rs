//! From a cell to the values of a record.

use super::Input;
use super::headers::Column;
use super::report::{Report, clip};
use super::sheet::CellValue;
use crate::limits::TEXT_CHARS;
use crate::model::{FieldIx, Leaf, Origin, Row, Scalar, Spot};

/// Where a cell stands, and for which trial.
pub(super) struct Place<'a> {
    /// The cell.
    pub(super) at: Origin,
    /// Trial id, empty when it is not known.
    pub(super) trial: &'a str,
}

/// Puts a cell into a row, as a value or as the rows of an inline group; what cannot be taken is reported.
pub(super) fn put(
    input: &Input<'_>,
    report: &mut Report<'_>,
    row: &mut Row,
    column: Column,
    value: CellValue,
    place: &Place<'_>,
) {
    let field = column.field();
    let Some(value) = scalar(input, report, field, value, place) else { return };
    match column {
        Column::Field(field) => row.put(field, Leaf { value, origin: place.at.clone() }),
        Column::Inline(list, field) => {
            let rows = row.rows_mut(list);
            let values = split(value);
            rows.reserve_exact(values.len());
            for value in values {
                let leaf = Leaf { value, origin: place.at.clone() };
                rows.push(Row { spot: Spot::In(place.at.clone()), leaves: vec![(field, leaf)], lists: Vec::new() });
            }
        }
        Column::Trial(_) | Column::Parent(_) => {}
    }
}

/// Takes the value out of a cell; an error, a formula without a result or a text too long is reported and gives none.
pub(super) fn scalar(
    input: &Input<'_>,
    report: &mut Report<'_>,
    field: FieldIx,
    value: CellValue,
    place: &Place<'_>,
) -> Option<Scalar> {
    let known = input.catalogue.field(field);
    let label = ("label", known.label.clone());
    match value {
        CellValue::Value(value) => return Some(value),
        CellValue::Error(error) => {
            let values = [label, ("error", clip(&error))];
            report.say_found(place.trial, "IN-0042", &place.at, (&error, &known.id), &values);
        }
        CellValue::Uncached => report.say_found(place.trial, "IN-0043", &place.at, ("", &known.id), &[label]),
        CellValue::TooLong(count) => {
            let values = [label, ("count", count.to_string().into()), ("limit", TEXT_CHARS.to_string().into())];
            report.say_found(place.trial, "IN-0011", &place.at, ("", &known.id), &values);
        }
    }
    None
}

/// Splits a text into the rows of an inline group, at `、` `,` `，` `;` `；` `/` `／` and line breaks.
///
/// These are what people put between codes; no code of a list contains one. A number is one row.
pub(super) fn split(value: Scalar) -> Vec<Scalar> {
    let Scalar::Text(text) = &value else { return vec![value] };
    let parts = text.split(['、', ',', '，', ';', '；', '/', '／', '\n', '\r']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(|part| Scalar::Text(part.into())).collect()
}
