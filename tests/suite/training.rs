//! The training plugin through the whole engine: people of a 治験届, files of the institution, findings, dues and what is written.

use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;
use todokede_core::model::{Finding, Lang, Severity};
use todokede_core::run::{DueList, Job, Outcome, Quiet, Stage, WordOptions, due_list, run};
use todokede_core::settings::Settings;
use todokede_tests::trials::fixture;
use todokede_tests::{NOW, engine, line};

const HEADER: &str = "施設ユーザーID,氏名,メールアドレス,所属,講座名,修了日,修了証番号,合否";

/// A staff list of both sites of `sponsor.json`.
const STAFF: &str = "職員番号,氏名,フリガナ,メール,病院,所属,役割,退職日
A1,責任　試郎,セキニン　シロウ,a1@example.jp,例示大学医学部附属病院,例示内科,責任医師,
A2,分担　試美,ブンタン　シミ,a2@example.jp,例示大学医学部附属病院,例示内科,分担医師,
A3,分担　試人,ブンタン　シヒト,a3@example.jp,例示大学医学部附属病院,例示内科,分担医師,
A4,調整　試子,チョウセイ　シコ,a4@example.jp,例示大学医学部,例示内科学教室,,
B1,責任　試恵,セキニン　シエ,b1@example.jp,例示病院,例示循環器内科,責任医師,
B2,分担　試也,ブンタン　シヤ,b2@example.jp,例示病院,例示循環器内科,分担医師,
";

/// The inputs of a run in a folder of its own.
struct Inputs {
    folder: tempfile::TempDir,
    record: Value,
    completions: Vec<[&'static str; 3]>,
}

impl Inputs {
    /// `sponsor.json`, whose people all completed the course in the autumn before.
    fn new() -> Inputs {
        let completions = [
            ("A1", "責任 試郎"),
            ("A2", "分担 試美"),
            ("A3", "分担 試人"),
            ("A4", "調整 試子"),
            ("B1", "責任 試恵"),
            ("B2", "分担 試也"),
        ];
        let completions = completions.into_iter().map(|(id, name)| [id, name, "2025/10/01"]).collect();
        Inputs { folder: tempfile::tempdir().unwrap(), record: fixture("sponsor"), completions }
    }

    /// Lets someone have completed on another day.
    fn completed(mut self, id: &str, day: &'static str) -> Inputs {
        self.completions.iter_mut().find(|row| row[0] == id).unwrap()[2] = day;
        self
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn job(&self, draft: bool) -> Job {
        let mut csv = format!("{HEADER}\r\n");
        for (number, [id, name, day]) in self.completions.iter().enumerate() {
            write!(csv, "{id},{name},{}@example.jp,,臨床研究の基礎知識講座,{day},R{number:04},修了\r\n", id.to_lowercase())
                .unwrap();
        }
        // As the systems write it.
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(&csv);
        self.write("icrweb.csv", &bytes);
        self.write("staff.csv", STAFF.as_bytes());
        let set = self.write("settings.toml", b"[training.tables]\ncompletions = [\"icrweb.csv\"]\nstaff = [\"staff.csv\"]\n");
        let input = self.write("trial.json", self.record.to_string().as_bytes());
        Job {
            inputs: vec![input],
            plugins: vec!["training".to_owned()],
            until: Stage::Package,
            out: Some(self.folder.path().join("out")),
            ledger: Some(self.folder.path().join("ledger.jsonl")),
            now: NOW.to_owned(),
            jobs: 1,
            draft,
            previous: Vec::new(),
            waivers: None,
            xsd: None,
            word: WordOptions::default(),
            settings: Settings::read(&set, &engine().plugins).unwrap(),
            keep: false,
        }
    }

    fn build(&self, draft: bool) -> Outcome {
        run(engine(), &self.job(draft), &Quiet).unwrap()
    }

    fn dues(&self) -> DueList {
        due_list(engine(), &self.job(false), NOW.parse().unwrap()).unwrap()
    }
}

fn lines(outcome: &Outcome) -> Vec<String> {
    outcome.findings.iter().map(line).collect()
}

fn grave(outcome: &Outcome) -> Vec<&Finding> {
    outcome.findings.iter().filter(|finding| finding.severity == Severity::Error).collect()
}

/// All text of a written file: of an archive of parts that of every part.
fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(&bytes)) else {
        return String::from_utf8_lossy(&bytes).into_owned();
    };
    let mut all = String::new();
    for index in 0..archive.len() {
        let mut part = Vec::new();
        archive.by_index(index).unwrap().read_to_end(&mut part).unwrap();
        all.push_str(&String::from_utf8_lossy(&part));
    }
    all
}

fn written(outcome: &Outcome, part: &str) -> String {
    assert_eq!(outcome.built.len(), 1, "{:#?}", lines(outcome));
    let built = &outcome.built[0];
    let name = built.files.iter().find(|name| name.ends_with(part)).unwrap_or_else(|| panic!("{part}: {:?}", built.files));
    text(&built.folder.join(name))
}

#[test]
fn a_trial_whose_people_are_all_trained_has_no_finding_and_two_annexes() {
    let inputs = Inputs::new();
    let outcome = inputs.build(false);
    assert_eq!(lines(&outcome), Vec::<String>::new());
    for part in [".xlsx", ".docx"] {
        let text = written(&outcome, part);
        for shown in
            ["責任　試郎", "分担　試美", "調整　試子", "責任　試恵", "分担　試也", "R0001", "有効", "臨床研究の基礎知識講座"]
        {
            assert!(text.contains(shown), "{part} shows {shown}");
        }
    }
    assert!(written(&outcome, ".docx").contains("2026-10-01"));
}

#[test]
fn an_expired_sub_investigator_of_a_notification_is_named_with_course_day_and_what_to_do() {
    let inputs = Inputs::new().completed("A2", "2025/03/15");
    let outcome = inputs.build(false);
    assert!(outcome.built.is_empty(), "an open error keeps the list back");
    let [finding] = grave(&outcome)[..] else { panic!("{:#?}", lines(&outcome)) };
    assert_eq!(finding.rule, "TR-0312");
    assert_eq!(finding.at.pointer, "/sites/0/sub_investigators/0/name");
    assert_eq!(finding.found.value, "分担　試美");
    for said in ["分担医師", "分担　試美", "臨床研究の基礎知識講座", "2025-03-15", "2026-03-15", "2026-04-01", "治験届"]
    {
        assert!(finding.message.ja.contains(said), "{said}: {}", finding.message.ja);
    }
    assert!(finding.fix.ja.contains("受講し直して") && finding.fix.ja.contains("治験計画変更届"), "{}", finding.fix.ja);
    assert!(finding.fix.en.contains("治験計画変更届"), "{}", finding.fix.en);
    // The draft of the annex shows it.
    assert!(written(&inputs.build(true), ".docx").contains("期限切れ"));
}

#[test]
fn a_year_from_a_leap_day_ends_to_the_day() {
    for (filed, expired) in [("2025-02-28", false), ("2025-03-01", true)] {
        let mut inputs = Inputs::new().completed("A2", "2024/02/29");
        inputs.record["filing"]["date"] = filed.into();
        inputs.record["trial"]["start_date"] = filed.into();
        let outcome = inputs.build(false);
        let said = outcome.findings.iter().any(|finding| finding.rule == "TR-0312" && finding.found.value == "分担　試美");
        assert_eq!(said, expired, "{filed}: {:#?}", lines(&outcome));
    }
}

#[test]
fn the_last_days_are_due() {
    let dues = Inputs::new().completed("B1", "2025/12/24").dues();
    assert_eq!(dues.findings.iter().map(line).collect::<Vec<_>>(), Vec::<String>::new());
    let said: Vec<(String, String)> =
        dues.dues.iter().map(|due| (due.dates[0].to_string(), due.message.get(Lang::Ja).to_owned())).collect();
    assert_eq!(said.len(), 6, "{said:#?}");
    assert_eq!(said[0].0, "2026-10-01");
    let (day, message) = said.last().unwrap();
    assert_eq!(day, "2026-12-24");
    assert!(message.contains("責任　試恵") && message.contains("2026-12-24"), "{message}");
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let bytes = |outcome: &Outcome| -> Vec<(String, Vec<u8>)> {
        let built = &outcome.built[0];
        built.files.iter().map(|name| (name.clone(), std::fs::read(built.folder.join(name)).unwrap())).collect()
    };
    let (one, other) = (Inputs::new(), Inputs::new());
    assert_eq!(bytes(&one.build(false)), bytes(&other.build(false)));
}

/// The fixtures of an institution: its own record beside those of trials.
#[test]
fn an_institution_has_its_reports() {
    let fixtures = todokede_tests::workspace().join("fixtures/training");
    let folder = tempfile::tempdir().unwrap();
    let mut job = Inputs::new().job(false);
    job.inputs = vec![fixtures.join("institution.json")];
    job.out = Some(folder.path().join("out"));
    job.ledger = Some(folder.path().join("ledger.jsonl"));
    job.settings = Settings::read(&fixtures.join("settings.toml"), &engine().plugins).unwrap();
    let outcome = run(engine(), &job, &Quiet).unwrap();
    assert_eq!(lines(&outcome), Vec::<String>::new());
    let forecast = written(&outcome, "施設契約の見通し.html");
    for shown in ["2027年度", "30名以下", "60000", "税別", "2024-04-01"] {
        assert!(forecast.contains(shown), "{shown}");
    }
    assert!(written(&outcome, "有効期限の近い者.xlsx").contains("髙橋　試"));
    let files = &outcome.built[0].files;
    assert!(!files.iter().any(|name| name.contains("研修受講者名簿")), "{files:?}");
}

/// What systems also write: a workbook with lines above the header, days as days and numbers as numbers.
#[test]
fn a_workbook_of_completions_is_read_as_its_text_is() {
    let inputs = Inputs::new();
    let mut job = inputs.job(false);
    let mut book = rust_xlsxwriter::Workbook::new();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "受講状況一覧").unwrap();
    for (column, title) in (0..).zip(["施設ユーザーID", "氏名", "所属", "講座名", "修了日"]) {
        sheet.write_string(2, column, title).unwrap();
    }
    for (row, [id, name, _]) in (3..).zip(&inputs.completions) {
        for (column, value) in (0..).zip([*id, *name, "", "臨床研究の基礎知識講座"]) {
            sheet.write_string(row, column, value).unwrap();
        }
        let (month, of_month) = if row == 4 { (3, 15) } else { (12, 24) };
        let completed = rust_xlsxwriter::ExcelDateTime::from_ymd(2025, month, of_month).unwrap();
        sheet.write_datetime_with_format(row, 4, &completed, &day).unwrap();
    }
    book.save(inputs.folder.path().join("icrweb.xlsx")).unwrap();
    let set = inputs.write("book.toml", b"[training.tables]\ncompletions = [\"icrweb.xlsx\"]\nstaff = [\"staff.csv\"]\n");
    job.settings = Settings::read(&set, &engine().plugins).unwrap();
    let outcome = run(engine(), &job, &Quiet).unwrap();
    let [finding] = grave(&outcome)[..] else { panic!("{:#?}", lines(&outcome)) };
    assert!(finding.rule == "TR-0312" && finding.message.ja.contains("2026-03-15"), "{}", finding.message.ja);
}
