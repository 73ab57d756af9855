use super::*;
use crate::files::Files;
use crate::map::map;
use crate::render::xml;
use crate::run::Engine;

/// Makes the filing of a fixture, changed as text before it is read back.
fn read(change: impl Fn(String) -> String) -> (Engine, ReadBack, Record) {
    let engine = Engine::load(&[]).unwrap();
    let plugin = &engine.plugins["pmda-ctn"];
    let bytes = Files::embedded("fixtures").read("sponsor.json").unwrap();
    let mut read = crate::ingest::ingest_json("sponsor.json", &bytes, &engine.catalogue, &engine.book);
    let mut record = read.records.remove(0);
    crate::normalise::normalise(&mut record, &engine.catalogue, &engine.book);
    let (filing, _) = map(&record, plugin, &engine.catalogue);
    let bytes = xml::write(&filing, &plugin.form).unwrap();
    let text = change(String::from_utf8(bytes).unwrap());
    let back = read_back("REIJI_DEMO-001_01.xml", text.as_bytes(), plugin, &engine.catalogue, &engine.book);
    (engine, back, record)
}

fn rules(back: &ReadBack) -> Vec<String> {
    back.findings.iter().map(|finding| format!("{} {}", finding.rule, finding.at.line)).collect()
}

#[test]
fn a_filing_comes_back_as_the_record_it_was_made_from() {
    let (engine, mut back, record) = read(|text| text);
    assert_eq!(rules(&back), Vec::<String>::new());
    crate::normalise::normalise(&mut back.record, &engine.catalogue, &engine.book);
    let mut theirs = back.record.to_json(&engine.catalogue);
    let mut ours = record.to_json(&engine.catalogue);
    // What a filing does not show is added by what reads it; what a plan fills in by itself is there now.
    ours["trial"]["id"] = "REIJI_DEMO-001_01".into();
    for name in ["first_date", "plan_date"] {
        assert_eq!(theirs["filing"].as_object_mut().unwrap().remove(name), Some(ours["filing"]["date"].clone()));
    }
    assert_eq!(theirs["sites"][1]["serial"], "2");
    without_numbers(&mut theirs);
    assert_eq!(theirs, ours);
}

/// Takes the row numbers away, which a filing shows and the record it was made from did not say.
fn without_numbers(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(object) => {
            object.remove("serial");
            object.values_mut().for_each(without_numbers);
        }
        serde_json::Value::Array(rows) => rows.iter_mut().for_each(without_numbers),
        _ => {}
    }
}

#[test]
fn labels_and_padding_do_not_matter_to_what_is_read() {
    let (_, plain, _) = read(|text| text);
    let (_, padded, _) = read(|text| {
        text.replace("\t\t", "\t\u{3000}\t")
            .replace(">届出分類<", ">別の名前<")
            .replace("xsd:", "xsi:")
            .replace("xmlns:xsd", "xmlns:xsi")
    });
    // The other label is told and kept.
    assert_eq!(rules(&padded), ["RB-0011 47:4"]);
    let catalogue = Catalogue::load(&Files::embedded("forms")).unwrap();
    let mut read = padded.record.to_json(&catalogue);
    let kept = read["filing"].as_object_mut().unwrap().remove("as_filed").unwrap();
    assert_eq!(kept[0]["theirs"], ":別の名前");
    assert_eq!(plain.record.to_json(&catalogue), read);
}

#[test]
fn what_a_record_cannot_keep_is_a_finding_at_its_line() {
    let (_, back, _) = read(|text| text.replacen("</NOTEDATE>", "</NOTEDATE><NEWITEM>1</NEWITEM>", 1));
    assert_eq!(back.findings[0].rule, "RB-0002");
    let (_, back, _) = read(|text| text.replacen("令和２年８月改正版", "平成２０年", 1));
    assert_eq!(back.findings[0].rule, "RB-0006");
}

#[test]
fn entities_and_broken_files_end_in_a_finding() {
    for bad in [
        "<CLINTRIALPLANNOTE><INFONOTE>",
        "<CLINTRIALPLANNOTE a=\"1\" a=\"2\"></CLINTRIALPLANNOTE>",
        "<CLINTRIALPLANNOTE></CLINTRIALPLANNOTE>\0",
        "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><CLINTRIALPLANNOTE>届</CLINTRIALPLANNOTE>",
        "<!DOCTYPE x [<!ENTITY a \"aa\">]><CLINTRIALPLANNOTE>&a;</CLINTRIALPLANNOTE>",
        "<CLINTRIALPLANNOTE><A></CLINTRIALPLANNOTE>",
        "<CLINTRIALPLANNOTE>&nothing;",
    ] {
        let (_, back, _) = read(|_| bad.to_owned());
        assert!(back.findings.iter().any(|finding| finding.rule == "RB-0001"), "{bad}: {:?}", rules(&back));
    }
    let (_, back, _) = read(|_| "<CLINTRIALPLANNOTE>".repeat(100_000));
    assert!(rules(&back).iter().any(|rule| rule.starts_with("RB-0001")), "{:?}", rules(&back));
}

#[test]
fn a_mark_becomes_a_line_of_the_sheet_of_changes() {
    let (engine, back, _) = read(|text| {
        let marked = "<ENDDATECLINTRIAL STATUS=\"UPDATE\">\r\n\t\t\t\t<VARIABLELABEL>終了日</VARIABLELABEL><CHANGEDATE>20260901</CHANGEDATE><CHANGEREASON>延長</CHANGEREASON>";
        let start = text.find("<ENDDATECLINTRIAL").unwrap();
        let end = start + text[start..].find("</VARIABLELABEL>").unwrap() + "</VARIABLELABEL>".len();
        format!("{}{marked}{}", &text[..start], &text[end..])
    });
    let record = back.record.to_json(&engine.catalogue);
    let changes = &record["filing"]["changes"];
    assert_eq!(
        changes,
        &serde_json::json!([{"target": "trial.end_date", "mark": "変更", "date": "20260901", "reason": "延長"}])
    );
}

#[test]
fn a_value_that_is_not_as_the_form_writes_it_is_told_at_its_line_and_kept() {
    let (engine, back, _) = read(|text| text.replacen("\t\t20260401\r", "\t\t2026/04/01\r", 1));
    assert_eq!(back.findings.len(), 1, "{:?}", rules(&back));
    assert_eq!((back.findings[0].rule.as_str(), back.findings[0].found.value.as_str()), ("RB-0007", "2026/04/01"));
    let plugin = &engine.plugins["pmda-ctn"];
    let again = crate::as_filed::rebuild(&back.record, plugin, &engine.catalogue, &engine.book, true).unwrap();
    assert!(format!("{again:?}").contains("2026/04/01"));
}
