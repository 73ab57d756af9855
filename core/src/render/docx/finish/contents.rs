//! Tables of contents, filled with the headings that are there; which page they are on only Word knows.

use std::collections::BTreeSet;

use super::anchors;
use super::fields;
use super::references::UNKNOWN_PAGE;
use super::survey::{Line, Survey};
use crate::render::docx::compose::{Style, field, run};
use crate::render::docx::sheet::Sheet;
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::{Element, Node};

/// A line of a table of contents.
#[derive(Debug, Clone)]
struct Entry {
    level: u8,
    /// Its place among the paragraphs.
    line: usize,
}

/// What a table of contents lists.
#[derive(Debug, Clone, Default)]
struct Plan {
    headings: Option<(u8, u8)>,
    outline: bool,
    styles: Vec<(String, u8)>,
    sequence: Option<String>,
    /// Whether pages are left out.
    without_pages: bool,
}

impl Plan {
    fn read(instruction: &str) -> Option<Plan> {
        let words = fields::words(instruction);
        if !words.first()?.eq_ignore_ascii_case("TOC") {
            return None;
        }
        let levels = |range: &str| {
            let (from, to) = range.split_once('-')?;
            Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
        };
        let mut plan = Plan {
            headings: fields::has(&words, "\\o").then(|| fields::switch(&words, "\\o").and_then(levels).unwrap_or((1, 9))),
            outline: fields::has(&words, "\\u"),
            sequence: fields::switch(&words, "\\c").map(str::to_owned),
            without_pages: fields::has(&words, "\\n"),
            ..Plan::default()
        };
        if let Some(list) = fields::switch(&words, "\\t") {
            let parts: Vec<&str> = list.split([',', ';']).map(str::trim).collect();
            let pairs = parts.chunks(2).filter_map(|pair| match pair {
                [name, level] => Some(((*name).to_owned(), level.parse().ok()?)),
                _ => None,
            });
            plan.styles = pairs.collect();
        }
        if plan.headings.is_none() && !plan.outline && plan.styles.is_empty() && plan.sequence.is_none() {
            plan.headings = Some((1, 9));
        }
        Some(plan)
    }

    fn level(&self, line: &Line, styles: &Styles) -> Option<u8> {
        if let Some(wanted) = &self.sequence {
            return line.sequences.contains(wanted).then_some(1);
        }
        let style = line.style.as_ref().and_then(|id| styles.find(id));
        let name = style.map(|style| style.name.to_lowercase()).unwrap_or_default();
        if let Some((_, level)) = self.styles.iter().find(|(known, _)| known.to_lowercase() == name) {
            return Some(*level);
        }
        let (from, to) = self.headings.unwrap_or((1, 9));
        let built_in =
            name.strip_prefix("heading ").or_else(|| name.strip_prefix("見出し")).and_then(|at| at.trim().parse().ok());
        let level: u8 = built_in.filter(|_| self.headings.is_some()).or_else(|| line.heading.filter(|_| self.outline))?;
        (from..=to).contains(&level).then_some(level)
    }
}

/// Where a table of contents stands among its neighbours.
struct Found {
    first: usize,
    last: usize,
    plan: Plan,
    instruction: String,
}

/// Returns whether a part has a table of contents.
pub(super) fn is_there(root: &Element) -> bool {
    let mut is_there = false;
    root.visit(&mut |element| is_there |= element.is("w:instrText") && element.raw_text().trim_start().starts_with("TOC"));
    is_there
}

/// Fills all tables of contents of the body and gives the headings the bookmarks they lead to.
pub(super) fn fill(root: &mut Element, survey: &Survey, styles: &Styles, sheet: &mut Sheet) {
    let names = names(survey);
    let mut wanted: BTreeSet<usize> = BTreeSet::new();
    let width = text_width(root);
    fill_in(root, survey, styles, sheet, &names, width, &mut wanted);
    // Headings are counted as the survey counted them: nothing was added or taken away but entries, which are no headings.
    let mut at = 0;
    let lines: Vec<&Line> = survey.lines.iter().collect();
    bookmark_headings(root, &lines, &wanted, &names, &mut at);
}

/// The bookmark of each paragraph: one it has already, or a new one.
fn names(survey: &Survey) -> Vec<String> {
    let mut next = 0_u32;
    let mut name = |line: &Line| {
        if let Some(known) = line.bookmarks.iter().find(|name| name.starts_with("_Toc")) {
            return known.clone();
        }
        loop {
            next += 1;
            let name = format!("_Toc{:09}", 100_000_000 + next);
            if !survey.targets.contains_key(&name) {
                return name;
            }
        }
    };
    survey.lines.iter().map(&mut name).collect()
}

fn fill_in(
    element: &mut Element,
    survey: &Survey,
    styles: &Styles,
    sheet: &mut Sheet,
    names: &[String],
    width: u32,
    wanted: &mut BTreeSet<usize>,
) {
    let mut from = 0;
    while let Some(found) = find(&element.children, from) {
        let level = |(at, line): (usize, &Line)| {
            let level = found.plan.level(line, styles).filter(|_| !line.text.trim().is_empty())?;
            Some(Entry { level, line: at })
        };
        let entries: Vec<Entry> = survey.lines.iter().enumerate().filter_map(level).collect();
        wanted.extend(entries.iter().map(|entry| entry.line));
        let old: Vec<Node> = element.children.drain(found.first..=found.last).collect();
        let made = paragraphs(&entries, &found, &old, survey, sheet, names, width);
        from = found.first + made.len();
        element.children.splice(found.first..found.first, made);
    }
    for child in element.elements_mut() {
        if !child.is("w:p") {
            fill_in(child, survey, styles, sheet, names, width, wanted);
        }
    }
}

/// Finds the next table of contents: the paragraphs from the run that begins its field to the one that ends it.
fn find(children: &[Node], from: usize) -> Option<Found> {
    let mut depth = 0_usize;
    let mut open: Option<(usize, usize, String, bool)> = None;
    for (at, node) in children.iter().enumerate().skip(from) {
        let Some(paragraph) = node.element().filter(|element| element.is("w:p")) else { continue };
        let mut ended = None;
        visit_runs(paragraph, &mut |run| {
            if let (Some(asked), Some((_, level, instruction, is_read))) = (run.child("w:instrText"), &mut open) {
                if *level == depth && !*is_read {
                    instruction.push_str(&asked.raw_text());
                }
            }
            match run.child("w:fldChar").and_then(|mark| mark.attribute("w:fldCharType")) {
                Some("begin") => {
                    depth += 1;
                    if open.is_none() {
                        open = Some((at, depth, String::new(), false));
                    }
                }
                Some("separate") => {
                    if let Some((_, _, _, is_read)) = open.as_mut().filter(|(_, level, _, _)| *level == depth) {
                        *is_read = true;
                    }
                }
                Some("end") => {
                    if ended.is_none() && open.as_ref().is_some_and(|(_, level, _, _)| *level == depth) {
                        let (first, _, instruction, _) = open.take().unwrap_or_default();
                        ended = Plan::read(&instruction).map(|plan| Found { first, last: at, plan, instruction });
                    }
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
        });
        if ended.is_some() {
            return ended;
        }
    }
    None
}

fn visit_runs<'e>(element: &'e Element, seen: &mut impl FnMut(&'e Element)) {
    for child in element.elements() {
        if child.is("w:r") {
            seen(child);
        } else if !child.is("w:pPr") {
            visit_runs(child, seen);
        }
    }
}

fn paragraphs(
    entries: &[Entry],
    found: &Found,
    old: &[Node],
    survey: &Survey,
    sheet: &mut Sheet,
    names: &[String],
    width: u32,
) -> Vec<Node> {
    // The parts of the field: begin, instruction and middle before the entries, the end behind them.
    let mut parts = field(&found.instruction, "", None, true);
    let end = parts.pop();
    let mut made: Vec<Element> = Vec::new();
    for entry in entries {
        let (Some(line), Some(name)) = (survey.lines.get(entry.line), names.get(entry.line)) else { continue };
        let mut paragraph = Element::new("w:p").holding(properties(entry, line, sheet, width));
        let mut link = Element::new("w:hyperlink").with("w:anchor", name).with("w:history", "1");
        if let Some(number) = &line.number {
            let gap = if number.has_tab { "\t" } else { " " };
            link = link.holding(run(&format!("{}{gap}", number.text)));
        }
        link = link.holding(run(line.text.replace(['\n', '\t'], " ").trim()));
        if !found.plan.without_pages {
            link = link.holding(run("\t"));
            let page = field(&format!(" PAGEREF {name} \\h "), UNKNOWN_PAGE, None, true);
            link.children.extend(page.into_iter().map(Node::Element));
        }
        paragraph = paragraph.holding(link);
        made.push(paragraph);
    }
    if made.is_empty() {
        let style = sheet.style(Style::Toc(1));
        let properties = Element::new("w:pPr").holding(Element::new("w:pStyle").with("w:val", &style));
        made.push(Element::new("w:p").holding(properties).holding(run("（目次に載せる見出しがありません）")));
    }
    if let Some(first) = made.first_mut() {
        // The section that ended in the old paragraphs, if any, must not vanish; it ends behind the last entry.
        first.children.splice(1..1, parts.into_iter().map(Node::Element));
    }
    if let Some(last) = made.last_mut() {
        last.children.extend(end.map(Node::Element));
        let section = old.iter().filter_map(Node::element).rev().find_map(|old| old.at(&["w:pPr", "w:sectPr"]));
        if let (Some(section), Some(properties)) = (section, last.child_mut("w:pPr")) {
            properties.children.push(section.clone().into());
        }
    }
    made.into_iter().map(Node::Element).collect()
}

fn properties(entry: &Entry, line: &Line, sheet: &mut Sheet, width: u32) -> Element {
    let style = sheet.style(Style::Toc(entry.level.min(9)));
    let mut tabs = Element::new("w:tabs");
    if line.number.as_ref().is_some_and(|number| number.has_tab) {
        let at = 420 + 240 * u32::from(entry.level) + 180 * u32::from(entry.level);
        tabs = tabs.holding(Element::new("w:tab").with("w:val", "left").with("w:pos", &at.to_string()));
    }
    let right = Element::new("w:tab").with("w:val", "right").with("w:leader", "dot").with("w:pos", &width.to_string());
    Element::new("w:pPr").holding(Element::new("w:pStyle").with("w:val", &style)).holding(tabs.holding(right))
}

/// Width of the text of the last section, where the right tab stop stands.
fn text_width(root: &Element) -> u32 {
    let section = root.at(&["w:body", "w:sectPr"]);
    let number = |path: &str, name: &str| -> Option<u32> {
        section?.child(path)?.attribute(name)?.parse::<f64>().ok().map(|value| value.max(0.0) as u32)
    };
    let margin = |name: &str| number("w:pgMar", name).unwrap_or(1417);
    number("w:pgSz", "w:w").unwrap_or(11906).saturating_sub(margin("w:left") + margin("w:right")).max(2000)
}

/// Puts bookmarks around the headings that are listed. Walks as `view` does, so that the n-th heading is the n-th line.
fn bookmark_headings(root: &mut Element, lines: &[&Line], wanted: &BTreeSet<usize>, names: &[String], at: &mut usize) {
    // Entries are no headings and stand elsewhere than before, so only headings and captions are matched, by their order.
    let listed: Vec<usize> = wanted.iter().copied().collect();
    root.visit_mut(&mut |paragraph| {
        if !paragraph.is("w:p") {
            return;
        }
        let Some((line, index)) = listed.get(*at).and_then(|index| Some((lines.get(*index)?, *index))) else { return };
        let style = paragraph.value_at(&["w:pPr", "w:pStyle"]);
        let is_same = super::plain(paragraph) == line.text && (style.is_none() || style == line.style.as_deref());
        if !is_same {
            return;
        }
        *at += 1;
        if let Some(name) = names.get(index).filter(|name| !line.bookmarks.contains(name)) {
            anchors::wrap(paragraph, name);
        }
    });
}
