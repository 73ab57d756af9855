//! The functions that expressions may call beside CEL's own.

use cel::{Context, ExecutionError, Value};
use jiff::civil::Date;

/// Names of the functions below, for the check at compile time.
pub(super) const NAMES: &[&str] = &["blank", "filled", "days", "units", "sum"];

/// Returns a context that knows the functions.
pub(super) fn context() -> Context<'static, 'static> {
    let mut context = Context::default();
    // A name could only clash with CEL's own library, which a test would show at once.
    let bound = [
        context.add_function("blank", |value: Value| is_blank(&value)),
        context.add_function("filled", |value: Value| !is_blank(&value)),
        context.add_function("days", days),
        context
            .add_function("units", |text: std::sync::Arc<String>| i64::try_from(crate::text::units(&text)).unwrap_or(i64::MAX)),
        context.add_function("sum", sum),
    ];
    debug_assert!(bound.iter().all(Result::is_ok));
    context
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::List(list) => list.is_empty(),
        _ => false,
    }
}

fn days(from: std::sync::Arc<String>, to: std::sync::Arc<String>) -> Result<i64, ExecutionError> {
    days_between(&from, &to).map_err(|problem| ExecutionError::function_error("days", problem))
}

/// Days from one ISO date to another, negative when the second is earlier.
pub(super) fn days_between(from: &str, to: &str) -> Result<i64, String> {
    let date = |text: &str| text.parse::<Date>().map_err(|_| format!("`{text}` is no date"));
    let span = date(from)?.until(date(to)?).map_err(|error| error.to_string())?;
    Ok(i64::from(span.get_days()))
}

/// Sum of a list of whole numbers; blanks count as nothing.
fn sum(list: std::sync::Arc<Vec<Value>>) -> Result<i64, ExecutionError> {
    let mut total = 0_i64;
    for value in list.iter() {
        match value {
            Value::Int(number) => {
                total = total.checked_add(*number).ok_or_else(|| ExecutionError::function_error("sum", "too large"))?;
            }
            Value::Null => {}
            other => return Err(ExecutionError::function_error("sum", format!("{} is no number", other.type_of()))),
        }
    }
    Ok(total)
}
