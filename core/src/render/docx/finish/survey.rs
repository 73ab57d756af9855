//! What stands in a part: its paragraphs with their numbers, and what bookmarks hold.

use std::collections::BTreeMap;

use super::numbering::{Number, Numbering};
use super::sequences;
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::Element;
use crate::render::docx::view::{Place, paragraphs, text_of};

/// One paragraph.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) place: Place,
    pub(super) text: String,
    /// Which heading it is, from 1.
    pub(super) heading: Option<u8>,
    /// Id of its style.
    pub(super) style: Option<String>,
    pub(super) number: Option<Number>,
    /// The sequences that count in it.
    pub(super) sequences: Vec<String>,
    /// The bookmarks that start in it.
    pub(super) bookmarks: Vec<String>,
}

/// What a bookmark leads to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The paragraph, by its place among the lines.
    pub(super) line: usize,
    /// The text it holds; nothing when it ends in another paragraph.
    pub(super) text: Option<String>,
}

/// A part as it stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Survey {
    pub(super) lines: Vec<Line>,
    pub(super) targets: BTreeMap<String, Target>,
}

impl Survey {
    pub(super) fn of(root: &Element, part: &str, styles: &Styles, numbering: &Numbering) -> Survey {
        let mut numbering = numbering.clone();
        let mut survey = Survey::default();
        let mut loose = loose(root);
        for seen in paragraphs(root, part, styles) {
            let at = survey.lines.len();
            let mut marks = Marks::default();
            marks.walk(seen.paragraph);
            for name in loose.remove(&address(seen.paragraph)).unwrap_or_default() {
                survey.targets.entry(name).or_insert(Target { line: at, text: None });
            }
            let bookmarks: Vec<String> = marks.starts.iter().map(|(_, name)| name.clone()).collect();
            for (id, name) in marks.starts {
                let text = marks.texts.get(&id).cloned().filter(|_| marks.ends.contains(&id));
                survey.targets.entry(name).or_insert(Target { line: at, text });
            }
            survey.lines.push(Line {
                number: numbering.count(seen.paragraph, styles),
                style: styles.of_paragraph(seen.paragraph).map(|style| style.id.clone()),
                sequences: sequences::names(seen.paragraph),
                place: seen.place,
                text: seen.text,
                heading: seen.heading,
                bookmarks,
            });
        }
        survey
    }

    /// Returns the paragraph a bookmark is in.
    pub(super) fn line(&self, bookmark: &str) -> Option<&Line> {
        self.lines.get(self.targets.get(bookmark)?.line)
    }
}

fn address(element: &Element) -> usize {
    std::ptr::from_ref(element).addr()
}

/// Bookmarks that start between paragraphs, by the paragraph that follows.
fn loose(root: &Element) -> BTreeMap<usize, Vec<String>> {
    fn walk(element: &Element, waiting: &mut Vec<String>, found: &mut BTreeMap<usize, Vec<String>>) {
        for child in element.elements() {
            match child.name.as_str() {
                "w:bookmarkStart" => waiting.extend(child.attribute("w:name").map(str::to_owned)),
                "w:p" if !waiting.is_empty() => drop(found.insert(address(child), std::mem::take(waiting))),
                "w:p" => {}
                _ => walk(child, waiting, found),
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(root, &mut Vec::new(), &mut found);
    found
}

/// The bookmarks of a paragraph and the text between their ends.
#[derive(Default)]
struct Marks {
    starts: Vec<(String, String)>,
    ends: Vec<String>,
    open: Vec<String>,
    texts: BTreeMap<String, String>,
}

impl Marks {
    fn walk(&mut self, element: &Element) {
        for child in element.elements() {
            match child.name.as_str() {
                "w:bookmarkStart" => {
                    let id = child.attribute("w:id").unwrap_or_default().to_owned();
                    self.starts.push((id.clone(), child.attribute("w:name").unwrap_or_default().to_owned()));
                    self.texts.insert(id.clone(), String::new());
                    self.open.push(id);
                }
                "w:bookmarkEnd" => {
                    let id = child.attribute("w:id").unwrap_or_default();
                    self.open.retain(|open| open != id);
                    self.ends.push(id.to_owned());
                }
                "w:r" => {
                    let text = text_of(child);
                    for id in &self.open {
                        if let Some(held) = self.texts.get_mut(id) {
                            held.push_str(&text);
                        }
                    }
                }
                "w:pPr" | "w:del" | "w:moveFrom" | "w:txbxContent" | "mc:Fallback" => {}
                _ => self.walk(child),
            }
        }
    }
}
