//! Filters for what Japanese documents write: dates, and numbers with commas.

use jiff::civil::Date;
use tera::value::ValueKind;
use tera::{Kwargs, State, Tera, TeraResult, Value};

use crate::normalise::era;

/// Gives a template engine these filters.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("date_ja", date_ja);
    tera.register_filter("wareki", wareki);
    tera.register_filter("comma", comma);
}

/// Writes an ISO date as `2026年4月1日`; a month alone as `2026年4月`.
fn date_ja(text: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    // A record has blank fields as blank texts; that a day is missing is a matter of rules.
    if text.is_empty() {
        return Ok(String::new());
    }
    if let Some((year, month)) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2) {
        let first: Date = format!("{year}-{month}-01").parse().map_err(|_| no_date(text))?;
        return Ok(format!("{}年{}月", first.year(), first.month()));
    }
    let date: Date = text.parse().map_err(|_| no_date(text))?;
    Ok(format!("{}年{}月{}日", date.year(), date.month(), date.day()))
}

/// Writes an ISO date in its era, `令和8年4月1日`.
fn wareki(text: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let date: Date = text.parse().map_err(|_| no_date(text))?;
    era::japanese(date).ok_or_else(|| no_date(text))
}

fn no_date(text: &str) -> tera::Error {
    tera::Error::message(format!("「{text}」は日付（YYYY-MM-DD）ではありません / not a date (YYYY-MM-DD)"))
}

/// Writes a number with a comma after every third digit, `1,200`; what stands around the digits stays.
fn comma(value: &Value, _: Kwargs, _: &State) -> TeraResult<String> {
    let text = match value.kind() {
        ValueKind::String => value.as_str().unwrap_or_default().to_owned(),
        ValueKind::I64 | ValueKind::U64 | ValueKind::I128 | ValueKind::U128 | ValueKind::F64 => value.to_string(),
        _ => return Err(tera::Error::message("数ではありません / not a number")),
    };
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, decimals) = rest.split_once('.').map_or((rest, None), |(whole, decimals)| (whole, Some(decimals)));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || decimals.is_some_and(|decimals| !is_digits(decimals)) {
        return Err(tera::Error::message(format!("「{text}」は数ではありません / not a number")));
    }
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(decimals) = decimals {
        out.push('.');
        out.push_str(decimals);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_are_written_as_documents_have_them() {
        let mut tera = Tera::new();
        register(&mut tera);
        let write = |text: &str| tera.render_str(text, &tera::Context::new(), false);
        for (text, wanted) in [
            ("{{ '2026-04-01' | date_ja }}", "2026年4月1日"),
            ("{{ '2026-04' | date_ja }}", "2026年4月"),
            ("{{ '2019-05-01' | wareki }}", "令和元年5月1日"),
            ("{{ '2019-04-30' | wareki }}", "平成31年4月30日"),
            ("{{ 1200 | comma }}", "1,200"),
            ("{{ '-1234567.50' | comma }}", "-1,234,567.50"),
            ("{{ 999 | comma }}", "999"),
        ] {
            assert_eq!(write(text).unwrap(), wanted, "{text}");
        }
        for text in ["{{ '2026-02-30' | date_ja }}", "{{ '2026-13' | date_ja }}", "{{ '約100' | comma }}", "{{ '' | comma }}"]
        {
            assert!(write(text).is_err(), "{text}");
        }
    }
}
