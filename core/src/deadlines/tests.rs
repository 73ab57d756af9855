use super::*;
use crate::files::Files;
use crate::ingest::ingest_json;
use crate::normalise::normalise;
use crate::run::Engine;

fn engine() -> &'static Engine {
    static ENGINE: std::sync::OnceLock<Engine> = std::sync::OnceLock::new();
    ENGINE.get_or_init(|| Engine::load(&[]).unwrap())
}

/// Returns a fixture with values set by JSON pointer.
fn record(fixture: &str, set: &[(&str, &str)]) -> Record {
    let bytes = Files::embedded("fixtures").read(&format!("{fixture}.json")).unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    for (path, value) in set {
        let (group, field) = path.split_once('.').unwrap();
        json[group][field] = (*value).into();
    }
    let engine = engine();
    let mut record = ingest_json("record.json", json.to_string().as_bytes(), &engine.catalogue, &engine.book).records.remove(0);
    normalise(&mut record, &engine.catalogue, &engine.book);
    record
}

fn dues(record: &Record, known: &Known, now: &str) -> Vec<Due> {
    dues_of("pmda-ctn", record, known, now)
}

fn dues_of(plugin: &str, record: &Record, known: &Known, now: &str) -> Vec<Due> {
    let engine = engine();
    let plugin = &engine.plugins[plugin];
    deadlines(Subject { record, plugin, catalogue: &engine.catalogue, known, now: now.parse().unwrap() })
}

/// Writes one deadline as `id dates state`, `?` for one that depends on the reading.
fn line(due: &Due) -> String {
    let dates: Vec<String> = due.dates.iter().map(|date| date.to_string()).collect();
    let state = serde_json::to_value(&due.state).unwrap();
    let days = state.get("days").map(|days| format!(" {days}")).unwrap_or_default();
    let unsure = if due.unsure { "?" } else { "" };
    format!("{} {} {}{days}{unsure}", due.rule, dates.join("/"), state["state"].as_str().unwrap())
}

fn lines(fixture: &str, set: &[(&str, &str)], now: &str) -> Vec<String> {
    dues(&record(fixture, set), &Known::default(), now).iter().map(line).collect()
}

#[test]
fn a_plan_under_the_30_day_review() {
    let end = "CTN-D06 2027-12-31 due";
    assert_eq!(
        lines("sponsor", &[], "2026-04-01"),
        ["CTN-D01 2026-05-01/2026-05-02 waiting 30", "CTN-D03 2026-05-01/2026-05-02 met", &format!("{end} 639"),]
    );
    let not_filed = [("filing.date", "")];
    assert_eq!(lines("sponsor", &not_filed, "2026-05-02")[0], "CTN-D03 2026-05-01/2026-05-02 today?");
    assert_eq!(lines("sponsor", &not_filed, "2026-05-12")[0], "CTN-D03 2026-05-01/2026-05-02 late 10");
    let start = |start| lines("sponsor", &[("trial.start_date", start)], "2026-04-01")[..2].to_vec();
    assert_eq!(start("2026-04-30"), ["CTN-D01 2026-05-01/2026-05-02 early 1", "CTN-D03 2026-03-30/2026-03-31 late 1"]);
    assert_eq!(start("2026-05-01"), ["CTN-D01 2026-05-01/2026-05-02 waiting 30?", "CTN-D03 2026-03-31/2026-04-01 met?"]);
    assert_eq!(start("2026-05-02"), ["CTN-D01 2026-05-01/2026-05-02 waiting 30", "CTN-D03 2026-04-01/2026-04-02 met"]);
}

#[test]
fn an_investigators_plan_counts_from_acceptance() {
    let found = dues(&record("investigator", &[("filing.category", "1")]), &Known::default(), "2026-04-01");
    assert_eq!(line(&found[0]), "CTN-D02 2026-05-01/2026-05-02 waiting 30?");
    assert!(found[0].message.ja.contains("受理") && found[0].message.ja.contains("2026-05-02"));
}

#[test]
fn other_plans_are_filed_about_two_weeks_ahead_and_microdose_plans_thirty_days() {
    let set = |date| [("filing.date", date), ("trial.start_date", "2026-05-01")];
    assert_eq!(lines("investigator", &set(""), "2026-04-01")[0], "CTN-D04 2026-04-17 due 16");
    assert_eq!(lines("investigator", &set("2026-04-17"), "2026-04-20")[0], "CTN-D04 2026-04-17 met");
    assert_eq!(lines("investigator", &set("2026-04-19"), "2026-04-01")[0], "CTN-D04 2026-04-17 late 2");
    let microdose = [("trial.microdose", "該当あり"), ("filing.date", ""), ("trial.start_date", "2026-05-01")];
    assert_eq!(lines("investigator", &microdose, "2026-04-01")[0], "CTN-D05 2026-04-01 today");
}

#[test]
fn the_end_of_a_trial_is_filed_without_delay() {
    assert_eq!(lines("sponsor", &[], "2028-01-10")[2], "CTN-D06 2027-12-31 late 10");
    let ended = [("filing.kind", "治験終了届"), ("filing.date", "2028-01-05")];
    assert_eq!(lines("sponsor", &ended, "2028-01-10"), ["CTN-D06 2027-12-31 met"]);
    assert_eq!(lines("sponsor", &ended, "2028-01-04"), ["CTN-D06 2027-12-31 late 4"], "it is not filed yet");
    for (kind, rule) in [("治験中止届", "CTN-D07"), ("開発中止届", "CTN-D08")] {
        let stopped = |date| [("filing.kind", kind), ("filing.stop_date", "2026-09-01"), ("filing.date", date)];
        assert_eq!(lines("sponsor", &stopped(""), "2026-09-08"), [format!("{rule} 2026-09-01 late 7")]);
        assert_eq!(lines("sponsor", &stopped("2026-09-03"), "2026-09-08"), [format!("{rule} 2026-09-01 met")]);
    }
}

#[test]
fn a_filing_made_before_settles_what_it_was_due_for() {
    let past = |series: &str, kind: &str| PastFiling {
        series: series.to_owned(),
        kind: kind.to_owned(),
        date: "2028-01-05".parse().unwrap(),
        receipt: "28-0001".to_owned(),
    };
    let state = |past: PastFiling| {
        let known = Known { series: "DEMO-001 1".to_owned(), past: vec![past], changes: Vec::new() };
        line(&dues(&record("sponsor", &[]), &known, "2028-01-10")[2])
    };
    assert_eq!(state(past("DEMO-001 1", "治験終了届")), "CTN-D06 2027-12-31 met");
    assert_eq!(state(past("DEMO-001 1", "治験中止届")), "CTN-D06 2027-12-31 met");
    assert_eq!(state(past("DEMO-001 2", "治験終了届")), "CTN-D06 2027-12-31 late 10", "another series");
    assert_eq!(state(past("DEMO-001 1", "治験計画変更届")), "CTN-D06 2027-12-31 late 10");
}

/// Returns what is said of changes on 2026-06-01.
fn changes(fixture: &str, date: &str, now: &str, list: &[(&str, Change)]) -> Vec<Due> {
    let form = &engine().plugins["pmda-ctn"].form;
    let one = |(path, change): &(&str, Change)| ItemChange {
        item: form.find(path).unwrap(),
        change: *change,
        date: "2026-06-01".parse().unwrap(),
        target: form.item(form.find(path).unwrap()).label.as_str().into(),
    };
    let known = Known { changes: list.iter().map(one).collect(), ..Known::default() };
    let set = [("filing.kind", "治験計画変更届"), ("filing.date", date)];
    let mut found = dues(&record(fixture, &set), &known, now);
    found.retain(|due| due.rule == "CTN-D20");
    found
}

#[test]
fn each_change_has_the_window_of_its_item() {
    let site = "INFOMEDICALINSTITUT/INFOEACHMEDICALINSTITUT";
    let (sub, irb) = (format!("{site}/INFOSUBINVESTIGATOR/SERIALNO2"), format!("{site}/INFOIRB/TYPEIRB"));
    let list = [
        ("INFONOTE/SUMMARYPROTOCOL/TRIALOBJECTIVES", Change::Update),
        ("INFONOTE/SUMMARYPROTOCOL/INFOCRO/SERIALNO1", Change::Append),
        ("INFONOTE/SUMMARYPROTOCOL/WHOLEDURATIONCLINTRIAL/STARTDATECLINTRIAL", Change::Update),
        ("INFONOTE/SUMMARYPROTOCOL/INFOCOORDINVESTIGATOR/SERIALNO1", Change::Append),
        ("INFOCOMBINATION/SERIALNO1", Change::Append),
        ("INFONOTE/INFOPERSONFILLNOTE/APPLICAT_NAME", Change::Update),
        (&sub, Change::Append),
        (&irb, Change::Update),
        ("INFONOTE/INFOOTHERS_PROTOCOL/INFOGLOBALCLINTRIAL/CONTENTS", Change::Update),
        ("INFONOTE/NOTEDATE", Change::Update),
    ];
    let said = |fixture, date, now| changes(fixture, date, now, &list).iter().map(line).collect::<Vec<_>>();
    assert_eq!(
        said("sponsor", "", "2026-05-01"),
        [
            "CTN-D20 2026-05-18 due 17",
            "CTN-D20 2026-12-01 due 214",
            "CTN-D20 2026-05-31/2026-12-01 due 30",
            "CTN-D20 2026-05-31 due 30",
            "CTN-D20 2026-05-02/2026-05-18/2026-05-31 due 1",
            "CTN-D20 2026-12-01 due 214?",
            "CTN-D20  with-another",
            "CTN-D20 2026-12-01 due 214",
            "CTN-D20  with-another",
        ]
    );
    assert_eq!(
        said("investigator", "2026-06-10", "2026-06-10"),
        [
            "CTN-D20 2026-05-18 late 23",
            "CTN-D20 2026-12-01 met",
            "CTN-D20 2026-05-31 late 10",
            "CTN-D20 2026-05-31 late 10",
            "CTN-D20 2026-05-02/2026-05-18/2026-05-31 late 10",
            "CTN-D20 2026-12-01 met?",
            "CTN-D20 2027-06-01 met",
            "CTN-D20 2026-12-01 met",
            "CTN-D20  with-another",
        ]
    );
}

#[test]
fn a_window_under_a_condition_says_what_holds_otherwise() {
    let list = [("INFONOTE/MANUFACTMETHOD", Change::Update)];
    let found = changes("sponsor", "2026-06-10", "2026-06-10", &list);
    assert_eq!(line(&found[0]), "CTN-D20 2026-05-31/2026-12-01 met?");
    assert!(
        found[0].message.ja.contains("変更後6か月以内に届け出ます。これは実態の変更を伴わない場合で、そうでなければ変更前に")
    );
    assert!(found[0].source.en.starts_with("notice on sponsored trials (2024-08-20) p7-8; "), "{}", found[0].source.en);
}

#[test]
fn a_day_that_cannot_be_read_is_said_to_be_unknown() {
    let found = dues(&record("sponsor", &[("trial.start_date", "来月")]), &Known::default(), "2026-04-01");
    let states: Vec<bool> = found.iter().map(|due| matches!(due.state, State::Unknown { .. })).collect();
    assert_eq!(states, [true, true, false], "{:?}", found.iter().map(line).collect::<Vec<_>>());
    assert!(found[0].message.is_empty() && found[0].dates.is_empty());
}

#[test]
fn the_list_is_sorted_by_day() {
    let mut found = dues(&record("sponsor", &[]), &Known::default(), "2026-04-01");
    found.extend(changes("sponsor", "", "2026-04-01", &[("INFONOTE/REMARKS/DETAIL", Change::Update)]));
    found.reverse();
    sort(&mut found);
    let rules: Vec<&str> = found.iter().map(|due| due.rule.as_str()).collect();
    assert_eq!(rules, ["CTN-D01", "CTN-D03", "CTN-D06", "CTN-D20"]);
}

fn jrct(fixture: &str, set: &[(&str, &str)], now: &str) -> Vec<String> {
    dues_of("jrct", &record(fixture, set), &Known::default(), now).iter().map(line).collect()
}

#[test]
fn a_specified_study_is_public_before_its_first_participant_and_reports_every_year() {
    assert_eq!(jrct("jrct-specified", &[], "2026-06-02"), ["JR-D01 2026-07-01 due 29", "JR-D05 2027-08-01 due 425"]);
    let published = |date| jrct("jrct-specified", &[("jrct.first_published", date)], "2026-08-01")[0].clone();
    assert_eq!(published("2026-06-20"), "JR-D01 2026-07-01 met");
    assert_eq!(published("2026-07-03"), "JR-D01 2026-07-01 late 2");
    let periodic = |last| {
        let set = [("jrct.report", "periodic"), ("jrct.plan_date", "2026-06-01"), ("jrct.periodic_date", last)];
        jrct("jrct-specified", &set, "2027-07-01")[0].clone()
    };
    assert_eq!(periodic(""), "JR-D05 2027-08-01 due 31");
    assert_eq!(periodic("2027-06-20"), "JR-D05 2028-08-01 due 397", "the next one after the last report");
    let minister = [("jrct.report", "periodic"), ("jrct.plan_date", "2026-06-01"), ("jrct.opinion_date", "2027-07-10")];
    let minister = [minister.as_slice(), &[("jrct.date", "2027-08-12")]].concat();
    assert_eq!(jrct("jrct-specified", &minister, "2027-08-20")[1], "JR-D06 2027-08-10 late 2");
}

#[test]
fn a_discontinuation_is_reported_within_ten_days() {
    let stopped = |report, date| {
        let set = [("jrct.report", report), ("jrct.date", date), ("progress.stopped_date", "2027-02-20")];
        let set = [set.as_slice(), &[("jrct.plan_date", "2026-06-01")]].concat();
        jrct("jrct-specified", &set, "2027-03-10")[0].clone()
    };
    assert_eq!(stopped("change", "2027-02-01"), "JR-D04 2027-03-02 late 8");
    assert_eq!(stopped("discontinuation", "2027-03-02"), "JR-D04 2027-03-02 met");
    assert_eq!(stopped("discontinuation", "2027-03-03"), "JR-D04 2027-03-02 late 1");
}

#[test]
fn results_are_due_a_year_after_the_data_are_in() {
    let on = |date| jrct("jrct-completion", &[("jrct.date", date)], "2029-10-10");
    assert_eq!(on("2029-06-30"), ["JR-D07 2029-06-30 met", "JR-D08 2029-09-30 met"]);
    assert_eq!(on("2029-10-01"), ["JR-D07 2029-06-30 late 93", "JR-D08 2029-09-30 late 1"]);
    let opinion = jrct("jrct-completion", &[("jrct.opinion_date", "2029-07-31")], "2029-10-10");
    assert_eq!(opinion[2], "JR-D09 2029-08-31 met", "a month without that day ends on its last");
    let stopped = jrct("jrct-completion", &[("progress.stopped_date", "2028-12-15")], "2029-10-10");
    assert!(stopped.contains(&"JR-D08 2029-12-15 met".to_owned()), "{stopped:?}");
    let past = PastFiling {
        series: "DEMO-201-SCT".to_owned(),
        kind: "主要評価項目報告書等".to_owned(),
        date: "2029-05-01".parse().unwrap(),
        receipt: String::new(),
    };
    let known = Known { series: "DEMO-201-SCT".to_owned(), past: vec![past], changes: Vec::new() };
    let record = record("jrct-completion", &[("jrct.report", "unreported-change")]);
    assert_eq!(line(&dues_of("jrct", &record, &known, "2029-10-10")[1]), "JR-D07 2029-06-30 met");
    assert_eq!(jrct("jrct-sponsored", &[], "2029-12-01")[1], "JR-D10 2029-12-31 due 30");
}

#[test]
fn changes_are_reported_before_the_day_and_minor_ones_within_ten_days() {
    let changed = |report: &str, date: &str| {
        let set = [("jrct.report", report), ("jrct.date", date), ("jrct.plan_date", "2026-06-01")];
        let mut record = record("jrct-specified", &set);
        let catalogue = &engine().catalogue;
        let list = catalogue.scope_ix("filing.changes").unwrap();
        let mut row = crate::model::Row::default();
        let value = crate::model::Scalar::Text("2026-09-01".into());
        row.put(
            catalogue.field_ix("filing.changes.date").unwrap(),
            crate::model::Leaf { value, origin: crate::model::Origin::Nowhere },
        );
        record.root.rows_mut(list).push(row);
        line(&dues_of("jrct", &record, &Known::default(), "2026-09-20")[0])
    };
    assert_eq!(changed("minor-change", "2026-09-11"), "JR-D02 2026-09-11 met");
    assert_eq!(changed("minor-change", "2026-09-12"), "JR-D02 2026-09-11 late 1");
    assert_eq!(changed("change", "2026-08-31"), "JR-D03 2026-08-31 met");
    assert_eq!(changed("change", "2026-09-02"), "JR-D03 2026-08-31 late 2");
}
