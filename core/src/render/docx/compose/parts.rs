//! The parts every file has: types, properties, settings, faces.

use super::super::package::{CONTENT_TYPES, DECLARATION, Package, RELATIONSHIP};
use super::super::tree::{Element, Tree};
use super::super::{DOCUMENT, DocxError};
use super::inline::valued;
use super::{Look, put, root};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";

/// Puts all parts that do not hold the text.
pub(super) fn frame(package: &mut Package, look: &Look, title: &str) -> Result<(), DocxError> {
    let types = Element::new("Types").with("xmlns", "http://schemas.openxmlformats.org/package/2006/content-types");
    package.set(CONTENT_TYPES, Tree { before: DECLARATION.to_owned(), root: types }.write());
    package.set_default_type("xml", "application/xml")?;
    package.set_default_type("rels", "application/vnd.openxmlformats-package.relationships+xml")?;
    package.set_type(DOCUMENT, &format!("{WORD}document.main+xml"))?;
    package.relate("", &format!("{RELATIONSHIP}officeDocument"), DOCUMENT)?;
    put(package, DOCUMENT, root("w:document"));
    for (part, kind, element) in [
        ("word/styles.xml", "styles", super::styles::styles(look)),
        ("word/numbering.xml", "numbering", super::numbering::numbering()),
        ("word/settings.xml", "settings", settings()),
        ("word/fontTable.xml", "fontTable", faces(look)),
    ] {
        put(package, part, element);
        package.set_type(part, &format!("{WORD}{kind}+xml"))?;
        package.relate(DOCUMENT, &format!("{RELATIONSHIP}{kind}"), part)?;
    }
    properties(package, title)
}

fn settings() -> Element {
    let compat = |name: &str, value: &str| {
        Element::new("w:compatSetting")
            .with("w:name", name)
            .with("w:uri", "http://schemas.microsoft.com/office/word")
            .with("w:val", value)
    };
    root("w:settings")
        .holding(Element::new("w:zoom").with("w:percent", "100"))
        .holding(valued("w:defaultTabStop", "840"))
        .holding(valued("w:characterSpacingControl", "compressPunctuation"))
        .holding(
            Element::new("w:compat")
                // Without it Word 2007 and older rules of layout apply.
                .holding(compat("compatibilityMode", "15"))
                .holding(compat("overrideTableStyleFontSizeAndJustification", "1"))
                .holding(compat("enableOpenTypeFeatures", "1"))
                .holding(compat("doNotFlipMirrorIndents", "1"))
                .holding(compat("differentiateMultirowTableHeaders", "1")),
        )
        .holding(Element::new("w:themeFontLang").with("w:val", "en-US").with("w:eastAsia", "ja-JP"))
        .holding(valued("w:decimalSymbol", "."))
        .holding(valued("w:listSeparator", ","))
}

/// Says what to take where a face is not installed.
fn faces(look: &Look) -> Element {
    let mut table = root("w:fonts");
    let mut seen: Vec<&str> = Vec::new();
    for face in [look.text_face.as_str(), look.head_face.as_str()] {
        if seen.contains(&face) {
            continue;
        }
        seen.push(face);
        let serif = face.contains("明朝");
        let other = if serif { "Yu Mincho" } else { "Yu Gothic" };
        table = table.holding(
            Element::new("w:font")
                .with("w:name", face)
                .holding(valued("w:altName", other))
                .holding(valued("w:charset", "80"))
                .holding(valued("w:family", if serif { "roman" } else { "modern" }))
                .holding(valued("w:pitch", "variable")),
        );
    }
    table
}

/// Title and language; no time and no person, which would differ from run to run.
fn properties(package: &mut Package, title: &str) -> Result<(), DocxError> {
    let core = Element::new("cp:coreProperties")
        .with("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties")
        .with("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .holding(Element::new("dc:title").saying(title))
        .holding(Element::new("dc:language").saying("ja-JP"));
    put(package, "docProps/core.xml", core);
    package.set_type("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")?;
    let kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    package.relate("", kind, "docProps/core.xml")?;
    let app = Element::new("Properties")
        .with("xmlns", "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties")
        .holding(Element::new("Application").saying("todokede"));
    put(package, "docProps/app.xml", app);
    package.set_type("docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml")?;
    package.relate("", &format!("{RELATIONSHIP}extended-properties"), "docProps/app.xml")?;
    Ok(())
}
