//! What is due as a calendar (RFC 5545): one event for the whole day each, the same bytes for the same input.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{Due, State};
use crate::model::Lang;

/// The line that says whose calendar it is; a file with it may be replaced.
pub const PRODUCT: &str = "PRODID:-//todokede//deadlines//JA";

/// Octets of a line, its end not counted (RFC 5545, 3.1).
const LINE_OCTETS: usize = 75;

/// Writes everything that is still to be kept; what is done, or has no day, is left out.
///
/// Where there are two readings the event stands on the day that keeps to both.
pub fn calendar(dues: &[Due], now: Date, lang: Lang) -> String {
    let mut text = String::new();
    for known in ["BEGIN:VCALENDAR", "VERSION:2.0", PRODUCT, "CALSCALE:GREGORIAN"] {
        line(&mut text, known);
    }
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    for due in dues.iter().filter(|due| due.state != State::Met) {
        let Some(date) = due.safe_date() else { continue };
        // The same trial may be given twice, as its plan and its change; an id stands once in a calendar.
        let id = uid(due);
        let count = ids.entry(id.clone()).or_default();
        *count += 1;
        let id = if *count == 1 { id } else { format!("{id}-{count}") };
        event(&mut text, due, &id, date, now, lang);
    }
    line(&mut text, "END:VCALENDAR");
    text
}

fn event(text: &mut String, due: &Due, id: &str, date: Date, now: Date, lang: Lang) {
    let mut about = due.message.get(lang).to_owned();
    for (ja, en, part) in [("根拠：", "Source: ", &due.source), ("対応：", "To do: ", &due.fix)] {
        if !part.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(about, "\n{}{}", lang.pick(ja, en), part.get(lang));
        }
    }
    line(text, "BEGIN:VEVENT");
    line(text, &format!("UID:{id}@todokede"));
    line(text, &format!("DTSTAMP:{}T000000Z", compact(now)));
    line(text, &format!("DTSTART;VALUE=DATE:{}", compact(date)));
    line(text, &format!("SUMMARY:{}", escaped(&format!("{} {}", due.trial, due.title.get(lang)))));
    line(text, &format!("DESCRIPTION:{}", escaped(about.trim_start_matches('\n'))));
    line(text, &format!("CATEGORIES:{}", escaped(&due.rule)));
    line(text, "TRANSP:TRANSPARENT");
    line(text, "END:VEVENT");
}

/// Makes an id that stays when the day moves, so that a calendar moves its event.
fn uid(due: &Due) -> String {
    let mut hash = Sha256::new();
    for part in [&due.trial, &due.plugin, &due.rule, &due.key] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn compact(date: Date) -> String {
    date.to_string().replace('-', "")
}

/// Escapes a text value (RFC 5545, 3.3.11); control characters have no place in one.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push(c),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Writes one content line, folded between characters.
fn line(text: &mut String, content: &str) {
    let mut octets = 0;
    for c in content.chars() {
        if octets + c.len_utf8() > LINE_OCTETS {
            text.push_str("\r\n ");
            octets = 1;
        }
        octets += c.len_utf8();
        text.push(c);
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Text;
    use crate::plugin::DeadlineKind;

    fn due(title: &str, dates: &[&str], kind: DeadlineKind) -> Due {
        Due {
            trial: "DEMO-001".to_owned(),
            plugin: "pmda-ctn".to_owned(),
            rule: "CTN-D01".to_owned(),
            title: Text::from(title),
            kind,
            dates: dates.iter().map(|date| date.parse().unwrap()).collect(),
            done: None,
            state: State::Due { days: 3 },
            unsure: false,
            message: Text::from("一行目\n二行目; a, b\\c"),
            source: Text::from("S p6"),
            fix: Text::from("直す"),
            key: String::new(),
        }
    }

    fn now() -> Date {
        jiff::civil::date(2026, 4, 1)
    }

    /// Joins folded lines.
    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_event_says_what_is_due_on_which_day() {
        let text = calendar(&[due("提出", &["2026-05-01", "2026-05-02"], DeadlineKind::NoLaterThan)], now(), Lang::Ja);
        let lines = unfolded(&text);
        for wanted in [
            "DTSTAMP:20260401T000000Z",
            "DTSTART;VALUE=DATE:20260501",
            "SUMMARY:DEMO-001 提出",
            "DESCRIPTION:一行目\\n二行目\\; a\\, b\\\\c\\n根拠：S p6\\n対応：直す",
        ] {
            assert!(lines.iter().any(|line| line == wanted), "{wanted}\n{text}");
        }
        assert_eq!((lines.first().unwrap().as_str(), lines.last().unwrap().as_str()), ("BEGIN:VCALENDAR", "END:VCALENDAR"));
    }

    #[test]
    fn of_two_days_the_one_that_keeps_to_both_readings_is_taken() {
        let text = calendar(&[due("契約", &["2026-05-01", "2026-05-02"], DeadlineKind::NotBefore)], now(), Lang::Ja);
        assert!(text.contains("DTSTART;VALUE=DATE:20260502\r\n"));
    }

    #[test]
    fn an_id_stays_when_the_day_moves_and_differs_between_rows() {
        let first = due("提出", &["2026-05-01"], DeadlineKind::NoLaterThan);
        let moved = due("提出", &["2026-06-01"], DeadlineKind::NoLaterThan);
        let other = Due { key: "2".to_owned(), ..first.clone() };
        assert_eq!(uid(&first), uid(&moved));
        assert_ne!(uid(&first), uid(&other));
    }

    #[test]
    fn a_trial_that_is_given_twice_has_two_events() {
        let twice = ["2026-05-01", "2026-06-01"].map(|date| due("提出", &[date], DeadlineKind::NoLaterThan));
        let lines = unfolded(&calendar(&twice, now(), Lang::Ja));
        let ids: Vec<&String> = lines.iter().filter(|line| line.starts_with("UID:")).collect();
        assert_eq!(ids.len(), 2);
        assert_ne!(ids[0], ids[1]);
    }

    #[test]
    fn what_is_done_or_has_no_day_is_no_event() {
        let done = Due { state: State::Met, ..due("提出", &["2026-05-01"], DeadlineKind::NoLaterThan) };
        let text = calendar(&[done, due("次", &[], DeadlineKind::NoLaterThan)], now(), Lang::Ja);
        assert!(!text.contains("VEVENT"));
    }

    proptest! {
        #[test]
        fn lines_are_short_and_whole(title in any::<String>()) {
            let text = calendar(&[due(&title, &["2026-05-01"], DeadlineKind::NoLaterThan)], now(), Lang::Ja);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS && !line.contains(['\r', '\n'])));
            let summary = format!("SUMMARY:{}", escaped(&format!("DEMO-001 {title}")));
            prop_assert!(unfolded(&text).contains(&summary));
        }
    }
}
