//! Mapping onto a small form of a registry: words, gathered and derived values, and what is left out.

use std::fs;
use std::path::Path;

use crate::files::Files;
use crate::map::{Trouble, map};
use crate::model::{Catalogue, Filing, RuleBook};
use crate::plugin::Plugin;

const FORM: &str = r#"
id = "demo"
version = "1"
title = { ja = "例", en = "Example" }
effective = "2026-01-01"
source = "D"
[kind]
item = "type"
columns = [["介入研究", "intervention"], ["観察研究", "observation"]]
[changes]
marks = []
needed = []
elements = []
left_out = []
filed = "day"
update = "変更"
append = "追加"
delete = "削除"
source = "D"
[sources]
D = { ja = "例示", en = "example" }
[characters]
repertoire = "unicode"
also = ""
source = "D"
[formats.day]
pattern = '.*'
from = "date"
write = "yyyy/mm/dd"
ja = "日付"
en = "a date"
source = "D"
"#;

const ITEMS: &str = "\
path,no,kind,label,label_en,limit,format,codes,multi,fixed,mark,novalue,intervention,observation,when,public,who,evidence,identity,exempt,source
DEMO,,group,例,Example,,,,,,,,R,R,,,,,,,D
type,1,value,種類,Type,,,,,,leaf,,R,R,,Y,15,E,,,D
day,2,value,日,Day,,day,,,,leaf,,O,O,,Y,,E,,,D
masking,3,value,盲検,Masking,,,,,,leaf,,R,-,,Y,15,E,,,D
unit,4,value,単位,Unit,,,,,,leaf,,R,R,masking=二重盲検,Y,,M,,,D
who,5,value,委員会,Board,,,,,,leaf,,O,O,,Y,,E,,,D
places,6,value,施設,Sites,,,,,,leaf,,O,O,,Y,,E,,,D
kinds,7,value,介入,Kinds,,,,:,,leaf,,O,O,,Y,,E,,,D
placebo,8,value,プラセボ,Placebo,,,,,,leaf,,O,O,,Y,,E,,,D
staff,9,group,監視,Monitors,,,,,,,,O,O,,,,,,,D
staff/no,9.k,serial,番号,No,,,,,,row,,O,O,,,,,,,D
staff/name,9.k.1,value,氏名,Name,,,,,,leaf,,R,R,,Y,,E,name,,D
";

const MAP: &str = r#"
[rows]
"staff" = { list = "staff", when = "row.role == 'monitoring'" }
[items]
"type" = { field = "design.study_type", word = "study-type.jrct" }
"day" = "jrct.date"
"masking" = { field = "design.masking", word = "masking.jrct" }
"unit" = { field = "design.randomisation_unit", word = "ja" }
"who" = { first = "boards.name" }
"places" = { lines = "sites.name", when = "row.lead != 'yes'" }
"kinds" = { lines = "design.intervention_types.type", word = "intervention-type.umin" }
"placebo" = { derive = "design.control == 'placebo' ? 'あり' : 'なし'", from = "design.control" }
"staff/name" = "staff.name"
"#;

const PLUGIN: &str = r#"
id = "demo"
version = "1"
api = 1
title = { ja = "例", en = "Example" }
form = "demo"
form_version = "1"
kinds = ["介入研究", "観察研究"]
line_break = "\n"
[package]
folder = "f"
archive = "a.zip"
submission = "s"
[[output]]
renderer = "template"
template = "t.html"
name = "t.html"
packed = false
"#;

const RULES: &str = r#"
[[item]]
id = "D-1"
severity = "error"
checks = ["required", "rows", "blank", "length", "shape", "code", "open-code", "kanji", "symbol", "line-break", "markup"]
message = { ja = "{label}", en = "{label}" }
fix = { ja = "直す", en = "mend" }
source = "D"
"#;

fn plugin(map: &str) -> Result<(Plugin, Catalogue), String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        fs::write(path, text).unwrap();
    };
    write("forms/demo/1/form.toml", FORM);
    write("forms/demo/1/items.csv", ITEMS);
    for (name, text) in [("plugin", PLUGIN), ("map", map), ("rules", RULES)] {
        write(&format!("plugin/{name}.toml"), text);
    }
    write("plugin/templates/t.html", "{{ form.type }}");
    let catalogue = Catalogue::load(&Files::embedded("forms")).unwrap();
    let forms = Files::Folder(folder.path().join("forms"));
    let loaded = Plugin::load(&Files::Folder(folder.path().join("plugin")), &forms, &catalogue, Default::default());
    loaded.map(|plugin| (plugin, catalogue)).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn filed(record: &serde_json::Value) -> (Vec<(String, String)>, Vec<Trouble>) {
    let (plugin, catalogue) = plugin(MAP).unwrap();
    let book = RuleBook::load(&Files::embedded("forms")).unwrap();
    let mut read = crate::ingest::ingest_json("demo.json", record.to_string().as_bytes(), &catalogue, &book);
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    let (filing, faults) = map(&read.records.remove(0), &plugin, &catalogue);
    let mut values = Vec::new();
    texts(&filing, &plugin, &mut values);
    (values, faults.into_iter().map(|fault| fault.what).collect())
}

fn texts(filing: &Filing, plugin: &Plugin, values: &mut Vec<(String, String)>) {
    let sources = crate::model::Sources::default();
    for line in serde_json::to_value(filing.lines(&plugin.form, &sources, crate::model::Lang::Ja)).unwrap().as_array().unwrap()
    {
        if line["kind"] == "value" && line["value"] != "" {
            values.push((line["path"].as_str().unwrap().to_owned(), line["value"].as_str().unwrap().to_owned()));
        }
    }
}

fn record() -> serde_json::Value {
    serde_json::json!({
        "trial": {"id": "DEMO"},
        "jrct": {"date": "2026-04-10"},
        "design": {
            "study_type": "interventional", "masking": "double", "randomisation_unit": "cluster", "control": "placebo",
            "intervention_types": ["drug", "food", "drug"],
        },
        "boards": [{"name": "例示委員会"}, {"name": "第二例示委員会"}],
        "sites": [
            {"site_no": "1", "name": "例示病院", "lead": "yes"}, {"site_no": "2", "name": "例示医院"},
            {"site_no": "3", "name": "例示診療所"}
        ],
        "staff": [{"role": "audit", "name": "監査　試子"}, {"role": "monitoring", "name": "監視　試郎"}],
    })
}

#[test]
fn words_lists_and_derived_texts_fill_a_form() {
    let (values, troubles) = filed(&record());
    let value = |path: &str| values.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str());
    assert_eq!(value("type"), Some("介入研究"));
    assert_eq!(value("day"), Some("2026/04/10"));
    assert_eq!((value("masking"), value("unit")), (Some("二重盲検"), Some("集団")));
    assert_eq!(value("who"), Some("例示委員会"));
    assert_eq!(value("places"), Some("例示医院\n例示診療所"));
    assert_eq!(value("kinds"), Some("医薬品:食品"), "each choice once, with the form's own separator");
    assert_eq!(value("placebo"), Some("あり"));
    let staff: Vec<_> = values.iter().filter(|(path, _)| path.starts_with("staff")).map(|(_, text)| text.as_str()).collect();
    assert_eq!(staff, ["監視　試郎"], "only the rows that count");
    assert!(troubles.is_empty(), "{troubles:?}");
}

#[test]
fn what_a_form_does_not_ask_for_is_left_out() {
    let mut record = record();
    record["design"]["study_type"] = "observational".into();
    let (values, troubles) = filed(&record);
    assert!(values.iter().any(|(path, text)| path == "type" && text == "観察研究"));
    // The masking is asked in the other kind only, and the unit only where the masking that is asked says so.
    assert!(!values.iter().any(|(path, _)| path == "masking" || path == "unit"), "{values:?}");
    assert!(troubles.is_empty());
}

#[test]
fn a_word_that_is_not_there_or_tells_less_is_told() {
    let mut record = record();
    record["design"]["masking"] = "single-participant".into();
    let (values, troubles) = filed(&record);
    assert!(values.contains(&("masking".to_owned(), "単盲検".to_owned())));
    assert!(matches!(troubles.as_slice(), [Trouble::Lossy { word, .. }] if word == "単盲検"), "{troubles:?}");
    record["design"]["masking"] = "double".into();
    record["design"]["study_type"] = "other".into();
    let (values, troubles) = filed(&record);
    assert!(!values.iter().any(|(path, _)| path == "type"));
    assert!(matches!(troubles.first(), Some(Trouble::NoWord { code, .. }) if code == "other"), "{troubles:?}");
}

#[test]
fn no_document_holds_a_character_that_documents_cannot_hold() {
    let (plugin, catalogue) = plugin(MAP).unwrap();
    let book = RuleBook::load(&Files::embedded("forms")).unwrap();
    let mut record = record();
    record["boards"][0]["name"] = "例示\u{b}委員会".into();
    let mut read = crate::ingest::ingest_json("demo.json", record.to_string().as_bytes(), &catalogue, &book);
    let (filing, _) = map(&read.records.remove(0), &plugin, &catalogue);
    assert_eq!(filing.text(plugin.form.find("who").unwrap()), "例示委員会");
}

#[test]
fn a_wrong_entry_of_the_map_is_told_with_its_place() {
    for (wrong, wanted) in [
        (r#""type" = { field = "design.study_type", word = "masking.jrct" }"#, "is not about the codes of"),
        (r#""type" = { field = "design.study_type", word = "study-type.nowhere" }"#, "no vocabulary has the column"),
        (r#""type" = { first = "trial.id" }"#, "does not lie in a list below"),
        (r#""type" = { derive = "trial.idd", from = "trial.id" }"#, "did you mean `trial.id`?"),
        (r#""type" = { field = "trial.id", lines = "sites.name" }"#, "wants one of"),
        (r#""type" = { lines = "sites.name", default = "'x'" }"#, "does not go with the others"),
    ] {
        let entry = r#""type" = { field = "design.study_type", word = "study-type.jrct" }"#;
        let error = plugin(&MAP.replace(entry, wrong)).unwrap_err();
        assert!(error.contains(wanted) && error.contains("map.toml:5:"), "{wrong}: {error}");
    }
}
