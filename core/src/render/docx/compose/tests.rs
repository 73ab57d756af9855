use super::*;

fn sample() -> Composer {
    let mut word = Composer::new(Look::text());
    word.title("見本");
    word.cover();
    word.add(paragraph(Style::Title, "見本の文書"));
    word.toc(2);
    word.add(paragraph(Style::Heading(1), "はじめに").on_new_page());
    word.add(paragraph(Style::Normal, Line::new().text("p<0.05 & ").bold("太字").ruby("研究", "けんきゅう", 24)));
    word.add(Table::new(&[30, 130]).head(&["版", "変更点"]).row(["1.0", "新規\n作成"]).tag("{%tr endfor %}"));
    word.add(Signature::new().line("本人", "同意日", ""));
    word.header(paragraph(Style::Header, "見本"));
    word.footer(paragraph(Style::Footer, Line::new().text("第1版").tab().page_of_pages()));
    word
}

#[test]
fn every_part_has_a_type_and_is_related() {
    let package = Package::read(sample().write().unwrap()).unwrap();
    let types = package.tree("[Content_Types].xml").unwrap();
    let named: Vec<&str> = types.root.elements().filter_map(|entry| entry.attribute("PartName")).collect();
    let mut related: Vec<String> = Vec::new();
    for from in ["", DOCUMENT] {
        related.extend(package.relationships(from).unwrap().into_iter().map(|known| known.target));
    }
    for part in package.parts().iter().filter(|part| !part.ends_with(".rels") && !part.starts_with('[')) {
        assert!(named.contains(&format!("/{part}").as_str()), "{part} has no type");
        assert!(related.contains(part), "{part} is not related");
    }
}

#[test]
fn the_same_calls_make_the_same_bytes() {
    assert_eq!(sample().write().unwrap(), sample().write().unwrap());
}

#[test]
fn every_style_names_its_east_asian_face() {
    let package = sample().build().unwrap();
    let styles = package.tree("word/styles.xml").unwrap();
    for style in styles.root.elements().filter(|style| style.attribute("w:type") == Some("paragraph")) {
        let faces = style.at(&["w:rPr", "w:rFonts"]).unwrap();
        assert!(faces.attribute("w:eastAsia").is_some_and(|face| !face.is_empty()), "{style:?}");
    }
}

#[test]
fn the_cover_has_no_running_foot() {
    let package = sample().build().unwrap();
    let document = package.tree(DOCUMENT).unwrap();
    let section = document.root.at(&["w:body", "w:sectPr"]).unwrap();
    assert!(section.child("w:titlePg").is_some());
    let id = section.child("w:footerReference").unwrap().attribute("r:id").unwrap();
    let target = package.relationships(DOCUMENT).unwrap().into_iter().find(|known| known.id == id).unwrap().target;
    assert_eq!(target, "word/footer1.xml");
    assert!(package.tree(&target).unwrap().root.raw_text().contains("NUMPAGES"));
}

#[test]
fn header_rows_repeat_and_no_row_is_split() {
    let document = sample().build().unwrap().tree(DOCUMENT).unwrap();
    let table = document.root.at(&["w:body", "w:tbl"]).unwrap();
    let rows: Vec<&Element> = table.elements().filter(|element| element.is("w:tr")).collect();
    assert!(rows[0].at(&["w:trPr", "w:tblHeader"]).is_some());
    assert!(rows[1].at(&["w:trPr", "w:tblHeader"]).is_none());
    assert!(rows.iter().all(|row| row.at(&["w:trPr", "w:cantSplit"]).is_some()));
    assert_eq!(rows[2].elements().filter(|element| element.is("w:tc")).count(), 1);
}
