//! Synthetic trials: the fixtures, and larger ones made from them.

use serde_json::{Value, json};
use todokede_core::files::Files;

/// Returns a fixture: a plan, `sponsor` or `investigator`, or a filing that follows it, such as `termination`.
pub fn fixture(name: &str) -> Value {
    let bytes = Files::embedded("fixtures").read(&format!("{name}.json")).expect("the fixture");
    serde_json::from_slice(&bytes).expect("the fixture is JSON")
}

/// Returns a trial with three drugs, 40 sites and 200 sub-investigators.
pub fn large() -> Value {
    let mut trial = fixture("sponsor");
    trial["trial"]["id"] = json!("LARGE-001");
    let drug = trial["other_drugs"][0].clone();
    let drugs = (1..=2).map(|number| {
        let mut drug = drug.clone();
        drug["name"] = json!(format!("DEMO-F{number:02}"));
        drug
    });
    trial["other_drugs"] = drugs.collect();
    let site = trial["sites"][0].clone();
    let sites = (1..=40).map(|number| {
        let mut site = site.clone();
        site["site_no"] = json!(number.to_string());
        site["name"] = json!(format!("例示第{number}病院"));
        site["planned_subjects"] = json!(3);
        site["sub_investigators"] =
            (1..=5).map(|sub| json!({"name": format!("分担　試美{number}の{sub}"), "kana": "ぶんたん　しみ"})).collect();
        site
    });
    trial["sites"] = sites.collect();
    trial["trial"]["subjects_test_product"] = json!(60);
    trial["trial"]["subjects_total"] = json!(120);
    trial
}

/// Returns a trial with a number of its own and as many sites as asked, for workbooks of many trials.
pub fn numbered(number: usize, sites: usize) -> Value {
    let mut trial = fixture("sponsor");
    trial["trial"]["id"] = json!(format!("T{number:05}"));
    let site = trial["sites"][0].clone();
    let each = (1..=sites).map(|at| {
        let mut site = site.clone();
        site["site_no"] = json!(at.to_string());
        site["name"] = json!(format!("例示第{at}病院"));
        site["planned_subjects"] = json!(4);
        site
    });
    trial["sites"] = each.collect();
    trial["trial"]["subjects_test_product"] = json!(2 * sites);
    trial["trial"]["subjects_total"] = json!(4 * sites);
    trial
}
