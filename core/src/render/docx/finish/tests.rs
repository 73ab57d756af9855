use std::collections::BTreeMap;

use super::*;
use crate::render::docx::compose::{Composer, Line, Look, Style, paragraph, run};
use crate::render::docx::tree::Node;

fn mark(content: &str) -> Element {
    let mut run = Element::new("w:r");
    run.children.push(Node::Raw(format!("<?tdk-{content}?>")));
    run
}

/// A line in which `<…>` is a mark.
fn line(said: &str) -> Line {
    let mut made = Line::new();
    for piece in said.split_inclusive('>') {
        let (text, marked) = piece.split_once('<').map_or((piece, None), |(text, mark)| (text, mark.strip_suffix('>')));
        if !text.is_empty() {
            made.push_all([run(text)]);
        }
        made.push_all(marked.map(mark));
    }
    made
}

fn document(lines: &[(Style, &str)]) -> Package {
    let mut word = Composer::new(Look::text());
    word.toc(3);
    for (style, said) in lines {
        word.add(paragraph(*style, line(said)));
    }
    word.build().unwrap()
}

fn shown(package: &Package) -> Vec<String> {
    let tree = package.tree(DOCUMENT).unwrap();
    let styles = Styles::read(package).unwrap();
    paragraphs(&tree.root, DOCUMENT, &styles).into_iter().map(|seen| seen.text).collect()
}

fn codes(finished: &Finished) -> Vec<&str> {
    finished.problems.iter().map(|problem| problem.code).collect()
}

const H1: Style = Style::Heading(1);
const H2: Style = Style::Heading(2);
const P: Style = Style::Normal;

#[test]
fn references_follow_the_headings_that_are_there() {
    let with = [
        (Style::HeadingPlain, "<anchor terms>用語"),
        (H1, "<anchor consent>同意"),
        (H2, "取得"),
        (H2, "<anchor assent>アセント"),
        (H2, "<anchor proxy>代諾者"),
        (P, "<ref proxy full>、<ref consent full>、<ref proxy number>、<ref proxy title>、<ref terms full>、<ref proxy page>"),
    ];
    let mut package = document(&with);
    let finished = finish(&mut package).unwrap();
    assert_eq!(finished.problems, []);
    assert_eq!(shown(&package).last().unwrap(), "1.3項「代諾者」、1項「同意」、1.3、代諾者、「用語」、–");
    assert_eq!(finished.heading("proxy").unwrap().number.as_deref(), Some("1.3"));
    assert_eq!(finished.heading("terms").unwrap().number, None);

    let without: Vec<(Style, &str)> = with.iter().filter(|(_, said)| !said.contains("assent")).copied().collect();
    let mut package = document(&without);
    finish(&mut package).unwrap();
    assert_eq!(shown(&package).last().unwrap(), "1.2項「代諾者」、1項「同意」、1.2、代諾者、「用語」、–");
    let document = String::from_utf8(package.part(DOCUMENT).unwrap()).unwrap();
    assert!(document.contains(" REF s_proxy \\n \\h ") && document.contains(" REF s_proxy \\h "));
    assert!(!document.contains("tdk-"), "{document}");
}

#[test]
fn the_contents_list_the_headings_and_leave_pages_to_word() {
    let mut package =
        document(&[(Style::HeadingPlain, "はじめに"), (H1, "背景"), (H2, "目的<cite a>"), (P, "本文"), (P, "[1]<entry a>甲")]);
    let finished = finish(&mut package).unwrap();
    assert_eq!(codes(&finished), Vec::<&str>::new());
    let lines = shown(&package);
    assert_eq!(lines[..3], ["はじめに\t–", "1 背景\t–", "1.1 目的1\t–"]);
    let tree = package.tree(DOCUMENT).unwrap();
    let body = tree.root.child("w:body").unwrap();
    let entries: Vec<&Element> = body.elements().take(3).collect();
    assert_eq!(entries[2].value_at(&["w:pPr", "w:pStyle"]), Some("TOC2"));
    let target = entries[2].child("w:hyperlink").unwrap().attribute("w:anchor").unwrap().to_owned();
    let heading = body.elements().nth(5).unwrap();
    assert_eq!(heading.child("w:bookmarkStart").unwrap().attribute("w:name"), Some(target.as_str()));
    let settings = package.tree("word/settings.xml").unwrap();
    let names: Vec<&str> = settings.root.elements().map(|element| element.name.as_str()).collect();
    let at = |name: &str| names.iter().position(|known| *known == name).unwrap();
    assert!(at("w:updateFields") < at("w:compat") && at("w:updateFields") > at("w:characterSpacingControl"));

    let pages = BTreeMap::from([(target, 12)]);
    set_pages(&mut package, &pages).unwrap();
    assert_eq!(shown(&package)[2], "1.1 目的1\t12");
}

#[test]
fn finishing_twice_changes_nothing() {
    let mut package = document(&[(H1, "<anchor a>背景"), (H2, "目的"), (P, "<ref a full><cite k>"), (P, "<entry k>甲")]);
    finish(&mut package).unwrap();
    let once = package.write().unwrap();
    let mut again = Package::read(once.clone()).unwrap();
    finish(&mut again).unwrap();
    assert_eq!(shown(&again), shown(&package));
    assert_eq!(again.part(DOCUMENT).unwrap(), package.part(DOCUMENT).unwrap());
}

#[test]
fn citations_are_numbered_by_first_use_and_the_list_follows() {
    let mut package = document(&[
        (P, "甲<cite z>、乙<cite a><cite m><cite z>"),
        (P, "<entry a>エー"),
        (P, "<entry unused>なし"),
        (P, "<entry m>エム"),
        (P, "<entry z>ゼット"),
    ]);
    let finished = finish(&mut package).unwrap();
    assert_eq!(finished.citations, ["z", "a", "m"]);
    assert_eq!(codes(&finished), [UNCITED]);
    assert_eq!(shown(&package)[1..], ["甲1、乙1–3", "1.\tゼット", "2.\tエー", "3.\tエム", "4.\tなし"]);
}

#[test]
fn annexes_are_counted_and_referred_to_by_their_count() {
    let mut word = Composer::new(Look::text());
    for id in ["dose", "annex-visit"] {
        let mut said = Line::new().text("別紙").field("SEQ 別紙 \\* ARABIC", "9").text("　");
        said.push_all([mark(&format!("anchor {id}")), run(&format!("{id}の表"))]);
        word.add(paragraph(Style::HeadingPlain, said));
    }
    word.add(paragraph(P, line("<ref annex-visit full>、<ref annex-visit number>")));
    let mut package = word.build().unwrap();
    let finished = finish(&mut package).unwrap();
    assert_eq!(finished.problems, []);
    assert_eq!(shown(&package), ["別紙1　doseの表", "別紙2　annex-visitの表", "別紙2「annex-visitの表」、別紙2"]);
    let heading = finished.heading("annex-visit").unwrap();
    assert_eq!((heading.number.as_deref(), heading.title.as_str()), (Some("別紙2"), "annex-visitの表"));
}

#[test]
fn lists_start_anew_where_asked() {
    let item = Style::ListNumber;
    let mut package =
        document(&[(P, "<restart>一"), (item, "a"), (item, "b"), (P, "<restart>二"), (item, "c"), (H1, "d"), (item, "e")]);
    finish(&mut package).unwrap();
    let styles = Styles::read(&package).unwrap();
    let mut lists = Numbering::read(&package, &styles).unwrap();
    let tree = package.tree(DOCUMENT).unwrap();
    let seen = paragraphs(&tree.root, DOCUMENT, &styles);
    let numbers: Vec<String> = seen.iter().filter_map(|seen| Some(lists.count(seen.paragraph, &styles)?.text)).collect();
    assert_eq!(numbers, ["1.", "2.", "1.", "1", "2."]);
}

#[test]
fn each_fault_is_reported_at_its_place() {
    let broken = [
        (H1, "<anchor a>一"),
        (H1, "<anchor a>二"),
        (P, "<ref none full>"),
        (P, "<cite none>と<cite none>"),
        (P, "<anchor an-identifier-that-is-longer-than-bookmarks-are>"),
        (P, "<entry x>"),
        (P, "<entry x>"),
    ];
    let mut package = document(&broken);
    let finished = finish(&mut package).unwrap();
    let found: Vec<(&str, String)> =
        finished.problems.iter().map(|problem| (problem.code, problem.place.say(crate::model::Lang::Ja))).collect();
    let at = |code, place: &str| (code, place.to_owned());
    let wanted = [
        at(ANCHOR_TWICE, "見出し「二」"),
        at(ANCHOR_LONG, "見出し「二」 › 段落3"),
        at(UNCITED, "見出し「二」 › 段落4"),
        at(ENTRY_TWICE, "見出し「二」 › 段落5"),
        at(CITATION, "見出し「二」 › 段落2"),
        at(REFERENCE, "見出し「二」 › 段落1"),
    ];
    assert_eq!(found, wanted);
    assert!(!String::from_utf8(package.part(DOCUMENT).unwrap()).unwrap().contains("tdk-"));
}

#[test]
fn fields_of_the_template_show_what_is_there_now() {
    let mut package = Composer::new(Look::text()).build().unwrap();
    let body = r#"<w:document xmlns:w="x"><w:body>
      <w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:bookmarkStart w:id="0" w:name="_Ref1"/><w:r><w:t>背景</w:t></w:r><w:bookmarkEnd w:id="0"/></w:p>
      <w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:bookmarkStart w:id="0" w:name="_Ref2"/><w:r><w:t>目的</w:t></w:r><w:bookmarkEnd w:id="0"/></w:p>
      <w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:bookmarkStart w:id="0" w:name="_Ref2"/><w:r><w:t>同</w:t></w:r><w:bookmarkEnd w:id="0"/><w:bookmarkEnd w:id="7"/></w:p>
      <w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF _Ref2 \r \h </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>9</w:t></w:r><w:r><w:t>9</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>項「</w:t></w:r><w:fldSimple w:instr="REF _Ref2 \h"><w:r><w:t>昔</w:t></w:r></w:fldSimple><w:r><w:t>」</w:t></w:r></w:p>
      <w:p><w:fldSimple w:instr=" PAGEREF _Gone "/></w:p></w:body></w:document>"#;
    package.set(DOCUMENT, body.replace("\n      ", "").into_bytes());
    let finished = finish(&mut package).unwrap();
    assert_eq!(codes(&finished), [BOOKMARK]);
    assert_eq!(shown(&package), ["背景", "目的", "同", "2項「目的」", ""]);
    let tree = package.tree(DOCUMENT).unwrap();
    let mut ids: Vec<String> = Vec::new();
    let mut ends = 0;
    tree.root.visit(&mut |element| {
        ids.extend(element.attribute("w:id").filter(|_| element.is("w:bookmarkStart")).map(str::to_owned));
        ends += usize::from(element.is("w:bookmarkEnd"));
    });
    assert_eq!((ids, ends), (vec!["1".to_owned(), "2".to_owned()], 2));
}

#[test]
fn a_document_in_which_nothing_is_to_be_done_stays_as_it_is() {
    let mut package = Composer::new(Look::text());
    package.add(paragraph(H1, "背景"));
    package.footer(paragraph(Style::Footer, Line::new().page_of_pages()));
    let bytes = package.write().unwrap();
    let mut package = Package::read(bytes.clone()).unwrap();
    let finished = finish(&mut package).unwrap();
    assert_eq!(finished.headings.len(), 1);
    assert_eq!(package.write().unwrap(), bytes);
}
