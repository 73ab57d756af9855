use super::*;
use crate::files::Files;
use crate::model::{Catalogue, ItemKind};

fn form() -> Form {
    let forms = Files::embedded("forms");
    let catalogue = Catalogue::load(&forms).unwrap();
    Form::load(&forms.below("pmda-ctn/3.0.0"), &catalogue).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn reading(form: &Form, initiator: &'static str) -> Reading {
    form.reading(|item| if item == form.kind_item { "治験計画変更届" } else { initiator }).unwrap()
}

fn code(form: &Form, path: &str, initiator: &'static str, change: Change, on: &str) -> String {
    let timing = form.timing(form.find(path).unwrap(), &reading(form, initiator), change, day(on));
    timing.map(|timing| timing.code.clone()).unwrap_or_default()
}

const SITE: &str = "INFOMEDICALINSTITUT/INFOEACHMEDICALINSTITUT";

#[test]
fn a_change_is_judged_to_the_day() {
    let form = form();
    let judge = |code: &str, change: &str, filed: &str| {
        let timing = &form.timings[code];
        match form.timeliness(timing, day(change), day(filed)) {
            Timeliness::InTime => "in time".to_owned(),
            Timeliness::Depends { late: Some(days), .. } => format!("depends {days}"),
            Timeliness::Depends { late: None, .. } => "depends".to_owned(),
            Timeliness::Late { days, last, ahead } => format!("late {days} {last} {ahead}"),
        }
    };
    for (code, change, filed, wanted) in [
        ("before", "2026-06-01", "2026-05-31", "in time"),
        ("before", "2026-06-01", "2026-06-01", "late 1 2026-05-31 true"),
        ("before", "2026-06-01", "2026-08-01", "late 62 2026-05-31 true"),
        ("before14", "2026-06-15", "2026-06-01", "in time"),
        ("before14", "2026-06-15", "2026-06-03", "late 2 2026-06-01 true"),
        ("before30", "2026-05-31", "2026-05-01", "in time"),
        ("before30", "2026-05-31", "2026-05-02", "late 1 2026-05-01 true"),
        ("6m", "2026-06-01", "2026-05-01", "in time"),
        ("6m", "2026-06-01", "2026-12-01", "in time"),
        ("6m", "2026-06-01", "2026-12-02", "late 1 2026-12-01 false"),
        ("6m", "2026-08-31", "2027-02-28", "in time"),
        ("6m", "2026-08-31", "2027-03-01", "late 1 2027-02-28 false"),
        ("6m", "2027-08-31", "2028-02-29", "in time"),
        ("1y", "2028-02-29", "2029-02-28", "in time"),
        ("1y", "2028-02-29", "2029-03-01", "late 1 2029-02-28 false"),
        ("6m*", "2026-06-01", "2026-05-31", "in time"),
        ("6m*", "2026-06-01", "2026-06-10", "depends 10"),
        ("6m*", "2026-06-01", "2026-12-02", "late 1 2026-12-01 false"),
        ("6m-filer", "2026-06-01", "2026-05-01", "depends"),
        ("6m-filer", "2026-06-01", "2026-12-02", "late 1 2026-12-01 false"),
        ("drug", "2026-06-01", "2026-05-01", "in time"),
        ("drug", "2026-06-01", "2026-05-31", "depends 29"),
        ("drug", "2026-06-01", "2026-06-01", "late 1 2026-05-31 true"),
        ("end", "2026-06-01", "2030-01-01", "in time"),
        ("with-next", "2026-06-01", "2030-01-01", "in time"),
    ] {
        assert_eq!(judge(code, change, filed), wanted, "{code}: {change}, filed {filed}");
    }
}

#[test]
fn the_condition_named_is_the_one_that_decides() {
    let form = form();
    let judge = |filed: &str| match form.timeliness(&form.timings["drug"], day("2026-06-15"), day(filed)) {
        Timeliness::Depends { condition, .. } => condition.en.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(judge("2026-06-01"), "it is not subject to the 30-day review");
    assert_eq!(judge("2026-06-02"), "it is no test drug and its safety in humans is well known");
}

#[test]
fn added_and_deleted_rows_have_their_own_codes() {
    let form = form();
    let on = "2026-06-01";
    let coordinator = "INFONOTE/SUMMARYPROTOCOL/INFOCOORDINVESTIGATOR/SERIALNO1";
    assert_eq!(code(&form, coordinator, "1", Change::Append, on), "before");
    assert_eq!(code(&form, coordinator, "1", Change::Delete, on), "6m");
    assert_eq!(code(&form, "INFOCOMBINATION/SERIALNO1", "2", Change::Append, on), "drug");
    assert_eq!(code(&form, "INFOCOMBINATION/SERIALNO1", "2", Change::Delete, on), "before");
    let site = format!("{SITE}/SERIALNO1");
    assert_eq!(code(&form, &site, "1", Change::Delete, on), "6m-uncontracted");
    assert_eq!(code(&form, &site, "2", Change::Delete, on), "before");
}

#[test]
fn sub_investigators_of_sponsored_trials_had_a_year_before_the_notice_of_2024() {
    let form = form();
    let path = format!("{SITE}/INFOSUBINVESTIGATOR/SERIALNO2");
    assert_eq!(code(&form, &path, "1", Change::Append, "2024-08-19"), "1y");
    assert_eq!(code(&form, &path, "1", Change::Append, "2024-08-20"), "end-2024");
    assert_eq!(code(&form, &path, "2", Change::Append, "2026-06-01"), "1y");
}

#[test]
fn what_is_marked_by_the_form_itself_is_not_a_change_to_file() {
    let form = form();
    assert_eq!(code(&form, "INFONOTE/NOTEDATE", "1", Change::Update, "2026-06-01"), "");
    assert_eq!(code(&form, "INFONOTE/SUMMARYPROTOCOL/TRIALOBJECTIVES", "3", Change::Update, "2026-06-01"), "");
    for (at, item) in form.items().iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Group) {
        assert!(item.timings.iter().all(Option::is_none), "{at} {}", item.path);
    }
}

fn refused(codes: &str) -> String {
    let text = format!("item = 'X'\ncolumns = []\n{codes}");
    match toml::from_str::<TimingFile>(&text) {
        Ok(file) => file.codes().unwrap_err(),
        Err(error) => error.message().to_owned(),
    }
}

#[test]
fn codes_that_make_no_sense_are_refused() {
    let with = |rest: &str| refused(&format!("[codes.a]\nja = 'あ'\nen = 'a'\nsource = 'S'\n{rest}"));
    assert!(with("").contains("one of `days`, `months` and `with`"));
    assert!(with("days = 1\nmonths = 1").contains("one of"));
    assert!(with("days = 1\notherwise = 'b'").contains("`if` and `otherwise` go together"));
    assert!(with("days = 1\notherwise = 'b'\nif = { ja = 'い', en = 'i' }").contains("no code `b`"));
    assert!(with("days = 1\notherwise = 'a'\nif = { ja = 'い', en = 'i' }").contains("leads back to itself"));
    assert!(with("days = 1\nsince = '2024-08-20'").contains("`since` and `earlier` go together"));
    assert!(with("days = 1\nsince = 'then'\nearlier = 'a'").contains("is no date"));
    assert!(with("dayz = 1").contains("unknown field `dayz`"));
}

#[test]
fn a_cell_names_its_codes() {
    let cell = Cell::parse("before append=drug").unwrap().unwrap();
    assert_eq!(cell.codes().collect::<Vec<_>>(), ["before", "drug"]);
    assert_eq!(Cell::parse(" ").unwrap(), None);
    assert!(Cell::parse("before add=drug").unwrap_err().contains("add=drug"));
}
