//! Formatted text between a filter and the place where it is printed: a text in which characters that no XML can hold
//! say what is formatted how. Values never hold them, since those characters are refused.

use crate::render::docx::tree::Element;

const OPEN: char = '\u{1}';
const TEXT: char = '\u{2}';
const CLOSE: char = '\u{3}';
const PARAGRAPH: char = '\u{4}';

/// What a stretch of text looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Looks {
    /// What each filter asks for, in the order they apply: its name and its value.
    pub(super) asked: Vec<(String, String)>,
}

/// A piece of formatted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text.
    Text(String, Looks),
    /// Text with its reading.
    Ruby(String, String, Looks),
    /// A new paragraph starts.
    Paragraph,
    /// The place where an anchor is.
    Anchor(String),
    /// A reference to an anchor: its id and what is shown.
    Reference(String, String),
    /// An image: its number in the session.
    Image(usize),
}

/// Formats a text.
pub(super) fn format(name: &str, value: &str, text: &str) -> String {
    format!("{OPEN}{name}={value}{TEXT}{text}{CLOSE}")
}

/// Puts texts into paragraphs of their own.
pub(super) fn paragraphs<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.collect::<Vec<_>>().join(&PARAGRAPH.to_string())
}

/// Returns whether a text is formatted.
pub(super) fn is_rich(text: &str) -> bool {
    text.contains([OPEN, PARAGRAPH])
}

/// Takes formatted text apart; nothing when it is damaged, as by another filter behind.
pub(super) fn parse(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut looks: Vec<(String, String)> = Vec::new();
    let mut ruby: Option<usize> = None;
    let mut rest = text;
    while let Some(at) = rest.find([OPEN, TEXT, CLOSE, PARAGRAPH]) {
        let (plain, mark) = rest.split_at(at);
        push(&mut pieces, plain, &looks, ruby);
        let mut chars = mark.chars();
        let mark = chars.next();
        rest = chars.as_str();
        match mark {
            Some(OPEN) => {
                let (head, behind) = rest.split_once(TEXT)?;
                let (name, value) = head.split_once('=')?;
                if head.contains([OPEN, CLOSE, PARAGRAPH]) {
                    return None;
                }
                match name {
                    "anchor" => pieces.push(Piece::Anchor(value.to_owned())),
                    "ref" => {
                        let (id, show) = value.split_once(',')?;
                        pieces.push(Piece::Reference(id.to_owned(), show.to_owned()));
                    }
                    "image" => pieces.push(Piece::Image(value.parse().ok()?)),
                    "ruby" => ruby = Some(looks.len()),
                    _ => {}
                }
                looks.push((name.to_owned(), value.to_owned()));
                rest = behind;
            }
            Some(CLOSE) => {
                looks.pop()?;
                if ruby == Some(looks.len()) {
                    ruby = None;
                }
            }
            Some(PARAGRAPH) => pieces.push(Piece::Paragraph),
            _ => return None,
        }
    }
    push(&mut pieces, rest, &looks, ruby);
    looks.is_empty().then_some(pieces)
}

fn push(pieces: &mut Vec<Piece>, text: &str, looks: &[(String, String)], ruby: Option<usize>) {
    if text.is_empty() {
        return;
    }
    let is_look = |name: &str| !matches!(name, "anchor" | "ref" | "image" | "ruby");
    let asked = looks.iter().filter(|(name, _)| is_look(name)).cloned().collect();
    let reading = ruby.and_then(|at| looks.get(at)).map(|(_, reading)| reading.clone());
    pieces.push(match reading {
        Some(reading) => Piece::Ruby(text.to_owned(), reading, Looks { asked }),
        None => Piece::Text(text.to_owned(), Looks { asked }),
    });
}

/// Returns a text without its formatting.
pub(super) fn plain(text: &str) -> Option<String> {
    let mut out = String::new();
    for piece in parse(text)? {
        match piece {
            Piece::Text(text, _) | Piece::Ruby(text, _, _) => out.push_str(&text),
            Piece::Paragraph => out.push('\n'),
            Piece::Anchor(_) => {}
            Piece::Reference(..) | Piece::Image(_) => return None,
        }
    }
    Some(out)
}

/// What may stand in the properties of a run, in the order of the standard.
const ORDER: [&str; 38] = [
    "w:rStyle",
    "w:rFonts",
    "w:b",
    "w:bCs",
    "w:i",
    "w:iCs",
    "w:caps",
    "w:smallCaps",
    "w:strike",
    "w:dstrike",
    "w:outline",
    "w:shadow",
    "w:emboss",
    "w:imprint",
    "w:noProof",
    "w:snapToGrid",
    "w:vanish",
    "w:webHidden",
    "w:color",
    "w:spacing",
    "w:w",
    "w:kern",
    "w:position",
    "w:sz",
    "w:szCs",
    "w:highlight",
    "w:u",
    "w:effect",
    "w:bdr",
    "w:shd",
    "w:fitText",
    "w:vertAlign",
    "w:rtl",
    "w:cs",
    "w:em",
    "w:lang",
    "w:eastAsianLayout",
    "w:oMath",
];

/// Returns the properties of a run with what is asked for.
pub(super) fn properties(base: Option<&Element>, looks: &Looks) -> Option<Element> {
    if looks.asked.is_empty() {
        return base.cloned();
    }
    let mut properties = base.cloned().unwrap_or_else(|| Element::new("w:rPr"));
    for (name, value) in &looks.asked {
        let with = |name: &str| Element::new(name).with("w:val", value);
        match name.as_str() {
            "b" => {
                set(&mut properties, Element::new("w:b"));
                set(&mut properties, Element::new("w:bCs"));
            }
            "i" => {
                set(&mut properties, Element::new("w:i"));
                set(&mut properties, Element::new("w:iCs"));
            }
            "u" => set(&mut properties, Element::new("w:u").with("w:val", "single")),
            "strike" => set(&mut properties, Element::new("w:strike")),
            "sup" => set(&mut properties, Element::new("w:vertAlign").with("w:val", "superscript")),
            "sub" => set(&mut properties, Element::new("w:vertAlign").with("w:val", "subscript")),
            "color" => set(&mut properties, with("w:color")),
            "size" => {
                set(&mut properties, with("w:sz"));
                set(&mut properties, with("w:szCs"));
            }
            "font" => {
                let mut fonts = Element::new("w:rFonts");
                for script in ["w:ascii", "w:eastAsia", "w:hAnsi", "w:cs"] {
                    fonts.set(script, value);
                }
                set(&mut properties, fonts);
            }
            "style" => set(&mut properties, with("w:rStyle")),
            _ => {}
        }
    }
    Some(properties)
}

/// Sets a property of a run, at its place among the others.
fn set(properties: &mut Element, property: Element) {
    let rank = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    properties.children.retain(|child| child.element().is_none_or(|known| known.name != property.name));
    let own = rank(&property.name);
    let at = properties.children.iter().position(|child| child.element().is_some_and(|known| rank(&known.name) > own));
    properties.children.insert(at.unwrap_or(properties.children.len()), property.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_nests_and_comes_apart_again() {
        let text = format("b", "", &format!("太{}字", format("ruby", "かん", "漢")));
        let bold = Looks { asked: vec![("b".to_owned(), String::new())] };
        assert_eq!(
            parse(&text).unwrap(),
            [
                Piece::Text("太".to_owned(), bold.clone()),
                Piece::Ruby("漢".to_owned(), "かん".to_owned(), bold.clone()),
                Piece::Text("字".to_owned(), bold),
            ]
        );
        assert_eq!(plain(&text).unwrap(), "太漢字");
        assert_eq!(parse("a\u{3}"), None);
        assert_eq!(parse("\u{1}b="), None);
    }

    #[test]
    fn what_is_asked_for_takes_its_place_among_the_properties() {
        let base = Element::new("w:rPr").holding(Element::new("w:rFonts")).holding(Element::new("w:sz").with("w:val", "21"));
        let asked = [("size", "28"), ("b", ""), ("color", "FF0000")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let made = properties(Some(&base), &Looks { asked: asked.to_vec() }).unwrap();
        let names: Vec<&str> = made.elements().map(|child| child.name.as_str()).collect();
        assert_eq!(names, ["w:rFonts", "w:b", "w:bCs", "w:color", "w:sz", "w:szCs"]);
        assert_eq!(made.value_at(&["w:sz"]), Some("28"));
    }
}
