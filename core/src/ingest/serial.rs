//! Spreadsheet dates: a number of days since an epoch, as ISO text.

use calamine::ExcelDateTime;

use super::sheet::CellValue;
use crate::model::Scalar;

/// First serial number after 9999-12-31 in the 1900 epoch; what is beyond is no date that can be written.
const BEYOND: f64 = 2_958_466.0;

/// Turns a cell that its format shows as a date or time into a value.
///
/// A day becomes `2026-04-01`, with a time of day `2026-04-01T09:30:00`; a time alone or a duration becomes text, and
/// a number no date can be made of stays a number.
pub(super) fn date_value(serial: &ExcelDateTime) -> Option<CellValue> {
    let days = serial.as_f64();
    if !(0.0..BEYOND).contains(&days) {
        return CellValue::number(days, 0);
    }
    if serial.is_duration() {
        return CellValue::text(&clock((days * 86_400.0).round()));
    }
    if days < 1.0 {
        return if days == 0.0 { CellValue::number(0.0, 0) } else { CellValue::text(&clock((days * 86_400.0).round())) };
    }
    let (year, month, day, hour, minute, second, milli) = serial.to_ymd_hms_milli();
    let mut iso = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        iso.push_str(&format!("T{hour:02}:{minute:02}:{second:02}"));
    }
    Some(CellValue::Value(Scalar::Date(iso.into())))
}

/// Takes a text in ISO 8601 for a date where it begins like one.
pub(super) fn iso_value(text: &str) -> Option<CellValue> {
    let digits = |from: usize, to: usize| text.get(from..to).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_date = digits(0, 4) && text.get(4..5) == Some("-") && digits(5, 7) && text.get(7..8) == Some("-") && digits(8, 10);
    match text.get(10..) {
        Some("" | "T00:00:00") if is_date => Some(CellValue::Value(Scalar::Date(text.get(..10).unwrap_or_default().into()))),
        Some(rest) if is_date && rest.starts_with('T') => Some(CellValue::Value(Scalar::Date(text.into()))),
        _ => CellValue::text(text),
    }
}

fn clock(seconds: f64) -> String {
    let (minutes, second) = ((seconds / 60.0).floor(), seconds % 60.0);
    format!("{:02}:{:02}:{second:02}", (minutes / 60.0).floor(), minutes % 60.0)
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn shown(value: f64, kind: ExcelDateTimeType, is_1904: bool) -> String {
        match date_value(&ExcelDateTime::new(value, kind, is_1904)) {
            Some(CellValue::Value(Scalar::Date(text))) => format!("date {text}"),
            Some(CellValue::Value(Scalar::Text(text))) => format!("text {text}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn days_count_from_the_epoch_of_the_workbook() {
        assert_eq!(shown(46113.0, ExcelDateTimeType::DateTime, false), "date 2026-04-01");
        assert_eq!(shown(44651.0, ExcelDateTimeType::DateTime, true), "date 2026-04-01");
        assert_eq!(shown(46113.5, ExcelDateTimeType::DateTime, false), "date 2026-04-01T12:00:00");
    }

    #[test]
    fn a_time_without_a_day_is_no_date() {
        assert_eq!(shown(0.5, ExcelDateTimeType::DateTime, false), "text 12:00:00");
        assert_eq!(shown(1.25, ExcelDateTimeType::TimeDelta, false), "text 30:00:00");
    }

    #[test]
    fn a_number_beyond_the_calendar_stays_a_number() {
        assert!(shown(3e6, ExcelDateTimeType::DateTime, false).contains("Number"));
        assert!(shown(-1.0, ExcelDateTimeType::DateTime, false).contains("Number"));
    }
}
