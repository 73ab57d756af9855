//! The styles of a Word file: what they are called, what they build on, and which make a paragraph a heading.

use super::DocxError;
use super::package::Package;
use super::tree::Element;

/// Name of the part that holds the styles.
pub const STYLES: &str = "word/styles.xml";

/// What a style is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StyleKind {
    /// Paragraphs.
    Paragraph,
    /// Runs of text.
    Character,
    /// Tables.
    Table,
    /// Lists.
    Numbering,
}

/// One style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Its id, by which text names it.
    pub id: String,
    /// The name people see; Word writes the English names of its own styles in files of every language.
    pub name: String,
    /// What it is for.
    pub kind: StyleKind,
    /// The style it builds on.
    pub based_on: Option<String>,
    /// Its outline level, from 0.
    pub outline: Option<u8>,
    /// Its list and the level in it.
    pub numbering: Option<(String, u8)>,
    /// Whether it is what its kind has when nothing is said.
    pub is_default: bool,
}

/// All styles of a file.
#[derive(Debug, Clone, Default)]
pub struct Styles {
    list: Vec<Style>,
}

impl Styles {
    /// Reads the styles of a file; none when it has no such part.
    ///
    /// # Errors
    /// Returns that the part is no XML.
    pub fn read(package: &Package) -> Result<Styles, DocxError> {
        if !package.has(STYLES) {
            return Ok(Styles::default());
        }
        Ok(Styles::of(&package.tree(STYLES)?.root))
    }

    /// Reads the styles below the root of their part.
    pub fn of(root: &Element) -> Styles {
        Styles { list: root.elements().filter(|element| element.is("w:style")).filter_map(style).collect() }
    }

    /// Returns all styles.
    pub fn all(&self) -> &[Style] {
        &self.list
    }

    /// Finds a style by its id.
    pub fn find(&self, id: &str) -> Option<&Style> {
        self.list.iter().find(|style| style.id == id)
    }

    /// Finds a style of a kind by the name people see; case does not matter, as in Word.
    pub fn named(&self, kind: StyleKind, name: &str) -> Option<&Style> {
        self.list.iter().find(|style| style.kind == kind && style.name.eq_ignore_ascii_case(name))
    }

    /// Returns the style of a paragraph.
    pub fn of_paragraph(&self, paragraph: &Element) -> Option<&Style> {
        match paragraph.value_at(&["w:pPr", "w:pStyle"]) {
            Some(id) => self.find(id),
            None => self.list.iter().find(|style| style.kind == StyleKind::Paragraph && style.is_default),
        }
    }

    /// Returns a style and those it builds on, nearest first.
    pub fn chain<'s>(&'s self, style: &'s Style) -> impl Iterator<Item = &'s Style> {
        let next = |style: &&'s Style| style.based_on.as_ref().and_then(|id| self.find(id));
        // As many steps as there are styles: a ring of styles ends too.
        std::iter::successors(Some(style), next).take(self.list.len())
    }

    /// Returns which heading a paragraph is, from 1; nothing when it is none.
    pub fn heading(&self, paragraph: &Element) -> Option<u8> {
        let said = paragraph.value_at(&["w:pPr", "w:outlineLvl"]).and_then(|level| level.parse().ok());
        let styled = || self.of_paragraph(paragraph).and_then(|style| self.chain(style).find_map(|style| style.outline));
        // Level 9 is what Word calls body text.
        said.or_else(styled).filter(|level: &u8| *level < 9).map(|level| level + 1)
    }
}

fn style(element: &Element) -> Option<Style> {
    let kind = match element.attribute("w:type")? {
        "paragraph" => StyleKind::Paragraph,
        "character" => StyleKind::Character,
        "table" => StyleKind::Table,
        "numbering" => StyleKind::Numbering,
        _ => return None,
    };
    let number = |path: &[&str]| element.value_at(path).and_then(|value| value.parse().ok());
    let list = element.value_at(&["w:pPr", "w:numPr", "w:numId"]).map(str::to_owned);
    Some(Style {
        id: element.attribute("w:styleId")?.to_owned(),
        name: element.value_at(&["w:name"]).unwrap_or_default().to_owned(),
        kind,
        based_on: element.value_at(&["w:basedOn"]).map(str::to_owned),
        outline: number(&["w:pPr", "w:outlineLvl"]),
        numbering: list.map(|list| (list, number(&["w:pPr", "w:numPr", "w:ilvl"]).unwrap_or(0))),
        is_default: matches!(element.attribute("w:default"), Some("1" | "true" | "on")),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    #[test]
    fn a_heading_is_known_by_the_style_it_builds_on() {
        let styles = r#"<w:styles><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
            <w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>
              <w:pPr><w:numPr><w:numId w:val="7"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
            <w:style w:type="paragraph" w:styleId="x"><w:name w:val="章"/><w:basedOn w:val="1"/></w:style>
            <w:style w:type="paragraph" w:styleId="r"><w:name w:val="ring"/><w:basedOn w:val="r"/></w:style></w:styles>"#;
        let styles = Styles::of(&Tree::parse(styles.as_bytes()).unwrap().root);
        let paragraph = |properties: &str| {
            let source = format!("<w:p><w:pPr>{properties}</w:pPr></w:p>");
            styles.heading(&Tree::parse(source.as_bytes()).unwrap().root)
        };
        assert_eq!(paragraph(r#"<w:pStyle w:val="x"/>"#), Some(1));
        assert_eq!(paragraph(r#"<w:pStyle w:val="r"/>"#), None);
        assert_eq!(paragraph(""), None);
        assert_eq!(paragraph(r#"<w:outlineLvl w:val="2"/>"#), Some(3));
        assert_eq!(paragraph(r#"<w:pStyle w:val="x"/><w:outlineLvl w:val="9"/>"#), None);
        assert_eq!(styles.named(StyleKind::Paragraph, "Heading 1").unwrap().numbering, Some(("7".to_owned(), 0)));
    }
}
