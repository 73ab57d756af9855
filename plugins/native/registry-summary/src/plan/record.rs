//! Values of the record.

use serde_json::Value;
use todokede_abi::At;

use crate::day::Day;
use crate::settings::Settings;

/// The text of a field; empty when it is blank.
pub(super) fn text(object: &Value, name: &str) -> String {
    match object.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The number of a field.
pub(super) fn number(object: &Value, name: &str) -> Option<u64> {
    text(object, name).parse().ok()
}

/// The day of a field.
pub(super) fn day(object: &Value, name: &str, settings: &Settings) -> Option<Day> {
    Day::read(&text(object, name), &settings.eras)
}

/// A place in the record.
pub(super) fn at(pointer: &str) -> At {
    At::Record(pointer.to_owned())
}
