use proptest::prelude::*;

use super::*;

fn rule(text: &str) -> Result<Option<String>, Rule> {
    read(text).map_err(|problem| problem.rule)
}

fn hole(problem: &Problem, name: &str) -> Text {
    problem.holes.iter().find(|(known, _)| *known == name).unwrap().1.clone()
}

#[test]
fn every_clear_spelling_gives_the_same_day() {
    let spellings = [
        "2026/4/1",
        "2026/04/01",
        "2026.4.1",
        "2026-4-1",
        "20260401",
        "２０２６０４０１",
        "２０２６／４／１",
        "２０２６．４．１",
        "２０２６－０４－０１",
        "2026−04−01",
        "2026年4月1日",
        "2026年04月01日",
        "２０２６年４月１日",
        "令和8年4月1日",
        "令和８年４月１日",
        "令和08年04月01日",
        "令和　８年　４月　１日",
        "㋿8年4月1日",
        "R8.4.1",
        "R8/4/1",
        "R8-4-1",
        "r08.04.01",
        "Ｒ８．４．１",
        "R8年4月1日",
        "令和8.4.1",
        "2026年4月1日（水）",
        "令和8年4月1日(水)",
        "2026/4/1（水）",
        "2026-04-01（水曜日）",
        "2026年4月1日水曜日",
        "2026年4月1日 (水曜)",
        "2026-04-01 00:00:00",
        "2026-04-01T00:00:00",
        "2026/4/1 0:00",
    ];
    for text in spellings {
        assert_eq!(rule(text), Ok(Some("2026-04-01".to_owned())), "{text}");
    }
    assert_eq!(rule("2026-04-01"), Ok(None));
}

#[test]
fn first_years_and_the_edges_of_eras_are_read() {
    let cases = [
        ("令和元年5月1日", "2019-05-01"),
        ("R元.5.1", "2019-05-01"),
        ("R1.5.1", "2019-05-01"),
        ("平成31年4月30日", "2019-04-30"),
        ("平成元年1月8日", "1989-01-08"),
        ("昭和64年1月7日", "1989-01-07"),
        ("S64.1.7", "1989-01-07"),
        ("大正元年7月30日", "1912-07-30"),
        ("明治6年1月1日", "1873-01-01"),
        ("令和6年2月29日", "2024-02-29"),
    ];
    for (text, day) in cases {
        assert_eq!(rule(text), Ok(Some(day.to_owned())), "{text}");
    }
}

#[test]
fn what_is_not_a_day_of_any_calendar_is_refused() {
    let cases = [
        ("2026-02-30", Rule::DateImpossible),
        ("2025/2/29", Rule::DateImpossible),
        ("20260431", Rule::DateImpossible),
        ("2026-13-01", Rule::DateImpossible),
        ("2026-00-10", Rule::DateImpossible),
        ("令和0年1月1日", Rule::DateImpossible),
        ("令和8年2月30日", Rule::DateImpossible),
        ("平成32年1月1日", Rule::DateOutsideEra),
        ("平成31年5月1日", Rule::DateOutsideEra),
        ("令和元年4月30日", Rule::DateOutsideEra),
        ("昭和64年1月8日", Rule::DateOutsideEra),
        ("H1.1.7", Rule::DateOutsideEra),
        ("明治5年12月2日", Rule::DateRange),
        ("1872-12-31", Rule::DateRange),
        ("0206-04-01", Rule::DateRange),
        ("2101-01-01", Rule::DateRange),
        ("9999-12-31", Rule::DateRange),
        ("2026年4月1日（木）", Rule::DateWeekday),
        ("2026/4/1(日曜日)", Rule::DateWeekday),
    ];
    for (text, wanted) in cases {
        assert_eq!(rule(text), Err(wanted), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_said_to_be_unreadable() {
    let cases = [
        "未定",
        "2026年4月",
        "2026/4",
        "2026",
        "2026/4-1",
        "2026//1",
        "2026/4/1/",
        "2026年4月1日頃",
        "2026-04-01 12:30",
        "2026 4 1",
        "2026-04-0 1",
        "99/99/99",
        "2026年4月1日（祝）",
        "令和8年度",
        "R8",
        "R080401",
        "元年4月1日",
        "2026-004-01",
        "２０２６年四月一日",
        "1e5",
        "-2026-04-01",
        "2026-04-01（水",
        "曜日",
        ")",
        "(水)",
        "年月日",
        "4月",
        "123456789012",
    ];
    for text in cases {
        assert_eq!(rule(text), Err(Rule::DateUnreadable), "{text}");
    }
}

#[test]
fn an_ambiguous_date_lists_its_readings() {
    let cases = [
        ("1/4/2026", "2026-04-01、2026-01-04"),
        ("13/4/2026", "2026-04-13"),
        ("4/4/2026", "2026-04-04"),
        ("4/1", "4月1日（年なし）、1月4日（年なし）"),
        ("4月1日", "4月1日（年なし）、1月4日（年なし）"),
        (
            "26/4/1",
            "2026-04-01、2044-04-01（令和26年）、2014-04-01（平成26年）、1951-04-01（昭和26年）、1893-04-01（明治26年）、2001-04-26",
        ),
        (
            "8.4.1",
            "2008-04-01、2026-04-01（令和8年）、1996-04-01（平成8年）、1933-04-01（昭和8年）、1919-04-01（大正8年）、1875-04-01（明治8年）、2001-04-08",
        ),
        (
            "260401",
            "2026-04-01、2044-04-01（令和26年）、2014-04-01（平成26年）、1951-04-01（昭和26年）、1893-04-01（明治26年）、2001-04-26",
        ),
    ];
    for (text, readings) in cases {
        let problem = read(text).unwrap_err();
        assert_eq!(problem.rule, Rule::DateAmbiguous, "{text}");
        assert_eq!(hole(&problem, "readings").ja, readings, "{text}");
    }
}

#[test]
fn a_day_number_is_named_in_both_calendars_and_never_taken() {
    for problem in
        [read("46113").unwrap_err(), read_number(46113.0, "46113").unwrap_err(), read_number(46113.5, "46113.5").unwrap_err()]
    {
        assert_eq!(problem.rule, Rule::DateSerial);
        assert_eq!(
            (hole(&problem, "from_1900").en, hole(&problem, "from_1904").en),
            ("2026-04-01".into(), "2030-04-02".into())
        );
    }
}

#[test]
fn a_number_of_eight_digits_is_a_date_and_no_other_is() {
    assert_eq!(read_number(20_260_401.0, "20260401"), Ok(Some("2026-04-01".to_owned())));
    for (value, wanted) in [
        (20_260_230.0, Rule::DateImpossible),
        (20_260_401.5, Rule::DateUnreadable),
        (2026.0, Rule::DateUnreadable),
        (8.0, Rule::DateUnreadable),
        (-46113.0, Rule::DateUnreadable),
        (260_401.0, Rule::DateAmbiguous),
        (f64::NAN, Rule::DateUnreadable),
        (f64::INFINITY, Rule::DateUnreadable),
        (1e300, Rule::DateUnreadable),
    ] {
        let printed = value.to_string();
        assert_eq!(read_number(value, &printed).map_err(|problem| problem.rule), Err(wanted), "{value}");
    }
}

#[test]
fn a_day_outside_its_era_is_named_in_the_right_one() {
    let problem = read("平成32年1月1日").unwrap_err();
    assert_eq!(hole(&problem, "reading").ja, "2020-01-01（令和2年1月1日）");
    assert_eq!(hole(&problem, "days").ja, "1989-01-08～2019-04-30");
}

#[test]
fn the_right_weekday_is_said() {
    let problem = read("2026年4月1日（木）").unwrap_err();
    assert_eq!(hole(&problem, "weekday"), Text::new("水曜日", "Wednesday"));
}

proptest! {
    #[test]
    fn a_date_that_is_read_is_iso_and_stays_so(text in "[令和平成RHS]{0,2}[0-9元]{1,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?") {
        if let Ok(Some(day)) = read(&text) {
            prop_assert!(day.parse::<Date>().is_ok());
            prop_assert_eq!(read(&day), Ok(None));
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = read(&text);
    }
}
