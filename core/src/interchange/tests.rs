use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::normalise::normalise;

struct Bench {
    catalogue: Catalogue,
    book: RuleBook,
    interchange: Interchange,
}

fn bench() -> &'static Bench {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    BENCH.get_or_init(|| {
        let forms = Files::embedded("forms");
        let catalogue = Catalogue::load(&forms).unwrap();
        let book = RuleBook::load(&forms).unwrap();
        let interchange = Interchange::load(&forms, &catalogue).unwrap_or_else(|error| panic!("{error}"));
        Bench { catalogue, book, interchange }
    })
}

const FIXTURES: [(&str, &str); 8] = [
    ("ictrp.json", "ictrp"),
    ("ictrp.csv", "ictrp"),
    ("ictrp-portal.xml", "ictrp"),
    ("ictrp-import.xml", "ictrp-xml"),
    ("ctgov.json", "ctgov"),
    ("prs.xml", "prs"),
    ("usdm.json", "usdm"),
    ("fhir.json", "fhir"),
];

fn bytes(name: &str) -> Vec<u8> {
    Files::embedded("fixtures/interchange").read(name).unwrap().into_owned()
}

fn import(name: &str, bytes: &[u8]) -> Imported {
    let Bench { catalogue, book, interchange } = bench();
    interchange.import(name, bytes, None, catalogue, book)
}

/// The first record of a fixture as JSON, normalised; the values must be ones that the next stage can read.
fn record(name: &str, at: usize) -> Value {
    let mut record = import(name, &bytes(name)).records.remove(at);
    let findings = normalise(&mut record, &bench().catalogue, &bench().book);
    assert_eq!(findings, [], "{name}");
    record.to_json(&bench().catalogue)
}

fn rules(imported: &Imported, trial: &str) -> Vec<String> {
    let of = imported.findings.iter().filter(|finding| finding.trial == trial);
    let mut rules: Vec<String> = of.map(|finding| finding.rule.clone()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// Counts the values of a file without the engine's own reader.
fn count(name: &str, bytes: &[u8]) -> usize {
    fn json(value: &Value) -> usize {
        match value {
            Value::Array(items) => items.iter().map(json).sum(),
            Value::Object(entries) => entries.values().map(json).sum(),
            _ => 1,
        }
    }
    if name.ends_with(".json") {
        return json(&serde_json::from_slice(bytes).unwrap());
    }
    if name.ends_with(".csv") {
        return csv::Reader::from_reader(bytes).records().map(|row| row.unwrap().len()).sum();
    }
    // Elements without elements in them: an end right behind a start, or text between the two.
    let text = std::str::from_utf8(bytes).unwrap();
    let (mut leaves, mut open) = (0, false);
    for tag in text.split('<').skip(1) {
        match tag.chars().next() {
            Some('/') => {
                leaves += usize::from(open);
                open = false;
            }
            Some('?' | '!') | None => {}
            Some(_) if tag.split('>').next().unwrap().ends_with('/') => {
                leaves += 1;
                open = false;
            }
            Some(_) => open = true,
        }
    }
    leaves
}

#[test]
fn every_format_is_recognised_and_every_value_accounted_for_once() {
    for (name, format) in FIXTURES {
        let bytes = bytes(name);
        let imported = import(name, &bytes);
        assert_eq!(imported.format, format, "{name}");
        let values: Vec<&Fate> = imported.reports.iter().flat_map(|report| &report.values).collect();
        assert_eq!(values.len(), count(name, &bytes), "{name}");
        let mut places: Vec<String> = imported
            .reports
            .iter()
            .flat_map(|report| report.values.iter().map(|v| format!("{} {}", report.trial, v.path)))
            .collect();
        places.sort_unstable();
        let all = places.len();
        places.dedup();
        assert_eq!(places.len(), all, "{name}: a value has two fates");
        for value in values {
            match &value.disposition {
                Disposition::Blank => assert!(value.text.trim().is_empty(), "{name} {}", value.path),
                Disposition::Lost(why) | Disposition::Part(_, why) => {
                    assert!(imported.reasons.contains_key(why), "{name} {}: no words for {why}", value.path);
                    assert!(why != "unknown-name" || value.path.contains("A_new_column"), "{name} {}", value.path);
                }
                Disposition::Taken(_) => assert!(!value.text.trim().is_empty(), "{name} {}", value.path),
            }
        }
    }
}

#[test]
fn the_defects_of_real_records_are_found() {
    let imported = import("ictrp.json", &bytes("ictrp.json"));
    let wanted = [
        "IX-0010", "IX-0011", "IX-0015", "IX-0020", "IX-0021", "IX-0024", "IX-0030", "IX-0031", "IX-0032", "IX-0033",
        "IX-0034", "IX-0035", "IX-0036", "IX-0040", "IX-0042", "IX-0045", "IX-0050", "IX-0053", "IX-0055", "IX-0059",
    ];
    assert_eq!(rules(&imported, "jRCTs000000000"), wanted);
    let wanted = ["IX-0011", "IX-0012", "IX-0013", "IX-0021", "IX-0036", "IX-0037", "IX-0038", "IX-0041", "IX-0042", "IX-0053"];
    assert_eq!(rules(&imported, "UMIN000000001"), wanted);
    let imported = import("ictrp-import.xml", &bytes("ictrp-import.xml"));
    assert_eq!(rules(&imported, "jRCT0000000001"), ["IX-0021", "IX-0026", "IX-0032", "IX-0047", "IX-0049", "IX-0058"]);
    assert_eq!(rules(&import("ictrp.csv", &bytes("ictrp.csv")), "jRCT0000000000"), ["IX-0048", "IX-0053"]);
}

#[test]
fn each_further_defect_is_found_where_it_is() {
    let long = "a ".repeat(crate::limits::TEXT_CHARS);
    let cut = format!("{}end", "word ".repeat(199) + "xy");
    for (rule, name, value) in [
        ("IX-0014", "Date_enrollment", "2021-07"),
        ("IX-0022", "Agemin", ">= 20"),
        ("IX-0023", "Agemax", "old"),
        ("IX-0023", "Agemax", "99999years-old"),
        ("IX-0025", "Target_size", "some 1,2 people"),
        ("IX-0039", "Interventions", &long),
        ("IX-0043", "Interventions", &cut),
        ("IX-0046", "Study_design", "single arm study, open label study, active control, single assignment, treatment purpose"),
        (
            "IX-0046",
            "Study_design",
            "randomized controlled trial, double blind, historical control, parallel assignment, treatment purpose",
        ),
        ("IX-0047", "Public_Contact_Affiliation", "someone@example.jp"),
    ] {
        let trial = json!({"TrialID": "jRCT0000000000", name: value}).to_string();
        let imported = import("a.json", trial.as_bytes());
        assert!(rules(&imported, "jRCT0000000000").contains(&rule.to_owned()), "{rule} {name}: {:?}", imported.findings);
        let finding = imported.findings.iter().find(|finding| finding.rule == rule).unwrap();
        assert_eq!(finding.at.pointer, format!("/{name}"), "{rule}");
    }
    let same = "the same words stand under two names, and they are long enough";
    let trial =
        json!({"TrialID": "jRCT0000000000", "Primary_Outcome": same, "Secondary_Outcomes": same, "phase": "1", "Phase": "2"});
    let imported = import("a.json", trial.to_string().as_bytes());
    assert_eq!(rules(&imported, "jRCT0000000000"), ["IX-0044", "IX-0052"]);
    let names = rules(&import("fhir.json", &bytes("fhir.json")), "NCT00000001");
    assert_eq!(names, ["IX-0041", "IX-0054", "IX-0057", "IX-0058"]);
}

#[test]
fn what_is_broken_is_left_blank_and_what_is_whole_is_taken() {
    let trial = record("ictrp.json", 0);
    assert_eq!(trial["trial"]["phase"], json!("4"), "phase I/II, from the first of February");
    assert_eq!(trial["trial"].get("sample_size"), None, "99999999999 is no number of participants");
    assert_eq!(trial["trial"]["countries"], json!(["NZ"]));
    assert_eq!(trial["eligibility"]["age_min"], json!("20"));
    assert_eq!(trial["eligibility"].get("age_min_bound"), None);
    assert_eq!(trial["eligibility"]["age_max_bound"], json!("lt"));
    assert_eq!(trial["eligibility"]["inclusion_en"], json!("1) eGFR >= 30\n2) consent"));
    assert_eq!(trial["progress"].get("status"), None, "Recruiting is two of our codes");
    assert_eq!(trial["funders"], json!([{"name_en": "Example Pharma K.K."}, {"name_en": "Example & Sons Ltd."}]));
    assert_eq!(trial["boards"][0]["email"], json!("crb@example.jp"));
    assert_eq!(trial["boards"][0]["name_en"], json!("Example University Certified Review Board"));
    assert_eq!(trial["results"].get("published"), None);
    assert_eq!(trial["jrct"], json!({"number": "jRCTs000000000", "first_published": "2019-03-25"}));
    assert_eq!(trial["umin"]["number"], json!("UMIN000000000"));
    assert_eq!(trial["trial"]["title_en"], json!("A randomised study of DEMO-001 in hypertension"));
    assert_eq!(trial["trial"]["acronym_en"], json!("DEMO-HT"));
    assert_eq!(trial["trial"].get("title"), None, "no Japanese is made up");
    let trial = record("ictrp.json", 1);
    assert_eq!(trial["trial"]["public_title"], json!("例示飲料の便通への効果"), "Japanese goes where Japanese belongs");
    assert_eq!(trial["trial"].get("public_title_en"), None);
    assert_eq!(trial["progress"]["status"], json!("closed"));
    assert_eq!(trial["results"]["posted"], json!("2020-02-25"));
    assert_eq!(trial["umin"]["receipt"], json!("R000000000"));
    assert_eq!(trial["design"]["allocation"], json!("randomised"));
    assert_eq!(trial.get("funders"), None);
}

#[test]
fn the_design_of_jrct_is_taken_apart() {
    let design = record("ictrp.csv", 0)["design"].clone();
    let wanted = json!({
        "study_type": "interventional", "allocation": "single-arm", "masking": "single", "control": "historical",
        "assignment": "single", "purpose": "treatment",
    });
    assert_eq!(design, wanted);
    assert_eq!(record("ictrp.csv", 0)["boards"][0]["number"], json!("CRB0000000"));
}

#[test]
fn the_english_side_is_filled_from_clinicaltrials_gov() {
    let trial = record("ctgov.json", 0);
    assert_eq!(trial["trial"]["phase"], json!("4"));
    assert_eq!(trial["trial"]["protocol_number"], json!("DEMO-001/26-01"));
    assert_eq!(trial["trial"]["sample_size"], json!("120"));
    assert_eq!(trial["jrct"]["number"], json!("jRCT0000000002"));
    assert_eq!(trial["design"]["masking"], json!("single-participant"));
    assert_eq!(trial["condition"]["intervention_text_en"], json!("DEMO-001 (demo hydrochloride, DEMO): 10 mg\nPlacebo"));
    assert_eq!(trial["outcome"]["primary_en"], json!("Adverse events [12 weeks]: All of them"));
    assert_eq!(trial["outcome"]["secondary_en"], json!("Blood pressure [12 weeks]\nHeart rate [12 weeks]"));
    assert_eq!(trial["eligibility"]["inclusion_en"], json!("* 20 years or older\n* eGFR ≥ 30"));
    assert_eq!(trial["eligibility"]["exclusion_en"], json!("* Under treatment"));
    assert_eq!(trial["eligibility"]["age_max_bound"], json!("le"));
    let sites = trial["sites"].as_array().unwrap();
    assert_eq!((sites.len(), &sites[0]["name_en"]), (1, &json!("Example University Hospital")));
    assert_eq!(trial["trial"]["countries"], json!(["JP", "US"]));
    assert_eq!(trial["principal"]["family_en"], json!("SHIKEN"));
    assert_eq!(trial["arms"][1]["type"], json!("placebo-comparator"));
    assert_eq!(trial["progress"].get("primary_data_end"), None, "a month is no day");
    let trial = record("prs.xml", 0);
    assert_eq!(trial["trial"]["phase"], json!("5"));
    assert_eq!(trial["eligibility"]["age_max_bound"], json!("none"));
    assert_eq!(trial["sites"][0]["address_en"], json!("Reiji, Tokyo"));
    assert_eq!(trial["design"]["control"], json!("placebo"));
}

#[test]
fn usdm_is_read_by_code_or_decode_and_its_references_followed() {
    let trial = record("usdm.json", 0);
    assert_eq!(trial["trial"]["title_en"], json!("A phase II study of DEMO-001 in hypertension"));
    assert_eq!(trial["sponsor"]["name_en"], json!("Example Pharma K.K."));
    assert_eq!(trial["eligibility"]["inclusion_en"], json!("01. At least 50 years of age"));
    assert_eq!(trial["eligibility"]["exclusion_en"], json!("02. Uses […] & more"));
    assert_eq!(trial["eligibility"]["gender"], json!("both"));
    assert_eq!(trial["progress"]["protocol_fixed"], json!("2026-01-15"));
    let imported = import("usdm.json", &bytes("usdm.json"));
    assert_eq!(rules(&imported, "DEMO-001-26-03"), ["IX-0021", "IX-0056"]);
}

#[test]
fn words_of_several_codes_are_never_decided() {
    let trial = |status: &str| json!({"TrialID": "jRCT0000000000", "Recruitment_status": status}).to_string();
    for status in ["Recruiting", "Complete", "other", "Complete: follow-up complete"] {
        let imported = import("a.json", trial(status).as_bytes());
        assert_eq!(rules(&imported, "jRCT0000000000"), ["IX-0050"], "{status}");
        assert_eq!(imported.reports[0].values[1].disposition, Disposition::Lost("lossy".to_owned()));
    }
    let imported = import("a.json", trial("Perhaps").as_bytes());
    assert_eq!(rules(&imported, "jRCT0000000000"), ["IX-0051"]);
}

#[test]
fn trials_have_names_of_their_own() {
    let imported = import("a.json", br#"[{"TrialID": "NCT00000000"}, {"TrialID": "NCT00000000"}, {"TrialID": ""}]"#);
    let names: Vec<&str> = imported.reports.iter().map(|report| report.trial.as_str()).collect();
    assert_eq!(names, ["NCT00000000", "NCT00000000-2", "a-3"]);
    assert_eq!(imported.findings.iter().filter(|finding| finding.rule == "IX-0003").count(), 2);
}

#[test]
fn hostile_files_are_refused() {
    let entity = "<!DOCTYPE a [<!ENTITY b \"c\">]><trials><trial><main><trial_id>&b;</trial_id></main></trial></trials>";
    let unknown = "<trials><trial><main><trial_id>&b;</trial_id></main></trial></trials>";
    let open = "<trials><trial><main>";
    let deep_xml = format!("{}{}", "<a>".repeat(2_000), "</a>".repeat(2_000));
    let deep_json = format!("{{\"TrialID\": {}1{}}}", "[".repeat(200), "]".repeat(200));
    let many = format!("[{}{{\"TrialID\":\"x\"}}]", "{\"TrialID\":\"x\"},".repeat(TRIALS));
    let values = format!("{{\"TrialID\":\"x\",\"a\":[{}0]}}", "0,".repeat(INTERCHANGE_LEAVES));
    let names = (0..40).fold(format!("[{}0]", "0,".repeat(50_000)), |inner, _| format!("{{\"{}\":{inner}}}", "n".repeat(100)));
    let paths = format!("{{\"TrialID\":\"x\",\"a\":{names}}}");
    for (name, text, rule) in [
        ("entity", entity, "IN-0006"),
        ("unknown", unknown, "IN-0006"),
        ("open", open, "IN-0006"),
        ("deep xml", &deep_xml, "IN-0006"),
        ("deep json", &deep_json, "IN-0064"),
        ("many", &many, "IN-0005"),
        ("values", &values, "IN-0005"),
        ("paths", &paths, "IN-0005"),
    ] {
        let imported = import(name, text.as_bytes());
        let found: Vec<&str> = imported.findings.iter().map(|finding| finding.rule.as_str()).collect();
        assert_eq!((found, imported.records.len()), (vec![rule], 0), "{name}");
    }
    for nothing in ["", "   ", "hello", "1,2\n3,4", "{}", "[]", "<a/>"] {
        let imported = import("nothing", nothing.as_bytes());
        assert_eq!((imported.format.as_str(), imported.records.len()), ("", 0), "{nothing:?}");
    }
}

#[test]
fn floods_of_one_thing_take_no_long_time() {
    let flood = |name: &str, value: &str, times: usize| format!("\"{name}\": [{}{value}]", format!("{value},").repeat(times));
    let ids = format!(
        "{{\"TrialID\": \"jRCT0000000000\", \"SecondaryIDs\": \"{}\"}}",
        (0..2_000).map(|n| format!("A-{n};")).collect::<String>()
    );
    let phases = format!("{{\"protocolSection\": {{\"designModule\": {{{}}}}}}}", flood("phases", "\"PHASE1\"", 50_000));
    let lines: Vec<String> = (0..30_000).map(|n| format!("\"condition number {n}\"")).collect();
    let conditions = format!("{{\"protocolSection\": {{\"conditionsModule\": {{\"conditions\": [{}]}}}}}}", lines.join(","));
    let sites: Vec<String> = (0..11_000).map(|n| format!("{{\"facility\": \"Site {n}\", \"country\": \"Japan\"}}")).collect();
    let sites = format!("{{\"protocolSection\": {{\"contactsLocationsModule\": {{\"locations\": [{}]}}}}}}", sites.join(","));
    let begun = std::time::Instant::now();
    for (text, reason) in [(&ids, None), (&phases, Some("alone")), (&conditions, Some("too-long")), (&sites, Some("too-many"))]
    {
        let imported = import("flood.json", text.as_bytes());
        let lost = |why: &str| {
            imported.reports[0].values.iter().any(|v| matches!(&v.disposition, Disposition::Lost(found) if found == why))
        };
        assert!(reason.is_none_or(lost), "{reason:?}");
    }
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn every_reason_has_words_and_is_given_somewhere() {
    let Bench { interchange, .. } = bench();
    let given = interchange.tables.values().flatten().filter_map(|rule| rule.reason.as_deref());
    let given: BTreeSet<&str> = given.chain(why::ALL).collect();
    let known: BTreeSet<&str> = interchange.reasons.keys().map(String::as_str).collect();
    assert_eq!(given, known);
    assert!(interchange.reasons.values().all(|text| !text.ja.is_empty() && !text.en.is_empty()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever happens to a file, the worst that comes of it is a finding, and no value goes without a word.
    #[test]
    fn mangled_files_never_panic(which in 0..FIXTURES.len(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..12)) {
        let name = FIXTURES[which].0;
        let mut bytes = bytes(name);
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len().max(1));
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); }
                _ => { let cut = bytes.split_off(at); let keep = cut.len() / 2; bytes.extend_from_slice(&cut[keep..]); }
            }
            if bytes.is_empty() { bytes.push(b'{'); }
        }
        let imported = import(name, &bytes);
        for report in &imported.reports {
            let tally = report.tally();
            prop_assert_eq!(tally.taken + tally.part + tally.lost + tally.blank, report.values.len());
        }
        let _shown = imported.text(&bench().catalogue, crate::model::Lang::Ja);
    }

    /// Values of any kind in the fields whose readers do most.
    #[test]
    fn values_of_any_kind_never_panic(field in 0_usize..14, value in "\\PC{0,40}", number in "[0-9<>=/:, .-]{0,14}(age| Years|AM)?") {
        const FIELDS: [&str; 14] = ["Phase", "Date_enrollment", "Agemin", "Target_size", "Countries", "Study_design", "SecondaryIDs", "Source_Support",
            "Scientific_title", "Conditions", "Inclusion_Criteria", "Ethics_Contact_Address", "results_url_link", "TrialID"];
        for value in [value, number] {
            let mut trial = json!({"TrialID": "jRCT0000000000"});
            trial[FIELDS[field]] = Value::from(value);
            let imported = import("a.json", trial.to_string().as_bytes());
            prop_assert_eq!(imported.records.len(), 1);
        }
    }
}
