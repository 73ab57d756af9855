use super::*;
use crate::files::Files;
use crate::ingest::ingest_json;
use crate::read_back::read_back;
use crate::run::Engine;

/// Reads the filing of a fixture after a change to its text, and returns it as JSON.
fn imported(engine: &Engine, change: impl Fn(&str) -> String) -> serde_json::Value {
    let bytes = Files::embedded("fixtures").read("sponsor.json").unwrap();
    let record = ingest_json("s.json", &bytes, &engine.catalogue, &engine.book).records.remove(0);
    let plugin = &engine.plugins["pmda-ctn"];
    let tree = rebuild(&record, plugin, &engine.catalogue, &engine.book, false).unwrap();
    let text = change(&String::from_utf8(write(&tree, &plugin.form.xml)).unwrap());
    let back = read_back("X_Y_01.xml", text.as_bytes(), plugin, &engine.catalogue, &engine.book);
    back.record.to_json(&engine.catalogue)
}

fn rebuilt(engine: &Engine, json: &serde_json::Value) -> String {
    let record = ingest_json("r.json", json.to_string().as_bytes(), &engine.catalogue, &engine.book).records.remove(0);
    let plugin = &engine.plugins["pmda-ctn"];
    let tree = rebuild(&record, plugin, &engine.catalogue, &engine.book, true).unwrap();
    String::from_utf8(write(&tree, &plugin.form.xml)).unwrap()
}

#[test]
fn a_value_that_is_spelled_anew_is_filed_anew() {
    let engine = Engine::load(&[]).unwrap();
    let mut json = imported(&engine, |text| text.replacen("20271231", "2027/12/31", 1));
    assert!(rebuilt(&engine, &json).contains("2027/12/31"));
    for spelled in ["20271231", "2027-12-31"] {
        json["trial"]["end_date"] = spelled.into();
        let text = rebuilt(&engine, &json);
        assert!(text.contains("20271231") && !text.contains("2027/12/31"), "{spelled}");
    }
}

#[test]
fn what_is_kept_of_a_row_does_not_move_to_another() {
    let engine = Engine::load(&[]).unwrap();
    // The second sub-investigator's name lacks its mark.
    let mut json = imported(&engine, |text| {
        let at = text.find("分担\u{3000}試人").unwrap();
        let start = text[..at].rfind("<INVESTIGATER_NAME STATUS=\"NONE\">").unwrap();
        format!("{}{}", &text[..start], text[start..].replacen("<INVESTIGATER_NAME STATUS=\"NONE\">", "<INVESTIGATER_NAME>", 1))
    });
    let unmarked = |text: &str| {
        let start = text.find("<INVESTIGATER_NAME>")?;
        text[start..].split("</INVESTIGATER_NAME>").next().map(str::to_owned)
    };
    assert!(unmarked(&rebuilt(&engine, &json)).unwrap().contains("試人"));
    json["sites"][0]["sub_investigators"].as_array_mut().unwrap().reverse();
    assert_eq!(unmarked(&rebuilt(&engine, &json)), None);
}
