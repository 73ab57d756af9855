//! A change of a registration.

use super::*;

fn sheet() -> (PathBuf, Registry) {
    let registry = Registry::new();
    let (_, folder) = registry.build(&Registry::fixture("changed.json"), Some(Registry::fixture("complete.json")), "out");
    (folder, registry)
}

#[test]
fn a_change_shows_old_new_and_reason_and_counts_only_what_changed() {
    let (folder, _registry) = sheet();
    let sheet = read_json(&folder);
    assert_eq!(sheet["change"], true);
    let size = field(&sheet, "plan/D35");
    assert_eq!(size["value"], "48");
    let wanted = serde_json::json!({
        "word": "変更", "status": "update", "date": "2026-05-20", "reason": "症例数を見直したため", "old": "24",
    });
    assert_eq!(size["change"], wanted);
    let changed: Vec<&str> =
        fields(&sheet).iter().filter(|field| field["task"] == true).map(|field| field["id"].as_str().unwrap()).collect();
    let wanted = [
        "admin/D03",
        "conduct/sites[1]/D25",
        "conduct/sites[3]/D24/ja",
        "conduct/sites[3]/D24/en",
        "conduct/sites[3]/D25",
        "plan/D33/ja",
        "plan/D33/en",
        "plan/D35",
    ];
    assert_eq!(changed, wanted);
    // The row that goes is a task of its own.
    assert_eq!(sheet["counts"]["tasks"], wanted.len() + 1);
    // The day of a change is entered each time, but is none itself.
    let day = field(&sheet, "admin/D03");
    assert_eq!(
        (&day["each_time"], &day["change"], &day["value"]),
        (&true.into(), &serde_json::Value::Null, &"2026/06/01".into())
    );
    // Four fields, a row that comes and one that goes. that comes and one that goes.
    assert_eq!(sheet["counts"]["changed"], 6);
}

#[test]
fn a_row_that_goes_is_struck_and_one_that_comes_is_whole() {
    let (folder, _registry) = sheet();
    let sheet = read_json(&folder);
    let rows = all(&sheet["sections"][1], "rows")[0].as_array().unwrap();
    let said: Vec<(&str, Option<&str>)> =
        rows.iter().map(|row| (row["name"].as_str().unwrap(), row["change"]["status"].as_str())).collect();
    assert_eq!(said, [("例示病院", None), ("見本医院", Some("delete")), ("試作病院", Some("append"))]);
    let html = String::from_utf8(read(&folder, "entry.html")).unwrap();
    let gone = html.split("class=\"row gone\"").nth(1).unwrap();
    assert!(gone.contains("見本医院") && gone.contains("画面からこの行を削除する"));
    assert_eq!(html.matches("class=\"row new\"").count(), 1);
}

#[test]
fn what_changed_comes_first_and_the_rest_is_folded() {
    let (folder, _registry) = sheet();
    let html = String::from_utf8(read(&folder, "entry.html")).unwrap();
    let (first, rest) = html.split_once("<details class=\"rest\"").unwrap();
    assert!(first.contains("id=\"plan/D35\"") && !first.contains("id=\"plan/D32\""));
    assert!(rest.contains("id=\"rest:plan/D32\"") && rest.contains("href=\"#plan/D35\""));
    assert!(!rest.contains("id=\"rest:plan/D35\""));
    for word in ["変更前", "変更後", "変更理由"] {
        assert!(first.contains(word), "{word}");
    }
}

#[test]
fn a_value_that_changed_has_another_key() {
    let registry = Registry::new();
    let (_, before) = registry.build(&Registry::fixture("complete.json"), None, "before");
    let (_, after) = registry.build(&Registry::fixture("changed.json"), None, "after");
    let (before, after) = (read_json(&before), read_json(&after));
    let key = |sheet: &serde_json::Value, id: &str| field(sheet, id)["key"].as_str().unwrap().to_owned();
    assert_ne!(key(&before, "plan/D35"), key(&after, "plan/D35"));
    assert_eq!(key(&before, "plan/D32"), key(&after, "plan/D32"));
    let keys: Vec<String> = fields(&before).iter().map(|field| field["key"].as_str().unwrap().to_owned()).collect();
    let mut once = keys.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), keys.len());
}
