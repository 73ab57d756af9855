//! What stands in a line: runs, readings, fields.

use super::super::tree::{Element, Node};

/// The runs of a paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    runs: Vec<Element>,
}

/// Makes an empty run. Digits and signs that both scripts share take the East Asian face.
pub fn run(text: &str) -> Element {
    text_run(text, run_properties())
}

/// Makes the properties every run has.
pub fn run_properties() -> Element {
    Element::new("w:rPr").holding(Element::new("w:rFonts").with("w:hint", "eastAsia"))
}

/// Makes a run of text: line breaks and tabs become Word's own, spaces are kept.
pub fn text_run(text: &str, properties: Element) -> Element {
    let mut run = Element::new("w:r");
    if !properties.children.is_empty() {
        run.children.push(properties.into());
    }
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            run.children.push(Element::new("w:br").into());
        }
        for (at, piece) in line.split('\t').enumerate() {
            if at > 0 {
                run.children.push(Element::new("w:tab").into());
            }
            if !piece.is_empty() {
                run.children.push(Element::new("w:t").with("xml:space", "preserve").saying(piece).into());
            }
        }
    }
    run
}

/// Makes a run of text with its reading above; `size` is that of the text in half-points.
pub fn ruby(base: &str, reading: &str, size: u32, properties: &Element) -> Element {
    let half = (size / 2).max(1).to_string();
    let raise = size.saturating_sub(2).to_string();
    let about = Element::new("w:rubyPr")
        .holding(valued("w:rubyAlign", "distributeSpace"))
        .holding(valued("w:hps", &half))
        .holding(valued("w:hpsRaise", &raise))
        .holding(valued("w:hpsBaseText", &size.to_string()))
        .holding(valued("w:lid", "ja-JP"));
    let mut small = properties.clone();
    small.children.retain(|child| !child.element().is_some_and(|known| known.is("w:sz") || known.is("w:szCs")));
    insert_size(&mut small, &half);
    let above = Element::new("w:rt").holding(text_run(reading, small));
    let below = Element::new("w:rubyBase").holding(text_run(base, properties.clone()));
    let mut run = Element::new("w:r");
    run.children.push(properties.clone().into());
    run.holding(Element::new("w:ruby").holding(about).holding(above).holding(below))
}

/// Puts a size where the schema wants it: before highlighting, underline and what follows.
fn insert_size(properties: &mut Element, size: &str) {
    let later =
        ["w:highlight", "w:u", "w:effect", "w:bdr", "w:shd", "w:fitText", "w:vertAlign", "w:rtl", "w:cs", "w:em", "w:lang"];
    let at =
        properties.children.iter().position(|child| child.element().is_some_and(|known| later.contains(&known.name.as_str())));
    properties.children.insert(at.unwrap_or(properties.children.len()), valued("w:sz", size).into());
}

/// Makes an element with `w:val`.
pub(crate) fn valued(name: &str, value: &str) -> Element {
    Element::new(name).with("w:val", value)
}

/// Makes the runs of a field: what it asks for, and what it shows until Word works it out anew.
pub fn field(instruction: &str, shown: &str, properties: Option<&Element>, dirty: bool) -> Vec<Element> {
    let properties = properties.cloned().unwrap_or_else(run_properties);
    let bare = || {
        let mut run = Element::new("w:r");
        run.children.push(properties.clone().into());
        run
    };
    let mut begin = Element::new("w:fldChar").with("w:fldCharType", "begin");
    if dirty {
        begin.set("w:dirty", "true");
    }
    let asked = Element::new("w:instrText").with("xml:space", "preserve").saying(instruction);
    let mut runs = vec![
        bare().holding(begin),
        bare().holding(asked),
        bare().holding(Element::new("w:fldChar").with("w:fldCharType", "separate")),
    ];
    if !shown.is_empty() {
        runs.push(text_run(shown, properties.clone()));
    }
    runs.push(bare().holding(Element::new("w:fldChar").with("w:fldCharType", "end")));
    runs
}

impl Line {
    /// Makes an empty line.
    pub fn new() -> Line {
        Line::default()
    }

    /// Adds text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Line {
        self.runs.push(run(text));
        self
    }

    /// Adds bold text.
    #[must_use]
    pub fn bold(mut self, text: &str) -> Line {
        self.runs.push(text_run(text, run_properties().holding(Element::new("w:b"))));
        self
    }

    /// Adds text of another size, in half-points.
    #[must_use]
    pub fn sized(mut self, text: &str, size: u32) -> Line {
        let size = size.to_string();
        self.runs.push(text_run(text, run_properties().holding(valued("w:sz", &size)).holding(valued("w:szCs", &size))));
        self
    }

    /// Adds text with its reading above; `size` is that of the text in half-points.
    #[must_use]
    pub fn ruby(mut self, base: &str, reading: &str, size: u32) -> Line {
        self.runs.push(ruby(base, reading, size, &run_properties()));
        self
    }

    /// Adds a field and what it shows until Word works it out.
    #[must_use]
    pub fn field(mut self, instruction: &str, shown: &str) -> Line {
        self.push_all(field(&format!(" {instruction} "), shown, None, false));
        self
    }

    /// Adds the number of the page and how many there are, `3 / 12`.
    #[must_use]
    pub fn page_of_pages(self) -> Line {
        self.field("PAGE", "1").text(" / ").field("NUMPAGES", "1")
    }

    /// Goes to the next tab stop.
    #[must_use]
    pub fn tab(mut self) -> Line {
        self.runs.push(run("\t"));
        self
    }

    /// Adds runs made elsewhere.
    pub fn push_all(&mut self, runs: impl IntoIterator<Item = Element>) {
        self.runs.extend(runs);
    }

    /// Returns the runs as nodes.
    pub(super) fn nodes(self) -> impl Iterator<Item = Node> {
        self.runs.into_iter().map(Node::Element)
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Line {
        Line::new().text(text)
    }
}

impl From<String> for Line {
    fn from(text: String) -> Line {
        Line::new().text(&text)
    }
}
