use proptest::prelude::*;

use super::*;
use crate::render::docx::testing::{document, heading, p, package, r, table};

const AUTHOR: Author = Author { name: "例示病院 <事務局>", date: "2026-04-01" };

/// Accepting everything gives the new text and rejecting everything the old one.
fn both_ways(old: &str, new: &str) -> Package {
    let (old, new) = (package(old), package(new));
    let made = tracked(&old, &new, AUTHOR).unwrap();
    let body = String::from_utf8(made.part(DOCUMENT).unwrap()).unwrap();
    assert_eq!(document(&accept(&made).unwrap()), document(&new), "{body}");
    assert_eq!(document(&reject(&made).unwrap()), document(&old), "{body}");
    let mut ids = Vec::new();
    made.tree(DOCUMENT).unwrap().root.visit(&mut |element| {
        if matches!(element.name.as_str(), "w:ins" | "w:del") {
            assert_eq!(element.attribute("w:author"), Some(AUTHOR.name));
            assert_eq!(element.attribute("w:date"), Some("2026-04-01T00:00:00Z"));
            ids.push(element.attribute("w:id").unwrap().to_owned());
        }
    });
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids are unique");
    made
}

fn body(package: &Package) -> String {
    String::from_utf8(package.part(DOCUMENT).unwrap()).unwrap()
}

#[test]
fn a_changed_number_is_one_deletion_and_one_insertion() {
    let bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>目標症例数は1</w:t></w:r><w:r><w:t>50例です。</w:t></w:r></w:p>";
    let made = body(&both_ways(&p("目標症例数は120例です。"), bold));
    assert!(made.contains("<w:delText xml:space=\"preserve\">120</w:delText>"), "{made}");
    assert!(made.contains("<w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">目標症例数は</w:t>"), "{made}");
    assert_eq!(made.matches("<w:del ").count(), 1, "{made}");
}

#[test]
fn paragraphs_come_and_go_at_every_place() {
    let (a, b, c) = (p("初めの段落の文章です。"), p("中ほどにある別の話。"), p("終わりに置かれたまとめ。"));
    let all = [a.as_str(), b.as_str(), c.as_str()];
    for old in 0..8_u8 {
        for new in 0..8_u8 {
            let pick = |bits: u8| (0..3).filter(|at| bits & (1 << at) != 0).map(|at| all[at]).collect::<String>();
            if old != 0 && new != 0 {
                both_ways(&pick(old), &pick(new));
            }
        }
    }
    both_ways(&[&a[..], &b, &c].concat(), &[&c[..], &a, &b].concat());
    both_ways(&heading(1, "目的"), &[heading(1, "目的と意義"), a].concat());
}

#[test]
fn rows_and_cells_are_revised_in_place() {
    let old = [p("前"), table(&[&["時期", "検査"], &["開始前", "採血"], &["4週後", "採血、検尿"]]), p("後")].concat();
    let new = [p("前"), table(&[&["時期", "検査"], &["2週後", "問診"], &["4週後", "採血、心電図"]]), p("後")].concat();
    let made = body(&both_ways(&old, &new));
    assert!(made.contains("<w:trPr><w:ins "), "{made}");
    assert!(made.contains("<w:trPr><w:del "), "{made}");
    let wide = [p("前"), table(&[&["時期", "検査", "備考"], &["開始前", "採血", "空腹"]]), p("後")].concat();
    both_ways(&old, &wide);
    both_ways(&old, &[p("前"), p("後")].concat());
    both_ways(&[p("前"), p("後")].concat(), &old);
}

#[test]
fn fields_and_bookmarks_and_breaks_stay_whole() {
    let field = |number: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> REF s_a \\r </w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
            r(number)
        )
    };
    let line = |number: &str, more: &str| {
        format!(
            "<w:p><w:bookmarkStart w:id=\"7\" w:name=\"x\"/>{}{}{}<w:r><w:br/></w:r><w:bookmarkEnd w:id=\"7\"/></w:p>",
            r("詳しくは"),
            field(number),
            r(more)
        )
    };
    let made = body(&both_ways(&line("5.3", "項をご覧ください。"), &line("5.2", "項をよくご覧ください。")));
    assert_eq!(made.matches("fldCharType=\"begin\"").count(), 2, "{made}");
    assert!(made.contains("<w:delInstrText"), "{made}");
    assert_eq!(made.matches("w:name=\"x\"").count(), 1, "{made}");
    assert!(made.find("<w:bookmarkStart").unwrap() < made.find("詳しくは").unwrap(), "{made}");
}

#[test]
fn a_figure_and_a_note_that_went_come_along() {
    let drawing = "<w:r><w:drawing><a:blip r:embed=\"rId9\"/></w:drawing></w:r>";
    let note = "<w:r><w:footnoteReference w:id=\"2\"/></w:r>";
    let mut old = package(&format!("<w:p>{}{drawing}{note}</w:p>{}", r("図の入った段落です。"), p("終わり")));
    old.set("word/media/a.png", b"old".to_vec());
    old.set(
        "word/_rels/document.xml.rels",
        format!(
            "<Relationships><Relationship Id=\"rId9\" Type=\"{}image\" Target=\"media/a.png\"/></Relationships>",
            crate::render::docx::package::RELATIONSHIP
        )
        .into_bytes(),
    );
    let notes = |text: &str| {
        format!(
            "<w:footnotes><w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote><w:footnote w:id=\"2\">{}</w:footnote></w:footnotes>",
            p(text)
        )
    };
    old.set("word/footnotes.xml", notes("古い脚注").into_bytes());
    let mut new = package(&format!("<w:p>{}{note}</w:p>{}", r("図の入った段落です。"), p("終わり")));
    new.set("word/media/a.png", b"another".to_vec());
    new.set("word/footnotes.xml", notes("新しい脚注").into_bytes());
    let made = tracked(&old, &new, AUTHOR).unwrap();
    let footnotes = String::from_utf8(made.part("word/footnotes.xml").unwrap()).unwrap();
    assert!(
        footnotes.contains("古い脚注") && footnotes.contains("新しい脚注") && footnotes.contains("w:id=\"3\""),
        "{footnotes}"
    );
    let rejected = reject(&made).unwrap();
    let text = body(&rejected);
    assert!(text.contains("w:footnoteReference w:id=\"3\"") && !text.contains("w:footnoteReference w:id=\"2\""), "{text}");
    let known = rejected.relationships(DOCUMENT).unwrap();
    let figure = known.iter().find(|known| text.contains(&format!("r:embed=\"{}\"", known.id))).unwrap();
    assert_eq!(rejected.part(&figure.target).unwrap(), b"old");
    assert_eq!(made.part("word/media/a.png").unwrap(), b"another");
}

#[test]
fn a_header_is_revised_too_and_the_same_comes_out_twice() {
    let with_header = |text: &str, more: &str| {
        let section = "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId5\"/></w:sectPr>";
        let mut package = package(&format!("{}{section}", p(more)));
        package.set("word/header1.xml", format!("<w:hdr>{}</w:hdr>", p(text)).into_bytes());
        package.set(
            "word/_rels/document.xml.rels",
            format!(
                "<Relationships><Relationship Id=\"rId5\" Type=\"{}header\" Target=\"header1.xml\"/></Relationships>",
                crate::render::docx::package::RELATIONSHIP
            )
            .into_bytes(),
        );
        package
    };
    let (old, new) = (with_header("第1.0版", "本文"), with_header("第1.1版", "本文です"));
    let made = tracked(&old, &new, AUTHOR).unwrap();
    let header = String::from_utf8(made.part("word/header1.xml").unwrap()).unwrap();
    assert!(header.contains("<w:delText xml:space=\"preserve\">1.0</w:delText>"), "{header}");
    assert_eq!(made.write().unwrap(), tracked(&old, &new, AUTHOR).unwrap().write().unwrap());
}

#[test]
fn a_document_that_has_revisions_is_compared_as_it_reads_accepted() {
    let revised = format!(
        "<w:p>{}<w:ins w:id=\"1\">{}</w:ins><w:del w:id=\"2\"><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>",
        r("本文"),
        r("の追記")
    );
    let made = tracked(&package(&revised), &package(&p("本文の追記")), AUTHOR).unwrap();
    assert!(!body(&made).contains("<w:ins") && !body(&made).contains("<w:del"), "{}", body(&made));
}

fn blocks() -> impl Strategy<Value = Vec<String>> {
    let words =
        prop::sample::select(vec!["治験", "120", "例", "の", "参加", "者", "アスピリン", "。", "1.2", "採血", " ", "&"]);
    let text = prop::collection::vec(words, 0..8).prop_map(|words| words.concat());
    let line = prop::collection::vec(text, 1..4);
    let paragraph = line.clone().prop_map(|runs| format!("<w:p>{}</w:p>", runs.iter().map(|text| r(text)).collect::<String>()));
    let rows = prop::collection::vec(prop::collection::vec("[治験1-3]{0,4}", 2), 1..4);
    let rows = rows.prop_map(|rows| {
        let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        table(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
    });
    prop::collection::vec(prop_oneof![5 => paragraph, 1 => rows], 0..7)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_two_documents_go_both_ways(old in blocks(), new in blocks(), shared in blocks()) {
        // Both share some paragraphs, as two versions do, and end with a paragraph, as every body does.
        let interleave = |own: &[String]| {
            let longest = own.len().max(shared.len());
            let both = (0..longest).flat_map(|at| [own.get(at), shared.get(at)]).flatten();
            both.cloned().chain([p("終")]).collect::<String>()
        };
        both_ways(&interleave(&old), &interleave(&new));
    }
}
