//! The styles and lists of a document that text is put into: found by the names people know them by, made when they are
//! not there.

use super::compose::{Look, Style, bullets, ordered, style_named, table_grid};
use super::package::{DECLARATION, Package, RELATIONSHIP};
use super::styles::{STYLES, StyleKind, Styles};
use super::tree::{Element, Node, Tree};
use super::{DOCUMENT, DocxError, W};

/// The part that holds the lists.
pub const NUMBERING: &str = "word/numbering.xml";
/// What marks our definitions of lists, so that a document has each once.
const BULLET_MARK: &str = "7D0C0001";
const ORDERED_MARK: &str = "7D0C0002";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";

/// Styles and lists of a document.
#[derive(Debug, Clone)]
pub struct Sheet {
    sources: Sources,
    styles: Tree,
    numbering: Tree,
    known: Styles,
    look: Look,
    has_faces: bool,
    is_restyled: bool,
    is_renumbered: bool,
}

/// The parts as they were when they were read, to notice that they changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sources {
    styles: Vec<u8>,
    numbering: Vec<u8>,
}

impl Sources {
    fn of(package: &Package) -> Result<Sources, DocxError> {
        let part = |name: &str| if package.has(name) { package.part(name) } else { Ok(Vec::new()) };
        Ok(Sources { styles: part(STYLES)?, numbering: part(NUMBERING)? })
    }
}

impl Sheet {
    /// Reads the sheet of a document.
    ///
    /// # Errors
    /// Returns a part that is no XML.
    pub fn read(package: &Package) -> Result<Sheet, DocxError> {
        let tree = |name: &str, root: &str| {
            if package.has(name) {
                return package.tree(name);
            }
            Ok(Tree { before: DECLARATION.to_owned(), root: Element::new(root).with("xmlns:w", W) })
        };
        let (styles, numbering) = (tree(STYLES, "w:styles")?, tree(NUMBERING, "w:numbering")?);
        let known = Styles::of(&styles.root);
        let (look, has_faces) = look(&styles.root);
        let sources = Sources::of(package)?;
        Ok(Sheet { sources, styles, numbering, known, look, has_faces, is_restyled: false, is_renumbered: false })
    }

    /// Returns whether the document still has the parts that this sheet read or wrote.
    ///
    /// # Errors
    /// Returns a part that cannot be read.
    pub fn is_of(&self, package: &Package) -> Result<bool, DocxError> {
        Ok(Sources::of(package)? == self.sources)
    }

    /// Writes what was added.
    ///
    /// # Errors
    /// Returns that relationships or types of the document are no XML.
    pub fn save(&mut self, package: &mut Package) -> Result<(), DocxError> {
        let parts = [
            (STYLES, "styles", &self.styles, &mut self.is_restyled, &mut self.sources.styles),
            (NUMBERING, "numbering", &self.numbering, &mut self.is_renumbered, &mut self.sources.numbering),
        ];
        for (name, kind, tree, is_changed, source) in parts {
            if !std::mem::take(is_changed) {
                continue;
            }
            if !package.has(name) {
                package.set_type(name, &format!("{WORD}{kind}+xml"))?;
                package.relate(DOCUMENT, &format!("{RELATIONSHIP}{kind}"), name)?;
            }
            *source = tree.write();
            package.set(name, source.clone());
        }
        Ok(())
    }

    /// Returns the id of a style, which is made when the document has none of its names.
    pub fn style(&mut self, style: Style) -> String {
        let names = [vec![style.name()], japanese(style)].concat();
        let find = |name: &String| self.known.named(StyleKind::Paragraph, name).map(|known| known.id.clone());
        if let Some(id) = names.iter().find_map(find) {
            return id;
        }
        let mut made = style_named(style, &self.look);
        if let Some(properties) = made.child_mut("w:pPr") {
            // Its list is not in this document; paragraphs name theirs.
            properties.children.retain(|child| !child.element().is_some_and(|element| element.is("w:numPr")));
        }
        if let Some(properties) = made.child_mut("w:rPr").filter(|_| !self.has_faces) {
            properties.children.retain(|child| !child.element().is_some_and(|element| element.is("w:rFonts")));
        }
        if let Some(normal) = self.default_style() {
            for name in ["w:basedOn", "w:next"] {
                if let Some(element) = made.child_mut(name).filter(|element| element.attribute("w:val") == Some("Normal")) {
                    element.set("w:val", &normal);
                }
            }
        }
        self.add_style(made, &style.id())
    }

    /// Returns the id of the style of tables with lines.
    pub fn table_style(&mut self) -> String {
        let find = |name: &&str| self.known.named(StyleKind::Table, name).map(|known| known.id.clone());
        if let Some(id) = ["Table Grid", "表 (格子)", "表（格子）"].iter().find_map(find) {
            return id;
        }
        let mut made = table_grid("TableGrid", "Table Grid", true);
        let base = self.known.all().iter().find(|style| style.kind == StyleKind::Table && style.is_default);
        match base.map(|style| style.id.clone()) {
            Some(base) => {
                made.elements_mut().filter(|element| element.is("w:basedOn")).for_each(|element| element.set("w:val", &base))
            }
            None => made.children.retain(|child| !child.element().is_some_and(|element| element.is("w:basedOn"))),
        }
        self.add_style(made, "TableGrid")
    }

    fn default_style(&self) -> Option<String> {
        let normal = |style: &&super::styles::Style| style.kind == StyleKind::Paragraph && style.is_default;
        self.known.all().iter().find(normal).map(|style| style.id.clone())
    }

    /// Adds a style under an id that no other has.
    fn add_style(&mut self, mut made: Element, wanted: &str) -> String {
        let mut id = wanted.to_owned();
        while self.known.find(&id).is_some() {
            id.push('x');
        }
        made.set("w:styleId", &id);
        self.styles.root.children.push(made.into());
        self.known = Styles::of(&self.styles.root);
        self.is_restyled = true;
        id
    }

    /// Returns the `w:numId` of lists with bullets.
    pub fn bullets(&mut self) -> u32 {
        let of = self.definition(BULLET_MARK, bullets);
        let same = |num: &&Element| num.is("w:num") && num.value_at(&["w:abstractNumId"]) == Some(&of.to_string());
        if let Some(known) = self.numbering.root.elements().find(same) {
            return known.attribute("w:numId").and_then(|id| id.parse().ok()).unwrap_or_default();
        }
        self.add_list(of, None)
    }

    /// Starts a list with numbers and returns its `w:numId`; no other list counts on in it.
    pub fn list(&mut self, level: u8, start: u32) -> u32 {
        let of = self.definition(ORDERED_MARK, ordered);
        self.add_list(of, Some((level, start)))
    }

    /// Starts the list `of` anew and returns the `w:numId` of the new one.
    pub fn restart(&mut self, of: u32) -> Option<u32> {
        let wanted = of.to_string();
        let known = self.numbering.root.elements().find(|num| num.is("w:num") && num.attribute("w:numId") == Some(&wanted))?;
        let definition: u32 = known.value_at(&["w:abstractNumId"])?.parse().ok()?;
        let overrides: Vec<Node> = known.children.iter().filter(|child| is_override(child)).cloned().collect();
        let levels = self.numbering.root.elements().find(|element| {
            element.is("w:abstractNum") && element.attribute("w:abstractNumId") == Some(&definition.to_string())
        })?;
        let levels: Vec<(u8, u32)> = levels
            .elements()
            .filter(|element| element.is("w:lvl"))
            .filter_map(|level| {
                let start = level.value_at(&["w:start"]).and_then(|start| start.parse().ok()).unwrap_or(1);
                Some((level.attribute("w:ilvl")?.parse().ok()?, start))
            })
            .collect();
        let id = self.add_list(definition, None);
        let added = self.numbering.root.elements_mut().rfind(|num| num.attribute("w:numId") == Some(&id.to_string()))?;
        if overrides.is_empty() {
            added.children.extend(levels.into_iter().map(|(level, start)| Node::from(start_at(level, start))));
        } else {
            added.children.extend(overrides);
        }
        Some(id)
    }

    /// Finds a definition of ours by the number that marks it, or makes it.
    fn definition(&mut self, mark: &str, make: fn(u32) -> Element) -> u32 {
        let number = |element: &Element| element.attribute("w:abstractNumId").and_then(|id| id.parse::<u32>().ok());
        let all = || self.numbering.root.elements().filter(|element| element.is("w:abstractNum"));
        if let Some(known) = all().find(|element| element.value_at(&["w:nsid"]) == Some(mark)).and_then(number) {
            return known;
        }
        let id = all().filter_map(number).max().map_or(0, |most| most + 1);
        let mut made = make(id);
        if let Some(nsid) = made.child_mut("w:nsid") {
            nsid.set("w:val", mark);
        }
        // The schema wants all definitions before the first list.
        let is_list = |node: &Node| {
            node.element().is_some_and(|element| matches!(element.name.as_str(), "w:num" | "w:numIdMacAtCleanup"))
        };
        let children = &mut self.numbering.root.children;
        let at = children.iter().position(is_list).unwrap_or(children.len());
        children.insert(at, made.into());
        self.is_renumbered = true;
        id
    }

    fn add_list(&mut self, of: u32, start: Option<(u8, u32)>) -> u32 {
        let used = self.numbering.root.elements().filter(|element| element.is("w:num"));
        let most = used.filter_map(|element| element.attribute("w:numId")?.parse::<u32>().ok()).max().unwrap_or(0);
        let id = most + 1;
        let mut num = Element::new("w:num").with("w:numId", &id.to_string());
        num = num.holding(Element::new("w:abstractNumId").with("w:val", &of.to_string()));
        if let Some((level, start)) = start {
            num = num.holding(start_at(level, start));
        }
        let children = &mut self.numbering.root.children;
        let is_last = |node: &Node| node.element().is_some_and(|element| element.is("w:numIdMacAtCleanup"));
        let at = children.iter().position(is_last).unwrap_or(children.len());
        children.insert(at, num.into());
        self.is_renumbered = true;
        id
    }

    /// Returns the size of text in a style, half-points.
    pub fn size(&self, style: Option<&str>) -> u32 {
        let Some(style) = style.and_then(|id| self.known.find(id)) else { return self.look.size };
        let said = self.known.chain(style).find_map(|style| {
            let element = self.styles.root.elements().find(|element| element.attribute("w:styleId") == Some(&style.id))?;
            element.value_at(&["w:rPr", "w:sz"])?.parse().ok()
        });
        said.unwrap_or(self.look.size)
    }
}

fn start_at(level: u8, start: u32) -> Element {
    Element::new("w:lvlOverride")
        .with("w:ilvl", &level.to_string())
        .holding(Element::new("w:startOverride").with("w:val", &start.to_string()))
}

fn is_override(node: &Node) -> bool {
    node.element().is_some_and(|element| element.is("w:lvlOverride"))
}

/// What Word and others call a style in Japanese; Word itself writes the English names.
fn japanese(style: Style) -> Vec<String> {
    let names: &[&str] = match style {
        Style::Title => &["表題"],
        Style::Subtitle => &["副題"],
        Style::Heading(level) => return vec![format!("見出し {level}"), format!("見出し{level}")],
        Style::Toc(level) => return vec![format!("目次 {level}"), format!("目次{level}")],
        Style::ListBullet => &["箇条書き", "List Paragraph", "リスト段落"],
        Style::ListNumber => &["段落番号", "List Paragraph", "リスト段落"],
        Style::ListContinue => &["箇条書き継続", "List Paragraph", "リスト段落"],
        Style::Caption => &["図表番号"],
        Style::Bibliography => &["文献目録"],
        Style::Header => &["ヘッダー"],
        Style::Footer => &["フッター"],
        Style::TocHeading => &["目次の見出し"],
        Style::HeadingPlain => &["見出し（番号なし）"],
        Style::TableHead => &["表の見出し"],
        Style::TableCell => &["表のセル"],
        Style::Boxed => &["枠囲み"],
        Style::Small => &["小さい文字"],
        Style::Normal => &["標準"],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Reads faces and sizes off the defaults of a document, so that styles made here look like its own.
fn look(styles: &Element) -> (Look, bool) {
    let mut look = Look { size: 20, ..Look::text() };
    let normal = styles.elements().find(|style| {
        style.attribute("w:type") == Some("paragraph") && matches!(style.attribute("w:default"), Some("1" | "true" | "on"))
    });
    let defaults = styles.at(&["w:docDefaults", "w:rPrDefault", "w:rPr"]);
    let properties = [normal.and_then(|normal| normal.child("w:rPr")), defaults];
    let said = |read: &dyn Fn(&Element) -> Option<String>| properties.iter().flatten().find_map(|properties| read(properties));
    let size = said(&|properties| properties.value_at(&["w:sz"]).map(str::to_owned)).and_then(|size| size.parse().ok());
    look.size = size.unwrap_or(look.size);
    look.cell_size = look.size.saturating_sub(2).max(18);
    let face = said(&|properties| properties.child("w:rFonts")?.attribute("w:eastAsia").map(str::to_owned));
    let heading = styles.elements().find(|style| style.value_at(&["w:name"]) == Some("heading 1"));
    let heading = heading.and_then(|style| style.at(&["w:rPr", "w:rFonts"])?.attribute("w:eastAsia"));
    match face {
        Some(face) => {
            look.head_face = heading.unwrap_or(&face).to_owned();
            look.text_face = face;
            (look, true)
        }
        // The theme says which, and styles made here leave it to say so.
        None => (look, false),
    }
}
