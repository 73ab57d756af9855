//! Turns the marked tree of a part into one Tera template: XML as it is, with a statement or value where a mark stands.

use quick_xml::escape::{escape, minimal_escape};

use super::block::{Blocks, Item, Level, is_word};
use super::lift::CARRIER;
use super::mark::{END, Mark, START, is_marked};
use super::problem::{BLANK_LEFT, CELL, CHARACTER, Problem};
use super::site::{Around, RunSite, Site};
use super::tag::{Kind, Tag};
use crate::model::Text;
use crate::render::docx::tree::{Element, Node, Tree};
use crate::render::docx::view::Place;

/// The marks of Tera in what is made here. No XML can hold them, so that `{{` in a text stays what it is.
pub(super) const DELIMITERS: [&str; 6] = ["\u{1}\u{2}", "\u{2}\u{1}", "\u{3}\u{4}", "\u{4}\u{3}", "\u{5}\u{6}", "\u{6}\u{5}"];
const VALUE: [&str; 2] = [DELIMITERS[0], DELIMITERS[1]];
const STATEMENT: [&str; 2] = [DELIMITERS[2], DELIMITERS[3]];

/// The filter through which every value is printed.
pub(super) const PRINT: &str = "tdk_print";
/// The function that gives numbers that no other picture has.
pub(super) const NUMBER: &str = "tdk_number";

/// A part as a template.
#[derive(Debug)]
pub(super) struct Assembled {
    /// What Tera compiles.
    pub(super) source: String,
    /// What the tags do, in order.
    pub(super) items: Vec<Item>,
    /// Whether the result has to be looked over as a tree.
    pub(super) needs_fix: bool,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
}

/// Turns a part into a template; `sites` is added to.
pub(super) fn assemble(tree: &Tree, tags: &[Tag], sites: &mut Vec<Site>, part: &Place) -> Assembled {
    let mut writer = Writer {
        tags,
        sites,
        blocks: Blocks::new(tags),
        out: tree.before.clone(),
        next: 0,
        needs_fix: false,
        problems: Vec::new(),
        in_table: 0,
        part,
    };
    writer.element(&tree.root, &Parent::default());
    let Writer { blocks, out, needs_fix, mut problems, .. } = writer;
    let (items, more) = blocks.finish();
    problems.extend(more);
    Assembled { source: out, items, needs_fix, problems }
}

/// What an element stands in.
#[derive(Default, Clone)]
struct Parent<'e> {
    /// Name.
    name: &'e str,
    /// Number of the element.
    number: usize,
    /// Number of what that stands in.
    around: usize,
    /// Properties of the run, in a run.
    run: Option<&'e Element>,
}

struct Writer<'t, 's> {
    tags: &'t [Tag],
    sites: &'s mut Vec<Site>,
    blocks: Blocks<'t>,
    out: String,
    /// Number of the next element.
    next: usize,
    needs_fix: bool,
    problems: Vec<Problem>,
    in_table: usize,
    part: &'s Place,
}

impl Writer<'_, '_> {
    fn element(&mut self, element: &Element, parent: &Parent) {
        self.next += 1;
        let number = self.next;
        let name = element.name.as_str();
        if name == "w:p" && self.alone(element, parent) {
            return;
        }
        let in_loop = self.blocks.in_loop();
        let is_bookmark = matches!(name, "w:bookmarkStart" | "w:bookmarkEnd" | "w:commentRangeStart");
        self.needs_fix |= (in_loop && is_bookmark) || element.attribute(CARRIER).is_some();
        self.needs_fix |= is_fragile(element, self.tags);
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in &element.attributes {
            if in_loop && matches!(key.as_str(), "w14:paraId" | "w14:textId") {
                continue;
            }
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            if in_loop && name == "wp:docPr" && key == "id" {
                self.code(VALUE, &format!("{NUMBER}()"));
            } else {
                self.attribute(value, number);
            }
            self.out.push('"');
        }
        if element.children.is_empty() {
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        self.in_table += usize::from(name == "w:tbl");
        let run = if name == "w:r" { element.child("w:rPr") } else { parent.run };
        let own = Parent { name, number, around: parent.number, run };
        for child in &element.children {
            match child {
                Node::Element(child) => self.element(child, &own),
                Node::Text(text) => self.text(text),
                Node::Raw(raw) => match Mark::of(child) {
                    Some(mark) => self.mark(mark, &own),
                    None => self.literal(raw),
                },
            }
        }
        self.in_table -= usize::from(name == "w:tbl");
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn text(&mut self, text: &str) {
        let escaped = minimal_escape(text);
        if escaped.contains("]]>") || escaped.contains('\r') {
            let kept = escaped.replace("]]>", "]]&gt;").replace('\r', "&#13;");
            self.literal(&kept);
        } else {
            self.literal(&escaped);
        }
    }

    /// Writes what is to come out as it is.
    fn literal(&mut self, text: &str) {
        let is_illegal = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
        if text.contains(is_illegal) {
            self.problems.push(Problem::new(CHARACTER, self.part, "").with("character", "U+0000–U+001F").with("value", ""));
            self.out.extend(text.chars().filter(|c| !is_illegal(*c)));
        } else {
            self.out.push_str(text);
        }
    }

    fn attribute(&mut self, value: &str, number: usize) {
        let mut rest = value;
        while let Some((before, after)) = rest.split_once(START) {
            self.attribute_text(before);
            let Some((mark, after)) = after.split_once(END) else { break };
            if let Some(mark) = Mark::read(mark) {
                let parent = Parent { name: "@", number, around: number, run: None };
                self.mark(mark, &parent);
            }
            rest = after;
        }
        self.attribute_text(rest);
    }

    fn attribute_text(&mut self, text: &str) {
        let escaped = escape(text);
        let kept = escaped.replace('\t', "&#9;").replace('\n', "&#10;").replace('\r', "&#13;");
        self.literal(&kept);
    }

    fn code(&mut self, marks: [&str; 2], code: &str) {
        let [open, close] = marks;
        self.out.extend([open, " ", code, " ", close]);
    }

    fn mark(&mut self, mark: Mark, parent: &Parent) {
        let (number, is_lifted) = match mark {
            Mark::Code(code) => return self.added(&code),
            Mark::Typed(number) | Mark::Parting(number) => (number, false),
            Mark::Lifted(number) => (number, true),
        };
        let Some(tag) = self.tags.get(number) else { return };
        match tag.kind {
            Kind::Comment => {}
            Kind::Value => {
                let around = match parent.name {
                    "w:t" => Around::Run(RunSite::new(parent.run)),
                    "w:instrText" => Around::Instruction,
                    _ => Around::Plain,
                };
                self.print(number, tag, around);
            }
            Kind::Statement => {
                let level = match parent.name {
                    _ if is_lifted => Level::Whole(parent.number),
                    "w:p" | "w:rt" | "w:rubyBase" => Level::Runs(parent.around),
                    _ => Level::Text(parent.number),
                };
                if let Some(code) = self.blocks.statement(number, level) {
                    self.code(STATEMENT, &code);
                }
            }
        }
    }

    fn print(&mut self, number: usize, tag: &Tag, around: Around) {
        let site = self.sites.len();
        self.sites.push(Site { around });
        self.blocks.value(number, site);
        self.code(VALUE, &format!("({}) | {PRINT}(at={site})", tag.body));
    }

    /// Writes a statement that the engine adds for merged cells.
    fn added(&mut self, code: &str) {
        match code.split_once(' ') {
            Some(("if", number)) => {
                if !self.blocks.in_loop()
                    && let Some(tag) = number.parse().ok().and_then(|number: usize| self.tags.get(number))
                {
                    let wanted = Text::new("{% for %} の中のセル", "a cell in {% for %}");
                    self.problems.push(Problem::new(CELL, &tag.place, &tag.source).with("wanted", wanted));
                }
                self.code(STATEMENT, "if loop.first");
            }
            _ if code == "first" => {
                self.code(STATEMENT, "if loop.first");
                self.out.push_str("restart");
                self.code(STATEMENT, "else");
                self.out.push_str("continue");
                self.code(STATEMENT, "endif");
            }
            _ => self.code(STATEMENT, code),
        }
    }

    /// Writes a paragraph that holds one printing tag and no more; returns whether it is such a one.
    fn alone(&mut self, paragraph: &Element, parent: &Parent) -> bool {
        let is_properties = |node: &Node| node.element().is_some_and(|child| child.is("w:pPr"));
        let mut content = paragraph.children.iter().filter(|node| !is_properties(node));
        let (Some(only), None) = (content.next(), content.next()) else { return false };
        let is_needed = parent.name != "w:body";
        let properties = paragraph.child("w:pPr");
        if properties.is_some_and(|properties| properties.child("w:sectPr").is_some() || is_marked(properties)) {
            return false;
        }
        if let Some(Mark::Lifted(number)) = Mark::of(only) {
            let Some(tag) = self.tags.get(number).filter(|tag| tag.kind == Kind::Value) else { return false };
            let around = Around::Blocks { properties: properties.cloned(), is_needed, in_table: self.in_table > 0 };
            self.print(number, tag, around);
            return true;
        }
        let Some(run) = only.element().filter(|only| only.is("w:r")) else { return self.leaves_blank(only) };
        let mut inner = run.elements().filter(|child| !child.is("w:rPr"));
        let (Some(text), None) = (inner.next(), inner.next()) else { return false };
        let [mark] = text.children.as_slice() else { return false };
        let Some(Mark::Typed(number)) = Mark::of(mark).filter(|_| text.is("w:t")) else { return false };
        let Some(tag) = self.tags.get(number) else { return false };
        if tag.kind != Kind::Value {
            return self.leaves_blank(mark);
        }
        let mut open = "<w:p>".to_owned();
        if let Some(properties) = properties {
            properties.write(&mut open);
        }
        let run = RunSite::new(run.child("w:rPr"));
        if open.contains(START) || run.written.contains(START) {
            return false;
        }
        self.print(number, tag, Around::Alone { run, open, is_needed });
        true
    }

    /// Notes that a block stands alone in its paragraph, which stays behind, blank.
    fn leaves_blank(&mut self, mark: &Node) -> bool {
        let tag = Mark::of(mark).and_then(|mark| mark.unlifted()).and_then(|tag| self.tags.get(tag));
        if let Some(tag) = tag.filter(|tag| is_word(tag, "for") || is_word(tag, "if")) {
            let better = format!("{{%p {} %}}", tag.body);
            self.problems.push(Problem::new(BLANK_LEFT, &tag.place, &tag.source).with("better", better));
        }
        false
    }
}

/// Returns whether what is in an element may all be left out, or its columns change, so that it has to be looked over.
fn is_fragile(element: &Element, tags: &[Tag]) -> bool {
    let lifted = |node: &Node| match Mark::of(node) {
        Some(Mark::Lifted(tag)) => tags.get(tag).is_some_and(|tag| tag.kind == Kind::Statement),
        Some(Mark::Code(_)) => true,
        _ => false,
    };
    let has_lifted = element.children.iter().any(lifted);
    match element.name.as_str() {
        // A changed number of cells changes the grid.
        "w:tr" => has_lifted || unlifted_cells(element, tags),
        "w:tbl" | "w:tc" | "w:txbxContent" | "w:footnote" | "w:endnote" | "w:comment" | "w:hdr" | "w:ftr" | "w:body" => {
            has_lifted && !stays(element, tags)
        }
        _ => false,
    }
}

/// Returns whether something that must be there stands outside all blocks: at the end, or a row of a table.
fn stays(element: &Element, tags: &[Tag]) -> bool {
    let mut depth = 0_usize;
    let mut last = false;
    for child in &element.children {
        match (child, Mark::of(child)) {
            (_, Some(Mark::Lifted(tag))) => {
                let Some(tag) = tags.get(tag).filter(|tag| tag.kind == Kind::Statement) else { continue };
                match tag.keyword() {
                    "for" | "if" => depth += 1,
                    "endfor" | "endif" => {
                        depth = depth.saturating_sub(1);
                        last = false;
                    }
                    _ => {}
                }
            }
            (Node::Element(child), None) if element.is("w:tbl") && child.is("w:tr") && depth == 0 => return true,
            (Node::Element(_), None) if element.is("w:tbl") => {}
            (Node::Element(child), None) if matches!(child.name.as_str(), "w:p" | "w:tbl") => {
                last = depth == 0
                    && child.is("w:p")
                    && !matches!(child.children.as_slice(), [.., node] if matches!(Mark::of(node), Some(Mark::Lifted(_))));
            }
            _ => {}
        }
    }
    last
}

/// Returns whether a cell of a row has a span that is worked out.
fn unlifted_cells(row: &Element, _: &[Tag]) -> bool {
    row.elements().any(|cell| cell.value_at(&["w:tcPr", "w:gridSpan"]).is_some_and(|span| span.contains(START)))
}
