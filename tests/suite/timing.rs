//! The timings of the form against the table that was read from the notices.

use todokede_tests::{engine, reference};

/// What a cell of the table becomes in `items.csv`. A value carries no mark of its own when its row is added or deleted.
fn cell(text: &str, is_value: bool) -> String {
    let whole = match text {
        "-" => "",
        "6m; APPEND before" => "6m append=before",
        "6m* (substantive: new plan)" => "6m-filer",
        "6m (届出代表者 change: new plan; code not listed)" => "6m-representative",
        "APPEND before30|before14|before" => "before append=drug",
        "APPEND before; DELETE 6m if uncontracted" => "before delete=6m-uncontracted",
        "APPEND before; DELETE before (6m with site removal)" => "before delete=6m-with-site",
        "before (wording only 6m: T)" => "6m-wording",
        plain => plain,
    };
    if is_value { whole.split(' ').next().unwrap_or_default().to_owned() } else { whole.to_owned() }
}

#[test]
fn every_item_has_the_timings_of_the_notices() {
    let Some(table) = reference::file("pmda/items.csv") else {
        reference::skipped("every_item_has_the_timings_of_the_notices", "the table of items");
        return;
    };
    let ours = todokede_core::files::Files::embedded("forms/pmda-ctn/3.0.0").read("items.csv").unwrap();
    let (mut ours, mut table) = (csv::Reader::from_reader(&*ours), csv::Reader::from_path(table).unwrap());
    let at = |headers: &csv::StringRecord, name: &str| headers.iter().position(|header| header == name).unwrap();
    let (us, them) = (ours.headers().unwrap().clone(), table.headers().unwrap().clone());
    let mut compared = 0;
    for (ours, theirs) in ours.records().map(Result::unwrap).zip(table.records().map(Result::unwrap)) {
        let path = &theirs[at(&them, "path")];
        assert_eq!(path.trim_start_matches("CLINTRIALPLANNOTE/"), &ours[at(&us, "path")]);
        for (column, name) in [("timing1", "change_timing_type1"), ("timing2", "change_timing_type2")] {
            let wanted = cell(&theirs[at(&them, name)], &theirs[at(&them, "kind")] == "value");
            let sponsored_sub = column == "timing1" && path.contains("INFOSUBINVESTIGATOR") && wanted == "end";
            // The table has what holds now; ours says since when.
            let wanted = if sponsored_sub { "end-2024".to_owned() } else { wanted };
            assert_eq!(ours[at(&us, column)], wanted, "{path} {column}");
            compared += 1;
        }
    }
    assert_eq!(compared, 2 * engine().plugins["pmda-ctn"].form.items().len());
}
