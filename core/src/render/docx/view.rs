//! The paragraphs of a part as a reader meets them: each with the text Word shows and the place it stands in.

use std::fmt::Write as _;

use super::styles::Styles;
use super::tree::{Element, Node};
use crate::model::{Lang, Text};

/// Where a paragraph stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The part, `word/header1.xml`.
    pub part: String,
    /// Id of the footnote, endnote or comment, where the part holds such.
    pub note: Option<String>,
    /// Text of the heading it stands under, or that it is.
    pub heading: Option<String>,
    /// The cells it stands in, the outermost first.
    pub cells: Vec<Cell>,
    /// Whether it stands in a text box.
    pub in_text_box: bool,
    /// Which paragraph it is below the heading, or in its cell, from 1; blank ones count. The heading itself is 0.
    pub paragraph: usize,
}

/// A cell of a table, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Which table below the heading, or in the cell around it.
    pub table: usize,
    /// Row.
    pub row: usize,
    /// Column; a cell that spans several counts as so many.
    pub column: usize,
}

/// A paragraph with its place.
#[derive(Debug, Clone)]
pub struct Seen<'t> {
    /// Where it stands.
    pub place: Place,
    /// The paragraph itself.
    pub paragraph: &'t Element,
    /// The text Word shows in it.
    pub text: String,
    /// Which heading it is, from 1.
    pub heading: Option<u8>,
}

impl Place {
    /// Says where it is, in one language.
    pub fn say(&self, lang: Lang) -> String {
        let pick = |ja: String, en: String| if lang == Lang::Ja { ja } else { en };
        let mut said = Vec::new();
        if let Some(part) = self.part_words(lang) {
            said.push(part);
        }
        if let Some(heading) = &self.heading {
            let heading = shortened(heading);
            said.push(pick(format!("見出し「{heading}」"), format!("heading \"{heading}\"")));
        }
        for cell in &self.cells {
            let Cell { table, row, column } = cell;
            said.push(pick(format!("表{table} 行{row}列{column}"), format!("table {table} row {row} column {column}")));
        }
        if self.in_text_box {
            said.push(lang.pick("テキストボックス", "text box").to_owned());
        }
        if self.paragraph > 0 {
            let number = self.paragraph;
            said.push(pick(format!("段落{number}"), format!("paragraph {number}")));
        }
        said.join(" › ")
    }

    /// Says where it is, in both languages.
    pub fn text(&self) -> Text {
        Text::new(self.say(Lang::Ja), self.say(Lang::En))
    }

    fn part_words(&self, lang: Lang) -> Option<String> {
        let file = self.part.rsplit('/').next().unwrap_or_default();
        let stem = file.split('.').next().unwrap_or_default();
        let kind = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let words = match kind {
            "document" => return None,
            "header" => lang.pick("ヘッダー", "header"),
            "footer" => lang.pick("フッター", "footer"),
            "footnotes" => lang.pick("脚注", "footnote"),
            "endnotes" => lang.pick("文末脚注", "endnote"),
            "comments" => lang.pick("コメント", "comment"),
            _ => return Some(self.part.clone()),
        };
        let mut words = words.to_owned();
        match &self.note {
            Some(note) => drop(write!(words, " {note}")),
            None if matches!(kind, "header" | "footer") => drop(write!(words, " ({file})")),
            None => {}
        }
        Some(words)
    }
}

/// A heading of many words is cut: it only says where to look.
fn shortened(heading: &str) -> String {
    const CHARACTERS: usize = 40;
    if heading.chars().count() <= CHARACTERS {
        return heading.to_owned();
    }
    heading.chars().take(CHARACTERS).chain(['…']).collect()
}

/// Returns all paragraphs of a part in reading order; those of a text box follow the paragraph it is anchored in.
pub fn paragraphs<'t>(root: &'t Element, part: &str, styles: &Styles) -> Vec<Seen<'t>> {
    let place = Place { part: part.to_owned(), ..Place::default() };
    let mut walk = Walk { styles, seen: Vec::new() };
    let body = root.child("w:body").unwrap_or(root);
    let is_notes = body.elements().any(|element| matches!(element.name.as_str(), "w:footnote" | "w:endnote" | "w:comment"));
    if is_notes {
        for note in body.elements() {
            // Separators are no notes.
            if note.attribute("w:type").is_some_and(|kind| kind != "normal") {
                continue;
            }
            let place = Place { note: note.attribute("w:id").map(str::to_owned), ..place.clone() };
            walk.blocks(note, &mut Count { place, tables: 0 });
        }
    } else {
        walk.blocks(body, &mut Count { place, tables: 0 });
    }
    walk.seen
}

/// Where a walk is: the place of the last paragraph, and how many tables came since the heading.
struct Count {
    place: Place,
    tables: usize,
}

struct Walk<'t, 's> {
    styles: &'s Styles,
    seen: Vec<Seen<'t>>,
}

impl<'t> Walk<'t, '_> {
    fn blocks(&mut self, container: &'t Element, count: &mut Count) {
        for element in container.elements() {
            match element.name.as_str() {
                "w:p" => self.paragraph(element, count),
                "w:tbl" => {
                    count.tables += 1;
                    self.table(element, count);
                }
                "mc:AlternateContent" => {
                    if let Some(choice) = element.child("mc:Choice").or_else(|| element.child("mc:Fallback")) {
                        self.blocks(choice, count);
                    }
                }
                "w:sectPr" | "w:tcPr" | "w:sdtPr" | "w:sdtEndPr" | "w:del" | "w:moveFrom" => {}
                // Content controls, custom XML, insertions: what is in them stands in the same place.
                _ => self.blocks(element, count),
            }
        }
    }

    fn paragraph(&mut self, paragraph: &'t Element, count: &mut Count) {
        let text = text_of(paragraph);
        let in_body = count.place.cells.is_empty() && !count.place.in_text_box;
        let heading = self.styles.heading(paragraph).filter(|_| in_body && !text.trim().is_empty());
        if heading.is_some() {
            count.place.heading = Some(text.trim().to_owned());
            count.place.paragraph = 0;
            count.tables = 0;
        } else {
            count.place.paragraph += 1;
        }
        self.seen.push(Seen { place: count.place.clone(), paragraph, text, heading });
        for content in text_boxes(paragraph) {
            let place = Place { in_text_box: true, paragraph: 0, ..count.place.clone() };
            self.blocks(content, &mut Count { place, tables: 0 });
        }
    }

    fn table(&mut self, table: &'t Element, count: &Count) {
        let mut rows = Vec::new();
        gather(table, "w:tr", &mut rows);
        for (row, element) in rows.into_iter().enumerate() {
            let before = element.value_at(&["w:trPr", "w:gridBefore"]).and_then(|value| value.parse().ok()).unwrap_or(0);
            let mut column = 1 + before;
            let mut cells = Vec::new();
            gather(element, "w:tc", &mut cells);
            for cell in cells {
                let mut place = Place { paragraph: 0, ..count.place.clone() };
                place.cells.push(Cell { table: count.tables, row: row + 1, column });
                self.blocks(cell, &mut Count { place, tables: 0 });
                let span = cell.value_at(&["w:tcPr", "w:gridSpan"]).and_then(|value| value.parse().ok());
                column += span.unwrap_or(1_usize).max(1);
            }
        }
    }
}

/// Gathers the rows of a table or the cells of a row, through content controls around them.
fn gather<'t>(container: &'t Element, name: &str, found: &mut Vec<&'t Element>) {
    for element in container.elements() {
        if element.is(name) {
            found.push(element);
        } else if matches!(element.name.as_str(), "w:sdt" | "w:sdtContent" | "w:customXml" | "w:ins") {
            gather(element, name, found);
        }
    }
}

/// Returns the contents of the text boxes that are anchored in a paragraph; of two spellings of one box, the first.
fn text_boxes(paragraph: &Element) -> Vec<&Element> {
    fn search<'t>(element: &'t Element, found: &mut Vec<&'t Element>) {
        for child in element.elements() {
            match child.name.as_str() {
                "w:txbxContent" => found.push(child),
                "mc:AlternateContent" => {
                    if let Some(choice) = child.child("mc:Choice").or_else(|| child.child("mc:Fallback")) {
                        search(choice, found);
                    }
                }
                "w:del" | "w:moveFrom" => {}
                _ => search(child, found),
            }
        }
    }
    let mut found = Vec::new();
    search(paragraph, &mut found);
    found
}

/// Returns the text that Word shows in a paragraph: without what was deleted, without the instructions of fields, of ruby
/// the base. A line break is `\n`, a tab `\t`.
pub fn text_of(paragraph: &Element) -> String {
    let mut text = String::new();
    add_text(paragraph, &mut text);
    text
}

fn add_text(element: &Element, text: &mut String) {
    for child in element.elements() {
        match child.name.as_str() {
            "w:t" => {
                for part in &child.children {
                    if let Node::Text(part) = part {
                        text.push_str(part);
                    }
                }
            }
            "w:tab" | "w:ptab" => text.push('\t'),
            "w:br" | "w:cr" => text.push('\n'),
            "w:noBreakHyphen" => text.push('\u{2011}'),
            "w:sym" => {
                let code = child.attribute("w:char").and_then(|code| u32::from_str_radix(code, 16).ok());
                text.extend(code.and_then(char::from_u32));
            }
            "w:pPr" | "w:rPr" | "w:del" | "w:moveFrom" | "w:instrText" | "w:delText" | "w:rt" | "w:rubyPr" | "w:sdtPr"
            | "w:sdtEndPr" | "w:txbxContent" | "mc:Fallback" => {}
            _ => add_text(child, text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    fn seen(body: &str) -> Vec<(String, String)> {
        let styles = r#"<w:styles><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/>
            <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>"#;
        let styles = Styles::of(&Tree::parse(styles.as_bytes()).unwrap().root);
        let tree = Tree::parse(format!("<w:document><w:body>{body}</w:body></w:document>").as_bytes()).unwrap();
        let seen = paragraphs(&tree.root, "word/document.xml", &styles);
        seen.into_iter().map(|seen| (seen.place.say(Lang::Ja), seen.text)).collect()
    }

    fn p(text: &str) -> String {
        format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    }

    #[test]
    fn each_paragraph_says_where_it_stands() {
        let heading = r#"<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>目的</w:t></w:r></w:p>"#;
        let cell = |text: &str| format!("<w:tc>{}</w:tc>", p(text));
        let wide = format!(r#"<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{}</w:tc>"#, p("広"));
        let table = format!("<w:tbl><w:tr>{wide}{}</w:tr><w:tr>{}</w:tr></w:tbl>", cell("c"), cell("d"));
        let boxed = format!("<w:p><w:r><w:t>前</w:t><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>", p("箱"));
        let seen = seen(&format!("{}{heading}{}{table}{table}{boxed}", p("表紙"), p("本文")));
        let places: Vec<&str> = seen.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(
            places,
            [
                "段落1",
                "見出し「目的」",
                "見出し「目的」 › 段落1",
                "見出し「目的」 › 表1 行1列1 › 段落1",
                "見出し「目的」 › 表1 行1列3 › 段落1",
                "見出し「目的」 › 表1 行2列1 › 段落1",
                "見出し「目的」 › 表2 行1列1 › 段落1",
                "見出し「目的」 › 表2 行1列3 › 段落1",
                "見出し「目的」 › 表2 行2列1 › 段落1",
                "見出し「目的」 › 段落2",
                "見出し「目的」 › テキストボックス › 段落1",
            ]
        );
        assert_eq!(seen.last().unwrap().1, "箱");
    }

    #[test]
    fn a_paragraph_reads_as_word_shows_it() {
        let body = r#"<w:p><w:ins><w:r><w:t>入</w:t></w:r></w:ins><w:del><w:r><w:delText>消</w:delText></w:r></w:del>
            <w:r><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>
            <w:r><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:noBreakHyphen/></w:r>
            <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>3</w:t></w:r></w:p>"#;
        assert_eq!(seen(body), [("段落1".to_owned(), "入漢\ta\nb\u{2011}3".to_owned())]);
    }
}
