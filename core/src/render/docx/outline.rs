//! The headings of a document with the numbers Word shows before them. Those are nowhere in the file: Word counts them.

use super::finish::{Numbering, trimmed};
use super::package::Package;
use super::styles::Styles;
use super::tree::Element;
use super::view;
use super::{DOCUMENT, DocxError};

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
        let lists = Numbering::read(package, styles)?;
        let tree = package.tree(DOCUMENT)?;
        Ok(Outline::of(&tree.root, styles, lists))
    }

    fn of(root: &Element, styles: &Styles, mut lists: Numbering) -> Outline {
        let (mut headings, mut numbers) = (Vec::new(), Vec::new());
        for seen in view::paragraphs(root, DOCUMENT, styles) {
            let number = lists.count(seen.paragraph, styles).map(|number| number.text).unwrap_or_default();
            numbers.push(number.clone());
            if let Some(level) = seen.heading {
                let number = trimmed(&number).to_owned();
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
        let styles = Styles::of(&parse(styles));
        let lists = Numbering::of(&parse(numbering), &styles);
        let outline = Outline::of(&parse(&document), &styles, lists);
        let numbers: Vec<&str> = outline.headings.iter().map(|heading| heading.number.as_str()).collect();
        assert_eq!(numbers, ["", "1", "1.1", "1.2", "2", "2.1"]);
    }
}
