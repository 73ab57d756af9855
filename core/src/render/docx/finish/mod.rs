//! What is done when a template has been filled: numbers of headings are worked out as Word does, marks become bookmarks,
//! references and citations, fields of the template show what is there now, and tables of contents list the headings.
//!
//! The number of a page cannot be known without laying the document out as Word does. Fields that show one are left with a
//! dash and marked to be worked out when the document is opened; [`set_pages`] fills them where a layout is known.

mod anchors;
mod check;
mod citations;
mod contents;
mod fields;
mod formats;
mod markers;
mod numbering;
mod pages;
mod problem;
mod references;
mod restart;
mod sequences;
mod settings;
mod survey;
#[cfg(test)]
mod tests;

pub use anchors::bookmark;
pub(super) use numbering::{Numbering, trimmed};
pub use pages::set_pages;
pub use problem::{ANCHOR_LONG, ANCHOR_TWICE, BOOKMARK, CITATION, ENTRY_TWICE, Problem, READING, REFERENCE, UNCITED};
pub use references::UNKNOWN_PAGE;

use super::package::Package;
use super::sheet::Sheet;
use super::styles::Styles;
use super::tree::{Element, Tree};
use super::view::{Place, paragraphs, text_of};
use super::{DOCUMENT, DocxError};
use citations::Citations;
use markers::Marker;
use survey::Survey;

/// What a finished document is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finished {
    /// All headings, and all sections that have an anchor, in order.
    pub headings: Vec<Heading>,
    /// Keys in the order in which they are first cited.
    pub citations: Vec<String>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// A heading of a finished document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The anchors in it, as bookmarks have them: `_` for `-`.
    pub ids: Vec<String>,
    /// Its level, from 1; nothing for an anchor in a paragraph that is no heading.
    pub level: Option<u8>,
    /// Its number, without a full stop at its end: `10.2`, `第3章`, `別紙1`.
    pub number: Option<String>,
    /// Its text.
    pub title: String,
    /// Its whole line, with what stands before the anchor.
    pub line: String,
    /// The bookmarks in it.
    pub bookmarks: Vec<String>,
    /// Where it is.
    pub place: Place,
}

impl Heading {
    /// Returns whether this is the heading of a section.
    pub fn is_of(&self, id: &str) -> bool {
        let wanted = id.replace('-', "_");
        self.ids.contains(&wanted)
    }
}

impl Finished {
    /// Finds the heading of a section.
    pub fn heading(&self, id: &str) -> Option<&Heading> {
        self.headings.iter().find(|heading| heading.is_of(id))
    }
}

/// Finishes a document. Parts in which nothing is to be done stay as they are; a problem leaves its place blank.
///
/// # Errors
/// Returns a part that cannot be read.
pub fn finish(package: &mut Package) -> Result<Finished, DocxError> {
    let styles = Styles::read(package)?;
    let mut sheet = Sheet::read(package)?;
    let mut parts: Vec<Part> = Vec::new();
    for name in texts(package) {
        let tree = package.tree(&name)?;
        parts.push(Part { before: tree.clone(), tree, name });
    }
    let mut finished = Finished::default();
    let mut citations = Citations::default();
    for part in &parts {
        check::marks(&part.tree.root, &part.name, &styles, &mut citations, &mut finished.problems);
    }
    check::entries(parts.iter().map(|part| (&part.tree.root, part.name.as_str())), &styles, &citations, &mut finished.problems);
    let lists = Numbering::read(package, &styles)?;
    for part in &mut parts {
        let root = &mut part.tree.root;
        fields::each_line(root, &mut fields::divide);
        restart::apply(root, &mut sheet, &lists, &styles);
        anchors::place(root);
        anchors::mend(root);
        sequences::count(root);
        citations.order_entries(root);
        citations.place(root);
    }
    sheet.save(package)?;
    let lists = Numbering::read(package, &styles)?;
    let Some(body) = parts.iter().find(|part| part.name == DOCUMENT) else {
        return Err(DocxError::Missing { part: DOCUMENT.to_owned() });
    };
    let survey = Survey::of(&body.tree.root, DOCUMENT, &styles, &lists);
    for part in &mut parts {
        check::targets(&part.tree.root, &part.name, &styles, &survey, &mut finished.problems);
        references::place(&mut part.tree.root, &survey);
        references::refresh(&mut part.tree.root, &survey);
    }
    let mut asks_word = false;
    for part in &mut parts {
        if part.name == DOCUMENT && contents::is_there(&part.tree.root) {
            // References in headings show their text by now.
            let survey = Survey::of(&part.tree.root, DOCUMENT, &styles, &lists);
            contents::fill(&mut part.tree.root, &survey, &styles, &mut sheet);
            anchors::mend(&mut part.tree.root);
        }
        asks_word |= pages::is_asked(&part.tree.root);
        clear(&mut part.tree.root);
    }
    sheet.save(package)?;
    if asks_word {
        settings::update_fields(package)?;
    }
    let styles = Styles::read(package)?;
    for part in parts {
        if part.name == DOCUMENT {
            finished.headings = headings(&part.tree.root, &styles, &lists);
        }
        if part.tree != part.before {
            package.set(&part.name, part.tree.write());
        }
    }
    finished.citations = citations.order;
    Ok(finished)
}

struct Part {
    name: String,
    before: Tree,
    tree: Tree,
}

/// The parts that hold text, the body first.
fn texts(package: &Package) -> Vec<String> {
    let is_text = |name: &&String| {
        let file = name.strip_prefix("word/").filter(|file| !file.contains('/') && file.ends_with(".xml"));
        let kinds = ["header", "footer", "footnotes", "endnotes"];
        file.is_some_and(|file| kinds.iter().any(|kind| file.starts_with(kind)))
    };
    let mut others: Vec<String> = package.parts().iter().filter(is_text).cloned().collect();
    others.sort_unstable();
    [vec![DOCUMENT.to_owned()], others].concat()
}

fn headings(root: &Element, styles: &Styles, lists: &Numbering) -> Vec<Heading> {
    let survey = Survey::of(root, DOCUMENT, styles, lists);
    let mut found = Vec::new();
    for line in &survey.lines {
        let ids: Vec<String> = line.bookmarks.iter().filter_map(|name| name.strip_prefix("s_")).map(str::to_owned).collect();
        if ids.is_empty() && line.heading.is_none() || line.text.trim().is_empty() {
            continue;
        }
        let counted = ids.iter().find_map(|id| survey.targets.get(&anchors::number_bookmark(id))?.text.clone());
        let number = line.number.as_ref().map(|number| number.text.clone()).or(counted);
        let titled = ids.iter().find_map(|id| survey.targets.get(&bookmark(id))?.text.clone());
        found.push(Heading {
            level: line.heading,
            number: number.map(|number| numbering::trimmed(&number).to_owned()),
            title: titled.unwrap_or_else(|| line.text.clone()).trim().to_owned(),
            line: line.text.clone(),
            bookmarks: line.bookmarks.clone(),
            place: line.place.clone(),
            ids,
        });
    }
    found
}

/// Takes away marks that led to nothing.
fn clear(root: &mut Element) {
    root.visit_mut(&mut |element| {
        element.children.retain(|node| !matches!(node, super::tree::Node::Raw(raw) if raw.starts_with("<?tdk-")));
    });
}

/// The text of a paragraph as the survey has it.
fn plain(paragraph: &Element) -> String {
    text_of(paragraph)
}

/// Calls a function for every paragraph of a part with its place.
fn each_paragraph<'t>(root: &'t Element, part: &str, styles: &Styles, seen: &mut impl FnMut(&'t Element, &Place)) {
    for found in paragraphs(root, part, styles) {
        seen(found.paragraph, &found.place);
    }
}
