//! The numbering part: headings `1`, `1.1`, `1.1.1`, bullets, and items with numbers.

use super::super::tree::Element;
use super::inline::valued;
use super::{Style, root};

/// `w:numId` of the headings in the files made here.
pub const HEADINGS: u32 = 1;
/// `w:numId` of items with bullets.
pub const BULLETS: u32 = 2;
/// `w:numId` of items with numbers.
pub const ORDERED: u32 = 3;

/// How far an item of a list is moved in for each level, twips.
const STEP: u32 = 420;

pub(super) fn numbering() -> Element {
    root("w:numbering")
        .holding(headings())
        .holding(bullets(1))
        .holding(ordered(2))
        .holding(instance(HEADINGS, 0))
        .holding(instance(BULLETS, 1))
        .holding(instance(ORDERED, 2))
}

fn instance(id: u32, of: u32) -> Element {
    Element::new("w:num").with("w:numId", &id.to_string()).holding(valued("w:abstractNumId", &of.to_string()))
}

fn outline(id: u32, kind: &str) -> Element {
    // The fixed numbers tell Word which definitions are the same in two documents.
    Element::new("w:abstractNum")
        .with("w:abstractNumId", &id.to_string())
        .holding(valued("w:nsid", &format!("7D0C{id:04X}")))
        .holding(valued("w:multiLevelType", kind))
        .holding(valued("w:tmpl", &format!("7D0E{id:04X}")))
}

fn level(number: u32, format: &str, style: Option<&str>, shown: &str, indent: (u32, u32)) -> Element {
    let mut level = Element::new("w:lvl")
        .with("w:ilvl", &number.to_string())
        .holding(valued("w:start", "1"))
        .holding(valued("w:numFmt", format));
    if let Some(style) = style {
        level = level.holding(valued("w:pStyle", style)).holding(valued("w:suff", "space"));
    }
    let (left, hanging) = indent;
    let properties = Element::new("w:pPr")
        .holding(Element::new("w:ind").with("w:left", &left.to_string()).with("w:hanging", &hanging.to_string()));
    level.holding(valued("w:lvlText", shown)).holding(valued("w:lvlJc", "left")).holding(properties)
}

fn headings() -> Element {
    let mut outline = outline(0, "multilevel");
    for number in 0..9_u32 {
        let shown: Vec<String> = (1..=number + 1).map(|part| format!("%{part}")).collect();
        let style = u8::try_from(number + 1).ok().filter(|level| *level <= 5).map(|level| Style::Heading(level).id());
        outline = outline.holding(level(number, "decimal", style.as_deref(), &shown.join("."), (0, 0)));
    }
    outline
}

/// Makes the definition of lists with bullets.
pub fn bullets(id: u32) -> Element {
    let mut outline = outline(id, "hybridMultilevel");
    // Signs that every Japanese face has.
    for (number, shown) in (0..9_u32).zip(["・", "－", "○"].into_iter().cycle()) {
        let mut level = level(number, "bullet", None, shown, (STEP * (number + 1), STEP));
        let faces = Element::new("w:rFonts").with("w:hint", "eastAsia");
        level.children.push(Element::new("w:rPr").holding(faces).into());
        outline = outline.holding(level);
    }
    outline
}

/// Makes the definition of lists with numbers: `1.`, `(1)`, `①`.
pub fn ordered(id: u32) -> Element {
    let mut outline = outline(id, "hybridMultilevel");
    let formats = [("decimal", "%N."), ("decimal", "(%N)"), ("decimalEnclosedCircle", "%N")];
    for (number, (format, shown)) in (0..9_u32).zip(formats.into_iter().cycle()) {
        let shown = shown.replace('N', &(number + 1).to_string());
        outline = outline.holding(level(number, format, None, &shown, (STEP * (number + 1), STEP)));
    }
    outline
}
