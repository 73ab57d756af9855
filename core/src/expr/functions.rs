//! The functions that expressions may call beside CEL's own.

use cel::{Context, ExecutionError, Value};
use jiff::Span;
use jiff::civil::Date;

use crate::text::Quantity;

/// Names of the functions below, for the check at compile time.
pub(super) const NAMES: &[&str] = &[
    "blank",
    "filled",
    "days",
    "add_days",
    "add_months",
    "units",
    "sum",
    "amount",
    "countable",
    "numbers",
    "unsaid",
    "same_numbers",
    "join",
    "anniversary_after",
];

/// Returns a context that knows the functions.
pub(super) fn context() -> Context<'static, 'static> {
    let mut context = Context::default();
    // A name could only clash with CEL's own library, which a test would show at once.
    let bound = [
        context.add_function("blank", |value: Value| is_blank(&value)),
        context.add_function("filled", |value: Value| !is_blank(&value)),
        context.add_function("days", days),
        context.add_function("add_days", add_days),
        context.add_function("add_months", add_months),
        context
            .add_function("units", |text: std::sync::Arc<String>| i64::try_from(crate::text::units(&text)).unwrap_or(i64::MAX)),
        context.add_function("sum", sum),
        context.add_function("amount", amount),
        context.add_function("countable", countable),
        context.add_function("numbers", numbers),
        context.add_function("unsaid", unsaid),
        context.add_function("same_numbers", |one: std::sync::Arc<String>, other: std::sync::Arc<String>| {
            crate::text::same_numbers(&one, &other)
        }),
        context.add_function("join", join),
        context.add_function("anniversary_after", anniversary_after),
    ];
    debug_assert!(bound.iter().all(Result::is_ok));
    context
}

/// The numbers of a text, sorted, one by one: those of words and Roman numerals are left out.
fn numbers(text: std::sync::Arc<String>) -> Value {
    texts(crate::text::numbers(&text))
}

/// The numbers of a text that another one says neither in digits nor in words.
fn unsaid(text: std::sync::Arc<String>, other: std::sync::Arc<String>) -> Value {
    texts(crate::text::unsaid(&text, &other))
}

fn texts(list: Vec<String>) -> Value {
    let texts = list.into_iter().map(|text| Value::String(std::sync::Arc::new(text)));
    Value::List(std::sync::Arc::new(texts.collect()))
}

/// The texts of a list in one, separated; blank ones are left out.
fn join(list: std::sync::Arc<Vec<Value>>, separator: std::sync::Arc<String>) -> Result<Value, ExecutionError> {
    let mut texts = Vec::with_capacity(list.len());
    for value in list.iter() {
        match value {
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => texts.push(text.as_str()),
            other => return Err(ExecutionError::function_error("join", format!("{} is no text", other.type_of()))),
        }
    }
    Ok(Value::String(std::sync::Arc::new(texts.join(&separator))))
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

fn add_days(date: std::sync::Arc<String>, number: i64) -> Result<Value, ExecutionError> {
    let moved = moved(&date, number, Step::Days).map_err(|problem| ExecutionError::function_error("add_days", problem))?;
    Ok(Value::String(std::sync::Arc::new(moved.to_string())))
}

fn add_months(date: std::sync::Arc<String>, number: i64) -> Result<Value, ExecutionError> {
    let moved = moved(&date, number, Step::Months).map_err(|problem| ExecutionError::function_error("add_months", problem))?;
    Ok(Value::String(std::sync::Arc::new(moved.to_string())))
}

/// The first day after a date on which full years have passed since another one; a year without that day ends on its last.
fn anniversary_after(start: std::sync::Arc<String>, after: std::sync::Arc<String>) -> Result<Value, ExecutionError> {
    let anniversary = || {
        let date = |text: &str| text.parse::<Date>().map_err(|_| format!("`{text}` is no date"));
        let (first, last) = (date(&start)?, date(&after)?);
        let years = i64::from(last.year()) - i64::from(first.year());
        let next = [years, years + 1].into_iter().filter(|years| *years > 0);
        for years in next {
            let day = moved(&start, years * 12, Step::Months)?;
            if day > last {
                return Ok(day);
            }
        }
        moved(&start, 12, Step::Months)
    };
    let day = anniversary().map_err(|problem: String| ExecutionError::function_error("anniversary_after", problem))?;
    Ok(Value::String(std::sync::Arc::new(day.to_string())))
}

/// What a date is moved by.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Days,
    Months,
}

/// Moves an ISO date by a number of days or months; a month without that day ends on its last.
pub(super) fn moved(date: &str, number: i64, step: Step) -> Result<Date, String> {
    let start = date.parse::<Date>().map_err(|_| format!("`{date}` is no date"))?;
    let span = match step {
        Step::Days => Span::new().try_days(number),
        Step::Months => Span::new().try_months(number),
    };
    let moved = span.and_then(|span| start.checked_add(span)).map_err(|error| error.to_string())?;
    // A year before 1 has no ISO text of ten characters, and texts are what dates are compared by.
    if moved.year() < 1 { Err(format!("`{date}` moved by {number} is out of range")) } else { Ok(moved) }
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

/// The number of a quantity, in millionths so that sums are exact.
fn amount(text: std::sync::Arc<String>) -> Result<i64, ExecutionError> {
    let quantity = Quantity::read(&text);
    quantity.map(|quantity| quantity.millionths).ok_or_else(|| ExecutionError::function_error("amount", format!("`{text}`")))
}

/// Whether all texts of a list are plain numbers of one unit, so that `amount` may compare them.
fn countable(list: std::sync::Arc<Vec<Value>>) -> bool {
    let texts: Option<Vec<&str>> = list
        .iter()
        .map(|value| match value {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    texts.is_some_and(|texts| Quantity::are_alike(texts.into_iter()))
}
