use std::path::Path;

use regex::Regex;
use serde_json::json;

use super::*;
use crate::files::Files;
use crate::model::{Lang, Severity};
use crate::render::docx::testing::{heading, p, package, r, table};

fn linter() -> (Linter, RuleBook) {
    let forms = Files::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../forms"));
    (Linter::load(&forms).unwrap(), RuleBook::load(&forms).unwrap())
}

fn expected(profile: Profile) -> Expected {
    Expected { profile: Some(profile), ..Expected::default() }
}

fn lint(package: &Package, file: &str, expected: &Expected) -> Vec<Finding> {
    let (linter, book) = linter();
    linter.lint(file, package, expected, &book).unwrap()
}

/// What is found in a body: rule and what was found.
fn found(body: &str, expected: &Expected) -> Vec<String> {
    let findings = lint(&package(body), "a.docx", expected);
    findings.iter().map(|finding| format!("{} {}", finding.rule, finding.found.value)).collect()
}

fn of_profile(text: &str, profile: Profile) -> Vec<String> {
    found(&p(text), &expected(profile))
}

fn with_header(body: &str, header: &str) -> Package {
    let mut package = package(body);
    package.set("word/header1.xml", format!("<w:hdr>{}</w:hdr>", p(header)).into_bytes());
    package
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/docx-lint");
    written(&std::fs::read_to_string(folder.join(name)).unwrap())
}

/// Makes a document of a text: `# ` and `## ` are headings, `| ` rows of a table, the rest paragraphs.
fn written(text: &str) -> String {
    let mut body = String::new();
    let mut rows: Vec<Vec<&str>> = Vec::new();
    for line in text.lines().chain([""]) {
        if let Some(row) = line.strip_prefix("| ") {
            rows.push(row.split(" | ").collect());
            continue;
        }
        if !rows.is_empty() {
            body.push_str(&table(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>()));
            rows.clear();
        }
        if let Some(title) = line.strip_prefix("## ") {
            body.push_str(&heading(2, title));
        } else if let Some(title) = line.strip_prefix("# ") {
            body.push_str(&heading(1, title));
        } else if !line.is_empty() {
            body.push_str(&p(line));
        }
    }
    let contents = "<w:p><w:pPr><w:pStyle w:val=\"TOC1\"/></w:pPr><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> TOC \\o </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>";
    format!("{contents}{body}")
}

#[test]
fn a_clean_consent_document_has_no_findings() {
    let facts = linter().0.facts(&json!({
        "trial": { "sample_size": 120, "start_date": "2026-06-15", "end_date": "2029-03-31" },
        "sites": [{ "planned_subjects": 12, "contact_phone": "03-0000-0002" }, { "planned_subjects": 8 }],
        "public": { "phone": "03-0000-0001" },
    }));
    let expected = Expected { version: Some("1.2".into()), date: Some("2026-04-01".into()), facts, ..expected(Profile::Act) };
    let package = with_header(&fixture("consent.txt"), "DEMO-201試験　説明文書　第1.2版（2026年4月1日）");
    let findings = lint(&package, "説明文書_DEMO-201_第1.2版.docx", &expected);
    let said: Vec<String> =
        findings.iter().map(|finding| format!("{} {} {}", finding.rule, finding.at.within.ja, finding.found.value)).collect();
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn a_clean_protocol_has_no_findings() {
    let facts =
        linter().0.facts(&json!({ "trial": { "sample_size": 120, "start_date": "2026-06-15", "end_date": "2029-03-31" } }));
    let expected = Expected { version: Some("1.1".into()), facts, ..expected(Profile::Protocol) };
    let package = with_header(&fixture("protocol.txt"), "DEMO-201試験 研究計画書 第1.1版");
    let findings = lint(&package, "研究計画書_v1.1.docx", &expected);
    let said: Vec<String> =
        findings.iter().map(|finding| format!("{} {} {}", finding.rule, finding.at.within.ja, finding.found.value)).collect();
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn what_was_left_to_be_filled_in_is_found() {
    let cases = [
        ("○○病院で行います。", "DL-0110 ○○"),
        ("〇〇病院で行います。", "DL-0110 〇〇"),
        ("●●について", "DL-0110 ●●"),
        ("対象は△△です。", "DL-0110 △△"),
        ("【研究名】に参加します。", "DL-0110 【研究名】"),
        ("研究責任医師：【研究責任医師】", "DL-0110 【研究責任医師】"),
        ("【○○を記載】", "DL-0110 ○○"),
        ("XX例を予定します。", "DL-0110 XX例"),
        ("第X.X版", "DL-0110 X.X"),
        ("作成日 yyyy/mm/dd", "DL-0110 yyyy/mm"),
        ("20XX年から", "DL-0110 20XX"),
        ("〒XXX-XXXX", "DL-0110 〒XXX-XXXX"),
        ("電話 03-XXXX-XXXX", "DL-0110 03-XXXX-XXXX"),
        ("（所属名を入力）", "DL-0110 （所属名を入力）"),
        ("別紙Xをご覧ください。", "DL-0110 別紙X"),
        ("約○か月です。", "DL-0110 ○か月"),
        ("＜ガイダンス＞ここは消す。", "DL-0111 ＜ガイダンス＞"),
        ("＜記載例＞", "DL-0111 ＜記載例＞"),
        ("{{ record.trial.title }}", "DL-0112 {{"),
        ("【対象者背景】年齢と性別を調べます。", ""),
        ("XX染色体とXY染色体", ""),
        ("MAXを使います。", ""),
        ("○をつけてください。", ""),
    ];
    for (text, wanted) in cases {
        let got = of_profile(text, Profile::Protocol);
        let first = got.iter().find(|found| found.starts_with("DL-011")).cloned().unwrap_or_default();
        assert_eq!(first, wanted, "{text}: {got:?}");
    }
}

#[test]
fn what_word_keeps_is_found() {
    let run = |mark: &str| format!("<w:p><w:r><w:rPr>{mark}</w:rPr><w:t>残り</w:t></w:r></w:p>");
    assert_eq!(found(&run("<w:highlight w:val=\"yellow\"/>"), &Expected::default()), ["DL-0114 残り"]);
    assert_eq!(found(&run("<w:highlight w:val=\"none\"/>"), &Expected::default()), Vec::<String>::new());
    assert_eq!(found(&run("<w:vanish/>"), &Expected::default()), ["DL-0115 残り"]);
    assert_eq!(found(&format!("<w:p><w:ins w:id=\"1\">{}</w:ins></w:p>", r("追記")), &Expected::default()), ["DL-0116 追記"]);
    let mut package = package(&p("本文"));
    package.set(
        "word/comments.xml",
        format!("<w:comments><w:comment w:id=\"1\">{}</w:comment></w:comments>", p("要確認です")).into_bytes(),
    );
    let findings = lint(&package, "a.docx", &Expected::default());
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].rule.as_str(), findings[0].at.within.ja.as_str()), ("DL-0113", "コメント 1 › 段落1"));
}

#[test]
fn rights_are_not_waived_and_denying_that_is_no_waiver() {
    let consent = |text: &str| of_profile(text, Profile::Gcp);
    assert_eq!(consent("あなたは賠償の権利を放棄します。"), ["DL-0120 権利を放棄"]);
    assert_eq!(consent("病院は責任を一切負いません。"), ["DL-0120 責任を一切負いません"]);
    assert_eq!(consent("損害賠償を請求できません。"), ["DL-0120 損害賠償を請求できません"]);
    for fine in [
        "権利を放棄するものではありません。",
        "あなたが権利を放棄することはありません。",
        "権利を放棄する必要はありません。",
        "免責されるわけではありません。",
    ] {
        assert_eq!(consent(fine), Vec::<String>::new(), "{fine}");
    }
    assert_eq!(consent("被験者の方へ"), ["DL-0121 被験者"]);
    assert_eq!(of_profile("被験者の権利を放棄させない。", Profile::Protocol), Vec::<String>::new());
}

#[test]
fn the_style_of_sentences_is_held() {
    let polite = "採血を行います。結果をお知らせします。費用はかかりません。";
    let consent = found(
        &[p(polite), p("参加は自由である。"), p("「参加は自由である。」と書かれています。")].concat(),
        &expected(Profile::Act),
    );
    assert_eq!(consent, ["DL-0122 参加は自由である。"]);
    let protocol = found(
        &[
            p("採血を行う。結果を報告する。"),
            p("本試験は無作為化比較試験である。"),
            p("同意を得た者を対象とする。評価は中央で行う。"),
            p("お知らせします。"),
        ]
        .concat(),
        &expected(Profile::Protocol),
    );
    assert_eq!(protocol, ["DL-0122 お知らせします。"]);
}

#[test]
fn marks_and_widths_are_held() {
    let any = |lines: &[&str]| found(&lines.iter().map(|line| p(line)).collect::<String>(), &Expected::default());
    assert_eq!(any(&["採血、検尿、心電図を行う。", "検査，診察を行う。"]), ["DL-0130 ，"]);
    assert_eq!(any(&["採血を行う。検尿を行う。", "終わり．"]), ["DL-0130 ．"]);
    assert_eq!(any(&["１．目的", "値は1.5で、A，Bの順。", "採血、検尿"]), Vec::<String>::new());
    assert_eq!(any(&["12回と15回", "約３０日"]), ["DL-0131 ３０"]);
    assert_eq!(any(&["12回と15回", "約３日"]), Vec::<String>::new());
    assert_eq!(any(&["ABCとDEF", "ＧＨＩ"]), ["DL-0135 ＧＨＩ"]);
    assert_eq!(any(&["ｱﾚﾙｷﾞｰ"]), ["DL-0132 ｱﾚﾙｷﾞｰ"]);
    assert_eq!(any(&["採血を  行います。"]), ["DL-0133 採血を  行います。"]);
    assert_eq!(any(&["年　　月　　日"]), Vec::<String>::new());
    assert_eq!(any(&["（採血"]), ["DL-0134 （"]);
    assert_eq!(any(&["採血(検査）です"]), ["DL-0134 ）"]);
    assert_eq!(any(&["1) 採血", "ア）検尿", "a)とb)"]), Vec::<String>::new());
}

#[test]
fn abbreviations_are_explained_once_before_they_are_used() {
    let any = |lines: &[&str]| found(&lines.iter().map(|line| p(line)).collect::<String>(), &Expected::default());
    assert_eq!(any(&["有害事象（AE）を集める。", "AEは報告する。"]), Vec::<String>::new());
    assert_eq!(any(&["AEは報告する。", "有害事象（AE）を集める。AEは集計する。"]), ["DL-0140 AE"]);
    assert_eq!(any(&["有害事象（AE）を集める。", "有害事象（以下、AEという）のAE。"]), ["DL-0141 AE"]);
    assert_eq!(any(&["有害事象（AE）を集める。"]), ["DL-0142 AE"]);
    let with_table = |text: &str| {
        found(
            &[heading(1, "略号一覧"), table(&[&["略号", "正式名称"], &["AE", "有害事象"]]), heading(1, "本文"), p(text)]
                .concat(),
            &Expected::default(),
        )
    };
    assert_eq!(with_table("AEとSAEを集める。"), ["DL-0143 SAE"]);
    assert_eq!(with_table("AEをMRIで調べる。DEMO-001を使う。"), Vec::<String>::new());
    assert_eq!(with_table("なし"), ["DL-0142 AE"]);
}

#[test]
fn numbers_that_are_not_those_of_the_record_are_found() {
    let record = json!({ "trial": { "sample_size": 120, "start_date": "2026-04-01", "end_date": "2028-03-31" },
        "sites": [{ "planned_subjects": 20, "phone": "03-0000-0002" }] });
    let expected = Expected { facts: linter().0.facts(&record), ..Expected::default() };
    let found = |text: &str| found(&p(text), &expected);
    assert_eq!(found("目標症例数は150例です。"), ["DL-0150 150"]);
    assert_eq!(found("目標症例数は１２０例です。"), Vec::<String>::new());
    assert_eq!(found("当院では20人に参加していただきます。"), Vec::<String>::new());
    assert_eq!(found("過去に150例の報告があります。目標症例数は別に定めます。"), Vec::<String>::new());
    assert_eq!(found("研究期間は2026年4月1日から2028年3月までです。"), Vec::<String>::new());
    assert_eq!(found("研究期間は令和8年4月1日から2029年3月31日までです。"), ["DL-0150 2029年3月31日"]);
    assert_eq!(found("電話：03-0000-9999"), ["DL-0150 03-0000-9999"]);
    assert_eq!(found("電話：０３－００００－０００２"), Vec::<String>::new());
    let both = lint(&package(&p("目標症例数は150例です。")), "a.docx", &expected);
    assert!(both[0].message.ja.contains("120"), "{}", both[0].message.ja);
}

#[test]
fn references_point_at_something() {
    let headings = [heading(1, "5 同意"), heading(2, "5.1 同意の取得"), heading(2, "5.2 アセント")].concat();
    let any = |text: &str| found(&format!("{headings}{}", p(text)), &expected(Profile::Protocol));
    assert_eq!(any("5.1項「同意の取得」に従う。5.2項も参照する。"), Vec::<String>::new());
    assert_eq!(any("5.3項「代諾」に従う。"), ["DL-0160 5.3項「代諾」"]);
    assert_eq!(any("5.3項「アセント」に従う。"), ["DL-0161 5.3項「アセント」"]);
    assert_eq!(any("5.1項「アセント」に従う。"), ["DL-0161 5.1項「アセント」"]);
    assert_eq!(any("5.9項に従う。"), ["DL-0160 5.9項"]);
    assert_eq!(any("省令第51条第2項と、3項目を確かめる。"), Vec::<String>::new());
    let field = |name: &str| {
        format!(
            "<w:p><w:bookmarkStart w:id=\"1\" w:name=\"s_a\"/><w:r><w:instrText> REF {name} \\r \\h </w:instrText></w:r></w:p>"
        )
    };
    assert_eq!(found(&field("s_a"), &Expected::default()), Vec::<String>::new());
    assert_eq!(found(&field("s_b"), &Expected::default()), ["DL-0162 s_b"]);
    let list = [p("① 年齢"), p("② 性別"), p("③ 既往")].concat();
    assert_eq!(found(&format!("{list}{}", p("上の①〜⑤を満たす者")), &Expected::default()), ["DL-0163 ⑤"]);
    assert_eq!(found(&format!("{list}{}", p("上の①〜③を満たす者")), &Expected::default()), Vec::<String>::new());
    assert_eq!(found(&[p("表1 予定"), p("表1と表2に示す。")].concat(), &Expected::default()), ["DL-0164 表2"]);
    assert_eq!(found(&p("別紙2を見る。別表1と公表2年後。"), &Expected::default()), Vec::<String>::new());
}

#[test]
fn versions_agree_everywhere() {
    let cover = [p("説明文書"), p("第1.2版 2026年4月1日"), heading(1, "同意書"), p("説明文書 第1.1版を読みました。")].concat();
    let package = with_header(&cover, "第1.2版 2026年4月2日");
    let known = Expected { version: Some("1.2".into()), date: Some("2026-04-01".into()), ..expected(Profile::Act) };
    let say = |findings: Vec<Finding>| {
        findings.iter().map(|finding| format!("{} {}", finding.rule, finding.found.value)).collect::<Vec<_>>()
    };
    assert_eq!(
        say(lint(&package, "説明文書_第1.3版.docx", &known)),
        ["DL-0101 第1.1版", "DL-0102 2026年4月2日", "DL-0103 1.3"]
    );
    assert_eq!(say(lint(&package, "説明文書.docx", &expected(Profile::Act))), ["DL-0101 第1.1版", "DL-0102 2026年4月2日"]);
    let history = |last: &str| {
        [p("第1.2版"), heading(1, "改訂履歴"), table(&[&["版", "内容"], &["1.0", "初版"], &[last, "改訂"]])].concat()
    };
    assert_eq!(found(&history("1.1"), &known), ["DL-0101 1.1"]);
    assert_eq!(found(&history("1.2"), &known), Vec::<String>::new());
    assert_eq!(found(&p("CTCAE 第5.0版を用いる。研究計画書 第2.0版"), &known), Vec::<String>::new());
}

#[test]
fn how_a_document_is_made_is_looked_at() {
    let headings: String = (1..=8).map(|at| heading(1, &format!("見出しその{at}"))).collect();
    assert_eq!(found(&headings, &expected(Profile::Act)), ["DL-0170 ", "DL-0173 "]);
    assert_eq!(found(&headings, &expected(Profile::Protocol)), ["DL-0173 "]);
    let small = "<w:p><w:r><w:rPr><w:sz w:val=\"21\"/></w:rPr><w:t>小さい本文</w:t></w:r></w:p>";
    assert_eq!(found(small, &expected(Profile::Act)), ["DL-0171 10.5"]);
    assert_eq!(found(&[heading(1, "一"), heading(3, "三")].concat(), &Expected::default()), ["DL-0174 三"]);
    let mut bare = package(&p("本文"));
    bare.set("word/styles.xml", b"<w:styles/>".to_vec());
    let findings = lint(&bare, "a.docx", &Expected::default());
    assert_eq!(findings.iter().map(|finding| finding.rule.as_str()).collect::<Vec<_>>(), ["DL-0172"]);
}

#[test]
fn a_set_says_the_same_everywhere() {
    let (linter, book) = linter();
    let explanation = |name: &str| {
        with_header(
            &[
                p(&format!("研究名：{name}")),
                p("電話 03-0000-0001"),
                heading(1, "1 目的"),
                heading(1, "2 方法"),
                heading(1, "3 期間"),
                heading(1, "4 費用"),
                heading(1, "5 補償"),
            ]
            .concat(),
            "第1.0版",
        )
    };
    let form = |items: &[&str], phone: &str, version: &str| {
        let items: String = items.iter().map(|item| p(&format!("□ {item}"))).collect();
        with_header(&format!("{}{}{items}", p("研究名：例示研究"), p(phone)), version)
    };
    let items = ["1. 目的", "2. 方法", "3. 期間", "4. 費用", "5. 補償"];
    let say = |explanation: &Package, form: &Package| {
        let found = linter.lint_set(&[("説明文書.docx", explanation), ("同意書.docx", form)], &book).unwrap();
        found.iter().map(|finding| format!("{} {} {}", finding.at.file, finding.rule, finding.found.value)).collect::<Vec<_>>()
    };
    assert_eq!(say(&explanation("例示研究"), &form(&items, "", "第1.0版")), Vec::<String>::new());
    assert_eq!(
        say(
            &explanation("別の研究"),
            &form(&["1. 目的", "2. 方法", "3. 期間", "4. 費用", "5. 保険"], "電話 03-0000-0009", "第1.1版")
        ),
        [
            "同意書.docx DL-0180 例示研究",
            "同意書.docx DL-0180 1.1",
            "同意書.docx DL-0180 03-0000-0009",
            "同意書.docx DL-0181 5.保険",
            "説明文書.docx DL-0182 補償",
        ]
        .map(|text| text.replace("5.保険", "保険"))
    );
}

#[test]
fn every_rule_of_the_code_has_words_and_every_word_a_rule() {
    let (_, book) = linter();
    let sources = [
        include_str!("versions.rs"),
        include_str!("placeholders.rs"),
        include_str!("leftovers.rs"),
        include_str!("wording.rs"),
        include_str!("register.rs"),
        include_str!("typography.rs"),
        include_str!("abbreviations.rs"),
        include_str!("facts.rs"),
        include_str!("references.rs"),
        include_str!("layout.rs"),
        include_str!("set.rs"),
    ]
    .concat();
    let used = Regex::new(r#""(DL-0[0-9]{3})""#).unwrap();
    let mut ids: Vec<&str> = used.captures_iter(&sources).map(|groups| groups.get(1).unwrap().as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let known: Vec<&str> = book.iter().map(|rule| rule.id.as_str()).filter(|id| id.starts_with("DL-01")).collect();
    assert_eq!(ids, known);
    for id in ids {
        let rule = book.get(id).unwrap();
        assert!(!rule.message.get(Lang::En).is_empty() && !rule.fix.ja.is_empty(), "{id}");
        assert!(rule.severity <= Severity::Info);
    }
}
