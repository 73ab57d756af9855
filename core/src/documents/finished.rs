//! A finished document as its readers get it: paragraph by paragraph, with the sections that stand in it.

use crate::render::docx::package::Package;
use crate::render::docx::styles::Styles;
use crate::render::docx::view::{Place, paragraphs};
use crate::render::docx::{DOCUMENT, DocxError};

/// What the bookmark of a section starts with.
const ANCHOR: &str = "s_";

/// The texts of a finished document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FinishedText {
    /// Of all parts that are read, the body first.
    pub paragraphs: Vec<Paragraph>,
}

/// One paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Where it stands.
    pub place: Place,
    /// Its text.
    pub text: String,
    /// Ids of the sections whose heading it is.
    pub sections: Vec<String>,
}

/// Returns the bookmark of a section.
pub fn bookmark(section: &str) -> String {
    format!("{ANCHOR}{}", section.replace('-', "_"))
}

impl FinishedText {
    /// Reads a document with its headers, footers and notes.
    ///
    /// # Errors
    /// Returns a part that cannot be read.
    pub fn read(package: &Package) -> Result<FinishedText, DocxError> {
        let styles = Styles::read(package)?;
        let is_text = |name: &&String| {
            let file = name.strip_prefix("word/").filter(|file| !file.contains('/') && file.ends_with(".xml"));
            let kinds = ["header", "footer", "footnotes", "endnotes"];
            file.is_some_and(|file| kinds.iter().any(|kind| file.starts_with(kind)))
        };
        let mut names: Vec<&str> = vec![DOCUMENT];
        let mut others: Vec<&str> = package.parts().iter().filter(is_text).map(String::as_str).collect();
        others.sort_unstable();
        names.extend(others);
        let mut read = FinishedText::default();
        for name in names {
            let tree = package.tree(name)?;
            for seen in paragraphs(&tree.root, name, &styles) {
                let mut sections = Vec::new();
                seen.paragraph.visit(&mut |element| {
                    let name = element.attribute("w:name").filter(|_| element.is("w:bookmarkStart"));
                    sections.extend(name.and_then(|name| name.strip_prefix(ANCHOR)).map(str::to_owned));
                });
                read.paragraphs.push(Paragraph { place: seen.place, text: seen.text, sections });
            }
        }
        Ok(read)
    }

    /// Returns whether a section stands in it.
    pub fn has(&self, section: &str) -> bool {
        let wanted = section.replace('-', "_");
        self.paragraphs.iter().any(|paragraph| paragraph.sections.contains(&wanted))
    }

    /// Returns the text below the heading of a section, up to the next heading of one; nothing when it is not there.
    pub fn below(&self, section: &str) -> Option<String> {
        let wanted = section.replace('-', "_");
        let at = self.paragraphs.iter().position(|paragraph| paragraph.sections.contains(&wanted))?;
        let after = self.paragraphs.get(at + 1..).unwrap_or_default();
        let part = &self.paragraphs.get(at)?.place.part;
        let inside = after.iter().take_while(|paragraph| paragraph.sections.is_empty() && &paragraph.place.part == part);
        Some(plain(inside.map(|paragraph| paragraph.text.as_str())))
    }
}

/// Joins paragraphs without what layout alone decides: blank ones, and white space at their edges.
pub fn plain<'t>(paragraphs: impl Iterator<Item = &'t str>) -> String {
    let filled = paragraphs.map(str::trim).filter(|text| !text.is_empty());
    filled.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_section_ends_where_the_next_one_starts() {
        let anchor = |name: &str, text: &str| {
            format!("<w:p><w:bookmarkStart w:id=\"1\" w:name=\"{name}\"/><w:r><w:t>{text}</w:t></w:r></w:p>")
        };
        let p = |text: &str| format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>");
        let body = [anchor("s_a_b", "甲"), p(" 一 "), p(""), p("二"), anchor("other", "三"), anchor("s_c", "乙"), p("四")];
        let document = format!("<w:document><w:body>{}</w:body></w:document>", body.concat());
        let mut package = Package::new();
        package.set(DOCUMENT, document.into_bytes());
        let read = FinishedText::read(&package).unwrap();
        assert_eq!(read.below("a-b").as_deref(), Some("一\n二\n三"));
        assert_eq!(read.below("c").as_deref(), Some("四"));
        assert!(!read.has("d") && read.below("d").is_none());
        assert_eq!(bookmark("a-b"), "s_a_b");
    }
}
