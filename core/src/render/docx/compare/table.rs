//! 新旧対照表 as a Word file: A4 across, four columns, the last left to be filled in.

use super::page::About;
use super::{Comparison, Kind, Row, Span};
use crate::model::Lang;
use crate::render::docx::package::{DECLARATION, Package, RELATIONSHIP};
use crate::render::docx::styles::STYLES;
use crate::render::docx::tree::{Element, Tree};
use crate::render::docx::{DOCUMENT, DocxError, W};

/// Widths of the columns in twentieths of a point; together the text width of A4 across with margins of 18 mm.
const WIDTHS: [u32; 4] = [2600, 5100, 5100, 1997];

const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
const FOOTER: &str = "word/footer1.xml";

/// How a stretch of text is marked: colour and what Word calls the mark.
const REMOVED: [(&str, &str); 2] = [("w:strike", ""), ("w:color", "8A1C1C")];
const ADDED: [(&str, &str); 2] = [("w:color", "14421D"), ("w:u", "single")];

/// Writes the differences as a Word file.
///
/// # Errors
/// Returns what cannot be packed.
pub fn docx(about: &About, comparison: &Comparison, lang: Lang) -> Result<Package, DocxError> {
    let mut package = Package::new();
    package.set_type(DOCUMENT, &format!("{TYPE}document.main+xml"))?;
    package.set_default_type("rels", "application/vnd.openxmlformats-package.relationships+xml")?;
    package.set_default_type("xml", "application/xml")?;
    package.relate("", &format!("{RELATIONSHIP}officeDocument"), DOCUMENT)?;
    let footer = package.relate(DOCUMENT, &format!("{RELATIONSHIP}footer"), FOOTER)?;
    package.relate(DOCUMENT, &format!("{RELATIONSHIP}styles"), STYLES)?;
    package.set_type(STYLES, &format!("{TYPE}styles+xml"))?;
    package.set_type(FOOTER, &format!("{TYPE}footer+xml"))?;
    package.set(DOCUMENT, part(document(about, comparison, lang, &footer)));
    package.set(STYLES, part(styles(lang)));
    package.set(FOOTER, part(page_number()));
    Ok(package)
}

fn part(root: Element) -> Vec<u8> {
    let r = RELATIONSHIP.trim_end_matches('/');
    Tree { before: DECLARATION.to_owned(), root: root.with("xmlns:w", W).with("xmlns:r", r) }.write()
}

fn document(about: &About, comparison: &Comparison, lang: Lang, footer: &str) -> Element {
    let mut body = Element::new("w:body").holding(styled("Title", lang.pick("新旧対照表", "Old and new")));
    if !about.title.is_empty() {
        body = body.holding(plain(about.title));
    }
    let (old, new) = (about.old, about.new);
    body = body.holding(plain(&match lang {
        Lang::Ja => format!("変更前：{old}　　変更後：{new}"),
        Lang::En => format!("Before: {old}    After: {new}"),
    }));
    if comparison.rows.is_empty() {
        body = body.holding(plain(lang.pick("変更はありません。", "Nothing changed.")));
    } else {
        body = body.holding(table(comparison, lang)).holding(Element::new("w:p"));
    }
    let section = Element::new("w:sectPr")
        .holding(Element::new("w:footerReference").with("w:type", "default").with("r:id", footer))
        .holding(Element::new("w:pgSz").with("w:w", "16838").with("w:h", "11906").with("w:orient", "landscape"))
        .holding(margins());
    Element::new("w:document").holding(body.holding(section))
}

fn margins() -> Element {
    let sides = ["w:top", "w:right", "w:bottom", "w:left"];
    let sides = sides.into_iter().fold(Element::new("w:pgMar"), |margins, side| margins.with(side, "1020"));
    sides.with("w:header", "567").with("w:footer", "567").with("w:gutter", "0")
}

fn table(comparison: &Comparison, lang: Lang) -> Element {
    let borders = ["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"].into_iter().fold(
        Element::new("w:tblBorders"),
        |borders, side| {
            let line = Element::new(side).with("w:val", "single").with("w:sz", "4").with("w:space", "0");
            borders.holding(line.with("w:color", "808080"))
        },
    );
    let total: u32 = WIDTHS.iter().sum();
    let properties = Element::new("w:tblPr")
        .holding(width("w:tblW", total))
        .holding(borders)
        .holding(Element::new("w:tblLayout").with("w:type", "fixed"));
    let grid = WIDTHS
        .iter()
        .fold(Element::new("w:tblGrid"), |grid, width| grid.holding(Element::new("w:gridCol").with("w:w", &width.to_string())));
    let heads = match lang {
        Lang::Ja => ["箇所", "変更前", "変更後", "変更理由"],
        Lang::En => ["Place", "Before", "After", "Reason"],
    };
    let head = heads.map(|text| vec![paragraph(vec![run(text, &[("w:b", "")])])]);
    let table = Element::new("w:tbl").holding(properties).holding(grid).holding(row(head, true));
    comparison.rows.iter().fold(table, |table, found| {
        let none = lang.pick("（なし）", "(none)");
        let cells = [
            place(found, lang),
            spans(&found.old, &REMOVED, none),
            spans(&found.new, &ADDED, none),
            vec![paragraph(Vec::new())],
        ];
        table.holding(row(cells, false))
    })
}

fn row(cells: [Vec<Element>; 4], is_head: bool) -> Element {
    let mut properties = Element::new("w:trPr").holding(Element::new("w:cantSplit"));
    if is_head {
        properties = properties.holding(Element::new("w:tblHeader"));
    }
    WIDTHS.iter().zip(cells).fold(Element::new("w:tr").holding(properties), |row, (cell, paragraphs)| {
        let mut properties = Element::new("w:tcPr").holding(width("w:tcW", *cell));
        if is_head {
            let shade = Element::new("w:shd").with("w:val", "clear").with("w:color", "auto").with("w:fill", "E8EEF5");
            properties = properties.holding(shade);
        }
        let cell = Element::new("w:tc").holding(properties);
        row.holding(paragraphs.into_iter().fold(cell, Element::holding))
    })
}

fn width(name: &str, width: u32) -> Element {
    Element::new(name).with("w:w", &width.to_string()).with("w:type", "dxa")
}

/// What stands in the first column: heading, the heading before where that was another, place, and what happened.
fn place(found: &Row, lang: Lang) -> Vec<Element> {
    let mut lines = Vec::new();
    if !found.heading().is_empty() {
        lines.push(paragraph(vec![run(found.heading(), &[])]));
    }
    let elsewhere = matches!(found.kind, Kind::Changed | Kind::Moved) && found.old_heading != found.new_heading;
    if elsewhere && !found.old_heading.is_empty() {
        let was = &found.old_heading;
        let said = match lang {
            Lang::Ja => format!("（変更前：{was}）"),
            Lang::En => format!("(before: {was})"),
        };
        lines.push(paragraph(vec![run(&said, &[])]));
    }
    let small = [("w:color", "595959"), ("w:sz", "16"), ("w:szCs", "16")];
    lines.push(paragraph(vec![run(found.place().get(lang), &small)]));
    lines.push(paragraph(vec![run(found.kind.word(lang), &[])]));
    lines
}

fn spans(spans: &[Span], mark: &[(&str, &str)], none: &str) -> Vec<Element> {
    if spans.is_empty() {
        return vec![paragraph(vec![run(none, &[("w:color", "595959")])])];
    }
    vec![paragraph(spans.iter().map(|span| run(&span.text, if span.changed { mark } else { &[] })).collect())]
}

fn styled(style: &str, text: &str) -> Element {
    let properties = Element::new("w:pPr").holding(Element::new("w:pStyle").with("w:val", style));
    Element::new("w:p").holding(properties).holding(run(text, &[]))
}

fn plain(text: &str) -> Element {
    paragraph(vec![run(text, &[])])
}

fn paragraph(runs: Vec<Element>) -> Element {
    runs.into_iter().fold(Element::new("w:p"), Element::holding)
}

/// Makes a run; breaks and tabs of the text become those of Word.
fn run(text: &str, marks: &[(&str, &str)]) -> Element {
    let mut run = Element::new("w:r");
    if !marks.is_empty() {
        let mark = |(name, value): &(&str, &str)| {
            let element = Element::new(name);
            if value.is_empty() { element } else { element.with("w:val", value) }
        };
        run = run.holding(marks.iter().map(mark).fold(Element::new("w:rPr"), Element::holding));
    }
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            run = run.holding(Element::new("w:br"));
        }
        for (at, piece) in line.split('\t').enumerate() {
            if at > 0 {
                run = run.holding(Element::new("w:tab"));
            }
            if !piece.is_empty() {
                run = run.holding(Element::new("w:t").with("xml:space", "preserve").saying(piece));
            }
        }
    }
    run
}

fn styles(lang: Lang) -> Element {
    let fonts = Element::new("w:rFonts")
        .with("w:ascii", "Century")
        .with("w:hAnsi", "Century")
        .with("w:eastAsia", "ＭＳ 明朝")
        .with("w:cs", "Times New Roman");
    let size = |points: &str| [Element::new("w:sz").with("w:val", points), Element::new("w:szCs").with("w:val", points)];
    let language = Element::new("w:lang").with("w:val", lang.pick("ja-JP", "en-US")).with("w:eastAsia", "ja-JP");
    let properties = size("20").into_iter().fold(Element::new("w:rPr").holding(fonts), Element::holding).holding(language);
    let defaults = Element::new("w:docDefaults").holding(Element::new("w:rPrDefault").holding(properties));
    let style = |id: &str, name: &str| {
        Element::new("w:style")
            .with("w:type", "paragraph")
            .with("w:styleId", id)
            .holding(Element::new("w:name").with("w:val", name))
    };
    let gothic = Element::new("w:rFonts").with("w:ascii", "Arial").with("w:hAnsi", "Arial").with("w:eastAsia", "ＭＳ ゴシック");
    let title =
        size("28").into_iter().fold(Element::new("w:rPr").holding(gothic).holding(Element::new("w:b")), Element::holding);
    let centred = Element::new("w:pPr").holding(Element::new("w:jc").with("w:val", "center"));
    Element::new("w:styles")
        .holding(defaults)
        .holding(style("Normal", "Normal").with("w:default", "1").holding(Element::new("w:qFormat")))
        .holding(
            style("Title", "Title").holding(Element::new("w:basedOn").with("w:val", "Normal")).holding(centred).holding(title),
        )
}

fn page_number() -> Element {
    let centred = Element::new("w:pPr").holding(Element::new("w:jc").with("w:val", "center"));
    let field = |name: &str| {
        let shown = Element::new("w:r").holding(Element::new("w:t").saying("1"));
        Element::new("w:fldSimple").with("w:instr", &format!(" {name} ")).holding(shown)
    };
    let line = Element::new("w:p").holding(centred).holding(field("PAGE")).holding(run(" / ", &[])).holding(field("NUMPAGES"));
    Element::new("w:ftr").holding(line)
}
