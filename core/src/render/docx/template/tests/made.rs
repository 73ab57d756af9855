//! Small Word files for tests.

use serde_json::Value;
use tera::Context;

use crate::render::docx::package::{DECLARATION, Package, RELATIONSHIP};
use crate::render::docx::styles::Styles;
use crate::render::docx::template::problem::Problem;
use crate::render::docx::template::{Options, Resources, Template};
use crate::render::docx::tree::Tree;
use crate::render::docx::view::paragraphs;
use crate::render::docx::{DOCUMENT, W};

const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";

/// Styles: a heading, whose id is `1` as in a Japanese Word.
const STYLES: &str = r#"<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>
    <w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>"#;

fn wrapped(root: &str, inner: &str) -> Vec<u8> {
    let more = [
        ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
        ("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
        ("w14", "http://schemas.microsoft.com/office/word/2010/wordml"),
        ("wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
        ("a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
        ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
        ("v", "urn:schemas-microsoft-com:vml"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
    ];
    let more: String = more.iter().map(|(prefix, uri)| format!(" xmlns:{prefix}=\"{uri}\"")).collect();
    format!("{DECLARATION}<{root} xmlns:w=\"{W}\"{more}>{inner}</{root}>").into_bytes()
}

/// Makes a Word file of a body and other parts, given by name, all without their roots.
pub(super) fn docx<'p>(body: &str, others: impl Iterator<Item = (&'p str, &'p str)>) -> Vec<u8> {
    let mut package = Package::new();
    package.set_type(DOCUMENT, &format!("{TYPE}document.main+xml")).unwrap();
    package.relate("", &format!("{RELATIONSHIP}officeDocument"), DOCUMENT).unwrap();
    package.relate(DOCUMENT, &format!("{RELATIONSHIP}styles"), "word/styles.xml").unwrap();
    package.set("word/styles.xml", wrapped("w:styles", STYLES));
    package.set(DOCUMENT, wrapped("w:document", &format!("<w:body>{body}<w:sectPr/></w:body>")));
    for (name, inner) in others {
        let stem = name.rsplit('/').next().unwrap().trim_end_matches(".xml");
        let kind = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let root = match kind {
            "header" => "w:hdr",
            "footer" => "w:ftr",
            "footnotes" => "w:footnotes",
            "endnotes" => "w:endnotes",
            "comments" => "w:comments",
            "core" => "cp:coreProperties",
            other => panic!("{other}"),
        };
        package.set(name, wrapped(root, inner));
        package.set_type(name, &format!("{TYPE}{kind}+xml")).unwrap();
    }
    package.write().unwrap()
}

/// Makes a paragraph of a text.
pub(super) fn p(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// Returns the paragraphs of a part as Word shows them.
pub(super) fn text(package: &Package, part: &str) -> Vec<String> {
    let tree = package.tree(part).unwrap();
    let styles = Styles::read(package).unwrap();
    paragraphs(&tree.root, part, &styles).into_iter().map(|seen| seen.text).collect()
}

/// Renders a Word file with data, writes it and reads it again.
pub(super) fn render(bytes: Vec<u8>, data: &Value) -> Result<Package, Vec<Problem>> {
    render_with(bytes, data, &Resources::default())
}

/// The same with resources.
pub(super) fn render_with(bytes: Vec<u8>, data: &Value, resources: &Resources) -> Result<Package, Vec<Problem>> {
    let template = Template::compile(bytes, &Options::default())?;
    let made = template.render(&Context::from_serialize(data).unwrap(), resources)?;
    let again = Package::read(made.write().unwrap()).unwrap();
    for part in again.parts().iter().filter(|part| part.ends_with(".xml") || part.ends_with(".rels")) {
        Tree::parse(&again.part(part).unwrap()).unwrap_or_else(|problem| panic!("{part}: {problem}"));
    }
    Ok(again)
}

/// Renders one paragraph and returns what is in the body.
pub(super) fn body(inner: &str, data: &Value) -> Result<Vec<String>, Vec<Problem>> {
    render(docx(inner, std::iter::empty()), data).map(|made| text(&made, DOCUMENT))
}
