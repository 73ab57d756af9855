//! Every word that the code asks for is in the data.

use super::settings;

/// The sources of the plugin.
const SOURCES: [&str; 6] = [
    include_str!("../settled.rs"),
    include_str!("../report.rs"),
    include_str!("../report/roster.rs"),
    include_str!("../report/expiring.rs"),
    include_str!("../report/users.rs"),
    include_str!("../report/forecast.rs"),
];

#[test]
fn every_word_of_the_reports_is_in_the_settings() {
    let settings = settings();
    let words = settings["words"].as_object().unwrap();
    let prefixes = ["report-", "fact-", "note-", "judged-", "why-", "basis-", "tier-"];
    let mut asked = Vec::new();
    for source in SOURCES {
        for text in source.split('"').skip(1).step_by(2) {
            let exact = prefixes
                .iter()
                .any(|prefix| text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && !rest.contains('{')));
            if exact {
                asked.push(text.to_owned());
            }
        }
        for tuple in source.split("(\"").skip(1).filter(|rest| rest.contains("\", Kind::")) {
            let name = tuple.split('"').next().unwrap_or_default();
            if tuple.split_once("\", ").is_some_and(|(_, rest)| rest.starts_with("Kind::")) {
                asked.push(format!("column-{name}"));
            }
        }
    }
    assert!(asked.len() > 50, "{}", asked.len());
    asked.extend(
        ["table-roster", "table-late", "table-never", "table-add", "table-change", "table-remove", "table-forecast"]
            .map(str::to_owned),
    );
    let missing: Vec<&String> = asked.iter().filter(|word| !words.contains_key(word.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let unused: Vec<&String> = words
        .keys()
        .filter(|word| !asked.contains(word) && !["band", "endless", "fiscal-year", "column-changed"].contains(&word.as_str()))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_rule_that_the_code_names_has_words() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../training/rules.toml");
    let rules: serde_json::Value = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let known: Vec<&str> = rules["code"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let more = [
        include_str!("../gate.rs"),
        include_str!("../dues.rs"),
        include_str!("../session.rs"),
        include_str!("../table.rs"),
        include_str!("../table/header.rs"),
        include_str!("../table/completion.rs"),
    ];
    let mut named: Vec<&str> = SOURCES
        .iter()
        .chain(&more)
        .flat_map(|source| source.split('"').skip(1).step_by(2))
        .filter(|text| text.starts_with("TR-") && text.len() == 7)
        .collect();
    named.sort_unstable();
    named.dedup();
    let wordless: Vec<&&str> = named.iter().filter(|rule| !known.contains(rule)).collect();
    assert!(wordless.is_empty(), "{wordless:?}");
    let silent: Vec<&&str> = known.iter().filter(|rule| !named.contains(rule)).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn no_hole_of_the_words_stays_open() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../training/rules.toml");
    let rules: serde_json::Value = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let rows = "S001,責任　試郎,例示内科,昨日,C1\nS001,責任　試郎,例示内科,2027-03-01,C2\nS002,分担　試美,例示内科,2026-03-01,C2\nS002,分担　試美,例示内科,2026-03-02,C3\nS002,分担　試美,例示内科,2026-03-03,C3";
    let staff = format!("{}\nS001,別人　試,,,s002@example.jp,治験センター,,", super::STAFF);
    let export = "氏名,メールアドレス,修了日,講座名,合否,施設コード\n責任 試郎,s001@example.jp,2026/3/1,別の講座,修了,0\n責任 試郎,s001@example.jp,2026/3/1,別の講座,さあ,0";
    let run = super::Run::new().table("staff", "職員名簿.csv", &staff).icrweb(rows).table("completions", "a.csv", export);
    let findings = run.findings();
    for wanted in ["TR-0104", "TR-0106", "TR-0110", "TR-0111", "TR-0113", "TR-0114", "TR-0116", "TR-0117"] {
        assert!(findings.iter().any(|finding| finding.rule == wanted), "{wanted}: {:?}", run.codes());
    }
    for finding in findings {
        let rule = rules["code"].as_array().unwrap().iter().find(|rule| rule["id"] == finding.rule.as_str()).unwrap();
        for words in ["message", "fix", "why"] {
            for hole in rule[words]["ja"].as_str().unwrap().split('{').skip(1) {
                let name = hole.split('}').next().unwrap();
                assert!(finding.values.contains_key(name), "{} {words} {name}", finding.rule);
            }
        }
    }
}
