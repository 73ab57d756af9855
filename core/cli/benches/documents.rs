//! A Word template of 10 pages with 100 fields and a table of 30 rows, filled beside docxtpl (`documents.py`) in the same
//! run. Prints milliseconds of a document and ratios, and holds the texts against each other.
//!
//! `cargo bench -p todokede --bench documents`; `ROUNDS=3` for a quick look. Without docxtpl only our own times are shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark may stop where it fails")]
#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use todokede_core::render::docx::package::{DECLARATION, Package, RELATIONSHIP};
use todokede_core::render::docx::template::{Data, Options, Resources, Template};
use todokede_core::render::docx::{DOCUMENT, W};

const FIELDS: usize = 100;
const ROWS: usize = 30;
const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";

fn paragraph(text: &str) -> String {
    let run = |text: &str, looks: &str| {
        format!("<w:r><w:rPr><w:rFonts w:hint=\"eastAsia\"/>{looks}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    };
    // Tags parted as Word parts them.
    let (first, second) = text.split_once("field_").unwrap_or((text, ""));
    if second.is_empty() {
        return format!("<w:p>{}</w:p>", run(text, ""));
    }
    let (first, second) = (run(&format!("{first}fie"), ""), run(&format!("ld_{second}"), ""));
    format!("<w:p>{first}<w:proofErr w:type=\"spellStart\"/>{second}<w:proofErr w:type=\"spellEnd\"/></w:p>")
}

fn template() -> Vec<u8> {
    let filler = "これは例示のための本文です。試験の目的、方法、期間、予想される利益と不利益について、担当医師から説明を受けてください。";
    let mut body = String::new();
    for number in 0..FIELDS {
        body.push_str(&paragraph(&format!("{number}. {{{{ field_{number} }}}}：{filler}{filler}")));
        if number % 10 == 9 {
            body.push_str(&paragraph(&format!("{{% if flag %}}{filler}{{% else %}}該当なし{{% endif %}}")));
            body.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
        }
    }
    let row = |texts: [&str; 4]| {
        let cells =
            texts.map(|text| format!("<w:tc><w:tcPr><w:tcW w:w=\"2000\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", paragraph(text)));
        format!("<w:tr>{}</w:tr>", cells.concat())
    };
    let grid = "<w:gridCol w:w=\"2000\"/>".repeat(4);
    let _ = write!(
        body,
        "<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{}{}{}{}</w:tbl>",
        row(["施設", "責任医師", "電話", "例数"]),
        row(["{%tr for s in sites %}", "", "", ""]),
        row(["{{ s.name }}", "{{ s.investigator }}", "{{ s.phone }}", "{{ s.subjects }}"]),
        row(["{%tr endfor %}", "", "", ""])
    );
    body.push_str(&paragraph("以上"));
    let mut package = Package::new();
    package.set_type(DOCUMENT, &format!("{TYPE}document.main+xml")).unwrap();
    package.relate("", &format!("{RELATIONSHIP}officeDocument"), DOCUMENT).unwrap();
    package.set_default_type("rels", "application/vnd.openxmlformats-package.relationships+xml").unwrap();
    let document = format!("{DECLARATION}<w:document xmlns:w=\"{W}\"><w:body>{body}<w:sectPr/></w:body></w:document>");
    package.set(DOCUMENT, document.into_bytes());
    package.write().unwrap()
}

fn data() -> Value {
    let mut data = Map::new();
    for number in 0..FIELDS {
        data.insert(format!("field_{number}"), json!(format!("項目{number}の値 p<0.05 & 95%CI")));
    }
    let site = |number: usize| json!({ "name": format!("例示病院{number}"), "investigator": "試験 太郎", "phone": "03-0000-0000", "subjects": number });
    data.insert("sites".to_owned(), (1..=ROWS).map(site).collect());
    data.insert("flag".to_owned(), json!(true));
    Value::Object(data)
}

/// Returns the least time of some rounds.
fn least(rounds: usize, mut work: impl FnMut()) -> Duration {
    let times = (0..rounds).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

fn main() {
    let rounds: usize = std::env::var("ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let (bytes, data) = (template(), data());
    let context = Data::from_serialize(&data).unwrap();
    let (options, resources) = (Options::default(), Resources::default());
    let cold = least(rounds, || {
        let context = Data::from_serialize(&data).unwrap();
        let template = Template::compile(bytes.clone(), &options).unwrap();
        std::hint::black_box(template.render(&context, &resources).unwrap().write().unwrap());
    });
    let compiled = Template::compile(bytes.clone(), &options).unwrap();
    let parts = least(rounds * 5, || drop(std::hint::black_box(compiled.render(&context, &resources).unwrap())));
    let cached =
        least(rounds * 5, || drop(std::hint::black_box(compiled.render(&context, &resources).unwrap().write().unwrap())));
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    println!("a document of {FIELDS} fields and {ROWS} rows, ms:");
    println!("  cold    {:.3}   (template read and compiled, filled, packed)", ms(cold));
    println!("  cached  {:.3}   (filled and packed; {:.3} of it filling)", ms(cached), ms(parts));

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("template.docx"), &bytes).unwrap();
    std::fs::write(path("data.json"), data.to_string()).unwrap();
    std::fs::write(path("ours.docx"), compiled.render(&context, &resources).unwrap().write().unwrap()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/documents.py");
    let python = Command::new("python3")
        .arg(script)
        .args(["template.docx", "data.json", "theirs.docx", "ours.docx"].map(path))
        .arg(rounds.to_string())
        .output();
    let said = python.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    let Some(said) = said.and_then(|said| serde_json::from_slice::<Value>(&said).ok()) else {
        println!("SKIPPED docxtpl: not here");
        return;
    };
    assert_eq!(said["same"], true, "the texts differ");
    let theirs = said["seconds"].as_f64().unwrap() * 1_000.0;
    println!("  docxtpl {theirs:.3}   (the same text, {} paragraphs)", said["paragraphs"]);
    println!(
        "  docxtpl takes {:.0} times as long as cold, {:.0} times as long as cached",
        theirs / ms(cold),
        theirs / ms(cached)
    );
}
