//! A first registration with gaps and hostile texts.

use super::*;

fn sheet() -> (Outcome, PathBuf, Registry) {
    let registry = Registry::new();
    let (outcome, folder) = {
        // The id of the trial in the record cannot name a folder; another one can.
        let text = fs::read_to_string(Registry::fixture("first.json")).unwrap().replace("DEMO-<001>", "DEMO-001");
        let path = registry.folder.path().join("first.json");
        fs::write(&path, text).unwrap();
        registry.build(&path, None, "out")
    };
    (outcome, folder, registry)
}

#[test]
fn items_stand_in_screen_order_with_both_languages_side_by_side() {
    let (_, folder, _registry) = sheet();
    let sheet = read_json(&folder);
    let ids: Vec<&str> = fields(&sheet).iter().map(|field| field["id"].as_str().unwrap()).collect();
    let wanted = [
        "admin/D01",
        "admin/D02",
        "admin/D03",
        "conduct/title/D11/ja",
        "conduct/title/D11/en",
        "conduct/title/D12/ja",
        "conduct/title/D12/en",
        "conduct/principal/D21/ja/family",
        "conduct/principal/D21/en/family",
        "conduct/principal/D21/ja/given",
        "conduct/principal/D21/en/given",
        "conduct/principal/D22",
        "conduct/sites[1]/D24/ja",
        "conduct/sites[1]/D24/en",
        "conduct/sites[1]/D25",
        "conduct/sites[2]/D24/ja",
        "conduct/sites[2]/D24/en",
        "conduct/sites[2]/D25",
        "plan/D31/value",
        "plan/D31/unit",
        "plan/D31/bound",
        "plan/D32",
        "plan/D33/ja",
        "plan/D33/en",
        "plan/D34",
        "plan/D35",
        "design/D41[1]/text/ja",
        "design/D41[1]/text/en",
        "design/D41[2]/text/ja",
        "design/D41[2]/text/en",
    ];
    assert_eq!(ids, wanted);
    let name = &sheet["sections"][1]["blocks"][1]["blocks"][0];
    assert_eq!((name["kind"].as_str(), name["number"].as_str()), (Some("item"), Some("D21")));
    let parts: Vec<&str> = name["parts"].as_array().unwrap().iter().map(|part| part["label"]["ja"].as_str().unwrap()).collect();
    assert_eq!(parts, ["姓", "名"]);
    assert_eq!(name["unconfirmed"], true);
    let age = all(&sheet["sections"][2]["blocks"][0], "label");
    assert!(age.iter().any(|label| label["ja"] == "条件" && label["en"] == "bound"), "{age:?}");
}

#[test]
fn what_is_asked_missing_and_left_out_is_counted() {
    let (_, folder, _registry) = sheet();
    let sheet = read_json(&folder);
    assert_eq!(sheet["schema"], super::super::SCHEMA);
    assert_eq!((&sheet["draft"], &sheet["change"]), (&true.into(), &false.into()));
    assert_eq!(field(&sheet, "admin/D02")["asked"], "system");
    assert_eq!(field(&sheet, "admin/D02")["task"], false);
    // An optional pair that is blank is not missing; the English of a text that is there is.
    assert_eq!(field(&sheet, "conduct/title/D12/ja")["missing"], false);
    assert_eq!(field(&sheet, "design/D41[2]/text/en")["missing"], true);
    assert_eq!(sheet["left_out"].as_array().unwrap().len(), 1);
    assert_eq!((&sheet["left_out"][0]["number"], &sheet["left_out"][0]["why"]), (&"D42".into(), &"condition".into()));
    assert_eq!(sheet["counts"]["missing"], 1);
    assert_eq!(sheet["counts"]["left_out"], 1);
    let tasks = fields(&sheet).iter().filter(|field| field["task"] == true).count();
    assert_eq!(sheet["counts"]["tasks"], tasks);
    assert_eq!(tasks, 26);
    assert_eq!(sheet["sections"][3]["counts"]["missing"], 1);
}

#[test]
fn a_finding_stands_at_its_field_and_in_the_summary() {
    let (outcome, folder, _registry) = sheet();
    let sheet = read_json(&folder);
    let notes = sheet["findings"].as_array().unwrap();
    assert_eq!(notes.len(), outcome.findings.len());
    let targets = |rule: &str| -> Vec<&str> {
        let of = notes.iter().filter(|note| note["rule"] == rule);
        of.flat_map(|note| note["targets"].as_array().unwrap()).map(|id| id.as_str().unwrap()).collect()
    };
    assert_eq!(targets("DEMO-0001"), ["design/D41[2]/text/en"]);
    assert!(targets("DEMO-0002").iter().all(|id| *id == "conduct/title/D11/ja"), "{notes:?}");
    let html = String::from_utf8(read(&folder, "entry.html")).unwrap();
    assert!(html.contains("href=\"#design/D41[2]/text/en\""));
    assert!(html.contains("エラーが1件残っています"));
}

#[test]
fn a_text_is_measured_and_its_strange_letters_are_named() {
    let (_, folder, _registry) = sheet();
    let sheet = read_json(&folder);
    let title = field(&sheet, "conduct/title/D11/ja");
    let value = title["value"].as_str().unwrap();
    assert_eq!(title["characters"], value.chars().count());
    assert_eq!((&title["units"], &title["limit"]), (&crate::text::units(value).into(), &200.into()));
    assert_eq!(title["outside"], serde_json::json!([["髙", "高"]]));
    let regions = field(&sheet, "plan/D34");
    assert_eq!(regions["value"], "日本:北米");
    let english: Vec<&str> =
        regions["picks"].as_array().unwrap().iter().map(|pick| pick["label"]["en"].as_str().unwrap()).collect();
    assert_eq!(english, ["Japan", "North America"]);
    assert_eq!(sheet["lists"]["demo-region"]["choices"].as_array().unwrap().len(), 4);
}

#[test]
fn no_text_of_a_record_becomes_markup() {
    let (_, folder, _registry) = sheet();
    let html = String::from_utf8(read(&folder, "entry.html")).unwrap();
    assert!(!html.contains("<img"));
    assert_eq!(html.matches("</script>").count(), 1);
    assert!(html.contains("&quot;試験&quot;　&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &amp; 髙橋</div>"));
    // Nothing in the page points out of it.
    for outward in ["http://", "https://", "//cdn", "@import", "url(", " src=", "<link"] {
        assert!(!html.replace("src=x onerror", "").contains(outward), "{outward}");
    }
    assert!(html.contains("Content-Security-Policy"));
    assert!(html.contains("3. BMIが18.5以上25.0未満の者</div>"));
}
