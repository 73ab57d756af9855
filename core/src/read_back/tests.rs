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
    assert_eq!(theirs, ours);
}

#[test]
fn labels_and_padding_do_not_matter() {
    let (_, plain, _) = read(|text| text);
    let (_, padded, _) = read(|text| {
        text.replace("\t\t", "\t\u{3000}\t")
            .replace(">届出分類<", ">別の名前<")
            .replace("xsd:", "xsi:")
            .replace("xmlns:xsd", "xmlns:xsi")
    });
    assert_eq!(rules(&padded), Vec::<String>::new());
    let catalogue = Catalogue::load(&Files::embedded("forms")).unwrap();
    assert_eq!(plain.record.to_json(&catalogue), padded.record.to_json(&catalogue));
}

#[test]
fn what_a_record_cannot_keep_is_a_finding_at_its_line() {
    let (_, back, _) = read(|text| text.replacen("<NOTEDATE STATUS=\"NONE\">", "<NOTEDATE STATUS=\"UPDATE\">", 1));
    assert_eq!(rules(&back), ["RB-0003 42:2"]);
    let (_, back, _) = read(|text| text.replacen("</NOTEDATE>", "</NOTEDATE><NEWITEM>1</NEWITEM>", 1));
    assert_eq!(back.findings[0].rule, "RB-0002");
    let (_, back, _) = read(|text| text.replacen("令和２年８月改正版", "平成２０年", 1));
    assert_eq!(back.findings[0].rule, "RB-0006");
}

#[test]
fn entities_and_broken_files_end_in_a_finding() {
    for bad in [
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
