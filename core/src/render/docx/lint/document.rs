//! A finished document as the checks read it.

use std::collections::BTreeSet;

use crate::render::docx::outline::Outline;
use crate::render::docx::package::Package;
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::Element;
use crate::render::docx::view;
use crate::render::docx::{DOCUMENT, DocxError};
use crate::text::fold;

/// Which part a paragraph is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Body,
    /// Header or footer.
    Margin,
    Note,
    Comment,
}

/// One paragraph.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) place: view::Place,
    pub(super) part: Part,
    /// The text Word shows.
    pub(super) text: String,
    /// The same with letters, digits and marks in half width; as many characters as the text.
    pub(super) folded: String,
    pub(super) heading: Option<u8>,
    /// The number Word shows before it.
    pub(super) number: String,
    /// Whether it is an entry of a table of contents.
    pub(super) is_entry: bool,
    /// Whether it stands before the first heading.
    pub(super) is_cover: bool,
    /// Name of its style, in lower case.
    pub(super) style: String,
    pub(super) highlighted: String,
    pub(super) hidden: String,
    pub(super) revised: String,
    /// Instructions of its fields.
    pub(super) instructions: String,
    /// Size of its text in half points.
    pub(super) size: u32,
}

/// What the checks look at.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) lines: Vec<Line>,
    pub(super) outline: Outline,
    pub(super) bookmarks: BTreeSet<String>,
    pub(super) has_contents: bool,
    pub(super) names_japanese_font: bool,
}

impl Line {
    pub(super) fn in_table(&self) -> bool {
        !self.place.cells.is_empty()
    }

    /// Returns whether it is prose of the body: no heading, entry or cell.
    pub(super) fn is_prose(&self) -> bool {
        self.part == Part::Body && self.heading.is_none() && !self.is_entry && !self.in_table()
    }

    /// Returns whether it is read as text: body and notes.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.part, Part::Body | Part::Note) && !self.is_entry
    }
}

impl Document {
    pub(super) fn read(package: &Package) -> Result<Document, DocxError> {
        let styles = Styles::read(package)?;
        let sizes = Sizes::read(package)?;
        let outline = Outline::read(package, &styles)?;
        let mut document = Document {
            lines: Vec::new(),
            outline,
            bookmarks: BTreeSet::new(),
            has_contents: false,
            names_japanese_font: sizes.names_japanese_font,
        };
        let mut parts: Vec<(Part, &str)> =
            package.parts().iter().filter_map(|name| part(name).map(|kind| (kind, name.as_str()))).collect();
        // The body first, then as they are named.
        parts.sort_by_key(|(_, name)| (*name != DOCUMENT, *name));
        for (kind, name) in parts {
            let tree = package.tree(name)?;
            tree.root.visit(&mut |element| {
                if element.is("w:bookmarkStart") {
                    document.bookmarks.extend(element.attribute("w:name").map(str::to_owned));
                }
            });
            let mut is_cover = true;
            for (at, seen) in view::paragraphs(&tree.root, name, &styles).into_iter().enumerate() {
                let style = styles.of_paragraph(seen.paragraph);
                let style_name = style.map(|style| style.name.to_ascii_lowercase()).unwrap_or_default();
                is_cover &= seen.heading.is_none();
                let mut line = Line {
                    part: kind,
                    folded: fold::ascii(&seen.text).into_owned(),
                    heading: seen.heading,
                    number: if kind == Part::Body {
                        document.outline.numbers.get(at).cloned().unwrap_or_default()
                    } else {
                        String::new()
                    },
                    is_entry: style_name.starts_with("toc ") || style_name == "table of figures",
                    is_cover: is_cover && kind == Part::Body,
                    style: style_name,
                    highlighted: String::new(),
                    hidden: String::new(),
                    revised: String::new(),
                    instructions: String::new(),
                    size: sizes.of(seen.paragraph),
                    place: seen.place,
                    text: seen.text,
                };
                line.look(seen.paragraph);
                document.has_contents |= line.instructions.split_whitespace().any(|word| word == "TOC");
                document.lines.push(line);
            }
        }
        Ok(document)
    }

    /// Returns the lines that are read as text.
    pub(super) fn text(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.is_text())
    }
}

impl Line {
    /// Notes what is in a paragraph beside its text; what is in text boxes stands in paragraphs of its own.
    fn look(&mut self, element: &Element) {
        for child in element.elements() {
            match child.name.as_str() {
                "w:ins" | "w:del" | "w:moveFrom" | "w:moveTo" if element.name != "w:trPr" => {
                    let text = child.raw_text();
                    self.revised.push_str(if text.trim().is_empty() { "¶" } else { &text });
                    self.look(child);
                }
                "w:txbxContent" | "mc:Fallback" => {}
                "w:instrText" => {
                    self.instructions.push_str(&child.raw_text());
                }
                "w:fldChar" => self.instructions.push(' '),
                "w:fldSimple" => {
                    self.instructions.push(' ');
                    self.instructions.push_str(child.attribute("w:instr").unwrap_or_default());
                    self.look(child);
                }
                "w:r" => {
                    let on = |name: &str| {
                        let mark = child.at(&["w:rPr", name]);
                        mark.is_some_and(|mark| !matches!(mark.attribute("w:val"), Some("0" | "false" | "off" | "none")))
                    };
                    let text = || view::text_of(child);
                    if on("w:highlight") {
                        self.highlighted.push_str(&text());
                    }
                    if on("w:vanish") {
                        self.hidden.push_str(&text());
                    }
                    self.look(child);
                }
                _ => self.look(child),
            }
        }
    }
}

fn part(name: &str) -> Option<Part> {
    let file = name.strip_prefix("word/")?.strip_suffix(".xml")?;
    match file.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "document" => Some(Part::Body),
        "header" | "footer" => Some(Part::Margin),
        "footnotes" | "endnotes" => Some(Part::Note),
        "comments" => Some(Part::Comment),
        _ => None,
    }
}

/// Sizes of text by style.
#[derive(Debug, Default)]
struct Sizes {
    styles: Vec<(String, Option<String>, Option<u32>)>,
    standard: Option<String>,
    default: u32,
    names_japanese_font: bool,
}

impl Sizes {
    fn read(package: &Package) -> Result<Sizes, DocxError> {
        let name = crate::render::docx::styles::STYLES;
        // Word's own size where a file says nothing is 10 points.
        let mut sizes = Sizes { default: 20, ..Sizes::default() };
        if !package.has(name) {
            return Ok(sizes);
        }
        let root = package.tree(name)?.root;
        let size = |element: &Element, path: &[&str]| element.value_at(path).and_then(|size| size.parse().ok());
        let font = |element: &Element, path: &[&str]| {
            let font = element.at(path);
            font.is_some_and(|font| font.attribute("w:eastAsia").is_some() || font.attribute("w:eastAsiaTheme").is_some())
        };
        for element in root.elements() {
            if element.is("w:docDefaults") {
                sizes.default = size(element, &["w:rPrDefault", "w:rPr", "w:sz"]).unwrap_or(20);
                sizes.names_japanese_font |= font(element, &["w:rPrDefault", "w:rPr", "w:rFonts"]);
            } else if element.is("w:style") {
                let id = element.attribute("w:styleId").unwrap_or_default().to_owned();
                let is_standard = element.attribute("w:type") == Some("paragraph")
                    && matches!(element.attribute("w:default"), Some("1" | "true"));
                if is_standard {
                    sizes.standard = Some(id.clone());
                    sizes.names_japanese_font |= font(element, &["w:rPr", "w:rFonts"]);
                }
                let based = element.value_at(&["w:basedOn"]).map(str::to_owned);
                sizes.styles.push((id, based, size(element, &["w:rPr", "w:sz"])));
            }
        }
        Ok(sizes)
    }

    /// Returns the size most of a paragraph's first text has.
    fn of(&self, paragraph: &Element) -> u32 {
        let run = paragraph.elements().find(|run| run.is("w:r") && run.child("w:t").is_some());
        if let Some(size) = run.and_then(|run| run.value_at(&["w:rPr", "w:sz"])).and_then(|size| size.parse().ok()) {
            return size;
        }
        let mut id = paragraph.value_at(&["w:pPr", "w:pStyle"]).or(self.standard.as_deref());
        for _ in 0..=self.styles.len() {
            let Some((_, based, size)) = id.and_then(|id| self.styles.iter().find(|(known, ..)| known == id)) else { break };
            if let Some(size) = size {
                return *size;
            }
            id = based.as_deref();
        }
        self.default
    }
}
