use proptest::prelude::*;

use super::*;
use crate::render::docx::DOCUMENT;
use crate::render::docx::compose::{Composer, Look};
use crate::render::docx::package::Package;
use crate::render::docx::sheet::Sheet;
use crate::render::docx::tree::{Element, Tree};
use crate::render::docx::view::{Seen, paragraphs};

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

fn written(source: &str) -> (Element, Package) {
    let mut package = Composer::new(Look::text()).build().unwrap();
    let mut sheet = Sheet::read(&package).unwrap();
    let made = blocks(source, &mut sheet, &Surroundings::default()).unwrap();
    sheet.save(&mut package).unwrap();
    let mut body = Element::new("w:body");
    body.children.extend(made.into_iter().map(Into::into));
    (body, package)
}

fn shown(body: &Element) -> Vec<String> {
    let seen: Vec<Seen> = paragraphs(body, DOCUMENT, &Default::default());
    seen.into_iter().map(|seen| seen.text).collect()
}

#[test]
fn emphasis_needs_no_spaces_in_japanese() {
    let read = read("これは**「重要」**は*x*、10~20例、H~2~O、m^2^、`a*b`。").unwrap();
    let wanted = vec![
        text("これは"),
        Inline::Bold(vec![text("「重要」")]),
        text("は"),
        Inline::Italic(vec![text("x")]),
        text("、10~20例、H"),
        Inline::Lowered(vec![text("2")]),
        text("O、m"),
        Inline::Raised(vec![text("2")]),
        text("、"),
        text("a*b"),
        text("。"),
    ];
    let Some(Block::Paragraph(inlines)) = read.first() else { panic!("{read:?}") };
    // Neighbouring texts are one or two: what counts is what is said.
    let join = |inlines: &[Inline]| format!("{inlines:?}").replace("\"), Text(\"", "");
    assert_eq!(join(inlines), join(&wanted));
}

#[test]
fn what_is_nested_and_what_is_not_closed() {
    assert_eq!(read("***a***").unwrap(), [Block::Paragraph(vec![Inline::Bold(vec![Inline::Italic(vec![text("a")])])])]);
    for plain in ["2 * 3 * 4", "**a", "a*", "{a}", "{|a}", "[a]", "[@ä]", "a^b", "<b>x</b>", "&amp;", "&#x41;", "\\a"] {
        assert_eq!(read(plain).unwrap(), [Block::Paragraph(vec![text(plain)])], "{plain}");
    }
    assert!(read("::: box\na").unwrap_err().to_string().contains(":::"));
    assert!(read(":::").is_err() && read("::: figure\n:::").is_err());
    assert!(read(&"- ".repeat(100)).unwrap_err().to_string().contains("nested"));
    assert!(read(&"*a **b ".repeat(20_000)).is_ok() && read(&"[".repeat(50_000)).is_ok());
}

#[test]
fn lines_of_japanese_are_joined_without_a_space() {
    assert_eq!(
        read("あい\nうえ\nab\ncd  \nef").unwrap(),
        [Block::Paragraph(vec![text("あいうえab cd"), Inline::Break, text("ef")])]
    );
}

#[test]
fn readings_references_citations_and_images() {
    let read = read("{研究|けんきゅう}は[@sae-report:number]、[@x]を見る[^a][^b]。![図](a.png){width=120mm}").unwrap();
    let Some(Block::Paragraph(inlines)) = read.first() else { panic!("{read:?}") };
    assert_eq!(inlines[0], Inline::Ruby("研究".to_owned(), "けんきゅう".to_owned()));
    assert_eq!(inlines[2], Inline::Reference { id: "sae-report".to_owned(), show: "number".to_owned() });
    assert_eq!(inlines[4], Inline::Reference { id: "x".to_owned(), show: "full".to_owned() });
    assert_eq!(inlines[6], Inline::Citation("a".to_owned()));
    let image = Inline::Image { alt: "図".into(), path: "a.png".into(), width: Some("120mm".into()), height: None };
    assert_eq!(inlines[9], image);
}

#[test]
fn each_numbered_list_starts_at_its_own_number() {
    let (body, package) = written("1. 一\n2. 二\n   - 中\n\n間\n\n3. 三\n4. 四\n\n   続き");
    let list = |at: usize| {
        let paragraph = body.elements().nth(at).unwrap();
        let value = |name| paragraph.value_at(&["w:pPr", "w:numPr", name]).map(|value| value.parse::<u32>().unwrap());
        (value("w:numId"), value("w:ilvl"))
    };
    assert_eq!(shown(&body), ["一", "二", "中", "間", "三", "四", "続き"]);
    assert_eq!(list(0), list(1));
    assert_eq!(list(2).1, Some(1));
    assert_ne!(list(4).0, list(0).0);
    assert_eq!(list(6).0, Some(0));
    let numbering = package.tree("word/numbering.xml").unwrap();
    let num = |id: Option<u32>| {
        let id = id.unwrap().to_string();
        numbering.root.elements().find(|num| num.attribute("w:numId") == Some(&id)).unwrap()
    };
    assert_eq!(num(list(4).0).value_at(&["w:lvlOverride", "w:startOverride"]), Some("3"));
    assert_eq!(num(list(0).0).value_at(&["w:lvlOverride", "w:startOverride"]), Some("1"));
    // Definitions stand before lists.
    let names: Vec<&str> = numbering.root.elements().map(|element| element.name.as_str()).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn a_table_repeats_its_header_and_splits_no_row() {
    let (body, _) = written("| 版 | 変更点 |\n|---|--:|\n| 1.0 | {新規|しんき}作成 \\| p<0.05 |\n| 2.0 |\n\n後");
    let table = body.child("w:tbl").unwrap();
    let rows: Vec<&Element> = table.elements().filter(|element| element.is("w:tr")).collect();
    assert_eq!(rows.len(), 3);
    assert!(rows[0].at(&["w:trPr", "w:tblHeader"]).is_some() && rows[1].at(&["w:trPr", "w:tblHeader"]).is_none());
    assert!(rows.iter().all(|row| row.at(&["w:trPr", "w:cantSplit"]).is_some()));
    assert!(rows.iter().all(|row| row.elements().filter(|cell| cell.is("w:tc")).count() == 2));
    let widths: u32 =
        table.child("w:tblGrid").unwrap().elements().map(|c| c.attribute("w:w").unwrap().parse::<u32>().unwrap()).sum();
    assert_eq!(widths, crate::render::docx::compose::twips(160));
    let shares = rows[1].elements().filter_map(|cell| cell.at(&["w:tcPr", "w:tcW"])).map(|width| {
        assert_eq!(width.attribute("w:type"), Some("pct"));
        width.attribute("w:w").unwrap().parse::<u32>().unwrap()
    });
    assert_eq!(shares.sum::<u32>(), 5000);
    assert_eq!(table.at(&["w:tblPr", "w:tblW"]).unwrap().attribute("w:w"), Some("5000"));
    assert_eq!(shown(&body), ["版", "変更点", "1.0", "新規作成 | p<0.05", "2.0", "", "後"]);
}

#[test]
fn frames_and_small_print_hold_blocks() {
    let (body, package) = written("::: box\n**連絡先**\n\n- 電話\n:::\n::: small\n注\n:::\n\n---\n\n次");
    let cell = body.at(&["w:tbl", "w:tr", "w:tc"]).unwrap();
    assert_eq!(shown(cell), ["連絡先", "電話"]);
    let small = body.elements().nth(1).unwrap().value_at(&["w:pPr", "w:pStyle"]).unwrap();
    let styles = package.tree("word/styles.xml").unwrap();
    let style = styles.root.elements().find(|style| style.attribute("w:styleId") == Some(small)).unwrap();
    assert_eq!(style.value_at(&["w:name"]), Some("Small Print"));
    let mut breaks = 0;
    body.visit(&mut |element| breaks += usize::from(element.attribute("w:type") == Some("page")));
    assert_eq!(breaks, 1);
}

#[test]
fn styles_are_found_by_their_japanese_names_and_made_when_missing() {
    let mut package = Package::new();
    let root = r#"<w:styles xmlns:w="x"><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
        <w:style w:type="paragraph" w:styleId="b1"><w:name w:val="箇条書き"/><w:basedOn w:val="a"/></w:style>
        <w:style w:type="table" w:styleId="af"><w:name w:val="表 (格子)"/></w:style></w:styles>"#;
    package.set("word/styles.xml", root.as_bytes().to_vec());
    package.set("[Content_Types].xml", b"<Types/>".to_vec());
    let mut sheet = Sheet::read(&package).unwrap();
    let source = "- a\n\n| a | b |\n|---|---|\n| c | d |\n\n1. x";
    let made = blocks(source, &mut sheet, &Surroundings::default()).unwrap();
    sheet.save(&mut package).unwrap();
    assert_eq!(made[0].value_at(&["w:pPr", "w:pStyle"]), Some("b1"));
    assert_eq!(made[1].value_at(&["w:tblPr", "w:tblStyle"]), Some("af"));
    assert_eq!(made[2].value_at(&["w:pPr", "w:pStyle"]), Some("ListNumber"));
    let styles = package.tree("word/styles.xml").unwrap();
    let made = styles.root.elements().find(|style| style.attribute("w:styleId") == Some("ListNumber")).unwrap();
    assert_eq!(made.value_at(&["w:basedOn"]), Some("a"));
    assert!(made.at(&["w:pPr", "w:numPr"]).is_none());
    assert!(package.relationships(DOCUMENT).unwrap().iter().any(|known| known.target == "word/numbering.xml"));
    assert!(sheet.is_of(&package).unwrap());
}

#[test]
fn plain_paragraphs_look_like_the_one_they_replace() {
    let package = Composer::new(Look::text()).build().unwrap();
    let mut sheet = Sheet::read(&package).unwrap();
    let source = r#"<w:pPr><w:pStyle w:val="Boxed"/><w:keepNext/><w:numPr/><w:jc w:val="both"/><w:sectPr/></w:pPr>"#;
    let properties = Tree::parse(source.as_bytes()).unwrap().root;
    let around = Surroundings { properties: Some(&properties), ..Surroundings::default() };
    let made = blocks("一", &mut sheet, &around).unwrap();
    let names: Vec<&str> = made[0].child("w:pPr").unwrap().elements().map(|element| element.name.as_str()).collect();
    assert_eq!(names, ["w:pStyle", "w:jc"]);
}

proptest! {
    #[test]
    fn any_text_stands_in_markdown_as_it_is(value in "[ -~\t\nあ、。（）\u{3000}①髙]{0,40}", before in "[a-zあ]{0,2}", after in "[a-zあ]{0,2}") {
        let source = format!("{before}{}{after}", escape(&value));
        let (body, _) = written(&source);
        prop_assert_eq!(shown(&body).join("|"), format!("{before}{value}{after}"));
        let table = format!("| a | b |\n|---|---|\n| {} | x |", escape(&value));
        let (body, _) = written(&table);
        let cells = shown(&body);
        prop_assert_eq!(cells.get(2), Some(&value));
        let list = format!("- {}\n- x", escape(&value));
        let (body, _) = written(&list);
        prop_assert_eq!(shown(&body), [value, "x".to_owned()]);
    }

    #[test]
    fn any_source_is_read(source in "[-*^~{}|\\[\\]()!@:#0-9.\\\\ \n`あa]{0,80}") {
        if read(&source).is_ok() {
            written(&source);
        }
    }
}
