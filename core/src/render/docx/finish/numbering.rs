//! The numbers Word shows before paragraphs, worked out as Word does: from the numbering part, the styles, and all
//! paragraphs above.

use std::collections::{BTreeMap, BTreeSet};

use super::formats;
use crate::render::docx::DocxError;
use crate::render::docx::package::Package;
use crate::render::docx::sheet::NUMBERING;
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::Element;

/// Levels of a list.
const LEVELS: usize = 9;

/// The number of a paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::render::docx) struct Number {
    /// The list that counts, `w:abstractNumId`.
    pub(super) list: String,
    /// Level in it, from 0.
    pub(super) level: usize,
    /// What stands before the paragraph, `10.2` or `第3章`.
    pub(in crate::render::docx) text: String,
    /// The same with the levels above that it does not show.
    pub(super) full: String,
    /// Whether a tab stands behind it.
    pub(super) has_tab: bool,
}

#[derive(Debug, Clone, Default)]
struct Level {
    start: u32,
    format: String,
    text: String,
    style: Option<String>,
    restart: Option<u32>,
    is_legal: bool,
    has_tab: bool,
}

#[derive(Debug, Clone, Default)]
struct Num {
    of: String,
    starts: BTreeMap<usize, u32>,
    levels: BTreeMap<usize, Level>,
}

/// The lists of a document, and how far each has counted.
#[derive(Debug, Clone, Default)]
pub(in crate::render::docx) struct Numbering {
    lists: BTreeMap<String, BTreeMap<usize, Level>>,
    nums: BTreeMap<String, Num>,
    counts: BTreeMap<String, [Option<u32>; LEVELS]>,
    /// Starts that a list sets for itself count once.
    started: BTreeSet<(String, usize)>,
}

fn number_of(element: &Element, name: &str) -> Option<usize> {
    element.attribute(name).and_then(|value| value.parse().ok())
}

fn is_on(element: &Element, path: &[&str]) -> bool {
    element.at(path).is_some_and(|found| !matches!(found.attribute("w:val"), Some("0" | "false" | "off")))
}

fn level(element: &Element) -> Level {
    Level {
        start: element.value_at(&["w:start"]).and_then(|start| start.parse().ok()).unwrap_or(1),
        format: element.value_at(&["w:numFmt"]).unwrap_or("decimal").to_owned(),
        text: element.value_at(&["w:lvlText"]).unwrap_or_default().to_owned(),
        style: element.value_at(&["w:pStyle"]).map(str::to_owned),
        restart: element.value_at(&["w:lvlRestart"]).and_then(|level| level.parse().ok()),
        is_legal: is_on(element, &["w:isLgl"]),
        has_tab: matches!(element.value_at(&["w:suff"]), None | Some("tab")),
    }
}

fn levels(element: &Element) -> BTreeMap<usize, Level> {
    let levels = element.elements().filter(|child| child.is("w:lvl"));
    levels.filter_map(|child| Some((number_of(child, "w:ilvl").filter(|at| *at < LEVELS)?, level(child)))).collect()
}

impl Numbering {
    /// Reads the lists of a document; none when it has no such part.
    pub(in crate::render::docx) fn read(package: &Package, styles: &Styles) -> Result<Numbering, DocxError> {
        if !package.has(NUMBERING) {
            return Ok(Numbering::default());
        }
        Ok(Numbering::of(&package.tree(NUMBERING)?.root, styles))
    }

    pub(in crate::render::docx) fn of(root: &Element, styles: &Styles) -> Numbering {
        let mut read = Numbering::default();
        let mut links: Vec<(String, String)> = Vec::new();
        for element in root.elements() {
            if element.is("w:abstractNum") {
                let Some(id) = element.attribute("w:abstractNumId") else { continue };
                if let Some(style) = element.value_at(&["w:numStyleLink"]) {
                    links.push((id.to_owned(), style.to_owned()));
                }
                read.lists.insert(id.to_owned(), levels(element));
            } else if element.is("w:num") {
                let (Some(id), Some(of)) = (element.attribute("w:numId"), element.value_at(&["w:abstractNumId"])) else {
                    continue;
                };
                let mut num = Num { of: of.to_owned(), ..Num::default() };
                for change in element.elements().filter(|child| child.is("w:lvlOverride")) {
                    let Some(at) = number_of(change, "w:ilvl").filter(|at| *at < LEVELS) else { continue };
                    if let Some(start) = change.value_at(&["w:startOverride"]).and_then(|start| start.parse().ok()) {
                        num.starts.insert(at, start);
                    }
                    if let Some(changed) = change.child("w:lvl") {
                        num.levels.insert(at, level(changed));
                    }
                }
                read.nums.insert(id.to_owned(), num);
            }
        }
        // A list that only names a style of lists is the list of that style.
        for (id, style) in links {
            let target = styles.find(&style).and_then(|style| style.numbering.as_ref()).and_then(|(num, _)| read.nums.get(num));
            if let Some(of) = target.map(|num| num.of.clone()).filter(|of| *of != id) {
                read.nums.values_mut().filter(|num| num.of == id).for_each(|num| num.of.clone_from(&of));
            }
        }
        read
    }

    /// Returns the list and level of a paragraph, whether or not it shows a number.
    pub(super) fn list_of(&self, paragraph: &Element, styles: &Styles) -> Option<(String, usize)> {
        let direct = paragraph.at(&["w:pPr", "w:numPr"]);
        let said_level = direct.and_then(|direct| direct.value_at(&["w:ilvl"])).and_then(|level| level.parse().ok());
        if let Some(num) = direct.and_then(|direct| direct.value_at(&["w:numId"])) {
            return (num != "0").then(|| (num.to_owned(), said_level.unwrap_or(0)));
        }
        let style = styles.of_paragraph(paragraph)?;
        let (num, level) = styles.chain(style).find_map(|style| style.numbering.clone())?;
        if num == "0" {
            return None;
        }
        let list = self.lists.get(&self.nums.get(&num)?.of)?;
        // A level that names the style is the level of the style.
        let linked = styles.chain(style).find_map(|style| {
            let named = list.iter().find(|(_, level)| level.style.as_deref() == Some(style.id.as_str()));
            named.map(|(at, _)| *at)
        });
        Some((num, said_level.or(linked).unwrap_or(usize::from(level))))
    }

    /// Counts a paragraph and returns its number; paragraphs are given in the order of the document.
    pub(in crate::render::docx) fn count(&mut self, paragraph: &Element, styles: &Styles) -> Option<Number> {
        let (id, at) = self.list_of(paragraph, styles)?;
        let at = at.min(LEVELS - 1);
        let num = self.nums.get(&id)?.clone();
        let list = self.lists.get(&num.of)?.clone();
        let level = |at: usize| num.levels.get(&at).or_else(|| list.get(&at));
        let own = level(at)?;
        let counts = self.counts.entry(num.of.clone()).or_insert([None; LEVELS]);
        let first = num.starts.get(&at).filter(|_| self.started.insert((id.clone(), at)));
        let value = match (first, counts.get(at).copied().flatten()) {
            (Some(start), _) => *start,
            (None, Some(before)) => before.saturating_add(1),
            (None, None) => num.starts.get(&at).copied().unwrap_or(own.start),
        };
        for (here, count) in counts.iter_mut().enumerate() {
            if here == at {
                *count = Some(value);
            } else if here < at && count.is_none() {
                *count = Some(level(here).map_or(1, |level| level.start));
            } else if here > at && is_restarted(level(here).and_then(|level| level.restart), at) {
                *count = None;
            }
        }
        let counts = *counts;
        let text = shown(own, &counts, &level);
        if own.format == "bullet" || text.is_empty() {
            return None;
        }
        let mut full = text.clone();
        for above in (0..at).rev() {
            let is_shown = own.text.contains(&format!("%{}", above + 1));
            let Some(above) = level(above).filter(|_| !is_shown) else { break };
            full.insert_str(0, trimmed(&shown(above, &counts, &level)));
        }
        Some(Number { list: num.of.clone(), level: at, text, full, has_tab: own.has_tab })
    }
}

/// Returns whether a level starts anew after a paragraph of the level `used`, both from 0.
fn is_restarted(restart: Option<u32>, used: usize) -> bool {
    match restart {
        None => true,
        Some(0) => false,
        Some(level) => used < level as usize,
    }
}

fn shown<'l>(own: &Level, counts: &[Option<u32>; LEVELS], level: &impl Fn(usize) -> Option<&'l Level>) -> String {
    let mut text = String::new();
    let mut rest = own.text.chars().peekable();
    while let Some(c) = rest.next() {
        let at =
            rest.peek().and_then(|next| next.to_digit(10)).filter(|_| c == '%').and_then(|at| (at as usize).checked_sub(1));
        let Some(at) = at else {
            text.push(c);
            continue;
        };
        rest.next();
        let Some(value) = counts.get(at).copied().flatten() else { continue };
        let format = level(at).map_or("decimal", |level| level.format.as_str());
        text.push_str(&formats::write(value, if own.is_legal { "decimal" } else { format }));
    }
    text
}

/// A number without the full stop at its end, as references show it.
pub(in crate::render::docx) fn trimmed(text: &str) -> &str {
    text.trim().trim_end_matches(['.', '．', '、'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::docx::tree::Tree;

    fn parsed(source: &str) -> Element {
        Tree::parse(source.as_bytes()).unwrap().root
    }

    fn lvl(at: u32, format: &str, text: &str, more: &str) -> String {
        format!(
            "<w:lvl w:ilvl=\"{at}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/>{more}<w:lvlText w:val=\"{text}\"/></w:lvl>"
        )
    }

    fn numbers(lists: &str, paragraphs: &[&str]) -> Vec<String> {
        let styles = r#"<w:styles><w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/>
            <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
            <w:style w:type="paragraph" w:styleId="h2"><w:name w:val="heading 2"/>
            <w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
            <w:style w:type="paragraph" w:styleId="x"><w:name w:val="付録"/><w:basedOn w:val="h2"/></w:style></w:styles>"#;
        let styles = Styles::of(&parsed(styles));
        let mut numbering = Numbering::of(&parsed(&format!("<w:numbering>{lists}</w:numbering>")), &styles);
        let paragraph = |said: &&str| {
            let mut parts = said.split(' ');
            let head = parts.next().unwrap_or_default();
            let list = match (parts.next(), parts.next()) {
                (Some(num), level) => {
                    let level = level.unwrap_or("0");
                    format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{num}\"/></w:numPr>")
                }
                _ => String::new(),
            };
            parsed(&format!("<w:p><w:pPr><w:pStyle w:val=\"{head}\"/>{list}</w:pPr></w:p>"))
        };
        paragraphs.iter().map(paragraph).map(|p| numbering.count(&p, &styles).map_or(String::new(), |n| n.text)).collect()
    }

    #[test]
    fn headings_count_in_their_styles() {
        let list = [
            "<w:abstractNum w:abstractNumId=\"0\">",
            &lvl(0, "decimal", "%1", "<w:pStyle w:val=\"h1\"/>"),
            &lvl(1, "decimal", "%1.%2", "<w:pStyle w:val=\"h2\"/>"),
            "</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>",
        ]
        .concat();
        let said = numbers(&list, &["h1", "h2", "h2", "h1 0", "h1", "x", "h2", "none"]);
        assert_eq!(said, ["1", "1.1", "1.2", "", "2", "2.1", "2.2", ""]);
        assert_eq!(numbers(&list, &["h2", "h1", "h2"]), ["1.1", "2", "2.1"]);
    }

    #[test]
    fn formats_legal_levels_and_restarts() {
        let list = [
            "<w:abstractNum w:abstractNumId=\"5\">",
            &lvl(0, "japaneseCounting", "第%1章", ""),
            &lvl(1, "decimal", "%1-%2", "<w:isLgl/>"),
            &lvl(2, "decimalEnclosedCircle", "%3", "<w:lvlRestart w:val=\"1\"/>"),
            &lvl(3, "lowerLetter", "(%4)", "<w:lvlRestart w:val=\"0\"/>"),
            "</w:abstractNum><w:num w:numId=\"9\"><w:abstractNumId w:val=\"5\"/></w:num>",
            "<w:num w:numId=\"10\"><w:abstractNumId w:val=\"5\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"4\"/>",
            "</w:lvlOverride></w:num>",
        ]
        .concat();
        let said = numbers(&list, &["n 9", "n 9 1", "n 9 2", "n 9 1", "n 9 2", "n 9 3", "n 9", "n 9 2", "n 9 3"]);
        assert_eq!(said, ["第一章", "1-1", "①", "1-2", "②", "(a)", "第二章", "①", "(b)"]);
        assert_eq!(numbers(&list, &["n 9", "n 10", "n 10", "n 9"]), ["第一章", "第四章", "第五章", "第六章"]);
    }

    #[test]
    fn the_full_number_names_the_levels_above() {
        let list = [
            "<w:abstractNum w:abstractNumId=\"0\">",
            &lvl(0, "decimal", "%1.", ""),
            &lvl(1, "lowerLetter", "(%2)", ""),
            "</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>",
        ]
        .concat();
        let styles = Styles::default();
        let mut numbering = Numbering::of(&parsed(&format!("<w:numbering>{list}</w:numbering>")), &styles);
        let p = |level: u32| {
            parsed(&format!("<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr></w:p>"))
        };
        numbering.count(&p(0), &styles);
        assert_eq!(numbering.count(&p(1), &styles).unwrap().full, "1(a)");
    }
}
