//! The headings of a document with the numbers Word shows before them. Those are nowhere in the file: Word counts them.

use std::collections::BTreeMap;

use super::package::Package;
use super::styles::Styles;
use super::tree::Element;
use super::view;
use super::{DOCUMENT, DocxError};

/// Name of the part that holds the lists.
const NUMBERING: &str = "word/numbering.xml";

/// One heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its level, from 1.
    pub level: u8,
    /// The number Word shows before it, without a closing point; empty where it has none.
    pub number: String,
    /// What it says; a number that was typed is part of it.
    pub title: String,
    /// Where it stands.
    pub place: view::Place,
}

/// All headings of a body in order.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// The headings.
    pub headings: Vec<Heading>,
    /// The numbers Word shows before each paragraph of the body, headings or not; empty where there is none.
    pub numbers: Vec<String>,
}

impl Outline {
    /// Reads the headings of a file.
    ///
    /// # Errors
    /// Returns which part is no XML.
    pub fn read(package: &Package, styles: &Styles) -> Result<Outline, DocxError> {
        let lists = if package.has(NUMBERING) { Lists::of(&package.tree(NUMBERING)?.root) } else { Lists::default() };
        let tree = package.tree(DOCUMENT)?;
        Ok(Outline::of(&tree.root, styles, lists))
    }

    fn of(root: &Element, styles: &Styles, mut lists: Lists) -> Outline {
        let (mut headings, mut numbers) = (Vec::new(), Vec::new());
        for seen in view::paragraphs(root, DOCUMENT, styles) {
            let number = lists.count(seen.paragraph, styles);
            numbers.push(number.clone());
            if let Some(level) = seen.heading {
                let number = number.trim().trim_end_matches(['.', '．', '、']).to_owned();
                headings.push(Heading { level, number, title: seen.text.trim().to_owned(), place: seen.place });
            }
        }
        Outline { headings, numbers }
    }

    /// Returns the number of the heading of an index; empty where it has none.
    pub fn number(&self, at: usize) -> &str {
        self.headings.get(at).map_or("", |heading| heading.number.as_str())
    }
}

/// How one level of a list is written.
#[derive(Debug, Clone, Default)]
struct Level {
    start: u32,
    format: String,
    /// `%1.%2`
    text: String,
    style: Option<String>,
}

/// The lists of a file, and how far each has counted.
#[derive(Debug, Clone, Default)]
struct Lists {
    /// Id of a list and the definition it follows, with where levels start anew.
    lists: BTreeMap<String, (String, BTreeMap<u8, u32>)>,
    levels: BTreeMap<String, BTreeMap<u8, Level>>,
    counted: BTreeMap<String, BTreeMap<u8, u32>>,
    begun: Vec<String>,
}

impl Lists {
    fn of(root: &Element) -> Lists {
        let mut lists = Lists::default();
        for element in root.elements() {
            let number = |element: &Element, path: &[&str]| element.value_at(path).and_then(|value| value.parse::<u32>().ok());
            let at = |element: &Element| element.attribute("w:ilvl").and_then(|level| level.parse::<u8>().ok());
            if let Some(id) = element.attribute("w:abstractNumId").filter(|_| element.is("w:abstractNum")) {
                let level = |element: &Element| {
                    let level = Level {
                        start: number(element, &["w:start"]).unwrap_or(1),
                        format: element.value_at(&["w:numFmt"]).unwrap_or("decimal").to_owned(),
                        text: element.value_at(&["w:lvlText"]).unwrap_or_default().to_owned(),
                        style: element.value_at(&["w:pStyle"]).map(str::to_owned),
                    };
                    at(element).map(|at| (at, level))
                };
                let levels = element.elements().filter(|element| element.is("w:lvl")).filter_map(level).collect();
                lists.levels.insert(id.to_owned(), levels);
            } else if let Some(id) = element.attribute("w:numId").filter(|_| element.is("w:num")) {
                let over = element.elements().filter(|element| element.is("w:lvlOverride"));
                let starts = over.filter_map(|over| Some((at(over)?, number(over, &["w:startOverride"])?))).collect();
                let definition = element.value_at(&["w:abstractNumId"]).unwrap_or_default().to_owned();
                lists.lists.insert(id.to_owned(), (definition, starts));
            }
        }
        lists
    }

    /// Counts a paragraph and returns the number before it; empty for none and for bullets.
    fn count(&mut self, paragraph: &Element, styles: &Styles) -> String {
        let own = paragraph.at(&["w:pPr", "w:numPr"]);
        let styled = styles.of_paragraph(paragraph).and_then(|style| {
            styles
                .chain(style)
                .find_map(|style| style.numbering.as_ref().map(|(list, level)| (list.clone(), *level, style.id.clone())))
        });
        let own_list = own.and_then(|own| own.value_at(&["w:numId"])).map(str::to_owned);
        let own_level = own.and_then(|own| own.value_at(&["w:ilvl"])).and_then(|level| level.parse::<u8>().ok());
        let Some(list) = own_list.or_else(|| styled.as_ref().map(|(list, _, _)| list.clone())).filter(|list| list != "0")
        else {
            return String::new();
        };
        let Some((definition, starts)) = self.lists.get(&list).cloned() else { return String::new() };
        let Some(levels) = self.levels.get(&definition) else { return String::new() };
        // A level that names a style wins over what the style says of its level.
        let by_style = |id: &str| levels.iter().find(|(_, level)| level.style.as_deref() == Some(id)).map(|(at, _)| *at);
        let level = own_level.or_else(|| styled.as_ref().and_then(|(_, level, id)| by_style(id).or(Some(*level)))).unwrap_or(0);
        let counted = self.counted.entry(definition.clone()).or_default();
        let restarted = !self.begun.contains(&list) && !starts.is_empty();
        if !self.begun.contains(&list) {
            self.begun.push(list);
        }
        if restarted {
            for (at, start) in &starts {
                counted.insert(*at, start.saturating_sub(1));
            }
        }
        let start = levels.get(&level).map_or(1, |level| level.start);
        let now = counted.entry(level).or_insert(start.saturating_sub(1));
        *now = now.saturating_add(1);
        counted.retain(|at, _| *at <= level);
        let Some(shape) = levels.get(&level).filter(|shape| shape.format != "bullet" && shape.format != "none") else {
            return String::new();
        };
        let mut text = shape.text.clone();
        for at in 0..=level {
            let hole = format!("%{}", u32::from(at) + 1);
            let (start, format) = levels.get(&at).map_or((1, "decimal"), |level| (level.start, level.format.as_str()));
            let value = counted.get(&at).copied().unwrap_or(start);
            text = text.replace(&hole, &written(value, format));
        }
        text
    }
}

/// Writes a number as a list does.
fn written(value: u32, format: &str) -> String {
    let letter = |first: char| {
        let at = value.saturating_sub(1);
        let letter = char::from_u32(u32::from(first) + at % 26).unwrap_or(first);
        String::from(letter).repeat(usize::try_from(at / 26 + 1).unwrap_or(1).min(8))
    };
    let wide = |digit: char| char::from_u32(u32::from(digit) + 0xFEE0).unwrap_or(digit);
    match format {
        "upperLetter" => letter('A'),
        "lowerLetter" => letter('a'),
        "upperRoman" => roman(value),
        "lowerRoman" => roman(value).to_lowercase(),
        "decimalFullWidth" | "decimalFullWidth2" => value.to_string().chars().map(wide).collect(),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&value) => {
            char::from_u32(0x2460 + value - 1).map(String::from).unwrap_or_default()
        }
        _ => value.to_string(),
    }
}

fn roman(value: u32) -> String {
    const PARTS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = value.min(3999);
    let mut text = String::new();
    for (worth, letters) in PARTS {
        while rest >= worth {
            text.push_str(letters);
            rest -= worth;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    #[test]
    fn headings_have_the_numbers_word_shows() {
        let styles = r#"<w:styles>
            <w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
            <w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
            </w:styles>"#;
        let numbering = r#"<w:numbering><w:abstractNum w:abstractNumId="3">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="1"/><w:lvlText w:val="%1."/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="2"/><w:lvlText w:val="%1.%2"/></w:lvl>
            </w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>"#;
        let heading = |level: u8, more: &str, title: &str| {
            format!(r#"<w:p><w:pPr><w:pStyle w:val="{level}"/>{more}</w:pPr><w:r><w:t>{title}</w:t></w:r></w:p>"#)
        };
        let none = r#"<w:numPr><w:numId w:val="0"/></w:numPr>"#;
        let body = [
            heading(1, none, "表紙"),
            heading(1, "", "目的"),
            heading(2, "", "甲"),
            heading(2, "", "乙"),
            heading(1, "", "方法"),
            heading(2, "", "丙"),
        ];
        let document = format!("<w:document><w:body>{}</w:body></w:document>", body.concat());
        let parse = |source: &str| Tree::parse(source.as_bytes()).unwrap().root;
        let outline = Outline::of(&parse(&document), &Styles::of(&parse(styles)), Lists::of(&parse(numbering)));
        let numbers: Vec<&str> = outline.headings.iter().map(|heading| heading.number.as_str()).collect();
        assert_eq!(numbers, ["", "1", "1.1", "1.2", "2", "2.1"]);
    }

    #[test]
    fn numbers_are_written_as_the_list_says() {
        let cases = [
            ("upperLetter", 27, "AA"),
            ("lowerRoman", 14, "xiv"),
            ("decimalFullWidth", 12, "１２"),
            ("decimalEnclosedCircle", 3, "③"),
        ];
        for (format, value, wanted) in cases {
            assert_eq!(written(value, format), wanted);
        }
    }
}
