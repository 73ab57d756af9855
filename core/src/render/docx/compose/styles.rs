//! The style sheet.

use super::super::tree::Element;
use super::inline::valued;
use super::numbering::{BULLETS, HEADINGS, ORDERED};
use super::{Look, Style, root};

pub(super) fn styles(look: &Look) -> Element {
    let mut sheet = root("w:styles").holding(defaults(look));
    for style in Style::ALL {
        sheet = sheet.holding(style_named(style, look));
    }
    sheet = sheet.holding(
        Element::new("w:style")
            .with("w:type", "character")
            .with("w:default", "1")
            .with("w:styleId", "DefaultParagraphFont")
            .holding(valued("w:name", "Default Paragraph Font"))
            .holding(valued("w:uiPriority", "1"))
            .holding(Element::new("w:semiHidden")),
    );
    sheet = sheet.holding(
        Element::new("w:style")
            .with("w:type", "numbering")
            .with("w:default", "1")
            .with("w:styleId", "NoList")
            .holding(valued("w:name", "No List"))
            .holding(valued("w:uiPriority", "99"))
            .holding(Element::new("w:semiHidden")),
    );
    sheet.holding(table_normal()).holding(table_grid("TableGrid", "Table Grid", true)).holding(table_grid(
        "TablePlain",
        "Table Plain",
        false,
    ))
}

/// The face of every script, so that no theme and no default decides.
fn faces(face: &str) -> Element {
    Element::new("w:rFonts").with("w:ascii", face).with("w:hAnsi", face).with("w:eastAsia", face).with("w:cs", face)
}

fn defaults(look: &Look) -> Element {
    let size = look.size.to_string();
    let run = Element::new("w:rPr")
        .holding(faces(&look.text_face))
        .holding(valued("w:sz", &size))
        .holding(valued("w:szCs", &size))
        .holding(Element::new("w:lang").with("w:val", "en-US").with("w:eastAsia", "ja-JP").with("w:bidi", "ar-SA"));
    let paragraph = Element::new("w:pPr").holding(spacing(0, 0, 240));
    Element::new("w:docDefaults")
        .holding(Element::new("w:rPrDefault").holding(run))
        .holding(Element::new("w:pPrDefault").holding(paragraph))
}

fn spacing(before: u32, after: u32, line: u32) -> Element {
    Element::new("w:spacing")
        .with("w:before", &before.to_string())
        .with("w:after", &after.to_string())
        .with("w:line", &line.to_string())
        .with("w:lineRule", "auto")
}

/// What a style says beyond the one it is based on.
struct Plan {
    next: Option<Style>,
    paragraph: Vec<Element>,
    size: u32,
    bold: bool,
    heading_face: bool,
}

/// Makes a style; used for a template that lacks it, too.
pub fn style_named(style: Style, look: &Look) -> Element {
    let plan = plan(style, look);
    let mut element = Element::new("w:style").with("w:type", "paragraph");
    if style == Style::Normal {
        element.set("w:default", "1");
    } else if matches!(style, Style::HeadingPlain | Style::Boxed | Style::Small | Style::TableHead | Style::TableCell) {
        element.set("w:customStyle", "1");
    }
    element.set("w:styleId", &style.id());
    element = element.holding(valued("w:name", &style.name()));
    if let Some(alias) = alias(style) {
        element = element.holding(valued("w:aliases", alias));
    }
    if style != Style::Normal {
        element = element.holding(valued("w:basedOn", &Style::Normal.id()));
    }
    if let Some(next) = plan.next {
        element = element.holding(valued("w:next", &next.id()));
    }
    element = element.holding(valued("w:uiPriority", if matches!(style, Style::Toc(_)) { "39" } else { "1" }));
    element = element.holding(Element::new("w:qFormat"));
    if !plan.paragraph.is_empty() {
        let mut properties = Element::new("w:pPr");
        properties.children.extend(plan.paragraph.into_iter().map(Into::into));
        element = element.holding(properties);
    }
    let size = plan.size.to_string();
    let mut run = Element::new("w:rPr").holding(faces(if plan.heading_face { &look.head_face } else { &look.text_face }));
    if plan.bold {
        run = run.holding(Element::new("w:b")).holding(Element::new("w:bCs"));
    }
    element.holding(run.holding(valued("w:sz", &size)).holding(valued("w:szCs", &size)))
}

/// What a Japanese reader looks for in the list of styles, where Word has no name of its own.
fn alias(style: Style) -> Option<&'static str> {
    Some(match style {
        Style::HeadingPlain => "見出し（番号なし）",
        Style::TableHead => "表の見出し",
        Style::TableCell => "表のセル",
        Style::Boxed => "枠囲み",
        Style::Small => "小さい文字",
        _ => return None,
    })
}

fn numbered(list: u32, level: u8) -> Element {
    Element::new("w:numPr").holding(valued("w:ilvl", &level.to_string())).holding(valued("w:numId", &list.to_string()))
}

fn frame() -> Element {
    let mut frame = Element::new("w:pBdr");
    for side in ["w:top", "w:left", "w:bottom", "w:right"] {
        let line = Element::new(side).with("w:val", "single").with("w:sz", "6").with("w:space", "6");
        frame = frame.holding(line.with("w:color", "44546A"));
    }
    frame
}

fn plan(style: Style, look: &Look) -> Plan {
    let size = look.size;
    let keep = || vec![Element::new("w:keepNext"), Element::new("w:keepLines")];
    let plain = |paragraph: Vec<Element>| Plan { next: None, paragraph, size, bold: false, heading_face: false };
    let ind = |left: u32, hanging: u32| {
        Element::new("w:ind").with("w:left", &left.to_string()).with("w:hanging", &hanging.to_string())
    };
    match style {
        Style::Normal => plain(vec![Element::new("w:widowControl"), spacing(0, 120, look.line), valued("w:jc", "left")]),
        Style::Title => Plan {
            paragraph: vec![spacing(240, 240, 300), valued("w:jc", "center")],
            size: size + 14,
            bold: true,
            heading_face: true,
            next: Some(Style::Normal),
        },
        Style::Subtitle => Plan {
            paragraph: vec![spacing(120, 120, 280), valued("w:jc", "center")],
            size: size + 4,
            bold: false,
            heading_face: true,
            next: Some(Style::Normal),
        },
        Style::Heading(level) => heading(level, look, keep()),
        Style::HeadingPlain => {
            let mut paragraph = keep();
            paragraph.extend([spacing(360, 160, 260), valued("w:outlineLvl", "0")]);
            Plan { next: Some(Style::Normal), paragraph, size: size + 6, bold: true, heading_face: true }
        }
        Style::TocHeading => {
            let mut paragraph = keep();
            paragraph.push(spacing(240, 160, 260));
            Plan { next: Some(Style::Normal), paragraph, size: size + 6, bold: true, heading_face: true }
        }
        Style::Toc(level) => {
            let right = twips_of_text();
            let tab = Element::new("w:tab").with("w:val", "right").with("w:leader", "dot").with("w:pos", &right.to_string());
            let left = u32::from(level.saturating_sub(1)) * 240;
            let paragraph = vec![
                Element::new("w:tabs").holding(tab),
                spacing(0, 40, 260),
                // No right indent: LibreOffice does not show what stands behind a tab stop beyond it.
                Element::new("w:ind").with("w:left", &left.to_string()),
            ];
            Plan { size: size.min(24), ..plain(paragraph) }
        }
        Style::ListBullet => plain(vec![numbered(BULLETS, 0), spacing(0, 80, look.line), ind(420, 420)]),
        Style::ListNumber => plain(vec![numbered(ORDERED, 0), spacing(0, 80, look.line), ind(420, 420)]),
        Style::ListContinue => plain(vec![spacing(0, 80, look.line), ind(420, 0)]),
        Style::TableHead => Plan { size: look.cell_size, bold: true, heading_face: true, ..plain(vec![spacing(40, 40, 240)]) },
        Style::TableCell => Plan { size: look.cell_size, ..plain(vec![spacing(40, 40, 250)]) },
        Style::Caption => {
            let paragraph = vec![Element::new("w:keepNext"), spacing(160, 80, 240)];
            Plan { size: look.cell_size, bold: true, heading_face: true, ..plain(paragraph) }
        }
        Style::Boxed => plain(vec![
            Element::new("w:keepLines"),
            frame(),
            spacing(60, 60, look.line),
            Element::new("w:ind").with("w:left", "180").with("w:right", "180"),
        ]),
        Style::Small => Plan { size: (size * 3 / 4).max(16), ..plain(vec![spacing(0, 60, 240)]) },
        Style::Bibliography => Plan { size: look.cell_size, ..plain(vec![spacing(0, 60, 260), ind(520, 520)]) },
        Style::Header | Style::Footer => {
            let right = twips_of_text();
            let stop = Element::new("w:tab").with("w:val", "right").with("w:pos", &right.to_string());
            let tabs = Element::new("w:tabs").holding(stop);
            Plan { size: 18, heading_face: true, ..plain(vec![tabs, spacing(0, 0, 240)]) }
        }
    }
}

/// Width of the text of an upright page, where right tab stops stand.
fn twips_of_text() -> u32 {
    super::twips(super::Page::upright().text_width())
}

fn heading(level: u8, look: &Look, mut paragraph: Vec<Element>) -> Plan {
    let more = match (level, look.large_headings) {
        (1, false) => 6,
        (1, true) => 8,
        (2, false) => 2,
        (2, true) => 4,
        _ => 0,
    };
    let before = if level == 1 { 360 } else { 240 };
    let outline = level.saturating_sub(1);
    paragraph.push(numbered(HEADINGS, outline));
    paragraph.push(spacing(before, 120, 260));
    paragraph.push(valued("w:outlineLvl", &outline.to_string()));
    Plan { next: Some(Style::Normal), paragraph, size: look.size + more, bold: true, heading_face: true }
}

fn margins() -> Element {
    let side = |name: &str, width: &str| Element::new(name).with("w:w", width).with("w:type", "dxa");
    Element::new("w:tblCellMar")
        .holding(side("w:top", "0"))
        .holding(side("w:left", "108"))
        .holding(side("w:bottom", "0"))
        .holding(side("w:right", "108"))
}

fn table_normal() -> Element {
    let indent = Element::new("w:tblInd").with("w:w", "0").with("w:type", "dxa");
    Element::new("w:style")
        .with("w:type", "table")
        .with("w:default", "1")
        .with("w:styleId", "TableNormal")
        .holding(valued("w:name", "Normal Table"))
        .holding(valued("w:uiPriority", "99"))
        .holding(Element::new("w:semiHidden"))
        .holding(Element::new("w:tblPr").holding(indent).holding(margins()))
}

/// Makes the style of a table, with lines or without.
pub(crate) fn table_grid(id: &str, name: &str, lines: bool) -> Element {
    let mut properties = Element::new("w:tblPr");
    if lines {
        let mut borders = Element::new("w:tblBorders");
        for side in ["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"] {
            let line = Element::new(side).with("w:val", "single").with("w:sz", "4").with("w:space", "0");
            borders = borders.holding(line.with("w:color", "7F7F7F"));
        }
        properties = properties.holding(borders);
    }
    Element::new("w:style")
        .with("w:type", "table")
        .with("w:styleId", id)
        .holding(valued("w:name", name))
        .holding(valued("w:basedOn", "TableNormal"))
        .holding(valued("w:uiPriority", "39"))
        .holding(properties.holding(margins()))
}
