//! Small documents for tests.

use super::package::{Package, RELATIONSHIP};
use super::styles::{STYLES, Styles};
use super::tree::Tree;
use super::view;
use super::{DOCUMENT, W};

const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";

/// Makes a file of what stands in the body.
pub(crate) fn package(body: &str) -> Package {
    let mut package = Package::new();
    package.set_type(DOCUMENT, &format!("{TYPE}document.main+xml")).unwrap();
    package.set_default_type("rels", "application/vnd.openxmlformats-package.relationships+xml").unwrap();
    package.set_default_type("xml", "application/xml").unwrap();
    package.set_type(STYLES, &format!("{TYPE}styles+xml")).unwrap();
    package.relate("", &format!("{RELATIONSHIP}officeDocument"), DOCUMENT).unwrap();
    package.relate(DOCUMENT, &format!("{RELATIONSHIP}styles"), STYLES).unwrap();
    let r = RELATIONSHIP.trim_end_matches('/');
    package.set(
        DOCUMENT,
        format!("<w:document xmlns:w=\"{W}\" xmlns:r=\"{r}\"><w:body>{body}</w:body></w:document>").into_bytes(),
    );
    package.set(STYLES, styles().into_bytes());
    package
}

fn styles() -> String {
    let fonts = r#"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Century" w:eastAsia="ＭＳ 明朝"/><w:sz w:val="24"/>
        <w:lang w:val="ja-JP" w:eastAsia="ja-JP"/></w:rPr></w:rPrDefault></w:docDefaults>
        <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>"#;
    let heading = |level: u8| {
        let outline = level - 1;
        format!(
            r#"<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/><w:basedOn w:val="Normal"/><w:pPr><w:outlineLvl w:val="{outline}"/></w:pPr></w:style>
            <w:style w:type="paragraph" w:styleId="TOC{level}"><w:name w:val="toc {level}"/></w:style>"#
        )
    };
    let headings: String = (1..=4).map(heading).collect();
    format!("<w:styles xmlns:w=\"{W}\">{fonts}{headings}</w:styles>")
}

/// A run.
pub(crate) fn r(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

/// A paragraph.
pub(crate) fn p(text: &str) -> String {
    format!("<w:p>{}</w:p>", r(text))
}

/// A heading.
pub(crate) fn heading(level: u8, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"H{level}\"/></w:pPr>{}</w:p>", r(text))
}

/// A table.
pub(crate) fn table(rows: &[&[&str]]) -> String {
    let cell = |text: &&str| format!("<w:tc><w:tcPr/>{}</w:tc>", p(text));
    let row = |cells: &&[&str]| format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>());
    let columns = rows.first().map_or(0, |row| row.len());
    format!(
        "<w:tbl><w:tblPr/><w:tblGrid>{}</w:tblGrid>{}</w:tbl>",
        "<w:gridCol/>".repeat(columns),
        rows.iter().map(row).collect::<String>()
    )
}

/// The text Word shows in the body, a line for each paragraph.
pub(crate) fn document(package: &Package) -> String {
    shown(&package.tree(DOCUMENT).unwrap(), package)
}

/// The text Word shows in a part.
pub(crate) fn shown(tree: &Tree, package: &Package) -> String {
    let styles = Styles::read(package).unwrap();
    let lines: Vec<String> = view::paragraphs(&tree.root, DOCUMENT, &styles).into_iter().map(|seen| seen.text).collect();
    lines.join("\n")
}
