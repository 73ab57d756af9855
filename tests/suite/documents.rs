//! The documents that people read, built from whole fixtures: consent sets of three laws and a protocol.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use todokede_core::documents::finished::FinishedText;
use todokede_core::plugin::word_options;
use todokede_core::render::docx::compose::{Composer, Look, Style, paragraph};
use todokede_core::render::docx::finish::finish;
use todokede_core::render::docx::package::Package;
use todokede_core::render::docx::template::Template;
use todokede_core::run::{Engine, Job, Outcome, Quiet, WordOptions, run};
use todokede_tests::{build_job, engine, judged, line, outcome, workspace};

fn fixture(name: &str) -> Value {
    let path = workspace().join("fixtures").join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn job(json: &Value, plugin: &str, folder: &Path) -> Job {
    let input = folder.join("input.json");
    std::fs::write(&input, json.to_string()).unwrap();
    Job { plugins: vec![plugin.to_owned()], ..build_job(vec![input], &folder.join("out")) }
}

fn rules(outcome: &Outcome) -> Vec<String> {
    judged(outcome).iter().map(|finding| finding.rule.clone()).collect()
}

/// Returns the Word files of the only package of an outcome, by name.
fn documents(outcome: &Outcome) -> BTreeMap<String, Package> {
    let findings: Vec<String> = judged(outcome).into_iter().map(line).collect();
    assert_eq!(outcome.built.len(), 1, "{findings:#?}");
    let built = &outcome.built[0];
    let words = built.files.iter().filter(|name| name.ends_with(".docx"));
    words.map(|name| (name.clone(), Package::read(std::fs::read(built.folder.join(name)).unwrap()).unwrap())).collect()
}

fn lines(package: &Package) -> Vec<String> {
    FinishedText::read(package).unwrap().paragraphs.into_iter().map(|paragraph| paragraph.text).collect()
}

/// Returns number and title of the headings of a document.
fn headings(package: &Package) -> Vec<(String, String)> {
    let finished = finish(&mut package.clone()).unwrap();
    finished.headings.into_iter().map(|heading| (heading.number.unwrap_or_default(), heading.title)).collect()
}

#[test]
fn the_set_of_each_law_is_complete_and_without_a_finding() {
    for (name, items) in [("consent-act.json", 22), ("consent-gcp.json", 17), ("consent-guidelines.json", 22)] {
        let folder = tempfile::tempdir().unwrap();
        let outcome = outcome(&job(&fixture(name), "consent", folder.path()));
        let findings: Vec<String> = judged(&outcome).into_iter().map(line).collect();
        assert_eq!(findings, Vec::<String>::new(), "{name}");
        let documents = documents(&outcome);
        for (file, package) in &documents {
            let text = lines(package).join("\n");
            assert!(!["{{", "{%", "tdk-", "○○", "undefined"].iter().any(|left| text.contains(left)), "{file}: {text}");
        }
        let named = |start: &str| documents.iter().find(|(file, _)| file.starts_with(start)).map(|(_, package)| package);
        // Each legal item names a heading that stands in the explanation, with its number.
        let checklist = lines(named("記載事項チェックリスト").unwrap());
        let explanation = headings(named("説明文書").unwrap());
        let numbered: Vec<String> = explanation
            .iter()
            .filter(|(number, _)| !number.is_empty())
            .map(|(number, title)| format!("{number}　{title}"))
            .collect();
        let answers = checklist.iter().filter(|text| numbered.contains(text)).count();
        assert!(answers >= items, "{name}: {answers} answers\n{checklist:#?}\n{numbered:#?}");
        // The consent form lists the headings of the explanation, one for one.
        let form = lines(named("同意書").unwrap());
        for (number, title) in explanation.iter().filter(|(number, _)| !number.is_empty() && !number.contains('.')) {
            let item = format!("□　{number}　{title}");
            assert!(form.contains(&item), "{name}: 「{item}」 not in {form:#?}");
        }
    }
}

#[test]
fn the_copies_of_a_set_are_one_text_but_for_the_site() {
    let folder = tempfile::tempdir().unwrap();
    // A plugin of an institution: the same texts, one of which says more at the leading site.
    let ours = folder.path().join("plugins/consent");
    copy(&workspace().join("plugins/consent"), &ours);
    let cost = ours.join("documents/explanation/cost.md");
    let text = std::fs::read_to_string(&cost).unwrap();
    std::fs::write(&cost, format!("{text}\n\n{{% if row.lead == 'yes' %}}交通費をお支払いします。{{% endif %}}\n")).unwrap();
    let changed = Engine::load(&[folder.path().join("plugins")]).unwrap();
    let job = job(&fixture("consent-act.json"), "consent", folder.path());
    let outcome = run(&changed, &job, &Quiet).unwrap();
    assert_eq!(rules(&outcome), ["DC-0006"], "{:#?}", judged(&outcome).into_iter().map(line).collect::<Vec<_>>());
    let said = judged(&outcome)[0].fix.ja.clone();
    assert!(said.contains("交通費をお支払いします。"), "{said}");
    // A value of the site itself is no difference.
    std::fs::write(&cost, format!("{text}\n\n{{{{ row.name }}}}でお支払いします。\n")).unwrap();
    let same = Engine::load(&[folder.path().join("plugins")]).unwrap();
    assert_eq!(rules(&run(&same, &job, &Quiet).unwrap()), Vec::<String>::new());
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy(&entry.path(), &target) } else { assert!(std::fs::copy(entry.path(), target).is_ok()) }
    }
}

/// Fills the explanation with a template of an institution.
fn with_template(word: Composer) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let template = Template::compile(word.write().unwrap(), &word_options(&engine().catalogue)).unwrap();
    let templates = BTreeMap::from([("explanation".to_owned(), Arc::new(template))]);
    let job = job(&fixture("consent-act.json"), "consent", folder.path());
    outcome(&Job { word: WordOptions { templates, ..WordOptions::default() }, ..job })
}

fn ours(only: &str, body: &str) -> Composer {
    let mut word = Composer::new(Look::text());
    word.add(paragraph(Style::Title, "{{ record.trial.title }}"));
    word.add(paragraph(Style::Normal, "第{{ version }}版（{{ record.consent.date | date_ja }}作成）"));
    word.toc(1);
    word.tag("{%p for s in sections %}");
    word.tag(&format!("{{%p if {only} %}}"));
    word.add(paragraph(Style::Heading(1), "{{ s.title | anchor(id=s.id) }}"));
    word.add(paragraph(Style::Normal, body));
    word.tag("{%p endif %}");
    word.tag("{%p endfor %}");
    word
}

#[test]
fn a_template_of_an_institution_must_hold_what_the_law_lists() {
    let all = with_template(ours("true", "{{p s.body }}"));
    assert_eq!(rules(&all), Vec::<String>::new(), "{:#?}", judged(&all).into_iter().map(line).collect::<Vec<_>>());
    let less = with_template(ours("s.id != 'cost' and s.id != 'selection'", "{{p s.body }}"));
    let mut found: Vec<String> =
        judged(&less).iter().filter(|finding| finding.rule == "DC-0004").map(|finding| finding.message.ja.clone()).collect();
    found.sort();
    found.dedup();
    let named = |item: &str| found.iter().filter(|text| text.contains(item)).count();
    assert_eq!((named("C46-14"), named("C46-03"), found.len()), (2, 2, 4), "two items, at two sites: {found:#?}");
}

#[test]
fn a_text_that_is_not_to_be_changed_is_proved_unchanged() {
    let mut word = ours("s.id != 'voluntary'", "{{p s.body }}");
    word.add(paragraph(Style::Heading(1), "{{ section.voluntary.title | anchor(id='voluntary') }}"));
    word.add(paragraph(Style::Normal, "参加するかどうかは、あなたが決めてください。"));
    let changed = with_template(word);
    let locked: Vec<String> = rules(&changed).into_iter().filter(|rule| rule == "DC-0005").collect();
    assert_eq!(locked.len(), 2, "at each of two sites: {:#?}", rules(&changed));
}

#[test]
fn a_section_that_goes_takes_its_number_along_everywhere() {
    let built = |json: &Value| {
        let folder = tempfile::tempdir().unwrap();
        let outcome = outcome(&Job { draft: true, ..job(json, "protocol", folder.path()) });
        documents(&outcome).into_values().next().unwrap()
    };
    let with = fixture("protocol.json");
    let mut without = with.clone();
    without["protocol"]["assent"] = json!("no");
    without["eligibility"]["age_min"] = json!("18");
    let number = |package: &Package, title: &str| {
        let found = headings(package).into_iter().find(|(_, known)| known == title).map(|(number, _)| number);
        found.unwrap_or_else(|| panic!("no heading {title}: {:#?}", headings(package)))
    };
    let (long, short) = (built(&with), built(&without));
    assert_eq!(number(&long, "インフォームド・アセント"), "5.2");
    assert_eq!(number(&long, "同意撤回"), "5.3");
    assert_eq!(number(&short, "同意撤回"), "5.2");
    assert!(!lines(&short).iter().any(|text| text.contains("インフォームド・アセント")));
    // Every reference names the heading that has its number now.
    let reference = regex::Regex::new(r"([0-9]+(?:\.[0-9]+)*)項「([^」]+)」").unwrap();
    for package in [&long, &short] {
        let known = headings(package);
        let text = lines(package).join("\n");
        let all: Vec<(String, String)> =
            reference.captures_iter(&text).map(|found| (found[1].to_owned(), found[2].to_owned())).collect();
        assert!(all.len() > 20, "{}", all.len());
        for one in &all {
            assert!(known.contains(one), "{one:?} is no heading");
        }
    }
    let moved = |package: &Package| {
        lines(package).join("\n").matches(&format!("{}項「同意撤回」", number(package, "同意撤回"))).count()
    };
    assert!(moved(&long) > 0 && moved(&long) == moved(&short), "{} {}", moved(&long), moved(&short));
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    let built = |jobs: usize| {
        let folder = tempfile::tempdir().unwrap();
        let outcome = outcome(&Job { jobs, ..job(&fixture("protocol-short.json"), "protocol", folder.path()) });
        let built = &outcome.built[0];
        let read = |name: &String| std::fs::read(built.folder.join(name)).unwrap();
        built.files.iter().filter(|name| !name.ends_with("manifest.json")).map(read).collect::<Vec<_>>()
    };
    assert_eq!(built(1), built(2));
}

#[test]
fn a_long_text_may_stand_in_a_file_that_the_cell_names() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = fixture("protocol-short.json");
    record["protocol"]["significance"] = json!("@意義.md");
    let job = job(&record, "protocol", folder.path());
    assert_eq!(rules(&outcome(&job)), ["DC-0001"]);
    std::fs::write(folder.path().join("意義.md"), "p<0.05 & 95%CI \"x\" ]]>を示す。\n\n- **第一**\n- 第二\n").unwrap();
    let made = outcome(&job);
    let text = lines(documents(&made).values().next().unwrap());
    for wanted in ["p<0.05 & 95%CI \"x\" ]]>を示す。", "第一", "第二"] {
        assert!(text.iter().any(|line| line == wanted), "{wanted}");
    }
}

#[test]
fn a_draft_says_so_in_the_names_of_its_documents() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = fixture("consent-act.json");
    // What is only found in the finished document makes a draft too.
    record["consent"]["benefits"] = json!("○○の効果が期待されます。");
    let made = outcome(&Job { draft: true, ..job(&record, "consent", folder.path()) });
    assert!(!rules(&made).is_empty());
    let built = &made.built[0];
    assert!(built.draft && built.folder.display().to_string().ends_with("_draft"), "{:?}", built.folder);
    let unmarked: Vec<&String> =
        built.files.iter().filter(|name| name.ends_with(".docx") && !name.starts_with("DRAFT_")).collect();
    assert_eq!(unmarked, Vec::<&String>::new());
    let written: Vec<PathBuf> = std::fs::read_dir(&built.folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(written.len(), built.files.len());
}
